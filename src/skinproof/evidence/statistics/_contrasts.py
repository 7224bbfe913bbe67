"""Study contrasts made ready for a network: checked, oriented, grouped by number of arms."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from .checks import NotANumber, numbers

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

PUNCTUATION = " _-,;:!?/.`^~'\"()[]{}@$*\\&#%+<=>|"  # in the order of ISO 14651


class NetworkDataError(ValueError):
    """Data that cannot be analysed as given; `study` and `row` (counted from 1) say where, if one place is to blame."""

    def __init__(self, message: str, *, study: str | None = None, row: int | None = None) -> None:
        where = [f"study {study!r}"] if study is not None else []
        where += [f"row {row}"] if row is not None else []
        super().__init__(f"{', '.join(where)}: {message}" if where else message)
        self.study = study
        self.row = row


class DisconnectedNetworkError(NetworkDataError):
    """The treatments fall into separate sub-networks, listed in `subnetworks`."""

    def __init__(self, subnetworks: tuple[tuple[str, ...], ...]) -> None:
        listed = "; ".join("{" + ", ".join(names) + "}" for names in subnetworks)
        super().__init__(
            f"the network consists of {len(subnetworks)} separate sub-networks: {listed}. "
            "Treatments of different sub-networks cannot be compared without further assumptions "
            "(an additive component model is one)."
        )
        self.subnetworks = subnetworks


def alphabetical(labels: Iterable[str]) -> list[str]:
    """Distinct labels in dictionary order: punctuation, digits, letters; capitals matter only between equals."""
    return sorted(set(labels), key=dictionary_key)


def dictionary_key(label: str) -> tuple[Any, ...]:
    """Sorts as ISO 14651 does for English: what R's `sort` gives in an English locale."""
    classes = tuple(
        (2, 0, c.casefold()) if c.isalpha() else (1, 0, c) if c.isdigit() else (0, PUNCTUATION.find(c), c)
        for c in label
    )
    return classes, label.swapcase()


@dataclass(frozen=True, eq=False)
class ArmsBlock:
    """The studies that have the same number of arms p: S studies, arms in alphabetical order.

    `study` (S,), `arms` (S, p) treatment indices, `rows` (S, p, p) the row of each pair (-1 on the diagonal),
    `effect` (S, p, p) row arm against column arm, `variance` (S, p, p) squared standard errors.
    """

    study: Ints
    arms: Ints
    rows: Ints
    effect: Floats
    variance: Floats

    def laplacians(self, tau2: float = 0.0) -> Floats:
        """(S, p, p) Laplacians whose off-diagonals are minus the adjusted weights (Rücker & Schwarzer 2014)."""
        p = self.arms.shape[1]
        off = 1.0 - np.eye(p)
        variance = self.variance + tau2 * off
        if p == 2:
            return np.asarray((1.0 / variance[:, 0, 1])[:, None, None] * np.array([[1.0, -1.0], [-1.0, 1.0]]))
        centre = np.eye(p) - 1.0 / p
        gram = -0.5 * centre @ variance @ centre
        scale = np.trace(gram, axis1=1, axis2=2)[:, None, None] / p
        found = np.asarray(np.linalg.inv(gram + scale / p) - 1.0 / (scale * p))
        # Rounded standard errors can make a weight just negative; below 0.1 % of the study's weight it counts as none.
        weights = -found * off
        total = np.abs(weights).sum(axis=(1, 2), keepdims=True) / 2
        slight = (weights < 0) & (-weights < 0.001 * total)
        if not slight.any():
            return np.asarray(found)
        weights = np.where(slight, 0.0, weights)
        return np.asarray(weights.sum(axis=2)[:, :, None] * np.eye(p) - weights)


@dataclass(frozen=True, eq=False)
class Contrasts:
    """Pairwise contrasts of studies, each oriented so that `treat1` precedes `treat2` alphabetically.

    `TE`, `seTE` (m,); `treat1`, `treat2` (m,) indices into `trts`; `study` (m,) indices into `studies`; `size` (m,)
    people in the two arms, NaN where not known.
    Rows keep the order they were given in; studies the order of first appearance.
    """

    TE: Floats
    seTE: Floats
    treat1: Ints
    treat2: Ints
    study: Ints
    trts: tuple[str, ...]
    studies: tuple[str, ...]
    size: Floats

    @cached_property
    def arms(self) -> tuple[tuple[int, ...], ...]:
        """Treatment indices of each study."""
        found: list[set[int]] = [set() for _ in self.studies]
        for s, a, b in zip(self.study.tolist(), self.treat1.tolist(), self.treat2.tolist(), strict=True):
            found[s].update((a, b))
        return tuple(tuple(sorted(each)) for each in found)

    @cached_property
    def designs(self) -> tuple[str, ...]:
        """The design (set of treatments, `A:B:C`) of each study."""
        return tuple(":".join(self.trts[a] for a in arms) for arms in self.arms)

    @cached_property
    def blocks(self) -> tuple[ArmsBlock, ...]:
        by_size: dict[int, list[int]] = {}
        for s, arms in enumerate(self.arms):
            by_size.setdefault(len(arms), []).append(s)
        blocks = []
        place = np.full((len(self.studies), len(self.trts)), -1, dtype=np.int64)
        slot = np.zeros(len(self.studies), dtype=np.int64)
        for p, members in sorted(by_size.items()):
            table = np.array([self.arms[s] for s in members], dtype=np.int64)
            slot[members] = np.arange(len(members))
            place[np.array(members)[:, None], table] = np.arange(p)
            chosen = np.flatnonzero(np.isin(self.study, members)) if len(by_size) > 1 else np.arange(len(self.TE))
            at, i, j = (
                slot[self.study[chosen]],
                place[self.study[chosen], self.treat1[chosen]],
                place[self.study[chosen], self.treat2[chosen]],
            )
            rows = np.full((len(members), p, p), -1, dtype=np.int64)
            effect = np.zeros((len(members), p, p))
            variance = np.zeros((len(members), p, p))
            rows[at, i, j] = rows[at, j, i] = chosen
            effect[at, i, j], effect[at, j, i] = self.TE[chosen], -self.TE[chosen]
            variance[at, i, j] = variance[at, j, i] = self.seTE[chosen] ** 2
            blocks.append(ArmsBlock(np.array(members, dtype=np.int64), table, rows, effect, variance))
        return tuple(blocks)

    @cached_property
    def incidence(self) -> Floats:
        """(m, n) edge-vertex incidence matrix: +1 for `treat1`, -1 for `treat2`."""
        matrix = np.zeros((len(self.TE), len(self.trts)))
        rows = np.arange(len(self.TE))
        matrix[rows, self.treat1] = 1.0
        matrix[rows, self.treat2] = -1.0
        return matrix

    @cached_property
    def component_of(self) -> Ints:
        """(n,) the sub-network each treatment belongs to, counted from 0."""
        n = len(self.trts)
        edges = coo_matrix((np.ones(len(self.TE)), (self.treat1, self.treat2)), shape=(n, n))
        return np.asarray(connected_components(edges, directed=False)[1], dtype=np.int64)

    @property
    def subnetworks(self) -> tuple[tuple[str, ...], ...]:
        return tuple(
            tuple(t for t, c in zip(self.trts, self.component_of, strict=True) if c == which)
            for which in range(int(self.component_of.max()) + 1)
        )

    def require_connected(self) -> None:
        """Raise `DisconnectedNetworkError` when treatments fall into sub-networks."""
        if self.component_of.max() > 0:
            raise DisconnectedNetworkError(self.subnetworks)

    def subset(self, keep: NDArray[np.bool_]) -> Contrasts:
        """The same contrasts with only the rows marked, treatments and studies renumbered."""
        used = sorted({*self.treat1[keep].tolist(), *self.treat2[keep].tolist()})
        renumbered = np.full(len(self.trts), -1, dtype=np.int64)
        renumbered[used] = np.arange(len(used))
        kept_studies = list(dict.fromkeys(self.study[keep].tolist()))
        restudied = np.full(len(self.studies), -1, dtype=np.int64)
        restudied[kept_studies] = np.arange(len(kept_studies))
        return Contrasts(
            self.TE[keep],
            self.seTE[keep],
            renumbered[self.treat1[keep]],
            renumbered[self.treat2[keep]],
            restudied[self.study[keep]],
            tuple(self.trts[t] for t in used),
            tuple(self.studies[s] for s in kept_studies),
            self.size[keep],
        )


def contrasts(
    TE: ArrayLike,
    seTE: ArrayLike,
    treat1: Sequence[object],
    treat2: Sequence[object],
    studlab: Sequence[object],
    *,
    tol_multiarm: float = 0.001,
    size: ArrayLike | None = None,
) -> Contrasts:
    """Check and orient contrasts: `TE[i]` is `treat1[i]` against `treat2[i]` in study `studlab[i]`.

    A study of p arms gives all p(p-1)/2 pairs with their ordinary standard errors. Effects of one study must add up
    around every triangle within `tol_multiarm`, and its variances must be those of one joint distribution.
    Raises NetworkDataError naming study and row.
    """
    effects, errors = _numbers(TE, "TE"), _numbers(seTE, "seTE")
    first, second, labels = _labels(treat1), _labels(treat2), _labels(studlab)
    lengths = {len(effects), len(errors), len(first), len(second), len(labels)}
    if len(lengths) != 1:
        raise NetworkDataError(
            f"TE, seTE, treat1, treat2 and studlab differ in length: "
            f"{len(effects)}, {len(errors)}, {len(first)}, {len(second)}, {len(labels)}"
        )
    if not len(effects):
        raise NetworkDataError("there are no contrasts")
    _check_rows(effects, errors, first, second, labels)
    people = np.full(len(effects), np.nan) if size is None else _numbers(size, "size")
    if people.shape != effects.shape:
        raise NetworkDataError(f"{len(people)} sizes for {len(effects)} contrasts")
    if (people < 0).any():
        row = int(np.flatnonzero(people < 0)[0])
        raise NetworkDataError(f"size is {people[row]:g}", study=labels[row], row=row + 1)
    trts = alphabetical([*first, *second])
    index = {t: i for i, t in enumerate(trts)}
    studies = list(dict.fromkeys(labels))
    number = {s: i for i, s in enumerate(studies)}
    one = np.fromiter((index[t] for t in first), dtype=np.int64, count=len(first))
    two = np.fromiter((index[t] for t in second), dtype=np.int64, count=len(second))
    swap = one > two
    made = Contrasts(
        np.where(swap, -effects, effects),
        errors.copy(),
        np.where(swap, two, one),
        np.where(swap, one, two),
        np.fromiter((number[s] for s in labels), dtype=np.int64, count=len(labels)),
        tuple(trts),
        tuple(studies),
        people,
    )
    _check_studies(made, tol_multiarm)
    return made


def _numbers(values: ArrayLike, name: str) -> Floats:
    try:
        found = np.atleast_1d(numbers(values, name))
    except NotANumber as fault:
        raise NetworkDataError(fault.told, row=fault.row) from None
    if found.ndim != 1:
        raise NetworkDataError(f"{name} is a list of numbers, not of shape {found.shape}")
    return found


def _labels(values: Sequence[object]) -> list[str]:
    return ["" if v is None or v != v else str(v).strip() for v in values]


def _check_rows(effects: Floats, errors: Floats, first: list[str], second: list[str], labels: list[str]) -> None:
    for row, (a, b, study) in enumerate(zip(first, second, labels, strict=True), start=1):
        if not study:
            raise NetworkDataError("the study has no label", row=row)
        if not a or not b:
            raise NetworkDataError("a treatment has no name", study=study, row=row)
        if a == b:
            raise NetworkDataError(f"{a!r} is compared with itself", study=study, row=row)
        te, se = float(effects[row - 1]), float(errors[row - 1])
        if not math.isfinite(te):
            raise NetworkDataError(f"TE is {te}, not a finite number", study=study, row=row)
        if not (math.isfinite(se) and se > 0):
            raise NetworkDataError(f"seTE is {se}; it must be a positive finite number", study=study, row=row)


def _check_studies(data: Contrasts, tol: float) -> None:
    seen: dict[tuple[int, int, int], int] = {}
    pairs = zip(data.study.tolist(), data.treat1.tolist(), data.treat2.tolist(), strict=True)
    for row, pair in enumerate(pairs, start=1):
        if pair in seen:
            raise NetworkDataError(
                f"{data.trts[pair[1]]!r} against {data.trts[pair[2]]!r} was already given in row {seen[pair]}",
                study=data.studies[pair[0]],
                row=row,
            )
        seen[pair] = row
    counts = np.bincount(data.study, minlength=len(data.studies))
    for s, arms in enumerate(data.arms):
        expected = len(arms) * (len(arms) - 1) // 2
        if counts[s] != expected:
            missing = [
                f"{data.trts[a]}:{data.trts[b]}"
                for i, a in enumerate(arms)
                for b in arms[i + 1 :]
                if (s, a, b) not in seen
            ]
            raise NetworkDataError(
                f"{len(arms)} arms need {expected} pairs, {counts[s]} given; missing: {', '.join(missing)}",
                study=data.studies[s],
                row=int(np.flatnonzero(data.study == s)[0]) + 1,
            )
    for block in data.blocks:
        if block.arms.shape[1] > 2:
            _check_multiarm(data, block, tol)


def _check_multiarm(data: Contrasts, block: ArmsBlock, tol: float) -> None:
    p = block.arms.shape[1]
    # Effects of one study are consistent when they are differences of arm means, which the row means then are.
    means = block.effect.mean(axis=2)
    off = np.abs(block.effect - (means[:, :, None] - means[:, None, :]))
    centre = np.eye(p) - 1.0 / p
    gram = -0.5 * centre @ block.variance @ centre
    spectrum = np.linalg.eigvalsh(gram)
    for s in range(len(block.study)):
        name = data.studies[block.study[s]]
        if off[s].max() > tol:
            i, j = np.unravel_index(int(off[s].argmax()), (p, p))
            raise NetworkDataError(
                f"the effects of a {p}-arm study do not add up (by {off[s].max():.4g}, tolerance {tol:g})",
                study=name,
                row=int(block.rows[s, i, j]) + 1,
            )
        # One eigenvalue is zero by construction; the next must be positive for a joint distribution to exist.
        if spectrum[s, 1] <= 1e-10 * spectrum[s, -1]:
            raise NetworkDataError(
                f"the standard errors of a {p}-arm study contradict each other "
                "(no joint distribution of its arms has them)",
                study=name,
                row=int(block.rows[s][block.rows[s] >= 0].min()) + 1,
            )
