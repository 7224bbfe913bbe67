"""To which finding a row belongs."""

from __future__ import annotations

from .comparisons import slug
from .instruments import instrument_of
from .rows import PlacedRow

# Concepts that cover many different unwanted effects: each kind of event is a finding of its own.
BY_EVENT = ("adverse-events",)


def finding_id(row: PlacedRow) -> str:
    parts = [row.study.concern, row.outcome.concept]
    event = event_of(row)
    if event:
        parts.append(slug(event))
    if row.setting == "laboratory":
        parts.append("laboratory")
    return "_".join([*parts, row.comparison.id])


def event_of(row: PlacedRow) -> str | None:
    """Which unwanted effect a row counts, where its concept covers many."""
    return (instrument_of(row.outcome) or None) if row.outcome.concept in BY_EVENT else None
