"""How an interval lies against no effect and the smallest effect that matters, on the analysis scale."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Interval:
    """An estimate with the ends of an interval; the ends are NaN where there is none."""

    value: float
    low: float
    high: float

    def crossings(self, step: float | None) -> int:
        """How many of two lines lie within it: no effect, and the smallest effect that matters on the other side.

        None of them where all of it is too small to matter. Without a smallest effect that matters only the first line
        is known; crossing it then counts as two, since nothing is known to rule out the other.
        """
        if step is None:
            return 2 if self.low < 0 < self.high else 0
        if self.low > -step and self.high < step:
            return 0
        other = -step if self.value >= 0 else step
        return (self.low < 0 < self.high) + (self.low < other < self.high)

    def areas(self, step: float) -> set[str]:
        """Which of the areas below, around and above effects too small to matter it reaches."""
        reached = {
            "below": self.low < -step,
            "between": self.low <= step and self.high >= -step,
            "above": self.high > step,
        }
        return {name for name, true in reached.items() if true}
