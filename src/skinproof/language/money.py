"""Sums of money in a text: "£1,500 to £4,000", "from £250", "€90"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

_SIGNS = {"£": "GBP", "gbp": "GBP", "pounds": "GBP", "$": "USD", "usd": "USD", "€": "EUR", "eur": "EUR", "euros": "EUR"}
_MARKS = frozenset(_SIGNS)
_AMOUNT = r"\d{1,3}(?:,\d{3})+(?:\.\d{2})?|\d{1,7}(?:\.\d{1,2})?"
_MONEY = re.compile(
    rf"(?P<open>\b(?:from|starting at|starts at|up to|under|less than|over|more than)[ ]+)?"
    rf"(?:(?P<sign>[£$€]|\b(?:GBP|USD|EUR)[ ]?)[ ]?(?P<lo>{_AMOUNT})(?P<k>k\b)?"
    rf"(?:[ ]?(?:-|to|and)[ ]?(?:[£$€]|GBP[ ]?|USD[ ]?|EUR[ ]?)?[ ]?(?P<hi>{_AMOUNT})(?P<k2>k\b)?(?![\d%]))?"
    rf"|\b(?P<lo2>{_AMOUNT})[ ]?(?P<word>pounds|euros|GBP|USD|EUR)\b)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Money:
    """`low` and `high` in whole currency units; None where the text leaves that end open."""

    start: int
    end: int
    currency: str  # ISO 4217
    low: float | None
    high: float | None


def tells_money(words: Iterable[str]) -> bool:
    """Whether a sentence of these words can hold a sum: a quick look before `money`."""
    return not _MARKS.isdisjoint(words)


def money(plain: str, start: int = 0, end: int | None = None) -> Iterator[Money]:
    """The sums in `plain[start:end]`, in order."""
    for found in _MONEY.finditer(plain, start, len(plain) if end is None else end):
        sign = (found["sign"] or found["word"]).strip().lower()
        low: float | None = _amount(found["lo"] or found["lo2"], found["k"] or (found["hi"] and found["k2"]))
        high = _amount(found["hi"], found["k2"]) if found["hi"] else low
        opening = (found["open"] or "").strip().lower()
        if opening in ("from", "starting at", "starts at", "over", "more than") and not found["hi"]:
            high = None
        elif opening in ("up to", "under", "less than"):
            low = None
        yield Money(*found.span(), _SIGNS[sign], low, high)


def _amount(said: str, thousands: str | None) -> float:
    return float(said.replace(",", "")) * (1000 if thousands else 1)
