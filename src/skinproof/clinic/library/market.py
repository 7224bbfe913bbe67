"""What pages say about money and time, as figures that link to the page's record."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.urls import reverse

from skinproof.evidence import Price, PriceRange, Time, library

from . import words
from .shown import Figure

Pair = Sequence[float | None]


@dataclass(frozen=True)
class Money:
    """What is asked for one unit of a treatment, and the pages that ask it."""

    unit: str
    text: str
    href: str  # the page that the lower end, or the only figure, comes from
    pages: tuple[Figure, ...]
    weak: bool  # nothing but pages that are good for cross-checking only


def money(ranges: Iterable[PriceRange]) -> list[Money]:
    """Price ranges in words, those of one session first."""
    order = ("session", "course", "month", "bottle-8-weeks", "add-on")
    return [_money(each) for each in sorted(ranges, key=lambda r: order.index(r.unit))]


def money_for(treatments: Iterable[str], route: str | None = None) -> list[Money]:
    """Price ranges of the first of the treatments that any page prices."""
    return next((found for t in treatments if (found := money(library().price_range(t, route)))), [])


def _money(given: PriceRange) -> Money:
    prices = given.prices or given.cross_checks
    if given.only_weak:
        ends = [end for p in prices for end in p.gbp if end is not None]
        low, high = (min(ends), max(ends)) if ends else (None, None)
    else:
        low, high = given.low, given.high
    text = words.pounds(low, high)
    if given.open_end and low is not None and high is not None:
        text = words.pounds(low, None) if low == high else f"{text} or more"
    source = next((p for p in prices if low is not None and low in p.gbp), prices[0])
    return Money(
        unit=words.UNITS[given.unit] if low is not None or high is not None else "",
        text=text,
        href=price_href(source),
        pages=tuple(
            Figure(f"{p.what}, {words.pounds(*p.gbp)}", price_href(p)) for p in (*given.prices, *given.cross_checks)
        ),
        weak=given.only_weak,
    )


def price_href(price: Price) -> str:
    return reverse("library:price", args=[price.id])


def spans(rows: Iterable[Time], fields: Iterable[str]) -> list[tuple[str, Figure]]:
    """[('First change', '2 to 6 weeks' → the pages)]: the widest span over the pages, for the fields any page gives."""
    pages = list(rows)
    return [
        (words.TIMES[field][0], Figure(_widest(told, field), reverse("library:times", args=[told[0].treatment])))
        for field in fields
        if (told := [row for row in pages if getattr(row, field) is not None])
    ]


def spans_for(treatments: Iterable[str], fields: Iterable[str]) -> list[tuple[str, Figure]]:
    """The spans of the first of the treatments that any page times."""
    wanted = list(fields)
    return next((found for t in treatments if (found := spans(library().timing(t), wanted))), [])


def _widest(rows: Iterable[Time], field: str) -> str:
    pairs: list[Pair] = [pair for row in rows if (pair := getattr(row, field)) is not None]
    lows = [pair[0] for pair in pairs if pair[0] is not None]
    highs = [pair[1] for pair in pairs if pair[1] is not None]
    open_low = any(pair[0] is None for pair in pairs)
    open_high = any(pair[1] is None for pair in pairs)
    low = None if not lows or (open_low and highs and min(lows) == max(highs)) else min([*lows, *highs])
    high = None if open_high and not highs else max([*lows, *highs])
    return words.span((low, high), words.TIMES[field][1])
