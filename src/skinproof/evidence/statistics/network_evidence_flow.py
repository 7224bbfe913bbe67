"""How evidence flows: hat matrices, contributions of direct comparisons, impact of studies.

Papakonstantinou et al. (2018, F1000Research 7:610) for flow along shortest paths; Davies, Papakonstantinou,
Nikolakopoulou, Rücker & Galla (2022, Research Synthesis Methods 13:235) for the random walk; Rücker et al. (2020) for
study importance.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from ._contrasts import Contrasts, Floats
from ._network_fit import NetworkFit, assemble, pseudo_inverse, resistance
from .network import Model, NetworkMetaAnalysis
from .tabular import Tabular

ContributionMethod = Literal["shortestpath", "randomwalk"]


@dataclass(frozen=True, eq=False, repr=False)
class Labelled(Tabular):
    """A matrix with the names of its rows and columns."""

    rows: tuple[str, ...]
    cols: tuple[str, ...]
    values: Floats

    def columns(self) -> dict[str, list[Any]]:
        """A row a cell."""
        return {
            "row": [row for row in self.rows for _ in self.cols],
            "column": list(self.cols) * len(self.rows),
            "value": self.values.ravel().tolist(),
        }

    def _told(self) -> str:
        return f"{len(self.rows)} x {len(self.cols)}"


def _direct_weights(net: NetworkMetaAnalysis, fitted: NetworkFit) -> Floats:
    """(n(n-1)/2,) summed adjusted weights of each pair, 0 where there is no direct evidence."""
    square = np.zeros((net.n, net.n))
    np.add.at(square, (net.data.treat1, net.data.treat2), fitted.weights)
    return np.asarray(square[np.triu_indices(net.n, 1)])


def hat_matrix(net: NetworkMetaAnalysis, model: Model = "random") -> Labelled:
    """(n(n-1)/2)²: what a unit change of a direct estimate (column) does to a network estimate (row)."""
    fitted = net.fit_of(model)
    i, j = np.triu_indices(net.n, 1)
    rows = fitted.pseudo_inverse[i] - fitted.pseudo_inverse[j]
    return Labelled(net.comparisons, net.comparisons, (rows[:, i] - rows[:, j]) * _direct_weights(net, fitted))


def leverages(net: NetworkMetaAnalysis, model: Model = "random") -> Floats:
    """(m,) diagonal of the hat matrix of the contrasts, in the order of the data."""
    fitted = net.fit_of(model)
    return np.asarray(fitted.weights * fitted.seTE[net.data.treat1, net.data.treat2] ** 2)


def contributions(
    net: NetworkMetaAnalysis, model: Model = "random", *, method: ContributionMethod = "shortestpath"
) -> Labelled:
    """Shares of the direct comparisons (columns) in each network estimate (rows, which sum to 1)."""
    if method not in ("shortestpath", "randomwalk"):
        raise ValueError(f"method is 'shortestpath' or 'randomwalk', not {method!r}")
    H = hat_matrix(net, model).values
    i, j = np.triu_indices(net.n, 1)
    has = net.adjacency[i, j] > 0
    shares = np.zeros_like(H)
    for row in range(len(i)):
        flow = np.zeros((net.n, net.n))
        flow[i[has], j[has]], flow[j[has], i[has]] = H[row, has], -H[row, has]
        if method == "randomwalk":
            shared = _random_walk(flow, int(i[row]), int(j[row]))
        else:
            shared = _shortest_paths(flow, i[has], j[has], int(i[row]), int(j[row]))
        shares[row] = shared[i, j] + shared[j, i]
    names = tuple(name for name, one in zip(net.comparisons, has, strict=True) if one)
    return Labelled(net.comparisons, names, shares[:, has])


def _random_walk(flow: Floats, source: int, sink: int) -> Floats:
    """(n, n) expected share of each step u to v in a walk along the flow, a path of l steps counting 1/l a step."""
    n = len(flow)
    forward = np.maximum(flow, 0.0)
    out = forward.sum(axis=1, keepdims=True)
    step = np.divide(forward, out, out=np.zeros_like(forward), where=out > 0)
    step[np.abs(step) < 1000 * np.finfo(float).eps] = 0.0
    step[sink] = 0.0
    reach = np.zeros((n, n))  # reach[l, v]: probability to be at v after l steps
    reach[0, source] = 1.0
    arrive = np.zeros((n, n))  # arrive[l, v]: probability to come from v to the sink in l steps
    arrive[0, sink] = 1.0
    for length in range(1, n):
        reach[length] = reach[length - 1] @ step
        arrive[length] = step @ arrive[length - 1]
    before, after = np.meshgrid(np.arange(n), np.arange(n), indexing="ij")
    share = np.where(before + after + 1 < n, 1.0 / (before + after + 1), 0.0)
    return np.asarray(step * (reach.T @ share @ arrive))


def _shortest_paths(flow: Floats, first: NDArray[Any], second: NDArray[Any], source: int, sink: int) -> Floats:
    """(n, n) shares when flow is taken out along shortest paths, each in full, until none is left.

    Among paths of one length the first in breadth-first order is taken, treatments in the order in which the directed
    edges name them.
    """
    left = {
        (a, b) if flow[a, b] > 0 else (b, a): abs(float(flow[a, b]))
        for a, b in zip(first.tolist(), second.tolist(), strict=True)
    }
    rank = {t: place for place, t in enumerate(dict.fromkeys(t for edge in left for t in edge))}
    shares = np.zeros_like(flow)
    while path := _breadth_first(left, rank, source, sink):
        amount = min(left[edge] for edge in path)
        for edge in path:
            shares[edge] += amount / len(path)
            left[edge] -= amount
            if left[edge] == 0:
                del left[edge]
    return shares


def _breadth_first(
    edges: dict[tuple[int, int], float], rank: dict[int, int], source: int, sink: int
) -> list[tuple[int, int]]:
    onward: dict[int, list[int]] = {}
    for a, b in edges:
        onward.setdefault(a, []).append(b)
    came: dict[int, int] = {source: source}
    queue = deque([source])
    while queue and sink not in came:
        here = queue.popleft()
        for there in sorted(onward.get(here, []), key=rank.__getitem__):
            if there not in came:
                came[there] = here
                queue.append(there)
    path: list[tuple[int, int]] = []
    if sink in came:
        here = sink
        while here != source:
            path.append((came[here], here))
            here = came[here]
    return path[::-1]


def study_impact(net: NetworkMetaAnalysis, model: Model = "random", *, drop_below: float = 0.0) -> Labelled:
    """Studies (rows) by comparisons: share of precision lost when the study's standard errors are made enormous.

    tau² stays that of the whole network. netmeta inverts all variances at once with a generalised inverse, which drops
    those below 1.5e-8 of the largest, so that making one study's enormous can lose precise ones. The loss is right with
    the default of 0; `drop_below=2**-26` gives netmeta's numbers.
    """
    upper = np.triu_indices(net.n, 1)
    base = net.fit_of(model)
    ignored = 1000.0 * float(net.data.seTE.max())
    values = []
    for study in range(net.k):
        seTE = np.where(net.data.study == study, ignored, net.data.seTE)
        without = _seTE(replace(net.data, seTE=seTE), base.tau2, drop_below)
        values.append(1.0 - (base.seTE[upper] / without[upper]) ** 2)
    impact = np.array(values)
    impact[np.abs(impact) < np.sqrt(np.finfo(float).eps)] = 0.0
    return Labelled(net.data.studies, net.comparisons, impact)


def _seTE(data: Contrasts, tau2: float, drop_below: float) -> Floats:
    """(n, n) standard errors, without the contrasts whose variance is below a share of the largest."""
    weights, laplacian = assemble(data, tau2)
    kept = np.where(weights * drop_below * (1 / weights).max() < 1.0, weights, 0.0)
    if not kept.all():
        laplacian = data.incidence.T @ (kept[:, None] * data.incidence)
    return np.sqrt(resistance(pseudo_inverse(laplacian)))
