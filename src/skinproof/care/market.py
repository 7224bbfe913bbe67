"""Money and time for one form: what public pages say, each with its page. Never trial results."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache

from pydantic import Field

from skinproof.evidence import Price, PriceRange, Time, library
from skinproof.evidence.studies.prices import price_range
from skinproof.vocabulary import Form, Kept, KnowledgeError, load, unknown, vocabulary

from .sourced import check_names
from .terms import DATA

MARKET_FILE = DATA / "market.yaml"
Span = tuple[float | None, float | None]


class _Page(Kept):
    url: str
    note: str

    def tells(self, time: Time) -> bool:
        return time.url == self.url and (time.note or "").startswith(self.note)


class _Pages(Kept):
    prices: tuple[str, ...] = ()
    times: tuple[_Page, ...] = ()


class _Market(Kept):
    forms: Mapping[str, _Pages]
    only_for: Mapping[str, tuple[str, ...]] = Field(alias="only-for")
    not_for: Mapping[str, tuple[str, ...]] = Field(alias="not-for")


@cache
def _market() -> _Market:
    found = load(MARKET_FILE, _Market)
    prices = [price.id for price in library().prices]
    named = [*(price for pages in found.forms.values() for price in pages.prices), *found.only_for, *found.not_for]
    for price in named:
        if price not in prices:
            raise KnowledgeError(MARKET_FILE, "prices", unknown(price, prices))
    check_names(MARKET_FILE, form_ids=found.forms)
    for pages in found.forms.values():
        for page in pages.times:
            if not any(page.tells(time) for time in library().times):
                raise KnowledgeError(MARKET_FILE, f"times, {page.url}", "no page in the evidence room says this")
    return found


def agents(form: Form) -> tuple[str, ...]:
    """The treatments that a form is paid and timed by: of things given together, the one that is added."""
    if form.combinations:
        return tuple(dict.fromkeys(together[0] for together in form.combinations))
    return tuple(dict.fromkeys(kind for treatment in form.treatments for kind in vocabulary().kinds_of(treatment)))


def prices_of(form: Form, concern: str) -> tuple[PriceRange, ...]:
    """What pages ask for a form, one range per unit; empty where no page was found."""
    pages = _market().forms.get(form.id)
    rows = [price for price in library().prices if _for_concern(price, concern)]
    if pages and pages.prices:
        rows = [price for price in rows if price.id in pages.prices]
    else:
        several_ways = any(len(vocabulary().forms_of(agent)) > 1 for agent in agents(form))
        rows = [
            price
            for price in rows
            if price.treatment in agents(form) and (not several_ways or not form.route or form.route in price.route)
        ]
    return tuple(
        found for treatment in dict.fromkeys(p.treatment for p in rows) for found in price_range(rows, treatment)
    )


def _for_concern(price: Price, concern: str) -> bool:
    market = _market()
    return concern in market.only_for.get(price.id, (concern,)) and concern not in market.not_for.get(price.id, ())


def times_of(form: Form, concern: str) -> tuple[Time, ...]:
    """What pages tell about time for a form, those on the concern first. Empty where no page was found.

    What is given together has its time from the procedure and not from what is added, so nothing is told of it here.
    """
    pages = _market().forms.get(form.id)
    if pages and pages.times:
        return tuple(time for time in library().times if any(page.tells(time) for page in pages.times))
    if form.combinations:
        return ()
    return tuple(time for agent in agents(form) for time in library().timing(agent, concern))


@dataclass(frozen=True)
class Told:
    """What one page says, in words."""

    text: str
    url: str
    note: str | None = None
    prices: tuple[str, ...] = ()  # ids of the prices behind it


@dataclass(frozen=True)
class Row:
    """One line of the comparison: the same for every option, with nothing told where nothing is known."""

    key: str
    label: str
    told: tuple[Told, ...]
    otherwise: str = "not known"

    @property
    def text(self) -> str:
        return "; ".join(told.text for told in self.told) or self.otherwise


def span(values: Span, unit: str) -> str:
    """'2 to 3 weeks', 'up to 13 weeks', '6 weeks or more'"""
    low, high = values
    if low is None and high is None:
        return "not known"
    if low is None or high is None:
        value = high if low is None else low
        words = f"{value:g} {unit if value != 1 else unit[:-1]}"
        return f"up to {words}" if low is None else f"{words} or more"
    if low == high:
        return f"{low:g} {unit if low != 1 else unit[:-1]}"
    return f"{low:g} to {high:g} {unit}"


_ROWS: tuple[tuple[str, str, str, Callable[[Time], Span | None]], ...] = (
    ("sessions", "How many sessions", "sessions", lambda time: time.sessions),
    ("interval", "Time between sessions", "weeks", lambda time: time.interval_weeks),
    ("procedure", "How long a session takes", "minutes", lambda time: time.procedure_minutes),
    ("onset", "When a change may be seen", "weeks", lambda time: time.onset_weeks),
    ("full", "When the result is full", "weeks", lambda time: time.full_weeks or time.stable_weeks or time.peak_weeks),
    ("lasts", "How long it lasts", "months", lambda time: time.lasts_months),
    ("repeat", "When it is repeated", "months", lambda time: time.repeat_months),
    ("downtime", "Days off", "days", lambda time: time.downtime_days),
    ("redness", "Days of redness", "days", lambda time: time.redness_days),
)


def rows_of(form: Form, concern: str) -> tuple[Row, ...]:
    """The same rows for every form: first the price, then each thing about time."""
    if form.kind == "none":
        return tuple(Row(key, label, (), "none") for key, label in [("price", "Price"), *(row[:2] for row in _ROWS)])
    times = times_of(form, concern)
    asked = prices_of(form, concern)
    sure = [found for found in asked if found.low is not None or found.high is not None]
    price = Row("price", "Price", tuple(_priced(found) for found in sure or asked[:1]))
    told = [
        Row(key, label, tuple(
            Told(span(values, unit), time.url, time.note) for time in times if (values := read(time)) is not None
        ))
        for key, label, unit, read in _ROWS
    ]  # fmt: skip
    return (price, *told)


def _priced(found: PriceRange) -> Told:
    unit = {"bottle-8-weeks": "bottle for 8 weeks", "add-on": "session on top"}.get(found.unit, found.unit)
    if found.low is None and found.high is None:
        weak = found.cross_checks[0] if found.cross_checks else found.prices[0]
        return Told("no sure price found", weak.url, weak.note, (weak.id,))
    low, high = found.low, None if found.open_end and found.low == found.high else found.high
    if low is None:
        words = f"up to £{high:,.2f}"
    elif high is None:
        words = f"from £{low:,.2f}"
    else:
        words = f"£{low:,.2f}" if low == high else f"£{low:,.2f} to £{high:,.2f}"
        words += " or more" if found.open_end else ""
    words = words.replace(".00", "")
    return Told(f"{words} a {unit}", found.prices[0].url, found.prices[0].note, found.ids)
