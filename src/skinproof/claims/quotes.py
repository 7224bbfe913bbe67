"""Sentences of a text that say word for word what a finding says: the honest wording, put to use."""

from __future__ import annotations

from collections.abc import Mapping

from skinproof.evidence import Finding, Findings
from skinproof.language import Laid

from .verdicts.rules import plain

_OPENING = 6  # characters
_PARTS = 2  # a semicolon parts a text, and some of the sentences hold one


class Quotes:
    """The sentences of a set of findings, each with the surest finding that says it."""

    def __init__(self, findings: Findings) -> None:
        self._says: Mapping[str, Finding] = {_key(finding.sentence): finding for finding in findings.all}
        # So that most sentences of a text need no closer look.
        self._openings = frozenset(said[:_OPENING] for said in self._says)

    def within(self, laid: Laid) -> list[tuple[int, int, Finding]]:
        """`(start, end, finding)` of each sentence of the text that is one of theirs, in order."""
        found = []
        plain_text = laid.text.plain
        for parts in laid.sentences:
            for at, (start, _) in enumerate(parts):
                if plain_text[start : start + _OPENING].lower().replace("\n", " ") not in self._openings:
                    continue
                for _, end in parts[at : at + _PARTS]:
                    said = self._says.get(_key(plain_text[start:end]))
                    if said is not None:
                        found.append((start, end, said))
        return found


def _key(sentence: str) -> str:
    return plain(sentence).rstrip(" .")
