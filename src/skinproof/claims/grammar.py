"""Small words that tell which words of a sentence belong together, as data (`data/grammar.yaml`)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from skinproof.language import canonical
from skinproof.vocabulary import Kept, load


class _Read(Kept):
    joins: tuple[str, ...]
    auxiliaries: tuple[str, ...]
    be_have: tuple[str, ...]
    stops: tuple[str, ...]
    of_many: tuple[tuple[str, ...], ...]
    only_from: tuple[tuple[str, ...], ...]
    directions: tuple[tuple[str, ...], ...]
    lists: tuple[str, ...]
    given: tuple[str, ...]
    narrows: tuple[str, ...]
    links: tuple[str, ...]
    of_skin: tuple[str, ...]
    others: tuple[str, ...]
    several: tuple[str, ...]
    safety: tuple[str, ...]
    turns: tuple[str, ...]
    capitals: tuple[str, ...]
    asks: tuple[str, ...]
    anew: tuple[str, ...]
    visits: tuple[str, ...]
    determiners: tuple[str, ...]
    comes_back: tuple[str, ...]
    small: tuple[str, ...]
    affirms: tuple[str, ...]
    ends: tuple[str, ...]
    trials: tuple[str, ...]
    alike: tuple[str, ...]
    arms: tuple[str, ...]
    unlikely: tuple[str, ...]
    barred: tuple[str, ...]
    downtime: tuple[tuple[str, ...], ...]
    none: tuple[str, ...]
    some: tuple[str, ...]


_PHRASES = ("of_many", "only_from", "directions", "downtime")


@dataclass(frozen=True, slots=True)
class Grammar:
    joins: frozenset[str]  # between the parts of a list
    auxiliaries: frozenset[str]
    be_have: frozenset[str]
    stops: frozenset[str]  # an effect does not reach over these
    of_many: frozenset[tuple[str, ...]]  # between two things of which one is a part of the other
    only_from: frozenset[tuple[str, ...]]  # between a thing and what it comes from
    directions: frozenset[tuple[str, ...]]  # what a label of directions for use opens with
    lists: frozenset[str]  # between treatments of one list
    given: frozenset[str]  # "treated with X": X is the treatment itself
    narrows: frozenset[str]  # "retinoids like tretinoin"
    links: frozenset[str]  # "leaves skin smooth"
    of_skin: frozenset[str]
    others: frozenset[str]
    several: frozenset[str]
    safety: frozenset[str]
    turns: frozenset[str]
    capitals: frozenset[str]  # names a treatment in capitals only
    asks: frozenset[str]  # opens a sentence that explains or asks
    determiners: frozenset[str]  # between the parts of a list they say nothing
    visits: frozenset[str]  # how long one lasts is no lasting result
    comes_back: frozenset[str]  # a thing that was gone is there again
    ends: frozenset[str]  # of a treatment: a time behind them is no time since the start
    trials: frozenset[str]
    alike: frozenset[str]
    affirms: frozenset[str]  # says that what a list holds is so
    small: frozenset[str]  # a risk is
    arms: frozenset[str]  # of a study
    unlikely: frozenset[str]  # an unwanted effect is
    barred: frozenset[str]  # asks whom it does not suit
    downtime: frozenset[tuple[str, ...]]  # labels of how long it takes to recover
    none: frozenset[str]  # opens an answer that says that there is none
    some: frozenset[str]  # that there is some
    anew: frozenset[str]  # behind "and" they begin a statement of their own

    def joined(self, gap: list[str]) -> bool:
        return all(word in self.joins for word in gap)

    def listed(self, gap: list[str]) -> bool:
        return all(word in self.lists for word in gap)


def grammar(data: Path) -> Grammar:
    """The small words of a folder's `grammar.yaml`.

    Raises:
        KnowledgeError: the file is at fault.
    """
    read = load(data / "grammar.yaml", _Read)

    def each(words: tuple[str, ...]) -> frozenset[str]:
        return frozenset(canonical(word) for word in words)

    def ways(several: tuple[tuple[str, ...], ...]) -> frozenset[tuple[str, ...]]:
        return frozenset(tuple(canonical(word) for word in way) for way in several)

    lists = {name: each(getattr(read, name)) for name in _Read.model_fields if name not in _PHRASES}
    return Grammar(
        of_many=ways(read.of_many), only_from=ways(read.only_from), directions=ways(read.directions),
        downtime=ways(read.downtime), **lists,
    )  # fmt: skip
