"""What evidence for each comparison is direct, what comes by other ways, and whether the two agree.

König, Krahn & Binder (2013, Statistics in Medicine 32:5414) for the measures; Dias et al. (2010) for splitting,
Efthimiou et al. (2019) for SIDDE (separating indirect from direct design evidence).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from ._contrasts import DisconnectedNetworkError, Floats, Ints
from .network import Model, NetworkMetaAnalysis, fit_network
from .network_inconsistency import design_model
from .network_pools import pool_pairs
from .network_results import EffectMatrices
from .tabular import Tabular

SplitMethod = Literal["Back-calculation", "SIDDE"]


@dataclass(frozen=True, eq=False, repr=False)
class NetworkMeasures(Tabular):
    """Per comparison (order of `net.comparisons`): share of direct evidence, mean path length, minimal parallelism."""

    comparisons: tuple[str, ...]
    proportion: Floats
    meanpath: Floats
    minpar: Floats
    minpar_study: Floats

    COLUMNS = {
        "comparison": "comparisons",
        "proportion": "proportion",
        "meanpath": "meanpath",
        "minpar": "minpar",
        "minpar_study": "minpar_study",
    }

    def _told(self) -> str:
        return f"{len(self.comparisons)} comparisons, {int((self.proportion > 0).sum())} with direct evidence"


def network_measures(net: NetworkMetaAnalysis, model: Model = "random") -> NetworkMeasures:
    """How direct, how long and how parallel the evidence for each comparison is."""
    tau2 = net.fit_of(model).tau2
    upper = np.triu_indices(net.n, 1)
    proportion = net.prop_direct(model)[upper]
    fitted = design_model(net, float(np.sqrt(tau2)))
    by_design = _grouped(fitted.H, fitted.label)
    by_study = _grouped(fitted.study_H, [net.data.studies[s] for s in fitted.basic.study])
    return NetworkMeasures(
        net.comparisons, proportion, by_design.sum(axis=1), 1 / by_design.max(axis=1), 1 / by_study.max(axis=1)
    )


def _grouped(H: Floats, labels: Sequence[str]) -> Floats:
    """What flows through each design (or study): half of |net flow| plus half of all absolute flows."""
    names = np.array(labels)
    parts = [H[:, names == each] for each in dict.fromkeys(labels)]
    return np.column_stack([0.5 * (np.abs(p.sum(axis=1)) + np.abs(p).sum(axis=1)) for p in parts])


@dataclass(frozen=True, eq=False, repr=False)
class NetSplit(Tabular):
    """Direct against indirect evidence, comparison by comparison; comparisons with the reference have it second.

    `network`, `direct`, `indirect`, `difference` hold vectors in the order of `comparisons`; `k` studies and `n` people
    with direct evidence, `prop` its share. `Q`, `tau2`, `I2` are those of the comparison's own pooling.
    """

    method: SplitMethod
    model: Model
    comparisons: tuple[str, ...]
    k: Ints
    prop: Floats
    n: Floats
    network: EffectMatrices
    direct: EffectMatrices
    indirect: EffectMatrices
    difference: EffectMatrices
    Q: Floats
    tau2: Floats
    I2: Floats

    def columns(self) -> dict[str, list[Any]]:
        """A row a comparison."""
        parts = {
            "network": self.network,
            "direct": self.direct,
            "indirect": self.indirect,
            "difference": self.difference,
        }
        return {
            "comparison": list(self.comparisons), "k": self.k.tolist(), "prop": self.prop.tolist(),
            **{name: part.TE.tolist() for name, part in parts.items()},
            "seTE": self.difference.seTE.tolist(), "pval": self.difference.pval.tolist(),
        }  # fmt: skip

    def _told(self) -> str:
        known = self.difference.pval[np.isfinite(self.difference.pval)]
        low = f", smallest p = {known.min():.3g}" if known.size else ""
        return f"{self.method}: {known.size} of {len(self.comparisons)} comparisons can be split{low}"


def net_split(
    net: NetworkMetaAnalysis, model: Model = "random", *, method: SplitMethod = "Back-calculation"
) -> NetSplit:
    """Split every comparison's evidence into direct and indirect, and test that they agree.

    "Back-calculation" takes the direct part out of the network estimate; "SIDDE" refits the network without every study
    that holds the comparison (NaN where what is left does not join the two treatments).
    """
    if method not in ("Back-calculation", "SIDDE"):
        raise ValueError(f"method is 'Back-calculation' or 'SIDDE', not {method!r}")
    i, j = np.triu_indices(net.n, 1)
    if net.reference is not None:
        place = net.index(net.reference)
        i, j = np.where(i == place, j, i), np.where(i == place, place, j)
    indirect = net.indirect(model)
    if method == "SIDDE":
        indirect = _sidde(net, model, indirect)

    def pairs(matrices: EffectMatrices) -> EffectMatrices:
        return EffectMatrices(matrices.TE[i, j], matrices.seTE[i, j], net.level)

    direct, apart = pairs(net.direct(model)), pairs(indirect)
    difference = EffectMatrices(direct.TE - apart.TE, np.sqrt(direct.seTE**2 + apart.seTE**2), net.level)
    pools = pool_pairs(net)
    own = [pools.get((min(a, b), max(a, b))) for a, b in zip(i.tolist(), j.tolist(), strict=True)]
    nan = float("nan")
    return NetSplit(
        method,
        model,
        tuple(f"{net.trts[a]}:{net.trts[b]}" for a, b in zip(i, j, strict=True)),
        np.array([p.k if p else 0 for p in own], dtype=np.int64),
        net.prop_direct(model)[i, j],
        np.array([p.n if p else nan for p in own]),
        pairs(net.network(model)),
        direct,
        apart,
        difference,
        np.array([p.Q if p else nan for p in own]),
        np.array([p.tau2 if p else nan for p in own]),
        np.array([p.I2 if p else nan for p in own]),
    )


def _sidde(net: NetworkMetaAnalysis, model: Model, start: EffectMatrices) -> EffectMatrices:
    TE, seTE = start.TE.copy(), start.seTE.copy()
    data = net.data
    for a, b in zip(*np.nonzero(np.triu(net.adjacency)), strict=True):
        TE[a, b] = TE[b, a] = seTE[a, b] = seTE[b, a] = np.nan
        without = ~np.isin(data.study, data.study[(data.treat1 == a) & (data.treat2 == b)])
        if not without.any():
            continue
        rest = data.subset(without)
        if net.trts[a] not in rest.trts or net.trts[b] not in rest.trts:
            continue
        try:
            other = fit_network(rest, method_tau=net.method_tau, level=net.level)
        except DisconnectedNetworkError:
            continue
        x, y = other.index(net.trts[a]), other.index(net.trts[b])
        fitted = other.fit_of(model)
        TE[a, b], TE[b, a] = fitted.TE[x, y], fitted.TE[y, x]
        seTE[a, b] = seTE[b, a] = fitted.seTE[x, y]
    return EffectMatrices(TE, seTE, net.level)
