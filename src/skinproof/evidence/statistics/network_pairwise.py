"""From arms to the pairwise contrasts of a network, each study's arms against each other.

Formulas are those of R's meta (`pairwise`, with `metabin`, `metacont` and `metainc` inside), whose conventions are said
where they are a choice. A study of p arms gives p(p-1)/2 contrasts.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike

from ._contrasts import Floats, NetworkDataError
from .checks import NotANumber, numbers
from .network import NetworkMetaAnalysis, TauMethod, network_meta_analysis
from .tabular import Tabular

BinaryMeasure = Literal["OR", "RR", "RD"]
ContinuousMeasure = Literal["MD", "SMD"]
RateMeasure = Literal["IRR", "IRD"]
Increments = Literal["only0", "if0all", "all"]


@dataclass(frozen=True)
class Arm:
    """One arm as reported; `row` counts from 1. Fields that a measure does not use stay NaN."""

    study: str
    treatment: str
    row: int
    event: float = math.nan
    n: float = math.nan
    mean: float = math.nan
    sd: float = math.nan
    time: float = math.nan
    incr: float = 0.0
    total: float = math.nan


@dataclass(frozen=True, eq=False, repr=False)
class Pairs(Tabular):
    """All pairs of arms: `TE` (treat1 against treat2) and `seTE` on the analysis scale, NaN where nothing can be said.

    `arms` holds the two arms of each pair, continuity correction included.
    """

    sm: str
    studlab: tuple[str, ...]
    treat1: tuple[str, ...]
    treat2: tuple[str, ...]
    TE: Floats
    seTE: Floats
    arms: tuple[tuple[Arm, Arm], ...]

    @property
    def estimable(self) -> tuple[bool, ...]:
        """Which pairs carry information: those with finite TE and positive seTE."""
        return tuple(bool(np.isfinite(t) and np.isfinite(s) and s > 0) for t, s in zip(self.TE, self.seTE, strict=True))

    def network(
        self,
        *,
        reference: str | None = None,
        method_tau: TauMethod = "DL",
        tau_preset: float | None = None,
        level: float = 0.95,
    ) -> NetworkMetaAnalysis:
        """The network of the pairs that carry information; raises as `network_meta_analysis` does."""
        keep = [i for i, usable in enumerate(self.estimable) if usable]
        if not keep:
            listed = ", ".join(dict.fromkeys(map(repr, self.studlab)))
            raise NetworkDataError(f"no pair of arms says anything on {self.sm}: studies {listed}")
        return network_meta_analysis(
            self.TE[keep],
            self.seTE[keep],
            [self.treat1[i] for i in keep],
            [self.treat2[i] for i in keep],
            [self.studlab[i] for i in keep],
            sm=self.sm,
            reference=reference,
            method_tau=method_tau,
            tau_preset=tau_preset,
            level=level,
            size=np.array([a.n + b.n for a, b in self.arms])[keep],
        )

    COLUMNS = {"studlab": "studlab", "treat1": "treat1", "treat2": "treat2", "TE": "TE", "seTE": "seTE"}

    def _told(self) -> str:
        return f"{self.sm}: {len(self.studlab)} pairs of arms in {len(set(self.studlab))} studies"


def pairwise_binary(
    studlab: Sequence[object],
    treat: Sequence[object],
    event: ArrayLike,
    n: ArrayLike,
    *,
    sm: BinaryMeasure = "OR",
    incr: float = 0.5,
    method_incr: Increments = "only0",
    allstudies: bool = False,
) -> Pairs:
    """Pairs from events out of n, one arm an entry.

    `incr` is added to events and non-events of every arm of a study when one of its arms has no events or only events
    ("only0"), of every study when any study has ("if0all"), or always ("all"). For the risk ratio it is added once to n
    (not twice), and the risk difference takes it in its standard error alone. A pair with no events, or only events, on
    both sides carries no information on OR or RR, unless `allstudies` asks for the correction to stand in for some.
    """
    if sm not in ("OR", "RR", "RD"):
        raise ValueError(f"sm is 'OR', 'RR' or 'RD', not {sm!r}")
    arms = _arms(studlab, treat, event=event, n=n)
    for arm in arms:
        _require(arm, arm.n > 0, f"n is {arm.n:g}; it must be positive")
        _require(arm, 0 <= arm.event <= arm.n, f"{arm.event:g} events out of {arm.n:g}")
    _require_correction(incr)
    if method_incr not in get_args(Increments):
        raise ValueError(f"method_incr is one of {', '.join(get_args(Increments))}, not {method_incr!r}")
    sparse = {arm.study for arm in arms if arm.event in (0, arm.n)}
    everyone = method_incr == "all" or (method_incr == "if0all" and bool(sparse))
    arms = [replace(arm, incr=incr if everyone or arm.study in sparse else 0.0) for arm in arms]
    measure = {"OR": _odds_ratio, "RR": _risk_ratio, "RD": _risk_difference}[sm]

    def informative(a: Arm, b: Arm) -> tuple[float, float]:
        nothing = sm != "RD" and _double_zero(a, b) and not (allstudies and a.incr > 0)
        return (math.nan, math.nan) if nothing else measure(a, b)

    return _pairs(sm, arms, informative)


def pairwise_continuous(
    studlab: Sequence[object],
    treat: Sequence[object],
    n: ArrayLike,
    mean: ArrayLike,
    sd: ArrayLike,
    *,
    sm: ContinuousMeasure = "MD",
) -> Pairs:
    """Pairs from means and standard deviations, one arm an entry.

    SMD is Cohen's d without small-sample correction, as R's `pairwise` gives it; studies of three or more arms
    standardise all their pairs by one standard deviation pooled over all arms, whose uncertainty then rests on the
    whole study.
    """
    if sm not in ("MD", "SMD"):
        raise ValueError(f"sm is 'MD' or 'SMD', not {sm!r}")
    arms = _arms(studlab, treat, n=n, mean=mean, sd=sd)
    for arm in arms:
        _require(arm, arm.n > 0, f"n is {arm.n:g}; it must be positive")
        _require(arm, math.isfinite(arm.mean), f"mean is {arm.mean}")
        _require(arm, arm.sd > 0 and math.isfinite(arm.sd), f"sd is {arm.sd:g}; it must be positive")
        _require(arm, sm != "SMD" or arm.n > 1, f"n is {arm.n:g}; a standard deviation needs two people or more")
    if sm == "SMD":
        arms = [arm for group in _by_study(arms).values() for arm in _one_sd(group)]
    return _pairs(sm, arms, _mean_difference if sm == "MD" else _standardised)


def pairwise_rate(
    studlab: Sequence[object],
    treat: Sequence[object],
    event: ArrayLike,
    time: ArrayLike,
    *,
    sm: RateMeasure = "IRR",
    incr: float = 0.5,
) -> Pairs:
    """Pairs from events in person-time, one arm an entry; `incr` is added in studies with an arm without events."""
    if sm not in ("IRR", "IRD"):
        raise ValueError(f"sm is 'IRR' or 'IRD', not {sm!r}")
    arms = _arms(studlab, treat, event=event, time=time)
    for arm in arms:
        _require(arm, arm.time > 0 and math.isfinite(arm.time), f"time is {arm.time:g}; it must be positive")
        _require(arm, arm.event >= 0 and math.isfinite(arm.event), f"{arm.event:g} events")
    _require_correction(incr)
    sparse = {arm.study for arm in arms if arm.event == 0}
    arms = [replace(arm, incr=incr if arm.study in sparse else 0.0) for arm in arms]
    return _pairs(sm, arms, _rate_ratio if sm == "IRR" else _rate_difference)


def _require_correction(incr: float) -> None:
    if not (math.isfinite(incr) and incr >= 0):
        raise ValueError(f"incr is a number of at least 0, not {incr}")


def _arms(studlab: Sequence[object], treat: Sequence[object], **given: ArrayLike) -> list[Arm]:
    try:
        columns = {name: np.atleast_1d(numbers(values, name)) for name, values in given.items()}
    except NotANumber as fault:
        raise NetworkDataError(fault.told, row=fault.row) from None
    lengths = {"studlab": len(studlab), "treat": len(treat)} | {name: len(c) for name, c in columns.items()}
    if len(set(lengths.values())) != 1:
        raise NetworkDataError(f"columns differ in length: {', '.join(f'{k} {v}' for k, v in lengths.items())}")
    arms: list[Arm] = []
    seen: dict[tuple[str, str], int] = {}
    for i, (study, treatment) in enumerate(zip(studlab, treat, strict=True)):
        if any(label is None or label != label or not str(label).strip() for label in (study, treatment)):
            raise NetworkDataError("the study or its treatment has no name", study=str(study), row=i + 1)
        arm = Arm(
            str(study).strip(), str(treatment).strip(), i + 1, **{name: float(c[i]) for name, c in columns.items()}
        )
        missing = [name for name, c in columns.items() if math.isnan(c[i])]
        _require(arm, not missing, f"{', '.join(missing)} missing")
        key = (arm.study, arm.treatment)
        _require(arm, key not in seen, f"the arm {arm.treatment!r} was already given in row {seen.get(key)}")
        seen[key] = arm.row
        arms.append(arm)
    for study, group in _by_study(arms).items():
        if len(group) < 2:
            raise NetworkDataError("has a single arm, nothing to compare", study=study, row=group[0].row)
    return arms


def _require(arm: Arm, holds: bool, message: str) -> None:
    if not holds:
        raise NetworkDataError(message, study=arm.study, row=arm.row)


def _by_study(arms: Sequence[Arm]) -> dict[str, list[Arm]]:
    found: dict[str, list[Arm]] = {}
    for arm in arms:
        found.setdefault(arm.study, []).append(arm)
    return found


def _one_sd(arms: list[Arm]) -> list[Arm]:
    if len(arms) < 3:
        return arms
    pooled = math.sqrt(sum((a.n - 1) * a.sd**2 for a in arms) / sum(a.n - 1 for a in arms))
    return [replace(a, sd=pooled, total=sum(b.n for b in arms)) for a in arms]


def _pairs(sm: str, arms: Sequence[Arm], measure: Callable[[Arm, Arm], tuple[float, float]]) -> Pairs:
    pairs = [(a, b) for group in _by_study(arms).values() for i, a in enumerate(group) for b in group[i + 1 :]]
    values = np.array([measure(a, b) for a, b in pairs], dtype=np.float64).reshape(-1, 2)
    return Pairs(
        sm,
        tuple(a.study for a, _ in pairs),
        tuple(a.treatment for a, _ in pairs),
        tuple(b.treatment for _, b in pairs),
        values[:, 0],
        values[:, 1],
        tuple(pairs),
    )


def _odds_ratio(a: Arm, b: Arm) -> tuple[float, float]:
    cells = [(x.event + x.incr, x.n - x.event + x.incr) for x in (a, b)]
    (e1, f1), (e2, f2) = cells
    return math.log(e1 * f2 / (f1 * e2)), math.sqrt(1 / e1 + 1 / f1 + 1 / e2 + 1 / f2)


def _risk_ratio(a: Arm, b: Arm) -> tuple[float, float]:
    e1, n1, e2, n2 = a.event + a.incr, a.n + a.incr, b.event + b.incr, b.n + b.incr
    return math.log(e1 * n2 / (n1 * e2)), math.sqrt(1 / e1 - 1 / n1 + 1 / e2 - 1 / n2)


def _risk_difference(a: Arm, b: Arm) -> tuple[float, float]:
    variance = sum((x.event + x.incr) * (x.n - x.event + x.incr) / (x.n + 2 * x.incr) ** 3 for x in (a, b))
    return a.event / a.n - b.event / b.n, math.sqrt(variance)


def _double_zero(a: Arm, b: Arm) -> bool:
    return (a.event == 0 and b.event == 0) or (a.event == a.n and b.event == b.n)


def _mean_difference(a: Arm, b: Arm) -> tuple[float, float]:
    return a.mean - b.mean, math.sqrt(a.sd**2 / a.n + b.sd**2 / b.n)


def _standardised(a: Arm, b: Arm) -> tuple[float, float]:
    N = a.n + b.n
    d = (a.mean - b.mean) / math.sqrt(((a.n - 1) * a.sd**2 + (b.n - 1) * b.sd**2) / (N - 2))
    total = N if math.isnan(a.total) else a.total
    return d, math.sqrt(N / (a.n * b.n) + d**2 / (2 * total))


def _rate_ratio(a: Arm, b: Arm) -> tuple[float, float]:
    if a.event == 0 and b.event == 0:
        return math.nan, math.nan
    e1, e2 = a.event + a.incr, b.event + b.incr
    return math.log(e1 / a.time) - math.log(e2 / b.time), math.sqrt(1 / e1 + 1 / e2)


def _rate_difference(a: Arm, b: Arm) -> tuple[float, float]:
    variance = (a.event + a.incr) / a.time**2 + (b.event + b.incr) / b.time**2
    return a.event / a.time - b.event / b.time, math.sqrt(variance)
