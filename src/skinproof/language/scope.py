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

from skinproof.vocabulary import Kept, load

from .lexicon import Entry, Lexicon, Match
from .telling import STOPS, Tellers, speaker_last, told_before
from .words import Tokens, canonical

DATA = Path(__file__).with_name("data")
_TO_SOURCE = 7  # words from "no" to "trial"
_TO_COLON = 6  # words from a cue to the colon of its label
_NONE = frozenset(("no", "neither", "lack", "lacks", "without", "nobody", "nothing", "one", "none"))
_PRONOUNS = frozenset(("it", "they", "i", "we", "you", "he", "she", "this", "that"))
_GOES_WITH = frozenset(("for", "as", "at", "in", "against", "on", "when"))
_SO = frozenset(("far", "much", "many", "long", "little", "few", "often", "called", "-", "good", "well", "soon"))
_NOT_YET = frozenset(("has", "have", "had", "not", "as", "nobody", "nothing", "no", "none", "can't", "cannot"))
_HAS_BEEN = (["been"], ["felt"], ["looked"], ["seemed"])
_MORE = frozenset(("so", "better", "more", "less", "this", "as"))
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


class _Cue(Kept):
    kind: str
    reach: Reach
    says: tuple[str, ...]
    part: str = "fixed"
    frame: str | None = None


class _Cues(Kept):
    breaks: tuple[str, ...]
    sources: tuple[str, ...]
    opens_subordinate: tuple[str, ...]
    comma_breaks_before: tuple[str, ...]
    goes_on: tuple[str, ...]
    claims: tuple[str, ...]
    speakers: tuple[str, ...]
    speaks: tuple[str, ...]
    thinks: tuple[str, ...]
    begins: tuple[str, ...]
    own: tuple[str, ...]
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
    parts: frozenset[str]  # without any of these a sentence is one clause
    after_comma: frozenset[str]
    subordinate: frozenset[str]
    sources: frozenset[str]
    goes_on: frozenset[str]
    claims: frozenset[str]
    tellers: Tellers
    heads: frozenset[str]
    heads_on: frozenset[str]


@cache
def _cues() -> _Known:
    read = load(DATA / "cues.yaml", _Cues)
    entries = [Entry("cue", cue.kind, read.says(cue), cue.part, cue.reach) for cue in read.cues]

    def each(words: tuple[str, ...]) -> frozenset[str]:
        return frozenset(canonical(word) for word in words)

    breaks = each(read.breaks)
    return _Known(
        Lexicon.of(entries), breaks, breaks | frozenset(",;:"), each(read.comma_breaks_before),
        each(read.opens_subordinate), each(read.sources), each(read.goes_on), each(read.claims),
        Tellers(each(read.speakers), each(read.speaks), each(read.thinks), each(read.begins), each(read.own)),
        each(read.heads), each(read.heads_on),
    )  # fmt: skip


def clauses(given: Tokens) -> list[tuple[int, int]]:
    """Token ranges between words such as "but" and "although", and commas that open or end a clause of their own."""
    known = _cues()
    words = given.words
    if known.parts.isdisjoint(words):
        return [(0, len(words))]
    found = []
    start = 0
    first = any(word in known.subordinate for word in words[:2])  # its first comma ends it
    for at, word in enumerate(words):
        opens = (word in known.breaks and not _only_looks_so(words, at)) or word in (";", ":")
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


def _only_looks_so(words: list[str], at: int) -> bool:
    """ "So far", "has yet to": a word that opens a clause elsewhere and does not here."""
    before, after = words[at - 1] if at else "", words[at + 1] if at + 1 < len(words) else ""
    if words[at] == "so":
        return after in _SO or before in ("or", "not")
    return words[at] == "yet" and (after == "to" or before in _NOT_YET)


def scopes(given: Tokens, parts: Sequence[tuple[int, int]] | None = None) -> list[Scope]:
    """What each cue of a sentence covers; phrases that only look like cues ("not only") cover nothing."""
    known = _cues()
    matches = known.lexicon.find(given)
    matches = [*matches, *known.tellers.verbs(given.words, matches)]
    if not matches:
        return []
    parts = parts or clauses(given)
    found = []
    for cue in matches:
        reach: Reach | None = cue.entry.value
        if cue.id == "nothing" or reach is None or _tops(given.words, cue):
            continue
        first, last = next((a, b) for a, b in parts if a <= cue.first < b)
        kind = "doubt" if cue.id == "negation" and _lacks(given.words, cue, last, known) else cue.id
        headed = _heads(given.words, first, cue, known) if reach in ("right", "either") else None
        if reach == "either":
            before, after = given.words[cue.last - 1], given.words[cue.last] if cue.last < len(given) else ""
            reach = (
                "right" if after in known.goes_on or (after in known.sources and before != "by") or headed else "left"
            )
            if after in _GOES_WITH and not headed:
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
            elif cue.id == "report" and all(word in STOPS for word in given.words[first:last]):
                first, last = told_before(given.words, parts, cue, opened)
        elif reach == "left":
            if "which" in given.words[first : first + 2]:  # "…, which is nonsense"
                first = next((a for a, b in parts if b == first), first)
            first, last = _left(given.words, first, cue.first, known.sources), cue.first
            if cue.id == "doubt":
                first = min([first, *(at for at in range(first) if given.words[at] in known.claims)])
        elif reach == "sentence":
            first, last = 0, len(given)
        if cue.id == "report" and speaker_last(given.words, cue, known.breaks):
            first, last = 0, len(given)
        if reach == "right" and "that" in given.words[first - 1 : first + 2]:
            last = _and_that(given.words, parts, last)
        if first < last:
            found.append(Scope(kind, first, last, cue))
    return found


def _tops(words: list[str], cue: Match) -> bool:
    """ "Has never been softer": it is as soft as can be."""
    if words[cue.last - 1] not in ("never", "not") or words[cue.last : cue.last + 1] not in _HAS_BEEN:
        return False
    near = words[cue.last + 1 : cue.last + 3]
    return any(word in _MORE or (word.endswith("er") and len(word) > len("never")) for word in near)


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


def _and_that(words: list[str], parts: Sequence[tuple[int, int]], last: int) -> int:
    """ "She said that it fades scars, and that …": a second "that" is under the same cue."""
    for first, end in parts:
        opening = [word for word in words[first : first + 3] if word != ","]
        if first == last and opening[:2] in (["and", "that"], ["or", "that"], ["but", "that"]):
            last = end
    return last


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


def _left(words: list[str], first: int, last: int, sources: frozenset[str]) -> int:
    """Where a reach to the left starts: "…, but trials are lacking" says it of the trials alone."""
    comma = next((at for at in range(last - 1, first, -1) if words[at] == ","), first)
    return comma if any(word in sources for word in words[comma:last]) and comma > first else first
