"""Each direct comparison of a network pooled by itself, and the funnel that adjusts for comparisons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import stdtr

from ._contrasts import Floats
from .network import Model, NetworkMetaAnalysis

FISHER_STOP = 1e-5  # change of tau² below which metafor's rma ends its scoring


@dataclass(frozen=True)
class PairPool:
    """Pairwise meta-analysis of `treat1` against `treat2`; NaN where one study allows no estimate."""

    treat1: str
    treat2: str
    k: int
    n: float
    TE_common: float
    seTE_common: float
    TE_random: float
    seTE_random: float
    Q: float
    tau2: float
    I2: float

    @property
    def tau(self) -> float:
        return float(np.sqrt(self.tau2))


def pool_pairs(net: NetworkMetaAnalysis) -> dict[tuple[int, int], PairPool]:
    """A separate meta-analysis of each direct comparison, with the network's estimator of tau².

    Keyed by the treatments' positions, the smaller first.
    """
    found = {}
    data = net.data
    for a, b in zip(*np.nonzero(np.triu(net.adjacency)), strict=True):
        own = (data.treat1 == a) & (data.treat2 == b)
        y, v = data.TE[own], data.seTE[own] ** 2
        k = len(y)
        common, spread = _inverse_variance(y, v)
        Q = float(np.sum((y - common) ** 2 / v))
        tau2 = _tau2(net, y, v, Q) if k > 1 else float("nan")
        random, random_se = _inverse_variance(y, v + (tau2 if k > 1 else 0.0))
        I2 = max(0.0, (Q - (k - 1)) / Q) if k > 1 and Q > 0 else 0.0 if k > 1 else float("nan")
        found[int(a), int(b)] = PairPool(
            net.trts[a], net.trts[b], k, float(np.sum(data.size[own])),
            common, spread, random, random_se, Q, tau2, I2,
        )  # fmt: skip
    return found


def _inverse_variance(y: Floats, v: Floats) -> tuple[float, float]:
    w = 1 / v
    return float(np.sum(w * y) / np.sum(w)), float(1 / np.sqrt(np.sum(w)))


def _tau2(net: NetworkMetaAnalysis, y: Floats, v: Floats, Q: float) -> float:
    """The network's estimator on one comparison; likelihoods by Fisher scoring with metafor's start and stop."""
    w, k = 1 / v, len(y)
    if net.method_tau == "DL":
        return max(0.0, (Q - (k - 1)) / float(np.sum(w) - np.sum(w**2) / np.sum(w)))
    tau2 = max(0.0, float(np.var(y, ddof=1) - np.mean(v)))
    for _ in range(100):
        w = 1 / (v + tau2)
        P = np.diag(w) - np.outer(w, w) / w.sum()
        Py = P @ y
        if net.method_tau == "REML":
            step = float((Py @ Py - np.trace(P)) / np.sum(P * P))
        else:
            step = float((Py @ Py - w.sum()) / np.sum(w**2))
        while tau2 + step < 0:
            step /= 2
        tau2 += step
        if abs(step) <= FISHER_STOP:
            break
    else:
        raise ArithmeticError(f"tau² of a comparison of {k} studies did not settle in 100 steps")
    return tau2


@dataclass(frozen=True, eq=False)
class AdjustedFunnel:
    """Effects less their comparison's pooled effect, oriented so that `treat1` comes first in the order given.

    Chaimani & Salanti (2012, Research Synthesis Methods 3:161).
    """

    studlab: tuple[str, ...]
    treat1: tuple[str, ...]
    treat2: tuple[str, ...]
    TE: Floats
    TE_direct: Floats
    TE_adj: Floats
    seTE: Floats

    @property
    def comparison(self) -> tuple[str, ...]:
        return tuple(f"{a}:{b}" for a, b in zip(self.treat1, self.treat2, strict=True))

    def egger(self) -> tuple[float, float, float, int, float]:
        """Egger's regression of the adjusted effects: (intercept, its se, t, df, p)."""
        y, X = self.TE_adj / self.seTE, np.column_stack([np.ones(len(self.seTE)), 1 / self.seTE])
        df = len(y) - 2
        if df < 1:
            raise ValueError("Egger's test needs three contrasts or more")
        inverse = np.linalg.inv(X.T @ X)
        beta = inverse @ X.T @ y
        sigma2 = float(np.sum((y - X @ beta) ** 2)) / df
        se = float(np.sqrt(sigma2 * inverse[0, 0]))
        t = float(beta[0]) / se
        return float(beta[0]), se, t, df, float(2 * stdtr(df, -abs(t)))


def adjusted_funnel(net: NetworkMetaAnalysis, order: Sequence[str], model: Model = "random") -> AdjustedFunnel:
    """Data of a comparison-adjusted funnel plot; `order` runs from the treatment expected to look worst to the best."""
    if sorted(order) != sorted(net.trts):
        raise ValueError("order must name every treatment of the network once")
    rank = {net.index(t): place for place, t in enumerate(order)}
    data, direct = net.data, net.direct(model).TE
    rows = []
    for i, (a, b) in enumerate(zip(data.treat1.tolist(), data.treat2.tolist(), strict=True)):
        sign = 1.0 if rank[a] < rank[b] else -1.0
        first, second = (a, b) if sign > 0 else (b, a)
        rows.append((rank[first], rank[second], i, first, second, sign))
    rows.sort()
    index = np.array([r[2] for r in rows])
    TE = np.array([r[5] for r in rows]) * data.TE[index]
    pooled = np.array([direct[r[3], r[4]] for r in rows])
    return AdjustedFunnel(
        tuple(data.studies[s] for s in data.study[index]),
        tuple(net.trts[r[3]] for r in rows),
        tuple(net.trts[r[4]] for r in rows),
        TE,
        pooled,
        TE - pooled,
        data.seTE[index],
    )
