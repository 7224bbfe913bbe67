"""A sentence as a person writes it: its words in one spelling, and how far "no", "used to" or "my mum" reach.

Cues and boundaries are data (`data/cues.yaml`). Unlike in adverts, people leave out stops: an "I" opens a clause too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import Field

from skinproof.language import Entry, Lexicon, Tokens, canonical, tokens
from skinproof.vocabulary import Kept, load

from .people import people

DATA = Path(__file__).with_name("data")
_OWNS = frozenset({"my", "our"})
_LINKS = frozenset(
    {"in", "of", "on", "with", "to", "around", "round", "from", "at", "under", "by", "near", "behind", "about"}
)
_WONDER = frozenset({"would", "could", "can", "will", "is", "does", "might"})
_NOT_WONDERED = frozenset(
    {"it", "this", "that", "there", "i", "we", "you", "not", "like", "love", "be", "have", "never", "only", "no"}
)
_OPENERS = frozenset({",", "and", "so", "but", "-", "or", "then", ".", "also", "?"})
_GOOD = frozenset(
    {"ok", "okay", "help", "work", "safe", "suit", "better", "good", "alright", "affect", "clash", "suitable", "fix"}
)
_ITS = frozenset({"it", "they", "its", "it's", "has", "have", "all", "is", "was", "then", "that", "which", "since"})
_ANSWERS = frozenset({"no", "none", "nil", "never", "nope"})
# with "my sister's cream" behind them, it is the writer who uses it, and goes on to
_USES = frozenset(
    {"use", "using", "put", "putting", "take", "taking", "apply", "applying", "borrowing", "pinching", "rub", "rubbing"}
    | {"share", "sharing", "on"}
)
_OWNERS_DO = frozenset(
    {",", ".", "and", "who", "has", "had", "is", "was", "got", "uses", "used", "takes", "took", "too"}
)
_DO = frozenset(
    {
        "take",
        "use",
        "have",
        "had",
        "am",
        "get",
        "got",
        "took",
        "used",
        "started",
        "put",
        "do",
        "feel",
        "suffer",
        "smoke",
        "drink",
    }
)
_LIGHT = frozenset({"only", "just", "also", "still", "now", "then", "mostly", "currently", "do", "did"})
Kind = Literal[
    "denied", "possible", "past", "other", "hypothetical", "wish", "future", "fear", "nothing", "told", "soft"
]


class _Cue(Kept):
    kind: Kind
    reach: Literal["right", "left", "clause", "rest"]
    over: bool = False
    says: tuple[str, ...]


class _Cues(Kept):
    hard: tuple[str, ...]
    first_person: tuple[str, ...] = Field(alias="first-person")
    verbs: tuple[str, ...]
    reports: tuple[str, ...]
    behalf: tuple[str, ...]
    kin: tuple[str, ...]
    cues: tuple[_Cue, ...]


@dataclass(frozen=True, slots=True)
class Reach:
    """Tokens `first` up to `last` stand under a cue, which itself is at `at:until`."""

    kind: Kind
    first: int
    last: int
    at: int
    until: int
    left: bool = False  # what it says stands before it: "... is fine"

    def covers(self, first: int, last: int) -> bool:
        """Whether it says something of the phrase at these tokens: a cue inside the phrase is part of it."""
        return self.first < last and first < self.last and not (first <= self.at and self.until <= last)


@cache
def _cues() -> tuple[Lexicon, _Cues, frozenset[str], frozenset[str], frozenset[str]]:
    read = load(DATA / "cues.yaml", _Cues)
    entries = [Entry("cue", f"{at}", cue.says, "fixed", cue) for at, cue in enumerate(read.cues)]
    lists = (read.hard, read.first_person, read.verbs)
    return Lexicon.of(entries), read, *(frozenset(canonical(word) for word in words) for words in lists)  # type: ignore[return-value]


def words_of(plain: str, start: int, end: int) -> Tokens:
    """Tokens with the short forms and slips that people type put right ("im", "dont", "pregant")."""
    given = tokens(plain, start, end)
    same = people().same
    return replace(given, words=[same.get(word, word) for word in given.words])


def reaches(given: Tokens) -> list[Reach]:
    """What each cue of a sentence covers, in order of place."""
    lexicon, _, hard, first_person, verbs = _cues()
    words = given.words
    found = []
    for match in lexicon.find(given):
        cue: _Cue = match.entry.value
        if cue.kind == "nothing" or (cue.kind == "other" and match.first and words[match.first - 1] == "like"):
            continue
        if cue.kind == "other" and _writers_use(words, match.first, match.last, first_person):
            continue
        first, last = match.last, match.last
        if cue.reach != "left":
            last = _right(words, match.last, cue, hard, first_person, verbs)
            if cue.kind == "other" and _is_object(words, match.first, hard, first_person):
                last = next((at for at in range(match.last, last) if _goes_on(words, at)), last)
        if cue.reach == "rest":
            last = next((at for at in range(match.last, len(words)) if words[at] in hard), len(words))
        elif cue.reach != "right":
            opens, whole = match.first, False
            if cue.kind == "past" and cue.reach == "left":
                opens, whole = _behind_but(words, opens)
            if cue.reach == "left" and opens > 1 and words[opens - 1] == ",":
                opens, whole = (
                    opens - 1,
                    cue.kind in ("past", "hypothetical"),
                )  # "burnt on Friday and it peeled, gone now"
            first = _left(words, opens, hard, first_person, whole)
            last = max(last, match.first)
        kind: Kind = "told" if cue.kind == "other" and _reports(words, match.last) else cue.kind
        found.append(Reach(kind, first, last, match.first, match.last, cue.reach == "left"))
    found += _wonders(words)
    for at in range(1, len(words)):
        ends = at + 1 == len(words) or words[at + 1] in (",", ";", ".", ":")
        if words[at] in _ANSWERS and words[at - 1] not in (",", ".", "and", "or", "oh") and ends:  # "allergies: none"
            first = max(
                (place + 1 for place in range(at - 1) if words[place] in (",", ";", ".", "and", "but")), default=0
            )
            found.append(Reach("denied", first, at, at, at + 1, left=True))
    return found


def _writers_use(words: list[str], first: int, last: int, first_person: frozenset[str]) -> bool:
    """Whether it only tells whose it was what the writer uses: "I've been putting my son's cream on it"."""
    before = words[max(first - 4, 0) : first]
    uses = bool(before) and not _USES.isdisjoint(before[-2:]) and not first_person.isdisjoint(before)
    return uses and last < len(words) and words[last] not in _OWNERS_DO


def _is_object(words: list[str], first: int, hard: frozenset[str], first_person: frozenset[str]) -> bool:
    """Whether somebody else is only whom the writer does something with: "I walk the dog and take ramipril"."""
    if not first or words[first - 1] in hard or words[first - 1] in (",", "and", "or", "but", "-"):
        return False
    for at in range(first - 1, -1, -1):
        if words[at] in hard:
            return False
        if words[at] in first_person and words[at] not in _OWNS:
            return True
    return False


def _goes_on(words: list[str], at: int) -> bool:
    """Whether at a comma or an "and" the writer goes on to tell what they do themselves."""
    if words[at] not in ("and", ","):
        return False
    does = next((word for word in words[at + 1 : at + 4] if word not in _LIGHT and word not in ("and", ",")), "")
    return does in _DO


def _behind_but(words: list[str], opens: int) -> tuple[int, bool]:
    """Where what has passed stands, if a "but" leads to it: "my hair fell out, but it grew back"."""
    at = opens
    while at and words[at - 1] in _ITS:
        at -= 1
    if at and words[at - 1] == "but":
        return (at - 2 if at > 1 and words[at - 2] == "," else at - 1), True
    return opens, False


def _wonders(words: list[str]) -> Iterator[Reach]:
    """Clauses that ask after something without a question mark: "would finasteride be ok for me"."""
    for at in range(len(words) - 2):
        if words[at] not in _WONDER or words[at + 1] in _NOT_WONDERED or (at and words[at - 1] not in _OPENERS):
            continue
        last = next(
            (end for end in range(at + 1, len(words)) if words[end] in (",", "but", "because", "?")), len(words)
        )
        if not _GOOD.isdisjoint(words[at + 2 : min(last, at + 10)]):
            yield Reach("hypothetical", at + 1, last, at, at + 1)


def _reports(words: list[str], at: int) -> bool:
    """Whether somebody else only tells it: "my wife says it has grown" speaks of the writer."""
    reports = _reporting()
    if words[at : at + 2] in (["swears", "by"], ["swear", "by"]):
        return False  # what somebody else has themselves
    return any(word in reports for word in words[at : at + 3]) and not {"her", "his", "their"} & set(words[at : at + 5])


@cache
def _reporting() -> frozenset[str]:
    return frozenset(canonical(word) for word in _cues()[1].reports)


@cache
def _for_another() -> tuple[re.Pattern[str], re.Pattern[str]]:
    read = _cues()[1]
    kin = "|".join(read.kin)
    behalf = "|".join(phrase.replace("<kin>", rf"(?:\w+ ){{0,4}}(?:{kin})") for phrase in read.behalf)
    begins = rf"\b(?:my|our|teenage|teenaged|\d+ ?(?:yrs?|years?|yo)?(?: old)?) (?:\w+ ){{0,4}}(?:{kin})"
    return re.compile(rf"\b(?:{behalf})\b", re.IGNORECASE), re.compile(begins, re.IGNORECASE)


_CHILD = re.compile(r"\b(?:sons?|daughters?|child|kid|lad|boy|girl|teenager)\b", re.IGNORECASE)
_THEIRS = re.compile(r"\b(?:he|she|his|her|him)\b", re.IGNORECASE)
# "we" and "us" may be a parent's: "should we halve it?"
_OF_THE_WRITER = re.compile(r"\b(?:i|i'?m|i'?ve|i'?d|i'?ll|me|my|mine|myself|im|ive)\b", re.IGNORECASE)


def written_for_another(plain: str) -> bool:
    """Whether the person whose skin it is about is not the writer: it says so, or it begins with somebody else and
    tells nothing of the writer."""
    said, theirs = _for_another()
    if said.search(plain):
        return True
    begins = theirs.match(plain.lstrip())
    return (
        begins is not None
        and _CHILD.search(begins.group()) is not None
        and bool(_THEIRS.search(plain))
        and not _OF_THE_WRITER.search(theirs.sub(" ", plain))
    )


def is_of_kin(plain: str, end: int) -> bool:
    """Whether a number that ends at `end` is of somebody else: "my 14 year old daughter"."""
    kin = _for_another_kin()
    return kin.match(plain, end) is not None


@cache
def _for_another_kin() -> re.Pattern[str]:
    return re.compile(rf"\s+(?:old\s+)?(?:(?!my\b|and\b|with\b)\w+\s+)?(?:{'|'.join(_cues()[1].kin)})\b", re.IGNORECASE)


def _right(
    words: list[str], start: int, cue: _Cue, hard: frozenset[str], first_person: frozenset[str], verbs: frozenset[str]
) -> int:
    over = cue.over
    if start < len(words) and words[start] == "," and words[start - 1] in _ANSWERS:
        return start  # "cold sores never, ...": it answers what stands before it
    for at in range(start, len(words)):
        word = words[at]
        if word in hard and not (word == "." and at + 1 < len(words)):
            return at
        if word in _OWNS and words[at - 1] in _LINKS:
            continue  # "no pain in my eyes": all of it is denied
        if word in first_person and at > start:
            if not over or words[at - 1] in (",", "and"):
                return at
            over = False
        elif word in first_person and not over and cue.kind in ("denied", "other") and cue.reach == "right":
            return at
        if word in (",", "and", "-") and cue.kind != "other" and _opens(words, at, first_person, verbs, cue):
            return at
        if word in ("and", ",") and cue.kind == "other" and at + 1 < len(words) and words[at + 1] in first_person:
            return at
    return len(words)


def _opens(words: list[str], at: int, first_person: frozenset[str], verbs: frozenset[str], cue: _Cue) -> bool:
    """Whether a comma, dash or "and" opens a clause of its own: what follows it, up to the next one, holds a verb."""
    if cue.over and cue.kind in ("possible", "soft"):
        return words[at] == ","
    for word in words[at + 1 : at + 8]:
        if word in (",", "and", "or", "nor", "."):
            return False
        if word in verbs or word in first_person or (word.endswith("ing") and len(word) > 5):
            return True
    return False


def _left(words: list[str], end: int, hard: frozenset[str], first_person: frozenset[str], over_and: bool) -> int:
    for at in range(end - 1, -1, -1):
        if words[at] in hard or words[at] == "," or (words[at] == "and" and not over_and):
            return at + 1
        if words[at] in _OWNS and at and words[at - 1] in _LINKS:
            continue  # "burnt on my shoulders when I was twelve": all of it was then
        if words[at] in first_person and not (words[at] in _OWNS and over_and):
            return at
    return 0
