"""A sheet of px, from the top left, for words and lines; panels with axes of their own lie on it."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from .style import EDGE, FAINT, INK, MARGIN, SMALL, SOFT, TEXT, leading, text_width, wrap

Sample = Callable[["Sheet", float, float], None]
SAMPLE = 30.0  # px that the sample of a key takes
NUMBERED = 32.0  # px from a number's column to its name


class Sheet:
    """A figure whose page is measured in px of the width it is made for."""

    def __init__(self, width: float, height: float) -> None:
        from matplotlib.figure import Figure

        self.width, self.height = float(width), float(height)
        self.figure: Any = Figure(figsize=(self.width / 72, self.height / 72), dpi=144)
        self.page: Any = self.figure.add_axes((0, 0, 1, 1))
        self.page.set_xlim(0, self.width)
        self.page.set_ylim(self.height, 0)
        self.page.axis("off")

    def panel(self, left: float, top: float, width: float, height: float) -> Any:
        """Axes in that box, with nothing drawn on them yet."""
        axes = self.figure.add_axes(
            (left / self.width, 1 - (top + height) / self.height, width / self.width, height / self.height)
        )
        axes.set_facecolor("none")
        axes.set_xticks([])
        axes.set_yticks([])
        for side in axes.spines.values():
            side.set_visible(False)
        return axes

    def text(
        self, x: float, y: float, words: str, *, colour: str = INK, size: float = TEXT, bold: bool = False,
        align: str = "left",
    ) -> None:  # fmt: skip
        """One line, its letters standing on `y`."""
        self.page.text(
            x,
            y,
            words,
            color=colour,
            fontsize=size,
            fontweight="bold" if bold else "normal",
            ha=align,
            va="baseline",
        )

    def block(
        self, x: float, top: float, lines: Sequence[str], *, colour: str = INK, size: float = TEXT, bold: bool = False,
        align: str = "left",
    ) -> float:  # fmt: skip
        """Lines one under another below `top`; returns where the next would begin."""
        for place, words in enumerate(lines):
            self.text(x, top + place * leading(size) + size, words, colour=colour, size=size, bold=bold, align=align)
        return top + len(lines) * leading(size)

    def line(
        self, xs: Sequence[float], ys: Sequence[float], *, colour: str = EDGE, width: float = 1.0, style: Any = "solid"
    ) -> None:
        """Faint lines lie under everything else."""
        above = 0.3 if colour == FAINT else 2.0
        self.page.plot(
            xs, ys, color=colour, linewidth=width, linestyle=style, solid_capstyle="butt", zorder=above, clip_on=False
        )

    def box(
        self, left: float, top: float, width: float, height: float, *, fill: str | None = None, edge: str | None = None,
        hatch: str | None = None, line: float = 0.8, above: float = 1.0,
    ) -> None:  # fmt: skip
        from matplotlib.patches import Rectangle

        self.page.add_patch(
            Rectangle(
                (left, top), width, height, facecolor=fill or "none", edgecolor=edge or "none", hatch=hatch,
                linewidth=line if edge else 0, zorder=above, clip_on=False,
            )
        )  # fmt: skip

    def mark(self, x: float, y: float, shape: str, *, size: float = 8, fill: str = INK, edge: str = INK) -> None:
        self.page.plot(
            [x], [y], marker=shape, markersize=size, markerfacecolor=fill, markeredgecolor=edge, markeredgewidth=1.2,
            linestyle="none", clip_on=False,
        )  # fmt: skip

    def key(self, top: float, entries: Sequence[tuple[Sample, str]], left: float = MARGIN) -> float:
        """Samples with their words, as many side by side as fit; returns where it ends."""
        for x, y, lines, sample in _placed(entries, left, self.width - MARGIN)[0]:
            sample(self, x, top + y + leading(SMALL) / 2)
            self.block(x + SAMPLE + 6, top + y, lines, size=SMALL, colour=SOFT)
        return top + key_height(entries, self.width, left)


def key_height(entries: Sequence[tuple[Sample, str]], width: float, left: float = MARGIN) -> float:
    """What `Sheet.key` will take."""
    return _placed(entries, left, width - MARGIN)[1]


def _placed(
    entries: Sequence[tuple[Sample, str]], left: float, right: float
) -> tuple[list[tuple[float, float, list[str], Sample]], float]:
    found = []
    x, y, row = left, 0.0, 0.0
    for sample, words in entries:
        lines = wrap(words, right - left - SAMPLE - 6, SMALL)
        needed = SAMPLE + 6 + max(text_width(line, SMALL) for line in lines)
        if x > left and x + needed > right:
            x, y, row = left, y + row, 0.0
        found.append((x, y, lines, sample))
        x += needed + 18
        row = max(row, len(lines) * leading(SMALL) + 5)
    return found, y + row


def numbered(
    sheet: Sheet | None, top: float, entries: Sequence[tuple[str, str]], width: float, columns: int = 1
) -> float:
    """Bold numbers (or letters) with the names they stand for, in columns; returns where it ends.

    Without a sheet nothing is drawn, and the end is what it will take.
    """
    each, room = math.ceil(len(entries) / columns), width / columns
    end = top
    for at in range(0, len(entries), max(each, 1)):
        left, y = room * (at // each), top
        for head, name in entries[at : at + each]:
            lines = wrap(name, room - NUMBERED - 12, SMALL)
            if sheet is not None:
                sheet.text(left + NUMBERED - 8, y + SMALL, head, size=SMALL, bold=True, align="right")
                sheet.block(left + NUMBERED, y, lines, size=SMALL)
            y += len(lines) * leading(SMALL) + 4
        end = max(end, y)
    return end


def line_sample(style: Any = "solid", width: float = 2.0, colour: str = INK) -> Sample:
    return lambda sheet, x, y: sheet.line([x, x + SAMPLE], [y, y], colour=colour, width=width, style=style)


def mark_sample(shape: str, fill: str = INK, size: float = 8) -> Sample:
    return lambda sheet, x, y: sheet.mark(x + SAMPLE / 2, y, shape, fill=fill, size=size)


def box_sample(fill: str | None, edge: str | None = EDGE, hatch: str | None = None) -> Sample:
    return lambda sheet, x, y: sheet.box(x + 2, y - 6, SAMPLE - 4, 12, fill=fill, edge=edge, hatch=hatch)


def horizontal_axis(
    sheet: Sheet, panel: Any, ticks: Sequence[float], words: Sequence[str], y: float, box: tuple[float, float],
    grid: tuple[float, float] | None = None,
) -> None:  # fmt: skip
    """A line with ticks at `y` under a panel; words that would touch their neighbour are left out.

    `box` is the panel's left and right in px; `grid` the px between which faint lines go up.
    """
    left, right = box
    sheet.line([left, right], [y, y])
    last = -1e9
    for tick, label in zip(ticks, words, strict=True):
        x = x_px(sheet, panel, tick)
        if not left - 0.5 <= x <= right + 0.5:
            continue
        sheet.line([x, x], [y, y + 4])
        if grid is not None:
            sheet.line([x, x], grid, colour=FAINT, width=0.8)
        half = text_width(label, SMALL) / 2
        if x - half < last + 4:
            continue
        centre = min(max(x, half), sheet.width - half)
        sheet.text(centre, y + 4 + SMALL + 1, label, size=SMALL, colour=SOFT, align="center")
        last = centre + half


def vertical_axis(
    sheet: Sheet, panel: Any, ticks: Sequence[float], words: Sequence[str], sides: tuple[float, float],
    null: float | None = None,
) -> None:  # fmt: skip
    """Words left of a panel, with faint lines across it; the line of no effect is darker."""
    for tick, word in zip(ticks, words, strict=True):
        y = y_px(sheet, panel, tick)
        here = tick == null
        sheet.line(sides, [y, y], colour=EDGE if here else FAINT, width=1.1 if here else 0.8)
        sheet.text(sides[0] - 6, y + SMALL * 0.36, word, size=SMALL, colour=SOFT, align="right")


def x_px(sheet: Sheet, panel: Any, value: float) -> float:
    """Where a value of a panel's x axis lies on the sheet."""
    at = panel.get_xaxis_transform().transform((value, 0))
    return float(sheet.page.transData.inverted().transform(at)[0])


def y_px(sheet: Sheet, panel: Any, value: float) -> float:
    at = panel.get_yaxis_transform().transform((0, value))
    return float(sheet.page.transData.inverted().transform(at)[1])
