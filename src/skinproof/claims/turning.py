"""Promises that a later sentence takes back ("None of this is proven.") or puts in another's mouth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from skinproof.language import Laid, turn

from .model import Found


def turned(whole: Laid, found: Sequence[Found]) -> list[Found]:
    """`found`, in order of place, each with the stance that what stands behind it gives it."""
    rows = list(found)
    for at, parts in enumerate(whole.sentences):
        for number, (start, end) in enumerate(parts):
            meant = turn(whole.text.plain, start, end)
            if meant is None or any(start <= row.at < end and row.concept is not None for row in rows):
                continue
            first, last = _before(whole, at, number, meant.all)
            rows = [
                replace(row, stance=meant.voice)
                if first <= row.at < last and row.stance == "asserted" and _promises(row)
                else row
                for row in rows
            ]
    return rows


def _before(whole: Laid, at: int, number: int, many: bool) -> tuple[int, int]:
    """Where what is meant stands: the sentence before, or all that came before it in its paragraph or list."""
    parts = whole.sentences[at]
    if number:
        return (parts[0][0] if many else parts[number - 1][0]), parts[number][0]
    if not at or whole.blocks[at - 1].kind in ("heading", "question"):
        return 0, 0
    above = at - 1
    end = whole.blocks[above].end
    if not many:
        return whole.sentences[above][-1][0] if whole.sentences[above] else end, end
    while above and whole.blocks[above].kind == "item" == whole.blocks[above - 1].kind:
        above -= 1
    return whole.blocks[above].start, end


def _promises(row: Found) -> bool:
    return row.kind != "cost" and (row.direction != "none" or row.kind in ("comparison", "regulatory"))
