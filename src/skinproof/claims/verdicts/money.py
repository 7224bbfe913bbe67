"""What it costs: sums and words such as "cheaper" against the prices that pages ask."""

from __future__ import annotations

from skinproof.evidence import PriceRange
from skinproof.evidence.studies.prices import price_range

from .evidence import Evidence
from .judgement import Asked, Judgement

_UNIT = {"session": "a session", "course": "a course", "month": "a month", "bottle-8-weeks": "a bottle for 8 weeks",
         "add-on": "added to a session"}  # fmt: skip


def cost(asked: Asked, evidence: Evidence) -> Judgement:
    """The verdict on a price, or on being cheaper or dearer than another treatment."""
    found = asked.found
    ranges = _known(asked.treatment, found.route, evidence)
    rivals = [each for each in found.versus if each != asked.treatment]
    if found.money is None and rivals and found.says in ("cheap", "dear"):
        return _against(asked, ranges, rivals[0], evidence)
    if not ranges:
        return Judgement("not-checkable", "We have read no page with a price for it that we would rely on.")
    shown = " and ".join(_words(each) for each in ranges)
    reason = f"UK pages that we read ask {shown}."
    pages = tuple(dict.fromkeys(price.url for each in ranges for price in each.prices))
    if found.money is None:
        return Judgement(
            "not-checkable", f"No price is named to hold against others. {reason}", honest=reason, pages=pages
        )
    if any(_within(found.money, each) for each in ranges):
        return Judgement("well-supported", reason, honest=reason, pages=pages)
    return Judgement(
        "weaker-than-said", f"The price named lies outside what we read. {reason}", honest=reason, pages=pages
    )


def _known(treatment: str, route: tuple[str, ...], evidence: Evidence) -> list[PriceRange]:
    # A figure without an address may be the very advert that is being checked.
    read = [price for price in evidence.findings.library.prices if price.url.startswith("http")]
    for way in (*route, None):
        ranges = [r for r in price_range(read, treatment, way) if r.low is not None and r.high is not None]
        if ranges:
            return ranges
    return []


def _within(said: tuple[float | None, float | None], known: PriceRange) -> bool:
    low, high = said
    fits_low = low is None or (known.low or 0) <= low
    top = high if high is not None else low
    return fits_low and (top is None or known.open_end or top <= (known.high or 0))


def _against(asked: Asked, ranges: list[PriceRange], rival: str, evidence: Evidence) -> Judgement:
    others = {each.unit: each for each in _known(rival, (), evidence)}
    both = [(each, others[each.unit]) for each in ranges if each.unit in others]
    if not both:
        return Judgement("not-checkable", "We have not read prices of both, for the same amount.")
    mine, other = both[0]
    reason = f"Pages ask {_words(mine)} for it, and {_words(other)} for {evidence.name(rival)}."
    lower, higher = (mine, other) if asked.found.says == "cheap" else (other, mine)
    if (lower.high or 0) <= (higher.low or 0):
        return Judgement("well-supported", reason, honest=reason)
    if (lower.low or 0) >= (higher.high or 0):
        return Judgement("contradicted", reason, honest=reason)
    return Judgement("uncertain", f"The prices overlap. {reason}", honest=reason)


def _words(known: PriceRange) -> str:
    low, high = known.low or 0, known.high or 0
    more = " or more" if known.open_end else ""
    sums = f"£{low:,.0f}" if low == high else f"£{low:,.0f} to £{high:,.0f}"
    return f"{sums}{more} {_UNIT[known.unit]}"
