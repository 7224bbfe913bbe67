"""When something was, or how long it has lasted, seen from the day of writing: "3 weeks ago", "since June".

The words are data (`data/dates.yaml`). Dates in numbers are read the UK way, day first.
"""

from __future__ import annotations

import calendar
import math
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import Field

from skinproof.vocabulary import Kept, load

from .numbers import COUNTED, NUMBER, number_of
from .words import tokens

DATA = Path(__file__).with_name("data")
_FIGURE = re.compile(r"\d")
WEEK, MONTH, YEAR = 7.0, 30.4375, 365.25  # days
_LONGEST = 120 * YEAR  # nothing in a person's life is longer ago
_AHEAD = 2 * YEAR  # nor is anything of it planned so long ahead


@dataclass(frozen=True, slots=True)
class When:
    """A place in time. `days` are days ago, (most recent, earliest) that the words allow; below zero lies ahead.

    `kind`: ago (it was then), since (it has gone on from then), lasting (it has gone on so long), ahead, bare (a
    length of time with nothing that places it), or unread (a date that does not exist, or a number that cannot be: "in
    2075", "1,20 weeks ago"; any day). `start:end` are offsets, openings and closings included.
    """

    start: int
    end: int
    days: tuple[float, float]
    kind: Literal["ago", "since", "lasting", "ahead", "bare", "unread"]


class _Words(Kept):
    numbers: Mapping[str, float]
    days_in: Mapping[str, float] = Field(alias="days-in")
    units: Mapping[str, tuple[str, ...]]
    ago: tuple[str, ...]
    going_on: tuple[str, ...] = Field(alias="going-on")
    lasting: tuple[str, ...]
    ahead: tuple[str, ...]
    days: Mapping[str, tuple[float, float]]
    counted: frozenset[str]  # those of `days` that are none behind a number
    weekdays: tuple[str, ...]
    short_weekdays: tuple[str, ...] = Field(alias="short-weekdays")
    months: tuple[tuple[str, ...], ...]
    seasons: Mapping[str, tuple[int, int]]
    before_a_month: tuple[str, ...] = Field(alias="before-a-month")


def _one_of(words: Iterable[str]) -> str:
    return "|".join(re.escape(word).replace(r"\ ", r"\s+") for word in sorted(words, key=len, reverse=True))


@cache
def _grammar() -> tuple[_Words, tuple[tuple[str, re.Pattern[str]], ...]]:
    words = load(DATA / "dates.yaml", _Words)
    number = rf"{NUMBER}|\b(?:{_one_of(words.numbers)})\b"
    unit = _one_of(said for several in words.units.values() for said in several)
    month = _one_of(name for several in words.months for name in several)
    before = _one_of(words.before_a_month)
    weekday = _one_of((*words.weekdays, *words.short_weekdays))
    length = (
        rf"(?:\b(?P<open>{_one_of((*words.lasting, *words.ahead))})\s+)?"
        rf"(?P<lo>{number})\s*\+?\s*(?:(?:-|to|or)\s*(?P<hi>{number}))?"
        rf"\s*-?\s*(?P<unit>{unit})\b(?P<half>\s+and\s+a\s+half\b)?"
        rf"(?:(?:\s*,|\s+and)?\s+(?P<more>{number})\s*(?P<less>{unit})\b(?=\s+(?:{_one_of(words.ago)})\b))?"
        rf"(?:\s+(?P<close>{_one_of((*words.ago, *words.going_on))})\b)?"
    )
    year = r"(?:1[89]\d\d|2[01]\d\d)"
    nth = "(?:st|nd|rd|th)?"
    patterns = {
        "numbers": r"(?<![\d/.])(?P<since>\bsince\s+)?(?P<d>\d{1,2})(?P<sign>[/.])(?P<m>\d{1,2})(?P=sign)"
        r"(?P<y>\d{4}|\d{2})\b(?![/.]?\d)",
        "day": rf"\b(?P<since>since\s+)?(?:(?P<d>\d{{1,2}}){nth}\s+(?:of\s+)?(?P<month>{month})|"
        rf"(?P<month2>{month})\s+(?P<d2>\d{{1,2}}){nth}\b(?!\d))(?:,?\s+(?P<y>{year}))?\b",
        "month": rf"\b(?P<open>(?:(?:{before})\s+)+)?(?P<month>{month})\b"
        rf"(?:,?\s+(?:of\s+)?(?P<y>{year}|this\s+year|last\s+year))?",
        "season": rf"\b(?P<open>since|last|this|in\s+the|in|over\s+the|over|the|at)\s+"
        rf"(?P<season>{_one_of(words.seasons)})\b(?:\s+(?:of\s+)?(?P<y>{year}))?",
        "said": rf"\b(?P<since>since\s+)?(?P<said>{_one_of(words.days)})\b",
        "weekday": rf"\b(?P<open>since|on|last|this)\s+(?P<weekday>{weekday})\b",
        "before": r"\b(?P<since>since\s+)?last\s+(?P<unit>month|year)\b",
        "length": length,
        "year": rf"\b(?P<open>in|since|from|during|back\s+in|around|of|until|till)\s+"
        rf"(?:(?:about|around|roughly|maybe|approximately)\s+)?(?P<y>{year})\b"
        rf"|\((?P<y2>{year})\)",
    }
    return words, tuple((name, re.compile(pattern, re.IGNORECASE)) for name, pattern in patterns.items())


@cache
def _signals() -> Mapping[str, frozenset[str]]:
    """For each pattern words of which it holds one at least; a pattern that is not named holds a figure."""
    words = _grammar()[0]

    def first(several: Iterable[str]) -> frozenset[str]:
        return frozenset(word for said in several for word in tokens(said).words[:1])

    units = frozenset(word for several in words.units.values() for said in several for word in tokens(said).words[-1:])
    months = first(name for several in words.months for name in several)
    return {
        "day": months,
        "month": months,
        "season": first(words.seasons),
        "said": first(words.days),
        "weekday": first((*words.weekdays, *words.short_weekdays)),
        "before": first(("month", "year")),
        "length": units,
    }


def dates(
    plain: str, today: date, start: int = 0, end: int | None = None, words: Collection[str] | None = None
) -> tuple[When, ...]:
    """The places in time in `plain[start:end]`, in order; where two overlap the longer stands.

    `words` are the words of that stretch (`tokens`), where the caller has them: they tell what need not be looked for.
    """
    end = len(plain) if end is None else end
    signals = _signals()
    spoken = frozenset(tokens(plain, start, end).words if words is None else words)
    figures = _FIGURE.search(plain, start, end) is not None
    found = [
        when
        for name, pattern in _grammar()[1]
        if (figures if name not in signals else not spoken.isdisjoint(signals[name]))
        for match in pattern.finditer(plain, start, end)
        for when in _read(name, match, today)
    ]
    if not found:
        return ()
    kept: list[When] = []
    for when in sorted(found, key=lambda each: (each.start - each.end, each.start)):
        if all(when.end <= other.start or other.end <= when.start for other in kept):
            kept.append(when)
    return tuple(sorted(kept, key=lambda each: each.start))


def _read(name: str, found: re.Match[str], today: date) -> Iterator[When]:
    words = _grammar()[0]
    said = {key: " ".join(value.lower().split()) if value else "" for key, value in found.groupdict().items()}
    since = bool(said.get("since")) or "since" in said.get("open", "").split() or "from" in said.get("open", "").split()
    span: tuple[date, date] | None = None
    if name == "length":
        yield from _length(found, said)
        return
    if name == "said":
        recent, earliest = words.days[said["said"]]
        if said["said"] in words.counted and COUNTED.search(found.string, max(found.start() - 30, 0), found.start()):
            yield _unread(found)  # "1,20 weeks ago" is no "weeks ago"
            return
        yield When(*found.span(), (recent, earliest), "since" if since else "ago")
        return
    if name == "weekday":
        back = (today.weekday() - _weekday(said["weekday"])) % 7 or 7
        yield When(*found.span(), (back, back), "since" if since else "ago")
        return
    if name == "before":
        last = date(today.year, 1 if said["unit"] == "year" else today.month, 1) - timedelta(days=1)
        span = date(last.year, 1 if said["unit"] == "year" else last.month, 1), last
    elif name == "numbers":
        year = int(said["y"]) + (2000 if len(said["y"]) == 2 else 0)
        span = _day(year, int(said["m"]), int(said["d"]))
    elif name == "day":
        month = _month(said["month"] or said["month2"])
        day = int(said["d"] or said["d2"])
        span = _day(int(said["y"]) if said["y"] else _year_of(month, today, day), month, day)
    elif name == "month":
        month = _month(said["month"])
        if not said["open"] and not said["y"]:
            return  # "may", "march": too often another word
        span = _month_span(_said_year(said, month, today), month)
    elif name == "season":
        span = _season(said, today)
    elif name == "year":
        year = int(said["y"] or said["y2"])
        span = date(year, 1, 1), date(year, 12, 31)
    if span is None:
        yield _unread(found)
        return
    recent, earliest = (today - min(span[1], today)).days, (today - span[0]).days
    if earliest > _LONGEST or earliest < -_AHEAD:
        yield _unread(found)
    elif earliest < 0:
        yield When(*found.span(), ((today - span[1]).days, earliest), "ahead")
    else:
        yield When(*found.span(), (float(recent), float(earliest)), "since" if since else "ago")


def _unread(found: re.Match[str]) -> When:
    return When(*found.span(), (-math.inf, math.inf), "unread")


def _length(found: re.Match[str], said: Mapping[str, str]) -> Iterator[When]:
    words = _grammar()[0]
    unit = _days_in(said["unit"])
    low = _number(said["lo"]) * unit
    high = _number(said["hi"]) * unit if said["hi"] else low
    rest = unit / 2 if said["half"] else 0.0
    if said["more"]:
        less = _days_in(said["less"])
        if less >= unit or said["open"] in words.lasting or said["hi"]:  # "for 2 years and 3 weeks ago it ..."
            yield When(found.start(), found.start("more"), (low, high), "bare")
            few = _number(said["more"]) * less
            yield When(found.start("more"), found.end(), (few, few), "ago")
            return
        rest += _number(said["more"]) * less
    low, high = low + rest, high + rest
    if low > high or high > _LONGEST:
        yield _unread(found)
    elif said["close"] in words.ago:
        yield When(*found.span(), (low, high), "ago")
    elif said["open"] in words.ahead and said["close"] not in words.going_on:
        yield When(*found.span(), (-high, -low), "ahead")
    else:
        lasting = said["open"] in words.lasting or said["close"] in words.going_on
        yield When(*found.span(), (low, high), "lasting" if lasting else "bare")


def _number(said: str) -> float:
    numbers = _grammar()[0].numbers
    return numbers[said] if said in numbers else number_of(said)


def _days_in(unit: str) -> float:
    words = _grammar()[0]
    return words.days_in[next(name for name, ways in words.units.items() if unit in ways)]


def _weekday(said: str) -> int:
    return next(at for at, name in enumerate(_grammar()[0].weekdays) if name.startswith(said[:3]))


def _month(said: str) -> int:
    return next(at for at, ways in enumerate(_grammar()[0].months, start=1) if said in ways)


def _day(year: int, month: int, day: int) -> tuple[date, date] | None:
    try:
        return date(year, month, day), date(year, month, day)
    except ValueError:
        return None


def _month_span(year: int, month: int) -> tuple[date, date]:
    return date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])


def _year_of(month: int, today: date, day: int = 1) -> int:
    """The year of the last such month that has begun."""
    return today.year if (month, day) <= (today.month, today.day) else today.year - 1


def _said_year(said: Mapping[str, str], month: int, today: date) -> int:
    if said["y"].isdigit():
        return int(said["y"])
    if said["y"] == "this year":
        return today.year
    if said["y"] == "last year":
        return today.year - 1
    opening = said["open"].split()
    year = _year_of(month, today)
    if "last" in opening and month == today.month:
        return year - 1
    return year


def _season(said: Mapping[str, str], today: date) -> tuple[date, date]:
    first, last = _grammar()[0].seasons[said["season"]]
    year = int(said["y"]) if said["y"] else today.year
    start = date(year - (first > last), first, 1)
    if not said["y"] and start > today - (timedelta(days=60) if said["open"] == "last" else timedelta(0)):
        start = date(start.year - 1, first, 1)
    end_year = start.year + (first > last)
    return start, _month_span(end_year, last)[1]
