"""The likelihood of a time course: given the half-time and tau² everything else is generalised least squares.

y = level + (course + effects of the arms)·g(t) + error, where g is the shape's height as a share of that at the last
visit. So effects are those at the last visit, which the data say most of, whatever the shape. Arms' effects vary
between studies by tau²/2 each, so that contrasts vary by tau² and share half of it (Lu & Ades 2004).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ._time_rows import TimeRows
from ._time_shapes import Floats, Shape

GOLDEN = (np.sqrt(5.0) - 1) / 2


@dataclass(frozen=True, eq=False)
class Solved:
    """For G half-times with their tau²: log likelihoods (G,), effects `beta` (G, p) and `covariance` (G, p, p)."""

    loglik: Floats
    restricted: Floats
    beta: Floats
    covariance: Floats


class Likelihood:
    """Of one data set and one shape.

    `reference` is the time whose effects are the unit; None, the shape's own (the plateau, or a week's rise).
    `prior_sd` gives the studies' levels and courses, and the treatments' effects, normal priors about zero;
    `restricted` is then the log marginal likelihood, and `beta` and `covariance` are those of the posterior.
    """

    def __init__(
        self, rows: TimeRows, shape: Shape, reference: float | None, prior_sd: tuple[float, float] | None = None
    ) -> None:
        self.rows, self.shape, self.reference, self.prior_sd = rows, shape, reference, prior_sd

    @cached_property
    def _inverse(self) -> Floats:
        return np.asarray(np.linalg.inv(self.rows.V))

    @cached_property
    def _log_det(self) -> float:
        return float(np.linalg.slogdet(self.rows.V)[1].sum())

    @property
    def nuisances(self) -> int:
        """Levels and courses that are estimated study by study."""
        return int(self.rows.level.any(axis=1).sum() + self.rows.course.any(axis=1).sum())

    @cached_property
    def heterogeneity_df(self) -> int:
        """Comparisons beyond those that the treatments' effects take."""
        return self.rows.contrasts - len(self.rows.treatments)

    def gram(self, log_half: Floats) -> Floats:
        """(G, S, b, b) inner products, by the inverse of V, of level, course, the arms and y."""
        rows = self.rows
        g = self.shape.relative(rows.weeks, log_half, self.reference)
        shape = (len(log_half), *rows.y.shape, 1)
        base = np.concatenate(
            [
                np.broadcast_to(rows.level[..., None], shape),
                (rows.course * g)[..., None],
                rows.arms * g[..., None],
                np.broadcast_to(rows.y[..., None], shape),
            ],
            axis=-1,
        )
        return np.asarray(np.swapaxes(base, -1, -2) @ (self._inverse @ base))

    def solve(self, log_half: Floats, tau2: Floats, gram: Floats | None = None) -> Solved:
        """Generalised least squares at each half-time and tau² (G,)."""
        H = self.gram(log_half) if gram is None else gram
        arms = slice(2, -1)
        c = (np.asarray(tau2) / 2)[:, None, None, None]
        inner = np.eye(self.rows.arms.shape[2]) + c * H[..., arms, arms]
        H = H - H[..., arms] @ np.linalg.solve(inner, c * H[..., arms, :])
        log_det = self._log_det + np.linalg.slogdet(inner)[1].sum(axis=1)
        if self.prior_sd is not None:
            H = H + self._study_precision
        H, pivots = _without_nuisances(H)
        nuisance = np.log(np.where(pivots > 0, pivots, 1.0)).sum(axis=(-2, -1))
        names = self.rows.names
        A = (np.swapaxes(names, -1, -2) @ H[..., arms, arms] @ names).sum(axis=1)
        b = (np.swapaxes(names, -1, -2) @ H[..., arms, -1, None]).sum(axis=1)
        if self.prior_sd is not None:
            A = A + np.eye(A.shape[-1]) * self.prior_sd[1] ** -2
        covariance = np.linalg.inv(A)
        beta = (covariance @ b)[..., 0]
        rss = H[..., -1, -1].sum(axis=1) - np.einsum("gp,gp->g", beta, b[..., 0])
        n, p = self.rows.rows, A.shape[-1]
        log_2pi = float(np.log(2 * np.pi))
        loglik = -0.5 * (log_det + rss + n * log_2pi)
        constant = (p + self.nuisances) * log_2pi
        if self.prior_sd is not None:
            constant = -2 * float(self.nuisances * np.log(self.prior_sd[0]) + p * np.log(self.prior_sd[1]))
        restricted = loglik - 0.5 * (nuisance + np.linalg.slogdet(A)[1] - constant)
        return Solved(loglik, restricted, beta, np.asarray(covariance))

    @property
    def _study_precision(self) -> Floats:
        """(S, b, b) of the prior of levels and courses, where there are any."""
        assert self.prior_sd is not None  # noqa: S101 - for the type checker
        rows = self.rows
        made = np.zeros((len(rows.y), rows.arms.shape[2] + 3, rows.arms.shape[2] + 3))
        for place, column in enumerate((rows.level, rows.course)):
            made[:, place, place] = column.any(axis=1) * self.prior_sd[0] ** -2
        return made

    def best_tau2(self, log_half: Floats, *, restricted: bool) -> Floats:
        """(G,) the tau² of the highest (restricted) likelihood at each half-time: a grid, then golden sections."""
        log_half = np.atleast_1d(log_half)
        if self.heterogeneity_df <= 0:
            return np.zeros(len(log_half))
        H = self.gram(log_half)

        def value(tau: Floats) -> Floats:
            found = self.solve(log_half, tau**2, H)
            return found.restricted if restricted else found.loglik

        grid = self.spread * np.concatenate([[0.0], 2.0 ** np.arange(-12, 3)])
        heights = np.array([value(np.full(len(log_half), tau)) for tau in grid])
        top = heights.argmax(axis=0)
        low, high = grid[np.maximum(top - 1, 0)], grid[np.minimum(top + 1, len(grid) - 1)]
        one, two = high - GOLDEN * (high - low), low + GOLDEN * (high - low)
        at_one, at_two = value(one), value(two)
        for _ in range(20):
            left = at_one >= at_two
            high, low = np.where(left, two, high), np.where(left, low, one)
            kept, kept_value = np.where(left, one, two), np.where(left, at_one, at_two)
            new = np.where(left, high - GOLDEN * (high - low), low + GOLDEN * (high - low))
            at_new = value(new)
            one, two = np.where(left, new, kept), np.where(left, kept, new)
            at_one, at_two = np.where(left, at_new, kept_value), np.where(left, kept_value, at_new)
        tau = np.where(at_one >= at_two, one, two)
        return np.asarray(np.where(np.maximum(at_one, at_two) > heights[0], tau**2, 0.0))

    @cached_property
    def spread(self) -> float:
        """How far results lie apart, levels set aside."""
        rows = self.rows
        held = np.where(rows.used, rows.y, np.nan)
        level = np.nanmean(held, axis=1) if rows.level.any() else np.zeros(len(held))
        return float(np.nanmax(np.abs(held - level[:, None]))) or float(np.sqrt(rows.V[rows.used].max()))

    def lack_of_fit(self, log_half: float) -> tuple[float, int]:
        """Q and degrees of freedom of results about the curve, each arm of each study having an effect of its own."""
        H, pivots = _without_nuisances(self.gram(np.array([log_half]))[0])
        ranks = int((pivots > 0).sum())
        A, b = H[:, 2:-1, 2:-1], H[:, 2:-1, -1]
        scale = np.maximum(np.trace(A, axis1=1, axis2=2), 1e-300)[:, None, None]
        Q = float(
            (H[:, -1, -1] - np.einsum("si,sij,sj->s", b, np.linalg.pinv(A / scale, hermitian=True) / scale, b)).sum()
        )
        ranks += int(np.linalg.matrix_rank(A / scale, tol=1e-9, hermitian=True).sum())
        return max(0.0, Q), self.rows.rows - ranks - int(self.shape.plateau)


def _without_nuisances(H: Floats) -> tuple[Floats, Floats]:
    """Inner products left when a study's level and course (the first two) are swept out, and their pivots; a pivot of
    0 stands for a column that is not there or that the one before it holds already.
    """
    original = H
    pivots = np.zeros((*H.shape[:-2], 2))
    for first in (0, 1):
        pivot = H[..., first, first]
        there = pivot > 1e-10 * original[..., first, first]
        pivots[..., first] = np.where(there, pivot, 0.0)
        share = np.where(there, 1.0 / np.where(there, pivot, 1.0), 0.0)[..., None, None]
        H = H - H[..., :, first, None] * H[..., None, first, :] * share
    return H, pivots
