"""Multilevel and multivariate meta-analysis: effects that are not independent, by (restricted) maximum likelihood.

The common cases of metafor's `rma.mv` (Viechtbauer 2010; Konstantopoulos 2011, Res Synth Methods 2:61; Berkey and
others 1998, Stat Med 17:2537), against whose numbers the tests hold it. Marginal variance of the effects:
M = V + Σ σ²ᵢ ZᵢZᵢ' + G, where G has one structure within the groups of an outer factor.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from scipy.linalg import block_diag
from scipy.special import chdtrc

from .checks import numbers, refuse
from .coefficients import (
    CoefficientTable,
    coefficient_tests,
    critical_value,
    information_criteria,
    moderator_places,
    wald,
)
from .components import Array, Components, Inner, gls
from .design import Design, design
from .inference import Sandwich, sandwich
from .pairwise import Prediction


@dataclass(frozen=True, repr=False)
class MultilevelFit(CoefficientTable):
    """A fitted model; `sigma2` by factor, `tau2` and `rho` of the inner structure (empty without one)."""

    v: Array = field(repr=False)
    factors: dict[str, Sequence[Hashable]] = field(repr=False)
    df: Array | None
    sigma2: dict[str, float]
    tau2: Array
    rho: Array
    marginal: Array = field(repr=False)  # M, k × k

    def summary(self) -> str:
        lines = [f"Multivariate model (k = {self.k}; method: {self.method}; test: {self.test})"]
        lines += [
            f"sigma^2 {name}: {value:.4f} ({len(set(self.factors[name]))} levels)"
            for name, value in self.sigma2.items()
        ]
        if self.tau2.size:
            lines.append("tau^2 " + ", ".join(f"{value:.4f}" for value in self.tau2))
            lines.append("rho " + ", ".join(f"{value:.4f}" for value in self.rho))
        lines.append(f"Heterogeneity: QE(df = {self.k - self.coef.size}) = {self.qe:.4f}, p = {self.qe_p:.4g}")
        rows = zip(*self.columns().values(), strict=True)
        lines += [
            f"{n}: {b:.4f} (SE {s:.4f}), p = {p:.4g}, {low:.4f} to {high:.4f}" for n, b, s, _, p, low, high in rows
        ]
        return "\n".join(lines)

    def _told(self) -> str:
        rows = zip(self.names, self.coef, self.ci_lb, self.ci_ub, strict=True)
        terms = [f"{'' if self.p == 1 else name + ' '}{b:.4f} [{low:.4f}; {high:.4f}]" for name, b, low, high in rows]
        parts = [f"sigma² {name} = {value:.4f}" for name, value in self.sigma2.items()]
        parts += [f"tau² = {', '.join(f'{value:.4f}' for value in self.tau2)}"] if self.tau2.size else []
        return ", ".join([f"{self.method}: k = {self.k}", *terms, *parts])


def multilevel(
    yi: Sequence[float] | Array,
    v: Sequence[float] | Array,
    mods: Mapping[str, Sequence[Any]] | Array | Design | None = None,
    factors: Mapping[str, Sequence[Hashable]] | None = None,
    inner: Inner | None = None,
    method: Literal["REML", "ML"] = "REML",
    test: Literal["z", "t"] = "z",
    dfs: Literal["residual", "contain"] = "residual",
    level: float = 95,
    *,
    intercept: bool = True,
    fixed: Mapping[str, Sequence[float]] | None = None,
) -> MultilevelFit:
    """Generalised least squares with variance components estimated.

    Args:
        yi: k effects. v: their k sampling variances, or the k × k matrix of variances and covariances.
        factors: random intercepts by name, k labels each; for nested ones give each level its own labels (`nested`).
        inner: random effects of levels within groups. dfs: of t tests: k − p, or by the levels of the factor that a
            coefficient's moderator is constant within, less p ("contain").
        fixed: components held at values: "sigma2", "tau2", "rho"; NaN for one that is to be estimated all the same.

    Raises:
        ValueError: lengths that differ, numbers that are not finite, a V that is no variance matrix, moderators that
            depend on one another.
    """
    for name, value, allowed in (("method", method, ("REML", "ML")), ("test", test, ("z", "t")),
                                 ("dfs", dfs, ("residual", "contain"))):  # fmt: skip
        if value not in allowed:
            raise ValueError(f"{name} is {' or '.join(map(repr, allowed))}, not {value!r}")
    y = numbers(yi, "the effect", unit="row")
    if y.ndim != 1 or not y.size:
        raise ValueError("the effects are a list, not empty")
    refuse(~np.isfinite(y), "the effect is not a finite number", unit="row")
    matrix = _variance(numbers(v, "the variance", unit="row"), y.size)
    made = mods if isinstance(mods, Design) else design(mods, y.size, intercept)
    x = made.matrix
    if y.size < x.shape[1] or (y.size == x.shape[1] and y.size > 1):
        raise ValueError(f"{y.size} effects are too few for {x.shape[1]} coefficients")
    parts = Components(y, x, matrix, dict(factors or {}), inner, method == "REML")
    theta = parts.fitted(dict(fixed or {}))
    state = parts.state(theta)
    p = x.shape[1]
    df = _degrees(parts, x, dfs) if test == "t" else None
    places = moderator_places(made)
    qm, qm_p, qm_df = wald(state.beta, state.vcov, places, None if df is None else float(df[places].min()))
    fixed_fit = gls(y, x, matrix)
    qe = float(fixed_fit.residuals @ np.linalg.solve(matrix, fixed_fit.residuals))
    count, n = p + int((~parts.held(dict(fixed or {}))[1]).sum()), y.size - (p if method == "REML" else 0)
    sigma2, tau2, rho = parts.split(theta)
    return MultilevelFit(
        yi=y, v=matrix, design=made, factors=dict(factors or {}), method=method, test=test, level=level,
        coef=state.beta, vcov=state.vcov, df=df, sigma2=dict(zip(factors or {}, sigma2.tolist(), strict=True)),
        tau2=tau2, rho=rho, qe=qe, qe_p=float(chdtrc(y.size - p, qe)) if y.size > p else 1.0, qm=qm, qm_p=qm_p,
        qm_df=qm_df, loglik=state.loglik, **information_criteria(state.loglik, count, n), marginal=state.m,
        **coefficient_tests(state.beta, state.vcov, df, level),
    )  # fmt: skip


def nested(*labels: Sequence[Hashable]) -> list[tuple[Hashable, ...]]:
    """Labels of an inner factor made its own within the outer ones: nested(district, school)."""
    return list(zip(*labels, strict=True))


def block_diagonal(blocks: Sequence[Array]) -> Array:
    """V from the variance matrices of studies, in the order of their rows."""
    return np.asarray(block_diag(*blocks), dtype=np.float64)


def _variance(v: Array, k: int) -> Array:
    matrix = np.diag(v) if v.ndim == 1 else v
    if matrix.shape != (k, k):
        raise ValueError(f"variances of shape {v.shape} for {k} effects")
    refuse(~np.isfinite(matrix).all(axis=1), "a variance or covariance is not a finite number", unit="row")
    refuse(np.diag(matrix) <= 0, "the variance is not above zero", unit="row")
    refuse(~np.isclose(matrix, matrix.T).all(axis=1), "its covariances are not the same either way round", unit="row")
    if np.linalg.eigvalsh(matrix).min() <= 0:
        raise ValueError("the variance matrix is not positive definite")
    return matrix


def _degrees(parts: Components, x: Array, dfs: str) -> Array:
    k, p = x.shape
    found = np.full(p, float(k - p))
    if dfs == "contain":
        groups = [*parts.same, *([parts.groups] if parts.inner else [])]
        for same in groups:
            levels = len(np.unique(same, axis=0))
            for place in range(p):
                constant = all(np.ptp(x[row > 0, place]) == 0 for row in same)
                if constant:
                    found[place] = min(found[place], float(levels - p))
    return np.asarray(np.maximum(found, 1.0))


def predict_multilevel(fit: MultilevelFit, level: float | None = None) -> Prediction:
    """The mean of a model without moderators, with its prediction interval over all random intercepts.

    Raises:
        ValueError: a model with moderators or with an inner structure.
    """
    if fit.names != ("intrcpt",) or fit.tau2.size:
        raise ValueError("predictions are for models without moderators and inner structures")
    df = None if fit.df is None else float(fit.df[0])
    half = critical_value(fit.level if level is None else level, df)
    wide = half * math.sqrt(float(fit.vcov[0, 0]) + sum(fit.sigma2.values()))
    b, se = fit.coef, fit.se
    return Prediction(b, se, b - half * se, b + half * se, b - wide, b + wide)


def robust_multilevel(
    fit: MultilevelFit, cluster: Sequence[Hashable], adjust: bool = True, small_sample: bool = False
) -> Sandwich:
    """Cluster-robust variances of the coefficients, as `inference.robust`."""
    return sandwich(fit.yi, fit.design.matrix, fit.marginal, cluster, adjust, small_sample)
