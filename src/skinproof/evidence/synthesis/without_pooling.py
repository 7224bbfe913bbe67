"""What a finding's studies say together where their effects could not be worked out: whether, not how much.

Cochrane Handbook chapter 12; the methods are those of `statistics/without_pooling.py`. It stands apart from `estimate`
and never changes the certainty, which stays at "low" at most where there are directions only.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from skinproof.evidence.statistics.without_pooling import (
    ALPHA,
    CombinedP,
    DirectionCount,
    Sign,
    combine_p,
    count_directions,
)
from skinproof.evidence.studies.library import Library

from .model import StudyLine, WithoutPooling

NOT_HOW_MUCH = "This says whether there is a difference, not how much."


def without_pooling(lib: Library, lines: Sequence[StudyLine]) -> WithoutPooling | None:
    """Directions and p-values of two or more trials put together; None where fewer tell which way they went.

    Each study once, by the side on which its own number lies, whatever its p-value. Where a randomised trial tells a
    direction, others are left out, as they are from an estimate.
    """
    trials = [line for line in lines if lib.study(line.study_id).randomised and _sided(line)]
    used = trials or [line for line in lines if _sided(line)]
    if len(used) < 2:
        return None
    better = sum(line.way == "intervention" for line in used)
    counted = count_directions(better, len(used) - better, sum(not _sided(line) for line in lines))
    combined = _combined(used)
    doubted = sum(line.doubt is not None for line in used)
    return WithoutPooling(
        counted, combined, tuple(line.study_id for line in used), " ".join(_said(counted, combined, doubted))
    )


def _sided(line: StudyLine) -> bool:
    return line.way in ("intervention", "comparator")


def _combined(used: Sequence[StudyLine]) -> CombinedP | None:
    told = [(line, line.test) for line in used if line.test is not None]
    if len(told) < 2:
        return None
    return combine_p(
        [p for _, (_, p) in told],
        [line.way == "intervention" for line, _ in told],
        sign=[cast(Sign, sign) for _, (sign, _) in told],
        slab=[line.study_id for line, _ in told],
    )


def _said(counted: DirectionCount, combined: CombinedP | None, doubted: int) -> list[str]:
    """For a reader: people know "out of 100" and not p-values."""
    said = [f"{counted.favouring} of {counted.n} studies that tell which way it went were better with it."]
    if counted.untold:
        said.append(f"{counted.untold} more {'does' if counted.untold == 1 else 'do'} not tell.")
    if doubted:
        said.append(f"Of these, {doubted} {'has' if doubted == 1 else 'have'} numbers that are hard to believe.")
    if not counted.can_tell:
        said.append(f"That is too few to tell this from chance: it takes {counted.needed} at least.")
    elif counted.pval < ALPHA:
        said.append(f"Chance alone would give a count as uneven as this in {_of_100(counted.pval)} of 100 such cases.")
    else:
        said.append(f"Chance alone gives a count as uneven as this in {_of_100(counted.pval)} of 100 such cases.")
        said.append("So it does not show a difference.")
    if combined is not None:
        said.append(f"The {combined.k} tests of chance that they report, taken together, {_tests(combined)}.")
    return [*said, NOT_HOW_MUCH]


def _tests(combined: CombinedP) -> str:
    for pair, what in ((combined.benefit, "better"), (combined.harm, "worse")):
        if pair[1] < ALPHA:
            return f"speak for it being {what} in at least one study"
    return "do not show a difference"


def _of_100(p: float) -> str:
    return "under 1" if p < 0.01 else f"{100 * p:.0f}"
