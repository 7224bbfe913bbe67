"""What an estimate, or the ways that studies went, come to: how large it is, and whom it favours."""

from __future__ import annotations

import math
from collections.abc import Sequence

from .importance import Bands
from .lines import side_of
from .model import Directions, Estimate, Favours, Size, StudyLine


def band(made: Estimate, scale: Bands | None) -> Size | None:
    return scale.size(math.log(made.value) if made.null == 1.0 else made.value) if scale else None


def reading(made: Estimate) -> Favours:
    """What an estimate says: the side its whole interval lies on."""
    if made.low <= made.null <= made.high:
        return "neither"
    return side_of(made.value, made.null, made.better)


def size_and_side(made: Estimate | None, scale: Bands | None, told: Directions) -> tuple[Size, Favours]:
    """Size band and the side favoured: by the point estimate (its doubt is the certainty's business), or by count."""
    if made is None:
        return "unknown", _majority(told)
    side = side_of(made.value, made.null, made.better)
    if scale is None:
        return "unknown", reading(made)
    size = band(made, scale) or "unknown"
    return size, ("neither" if size == "trivial" else side)


def _majority(told: Directions) -> Favours:
    """One side where every study that says something says so; neither where they say there is none; else unknown."""
    sides = {"intervention": told.better, "comparator": told.worse, "neither": told.no_difference}
    heard = [side for side, count in sides.items() if count]
    if len(heard) == 1:
        return heard[0]  # type: ignore[return-value]
    total = sum(sides.values())
    leader = max(sides, key=lambda side: sides[side])
    if total and sides[leader] > 2 * (total - sides[leader]) and not (told.better and told.worse):
        return leader  # type: ignore[return-value]
    return "unknown"


def ways_counted(lines: Sequence[StudyLine]) -> Directions:
    ways = [each.direction for each in lines]
    return Directions(
        ways.count("intervention"), ways.count("comparator"), ways.count("neither"), ways.count("unknown")
    )
