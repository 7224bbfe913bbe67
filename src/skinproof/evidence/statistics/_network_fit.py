"""The algebra of a network: weighted Laplacians, their pseudo-inverse, Q and the between-study variance.

Rücker (2012) Research Synthesis Methods 3:312; Rücker & Schwarzer (2014) Statistics in Medicine 33:4353;
Jackson, White & Riley (2012) Statistics in Medicine 31:3805 for the moment estimator.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

import numpy as np
from scipy.special import chdtrc, ndtri

from ._contrasts import Contrasts, Floats
from .tabular import Tabular

Model = Literal["common", "random"]
Fit = TypeVar("Fit")


@dataclass(frozen=True, eq=False, repr=False)
class FittedNetwork(Tabular, Generic[Fit]):
    """What every model fitted to contrasts holds: the data, and its fits under common and under random effects."""

    data: Contrasts
    common: Fit
    random: Fit
    sm: str
    tau_preset: float | None
    level: float

    @property
    def trts(self) -> tuple[str, ...]:
        return self.data.trts

    @property
    def k(self) -> int:
        """Studies."""
        return len(self.data.studies)

    @property
    def m(self) -> int:
        """Pairwise contrasts."""
        return len(self.data.TE)

    @property
    def n(self) -> int:
        """Treatments."""
        return len(self.data.trts)

    def fit_of(self, model: Model) -> Fit:
        """The fit of the model named."""
        if model not in ("common", "random"):
            raise ValueError(f"model is 'common' or 'random', not {model!r}")
        return self.common if model == "common" else self.random


def check_options(tau_preset: float | None, level: float) -> None:
    """ValueError for a tau or a level of intervals that cannot be."""
    if not 0 < level < 1:
        raise ValueError(f"level is between 0 and 1, not {level}")
    if tau_preset is not None and not (np.isfinite(tau_preset) and tau_preset >= 0):
        raise ValueError(f"tau_preset is a number of at least 0, not {tau_preset}")


@dataclass(frozen=True, eq=False)
class NetworkFit:
    """Fit for one tau²: adjusted `weights`, `fitted` (m,); `laplacian`, `pseudo_inverse` (n, n); `position` (n,)."""

    tau2: float
    weights: Floats
    laplacian: Floats
    pseudo_inverse: Floats
    position: Floats
    fitted: Floats
    Q: float

    @property
    def TE(self) -> Floats:
        """(n, n) row treatment against column treatment."""
        return self.position[:, None] - self.position[None, :]

    @property
    def seTE(self) -> Floats:
        """(n, n) standard errors: square roots of the resistance distances."""
        return np.sqrt(resistance(self.pseudo_inverse))


def resistance(inverse: Floats) -> Floats:
    """(n, n) variances of all differences, from the covariance of positions."""
    diagonal = np.diag(inverse)
    found = np.maximum(diagonal[:, None] + diagonal[None, :] - inverse - inverse.T, 0.0)
    np.fill_diagonal(found, 0.0)
    return found


def pseudo_inverse(laplacian: Floats) -> Floats:
    """Moore-Penrose inverse of the Laplacian of a connected graph."""
    n = len(laplacian)
    scale = float(np.trace(laplacian)) / n
    return np.asarray(np.linalg.inv(laplacian + scale / n) - 1.0 / (scale * n))


def assemble(data: Contrasts, tau2: float) -> tuple[Floats, Floats]:
    """Adjusted weights (m,) and the Laplacian (n, n)."""
    n = len(data.trts)
    weights = np.empty(len(data.TE))
    laplacian = np.zeros((n, n))
    for block in data.blocks:
        parts = block.laplacians(tau2)
        p = block.arms.shape[1]
        i, j = np.triu_indices(p, 1)
        weights[block.rows[:, i, j]] = -parts[:, i, j]
        cells = block.arms[:, :, None] * n + block.arms[:, None, :]
        laplacian += np.bincount(cells.ravel(), weights=parts.ravel(), minlength=n * n).reshape(n, n)
    return weights, laplacian


def fit(data: Contrasts, tau2: float = 0.0) -> NetworkFit:
    """Weighted least squares on a connected network; Q is its residual sum of squares."""
    n = len(data.trts)
    weights, laplacian = assemble(data, tau2)
    inverse = pseudo_inverse(laplacian)
    flow = weights * data.TE
    pull = np.bincount(data.treat1, flow, n) - np.bincount(data.treat2, flow, n)
    position = inverse @ pull
    fitted = position[data.treat1] - position[data.treat2]
    # One step of refinement keeps sums of squares near zero from being rounding error.
    left = weights * (data.TE - fitted)
    position = position + inverse @ (np.bincount(data.treat1, left, n) - np.bincount(data.treat2, left, n))
    fitted = position[data.treat1] - position[data.treat2]
    Q = float(np.sum(weights * (data.TE - fitted) ** 2))
    return NetworkFit(tau2, weights, laplacian, inverse, position, fitted, Q)


def degrees_of_freedom(data: Contrasts) -> int:
    """Independent contrasts less estimated ones."""
    subnetworks = int(data.component_of.max()) + 1
    return sum(len(arms) - 1 for arms in data.arms) - (len(data.trts) - subnetworks)


def moment_tau2(data: Contrasts, Q: float, df: int, covariance: Floats) -> float:
    """Generalised DerSimonian-Laird estimate from the common effects fit of any linear model of the treatments.

    `covariance` (n, n) is that of the treatments' fitted positions, `Q` and `df` those of the fit.
    """
    if df <= 0:
        return 0.0
    n = len(data.trts)
    trace, squares = 0.0, np.zeros((n, n))
    for block in data.blocks:
        parts = block.laplacians(0.0)
        trace += float(np.trace(parts, axis1=1, axis2=2).sum())
        cells = block.arms[:, :, None] * n + block.arms[:, None, :]
        squares += np.bincount(cells.ravel(), weights=(parts @ parts).ravel(), minlength=n * n).reshape(n, n)
    # Each arm carries variance tau²/2, so E[Q] grows with tau² by half the trace difference.
    slope = 0.5 * (trace - float(np.sum(covariance * squares)))
    return max(0.0, (Q - df) / slope) if slope > 0 else 0.0


def i_squared(Q: float, df: int, level: float = 0.95) -> tuple[float, float, float]:
    """I² with the test-based interval of Higgins & Thompson (2002); NaN without degrees of freedom."""
    nan = float("nan")
    if df <= 0:
        return nan, nan, nan
    H = max(1.0, float(np.sqrt(Q / df)))
    k = df + 1
    if k < Q:
        log_se = 0.5 * (np.log(Q) - np.log(df)) / (np.sqrt(2 * Q) - np.sqrt(2 * k - 3))
    elif k > 2:
        log_se = np.sqrt(1 / (2 * (k - 2)) * (1 - 1 / (3 * (k - 2) ** 2)))
    else:
        return 1 - 1 / H**2, nan, nan
    z = float(ndtri(0.5 + level / 2))
    lower, upper = (max(1.0, float(np.exp(np.log(H) + side * z * log_se))) for side in (-1, 1))
    return 1 - 1 / H**2, 1 - 1 / lower**2, 1 - 1 / upper**2


def chi2_p(Q: float, df: int) -> float:
    """Upper tail probability; NaN without degrees of freedom."""
    return float(chdtrc(df, Q)) if df > 0 else float("nan")


def p_words(p: float) -> str:
    """A p-value for a line of text."""
    if np.isnan(p):
        return "p not defined"
    return "p < 0.0001" if p < 0.0001 else f"p = {p:.4f}"
