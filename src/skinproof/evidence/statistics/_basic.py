"""Basic contrasts: each study's arms against one of its arms, with their covariance, and the likelihood of tau².

Krahn, Binder & König (2013) BMC Medical Research Methodology 13:35 for this form of the model; the between-study
covariance is tau² on the diagonal and tau²/2 off it (Lu & Ades 2004).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq

from ._contrasts import Contrasts, Floats, Ints
from ._gram import Gram
from .tau2 import tau2_grid


@dataclass(frozen=True, eq=False)
class BasicContrasts:
    """N contrasts `y` of treatment `other` against `base` within a study, studies of p arms giving p - 1.

    `groups` lists (S, q) row numbers of the studies with q contrasts and `covariances` their (S, q, q) sampling
    covariances.
    """

    y: Floats
    base: Ints
    other: Ints
    study: Ints
    groups: tuple[Ints, ...]
    covariances: tuple[Floats, ...]

    def weights(self, tau2: float) -> list[Floats]:
        """Inverse covariances (S, q, q), group by group."""
        return [
            1 / (V + tau2) if V.shape[1] == 1 else np.asarray(np.linalg.inv(V + tau2 * between(V.shape[1])))
            for V in self.covariances
        ]

    def weighted(self, weights: Sequence[Floats], matrix: Floats) -> Floats:
        """The block diagonal of `weights` times an (N, c) matrix."""
        result = np.empty_like(matrix)
        for rows, W in zip(self.groups, weights, strict=True):
            result[rows] = W @ matrix[rows] if W.shape[1] > 1 else W * matrix[rows]
        return result

    def design(self, n: int) -> Floats:
        """(N, n) of +1 for the treatment and -1 for its base."""
        X = np.zeros((len(self.y), n))
        X[np.arange(len(X)), self.other] = 1.0
        X[np.arange(len(X)), self.base] = -1.0
        return X


def between(q: int) -> Floats:
    """Covariance of q contrasts against one base, for tau² of 1."""
    return np.asarray(0.5 * (np.eye(q) + 1.0))


def basic_contrasts(
    data: Contrasts, baseline: Callable[[tuple[int, ...]], int], *, independent: bool = False
) -> BasicContrasts:
    """Each study's other arms against the one that `baseline` picks; covariances follow from the pairs' variances.

    `independent` leaves the sampling covariance of contrasts that share an arm out.
    """
    y: list[Floats] = []
    base: list[Ints] = []
    other: list[Ints] = []
    study: list[Ints] = []
    groups: list[Ints] = []
    covariances: list[Floats] = []
    start = 0
    for block in data.blocks:
        S, p = block.arms.shape
        at = np.arange(S)[:, None]
        picked = [arms.index(baseline(tuple(arms))) for arms in block.arms.tolist()]
        chosen = np.array(picked, dtype=np.int64)[:, None]
        rest = np.arange(p - 1) + (np.arange(p - 1) >= chosen)
        y.append(block.effect[at, rest, chosen].ravel())
        base.append(np.repeat(block.arms[at, chosen], p - 1))
        other.append(block.arms[at, rest].ravel())
        study.append(np.repeat(block.study, p - 1))
        own = block.variance[at, rest, chosen]
        between_rest = block.variance[at[:, :, None], rest[:, :, None], rest[:, None, :]]
        groups.append(np.arange(start, start + S * (p - 1)).reshape(S, p - 1))
        covariances.append(
            own[:, :, None] * np.eye(p - 1) if independent else (own[:, :, None] + own[:, None, :] - between_rest) / 2
        )
        start += S * (p - 1)
    return BasicContrasts(
        np.concatenate(y), np.concatenate(base), np.concatenate(other), np.concatenate(study), tuple(groups),
        tuple(covariances),
    )  # fmt: skip


@dataclass(frozen=True, eq=False)
class LinearFit:
    """Generalised least squares: `beta` (c,), `covariance` (c, c), `residual` (N,), `Q`."""

    beta: Floats
    covariance: Floats
    residual: Floats
    Q: float


def least_squares(basic: BasicContrasts, X: Floats, tau2: float = 0.0) -> LinearFit:
    """Fit of columns X (N, c) of full rank; numpy.linalg.LinAlgError when they are not."""
    W = basic.weights(tau2)
    WX = basic.weighted(W, X)
    covariance = np.linalg.inv(X.T @ WX)
    beta = covariance @ (WX.T @ basic.y)
    residual = basic.y - X @ beta
    beta = beta + covariance @ (WX.T @ residual)
    residual = basic.y - X @ beta
    Q = float(residual @ basic.weighted(W, residual[:, None])[:, 0])
    return LinearFit(beta, np.asarray(covariance), residual, Q)


def tau2_moment(basic: BasicContrasts, X: Floats) -> float:
    """DerSimonian-Laird estimate for any full-rank X (Jackson, White & Riley 2012)."""
    fitted = least_squares(basic, X)
    df = len(basic.y) - X.shape[1]
    if df <= 0:
        return 0.0
    W = basic.weights(0.0)
    middle = [w @ between(w.shape[1]) for w in W]
    trace = sum(float(np.trace(part, axis1=1, axis2=2).sum()) for part in middle)
    sandwich = X.T @ basic.weighted([m @ w for m, w in zip(middle, W, strict=True)], X)
    slope = trace - float(np.sum(fitted.covariance * sandwich))
    return max(0.0, (fitted.Q - df) / slope) if slope > 0 else 0.0


def tau2_likelihood(basic: BasicContrasts, X: Floats, *, restricted: bool) -> float:
    """ML or REML estimate: the highest of the likelihood's maxima, which are zero and roots of the score."""

    gram = Gram(X, basic.groups)

    def score(tau2: float) -> float:
        W = basic.weights(tau2)
        covariance = np.linalg.inv(gram.of(W))
        residual = basic.y
        for _ in range(2):  # the second takes off what rounding left
            residual = residual - X @ (covariance @ (X.T @ basic.weighted(W, residual[:, None])[:, 0]))
        pull = basic.weighted(W, residual[:, None])
        value = 0.0
        inner = []
        for rows, w in zip(basic.groups, W, strict=True):
            P = between(w.shape[1])
            r = pull[rows, 0]
            value += float(np.sum((r @ P) * r)) - float(np.sum(w * P))
            inner.append(w @ P @ w if w.shape[1] > 1 else w * w)
        if restricted:
            value += float(np.vdot(covariance, gram.of(inner)))
        return value

    scale = float(np.var(basic.y)) + float(np.mean(np.concatenate([np.ravel(V) for V in basic.covariances])))
    maxima = falling_roots(score, scale)
    if len(maxima) == 1:
        return maxima[0]
    return max(maxima, key=lambda tau2: log_likelihood(basic, X, tau2, restricted=restricted))


def log_likelihood(basic: BasicContrasts, X: Floats, tau2: float, *, restricted: bool) -> float:
    """(Restricted) log likelihood at tau², with the constants that R's metafor keeps."""
    fitted = least_squares(basic, X, tau2)
    N, c = X.shape
    value: float = -0.5 * fitted.Q
    for V in basic.covariances:
        value -= 0.5 * float(np.linalg.slogdet(V + tau2 * between(V.shape[1]))[1].sum())
    if not restricted:
        return float(value - 0.5 * N * np.log(2 * np.pi))
    # metafor adds log det(X'X) so that the likelihood does not depend on the scale of X.
    value += 0.5 * float(np.linalg.slogdet(fitted.covariance)[1]) + 0.5 * float(np.linalg.slogdet(X.T @ X)[1])
    return float(value - 0.5 * (N - c) * np.log(2 * np.pi))


def falling_roots(score: Callable[[float], float], scale: float) -> list[float]:
    """Where a score of tau² goes from positive to negative, zero included when it starts negative.

    Looked for between steps of `tau2_grid`.
    """
    grid = tau2_grid(scale).tolist()
    values = [score(at) for at in grid]
    while values[-1] > 0:
        if len(grid) > 60:
            raise ArithmeticError("the likelihood has no maximum in tau² that could be found")
        grid.append(4.0 * grid[-1])
        values.append(score(grid[-1]))
    found = [0.0] if values[0] <= 0 else []
    for place in range(len(grid) - 1):
        if values[place] > 0 >= values[place + 1]:
            root = brentq(score, grid[place], grid[place + 1], xtol=1e-15 * scale, rtol=1e-13)
            found.append(float(root))
    return found
