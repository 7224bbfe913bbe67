"""Effect sizes with sampling variances of one study, from counts, from means with a spread, or from intervals.

Ratios are on the log scale, differences on the scale reported. Group 1 is the intervention. Formulas: Cochrane
Handbook for Systematic Reviews of Interventions, chapter 6 (6.4 ratios, 6.5 means and spreads) and, for Hedges' g and
its variance, Hedges 1981 (J Educ Stat 6:107) as metafor's `escalc(measure="SMD")` computes them.
"""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

import numpy as np

from skinproof.evidence.statistics import conversions
from skinproof.evidence.statistics.escalc import escalc
from skinproof.evidence.statistics.measures import j_exact

Table = tuple[
    float, float, float, float
]  # pairs: event on both sides, on the first only, on the second only, on neither


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


def _from_table(measure: str, a: int, n1: int, b: int, n2: int, drop00: bool) -> EffectSize:
    if not (0 <= a <= n1 and 0 <= b <= n2 and n1 > 0 and n2 > 0):
        raise NoInformation(f"events {a} of {n1} and {b} of {n2} cannot be")
    if drop00 and a == b == 0:
        raise NoInformation("no events in either group")
    if drop00 and a == n1 and b == n2:
        raise NoInformation("everyone had the event in both groups")
    return one_study(measure, ai=a, n1i=n1, ci=b, n2i=n2)


def one_study(measure: str, **numbers: float) -> EffectSize:
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
    return one_study("MD", m1i=m1, sd1i=sd1, n1i=n1, m2i=m2, sd2i=sd2, n2i=n2)


def hedges_g(m1: float, sd1: float, n1: int, m2: float, sd2: float, n2: int) -> EffectSize:
    """Standardised mean difference with the exact small-sample correction.

    Raises:
        NoInformation: fewer than two people in a group, or no spread at all.
    """
    _spread(sd1, n1, sd2, n2)
    return g_from_difference(m1 - m2, pooled_sd(sd1, n1, sd2, n2), n1, n2)


def ratio_of_means(m1: float, sd1: float, n1: int, m2: float, sd2: float, n2: int) -> EffectSize:
    """Log ratio of two means above zero.

    Raises:
        NoInformation: fewer than two people in a group, no spread, or a mean that is not above zero.
    """
    _spread(sd1, n1, sd2, n2)
    if m1 <= 0 or m2 <= 0:
        raise NoInformation("a ratio of means that are not above zero")
    return one_study("ROM", m1i=m1, sd1i=sd1, n1i=n1, m2i=m2, sd2i=sd2, n2i=n2)


def g_from_difference(difference: float, sd: float, n1: int, n2: int) -> EffectSize:
    """Hedges' g from a difference in means and the pooled standard deviation."""
    if n1 + n2 < 4:
        raise NoInformation("too few people for a standardised difference")
    return one_study("SMD", di=difference / sd, n1i=n1, n2i=n2)


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


def matched_ratio(measure: Literal["RR", "OR"], cells: Table) -> EffectSize:
    """Marginal log risk ratio or odds ratio of pairs (on both sides, the first only, the second only, neither).

    The odds ratio's variance is that of Becker and Balagtas 1993.
    """
    a, b, c, d = cells
    return one_study("MPRR" if measure == "RR" else "MPOR", ai=a, bi=b, ci=c, di=d)
