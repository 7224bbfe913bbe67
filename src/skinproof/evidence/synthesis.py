"""Putting studies together: the random-effects model of pairwise meta-analysis.

Names and conventions are those of R's metafor (Viechtbauer 2010, J Stat Softw 36(3)), against whose numbers the tests
hold this module.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtrc, ndtr, ndtri, stdtr, stdtrit

Method = Literal["REML", "DL"]
Test = Literal["z", "knha", "adhoc"]
Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class RandomEffects:
    """A fitted model. `ci` and `prediction` are 95 %; `i2` is in percent."""

    k: int
    beta: float
    se: float
    ci: tuple[float, float]
    pval: float
    tau2: float
    i2: float
    h2: float
    q: float
    q_df: int
    q_p: float
    prediction: tuple[float, float]
    weights: tuple[float, ...]  # percent
    method: Method
    test: Test


def random_effects(
    yi: Sequence[float], vi: Sequence[float], method: Method = "REML", test: Test = "z", level: float = 0.95
) -> RandomEffects:
    """The inverse-variance random-effects model.

    Args:
        yi: k effects on the analysis scale. vi: their k sampling variances, all above zero.
        method: "REML" or "DL" (DerSimonian and Laird 1986) for the between-study variance tau².
        test: "z", normal interval (Wald); "knha", Knapp and Hartung 2003; "adhoc", the same with its variance factor
            never below 1, so that the standard error is never smaller than the normal model's (Röver, Knapp and
            Friede 2015, pmc.ncbi.nlm.nih.gov/articles/PMC4647507).

    The prediction interval is beta ± c·√(se² + tau²), c being the critical value of the interval of beta: t with
    k − 1 degrees of freedom for "knha" and "adhoc", normal for "z" (metafor's `predict.rma`). I² and H² are those of
    Higgins and Thompson 2002 with the "typical" sampling variance, as metafor gives them.

    Raises:
        ValueError: no studies, lengths that differ, a number that is not finite, or a variance that is not above zero.
    """
    y, v = np.asarray(yi, dtype=np.float64), np.asarray(vi, dtype=np.float64)
    if y.ndim != 1 or y.shape != v.shape or not y.size:
        raise ValueError("effects and variances must be two lists of one length, not empty")
    if not (np.isfinite(y).all() and np.isfinite(v).all()):
        raise ValueError("an effect or variance is not a finite number")
    if not (v > 0).all():
        raise ValueError("a variance is not above zero")
    k = int(y.size)
    tau2 = {"REML": tau2_reml, "DL": tau2_dl}[method](y, v) if k > 1 else 0.0
    w = 1 / (v + tau2)
    beta = float(w @ y / w.sum())
    se = math.sqrt(1 / float(w.sum()))
    df = k - 1
    if test == "z" or k == 1:
        critical, pval = float(ndtri((1 + level) / 2)), 2 * float(ndtr(-abs(beta / se)))
    else:
        factor = float(w @ (y - beta) ** 2) / df
        se *= math.sqrt(max(factor, 1.0) if test == "adhoc" else factor)
        critical = float(stdtrit(df, (1 + level) / 2))
        pval = 2 * float(stdtr(df, -abs(beta / se))) if se > 0 else 0.0
    fixed = 1 / v
    q = float(fixed @ (y - fixed @ y / fixed.sum()) ** 2)
    typical = _typical_variance(fixed, k)
    half, spread = critical * se, critical * math.sqrt(se**2 + tau2)
    return RandomEffects(
        k=k,
        beta=beta,
        se=se,
        ci=(beta - half, beta + half),
        pval=pval,
        tau2=tau2,
        i2=100 * tau2 / (tau2 + typical) if k > 1 else 0.0,
        h2=(tau2 + typical) / typical if k > 1 else 1.0,
        q=q,
        q_df=df,
        q_p=float(chdtrc(df, q)) if df else 1.0,
        prediction=(beta - spread, beta + spread),
        weights=tuple(float(x) for x in 100 * w / w.sum()),
        method=method,
        test=test,
    )


def _typical_variance(w: Array, k: int) -> float:
    if k < 2:
        return float(1 / w[0])
    return (k - 1) * float(w.sum()) / (float(w.sum()) ** 2 - float(w @ w))


def tau2_dl(y: Array, v: Array) -> float:
    """DerSimonian and Laird's moment estimate, never below zero."""
    w = 1 / v
    q = float(w @ (y - w @ y / w.sum()) ** 2)
    return max(0.0, (q - (y.size - 1)) / (float(w.sum()) - float(w @ w) / float(w.sum())))


def tau2_reml(y: Array, v: Array, tolerance: float = 1e-10, steps: int = 200) -> float:
    """Restricted maximum likelihood, by Fisher scoring, never below zero.

    The step is halved while it would lower the likelihood, so that it ends at a (local) maximum; it starts from the
    moment estimate.
    """
    tau2 = tau2_dl(y, v)
    current = _reml_loglik(y, v, tau2)
    scale = float(np.mean(v))
    for _ in range(steps):
        w = 1 / (v + tau2)
        total, squares, cubes = float(w.sum()), float(w @ w), float((w**3).sum())
        residual = y - w @ y / total
        # Score and expected information of the restricted likelihood in tau² (P = W − W11'W / 1'W1).
        score = float(w**2 @ residual**2) - (total - squares / total)
        information = squares - 2 * cubes / total + (squares / total) ** 2
        step = score / information
        while True:
            candidate = max(0.0, tau2 + step)
            value = _reml_loglik(y, v, candidate)
            if value >= current - 1e-12 or abs(step) < tolerance * scale:
                break
            step /= 2
        change, tau2, current = abs(candidate - tau2), candidate, value
        if change <= tolerance * (tau2 + 1e-6 * scale):
            return tau2
    return tau2


def _reml_loglik(y: Array, v: Array, tau2: float) -> float:
    w = 1 / (v + tau2)
    total = float(w.sum())
    residual = y - w @ y / total
    return -0.5 * (float(np.log(v + tau2).sum()) + math.log(total) + float(w @ residual**2))
