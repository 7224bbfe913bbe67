"""Funnel plots: are small studies different from large ones?"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from .picture import Picture, Table, counted, table
from .scale import Scale
from .sheet import (
    Sheet,
    box_sample,
    horizontal_axis,
    key_height,
    line_sample,
    mark_sample,
    vertical_axis,
)
from .style import EDGE, INK, MARGIN, PAPER, SMALL, SOFT, STACKED, STAIN, TINTS, leading, marker_style, tick_text, wrap

# Two-sided normal critical values of the contours; the shades of what lies between them, from the middle out.
CONTOURS = (
    ("p above 0.10", 1.6449),
    ("p 0.10 to 0.05", 1.9600),
    ("p 0.05 to 0.01", 2.5758),
    ("p below 0.01", math.inf),
)
SHADES = (PAPER, TINTS[2], TINTS[1], TINTS[0])
NORMAL = 1.959964


@dataclass(frozen=True)
class FunnelPoint:
    """A study: its effect on the scale shown, its standard error on the analysis scale (of the logarithm for ratios).

    `group` gives it a mark of its own; `filled` marks one that was put in by trim and fill, not observed.
    """

    label: str
    value: float
    se: float
    group: str | None = None
    filled: bool = False


def funnel(points: Sequence[FunnelPoint], *, centre: float, title: str, scale: Scale, contours: bool = True) -> Picture:
    """Funnel plot around `centre` with the contours of significance around no effect (Peters et al. 2008).

    Studies missing where p is above 0.10 point to selective publication; missing elsewhere, to something else.

    Raises:
        ValueError: no points; a standard error that is not above zero, a negative ratio (names the study).
    """
    _check(points, scale)
    scale.check("the centre", centre)
    observed = [point for point in points if not point.filled]
    said = [f"{counted(len(observed), 'study', 'studies')} around {scale.one(centre)}, more precise ones higher up."]
    if len(observed) < len(points):
        said.append(f"{len(points) - len(observed)} more, drawn open, were filled in as mirror images.")
    if contours:
        inside = sum(_p(point, scale) > 0.1 for point in observed)
        said.append(f"{inside} of {len(observed)} lie where p is above 0.10.")
    return Picture(
        title, " ".join(said), _table(points, scale), lambda width: _draw(points, centre, scale, contours, width)
    )


def comparison_adjusted_funnel(points: Sequence[FunnelPoint], *, title: str, scale: Scale) -> Picture:
    """Funnel plot of a network: effects less what their comparison shows together, `group` naming the comparison.

    Chaimani and Salanti 2012 (Research Synthesis Methods 3:161). `scale` is that of the difference.

    Raises:
        ValueError: as `funnel`; a point without its comparison.
    """
    _check(points, scale)
    for point in points:
        if point.group is None:
            raise ValueError(f"{point.label}: which comparison it is of is not told")
    groups = len({point.group for point in points})
    left = sum(point.value < scale.null for point in points)
    words = (
        f"{counted(len(points), 'contrast')} of {counted(groups, 'comparison')}, each less what its comparison shows "
        f"together: {left} lie left of the middle, {len(points) - left} right."
    )
    return Picture(title, words, _table(points, scale), lambda width: _draw(points, scale.null, scale, False, width))


def _check(points: Sequence[FunnelPoint], scale: Scale) -> None:
    if not points:
        raise ValueError("a funnel plot needs at least one study")
    for point in points:
        scale.check(point.label, point.value)
        if not (math.isfinite(point.se) and point.se > 0):
            raise ValueError(f"{point.label}: a standard error of {point.se:g}")
        if not math.isfinite(point.value) or (scale.ratio and point.value == 0):
            raise ValueError(f"{point.label}: an effect of {point.value:g}")


def _p(point: FunnelPoint, scale: Scale) -> float:
    value = math.log(point.value) if scale.ratio else point.value
    return math.erfc(abs(value) / point.se / math.sqrt(2))


def _table(points: Sequence[FunnelPoint], scale: Scale) -> Table:
    groups = any(point.group for point in points)
    return table(
        ["Study", *(["Comparison"] if groups else []), scale.name, "Standard error"],
        [
            [
                point.label + (" (filled in)" if point.filled else ""),
                *([point.group or ""] if groups else []),
                scale.one(point.value),
                f"{point.se:.3f}",
            ]
            for point in points
        ],
    )


def _draw(points: Sequence[FunnelPoint], centre: float, scale: Scale, contours: bool, width: int) -> Any:
    groups = list(dict.fromkeys(point.group for point in points))
    deepest = 1.08 * max(point.se for point in points)
    into = math.log if scale.ratio else float
    out = np.exp if scale.ratio else np.asarray
    middle = into(centre)
    reach = max(NORMAL * deepest, *(abs(into(point.value) - middle) * 1.08 for point in points))
    low, high = (float(out(middle + side * reach)) for side in (-1, 1))
    ticks, words = scale.ticks(low, high, 5 if width < STACKED else 7)
    left, right = 44.0, width - 10.0
    names = wrap(scale.name, right - left, SMALL)
    top, height = leading(SMALL) + 8, 250.0 if width < STACKED else 330.0
    bottom = top + height
    key = _key(groups, contours, any(point.filled for point in points))
    begin = bottom + 26 + len(names) * leading(SMALL) + 6
    sheet = Sheet(width, begin + key_height(key, width))
    sheet.block(MARGIN, 0, ["Standard error"], size=SMALL, colour=SOFT)
    panel = sheet.panel(left, top, right - left, height)
    if scale.ratio:
        panel.set_xscale("log")
        panel.set_xticks([])
        panel.set_xticks([], minor=True)
    panel.set_xlim(low, high)
    panel.set_ylim(deepest, 0)
    if contours:
        _contours(panel, deepest, (low, high), scale)
    deep = _tick_values(deepest)
    vertical_axis(sheet, panel, deep, tick_text(deep), (left, right))
    depth = np.array([0.0, deepest])
    for side in (-1, 1):
        panel.plot(out(middle + side * NORMAL * depth), depth, color=STAIN, linewidth=1.1, linestyle=(0, (7, 4)))
    panel.plot([centre, centre], [0, deepest], color=STAIN, linewidth=1.6)
    panel.plot([scale.null, scale.null], [0, deepest], color=EDGE, linewidth=1.0)
    for point in points:
        shape, fill = marker_style(groups.index(point.group))
        panel.plot(
            [point.value], [point.se], marker=shape, markersize=7, markerfacecolor=PAPER if point.filled else fill,
            markeredgecolor=INK, linestyle="none",
        )  # fmt: skip
    horizontal_axis(sheet, panel, ticks, words, bottom, (left, right))
    sheet.block((left + right) / 2, bottom + 26, names, size=SMALL, colour=SOFT, align="center")
    sheet.key(begin, key)
    return sheet.figure


def _contours(panel: Any, deepest: float, limits: tuple[float, float], scale: Scale) -> None:
    """Shades of significance around no effect, from the outside in."""
    depth = np.array([0.0, deepest])
    out = np.exp if scale.ratio else np.asarray
    panel.axvspan(*limits, facecolor=SHADES[3], linewidth=0, zorder=0.1)
    for place in (2, 1, 0):
        z = CONTOURS[place][1]
        panel.fill_betweenx(
            depth, out(-z * depth), out(z * depth), facecolor=SHADES[place], linewidth=0, zorder=0.2 + 0.1 * (2 - place)
        )
        for side in (-1, 1):
            panel.plot(out(side * z * depth), depth, color=EDGE, linewidth=0.7, zorder=0.6)


def _tick_values(deepest: float) -> list[float]:
    from matplotlib.ticker import MaxNLocator

    return [float(tick) for tick in MaxNLocator(5, steps=[1, 2, 5, 10]).tick_values(0, deepest) if 0 <= tick < deepest]


def _key(groups: Sequence[str | None], contours: bool, filled: bool) -> list[Any]:
    entries: list[Any] = []
    if any(groups):
        entries += [(mark_sample(*marker_style(place)), name or "other") for place, name in enumerate(groups)]
    if filled:
        entries.append((mark_sample("o", PAPER), "filled in, not observed"))
    entries.append((line_sample((0, (7, 4)), 1.1, STAIN), "where 95 of 100 would lie if only chance were at work"))
    if contours:
        entries += [(box_sample(shade), words) for (words, _), shade in zip(CONTOURS, SHADES, strict=True)]
    return entries
