"""From reasons to a level: levels off, the limit for what is worked out by rule alone, and reviewers' overrides."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from .judgements import Certainty, Domain, Judgement, Level, Override, Reason

PLAIN: Mapping[Judgement, int] = {"no concerns": 0, "some concerns": 1, "major concerns": 2, "cannot tell": 0}
LEVELS: tuple[Level, ...] = ("very-low", "low", "moderate", "high")


def settle(
    start: Level,
    reasons: Sequence[Reason],
    cap: Level,
    why: str,
    overrides: Sequence[Override] = (),
    off: Callable[[Judgement], int] = PLAIN.__getitem__,
) -> Certainty:
    """The start level less what the reasons take off, never below very low and, by rule, never above `cap`.

    An override counts instead of all that the rule took off in its domain, if the rule still says what it `was` then;
    the rule's reasons stay. One of the domain "limit" that finds no concerns lifts the cap.

    Args:
        why: why nothing above `cap` is given, in words.
        off: levels that a judgement takes off.
    """
    by_rule = LEVELS.index(start) - sum(reason.down for reason in reasons)
    attached = _attached(reasons, overrides)
    taken: dict[Domain, int] = {}
    for reason in attached:
        if reason.override:
            taken[reason.domain] = off(reason.override.judgement)
        else:
            taken[reason.domain] = taken.get(reason.domain, 0) + reason.down
    position, ceiling = LEVELS.index(start) - sum(taken.values()), LEVELS.index(cap)
    if position > ceiling:
        sentence = f"{why}, so a rule alone never gives more than {cap.replace('-', ' ')}."
        (limit,) = _attached([Reason("limit", 0, sentence, judged="some concerns")], overrides)
        attached.append(limit)
        if limit.override is None or limit.override.judgement != "no concerns":
            position = ceiling
    level = LEVELS[max(0, position)]
    rule_level = LEVELS[max(0, min(by_rule, ceiling))]
    changed = any(reason.override for reason in attached)
    return Certainty(level, tuple(attached), by_rule=rule_level if changed else None)


def _attached(reasons: Sequence[Reason], overrides: Sequence[Override]) -> list[Reason]:
    """The reasons, each with the override of its domain where there is one that still applies."""
    said = Certainty("high", tuple(reasons))
    applying = {each.domain: each for each in overrides if said.judgement(each.domain) == each.was}
    return [replace(reason, override=applying.get(reason.domain)) for reason in reasons]
