"""Which studies an estimate of a network, or of a component, rests on.

The share of a direct comparison in a network estimate (`contributions`) is divided among its studies by their weights,
as Papakonstantinou et al. (2018, F1000Research 7:610) do. For component effects there is no flow along paths: a study's
share is the size of its coefficients in the generalised least squares estimate.
"""

from __future__ import annotations

import numpy as np

from .component_networks import ComponentNetwork
from .network import Model, NetworkMetaAnalysis
from .network_evidence_flow import ContributionMethod, Labelled, contributions


def study_contributions(
    net: NetworkMetaAnalysis, model: Model = "random", *, method: ContributionMethod = "shortestpath"
) -> Labelled:
    """Shares of the studies (columns) in each network estimate (rows, which sum to 1)."""
    of_pairs = contributions(net, model, method=method)
    place = {name: column for column, name in enumerate(of_pairs.cols)}
    data = net.data
    pair = np.array(
        [place[f"{net.trts[a]}:{net.trts[b]}"] for a, b in zip(data.treat1.tolist(), data.treat2.tolist(), strict=True)]
    )
    weights = net.fit_of(model).weights
    total = np.bincount(pair, weights, len(of_pairs.cols))
    within = np.divide(weights, total[pair], out=np.zeros_like(weights), where=total[pair] > 0)
    split = np.zeros((len(of_pairs.cols), net.k))
    np.add.at(split, (pair, data.study), within)
    return Labelled(of_pairs.rows, data.studies, of_pairs.values @ split)


def component_contributions(net: ComponentNetwork, model: Model = "random") -> Labelled:
    """Shares of the studies (columns) in each component's effect (rows, which sum to 1; NaN where not identified).

    The estimate is linear in the data: beta = V X'W y, with V its covariance. Written in terms of arm means, a study's
    coefficients sum to zero; its size is half the sum of their absolute values, which for two arms is the absolute
    coefficient of its contrast and for more arms does not depend on how the arms are paired.
    """
    data, fitted = net.data, net.common if model == "common" else net.random
    X = net.C.values[data.treat1] - net.C.values[data.treat2]
    weights = np.empty(len(data.TE))
    for block in data.blocks:
        i, j = np.triu_indices(block.arms.shape[1], 1)
        weights[block.rows[:, i, j]] = -block.laplacians(fitted.tau2)[:, i, j]
    coefficients = fitted.covariance @ (X * weights[:, None]).T
    arms = np.zeros((len(net.comps), len(data.studies), len(data.trts)))
    rows = np.arange(len(net.comps))[:, None]
    np.add.at(arms, (rows, data.study[None, :], data.treat1[None, :]), coefficients)
    np.add.at(arms, (rows, data.study[None, :], data.treat2[None, :]), -coefficients)
    size = np.abs(arms).sum(axis=2) / 2
    size[np.isnan(net.components(model).TE)] = np.nan
    return Labelled(net.comps, data.studies, size / size.sum(axis=1, keepdims=True))


def isolated(net: ComponentNetwork) -> Labelled:
    """1 where a study (column) has two arms that differ in the component (row) alone, else 0."""
    data = net.data
    X = net.C.values[data.treat1] - net.C.values[data.treat2]
    alone = (np.abs(X) > 0).sum(axis=1) == 1
    found = np.zeros((len(net.comps), len(data.studies)))
    for row in np.flatnonzero(alone):
        found[np.flatnonzero(X[row]), data.study[row]] = 1.0
    return Labelled(net.comps, data.studies, found)
