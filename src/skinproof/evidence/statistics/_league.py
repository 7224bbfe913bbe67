"""League tables: every treatment against every other in one square of text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from ._contrasts import Floats


class Effects(Protocol):
    """What a league table reads: matrices row against column."""

    @property
    def TE(self) -> Floats: ...
    @property
    def lower(self) -> Floats: ...
    @property
    def upper(self) -> Floats: ...


@dataclass(frozen=True)
class League:
    """`cells[row][column]` in the order of `trts`; the diagonal holds the names, "." means no direct evidence."""

    trts: tuple[str, ...]
    cells: tuple[tuple[str, ...], ...]

    def __str__(self) -> str:
        widths = [max(len(row[c]) for row in self.cells) for c in range(len(self.trts))]
        return "\n".join(
            "  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)) for row in self.cells
        )

    def column(self, treatment: str) -> tuple[str, ...]:
        """The cells of one column from top to bottom."""
        place = self.trts.index(treatment)
        return tuple(row[place] for row in self.cells)


def league(
    names: Sequence[str], places: Sequence[int], network: Effects, direct: Effects, digits: int, exponentiate: bool
) -> League:
    """Network estimates below the diagonal (column against row), direct ones above (row against column)."""
    net, own = (_cells(effects, places, digits, exponentiate) for effects in (network, direct))
    cells = tuple(
        tuple(name if r == c else net[c][r] if r > c else own[r][c] for c in range(len(names)))
        for r, name in enumerate(names)
    )
    return League(tuple(names), cells)


def _cells(effects: Effects, places: Sequence[int], digits: int, exponentiate: bool) -> list[list[str]]:
    """Every cell as text; limits line up over the whole square."""
    square = np.ix_(places, places)
    values = np.stack([effects.TE[square], effects.lower[square], effects.upper[square]])
    if exponentiate:
        values = np.exp(values)
    n = len(places)
    known = ~np.isnan(values[0]) & ~np.eye(n, dtype=bool)
    text = [[[f"{v:.{digits}f}" for v in row] for row in part] for part in values]
    low, high = (
        max((len(part[r][c]) for r, c in zip(*np.nonzero(known), strict=True)), default=0) for part in text[1:]
    )
    return [
        [f"{text[0][r][c]} [{text[1][r][c]:>{low}}; {text[2][r][c]:>{high}}]" if known[r, c] else "." for c in range(n)]
        for r in range(n)
    ]
