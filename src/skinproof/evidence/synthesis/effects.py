"""What one outcome row of a record gives: effects by measure, each remembering its row and every conversion.

Ratios are on the log scale here, differences on the scale reported (`sizes`).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from skinproof.evidence.studies.records import Contrast, Outcome, Pairs, Polarity, Study

from .arms import Group, group
from .instruments import in_common_unit
from .model import RATIOS, Z95, Effect, Likeness, Measure
from .p_values import difference_from_p, half_unit, se_of_contrast
from .sides import corrected, likeness, table, tried
from .sizes import (
    EffectSize,
    NoInformation,
    Table,
    g_from_difference,
    hedges_g,
    matched_ratio,
    mean_difference,
    odds_ratio,
    one_study,
    pooled_sd,
    ratio_of_means,
    risk_ratio,
    se_from_ci,
)
from .subjects import subject

Ratio = Literal["RR", "OR"]
BOTH: tuple[Ratio, Ratio] = ("RR", "OR")


def effects(
    study: Study, index: int, intervention: Sequence[str], comparator: Sequence[str]
) -> tuple[dict[Measure, Effect], tuple[str, ...]]:
    """Every effect that one outcome row gives for two (groups of) arms, by measure, and why it gives no more.

    A contrast that the report gives with an interval or standard error is used as given before anything is worked out.
    A difference in means is in the common unit of its instrument (`instruments`).
    """
    row = study.outcomes[index]
    one, two = group(study, row, intervention), group(study, row, comparator)
    contrast = row.contrast
    flip = contrast is not None and contrast.arms[0] not in intervention
    own = (
        contrast
        if contrast
        and len(intervention) == len(comparator) == 1
        and set(contrast.arms) == {intervention[0], comparator[0]}
        else None
    )
    base = _Base(
        study, index, (intervention[0], comparator[0]), row.better, (one.n, two.n), one.notes + two.notes,
        subject(study, row, intervention, comparator),
    )  # fmt: skip
    found: dict[Measure, Effect] = {}
    faults: list[str] = []
    attempts: tuple[Callable[[], dict[Measure, Effect]], ...] = (
        lambda: _from_counts(base, row, one, two, own, flip),
        lambda: _from_means(base, row, one, two, own),
        lambda: _from_contrast(base, own, one, two, flip) if own else {},
    )
    for attempt in attempts:
        try:
            found |= attempt()
        except NoInformation as fault:
            faults.append(str(fault))
    return {measure: in_common_unit(effect, row) for measure, effect in found.items()}, tuple(faults)


@dataclass(frozen=True, slots=True)
class _Base:
    """What every effect of one row has in common."""

    study: Study
    index: int
    arms: tuple[str, str]
    better: Polarity
    n: tuple[int | None, int | None]
    notes: tuple[str, ...]
    subject: str

    def make(
        self,
        measure: Measure,
        size: EffectSize,
        *steps: str,
        events: tuple[int, int] | None = None,
        interval: tuple[float, float] | None = None,
        sd: float | None = None,
        alike: Likeness | None = None,
    ) -> Effect:
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
            conversions=self.notes + steps + ((alike.text,) if alike else ()),
            likeness=alike,
            subject=self.subject,
        )

    def alike(
        self, measure: Measure, at: Callable[[float], EffectSize], alike: Likeness, *steps: str, **fields: Any
    ) -> Effect:
        """An effect that rests on how alike two sides are, with what it is at the other correlations."""
        return self.make(measure, at(alike.correlation), *steps, alike=tried(alike, at), **fields)


def _from_counts(
    base: _Base, row: Outcome, one: Group, two: Group, own: Contrast | None, flip: bool
) -> dict[Measure, Effect]:
    if row.kind != "binary" or one.events is None or two.events is None:
        return {}
    if not one.n or not two.n:
        raise NoInformation("the number of people is not told")
    counts = one.events, one.n, two.events, two.n
    ratios = risk_ratio(*counts), odds_ratio(*counts)
    steps = []
    if 0 in (one.events, two.events, one.n - one.events, two.n - two.events):
        steps.append("half an event was added to each group's counts, because one count is zero")
    pair = (one.events, two.events)
    if not base.study.is_within_person:
        rr, odds = ratios
        return {"RR": base.make("RR", rr, *steps, events=pair), "OR": base.make("OR", odds, *steps, events=pair)}
    if own is not None and own.pairs is not None:
        cells = corrected(_turned(own.pairs) if flip else own.pairs)
        _check_pairs(own.pairs, counts)
        known = Likeness(_phi(cells), "given", "both sides belong to the same people; the pairs are known")
        return {each: base.make(each, matched_ratio(each, cells), *steps, events=pair, alike=known) for each in BOTH}
    return {each: base.alike(each, _matched(each, counts), likeness(None), *steps, events=pair) for each in BOTH}


def _turned(pairs: Pairs) -> Pairs:
    return Pairs(both=pairs.both, first=pairs.second, second=pairs.first, neither=pairs.neither)


def _check_pairs(pairs: Pairs, counts: tuple[int, int, int, int]) -> None:
    n = pairs.both + pairs.first + pairs.second + pairs.neither
    if {(pairs.both + pairs.first, n), (pairs.both + pairs.second, n)} != {counts[:2], counts[2:]}:
        raise NoInformation("pairs that do not add up to the counts")


def _phi(cells: Table) -> float:
    a, b, c, d = cells
    return (a * d - b * c) / math.sqrt((a + b) * (c + d) * (a + c) * (b + d))


def _matched(measure: Ratio, counts: tuple[int, int, int, int]) -> Callable[[float], EffectSize]:
    """A ratio of two sides as a function of how alike they are."""
    a, n1, b, n2 = (float(count) for count in counts)
    if 0 in (a, b, n1 - a, n2 - b):
        a, n1, b, n2 = a + 0.5, n1 + 1, b + 0.5, n2 + 1
    n = min(n1, n2)
    return lambda alike: matched_ratio(measure, table((n * a / n1, n * b / n2, n), alike))


def _from_means(base: _Base, row: Outcome, one: Group, two: Group, own: Contrast | None) -> dict[Measure, Effect]:
    if row.kind != "continuous":
        return {}
    if fault := one.fault or two.fault:
        raise NoInformation(fault)
    if one.mean is None or two.mean is None:
        return {}
    if not one.n or not two.n:
        raise NoInformation("the number of people is not told" if one.sd and two.sd else "means without a spread")
    if one.sd is None or two.sd is None:
        return _from_p(base, (one.mean, one.n), (two.mean, two.n), own)
    numbers = one.mean, one.sd, one.n, two.mean, two.sd, two.n
    difference, standardised = mean_difference(*numbers), hedges_g(*numbers)
    sd = pooled_sd(one.sd, one.n, two.sd, two.n)
    ratio = row.statistic == "final" and one.mean > 0 and two.mean > 0
    if base.study.is_within_person:
        n = min(one.n, two.n)
        alike = likeness(own, (one.mean, two.mean), (one.sd, two.sd), n)
        sides: dict[str, float] = {"m1i": one.mean, "sd1i": one.sd, "m2i": two.mean, "sd2i": two.sd, "ni": n}
        found: dict[Measure, Effect] = {
            "MD": base.alike("MD", lambda r: one_study("MC", **sides, ri=r), alike, sd=sd),
            "SMD": base.alike("SMD", lambda r: one_study("SMCRP", **sides, ri=r), alike, sd=sd),
        }
        if ratio:
            found["ROM"] = base.alike("ROM", lambda r: one_study("ROMC", **sides, ri=r), alike)
        return found
    made: dict[Measure, Effect] = {
        "MD": base.make("MD", difference, sd=sd),
        "SMD": base.make("SMD", standardised, sd=sd),
    }
    if ratio:
        made["ROM"] = base.make("ROM", ratio_of_means(*numbers))
    return made


def _from_p(base: _Base, one: tuple[float, int], two: tuple[float, int], own: Contrast | None) -> dict[Measure, Effect]:
    """A difference with its standard error from the report's p-value, and standardised where a spread follows."""
    (m1, n1), (m2, n2) = one, two
    within = base.study.is_within_person
    found = difference_from_p((m1, m2), min(n1, n2) - 1 if within else n1 + n2 - 2, within, own)
    if own is not None and own.direction in ("favours-a", "favours-b"):
        said = own.arms[own.direction == "favours-b"]
        if said != base.arms[(found.value > 0) != (base.better == "higher")]:
            raise NoInformation("means without a spread, and a direction that does not follow from them")
    size = EffectSize(found.value, found.se**2)
    if within or found.at_limit:
        # At a limit the spread would be too large and a standardised difference too small; of two sides it is not told.
        return {"MD": replace(base.make("MD", size, found.step), at_limit=found.at_limit)}
    sd = found.se / math.sqrt(1 / n1 + 1 / n2)
    standardised = g_from_difference(found.value, sd, n1, n2)
    return {"MD": base.make("MD", size, found.step, sd=sd), "SMD": base.make("SMD", standardised, found.step, sd=sd)}


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
    elif contrast.p is not None and contrast.estimate is not None:
        low = high = math.nan
        off = half_unit(contrast.estimate) / (contrast.estimate if measure in RATIOS else 1.0)
        se = se_of_contrast(analysis(contrast.estimate), off, contrast.p, None)
        steps.append("standard error worked out from the p-value, by the normal distribution")
    else:
        return {}
    if base.study.is_within_person:
        steps.append(
            "both sides belong to the same people; whether the report's own interval allows for it is not told"
        )
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
    # A review's interval is not that of one comparison of groups, and that of two sides holds how alike they are, so no
    # standard deviation follows from either.
    sd = None
    if measure == "MD" and n1 and n2 and n1 + n2 > 3 and not (base.study.is_review or base.study.is_within_person):
        sd = se / math.sqrt(1 / n1 + 1 / n2)
    sized = replace(base, n=n)
    found: dict[Measure, Effect] = {}
    found[measure] = sized.make(measure, EffectSize(sign * yi, se**2), *steps, interval=interval, sd=sd)
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
    alike = effect.likeness
    if effect.measure not in RATIOS:
        at = tuple((each, -yi, vi) for each, yi, vi in alike.at) if alike else ()
        return replace(
            effect, yi=-effect.yi, value=-effect.value, low=-effect.high, high=-effect.low, better=better,
            conversions=note, likeness=replace(alike, at=at) if alike else None,
        )  # fmt: skip
    if effect.events is None or effect.measure not in BOTH or None in effect.n or (alike and not alike.at):
        raise NoInformation("a ratio without counts cannot be turned round")
    measure: Ratio = "RR" if effect.measure == "RR" else "OR"
    n1, n2 = (int(n or 0) for n in effect.n)
    a, b = n1 - effect.events[0], n2 - effect.events[1]
    if alike:
        of_pairs = _matched(measure, (a, n1, b, n2))
        size, alike = of_pairs(alike.correlation), tried(alike, of_pairs)
    else:
        size = (risk_ratio if measure == "RR" else odds_ratio)(a, n1, b, n2)
    half = Z95 * math.sqrt(size.vi)
    return replace(
        effect, yi=size.yi, vi=size.vi, value=math.exp(size.yi), low=math.exp(size.yi - half),
        high=math.exp(size.yi + half), better=better, events=(a, b), conversions=note, likeness=alike,
    )  # fmt: skip
