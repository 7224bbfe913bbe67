"""Standard errors from p-values, where a report gives no spread and no interval.

Cochrane Handbook 6.5.2.3 (differences in means), 6.3.2 (other effects), 23.2.7.1 (pairs). The p-value is taken as that
of a t test. One told only as below a limit is taken at the limit, as the Handbook advises, so that the interval is no
narrower than the true one; one told as above a limit gives nothing. Where the rounding of the numbers leaves the
standard error too open (data/assumptions.yaml), nothing is worked out.
"""

from __future__ import annotations

import math
from decimal import Decimal
from typing import NamedTuple

from skinproof.evidence.statistics import conversions
from skinproof.evidence.studies.records import Contrast

from .assumptions import assumptions
from .sizes import NoInformation


def p_range(contrast: Contrast | None) -> tuple[float, float] | None:
    """The p-values that a report's p stands for: by its rounding, below a limit, or above one; None where not told."""
    if contrast is None:
        return None
    if contrast.p is not None:
        half = half_unit(contrast.p)
        return max(0.0, contrast.p - half), min(1.0, contrast.p + half)
    sign, limit = p_limit(contrast) or ("", 0.0)
    return (0.0, limit) if sign == "<" else (limit, 1.0) if sign == ">" else None


def p_limit(contrast: Contrast) -> tuple[str, float] | None:
    """ "<0.05" as ("<", 0.05); None for anything else that a report may say."""
    text = (contrast.p_text or "").replace("≤", "<").replace("≥", ">").replace("=", "").strip()
    if text[:1] not in ("<", ">"):
        return None
    try:
        value = float(text[1:])
    except ValueError:
        return None
    return (text[0], value) if 0 < value < 1 else None


def half_unit(*values: float) -> float:
    """Half a unit of the last decimal printed, taken as the most that any of the values shows."""
    exponents = [Decimal(repr(value)).normalize().as_tuple().exponent for value in values]
    return float(0.5 * 10.0 ** min(0, *(int(exponent) for exponent in exponents)))


def se_range(difference: float, off: float, p: tuple[float, float], df: int | None) -> tuple[float, float]:
    """Standard errors that a difference (known to within `off`) and a p-value allow, smallest and largest.

    By t with `df` degrees of freedom, or the normal distribution. Nought and infinity where an end is open.
    """
    low_p, high_p = p
    smallest = float(conversions.se_from_p(max(abs(difference) - off, 0.0), low_p, df)) if low_p > 0 else 0.0
    largest = float(conversions.se_from_p(abs(difference) + off, high_p, df)) if high_p < 1 else math.inf
    return smallest, largest


def is_clear(difference: float, off: float, p: tuple[float, float], df: int | None) -> bool:
    """Whether rounding leaves the standard error behind a p-value clear enough."""
    smallest, largest = se_range(difference, off, p, df)
    return smallest > 0 and largest <= smallest * assumptions().from_p.rounding


class Difference(NamedTuple):
    """A difference in means and its standard error; `step` tells how it was come by."""

    value: float
    se: float
    at_limit: bool  # from a p-value told only as below a limit
    step: str


def difference_from_p(means: tuple[float, float], df: int, within: bool, contrast: Contrast | None) -> Difference:
    """The difference of two means with the standard error that the report's p-value gives it.

    Raises:
        NoInformation: no p-value, one above a limit, too few people, or numbers too rounded.
    """
    limit = p_limit(contrast) if contrast is not None and contrast.p is None else None
    if contrast is None or (contrast.p is None and limit is None):
        raise NoInformation("means without a spread")
    if limit and limit[0] == ">":
        raise NoInformation("means without a spread, and a p-value told only as above a limit")
    value = limit[1] if limit else contrast.p or 0.0
    difference = means[0] - means[1]
    if not 0 < value < 1 or difference == 0 or df < 2:
        raise NoInformation("means without a spread, and a p-value that gives none")
    p = p_range(contrast) if limit is None else (value, value)
    if p is None or not is_clear(difference, 2 * half_unit(*means), p, df):
        raise NoInformation("means without a spread, and numbers too rounded for their p-value to give it")
    test = "a paired t test" if within else "a t test"
    step = f"standard error worked out from the p-value, taken as that of {test}"
    if limit:
        step = (
            f"standard error worked out from a p-value told only as below {value:g} and taken at {value:g}, as that of "
            f"{test}: the interval is no narrower than the true one"
        )
    return Difference(difference, float(conversions.se_from_p(difference, value, df)), limit is not None, step)


def se_of_contrast(estimate: float, off: float, p: float, df: int | None) -> float:
    """Of an effect on the analysis scale, known to within `off`, from its exact p-value.

    Raises:
        NoInformation: numbers too rounded.
    """
    half = half_unit(p)
    if not 0 < p < 1 or not is_clear(estimate, off, (p - half, p + half), df):
        raise NoInformation("an effect and a p-value that give no interval, being too rounded")
    return float(conversions.se_from_p(estimate, p, df))
