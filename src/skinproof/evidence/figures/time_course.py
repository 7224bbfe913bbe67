"""How an effect comes on and how long it lasts: curves over weeks, what was observed, and what was promised."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from .picture import Picture, counted, table
from .scale import Scale
from .sheet import Sheet, box_sample, horizontal_axis, key_height, line_sample, mark_sample, vertical_axis, x_px
from .style import (
    DASHES,
    EDGE,
    FAINT,
    INK,
    MARGIN,
    NARROW,
    SMALL,
    SOFT,
    STACKED,
    STAIN,
    WASH,
    leading,
    marker_style,
    text_width,
    tick_text,
    wrap,
)

BEYOND = (0, (3, 3))


@dataclass(frozen=True)
class Curve:
    """A fitted course: values at `weeks`, with limits where there are any."""

    label: str
    weeks: Sequence[float]
    value: Sequence[float]
    low: Sequence[float] | None = None
    high: Sequence[float] | None = None


@dataclass(frozen=True)
class Observed:
    """One reported effect; `series` groups points that share a mark, `people` makes it larger."""

    weeks: float
    value: float
    low: float | None = None
    high: float | None = None
    series: str = "study"
    label: str = ""
    people: int | None = None


@dataclass(frozen=True)
class Claim:
    """Weeks for which something is promised; `until` None where it has no end ("12+ weeks")."""

    text: str
    begin: float
    until: float | None = None

    @property
    def weeks(self) -> str:
        return f"{self.begin:g}+ weeks" if self.until is None else f"{self.begin:g}–{self.until:g} weeks"


def time_course(
    curves: Sequence[Curve],
    observed: Sequence[Observed] = (),
    *,
    title: str,
    scale: Scale,
    claims: Sequence[Claim] = (),
    last_week: float | None = None,
    claims_by: str = "Promised",
) -> Picture:
    """Curves with their bands, observed points, promised weeks above, and what lies beyond all data hatched.

    `last_week` is the last week with data; by default that of the last observed point. A curve beyond it is dashed.

    Raises:
        ValueError: nothing to draw; a curve whose parts differ in length or whose weeks do not rise; a claim that ends
            before it begins. Each names the curve or claim.
    """
    _check(curves, observed, claims, scale)
    last = last_week if last_week is not None else max((point.weeks for point in observed), default=None)
    return Picture(
        title,
        _describe(curves, observed, claims, scale, last, claims_by),
        _table(curves, observed, scale),
        lambda width: _Course(curves, observed, claims, scale, last, claims_by, width).draw(),
    )


def _check(curves: Sequence[Curve], observed: Sequence[Observed], claims: Sequence[Claim], scale: Scale) -> None:
    if not curves and not observed:
        raise ValueError("a time course needs a curve or an observed point")
    for curve in curves:
        parts = [part for part in (curve.value, curve.low, curve.high) if part is not None]
        if not len(curve.weeks) or any(len(part) != len(curve.weeks) for part in parts):
            raise ValueError(f"curve {curve.label!r}: values and limits must be as many as its weeks, and some")
        if (curve.low is None) != (curve.high is None):
            raise ValueError(f"curve {curve.label!r}: a band needs both its limits")
        if any(later <= earlier for earlier, later in zip(curve.weeks, curve.weeks[1:], strict=False)):
            raise ValueError(f"curve {curve.label!r}: weeks must rise")
        scale.check(f"curve {curve.label!r}", *curve.value)
    for point in observed:
        scale.check(point.label or point.series, point.value)
        if not (math.isfinite(point.weeks) and math.isfinite(point.value)):
            raise ValueError(f"{point.label or point.series}: an observed point needs a week and a value")
    for claim in claims:
        if claim.until is not None and claim.until < claim.begin:
            raise ValueError(f"claim {claim.text!r} ends before it begins")


def _describe(
    curves: Sequence[Curve], observed: Sequence[Observed], claims: Sequence[Claim], scale: Scale, last: float | None,
    claims_by: str,
) -> str:  # fmt: skip
    said = [f"{scale.name} over weeks: {counted(len(curves), 'curve')} and {counted(len(observed), 'observed point')}."]
    for curve in curves:
        at = len(curve.weeks) - 1
        if last is not None:
            at = max((i for i, week in enumerate(curve.weeks) if week <= last), default=at)
        ends = f" ({scale.between(curve.low[at], curve.high[at])})" if curve.low and curve.high else ""
        said.append(f"{curve.label}: {scale.one(curve.value[at])}{ends} at week {_week(curve.weeks[at])}.")
    if last is not None:
        said.append(f"No data beyond week {last:g}.")
    if claims:
        said.append(f"{claims_by}: {'; '.join(f'{claim.text} ({claim.weeks})' for claim in claims)}.")
    return " ".join(said)


def _table(curves: Sequence[Curve], observed: Sequence[Observed], scale: Scale) -> Any:
    """The observed points, then each curve at up to seven of its weeks."""
    rows = [
        [
            point.label or point.series,
            f"{point.weeks:g}",
            scale.one(point.value),
            "" if point.low is None or point.high is None else scale.between(point.low, point.high),
        ]
        for point in sorted(observed, key=lambda point: (point.weeks, point.label))
    ]
    for curve in curves:
        count = len(curve.weeks)
        for at in dict.fromkeys(round(step * (count - 1) / 6) for step in range(7)):
            ends = scale.between(curve.low[at], curve.high[at]) if curve.low and curve.high else ""
            rows.append([f"{curve.label} (curve)", _week(curve.weeks[at]), scale.one(curve.value[at]), ends])
    return table(["What", "Week", scale.name, f"{scale.level:g}% interval"], rows)


def _week(week: float) -> str:
    return f"{round(week, 1):g}"


class _Course:
    """One drawing, its parts from the top: name of the scale, promised weeks, the plot, the key."""

    def __init__(
        self, curves: Sequence[Curve], observed: Sequence[Observed], claims: Sequence[Claim], scale: Scale,
        last: float | None, claims_by: str, width: int,
    ) -> None:  # fmt: skip
        self.curves, self.observed, self.claims, self.scale = curves, observed, claims, scale
        self.last, self.claims_by, self.width = last, claims_by, width
        self.series = list(dict.fromkeys(point.series for point in observed))
        ends = [week for curve in curves for week in curve.weeks] + [point.weeks for point in observed]
        ends += [week for claim in claims for week in (claim.begin, claim.until) if week is not None]
        self.end = max([*ends, last or 0.0]) * 1.06 or 1.0
        if any(claim.until is None for claim in claims):
            self.end = max(self.end, 1.35 * max(claim.begin for claim in claims))

    def draw(self) -> Any:
        low, high = self._limits()
        ticks, words = self.scale.ticks(low, high, 6)
        left = max(text_width(word, SMALL) for word in words) + 12
        right = self.width - 10.0
        lanes = [wrap(f"{claim.weeks}: {claim.text}", 0.66 * (right - left), SMALL) for claim in self.claims]
        names = wrap(self.scale.name, self.width - 2 * MARGIN, SMALL)
        head = leading(SMALL) + sum(len(lane) * leading(SMALL) + 14 for lane in lanes) + 8 if lanes else 0.0
        top = head + len(names) * leading(SMALL) + 8
        height = 210.0 if self.width < STACKED else 290.0
        bottom = top + height
        key = self._key()
        sheet = Sheet(self.width, bottom + 44 + key_height(key, self.width, MARGIN))
        sheet.block(MARGIN, head, names, size=SMALL, colour=SOFT)
        panel = sheet.panel(left, top, right - left, height)
        if self.scale.ratio:
            panel.set_yscale("log")
            panel.set_yticks([])
            panel.set_yticks([], minor=True)
        panel.set_xlim(0, self.end)
        panel.set_ylim(low, high)
        self._promised(sheet, panel, lanes, (top, bottom), (left, right))
        self._beyond(panel)
        vertical_axis(sheet, panel, ticks, words, (left, right), self.scale.null)
        for place, curve in enumerate(self.curves):
            self._curve(panel, curve, place)
        self._points(panel)
        self._weeks(sheet, panel, bottom, (left, right))
        sheet.key(bottom + 44, key)
        return sheet.figure

    def _limits(self) -> tuple[float, float]:
        points = [value for curve in self.curves for value in curve.value] + [point.value for point in self.observed]
        ends = [end for curve in self.curves for part in (curve.low, curve.high) if part is not None for end in part]
        ends += [end for point in self.observed for end in (point.low, point.high) if end is not None]
        return self.scale.limits([value for value in points if math.isfinite(value)], ends)

    def _promised(
        self, sheet: Sheet, panel: Any, lanes: Sequence[list[str]], box: tuple[float, float], sides: tuple[float, float]
    ) -> None:
        """Each promise as a bar over its weeks, which go on as faint lines through the plot."""
        if not lanes:
            return
        at = sheet.block(MARGIN, 0, [self.claims_by], size=SMALL, colour=SOFT)
        for claim, lines in zip(self.claims, lanes, strict=True):
            begin = x_px(sheet, panel, claim.begin)
            until = sides[1] if claim.until is None else x_px(sheet, panel, claim.until)
            wide = max(text_width(line, SMALL) for line in lines)
            at = sheet.block(min(begin, self.width - MARGIN - wide), at, lines, size=SMALL)
            sheet.line([begin, until], [at + 5, at + 5], colour=INK, width=3)
            sheet.mark(begin, at + 5, "|", size=8)
            sheet.mark(until, at + 5, "|" if claim.until is not None else ">", size=8)
            for week in (begin, until) if claim.until is not None else (begin,):
                sheet.line([week, week], box, width=0.9, style=(0, (1.5, 2.5)))
            at += 14

    def _beyond(self, panel: Any) -> None:
        if self.last is not None and self.last < self.end:
            panel.axvspan(self.last, self.end, facecolor="none", edgecolor=FAINT, hatch="///", linewidth=0, zorder=0.3)

    def _curve(self, panel: Any, curve: Curve, place: int) -> None:
        """Full up to the last week with data; beyond it a thin broken line, without the filling of its band."""
        dash = DASHES[place % len(DASHES)]
        weeks = np.asarray(curve.weeks, dtype=float)
        last = weeks[-1] if self.last is None else min(self.last, float(weeks[-1]))
        known = np.unique(np.append(weeks[weeks <= last], max(last, float(weeks[0]))))
        beyond = np.append(known[-1], weeks[weeks > last])
        for at, inside in ((known, True), (beyond, False)):
            if not inside and at.size < 2:
                continue
            style = dash if inside else BEYOND
            if curve.low is not None and curve.high is not None:
                low, high = (np.interp(at, weeks, np.asarray(part, dtype=float)) for part in (curve.low, curve.high))
                if inside and place == 0:
                    panel.fill_between(at, low, high, facecolor=WASH, linewidth=0, zorder=0.5)
                for edge in (low, high):
                    panel.plot(at, edge, color=EDGE, linewidth=1.0, linestyle=style)
            value = np.interp(at, weeks, np.asarray(curve.value, dtype=float))
            panel.plot(at, value, color=STAIN, linewidth=2.4 if inside else 1.4, linestyle=style)

    def _points(self, panel: Any) -> None:
        most = max((point.people or 0 for point in self.observed), default=0)
        for point in self.observed:
            shape, fill = marker_style(self.series.index(point.series))
            size = 7.0 if not most or not point.people else 4 + 6 * math.sqrt(point.people / most)
            if point.low is not None and point.high is not None:
                panel.plot([point.weeks] * 2, [point.low, point.high], color=INK, linewidth=1.0)
            panel.plot(
                [point.weeks], [point.value], marker=shape, markersize=size, markerfacecolor=fill, markeredgecolor=INK,
                linestyle="none", zorder=3,
            )  # fmt: skip

    def _weeks(self, sheet: Sheet, panel: Any, bottom: float, sides: tuple[float, float]) -> None:
        from matplotlib.ticker import MaxNLocator

        most = 6 if self.width <= NARROW else 9
        steps = [1, 2, 4, 6, 8] if self.end > 8 else [1, 2, 5]
        ticks = [float(t) for t in MaxNLocator(most, integer=True, steps=[*steps, 10]).tick_values(0, self.end)]
        ticks = [tick for tick in ticks if 0 <= tick <= self.end]
        horizontal_axis(sheet, panel, ticks, tick_text(ticks), bottom, sides)
        sheet.text(sides[1], bottom + 34, "weeks", size=SMALL, colour=SOFT, align="right")

    def _key(self) -> list[Any]:
        entries: list[Any] = [
            (line_sample(DASHES[place % len(DASHES)], 2.4, STAIN), curve.label)
            for place, curve in enumerate(self.curves)
        ]
        entries += [(mark_sample(*marker_style(place)), name) for place, name in enumerate(self.series)]
        if self.last is not None and self.last < self.end:
            entries.append((box_sample(None, FAINT, "///"), f"no data beyond week {self.last:g}"))
        return entries
