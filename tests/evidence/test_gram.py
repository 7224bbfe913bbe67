"""X'WX by its few entries that are not zero is X'WX."""

from __future__ import annotations

import numpy as np
import pytest

from skinproof.evidence.statistics._gram import Gram


@pytest.mark.parametrize(("columns", "held"), [(12, 2), (12, 3), (4, 4), (1, 1)])
def test_sparse_and_dense_columns(columns, held):
    draw = np.random.default_rng(columns + held)
    groups = (np.arange(6).reshape(6, 1), 6 + np.arange(8).reshape(4, 2), 14 + np.arange(6).reshape(2, 3))
    X = np.zeros((20, columns))
    for row in X:
        row[draw.choice(columns, held, replace=False)] = draw.normal(size=held)
    blocks = [draw.normal(size=(*rows.shape, rows.shape[1])) for rows in groups]
    W = np.zeros((20, 20))
    for rows, block in zip(groups, blocks, strict=True):
        for own, values in zip(rows, block, strict=True):
            W[np.ix_(own, own)] = values
    np.testing.assert_allclose(Gram(X, groups).of(blocks), X.T @ W @ X, atol=1e-12)
