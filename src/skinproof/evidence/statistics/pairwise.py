"""Pairwise meta-analysis and meta-regression, with metafor's names and conventions (Viechtbauer 2010, J Stat Softw
36(3)), against whose numbers the tests hold it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtrc

from ._plots import PairwisePlots
from .checks import numbers, refuse
from .coefficients import (
    CoefficientTable,
    coefficient_tests,
    critical_value,
    information_criteria,
    moderator_places,
    wald,
)
from .design import Design, design
from .generalised_q import generalised_q_interval
from .tabular import Tabular
from .tau2 import COMMON, Method, Weighted, estimate, log_likelihood, q_profile, weighted

LARGEST = 1e100
Test = Literal["z", "t", "knha", "adhoc"]
Array = NDArray[np.float64]


@dataclass(frozen=True, repr=False)
class MetaAnalysis(CoefficientTable, PairwisePlots):
    """A fitted model. `i2` is in percent, `h2` a ratio, as metafor gives them.

    `df` are the t test's degrees of freedom, None for normal tests. `r2` is percent of heterogeneity accounted for (0
    where there is none), None without moderators. `s2w` is the Knapp-Hartung factor, 1 where none is used. `tau2_given`
    is a tau² that was not estimated.
    """

    vi: Array
    slab: tuple[str, ...]
    df: float | None
    s2w: float
    tau2: float
    se_tau2: float
    i2: float
    h2: float
    r2: float | None
    aicc: float
    typical_variance: float = field(repr=False)
    threshold: float | None = None
    tau2_given: float | None = None

    @property
    def model_weights(self) -> Array:
        """1/(vi + tau²)."""
        return 1 / (self.vi + self.tau2)

    @property
    def critical(self) -> float:
        return float(critical_value(self.level, self.df))

    def refit(self, rows: NDArray[Any], design: Design | None = None, *, tau2: float | None = None) -> MetaAnalysis:
        """The same model on other rows (places or truth values), with other moderators, or with tau² given."""
        made = (design or self.design).rows(rows)
        return fit_design(
            self.yi[rows], self.vi[rows], made, self.method, self.test, self.level,
            tuple(np.array(self.slab, dtype=object)[rows]), self.threshold, self.tau2_given if tau2 is None else tau2,
        )  # fmt: skip

    def summary(self) -> str:
        """The fit as text, laid out as metafor prints it."""
        kind = "Common-effect" if self.method in COMMON else "Mixed-effects" if self.p > 1 else "Random-effects"
        lines = [f"{kind} model (k = {self.k}; method: {self.method}; test: {self.test})", ""]
        if self.method not in COMMON:
            lines.append(f"tau^2 {self.tau2:.4f} (SE {self.se_tau2:.4f}), tau {math.sqrt(self.tau2):.4f}")
        lines.append(
            f"I^2 {self.i2:.2f}%, H^2 {self.h2:.2f}" + (f", R^2 {self.r2:.2f}%" if self.r2 is not None else "")
        )
        lines.append(f"Heterogeneity: Q(df = {self.k - self.p}) = {self.qe:.4f}, p = {_p(self.qe_p)}")
        if self.p > 1:
            df = f"df = {self.qm_df[0]}" if self.qm_df[1] is None else f"df1 = {self.qm_df[0]}, df2 = {self.qm_df[1]:g}"
            lines.append(
                f"Moderators: {'QM' if self.qm_df[1] is None else 'F'}({df}) = {self.qm:.4f}, p = {_p(self.qm_p)}"
            )
        width = max(len("estimate"), *(len(name) for name in self.names))
        statistic = "zval" if self.df is None else "tval"
        lines += ["", f"{'':<{width}} {'estimate':>9} {'se':>8} {statistic:>8} {'pval':>7} {'ci.lb':>8} {'ci.ub':>8}"]
        lines += [
            f"{name:<{width}} {b:>9.4f} {s:>8.4f} {z:>8.4f} {_p(p):>7} {low:>8.4f} {high:>8.4f}"
            for name, b, s, z, p, low, high in zip(*self.columns().values(), strict=True)
        ]
        return "\n".join(lines)

    def _told(self) -> str:
        rows = zip(self.names, self.coef, self.ci_lb, self.ci_ub, strict=True)
        terms = [f"{'' if self.p == 1 else name + ' '}{b:.4f} [{low:.4f}; {high:.4f}]" for name, b, low, high in rows]
        tau2 = "" if self.method in COMMON else f", tau² = {self.tau2:.4f}"
        return f"{self.method}: k = {self.k}, {', '.join(terms)}{tau2}, I² = {self.i2:.1f} %"


def meta_analysis(
    yi: Sequence[float] | Array,
    vi: Sequence[float] | Array,
    mods: Mapping[str, Sequence[Any]] | Array | None = None,
    method: Method = "REML",
    test: Test = "z",
    level: float = 95,
    *,
    intercept: bool = True,
    slab: Sequence[str] | None = None,
    threshold: float | None = None,
    tau2: float | None = None,
) -> MetaAnalysis:
    """Common-, random- or mixed-effects model of k effects.

    Args:
        yi: k effects on the analysis scale. vi: their sampling variances, above zero.
        mods: moderators by name, k values each (numbers, or text for categories), or a k × q matrix.
        method: "FE" (also "EE", "CE") for a common effect, else the estimator of tau²: "DL", "HE", "HS", "HSk", "SJ",
            "ML", "REML", "EB", "PM".
        test: "z"; "t", with k − p degrees of freedom; "knha", Knapp and Hartung 2003; "adhoc", the same with its
            variance factor never below 1 (Röver, Knapp and Friede 2015).
        level: of the intervals, in percent. slab: names of the studies.
        threshold: see `tau2.estimate`; 1e-5 gives what metafor's `rma` prints by default.
        tau2: the between-study variance, where it is given and not to be estimated.

    Raises:
        ValueError: no studies, lengths that differ, a number that is not finite, a variance that is not above zero
            (names the study), moderators that depend on one another, or no more studies than coefficients.
    """
    y, v = numbers(yi, "the effect", slab), numbers(vi, "the variance", slab)
    if y.ndim != 1 or y.shape != v.shape or not y.size:
        raise ValueError("effects and variances must be two lists of one length, not empty")
    if slab is not None and len(slab) != y.size:
        raise ValueError(f"{len(slab)} names for {y.size} studies")
    names = tuple(slab) if slab is not None else tuple(map(str, range(1, y.size + 1)))
    refuse(~np.isfinite(y), "the effect is not a finite number", names)
    refuse(~np.isfinite(v), "the variance is not a finite number", names)
    refuse(v <= 0, "the variance is not above zero", names)
    refuse((v < 1 / LARGEST) | (v > LARGEST) | (np.abs(y) > LARGEST), "too small or large to compute with", names)
    return fit_design(y, v, design(mods, y.size, intercept), method, test, level, names, threshold, tau2)


def fit_design(
    y: Array,
    v: Array,
    made: Design,
    method: Method,
    test: Test,
    level: float,
    slab: tuple[str, ...],
    threshold: float | None = None,
    tau2_given: float | None = None,
) -> MetaAnalysis:
    """`meta_analysis` for checked numbers and a design already made."""
    x = made.matrix
    k, p = x.shape
    if method not in get_args(Method) or test not in get_args(Test):
        raise ValueError(f"method {method!r} with test {test!r} is not known")
    if k < p or (k == p and p > 1):
        raise ValueError(f"{k} studies are too few for {p} coefficients")
    if tau2_given is not None and not (tau2_given >= 0 and math.isfinite(tau2_given)):
        raise ValueError(f"tau² is a number of at least 0, not {tau2_given}")
    estimated = method not in COMMON and tau2_given is None
    given = 0.0 if tau2_given is None or method in COMMON else tau2_given
    tau2, se_tau2 = estimate(method, y, v, x, threshold) if estimated else (given, math.nan)
    common, model = weighted(y, x, 1 / v), weighted(y, x, 1 / (v + tau2))
    free = k - p
    df = float(free) if test != "z" and free else None
    s2w = model.rss / free if test in ("knha", "adhoc") and free else 1.0
    s2w = max(1.0, s2w) if test == "adhoc" else s2w
    vcov = s2w * model.inverse
    typical = free / common.trace if free else float(v[0])
    i2, h2 = _heterogeneity(method, tau2, typical, common.rss, free)
    qm, qm_p, qm_df = wald(model.beta, vcov, moderator_places(made), df)
    r2 = _r2(method, y, v, made, tau2, common, threshold) if tau2_given is None else None
    loglik = log_likelihood(model, x, restricted=method == "REML")
    count, n = p + estimated, k - p if method == "REML" else k
    small = max(n, count + 2)
    return MetaAnalysis(
        yi=y, vi=v, design=made, slab=slab, method=method, test=test, level=level, coef=model.beta, vcov=vcov, df=df,
        s2w=s2w, tau2=tau2, se_tau2=se_tau2, i2=i2, h2=h2, r2=r2,
        qe=common.rss, qe_p=float(chdtrc(free, common.rss)) if free else 1.0, qm=qm, qm_p=qm_p, qm_df=qm_df,
        loglik=loglik, **information_criteria(loglik, count, n),
        aicc=-2 * loglik + 2 * count * small / (small - count - 1), typical_variance=typical, threshold=threshold,
        tau2_given=tau2_given,
        **coefficient_tests(model.beta, vcov, df, level),
    )  # fmt: skip


def _heterogeneity(method: Method, tau2: float, typical: float, qe: float, free: int) -> tuple[float, float]:
    """I² in percent and H²; with tau² by Higgins and Thompson's typical variance, else from Q."""
    if not free:
        return 0.0, 1.0
    if method in COMMON:
        return max(0.0, 100 * (qe - free) / qe) if qe > 0 else 0.0, qe / free
    return 100 * tau2 / (tau2 + typical), 1 + tau2 / typical


def _r2(
    method: Method, y: Array, v: Array, made: Design, tau2: float, common: Weighted, threshold: float | None
) -> float | None:
    if not made.intercept or made.matrix.shape[1] < 2:
        return None
    one = np.ones((y.size, 1))
    if method in COMMON:  # adjusted R² of the weighted regression
        k, p = made.matrix.shape
        whole = weighted(y, one, 1 / v).rss
        return max(0.0, 100 * (1 - (common.rss / (k - p)) / (whole / (k - 1)))) if whole > 0 and k > p else 0.0
    without = estimate(method, y, v, one, threshold).tau2
    return max(0.0, 100 * (without - tau2) / without) if without > 0 else 0.0


@dataclass(frozen=True, repr=False)
class Prediction(Tabular):
    """Fitted means with confidence and prediction intervals; arrays, one value a row predicted."""

    pred: Array
    se: Array
    ci_lb: Array
    ci_ub: Array
    pi_lb: Array
    pi_ub: Array

    def columns(self) -> dict[str, list[float]]:
        names = {"pred": "pred", "se": "se", "ci.lb": "ci_lb", "ci.ub": "ci_ub", "pi.lb": "pi_lb", "pi.ub": "pi_ub"}
        return {name: getattr(self, attribute).tolist() for name, attribute in names.items()}

    def transformed(self, function: Callable[[Array], Array]) -> Prediction:
        """On another scale; a standard error has no meaning there."""
        moved = {name: function(getattr(self, name)) for name in ("pred", "ci_lb", "ci_ub", "pi_lb", "pi_ub")}
        return replace(self, se=np.full_like(self.se, np.nan), **moved)

    def _told(self) -> str:
        if self.pred.size != 1:
            return f"{self.pred.size} rows"
        b, low, high, least, most = (float(x[0]) for x in (self.pred, self.ci_lb, self.ci_ub, self.pi_lb, self.pi_ub))
        return f"{b:.4f} [{low:.4f}; {high:.4f}], prediction [{least:.4f}; {most:.4f}]"


def predict(
    fit: MetaAnalysis, newmods: Array | None = None, level: float | None = None, pi_type: str = "default"
) -> Prediction:
    """The mean effect (or the means at moderators) with intervals.

    Args:
        newmods: rows of moderators without the intercept; None, the studies' own (one row without moderators).
        pi_type: "default", mean ± c·√(se² + tau²), c as the fit's test has it; "riley", c by t with k − p − 1 degrees
            of freedom (Higgins, Thompson and Spiegelhalter 2009).

    Raises:
        ValueError: rows of another width than the model's moderators.
    """
    if pi_type not in ("default", "riley"):
        raise ValueError(f"pi_type is 'default' or 'riley', not {pi_type!r}")
    level = fit.level if level is None else level
    x = _new_rows(fit, newmods)
    pred = x @ fit.coef
    variance = np.einsum("ij,jk,ik->i", x, fit.vcov, x)
    se = np.sqrt(variance)
    half = critical_value(level, fit.df) * se
    df = fit.df if pi_type == "default" else float(fit.k - fit.p - 1)
    wide = (critical_value(level, df) if df != 0 else math.nan) * np.sqrt(variance + fit.tau2)
    if fit.method in COMMON:
        wide = half
    return Prediction(pred, se, pred - half, pred + half, pred - wide, pred + wide)


def _new_rows(fit: MetaAnalysis, newmods: Array | None) -> Array:
    if newmods is None:
        return np.ones((1, 1)) if fit.names == ("intrcpt",) else fit.design.matrix
    rows = numbers(newmods, "a moderator")
    wanted = fit.p - fit.design.intercept
    rows = rows.reshape(-1, 1) if rows.ndim == 1 and wanted == 1 else np.atleast_2d(rows)
    if rows.shape[1] != wanted:
        raise ValueError(f"rows of {rows.shape[1]} moderators for a model of {wanted}")
    if not np.isfinite(rows).all():
        bad = int(np.flatnonzero(~np.isfinite(rows).all(axis=1))[0])
        raise ValueError(f"row {bad + 1} to predict for: a moderator is not a finite number")
    return np.column_stack([np.ones(len(rows)), rows]) if fit.design.intercept else rows


@dataclass(frozen=True, repr=False)
class Heterogeneity(Tabular):
    """tau², tau, I² (percent) and H² with their intervals: (estimate, lower, upper)."""

    tau2: tuple[float, float, float]
    tau: tuple[float, float, float]
    i2: tuple[float, float, float]
    h2: tuple[float, float, float]

    def columns(self) -> dict[str, list[Any]]:
        """Estimate and limits of each, a row each."""
        rows = {"tau^2": self.tau2, "tau": self.tau, "I^2(%)": self.i2, "H^2": self.h2}
        names = {"estimate": 0, "ci.lb": 1, "ci.ub": 2}
        return {"term": list(rows), **{name: [row[place] for row in rows.values()] for name, place in names.items()}}

    def _told(self) -> str:
        (tau2, low, high), (i2, least, most) = self.tau2, self.i2
        return f"tau² = {tau2:.4f} [{low:.4f}; {high:.4f}], I² = {i2:.1f} % [{least:.1f}; {most:.1f}]"


def confint(
    fit: MetaAnalysis,
    level: float | None = None,
    tau2_max: float = math.inf,
    type: Literal["QP", "J", "BJ"] = "QP",
) -> Heterogeneity:
    """Interval of tau² and of what follows from it.

    `type` is "QP", the Q-profile (Viechtbauer 2007), or a generalised Q statistic with the weights of Jackson ("J",
    √(1/v), which the meta package gives beside DerSimonian and Laird's estimate) or of Biggerstaff and Jackson ("BJ").

    `tau2_max` is where the search ends. metafor looks no further than the larger of 100 and 10·tau², and then gives
    that limit; here the upper end is found wherever it is.
    """
    if type not in ("QP", "J", "BJ"):
        raise ValueError(f"type is 'QP', 'J' or 'BJ', not {type!r}")
    level = fit.level if level is None else level
    critical_value(level, None)  # refuses a level that cannot be
    if fit.k == fit.p:
        raise ValueError(f"{fit.k} studies tell nothing of the spread of {fit.p} coefficients: no interval of tau²")
    data = fit.yi, fit.vi, fit.design.matrix
    low, high = (
        q_profile(*data, level) if type == "QP" else generalised_q_interval(*data, level, 0.5 if type == "J" else 1.0)
    )
    low, high = min(low, tau2_max), min(high, tau2_max)
    values = (fit.tau2, low, high)
    s = fit.typical_variance
    return Heterogeneity(
        tau2=values,
        tau=(math.sqrt(fit.tau2), math.sqrt(low), math.sqrt(high)),
        i2=(fit.i2, 100 * low / (low + s), 100 * high / (high + s)),
        h2=(fit.h2, low / s + 1, high / s + 1),
    )


def _p(value: float) -> str:
    return "<.0001" if value < 0.0001 else f"{value:.4f}"
