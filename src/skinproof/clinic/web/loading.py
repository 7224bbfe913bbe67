"""What pages ask of the rooms' knowledge, loaded before the first request and then left alone.

The words with which texts are read and the records are some 1.5 million objects that stay as they are. Python's
collector would walk them all, again and again, most of a second each time, on whichever request it falls.
"""

from __future__ import annotations

import gc

from django.utils import timezone

from skinproof import care, claims
from skinproof.evidence import findings
from skinproof.vocabulary import vocabulary


def load() -> None:
    """Load it, and keep the collector from it. Workers that fork after this share it."""
    gc.disable()  # it would walk what is half loaded, for more than half of the time
    try:
        _load()
        gc.collect()
        gc.freeze()
    finally:
        gc.enable()


def _load() -> None:
    found = findings()
    for each in (found.networks, found.components, found.time_courses):
        len(each.all)
    claims.check("Smoother skin in two weeks.")
    care.read_words("I take warfarin.", today=timezone.localdate(), facts={})
    for concern in vocabulary().concerns:
        care.for_concern(concern)
    care.rules()
