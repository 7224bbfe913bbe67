"""Of the words of the lexicon that overlap in a sentence, those that are meant."""

from __future__ import annotations

from operator import attrgetter

from skinproof.language import Match

from .lexicon import Outcome, words

# These speak of one thing at a time: where two overlap, the longer is meant ("chemical peel" is no "peeling"), and of
# equally long ones the first here.
RANK = {kind: at for at, kind in enumerate(("nothing", "treatment", "effect", "state", "outcome", "harm", "safety"))}

_first = attrgetter("first")
_ABROAD = frozenset(("and", "or", ",", ":", "(", "by", "with", "after"))  # a verb does not act on a thing behind these
_BEHIND = 4  # words from a verb to the thing that it acts on


def apart(told: list[str], content: list[Match]) -> list[Match]:
    """Of overlapping matches the longest; of equally long ones the first in rank."""
    content = sorted(content, key=_first)
    kept: list[Match] = []
    at = 0
    while at < len(content):  # bunch by bunch of those that overlap; most stand alone
        start, reach = at, content[at].last
        at += 1
        while at < len(content) and content[at].first < reach:
            reach = max(reach, content[at].last)
            at += 1
        kept += content[start:at] if at - start == 1 else _longest(told, content[start:at], content)
    return kept


def _longest(told: list[str], bunch: list[Match], content: list[Match]) -> list[Match]:
    acting = {(match.first, match.last) for match in bunch if match.kind == "effect"}

    def order(match: Match) -> tuple[int, float, int]:
        rank: float = RANK.get(match.kind, len(RANK))
        if match.kind == "statement":
            rank = RANK["effect"] - 0.5  # "it can be irritating"
        if match.kind == "outcome" and (match.first, match.last) in acting:
            # "Speeds repair" names a thing, "repair the barrier" does something to one.
            acts = any(
                match.last <= thing.first < match.last + _BEHIND
                and thing.kind in ("outcome", "harm")
                and _ABROAD.isdisjoint(told[match.last : thing.first])
                for thing in content
            )
            rank = rank if acts else RANK["effect"] - 1
        return match.first - match.last, rank, match.first

    taken: set[int] = set()
    kept = []
    for match in sorted(bunch, key=order):
        here = range(match.first, match.last)
        if taken.isdisjoint(here):
            taken.update(here)
            kept.append(match)
    return sorted(kept, key=_first)


def of_condition(told: list[str], passing: Match, content: list[Match]) -> bool:
    """ "Most flares settle within a week": it is the condition that passes, no unwanted effect."""
    for match in content:
        if match.kind == "outcome" and match.last <= passing.first and match.last >= passing.first - 1:
            outcome: Outcome = match.entry.value
            between = told[match.last : passing.first]
            return (
                outcome.thing == "bad"
                and not outcome.also_harm
                and all(w in words().grammar.auxiliaries for w in between)
            )
    return False
