"""tau² of many fits at once: the estimators of `tau2` (formulas and sources there) with one more axis."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from .tau2 import STEPS, TIGHT

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


def _step(data: Data, fit: Weighted, restricted: bool) -> Array:
    """Newton's step of tau², Fisher's where the likelihood bends up."""
    pull = fit.weights * fit.residuals
    if restricted:
        score, information = row_sums(pull, pull) - fit.trace, fit.trace_squared
    else:
        score, information = row_sums(pull, pull) - fit.weights.sum(axis=1), row_sums(fit.weights, fit.weights)
    again = fit.weights * pull
    if data.x is None:
        cubic = row_sums(again, pull) - again.sum(axis=1) ** 2 * fit.inverse[:, 0, 0]
    else:
        across = np.einsum("bkp,bk->bp", np.broadcast_to(data.x, (len(again), *data.x.shape[1:])), again)
        cubic = row_sums(again, pull) - np.einsum("bi,bij,bj->b", across, fit.inverse, across)
    observed = 2 * cubic - information
    return np.asarray(score / np.where(observed > 0.1 * information, observed, information))


def _scoring(data: Data, restricted: bool) -> Array:
    """As `tau2._scoring`; a fit leaves the batch once it has converged."""
    tau2 = _he(data)
    live, part = np.arange(len(tau2)), data
    scale = row_sums(data.there.astype(np.float64), data.v) / data.studies
    fit = part.at(tau2)
    current = _log_likelihood(part, fit, tau2, restricted)
    for _ in range(STEPS):
        step = _step(part, fit, restricted)
        candidate = np.maximum(0.0, tau2[live] + step)
        fit = part.at(candidate)
        value = _log_likelihood(part, fit, candidate, restricted)
        lower = _lowers(value, current, step, scale[live])
        if lower.any():
            while lower.any():
                bad = np.flatnonzero(lower)
                step[bad] /= 2
                candidate[bad] = np.maximum(0.0, tau2[live[bad]] + step[bad])
                own = part.rows(bad)
                value[bad] = _log_likelihood(own, own.at(candidate[bad]), candidate[bad], restricted)
                lower[bad] = _lowers(value[bad], current[bad], step[bad], scale[live[bad]])
            fit = part.at(candidate)
        change = np.abs(candidate - tau2[live])
        tau2[live], current = candidate, value
        going = change > 1e-12 * (candidate + 1e-3 * scale[live])
        if not going.any():
            break
        if not going.all():
            live, part, current = live[going], part.rows(going), current[going]
            fit = Weighted(*(each[going] for each in fit))
    return tau2


def _lowers(value: Array, current: Array, step: Array, scale: Array) -> Truths:
    """Where a step makes the likelihood less, and is not yet too small to matter."""
    kept = (value >= current - 1e-12 * np.maximum(1.0, np.abs(current))) | (np.abs(step) < 1e-13 * scale)
    return np.asarray(~kept)


ESTIMATORS: dict[str, Callable[[Data], Array]] = {
    "DL": _dl, "HE": _he, "HS": _hs, "HSk": lambda data: _hs(data, corrected=True), "SJ": _sj, "EB": _pm, "PM": _pm,
    "ML": lambda data: _scoring(data, restricted=False), "REML": lambda data: _scoring(data, restricted=True),
}  # fmt: skip
