"""Small-study effects: regression and rank tests for funnel asymmetry, trim and fill, fail-safe N.

Definitions as in metafor: Egger and others 1997 (BMJ 315:629), Begg and Mazumdar 1994 (Biometrics 50:1088), Duval and
Tweedie 2000 (Biometrics 56:455), Rosenthal 1979, Orwin 1983, Rosenberg 2005.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray
from scipy.special import comb, ndtr, ndtri

from .checks import numbers, refuse
from .coefficients import critical_value, p_value
from .design import Design
from .escalc import escalc
from .pairwise import MetaAnalysis, fit_design, meta_analysis
from .tabular import Tabular
from .tau2 import weighted

Array = NDArray[np.float64]
Predictor = Literal["sei", "vi", "ni", "ninv", "sqrtni", "sqrtninv"]


@dataclass(frozen=True, repr=False)
class RegressionTest(Tabular):
    """A test for funnel asymmetry; `est` is the limit estimate (as the predictor goes to zero), None where it has no
    meaning. `coefficients` (only for "lm"): estimate, error, t and p by row.
    """

    zval: float
    pval: float
    dfs: float | None
    est: float | None
    ci_lb: float | None
    ci_ub: float | None
    coefficients: Array | None = None
    dispersion: float | None = None  # of the classical regression: its residual variance


def regtest(
    fit: MetaAnalysis, predictor: Predictor = "sei", model: Literal["rma", "lm"] = "rma", ni: Array | None = None
) -> RegressionTest:
    """Regression test: "rma", the fit's own model with the predictor as a moderator more; "lm", the classical weighted
    regression with dispersion estimated (Egger and others 1997).

    Raises:
        ValueError: too few studies, a predictor that does not differ between them, or group sizes that are not given.
    """
    if predictor not in get_args(Predictor) or model not in ("rma", "lm"):
        raise ValueError(f"predictor {predictor!r} with model {model!r} is not known")
    sizes = np.full(fit.k, np.nan) if ni is None else numbers(ni, "the size", fit.slab)
    if sizes.shape != (fit.k,):
        raise ValueError(f"{sizes.size} sizes for {fit.k} studies")
    refuse(sizes <= 0, "the size is not above zero", fit.slab)
    if predictor not in ("sei", "vi") and not np.isfinite(sizes).all():
        raise ValueError(f"the predictor {predictor} needs the sizes of all studies")
    column = {
        "sei": np.sqrt(fit.vi), "vi": fit.vi, "ni": sizes, "ninv": 1 / sizes, "sqrtni": np.sqrt(sizes),
        "sqrtninv": 1 / np.sqrt(sizes),
    }[predictor]  # fmt: skip
    made = Design(np.column_stack([fit.design.matrix, column]), (*fit.names, predictor))
    if fit.k <= made.matrix.shape[1] or np.ptp(column) < 1e-12 * np.abs(column).max():
        raise ValueError(f"{fit.k} studies do not carry a regression on {predictor}")
    limit = predictor in ("sei", "vi", "ninv", "sqrtninv") and fit.names == ("intrcpt",)
    if model == "rma":
        grown = fit_design(fit.yi, fit.vi, made, fit.method, fit.test, fit.level, fit.slab, fit.threshold)
        ends = _ends(limit, grown.coef, grown.ci_lb, grown.ci_ub)
        return RegressionTest(float(grown.zval[-1]), float(grown.pval[-1]), grown.df, *ends)
    table, df, dispersion = classical_regression(fit.yi, made.matrix, fit.vi)
    one, half = table[0, 0], critical_value(fit.level, df) * table[0, 1]
    ends = _ends(limit, table[:1, 0], np.array([one - half]), np.array([one + half]))
    return RegressionTest(float(table[-1, 2]), float(table[-1, 3]), df, *ends, table, dispersion)


def regtest_counts(
    ai: Sequence[float] | Array,
    n1i: Sequence[float] | Array,
    ci: Sequence[float] | Array,
    n2i: Sequence[float] | Array,
    test: Literal["harbord", "peters"] = "harbord",
    level: float = 95,
) -> RegressionTest:
    """Regression test for funnel asymmetry of odds ratios, whose errors depend on the ratios themselves.

    "harbord" (Harbord, Egger and Sterne 2006, Stat Med 25:3443): the efficient score over its variance on that
    variance's square root, weighted by it. "peters" (Peters and others 2006, JAMA 295:676): the log odds ratio on one
    over the people, weighted by 1/(1/events + 1/non-events). Studies that say nothing of the ratio are left out.

    Args:
        ai, ci: events in the two groups. n1i, n2i: people in them.

    Raises:
        ValueError: counts that cannot be (names the study), an unknown test, or fewer than three studies that count.
    """
    own = escalc("OR", ai=ai, n1i=n1i, ci=ci, n2i=n2i, drop00=True)
    use = np.isfinite(own.vi)
    a, n1, c, n2 = (np.atleast_1d(numbers(each, "a count"))[use] for each in (ai, n1i, ci, n2i))
    n, events = n1 + n2, a + c
    if test == "harbord":
        score, variance = a - events * n1 / n, n1 * n2 * events * (n - events) / (n**2 * (n - 1))
        y, predictor, v = score / variance, 1 / np.sqrt(variance), 1 / variance
    elif test == "peters":
        y, predictor, v = own.yi[use], 1 / n, 1 / events + 1 / (n - events)
    else:
        raise ValueError(f"test is 'harbord' or 'peters', not {test!r}")
    if y.size < 3 or np.ptp(predictor) < 1e-12 * np.abs(predictor).max():
        raise ValueError(f"{y.size} studies do not carry this regression")
    table, df, dispersion = classical_regression(y, np.column_stack([np.ones(y.size), predictor]), v)
    half = critical_value(level, float(df)) * table[0, 1]
    ends = (float(table[0, 0]), float(table[0, 0] - half), float(table[0, 0] + half))
    return RegressionTest(float(table[-1, 2]), float(table[-1, 3]), df, *ends, table, dispersion)


def classical_regression(y: Array, x: Array, v: Array) -> tuple[Array, int, float]:
    """Regression weighted by 1/v with its dispersion estimated.

    Returns estimate, error, t and p by row; the degrees of freedom; the dispersion.

    Raises:
        ValueError: no more effects than coefficients.
    """
    df = y.size - x.shape[1]
    if df < 1:
        raise ValueError(f"{y.size} effects are too few for a regression with {x.shape[1]} coefficients")
    line = weighted(y, x, 1 / v)
    dispersion = line.rss / df
    se = np.sqrt(np.diag(line.inverse) * dispersion)
    t = line.beta / se
    return np.column_stack([line.beta, se, t, p_value(t, df)]), df, dispersion


def _ends(limit: bool, *values: Array) -> tuple[float | None, float | None, float | None]:
    one, low, high = (float(each[0]) if limit else None for each in values)
    return one, low, high


@dataclass(frozen=True, repr=False)
class RankTest(Tabular):
    """Kendall's tau between effects and variances, and its p value (exact without ties)."""

    tau: float
    pval: float


def ranktest(fit: MetaAnalysis) -> RankTest:
    """Begg and Mazumdar's rank correlation test.

    Raises:
        ValueError: fewer than three studies.
    """
    if fit.k < 3:
        raise ValueError(f"{fit.k} studies are too few for a rank test")
    w = 1 / fit.vi
    centred = (fit.yi - w @ fit.yi / w.sum()) / np.sqrt(fit.vi - 1 / w.sum())
    tied = len(set(centred.tolist())) < fit.k or len(set(fit.vi.tolist())) < fit.k
    from scipy.stats import kendalltau  # here, since it takes a fifth of a second to import

    found = kendalltau(centred, fit.vi, method="asymptotic" if tied else "exact")
    return RankTest(float(found.statistic), float(found.pvalue))


@dataclass(frozen=True, repr=False)
class TrimFill(Tabular):
    """Studies thought to be missing on one side, and the model with their mirror images filled in."""

    k0: int
    se_k0: float
    p_k0: float | None  # of no missing studies; R0 only
    side: Literal["left", "right"]
    fit: MetaAnalysis
    filled_yi: Array
    filled_vi: Array

    def columns(self) -> dict[str, list[Any]]:
        """The coefficients of the model with the studies filled in."""
        return self.fit.columns()

    def _told(self) -> str:
        return f"{self.k0} studies filled in on the {self.side}: {self.fit!r}"


def trimfill(
    fit: MetaAnalysis, estimator: Literal["L0", "R0"] = "L0", side: Literal["left", "right"] | None = None
) -> TrimFill:
    """Trim and fill (Duval and Tweedie 2000) with the fit's own model.

    Args:
        side: where studies are missing; None, the side that the regression test points to.

    Raises:
        ValueError: a model with moderators, fewer than two studies, or trimming that does not settle.
    """
    if estimator not in ("L0", "R0") or side not in (None, "left", "right"):
        raise ValueError(f"estimator {estimator!r} on the side {side!r} is not known")
    if fit.names != ("intrcpt",) or fit.k < 2:
        raise ValueError("trim and fill needs two or more studies and no moderators")
    if side is None:
        side = "right" if fit.k > 2 and _slope(fit) < 0 else "left"
    sign = -1.0 if side == "right" else 1.0
    order = np.argsort(sign * fit.yi, kind="stable")
    y, v, k = sign * fit.yi[order], fit.vi[order], fit.k
    k0, before = 0, -1
    for _ in range(100):
        if k0 == before:
            break
        before = k0
        kept = slice(0, k - k0)
        centre = meta_analysis(y[kept], v[kept], method=fit.method, threshold=fit.threshold).coef[0]
        away = y - centre
        ranks = np.sign(away) * (np.argsort(np.argsort(np.abs(away), kind="stable")) + 1)
        raw, se_k0 = _missing(ranks, k, estimator)
        k0 = max(0, round(raw))
    else:
        raise ValueError("trimming did not settle")
    fill = sign * (centre - away[k - k0 :])
    filled = fit if k0 == 0 else meta_analysis(
        np.concatenate([fit.yi, fill]), np.concatenate([fit.vi, v[k - k0 :]]), method=fit.method, test=fit.test,
        level=fit.level, threshold=fit.threshold,
        slab=[*fit.slab, *(f"filled {place + 1}" for place in range(k0))],
    )  # fmt: skip
    p_k0 = None
    if estimator == "R0":
        m = np.arange(-1, k0)
        p_k0 = float(1 - np.sum(comb(m + 1, m + 1) * 0.5 ** (m + 2)))
    return TrimFill(k0, se_k0, p_k0, side, filled, fill, v[k - k0 :])


def _slope(fit: MetaAnalysis) -> float:
    made = Design(np.column_stack([np.ones(fit.k), np.sqrt(fit.vi)]), ("intrcpt", "sei"))
    if np.ptp(fit.vi) < 1e-12 * fit.vi.max():
        return 0.0
    return float(fit_design(fit.yi, fit.vi, made, fit.method, "z", fit.level, fit.slab, fit.threshold).coef[1])


def _missing(ranks: Array, k: int, estimator: str) -> tuple[float, float]:
    """The number missing, before rounding, and its standard error."""
    if estimator == "R0":
        below = ranks[ranks < 0]
        k0 = float(k - (np.max(-below) if below.size else 0) - 1)
        return k0, math.sqrt(2 * max(0.0, k0) + 2)
    k0 = float((4 * ranks[ranks > 0].sum() - k * (k + 1)) / (2 * k - 1))
    variance = (
        k * (k + 1) * (2 * k + 1) + 10 * k0**3 + 27 * k0**2 + 17 * k0 - 18 * k * k0**2 - 18 * k * k0 + 6 * k**2 * k0
    ) / 24
    return k0, 4 * math.sqrt(max(0.0, variance)) / (2 * k - 1)


@dataclass(frozen=True, repr=False)
class FailSafe(Tabular):
    """Number of studies without effect that would overturn the result, with what it rests on."""

    fsnum: int
    pval: float | None = None
    meanes: float | None = None
    target: float | None = None


def fsn(
    yi: Array,
    vi: Array,
    type: Literal["Rosenthal", "Orwin", "Rosenberg"] = "Rosenthal",
    alpha: float = 0.05,
    target: float | None = None,
    weighted: bool = False,
) -> FailSafe:
    """Fail-safe N. Rosenthal: one-sided combined z at `alpha`; Orwin: a mean effect of `target` (half the mean unless
    given), `weighted` by 1/vi or not; Rosenberg: weighted z, two-sided.
    """
    if type not in ("Rosenthal", "Orwin", "Rosenberg"):
        raise ValueError(f"type is 'Rosenthal', 'Orwin' or 'Rosenberg', not {type!r}")
    if not 0 < alpha < 1:
        raise ValueError(f"alpha is between 0 and 1, not {alpha}")
    common = meta_analysis(yi, vi, method="FE")
    y, w, k = common.yi, 1 / common.vi, common.k
    if type == "Rosenthal":
        z = float((y * np.sqrt(w)).sum() / math.sqrt(k))
        needed = k * (z / float(ndtri(1 - alpha))) ** 2 - k
        return FailSafe(_whole(needed), pval=float(ndtr(-abs(z))))
    if type == "Orwin":
        mean = float(common.coef[0]) if weighted else float(y.mean())
        target = mean / 2 if target is None else target
        within = abs(mean) < abs(target) or target == 0
        number = 0 if within else _whole(k * (mean - target) / target)
        return FailSafe(number, meanes=mean, target=target)
    needed = (float(w @ y) / float(ndtri(alpha / 2))) ** 2 / float(w.sum()) - 1
    return FailSafe(_whole(k * needed), pval=float(common.pval[0]), meanes=float(common.coef[0]))


def _whole(number: float) -> int:
    """Rounded up, but not for the last digits of a float."""
    return max(0, math.ceil(round(number, 9)))
