"""Interval plots of findings, drawn by matplotlib as SVG whose text is text and whose colours are the page's own.

The page forbids inline styles, so each `style` becomes attributes, and each colour becomes a class that the stylesheet
fills for the light theme, the dark theme and print.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock
from typing import Any
from xml.etree import ElementTree

from skinproof.evidence import Estimate, Finding, findings, library

from . import shown, studies, words

INK, STAIN, HAIR, SOFT = "#000001", "#000002", "#000003", "#000004"
CLASSES = {INK: "ink", STAIN: "stain", HAIR: "hair", SOFT: "soft"}
WIDTH = 5.2  # inches at 100 dots: as wide as a phone, so that letters stay readable there
ROW, HEAD, FOOT = 0.5, 0.16, 0.78
SVG = "http://www.w3.org/2000/svg"
LINK = "{http://www.w3.org/1999/xlink}href"
_drawing = Lock()  # matplotlib is not safe to draw with from several threads


@dataclass(frozen=True)
class Row:
    name: str
    value: float
    low: float
    high: float
    weight: float
    pooled: bool
    better: str


@dataclass(frozen=True)
class Chart:
    svg: str
    words: str  # every number in it, in a sentence each


@lru_cache(maxsize=1024)
def forest(finding_id: str) -> Chart | None:
    """The interval plot of a finding, or None where no study gives an interval."""
    finding = findings().get(finding_id)
    rows = rows_of(finding)
    if not rows or finding.estimate is None:
        return None
    return Chart(_draw(rows, finding.estimate), describe(rows, finding.estimate))


def rows_of(finding: Finding) -> list[Row]:
    """The studies behind the estimate with their own intervals, then the estimate where it joins several."""
    given = finding.estimate
    if given is None:
        return []
    lib = library()
    lines = [
        line
        for line in finding.studies
        if line.effect is not None and line.effect.measure == given.measure and line.study_id in given.study_ids
    ]
    rows = [
        Row(
            f"{studies.label(lib.study(line.study_id))}" + (f", {line.people} people" if line.people else ""),
            line.effect.value,
            line.effect.low,
            line.effect.high,
            1 / line.effect.vi if line.effect.vi else 1.0,
            False,
            given.better,
        )
        for line in lines
        if line.effect is not None
    ]
    if len(rows) != 1:
        name = "Together" if given.basis == "pooled" else "The review's own estimate"
        rows.append(Row(name, given.value, given.low, given.high, 1.0, True, given.better))
    return rows


def describe(rows: list[Row], given: Estimate) -> str:
    """The plot in words, with every number."""
    ratio = given.measure in shown.RATIOS
    kind = shown.RATIOS.get(given.measure, "difference")
    good = "Above" if given.better == "higher" else "Below"
    parts = [f"{row.name}: {kind} {_numbers(row, given)}." for row in rows]
    return f"{good} {'1' if ratio else '0'} is in favour of the treatment. " + " ".join(parts)


def _numbers(row: Row, given: Estimate) -> str:
    return f"{shown.value(given, row.value)} ({shown.value(given, row.low)} to {shown.value(given, row.high)})"


def _draw(rows: list[Row], given: Estimate) -> str:
    with _drawing:
        import matplotlib

        matplotlib.use("svg")
        from matplotlib.figure import Figure

        with matplotlib.rc_context({"svg.fonttype": "none", "svg.hashsalt": "skinproof", "font.size": 13}):
            height = HEAD + ROW * len(rows) + FOOT
            figure = Figure(figsize=(WIDTH, height), dpi=100)
            axes = figure.add_axes((0.03, FOOT / height, 0.94, 1 - (FOOT + HEAD) / height))
            _plot(axes, rows, given)
            out = io.StringIO()
            figure.savefig(out, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    return _themed(out.getvalue())


def _plot(axes: Any, rows: list[Row], given: Estimate) -> None:
    ratio = given.measure in shown.RATIOS
    low, high = _limits(rows, given)
    axes.set_xlim(low, high)
    if ratio:
        axes.set_xscale("log")
    axes.set_ylim(len(rows), 0)
    axes.set_yticks([])
    for side in ("left", "right", "top"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(HAIR)
    heaviest = max((row.weight for row in rows if not row.pooled), default=1.0)
    for index, row in enumerate(rows):
        _row(axes, row, index, (low, high), given, heaviest)
    ticks = _ticks(low, high, given.null, ratio)
    axes.set_xticks(ticks, [words.number(tick) for tick in ticks], minor=False)
    axes.set_xticks([], minor=True)
    axes.tick_params(axis="x", colors=SOFT, length=4, pad=3, labelsize=12, color=HAIR)
    left, right = (
        ("favours it", "favours the other") if given.better == "lower" else ("favours the other", "favours it")
    )
    for x, side, text in ((0.0, "left", f"‹ {left}"), (1.0, "right", f"{right} ›")):
        axes.annotate(
            text,
            (x, 0),
            xycoords="axes fraction",
            xytext=(0, -34),
            textcoords="offset points",
            ha=side,
            va="top",
            color=SOFT,
            fontsize=12,
        )


def _row(axes: Any, row: Row, index: int, limits: tuple[float, float], given: Estimate, heaviest: float) -> None:
    y = index + 0.72
    axes.plot([given.null] * 2, [y - 0.24, y + 0.28], color=HAIR, linewidth=1.2)  # broken, so that it crosses no words
    axes.text(
        0,
        index + 0.4,
        row.name,
        transform=axes.get_yaxis_transform(),
        color=INK,
        ha="left",
        va="baseline",
        fontweight="bold" if row.pooled else "normal",
    )
    axes.text(
        1,
        index + 0.4,
        _numbers(row, given),
        transform=axes.get_yaxis_transform(),
        color=INK,
        ha="right",
        va="baseline",
        fontweight="bold" if row.pooled else "normal",
    )
    low, high = (min(max(end, limits[0]), limits[1]) for end in (row.low, row.high))
    if row.pooled:
        middle = min(max(row.value, limits[0]), limits[1])
        axes.fill([low, middle, high, middle], [y, y - 0.17, y, y + 0.17], color=STAIN, linewidth=0)
        return
    axes.plot([low, high], [y, y], color=INK, linewidth=1.6, solid_capstyle="butt")
    for end, own, mark in ((low, row.low, "<"), (high, row.high, ">")):
        if end != own:  # an interval that goes on past the edge ends in an arrow
            axes.plot([end], [y], marker=mark, color=INK, markersize=6, clip_on=False)
    if limits[0] <= row.value <= limits[1]:
        size = 4 + 5 * (row.weight / heaviest) ** 0.5
        axes.plot([row.value], [y], marker="s", color=INK, markersize=size)


def _limits(rows: list[Row], given: Estimate) -> tuple[float, float]:
    """Wide enough for every point and most intervals; an interval without end does not squash the rest."""
    import math

    ratio = given.measure in shown.RATIOS
    scale = (lambda x: math.log(max(x, 1e-3))) if ratio else (lambda x: x)
    back = math.exp if ratio else (lambda x: x)
    points = [scale(row.value) for row in rows] + [scale(given.null)]
    spread = max(max(points) - min(points), 0.2 if ratio else 1e-9)
    ends = [scale(end) for row in rows for end in (row.low, row.high)]
    low = max(min([*ends, *points]), min(points) - 2.5 * spread)
    high = min(max([*ends, *points]), max(points) + 2.5 * spread)
    pad = 0.05 * (high - low)
    return back(low - pad), back(high + pad)


def _ticks(low: float, high: float, null: float, ratio: bool) -> list[float]:
    if ratio:
        choices = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100]
        ticks = [tick for tick in choices if low <= tick <= high]
        if len(ticks) < 3:
            fine = [0.25, 0.5, 0.67, 0.8, 0.9, 1, 1.1, 1.25, 1.5, 2, 4]
            ticks = [tick for tick in fine if low <= tick <= high]
        return ticks[:: max(1, round(len(ticks) / 6))] if len(ticks) > 7 else ticks
    from matplotlib.ticker import MaxNLocator

    return [float(tick) for tick in MaxNLocator(5).tick_values(low, high) if low <= tick <= high]


def _themed(svg: str) -> str:
    """matplotlib's SVG without styles, ids and metadata, its colours as classes."""
    ElementTree.register_namespace("", SVG)
    root = ElementTree.fromstring(svg)  # noqa: S314 - drawn here
    for parent in list(root.iter()):
        for child in list(parent):
            tag = child.tag.removeprefix(f"{{{SVG}}}")
            if tag in ("metadata", "style") or (tag == "g" and child.get("id") == "patch_1"):
                parent.remove(child)
    for element in root.iter():
        _plain(element)
        element.attrib.pop("clip-path", None)
        if LINK in element.attrib:
            element.set("href", element.attrib.pop(LINK))
    for name in ("width", "height"):
        root.attrib.pop(name, None)
    root.set("aria-hidden", "true")
    root.set("focusable", "false")
    text = ElementTree.tostring(root, encoding="unicode")
    return re.sub(r">\s+<", "><", text)


def _plain(element: ElementTree.Element) -> None:
    names = []
    for part in element.attrib.pop("style", "").split(";"):
        key, _, raw = (bit.strip() for bit in part.partition(":"))
        if key in ("fill", "stroke") and raw in CLASSES:
            names.append(CLASSES[raw] + ("-fill" if key == "fill" and raw != SOFT else ""))
        elif key == "font":
            size = re.search(r"([\d.]+)px", raw)
            element.set("font-size", size.group(1) if size else "13")
            if "bold" in raw or "700" in raw:
                element.set("font-weight", "700")
        elif key in (
            "fill",
            "stroke",
            "stroke-width",
            "stroke-dasharray",
            "stroke-linecap",
            "stroke-linejoin",
            "font-size",
            "font-weight",
            "text-anchor",
        ):
            element.set(key, raw.removesuffix("px"))
    if names:
        element.set("class", " ".join(names))
    if element.tag.endswith("}g"):
        element.attrib.pop("id", None)
