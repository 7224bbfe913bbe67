"""Effects told in people out of 100: from a ratio and a baseline risk, or from a standardised difference.

The uncertainty of both the ratio and the baseline risk is carried through by Newcombe's propagating of imprecision
(Newcombe 2011, Commun Stat Theory Methods 40:3154; for this use Newcombe and Bender 2014, Evid Based Med 19:6,
pmc.ncbi.nlm.nih.gov/articles/PMC3913115): the two estimates are moved away from their middle together, by cos θ and
sin θ of their own 95 % half-widths on the log scale, and the extremes over θ are the interval. For a sum it is MOVER.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit, ndtr, ndtri

from skinproof.evidence.statistics.escalc import escalc

from .assumptions import assumptions
from .model import Z95, Absolute, Effect, Estimate, Responders
from .random_effects import random_effects

Array = NDArray[np.float64]
ANGLES: Array = np.linspace(0, 2 * math.pi, 721)


class Risk(NamedTuple):
    """A share of people (0 to 1) with its 95 % interval."""

    value: float
    low: float
    high: float


def wilson(events: float, n: float) -> Risk:
    """A share with Wilson's score interval (Newcombe 1998, Stat Med 17:857, method 3).

    Raises:
        ValueError: more events than people, or nobody.
    """
    if not (0 <= events <= n and n > 0):
        raise ValueError(f"{events:g} events in {n:g} people cannot be")
    p = events / n
    middle = (p + Z95**2 / (2 * n)) / (1 + Z95**2 / n)
    half = Z95 / (1 + Z95**2 / n) * math.sqrt(p * (1 - p) / n + Z95**2 / (4 * n**2))
    return Risk(p, max(0.0, middle - half), min(1.0, middle + half))


def baseline_risk(counts: Sequence[tuple[int, int]]) -> Risk:
    """The share with the event in comparison groups of (events, people).

    Up to two groups: their people together. From three on: the random-effects mean of their log odds (REML,
    Knapp-Hartung with its factor not below 1), so that its interval holds how much the groups differ.
    """
    if len(counts) < 3:
        return wilson(sum(events for events, _ in counts), sum(n for _, n in counts))
    sizes = escalc("PLO", xi=[float(events) for events, _ in counts], ni=[float(n) for _, n in counts])
    fit = random_effects(sizes.yi.tolist(), sizes.vi.tolist(), "REML", "adhoc")
    return Risk(*(float(expit(x)) for x in (fit.beta, *fit.ci)))


def absolute(found: Sequence[Effect], made: Estimate, weeks: tuple[float, float] | None) -> Absolute | None:
    """People out of 100, where the studies behind a ratio count events in their comparison groups."""
    counted = [(e.study_id, e.events[1], e.n[1]) for e in found if e.events is not None and e.n[1]]
    if made.measure not in ("RR", "OR") or not counted:
        return None
    without = baseline_risk([(events, int(n or 0)) for _, events, n in counted])
    if without.value in (0, 1) or not sum(events for _, events, _ in counted):
        return None  # a ratio of nobody or of everybody says nothing of others: the study lines tell the counts
    if len(counted) > 2:
        basis = f"the comparison groups of {len(counted)} of these trials together"
    else:
        basis = "the comparison group of this trial" if len(counted) == 1 else "the comparison groups of these 2 trials"
    with_, difference = out_of_100(made.measure == "OR", Risk(made.value, made.low, made.high), without)
    return Absolute(
        with_=with_.value,
        without=100 * without.value,
        with_low=with_.low,
        with_high=with_.high,
        basis=basis,
        weeks=weeks,
        study_ids=tuple(dict.fromkeys(study_id for study_id, _, _ in counted)),
        without_low=100 * without.low,
        without_high=100 * without.high,
        difference=difference.value,
        difference_low=difference.low,
        difference_high=difference.high,
        method="the ratio and the share without, with the uncertainty of both (Newcombe and Bender 2014)",
    )


def out_of_100(odds: bool, ratio: Risk, without: Risk) -> tuple[Risk, Risk]:
    """People out of 100 with the event after the intervention, and how many more than without, each with an interval.

    Args:
        odds: the ratio is of odds, else of risks. ratio: with its 95 % interval, above zero.
        without: the baseline risk with its 95 % interval.
    """
    cos, sin = np.cos(ANGLES), np.sin(ANGLES)
    middle, low, high = (math.log(x) for x in ratio)
    ratios = np.exp(middle + sin * np.where(sin > 0, high - middle, middle - low))
    base, base_low, base_high = (float(logit(min(max(x, 1e-6), 1 - 1e-6))) for x in without)
    risks = expit(base + cos * np.where(cos > 0, base_high - base, base - base_low))

    def with_(ratio: Array, risk: Array) -> Array:
        return 100 * (ratio * risk / (1 - risk + ratio * risk) if odds else np.minimum(1.0, ratio * risk))

    after = with_(ratios, risks)
    more = after - 100 * risks
    value = float(with_(np.array(ratio.value), np.array(without.value)))
    return (
        Risk(value, float(min(value, after.min())), float(max(value, after.max()))),
        Risk(value - 100 * without.value, float(more.min()), float(more.max())),
    )


def responders(made: Estimate) -> Responders | None:
    """People out of 100 who are better, from a standardised difference; both assumptions are in `assumptions`.

    Furukawa's method: Φ(Φ⁻¹(share without) + difference), the interval by the ends of the difference's
    (Furukawa and Leucht 2011, PLoS One 6:e19070, pmc.ncbi.nlm.nih.gov/articles/PMC3083419).
    """
    if made.measure != "SMD":
        return None
    rule = assumptions().responders
    sign = 1 if made.better == "higher" else -1
    value, *ends = (100 * float(ndtr(ndtri(rule.without / 100) + sign * x)) for x in (made.value, made.low, made.high))
    return Responders(
        with_=value,
        with_low=min(ends),
        with_high=max(ends),
        without=rule.without,
        assumptions=(
            f"“Better” means better than the middle person of the comparison group, so {rule.without:g} out of 100 are "
            "without the treatment. This cut is chosen by us; another would give other numbers.",
            "The results of people in both groups are taken to follow the normal curve, equally wide in both.",
        ),
        source=rule.source,
    )
