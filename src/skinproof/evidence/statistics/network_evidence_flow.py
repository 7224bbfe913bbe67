"""How evidence flows: hat matrices, contributions of direct comparisons, impact of studies.

A row of the hat matrix is a flow of evidence of one unit from a treatment to another (König, Krahn & Binder 2013).
Papakonstantinou et al. (2018, F1000Research 7:610) take it out along shortest paths; Davies, Papakonstantinou,
Nikolakopoulou, Rücker & Galla (2022, Research Synthesis Methods 13:235) let it walk at random, from each treatment on
with probabilities in proportion to the flows. Rücker et al. (2020) for study importance.
"""

from __future__ import annotations

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
            shared = _streams(flow, int(i[row]), int(j[row]))
        shares[row] = shared[i, j] + shared[j, i]
    names = tuple(name for name, one in zip(net.comparisons, has, strict=True) if one)
    return Labelled(net.comparisons, names, shares[:, has])


def _random_walk(flow: Floats, source: int, sink: int) -> Floats:
    """(n, n) expected share of each step u to v in a walk along the flow, a path of l steps counting 1/l a step.

    The walk moves from u to v with the probability of v's part of all that flows out of u (Davies et al. 2022). It is
    at u after s steps and at the sink t steps after v with probabilities that are powers of those, so that the step
    counts Σ P(u after s)·P(u to v)·P(sink t after v)/(s + 1 + t), which needs no list of paths.
    """
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


def _streams(flow: Floats, source: int, sink: int) -> Floats:
    """(n, n) shares of the edges when evidence is taken out in streams, shortest paths first.

    A stream is a path with the flow that its weakest edge carries (Papakonstantinou et al. 2018, "Algorithm to
    decompose flows into proportion contributions"); a path of l edges with flow f lends f/l to each. Every stream
    empties an edge, so there are no more streams than edges. Among paths of equal length the decomposition is not
    unique (Rücker et al. 2024, Statistics in Medicine 43:4287): here the path is taken that comes first in dictionary
    order, with treatments ranked as they come up when the flows are listed from where they leave to where they arrive,
    comparison by comparison. The evidence on a comparison is thus followed in the order in which it is reported.
    """
    left = np.maximum(flow, 0.0)
    rank = _ranks(flow)
    shares = np.zeros_like(flow)
    while path := _first_path(left > 0, rank, source, sink):
        steps = tuple(np.array([path[:-1], path[1:]]))
        stream = left[steps].min()
        shares[steps] += stream / (len(path) - 1)
        left[steps] -= stream
    return shares


def _ranks(flow: Floats) -> list[int]:
    """The place of each treatment in the list of flows."""
    listed: dict[int, None] = {}
    for a, b in zip(*np.nonzero(np.triu(flow)), strict=True):
        listed |= dict.fromkeys((int(a), int(b)) if flow[a, b] > 0 else (int(b), int(a)))
    places = {treatment: place for place, treatment in enumerate(listed)}
    return [places.get(treatment, len(places)) for treatment in range(len(flow))]


def _first_path(open_: NDArray[np.bool_], rank: list[int], source: int, sink: int) -> list[int]:
    """The shortest path along open edges that is first in order of rank; empty where none is left.

    Distances are counted back from the sink, after which each step goes to the first treatment that is one nearer.
    """
    away = np.full(len(open_), -1)
    away[sink] = 0
    edge = np.array([sink])
    while edge.size and away[source] < 0:
        reaches = open_[:, edge].any(axis=1) & (away < 0)
        away[reaches] = away[edge[0]] + 1
        edge = np.flatnonzero(reaches)
    if away[source] < 0:
        return []
    path = [source]
    while path[-1] != sink:
        here = path[-1]
        nearer = np.flatnonzero(open_[here] & (away == away[here] - 1))
        path.append(min(nearer.tolist(), key=rank.__getitem__))
    return path


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
