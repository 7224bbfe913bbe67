"""The house style of figures: colours, sizes, numbers and lines of text.

Colours are those of the pages' light theme, so that a figure by itself looks as it does on a page; `svg.to_svg` turns
each into a class, which a stylesheet fills for its own light theme, dark theme and print. Nothing is told by colour
alone: shape, filling, line style or a word says the same.
"""

from __future__ import annotations

import math
from functools import lru_cache
from itertools import pairwise

PAPER, INK, SOFT, EDGE, FAINT = "#fcf8f7", "#271a2c", "#5d4b61", "#8b7487", "#decfd2"
STAIN, WASH = "#5c2168", "#f1e4e6"


def _mixed(share: float) -> str:
    """Violet stain on paper; light enough that ink stays readable on it."""
    stain, paper = ([int(colour[at : at + 2], 16) for at in (1, 3, 5)] for colour in (STAIN, PAPER))
    return "#" + "".join(f"{round(share * a + (1 - share) * b):02x}" for a, b in zip(stain, paper, strict=True))


TINTS = tuple(_mixed(share) for share in (0.1, 0.2, 0.32, 0.46))
CLASSES = {
    PAPER: "paper", INK: "ink", SOFT: "soft", EDGE: "edge", FAINT: "faint", STAIN: "stain", WASH: "wash",
    **{tint: f"tint-{place}" for place, tint in enumerate(TINTS, start=1)},
}  # fmt: skip

NARROW, WIDE = 343, 720  # px: the text column of a phone; of a desk
STACKED = 560  # below this width columns go under one another
TEXT, SMALL = 13.0, 12.0  # px, and no letter is smaller
LEADING = 1.3
MARGIN = 2.0

MARKERS = ("o", "s", "^", "D", "v", "P", "X", "<", ">")
# In px, whatever the width of the line.
DASHES: tuple[object, ...] = ("solid", (0, (13, 5)), (0, (9, 4, 2, 4)), (0, (2, 4)))


def marker_style(place: int) -> tuple[str, str]:
    """The shape and the filling of the n-th series: nine shapes filled, the same open, the same tinted."""
    return MARKERS[place % len(MARKERS)], (INK, PAPER, TINTS[3])[place // len(MARKERS) % 3]


@lru_cache(maxsize=8192)
def text_width(words: str, size: float = TEXT, bold: bool = False) -> float:
    """Width of a line in px, in DejaVu Sans: wider than the faces it is shown in, so what fits here fits there."""
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import text_to_path

    face = FontProperties(family="DejaVu Sans", size=size, weight="bold" if bold else "normal")
    return float(text_to_path.get_text_width_height_descent(words, face, ismath=False)[0])


def wrap(words: str, width: float, size: float = TEXT, bold: bool = False) -> list[str]:
    """Lines no wider than `width` px, broken at spaces, after hyphens and slashes, inside a word only if it must."""
    lines: list[str] = []
    line = ""
    for piece in _pieces(words):
        if text_width((line + piece).rstrip(), size, bold) <= width:
            line += piece
            continue
        if line.strip():
            lines.append(line.rstrip())
        line = ""
        for letter in piece:
            if line and text_width((line + letter).rstrip(), size, bold) > width:
                lines.append(line)
                line = ""
            line += letter
    return [*lines, line.rstrip()] if line.strip() or not lines else lines


def _pieces(words: str) -> list[str]:
    cuts = [0, *(i + 1 for i, letter in enumerate(words) if letter in " -/" and 0 < i < len(words) - 1), len(words)]
    # A hyphen in front of a number is a minus, and is not parted from it.
    kept = [cut for cut in cuts if not (0 < cut < len(words) and words[cut - 2 : cut] == " -")]
    return [words[a:b] for a, b in pairwise(kept) if a < b]


def leading(size: float = TEXT) -> float:
    return size * LEADING


def decimals(size: float) -> int:
    """How many decimals give about three figures."""
    return 0 if size >= 100 else 1 if size >= 10 else 2 if size >= 0.1 or size == 0 else 3 if size >= 0.01 else 4


def number(value: float, digits: int | None = None) -> str:
    """To `digits` decimals, or about three figures, with a real minus: "−1.25", "0.034", "128"."""
    if math.isnan(value):
        return "not known"
    if math.isinf(value):
        return "no limit"
    size = abs(value)
    if size >= 1e6 or 0 < size < 1e-4:
        return f"{value:.2e}".replace("-", "−")
    text = f"{value:,.{decimals(size) if digits is None else digits}f}"
    return (text[1:] if text[0] == "-" and not any(c in "123456789" for c in text) else text).replace("-", "−")


def tick_text(values: list[float]) -> list[str]:
    """Ticks with as many decimals as they need, the same for all."""
    for digits in range(6):
        if all(math.isclose(value, round(value, digits), abs_tol=1e-9) for value in values):
            return [f"{value + 0.0:,.{digits}f}".replace("-", "−") for value in values]
    return [number(value) for value in values]


def ratio_tick_text(values: list[float]) -> list[str]:
    return [f"{value:g}" for value in values]
