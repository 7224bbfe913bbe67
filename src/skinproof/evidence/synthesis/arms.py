"""What one arm of a record gives for one outcome: people, events, mean and spread, with each conversion."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from skinproof.evidence.statistics import conversions
from skinproof.evidence.studies.records import Outcome, Result, Study


@dataclass(frozen=True, slots=True)
class Group:
    """One arm's result, or several arms of the same treatments put together."""

    n: int | None
    events: int | None = None
    mean: float | None = None
    sd: float | None = None
    notes: tuple[str, ...] = ()
    fault: str | None = None  # why it gives no mean or spread, where that is not plain


def group(study: Study, row: Outcome, arms: Sequence[str]) -> Group:
    """The result of one arm, or of several combined (Handbook 6.5.2.10)."""
    parts = [_group(study, row.results.get(arm), arm) for arm in arms]
    if len(parts) == 1:
        return parts[0]
    notes = tuple(dict.fromkeys(note for part in parts for note in part.notes))
    notes += (f"{len(parts)} arms of the same treatment were put together ({', '.join(arms)})",)
    sizes = [part.n for part in parts]
    n = None if None in sizes else sum(size for size in sizes if size is not None)
    counts = [part.events for part in parts]
    events = None if None in counts else sum(count for count in counts if count is not None)
    mean, sd = _combined(parts)
    return Group(n, events, mean, sd, notes, next((part.fault for part in parts if part.fault), None))


def _combined(parts: Sequence[Group]) -> tuple[float | None, float | None]:
    made: conversions.Groups | None = None
    for part in parts:
        if part.n is None or part.mean is None or part.sd is None:
            return None, None
        if not part.n:
            continue
        here = conversions.Groups(np.array(float(part.n)), np.array(part.mean), np.array(part.sd))
        made = (
            here if made is None else conversions.combine_groups(made.n, made.mean, made.sd, here.n, here.mean, here.sd)
        )
    if made is None or made.n < 2:
        return None, None
    return float(made.mean), float(made.sd)


def _group(study: Study, result: Result | None, arm: str) -> Group:
    if result is None:
        return Group(None)
    notes: list[str] = []
    n = result.n
    if n is None and (n := study.arm(arm).n) is not None:
        notes.append("the number of people was taken from the arm, as the result does not give its own")
    if result.mean is None and result.median is not None and result.events is None:
        return _from_median(result, result.median, n, notes)
    sd = result.sd
    if sd is None and n and result.mean is not None:
        if result.se is not None:
            sd = float(conversions.sd_from_se(result.se, n))
            notes.append("standard deviation worked out from the standard error")
        elif result.ci is not None and n > 1 and result.ci[1] > result.ci[0]:
            sd = float(conversions.sd_from_ci(*result.ci, n))
            notes.append("standard deviation worked out from the 95 % interval of the mean")
    return Group(n, result.events, result.mean, sd, tuple(notes))


def _from_median(result: Result, median: float, n: int | None, notes: list[str]) -> Group:
    """Mean and spread from a median with quartiles, range or both, unless they are plainly skewed.

    Luo and others 2018 for the mean, Wan and others 2014 (or, from five numbers, Shi and others 2020) for the standard
    deviation, the test of skewness of Shi and others 2023: `conversions.fivenum`.
    """
    if result.iqr is None and result.range is None:
        return Group(n, notes=tuple(notes), fault="a median without quartiles or range")
    if not n:
        return Group(n, notes=tuple(notes), fault="a median, and the number of people is not told")
    q1, q3 = result.iqr or (None, None)
    low, high = result.range or (None, None)
    try:
        made = conversions.fivenum(n, median, min=low, q1=q1, q3=q3, max=high)
    except ValueError as fault:
        return Group(n, notes=tuple(notes), fault=f"a median with numbers that cannot be ({fault})")
    if made.skewed[0]:
        return Group(n, notes=tuple(notes), fault="a median of values too skewed to make a mean of")
    mean, sd = float(made.mean[0]), float(made.sd[0])
    if not (np.isfinite(mean) and np.isfinite(sd)):
        return Group(n, notes=tuple(notes), fault="a median of too few people to make a mean of")
    from_what = "range and quartiles" if result.iqr and result.range else "quartiles" if result.iqr else "range"
    notes.append(
        f"mean and standard deviation worked out from the median and the {from_what}, which are not too skewed"
    )
    return Group(n, None, mean, sd, tuple(notes))
