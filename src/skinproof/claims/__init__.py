"""What is promised: finds claims in a text and holds each against the findings."""

from __future__ import annotations

from functools import cache

from skinproof.evidence import Findings, findings
from skinproof.language import Text, TextError

from .find import find
from .judge import Judge
from .model import Claim, Flag, Found, Report, Unrecognised

__all__ = ["Claim", "Flag", "Found", "Report", "TextError", "Unrecognised", "check", "find"]


def check(text: str | Text, source: str = "text", held_against: Findings | None = None) -> Report:
    """Every promise of a text, each with its verdict and the studies behind it.

    `source` is what the report calls the text; `held_against` defaults to the product's own findings.

    Raises:
        TextError: longer than can be read at a time, or not text.
    """
    judge = _judge() if held_against is None else Judge(held_against)
    promises = find(text)
    claims = tuple(judge.claim(found) for found in promises.found)
    return Report(source, judge.findings.library.about.built.isoformat(), claims, promises.unrecognised)


@cache
def _judge() -> Judge:
    return Judge(findings())
