"""Quotations and who says them: "…," says Jane; the advert reads: "…"; "…" - Anna, Leeds.

The words are data (`data/speech.yaml`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Literal

from skinproof.vocabulary import Kept, load

DATA = Path(__file__).with_name("data")
Voice = Literal["reported", "denied"]

_QUOTE = re.compile(r"\"[^\"]{6,1200}\"|(?<![\w'])'(?=\w)(?:[^']|(?<=\w)'(?=\w)){6,1200}'(?!\w)")
_BESIDE = 70  # characters in which the speaker stands
_ALONE = 3  # words of a quotation that can be a statement of its own; fewer are a name or a wink


class _Words(Kept):
    verbs: tuple[str, ...]
    nouns: tuple[str, ...]
    refutes: tuple[str, ...]


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    read = load(DATA / "speech.yaml", _Words)
    verbs, nouns, refutes = ("|".join(map(re.escape, sorted(words, key=len, reverse=True))) for words in
                             (read.verbs, read.nouns, read.refutes))  # fmt: skip
    word = r"[\w.'&-]+"
    after = re.compile(
        rf"[ \n,]*(?:(?:{word} ){{0,4}}?(?:{verbs})\b|(?:{nouns})\b|\(?according to\b|\n* ?[-~(] ?[A-Z@][\w.]*)"
    )
    before = re.compile(
        rf"\b(?:(?:{verbs}|{nouns}|according to)(?: {word}){{0,4}}[ ,:\n]*|(?-i:[A-Z]\w+),? \(?\d\d\)?:[ \n]*)$",
        re.IGNORECASE,
    )
    denies = re.compile(rf"[ \n.,:-]*(?:(?:this|that|it)(?: is|'s) )?(?:{refutes})\b", re.IGNORECASE)
    return after, before, denies


def quotations(plain: str, start: int, end: int) -> Iterator[tuple[int, int, Voice]]:
    """`(start, end, voice)` of what others are quoted as saying in `plain[start:end]`; a bare quotation is nobody's."""
    if plain.find('"', start, end) < 0 and plain.find("'", start, end) < 0:
        return
    after, before, denies = _patterns()
    for found in _QUOTE.finditer(plain, start, end):
        first, last = found.span()
        lone = plain.count(" ", first, last) + 1 >= _ALONE
        ahead = plain[last : last + _BESIDE]
        if lone and denies.match(ahead):
            yield first, last, "denied"
        elif before.search(plain[max(start, first - _BESIDE) : first]) or (lone and after.match(ahead)):
            yield first, last, "reported"
