"""X'WX of a network, prepared once and asked for the weights of many values of tau²."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ._contrasts import Floats, Ints


class Gram:
    """X'WX of one X (N, c) and many block diagonal W, for an X of which few columns are not zero in any one row.

    `groups` are the row numbers (S, q) of blocks of q rows.
    """

    def __init__(self, X: Floats, groups: Sequence[Ints]) -> None:
        self.columns = X.shape[1]
        width = max(1, int((X != 0).sum(axis=1).max()))
        self.dense = X if width**2 > self.columns else None
        self.groups = groups
        if self.dense is not None:
            return
        where = np.argsort(X == 0, axis=1, kind="stable")[:, :width]
        held = np.take_along_axis(X, where, axis=1)
        # One entry for each pair of rows of a block.
        first = np.concatenate([np.repeat(rows, rows.shape[1], axis=1).ravel() for rows in groups])
        second = np.concatenate([np.tile(rows, rows.shape[1]).ravel() for rows in groups])
        self.cells = (where[first][:, :, None] * self.columns + where[second][:, None, :]).ravel()
        self.products = held[first][:, :, None] * held[second][:, None, :]

    def of(self, blocks: Sequence[Floats]) -> Floats:
        """(c, c), for W given as its blocks (S, q, q), group by group."""
        c = self.columns
        if self.dense is None:
            flat = np.concatenate([block.ravel() for block in blocks])
            entries = (self.products * flat[:, None, None]).ravel()
            return np.asarray(np.bincount(self.cells, entries, c * c), dtype=np.float64).reshape(c, c)
        WX = np.empty_like(self.dense)
        for rows, block in zip(self.groups, blocks, strict=True):
            WX[rows] = block @ self.dense[rows]
        return np.asarray(self.dense.T @ WX)
