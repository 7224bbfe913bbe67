"""Each direct comparison of a network pooled by itself, and the funnel that adjusts for comparisons."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ._contrasts import Floats
from ._network_fit import i_squared
from .network import Model, NetworkMetaAnalysis
from .small_study import classical_regression
from .tabular import Tabular
from .tau2 import estimate, weighted

NAN = float("nan")
METAFOR_STOP = 1e-5  # change of tau² below which metafor's rma, which netmeta pools pairs with, ends its scoring


@dataclass(frozen=True, repr=False)
class PairPool(Tabular):
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

    def _told(self) -> str:
        return (
            f"{self.treat1} against {self.treat2}: k = {self.k}, {self.TE_random:.4f} (SE {self.seTE_random:.4f}), "
            f"tau² = {self.tau2:.4g}"
        )


def pool_pairs(net: NetworkMetaAnalysis) -> dict[tuple[int, int], PairPool]:
    """A separate meta-analysis of each direct comparison, with the network's estimator of tau².

    Keyed by the treatments' positions, the smaller first.
    """
    found = {}
    data = net.data
    for a, b in zip(*np.nonzero(np.triu(net.adjacency)), strict=True):
        own = (data.treat1 == a) & (data.treat2 == b)
        y, v, one = data.TE[own], data.seTE[own] ** 2, np.ones((int(own.sum()), 1))
        k = len(y)
        tau2 = estimate(net.method_tau, y, v, one, METAFOR_STOP).tau2 if k > 1 else NAN
        common, random = (weighted(y, one, 1 / (v + more)) for more in (0.0, tau2 if k > 1 else 0.0))
        Q = common.rss if k > 1 else 0.0
        found[int(a), int(b)] = PairPool(
            net.trts[a], net.trts[b], k, float(np.sum(data.size[own])),
            float(common.beta[0]), math.sqrt(common.inverse[0, 0]), float(random.beta[0]),
            math.sqrt(random.inverse[0, 0]), Q, tau2, i_squared(Q, k - 1)[0],
        )  # fmt: skip
    return found


@dataclass(frozen=True, eq=False, repr=False)
class AdjustedFunnel(Tabular):
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
        """Egger's regression of the adjusted effects on their errors: (slope, its se, t, df, p)."""
        X = np.column_stack([np.ones(len(self.seTE)), self.seTE])
        table, df, _ = classical_regression(self.TE_adj, X, self.seTE**2)
        slope, se, t, p = table[-1].tolist()
        return slope, se, t, df, p

    COLUMNS = {
        "studlab": "studlab",
        "treat1": "treat1",
        "treat2": "treat2",
        "TE": "TE",
        "TE_direct": "TE_direct",
        "TE_adj": "TE_adj",
        "seTE": "seTE",
    }

    def _told(self) -> str:
        return f"{len(self.studlab)} contrasts of {len(set(self.comparison))} comparisons"


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
