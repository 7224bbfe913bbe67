"""Words and signs of a text with their offsets, each word in one spelling."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from skinproof.vocabulary import Kept, load

DATA = Path(__file__).with_name("data")
_TOKEN = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*|\d+(?:[.,]\d+)*|[^\w\s]|_")
_KEPT = 50_000  # spellings remembered; a text made of ever new words must not grow memory without end


class _Spelling(Kept):
    same: dict[str, str]
    endings: tuple[tuple[str, str], ...]
    endings_not: tuple[str, ...]


@cache
def _spelling() -> tuple[dict[str, str], list[tuple[re.Pattern[str], str]], frozenset[str]]:
    read = load(DATA / "spelling.yaml", _Spelling)
    return dict(read.same), [(re.compile(a), b) for a, b in read.endings], frozenset(read.endings_not)


class _Canonical(dict[str, str]):
    def __missing__(self, raw: str) -> str:
        if len(self) > _KEPT:
            self.clear()
        self[raw] = found = _in_one_spelling(raw)
        return found


def _in_one_spelling(raw: str) -> str:
    same, endings, kept = _spelling()
    word = raw.lower()
    if word.endswith("'s"):
        word = word[:-2]
    if word in same:
        return same[word]
    if word in kept:
        return word
    for pattern, ending in endings:
        word, changed = pattern.subn(ending, word, count=1)
        if changed:
            break
    return same.get(word, word)


_canonical = _Canonical()


def canonical(word: str) -> str:
    """One spelling for a word: small letters, no possessive, UK and US spelling alike (`data/spelling.yaml`)."""
    return _canonical[word]


@dataclass(slots=True)
class Tokens:
    """The tokens of `plain[start:end]`: `words[i]` stands at `starts[i]:ends[i]`; signs are tokens of their own."""

    words: list[str]
    plain: str
    start: int
    end: int
    _places: tuple[list[int], list[int]] | None = field(default=None, init=False, repr=False, compare=False)

    def __len__(self) -> int:
        return len(self.words)

    @property
    def starts(self) -> list[int]:
        """Offsets in `plain`."""
        return (self._places or self._placed())[0]

    @property
    def ends(self) -> list[int]:
        """Offsets in `plain`."""
        return (self._places or self._placed())[1]

    def _placed(self) -> tuple[list[int], list[int]]:
        # Worked out when asked for: of most sentences only the words are looked at.
        found = list(_TOKEN.finditer(self.plain, self.start, self.end))
        self._places = [each.start() for each in found], [each.end() for each in found]
        return self._places


def tokens(plain: str, start: int = 0, end: int | None = None) -> Tokens:
    """The tokens of `plain[start:end]`, offsets counted in `plain`."""
    end = len(plain) if end is None else end
    return Tokens(list(map(_canonical.__getitem__, _TOKEN.findall(plain, start, end))), plain, start, end)
