"""Words and phrases to look for, given as data, found in one walk over the tokens.

A lexicon is a tree of tokens. At each place the longest phrase of each kind is taken; hyphens between words do not
count, so "anti-ageing", "anti ageing" and "Anti-Aging" are one. Long words are found with one letter wrong as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from .inflection import inflected
from .words import Tokens, tokens

_LONG = 8  # letters of a true word; shorter ones have too many neighbours to guess at
_KEPT = 50_000  # unknown words remembered; a text made of ever new words must not grow memory without end
_HYPHEN = frozenset("-")
_NONE: dict[str, list[Any]] = {}
_HERE = ""  # key of a node's entries, by kind: no token is empty


@dataclass(frozen=True, slots=True)
class Entry:
    """Something to look for. `says` are its phrases; `part` says how the last word of each bends (see `inflection`)."""

    kind: str
    id: str
    says: tuple[str, ...]
    part: str = "fixed"
    value: Any = None


@dataclass(slots=True, init=False)
class Match:
    """An entry found at tokens `first` up to, not including, `last`; `kind` and `id` are the entry's."""

    entry: Entry
    first: int
    last: int
    misspelt: bool
    kind: str
    id: str

    def __init__(self, entry: Entry, first: int, last: int, misspelt: bool = False) -> None:
        self.entry = entry
        self.first = first
        self.last = last
        self.misspelt = misspelt
        # Copied, for they are asked for many times as often as a match is made.
        self.kind = entry.kind
        self.id = entry.id


_CHOICE = re.compile(r"\(([^()]*\|[^()]*)\)")


def ways(phrase: str) -> list[str]:
    """Every way to read a phrase: "(turn|make) skin (grey|)" is four phrases."""
    choice = _CHOICE.search(phrase) if "|" in phrase else None
    if not choice:
        return [" ".join(phrase.split())]
    before, after = phrase[: choice.start()], phrase[choice.end() :]
    return [way for word in choice[1].split("|") for way in ways(before + word + after)]


class _Pieces(dict[str, list[str]]):
    """The words of each piece of a phrase between blanks: most pieces stand in thousands of phrases."""

    def __missing__(self, piece: str) -> list[str]:
        self[piece] = words = [word for word in tokens(piece).words if word not in ("-", "'")]
        return words


@dataclass(slots=True)
class Lexicon:
    """Build with `Lexicon.of(entries, not_misspelt=..., skips=...)`; `find` walks once over the tokens."""

    _root: dict[str, Any] = field(default_factory=dict)
    _near: dict[str, str] = field(default_factory=dict)
    _known: set[str] = field(default_factory=set)
    _slips: dict[str, str | None] = field(default_factory=dict)  # what unknown words were taken for
    _skips: frozenset[str] = frozenset()

    @classmethod
    def of(cls, entries: Iterable[Entry], not_misspelt: Iterable[str] = (), skips: Iterable[str] = ()) -> Lexicon:
        """A lexicon of the entries; `not_misspelt` are true words that stand one letter from a word of the lexicon;
        `skips` may stand between the words of a phrase without being part of it ("joints are really sore")."""
        made, pieces = cls(_skips=frozenset(skips)), _Pieces()
        for entry in entries:
            for phrase in entry.says:
                for written in ways(phrase):
                    for way in inflected(written, entry.part):
                        made._add(way, entry, pieces)
        made._known.update(word for words in pieces.values() for word in words)
        for word in not_misspelt:
            made._known.update(tokens(word).words)
        for word in sorted(made._known):
            if len(word) >= _LONG and word.isalpha():
                for neighbour in _without_one(word):
                    made._near.setdefault(neighbour, word)
        return made

    def _add(self, phrase: str, entry: Entry, pieces: _Pieces) -> None:
        words = [word for piece in phrase.split() for word in pieces[piece]]
        if not words:
            raise ValueError(f"{entry.kind} {entry.id}: nothing to look for in {phrase!r}")
        node = self._root
        for word in words:
            node = node.setdefault(word, {})
        here = node.setdefault(_HERE, {}).setdefault(entry.kind, [])
        if entry not in here:
            here.append(entry)

    def find(self, given: Tokens) -> list[Match]:
        """Matches in order of place; two of one kind never overlap: the earlier wins, then the longer."""
        words = self._respelt(given.words)
        root, size, skips = self._root, len(words), self._skips
        if root.keys().isdisjoint(words):
            return []
        passed = skips | _HYPHEN
        taken: dict[str, int] = {}
        found: list[Match] = []
        for first, word in enumerate(words):
            node = root.get(word)
            if node is None:
                continue
            at = first + 1
            # Most words that open a phrase ("the", "in") open none here: a look at the next one tells.
            if at == size or ((after := words[at]) not in node and after not in passed):
                for kind, entries in node.get(_HERE, _NONE).items():
                    if taken.get(kind, 0) <= first:
                        taken[kind] = at
                        wrong = words is not given.words and word != given.words[first]
                        for entry in entries:
                            found.append(Match(entry, first, at, wrong))
                continue
            best: dict[str, tuple[int, list[Entry]]] = {}
            later: list[tuple[dict[str, Any], int]] = []  # where a word was taken that could as well be skipped
            while True:
                if here := node.get(_HERE):
                    for kind, entries in here.items():
                        # Of the ways to skip words the one that reaches furthest counts.
                        if kind not in best or best[kind][0] < at:
                            best[kind] = (at, entries)
                while at < size and (words[at] == "-" or (words[at] in skips and words[at] not in node)):
                    at += 1
                if at < size and words[at] in skips:
                    later.append((node, at + 1))
                if at == size or (node := node.get(words[at])) is None:
                    while later:
                        node, at = later.pop()
                        while at < size and words[at] in skips and words[at] not in node:
                            at += 1
                        if at < size and (node := node.get(words[at])) is not None:
                            break
                    else:
                        break
                at += 1
            for kind, (last, entries) in best.items():
                if taken.get(kind, 0) <= first:
                    taken[kind] = last
                    wrong = words is not given.words and words[first:last] != given.words[first:last]
                    for entry in entries:
                        found.append(Match(entry, first, last, wrong))
        return found

    def _respelt(self, words: list[str]) -> list[str]:
        """The same words, those with one letter wrong put right; the list itself where nothing is wrong."""
        right: list[str] | None = None
        for at, word in enumerate(words):
            if len(word) < _LONG - 1 or word in self._known:
                continue
            if word not in self._slips:
                if len(self._slips) > _KEPT:
                    self._slips.clear()
                self._slips[word] = self._meant(word)
            if meant := self._slips[word]:
                right = right or list(words)
                right[at] = meant
        return right if right is not None else words

    def _meant(self, word: str) -> str | None:
        if len(word) > 40 or not word.isalpha():
            return None
        if word in self._near:  # a letter was left out
            return self._near[word]
        for neighbour in _without_one(word):  # a letter too many, or one for another
            if neighbour in self._known and len(neighbour) >= _LONG:
                return neighbour
            if neighbour in self._near and _one_apart(word, self._near[neighbour]):
                return self._near[neighbour]
        return None


def _without_one(word: str) -> Iterator[str]:
    for at in range(1, len(word)):  # the first letter is seldom wrong, and much depends on it
        yield word[:at] + word[at + 1 :]


def _one_apart(given: str, meant: str) -> bool:
    """One letter for another, or two neighbours swapped."""
    if len(given) != len(meant):
        return False
    apart = [at for at, (a, b) in enumerate(zip(given, meant, strict=True)) if a != b]
    if len(apart) == 1:
        # A plural, a tense or a comparative is another form of the word, not a slip.
        return apart[0] < len(given) - 1
    if len(apart) != 2 or apart[1] != apart[0] + 1:
        return False
    a, b = apart
    return given[a] == meant[b] and given[b] == meant[a]
