"""Effects between three arms or more of one trial, worked out together so that they add up."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from skinproof.evidence.studies.records import Polarity, Study

from .arms import Group, group
from .effects import effects
from .instruments import in_common_unit
from .model import RATIOS, Z95, Effect, Measure
from .sizes import NoInformation, exact_j, mean_difference, one_study

Array = NDArray[np.float64]


class Unusable(ValueError):
    """A row that cannot speak in a network; says why."""


def joint_effects(
    study: Study, index: int, nodes: Mapping[str, tuple[str, ...]], measure: Measure, better: Polarity
) -> list[Effect]:
    """The effect of each pair of nodes, in the order of `combinations`.

    Ratios take half an event more in every arm of the trial where any arm has none (or nobody without one), so that
    their logarithms add up. Standardised differences share one standard deviation pooled over all arms, and its doubt
    (Gleser and Olkin 2009, The Handbook of Research Synthesis and Meta-Analysis, chapter 19).

    Raises:
        Unusable: arms without numbers of their own, or effects that do not add up.
    """
    row = study.outcomes[index]
    groups = {node: group(study, row, arms) for node, arms in nodes.items()}
    if study.is_within_person:
        raise Unusable("more than two sides of the same people: how alike each pair is is not known")
    sizes = _sizes(measure, list(groups.values()), row.better != better)
    steps = [note for each in groups.values() for note in each.notes]
    steps.append(f"worked out together with the other arms of a trial of {len(nodes)}")
    made = []
    for (a, b), (yi, vi, sd) in zip(combinations(nodes, 2), sizes, strict=True):
        one, two = groups[a], groups[b]
        base = _base(study, index, nodes[a], nodes[b])
        effect = _with(base, measure, yi, vi, tuple(dict.fromkeys(steps)))
        events = None if one.events is None or two.events is None else (one.events, two.events)
        effect = replace(effect, n=(one.n, two.n), sd=sd, events=events if measure in RATIOS else None)
        if row.better != better:
            turned = "turned round, so that it counts the same thing as the other studies"
            effect = replace(effect, better=better, conversions=(*effect.conversions, turned))
            if events and one.n and two.n:
                effect = replace(effect, events=(one.n - events[0], two.n - events[1]))
        made.append(in_common_unit(effect, row))
    return made


def _base(study: Study, index: int, one: tuple[str, ...], two: tuple[str, ...]) -> Effect:
    """Any effect of the two arms, for whose result it is and of what."""
    found, faults = effects(study, index, one, two)
    if not found:
        raise Unusable("; ".join(faults) or "one of its arms gives no numbers of its own")
    return next(iter(found.values()))


def _with(base: Effect, measure: Measure, yi: float, vi: float, steps: tuple[str, ...]) -> Effect:
    back: Callable[[float], float] = math.exp if measure in RATIOS else float
    half = Z95 * math.sqrt(vi)
    return replace(
        base, measure=measure, yi=yi, vi=vi, value=back(yi), low=back(yi - half), high=back(yi + half),
        conversions=steps, at_limit=False, likeness=None,
    )  # fmt: skip


def _sizes(measure: Measure, groups: Sequence[Group], turned: bool) -> list[tuple[float, float, float | None]]:
    """(yi, vi, pooled sd) of each pair, all from the arms' own numbers."""
    if measure in ("RR", "OR"):
        return [(*each, None) for each in _ratios(measure, groups, turned)]
    if measure not in ("MD", "SMD", "ROM"):
        raise Unusable("its arms are not told one by one")
    means, sds, ns = _numbers(groups)
    sign = -1.0 if turned else 1.0
    spread = math.sqrt(float(((ns - 1) * sds**2).sum() / (ns - 1).sum()))
    total = float(ns.sum())
    made: list[tuple[float, float, float | None]] = []
    for i, j in combinations(range(len(groups)), 2):
        if measure == "MD":
            size = mean_difference(means[i], sds[i], int(ns[i]), means[j], sds[j], int(ns[j]))
            yi, vi = size.yi, size.vi
        elif measure == "SMD":
            yi = exact_j(int(total) - len(groups)) * (means[i] - means[j]) / spread
            vi = 1 / ns[i] + 1 / ns[j] + yi**2 / (2 * total)
        else:
            if min(means[i], means[j]) <= 0:
                raise Unusable("a ratio of means that are not above nought")
            yi = math.log(means[i] / means[j])
            vi = sds[i] ** 2 / (ns[i] * means[i] ** 2) + sds[j] ** 2 / (ns[j] * means[j] ** 2)
        made.append((sign * float(yi), float(vi), spread))
    return made


def _numbers(groups: Sequence[Group]) -> tuple[Array, Array, Array]:
    for each in groups:
        if each.mean is None or not each.sd or not each.n or each.n < 2:
            raise Unusable("an arm of a trial of three or more has no mean, spread or number of people of its own")
    columns = ([each.mean for each in groups], [each.sd for each in groups], [each.n for each in groups])
    means, sds, ns = (np.array(column, dtype=np.float64) for column in columns)
    return means, sds, ns


def _ratios(measure: Measure, groups: Sequence[Group], turned: bool) -> list[tuple[float, float]]:
    counts = []
    for each in groups:
        if each.events is None or not each.n:
            raise Unusable("an arm of a trial of three or more has no counts of its own")
        counts.append((each.n - each.events if turned else each.events, each.n))
    if all(events == 0 for events, _ in counts) or all(events == n for events, n in counts):
        raise NoInformation("nobody, or everybody, had it in every arm")
    more = 0.5 if any(events in (0, n) for events, n in counts) else 0.0
    made = []
    for (a, n1), (b, n2) in combinations(counts, 2):
        cells = {"ai": a + more, "n1i": n1 + 2 * more, "ci": b + more, "n2i": n2 + 2 * more}
        size = one_study(measure, **cells)
        made.append((size.yi, size.vi))
    return made
