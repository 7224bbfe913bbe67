"""What models of networks answer with: effects with intervals, and tests."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr, ndtri, stdtrit

from ._contrasts import Floats
from ._network_fit import chi2_p


@dataclass(frozen=True, eq=False)
class EffectMatrices:
    """Every treatment (row) against every treatment (column): (n, n) matrices, or vectors of the same fields.

    NaN where there is nothing to estimate from. `statistic` and `pval` are those of the normal test of no difference.
    """

    TE: Floats
    seTE: Floats
    level: float = 0.95

    @property
    def lower(self) -> Floats:
        return np.asarray(self.TE - ndtri(0.5 + self.level / 2) * self.seTE)

    @property
    def upper(self) -> Floats:
        return np.asarray(self.TE + ndtri(0.5 + self.level / 2) * self.seTE)

    @property
    def statistic(self) -> Floats:
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(self.TE / self.seTE)

    @property
    def pval(self) -> Floats:
        return np.asarray(2.0 * ndtr(-np.abs(self.statistic)))


@dataclass(frozen=True, eq=False)
class PredictionMatrices(EffectMatrices):
    """Prediction intervals, t distributed with `df` degrees of freedom; nothing is predicted of a treatment itself."""

    df: int = 0

    def _half_width(self) -> Floats:
        if self.df == 0:
            return np.full_like(self.TE, np.nan)
        width = stdtrit(self.df, 0.5 + self.level / 2) * self.seTE
        return np.where(np.eye(len(width)) == 1, 0.0, width)

    @property
    def lower(self) -> Floats:
        return self.TE - self._half_width()

    @property
    def upper(self) -> Floats:
        return self.TE + self._half_width()


@dataclass(frozen=True, eq=False)
class HeterogeneityTest:
    """A Q statistic, its degrees of freedom and its p-value (NaN when there are none)."""

    Q: float
    df: int

    @property
    def pval(self) -> float:
        return chi2_p(self.Q, self.df)
