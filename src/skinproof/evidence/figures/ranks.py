"""Rankograms: how likely each treatment is to be first, second, third and so on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .picture import Picture, counted, table
from .sheet import Sheet
from .style import EDGE, FAINT, INK, SMALL, SOFT, STACKED, STAIN, leading, text_width, wrap

PLOT = 88.0  # px of height of one treatment's bars


def rankogram(
    names: Sequence[str], probability: ArrayLike, *, title: str, sucra: Sequence[float] | None = None
) -> Picture:
    """One small bar chart a treatment; with `sucra`, the best first.

    Args:
        probability: (n, n), `probability[treatment, rank - 1]`, each row adding up to 1.

    Raises:
        ValueError: shapes that differ, or a row that does not add up to 1 (names the treatment).
    """
    n = len(names)
    chances = np.asarray(probability, dtype=np.float64)
    if not n or chances.shape != (n, n) or (sucra is not None and len(sucra) != n):
        raise ValueError(f"{n} treatments, with probabilities of shape {chances.shape}")
    for name, row in zip(names, chances, strict=True):
        if abs(float(row.sum()) - 1) > 1e-6 or (row < 0).any():
            raise ValueError(f"{name}: chances of ranks add up to {row.sum():g}")
    order = list(range(n)) if sucra is None else sorted(range(n), key=lambda at: -sucra[at])
    first = int(np.argmax(chances[:, 0]))
    words = f"{counted(n, 'treatment')}. Most likely first: {names[first]}, {100 * chances[first, 0]:.0f} in 100."
    if sucra is not None:
        words += f" Best on average: {names[order[0]]} (SUCRA {sucra[order[0]]:.2f})."
    ranks = [f"Rank {rank}" for rank in range(1, n + 1)]
    told = table(
        ["Treatment", *(["SUCRA"] if sucra is not None else []), *ranks],
        [
            [names[at], *([f"{sucra[at]:.2f}"] if sucra is not None else []), *(f"{100 * x:.0f}%" for x in chances[at])]
            for at in order
        ],
    )
    heads = [(names[at], "" if sucra is None else f"SUCRA {sucra[at]:.2f}") for at in order]
    return Picture(title, words, told, lambda width: _draw(heads, chances[order], width))


def _draw(heads: Sequence[tuple[str, str]], chances: NDArray[np.float64], width: int) -> Any:
    n = len(heads)
    wanted = 2 if width < STACKED else 4
    columns = max(1, min(wanted, n, int(width // max(150.0, 14.0 * n))))
    gap = 18.0
    side = (width - gap * (columns - 1)) / columns
    labels = [wrap(head, side - 4) for head, _ in heads]
    extra = leading(SMALL) if any(score for _, score in heads) else 0.0
    rows = [range(at, min(at + columns, n)) for at in range(0, n, columns)]
    tops = []
    y = 0.0
    for row in rows:
        tops.append(y)
        y += max(len(labels[at]) for at in row) * leading() + extra + PLOT + 34
    sheet = Sheet(width, y)
    for top, row in zip(tops, rows, strict=True):
        words = max(len(labels[at]) for at in row) * leading() + extra
        for place, at in enumerate(row):
            left = place * (side + gap)
            own = len(labels[at]) * leading() + extra
            y = sheet.block(left + 2, top + words - own, labels[at])
            if extra:
                sheet.block(left + 2, y, [heads[at][1]], size=SMALL, colour=SOFT)
            _one(sheet, chances[at], (left, top + words + 8, side))
    return sheet.figure


def _one(sheet: Sheet, chances: NDArray[np.float64], box: tuple[float, float, float]) -> None:
    left, top, width = box
    scale = 42.0  # px for the words of the vertical axis
    bottom, n = top + PLOT, len(chances)
    for share, word in ((0.0, "0"), (0.5, "50%"), (1.0, "100%")):
        y = bottom - share * PLOT
        sheet.line([left + scale, left + width], [y, y], colour=EDGE if share == 0 else FAINT, width=0.8)
        sheet.text(left + scale - 4, y + SMALL * 0.36, word, size=SMALL, colour=SOFT, align="right")
    step = (width - scale) / n
    every = 1 if step >= text_width(str(n), SMALL) + 3 else 2 if 2 * step >= text_width(str(n), SMALL) + 3 else 5
    for rank, chance in enumerate(chances.tolist()):
        x = left + scale + rank * step
        sheet.box(x + 0.12 * step, bottom - chance * PLOT, 0.76 * step, chance * PLOT, fill=STAIN, edge=INK, line=0.6)
        if rank % every == 0:
            sheet.text(x + step / 2, bottom + SMALL + 3, str(rank + 1), size=SMALL, colour=SOFT, align="center")
