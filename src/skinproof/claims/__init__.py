"""What is promised: finds claims in a text and holds each against the findings."""

from __future__ import annotations

from bisect import bisect_right
from functools import cache

from skinproof.evidence import Finding, Findings, findings
from skinproof.language import Text, TextError, laid_out, read

from .find import find
from .judge import Judge
from .model import VERDICTS, Claim, Flag, Found, Report, Unrecognised, Verdict
from .quotes import Quotes
from .seed import SeedReport, SeedRow, seed_report

__all__ = [
    "VERDICTS", "Claim", "Flag", "Found", "Report", "SeedReport", "SeedRow", "TextError",
    "Unrecognised", "Verdict", "check", "find", "seed_report",
]  # fmt: skip


def check(text: str | Text, source: str = "text", held_against: Findings | None = None) -> Report:
    """Every promise of a text, each with its verdict and the studies behind it.

    `source` is what the report calls the text; `held_against` defaults to the product's own findings.

    Raises:
        TextError: longer than can be read at a time, or not text.
    """
    judge, quotes = _own() if held_against is None else _of(held_against)
    given = read(text) if isinstance(text, str) else text
    laid = laid_out(given)
    promises = find(laid)
    quoted = quotes.within(laid)
    claims = tuple(judge.claim(found, _at(quoted, found.at)) for found in promises.found)
    return Report(source, judge.findings.library.date.isoformat(), claims, promises.unrecognised)


def _at(quoted: list[tuple[int, int, Finding]], place: int) -> Finding | None:
    before = bisect_right(quoted, place, key=lambda each: each[0]) - 1
    return quoted[before][2] if before >= 0 and place < quoted[before][1] else None


def _of(held_against: Findings) -> tuple[Judge, Quotes]:
    return Judge(held_against), Quotes(held_against)


@cache
def _own() -> tuple[Judge, Quotes]:
    return _of(findings())
