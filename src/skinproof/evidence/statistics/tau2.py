"""Estimators of the between-study variance tau², with or without moderators, and its Q-profile interval.

Formulas: Viechtbauer 2005 (J Educ Behav Stat 30:261) and Viechtbauer and others 2015 (Psychol Methods 20:360), as
metafor has them. Nothing here makes a k × k matrix.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtri

Array = NDArray[np.float64]
Method = Literal["FE", "EE", "CE", "DL", "HE", "HS", "HSk", "SJ", "ML", "REML", "EB", "PM"]
COMMON = ("FE", "EE", "CE")
STEPS = 500
TIGHT = 1e-14


class NotConverged(ArithmeticError):
    """metafor's stopping rule was asked for and is never met."""


class Weighted(NamedTuple):
    """Weighted least squares: what the estimators need of P = W − WX(X'WX)⁻¹X'W."""

    beta: Array
    inverse: Array  # (X'WX)⁻¹
    residuals: Array
    weights: Array
    rss: float  # y'Py
    trace: float  # tr P
    trace_squared: float  # tr PP


def weighted(y: Array, x: Array, w: Array) -> Weighted:
    """Fits y on x with weights w.

    With an intercept the other columns are centred and the coefficients moved back at the end, and the cross-product
    is never formed: both keep digits that moderators far from zero (a year) would lose.
    """
    if x.shape[1] == 1:
        return _one_column(y, x[:, 0], w)
    centred, means = centre(x)
    root = np.sqrt(w)
    q, r = np.linalg.qr(centred * root[:, None])
    solved = np.linalg.inv(r)
    beta: Array = solved @ (q.T @ (root * y))
    wq = w[:, None] * q
    residuals = y - centred @ beta
    second, third = q.T @ wq, wq.T @ wq
    trace = float(w.sum() - np.trace(second))
    trace_squared = float(w @ w - 2 * np.trace(third) + np.sum(second * second.T))
    solved[0] -= means @ solved
    beta[0] -= means @ beta
    return Weighted(beta, solved @ solved.T, residuals, w, float(w @ residuals**2), trace, trace_squared)


def centre(x: Array) -> tuple[Array, Array]:
    """Columns less their means, if the first is an intercept, and the means (zero for what stays as it is)."""
    means = x.mean(axis=0) if (x[:, 0] == 1).all() else np.zeros(x.shape[1])
    means[0] = 0.0
    return x - means, means


def _one_column(y: Array, x: Array, w: Array) -> Weighted:
    """`weighted` for a mean alone, many times faster."""
    wx = w * x
    inverse = 1 / float(wx @ x)
    beta = inverse * float(wx @ y)
    residuals = y - beta * x
    second, third = inverse * float(wx @ wx), inverse * float(wx @ (w * wx))
    trace_squared = float(w @ w) - 2 * third + second**2
    return Weighted(
        np.array([beta]), np.array([[inverse]]), residuals, w, float(w @ residuals**2), float(w.sum()) - second,
        trace_squared,
    )  # fmt: skip


class Tau2(NamedTuple):
    tau2: float
    se: float  # standard error of tau²


def estimate(method: Method, y: Array, v: Array, x: Array, threshold: float | None = None) -> Tau2:
    """tau² (never below zero) and its standard error; NaN for the error where there is none.

    `threshold`: for ML and REML, metafor's own iteration, which stops when tau² changes by less than this (1e-5 by
    default there) and looks for a higher likelihood nowhere but at zero; None, to the highest maximum.
    """
    if method in COMMON or y.size <= x.shape[1]:
        return Tau2(0.0, math.nan)
    x, _ = centre(x)  # tau² depends on the span of the columns alone
    if method in ("ML", "REML"):
        return _likelihood(y, v, x, method == "REML", threshold)
    return ESTIMATORS[method](y, v, x)


def _dl(y: Array, v: Array, x: Array) -> Tau2:
    fit, df = weighted(y, x, 1 / v), y.size - x.shape[1]
    tau2 = max(0.0, (fit.rss - df) / fit.trace)
    return Tau2(tau2, math.sqrt(_moment_variance(fit, df, tau2)) / fit.trace)


def _moment_variance(fit: Weighted, df: int, tau2: float) -> float:
    return 2 * df + 4 * tau2 * fit.trace + 2 * tau2**2 * fit.trace_squared


def _hs(y: Array, v: Array, x: Array, corrected: bool = False) -> Tau2:
    """Hunter and Schmidt; `corrected` for the coefficients fitted (HSk)."""
    k, df = y.size, y.size - x.shape[1]
    fit, total = weighted(y, x, 1 / v), float((1 / v).sum())
    factor = k / df if corrected else 1.0
    tau2 = max(0.0, (factor * fit.rss - k) / total)
    return Tau2(tau2, factor * math.sqrt(_moment_variance(fit, df, tau2)) / total)


def _hsk(y: Array, v: Array, x: Array) -> Tau2:
    return _hs(y, v, x, corrected=True)


def _he(y: Array, v: Array, x: Array) -> Tau2:
    df = y.size - x.shape[1]
    fit = weighted(y, x, np.ones_like(y))
    pv, pvpv = _traces(x, fit, v)
    tau2 = max(0.0, (fit.rss - pv) / df)
    return Tau2(tau2, math.sqrt(2 * pvpv + 4 * tau2 * pv + 2 * tau2**2 * df) / df)


def _traces(x: Array, fit: Weighted, v: Array) -> tuple[float, float]:
    """tr PV and tr PVPV for V = diag(v)."""
    wx = x * fit.weights[:, None]
    second = fit.inverse @ (wx.T @ (wx * v[:, None]))
    wv = fit.weights * v
    third = fit.inverse @ (wx.T @ (wx * (v * wv)[:, None]))
    pv = float(wv.sum() - np.trace(second))
    return pv, float(wv @ wv - 2 * np.trace(third) + np.sum(second * second.T))


def _sj(y: Array, v: Array, x: Array) -> Tau2:
    """Sidik and Jonkman."""
    df = y.size - x.shape[1]
    start = float(np.var(y))
    if start == 0:
        return Tau2(0.0, math.nan)
    fit = weighted(y, x, 1 / (v + start))
    tau2 = start * fit.rss / df
    _, pvpv = _traces(x, fit, v)
    # tr PVP: P = W − WX(X'WX)⁻¹X'W and V = W⁻¹ − start·I, so PV + start·P is idempotent with trace df.
    pvp = fit.trace - start * fit.trace_squared
    variance = 2 * pvpv + 4 * tau2 * pvp + 2 * tau2**2 * fit.trace_squared
    return Tau2(tau2, start / df * math.sqrt(variance))


def _likelihood(y: Array, v: Array, x: Array, restricted: bool, threshold: float | None = None) -> Tau2:
    if threshold is None:
        tau2, fit = _maximum(y, v, x, restricted)
    else:
        tau2 = _stopped(y, v, x, restricted, threshold)
        fit = weighted(y, x, 1 / (v + tau2))
    _, information = _scores(fit, restricted)
    return Tau2(tau2, math.sqrt(2 / information))


def _scores(fit: Weighted, restricted: bool) -> tuple[float, float]:
    """Twice the derivative of the (restricted) log likelihood in tau², and twice its expected information."""
    squares = float(fit.weights**2 @ fit.residuals**2)
    if restricted:
        return squares - fit.trace, fit.trace_squared
    return squares - float(fit.weights.sum()), float(fit.weights @ fit.weights)


def _stopped(y: Array, v: Array, x: Array, restricted: bool, threshold: float) -> float:
    tau2, change = _he(y, v, x).tau2, math.inf
    for _ in range(20 * STEPS):
        score, information = _scores(weighted(y, x, 1 / (v + tau2)), restricted)
        step = score / information
        while tau2 + step < 0:
            step /= 2
        change, tau2 = abs(step), tau2 + step
        if change <= threshold:
            at_zero, here = (log_likelihood(weighted(y, x, 1 / (v + at)), x, restricted) for at in (0.0, tau2))
            return 0.0 if at_zero > here + 1e-12 * abs(here) and tau2 > threshold else tau2
    raise NotConverged(f"tau² still changes by {change:.2g} after {20 * STEPS} steps")


def _maximum(y: Array, v: Array, x: Array, restricted: bool) -> tuple[float, Weighted]:
    """The highest maximum of the (restricted) likelihood, which is zero or where the score falls through zero."""
    grid = tau2_grid(float(np.var(y)) + float(np.mean(v)))
    scores = _score_at(grid, y, v, x, restricted)
    while scores[-1] > 0:
        grid = np.append(grid, 4 * grid[-1])
        scores = np.append(scores, _score_at(grid[-1:], y, v, x, restricted))
    brackets = [
        (grid[at], grid[at + 1], scores[at], scores[at + 1])
        for at in np.flatnonzero((scores[:-1] > 0) & (scores[1:] <= 0)).tolist()
    ]
    maxima = [_falling_root(*bracket, y, v, x, restricted) for bracket in brackets]
    if scores[0] <= 0:
        maxima.append((0.0, weighted(y, x, 1 / v)))
    if len(maxima) == 1:
        return maxima[0]
    return max(maxima, key=lambda found: log_likelihood(found[1], x, restricted))


def tau2_grid(scale: float) -> Array:
    """Where maxima of a likelihood of tau² are looked for: two closer than a factor of four count as one."""
    return np.array([0.0, *(abs(scale) * 4.0**power for power in range(-6, 3))])


def _score_at(grid: Array, y: Array, v: Array, x: Array, restricted: bool) -> Array:
    """`_scores`' first number at many tau² at once."""
    w = 1 / (v + grid[:, None])
    if x.shape[1] == 1:
        one = x[:, 0]
        spread = w @ one**2
        residuals = y - ((w @ (one * y)) / spread)[:, None] * one
        drag = w.sum(axis=1) - ((w**2 @ one**2) / spread if restricted else 0.0)
        return np.asarray((w**2 * residuals**2).sum(axis=1) - drag)
    wx = w[:, :, None] * x
    inverse = np.linalg.inv(x.T @ wx)
    beta = inverse @ np.swapaxes(wx, 1, 2) @ y[:, None]
    residuals = y - (x @ beta)[:, :, 0]
    drag = w.sum(axis=1)
    if restricted:
        drag = drag - (inverse * (np.swapaxes(wx, 1, 2) @ wx)).sum(axis=(1, 2))
    return np.asarray((w**2 * residuals**2).sum(axis=1) - drag)


def _falling_root(
    low: float, high: float, score_low: float, score_high: float, y: Array, v: Array, x: Array, restricted: bool
) -> tuple[float, Weighted]:
    """Where the score goes from positive to negative: Newton's steps (Fisher's where the likelihood bends up) from the
    chord, and the middle of what is left where a step would leave it.
    """
    tau2 = float(low + (high - low) * score_low / (score_low - score_high))
    scale = 1e-3 * float(np.mean(v))
    for _ in range(STEPS):
        fit = weighted(y, x, 1 / (v + tau2))
        score, information = _scores(fit, restricted)
        low, high = (tau2, high) if score > 0 else (low, tau2)
        observed = 2 * _cubic(fit, x) - information
        step = score / (observed if observed > 0.1 * information else information)
        if abs(step) <= 1e-12 * (tau2 + scale):
            break
        tau2 = tau2 + step if low < tau2 + step < high else (low + high) / 2
    return float(tau2), fit


def _cubic(fit: Weighted, x: Array) -> float:
    """y'PPPy."""
    u = fit.weights * fit.residuals
    wu = fit.weights * u
    across = x.T @ wu
    return float(wu @ u - across @ fit.inverse @ across)


def log_likelihood(fit: Weighted, x: Array, restricted: bool) -> float:
    """Of the fitted weights, (restricted) maximum likelihood, with all constants."""
    k, p = x.shape
    common: float = 0.5 * float(np.log(fit.weights).sum()) - 0.5 * fit.rss
    if not restricted:
        return float(common - 0.5 * k * math.log(2 * math.pi))
    if p == 1:
        of_x, of_inverse = math.log(float(x[:, 0] @ x[:, 0])), math.log(float(fit.inverse[0, 0]))
    else:
        of_x, of_inverse = (float(np.linalg.slogdet(each)[1]) for each in (x.T @ x, fit.inverse))
    restricted_part: float = -0.5 * (k - p) * math.log(2 * math.pi) + 0.5 * of_x + 0.5 * of_inverse
    return float(common + restricted_part)


def generalised_q_root(y: Array, v: Array, x: Array, target: float) -> float | None:
    """The tau² at which y'Py equals `target`; None where it is below that even at zero.

    y'Py falls and is convex in tau², so Newton's steps from zero rise to the root and never pass it.
    """
    tau2 = 0.0
    fit = weighted(y, x, 1 / v)
    if fit.rss < target:
        return None
    for _ in range(STEPS):
        slope = float(fit.weights**2 @ fit.residuals**2)
        step = (fit.rss - target) / slope
        tau2 += step
        if step <= TIGHT * tau2:
            break
        fit = weighted(y, x, 1 / (v + tau2))
    return tau2


def _pm(y: Array, v: Array, x: Array) -> Tau2:
    """Paule and Mandel, which empirical Bayes (Morris) equals."""
    k, df = y.size, y.size - x.shape[1]
    tau2 = generalised_q_root(y, v, x, df) or 0.0
    return Tau2(tau2, math.sqrt(2 * k**2 / df) / float((1 / (v + tau2)).sum()))


def q_profile(y: Array, v: Array, x: Array, level: float) -> tuple[float, float]:
    """Interval of tau² (Viechtbauer 2007, Stat Med 26:37): where y'Py meets the chi-square quantiles.

    Both ends are zero where the data are more alike than chance lets them be.
    """
    df, tail = y.size - x.shape[1], (1 - level / 100) / 2
    return (
        generalised_q_root(y, v, x, float(chdtri(df, tail))) or 0.0,
        generalised_q_root(y, v, x, float(chdtri(df, 1 - tail))) or 0.0,
    )


ESTIMATORS: dict[str, Callable[[Array, Array, Array], Tau2]] = {
    "DL": _dl, "HE": _he, "HS": _hs, "HSk": _hsk, "SJ": _sj, "EB": _pm, "PM": _pm,
}  # fmt: skip
