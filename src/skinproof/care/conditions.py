"""The language of `when`: conditions over facts, true, false, or not known yet.

The logic is Kleene's strong three-valued logic: a condition is unknown only where the facts that are missing could
still decide it either way.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeGuard

# A fact, or for a list fact one value that the list may hold.
Atom: TypeAlias = str | tuple[str, str]
# What is known. A missing atom is unknown; None is a number known to be absent ("never", "none").
Value: TypeAlias = bool | int | float | str | None
Known: TypeAlias = Mapping[Atom, Value]

COMPARATORS = ("is", "in", "at-least", "below", "above", "within-months", "within-weeks", "includes")


def fact_of(atom: Atom) -> str:
    return atom if isinstance(atom, str) else atom[0]


@dataclass(frozen=True, slots=True)
class Always:
    def truth(self, known: Known) -> bool | None:
        return True

    def open_atoms(self, known: Known) -> frozenset[Atom]:
        return frozenset()

    def leaves(self) -> Iterator[Leaf]:
        return iter(())


@dataclass(frozen=True, slots=True)
class Leaf:
    """One fact held against one comparator."""

    fact: str
    comparator: str
    wanted: Any  # as written; a tuple for `in` and `includes`

    def truth(self, known: Known) -> bool | None:
        if self.comparator == "includes":
            held = [known.get(atom) for atom in self.atoms()]
            if True in held:
                return True
            return None if None in held else False
        if self.fact not in known:
            return None
        value = known[self.fact]
        if value is None:
            return False
        return _COMPARE[self.comparator](value, self.wanted)

    def atoms(self) -> tuple[Atom, ...]:
        if self.comparator == "includes":
            return tuple((self.fact, value) for value in self.wanted)
        return (self.fact,)

    def open_atoms(self, known: Known) -> frozenset[Atom]:
        """The missing atoms that could still decide it; none where it is decided."""
        if self.truth(known) is not None:
            return frozenset()
        return frozenset(atom for atom in self.atoms() if atom not in known)

    def leaves(self) -> Iterator[Leaf]:
        yield self


@dataclass(frozen=True, slots=True)
class Not:
    part: Condition

    def truth(self, known: Known) -> bool | None:
        inner = self.part.truth(known)
        return None if inner is None else not inner

    def open_atoms(self, known: Known) -> frozenset[Atom]:
        return self.part.open_atoms(known)

    def leaves(self) -> Iterator[Leaf]:
        return self.part.leaves()


@dataclass(frozen=True, slots=True)
class Group:
    """`all` or `any` of several conditions. `decisive` is the value of one part that settles the whole."""

    parts: tuple[Condition, ...]
    decisive: bool  # False for all, True for any

    def truth(self, known: Known) -> bool | None:
        unknown = False
        for part in self.parts:
            value = part.truth(known)
            if value is self.decisive:
                return self.decisive
            unknown = unknown or value is None
        return None if unknown else not self.decisive

    def open_atoms(self, known: Known) -> frozenset[Atom]:
        if self.truth(known) is not None:
            return frozenset()
        return frozenset[Atom]().union(*(part.open_atoms(known) for part in self.parts))

    def leaves(self) -> Iterator[Leaf]:
        for part in self.parts:
            yield from part.leaves()


Condition: TypeAlias = Always | Leaf | Not | Group

_COMPARE: Mapping[str, Callable[[Any, Any], bool]] = {
    "is": operator.eq,
    "in": lambda value, wanted: value in wanted,
    "at-least": operator.ge,
    "below": operator.lt,
    "above": operator.gt,
    "within-months": operator.lt,  # known, and fewer than so many ago; 0 is now
    "within-weeks": operator.lt,
}


def parse(data: Any, *, top: bool = True) -> Condition:
    """A condition as it stands in a data file.

    Raises:
        ValueError: names the fault; a fact's name and kind are checked later, against the vocabulary.
    """
    if not isinstance(data, Mapping):
        raise ValueError(f"a condition is a mapping, not {type(data).__name__}")
    if "fact" in data:
        return _leaf(data)
    if len(data) != 1:
        raise ValueError(f"a condition has one of all, any, not, always or fact; this has {_listed(data)}")
    ((key, inner),) = data.items()
    if key == "always":
        if inner is not True or not top:
            raise ValueError("always stands alone, as {always: true}")
        return Always()
    if key == "not":
        return Not(parse(inner, top=False))
    if key in ("all", "any"):
        if not isinstance(inner, list) or not inner:
            raise ValueError(f"{key} needs a list with at least one condition")
        return Group(tuple(parse(part, top=False) for part in inner), decisive=key == "any")
    raise ValueError(f"{key!r} is not one of all, any, not, always or fact")


def _leaf(data: Mapping[str, Any]) -> Leaf:
    rest = {key: value for key, value in data.items() if key != "fact"}
    if len(rest) != 1 or not set(rest) <= set(COMPARATORS):
        raise ValueError(f"{data['fact']}: needs exactly one of {', '.join(COMPARATORS)}; has {_listed(rest)}")
    ((comparator, wanted),) = rest.items()
    if comparator in ("in", "includes"):
        wanted = tuple(wanted) if isinstance(wanted, list) else (wanted,)
        if not wanted:
            raise ValueError(f"{data['fact']}: {comparator} needs at least one value")
    return Leaf(str(data["fact"]), comparator, wanted)


def _listed(keys: Iterable[Any]) -> str:
    return ", ".join(sorted(map(str, keys))) or "none"


def is_number(value: object) -> TypeGuard[int | float]:
    """A finite number; Python's booleans are not numbers here."""
    return not isinstance(value, bool) and (
        isinstance(value, int) or (isinstance(value, float) and math.isfinite(value))
    )
