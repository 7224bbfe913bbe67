"""Back from the analysis scale: for `Prediction.transformed`."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

Array = NDArray[np.float64]


def ilogit(x: Array) -> Array:
    """Proportion from its logit."""
    found: Array = expit(x)
    return found


def ztor(x: Array) -> Array:
    """Correlation from Fisher's z."""
    return np.asarray(np.tanh(x))


def ztor_mean(x: Array, tau2: float) -> Array:
    """Mean correlation over true effects that are normal about x with variance tau², by Gauss-Hermite quadrature."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(80)
    at = np.asarray(x)[..., None] + math.sqrt(tau2) * nodes
    return np.asarray(np.tanh(at) @ weights / weights.sum())


def ipft(x: Array, ni: float | Sequence[float] | Array) -> Array:
    """Proportion from its Freeman-Tukey transform (Miller 1978, Am Stat 32:138), at the harmonic mean of `ni`."""
    n = 1 / float(np.mean(1 / np.asarray(ni, dtype=np.float64)))
    x = np.asarray(x, dtype=np.float64)
    ends = [(math.asin(math.sqrt(e / (n + 1))) + math.asin(math.sqrt((e + 1) / (n + 1)))) / 2 for e in (0, n)]
    with np.errstate(all="ignore"):
        s = np.sin(2 * x)
        inside = 1 - (s + (s - 1 / s) / n) ** 2
        p = 0.5 * (1 - np.sign(np.cos(2 * x)) * np.sqrt(np.maximum(inside, 0)))
    return np.where(x <= ends[0], 0.0, np.where(x >= ends[1], 1.0, p))
