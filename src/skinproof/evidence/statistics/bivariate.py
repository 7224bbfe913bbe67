"""The bivariate normal distribution function, without what a general one costs to import."""

from __future__ import annotations

import math

from scipy.special import ndtr, owens_t


def bivariate_normal(h: float, k: float, rho: float) -> float:
    """P(X ≤ h, Y ≤ k) for standard normal X and Y with correlation rho (Owen 1956, Ann Math Stat 27:1075).

    Raises:
        ValueError: a correlation that is not between −1 and 1, both excluded.
    """
    if not -1 < rho < 1:
        raise ValueError(f"a correlation of {rho}")
    if h == k == 0:
        return 0.25 + math.asin(rho) / (2 * math.pi)
    root = math.sqrt((1 - rho) * (1 + rho))

    def part(x: float, other: float) -> float:
        slope = (other - rho * x) / (x * root) if x else math.copysign(math.inf, other)
        return float(owens_t(x, slope))

    apart = 0.0 if h * k > 0 or (h * k == 0 and h + k >= 0) else 0.5
    return float((ndtr(h) + ndtr(k)) / 2 - part(h, k) - part(k, h) - apart)
