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
_TO_VERB = 10  # words from a speaker to the verb
_TO_SOURCE = 7  # words from "no" to "trial"
_TO_COLON = 6  # words from a cue to the colon of its label
_NONE = frozenset(("no", "neither", "lack", "lacks", "without"))
_STOPS = frozenset((".", "!", '"', ")"))
_PRONOUNS = frozenset(("it", "they", "i", "we", "you", "he", "she", "this", "that"))
_BE = frozenset(("to", "is", "are", "was", "were", "be", "been", "being"))
_PARTS = frozenset(
    (",", "in", "of", "between", "from", "for", "to", "with", "by", "than", "who", "after", "on", "at", "and")
)
Reach = Literal["right", "left", "either", "clause", "sentence", "evidence"]


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
    speakers: tuple[str, ...]
    speaks: tuple[str, ...]
    heads: tuple[str, ...]
    heads_on: tuple[str, ...]
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
    speakers: frozenset[str]
    speaks: frozenset[str]
    heads: frozenset[str]
    heads_on: frozenset[str]
    spoken: Entry


@cache
def _cues() -> _Known:
    read = load(DATA / "cues.yaml", _Cues)
    entries = [Entry("cue", cue.kind, read.says(cue), cue.part, cue.reach) for cue in read.cues]

    def each(words: tuple[str, ...]) -> frozenset[str]:
        return frozenset(canonical(word) for word in words)

    return _Known(
        Lexicon.of(entries), each(read.breaks), each(read.comma_breaks_before), each(read.opens_subordinate),
        each(read.sources), each(read.goes_on), each(read.claims), each(read.speakers), each(read.speaks),
        each(read.heads), each(read.heads_on), Entry("cue", "report", ("says",), "fixed", "right"),
    )  # fmt: skip


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
    if not known.speaks.isdisjoint(given.words):
        matches = [*matches, *_speaking(given.words, known, matches)]
    if not matches:
        return []
    parts = parts or clauses(given)
    found = []
    for cue in matches:
        reach: Reach | None = cue.entry.value
        if cue.id == "nothing" or reach is None:
            continue
        first, last = next((a, b) for a, b in parts if a <= cue.first < b)
        kind = "doubt" if cue.id == "negation" and _lacks(given.words, cue, last, known) else cue.id
        headed = _heads(given.words, first, cue, known) if reach in ("right", "either") else None
        if reach == "either":
            before, after = given.words[cue.last - 1], given.words[cue.last] if cue.last < len(given) else ""
            reach = (
                "right" if after in known.goes_on or (after in known.sources and before != "by") or headed else "left"
            )
            if after == "for" and not headed:
                reach = "clause"  # "the benefits for lines have not been shown for creams"
        if reach == "evidence":  # "evidence that it works is thin", not "my hair is thin"
            if known.sources.isdisjoint(given.words[first : cue.first]):
                continue
            reach = "left"
        if reach == "right":  # "yet" in "has yet to be shown" opens no clause
            opened = first
            first, last = cue.last, next(b for a, b in parts if a <= cue.last - 1 < b)
            if headed is not None:
                last = next((b for a, b in parts if a <= headed < b), last)
            elif cue.id == "report" and all(word in _STOPS for word in given.words[first:last]):
                first, last = _told_before(given.words, parts, cue, opened)
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
            found.append(Scope(kind, first, last, cue))
    return found


def _speaking(words: list[str], known: _Known, others: Sequence[Match]) -> list[Match]:
    """ "The salesman assured us", "its makers describe it as": who speaks, and right behind the verb of it."""
    taken = {at for match in others for at in range(match.first, match.last)}
    found = []
    for at, word in enumerate(words):
        if word not in known.speaks or at in taken or not at or (words[at - 1] in _BE and not word.endswith("ing")):
            continue  # "are thought to" names nobody, and what signals "tell cells to" do is no speech
        before = words[max(0, at - _TO_VERB) : at]
        comma = max((i for i, other in enumerate(before) if other in (",", ":", ";", "(")), default=-1)
        if not known.speakers.isdisjoint(before[comma + 1 :]):
            found.append(Match(known.spoken, at, at + 1))
    return found


def _lacks(words: list[str], cue: Match, end: int, known: _Known) -> bool:
    """ "No head-to-head trial …", "not one well-run study …": what is missing is what could bear it out."""
    if words[cue.last - 1] not in _NONE and words[cue.first : cue.last + 1] not in (["not", "one"], ["not", "a"]):
        return False
    for at in range(cue.last, min(cue.last + _TO_SOURCE, end)):
        if words[at] in known.sources:
            return True
        if words[at] in _PARTS and words[at - 1] != "-":
            return False
    return False


def _heads(words: list[str], first: int, cue: Match, known: _Known) -> int | None:
    """The place behind the colon of "What it won't do: …", "Unproven: …", whose cue speaks of all that follows."""
    end = next((at for at in range(cue.last, min(cue.last + _TO_COLON, len(words))) if words[at] == ":"), None)
    if end is None or end + 1 == len(words):
        return None
    between = words[cue.last : end]
    if cue.id == "negation":
        opens = words[first] in known.heads or cue.first - first <= 1
        held = all(word in known.heads_on for word in between) and (opens if between else True)
        return end + 1 if held and not (between and words[first] in _PRONOUNS) else None
    if cue.id not in ("doubt", "report") or not all(word in known.heads_on for word in between):
        return None
    reach: Reach = cue.entry.value
    if reach == "either" and not (words[first] in known.heads or cue.first - first <= 1):
        return None
    return end + 1


def _told_before(words: list[str], parts: Sequence[tuple[int, int]], cue: Match, opened: int) -> tuple[int, int]:
    """ "It fades scars, or so the clinics say": the verb ends what it speaks of."""
    if len(words) - cue.last > 2:
        return opened, opened
    if "so" in words[opened : cue.first] or words[opened] in (",", "as"):
        return 0, cue.first
    return opened, opened


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
