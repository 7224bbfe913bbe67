"""League tables, contributions and net heat, as grids of shaded cells."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .heat import Cell, Grid, draw_grid
from .picture import Picture, counted, table
from .scale import Scale
from .sheet import Sheet
from .style import MARGIN, SMALL, STACKED, STAIN, leading, number, wrap

SURE = (0.9, 0.975, 0.995)  # chances that one treatment is better than the other, at which the shade deepens
SHARES = (0.05, 0.2, 0.4, 0.7)
HEAT = (0.5, 2.0, 4.0, 8.0)


def league_heat(
    names: Sequence[str], value: ArrayLike, low: ArrayLike, high: ArrayLike, *, title: str, scale: Scale,
    better: Literal["lower", "higher"], scores: Sequence[float] | None = None,
) -> Picture:  # fmt: skip
    """League table as a heat map: each cell is its column's treatment against its row's, shaded by how sure the
    column's is better; hatched where the row's is.

    Args:
        names: n treatments, as they are to stand; with `scores` (P-scores), the best is put first.
        value, low, high: (n, n) row against column on the scale shown; the lower limit below the upper.

    Raises:
        ValueError: sizes that differ; fewer than two treatments.
    """
    n = len(names)
    squares = [np.asarray(each, dtype=np.float64) for each in (value, low, high)]
    if n < 2 or any(each.shape != (n, n) for each in squares) or (scores is not None and len(scores) != n):
        raise ValueError(f"{n} treatments, with values of shape {squares[0].shape}")
    order = list(range(n)) if scores is None else sorted(range(n), key=lambda at: -scores[at])
    shown = [names[at] + (f" (P-score {scores[at]:.2f})" if scores is not None else "") for at in order]
    cells: list[tuple[Cell | None, ...]] = []
    rows = []
    for r, row in enumerate(order):
        line: list[Cell | None] = []
        for c, column in enumerate(order[: r + 1]):
            if c == r:
                line.append(Cell((str(r + 1),), bold=True))
                continue
            one, two, three = (float(each[column, row]) for each in squares)
            text = scale.interval(one, two, three) if math.isfinite(one) else "not joined"
            rows.append([f"{names[column]} against {names[row]}", text])
            line.append(_league_cell(one, two, three, scale, better))
        cells.append((*line, *(None,) * (n - r - 1)))
    key = [
        (0, False, "less than 90 in 100 sure"), (1, False, "column's better: 90 in 100 sure"),
        (2, False, "97.5 in 100"), (3, False, "99.5 in 100"), (2, True, "row's better"),
    ]  # fmt: skip
    best = f"{shown[0]} is first, {shown[-1]} last." if scores is not None else ""
    words = f"{scale.name} of {counted(n, 'treatment')} against one another, column against row. {best}".strip()
    grid = Grid(tuple(shown), tuple(shown), tuple(cells), tuple(key), named=True)
    columns = ["Comparison", f"{scale.name} ({scale.level:g}% interval)"]
    return Picture(title, words, table(columns, rows), lambda width: draw_grid(grid, width))


def _league_cell(value: float, low: float, high: float, scale: Scale, better: str) -> Cell:
    if not math.isfinite(value):
        return Cell(("–",))
    one, two, three = scale.numbers(value, low, high)
    into = (lambda x: math.log(max(x, 1e-300))) if scale.ratio else float
    half = (into(high) - into(low)) / 2
    z = into(value) / half * _normal(scale.level) if half > 0 else math.copysign(math.inf, into(value))
    sure = 0.5 * math.erfc(-abs(z) / math.sqrt(2))
    favoured = (z > 0) == (better == "higher")
    shade = sum(sure >= bound for bound in SURE)
    return Cell((one, f"{two} to", three), shade, not favoured, short=number(value, 1))


def _normal(level: float) -> float:
    from statistics import NormalDist

    return NormalDist().inv_cdf(0.5 + level / 200)


def contribution(rows: Sequence[str], columns: Sequence[str], values: ArrayLike, *, title: str) -> Picture:
    """How much each direct comparison (column) adds to each estimate (row): bars for one row, a grid for more.

    Args:
        values: (rows, columns) shares, each row adding up to 1.

    Raises:
        ValueError: shapes that differ; a share below 0 or above 1 (names row and column).
    """
    shares = np.asarray(values, dtype=np.float64)
    if shares.shape != (len(rows), len(columns)) or not shares.size:
        raise ValueError(f"{len(rows)} rows and {len(columns)} columns, with shares of shape {shares.shape}")
    for r, c in zip(*np.nonzero(~((shares >= -1e-9) & (shares <= 1 + 1e-9))), strict=True):
        raise ValueError(f"{rows[r]}, {columns[c]}: a share of {shares[r, c]:g}")
    most = [int(np.argmax(line)) for line in shares]
    if len(rows) == 1:
        words = f"What the estimate of {rows[0]} rests on: most on {columns[most[0]]}, {shares[0, most[0]]:.0%}."
    else:
        words = f"What {counted(len(rows), 'estimate')} rest on, by {counted(len(columns), 'direct comparison')}."
    told = table(
        ["Estimate", *columns], [[name, *(f"{x:.1%}" for x in line)] for name, line in zip(rows, shares, strict=True)]
    )
    if len(rows) == 1:
        return Picture(title, words, told, lambda width: _bars(columns, shares[0], width))
    cells = tuple(
        tuple(Cell((f"{100 * x:.0f}",) if x >= 0.005 else (), _band(x, SHARES)) for x in line) for line in shares
    )
    key = ((0, False, "under 5%"), (1, False, "5 to 20%"), (2, False, "20 to 40%"), (3, False, "40 to 70%"),
           (4, False, "70% and more"))  # fmt: skip
    grid = Grid(tuple(rows), tuple(columns), cells, key)
    return Picture(title, words, told, lambda width: draw_grid(grid, width))


def _band(value: float, bounds: Sequence[float]) -> int:
    return sum(value >= bound for bound in bounds)


def _bars(columns: Sequence[str], shares: NDArray[np.float64], width: int) -> Any:
    """A bar a comparison, the largest first; those under half a percent are counted in words."""
    order = [at for at in np.argsort(-shares, kind="stable").tolist() if shares[at] >= 0.005]
    rest = len(columns) - len(order)
    narrow = width < STACKED
    room = width - 70.0 if narrow else 0.36 * width
    labels = [wrap(columns[at], room) for at in order]
    heights = [len(lines) * leading() + (28 if narrow else 10) for lines in labels]
    sheet = Sheet(width, sum(heights) + 4 + (leading(SMALL) if rest else 0))
    left, right = (MARGIN, width - MARGIN - 52) if narrow else (MARGIN + room + 16, width - 60.0)
    y = 0.0
    for at, lines, height in zip(order, labels, heights, strict=True):
        words = len(lines) * leading()
        sheet.block(MARGIN, y if narrow else y + (height - words) / 2, lines)
        bar = y + words + 3 if narrow else y + (height - 14) / 2
        long = (right - left) * float(shares[at])
        sheet.box(left, bar, long, 12 if narrow else 14, fill=STAIN)
        sheet.text(left + long + 6, bar + 11, f"{shares[at]:.0%}", size=SMALL)
        y += height
    if rest:
        sheet.block(MARGIN, y, [f"{counted(rest, 'other comparison')}: nothing, or less than 0.5%"], size=SMALL)
    return sheet.figure


def net_heat(
    labels: Sequence[str],
    q: ArrayLike,
    share: ArrayLike | None = None,
    *,
    order: Sequence[int] | None = None,
    title: str,
) -> Picture:
    """Net heat plot (Krahn, Binder and König 2013): how inconsistency between designs changes when one is detached.

    Args:
        labels: n designs. q: (n, n) change of the row's inconsistency when the column's design is detached; positive
            (shaded) where the column's takes part in it, negative (hatched) where it supports the row's.
        share: (n, n) what the column's direct estimate adds to the row's network estimate, 0 to 1; its squares.
        order: as the rows are to stand.

    Raises:
        ValueError: shapes that differ.
    """
    n = len(labels)
    heat = np.asarray(q, dtype=np.float64)
    parts = np.zeros((n, n)) if share is None else np.abs(np.asarray(share, dtype=np.float64))
    if heat.shape != (n, n) or parts.shape != (n, n) or (order is not None and sorted(order) != list(range(n))):
        raise ValueError(f"{n} designs, with values of shape {heat.shape} and {parts.shape}")
    at = list(order) if order is not None else list(range(n))
    names = tuple(labels[i] for i in at)
    cells = tuple(
        tuple(
            Cell((), _band(abs(heat[r, c]), HEAT), bool(heat[r, c] < 0), square=min(1.0, float(parts[r, c])))
            for c in at
        )
        for r in at
    )
    key = (
        (0, False, "under 0.5"), (1, False, "0.5 to 2"), (2, False, "2 to 4"), (3, False, "4 to 8"),
        (4, False, "8 and more"), (2, True, "below zero: it supports"),
    )  # fmt: skip
    r, c = divmod(int(np.argmax(heat)), n)
    words = (
        f"Inconsistency between {counted(n, 'design')}. The largest change is {number(heat[r, c])}: {labels[r]}, when "
        f"{labels[c]} is detached."
    )
    told = table(["Design", *names], [[labels[r], *(number(heat[r, c]) for c in at)] for r in at])
    squares = "" if share is None else "square: how much the column adds to the row's estimate"
    grid = Grid(names, names, cells, key, square_words=squares)
    return Picture(title, words, told, lambda width: draw_grid(grid, width))
