"""What holds a promise against another treatment: "than", "unlike", "whilst X is gentler, Y does more"."""

from __future__ import annotations

from skinproof.language import Match

from .context import Group, Who, dummies
from .lexicon import words
from .marks import Sentence
from .pairs import Pair

_OTHERS = 6  # words from "than" to "alone"
_ALIKE = 4  # words from an outcome to the end of "was much the same"
THAN = 6  # words between a promise and the "than" that belongs to it


def compared(sentence: Sentence, groups: list[Group], pair: Pair, whom: Who) -> str | None:
    """Whether a promise is held against another treatment, and whether to its disadvantage."""
    if not sentence.has("versus", "contrast"):
        return None
    clause = sentence.clause_at(pair.first)
    held = any(_holds(sentence, pair, cue, whom) for cue in sentence.other.get("versus", ()))
    contrasted = bool(contrasted_with(sentence, groups, whom)) and bool(sentence.within("comparative", clause))
    if not contrasted and not (held and sentence.has("comparative")):
        return None
    if pair.outcome.thing == "good" and not pair.outcome.harm and sentence.within("worse", clause):
        return "worse"
    return "better"


def alike(sentence: Sentence, pair: Pair, whom: Who) -> bool:
    """ "Gave similar regrowth": neither is better."""
    act = pair.effect.entry.value if pair.effect else None
    arms = whom.versus or len(sentence.treatments) > 1
    if not arms and words().grammar.arms.isdisjoint(sentence.tokens.words):
        return False
    if act and act.no_change == "negated" and whom.versus and not dummies(whom.versus):
        return True  # "the score did not differ between sides"
    if act and act.no_change == "itself" and pair.outcome.harm:
        return True
    after = sentence.gap(pair.last, pair.last + _ALIKE)
    if after[:1] in (["was"], ["were"], ["is"], ["are"]) and not words().grammar.alike.isdisjoint(after):
        return True  # "pain was similar on both sides"
    if pair.direction in ("harms", "safe") or not arms:
        return False
    return not words().grammar.alike.isdisjoint(sentence.gap(pair.first, pair.last))


def _holds(sentence: Sentence, pair: Pair, cue: Match, whom: Who) -> bool:
    """Whether a word such as "than" or "unlike" speaks of this promise."""
    if not whom.versus and not (sentence.gap(cue.first, cue.last) == ["than"] and of_treatment(sentence, cue)):
        return False
    if cue.last <= pair.first:
        return True
    return 0 <= cue.first - pair.last <= THAN and not acts_between(sentence, pair.last, cue.first)


def acts_between(sentence: Sentence, first: int, last: int) -> bool:
    return any(first <= m.first < last and m.entry.value.part == "verb" for m in sentence.kinds("effect", "state"))


def of_treatment(sentence: Sentence, cue: Match) -> bool:
    """ "than creams", not "than a few months"."""
    after = sentence.gap(cue.last, cue.last + _OTHERS)
    return any(word in words().grammar.others for word in after)


def less_of_a_good_thing(pair: Pair) -> bool:
    """ "Less dramatic repair": it holds one against another, though the other be named elsewhere."""
    act = pair.effect.entry.value if pair.effect else None
    return bool(
        act and act.part == "adjective" and act.sense == "down" and pair.direction == "harms" and not pair.outcome.harm
    )


def contrasted_with(sentence: Sentence, groups: list[Group], whom: Who) -> tuple[str, ...]:
    """The other treatment of "Whilst X is gentler, Y does more"."""
    if not sentence.has("contrast"):
        return ()
    others = (group for group in groups if group.role == "subject" and group.names != whom.subjects)
    return tuple(name for group in others for name in group.names)


def lesser(sentence: Sentence, first: int, last: int) -> bool:
    """ "Hurts less", "less painful": not that it does not hurt."""
    return any(word in ("less", "fewer", "shorter", "quicker") for word in sentence.gap(first, last + 1))
