"""What concerns, treatments and forms are called on a page; what has no name is called by its id."""

from __future__ import annotations

from collections.abc import Iterable

from skinproof.vocabulary import vocabulary


def concerns() -> list[tuple[str, str]]:
    return [(concern.id, concern.name) for concern in vocabulary().concerns.values()]


def concern_name(concern: str) -> str:
    found = vocabulary().concerns.get(concern)
    return found.name if found else concern


def treatment_name(word: str) -> str:
    """The name of a form or treatment; empty if there is no such thing."""
    words = vocabulary()
    found = words.forms.get(word) or words.treatments.get(word)
    return found.name if found else ""


def form_name(word: str) -> str:
    return treatment_name(word) or word


def form_names(words: Iterable[str]) -> list[str]:
    return [form_name(word) for word in words]
