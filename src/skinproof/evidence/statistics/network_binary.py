"""Mantel-Haenszel network meta-analysis of odds ratios, for rare events: no continuity correction is needed.

Efthimiou et al. (2019) Statistics in Medicine 38:2992, in two steps: a Mantel-Haenszel estimate with its covariance
within each design (the studies of one set of treatments), then generalised least squares over designs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations, permutations
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
    if any(np.isnan(arm.event) for pair in pairs.arms for arm in pair) or pairs.sm in ("IRR", "IRD"):
        raise NetworkDataError(f"Mantel-Haenszel needs events out of people, not arms for {pairs.sm}")
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
        _require_estimable(names, studies)
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


def _require_estimable(names: Sequence[str], studies: Sequence[Sequence[Arm]]) -> None:
    """NetworkDataError for two arms of a design whose odds ratio is zero or infinite over all its studies."""
    for x, y in permutations(range(len(names)), 2):
        if not any((s[x].event + s[x].incr) * (s[y].n - s[y].event + s[y].incr) for s in studies):
            listed = ", ".join(dict.fromkeys(repr(study[x].study) for study in studies))
            raise NetworkDataError(
                f"design {':'.join(names)}: {names[x]} against {names[y]} has no odds ratio, since none of its "
                f"studies ({listed}) has events with the one and people without one with the other"
            )


def _design_estimate(studies: Sequence[Sequence[Arm]]) -> tuple[Floats, Floats]:
    """Log odds ratios of the first arm against each other arm, and their covariance.

    With events e, non-events f and people N of a study, arms x and y of a design have the Mantel-Haenszel log odds
    ratio L_xy = log(M_xy/M_yx), M_xy = Σ e_x f_y/N over studies. With three arms or more these do not add up; the
    generalised estimate (Mickey and Elashoff 1985, Biometrics 41:623), which does, is the mean over all arms z of
    L_xz - L_yz. It is linear in the L of the pairs, hence so is its covariance in theirs.
    """
    e = np.array([[arm.event + arm.incr for arm in study] for study in studies])
    f = np.array([[arm.n - arm.event + arm.incr for arm in study] for study in studies])
    N = (e + f).sum(axis=1)[:, None, None]
    M = (e[:, :, None] * f[:, None, :] / N).sum(axis=0)
    p = e.shape[1]
    pairs = list(combinations(range(p), 2))
    L = np.array([np.log(M[x, y] / M[y, x]) for x, y in pairs])
    covariance = np.array([[_pair_covariance(e, f, M, one, two) for two in pairs] for one in pairs])
    # A pair's L counts for its first arm, and against its second.
    sign = np.array([[float(arm == x) - float(arm == y) for x, y in pairs] for arm in range(p)])
    means = (sign[0] - sign[1:]) / p
    return np.asarray(means @ L), np.asarray(means @ covariance @ means.T)


def _pair_covariance(e: Floats, f: Floats, M: Floats, one: tuple[int, int], two: tuple[int, int]) -> float:
    """Covariance of the log odds ratios of two pairs of arms, by Greenland (1989, Biometrics 45:183).

    Zero for pairs without a common arm, whose counts are independent. Pairs with a common arm are turned so that it
    comes first in both.
    """
    if one == two:
        return _pair_variance(e, f, M, *one)
    common = set(one) & set(two)
    if not common:
        return 0.0
    x = common.pop()
    (y,), (z,) = set(one) - {x}, set(two) - {x}
    turned = (1.0 if one[0] == x else -1.0) * (1.0 if two[0] == x else -1.0)
    return turned * _common_arm_covariance(e, f, M, x, y, z)


def _pair_variance(e: Floats, f: Floats, M: Floats, x: int, y: int) -> float:
    """Variance of L_xy of Robins, Breslow and Greenland (1986, Biometrics 42:311), the same whichever arm is first.

    Each study's e_x f_y/N and e_y f_x/N, as shares of M_xy and M_yx, are weighed by concordant and discordant people.
    """
    N = (e + f).sum(axis=1)
    forward, back = e[:, x] * f[:, y] / N, e[:, y] * f[:, x] / N
    agree, differ = (e[:, x] + f[:, y]) / N, (e[:, y] + f[:, x]) / N
    shares = forward / M[x, y] + back / M[y, x]
    return float(np.sum(shares * (agree / M[x, y] + differ / M[y, x])) / 2)


def _common_arm_covariance(e: Floats, f: Floats, M: Floats, x: int, y: int, z: int) -> float:
    """Covariance of L_xy and L_xz, which share the counts of arm x.

    To first order it is Σ n_x n_y n_z p_x q_y q_z/(q_x N²) over M_xy M_xz, p and q being risks and their complements.
    Since under the model p_x q_y/(q_x p_y) is M_xy/M_yx in every study, 1/q_x can be done away with in three ways, each
    with counts in the place of their expectations: as 1 + p_x/q_x, p_x/q_x once by y and once by z, or by either alone.
    The estimate is the mean of the three, which treats events and non-events alike.
    """
    n, square = e[:, x] + f[:, x], (e + f).sum(axis=1) ** 2
    by_both = e[:, x] * f[:, y] * f[:, z] / (M[x, y] * M[x, z]) + f[:, x] * e[:, y] * e[:, z] / (M[y, x] * M[z, x])
    by_z = n * f[:, y] * e[:, z] / (M[x, y] * M[z, x])
    by_y = n * e[:, y] * f[:, z] / (M[y, x] * M[x, z])
    return float(np.sum((by_both + by_y + by_z) / square) / 3)
