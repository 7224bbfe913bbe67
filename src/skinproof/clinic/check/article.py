"""The page on the article that started this: its claims by section, in our words, each with its reading."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from skinproof.claims import Report, SeedRow, seed_report
from skinproof.claims.sheet import Reading, Sheet
from skinproof.vocabulary import vocabulary

from .links import ClinicLinks
from .shown import ShownReading, choices, shown_reading

NAMES = {
    "intro": "The opening",
    "what": "What exosomes are",
    "benefits": "What they are said to do",
    "delivery": "How they are given",
    "timing": "How soon, how often",
    "safety": "Safety",
    "alternatives": "What else there is",
    "prp": "Held against PRP",
    "needling": "Held against microneedling",
    "peels": "Held against chemical peels",
    "laser": "Held against lasers",
    "rf": "Held against radiofrequency",
    "skincare": "Held against creams",
    "close": "The close",
    "offer": "What the clinic offers instead",
}


@dataclass(frozen=True)
class Section:
    id: str
    name: str
    readings: tuple[ShownReading, ...]


def _title(row: SeedRow) -> str:
    known = vocabulary().treatments.get(row.claim.found.treatment or "")
    return f"{known.name}: {row.say}" if known else row.say[:1].upper() + row.say[1:]


@cache
def article_page() -> dict[str, Any]:
    listed = seed_report()
    links = ClinicLinks()
    readings = tuple(
        Reading(number, _title(row), row.claim, (), 1, row.claim.flags) for number, row in enumerate(listed.rows, 1)
    )
    whole = Sheet(Report("", listed.library_date, tuple(row.claim for row in listed.rows), ()), readings, ())
    shown = {row.id: shown_reading(reading, links) for row, reading in zip(listed.rows, readings, strict=True)}
    return {
        "sheet": whole,
        "choices": choices(whole.tallies, len(readings), len(whole.others), len(whole.flagged)),
        "first": tuple(shown_reading(each, links) for each in whole.first),
        "sections": tuple(
            Section(name, NAMES.get(name, name), tuple(shown[row.id] for row in listed.section(name)))
            for name in listed.sections
        ),
        "library_date": listed.library_date,
    }
