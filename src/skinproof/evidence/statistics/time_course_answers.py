"""What a time course answers with: values at weeks, times, and the honest refusal."""

from __future__ import annotations

import math
from dataclasses import dataclass

from ._time_shapes import Floats
from .tabular import Tabular


@dataclass(frozen=True, repr=False)
class CannotTell(Tabular):
    """The data do not answer the question; `reason` says why in a sentence. False as a truth value."""

    reason: str

    def __bool__(self) -> bool:
        return False

    def __str__(self) -> str:
        return f"cannot tell: {self.reason}"


@dataclass(frozen=True, repr=False)
class TimeTo(Tabular):
    """When a `share` of the whole effect is reached, in weeks, with a profile likelihood interval.

    `lower` may be before the first visit and `upper` after the last one (infinite where nothing limits it); what lies
    there rests on the shape alone, so `str` says "or sooner" and "or later" instead of numbers.
    """

    share: float
    estimate: float
    lower: float
    upper: float
    level: float
    first_visit: float
    until: float

    @property
    def by_first_visit(self) -> bool:
        """The estimate lies before anybody looked."""
        return self.estimate < self.first_visit

    def __str__(self) -> str:
        what = f"{100 * self.share:g} % of the effect"
        if self.upper <= self.first_visit:
            return f"{what} by the first visit, week {self.first_visit:g} ({self.level:g} % interval all before it)"
        when = f"week {max(self.estimate, self.first_visit):.3g}" + (" or sooner" if self.by_first_visit else "")
        low = f"{self.lower:.3g}" if self.lower >= self.first_visit else f"{self.first_visit:g} or sooner"
        high = f"{self.upper:.3g}" if self.upper <= self.until else f"after week {self.until:g}"
        return f"{what} by {when} ({self.level:g} % interval {low} to {high})"


@dataclass(frozen=True, repr=False)
class Onset(Tabular):
    """The first visit by which an effect is shown, and the last one before it at which it was not (None: none)."""

    weeks: float
    not_yet: float | None

    def __str__(self) -> str:
        first = "the first visit" if self.not_yet is None else f"not yet at week {self.not_yet:g}"
        return f"shown by week {self.weeks:g} ({first})"


@dataclass(frozen=True, repr=False)
class Reaches(Tabular):
    """When the effect reaches a `size`, in weeks: estimate, and where the interval's ends reach it.

    `upper` is infinite where the interval's weaker end does not reach it by the last visit.
    """

    size: float
    estimate: float
    lower: float
    upper: float
    level: float
    until: float

    def __str__(self) -> str:
        high = f"{self.upper:.3g}" if math.isfinite(self.upper) else f"after week {self.until:g}"
        return f"{self.size:g} by week {self.estimate:.3g} ({self.level:g} % interval {self.lower:.3g} to {high})"


@dataclass(frozen=True, eq=False, repr=False)
class Curve(Tabular):
    """Effects at `weeks`, arrays of one length. `se` is half the interval's width over its critical value: intervals
    are by profile likelihood and need not lie evenly about the estimate."""

    weeks: Floats
    estimate: Floats
    se: Floats
    lower: Floats
    upper: Floats
    level: float

    def columns(self) -> dict[str, list[float]]:
        return {
            "weeks": self.weeks.tolist(),
            "estimate": self.estimate.tolist(),
            "se": self.se.tolist(),
            "ci.lb": self.lower.tolist(),
            "ci.ub": self.upper.tolist(),
        }

    def _told(self) -> str:
        return f"weeks {self.weeks.min():g} to {self.weeks.max():g}, {len(self.weeks)} values"
