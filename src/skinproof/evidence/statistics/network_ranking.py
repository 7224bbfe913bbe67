"""Ranking treatments: P-scores, and SUCRA with rank probabilities."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from scipy.special import ndtr, ndtri

from ._contrasts import Floats
from ._network_fit import resistance
from .network import Model, NetworkMetaAnalysis
from .tabular import Tabular

SmallValues = Literal["desirable", "undesirable"]


@dataclass(frozen=True, eq=False, repr=False)
class PScores(Tabular):
    """`scores` (n,): how certain it is that a treatment is better than another, averaged over the others.

    `probability[row, column]`: that row is better than column; NaN on the diagonal.
    Rücker & Schwarzer (2015, BMC Medical Research Methodology 15:58).
    """

    trts: tuple[str, ...]
    scores: Floats
    probability: Floats

    @property
    def ranking(self) -> tuple[str, ...]:
        """Treatments from the best down."""
        return tuple(self.trts[i] for i in np.argsort(-self.scores, kind="stable"))

    COLUMNS = {"treatment": "trts", "score": "scores"}

    def _told(self) -> str:
        return ", ".join(f"{name} {self.scores[self.trts.index(name)]:.3f}" for name in self.ranking)


def p_scores(net: NetworkMetaAnalysis, model: Model = "random", *, small_values: SmallValues = "desirable") -> PScores:
    """P-scores; `small_values` says whether small effects are what one wishes for."""
    sign = _sign(small_values)
    probability = ndtr(sign * net.network(model).statistic)
    np.fill_diagonal(probability, np.nan)
    return PScores(net.trts, np.nanmean(probability, axis=1), probability)


def _sign(small_values: SmallValues) -> float:
    if small_values not in ("desirable", "undesirable"):
        raise ValueError(f"small_values is 'desirable' or 'undesirable', not {small_values!r}")
    return -1.0 if small_values == "desirable" else 1.0


@dataclass(frozen=True, eq=False, repr=False)
class Rankogram(Tabular):
    """`rank_probability[treatment, rank - 1]`, `sucra` and `mean_rank` (n,) from `draws` quasi-random draws."""

    trts: tuple[str, ...]
    rank_probability: Floats
    sucra: Floats
    mean_rank: Floats
    draws: int

    def columns(self) -> dict[str, list[Any]]:
        """A row a treatment: SUCRA, mean rank, and the probability of each rank."""
        ranks = {f"rank {place}": column.tolist() for place, column in enumerate(self.rank_probability.T, start=1)}
        return {
            "treatment": list(self.trts),
            "sucra": self.sucra.tolist(),
            "mean_rank": self.mean_rank.tolist(),
            **ranks,
        }

    def _told(self) -> str:
        return ", ".join(f"{name} {sucra:.3f}" for name, sucra in zip(self.trts, self.sucra, strict=True))


def rankogram(
    net: NetworkMetaAnalysis,
    model: Model = "random",
    *,
    small_values: SmallValues = "desirable",
    draws: int = 2**15,
    joint: bool = True,
    seed: int = 1,
) -> Rankogram:
    """Rank probabilities from scrambled Sobol points: the same answer every time for the same `seed`.

    `joint` draws all effects from their joint normal distribution; SUCRA then equals the P-score up to the error of the
    draws. `joint=False` draws each treatment by itself around its effect, with the variances whose sums come nearest to
    those of all pairs (least squares): netmeta's `rankogram`.
    """
    if draws < 1:
        raise ValueError(f"draws is at least 1, not {draws}")
    from scipy.stats import qmc  # here, since it takes half a second to import and most users never rank

    fitted, n = net.fit_of(model), net.n
    points = qmc.Sobol(n, scramble=True, seed=np.random.default_rng(seed)).random(1 << (draws - 1).bit_length())
    normal = ndtri(np.clip(points, 1e-16, 1 - 1e-16))
    if joint:
        values, vectors = np.linalg.eigh(fitted.pseudo_inverse)
        spread = normal @ (vectors * np.sqrt(np.maximum(values, 0.0))).T
    else:
        spread = normal * np.sqrt(np.maximum(_own_variances(resistance(fitted.pseudo_inverse)), 0.0))
    sampled = _sign(small_values) * (fitted.position + spread)
    ranks = np.argsort(np.argsort(-sampled, axis=1), axis=1)
    probability = np.stack([np.bincount(column, minlength=n) for column in ranks.T]) / len(sampled)
    mean = 1.0 + ranks.mean(axis=0)
    return Rankogram(net.trts, probability, (n - mean) / (n - 1), mean, len(sampled))


def _own_variances(pairs: Floats) -> Floats:
    """Variances v with v_i + v_j nearest the variance of pair ij, by least squares."""
    n = len(pairs)
    if n == 2:
        return np.full(2, pairs[0, 1] / 2)
    row, total = pairs.sum(axis=1), float(pairs.sum()) / 2
    return np.asarray((row - total / (n - 1)) / (n - 2))
