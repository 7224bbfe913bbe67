"""A rule's condition in words, line by line, each with how deep it stands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from skinproof.care.conditions import Always, Condition, Leaf, Not
from skinproof.care.terms import terms

HELD = {
    "at-least": "{} or more",
    "below": "less than {}",
    "above": "more than {}",
    "within-months": "fewer than {} months ago, or now",
    "within-weeks": "fewer than {} weeks ago, or now",
}


@dataclass(frozen=True)
class Line:
    depth: int
    text: str


def lines(condition: Condition, depth: int = 0, *, negated: bool = False) -> Iterator[Line]:
    """'all of:', then what it needs, one line each."""
    if isinstance(condition, Always):
        yield Line(depth, "nothing: it holds for everybody")
    elif isinstance(condition, Leaf):
        yield Line(depth, _leaf(condition, negated))
    elif isinstance(condition, Not):
        if isinstance(condition.part, Leaf):
            yield from lines(condition.part, depth, negated=not negated)
        else:
            yield Line(depth, "not:")
            yield from lines(condition.part, depth + 1)
    elif len(condition.parts) == 1:
        yield from lines(condition.parts[0], depth, negated=negated)
    else:
        yield Line(depth, "any of:" if condition.decisive else "all of:")
        for part in condition.parts:
            yield from lines(part, depth + 1)


def _leaf(leaf: Leaf, negated: bool) -> str:
    name = terms().facts[leaf.fact].meaning if leaf.fact in terms().facts else leaf.fact
    if leaf.comparator == "is" and isinstance(leaf.wanted, bool):
        return f"{name}: {'yes' if leaf.wanted is not negated else 'no'}"
    if leaf.comparator in ("in", "includes"):
        wanted = " or ".join(str(word).replace("-", " ") for word in leaf.wanted)
    elif leaf.comparator == "is":
        wanted = str(leaf.wanted).replace("-", " ")
    else:
        wanted = HELD[leaf.comparator].format(f"{leaf.wanted:g}" if isinstance(leaf.wanted, float) else leaf.wanted)
    return f"{name}: {'not ' if negated else ''}{wanted}"
