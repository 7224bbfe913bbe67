"""Which effect a sentence promises on which outcome."""

from __future__ import annotations

from dataclasses import replace
from itertools import zip_longest
from typing import NamedTuple

from skinproof.language import Match, canonical
from skinproof.vocabulary import vocabulary

from .lexicon import Act, Outcome, words
from .marks import Sentence
from .model import Direction
from .reach import NEAR, objects_of, outcomes_before, told_before

_SMALL = 4  # words from a harm to the end of "is very low"
_AFTER_MORE = frozenset(("than", "in", "for", "with", "on", "at", "and", "or", "but", "after", "by", "when", "if"))
_AWAY = (["out"], ["away"], ["off"], ["down"])
_COMES = "comes"  # "appears": a thing does, or is so
_BESIDE = 4  # words between an adjective of the skin and the skin


class Pair(NamedTuple):
    """An effect on an outcome. `tokens` are the places whose negation or doubt turns it."""

    outcome: Outcome
    direction: Direction
    first: int
    last: int
    tokens: tuple[int, ...]
    effect: Match | None


def pairs(sentence: Sentence) -> list[Pair]:
    """Every effect and outcome that belong together, in the order of the text, each outcome once."""
    if not sentence.kinds("state") and not (sentence.kinds("effect") and sentence.kinds("outcome", "harm")):
        return []  # a state makes a pair by itself, an effect acts on something
    content = [m for m in sentence.kinds("effect", "state", "outcome", "harm") if _counts(sentence, m)]
    content = [m for m, after in zip_longest(content, content[1:]) if not (_of_kind(m, after) or _links(m, after))]
    later: dict[int, list[int]] = {}
    used: set[int] = set()  # outcomes, and nouns such as "risk of" that another effect acts on
    for at in range(len(content) - 1, -1, -1):  # from the end, so that "reduces and softens lines" can share
        if content[at].kind in ("effect", "state"):
            later[at] = objects_of(sentence, content, at, later, used)
    found: list[Pair] = []
    for at, match in enumerate(content):
        if match.kind not in ("effect", "state") or at in used or _of_a_thing(sentence, content, at):
            continue
        if (at and _is_degree(content[at - 1], match)) or _compares_another(sentence, match):
            continue
        if match.entry.value.no_change == "negated" and not sentence.under("negation", match.first):
            continue  # "changes": better or worse
        objects = (
            told_before(sentence, content, at)
            or later[at]
            or [index for index in outcomes_before(sentence, content, at) if index not in used]
        )
        made = _of(sentence.tokens.words, content, match, objects, used)
        if _undone(sentence, content, at, later):
            made = [pair._replace(direction=good(pair.outcome)) if pair.direction == "harms" else pair for pair in made]
        act: Act = match.entry.value
        if act.outcome is not None and all(pair.outcome.wide or pair.outcome.thing == "neutral" for pair in made):
            made = [_pair(act.outcome, direction(act.outcome, act) or "none", match, match)]
        found += made
    return _best(found)


def _of(told: list[str], content: list[Match], match: Match, objects: list[int], used: set[int]) -> list[Pair]:
    act: Act = match.entry.value
    of_skin = words().grammar.of_skin
    made = []
    for index in objects:
        outcome: Outcome = content[index].entry.value
        if outcome.treated and (act.treats or (act.sense == "good" and outcome.id == outcome.concern)):
            outcome = outcome.treated
        if outcome.wide and not outcome.harm and outcome.id not in act.wide:
            continue
        way: Direction | None
        if _comes_back(told, match, content[index], outcome):
            outcome, way = replace(words().outcomes["relapse"], concern=outcome.concern), "harms"
        else:
            way = direction(outcome, act)
        if way == "harms" and act.sense == "up" and not outcome.harm and told[content[index].last - 1] in of_skin:
            way = good(outcome)  # "wakes up dull skin" does something for the skin
        if (
            way == "harms"
            and act.sense == "cause"
            and told[content[index].last - 1] in of_skin
            and _better(content, index)
        ):
            way = None  # "leaves dull skin brighter"
        if act.sense == "bad" and content[index].first == match.last and told[match.last - 1].endswith("ed"):
            way = None  # "irritated skin" is not what does it
        if way == "harms" and act.part == "noun" and act.sense == "cause" and _is_small(told, content[index]):
            way = "safe"
        if (
            way == "harms"
            and not outcome.harm
            and act.sense in ("give", "show", "cause")
            and match.first < content[index].first
            and told[content[index].last : content[index].last + 1] in _AWAY
        ):
            way = good(outcome)  # "takes the redness out of scars"
        if way == "harms" and outcome.harm and told[content[index].last : content[index].last + 1] == ["less"]:
            way = "safe"  # "hurts less"
        if way == "safe" and _passes(told, content[index], match):
            way = "harms"  # "bruising fades in a week": there was some
        if way is not None:
            used.add(index)
            made.append(_pair(outcome, way, match, content[index]))
    return made


def _better(content: list[Match], index: int) -> bool:
    """Whether a state of the skin follows at once: "dull skin smoother", "dry skin well hydrated"."""
    after = content[index + 1] if index + 1 < len(content) else None
    return after is not None and after.kind in ("state", "effect") and after.first - content[index].last <= 1


def _comes_back(told: list[str], effect: Match, thing: Match, outcome: Outcome) -> bool:
    """ "Melasma had returned" """
    if outcome.thing != "bad" or outcome.harm or thing.last > effect.first:
        return False
    return not words().grammar.comes_back.isdisjoint(told[effect.first : effect.last])


def _is_small(told: list[str], harm: Match) -> bool:
    """ "The risk of allergy is very low" """
    after = told[harm.last : harm.last + _SMALL]
    grammar = words().grammar
    return after[:1] != [] and after[0] in grammar.be_have and not grammar.small.isdisjoint(after[1:])


def _passes(told: list[str], harm: Match, effect: Match) -> bool:
    """Whether an unwanted effect goes away by itself, rather than being reduced."""
    act: Act = effect.entry.value
    if harm.kind == "harm" and effect.id == "seldom-seen":
        return True
    if harm.kind != "harm" or harm.last > effect.first or act.part != "verb" or act.slight:
        return False
    return not any(word in words().grammar.be_have for word in told[harm.last : effect.first])


def _best(found: list[Pair]) -> list[Pair]:
    """One pair for each place where an outcome is named; wide words ("the skin") only where nothing nearer is."""
    if any(not pair.outcome.wide for pair in found):
        found = [pair for pair in found if not pair.outcome.wide or pair.outcome.harm]
    nearest: dict[int, Pair] = {}
    for pair in found:
        place = pair.tokens[1]
        if place not in nearest or _nearness(pair) < _nearness(nearest[place]):
            nearest[place] = pair
    return list(nearest.values())


def _nearness(pair: Pair) -> tuple[int, bool]:
    """Of two as near, "redness settles" before "see redness"."""
    shows = pair.effect is not None and pair.effect.entry.value.sense == "show"
    return pair.last - pair.first, shows


def unpaired(sentence: Sentence, found: list[Pair]) -> list[Match]:
    """Outcomes and harms that no effect took."""
    things = sentence.kinds("outcome", "harm")
    if not things:
        return []
    taken = {token for pair in found for token in pair.tokens}
    return [match for match in things if taken.isdisjoint(range(match.first, match.last))]


def direction(outcome: Outcome, act: Act) -> Direction | None:
    """What this effect does to this outcome, for the person; None where the two make no promise."""
    sense = act.sense
    if outcome.thing == "neutral":
        return None if sense in ("show", "bad") or act.slight else "none"
    if sense == "act":
        return None
    if act.slight:
        return "safe" if outcome.harm or outcome.also_harm else None
    if sense == "bad":
        return "harms"
    if outcome.harm:
        return "safe" if sense in ("down", "good") else "harms"
    if sense in ("cause", "give", "show"):
        if outcome.thing == "good":
            return None if sense == "show" and act.part == "adjective" else good(outcome)
        return "harms" if sense == "cause" or outcome.also_harm else None
    helps = sense == "good" or (sense == "up") == (outcome.thing == "good")
    return good(outcome) if helps else "harms"


def good(outcome: Outcome) -> Direction:
    """The direction in which this outcome is better."""
    if outcome.concept is not None:
        return "improves" if vocabulary().concepts[outcome.concept].better == "higher" else "reduces"
    return "improves" if outcome.thing == "good" else "reduces"


def _pair(outcome: Outcome, way: Direction, effect: Match, where: Match) -> Pair:
    first, last = min(effect.first, where.first), max(effect.last, where.last)
    return Pair(outcome, way, first, last, (effect.first, where.first), effect)


def _counts(sentence: Sentence, match: Match) -> bool:
    """ "Smooth", "young": only beside the skin, or where something makes it so; "smoother" says it by itself."""
    if match.kind != "state" or match.entry.value.part != "adjective" or match.last - match.first > 1:
        return True
    word = sentence.tokens.words[match.first]
    if not any(word == canonical(said) for said in match.entry.says):
        return True
    if sentence.gap(max(0, match.first - 1), match.first) in (["more"], ["less"]):
        return True
    grammar = words().grammar
    near = sentence.gap(max(0, match.first - _BESIDE), match.last + _BESIDE)
    before = sentence.gap(max(0, match.first - _BESIDE), match.first)
    return any(other in grammar.of_skin for other in near) or any(other in grammar.links for other in before)


def _links(match: Match, after: Match | None) -> bool:
    """Whether it only says that the next is so: "patches feel softer"."""
    if match.kind != "effect" or after is None or after.kind not in ("effect", "state"):
        return False
    act: Act = match.entry.value
    shows = (act.sense == "show" or match.id == _COMES) and act.part == "verb"
    return shows and after.first - match.last <= 1 and after.entry.value.part == "adjective"


def _is_degree(before: Match, match: Match) -> bool:
    """ "Prevents more sun damage": how much, of what the verb does."""
    if before.kind != "effect" or match.kind != "effect" or match.first != before.last:
        return False
    act: Act = before.entry.value
    degree: Act = match.entry.value
    return act.part == "verb" and act.sense == "down" and degree.part == "adjective" and degree.sense == "up"


def _compares_another(sentence: Sentence, match: Match) -> bool:
    """ "Acne is more widespread": of what is more, another word tells."""
    told = sentence.tokens.words
    if told[match.first : match.last] != ["more"] or not match.first or match.last >= len(told):
        return False
    after = told[match.last]
    return told[match.first - 1] in ("is", "are", "was", "were") and after.isalpha() and after not in _AFTER_MORE


def _of_kind(match: Match, after: Match | None) -> bool:
    """Whether it only says what kind the next is: "jawline spots"."""
    if match.kind != "outcome" or after is None or after.kind != "outcome" or after.first != match.last:
        return False
    head: Outcome = after.entry.value
    return head.thing != "neutral" and not head.wide and head.kind == "efficacy"


def _of_a_thing(sentence: Sentence, content: list[Match], at: int) -> bool:
    """ "The bacteria that cause spots": the bacteria do, not the treatment."""
    if not at or content[at - 1].kind != "outcome" or content[at].entry.value.sense != "cause":
        return False
    return sentence.gap(content[at - 1].last, content[at].first) in (["that"], ["which"], ["that", "can"], [])


def _undone(sentence: Sentence, content: list[Match], at: int, later: dict[int, list[int]]) -> bool:
    """ "Damps down the chemicals that drive inflammation": less of what brings more of it."""
    place = at - 1
    while place >= 0 and content[place].kind == "outcome" and content[place].entry.value.thing == "neutral":
        place -= 1  # "the signals that trigger it"
    before = content[place] if place >= 0 else None
    if before is None or before.kind != "effect" or before.entry.value.sense not in ("down", "act"):
        return False
    if any(content[index].entry.value.thing != "neutral" for index in later.get(place, [])):
        return False
    gap = sentence.gap(before.last, content[at].first)
    return 1 < len(gap) <= NEAR and gap[-1] in ("that", "which") and "," not in gap
