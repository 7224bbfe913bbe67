"""How far an effect reaches: which outcomes of a sentence it acts on, behind it or before it."""

from __future__ import annotations

from skinproof.language import Match

from .lexicon import Act, Outcome, words
from .marks import Sentence

NEAR = 7  # words between an effect and its first outcome
_LIST = 5  # words between two outcomes of one list
_LEFT = 6  # words between an outcome and the effect after it
_TAKES = 12  # in "lines usually take three to six months to improve"
_SLIGHT = 2  # "no", "minimal": right before what they speak of
_KIND = 5  # letters of a word such as "early"; shorter ones tie a sentence together
_LITTLE = 7  # letters of "for", "against"


def objects_of(
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
        near = _LIST if found else _SLIGHT if act.slight else NEAR
        apart = bool(found) and _not_that(gap)
        stopped = any(word in grammar.stops or word in grammar.auxiliaries for word in gap)
        if (len(gap) > near or stopped) and not apart:
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
            and not apart
            and not _listed(gap)
            and tuple(gap) not in grammar.of_many
            and tuple(gap) not in grammar.only_from
            and not _once_more(sentence, content[at], gap)
        ):
            break
        harmed = bool(found) and content[found[-1]].kind == "harm" and tuple(gap) in grammar.of_many
        harmed = harmed or (bool(found) and tuple(gap) in grammar.of_many and _symptom(content[found[-1]], here))
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


def _not_that(gap: list[str]) -> bool:
    """ "Works on bumps rather than on redness", "fades marks, not scars": of the second it says that it does not."""
    told = [
        word for word in gap if word not in (",", "but", "and", "on", "for", "in", "the", "your", "with", "background")
    ]
    return told in (["rather", "than"], ["not"], ["instead", "of"], ["never"], ["rather", "than", "of"])


def _symptom(match: Match, of: Match) -> bool:
    """ "The itch of eczema" """
    sign: Outcome = match.entry.value
    condition: Outcome = of.entry.value
    return sign.also_harm and condition.concept in ("severity-score", "masi") and not condition.also_harm


def _turns(before: Match, here: Match) -> bool:
    """Whether of one of two things more is good, of the other less."""
    both = [match.entry.value for match in (before, here) if match.kind == "outcome" and not match.entry.value.wide]
    kinds = {outcome.thing for outcome in both}
    return kinds == {"good", "bad"}


def _once_more(sentence: Sentence, act: Match, gap: list[str]) -> bool:
    """ "Used for acne and for rosacea": the little word that ends the effect comes again."""
    ends = sentence.tokens.words[act.last - 1]
    return len(gap) > 1 and gap[-1] == ends and len(ends) <= _LITTLE and words().grammar.joined(gap[:-1])


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


def told_before(sentence: Sentence, content: list[Match], at: int) -> list[int]:
    """What a passive or a predicate speaks of: "spots were reduced", "my lines are softer and …"."""
    grammar = words().grammar
    first = content[at].first
    near = sentence.gap(max(0, first - 2), first)
    links = grammar.links if content[at].entry.value.part == "adjective" else ()
    if not any(word in grammar.be_have or (word in links and not word.endswith("ly")) for word in near):
        return []  # "lines are softer", "lines appeared softer"
    clause = sentence.clause_at(first)
    before = (index for index in outcomes_before(sentence, content, at) if content[index].first >= clause[0])
    return [index for index in before if not content[index].entry.value.wide]


def _predicates(gap: list[str]) -> bool:
    """ "Lines are softer", "lines visibly reduced"; not "scars need something stronger"."""
    grammar = words().grammar
    return any(word in grammar.be_have or word in grammar.links or word in grammar.auxiliaries for word in gap) or all(
        word.endswith("ly") or word in (":", "very", "almost", "more", "less", "much", "now", "all") for word in gap
    )


def outcomes_before(sentence: Sentence, content: list[Match], at: int) -> list[int]:
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
