"""tau² of many fits at once: the estimators of `tau2` (formulas and sources there) with one more axis."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from .tau2 import STEPS, TIGHT, tau2_grid

Array = NDArray[np.float64]
Truths = NDArray[np.bool_]


class Data(NamedTuple):
    """Effects, variances (1 where there is no study), design (None: a mean alone) and mask of some fits."""

    y: Array
    v: Array
    x: Array | None
    there: Truths

    @property
    def studies(self) -> Array:
        return np.asarray(self.there.sum(axis=1), dtype=np.float64)

    @property
    def p(self) -> int:
        return 1 if self.x is None else self.x.shape[2]

    def rows(self, which: NDArray[Any]) -> Data:
        x = self.x if self.x is None or len(self.x) == 1 else self.x[which]
        return Data(self.y[which], self.v[which], x, self.there[which])

    def at(self, tau2: Array) -> Weighted:
        return weighted(self.y, self.x, self.there / (self.v + tau2[:, None]))


class Weighted(NamedTuple):
    """`tau2.Weighted`, one row a fit."""

    beta: Array
    inverse: Array
    residuals: Array
    weights: Array
    rss: Array
    trace: Array
    trace_squared: Array


def row_sums(*factors: Array) -> Array:
    """Row sums of products."""
    found: Array = np.einsum(",".join(["bk"] * len(factors)) + "->b", *factors)
    return found


def weighted(y: Array, x: Array | None, w: Array) -> Weighted:
    if x is None:
        total = w.sum(axis=1)
        beta = row_sums(w, y) / total
        residuals = y - beta[:, None]
        squared = w * w
        second, third = row_sums(w, w) / total, row_sums(squared, w) / total
        return Weighted(
            beta[:, None], (1 / total)[:, None, None], residuals, w, row_sums(w, residuals * residuals), total - second,
            squared.sum(axis=1) - 2 * third + second**2,
        )  # fmt: skip
    root = np.sqrt(w)
    q, r = np.linalg.qr(x * root[:, :, None])
    solved = np.linalg.inv(r)
    beta = (solved @ (np.swapaxes(q, 1, 2) @ (root * y)[:, :, None]))[:, :, 0]
    wq = q * w[:, :, None]
    residuals = y - (x @ beta[:, :, None])[:, :, 0]
    second, third = np.swapaxes(q, 1, 2) @ wq, np.swapaxes(wq, 1, 2) @ wq
    trace = w.sum(axis=1) - np.trace(second, axis1=1, axis2=2)
    trace_squared = (
        row_sums(w, w) - 2 * np.trace(third, axis1=1, axis2=2) + np.sum(second * np.swapaxes(second, 1, 2), axis=(1, 2))
    )
    inverse = solved @ np.swapaxes(solved, 1, 2)
    return Weighted(beta, inverse, residuals, w, row_sums(w, residuals * residuals), trace, trace_squared)


def _dl(data: Data) -> Array:
    fit = data.at(np.zeros(len(data.y)))
    return np.maximum(0.0, (fit.rss - data.studies + data.p) / fit.trace)


def _hs(data: Data, corrected: bool = False) -> Array:
    fit = data.at(np.zeros(len(data.y)))
    factor = data.studies / (data.studies - data.p) if corrected else 1.0
    return np.asarray(np.maximum(0.0, (factor * fit.rss - data.studies) / fit.weights.sum(axis=1)))


def _trace_pv(data: Data, fit: Weighted) -> Array:
    wv = fit.weights * data.v
    if data.x is None:
        return np.asarray(wv.sum(axis=1) - row_sums(wv, fit.weights) * fit.inverse[:, 0, 0])
    wx = data.x * fit.weights[:, :, None]
    second = fit.inverse @ (np.swapaxes(wx, 1, 2) @ (wx * data.v[:, :, None]))
    return np.asarray(wv.sum(axis=1) - np.trace(second, axis1=1, axis2=2))


def _he(data: Data) -> Array:
    fit = weighted(data.y, data.x, data.there.astype(np.float64))
    return np.maximum(0.0, (fit.rss - _trace_pv(data, fit)) / (data.studies - data.p))


def _sj(data: Data) -> Array:
    mean = data.y.sum(axis=1) / data.studies
    start = row_sums(data.there.astype(np.float64), (data.y - mean[:, None]) ** 2) / data.studies
    return np.asarray(start * data.at(start).rss / (data.studies - data.p))


def _pm(data: Data) -> Array:
    """Newton's steps from zero on the convex y'Py, as `tau2.generalised_q_root`."""
    tau2 = np.zeros(len(data.y))
    live = np.arange(len(tau2))
    part, target = data, data.studies - data.p
    fit = part.at(tau2)
    for turn in range(STEPS):
        step = (fit.rss - target[live]) / row_sums(fit.weights, fit.weights, fit.residuals * fit.residuals)
        step = np.where(step >= 0, step, 0.0) if turn == 0 else step
        tau2[live] += step
        going = step > TIGHT * tau2[live]
        if not going.all():
            live, part = live[going], part.rows(going)
        if not live.size:
            break
        fit = part.at(tau2[live])
    return tau2


def _log_likelihood(data: Data, fit: Weighted, tau2: Array, restricted: bool) -> Array:
    """Of the weights fitted, without constants."""
    found: Array = -0.5 * row_sums(data.there.astype(np.float64), np.log(data.v + tau2[:, None])) - 0.5 * fit.rss
    if not restricted:
        return found
    if data.x is None:
        return np.asarray(found + 0.5 * np.log(fit.inverse[:, 0, 0]))
    return np.asarray(found + 0.5 * np.linalg.slogdet(fit.inverse)[1])


def _scores(fit: Weighted, restricted: bool) -> tuple[Array, Array]:
    pull = fit.weights * fit.residuals
    if restricted:
        return row_sums(pull, pull) - fit.trace, fit.trace_squared
    return row_sums(pull, pull) - fit.weights.sum(axis=1), row_sums(fit.weights, fit.weights)


def _cubic(data: Data, fit: Weighted) -> Array:
    pull = fit.weights * fit.residuals
    again = fit.weights * pull
    if data.x is None:
        return np.asarray(row_sums(again, pull) - again.sum(axis=1) ** 2 * fit.inverse[:, 0, 0])
    across = (np.swapaxes(data.x, 1, 2) @ again[:, :, None])[:, :, 0]
    return np.asarray(row_sums(again, pull) - np.einsum("bi,bij,bj->b", across, fit.inverse, across))


def _maximum(data: Data, restricted: bool) -> Array:
    """As `tau2._maximum`."""
    there = data.there.astype(np.float64)
    mean = row_sums(there, data.y) / data.studies
    scale = row_sums(there, (data.y - mean[:, None]) ** 2) / data.studies + row_sums(there, data.v) / data.studies
    grid = list(scale * tau2_grid(1.0)[:, None])
    scores = [_scores(data.at(at), restricted)[0] for at in grid]
    while (scores[-1] > 0).any():
        grid.append(4 * grid[-1])
        scores.append(_scores(data.at(grid[-1]), restricted)[0])
    steps, values = np.array(grid), np.array(scores)
    starts_down = values[0] <= 0
    place, fit = np.nonzero((values[:-1] > 0) & (values[1:] <= 0))
    found = _falling_roots(
        data.rows(fit), steps[place, fit], steps[place + 1, fit], values[place, fit], values[place + 1, fit], restricted
    )
    tau2 = np.zeros(len(scale))
    tau2[fit] = found
    several = np.bincount(fit, minlength=len(tau2)) + starts_down > 1
    if several.any():
        zero = np.flatnonzero(several & starts_down)
        which = np.concatenate([fit[several[fit]], zero])
        maxima = np.concatenate([found[several[fit]], np.zeros(len(zero))])
        own = data.rows(which)
        order = np.argsort(_log_likelihood(own, own.at(maxima), maxima, restricted), kind="stable")
        tau2[which[order]] = maxima[order]  # the highest is written last
    return tau2


def _falling_roots(data: Data, low: Array, high: Array, score_low: Array, score_high: Array, restricted: bool) -> Array:
    """As `tau2._falling_root`; a fit leaves the batch once it has converged."""
    tau2 = low + (high - low) * score_low / (score_low - score_high)
    scale = 1e-3 * row_sums(data.there.astype(np.float64), data.v) / data.studies
    live, part = np.arange(len(tau2)), data
    for _ in range(STEPS):
        if not live.size:
            break
        at = tau2[live]
        fit = part.at(at)
        score, information = _scores(fit, restricted)
        low[live], high[live] = np.where(score > 0, at, low[live]), np.where(score > 0, high[live], at)
        observed = 2 * _cubic(part, fit) - information
        step = score / np.where(observed > 0.1 * information, observed, information)
        going = np.abs(step) > 1e-12 * (at + scale[live])
        inside = (low[live] < at + step) & (at + step < high[live])
        tau2[live] = np.where(~going, at, np.where(inside, at + step, (low[live] + high[live]) / 2))
        if not going.all():
            live, part = live[going], part.rows(going)
    return tau2


ESTIMATORS: dict[str, Callable[[Data], Array]] = {
    "DL": _dl, "HE": _he, "HS": _hs, "HSk": lambda data: _hs(data, corrected=True), "SJ": _sj, "EB": _pm, "PM": _pm,
    "ML": lambda data: _maximum(data, restricted=False), "REML": lambda data: _maximum(data, restricted=True),
}  # fmt: skip
