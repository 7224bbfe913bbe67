"""One sentence with everything in it that the lexicon knows, sorted out so that no word counts twice."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from skinproof.language import Duration, Match, Money, Scope, Text, Tokens, clauses, durations, money, scopes, tokens

from .lexicon import words

# These speak of one thing at a time: where two overlap, the longer is meant ("chemical peel" is no "peeling").
_ORDER = ("treatment", "effect", "state", "outcome", "harm", "safe", "unsafe")
_RANK = {kind: at for at, kind in enumerate(_ORDER)}


@dataclass(slots=True)
class Sentence:
    """`content` holds treatments, effects, states, outcomes and harms in order, none overlapping; `other` the rest."""

    start: int
    end: int
    tokens: Tokens
    content: list[Match]
    other: dict[str, list[Match]]
    clauses: list[tuple[int, int]]
    scopes: list[Scope]
    times: list[Duration]
    sums: list[Money]
    asks: bool

    def kinds(self, *names: str) -> list[Match]:
        return [match for match in self.content if match.kind in names]

    def has(self, *names: str) -> bool:
        return any(self.other.get(name) for name in names)

    def clause_at(self, token: int) -> tuple[int, int]:
        return next((part for part in self.clauses if part[0] <= token < part[1]), (0, len(self.tokens)))

    def under(self, kind: str, *at: int) -> bool:
        return any(scope.kind == kind and any(scope.covers(token) for token in at) for scope in self.scopes)

    def offset(self, token: int) -> int:
        return self.tokens.starts[token]

    def token_at(self, offset: int) -> int:
        return min(bisect_left(self.tokens.ends, offset + 1), len(self.tokens) - 1)

    def gap(self, first: int, last: int) -> list[str]:
        return self.tokens.words[first:last]

    def said(self, matches: Iterable[Match], text: Text) -> tuple[str, ...]:
        found = (text.given[self.tokens.starts[m.first] : self.tokens.ends[m.last - 1]] for m in matches)
        return tuple(dict.fromkeys(found))


def mark(text: Text, start: int, end: int) -> Sentence | None:
    """The sentence at `start:end`; None where the lexicon knows nothing in it."""
    given = tokens(text.plain, start, end)
    matches = words().lexicon.find(given)
    if not matches:
        return None
    content: list[Match] = []
    other: dict[str, list[Match]] = {}
    for match in matches:
        if match.kind in _RANK:
            content.append(match)
        else:
            other.setdefault(match.kind, []).append(match)
    parts = clauses(given)
    told = text.plain[start:end].rstrip("\"')]*_ ")
    return Sentence(
        start,
        end,
        given,
        list(_apart(content)),
        other,
        parts,
        scopes(given, parts),
        list(durations(text.plain, start, end)),
        list(money(text.plain, start, end)),
        told.endswith("?"),
    )


def _apart(content: list[Match]) -> Iterator[Match]:
    """Of overlapping matches the longest; of equally long ones the first in `_ORDER`."""
    taken: list[Match] = []
    for match in sorted(content, key=lambda m: (m.first - m.last, _RANK[m.kind], m.first)):
        if not any(match.first < kept.last and kept.first < match.last for kept in taken):
            taken.append(match)
    yield from sorted(taken, key=lambda m: m.first)
