"""What may be done: the options for one person, and those that they may choose."""

from __future__ import annotations

from skinproof.care.options import Options
from skinproof.care.options import options as find_options

from .intake import account, progress
from .models import Consultation
from .names import treatment_name


def options(consultation: Consultation) -> Options:
    """The options for this person, from the answers and words that stand."""
    wanted, together = asked_about(consultation), account(consultation)
    return find_options(consultation.concern, together, list(consultation.priorities) or None, wanted=wanted)


def asked_about(consultation: Consultation) -> list[str]:
    """The treatments that the person named, by their ids or those of their forms, each once."""
    named = (word for word in consultation.asked_for if treatment_name(word))
    return list(dict.fromkeys((*progress(consultation).journey.wanted, *named)))


def choosable(consultation: Consultation) -> list[tuple[str, list[tuple[str, str]]]]:
    """What a person may choose to talk about, in two groups: what is open, and what waits for something to be known."""
    found = options(consultation)
    waits = tuple(option for option in found.closed if option.form in consultation.choices)
    groups = (
        ("Open to you", found.open),
        ("A doctor must check first", found.ask_first),
        ("You chose it, and it has to wait", waits),
    )
    return [(title, [(option.form, option.name) for option in group]) for title, group in groups if group]
