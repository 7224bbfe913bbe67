"""Forest plots: studies with their intervals, what they say together, and where a new study would likely fall."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from .picture import Picture, Table, counted, table
from .scale import Scale
from .sheet import Sheet, horizontal_axis
from .style import EDGE, INK, MARGIN, PAPER, SMALL, SOFT, STACKED, STAIN, leading, text_width, wrap

PREDICTION = "Where a new study would likely fall"
NOT_TOLD = "cannot be told"
STRIP = 22.0  # px that the drawn part of a row takes

Kind = Literal["head", "study", "subtotal", "summary", "prediction"]


@dataclass(frozen=True)
class ForestRow:
    """One interval on the scale shown (ratios as ratios). NaN: it cannot be told. `weight` in percent."""

    label: str
    value: float
    low: float
    high: float
    weight: float | None = None
    group: str | None = None


@dataclass(frozen=True)
class Summary:
    """What studies say together, with the interval of prediction where there is one."""

    label: str
    value: float
    low: float
    high: float
    prediction: tuple[float, float] | None = None


@dataclass(frozen=True)
class _Item:
    kind: Kind
    label: str
    value: float = math.nan
    low: float = math.nan
    high: float = math.nan
    weight: float | None = None

    @property
    def bold(self) -> bool:
        return self.kind in ("head", "subtotal", "summary")

    @property
    def known(self) -> bool:
        return math.isfinite(self.value) and not (math.isnan(self.low) or math.isnan(self.high))


def forest(
    rows: Sequence[ForestRow],
    summary: Summary | None = None,
    *,
    title: str,
    scale: Scale,
    subtotals: Mapping[str, Summary] | None = None,
    head: str = "Study",
) -> Picture:
    """Forest plot of `rows`, by `group` where rows have one, `subtotals` by group.

    Squares are studies, larger with more weight; diamonds are what studies say together; the hollow bar is the interval
    of prediction. Intervals that leave the picture end in an arrow.

    Raises:
        ValueError: no rows; an interval that does not hold its value, or a negative ratio (names the row); a subtotal
            for a group that no row has.
    """
    if not rows:
        raise ValueError("a forest plot needs at least one row")
    given = dict(subtotals or {})
    for name in given:
        if name not in {row.group for row in rows}:
            raise ValueError(f"a subtotal for {name!r}, a group that no row has")
    every: list[ForestRow | Summary] = [*rows, *given.values()]
    for row in [*every, summary] if summary is not None else every:
        scale.check(row.label, row.value, row.low, row.high)
        if row.low > row.value or row.value > row.high:
            raise ValueError(f"{row.label}: {row.value:g} is not inside {row.low:g} to {row.high:g}")
    items = _items(rows, summary, given)
    return Picture(
        title,
        describe(rows, summary, scale),
        _table(items, scale, head),
        lambda width: _draw(items, scale, head, width),
    )


def component_effects(parts: Sequence[ForestRow], *, title: str, scale: Scale, head: str = "What is added") -> Picture:
    """What each part of a combination adds, strongest evidence not implied by order; NaN where studies cannot tell.

    Raises:
        ValueError: as `forest`.
    """
    drawn = forest(parts, title=title, scale=scale, head=head)
    known = [part for part in parts if math.isfinite(part.value)]
    clear = [part for part in known if not part.low <= scale.null <= part.high]
    said = [f"What {counted(len(parts), 'part')} of the combined treatments would each add, on {_lower(scale.name)}."]
    said += [f"{part.label}: {scale.interval(part.value, part.low, part.high)}{_side(part, scale)}." for part in clear]
    if len(clear) < len(known):
        said.append(f"For {_of(len(known) - len(clear), len(known))} the interval holds no difference.")
    untold = [part.label for part in parts if not math.isfinite(part.value)]
    if untold:
        said.append(f"These studies cannot tell what is added by {', '.join(untold)}.")
    return Picture(title, " ".join(said), drawn.table, drawn.draw)


def describe(rows: Sequence[ForestRow], summary: Summary | None, scale: Scale) -> str:
    """One or two sentences: how many studies, what they say together, what is to be expected of a new one."""
    said = [f"{counted(sum(math.isfinite(row.value) for row in rows), 'interval')} on {_lower(scale.name)}."]
    if summary is not None:
        reading = scale.reading(summary.low, summary.high)
        said.append(
            f"{summary.label}: {scale.interval(summary.value, summary.low, summary.high)}"
            f"{'; ' + reading if reading else ''}."
        )
        if summary.prediction is not None:
            low, high = summary.prediction
            said.append(f"{PREDICTION}: {scale.between(low, high)}.")
    return " ".join(said)


def _lower(name: str) -> str:
    return name if name[:2].isupper() else name[:1].lower() + name[1:]


def _of(count: int, total: int) -> str:
    return f"{count} of {total}"


def _side(part: ForestRow, scale: Scale) -> str:
    side = scale.right if part.low > scale.null else scale.left
    return f", {side}" if side else ""


def _items(rows: Sequence[ForestRow], summary: Summary | None, subtotals: Mapping[str, Summary]) -> list[_Item]:
    items: list[_Item] = []
    for group in dict.fromkeys(row.group for row in rows):
        if group is not None:
            items.append(_Item("head", group))
        items += [
            _Item("study", row.label, row.value, row.low, row.high, row.weight) for row in rows if row.group == group
        ]
        if group is not None and group in subtotals:
            items += _pooled("subtotal", subtotals[group])
    return items + (_pooled("summary", summary) if summary else [])


def _pooled(kind: Kind, given: Summary) -> list[_Item]:
    items = [_Item(kind, given.label, given.value, given.low, given.high)]
    if given.prediction is not None:
        low, high = given.prediction
        items.append(_Item("prediction", PREDICTION, given.value, low, high))
    return items


def _words(item: _Item, scale: Scale) -> str:
    if item.kind == "head":
        return ""
    if not item.known:
        return NOT_TOLD
    if item.kind == "prediction":
        return scale.between(item.low, item.high)
    return scale.interval(item.value, item.low, item.high)


def _weight(item: _Item) -> str:
    return "" if item.weight is None else f"{item.weight:.1f}%"


def _table(items: Sequence[_Item], scale: Scale, head: str) -> Table:
    weights = any(item.weight is not None for item in items)
    columns = [head, scale.name, f"{scale.level:g}% interval", *(["Weight"] if weights else [])]
    rows = []
    for item in items:
        value = scale.one(item.value) if item.known and item.kind not in ("head", "prediction") else ""
        ends = scale.between(item.low, item.high) if item.known and item.kind != "head" else ""
        if item.kind != "head" and not item.known:
            value = NOT_TOLD
        rows.append([item.label, value, ends, *([_weight(item)] if weights else [])])
    return table(columns, rows)


@dataclass(frozen=True)
class _Layout:
    """Where the columns of a forest lie, in px; `label` is the width that names may take."""

    stacked: bool
    label: float
    plot: tuple[float, float]
    value: float  # right edge of the numbers
    weight: float  # right edge of the weights; 0 where none are shown


def _layout(items: Sequence[_Item], scale: Scale, head: str, width: int) -> _Layout:
    values = max(text_width(_words(item, scale), bold=item.bold) for item in items)
    if width < STACKED:
        return _Layout(True, width - values - 14 - 2 * MARGIN, (8.0, width - 8.0), width - MARGIN, 0)
    weights = 62.0 if any(item.weight is not None for item in items) else 0.0
    values = max(values, text_width(f"{scale.level:g}% interval", SMALL))
    names = max(text_width(item.label, bold=item.bold) for item in items)
    label = min(max(names, text_width(head, SMALL)), 0.34 * width)
    right = width - MARGIN - weights
    return _Layout(False, label, (MARGIN + label + 22, right - values - 22), right, width - MARGIN if weights else 0)


def _draw(items: Sequence[_Item], scale: Scale, head: str, width: int) -> Any:
    plan = _layout(items, scale, head, width)
    labels = [wrap(item.label, plan.label if item.kind != "head" else width - 4, bold=item.bold) for item in items]
    heights = [
        len(lines) * leading() + (10 if item.kind == "head" else STRIP + 6 if plan.stacked else 9)
        for item, lines in zip(items, labels, strict=True)
    ]
    titles = _titles(scale, width * (0.62 if plan.stacked else 0.42))
    top = len(titles) * leading(SMALL) + 8
    bottom = top + sum(heights)
    sides = _sides(scale, plan, width)
    foot = 26 + max((len(lines) for lines in sides), default=0) * leading(SMALL) + 8
    sheet = Sheet(width, bottom + foot)
    sheet.block(MARGIN, top - 8 - leading(SMALL), [head], size=SMALL, colour=SOFT)
    sheet.block(plan.value, 0, titles, size=SMALL, colour=SOFT, align="right")
    if plan.weight:
        sheet.block(plan.weight, top - 8 - leading(SMALL), ["Weight"], size=SMALL, colour=SOFT, align="right")
    sheet.line([0, width], [top - 3, top - 3])

    drawn = [item for item in items if item.known and item.kind != "head"]
    low, high = scale.limits(
        [item.value for item in drawn], [end for item in drawn for end in (item.low, item.high)]
    )  # fmt: skip
    panel = sheet.panel(plan.plot[0], top, plan.plot[1] - plan.plot[0], bottom - top)
    if scale.ratio:
        panel.set_xscale("log")
        panel.set_xticks([])
        panel.set_xticks([], minor=True)
    panel.set_xlim(low, high)
    panel.set_ylim(bottom, top)
    heaviest = max((item.weight or 0.0 for item in items), default=0.0)
    if not plan.stacked:
        panel.plot([scale.null] * 2, [top, bottom], color=EDGE, linewidth=1.1)
    at = top
    for item, lines, height in zip(items, labels, heights, strict=True):
        words = len(lines) * leading()
        begin = at + (6 if item.kind == "head" else 2 if plan.stacked else (height - words) / 2)
        if item.kind == "summary" and not plan.stacked:
            sheet.line([0, width], [at, at], width=0.6)
        sheet.block(MARGIN, begin, lines, bold=item.bold)
        beside = begin if plan.stacked else at + (height - leading()) / 2
        sheet.block(plan.value, beside, [_words(item, scale)], bold=item.bold, align="right")
        if plan.weight and item.weight is not None:
            sheet.block(plan.weight, beside, [_weight(item)], colour=SOFT, align="right")
        if item.kind != "head":
            middle = begin + words + STRIP / 2 - 1 if plan.stacked else at + height / 2
            if plan.stacked:  # broken, so that it crosses no words
                panel.plot([scale.null] * 2, [middle - STRIP / 2, middle + STRIP / 2], color=EDGE, linewidth=1.1)
            if item.known:
                _mark(panel, item, middle, (low, high), heaviest)
        at += height
    ticks, words_of = scale.ticks(low, high, 5 if plan.stacked else 6)
    horizontal_axis(sheet, panel, ticks, words_of, bottom, plan.plot)
    for lines, x, align in zip(sides, _edges(plan, width), ("left", "right"), strict=True):
        sheet.block(x, bottom + 26, lines, size=SMALL, colour=SOFT, align=align)
    return sheet.figure


def _titles(scale: Scale, room: float) -> list[str]:
    """The scale and its interval, on one line where that fits."""
    ends = f"({scale.level:g}% interval)"
    whole = wrap(f"{scale.name} {ends}", room, SMALL)
    return whole if len(whole) == 1 else [*wrap(scale.name, room, SMALL), ends]


def _sides(scale: Scale, plan: _Layout, width: int) -> tuple[list[str], list[str]]:
    """What lies left and right, in lines that fit half the plot."""
    room = (width / 2 - 10) if plan.stacked else (plan.plot[1] - plan.plot[0]) / 2 + 30
    left = wrap(f"‹\u00a0{scale.left}", room, SMALL) if scale.left else []
    right = wrap(f"{scale.right}\u00a0›", room, SMALL) if scale.right else []
    return left, right


def _edges(plan: _Layout, width: int) -> tuple[float, float]:
    return (MARGIN, width - MARGIN) if plan.stacked else (plan.plot[0] - 40, plan.plot[1] + 40)


def _mark(panel: Any, item: _Item, y: float, limits: tuple[float, float], heaviest: float) -> None:
    low, high = (min(max(end, limits[0]), limits[1]) for end in (item.low, item.high))
    if item.kind in ("summary", "subtotal"):
        middle = min(max(item.value, limits[0]), limits[1])
        filled = STAIN if item.kind == "summary" else PAPER
        panel.fill([low, middle, high, middle], [y, y - 7, y, y + 7], facecolor=filled, edgecolor=STAIN, linewidth=1.2)
    elif item.kind == "prediction":
        panel.fill(
            [low, high, high, low], [y - 3, y - 3, y + 3, y + 3], facecolor=PAPER, edgecolor=STAIN, linewidth=1.2
        )
    else:
        panel.plot([low, high], [y, y], color=INK, linewidth=1.5, solid_capstyle="butt")
        if limits[0] <= item.value <= limits[1]:
            size = 7.0 if not heaviest or item.weight is None else 4 + 6 * math.sqrt(item.weight / heaviest)
            panel.plot([item.value], [y], marker="s", color=INK, markersize=size)
    for end, own, shape in ((low, item.low, "<"), (high, item.high, ">")):
        if end != own:
            panel.plot(
                [end], [y], marker=shape, color=INK if item.kind == "study" else STAIN, markersize=6, clip_on=False
            )
