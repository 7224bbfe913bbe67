"""Results at several times, grouped by study, with their covariances.

Studies are padded to one number of rows, so that all of them are worked on at once. `_time_reading` makes them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from ._contrasts import Ints
from ._time_shapes import Floats


@dataclass(frozen=True, eq=False)
class TimeRows:
    """S studies of up to m rows: `y`, `weeks` (S, m), covariances `V` (S, m, m) and `arms` (S, m, a).

    `arms` is +1 for the row's arm of the study and −1 for the arm that it is against; `names` (S, a, p) says which
    treatment each arm is (the reference has no column). `level` (S, m) is 1 where a study's own value at time zero is
    to be estimated, `course` where its own course is, on which treatments' effects come. `used` marks the rows that
    are not padding.
    """

    y: Floats
    weeks: Floats
    V: Floats
    arms: Floats
    names: Floats
    level: Floats
    course: Floats
    used: NDArray[np.bool_]
    studies: tuple[str, ...]
    treatments: tuple[str, ...]  # without the reference
    reference: str

    @property
    def rows(self) -> int:
        return int(self.used.sum())

    @property
    def visits(self) -> tuple[float, ...]:
        """Distinct times after zero at which anything was measured."""
        return tuple(np.unique(self.weeks[self.used & (self.weeks > 0)]).tolist())

    @property
    def signs(self) -> Floats:
        """(S, m, p) the treatment that a row measures, and with −1 the one it is against."""
        return np.asarray(self.arms @ self.names)

    @property
    def contrasts(self) -> int:
        """Independent comparisons between arms, all studies together."""
        return int((self.arms.any(axis=1).sum(axis=1) - 1).sum())

    def of(self, treatment: str) -> NDArray[np.bool_]:
        """(S, m) rows that measure a treatment."""
        return np.asarray(self.signs[:, :, self.treatments.index(treatment)] != 0) & self.used

    def keep(self, chosen: NDArray[np.bool_]) -> TimeRows:
        """The same with other rows turned into padding."""
        used = self.used & chosen
        pair = used[:, :, None] & used[:, None, :]
        eye = np.broadcast_to(np.eye(used.shape[1]), self.V.shape)
        return replace(
            self,
            used=used,
            y=np.where(used, self.y, 0.0),
            V=np.where(pair, self.V, np.where(used[:, :, None], 0.0, eye)),
            arms=self.arms * used[:, :, None],
            level=self.level * used,
            course=self.course * used,
        )

    def connected_to_reference(self, chosen: NDArray[np.bool_]) -> TimeRows:
        """The rows chosen, and of them those whose treatments are compared with the reference at all."""
        kept = self.keep(chosen)
        which = parts_joined(kept)
        apart = (kept.signs[:, :, which[1:] != which[0]] != 0).any(axis=2)
        kept = kept.keep(np.asarray(~apart))
        there = which[1:] == which[0]
        return replace(
            kept,
            names=kept.names[:, :, there],
            treatments=tuple(name for name, is_there in zip(self.treatments, there, strict=True) if is_there),
        )

    @property
    def seen_twice(self) -> int:
        """Studies with results at more than one time after zero."""
        return sum(len(np.unique(t[u & (t > 0)])) > 1 for t, u in zip(self.weeks, self.used, strict=True))

    def with_dispersion(self, factor: float) -> TimeRows:
        """Sampling variances multiplied."""
        return replace(self, V=np.where(self.used[:, :, None], factor, 1.0) * self.V)


def parts_joined(rows: TimeRows) -> Ints:
    """(1 + p,) the sub-network of the reference and of each treatment, by what was measured after week 0."""
    later = rows.used & (rows.weeks > 0)
    signs = rows.signs * later[:, :, None]
    if rows.course.any():  # arms: the reference is where no treatment has a sign, and a study joins its arms
        known = np.concatenate([(later & ~signs.any(axis=2))[:, :, None], signs != 0], axis=2).any(axis=1)
    else:
        known = np.concatenate([signs.sum(axis=2, keepdims=True), signs], axis=2)[later] != 0
    together = known.astype(int)
    return np.asarray(connected_components(coo_matrix(together.T @ together), directed=False)[1], dtype=np.int64)
