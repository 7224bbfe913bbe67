"""The library as a section of skin: each finding a dot, in the layer that its certainty reaches."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from functools import cache

from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from skinproof.evidence import findings

WIDTH = 960
HEIGHTS = (118, 104, 104, 104)  # the surface holds most
RADIUS = 3.1
WAVE = 9  # how far the junction between two layers goes up and down
LEVELS = ("very-low", "low", "moderate", "high")


@dataclass(frozen=True)
class Layer:
    level: str
    count: int
    height: int
    ground: str  # path of the layer itself
    junction: str  # path of its lower edge
    cells: SafeString


@cache
def layers() -> tuple[Layer, ...]:
    """The four layers from the surface down."""
    counts: Counter[str] = Counter(finding.certainty.level for finding in findings().all)
    return tuple(
        _layer(level, counts[level], height, number)
        for number, (level, height) in enumerate(zip(LEVELS, HEIGHTS, strict=True))
    )


def _layer(level: str, count: int, height: int, number: int) -> Layer:
    edge = _edge(height - WAVE, number)
    dots = format_html_join(
        "",
        '<circle cx="{}" cy="{}" r="{}"/>',
        ((f"{x:.1f}", f"{y:.1f}", RADIUS) for x, y in _places(count, height, number)),
    )
    return Layer(
        level, count, height, f"M0 0H{WIDTH}V{height - WAVE}{edge}V0z", f"M{WIDTH} {height - WAVE}{edge}", dots
    )


def _edge(y: float, number: int) -> str:
    """The lower edge from right to left: ridges of unequal width, each layer in its own rhythm."""
    parts, x, sign = [], float(WIDTH), 1
    step = 0
    while x > 0:
        width = min(x, 62 + 26 * math.sin(number * 2.1 + step * 1.7) + (12 if step % 3 else 0))
        if x - width < 30:
            width = x
        rise = sign * WAVE * (0.9 + 0.5 * math.sin(step * 2.3 + number))
        parts.append(f"q{-width / 2:.1f} {rise:.1f} {-width:.1f} 0")
        x, sign, step = x - width, -sign, step + 1
    return "".join(parts)


def _places(count: int, height: int, number: int) -> list[tuple[float, float]]:
    """Places for so many cells: a grid with a shift of its own in each cell, the same on every visit."""
    if not count:
        return []
    left, top = 10.0, 9.0
    wide, high = WIDTH - 2 * left, height - 2 * top - WAVE
    size = math.sqrt(wide * high / count)
    rows = max(1, round(high / size))
    columns = math.ceil(count / rows)
    across, down = wide / columns, high / rows
    found = []
    for index in range(count):
        column, row = divmod(index, rows)
        # the golden ratio spreads the shifts without a pattern that the eye would find
        shift_x = ((index * 0.618034 + number * 0.37) % 1 - 0.5) * max(0.0, across - 2 * RADIUS) * 0.9
        shift_y = ((index * 0.754878 + number * 0.11) % 1 - 0.5) * max(0.0, down - 2 * RADIUS) * 0.9
        found.append((left + (column + 0.5) * across + shift_x, top + (row + 0.5) * down + shift_y))
    return found
