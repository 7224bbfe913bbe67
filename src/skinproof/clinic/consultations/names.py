"""What concerns, treatments and forms are called on a page."""

from __future__ import annotations

from skinproof.vocabulary import vocabulary


def concerns() -> list[tuple[str, str]]:
    return [(concern.id, concern.name) for concern in vocabulary().concerns.values()]


def concern_name(concern: str) -> str:
    found = vocabulary().concerns.get(concern)
    return found.name if found else concern


def treatment_name(word: str) -> str:
    """The plain name of a treatment or form; empty if there is no such thing."""
    words = vocabulary()
    found = words.forms.get(word) or words.treatments.get(word)
    return found.name if found else ""


def form_names(forms: list[str]) -> list[str]:
    return [treatment_name(form) or form for form in forms]
