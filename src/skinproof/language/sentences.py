"""Sentences of a block, by their stops."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from skinproof.vocabulary import Kept, load

from .layout import Block

DATA = Path(__file__).with_name("data")
_LONGEST = 1200  # characters
_EMOJI = "\U0001f000-\U0001faff\u2600-\u27bf\u2b00-\u2bff\ufe0f\u2022\u25aa"
_STOP = re.compile(rf"(?<![.!?])[.!?]++(?:['\")\]*_]{{0,3}})(?=\s|[A-Z])|;(?=\s)|[{_EMOJI}][{_EMOJI} ]*+")
_BEFORE = re.compile(r"[\w.'-]{1,24}$")
_OPENS = re.compile(r"\s*(?:[\"'(\[*_]{0,3})(?:[A-Z0-9£$€]|$)")
_OPENS_SMALL = re.compile(r"\s*(?:[\"'(\[*_]{0,3})(?:\w|[£$€]|$)")


class _Stops(Kept):
    abbreviations: frozenset[str]


@cache
def _abbreviations() -> frozenset[str]:
    return load(DATA / "stops.yaml", _Stops).abbreviations


def sentences(plain: str, block: Block) -> Iterator[tuple[int, int]]:
    """`(start, end)` of each sentence; a semicolon ends one too, for what stands on either side is told by itself."""
    start = block.start
    for found in _STOP.finditer(plain, block.start, block.end):
        end = found.end()
        small = plain[start].islower()
        if end < block.end and not _ends_here(plain, start, found.start(), end, small):
            continue
        yield from _trimmed(plain, start, end)
        start = end
    yield from _trimmed(plain, start, block.end)


def _ends_here(plain: str, start: int, stop: int, end: int, small: bool) -> bool:
    opens = _OPENS_SMALL if small else _OPENS  # who writes no capitals opens sentences without them
    if plain[stop] == ";" or plain[stop] > "\u2000":
        return True
    if plain[stop] != "." or end - stop > 1:
        return bool(opens.match(plain, end, end + 12))
    before = _BEFORE.search(plain, max(start, stop - 24), stop)
    word = before.group().lower() if before else ""
    if word == "no":  # "No. 1", and "No. It fades."
        return not plain[end : end + 3].strip()[:1].isdigit()
    if word in _abbreviations() or (len(word) == 1 and word.isalpha() and word != "i"):
        return False
    if not plain[end].isspace():  # "e.g.This" is a lost space, "example.Com" an address
        return plain[end].isupper() and len(word) > 2
    return bool(opens.match(plain, end, end + 12))


def _trimmed(plain: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while end - start > _LONGEST:  # no person's sentence; whoever reads it may take time that grows with its square
        cut = max(plain.rfind(" ", start, start + _LONGEST), start + _LONGEST // 2)
        yield from _trimmed(plain, start, cut)
        start = cut
    while start < end and plain[start].isspace():
        start += 1
    while start < end and plain[end - 1].isspace():
        end -= 1
    if start < end:
        yield start, end
