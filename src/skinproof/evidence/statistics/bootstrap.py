"""Bootstrap of a meta-analysis, and the prediction interval that rests on a bootstrap of tau²."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from .batch import MetaAnalysisBatch, meta_analysis_batch
from .pairwise import MetaAnalysis, Prediction
from .tabular import Tabular
from .tau2 import COMMON

Array = NDArray[np.float64]
Kind = Literal["parametric", "nonparametric"]
Interval = Literal["percentile", "basic"]
REDRAWS = 100


@dataclass(frozen=True, eq=False, repr=False)
class Bootstrap(Tabular):
    """n refits of `fit`. `redrawn` counts samples of studies drawn again since their moderators did not vary enough."""

    fit: MetaAnalysis
    kind: Kind
    refits: MetaAnalysisBatch
    redrawn: int = 0

    def __len__(self) -> int:
        return len(self.refits)

    @property
    def coef(self) -> Array:
        """(n, p) coefficients of the refits."""
        return self.refits.coef

    @property
    def tau2(self) -> Array:
        """(n,) between-study variances of the refits."""
        return self.refits.tau2

    @property
    def bias(self) -> Array:
        """(p,) mean of the refits less the fit."""
        return np.asarray(self.coef.mean(axis=0) - self.fit.coef)

    @property
    def se(self) -> Array:
        """(p,) standard deviations of the refits' coefficients."""
        return np.asarray(self.coef.std(axis=0, ddof=1))

    def interval(self, level: float | None = None, kind: Interval = "percentile") -> tuple[Array, Array]:
        """(p,) lower and (p,) upper limits of the coefficients (Davison and Hinkley 1997, section 5.2 and 5.3)."""
        return self._interval(self.coef, self.fit.coef, level, kind)

    def tau2_interval(self, level: float | None = None, kind: Interval = "percentile") -> tuple[float, float]:
        """Lower and upper limit of tau², not below zero."""
        low, high = self._interval(self.tau2[:, None], np.array([self.fit.tau2]), level, kind)
        return max(0.0, float(low[0])), max(0.0, float(high[0]))

    def _interval(self, values: Array, fitted: Array, level: float | None, kind: Interval) -> tuple[Array, Array]:
        tail = (1 - (self.fit.level if level is None else level) / 100) / 2
        if not 0 < tail < 0.5:
            raise ValueError(f"a level of {level} percent")
        if kind not in get_args(Interval):
            raise ValueError(f"the interval is {' or '.join(get_args(Interval))}, not {kind!r}")
        low, high = np.quantile(values, [tail, 1 - tail], axis=0)
        return (low, high) if kind == "percentile" else (2 * fitted - high, 2 * fitted - low)

    def columns(self) -> dict[str, list[Any]]:
        """One row a coefficient: the fit's estimate, bias, bootstrap standard error, percentile interval."""
        low, high = self.interval()
        return {
            "term": list(self.fit.names), "estimate": self.fit.coef.tolist(), "bias": self.bias.tolist(),
            "se": self.se.tolist(), "ci.lb": low.tolist(), "ci.ub": high.tolist(),
        }  # fmt: skip

    def _told(self) -> str:
        return f"{self.kind} n={len(self)} of {self.fit!r}"


def bootstrap(
    fit: MetaAnalysis, n: int = 1000, *, seed: int | np.random.SeedSequence, kind: Kind = "parametric"
) -> Bootstrap:
    """Refits of a model to n samples, all at once; the same seed gives the same samples.

    Args:
        kind: "parametric" draws effects from the fitted model, normal about its means with variance vi + tau², the
            sampling variances kept; "nonparametric" draws k studies with replacement (Davison and Hinkley 1997,
            sections 2.2 and 2.3; for meta-analysis: van den Noortgate and Onghena 2005, Behav Res Methods 37:11).

    Raises:
        ValueError: fewer than 2 samples, an unknown kind, or moderators so few in their values that samples of
            studies cannot fit them.
    """
    if n < 2:
        raise ValueError(f"a bootstrap of {n} samples")
    draw = np.random.default_rng(seed)
    x, intercept = fit.design.matrix, fit.design.intercept
    mods = None if fit.names == ("intrcpt",) else x[:, int(intercept) :]

    def refit(yi: Array, vi: Array, mods: Array | None) -> MetaAnalysisBatch:
        return meta_analysis_batch(yi, vi, mods, fit.method, fit.test, fit.level, intercept=intercept)

    if kind == "parametric":
        spread = np.sqrt(fit.vi + (0.0 if fit.method in COMMON else fit.tau2))
        return Bootstrap(fit, kind, refit(x @ fit.coef + spread * draw.standard_normal((n, fit.k)), fit.vi, mods))
    if kind != "nonparametric":
        raise ValueError(f"the bootstrap is {' or '.join(get_args(Kind))}, not {kind!r}")
    chosen = draw.integers(fit.k, size=(n, fit.k))
    redrawn = 0
    if mods is not None:
        scaled = x / np.maximum(np.abs(x).max(axis=0), 1e-300)
        for _ in range(REDRAWS):
            poor = np.linalg.matrix_rank(scaled[chosen]) < fit.p
            if not poor.any():
                break
            redrawn += int(poor.sum())
            chosen[poor] = draw.integers(fit.k, size=(int(poor.sum()), fit.k))
        else:
            raise ValueError(f"samples of {fit.k} studies hardly ever hold enough values of {', '.join(fit.names)}")
    return Bootstrap(fit, kind, refit(fit.yi[chosen], fit.vi[chosen], None if mods is None else mods[chosen]), redrawn)


def predict_bootstrap(
    fit: MetaAnalysis, n: int = 10_000, *, seed: int | np.random.SeedSequence, level: float | None = None
) -> Prediction:
    """Prediction interval of the effect in a new study by a bootstrap of tau² from its confidence distribution.

    Limits are quantiles of n draws of `new_effects`; `se` and the confidence interval are the fit's.

    Raises:
        ValueError: a level that cannot be, a model with moderators or of fewer than 3 studies.
    """
    level = fit.level if level is None else level
    if not 0 < level < 100:
        raise ValueError(f"a level of {level} percent")
    tail = 0.5 - level / 200
    low, high = np.quantile(new_effects(fit, n, seed=seed), [tail, 1 - tail])
    return Prediction(fit.coef, fit.se, fit.ci_lb, fit.ci_ub, np.array([low]), np.array([high]))


def new_effects(fit: MetaAnalysis, n: int, *, seed: int | np.random.SeedSequence) -> Array:
    """(n,) draws of the true effect in a new study (Nagashima, Noma and Furukawa 2019, Stat Methods Med Res 28:1689,
    their algorithm 1).

    tau² is drawn from the distribution whose function at tau² is the chance that Cochran's Q exceeds the one observed;
    a new effect is then the weighted mean at that tau², less t(k − 1) times the Hartung-Knapp standard error there,
    plus a normal deviate times tau. With c the chi-square(1) deviates of which Q = Σ (1 + tau²·m_j) c_j, m_j being the
    non-zero eigenvalues of W − ww'/Σw (Biggerstaff and Jackson 2008, Stat Med 27:6093), that tau² is
    max(0, (Q − Σ c_j)/Σ m_j c_j), so nothing has to be inverted numerically.

    Raises:
        ValueError: a model with moderators or of fewer than 3 studies.
    """
    if fit.names != ("intrcpt",):
        raise ValueError("this prediction interval is for a model without moderators")
    if fit.k < 3:
        raise ValueError(f"{fit.k} studies are too few for this prediction interval, which needs 3")
    draw = np.random.default_rng(seed)
    half = (n + 1) // 2  # each deviate is used with both signs, so that turning every effect's sign turns the answer
    w = 1 / fit.vi
    m = np.linalg.eigvalsh(np.diag(w) - np.outer(w, w) / w.sum())[1:]
    c = draw.chisquare(1, (half, fit.k - 1))
    tau2 = np.maximum(0.0, (fit.qe - c.sum(axis=1)) / (c @ m))
    at = 1 / (fit.vi + tau2[:, None])
    total = at.sum(axis=1)
    mean = at @ fit.yi / total
    hartung = np.sqrt(np.einsum("bk,bk->b", at, (fit.yi - mean[:, None]) ** 2) / total / (fit.k - 1))
    off = np.sqrt(tau2) * draw.standard_normal(half) - draw.standard_t(fit.k - 1, half) * hartung
    return np.asarray(np.concatenate([mean + off, mean - off])[:n])
