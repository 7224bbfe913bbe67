"""What every result can do: tell itself in a line, in a page, as columns, as a data frame."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import numpy as np


class Tabular:
    """For frozen dataclasses of results. `columns()` is the table; the rest follows from it.

    A class that holds a table names its `COLUMNS` (name to attribute) or gives its own `columns()`; its own `_told()`
    is the line of its `repr`, its own `summary()` what a page needs beyond both.
    """

    COLUMNS: ClassVar[Mapping[str, str]] = {}

    def columns(self) -> dict[str, list[Any]]:
        """The result as columns of one length. Without a table, one row of what is a single number or word."""
        if self.COLUMNS:
            return {name: np.atleast_1d(getattr(self, field)).tolist() for name, field in self.COLUMNS.items()}
        return {name: [value] for name, value in _scalars(self).items()}

    def to_frame(self) -> Any:
        """`columns()` as a pandas data frame.

        Raises:
            ImportError: pandas (the optional extra `skinproof[frames]`) is not installed.
        """
        return frame(self.columns())

    def summary(self) -> str:
        """The result as text: its line, and its table where that has more than one row."""
        table = self.columns()
        if len(next(iter(table.values()), ())) < 2:
            return self._told()
        return f"{self._told()}\n\n{text_of(table)}"

    def _told(self) -> str:
        """The words of `repr`: those of `str` where a class has its own."""
        if type(self).__str__ is not object.__str__:
            return str(self)
        if self.COLUMNS:
            table = self.columns()
            return f"{len(next(iter(table.values())))} rows of {', '.join(table)}"
        return ", ".join(f"{name} = {shown(value)}" for name, value in _scalars(self).items())

    def __repr__(self) -> str:
        told = self._told()
        return f"<{type(self).__name__}{' ' if told else ''}{told}>"


def frame(columns: Mapping[str, Any]) -> Any:
    """Columns as a pandas data frame.

    Raises:
        ImportError: pandas, which the library does not need otherwise, is not installed.
    """
    try:
        import pandas  # type: ignore[import-untyped, import-not-found, unused-ignore]
    except ImportError as fault:
        raise ImportError(
            "to_frame() needs pandas, which is not installed: pip install 'skinproof[frames]'. "
            "columns() gives plain lists"
        ) from fault
    return pandas.DataFrame(dict(columns))


def text_of(columns: Mapping[str, Sequence[Any]]) -> str:
    """Columns as lines of text: words to the left, numbers to the right."""
    blocks = []
    for name, values in columns.items():
        cells = [name, *(shown(value) for value in values)]
        width = max(map(len, cells))
        words = any(isinstance(value, str) for value in values)
        blocks.append([cell.ljust(width) if words else cell.rjust(width) for cell in cells])
    return "\n".join("  ".join(row).rstrip() for row in zip(*blocks, strict=True))


def shown(value: Any) -> str:
    """A value in a line of text; nothing where there is none."""
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.4f}" if 0.001 <= abs(value) < 10000 or value == 0 else f"{value:.4g}"
    return str(value)


def _scalars(result: Any) -> dict[str, Any]:
    """Its fields that are one number or word, and its pairs and triples of numbers, flattened."""
    found: dict[str, Any] = {}
    for field in dataclasses.fields(result):
        value = getattr(result, field.name)
        if isinstance(value, np.generic):
            value = value.item()
        if isinstance(value, bool | int | float | str):
            found[field.name] = value
        elif isinstance(value, tuple) and len(value) in (2, 3):
            parts = [part for part in value if isinstance(part, int | float)]
            if len(parts) == len(value):
                found |= {f"{field.name}.{place}": part for place, part in enumerate(parts, start=1)}
    return found
