"""A report as a page shows it: labels, shapes and links beside every reading. It needs no database and no settings."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from skinproof.claims import Unrecognised
from skinproof.claims.sheet import LABELS, MEANINGS, SAID_AS, Passage, Reading, Sheet, Tally

ICONS = {
    "well-supported": "fine",
    "weaker-than-said": "less",
    "uncertain": "ask",
    "laboratory-only": "lab",
    "contradicted": "against",
    "no-study-found": "closed",
    "not-checkable": "vague",
    "other": "note",
}
OTHER = "Said, but not promised"
OTHER_MEANS = "Warnings, doubts, what others say, and how it is meant to work."
WHOLE_TEXT = 100_000  # characters; of a longer text only the parts with a mark are shown
MOST_PASSAGES = 500


@dataclass(frozen=True)
class Link:
    text: str
    href: str | None


class Links(Protocol):
    """Where a reader is sent."""

    def study(self, study_id: str) -> Link: ...
    def finding(self, finding_id: str) -> Link | None: ...
    def page(self, url: str, organisation: str = "") -> Link: ...


@dataclass(frozen=True)
class ShownFlag:
    why: str
    source: Link


@dataclass(frozen=True)
class ShownReading:
    reading: Reading
    label: str
    icon: str
    said_as: str
    studies: tuple[Link, ...]
    findings: tuple[Link, ...]
    pages: tuple[Link, ...]
    flags: tuple[ShownFlag, ...]

    @property
    def words(self) -> str:
        """What a filter can ask for."""
        return f"{self.reading.group}{' flagged' if self.flags else ''}"


@dataclass(frozen=True)
class Choice:
    """A line of the summary, which is also a filter."""

    group: str
    label: str
    meaning: str
    icon: str
    count: int
    share: int  # of 100, for the bar


@dataclass(frozen=True)
class Group:
    id: str
    label: str
    meaning: str
    icon: str
    readings: tuple[ShownReading, ...]


@dataclass(frozen=True)
class ShownPassage:
    passage: Passage
    notes: tuple[ShownReading, ...]  # only where a note first comes up; later marks lead to the same reading
    words: str


@dataclass(frozen=True)
class ShownReport:
    sheet: Sheet
    choices: tuple[Choice, ...]
    groups: tuple[Group, ...]
    first: tuple[ShownReading, ...]
    passages: tuple[ShownPassage, ...]
    left_out: int
    unrecognised: tuple[Unrecognised, ...]


def shown_report(sheet: Sheet, links: Links, length: int = 0) -> ShownReport:
    """Everything a page of this report needs; `length` is that of the text in characters."""
    readings = {each.number: shown_reading(each, links) for each in sheet.readings}
    passages, left_out = _passages(sheet, readings, length)
    return ShownReport(
        sheet,
        choices(sheet.tallies, len(sheet.readings), len(sheet.others), len(sheet.flagged)),
        _groups(sheet, readings),
        tuple(readings[each.number] for each in sheet.first),
        passages,
        left_out,
        sheet.report.unrecognised,
    )


def shown_reading(reading: Reading, links: Links) -> ShownReading:
    claim = reading.claim
    return ShownReading(
        reading,
        LABELS[claim.verdict],
        ICONS[claim.verdict],
        SAID_AS.get(claim.found.stance, ""),
        tuple(links.study(each) for each in claim.studies),
        tuple(link for each in claim.findings[:3] if (link := links.finding(each))),
        tuple(links.page(url) for url in claim.pages),
        tuple(ShownFlag(flag.why, links.page(flag.source.url, flag.source.organisation)) for flag in reading.flags),
    )


def choices(tallies: Iterable[Tally], readings: int, others: int, flagged: int) -> tuple[Choice, ...]:
    promises = readings - others
    both = f"{promises} promise{'' if promises == 1 else 's'}, and {others} said without promising."
    made = [Choice("all", "Everything", both if others else "", "", readings, 0)]
    made += [
        Choice(t.group, t.label, t.meaning, ICONS[t.group], len(t.readings), round(100 * len(t.readings) / readings))
        for t in tallies
    ]
    if others:
        made.append(Choice("other", OTHER, OTHER_MEANS, ICONS["other"], others, round(100 * others / readings)))
    if flagged:
        why = "By the rules of advertising or medicines. Counted above as well."
        made.append(Choice("flagged", "Worth checking", why, "flag", flagged, round(100 * flagged / readings)))
    return tuple(made)


def _groups(sheet: Sheet, readings: dict[int, ShownReading]) -> tuple[Group, ...]:
    made = [
        Group(t.group, t.label, t.meaning, ICONS[t.group], tuple(readings[each.number] for each in t.readings))
        for t in sheet.tallies
    ]
    if sheet.others:
        others = tuple(readings[each.number] for each in sheet.others)
        made.append(Group("other", OTHER, OTHER_MEANS, ICONS["other"], others))
    return tuple(made)


def _passages(sheet: Sheet, readings: dict[int, ShownReading], length: int) -> tuple[tuple[ShownPassage, ...], int]:
    chosen = [each for each in sheet.passages if length <= WHOLE_TEXT or each.numbers]
    kept = chosen if length <= WHOLE_TEXT else chosen[:MOST_PASSAGES]
    made: list[ShownPassage] = []
    for passage in kept:
        notes = tuple(readings[number] for number in passage.numbers)
        words = " ".join(dict.fromkeys(word for note in notes for word in note.words.split()))
        made.append(ShownPassage(passage, notes, words))
    return tuple(made), len(sheet.passages) - len(kept)


__all__ = ["LABELS", "MEANINGS", "Choice", "Link", "Links", "ShownReport", "choices", "shown_reading", "shown_report"]
