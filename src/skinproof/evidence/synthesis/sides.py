"""Trials whose two sides belong to the same people: how alike the sides are, and effects that allow for it.

A correlation is given by the record, follows from the report's p-value, or is borrowed (data/assumptions.yaml); where
it is borrowed the effect is also worked out with other values. Formulas: Elbourne and others 2002 (Int J Epidemiol
31:140), Cochrane Handbook 23.2.7, Becker and Balagtas 1993 for the marginal odds ratio.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from functools import cache

from scipy.special import ndtri

from skinproof.evidence.statistics import conversions
from skinproof.evidence.statistics.bivariate import bivariate_normal
from skinproof.evidence.studies.records import Contrast, Pairs

from .assumptions import assumptions
from .model import Likeness
from .p_values import half_unit, is_clear, p_range, se_range
from .sizes import Table


def correlation_range(
    means: tuple[float, float], sds: tuple[float, float], n: int, p: tuple[float, float]
) -> tuple[float, float]:
    """Correlations of two sides that the p-value of a paired t test allows (Handbook 23.2.7.1)."""
    off = 2 * half_unit(*means)
    smallest, largest = se_range(means[0] - means[1], off, p, n - 1)
    low, high = (
        -1.0 if math.isinf(se) else float(conversions.correlation_from_sd_of_change(*sds, se * math.sqrt(n)))
        for se in (largest, smallest)
    )
    return max(-1.0, low), min(1.0, high)


def _is_clear(means: tuple[float, float], n: int, p: tuple[float, float]) -> bool:
    return is_clear(means[0] - means[1], 2 * half_unit(*means), p, n - 1)


@cache
def seen() -> tuple[float, ...]:
    """Correlations of two untreated sides that follow from the table that was read, where rounding allows."""
    rows = assumptions().sides.seen
    clear = [row for row in rows if _is_clear(row.means, row.n, (row.p - half_unit(row.p), row.p + half_unit(row.p)))]
    return tuple(sorted(_exact(row.means, row.sds, row.n, row.p) for row in clear))


def likeness(
    contrast: Contrast | None,
    means: tuple[float, float] | None = None,
    sds: tuple[float, float] | None = None,
    n: int | None = None,
) -> Likeness:
    """The correlation of two sides: given, derived from the report's p-value, or borrowed and to be varied.

    A p-value told only as below or above a limit bounds it: the borrowed value is moved inside, and so are the others
    that are tried.
    """
    rule = assumptions().sides
    least, most = rule.between
    if contrast is not None and contrast.correlation is not None:
        text = f"both sides belong to the same people; the report gives their correlation, {contrast.correlation:g}"
        return Likeness(contrast.correlation, "given", text)
    p = p_range(contrast)
    if contrast and p and means and sds and n and n > 2 and min(sds) > 0 and means[0] != means[1]:
        if contrast.p is not None and _is_clear(means, n, p):
            value = min(max(_exact(means, sds, n, contrast.p), least), most)
            return Likeness(value, "derived", _derived(value))
        least, most = (min(max(end, least), most) for end in correlation_range(means, sds, n, p))
    value = min(max(rule.borrowed, least), most)
    if value > rule.borrowed:
        return Likeness(value, "derived", _derived(value, "at least "))
    varied = tuple(dict.fromkeys(min(max(each, least), most) for each in rule.varied))
    text = (
        f"both sides belong to the same people, but how alike they are is not reported: a correlation of {value:.2g} "
        f"was assumed, and {', '.join(f'{each:.2g}' for each in varied)} tried"
    )
    return Likeness(value, "borrowed", text, varied)


def _exact(means: tuple[float, float], sds: tuple[float, float], n: int, p: float) -> float:
    sd = float(conversions.sd_of_change_from_p(means[0] - means[1], p, n))
    return float(conversions.correlation_from_sd_of_change(*sds, sd))


def _derived(value: float, least: str = "") -> str:
    return (
        f"both sides belong to the same people; a correlation of {least}{value:.2g} follows from the report's p-value, "
        "taken as that of a paired t test"
    )


def table(counts: tuple[float, float, float], alike: float) -> Table:
    """The table of pairs behind two margins: a events on the first side and b on the second, of n people.

    `alike` is the correlation of the leanings behind the counts, taken as normal (Pearson's tetrachoric correlation),
    so that any value fits any margins.
    """
    a, b, n = counts
    one, two = a / n, b / n
    if one in (0, 1) or two in (0, 1):
        both = one * two
    else:
        both = bivariate_normal(float(ndtri(one)), float(ndtri(two)), alike)
    both = min(max(both, 0.0, one + two - 1), one, two)
    return n * both, a - n * both, b - n * both, n * (1 - one - two + both)


def corrected(pairs: Pairs | Table) -> Table:
    """A table of pairs with half a person added to every cell if a margin is empty or full."""
    cells = (pairs.both, pairs.first, pairs.second, pairs.neither) if isinstance(pairs, Pairs) else pairs
    both, first, second, neither = (float(cell) for cell in cells)
    if min(both + first, both + second, second + neither, first + neither) > 0:
        return both, first, second, neither
    return both + 0.5, first + 0.5, second + 0.5, neither + 0.5


def tried(alike: Likeness, at: Callable[[float], tuple[float, float]]) -> Likeness:
    """The likeness with the effect (yi, vi) at each other correlation."""
    made: Iterator[tuple[float, float, float]] = ((each, *at(each)) for each in alike.varied)
    return Likeness(alike.correlation, alike.basis, alike.text, alike.varied, tuple(made))


def sides_sentence(assumed: Sequence[float], others: Sequence[float], depends: bool) -> str:
    """What a finding says of the sensitivity analysis."""
    told = " or ".join(dict.fromkeys(f"{each:.2g}" for each in assumed))
    tried_too = f"{min(others):g} to {max(others):g}"
    lowest, highest = min(seen()), max(seen())
    end = "the answer changes with it" if depends else "the answer stays"
    return (
        f"Both sides belong to the same people, and how alike they are is not reported: {told} was assumed, "
        f"{tried_too} tried, {lowest:.2f} to {highest:.2f} seen on untreated faces; {end}."
    )
