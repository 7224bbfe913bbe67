"""Which effect a sentence promises on which outcome."""

from __future__ import annotations

from dataclasses import dataclass

from skinproof.language import Match
from skinproof.vocabulary import vocabulary

from .lexicon import Act, Outcome
from .marks import Sentence
from .model import Direction

_NEAR = 7  # words between an effect and its first outcome
_LIST = 5  # words between two outcomes of one list
_LEFT = 6
_JOINS = frozenset({"and", "or", ",", "&", "/", "both", "also", "-", "then", "plus", "as", "well"})
_AUXILIARY = frozenset(
    ("are", "is", "was", "were", "be", "has", "have", "had", "may", "can", "will", "would", "should", "could", "might")
)
_STOPS = _AUXILIARY | frozenset(
    (
        "by",
        "without",
        "than",
        "when",
        "after",
        "before",
        "while",
        "because",
        "using",
        "via",
        "through",
        "if",
        "where",
        "which",
        "who",
        "unlike",
        "versus",
        "during",
        "until",
        "cannot",
        "does",
        "do",
        "(",
        ")",
    )
)
_BLOCK = _STOPS - _AUXILIARY


@dataclass(frozen=True, slots=True)
class Pair:
    """An effect on an outcome. `tokens` are the places whose negation or doubt turns it."""

    outcome: Outcome
    direction: Direction
    first: int
    last: int
    tokens: tuple[int, ...]
    effect: Match | None


def pairs(sentence: Sentence) -> list[Pair]:
    """Every effect and outcome that belong together, in the order of the text."""
    content = [match for match in sentence.content if match.kind in ("effect", "state", "outcome", "harm")]
    found: list[Pair] = []
    used: set[int] = set()
    later: dict[int, list[int]] = {}
    for at in range(len(content) - 1, -1, -1):  # from the end, so that "reduces and softens lines" can share
        if content[at].kind in ("effect", "state"):
            later[at] = _objects(sentence, content, at, later)
    for at, match in enumerate(content):
        if match.kind not in ("effect", "state"):
            continue
        objects = later[at] or [o for o in _before(sentence, content, at) if o not in used]
        act: Act = match.entry.value
        if act.outcome is not None and not _specific(content, objects):
            found.append(_pair(sentence, act.outcome, "good", match, match, match))
            continue
        if not _specific(content, objects) and _state_follows(sentence, content, at):
            continue
        for index in objects:
            used.add(index)
            outcome: Outcome = content[index].entry.value
            found.append(_pair(sentence, outcome, act.sense, match, content[index], match))
    return found


def unpaired(sentence: Sentence, found: list[Pair]) -> list[Match]:
    """Outcomes and harms that no effect took."""
    taken = {(pair.outcome.id, token) for pair in found for token in pair.tokens}
    return [
        match
        for match in sentence.content
        if match.kind in ("outcome", "harm")
        and not any((match.id, token) in taken for token in range(match.first, match.last))
    ]


def direction(outcome: Outcome, sense: str) -> Direction:
    """What an effect of this sense does to this outcome, for the person."""
    if sense == "bad":
        return "harms"
    if outcome.harm:
        return "harms" if sense in ("up", "cause") else "safe"
    if sense == "cause":
        return "harms" if outcome.thing == "bad" else _good(outcome)
    helps = sense == "good" or (sense == "up") == (outcome.thing == "good")
    return _good(outcome) if helps else "harms"


def _good(outcome: Outcome) -> Direction:
    if outcome.concept is not None:
        return "improves" if vocabulary().concepts[outcome.concept].better == "higher" else "reduces"
    return "improves" if outcome.thing == "good" else "reduces"


def _pair(sentence: Sentence, outcome: Outcome, sense: str, effect: Match, where: Match, at: Match) -> Pair:
    first, last = min(effect.first, where.first), max(effect.last, where.last)
    return Pair(outcome, direction(outcome, sense), first, last, (at.first, where.first), effect)


def _objects(sentence: Sentence, content: list[Match], at: int, later: dict[int, list[int]]) -> list[int]:
    """Outcomes after an effect, up to where its reach ends."""
    found: list[int] = []
    end = content[at].last
    for index in range(at + 1, len(content)):
        here = content[index]
        gap = sentence.gap(end, here.first)
        if len(gap) > (_LIST if found else _NEAR) or any(word in _STOPS for word in gap):
            break
        if here.kind in ("effect", "state"):
            if not found and all(word in _JOINS for word in gap) and _alike(content[at], here):
                return later.get(index, [])
            if not found and here.kind == "effect" and here.entry.value.part == "adjective" and not gap:
                end = here.last
                continue
            break
        if found and not any(word in _JOINS for word in gap) and not _one_of_many(gap):
            break
        found.append(index)
        end = here.last
    return found


def _alike(a: Match, b: Match) -> bool:
    return bool(a.entry.value.part == b.entry.value.part)


def _one_of_many(gap: list[str]) -> bool:
    return gap in (["of"], ["in"], ["from"], ["of", "the"], ["in", "the"], ["associated", "with"], ["caused", "by"])


def _before(sentence: Sentence, content: list[Match], at: int) -> list[int]:
    """Outcomes right before an effect: "redness is reduced", "wrinkles fade", "scar reduction"."""
    found: list[int] = []
    start = content[at].first
    for index in range(at - 1, -1, -1):
        here = content[index]
        gap = sentence.gap(here.last, start)
        if here.kind not in ("outcome", "harm") or len(gap) > (_LIST if found else _LEFT):
            break
        if any(word in _BLOCK for word in gap) or (not found and "," in gap):
            break
        if found and not any(word in _JOINS for word in gap):
            break
        found.append(index)
        start = here.first
    return found[::-1]


def _specific(content: list[Match], objects: list[int]) -> bool:
    return any(not content[index].entry.value.generic for index in objects)


def _state_follows(sentence: Sentence, content: list[Match], at: int) -> bool:
    """Whether "gives" is followed by "firmer skin": the state then says it all."""
    if at + 1 == len(content) or content[at + 1].kind != "state":
        return False
    gap = sentence.gap(content[at].last, content[at + 1].first)
    return len(gap) <= _NEAR and not any(word in _STOPS for word in gap)
