"""Spans of time in words, as weeks: "in as little as 2 weeks", "4-6 weeks", "over 3+ months", "week 12", "overnight".

The words are data (`data/durations.yaml`); the grammar is (opening)(number or range)(unit)(closing).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from skinproof.vocabulary import Kept, load

from .phrases import one_of
from .words import canonical

DATA = Path(__file__).with_name("data")
_WORD = re.compile(r" ?\w")
_ONE_DAY = re.compile(r"\b(?:will|may|could|might|can|would) $")
_SHORT = 0.1  # weeks: units of minutes and hours
Role = Literal[
    "when",  # how long after the start
    "lasting",  # how long something holds
    "every",  # how often
    "age",  # of a person
    "ago",  # before now
    "amount",  # "ten years of sun damage"
]
Reading = Literal["point", "until", "from", "first"]


@dataclass(frozen=True, slots=True)
class Duration:
    """`weeks` is (low, high), high None when open; `start:end` are offsets, openings and closings included."""

    start: int
    end: int
    weeks: tuple[float, float | None]
    role: Role
    unit: str = "week"  # as the text has it: an id of `weeks_in` in the data


class _Opening(Kept):
    says: tuple[str, ...]
    reads: Reading = "point"
    role: Role = "when"


class _Words(Kept):
    numbers: dict[str, float]
    units: dict[str, tuple[str, ...]]
    weeks_in: dict[str, float]
    openings: tuple[_Opening, ...]
    closings: tuple[_Opening, ...]
    now: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Grammar:
    pattern: re.Pattern[str]
    numbers: dict[str, float]
    units: dict[str, str]  # each word for one, and its id
    weeks: dict[str, float]  # by id
    openings: dict[str, _Opening]
    closings: dict[str, _Opening]
    signs: frozenset[str]  # words of which a span of time has at least one


def _one_of(phrases: Iterable[str]) -> str:
    return one_of(phrases, r"[ \n]{1,3}")


@cache
def _grammar() -> _Grammar:
    words = load(DATA / "durations.yaml", _Words)
    openings = {phrase: opening for opening in words.openings for phrase in opening.says}
    closings = {phrase: closing for closing in words.closings for phrase in closing.says}
    units = {said: unit for unit, all_said in words.units.items() for said in all_said}
    number = rf"\d{{1,4}}(?:\.\d{{1,2}})?|{_one_of(words.numbers)}"
    counted = _one_of(word for word in words.numbers if len(word) > 2 and " " not in word)  # "week three"
    unit = _one_of(units)
    pattern = re.compile(
        rf"\b(?=\w)(?:(?:(?P<open>{_one_of(openings)})[ \n]{{1,3}})?(?:the[ ])?(?:"
        rf"(?P<lo>{number})(?:(?P<plus>\+)|[ ]?(?:-|to|and|or)[ ]?(?P<hi>{number})(?P<plus2>\+)?)?"
        rf"[ \n]{{0,3}}-?[ ]?(?P<unit>{unit})\b"
        rf"|(?<=first )(?P<unit3>{unit})\b"
        rf"|(?P<unit2>weeks?|months?|days?)[ ](?P<at>\d{{1,3}}|{counted})(?:[ ]?(?:-|to|and)[ ]?(?P<at_hi>\d{{1,3}}))?"
        rf"\b(?![ ]?[%.]\d)"
        rf")(?:[ ]?(?P<close>{_one_of(closings)})(?!\w))?"
        rf"|(?P<now>{_one_of(words.now)})\b)",
        re.IGNORECASE,
    )
    signs = frozenset(canonical(max(said.replace("-", " ").split(), key=len)) for said in (*units, *words.now))
    return _Grammar(pattern, words.numbers, units, words.weeks_in, openings, closings, signs)


def tells_time(words: Iterable[str]) -> bool:
    """Whether a sentence of these words (as `tokens` gives them) can hold a span of time: a quick look."""
    return not _grammar().signs.isdisjoint(words)


def durations(plain: str, start: int = 0, end: int | None = None) -> Iterator[Duration]:
    """The spans of time in `plain[start:end]`, in order."""
    grammar = _grammar()
    for found in grammar.pattern.finditer(plain, start, len(plain) if end is None else end):
        if found["now"]:
            yield Duration(*found.span(), (0.0, 0.0), "when")
            continue
        if found.group().lower() == "one day" and _ONE_DAY.search(plain, max(0, found.start() - 8), found.start()):
            continue  # "will one day"
        opening = grammar.openings.get(_said(found["open"]))
        closing = grammar.closings.get(_said(found["close"]))
        if closing and _said(found["close"]) == "on" and _WORD.match(plain, found.end()):
            closing = None  # "after a year on the tablets"
        named = grammar.units[_said(found["unit"] or found["unit2"] or found["unit3"])]
        unit = grammar.weeks[named]
        low = _number(grammar, found["lo"] or found["at"] or "one") * unit
        upper = found["hi"] or found["at_hi"]
        high = _number(grammar, upper) * unit if upper else low
        reads = [part.reads for part in (opening, closing) if part]
        open_ended = bool(found["plus"] or found["plus2"]) or "from" in reads
        if "first" in reads or ("until" in reads and not upper):
            low = 0.0
        if unit < _SHORT and ((opening and opening.role == "lasting") or "-" in found.group().split()[-1].strip("-")):
            continue  # "moist for up to 12 hours" tells of a day, not of a course
        roles = [part.role for part in (closing, opening) if part and part.role != "when"]
        weeks = (round(low, 1), None if open_ended else round(max(low, high), 1))
        yield Duration(*found.span(), weeks, roles[0] if roles else "when", named)


def _said(words: str | None) -> str:
    return " ".join(words.lower().split()) if words else ""


def _number(grammar: _Grammar, said: str) -> float:
    said = _said(said)
    return grammar.numbers[said] if said in grammar.numbers else float(said)
