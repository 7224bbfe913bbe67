"""The rules of judging as data (`data/judging.yaml`), and phrases found as whole words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from pathlib import Path

from skinproof.language import read
from skinproof.vocabulary import Kept, KnowledgeError, Vocabulary, load, unknown, vocabulary

FILE = Path(__file__).parent.parent / "data" / "judging.yaml"


class Phrases:
    """Words and phrases, looked for as whole words."""

    def __init__(self, said: Iterable[str]) -> None:
        longest_first = sorted({plain(each) for each in said}, key=len, reverse=True)
        self._pattern = re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, longest_first)) + r")(?!\w)")
        self._empty = not longest_first

    def within(self, text: str) -> str | None:
        """The first of them that stands in a text which `plain` gave."""
        found = None if self._empty else self._pattern.search(text)
        return found.group() if found else None


@lru_cache(maxsize=4096)
def plain(text: str) -> str:
    """Lower case, one kind of quotation mark and dash, single spaces."""
    return " ".join(read(text).plain.lower().split())


class _Degrees(Kept):
    absolute: tuple[str, ...]
    mild: tuple[str, ...]
    large: tuple[str, ...]
    sure: tuple[str, ...]
    forever: tuple[str, ...]


class _Harms(Kept):
    passing: tuple[str, ...]
    any_serious: tuple[str, ...]
    of_condition: tuple[str, ...]
    no_harm: tuple[str, ...]
    none_told: tuple[str, ...]
    pain: tuple[str, ...]
    downtime: tuple[str, ...]
    of_make: tuple[str, ...]
    empty_words: tuple[str, ...]


class _Standing(Kept):
    approval: tuple[str, ...]
    abroad: tuple[str, ...]
    without: tuple[str, ...]


class _File(Kept):
    degrees: _Degrees
    same_outcome: tuple[tuple[str, ...], ...]
    wide: tuple[str, ...]
    speaks_for_wide: tuple[str, ...]
    concern_tested_in: Mapping[str, tuple[str, ...]]
    harms: _Harms
    standing: _Standing


class Rules:
    """What the data file says, ready for use.

    Raises:
        KnowledgeError: the file is at fault, or names an outcome or a concern that the vocabulary lacks.
    """

    def __init__(self, file: Path = FILE, words: Vocabulary | None = None) -> None:
        held = load(file, _File)
        _check(file, held, words or vocabulary())
        self.degrees = {name: Phrases(said) for name, said in held.degrees.model_dump().items()}
        self.harms = {name: Phrases(said) for name, said in held.harms.model_dump().items()}
        self.empty_words = frozenset(held.harms.empty_words)
        self.without_prescription = Phrases(held.standing.without)
        self.approval, self.abroad = held.standing.approval, held.standing.abroad
        self.wide, self.speaks_for_wide = held.wide, held.speaks_for_wide
        self._same, self._tested_in = held.same_outcome, held.concern_tested_in

    def same_outcome(self, concept: str) -> frozenset[str]:
        """The outcomes that measure the same thing another way."""
        return frozenset(word for group in self._same if concept in group for word in group) - {concept}

    def tested_in(self, concern: str) -> tuple[str, ...]:
        """Concerns whose studies may speak, with less right, for a promise about this one."""
        return self._tested_in.get(concern, ())


def _check(file: Path, held: _File, words: Vocabulary) -> None:
    outcomes = [*held.wide, *held.speaks_for_wide, *(word for group in held.same_outcome for word in group)]
    concerns = [*held.concern_tested_in, *(word for group in held.concern_tested_in.values() for word in group)]
    for word in outcomes:
        if word not in words.concepts:
            raise KnowledgeError(file, "outcomes", unknown(word, list(words.concepts)))
    for word in concerns:
        if word not in words.concerns:
            raise KnowledgeError(file, "concern_tested_in", unknown(word, list(words.concerns)))


@cache
def rules() -> Rules:
    """The product's own rules, read once."""
    return Rules()
