"""What a sentence tells with no effect on an outcome: doubts, what is missing, prices, lists of unwanted effects."""

from __future__ import annotations

from collections.abc import Iterator

from skinproof.language import Match, tokens

from .lexicon import Outcome, words
from .marks import Sentence
from .pairs import Pair, good, unpaired

_LISTED = 3  # words between two unwanted effects of one list
_TIED = 4  # words from "for" to what it is for
_SOON = 5  # words from an unwanted effect to the end of "is extremely unlikely"
_TWO = 2
_TRIAL = 5  # words from "no" to "trial"


def doubted(sentence: Sentence) -> Iterator[Pair]:
    """ "Exosomes are unproven for hair loss": an outcome that no word acts on, under a doubt."""
    for match in sentence.kinds("outcome") if sentence.treatments else ():
        outcome: Outcome = match.entry.value
        if outcome.wide or outcome.thing == "neutral" or not sentence.under("doubt", match.first):
            continue
        yield Pair(outcome, good(outcome), match.first, match.last, (match.first, match.first), None)


def lacking(sentence: Sentence) -> Match | None:
    """ "No large trial has been published": what is missing, where no statement of the lexicon says so."""
    if any(match.entry.value.evidence or match.entry.value.denies for match in sentence.said):
        return None
    told = sentence.tokens.words
    for scope in sentence.scopes:
        if scope.kind == "doubt" and told[scope.cue.first : scope.cue.last] == ["no"]:
            for at in range(scope.cue.last, min(scope.cue.last + _TRIAL, len(told) - 1)):
                if told[at] in words().grammar.trials and told[at + 1] in words().grammar.be_have:
                    return Match(words().lacking, scope.cue.first, at + 1)
    return None


def compared_in(sentence: Sentence, match: Match) -> Outcome | None:
    """ "Works better than X for scars": in what."""
    for thing in sentence.kinds("outcome"):
        outcome: Outcome = thing.entry.value
        tied = "for" in sentence.gap(max(0, thing.first - _TIED), thing.first)
        if thing.first >= match.first and tied and not outcome.wide and outcome.thing != "neutral":
            return outcome.treated or outcome
    return None


def price_list(sentence: Sentence) -> bool:
    """ "Microneedling, £150 a session": a name and its sum."""
    first = sentence.token_at(sentence.sums[0].start)
    opens = sentence.treatments[0] if sentence.treatments else None
    return opens is not None and opens.first == 0 and not any(
        word.isalpha() for word in sentence.gap(opens.last, first)
    )  # fmt: skip


def named_harms(found: list[Pair]) -> list[Pair]:
    """ "Side effects" only where none is named."""
    harms = [pair for pair in found if pair.direction in ("harms", "safe")]
    named = any(not pair.outcome.wide for pair in harms)
    return [pair for pair in found if not (named and pair.outcome.harm and pair.outcome.wide)]


def listed_harms(sentence: Sentence, found: list[Pair]) -> list[Pair]:
    """ "Bruising, infection, scarring and dark marks": what goes on a list of unwanted effects is one."""
    ends = {pair.last for pair in found if pair.direction == "harms"}
    more: list[Pair] = []
    if not ends:
        return more
    starts = {pair.first for pair in found if pair.direction == "harms" and pair.outcome.harm}
    for match in unpaired(sentence, found):
        outcome: Outcome = match.entry.value
        before = [end for end in ends if end < match.first]
        if before and outcome.thing == "bad" and not outcome.harm:
            gap = sentence.gap(max(before), match.first)
            if len(gap) <= _LISTED and words().grammar.joined(gap[:1]):
                ends.add(match.last)
                more.append(Pair(outcome, "harms", match.first, match.last, (match.first, match.first), None))
                continue
        if outcome.also_harm and any(sentence.gap(match.last, start) == [","] for start in starts):
            more.append(Pair(outcome, "harms", match.first, match.last, (match.first, match.first), None))
    return more


def unlikely(sentence: Sentence, harm: Match) -> bool:
    """ "An allergic reaction is extremely unlikely" """
    after = sentence.gap(harm.last, harm.last + _SOON)
    is_so = bool(after) and (after[0] in words().grammar.be_have or after[0] in words().grammar.auxiliaries)
    return is_so and "not" not in after and not words().grammar.unlikely.isdisjoint(after)


def of_the_condition(sentence: Sentence) -> bool:
    """ "Rosacea causes flushing and small bumps": what the condition does, no treatment named."""
    if sentence.kinds("treatment") or len(sentence.content) < _TWO:
        return False
    thing, acts = sentence.content[:_TWO]
    if thing.kind != "outcome" or acts.kind != "effect" or thing.last > acts.first:
        return False
    outcome: Outcome = thing.entry.value
    causes = acts.entry.value.sense == "cause" and acts.entry.value.part == "verb"
    auxiliaries = words().grammar.auxiliaries
    between = sentence.gap(thing.last, acts.first)
    return causes and outcome.thing == "bad" and thing.first <= 1 and all(word in auxiliaries for word in between)


def comes_back(sentence: Sentence, pair: Pair) -> bool:
    """ "The new hair falls out when you stop" is told as a relapse, once."""
    return pair.direction == "harms" and any(
        match.id == "returns" and match.first <= pair.first and pair.last <= match.last for match in sentence.said
    )


def bars(question: str) -> bool:
    """ "Who should not have it?": what the answer names is why somebody should not, no unwanted effect."""
    told = tokens(question.lower()).words
    return told[:1] == ["who"] and not words().grammar.barred.isdisjoint(told)
