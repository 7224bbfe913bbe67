"""Sentences of a text that say word for word what a finding says: the honest wording, put to use."""

from __future__ import annotations

from collections.abc import Mapping

from skinproof.evidence import Finding, Findings
from skinproof.language import Text, blocks, sentences

from .verdicts.rules import plain


class Quotes:
    """The sentences of a set of findings, each with the surest finding that says it."""

    def __init__(self, findings: Findings) -> None:
        self._says: Mapping[str, Finding] = {_key(finding.sentence): finding for finding in findings.all}

    def within(self, text: Text) -> list[tuple[int, int, Finding]]:
        """`(start, end, finding)` of each sentence of the text that is one of theirs, in order."""
        return [
            (start, end, self._says[said])
            for block in blocks(text.plain)
            for start, end in sentences(text.plain, block)
            if (said := _key(text.plain[start:end])) in self._says
        ]


def _key(sentence: str) -> str:
    return plain(sentence).rstrip(" .")
