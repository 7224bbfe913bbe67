"""One sentence with everything in it that the lexicon knows, sorted out so that no word counts twice."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

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

# These speak of one thing at a time: where two overlap, the longer is meant ("chemical peel" is no "peeling"), and of
# equally long ones the first here.
_RANK = {kind: at for at, kind in enumerate(("nothing", "treatment", "effect", "state", "outcome", "harm", "safety"))}

_TITLE = 9  # words and signs of a heading such as "What the adverts say"
_ABROAD = frozenset(("and", "or", ",", ":", "(", "by", "with", "after"))  # a verb does not act on a thing behind these
_GAP = 4  # words between two words that say one thing
_BEHIND = 4  # words from a verb to the thing that it acts on


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

    def kinds(self, *names: str) -> list[Match]:
        return [match for match in self.content if match.kind in names]

    def has(self, *names: str) -> bool:
        return any(self.other.get(name) for name in names)

    def opens_with(self, name: str) -> bool:
        return any(match.first == 0 for match in self.other.get(name, ()))

    def clause_at(self, token: int) -> tuple[int, int]:
        return next((part for part in self.clauses if part[0] <= token < part[1]), (0, len(self.tokens)))

    def within(self, name: str, clause: tuple[int, int]) -> list[Match]:
        return [match for match in self.other.get(name, ()) if clause[0] <= match.first < clause[1]]

    def under(self, kind: str, *at: int, beside: Match | None = None) -> bool:
        """Whether one of the tokens stands under a cue of this kind that is no part of the match `beside`."""
        return any(
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
    for match in words().lexicon.find(given):
        if match.kind in _RANK:
            if _small(text, given, match):
                continue
            content.append(match)
        elif match.kind == "statement":
            row: Statement = match.entry.value
            (content if row.kind == "safety" else said).append(match)
        else:
            other.setdefault(match.kind, []).append(match)
    said += _approvals(given, content, said, other)
    content += _uses(given, content, other)
    if not content and not said and "promises" not in other and "harms" not in other:
        return None
    kept = _apart(given.words, content)
    said = [match for match in said if not _hidden(match, kept)]
    said = sorted([*said, *(match for match in kept if match.kind == "statement")], key=lambda match: match.first)
    content = [match for match in kept if match.kind not in ("nothing", "statement")]
    content = [m for before, m in zip([None, *content], content, strict=False) if not _names_it(given.words, before, m)]
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


def _names_it(told: list[str], before: Match | None, match: Match) -> bool:
    """Whether it belongs to the name before it: "laser resurfacing", "radiofrequency tightening"."""
    return (
        before is not None
        and before.kind == "treatment"
        and before.last == match.first
        and match.kind in ("effect", "state")
        and told[match.last - 1].endswith("ing")
    )


def _form_of(before: Match | None, match: Match) -> bool:
    """Whether it is the form that the one before it comes in: "niacinamide moisturiser"."""
    behind = before is not None and before.kind == match.kind == "treatment" and before.last == match.first
    return behind and match.id == "moisturiser"


def _hidden(match: Match, kept: list[Match]) -> bool:
    """Whether a statement is part of a longer phrase that says something else ("you can return to work")."""
    return any(
        other.kind == "nothing"
        and other.first < match.last
        and match.first < other.last
        and other.last - other.first > match.last - match.first
        for other in kept
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
    told = given.words
    found = []
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
    ends = {match.last for match in named.values()}
    found: list[tuple[int, int]] = []
    for first, last in _whole(clauses(given), named.values()):
        for at in range(first + 1, last - 1):
            if given.words[at] in (",", "and") and at not in ends:
                opens = at + 2 if given.words[at : at + 2] == [",", "and"] else at + 1
                if opens in named and not (
                    opens + 1 < last and given.words[named[opens].last : named[opens].last + 1] == [","]
                ):
                    found.append((first, at))
                    first = at
        found.append((first, last))
    return found


def _whole(parts: list[tuple[int, int]], named: Iterable[Match]) -> list[tuple[int, int]]:
    """No clause begins within a name: "nd:YAG laser"."""
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


def _small(text: Text, given: Tokens, match: Match) -> bool:
    """Whether letters that name a treatment in capitals stand in small ones ("led to")."""
    if match.last - match.first > 1 or given.words[match.first] not in words().grammar.capitals:
        return False
    start = given.starts[match.first]
    return not text.plain[start : start + 2].isupper()


def _apart(told: list[str], content: list[Match]) -> list[Match]:
    """Of overlapping matches the longest; of equally long ones the first in rank."""
    taken: set[int] = set()
    kept = []
    places: dict[tuple[int, int], set[str]] = {}
    for match in content:
        places.setdefault((match.first, match.last), set()).add(match.kind)
    things = [match.first for match in content if match.kind in ("outcome", "harm")]

    def order(match: Match) -> tuple[int, float, int]:
        rank: float = _RANK.get(match.kind, len(_RANK))
        if match.kind == "statement":
            rank = _RANK["effect"] - 0.5  # "it can be irritating"
        if match.kind == "outcome" and "effect" in places[match.first, match.last]:
            # "Speeds repair" names a thing, "repair the barrier" does something to one.
            acts = any(
                match.last <= first < match.last + _BEHIND and _ABROAD.isdisjoint(told[match.last : first])
                for first in things
            )
            rank = rank if acts else _RANK["effect"] - 1
        return match.first - match.last, rank, match.first

    for match in sorted(content, key=order):
        here = range(match.first, match.last)
        if taken.isdisjoint(here):
            taken.update(here)
            kept.append(match)
    return sorted(kept, key=lambda match: match.first)
