"""The text that a person agrees to: data, in versions."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from skinproof.care.sourced import versions_in
from skinproof.vocabulary import Kept

FILE = Path(__file__).with_name("data") / "consent.yaml"


class ConsentText(Kept):
    version: str
    title: str
    points: tuple[str, ...]
    agree: str
    truth: str


@cache
def texts() -> dict[str, ConsentText]:
    """Every version by its id, oldest first.

    Raises:
        KnowledgeError: the file is at fault.
    """
    return versions_in(FILE, ConsentText)


def current() -> ConsentText:
    return list(texts().values())[-1]
