"""Effect sizes with sampling variances, from counts, from means with a spread, or as a report gives them.

Ratios are on the log scale here, differences on the scale reported. Group 1 is the intervention. Formulas: Cochrane
Handbook for Systematic Reviews of Interventions, chapter 6 (6.4 ratios, 6.5 means and spreads) and, for Hedges' g and
its variance, Hedges 1981 (J Educ Stat 6:107) as metafor's `escalc(measure="SMD")` computes them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, NamedTuple

import numpy as np
from scipy.special import ndtri

from skinproof.evidence.statistics import conversions
from skinproof.evidence.statistics.escalc import escalc
from skinproof.evidence.statistics.measures import j_exact
from skinproof.evidence.studies.records import Contrast, Outcome, Polarity, Result, Study

from .model import Effect, Measure

Z95 = float(ndtri(0.975))
RATIOS = ("RR", "OR", "HR")


class EffectSize(NamedTuple):
    """An effect on the analysis scale and its sampling variance, as metafor's yi and vi."""

    yi: float
    vi: float


class NoInformation(ValueError):
    """The numbers allow no effect size; says why."""


def risk_ratio(a: int, n1: int, b: int, n2: int, drop00: bool = True) -> EffectSize:
    """Log risk ratio; half an event is added to every cell where one of the four is zero.

    Raises:
        NoInformation: no events, or nothing but events, in both groups, unless `drop00` is off; counts that cannot be.
    """
    return _from_table("RR", a, n1, b, n2, drop00)


def odds_ratio(a: int, n1: int, b: int, n2: int, drop00: bool = True) -> EffectSize:
    """Log odds ratio, with the correction of `risk_ratio`.

    Raises:
        NoInformation: no events, or nothing but events, in both groups.
    """
    return _from_table("OR", a, n1, b, n2, drop00)


def _from_table(measure: Measure, a: int, n1: int, b: int, n2: int, drop00: bool) -> EffectSize:
    if not (0 <= a <= n1 and 0 <= b <= n2 and n1 > 0 and n2 > 0):
        raise NoInformation(f"events {a} of {n1} and {b} of {n2} cannot be")
    if drop00 and a == b == 0:
        raise NoInformation("no events in either group")
    if drop00 and a == n1 and b == n2:
        raise NoInformation("everyone had the event in both groups")
    return _one(measure, ai=a, n1i=n1, ci=b, n2i=n2)


def _one(measure: Measure, **numbers: float) -> EffectSize:
    """`escalc` for a single study."""
    columns: dict[str, Any] = {name: [number] for name, number in numbers.items()}
    found = escalc(measure, **columns)
    return EffectSize(float(found.yi[0]), float(found.vi[0]))


def mean_difference(m1: float, sd1: float, n1: int, m2: float, sd2: float, n2: int) -> EffectSize:
    """Difference in means, variances of the groups not assumed equal.

    Raises:
        NoInformation: fewer than two people in a group, or no spread at all.
    """
    _spread(sd1, n1, sd2, n2)
    return _one("MD", m1i=m1, sd1i=sd1, n1i=n1, m2i=m2, sd2i=sd2, n2i=n2)


def hedges_g(m1: float, sd1: float, n1: int, m2: float, sd2: float, n2: int) -> EffectSize:
    """Standardised mean difference with the exact small-sample correction.

    Raises:
        NoInformation: fewer than two people in a group, or no spread at all.
    """
    _spread(sd1, n1, sd2, n2)
    return g_from_difference(m1 - m2, pooled_sd(sd1, n1, sd2, n2), n1, n2)


def g_from_difference(difference: float, sd: float, n1: int, n2: int) -> EffectSize:
    """Hedges' g from a difference in means and the pooled standard deviation."""
    if n1 + n2 < 4:
        raise NoInformation("too few people for a standardised difference")
    return _one("SMD", di=difference / sd, n1i=n1, n2i=n2)


def exact_j(df: int) -> float:
    """Hedges' correction, by gamma functions (`measures.j_exact`)."""
    if df < 2:
        raise NoInformation("too few people for a standardised difference")
    return float(j_exact(np.array(df)))


def pooled_sd(sd1: float, n1: int, sd2: float, n2: int) -> float:
    return float(conversions.combined_spread(n1, sd1, n2, sd2))


def _spread(sd1: float, n1: int, sd2: float, n2: int) -> None:
    if n1 < 2 or n2 < 2:
        raise NoInformation("fewer than two people in a group")
    if sd1 <= 0 or sd2 <= 0:
        raise NoInformation("a group without any spread")


def sd_from_se(se: float, n: int) -> float:
    """Handbook 6.5.2.2."""
    return float(conversions.sd_from_se(se, n))


def sd_from_ci(low: float, high: float, n: int) -> float:
    """From a 95 % interval of one group's mean, by the t distribution. Handbook 6.5.2.2."""
    if n < 2 or high <= low:
        raise NoInformation("an interval that gives no spread")
    return float(conversions.sd_from_ci(low, high, n))


def se_from_ci(low: float, high: float) -> float:
    """From a 95 % interval of an effect on the analysis scale, by the normal distribution. Handbook 6.3.1, 6.3.2."""
    if high <= low:
        raise NoInformation("an interval without width")
    return float(conversions.se_from_ci(low, high))


@dataclass(frozen=True, slots=True)
class Group:
    """One arm's result, or several arms of the same treatments put together."""

    n: int | None
    events: int | None = None
    mean: float | None = None
    sd: float | None = None
    notes: tuple[str, ...] = ()


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
    return Group(n, events, mean, sd, notes)


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
    sd = result.sd
    if sd is None and n and result.mean is not None:
        if result.se is not None:
            sd = sd_from_se(result.se, n)
            notes.append("standard deviation worked out from the standard error")
        elif result.ci is not None:
            try:
                sd = sd_from_ci(*result.ci, n)
                notes.append("standard deviation worked out from the 95 % interval of the mean")
            except NoInformation:
                sd = None
    return Group(n, result.events, result.mean, sd, tuple(notes))


def effects(
    study: Study, index: int, intervention: Sequence[str], comparator: Sequence[str]
) -> tuple[dict[Measure, Effect], tuple[str, ...]]:
    """Every effect that one outcome row gives for two (groups of) arms, by measure, and why it gives no more.

    A contrast that the report gives with an interval or standard error is used as given before anything is worked out.
    """
    row = study.outcomes[index]
    one, two = group(study, row, intervention), group(study, row, comparator)
    found: dict[Measure, Effect] = {}
    faults: list[str] = []
    base = _Base(study, index, (intervention[0], comparator[0]), row.better, (one.n, two.n), one.notes + two.notes)
    for attempt in (_from_counts, _from_means):
        try:
            found |= attempt(base, row, one, two)
        except NoInformation as fault:
            faults.append(str(fault))
    contrast = row.contrast
    if (
        contrast
        and len(intervention) == len(comparator) == 1
        and set(contrast.arms) == {intervention[0], comparator[0]}
    ):
        try:
            found |= _from_contrast(base, contrast, one, two, flip=contrast.arms[0] != intervention[0])
        except NoInformation as fault:
            faults.append(str(fault))
    return found, tuple(faults)


@dataclass(frozen=True, slots=True)
class _Base:
    """What every effect of one row has in common."""

    study: Study
    index: int
    arms: tuple[str, str]
    better: Polarity
    n: tuple[int | None, int | None]
    notes: tuple[str, ...]

    def make(
        self,
        measure: Measure,
        size: EffectSize,
        *steps: str,
        events: tuple[int, int] | None = None,
        interval: tuple[float, float] | None = None,
        sd: float | None = None,
    ) -> Effect:
        conversions = self.notes + steps
        if self.study.is_within_person:
            conversions += (
                "both sides belong to the same people, but how alike they are is not reported: treated as independent, "
                "so the interval is likely to be too wide",
            )
        if not (math.isfinite(size.yi) and math.isfinite(size.vi) and size.vi > 0):
            raise NoInformation("numbers that give no finite effect")
        half = Z95 * math.sqrt(size.vi)
        low, high = interval or (size.yi - half, size.yi + half)
        scale = math.exp if measure in RATIOS else float
        return Effect(
            study_id=self.study.id,
            row=self.index,
            arms=self.arms,
            measure=measure,
            yi=size.yi,
            vi=size.vi,
            value=scale(size.yi),
            low=scale(low),
            high=scale(high),
            better=self.better,
            n=self.n,
            events=events,
            same_people=self.study.is_within_person,
            sd=sd,
            conversions=conversions,
        )


def _from_counts(base: _Base, row: Outcome, one: Group, two: Group) -> dict[Measure, Effect]:
    if row.kind != "binary" or one.events is None or two.events is None:
        return {}
    if not one.n or not two.n:
        raise NoInformation("the number of people is not told")
    counts = one.events, one.n, two.events, two.n
    steps = []
    if 0 in (one.events, two.events, one.n - one.events, two.n - two.events):
        steps.append("half an event was added to each group's counts, because one count is zero")
    pair = (one.events, two.events)
    return {
        "RR": base.make("RR", risk_ratio(*counts), *steps, events=pair),
        "OR": base.make("OR", odds_ratio(*counts), *steps, events=pair),
    }


def _from_means(base: _Base, row: Outcome, one: Group, two: Group) -> dict[Measure, Effect]:
    if row.kind != "continuous" or one.mean is None or two.mean is None:
        return {}
    if one.sd is None or two.sd is None:
        raise NoInformation("means without a spread")
    if not one.n or not two.n:
        raise NoInformation("the number of people is not told")
    numbers = one.mean, one.sd, one.n, two.mean, two.sd, two.n
    difference, standardised = mean_difference(*numbers), hedges_g(*numbers)
    sd = pooled_sd(one.sd, one.n, two.sd, two.n)
    return {"MD": base.make("MD", difference, sd=sd), "SMD": base.make("SMD", standardised, sd=sd)}


def _from_contrast(base: _Base, contrast: Contrast, one: Group, two: Group, flip: bool) -> dict[Measure, Effect]:
    """As given; a difference with both group sizes also as a standardised one."""
    measure, sign = contrast.measure, -1 if flip else 1
    if measure is None or measure == "percent-difference":
        return {}
    given = [contrast.estimate, *(contrast.ci or ())]
    if measure in RATIOS and any(value is not None and value <= 0 for value in given):
        raise NoInformation("a ratio that is not above zero")

    def analysis(value: float) -> float:
        return math.log(value) if measure in RATIOS else value

    steps = ["effect taken as the report gives it"]
    if contrast.ci is not None:
        low, high = sorted(analysis(value) for value in contrast.ci)
        se = se_from_ci(low, high)
        steps.append("standard error worked out from the interval, taken as 95 %")
    elif contrast.se is not None:
        low = high = math.nan
        se = contrast.se
    else:
        return {}
    if contrast.estimate is not None:
        yi = analysis(contrast.estimate)
    elif contrast.ci is not None:
        yi = (low + high) / 2
        steps.append("the middle of the interval taken as the estimate, which is not given")
    else:
        return {}
    interval = (low, high) if contrast.ci is not None else (yi - Z95 * se, yi + Z95 * se)
    if not interval[0] <= yi <= interval[1]:
        raise NoInformation("an estimate outside its own interval")
    if abs((interval[0] + interval[1]) / 2 - yi) > 0.2 * (interval[1] - interval[0]):
        steps.append("the interval given does not lie evenly about the estimate")
    if flip:
        interval = (-interval[1], -interval[0])
    n1, n2 = n = _sizes(base.study, base.arms, one, two)
    # A review's interval is not that of one comparison of groups, so no standard deviation follows from it.
    sd = None
    if measure == "MD" and n1 and n2 and n1 + n2 > 3 and not base.study.is_review:
        sd = se / math.sqrt(1 / n1 + 1 / n2)
    sized = replace(base, n=n)
    found = {measure: sized.make(measure, EffectSize(sign * yi, se**2), *steps, interval=interval, sd=sd)}
    if sd and n1 and n2:
        step = "standard deviation worked out from the difference's standard error"
        found["SMD"] = sized.make("SMD", g_from_difference(sign * yi, sd, n1, n2), *steps, step, sd=sd)
    return found


def _sizes(study: Study, arms: tuple[str, str], one: Group, two: Group) -> tuple[int | None, int | None]:
    return (one.n or study.arm(arms[0]).n, two.n or study.arm(arms[1]).n)


def flipped_outcome(effect: Effect) -> Effect:
    """The same effect with the outcome turned round: "no flare" for "flare". Ratios need their counts.

    Raises:
        NoInformation: a ratio without counts cannot be turned round.
    """
    better: Literal["higher", "lower"] = "lower" if effect.better == "higher" else "higher"
    note = (*effect.conversions, "turned round, so that it counts the same thing as the other studies")
    if effect.measure in RATIOS:
        if effect.events is None or None in effect.n:
            raise NoInformation("a ratio without counts cannot be turned round")
        n1, n2 = (int(n or 0) for n in effect.n)
        a, b = n1 - effect.events[0], n2 - effect.events[1]
        size = risk_ratio(a, n1, b, n2) if effect.measure == "RR" else odds_ratio(a, n1, b, n2)
        half = Z95 * math.sqrt(size.vi)
        return replace(
            effect, yi=size.yi, vi=size.vi, value=math.exp(size.yi), low=math.exp(size.yi - half),
            high=math.exp(size.yi + half), better=better, events=(a, b), conversions=note,
        )  # fmt: skip
    return replace(
        effect, yi=-effect.yi, value=-effect.value, low=-effect.high, high=-effect.low, better=better, conversions=note
    )
