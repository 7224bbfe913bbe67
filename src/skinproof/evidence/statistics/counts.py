"""Common-effect pooling straight from counts: Mantel-Haenszel and Peto.

Formulas: Cochrane Handbook 10.4 and its statistical methods supplement; Robins, Breslow and Greenland 1986
(Biometrics 42:311), Greenland and Robins 1985 (Biometrics 41:55), Sato and others 1989 (Biometrics 45:1323).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtrc

from .checks import numbers, one_length, refuse
from .coefficients import critical_value, p_value
from .escalc import To, escalc
from .tabular import Tabular

Array = NDArray[np.float64]


@dataclass(frozen=True, repr=False)
class CommonEffect(Tabular):
    """A pooled effect on the analysis scale. `cmh` (Cochran-Mantel-Haenszel), `bd` (Breslow-Day) and `ta` (Tarone) are
    chi-square statistics with their p, for odds ratios only. `k` studies, `k_pos` of them with an effect of their own.
    """

    measure: str
    coef: float
    se: float
    zval: float
    pval: float
    ci_lb: float
    ci_ub: float
    qe: float
    qe_p: float
    i2: float
    h2: float
    k: int
    k_pos: int
    yi: Array = field(repr=False)
    vi: Array = field(repr=False)
    cmh: tuple[float, float] | None = None
    bd: tuple[float, float] | None = None
    ta: tuple[float, float] | None = None

    def summary(self) -> str:
        return (
            f"Common effect, {self.measure} (k = {self.k})\n"
            f"estimate {self.coef:.4f}, SE {self.se:.4f}, z {self.zval:.4f}, p {self.pval:.4f}, "
            f"{self.ci_lb:.4f} to {self.ci_ub:.4f}\n"
            f"Heterogeneity: Q(df = {self.k_pos - 1}) = {self.qe:.4f}, p = {self.qe_p:.4f}; I^2 {self.i2:.2f}%"
        )

    def columns(self) -> dict[str, list[Any]]:
        """The pooled effect in one row."""
        names = {"estimate": "coef", "se": "se", "zval": "zval", "pval": "pval", "ci.lb": "ci_lb", "ci.ub": "ci_ub"}
        more = {"k": "k", "QE": "qe", "QEp": "qe_p", "I2": "i2", "H2": "h2"}
        return {"measure": [self.measure], **{n: [getattr(self, field)] for n, field in {**names, **more}.items()}}

    def _told(self) -> str:
        return (
            f"{self.measure}: k = {self.k}, {self.coef:.4f} [{self.ci_lb:.4f}; {self.ci_ub:.4f}], "
            f"Q = {self.qe:.4g} (df = {self.k_pos - 1}, p = {self.qe_p:.3g}), I² = {self.i2:.1f} %"
        )


def _pooled(measure: str, coef: float, se: float, yi: Array, vi: Array, level: float) -> CommonEffect:
    use = np.isfinite(yi) & np.isfinite(vi) & (vi > 0)
    qe = float(((yi[use] - coef) ** 2 / vi[use]).sum())
    df = int(use.sum()) - 1
    if not se > 0:
        raise ValueError("no study has both events and people without one: the pooled effect has no standard error")
    z = coef / se
    half = critical_value(level, None) * se
    return CommonEffect(
        measure, coef, se, z, float(p_value(np.array(z), None)), coef - half, coef + half, qe,
        float(chdtrc(df, qe)) if df > 0 else 1.0, max(0.0, 100 * (qe - df) / qe) if qe > 0 else 0.0,
        qe / df if df > 0 else 1.0, yi.size, int(use.sum()), yi, vi,
    )  # fmt: skip


def rma_peto(
    ai: Sequence[int], n1i: Sequence[int], ci: Sequence[int], n2i: Sequence[int], level: float = 95
) -> CommonEffect:
    """Peto's log odds ratio, from observed less expected events (Yusuf and others 1985).

    Raises:
        ValueError: counts that cannot be (names the study), or no study with an event.
    """
    _counts(dict(zip(("ai", "n1i", "ci", "n2i"), (ai, n1i, ci, n2i), strict=True)))
    own = escalc("PETO", ai=ai, n1i=n1i, ci=ci, n2i=n2i, to="none")
    use = np.isfinite(own.vi)
    if not use.any():
        raise ValueError("no study has both events and people without one")
    w = 1 / own.vi[use]
    return _pooled("PETO", float(w @ own.yi[use] / w.sum()), 1 / math.sqrt(w.sum()), own.yi, own.vi, level)


def _counts(columns: dict[str, Any]) -> dict[str, Array]:
    """The columns as arrays of one length, nothing missing, groups not empty."""
    found = {name: np.atleast_1d(numbers(column, name)) for name, column in columns.items()}
    one_length(found)
    for name, column in found.items():
        refuse(~np.isfinite(column), f"{name} is missing or not finite")
        if name[0] in "nt":
            refuse(column <= 0, f"{name} is {'0' if (column == 0).any() else 'negative'}; a group cannot be empty")
    return found


def rma_mh(
    measure: Literal["OR", "RR", "RD", "IRR", "IRD"],
    ai: Sequence[float],
    n1i: Sequence[float],
    ci: Sequence[float],
    n2i: Sequence[float],
    level: float = 95,
    correct: bool = True,
    add: float = 0.5,
    to: To = "only0",
) -> CommonEffect:
    """Mantel-Haenszel pooling, without any correction of the counts in the pooled effect.

    Args:
        ai, ci: events. n1i, n2i: people, or, for "IRR" and "IRD", person-time. correct: continuity correction of the
            Cochran-Mantel-Haenszel test. add, to: correction of the studies' own effects, as in `escalc`.

    Raises:
        ValueError: counts that cannot be (names the study), or no events in one of the groups where a ratio is asked.
    """
    rate = measure in ("IRR", "IRD")
    names = ("x1i", "t1i", "x2i", "t2i") if rate else ("ai", "n1i", "ci", "n2i")
    if measure not in ("OR", "RR", "RD", "IRR", "IRD"):
        raise ValueError(f"measure {measure!r} is not one of OR, RR, RD, IRR, IRD")
    columns: dict[str, Any] = _counts(dict(zip(names, (ai, n1i, ci, n2i), strict=True)))
    own = escalc(measure, add=add, to=to, drop00=not rate, **columns)
    if rate and measure == "IRR":
        empty = (columns["x1i"] == 0) & (columns["x2i"] == 0)
        own.yi[empty], own.vi[empty] = np.nan, np.nan
    a, n1, c, n2 = columns.values()
    n = n1 + n2
    r, s = (a * n2 / n).sum(), (c * n1 / n).sum()
    if measure in ("RD", "IRD"):
        coef, se = _difference(measure, a, n1, c, n2)
        return _pooled(measure, coef, se, own.yi, own.vi, level)
    if measure == "OR":
        return _odds_ratio(a, n1, c, n2, own.yi, own.vi, level, correct)
    if not (r > 0 and s > 0):
        raise ValueError("one of the groups has no events in any study: no ratio")
    if measure == "RR":
        se = math.sqrt(((n1 * n2 * (a + c) / n**2) - a * c / n).sum() / (r * s))
    else:
        se = math.sqrt(((a + c) * n1 * n2 / n**2).sum() / (r * s))
    made = _pooled(measure, math.log(r / s), se, own.yi, own.vi, level)
    if measure == "RR":
        return made
    spread = float(((a + c) * n1 * n2 / n**2).sum())
    return replace(made, cmh=_cmh(float((a - (a + c) * n1 / n).sum()), spread, correct))


def _difference(measure: str, a: Array, n1: Array, c: Array, n2: Array) -> tuple[float, float]:
    n = n1 + n2
    total = float((n1 * n2 / n).sum())
    coef = float(((a * n2 - c * n1) / n).sum()) / total
    if measure == "IRD":
        return coef, math.sqrt(float(((n1 * n2 / n) ** 2 * (a / n1**2 + c / n2**2)).sum())) / total
    part = (c * (n1 / n) ** 2 - a * (n2 / n) ** 2 + (n1 / n) * (n2 / n) * (n2 - n1) / 2).sum()
    rest = (a * (n2 - c) / n + c * (n1 - a) / n).sum() / 2
    return coef, math.sqrt(float(coef * part + rest)) / total


def _odds_ratio(
    a: Array, n1: Array, c: Array, n2: Array, yi: Array, vi: Array, level: float, correct: bool
) -> CommonEffect:
    b, d, n, events = n1 - a, n2 - c, n1 + n2, a + c
    use = (events > 0) & (events < n)
    a, b, c, d, n1, n2, n, events = (column[use] for column in (a, b, c, d, n1, n2, n, events))
    p, q, r, s = (a + d) / n, (b + c) / n, a * d / n, b * c / n
    if not (r.sum() > 0 and s.sum() > 0):
        raise ValueError("no odds ratio: in all studies together one of the cells has nobody")
    coef = math.log(r.sum() / s.sum())
    variance = (
        (p * r).sum() / r.sum() ** 2 + (p * s + q * r).sum() / (r.sum() * s.sum()) + (q * s).sum() / s.sum() ** 2
    ) / 2
    made = _pooled("OR", coef, math.sqrt(float(variance)), yi, vi, level)
    expected, spread = n1 * events / n, n1 * n2 * events * (n - events) / (n**2 * (n - 1))
    cmh = _cmh(float((a - expected).sum()), float(spread.sum()), correct)
    bd, ta = _breslow_day(math.exp(coef), a, n1, n2, events)
    df = int(use.sum()) - 1

    return replace(made, k_pos=int(use.sum()), cmh=cmh, bd=_with_p(bd, df), ta=_with_p(ta, df))


def _cmh(off: float, spread: float, correct: bool) -> tuple[float, float]:
    return _with_p(max(0.0, abs(off) - (0.5 if correct else 0.0)) ** 2 / spread, 1)


def _with_p(statistic: float, df: int) -> tuple[float, float]:
    return statistic, float(chdtrc(df, statistic)) if df else 1.0


def _breslow_day(ratio: float, a: Array, n1: Array, n2: Array, events: Array) -> tuple[float, float]:
    """Breslow and Day's test that odds ratios are one, and Tarone's correction of it."""
    x = _expected(ratio, n1, n2, events)
    v = 1 / (1 / x + 1 / (n1 - x) + 1 / (events - x) + 1 / (n2 - events + x))
    bd = float(((a - x) ** 2 / v).sum())
    return bd, bd - float((a - x).sum()) ** 2 / float(v.sum())


def _expected(ratio: float, n1: Array, n2: Array, events: Array) -> Array:
    """Events in group 1 that give this odds ratio with the margins as they are."""
    if abs(ratio - 1) < 1e-12:
        return np.asarray(n1 * events / (n1 + n2))
    linear = ratio * (n1 + events) + (n2 - events)
    root = np.sqrt(linear**2 - 4 * (ratio - 1) * ratio * n1 * events)
    return np.asarray((linear - root) / (2 * (ratio - 1)))
