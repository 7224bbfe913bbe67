"""The table of coefficients that every fitted regression has: tests, intervals, and what is said of the whole model."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtrc, fdtrc, ndtr, ndtri, stdtr, stdtrit

from .design import Design
from .tabular import Tabular

Array = NDArray[np.float64]


@dataclass(frozen=True, repr=False)
class CoefficientTable(Tabular):
    """A fitted model of k effects `yi` on `design`. Per-coefficient values are arrays of p; `level` is in percent.

    `qe` is the heterogeneity left over, with its p; `qm` tests the moderators together (all coefficients where there
    are no moderators) with `qm_df` degrees of freedom, the second of them None for a chi-square test. `df` are the
    degrees of freedom of t tests, None for normal tests.
    """

    yi: Array
    design: Design
    method: Any
    test: Any
    level: float
    df: Any
    coef: Array
    se: Array
    zval: Array
    pval: Array
    ci_lb: Array
    ci_ub: Array
    vcov: Array
    qe: float
    qe_p: float
    qm: float
    qm_p: float
    qm_df: tuple[int, float | None]
    loglik: float
    aic: float
    bic: float

    @property
    def k(self) -> int:
        return self.yi.size

    @property
    def p(self) -> int:
        return self.coef.size

    @property
    def names(self) -> tuple[str, ...]:
        return self.design.names

    def columns(self) -> dict[str, list[Any]]:
        """The table of coefficients, by column."""
        return {
            "term": list(self.names),
            "estimate": self.coef.tolist(),
            "se": self.se.tolist(),
            "zval" if self.df is None else "tval": self.zval.tolist(),
            "pval": self.pval.tolist(),
            "ci.lb": self.ci_lb.tolist(),
            "ci.ub": self.ci_ub.tolist(),
        }


def coefficient_tests(beta: Array, vcov: Array, df: float | Array | None, level: float) -> dict[str, Any]:
    """Standard errors, statistics, p values and intervals of p coefficients; `df` one for all, one each, or normal."""
    se = np.sqrt(np.diag(vcov))
    with np.errstate(divide="ignore", invalid="ignore"):
        z = np.where(beta == 0, 0.0, beta / se)  # no spread at all (Knapp-Hartung, effects all alike): infinite
    half = critical_value(level, df) * se
    return {"se": se, "zval": z, "pval": p_value(z, df), "ci_lb": beta - half, "ci_ub": beta + half}


def moderator_places(made: Design) -> list[int]:
    """The coefficients that the test of moderators is about: all but an intercept, or the intercept alone."""
    p = made.matrix.shape[1]
    return list(range(1, p)) if made.intercept and p > 1 else list(range(p))


def p_value(z: Array, df: float | Array | None) -> Array:
    """Two-sided."""
    found: Array = 2 * (ndtr(-np.abs(z)) if df is None else stdtr(df, -np.abs(z)))
    return found


def critical_value(level: float, df: float | Array | None) -> Any:
    """The quantile that intervals of a level (percent) reach to: a number, or an array where `df` is one.

    Raises:
        ValueError: a level that is not between 1 and 100: 0.95 is a share where percent are asked for.
    """
    if not 1 < level < 100:
        raise ValueError(f"a level of {level} percent; levels are told in percent, as 95")
    at = 0.5 + level / 200
    found = ndtri(at) if df is None else stdtrit(df, at)
    return found if isinstance(df, np.ndarray) else float(found)


def wald(
    beta: Array, vcov: Array, places: Sequence[int], df: float | None
) -> tuple[float, float, tuple[int, float | None]]:
    """Test that coefficients are all zero: statistic (chi-square; F where df is given), p and degrees of freedom."""
    places = list(places)
    b = beta[places]
    m, inner = len(places), vcov[np.ix_(places, places)]
    none = math.inf if b.any() else 0.0
    if m == 1:
        statistic = float(b[0] ** 2 / inner[0, 0]) if inner[0, 0] else none
    else:
        statistic = float(b @ np.linalg.solve(inner, b)) if inner.any() else none
    if df is None:
        return statistic, float(chdtrc(m, statistic)), (m, None)
    return statistic / m, float(fdtrc(m, df, statistic / m)), (m, df)


def information_criteria(loglik: float, count: int, n: int) -> dict[str, Any]:
    """AIC and BIC of a model with `count` parameters and n effects (n less the coefficients under REML)."""
    return {"aic": -2 * loglik + 2 * count, "bic": -2 * loglik + count * math.log(n) if n else math.nan}


def q_between(effects: Sequence[float] | Array, errors: Sequence[float] | Array) -> float:
    """Cochran's Q of estimates around their inverse-variance mean: whether subgroups differ, when they are those of
    subgroups (Borenstein and Higgins 2013, Prev Sci 14:134).
    """
    means, w = np.asarray(effects, dtype=np.float64), 1 / np.asarray(errors, dtype=np.float64) ** 2
    return float(w @ (means - w @ means / w.sum()) ** 2)
