"""The plain sentence of a finding: from size, certainty and direction alone, as GRADE guidelines 26 word it.

Santesso et al. 2020, J Clin Epidemiol 119:126. Nothing may be said beside it that is stronger than its cell.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pydantic import TypeAdapter

from skinproof.vocabulary import Concept, load

from .comparisons import NOTHING, lower_first, without_brackets
from .judgements import Level
from .model import (
    Comparison,
    Favours,
    Size,
)

FILE = Path(__file__).parent.parent / "data" / "outcome-phrases.yaml"
NO_STUDY = "No study in our library looked at this."

# How sure the verb sounds. Very low has no verb of its own: it says that nobody can be sure.
_HEDGE: Mapping[Level, str] = {"high": "", "moderate": "probably ", "low": "may "}


@dataclass(frozen=True, slots=True)
class _Verb:
    third: str  # "reduces"
    plain: str  # "reduce"
    noun: str  # "reduction"


_UP, _DOWN = _Verb("increases", "increase", "increase"), _Verb("reduces", "reduce", "reduction")


def sentence(
    comparison: Comparison, concept: Concept, level: Level, size: Size, favours: Favours, event: str | None = None
) -> str:
    """One sentence that says what the finding shows, and no more than its certainty allows."""
    if comparison.control in ("before", "untold"):
        return _without_comparison(comparison, concept, event)
    subject, against = subject_of(comparison), _compared(comparison)
    what = outcome_phrase(concept, event)
    verb = _verb(concept, favours)
    if level == "very-low":
        if verb is None or size == "trivial":
            return f"We are very unsure whether {lower_first(subject)} makes any difference to {what}{against}."
        return f"We are very unsure whether {lower_first(subject)} {verb.third} {what}{against}."
    hedge = _HEDGE[level]
    if favours == "unknown" or (verb is None and favours != "neither"):
        return f"The studies do not agree on whether {lower_first(subject)} makes a difference to {what}{against}."
    if size == "trivial" or verb is None:
        make = "make" if level == "low" else "makes"
        return f"{subject} {hedge}{make} little or no difference to {what}{against}."
    if size == "large":
        result = "result" if level == "low" else "results"
        return f"{subject} {hedge}{result} in a large {verb.noun} in {what}{against}."
    act = verb.plain if level == "low" else verb.third
    much = "slightly " if size == "small" else ""
    tail = "; whether it is enough to matter is not known" if size == "unknown" else ""
    return f"{subject} {hedge}{much}{act} {what}{against}{tail}."


def _without_comparison(comparison: Comparison, concept: Concept, event: str | None) -> str:
    why = (
        "the review does not say what it was compared with"
        if comparison.control == "untold"
        else "nobody was compared with people who did not have it"
    )
    what = outcome_phrase(concept, event)
    return f"We are very unsure whether using {without_brackets(comparison.short)} changes {what}: {why}."


def _compared(comparison: Comparison) -> str:
    """The end of the sentence. "Adding exosomes to laser" says by itself that both groups had the laser."""
    if comparison.control in NOTHING and comparison.background:
        return "" if comparison.control == "none" else f", compared with adding {NOTHING[comparison.control]}"
    return f", compared with {comparison.against}"


def subject_of(comparison: Comparison) -> str:
    """What is done, as the subject of a sentence: "Adding exosomes to fractional CO2 laser"."""
    if comparison.control == "dose":
        return f"Using {comparison.short}"
    short = without_brackets(comparison.short)
    if " added to " in short and comparison.background:
        return "Adding " + short.replace(" added to ", " to ", 1)
    if comparison.control == "active":
        return "Using " + short.split(" instead of ", 1)[0] + _both(short)
    return f"Using {short}"


def _both(short: str) -> str:
    _, found, rest = short.partition(", both with ")
    return f" with {rest}" if found else ""


def outcome_phrase(concept: Concept, event: str | None = None) -> str:
    """What was measured, inside a sentence."""
    phrase = phrases().get(concept.id) or lower_first(without_brackets(concept.name))
    return f"{phrase} ({event})" if event else phrase


@cache
def phrases() -> Mapping[str, str]:
    return load(FILE, TypeAdapter(dict[str, str]))


def _verb(concept: Concept, favours: Favours) -> _Verb | None:
    if favours not in ("intervention", "comparator"):
        return None
    return _UP if (concept.better == "higher") == (favours == "intervention") else _DOWN
