"""What can be shown where numbers cannot be pooled: effect directions, and the albatross plot."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike

from .picture import Picture, counted, table
from .sheet import Sheet, horizontal_axis, key_height, line_sample, mark_sample, numbered, vertical_axis, x_px, y_px
from .style import (
    DASHES,
    EDGE,
    FAINT,
    INK,
    MARGIN,
    PAPER,
    SMALL,
    SOFT,
    STACKED,
    STAIN,
    WASH,
    leading,
    marker_style,
    text_width,
    wrap,
)

Way = Literal["better", "worse", "mixed", "none"]
WORDS: dict[str, str] = {
    "better": "better with it", "worse": "worse with it", "mixed": "conflicting", "none": "no direction told"
}  # fmt: skip
SIZES = ((0, 7.0, "under 50 people"), (50, 11.0, "50 to 300"), (301, 15.0, "over 300"))


@dataclass(frozen=True)
class DirectionRow:
    """A study: which way each outcome went (None where it was not measured), how many people, and a doubt if any."""

    study: str
    ways: tuple[Way | None, ...]
    people: int | None = None
    note: str = ""


def effect_direction(outcomes: Sequence[str], rows: Sequence[DirectionRow], *, title: str) -> Picture:
    """Effect direction plot (Thomson and Thomas 2013; without significance, as Boon and Thomson 2021 revised it).

    Triangles up are better, down (open) worse; larger ones stand for more people.

    Raises:
        ValueError: no rows, or a row with more or fewer ways than outcomes (names the study).
    """
    if not rows or not outcomes:
        raise ValueError("an effect direction plot needs a study and an outcome")
    for row in rows:
        if len(row.ways) != len(outcomes):
            raise ValueError(f"{row.study}: {len(row.ways)} directions for {len(outcomes)} outcomes")
    said = []
    for at, outcome in enumerate(outcomes):
        ways = [row.ways[at] for row in rows]
        parts = [f"{WORDS[way]} in {ways.count(way)}" for way in ("better", "worse", "mixed", "none") if way in ways]
        measured = sum(way is not None for way in ways)
        said.append(f"{outcome}: {', '.join(parts) or 'not measured'} of {counted(measured, 'study', 'studies')}.")
    said.append("This says which way, not how much.")
    told = table(
        ["Study", "People", *outcomes, *(["Note"] if any(row.note for row in rows) else [])],
        [
            [
                row.study,
                str(row.people or "not told"),
                *("not measured" if way is None else WORDS[way] for way in row.ways),
                *([row.note] if any(each.note for each in rows) else []),
            ]
            for row in rows
        ],
    )
    return Picture(title, " ".join(said), told, lambda width: _draw_directions(outcomes, rows, width))


def _draw_directions(outcomes: Sequence[str], rows: Sequence[DirectionRow], width: int) -> Any:
    named = max(text_width(row.study, SMALL) for row in rows)
    label = min(named, 0.4 * width)
    left = MARGIN + label + 12
    side = min((width - left - MARGIN) / len(outcomes), 150.0)
    heads = [wrap(outcome, side - 6, SMALL) for outcome in outcomes]
    # A heading that has to be broken inside a word is numbered and told below.
    broken = any(text_width(word, SMALL) > side - 6 for outcome in outcomes for word in outcome.split())
    if broken:
        heads = [[str(at)] for at in range(1, len(outcomes) + 1)]
    top = max(len(head) for head in heads) * leading(SMALL) + 8
    studies = [wrap(row.study, label, SMALL) + (wrap(row.note, label, SMALL) if row.note else []) for row in rows]
    heights = [max(26.0, len(lines) * leading(SMALL) + 8) for lines in studies]
    bottom = top + sum(heights)
    named_below = [(str(at), outcome) for at, outcome in enumerate(outcomes, start=1)] if broken else []
    key = _direction_key(rows)
    begin = numbered(None, bottom + 8, named_below, width) + 4
    sheet = Sheet(width, begin + key_height(key, width))
    for at, head in enumerate(heads):
        sheet.block(
            left + (at + 0.5) * side,
            top - 6 - len(head) * leading(SMALL),
            head,
            size=SMALL,
            colour=SOFT,
            align="center",
        )
    sheet.line([0, width], [top - 1, top - 1])
    y = top
    for row, lines, height in zip(rows, studies, heights, strict=True):
        if row.note:
            sheet.box(0, y, width, height, fill=WASH, above=0.5)
        own = len(wrap(row.study, label, SMALL))
        at_y = sheet.block(MARGIN, y + (height - len(lines) * leading(SMALL)) / 2 - 1, lines[:own], size=SMALL)
        sheet.block(MARGIN, at_y, lines[own:], size=SMALL, colour=SOFT)
        for at, way in enumerate(row.ways):
            if way is not None:
                x, size = left + (at + 0.5) * side, _size(row.people)
                _arrow(sheet, way, x, y + height / 2, size)
                if row.people is None:
                    sheet.text(x + size, y + height / 2 + SMALL * 0.36, "?", size=SMALL, colour=SOFT)
        y += height
        sheet.line([0, width], [y, y], colour=FAINT, width=0.8)
    numbered(sheet, bottom + 8, named_below, width)
    sheet.key(begin, key)
    return sheet.figure


def _size(people: int | None) -> float:
    return 9.0 if people is None else max(size for least, size, _ in SIZES if people >= least)


def _arrow(sheet: Sheet, way: Way, x: float, y: float, size: float) -> None:
    if way == "better":
        sheet.mark(x, y, "^", size=size)
    elif way == "worse":
        sheet.mark(x, y, "v", size=size, fill=PAPER)
    elif way == "mixed":
        sheet.mark(x - size * 0.62, y, "<", size=size * 0.8, fill=PAPER)
        sheet.mark(x + size * 0.62, y, ">", size=size * 0.8)
    else:
        sheet.line([x - size / 2, x + size / 2], [y, y], colour=INK, width=1.6)


def _direction_key(rows: Sequence[DirectionRow]) -> list[Any]:
    present = [way for way in WORDS if any(way in row.ways for row in rows)]
    entries: list[Any] = [
        (lambda sheet, x, y, way=way: _arrow(sheet, way, x + 15, y, 10.0), WORDS[way]) for way in present
    ]
    if any(row.people for row in rows):
        entries += [(mark_sample("^", INK, size), words) for _, size, words in SIZES]
    if any(row.people is None for row in rows):
        entries.append((_untold_sample, "how many people is not told"))
    if any(row.note for row in rows):
        entries.append(
            (lambda sheet, x, y: sheet.box(x + 2, y - 6, 26, 12, fill=WASH, edge=EDGE), "with a doubt, told beside it")
        )
    return entries


def _untold_sample(sheet: Sheet, x: float, y: float) -> None:
    sheet.text(x + 12, y + SMALL * 0.36, "?", size=SMALL, colour=SOFT)


@dataclass(frozen=True)
class AlbatrossPoint:
    """A study: how many people, its two-sided p, which side it favours; `bound` where p is only known to be below."""

    label: str
    people: int
    p: float
    favours: Literal["left", "right"]
    bound: bool = False
    group: str = ""


@dataclass(frozen=True)
class Contour:
    """People at which an effect of that size would give each two-sided p."""

    label: str
    p: ArrayLike
    people: ArrayLike


def albatross(
    points: Sequence[AlbatrossPoint], contours: Sequence[Contour], *, title: str, left: str, right: str,
    effect: str = "effect",
) -> Picture:  # fmt: skip
    """Albatross plot (Harrison et al. 2017): people against p-value, with contours of equal effect.

    The middle is p = 1; to each side p falls. It gives a rough idea of size where studies report only p-values.

    Raises:
        ValueError: no points; a p outside 0 to 1, or no people (names the study).
    """
    if not points:
        raise ValueError("an albatross plot needs at least one study")
    for point in points:
        if not 0 < point.p <= 1 or point.people < 1:
            raise ValueError(f"{point.label}: p = {point.p:g} with {point.people} people")
    sides = [sum(point.favours == side for point in points) for side in ("left", "right")]
    bounds = sum(point.bound for point in points)
    words = (
        f"{counted(len(points), 'study', 'studies')} by people and p-value. "
        f"{right[:1].upper()}{right[1:]}: {sides[1]}; {left}: {sides[0]}. "
        + (f"For {bounds} only a bound of p is known. " if bounds else "")
        + f"Curves show where an {effect} of one size would lie; this is a rough guide, not an estimate."
    )
    told = table(
        ["Study", "People", "p-value", "Which way"],
        [
            [
                point.label,
                f"{point.people:,}",
                f"{'below ' if point.bound else ''}{point.p:g}",
                right if point.favours == "right" else left,
            ]
            for point in points
        ],
    )
    return Picture(title, words, told, lambda width: _Albatross(points, contours, left, right, width).draw())


class _Albatross:
    """x is −log10 p with the sign of the side; y people, on a log scale."""

    def __init__(
        self, points: Sequence[AlbatrossPoint], contours: Sequence[Contour], left: str, right: str, width: int
    ) -> None:
        self.points, self.contours, self.width = points, contours, width
        self.sides = (left, right)
        self.groups = list(dict.fromkeys(point.group for point in points))
        self.reach = max(2.3, *(-math.log10(point.p) for point in points)) * 1.08
        self.least = max(2.0, min(point.people for point in points) / 2)
        self.most = max(point.people for point in points) * 2.0

    def draw(self) -> Any:
        ticks = self._people_ticks()
        words = [f"{tick:,.0f}" for tick in ticks]
        left = max(text_width(word, SMALL) for word in words) + 12
        right = self.width - 10.0
        top, height = leading(SMALL) + 8, 260.0 if self.width < STACKED else 340.0
        bottom = top + height
        sides = [wrap(self.sides[0], (right - left) / 2 - 8, SMALL), wrap(self.sides[1], (right - left) / 2 - 8, SMALL)]
        sides[0][0] = f"‹\u00a0{sides[0][0]}"
        sides[1][-1] = f"{sides[1][-1]}\u00a0›"
        key = self._key()
        begin = bottom + 42 + max(map(len, sides)) * leading(SMALL) + 6
        sheet = Sheet(self.width, begin + key_height(key, self.width))
        sheet.block(MARGIN, 0, ["People"], size=SMALL, colour=SOFT)
        panel = sheet.panel(left, top, right - left, height)
        panel.set_yscale("log")
        panel.set_yticks([])
        panel.set_yticks([], minor=True)
        panel.set_xlim(-self.reach, self.reach)
        panel.set_ylim(self.least, self.most)
        vertical_axis(sheet, panel, ticks, words, (left, right))
        panel.plot([0, 0], [self.least, self.most], color=EDGE, linewidth=1.1)
        for place, contour in enumerate(self.contours):
            x, people = -np.log10(np.asarray(contour.p, dtype=float)), np.asarray(contour.people, dtype=float)
            for side in (-1, 1):
                panel.plot(side * x, people, color=STAIN, linewidth=1.3, linestyle=DASHES[place % len(DASHES)])
        for point in self.points:
            self._point(sheet, panel, point)
        values, texts = self._p_ticks()
        horizontal_axis(sheet, panel, values, texts, bottom, (left, right))
        sheet.text((left + right) / 2, bottom + 34, "p-value", size=SMALL, colour=SOFT, align="center")
        sheet.block(left, bottom + 42, sides[0], size=SMALL, colour=SOFT)
        sheet.block(right, bottom + 42, sides[1], size=SMALL, colour=SOFT, align="right")
        sheet.key(begin, key)
        return sheet.figure

    def _point(self, sheet: Sheet, panel: Any, point: AlbatrossPoint) -> None:
        side = 1 if point.favours == "right" else -1
        at = x_px(sheet, panel, side * -math.log10(point.p)), y_px(sheet, panel, point.people)
        shape, fill = marker_style(self.groups.index(point.group))
        if point.bound:  # it lies somewhere further out
            end = min(max(at[0] + side * 18, 6), self.width - 6)
            sheet.line([at[0], end], [at[1], at[1]], colour=INK, width=1.2)
            sheet.mark(end, at[1], ">" if side > 0 else "<", size=5)
        sheet.mark(*at, shape, size=7, fill=PAPER if point.bound else fill)

    def _people_ticks(self) -> list[float]:
        values = [base * 10**power for power in range(7) for base in (1, 2, 5)]
        found = [float(value) for value in values if self.least <= value <= self.most]
        return found[:: max(1, math.ceil(len(found) / 8))]

    def _p_ticks(self) -> tuple[list[float], list[str]]:
        marks = [(0.05, "0.05"), (0.01, "0.01"), (0.001, "0.001"), (1e-5, "10⁻⁵"), (1e-8, "10⁻⁸"), (1e-12, "10⁻¹²")]
        shown = [(p, word) for p, word in marks if -math.log10(p) <= self.reach]
        if self.reach > 4.5:
            shown = [pair for pair in shown if pair[1] != "0.01"]
        places = [(math.log10(p), word) for p, word in reversed(shown)] + [(0.0, "1")]
        places += [(-math.log10(p), word) for p, word in shown]
        return [place for place, _ in places], [word for _, word in places]

    def _key(self) -> list[Any]:
        entries: list[Any] = []
        if any(self.groups):
            entries += [(mark_sample(*marker_style(place)), name or "other") for place, name in enumerate(self.groups)]
        if any(point.bound for point in self.points):
            entries.append((_bound_sample, "only known to be below this p"))
        entries += [
            (line_sample(DASHES[place % len(DASHES)], 1.3, STAIN), contour.label)
            for place, contour in enumerate(self.contours)
        ]
        return entries


def _bound_sample(sheet: Sheet, x: float, y: float) -> None:
    sheet.line([x + 6, x + 24], [y, y], colour=INK, width=1.2)
    sheet.mark(x + 24, y, ">", size=5)
    sheet.mark(x + 6, y, "o", size=7, fill=PAPER)
