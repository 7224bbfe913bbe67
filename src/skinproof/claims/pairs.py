"""Which effect a sentence promises on which outcome."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import zip_longest

from skinproof.language import Match, canonical
from skinproof.vocabulary import vocabulary

from .lexicon import Act, Outcome, words
from .marks import Sentence
from .model import Direction

_NEAR = 7  # words between an effect and its first outcome
_LIST = 5  # words between two outcomes of one list
_LEFT = 6  # words between an outcome and the effect after it
_TAKES = 12  # in "lines usually take three to six months to improve"
_SLIGHT = 2  # "no", "minimal": right before what they speak of
_KIND = 5  # letters of a word such as "early"; shorter ones tie a sentence together
_LITTLE = 7  # letters of "for", "against"
_SMALL = 4  # words from a harm to the end of "is very low"
_BESIDE = 4  # words between an adjective of the skin and the skin


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
    """Every effect and outcome that belong together, in the order of the text, each outcome once."""
    content = [m for m in sentence.content if m.kind in ("effect", "state", "outcome", "harm") and _counts(sentence, m)]
    content = [m for m, after in zip_longest(content, content[1:]) if not _of_kind(m, after)]
    later: dict[int, list[int]] = {}
    used: set[int] = set()  # outcomes, and nouns such as "risk of" that another effect acts on
    for at in range(len(content) - 1, -1, -1):  # from the end, so that "reduces and softens lines" can share
        if content[at].kind in ("effect", "state"):
            later[at] = _objects(sentence, content, at, later, used)
    found: list[Pair] = []
    for at, match in enumerate(content):
        if match.kind not in ("effect", "state") or at in used or _of_a_thing(sentence, content, at):
            continue
        objects = (
            _told_before(sentence, content, at)
            or later[at]
            or [index for index in _before(sentence, content, at) if index not in used]
        )
        made = _of(sentence.tokens.words, content, match, objects, used)
        if _undone(sentence, content, at, later):
            made = [replace(pair, direction=good(pair.outcome)) if pair.direction == "harms" else pair for pair in made]
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
        if act.treats and outcome.treated:
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
        if act.sense == "bad" and content[index].first == match.last and told[match.last - 1].endswith("ed"):
            way = None  # "irritated skin" is not what does it
        if way == "harms" and act.part == "noun" and act.sense == "cause" and _is_small(told, content[index]):
            way = "safe"
        if way == "safe" and _passes(told, content[index], match):
            way = "harms"  # "bruising fades in a week": there was some
        if way is not None:
            used.add(index)
            made.append(_pair(outcome, way, match, content[index]))
    return made


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
    taken = {token for pair in found for token in pair.tokens}
    return [match for match in sentence.kinds("outcome", "harm") if taken.isdisjoint(range(match.first, match.last))]


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


def _objects(
    sentence: Sentence, content: list[Match], at: int, later: dict[int, list[int]], used: set[int]
) -> list[int]:
    """Outcomes after an effect, up to where its reach ends."""
    grammar = words().grammar
    act: Act = content[at].entry.value
    found: list[int] = []
    end = content[at].last
    for index in range(at + 1, len(content)):
        here = content[index]
        gap = sentence.gap(end, here.first)
        near = _LIST if found else _SLIGHT if act.slight else _NEAR
        if len(gap) > near or any(word in grammar.stops or word in grammar.auxiliaries for word in gap):
            break
        if here.kind in ("effect", "state"):
            other: Act = here.entry.value
            if (
                found
                and not gap
                and here.kind == "effect"
                and not sentence.gap(here.first, here.last)[-1].endswith("s")
            ):
                end = here.last  # "oil control, pores and …"
                continue
            if found:
                break
            if gap in ([], ["to"]) and act.part == "verb" and other.part == "verb":
                break  # "helps reduce": the second says it
            passed = gap in ([], ["the"], ["any"], ["your"]) and other.part == "noun" and act.part == "verb"
            if passed and (other.sense == "cause" or (other.sense == "up" and here.kind == "effect")):
                end = here.last  # "reduces the risk of", "slows the production of"
                used.add(index)
                continue
            if grammar.joined(gap) and act.part == other.part and here.kind == content[at].kind == "effect":
                return later.get(index, [])
            if (
                here.kind == "effect"
                and other.part == "adjective"
                and (not gap or act.part == "adjective" or other.sense == "show")
                and grammar.joined(gap)
            ):
                end = here.last
                continue
            break
        if (
            found
            and not _listed(gap)
            and tuple(gap) not in grammar.of_many
            and tuple(gap) not in grammar.only_from
            and not _once_more(sentence, content[at], gap)
        ):
            break
        harmed = bool(found) and content[found[-1]].kind == "harm" and tuple(gap) in grammar.of_many
        if found and (harmed or tuple(gap) in grammar.only_from):  # "infection in burns"
            end = here.last
            continue
        if found and tuple(gap) in grammar.of_many and _turns(content[found[-1]], here):
            break  # "halts the shrinking of follicles" does nothing to follicles that is bad
        if found and act.part == "adjective" and act.sense in ("up", "down") and _turns(content[found[-1]], here):
            break  # "fewer lines and hair"
        if not found and gap[:1] in (["and"], ["or"], [","], ["-"]):
            break
        if not found and not gap and _given_to(sentence, content, index, act):
            end = here.last + 1  # "floods the skin with moisture", "gives skin bounce"
            continue
        found.append(index)
        end = here.last
    return found


def _of_kind(match: Match, after: Match | None) -> bool:
    """Whether it only says what kind the next is: "jawline spots"."""
    if match.kind != "outcome" or after is None or after.kind != "outcome" or after.first != match.last:
        return False
    head: Outcome = after.entry.value
    return head.thing != "neutral" and not head.wide and head.kind == "efficacy"


def _turns(before: Match, here: Match) -> bool:
    """Whether of one of two things more is good, of the other less."""
    both = [match.entry.value for match in (before, here) if match.kind == "outcome" and not match.entry.value.wide]
    kinds = {outcome.thing for outcome in both}
    return kinds == {"good", "bad"}


def _once_more(sentence: Sentence, act: Match, gap: list[str]) -> bool:
    """ "Used for acne and for rosacea": the little word that ends the effect comes again."""
    ends = sentence.tokens.words[act.last - 1]
    return len(gap) > 1 and gap[-1] == ends and len(ends) <= _LITTLE and words().grammar.joined(gap[:-1])


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
    return 1 < len(gap) <= _NEAR and gap[-1] in ("that", "which") and "," not in gap


def _listed(gap: list[str]) -> bool:
    """Between two of a list, one word that says what kind the next is: "lines, early sun damage"."""
    grammar = words().grammar
    if grammar.joined(gap) or (
        len(gap) > 1 and grammar.joined([word for word in gap if word not in grammar.determiners])
    ):
        return True
    odd = [word for word in gap if word not in grammar.joins]
    return len(odd) == 1 and gap[0] in grammar.joins and gap[-1] == odd[0] and len(odd[0]) >= _KIND and odd[0].isalpha()


def _given_to(sentence: Sentence, content: list[Match], index: int, act: Act) -> bool:
    """Whether this is where something goes, and what goes there follows."""
    outcome: Outcome = content[index].entry.value
    if not outcome.wide or outcome.harm or outcome.id in act.wide or index + 1 == len(content):
        return False
    gap = sentence.gap(content[index].last, content[index + 1].first)
    return content[index + 1].kind == "outcome" and gap[:1] in (["with"], ["in"], ["of"], ["from"])


def _told_before(sentence: Sentence, content: list[Match], at: int) -> list[int]:
    """What a passive or a predicate speaks of: "spots were reduced", "my lines are softer and …"."""
    grammar = words().grammar
    first = content[at].first
    if not any(word in grammar.be_have for word in sentence.gap(max(0, first - 2), first)):
        return []
    clause = sentence.clause_at(first)
    before = (index for index in _before(sentence, content, at) if content[index].first >= clause[0])
    return [index for index in before if not content[index].entry.value.wide]


def _predicates(gap: list[str]) -> bool:
    """ "Lines are softer", "lines visibly reduced"; not "scars need something stronger"."""
    grammar = words().grammar
    return any(word in grammar.be_have or word in grammar.links or word in grammar.auxiliaries for word in gap) or all(
        word.endswith("ly") or word in (":", "very", "almost", "more", "less", "much", "now", "all") for word in gap
    )


def _before(sentence: Sentence, content: list[Match], at: int) -> list[int]:
    """Outcomes right before an effect: "redness is reduced", "wrinkles fade", "scar reduction"."""
    grammar = words().grammar
    found: list[int] = []
    start = content[at].first
    for index in range(at - 1, -1, -1):
        here = content[index]
        gap = sentence.gap(here.last, start)
        reach = _LIST if found else _TAKES if gap[-1:] == ["to"] and ("take" in gap or "takes" in gap) else _LEFT
        if here.kind not in ("outcome", "harm") or len(gap) > reach:
            break
        if any(word in grammar.stops for word in gap) or (not found and "," in gap):
            break
        if not found and gap and content[at].entry.value.part == "adjective" and not _predicates(gap):
            break
        if found and not grammar.joined(gap):
            break
        found.append(index)
        start = here.first
    return found[::-1]
