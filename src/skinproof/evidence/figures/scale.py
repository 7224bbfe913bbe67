"""The scale of an effect: what it is called, where no effect lies, which way is whose."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from .style import decimals, number, ratio_tick_text, tick_text

_COARSE = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)
_FINE = (0.25, 0.5, 0.67, 0.8, 0.9, 1, 1.1, 1.25, 1.5, 2, 3, 4)


@dataclass(frozen=True)
class Scale:
    """`ratio` values are ratios (not logarithms), drawn on a log axis; others are differences.

    `left` and `right` say what lower and higher values mean ("favours exosome"); `say` writes a number where the
    usual way (two decimals for ratios, three figures for differences) is not wanted.
    """

    name: str
    ratio: bool = False
    left: str = ""
    right: str = ""
    say: Callable[[float], str] | None = None
    level: float = 95

    @property
    def null(self) -> float:
        return 1.0 if self.ratio else 0.0

    def interval(self, value: float, low: float, high: float) -> str:
        """ "0.63 (0.40 to 0.99)"."""
        one, two, three = self.numbers(value, low, high)
        return f"{one} ({two} to {three})"

    def between(self, low: float, high: float) -> str:
        """ "0.40 to 0.99"."""
        return " to ".join(self.numbers(low, high))

    def one(self, value: float) -> str:
        return self.numbers(value)[0]

    def numbers(self, *values: float) -> list[str]:
        """Values that stand together, with as many decimals each."""
        if self.say is not None:
            return [self.say(value) for value in values]
        if self.ratio:
            return [number(value, 2) if value < 100 else number(value) for value in values]
        finite = [abs(value) for value in values if math.isfinite(value)]
        return [number(value, decimals(max(finite, default=0.0))) for value in values]

    def check(self, who: str, *values: float) -> None:
        """ValueError naming who, for a value that cannot lie on this scale; NaN is "not known" and passes."""
        for value in values:
            if self.ratio and value < 0:
                raise ValueError(f"{who}: {value:g} cannot be a ratio; ratios are given as ratios, not as logarithms")

    def reading(self, low: float, high: float) -> str:
        """What an interval says, in words; empty where nobody told what the sides mean."""
        if low <= self.null <= high:
            return "the interval holds no difference"
        side = self.right if low > self.null else self.left
        return f"all of the interval {side}" if side else ""

    def limits(self, points: Sequence[float], ends: Sequence[float]) -> tuple[float, float]:
        """Wide enough for every point and most intervals; an interval without end does not squash the rest."""
        into = (lambda x: math.log(max(x, 1e-4))) if self.ratio else float
        back = math.exp if self.ratio else float
        inner = [into(x) for x in [*points, self.null] if math.isfinite(x)]
        spread = max(max(inner) - min(inner), 0.2 if self.ratio else 1e-9 + 1e-3 * max(map(abs, inner)))
        outer = [*inner, *(into(x) for x in ends if math.isfinite(x))]
        if not self.ratio and max(inner) - min(inner) == 0 and max(outer) > min(outer):
            spread = (max(outer) - min(outer)) / 2
        low = max(min(outer), min(inner) - 2.5 * spread)
        high = min(max(outer), max(inner) + 2.5 * spread)
        pad = 0.05 * (high - low) or 1.0
        return back(low - pad), back(high + pad)

    def ticks(self, low: float, high: float, most: int = 6) -> tuple[list[float], list[str]]:
        """At most about `most` ticks and their words, no effect among them."""
        if self.ratio:
            found = [float(tick) for tick in _COARSE if low <= tick <= high]
            if len(found) < 3:
                found = [float(tick) for tick in _FINE if low <= tick <= high]
            step = math.ceil(len(found) / most)
            start = found.index(1.0) % step if 1.0 in found else 0
            kept = found[start::step]
            return kept, ratio_tick_text(kept)
        from matplotlib.ticker import MaxNLocator

        ticks = [
            float(tick)
            for tick in MaxNLocator(most - 1, steps=[1, 2, 5, 10]).tick_values(low, high)
            if low <= tick <= high
        ]
        return ticks, tick_text(ticks)
