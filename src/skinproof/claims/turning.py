"""Promises that a later sentence takes back ("None of this is proven.") or puts in another's mouth."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace

from skinproof.language import Laid, Turn, herald, tails, turn

from .model import Found, Stance

_BACK = 2  # sentences
_TAKEN_BACK = 28  # characters of ", but they don't"; longer ones say where it does not hold


def turned(whole: Laid, found: Sequence[Found]) -> list[Found]:
    """`found`, in order of place, each with the stance that what stands behind it gives it."""
    rows = list(found)
    places = [row.at for row in rows]
    plain = whole.text.plain
    opens = _opens(whole)
    # A row that was given a voice, or takes none, stays as it is: `later[at]` is where to look instead, so that a
    # page that takes all back in every sentence is not gone through from its start each time.
    later = list(range(len(rows) + 1))

    def not_done(at: int) -> int:
        while later[at] != at:
            later[at] = later[later[at]]
            at = later[at]
        return at

    told_already: set[int] = set()  # "There is no evidence for any of this" has been told as their stance

    def voiced(first: int, last: int, voice: Stance) -> bool:
        """Whether anything was given that voice."""
        turned_any = False
        end = bisect_left(places, last)
        at = not_done(bisect_left(places, first))
        while at < end:
            told = rows[at].stance == "reported" and voice == "denied" and rows[at].direction != "none"
            if (told or rows[at].stance == "asserted") and _promises(rows[at]):
                rows[at] = replace(rows[at], stance=voice)
                turned_any = True
            later[at] = at + 1
            at = not_done(at + 1)
        return turned_any

    for at, parts in enumerate(whole.sentences):
        for number, (start, end) in enumerate(parts):
            here = rows[bisect_left(places, start) : bisect_left(places, end)]
            meant = turn(plain, start, end) if all(row.concept is None for row in here) else None
            if meant is not None:
                first, last = _before(whole, opens, at, number, meant.all)
                if number and not meant.all and bisect_left(places, first) == bisect_left(places, last):
                    first = parts[max(0, number - _BACK)][0]  # "Some say so. I have seen no proof."
                if voiced(first, last, meant.voice) and len(here) == 1 and here[0].kind == "efficacy":
                    told_already.add(bisect_left(places, start))
            elif here:
                for tail in tails(plain, start, end):
                    meant = turn(plain, tail, end)
                    if meant is not None and (meant.voice == "reported" or end - tail <= _TAKEN_BACK):
                        voiced(start, tail, meant.voice)
            elif number and (back := _tail_alone(plain, start, end)) is not None:
                voiced(parts[0][0] if back.all else parts[number - 1][0], start, back.voice)
            elif (voice := herald(plain, start, end)) is not None:
                voiced(*_behind(whole, at, number), voice)
    return [row for at, row in enumerate(rows) if at not in told_already]


def _tail_alone(plain: str, start: int, end: int) -> Turn | None:
    """ "The needles are too short, so I don't believe it.": what turns the sentence before stands at its end."""
    if plain.find(" believe", start, end) < 0 and plain.find(" buy it", start, end) < 0:
        return None
    meant = (turn(plain, tail, end) for tail in tails(plain, start, end))
    return next((each for each in meant if each is not None), None)


def _opens(whole: Laid) -> list[int]:
    """Of each block the one that its list opens with; a block that is no item opens itself."""
    found: list[int] = []
    before = None
    for at, block in enumerate(whole.blocks):
        found.append(found[-1] if block.kind == "item" == before else at)
        before = block.kind
    return found


def _behind(whole: Laid, at: int, number: int) -> tuple[int, int]:
    """The sentence that follows in the paragraph, or the paragraph that does."""
    parts = whole.sentences[at]
    if number + 1 < len(parts):
        return parts[number + 1]
    after = at + 1
    return (whole.blocks[after].start, whole.blocks[after].end) if after < len(whole.blocks) else (0, 0)


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
