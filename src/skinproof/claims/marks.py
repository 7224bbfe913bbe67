"""One sentence with everything in it that the lexicon knows, sorted out so that no word counts twice."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from skinproof.language import (
    Duration,
    Match,
    Money,
    Scope,
    Text,
    Tokens,
    clauses,
    durations,
    money,
    scopes,
    tells_money,
    tells_time,
    tokens,
)

from ._rows import Statement
from .lexicon import GENERAL, PRONOUN, words
from .overlap import RANK, apart, of_condition

_TITLE = 9  # words and signs of a heading such as "What the adverts say"
_GAP = 4  # words between two words that say one thing


@dataclass(slots=True)
class Sentence:
    """`content` holds treatments, effects, states, outcomes and harms in order, none overlapping; `other` the rest.

    `said` are statements; those about safety count as content, for "no downtime" speaks of no downtime.
    """

    start: int
    end: int
    tokens: Tokens
    content: list[Match]
    other: dict[str, list[Match]]
    said: list[Match]
    clauses: list[tuple[int, int]]
    scopes: list[Scope]
    times: list[Duration]
    sums: list[Money]
    asks: bool
    treatments: list[Match]  # those named: "this treatment" names none
    _sorted: dict[tuple[str, ...], list[Match]] = field(default_factory=dict, repr=False, compare=False)

    def kinds(self, *names: str) -> list[Match]:
        """The content of these kinds, in order; sorted out once, for the same few are asked for again and again."""
        if (known := self._sorted.get(names)) is None:
            self._sorted[names] = known = [match for match in self.content if match.kind in names]
        return known

    def has(self, *names: str) -> bool:
        return not self.other.keys().isdisjoint(names)

    def opens_with(self, name: str) -> bool:
        opening = self.other.get(name)
        return opening is not None and opening[0].first == 0

    def clause_at(self, token: int) -> tuple[int, int]:
        for part in self.clauses:
            if part[0] <= token < part[1]:
                return part
        return 0, len(self.tokens)

    def within(self, name: str, clause: tuple[int, int]) -> list[Match]:
        if name not in self.other:
            return []
        first, last = clause
        return [match for match in self.other[name] if first <= match.first < last]

    def under(self, kind: str, *at: int, beside: Match | None = None) -> bool:
        """Whether one of the tokens stands under a cue of this kind that is no part of the match `beside`."""
        return bool(self.scopes) and any(
            scope.kind == kind
            and any(scope.covers(token) for token in at)
            and not (beside and beside.first <= scope.cue.first < beside.last)
            for scope in self.scopes
        )

    def token_at(self, offset: int) -> int:
        return min(bisect_left(self.tokens.ends, offset + 1), len(self.tokens) - 1)

    def gap(self, first: int, last: int) -> list[str]:
        return self.tokens.words[first:last]

    def quotes(self, matches: Iterable[Match], text: Text) -> tuple[str, ...]:
        found = (text.given[self.tokens.starts[m.first] : self.tokens.ends[m.last - 1]] for m in matches)
        return tuple(dict.fromkeys(found))


def cued(text: Text, start: int, end: int) -> bool:
    """Whether `start:end` holds a word that turns what follows, as in "Myth: …" or "Some say: …"."""
    return bool(scopes(tokens(text.plain[start:end] + " it")))


def reaching_on(text: Text, start: int, end: int) -> tuple[bool, set[str]]:
    """The kinds of cue that reach past the end of `start:end`, as in "Some clinics claim that it can:", and whether it
    is the cue and no more ("Myth", "What they say")."""
    shown = text.plain[start:end].rstrip(":*_ \n")
    if shown.endswith("?"):
        return False, set()
    labelled = tokens(shown + " : it")
    last = len(labelled) - 1
    headed = scopes(labelled)
    titled = {scope.kind for scope in headed if scope.cue.last == last or scope.covers(last)}
    if not headed:
        return False, set()
    given = tokens(shown + " it")  # what would stand behind the colon
    kinds = {scope.kind for scope in scopes(given) if scope.covers(len(given) - 1)}
    return bool(titled) and len(given) <= _TITLE, kinds | titled


def mark(text: Text, start: int, end: int) -> Sentence | None:
    """The sentence at `start:end`; None where the lexicon knows nothing in it that a claim could be made of."""
    given = tokens(text.plain, start, end)
    content: list[Match] = []
    other: dict[str, list[Match]] = {}
    said: list[Match] = []
    known = words()
    capitals = known.grammar.capitals.intersection(given.words)
    for match in known.lexicon.find(given):
        kind = match.kind
        if kind in RANK:
            if capitals and _small(text, given, match, capitals):
                continue
            content.append(match)
        elif kind == "statement":
            row: Statement = match.entry.value
            (content if row.kind == "safety" else said).append(match)
        elif kind in other:
            other[kind].append(match)
        else:
            other[kind] = [match]
    said += _approvals(given, content, said, other)
    content += _uses(given, content, other)
    if not content and not said and "promises" not in other and "harms" not in other:
        return None
    content = [match for match in content if match.id != "soon-over" or not of_condition(given.words, match, content)]
    kept = apart(given.words, content)
    empty = [match for match in kept if match.kind == "nothing"]
    safety = [match for match in kept if match.kind == "statement"]
    if said:
        said = [match for match in said if not _hidden(match, empty)]
    if safety:
        said = sorted([*said, *safety], key=lambda match: match.first)
    if empty or safety:
        kept = [match for match in kept if match.kind not in ("nothing", "statement")]
    content = _without_names(given.words, kept)
    content = [m for before, m in zip([None, *content], content, strict=False) if not _form_of(before, m)]
    parts = _parts(given, content)
    reaches = _shortened(given, content, scopes(given, parts))
    times = list(durations(text.plain, start, end)) if tells_time(given.words) else []
    sums = list(money(text.plain, start, end)) if tells_money(given.words) else []
    asks = text.plain[max(start, end - 8) : end].rstrip("\"')]*_ ").endswith("?")
    if asks and text.plain[max(start, end - 3) : end].rstrip("\"')]*_ ").endswith(("??", "?!", "!?")):
        asks = given.words[0] in words().grammar.asks  # "Shrinks pores AND fades marks??" boasts
    named = [match for match in content if match.kind == "treatment" and match.id not in (GENERAL, PRONOUN)]
    return Sentence(start, end, given, content, other, said, parts, reaches, times, sums, asks, named)


def _without_names(told: list[str], content: list[Match]) -> list[Match]:
    """All but what belongs to the name before it: "laser resurfacing", "radiofrequency tightening"."""
    made = []
    named = -1  # where a treatment's name has just ended
    for match in content:
        if match.first == named and match.kind in ("effect", "state") and told[match.last - 1].endswith("ing"):
            named = -1
            continue
        made.append(match)
        named = match.last if match.kind == "treatment" else -1
    return made


def _form_of(before: Match | None, match: Match) -> bool:
    """Whether it is the form that the one before it comes in: "niacinamide moisturiser"."""
    behind = before is not None and before.kind == match.kind == "treatment" and before.last == match.first
    return behind and match.id == "moisturiser"


def _hidden(match: Match, empty: list[Match]) -> bool:
    """Whether a statement is part of a longer phrase that says something else ("you can return to work")."""
    return any(
        other.first < match.last and match.first < other.last and other.last - other.first > match.last - match.first
        for other in empty
    )


def _approvals(
    given: Tokens, content: list[Match], said: list[Match], other: dict[str, list[Match]]
) -> Iterator[Match]:
    """ "The FDA has not approved a single …": a statement with a gap in it."""
    for cue in other.get("approving", ()):
        by = (who for who in other.get("regulator", ()) if 0 <= cue.first - who.last <= _GAP)
        if next(by, None) and not any(match.first <= cue.first < match.last for match in (*said, *content)):
            yield Match(words().approval, cue.first, cue.last)


def _uses(given: Tokens, content: list[Match], other: dict[str, list[Match]]) -> list[Match]:
    """ "We use X for …": "for" does what "treats" does."""
    found: list[Match] = []
    if "using" not in other and "purpose" not in other:
        return found
    told = given.words
    for match in content:
        at = match.last
        if match.kind != "treatment" or told[at : at + 1] != ["for"]:
            continue
        if any(0 <= match.first - cue.last <= _GAP for cue in other.get("using", ())):
            found.append(Match(words().used_for, at, at + 1))
    for cue in other.get("purpose", ()):  # "marketed for"
        found += [Match(words().used_for, cue.last, cue.last + 1)] if told[cue.last : cue.last + 1] == ["for"] else []
    return found


def _parts(given: Tokens, content: list[Match]) -> list[tuple[int, int]]:
    """The clauses, a new one where a treatment opens it ("…, and lasers tighten")."""
    named = {match.first: match for match in content if match.kind == "treatment"}
    if not named:
        return clauses(given)
    told = given.words
    parts = _whole(clauses(given), named.values())
    breaks = [at for at, word in enumerate(told) if word in (",", "and")]
    if not breaks:
        return parts
    ends = {match.last for match in named.values()}
    found: list[tuple[int, int]] = []
    for first, last in parts:
        for at in breaks:
            if first < at < last - 1 and at not in ends:
                opens = at + 2 if told[at : at + 2] == [",", "and"] else at + 1
                if opens in named and not (
                    opens + 1 < last and told[named[opens].last : named[opens].last + 1] == [","]
                ):
                    found.append((first, at))
                    first = at
        found.append((first, last))
    return found


def _whole(parts: list[tuple[int, int]], named: Iterable[Match]) -> list[tuple[int, int]]:
    """No clause begins within a name: "nd:YAG laser"."""
    if len(parts) == 1:
        return parts
    inside = {at for match in named for at in range(match.first + 1, match.last)}
    made: list[tuple[int, int]] = []
    for first, last in parts:
        if made and first in inside:
            first = made.pop()[0]
        made.append((first, last))
    return made


def _shortened(given: Tokens, content: list[Match], found: list[Scope]) -> list[Scope]:
    """ "It does not sting and smooths lines": "not" ends where another verb or subject takes over."""
    if not any(scope.kind == "negation" for scope in found):
        return found
    told = given.words
    anew = [at for at, word in enumerate(told[:-1]) if word == "and" and told[at + 1] in words().grammar.anew]
    found = [
        replace(scope, last=min([at for at in anew if at >= scope.first] + [scope.last]))
        if scope.kind == "negation"
        else scope
        for scope in found
    ]
    turns = [
        match.first for match in content
        if match.kind in ("effect", "state") and match.entry.value.part == "verb" and match.first
        and given.words[match.first - 1] == "and" and given.words[match.first].endswith("s")
    ]  # fmt: skip
    return [
        replace(scope, last=min([turn for turn in turns if turn >= scope.first] + [scope.last]))
        if scope.kind == "negation" and given.words[scope.first - 1].endswith(("not", "n't"))
        else scope
        for scope in found
    ]


def _small(text: Text, given: Tokens, match: Match, capitals: frozenset[str]) -> bool:
    """Whether letters that name a treatment in capitals stand in small ones ("led to")."""
    if match.last - match.first > 1 or given.words[match.first] not in capitals:
        return False
    start = given.starts[match.first]
    return not text.plain[start : start + 2].isupper()
