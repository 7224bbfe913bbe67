"""A red flag, and what was read in a person's words, as their pages show it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from skinproof import care
from skinproof.clinic.library.sources import Address, address

from . import told


def unique(values: Iterable) -> list:
    return list(dict.fromkeys(values))


def red_flag(flag: care.Stop) -> dict[str, Any]:
    """What a page says of red flags: what to do now, why, where that was read, and the words in which they stand."""
    return {
        "flag": flag,
        "do_now": unique(line for each in flag.flags for line in each.do_now),
        "reasons": unique(each.reason for each in flag.flags),
        "sources": unique(pair for each in flag.flags for pair in _sources(each)),
        "quotes": quotes(flag),
    }


def if_now(journey: care.Journey) -> dict[str, list] | None:
    """What to do if what they wrote is happening now, while it is not known yet whether it is a red flag."""
    if not journey.half_told:
        return None
    return {
        "do_now": unique(line for each in journey.half_told for line in each.do_now),
        "reasons": unique(each.reason for each in journey.half_told),
        "quotes": quotes(care.Stop(journey.half_told)),
    }


def _sources(flag: care.Flag) -> list[Address]:
    """Where a red flag's advice and its rule were read."""
    advice = [address(source["url"], source["organisation"]) for source in flag.sources]
    return advice + [address(source.url, source.organisation) for source in flag.rule.source]


@dataclass(frozen=True)
class QuoteShown:
    """Words of the person's, and what they were taken for."""

    id: str
    place: str
    words: tuple[str, ...]
    means: str


def quotes(flag: care.Stop) -> list[QuoteShown]:
    """What the person wrote, each thing with a way to say that it is not so."""
    return [quote(each) for each in flag.quotes]


def quote(quoted: care.Quoted) -> QuoteShown:
    return QuoteShown(quoted.id, told.place(quoted.where), quoted.words, told.meaning(quoted))
