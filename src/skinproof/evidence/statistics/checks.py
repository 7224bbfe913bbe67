"""What is asked of numbers before anything is made of them: errors that name the study or the row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]


class NotANumber(ValueError):
    """A value that is no number, in `row` (counted from 1); `told` says it without the row."""

    def __init__(self, place: str, told: str, row: int) -> None:
        super().__init__(f"{place}: {told}")
        self.told, self.row = told, row


def place_of(row: int, slab: Sequence[Any] | None = None, unit: str = "study") -> str:
    """The words for a study: its row counted from 1, and its name where it has one."""
    if slab is None:
        return f"{unit} {row + 1}"
    name = str(slab[row])
    return f"{unit} {name}" if name == str(row + 1) else f"{unit} {row + 1} ({name})"


def refuse(bad: ArrayLike, what: str, slab: Sequence[Any] | None = None, *, unit: str = "study") -> None:
    """ValueError for the first row marked.

    Args:
        bad: k truth values. what: what is wrong with a row, after its name. slab: names of the studies. unit: what a
            row is.
    """
    marked = np.flatnonzero(np.asarray(bad))
    if marked.size:
        raise ValueError(f"{place_of(int(marked[0]), slab, unit)}: {what}")


def numbers(values: Any, name: str, slab: Sequence[Any] | None = None, *, unit: str = "study") -> Array:
    """Values as floats, None as NaN.

    Raises:
        NotANumber: something that is no number, naming its row.
    """
    try:
        return np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError):
        pass
    listed = list(values) if isinstance(values, Sequence | np.ndarray) and not isinstance(values, str) else [values]
    found = np.empty(len(listed))
    for row, value in enumerate(listed):
        try:
            found[row] = np.nan if value is None else float(value)
        except (TypeError, ValueError):
            told = f"{name} is {value!r}, not a number"
            raise NotANumber(place_of(row, slab, unit), told, row + 1) from None
    return found


def one_length(columns: dict[str, Array]) -> None:
    """ValueError for columns of different lengths, which it lists."""
    if len({column.shape for column in columns.values()}) > 1:
        told = ", ".join(f"{name} {column.size}" for name, column in columns.items())
        raise ValueError(f"columns differ in length: {told}")
