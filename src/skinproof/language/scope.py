"""How far a word such as "not", "no evidence that" or "some clinics claim" reaches.

Cues are data (`data/cues.yaml`): each has a kind and a reach. A reach ends with its clause.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from skinproof.vocabulary import load

from .lexicon import Entry, Lexicon, Match
from .words import Tokens, canonical

DATA = Path(__file__).with_name("data")
Reach = Literal["right", "left", "clause", "sentence"]


@dataclass(frozen=True, slots=True)
class Scope:
    """Tokens `first` up to `last` stand under a cue of this kind."""

    kind: str
    first: int
    last: int
    cue: Match

    def covers(self, at: int) -> bool:
        return self.first <= at < self.last


class _Cue(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    kind: str
    reach: Reach
    says: tuple[str, ...]
    part: str = "fixed"


class _Cues(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    breaks: tuple[str, ...]
    sources: tuple[str, ...]
    opens_subordinate: tuple[str, ...]
    comma_breaks_before: tuple[str, ...]
    cues: tuple[_Cue, ...]


@dataclass(frozen=True, slots=True)
class _Known:
    lexicon: Lexicon
    breaks: frozenset[str]
    after_comma: frozenset[str]
    subordinate: frozenset[str]
    sources: frozenset[str]


@cache
def _cues() -> _Known:
    read = load(DATA / "cues.yaml", _Cues)
    entries = [Entry("cue", cue.kind, cue.says, cue.part, cue.reach) for cue in read.cues]
    lists = (read.breaks, read.comma_breaks_before, read.opens_subordinate, read.sources)
    return _Known(Lexicon.of(entries), *(frozenset(canonical(word) for word in words) for words in lists))


def clauses(given: Tokens) -> list[tuple[int, int]]:
    """Token ranges between words such as "but" and "although", and commas that open or end a clause of their own."""
    known = _cues()
    words = given.words
    found = []
    start = 0
    first = any(word in known.subordinate for word in words[:2])  # its first comma ends it
    for at, word in enumerate(words):
        opens = word in known.breaks or word in (";", ":")
        if word == "," and at + 1 < len(words):
            after = at + 2 if words[at + 1] in ("and", "or") else at + 1
            opens = first or (after < len(words) and words[after] in known.after_comma)
            first = False
        if opens and at > start:
            found.append((start, at))
            start = at
    found.append((start, len(words)))
    return found


def scopes(given: Tokens, parts: Sequence[tuple[int, int]] | None = None) -> list[Scope]:
    """What each cue of a sentence covers; phrases that only look like cues ("not only") cover nothing."""
    known = _cues()
    matches = known.lexicon.find(given)
    if not matches:
        return []
    parts = parts or clauses(given)
    found = []
    for cue in matches:
        reach: Reach | None = cue.entry.value
        if cue.id == "nothing" or reach is None:
            continue
        first, last = next((a, b) for a, b in parts if a <= cue.first < b)
        if reach == "right":
            first = cue.last
        elif reach == "left":
            first, last = _left(given.words, first, cue.first, known.sources), cue.first
        elif reach == "sentence":
            first, last = 0, len(given)
        if first < last:
            found.append(Scope(cue.id, first, last, cue))
    return found


def _left(words: list[str], first: int, last: int, sources: frozenset[str]) -> int:
    """Where a reach to the left starts: "…, but trials are lacking" says it of the trials alone."""
    comma = next((at for at in range(last - 1, first, -1) if words[at] == ","), first)
    return comma if any(word in sources for word in words[comma:last]) and comma > first else first
