"""What treatments cost, from the pages that say so."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from .records import Price, Unit


@dataclass(frozen=True, slots=True)
class PriceRange:
    """What pages ask, in pounds, for one unit of a treatment."""

    treatment: str
    unit: Unit
    low: float | None  # None: no page gives a lower end
    high: float | None
    open_end: bool  # a page behind `high` says "from": it can cost more
    prices: tuple[Price, ...]  # the pages that set the range
    cross_checks: tuple[Price, ...]  # weak pages (anonymous, aggregators): shown, never setting the range
    only_weak: bool  # nothing but weak pages: then low and high are None

    @property
    def ids(self) -> tuple[str, ...]:
        return tuple(price.id for price in self.prices)


def price_range(prices: Iterable[Price], treatment: str, route: str | None = None) -> tuple[PriceRange, ...]:
    """One range per unit that pages use for the treatment; with a route, only pages that speak of that route.

    Pages without any figure ("hundreds of pounds") are left among the prices but set nothing.
    """
    by_unit: dict[Unit, list[Price]] = defaultdict(list)
    for price in prices:
        if price.treatment == treatment and (route is None or route in price.route):
            by_unit[price.unit].append(price)
    return tuple(_range(treatment, unit, rows) for unit, rows in by_unit.items())


def _range(treatment: str, unit: Unit, rows: list[Price]) -> PriceRange:
    strong = [p for p in rows if p.trust != "weak"]
    weak = tuple(p for p in rows if p.trust == "weak")
    ends = [end for p in strong for end in p.gbp if end is not None]
    lows = [p.gbp[0] for p in strong if p.gbp[0] is not None]
    return PriceRange(
        treatment=treatment,
        unit=unit,
        low=min(lows, default=None),
        high=max(ends, default=None),
        open_end=any(p.gbp[0] is not None and p.gbp[1] is None for p in strong),
        prices=tuple(strong),
        cross_checks=weak,
        only_weak=not strong,
    )
