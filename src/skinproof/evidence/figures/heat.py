"""A grid of shaded cells: what league tables, contributions and net heat are drawn on."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from .sheet import Sample, Sheet, box_sample, key_height, numbered
from .style import EDGE, FAINT, MARGIN, PAPER, SMALL, STACKED, TINTS, leading, text_width, wrap

HATCH = "////"


@dataclass(frozen=True)
class Cell:
    """`shade` 0 (none) to 4; `turned` is the other direction, hatched. All of `lines` are written where those of every
    cell fit, else the first, else `short`. `square` is the area of an outlined square, as a share of the cell.
    """

    lines: tuple[str, ...] = ()
    shade: int = 0
    turned: bool = False
    bold: bool = False
    square: float = 0.0
    short: str = ""

    def fitting(self, side: float, wanted: int) -> tuple[str, ...]:
        """What can be written in a cell that wide: `wanted` of its lines, or what is short where not even one fits."""
        if wanted:
            return self.lines[:wanted]
        choices = ([self.short] if self.short else []) + list(self.lines[:1])
        return next(((words,) for words in choices if text_width(words, SMALL, self.bold) <= side - 3), ())


@dataclass(frozen=True)
class Grid:
    """Cells by row (None: empty), with the names of rows and columns, and a key of (shade, turned, words).

    `named` says that the diagonal holds the numbers of a grid whose rows are its columns.
    """

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: tuple[tuple[Cell | None, ...], ...]
    key: tuple[tuple[int, bool, str], ...]
    named: bool = False
    square_words: str = ""

    @property
    def all_cells(self) -> list[Cell]:
        return [cell for row in self.cells for cell in row if cell is not None]


def draw_grid(grid: Grid, width: int) -> Any:
    """Columns are numbered and named below; so are rows, where both have the same names or there is no room beside."""
    narrow = width < STACKED
    same = grid.rows == grid.columns
    room = 0.0 if narrow or same else min(max(text_width(name, SMALL) for name in grid.rows), 0.3 * width)
    left = MARGIN if grid.named else MARGIN + (room + 10 if room else 22.0)
    side = min((width - left - MARGIN) / len(grid.columns), 96.0)
    wanted = _lines_that_fit(grid.all_cells, side)
    shown = max(len(cell.fitting(side, wanted)) for cell in grid.all_cells)
    cut = any(len(cell.fitting(side, wanted)) < len(cell.lines) for cell in grid.all_cells)
    labels = [wrap(name, room, SMALL) if room else [] for name in grid.rows]
    low = max(shown * leading(SMALL) + 8, min(side, 30.0))
    heights = [max(low, len(lines) * leading(SMALL) + 6) for lines in labels]
    top = 0.0 if grid.named else leading(SMALL) + 6
    bottom = top + sum(heights)
    names, columns = _listed(grid, bool(room)), 1 if narrow else 2
    key = _key(grid, cut)
    begin = numbered(None, bottom + 10, names, width, columns) + 6
    sheet = Sheet(width, begin + key_height(key, width))
    if not grid.named:
        _heads(sheet, grid, (left, top, side), heights, labels if room else None)
    y = top
    for row, height in zip(grid.cells, heights, strict=True):
        for place, cell in enumerate(row):
            if cell is not None:
                _cell(sheet, cell, cell.fitting(side, wanted), (left + place * side, y, side, height))
        y += height
    numbered(sheet, bottom + 10, names, width, columns)
    sheet.key(begin, key)
    return sheet.figure


def _lines_that_fit(cells: Sequence[Cell], side: float) -> int:
    """How many lines every cell can hold: all of them, the first of each, or none."""
    most = max(len(cell.lines) for cell in cells)
    for count in (most, 1):
        if all(text_width(line, SMALL, cell.bold) <= side - 4 for cell in cells for line in cell.lines[:count]):
            return count
    return 0


def _heads(
    sheet: Sheet, grid: Grid, box: tuple[float, float, float], heights: Sequence[float],
    labels: Sequence[list[str]] | None,
) -> None:  # fmt: skip
    """Numbers above the columns; names beside the rows, or their numbers or letters."""
    left, top, side = box
    for at in range(len(grid.columns)):
        if side >= text_width(str(at + 1), SMALL, bold=True):
            sheet.text(left + (at + 0.5) * side, top - 6, str(at + 1), size=SMALL, bold=True, align="center")
    y = top
    for at, height in enumerate(heights):
        if labels is not None:
            sheet.block(MARGIN, y + (height - len(labels[at]) * leading(SMALL)) / 2 - 1, labels[at], size=SMALL)
        else:
            head = str(at + 1) if grid.rows == grid.columns else _letter(at)
            sheet.text(MARGIN + 18, y + height / 2 + SMALL * 0.36, head, size=SMALL, bold=True, align="right")
        y += height


def _letter(at: int) -> str:
    """a, b, ... z, aa, ab: rows, where numbers are columns."""
    text = ""
    while at >= 0:
        text = chr(97 + at % 26) + text
        at = at // 26 - 1
    return text


def _listed(grid: Grid, named: bool) -> list[tuple[str, str]]:
    columns = [(str(at), name) for at, name in enumerate(grid.columns, start=1)]
    if named or grid.rows == grid.columns:
        return columns
    return columns + [(_letter(at), name) for at, name in enumerate(grid.rows)]


def _cell(sheet: Sheet, cell: Cell, lines: Sequence[str], box: tuple[float, float, float, float]) -> None:
    left, top, wide, high = box
    fill = TINTS[cell.shade - 1] if cell.shade else PAPER
    sheet.box(left, top, wide, high, fill=fill, edge=FAINT, line=0.8)
    hatched = cell.turned and cell.shade > 0
    if hatched:
        sheet.box(left, top, wide, high, edge=EDGE, hatch=HATCH, line=0.4)
    if cell.square:
        size = math.sqrt(cell.square) * min(wide, high)
        sheet.box(left + (wide - size) / 2, top + (high - size) / 2, size, size, edge=EDGE, line=1.2)
    at = top + (high - len(lines) * leading(SMALL)) / 2 - 1
    if lines and hatched:  # words do not stand on a hatch
        words = max(text_width(line, SMALL, cell.bold) for line in lines)
        sheet.box(
            left + (wide - words) / 2 - 1, at, words + 2, len(lines) * leading(SMALL) + 2, fill=fill, above=1.1
        )  # fmt: skip
    sheet.block(left + wide / 2, at, lines, size=SMALL, bold=cell.bold, align="center")


def _key(grid: Grid, cut: bool) -> list[tuple[Sample, str]]:
    entries = [
        (box_sample(TINTS[shade - 1] if shade else PAPER, EDGE, HATCH if turned else None), words)
        for shade, turned, words in grid.key
    ]
    if grid.square_words:
        entries.append((box_sample(None, EDGE), grid.square_words))
    if cut:
        entries.append((lambda sheet, x, y: None, "Numbers that do not fit here are in the table."))
    return entries
