"""Moderators of a meta-regression as a matrix with named columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .checks import numbers

Array = NDArray[np.float64]
INTERCEPT = "intrcpt"


@dataclass(frozen=True)
class Design:
    """k × p matrix of moderators; `names` are the p coefficients', "intrcpt" first where there is one."""

    matrix: Array
    names: tuple[str, ...]

    @property
    def intercept(self) -> bool:
        return bool(self.names) and self.names[0] == INTERCEPT

    def rows(self, which: NDArray[Any]) -> Design:
        return Design(self.matrix[which], self.names)


def design(mods: Mapping[str, Sequence[Any] | Array] | Array | None, k: int, intercept: bool = True) -> Design:
    """A design from moderators: numbers as they are, text as one column a category beside the first.

    Without an intercept the first text moderator has a column for each of its categories. Categories are in
    alphabetical order, and a column is named by moderator and category (`allocrandom`), as R names them.

    Raises:
        ValueError: a moderator of another length, a missing value (names moderator and row), or columns that depend
            on one another.
    """
    columns: dict[str, Array] = {INTERCEPT: np.ones(k)} if intercept else {}
    whole = not intercept  # whether the next text moderator still needs all its categories
    if mods is not None and not isinstance(mods, Mapping):
        matrix = np.asarray(mods)
        if matrix.ndim not in (1, 2) or len(matrix) != k:
            raise ValueError(f"moderators of shape {matrix.shape} for {k} studies")
        matrix = matrix.reshape(k, -1)
        mods = {f"X{place + 1}": column for place, column in enumerate(matrix.T)}
    for name, values in (mods or {}).items():
        if len(values) != k:
            raise ValueError(f"moderator {name} has {len(values)} values for {k} studies")
        array = np.asarray(values)
        if array.dtype.kind in "fiub":
            missing = np.flatnonzero(~np.isfinite(array))
        else:
            missing = np.array([row for row, value in enumerate(values) if _missing(value)], dtype=np.int64)
        if missing.size:
            raise ValueError(f"moderator {name}: no value for study {missing[0] + 1}")
        if array.dtype.kind not in "fiub" and any(isinstance(value, str) for value in values):
            levels = sorted({str(value) for value in values}, key=lambda text: (text.lower(), text))
            for level in levels if whole else levels[1:]:
                columns[f"{name}{level}"] = np.array([float(str(value) == level) for value in values])
            whole = False
        else:
            columns[name] = numbers(values, f"moderator {name}")
    if not columns:
        raise ValueError("a model without intercept needs moderators")
    made = np.column_stack(list(columns.values()))
    if made.shape[1] > 1 and np.linalg.matrix_rank(made / np.maximum(np.abs(made).max(axis=0), 1e-300)) < made.shape[1]:
        raise ValueError(f"moderators depend on one another: {', '.join(columns)} for {k} studies")
    return Design(made, tuple(columns))


def _missing(value: Any) -> bool:
    return value is None or (isinstance(value, float | np.floating) and not np.isfinite(value))
