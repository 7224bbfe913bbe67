"""Mantel-Haenszel network meta-analysis of odds ratios, for rare events: no continuity correction is needed.

Efthimiou et al. (2019) Statistics in Medicine 38:2992: Mantel-Haenszel within each design, then generalised least
squares over designs. Variances within a design are those of Greenland (1989) Biometrics 45:183.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy.linalg import block_diag

from ._contrasts import Floats, NetworkDataError, alphabetical, contrasts
from .network_pairwise import Arm, Pairs
from .network_results import EffectMatrices, HeterogeneityTest, named_pairs
from .tabular import Tabular


@dataclass(frozen=True, eq=False, repr=False)
class MantelHaenszelNetwork(Tabular):
    """Common effects log odds ratios. `excluded` names what could not be used and why."""

    trts: tuple[str, ...]
    reference: str | None
    k: int
    k_excluded: int
    m: int
    designs: tuple[str, ...]
    effects: EffectMatrices
    inconsistency: HeterogeneityTest
    excluded: tuple[str, ...]

    @property
    def n(self) -> int:
        return len(self.trts)

    @property
    def d(self) -> int:
        return len(self.designs)

    def _told(self) -> str:
        return (
            f"OR: k = {self.k} studies, n = {self.n} treatments, d = {self.d} designs, "
            f"Q between designs = {self.inconsistency.Q:.4g} (df = {self.inconsistency.df}, "
            f"p = {self.inconsistency.pval:.3g})"
        )

    def columns(self) -> dict[str, list[Any]]:
        """A row a pair of treatments: log odds ratio of the first against the second."""
        return named_pairs(self.effects, self.trts)


def mantel_haenszel_network(
    pairs: Pairs,
    *,
    reference: str | None = None,
    cc_pooled: bool = False,
    incr: float = 0.5,
    level: float = 0.95,
) -> MantelHaenszelNetwork:
    """Network of odds ratios from the arms of `pairwise_binary`.

    Studies without events, or without non-events, say nothing and are left out. So is an arm that has no events (or
    only events) over all studies of its design, unless `cc_pooled` adds `incr` to every arm of that design instead.

    Raises NetworkDataError when nothing is left, or treatments fall apart, or `reference` is none of them.
    """
    kept, excluded = _informative(pairs, cc_pooled, incr)
    if not kept:
        raise NetworkDataError(f"no design is left to analyse: {'; '.join(excluded)}")
    trts = alphabetical(arm.treatment for studies in kept.values() for arms in studies for arm in arms)
    if reference is not None and reference not in trts:
        raise NetworkDataError(f"reference {reference!r} is not a treatment here; there are: {', '.join(trts)}")
    m = _require_connected(kept)
    k = sum(len(studies) for studies in kept.values())
    y, X, V = [], [], []
    for studies in kept.values():
        names = [arm.treatment for arm in studies[0]]
        effect, covariance = _design_estimate(studies)
        y.append(effect)
        V.append(covariance)
        rows = np.zeros((len(names) - 1, len(trts)))
        rows[np.arange(len(rows)), [trts.index(t) for t in names[1:]]] = -1.0
        rows[:, trts.index(names[0])] = 1.0
        X.append(rows)
    observed, design = np.concatenate(y), np.vstack(X)[:, 1:]
    W = np.linalg.inv(block_diag(*V))
    inverse = np.linalg.inv(design.T @ W @ design)
    beta = inverse @ design.T @ W @ observed
    off = observed - design @ beta
    position = np.concatenate([[0.0], beta])
    full = np.zeros((len(trts), len(trts)))
    full[1:, 1:] = inverse
    diagonal = np.diag(full)
    seTE = np.sqrt(np.maximum(diagonal[:, None] + diagonal[None, :] - 2 * full, 0.0))
    return MantelHaenszelNetwork(
        tuple(trts),
        reference,
        k,
        len(set(pairs.studlab)) - k,
        m,
        tuple(kept),
        EffectMatrices(position[:, None] - position[None, :], seTE, level),
        HeterogeneityTest(float(off @ W @ off), len(observed) - len(beta)),
        tuple(excluded),
    )


def _informative(pairs: Pairs, cc_pooled: bool, incr: float) -> tuple[dict[str, list[list[Arm]]], list[str]]:
    """Studies by design, arms in alphabetical order, without what says nothing; and words about what was left out."""
    studies: dict[str, dict[str, Arm]] = {}
    for pair in pairs.arms:
        for arm in pair:
            studies.setdefault(arm.study, {})[arm.treatment] = replace(arm, incr=0.0)
    by_design: dict[str, list[list[Arm]]] = {}
    excluded = []
    for study, arms in studies.items():
        if sum(a.event for a in arms.values()) == 0 or sum(a.n - a.event for a in arms.values()) == 0:
            excluded.append(f"study {study!r}: no events, or only events, in all its arms")
            continue
        ordered = alphabetical(arms)
        by_design.setdefault(":".join(ordered), []).append([arms[t] for t in ordered])
    kept = {}
    for design in alphabetical(by_design):
        group = by_design[design]
        sparse = [
            sum(study[i].event for study in group) == 0 or sum(study[i].n - study[i].event for study in group) == 0
            for i in range(len(group[0]))
        ]
        if any(sparse) and cc_pooled:
            group = [[replace(arm, incr=incr) for arm in study] for study in group]
        elif any(sparse):
            lost = [arm.treatment for arm, one in zip(group[0], sparse, strict=True) if one]
            excluded.append(f"design {design}: no events, or only events, with {', '.join(lost)} over its studies")
            group = [[arm for arm, one in zip(study, sparse, strict=True) if not one] for study in group]
        if len(group[0]) > 1:
            kept[design] = group
        elif not cc_pooled:
            excluded.append(f"design {design}: fewer than two arms are left")
    return kept, excluded


def _require_connected(kept: dict[str, list[list[Arm]]]) -> int:
    """The number of pairs; DisconnectedNetworkError when the treatments left fall apart."""
    rows = [
        (a.treatment, b.treatment, f"{design} {s}")
        for design, studies in kept.items()
        for s, arms in enumerate(studies)
        for i, a in enumerate(arms)
        for b in arms[i + 1 :]
    ]
    first, second, labels = zip(*rows, strict=True)
    contrasts(np.zeros(len(rows)), np.ones(len(rows)), first, second, labels).require_connected()
    return len(rows)


def _design_estimate(studies: Sequence[Sequence[Arm]]) -> tuple[Floats, Floats]:
    """Log odds ratios of the first arm against each other arm, and their covariance."""
    e = np.array([[arm.event + arm.incr for arm in study] for study in studies])
    f = np.array([[arm.n - arm.event + arm.incr for arm in study] for study in studies])
    N = (e + f).sum(axis=1)
    p = e.shape[1]
    c = e[:, :, None] * f[:, None, :] / N[:, None, None]
    share = (e[:, :, None] + f[:, None, :]) / N[:, None, None]
    C = c.sum(axis=0)
    L = np.log(C / C.T)
    ct, dt = np.swapaxes(c, 1, 2), np.swapaxes(share, 1, 2)
    own = (
        (c * share).sum(axis=0) / (2 * C**2)
        + (c * dt + ct * share).sum(axis=0) / (2 * C * C.T)
        + (ct * dt).sum(axis=0) / (2 * C.T**2)
    )
    np.fill_diagonal(own, 0.0)
    shared = _shared_covariance(e, f, N, C)
    variance = own.sum(axis=1) + shared.sum(axis=(1, 2))
    covariance = shared.sum(axis=0) - shared.sum(axis=2) - shared.sum(axis=2).T - own - own.T + own
    np.fill_diagonal(covariance, variance)
    D = np.hstack([np.ones((p - 1, 1)), -np.eye(p - 1)]) / p
    total = L.sum(axis=1)
    return np.asarray(D @ total), np.asarray(D @ covariance @ D.T)


def _shared_covariance(e: Floats, f: Floats, N: Floats, C: Floats) -> Floats:
    """(p, p, p): covariance of the log odds ratios x against y and x against z, zero unless all three differ."""
    n, w = e + f, 1 / N**2

    def triple(a: Floats, b: Floats, d: Floats) -> Floats:
        return np.asarray(np.einsum("s,sx,sy,sz->xyz", w, a, b, d))

    xy, xz, yx, zx = C[:, :, None], C[:, None, :], C.T[:, :, None], C.T[:, None, :]
    value = (
        triple(e, f, f) / (xy * xz)
        + triple(n, f, e) / (xy * zx)
        + triple(n, e, f) / (yx * xz)
        + triple(f, e, e) / (yx * zx)
    ) / 3
    p = e.shape[1]
    x, y, z = np.ogrid[:p, :p, :p]
    return np.where((x != y) & (x != z) & (y != z), value, 0.0)
