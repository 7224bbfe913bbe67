"""Promises that a later sentence takes back ("None of this is proven.") or puts in another's mouth."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace

from skinproof.language import Laid, turn

from .model import Found


def turned(whole: Laid, found: Sequence[Found]) -> list[Found]:
    """`found`, in order of place, each with the stance that what stands behind it gives it."""
    rows = list(found)
    if not rows:
        return rows
    places = [row.at for row in rows]
    told = [row.at for row in rows if row.concept is not None]
    opens = _opens(whole)
    settled = (0, 0)  # rows of which no later sentence can say otherwise: they are taken back, or cannot be
    for at, parts in enumerate(whole.sentences):
        for number, (start, end) in enumerate(parts):
            if _any_within(told, start, end) or (meant := turn(whole.text.plain, start, end)) is None:
                continue
            before, behind = _before(whole, opens, at, number, meant.all)
            first, last = bisect_left(places, before), bisect_left(places, behind)
            begun, done = settled
            again = begun <= first <= done
            for index in range(max(first, done) if again else first, last):
                row = rows[index]
                if row.stance == "asserted" and _promises(row):
                    rows[index] = replace(row, stance=meant.voice)
            settled = (begun if again else first, max(done, last) if again else last)
    return rows


def _any_within(places: Sequence[int], start: int, end: int) -> bool:
    at = bisect_left(places, start)
    return at < len(places) and places[at] < end


def _opens(whole: Laid) -> list[int]:
    """Of each block the one that its list opens with; a block that is no item opens itself."""
    found: list[int] = []
    before = None
    for at, block in enumerate(whole.blocks):
        found.append(found[-1] if block.kind == "item" == before else at)
        before = block.kind
    return found


def _before(whole: Laid, opens: Sequence[int], at: int, number: int, many: bool) -> tuple[int, int]:
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
    return whole.blocks[opens[above]].start, end


def _promises(row: Found) -> bool:
    return row.kind != "cost" and (row.direction != "none" or row.kind in ("comparison", "regulatory"))
