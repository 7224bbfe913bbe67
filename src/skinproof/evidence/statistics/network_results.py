"""What models of networks answer with: effects with intervals, and tests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import ndtr, ndtri, stdtrit

from ._contrasts import Floats
from ._network_fit import chi2_p, p_words
from .tabular import Tabular


@dataclass(frozen=True, eq=False, repr=False)
class EffectMatrices(Tabular):
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

    def columns(self) -> dict[str, list[Any]]:
        """A row an effect, with its place: of a matrix every pair of different places, row against column."""
        TE = np.asarray(self.TE)
        off = ~np.eye(len(TE), dtype=bool) if TE.ndim == 2 else np.ones(TE.shape, dtype=bool)
        places = dict(zip(("row", "column"), np.nonzero(np.atleast_1d(off)), strict=False))
        flat = EffectMatrices(np.atleast_1d(TE), np.atleast_1d(self.seTE), self.level) if TE.ndim == 0 else self
        return {**{name: place.tolist() for name, place in places.items()}, **effect_columns(flat, np.atleast_1d(off))}

    def _told(self) -> str:
        if np.size(self.TE) != 1:
            return f"{' x '.join(map(str, np.shape(self.TE)))} effects"
        TE, low, high = (float(np.ravel(part)[0]) for part in (self.TE, self.lower, self.upper))
        return f"{TE:.4f} [{low:.4f}; {high:.4f}]"


@dataclass(frozen=True, eq=False, repr=False)
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


@dataclass(frozen=True, eq=False, repr=False)
class HeterogeneityTest(Tabular):
    """A Q statistic, its degrees of freedom and its p-value (NaN when there are none)."""

    Q: float
    df: int

    @property
    def pval(self) -> float:
        return chi2_p(self.Q, self.df)

    def columns(self) -> dict[str, list[Any]]:
        """The test in one row."""
        return {"Q": [self.Q], "df": [self.df], "pval": [self.pval]}

    def _told(self) -> str:
        return f"Q = {self.Q:.4g}, df = {self.df}, {p_words(self.pval)}"


def effect_columns(effects: EffectMatrices, at: Any = slice(None)) -> dict[str, list[float]]:
    """Effects at some places of their matrices, by column."""
    parts = {"TE": effects.TE, "seTE": effects.seTE, "lower": effects.lower, "upper": effects.upper}
    return {name: part[at].tolist() for name, part in {**parts, "pval": effects.pval}.items()}


def named_pairs(effects: EffectMatrices, trts: Sequence[str]) -> dict[str, list[Any]]:
    """A row a pair of treatments, the first against the second."""
    first, second = np.triu_indices(len(trts), 1)
    names = {"treat1": [trts[i] for i in first.tolist()], "treat2": [trts[j] for j in second.tolist()]}
    return {**names, **effect_columns(effects, (first, second))}
