"""Tests on a fit's coefficients: Wald and likelihood ratio, contrasts, cluster-robust inference."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtrc, fdtrc

from .checks import refuse
from .coefficients import coefficient_tests, moderator_places, p_value, wald
from .pairwise import MetaAnalysis
from .tabular import Tabular
from .tau2 import COMMON

Array = NDArray[np.float64]


@dataclass(frozen=True, repr=False)
class TestResult(Tabular):
    """A chi-square statistic with `df` degrees of freedom, or, with `df2`, an F statistic."""

    __test__ = False  # not a test of this project

    statistic: float
    df: int
    df2: float | None
    pval: float

    def _told(self) -> str:
        df = f"df = {self.df}" if self.df2 is None else f"df1 = {self.df}, df2 = {self.df2:g}"
        return f"{'QM' if self.df2 is None else 'F'} = {self.statistic:.4f}, {df}, p = {self.pval:.4g}"


def wald_test(fit: MetaAnalysis, places: Sequence[int] | None = None, contrasts: Array | None = None) -> TestResult:
    """Test that the coefficients at `places`, or the `contrasts` (rows of p), are all zero.

    Raises:
        ValueError: neither or both given, or rows of another width.
    """
    if (places is None) == (contrasts is None):
        raise ValueError("give either places or contrasts")
    if places is not None and not (len(places) and all(0 <= place < fit.p for place in places)):
        raise ValueError(f"places {list(places)} are not among the {fit.p} coefficients, counted from 0")
    if contrasts is not None:
        rows = _rows(fit, contrasts)
        beta, vcov = rows @ fit.coef, rows @ fit.vcov @ rows.T
        places = range(len(rows))
    else:
        beta, vcov = fit.coef, fit.vcov
    statistic, pval, (df, df2) = wald(beta, vcov, list(places or ()), fit.df)
    return TestResult(statistic, df, df2, pval)


def _rows(fit: MetaAnalysis, contrasts: Array) -> Array:
    rows = np.atleast_2d(np.asarray(contrasts, dtype=np.float64))
    if rows.shape[1] != fit.p:
        raise ValueError(f"contrasts of {rows.shape[1]} for {fit.p} coefficients")
    return rows


@dataclass(frozen=True, repr=False)
class Contrasts(Tabular):
    """Linear combinations of the coefficients, one value a row."""

    estimate: Array
    se: Array
    zval: Array
    pval: Array

    COLUMNS = {"estimate": "estimate", "se": "se", "zval": "zval", "pval": "pval"}


def contrast_test(fit: MetaAnalysis, contrasts: Array) -> Contrasts:
    """Each row's combination of the coefficients, with its test."""
    rows = _rows(fit, contrasts)
    estimate = rows @ fit.coef
    se = np.sqrt(np.diag(rows @ fit.vcov @ rows.T))
    return Contrasts(estimate, se, estimate / se, p_value(estimate / se, fit.df))


def likelihood_ratio(full: MetaAnalysis, reduced: MetaAnalysis) -> TestResult:
    """Likelihood ratio of nested models on the same studies.

    Raises:
        ValueError: other studies; other methods; or REML fits whose moderators differ, which cannot be compared.
    """
    if full.k != reduced.k or not np.array_equal(full.yi, reduced.yi):
        raise ValueError("the models are of other studies")
    if full.method != reduced.method or full.method not in ("ML", "REML", *COMMON):
        raise ValueError(f"likelihoods of {full.method} and {reduced.method} fits cannot be compared")
    if full.method == "REML" and full.names != reduced.names:
        raise ValueError("REML fits with other moderators cannot be compared; use ML")
    statistic, df = max(0.0, 2 * (full.loglik - reduced.loglik)), full.p - reduced.p
    return TestResult(statistic, df, None, float(chdtrc(df, statistic)))


def vif(fit: MetaAnalysis) -> Array:
    """Variance inflation factor of each coefficient but the intercept; 1 for one alone.

    Raises:
        ValueError: a model without moderators.
    """
    skip = int(fit.design.intercept)
    v = fit.vcov[skip:, skip:]
    if not len(v):
        raise ValueError("variance inflation needs moderators")
    found: Array = np.diag(v) * np.diag(np.linalg.inv(v))
    return found


@dataclass(frozen=True, repr=False)
class RobustFit(Tabular):
    """Cluster-robust errors of a fit's coefficients, with t tests of `df` degrees of freedom each (arrays of p)."""

    clusters: int
    vcov: Array
    se: Array
    tval: Array
    pval: Array
    df: Array
    ci_lb: Array
    ci_ub: Array
    qm: float
    qm_p: float
    qm_df: tuple[int, float]

    COLUMNS = {"se": "se", "tval": "tval", "df": "df", "pval": "pval", "ci.lb": "ci_lb", "ci.ub": "ci_ub"}

    def _told(self) -> str:
        df = f"{self.qm_df[0]}, {self.qm_df[1]:.4g}"
        return f"{self.clusters} clusters, F = {self.qm:.4f}, df = {df}, p = {self.qm_p:.4g}"


def robust(
    fit: MetaAnalysis, cluster: Sequence[Hashable], adjust: bool = True, small_sample: bool = False
) -> RobustFit:
    """Sandwich estimate of the coefficients' variances, studies of one cluster being dependent in any way.

    Args:
        adjust: multiply by n/(n − p), n clusters. small_sample: instead the CR2 correction of Bell and McCaffrey with
            Satterthwaite degrees of freedom (Pustejovsky and Tipton 2018).

    Raises:
        ValueError: no cluster for some studies, or no more clusters than coefficients.
    """
    v = np.diag(fit.vi + fit.tau2)
    made = sandwich(fit.yi, fit.design.matrix, v, cluster, adjust, small_sample)
    return robust_tests(made, moderator_places(fit.design), fit.level)


@dataclass(frozen=True, repr=False)
class Sandwich(Tabular):
    """Robust variances with degrees of freedom, one a coefficient."""

    beta: Array
    vcov: Array
    df: Array
    clusters: int

    def columns(self) -> dict[str, list[Any]]:
        """A row a coefficient."""
        return {"estimate": self.beta.tolist(), "se": np.sqrt(np.diag(self.vcov)).tolist(), "df": self.df.tolist()}

    def _told(self) -> str:
        return f"{self.clusters} clusters, {self.beta.size} coefficients"


def sandwich(y: Array, x: Array, v: Array, cluster: Sequence[Hashable], adjust: bool, small_sample: bool) -> Sandwich:
    """Of the generalised least squares fit of y on x with working variances v (k × k)."""
    if len(cluster) != y.size:
        raise ValueError(f"{len(cluster)} clusters told for {y.size} studies")
    refuse([name is None or name != name for name in cluster], "no cluster")
    names = list(dict.fromkeys(cluster))
    n, p = len(names), x.shape[1]
    if n <= p:
        raise ValueError(f"{n} clusters are too few for {p} coefficients")
    w: Array = np.linalg.inv(v).astype(np.float64)
    bread: Array = np.linalg.inv(x.T @ w @ x).astype(np.float64)
    beta = bread @ x.T @ w @ y
    residuals = y - x @ beta
    meat = np.zeros((p, p))
    told = np.array([names.index(each) for each in cluster])
    halves: list[Array] = []
    for place in range(n):
        rows = told == place
        a = _cr2(x, v, bread, rows) if small_sample else np.eye(int(rows.sum()))
        half = x.T @ w[:, rows] @ a  # p × rows of the cluster
        part = half @ residuals[rows]
        meat += np.outer(part, part)
        halves.append(half)
    vcov = bread @ meat @ bread
    if small_sample:
        return Sandwich(beta, vcov, _satterthwaite(x, v, w, bread, told, halves), n)
    return Sandwich(beta, vcov * (n / (n - p) if adjust else 1.0), np.full(p, float(n - p)), n)


def _cr2(x: Array, v: Array, bread: Array, rows: NDArray[np.bool_]) -> Array:
    """A with A·B·A' = V of the cluster, B the variance of its residuals under the working model."""
    inside = v[np.ix_(rows, rows)]
    root = np.linalg.cholesky(inside)
    b = root.T @ (inside - x[rows] @ bread @ x[rows].T) @ root
    values, vectors = np.linalg.eigh(b)
    keep = values > 1e-12 * max(values.max(), 1e-300)
    inverse_root = (vectors[:, keep] / np.sqrt(values[keep])) @ vectors[:, keep].T
    found: Array = root @ inverse_root @ root.T
    return found


def _satterthwaite(x: Array, v: Array, w: Array, bread: Array, told: NDArray[np.int_], halves: list[Array]) -> Array:
    """Degrees of freedom of each coefficient's robust variance under the working model."""
    free = np.eye(len(v)) - x @ bread @ x.T @ w
    variance = free @ v @ free.T
    found = []
    for row in bread:
        stacked = np.zeros((len(halves), len(v)))
        for place, half in enumerate(halves):
            stacked[place, told == place] = row @ half
        g = stacked @ variance @ stacked.T
        found.append(float(np.trace(g) ** 2 / np.sum(g * g)))
    return np.array(found)


def robust_tests(made: Sandwich, places: list[int], level: float) -> RobustFit:
    """t tests of each coefficient, and an F test of those at `places`."""
    tests = coefficient_tests(made.beta, made.vcov, made.df, level)
    b = made.beta[places]
    m = len(places)
    f = float(b @ np.linalg.solve(made.vcov[np.ix_(places, places)], b)) / m
    df2 = float(made.df[places].min())
    return RobustFit(
        clusters=made.clusters, vcov=made.vcov, se=tests["se"], tval=tests["zval"], pval=tests["pval"], df=made.df,
        ci_lb=tests["ci_lb"], ci_ub=tests["ci_ub"], qm=f, qm_p=float(fdtrc(m, df2, f)), qm_df=(m, df2),
    )  # fmt: skip
