"""How far a word such as "not", "no evidence that" or "some clinics claim" reaches.

Cues are data (`data/cues.yaml`): each has a kind and a reach. A reach ends with its clause; one that goes "either"
way is to the right where the cue goes on ("is not proven to …"), else to the left ("…, which is not proven").
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
_SPEAKER = 6  # words from a comma to "said"
_AFTER_SPEAKER = 6  # words from there to the end
_SAID = 3  # words of what is said, at least
Reach = Literal["right", "left", "either", "clause", "sentence"]


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
    frame: str | None = None


class _Cues(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    breaks: tuple[str, ...]
    sources: tuple[str, ...]
    opens_subordinate: tuple[str, ...]
    comma_breaks_before: tuple[str, ...]
    goes_on: tuple[str, ...]
    claims: tuple[str, ...]
    frames: dict[str, tuple[str, ...]]
    cues: tuple[_Cue, ...]

    def says(self, cue: _Cue) -> tuple[str, ...]:
        """The phrases of a cue, in every way into them that its frame gives."""
        ways = self.frames[cue.frame] if cue.frame else ()
        return tuple(f"{way} {word}" for way in ways for word in cue.says) or cue.says


@dataclass(frozen=True, slots=True)
class _Known:
    lexicon: Lexicon
    breaks: frozenset[str]
    after_comma: frozenset[str]
    subordinate: frozenset[str]
    sources: frozenset[str]
    goes_on: frozenset[str]
    claims: frozenset[str]


@cache
def _cues() -> _Known:
    read = load(DATA / "cues.yaml", _Cues)
    entries = [Entry("cue", cue.kind, read.says(cue), cue.part, cue.reach) for cue in read.cues]
    lists = (read.breaks, read.comma_breaks_before, read.opens_subordinate, read.sources, read.goes_on, read.claims)
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
            opens = opens or (
                words[after : after + 1] == ["as"]
                and words[after + 1 : after + 2] != ["well"]
                and any(word in known.after_comma for word in words[after + 1 : after + 2])
            )
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
        if reach == "either":
            reach = (
                "right" if given.words[cue.last : cue.last + 1] and given.words[cue.last] in known.goes_on else "left"
            )
        if reach == "right":  # "yet" in "has yet to be shown" opens no clause
            first, last = cue.last, next(b for a, b in parts if a <= cue.last - 1 < b)
        elif reach == "left":
            if "which" in given.words[first : first + 2]:  # "…, which is nonsense"
                first = next((a for a, b in parts if b == first), first)
            first, last = _left(given.words, first, cue.first, known.sources), cue.first
            if cue.id == "doubt":
                first = min([first, *(at for at in range(first) if given.words[at] in known.claims)])
        elif reach == "sentence":
            first, last = 0, len(given)
        if cue.id == "report" and _speaker_last(given.words, cue, known.breaks):
            first, last = 0, len(given)
        if first < last:
            found.append(Scope(cue.id, first, last, cue))
    return found


def _speaker_last(words: list[str], cue: Match, breaks: frozenset[str]) -> bool:
    """ "It fades scars, the clinic announced today.": who says so stands at the end, behind a comma."""
    if len(words) - cue.last > _AFTER_SPEAKER:  # "…, said Dr Khan, and …"
        return words[cue.first - 1] == "," and cue.first > _SAID and "," in words[cue.last + 1 : cue.last + _SPEAKER]
    comma = next(
        (at for at in range(cue.first - 1, max(cue.first - _SPEAKER, _SAID) - 1, -1) if words[at] == ","), None
    )
    return (
        comma is not None and words[comma + 1] not in breaks and words[comma + 1] not in ("and", "or", "which", "who")
    )


def _left(words: list[str], first: int, last: int, sources: frozenset[str]) -> int:
    """Where a reach to the left starts: "…, but trials are lacking" says it of the trials alone."""
    comma = next((at for at in range(last - 1, first, -1) if words[at] == ","), first)
    return comma if any(word in sources for word in words[comma:last]) and comma > first else first
