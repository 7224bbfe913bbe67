"""Integration over positive hyperparameters on their logarithm, in narrow panels of Gauss-Legendre nodes.

On the logarithm a posterior falls off on both sides, so a coarse pass finds where it lives and panels cover that.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.interpolate import CubicHermiteSpline
from scipy.optimize import brentq

from ._time_shapes import Floats

NODES, NODE_WEIGHTS = np.polynomial.legendre.leggauss(5)
NEGLIGIBLE = 40.0  # in log density: e^-40 of the highest


@dataclass(frozen=True, eq=False)
class Panels:
    """`edges` (P + 1,) of panels and `nodes`, `widths` (5·P,) in them, all in log units."""

    edges: Floats
    nodes: Floats
    widths: Floats


def panels(low: float, high: float, width: float) -> Panels:
    edges = np.linspace(low, high, max(2, math.ceil((high - low) / width) + 1))
    half = np.diff(edges) / 2
    nodes = (edges[:-1] + half)[:, None] + half[:, None] * NODES
    return Panels(edges, nodes.ravel(), (half[:, None] * NODE_WEIGHTS).ravel())


def located(log_density: Callable[[Floats], Floats], low: float, high: float, step: float) -> tuple[float, float]:
    """The part of [low, high] that holds all of a density that matters."""
    x = np.linspace(low, high, max(3, math.ceil((high - low) / step) + 1))
    values = log_density(x)
    inside = np.flatnonzero(values > values.max() - NEGLIGIBLE)
    return float(x[max(int(inside[0]) - 1, 0)]), float(x[min(int(inside[-1]) + 1, len(x) - 1)])


@dataclass(frozen=True, eq=False)
class PositivePosterior:
    """Posterior of a positive quantity: values `nodes` (J,) with probabilities `weights`, and its distribution function
    at the panels' `edges`, with the densities there, on the logarithm."""

    nodes: Floats
    weights: Floats
    edges: Floats
    cumulative: Floats
    slope: Floats

    @classmethod
    def made(cls, at: Panels, masses: Floats, edge_density: Floats) -> PositivePosterior:
        """From the panels, the masses of their nodes and the densities (of the logarithm) at their edges, all by one
        unknown constant."""
        total = float(masses.sum())
        summed = np.concatenate([[0.0], np.cumsum(masses.reshape(-1, len(NODES)).sum(axis=1))]) / total
        return cls(np.exp(at.nodes), masses / total, at.edges, summed, edge_density / total)

    @property
    def mean(self) -> float:
        return float(self.weights @ self.nodes)

    @property
    def sd(self) -> float:
        return math.sqrt(max(0.0, float(self.weights @ (self.nodes - self.mean) ** 2)))

    def below(self, value: float) -> float:
        """Probability of being below a value."""
        if value <= 0:
            return 0.0
        x = min(max(math.log(value), self.edges[0]), self.edges[-1])
        return float(np.clip(self._distribution(x), 0.0, 1.0))

    @property
    def _distribution(self) -> CubicHermiteSpline:
        return CubicHermiteSpline(self.edges, self.cumulative, self.slope)

    def quantile(self, probability: float) -> float:
        if not 0 < probability < 1:
            raise ValueError(f"a probability is between 0 and 1, not {probability}")
        curve = self._distribution
        place = int(np.searchsorted(self.cumulative, probability))
        low, high = float(self.edges[max(place - 1, 0)]), float(self.edges[min(place, len(self.edges) - 1)])
        return math.exp(brentq(lambda x: float(curve(x)) - probability, low, high, xtol=1e-14))

    def interval(self, level: float = 95) -> tuple[float, float]:
        """With equal tails."""
        return self.quantile(0.5 - level / 200), self.quantile(0.5 + level / 200)
