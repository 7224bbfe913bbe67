"""Intervals of tau² from generalised Q statistics, and the distribution of weighted sums of chi-square variables.

Jackson 2013 (Res Synth Methods 4:220); Biggerstaff and Jackson 2008 (Stat Med 27:6093) for weights 1/v.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq

from .design import Array

NODES = 28


def weighted_chi_square(q: float, weights: Array) -> float:
    """P(Σ wᵢχ²₁ > q) for weights above zero.

    The Laplace transform of the distribution function, Π(1 + 2wᵢs)^(-1/2)/s, has its singularities on the negative
    real axis alone, so that a Talbot contour inverts it (Weideman 2006, SIAM J Numer Anal 44:2342): nine or more
    digits with these nodes.
    """
    if q <= 0:
        return 1.0
    theta = np.pi * (2 * np.arange(NODES) + 1 - NODES) / NODES
    cotangent = 1 / np.tan(0.6407 * theta)
    z = NODES * (0.5017 * theta * cotangent - 0.6122 + 0.2645j * theta)
    slope = NODES * (0.5017 * cotangent - 0.5017 * 0.6407 * theta * (1 + cotangent**2) + 0.2645j)
    # Each factor has its root taken by itself, which keeps it on the branch that is 1 at s = 0.
    transform: NDArray[np.complex128] = np.prod(1 / np.sqrt(1 + 2 * np.multiply.outer(z / q, weights)), axis=1)
    below = float(np.sum(np.exp(z) * transform / z * slope).imag / NODES)
    return min(1.0, max(0.0, 1.0 - below))


def generalised_q_tail(y: Array, v: Array, x: Array, power: float) -> Callable[[float], float]:
    """For any tau², the probability of a Q as large as that of the data, with weights v^(-power); rises with tau²."""
    a = v**-power
    root = np.sqrt(a)
    basis = np.linalg.qr(root[:, None] * x)[0]
    free = np.eye(y.size) - basis @ basis.T
    q = float(np.sum((free @ (root * y)) ** 2))

    def above(tau2: float) -> float:
        spread = free @ ((a * (v + tau2))[:, None] * free)
        return weighted_chi_square(q, np.linalg.eigvalsh(spread)[x.shape[1] :])

    return above


def generalised_q_interval(y: Array, v: Array, x: Array, level: float, power: float) -> tuple[float, float]:
    """Interval of tau²: where Q with weights v^(-power) is as large as the data's with the tails' probabilities.

    Args:
        power: 0.5, Jackson's weights; 1, those of Biggerstaff and Jackson.

    Both ends are zero where the data are more alike than chance lets them be.

    Raises:
        ArithmeticError: an upper end past all measure.
    """
    above = generalised_q_tail(y, v, x, power)

    def end(probability: float) -> float:
        if y.size == x.shape[1] or above(0.0) >= probability:
            return 0.0
        high = float(np.mean(v))
        while above(high) < probability:
            high *= 4
            if high > 1e12 * float(np.max(v)):
                raise ArithmeticError("the interval of tau² has no upper end that could be found")
        return float(brentq(lambda tau2: above(tau2) - probability, 0.0, high, xtol=1e-12 * high, rtol=1e-11))

    tail = (1 - level / 100) / 2
    return end(tail), end(1 - tail)
