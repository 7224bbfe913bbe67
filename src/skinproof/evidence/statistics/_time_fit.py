"""One shape fitted: the profile likelihood over its half-time, and what follows from it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy.interpolate import PchipInterpolator
from scipy.optimize import brentq, minimize_scalar

from ._time_likelihood import Likelihood, Solved
from ._time_rows import TimeRows
from ._time_shapes import Floats, Shape

FAR = 15.0  # below the highest log likelihood by this a half-time is in no interval


@dataclass(frozen=True, eq=False)
class ShapeFit:
    """A shape at its most likely half-time, with the profile of likelihoods over others.

    `log_half` (G,) half-times looked at (one, of no meaning, for a shape without), `drop` (G,) how far the
    log likelihood of each is below the highest, `tau2` (G,), `beta` (G, p), `covariance` (G, p, p) at each; `best` is
    the place of the highest. `omega2` is the variance between treatments of a family, NaN where they are not pooled.
    """

    likelihood: Likelihood
    log_half: Floats
    drop: Floats
    tau2: Floats
    beta: Floats
    covariance: Floats
    best: int
    loglik: float
    parameters: int
    omega2: float = math.nan

    @property
    def shape(self) -> Shape:
        return self.likelihood.shape

    @property
    def half_time(self) -> float:
        """NaN for a shape without one."""
        return float(np.exp(self.log_half[self.best])) if self.shape.plateau else math.nan

    @property
    def aicc(self) -> float:
        """Infinite where there are too few results for so many parameters (Burnham & Anderson 2002, section 2.4)."""
        n, k = self.likelihood.rows.rows, self.parameters
        return -2 * self.loglik + 2 * k + 2 * k * (k + 1) / (n - k - 1) if n - k - 1 > 0 else math.inf

    def half_time_interval(self, normal: float) -> tuple[float, float]:
        """Where the profile likelihood has fallen by half of normal²; 0 or infinity where it never does."""
        inside = self.drop > -(normal**2) / 2
        places = np.flatnonzero(inside)
        first, last = int(places[0]), int(places[-1])
        cut = -(normal**2) / 2
        low = 0.0 if first == 0 else math.exp(_crossing(self.log_half, self.drop, first - 1, first, cut))
        high = (
            math.inf if last == len(inside) - 1 else math.exp(_crossing(self.log_half, self.drop, last, last + 1, cut))
        )
        return low, high

    def effect(self, weeks: Floats, contrast: Floats, critical: float, normal: float) -> tuple[Floats, Floats, Floats]:
        """Estimate and profile likelihood interval of a contrast of effects at weeks, arrays of one length.

        For a half-time given the likelihood is quadratic in the effect, so the profile over both is the union, over
        half-times, of intervals that shrink with the likelihood of the half-time. `critical` (t) is for how effects
        vary between studies; half-times, which are seen within studies, go by the `normal` one.
        """
        made = self.beta @ contrast
        variance = np.einsum("p,gpq,q->g", contrast, self.covariance, contrast)
        log_half, drop = self.log_half, self.drop
        if len(log_half) > 1:  # finer, so that the ends of the interval move smoothly
            fine = np.unique(np.concatenate([log_half, np.linspace(log_half[0], log_half[-1], 1001)]))
            made, variance, drop = (PchipInterpolator(log_half, each)(fine) for each in (made, variance, drop))
            log_half = fine
        inside = drop > -(normal**2) / 2
        g = self.shape.relative(weeks, log_half[inside], self.likelihood.reference)
        left = np.maximum(1 + 2 * drop[inside] / normal**2, 0.0)
        half = critical * np.sqrt(np.maximum(variance[inside], 0.0) * left)
        lower = (g * (made[inside] - half)[:, None]).min(axis=0)
        upper = (g * (made[inside] + half)[:, None]).max(axis=0)
        own = self.shape.relative(weeks, self.log_half[[self.best]], self.likelihood.reference)[0]
        return own * float(self.beta[self.best] @ contrast), lower, upper


def _crossing(x: Floats, y: Floats, left: int, right: int, cut: float) -> float:
    """Between two neighbours; the drop's root is nearly straight in log time."""
    one, two = (math.copysign(math.sqrt(abs(value - cut)), value - cut) for value in (y[left], y[right]))
    return float(x[left] + (x[right] - x[left]) * one / (one - two))


def fit_shape(rows: TimeRows, shape: Shape, *, restricted: bool, families: Mapping[str, str] | None = None) -> ShapeFit:
    """Half-time by maximum likelihood, tau² by (restricted) maximum likelihood at it.

    A restricted likelihood of the half-time would depend on how effects are written, so there is none.
    """
    visits = rows.visits
    likelihood = Likelihood(rows, shape, visits[-1])
    log_half = np.zeros(1)
    if shape.plateau:
        log_half = np.linspace(math.log(visits[0] / 20), math.log(visits[-1] * 20), 61)
    heights = _profile(likelihood, log_half)
    for _ in range(3 if shape.plateau else 0):
        top = int(heights.argmax())
        around = np.linspace(log_half[max(top - 1, 0)], log_half[min(top + 1, len(log_half) - 1)], 9)
        new = np.setdiff1d(around, log_half)
        log_half = np.concatenate([log_half, new])
        heights = np.concatenate([heights, _profile(likelihood, new)])
        order = log_half.argsort()
        log_half, heights = log_half[order], heights[order]
    best = int(heights.argmax())
    near = heights > heights[best] - FAR
    tau2 = np.zeros(len(log_half))
    tau2[near] = likelihood.best_tau2(log_half[near], restricted=restricted)
    tau2[best] = _polished(likelihood, log_half[[best]], float(tau2[best]), restricted)
    solved = likelihood.solve(log_half, tau2)
    omega2 = math.nan
    if families is not None:
        solved, omega2 = _shrunk(rows, solved, best, families)
    parameters = likelihood.nuisances + len(rows.treatments) + shape.plateau + (likelihood.heterogeneity_df > 0)
    return ShapeFit(
        likelihood, log_half, heights - heights[best], tau2, solved.beta, solved.covariance, best,
        float(heights[best]), parameters, omega2,
    )  # fmt: skip


def _profile(likelihood: Likelihood, log_half: Floats) -> Floats:
    tau2 = likelihood.best_tau2(log_half, restricted=False)
    return likelihood.solve(log_half, tau2).loglik


def _polished(likelihood: Likelihood, at: Floats, tau2: float, restricted: bool) -> float:
    """tau² as exactly as the likelihood tells it."""
    if tau2 == 0:
        return 0.0
    H = likelihood.gram(at)

    def slope(tau: float) -> float:
        """By a difference wide enough for rounding not to matter."""
        up, down = (likelihood.solve(at, np.array([(tau * each) ** 2]), H) for each in (1 + 1e-4, 1 - 1e-4))
        return float((up.restricted - down.restricted if restricted else up.loglik - down.loglik)[0])

    low, high = 0.98 * math.sqrt(tau2), 1.02 * math.sqrt(tau2)
    if not slope(low) > 0 > slope(high):
        return tau2
    return float(brentq(slope, low, high, xtol=1e-12 * high)) ** 2


def _shrunk(rows: TimeRows, solved: Solved, best: int, families: Mapping[str, str]) -> tuple[Solved, float]:
    """Effects drawn towards the mean of their family: exchangeable within it with variance omega², by REML."""
    groups = [families.get(name, name) for name in rows.treatments]
    F = np.array([[float(group == each) for each in dict.fromkeys(groups)] for group in groups])
    omega2 = 0.0
    if F.shape[1] < F.shape[0]:
        omega2 = _between_treatments(solved.beta[best], solved.covariance[best], F)
    eye = np.eye(len(groups))
    W = np.linalg.inv(solved.covariance + omega2 * eye)
    mean_covariance = np.linalg.inv(F.T @ W @ F)
    mean = mean_covariance @ (F.T @ W @ solved.beta[..., None])
    beta = F @ mean + omega2 * W @ (solved.beta[..., None] - F @ mean)
    toward = solved.covariance @ W @ F
    covariance = omega2 * W @ solved.covariance + toward @ mean_covariance @ np.swapaxes(toward, -1, -2)
    return Solved(solved.loglik, solved.restricted, beta[..., 0], covariance), omega2


def _between_treatments(beta: Floats, covariance: Floats, F: Floats) -> float:
    eye = np.eye(len(beta))

    def minus(omega: float) -> float:
        M = covariance + omega**2 * eye
        W = np.linalg.inv(M)
        A = F.T @ W @ F
        residual = beta - F @ np.linalg.solve(A, F.T @ W @ beta)
        return float(np.linalg.slogdet(M)[1] + np.linalg.slogdet(A)[1] + residual @ W @ residual)

    scale = float(np.ptp(beta)) + float(np.sqrt(np.diag(covariance).max()))
    grid = np.concatenate([[0.0], scale * 2.0 ** np.arange(-10, 3)])
    top = int(np.argmin([minus(each) for each in grid]))
    if top == 0:
        return 0.0
    found = minimize_scalar(minus, bounds=(grid[top - 1], grid[min(top + 1, len(grid) - 1)]), method="bounded",
                            options={"xatol": 1e-9 * scale})  # fmt: skip
    return float(found.x) ** 2
