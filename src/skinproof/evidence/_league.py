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
    n = len(names)
    values = np.full((3, n, n), np.nan)
    for part, (net, own) in enumerate(
        ((network.TE, direct.TE), (network.lower, direct.lower), (network.upper, direct.upper))
    ):
        chosen_net, chosen_own = net[np.ix_(places, places)], own[np.ix_(places, places)]
        values[part] = np.tril(chosen_net.T, -1) + np.triu(np.where(np.eye(n) == 1, 0.0, chosen_own), 1)
    if exponentiate:
        values = np.exp(values)
    text = np.full((3, n, n), "", dtype=object)
    shown = ~np.isnan(values) & (np.eye(n) == 0)
    for place in zip(*np.nonzero(shown), strict=True):
        text[place] = f"{values[place]:.{digits}f}"
    wide = [max((len(t) for t in part.ravel()), default=0) for part in text]
    cells = tuple(
        tuple(
            names[r]
            if r == c
            else f"{text[0, r, c]} [{text[1, r, c]:>{wide[1]}}; {text[2, r, c]:>{wide[2]}}]"
            if shown[0, r, c]
            else "."
            for c in range(n)
        )
        for r in range(n)
    )
    return League(tuple(names), cells)
