"""Does the network agree with itself? Designs and net heat.

Krahn, Binder & König (2013, BMC Medical Research Methodology 13:35).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.cluster.hierarchy import leaves_list, linkage
from scipy.linalg import block_diag
from scipy.spatial.distance import squareform

from ._basic import BasicContrasts, basic_contrasts, least_squares, tau2_moment
from ._contrasts import Floats, Ints, dictionary_key
from .network import Model, NetworkMetaAnalysis
from .network_results import HeterogeneityTest
from .tabular import Tabular


@dataclass(frozen=True, eq=False)
class DesignModel:
    """Direct estimates of each design and the network fitted to them, for one tau².

    A design of p arms has p - 1 rows: its arms against its base (the reference if it is there, else the alphabetically
    first). `label`, `comparison` per row; `TE`, `covariance` the direct estimates; `X` their columns, treatments
    against the reference; `H` (n(n-1)/2, rows) maps them to all network estimates.
    """

    net: NetworkMetaAnalysis
    tau2: float
    basic: BasicContrasts
    label: tuple[str, ...]
    comparison: tuple[str, ...]
    member: Ints
    TE: Floats
    covariance: Floats
    X: Floats

    @property
    def precision(self) -> Floats:
        return np.asarray(np.linalg.inv(self.covariance))

    @property
    def fitted(self) -> Floats:
        P = self.precision
        return np.asarray(self.X @ np.linalg.solve(self.X.T @ P @ self.X, self.X.T @ P @ self.TE))

    @property
    def H(self) -> Floats:
        P = self.precision
        return np.asarray(all_pairs(self.net) @ np.linalg.solve(self.X.T @ P @ self.X, self.X.T @ P))

    @property
    def study_H(self) -> Floats:
        """As `H`, for the N basic contrasts of the studies."""
        X = _columns(self.net, self.basic)
        WX = self.basic.weighted(self.basic.weights(self.tau2), X)
        return np.asarray(all_pairs(self.net) @ np.linalg.solve(X.T @ WX, WX.T))

    @property
    def Q_inc_design(self) -> Floats:
        """What each row adds to the Q between designs."""
        off = self.TE - self.fitted
        return np.asarray((self.precision @ off) * off)

    def detached(self) -> tuple[Floats, Ints]:
        """Residuals (rows, rows) of all rows when the column's design has parameters of its own, and the ranks.

        NaN where the network without the design does not hold together.
        """
        rows = len(self.label)
        residuals = np.full((rows, rows), np.nan)
        ranks = np.zeros(rows, dtype=np.int64)
        P = self.precision
        for label in dict.fromkeys(self.label):
            own = np.flatnonzero(np.array(self.label) == label)
            X = np.hstack([self.X, np.zeros((rows, len(own)))])
            X[own] = 0.0
            X[own, self.X.shape[1] + np.arange(len(own))] = 1.0
            ranks[own] = rank = int(np.linalg.matrix_rank(X))
            if rank == X.shape[1]:
                fitted = X @ np.linalg.solve(X.T @ P @ X, X.T @ P @ self.TE)
                residuals[:, own] = (self.TE - fitted)[:, None]
            if len(own) > 1:
                residuals[np.ix_(own, own)] = 0.0
        np.fill_diagonal(residuals, 0.0)
        return residuals, ranks


def all_pairs(net: NetworkMetaAnalysis) -> Floats:
    """(n(n-1)/2, n-1) contrasts `B - A` of every pair `A:B` in terms of treatments against the reference."""
    i, j = np.triu_indices(net.n, 1)
    full = np.zeros((len(i), net.n))
    full[np.arange(len(i)), j] = 1.0
    full[np.arange(len(i)), i] = -1.0
    return np.delete(full, _reference(net), axis=1)


def _reference(net: NetworkMetaAnalysis) -> int:
    return net.index(net.reference) if net.reference is not None else 0


def _columns(net: NetworkMetaAnalysis, basic: BasicContrasts) -> Floats:
    return np.delete(basic.design(net.n), _reference(net), axis=1)


def design_model(net: NetworkMetaAnalysis, tau: float = 0.0) -> DesignModel:
    """Aggregate studies to designs with between-study standard deviation `tau`."""
    reference = _reference(net)
    basic = basic_contrasts(net.data, lambda arms: reference if reference in arms else arms[0])
    weights = basic.weights(tau**2)
    found: dict[tuple[int, ...], tuple[list[Floats], list[Floats]]] = {}
    for rows, W in zip(basic.groups, weights, strict=True):
        for one, w in zip(rows, W, strict=True):
            arms = (int(basic.base[one[0]]), *basic.other[one].tolist())
            precisions, pulls = found.setdefault(arms, ([], []))
            precisions.append(w)
            pulls.append(w @ basic.y[one])
    names = {arms: ":".join(net.trts[a] for a in arms) for arms in found}
    ordered = sorted(found, key=lambda arms: (len(arms) > 2, dictionary_key(names[arms])))
    blocks = [np.linalg.inv(sum(found[arms][0])) for arms in ordered]
    TE = [V @ sum(found[arms][1]) for arms, V in zip(ordered, blocks, strict=True)]
    rows_of = [(arms, other) for arms in ordered for other in arms[1:]]
    X = np.zeros((len(rows_of), net.n))
    for row, (arms, other) in enumerate(rows_of):
        X[row, other], X[row, arms[0]] = 1.0, -1.0
    place = {(names[arms], other): row for row, (arms, other) in enumerate(rows_of)}
    label_of_study = {}
    for rows in basic.groups:
        for one in rows:
            label_of_study[int(basic.study[one[0]])] = names[(int(basic.base[one[0]]), *basic.other[one].tolist())]
    member = [place[label_of_study[int(s)], int(o)] for s, o in zip(basic.study, basic.other, strict=True)]
    return DesignModel(
        net,
        tau**2,
        basic,
        tuple(names[arms] for arms, _ in rows_of),
        tuple(f"{net.trts[arms[0]]}:{net.trts[other]}" for arms, other in rows_of),
        np.array(member, dtype=np.int64),
        np.concatenate(TE),
        block_diag(*blocks),
        np.delete(X, reference, axis=1),
    )


@dataclass(frozen=True, eq=False, repr=False)
class DesignDecomposition(Tabular):
    """Q split by design. `Q_inc_detach` leaves out designs without which the network does not hold together.

    `Q_inc_random` is the design-by-treatment interaction test with `tau_within` (Higgins et al. 2012).
    """

    total: HeterogeneityTest
    within: HeterogeneityTest
    between: HeterogeneityTest
    Q_het_design: dict[str, HeterogeneityTest]
    Q_inc_detach: dict[str, HeterogeneityTest]
    Q_inc_design: tuple[tuple[str, float], ...]
    Q_inc_random: HeterogeneityTest
    tau_within: float
    residuals: Floats
    labels: tuple[str, ...]

    def columns(self) -> dict[str, list[Any]]:
        """A row a test: the whole, within and between designs, then design by design."""
        tests = {"total": self.total, "within designs": self.within, "between designs": self.between}
        tests |= {"between designs, random": self.Q_inc_random}
        tests |= {f"within {design}": test for design, test in self.Q_het_design.items()}
        tests |= {f"between designs without {design}": test for design, test in self.Q_inc_detach.items()}
        rows = tests.values()
        return {
            "Q of": list(tests),
            "Q": [t.Q for t in rows],
            "df": [t.df for t in rows],
            "pval": [t.pval for t in rows],
        }

    def _told(self) -> str:
        return f"between designs {self.between!r}, within {self.within!r}"


def tau_within(model: DesignModel) -> float:
    """Between-study standard deviation within designs, by the moment estimator."""
    X = np.zeros((len(model.basic.y), len(model.label)))
    X[np.arange(len(X)), model.member] = 1.0
    return float(np.sqrt(tau2_moment(model.basic, X)))


def decompose_designs(net: NetworkMetaAnalysis) -> DesignDecomposition:
    """The global test of inconsistency and each design's share in it; ValueError for two treatments."""
    if net.n == 2:
        raise ValueError("a network of two treatments has a single design: nothing to decompose")
    model = design_model(net)
    total, het, per_design = _heterogeneity(model)
    within_tau = tau_within(model)
    randomly = design_model(net, within_tau)
    random_total, random_het, _ = _heterogeneity(randomly)
    residuals, ranks = model.detached()
    detach = {}
    for row, label in enumerate(model.label):
        off = residuals[:, row]
        if label not in detach and not np.isnan(off).any():
            detach[label] = HeterogeneityTest(float(off @ model.precision @ off), len(model.label) - int(ranks[row]))
    df = net.df_Q - het.df
    return DesignDecomposition(
        HeterogeneityTest(total, net.df_Q),
        het,
        # A sum of squares: rounding alone can take the difference below zero.
        HeterogeneityTest(max(total - het.Q, 0.0), df),
        per_design,
        detach,
        tuple(zip(model.label, model.Q_inc_design.tolist(), strict=True)),
        HeterogeneityTest(max(random_total - random_het.Q, 0.0), df),
        within_tau,
        residuals,
        model.label,
    )


def _heterogeneity(model: DesignModel) -> tuple[float, HeterogeneityTest, dict[str, HeterogeneityTest]]:
    """Q of the whole network, Q within designs, and the latter design by design."""
    basic = model.basic
    off = basic.y - model.TE[model.member]
    weighted = basic.weighted(basic.weights(model.tau2), off[:, None])[:, 0]
    labels = np.array(model.label)[model.member]
    per_design = {}
    for label in dict.fromkeys(model.label):
        own = labels == label
        df = int(own.sum()) - model.label.count(label)
        per_design[label] = HeterogeneityTest(float(off[own] @ weighted[own]), df)
    het = HeterogeneityTest(float(off @ weighted), sum(t.df for t in per_design.values()))
    total = least_squares(basic, _columns(model.net, basic), model.tau2).Q
    return total, het, per_design


@dataclass(frozen=True, eq=False, repr=False)
class NetHeat(Tabular):
    """`q[row, column]`: change of the row's share in the Q between designs when the column's design is detached.

    Negative where detaching removes inconsistency. `order` is that of complete-linkage clustering (0-based).
    """

    labels: tuple[str, ...]
    q: Floats
    order: tuple[int, ...]

    def columns(self) -> dict[str, list[Any]]:
        """A row a cell, designs in the order of the clustering."""
        names = [self.labels[place] for place in self.order]
        return {
            "row": [row for row in names for _ in names],
            "detached": names * len(names),
            "q": self.q[np.ix_(self.order, self.order)].ravel().tolist(),
        }

    def _told(self) -> str:
        return f"{len(self.labels)} rows of designs, largest change {np.abs(self.q).max(initial=0.0):.3f}"


def net_heat(net: NetworkMetaAnalysis, model: Model = "common") -> NetHeat:
    """Net heat of Krahn et al. (2013); `model="random"` uses the tau within designs.

    Raises ValueError where there is nothing to show: up to two designs, or no loop of evidence.
    """
    if net.d <= 2:
        raise ValueError(f"net heat needs more than two designs, there are {net.d}")
    if net.inconsistency.df == 0:
        raise ValueError("net heat needs a loop of evidence along more than one design, there is none")
    fitted = design_model(net)
    if model == "random":
        fitted = design_model(net, tau_within(fitted))
    residuals, _ = fitted.detached()
    share = (fitted.precision @ np.nan_to_num(residuals)) * residuals
    change = share - fitted.Q_inc_design[:, None]
    keep = np.flatnonzero(~np.isnan(change).all(axis=0) & ~np.isnan(share).any(axis=0))
    q = change[np.ix_(keep, keep)]
    labels = tuple(fitted.label[i] for i in keep)
    if len(keep) < 2:
        raise ValueError("net heat needs two designs that the network can do without")
    distance = np.abs(q[:, None, :] - q[None, :, :]).sum(axis=2) + np.abs(q.T[:, None, :] - q.T[None, :, :]).sum(axis=2)
    order = leaves_list(linkage(squareform(distance, checks=False), method="complete"))
    return NetHeat(labels, q, tuple(int(i) for i in order))
