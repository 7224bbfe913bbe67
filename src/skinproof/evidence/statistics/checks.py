"""What is asked of numbers before anything is made of them: errors that name the study or the row."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]
LARGEST = 1e100  # its square and the inverse of that are numbers still


class NotANumber(ValueError):
    """A value that is no number, in `row` (counted from 1); `told` says it without the row."""

    def __init__(self, place: str, told: str, row: int) -> None:
        super().__init__(f"{place}: {told}")
        self.told, self.row = told, row


def place_of(row: int, slab: Sequence[Any] | None = None, unit: str = "study") -> str:
    """The words for a study: its row counted from 1, and its name where it has one."""
    if slab is None:
        return f"{unit} {row + 1}"
    name = str(list(slab)[row])  # by place: a pandas series would look up its index
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
    """Values as floats; None, and what a masked array or a pandas column holds back, as NaN.

    Raises:
        NotANumber: something that is no number, naming its row.
    """
    if isinstance(values, np.ma.MaskedArray):  # as a plain array it would show what is behind the mask
        values = np.ma.filled(values.astype(np.float64), np.nan)
    if not np.iscomplexobj(values):  # numpy would drop the imaginary part
        try:
            return np.asarray(values, dtype=np.float64)
        except (TypeError, ValueError):
            pass
    listed = list(values) if isinstance(values, Iterable) and not isinstance(values, str) else [values]
    found = np.empty(len(listed))
    for row, value in enumerate(listed):
        try:
            if isinstance(value, complex):
                raise TypeError
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


def effects_of_studies(
    yi: ArrayLike, vi: ArrayLike, slab: Sequence[str] | None = None
) -> tuple[Array, Array, tuple[str, ...]]:
    """k effects, their sampling variances, and names of the studies (their numbers, where `slab` has none).

    Raises:
        ValueError: no studies, lengths that differ, a number that is not finite, a variance that is not above zero, or
            one too small or large to compute with (names the study).
    """
    y, v = np.atleast_1d(numbers(yi, "the effect", slab)), np.atleast_1d(numbers(vi, "the variance", slab))
    if y.ndim != 1 or y.shape != v.shape or not y.size:
        raise ValueError("effects and variances must be two lists of one length, not empty")
    if slab is not None and len(slab) != y.size:
        raise ValueError(f"{len(slab)} names for {y.size} studies")
    names = tuple(slab) if slab is not None else tuple(str(place + 1) for place in range(y.size))
    refuse(~np.isfinite(y), "the effect is not a finite number", names)
    refuse(~np.isfinite(v), "the variance is not a finite number", names)
    refuse(v <= 0, "the variance is not above zero", names)
    refuse((v < 1 / LARGEST) | (v > LARGEST) | (np.abs(y) > LARGEST), "too small or large to compute with", names)
    return y, v, names
