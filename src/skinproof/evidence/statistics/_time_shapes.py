"""Shapes of an effect over time, each from nothing at time zero.

Emax and exponential shapes rise to a plateau; their one parameter is the logarithm of the time to half of it, so that
the two can be read alike. Linear and log-linear shapes have no parameter and no plateau. (Pedder and others 2019, Res
Synth Methods 10:267, use the same family.)
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
ShapeName = Literal["linear", "exponential", "emax", "log-linear"]


@dataclass(frozen=True)
class Shape:
    """`height(t, half)`: how far along at time t, given the time to half of the plateau (unused without one).

    `time_at(share, half)`: when that share of the plateau is reached; infinite without one.
    """

    name: ShapeName
    formula: str
    plateau: bool
    height: Callable[[Floats, Floats], Floats]
    time_at: Callable[[float, Floats], Floats] = lambda _, half: np.full_like(half, np.inf)

    def relative(self, t: Floats, log_half: Floats, reference: float | None) -> Floats:
        """(G, ...) height at times t as a share of that at the reference time (as it is, without), for G values of log
        half-time.
        """
        half = np.exp(log_half).reshape(-1, *(1 for _ in range(np.ndim(t))))
        times = np.asarray(t, dtype=np.float64)[None]
        height = self.height(times, half)
        if reference is None:
            return np.asarray(height)
        return np.asarray(height / self.height(np.full_like(times, reference), half))


SHAPES: dict[str, Shape] = {
    shape.name: shape
    for shape in (
        Shape("linear", "b·t", False, lambda t, half: t + 0.0 * half),
        Shape(
            "exponential",
            "b·(1 − exp(−k·t)), k = ln 2 / half-time",
            True,
            lambda t, half: -np.expm1(-np.log(2.0) * t / half),
            lambda share, half: half * -np.log2(1.0 - share),
        ),
        Shape(
            "emax",
            "b·t / (t + ET50)",
            True,
            lambda t, half: t / (t + half),
            lambda share, half: half * share / (1.0 - share),
        ),
        Shape("log-linear", "b·log(1 + t)", False, lambda t, half: np.log1p(t) + 0.0 * half),
    )
}
