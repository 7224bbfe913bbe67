"""R's `uniroot`: Brent's search for a root (Brent 1973, chapter 4) with R's default tolerance, which is loose.

Where R's number is the point at which that search happened to stop, only the same search gives it.
"""

from __future__ import annotations

from collections.abc import Callable

EPSILON = 2.0**-52
TOLERANCE = EPSILON**0.25


def uniroot(function: Callable[[float], float], lower: float, upper: float, tol: float = TOLERANCE) -> float:
    """The root between `lower` and `upper`, as near as R comes to it.

    Raises:
        ArithmeticError: no change of sign, or no end of the search.
    """
    best, value = upper, function(upper)
    before, value_before = lower, function(lower)
    other, value_other = before, value_before
    if (value > 0) == (value_before > 0) and value and value_before:
        raise ArithmeticError(f"no change of sign between {lower} and {upper}")
    for _ in range(1000):
        if abs(value_other) < abs(value):  # the better of the two ends of the bracket leads
            before, best, other = best, other, best
            value_before, value, value_other = value, value_other, value
        near = 2 * EPSILON * abs(best) + tol / 2
        half = (other - best) / 2
        if abs(half) <= near or value == 0:
            return best
        step = half
        if abs(best - before) >= near and abs(value_before) > abs(value):
            step = _interpolated((best, value), (before, value_before), (other, value_other), half, near)
        if abs(step) < near:
            step = near if step > 0 else -near
        before, value_before = best, value
        best += step
        value = function(best)
        if (value > 0) == (value_other > 0):
            other, value_other = before, value_before
    raise ArithmeticError("the search does not end")


def _interpolated(
    best: tuple[float, float], before: tuple[float, float], other: tuple[float, float], half: float, near: float
) -> float:
    """The secant's or the inverse parabola's step, or half the bracket where that would leave it or hardly move."""
    (b, fb), (a, fa), (c, fc) = best, before, other
    width, ratio = c - b, fb / fa
    if a == c:
        top, bottom = width * ratio, 1 - ratio
    else:
        q, r = fa / fc, fb / fc
        top = ratio * (width * q * (q - r) - (b - a) * (r - 1))
        bottom = (q - 1) * (r - 1) * (ratio - 1)
    top, bottom = (top, -bottom) if top > 0 else (-top, bottom)
    inside = top < 0.75 * width * bottom - abs(near * bottom) / 2 and top < abs((b - a) * bottom / 2)
    return top / bottom if inside else half
