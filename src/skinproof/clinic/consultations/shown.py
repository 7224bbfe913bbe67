"""A red flag, and what was read in a person's words, as their pages show it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from skinproof import care
from skinproof.clinic.library.sources import Address, address

from . import told

LONGEST_SENTENCE = 240  # characters that are shown around what was read


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


@dataclass(frozen=True)
class Piece:
    """A stretch of a sentence; `read` where it is the words that were read."""

    text: str
    read: bool = False


def sentences(quoted: care.Quoted, texts: Iterable[care.Text]) -> tuple[tuple[Piece, ...], ...]:
    """The person's own sentences around what was read in them, or the bare words where a sentence is very long."""
    text = next((each.text for each in texts if each.where == quoted.where), "")
    spans: dict[tuple[int, int], list[care.Found]] = {}
    for found in quoted.found:
        spans.setdefault(found.sentence, []).append(found)
    if not text or any(end - start > LONGEST_SENTENCE for start, end in spans):
        return tuple((Piece(words, read=True),) for words in quoted.words)
    return tuple(_pieces(text, *span, spans[span]) for span in sorted(spans))


def _pieces(text: str, start: int, end: int, read: list[care.Found]) -> tuple[Piece, ...]:
    made, done = [], start
    for each in sorted(read, key=lambda found: found.start):
        if each.start >= done:
            made += [Piece(text[done : each.start]), Piece(text[each.start : each.end], read=True)]
            done = each.end
    return tuple(piece for piece in (*made, Piece(text[done:end])) if piece.text)


def quotes(flag: care.Stop) -> list[QuoteShown]:
    """What the person wrote, each thing with a way to say that it is not so."""
    return [quote(each) for each in flag.quotes]


def quote(quoted: care.Quoted) -> QuoteShown:
    return QuoteShown(quoted.id, told.place(quoted.where), quoted.words, told.meaning(quoted))
