"""Sentences that turn what stands before them: "None of this is proven.", "No study backs it up.", "Or so they say."

The words are data (`data/turning.yaml`); how they are put together stands here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from skinproof.vocabulary import Kept, load

from .speech import Voice

DATA = Path(__file__).with_name("data")
_LONGEST = 170  # characters
_TAIL = 80  # characters
_HERALDS = 50  # characters
_TAILS = re.compile(r" - |, |\(|; ")
# What takes back the sentence that it ends speaks of it: "…, but they don't", not "…, sunscreen doesn't".
_OWN = re.compile(
    r"(?:(?:but|or|though|although|and|at least|except|only) )*(?:it|they|this|that|these|those|none|neither|or so|so"
    r"|there|no|not|if|allegedly|supposedly|unproven|untrue|nonsense|rubbish|nobody|we|i|do|does)\b",
    re.IGNORECASE,
)
_HERALD = re.compile(
    r"[\"'(*]*(?:the|their|its|his|her|my|this|one|another|a|[\w']+'s?)(?: [\w'-]+){0,3}? "
    r"(?:(?P<denied>myth|misconception|fallacy|fiction|lie|nonsense)|claim|promise|pitch|theory|idea|hype|story|line|hope"
    r"|spiel|sales pitch|marketing|headline|advert)s?[*_]*[?:][*_]*$",
    re.IGNORECASE,
)
_MANY = re.compile(
    r"\b(?:none|neither|either|any of|all of|most of|few of|these|those|such claims|they|them)\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Turn:
    """`voice` is what becomes of it; `all` whether more than the sentence before is meant ("these claims")."""

    voice: Voice
    all: bool


class _Words(Kept):
    claims: tuple[str, ...]
    sources: tuple[str, ...]
    holds: tuple[str, ...]
    refutes: tuple[str, ...]
    alone: tuple[str, ...]
    ends: tuple[str, ...]
    tells: tuple[str, ...]
    said_to_be: tuple[str, ...]


def _any(words: Iterable[str]) -> str:
    return "(?:" + "|".join(map(re.escape, sorted(words, key=len, reverse=True))) + ")"


@cache
def _pattern() -> re.Pattern[str]:
    read = load(DATA / "turning.yaml", _Words)
    claims, sources, holds = _any(read.claims), _any(read.sources), _any(read.holds)
    opening = (
        r"[\"'(]?(?:(?:sadly|but|and|so|yet|still|so far|in fact|in truth|in reality|however|unfortunately|alas"
        r"|actually|except|"
        r"only|to date|at present|for now|of course|well|spoiler|as yet)[,:]? )*"
    )
    some = (
        rf"(?:any|all|most|much|some|either|none|neither|one|not one|little|few|nothing|both"
        rf"|half) of (?:this|that|these|those|it|them|the above)(?: {claims})?"
    )
    many = (
        rf"(?:(?:these|those|such|all these|all the|the)(?: \w+)? (?:{claims})|they|these|those"
        rf"|neither(?: {claims})?|both)"
    )
    one = rf"(?:(?:this|that|the)(?: \w+)? {claims}|this|that|it|which)"
    meant = rf"(?:{some}|{many}|{one})"
    lack = (
        r"(?:no|little|scant|not enough|zero|insufficient|precious little|hardly any|barely any"
        r"|not a (?:shred|scrap|single piece) of|not a single|not one|weak|poor|limited)"
    )
    be = r"(?:is|are|was|were|has|have|had|does|do|did|can|could|will|would|remains?|seems?|sounds?|looks?)"
    adverb = r"(?: (?:\w+ly|still|yet|ever|just|all|quite|pure|simply|so far|been|be|to be|both|also|even|at best))*"
    negative = r"(?:n't| not| never| hardly| barely| yet to be| far from| nowhere near| no longer)"
    denied = "|".join(
        (
            rf"(?:none|neither|nothing|few|not one|little)(?: of (?:this|that|these|those|it|them"
            rf"|the above)(?: {claims})?| {claims})?"
            rf" {be}{adverb}(?: a| any)?(?: \w+)? (?:{holds}|{sources})\b",
            rf"{meant}(?:'s| {be}){negative}{adverb}(?: {be})?{adverb} (?:a )?{holds}\b",
            rf"{meant} {be}{adverb} yet to be {holds}\b",
            rf"{meant}(?:'s| {be}){adverb} {_any(read.refutes)}\b",
            rf"{meant} (?:has|have|had|lacks?|rests? on)(?: been)? {lack}(?: \w+){{0,2}} {sources}\b",
            rf"{meant} lacks? (?:\w+ )?{sources}\b",
            rf"(?:(?:there(?:'s| is| are| was| were)|we (?:found|know of|have seen|could find)|i (?:found"
            rf"|could find)|he offers|"
            rf"she offers|they offer)(?: still| currently| as yet)? )?{lack}(?: [\w,-]+){{0,4}}? {sources}"
            rf"(?: \w+){{0,4}}? (?:for|of|behind|up|to support|to back|supports?|backs?|shows?|showing|bears?|confirms?"
            rf"|proves?|supporting|backing)"
            rf"(?: up)? (?:{meant})",
            r"(?:i|we|nobody|no one) (?:have not|haven't|have never|have yet to|has|could not|couldn't|cannot|can't"
            r"|did not|didn't|do not|don't) (?:ever |yet )?(?:seen?|found|find|come across|know of|read)"
            rf" (?:any |much |the |a )?(?:[\w-]+ ){{0,3}}?{sources}",
            rf"(?:the |our )?{sources} (?:do|does|did|is|are|has|have)(?:n't| not) (?:\w+ )?"
            rf"(?:support|supported|back|bear|confirm|confirmed|there|shown|show|borne|agree)(?: {meant})?\b",
            rf"(?:i|we|experts|doctors|trials|studies) (?:don't|do not|can't|cannot|have not|haven't|didn't"
            rf"|did not) (?:\w+ )?(?:believe|support|confirm|find|found|show|shown|think) (?:{meant}|so)\b",
        )
    )
    told = "|".join(
        (
            rf"(?:or so|so|at least,? so|at least according to|according to)(?: \w+){{0,4}}? {_any(read.tells)}\b"
            r"(?! (?:us|your|a doctor|the doctor|the nurse|the pharmacist|the clinic)\b)",
            rf"(?:at least,? )?(?:that|this|it|such|those|these)(?:'s| is| was| are| were)(?:, at least,)? "
            rf"(?:the|what|how|their|its|only the)(?: \w+){{0,3}}? {_any((*read.tells, *read.said_to_be))}\b",
        )
    )
    short = rf"{_any(read.alone)}(?=[ .!?)\"']*$)"
    unfinished = (
        rf"(?:it|they|this|that|\w+) (?:doesn't|don't|didn't|won't|can't|isn't|aren't|hasn't|haven't|wouldn't|"
        rf"(?:does|do|did|will|can|is|are|has|have) not|cannot)(?: {_any(read.ends)})?(?=[ .!?)\"']*$)"
    )
    unshown = (
        rf"(?:[^:;\n]{{0,60}}[, ] ?)?(?:(?:there(?:'s| is| was)|i (?:found|know of)|we (?:found|know of)) )?"
        rf"(?:still |yet |as yet )?"
        rf"{lack}(?: [\w-]+){{0,2}}? {sources} (?:that|to show that|to suggest that|to say that)"
        rf" (?:it|they|this|either|any of (?:it|them|this|these)|these|those)(?: really| actually)?"
        rf" (?:does|do|did|can|will|would|works?)(?: {_any((*read.ends, 'either', 'so', 'that', 'anything'))})?"
        rf"(?=[ .!?)\"']*$)"
    )
    return re.compile(
        rf"{opening}(?:(?P<denied>(?:{denied})(?! (?:exactly |precisely |to be )?(?:how|why|what|whether|if|to"
        rf"|that|which|when|where|who)\b)[^:;\n]{{0,60}}$|{short}|{unfinished}|{unshown})"
        rf"|(?P<told>(?:{told})[^:;\n]{{0,40}}$))",
        re.IGNORECASE,
    )


def tails(plain: str, start: int, end: int) -> Iterator[int]:
    """Where a sentence may take itself back: behind a dash, a bracket or a comma near its end."""
    first = max(start + 1, end - _TAIL)
    for found in _TAILS.finditer(plain, first, end):
        if _OWN.match(plain, found.end(), end):
            yield found.end()


def herald(plain: str, start: int, end: int) -> Voice | None:
    """In whose mouth "The claim?", "The myth:" puts what follows."""
    found = _HERALD.match(plain, start, end) if end - start < _HERALDS else None
    return None if not found else "denied" if found["denied"] else "reported"


def turn(plain: str, start: int, end: int) -> Turn | None:
    """What the sentence `plain[start:end]` makes of the one before it, or of all that was said."""
    if end - start > _LONGEST:
        return None
    found = _pattern().match(plain, start, end)
    if not found:
        return None
    many = _MANY.search(plain, start, end)
    return Turn("denied" if found["denied"] else "reported", many is not None)
