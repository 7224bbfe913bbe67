"""A person's facts: what was said, as atoms that conditions are held against, and what follows from it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from .conditions import Atom, Value
from .terms import FactError, shown, terms


@dataclass(frozen=True)
class Facts:
    """What is known of one person. `known` is what conditions are held against; the rest says how it came to be."""

    known: Mapping[Atom, Value]
    said: Mapping[Atom, Value]  # before anything followed from it
    notes: tuple[str, ...] = ()
    assumed: frozenset[str] = frozenset()  # facts that nobody need be asked, taken at their usual value

    def adding(self, said: Mapping[str, object]) -> Facts:
        """These facts with more said of them, by a clinician for instance; what is said now stands over what was.

        Raises:
            FactError: as `atoms_of`.
        """
        more = {atom: value for name, given in said.items() for atom, value in atoms_of(name, given).items()}
        return complete({**self.said, **more})

    def to_json(self) -> dict[str, Any]:
        """The facts that were said or follow, in the shape that `read_facts` takes."""
        said: dict[str, Any] = {}
        for atom, value in self.known.items():
            if isinstance(atom, str):
                if atom not in self.assumed:
                    said[atom] = value
                continue
            name, word = atom
            said.setdefault(name, {"has": [], "not": []})["has" if value else "not"].append(word)
        for name, spec in terms().facts.items():
            if spec.type == "list" and name in said and {*said[name]["has"], *said[name]["not"]} >= set(spec.values):
                said[name] = said[name]["has"]
        return said


def atoms_of(name: str, value: object) -> dict[Atom, Value]:
    """One fact as said, as atoms. A blank (null, except where null means none) gives none: blank is never "no".

    A list is taken as the whole list: what it does not hold is not there. `{"has": [...], "not": [...]}` leaves the
    rest open.

    Raises:
        FactError: unknown fact, wrong kind, outside the list, out of range.
    """
    spec = terms().fact(name)
    if value is None and not spec.none:
        return {}
    if spec.type != "list":
        return {name: spec.check(value)}
    if isinstance(value, Mapping):
        if not set(value) <= {"has", "not"}:
            raise FactError(name, f"needs a list, or has and not; has {', '.join(sorted(map(str, value)))}")
        has, lacks = spec.words(value.get("has") or []), spec.words(value.get("not") or [])
        both = sorted(set(has) & set(lacks))
        if both:
            raise FactError(name, f"{both[0]} is both in has and in not")
    else:
        has, lacks = spec.words(value), spec.values
    return {**{(name, word): False for word in lacks}, **{(name, word): True for word in has}}


def read_facts(
    said: Mapping[str, object],
    *,
    also: Mapping[Atom, Value] | None = None,
    blank: Iterable[str] = (),
    assume_for_tests: bool = False,
) -> Facts:
    """Facts as a file or form gives them: {fact: value}; `also` is what the concern itself says.

    A fact that must be asked and was not answered stays unknown. A fact that need not be asked takes its usual value.
    `blank` names facts to leave unknown whatever was said. `assume_for_tests` fills every gap with the vocabulary's
    test value, so that test patients can be short; nothing in the product sets it.

    Raises:
        FactError: as `atoms_of`.
    """
    if not isinstance(said, Mapping):
        raise FactError("facts", f"needs a mapping of facts to values, not {shown(said)}")
    blanks = {terms().fact(name).id for name in blank}
    atoms: dict[Atom, Value] = {}
    for name, value in said.items():
        if name not in blanks:
            atoms |= atoms_of(name, value)
    disputed = {atom for atom, value in (also or {}).items() if atoms.get(atom, value) != value}
    facts = complete({**atoms, **(also or {})}, blanks=blanks, assume_for_tests=assume_for_tests)
    notes = [f"{in_words(name)}: answered, and said to be left open; left open" for name in said if name in blanks]
    notes += [f"{in_words(atom)}: left out of the answers, but the concern says it; taken as so" for atom in disputed]
    return replace(facts, notes=(*notes, *facts.notes))


def complete(
    atoms: Mapping[Atom, Value],
    *,
    blanks: AbstractSet[str] = frozenset(),
    assume: bool = True,
    assume_for_tests: bool = False,
) -> Facts:
    """Atoms with what follows from them and, if `assume`, the usual values of facts that nobody need be asked."""
    known, notes = _derive(atoms, set(blanks))
    assumed = set()
    for name, spec in terms().facts.items():
        if name in blanks or not ((assume and not spec.ask) or assume_for_tests):
            continue
        if spec.type == "list":
            known = {**{(name, word): False for word in spec.values}, **known}
        elif name not in known:
            known[name] = spec.assumed  # type: ignore[assignment]
            assumed.add(name)
    for atom, value in known.items():
        if isinstance(atom, tuple) and value and atom[1] not in terms().facts[atom[0]].values:
            notes.append(f"{in_words(atom[0])}: no rule can read {atom[1]!r}; a clinician has to")
    said = MappingProxyType(dict(atoms))
    return Facts(MappingProxyType(known), said, tuple(dict.fromkeys(notes)), frozenset(assumed))


def _derive(atoms: Mapping[Atom, Value], blanks: set[str]) -> tuple[dict[Atom, Value], list[str]]:
    """What follows, round after round until nothing new does; and each contradiction, in words."""
    known, notes, changed = dict(atoms), list[str](), True
    while changed:
        changed = False
        for when, gives in terms().derived:
            if when.truth(known) is not True:
                continue
            for atom, value in gives.items():
                if (atom if isinstance(atom, str) else atom[0]) in blanks:
                    continue
                if atom in known and (value is None or known[atom] == value):
                    continue
                stands = value
                if atom in known:
                    stands = _careful(known[atom], value)
                    notes.append(
                        f"{in_words(atom)}: answered {_said(known[atom])}, other answers say {_said(value)}; "
                        f"taken as {_said(stands)}"
                    )
                if atom not in known or known[atom] != stands:
                    known[atom], changed = stands, True
    return known, notes


def _careful(said: Value, follows: Value) -> Value:
    """Of two values that contradict each other, the one that asks for more care: true, or the more recent date."""
    if isinstance(said, bool) or isinstance(follows, bool):
        return True
    numbers = [value for value in (said, follows) if isinstance(value, int | float)]
    return min(numbers) if numbers else said


def in_words(atom: Atom) -> str:
    """What is asked, to begin a note with: "Whether you are pregnant", "Your other health conditions (melasma)"."""
    name, word = (atom, "") if isinstance(atom, str) else atom
    label = terms().facts[name].label
    return f"{label[:1].upper()}{label[1:]}" + (f" ({word.replace('-', ' ')})" if word else "")


def _said(value: Value) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "none or never" if value is None else shown(value)
