"""A person's facts: which there are, what may be said of each, and what follows from what was said."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter

from skinproof.vocabulary import KnowledgeError, read_yaml, unknown, validate

from .conditions import Atom, Condition, Leaf, Not, Value, is_number, parse

DATA = Path(__file__).with_name("data")
VOCABULARY_FILE = DATA / "safety-vocabulary.yaml"
FACTS_FILE = DATA / "facts.yaml"
DERIVED_FILE = DATA / "derived-facts.yaml"

FilledBy = Literal["person", "clinician", "provider"]


class FactError(ValueError):
    """Something said of a person that cannot be used: names the fact (or field) and the fault."""

    def __init__(self, fact: str, fault: str) -> None:
        self.fact, self.fault = fact, fault
        super().__init__(f"{fact}: {fault}")


class _Kept(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True, arbitrary_types_allowed=True)


class FactSpec(_Kept):
    """One fact: its kind, its limits, who can know it, and plain words for it."""

    id: str
    type: Literal["bool", "number", "enum", "list"]
    meaning: str
    ask: bool  # never assume it: unanswered is unknown
    assumed: bool | float | str | list[str] | None = Field(alias="assume-in-tests")
    values: tuple[str, ...] = ()
    open: bool = False  # a list that keeps words outside `values` too
    label: str
    change: str | None = None
    low: float | None = None
    high: float | None = None
    whole: bool = False
    none: bool = False  # null means "known to be none"
    filled_by: FilledBy = Field(default="person", alias="filled-by")
    provisional: bool = False
    needs: str | None = None
    ask_clinician: str | None = Field(default=None, alias="ask-clinician")

    def check(self, value: object) -> Value:
        """The value as kept: a bool, a number, a word of the list, or None where null is a value. Not for lists.

        Raises:
            FactError: wrong kind, outside the list, out of range.
        """
        if self.type == "bool":
            if not isinstance(value, bool):
                raise FactError(self.id, f"needs true or false, not {shown(value)}")
            return value
        if self.type == "enum":
            if not isinstance(value, str) or value not in self.values:
                raise FactError(self.id, f"needs one of {', '.join(self.values)}, not {shown(value)}")
            return value
        if value is None and self.none:
            return None
        if not is_number(value):
            raise FactError(self.id, f"needs a number, not {shown(value)}")
        if self.whole and value != int(value):
            raise FactError(self.id, f"needs a whole number, not {shown(value)}")
        if (self.low is not None and value < self.low) or (self.high is not None and value > self.high):
            raise FactError(self.id, f"{shown(value)} is out of range ({self.low:g} to {self.high:g})")
        return value

    def words(self, value: object) -> tuple[str, ...]:
        """The words of a list fact.

        Raises:
            FactError: not a list, or a word that is not on the fact's list.
        """
        if not isinstance(value, list | tuple):
            raise FactError(self.id, f"needs a list, not {shown(value)}")
        return tuple(self._word(word) for word in value)

    def _word(self, word: object) -> str:
        if not isinstance(word, str) or not word.strip():
            raise FactError(self.id, f"the list holds {shown(word)}, which is not a word")
        if word in self.values:
            return word
        if self.open and not difflib.get_close_matches(word.strip().lower(), self.values, n=1, cutoff=0.74):
            return word.strip().lower()  # a near miss is refused below: it would slip past the rules
        raise FactError(self.id, unknown(word, list(self.values)))


class _Derived(_Kept):
    when: Annotated[Any, BeforeValidator(lambda data: parse(data))]
    set: Mapping[str, bool] = {}
    number: Mapping[str, int | float | None] = {}
    has: Mapping[str, tuple[str, ...]] = {}
    lacks: Mapping[str, tuple[str, ...]] = {}


class Terms(_Kept):
    """The closed lists the safety rules are written in."""

    actions: tuple[str, ...]  # strongest first
    tiers: tuple[str, ...]
    support: Mapping[str, str]
    forms: tuple[str, ...]  # forms that were written rules for
    facts: Mapping[str, FactSpec]
    derived: tuple[tuple[Condition, Mapping[Atom, Value]], ...]

    def fact(self, name: str) -> FactSpec:
        """
        Raises:
            FactError: no such fact; offers near ones.
        """
        if name not in self.facts:
            raise FactError(name, f"no such fact: {unknown(name, list(self.facts))}")
        return self.facts[name]


def clinic_facts() -> tuple[FactSpec, ...]:
    """What a clinician or the provider fills in, and the person is never asked; `ask_clinician` is the question."""
    return tuple(spec for spec in terms().facts.values() if spec.filled_by != "person")


@cache
def terms() -> Terms:
    """The closed lists and facts, read once.

    Raises:
        KnowledgeError: a data file is at fault.
    """
    return make_terms(read_yaml(VOCABULARY_FILE), read_yaml(FACTS_FILE), read_yaml(DERIVED_FILE))


class _WordsFile(_Kept):
    """`safety-vocabulary.yaml`: the closed lists, and the half of each fact that the rules' authors wrote."""

    actions: tuple[str, ...] = Field(alias="actions-strongest-first", min_length=1)
    tiers: tuple[str, ...] = Field(alias="source-tiers-strongest-first", min_length=1)
    support: Mapping[str, str]
    treatments: Mapping[str, Any]
    conditions: tuple[str, ...] = Field(alias="condition-values", min_length=1)
    medicines: tuple[str, ...] = Field(alias="medicine-values", min_length=1)
    facts: Mapping[str, Mapping[str, Any]]


def make_terms(words: Any, extras: Any, derived: Any) -> Terms:
    """Terms from the plain content of the three files; see `terms`."""
    book = validate(words, _WordsFile, VOCABULARY_FILE)
    ours: Mapping[str, Mapping[str, Any]] = validate(extras, TypeAdapter(Mapping[str, Mapping[str, Any]]), FACTS_FILE)
    closed = {"conditions": book.conditions, "medicines": book.medicines}
    specs = {}
    for name in sorted({*book.facts, *ours}):
        if name not in book.facts or name not in ours:
            missing = VOCABULARY_FILE if name not in book.facts else FACTS_FILE
            raise KnowledgeError(missing, name, "the fact stands in the other file of facts only")
        row = {"id": name, **book.facts[name], **ours[name]}
        if name in closed:
            row["values"] = closed[name]
        try:
            spec = validate(row, FactSpec, FACTS_FILE)
        except KnowledgeError as error:
            raise KnowledgeError(FACTS_FILE, ", ".join(filter(None, (name, error.where))), error.fault) from None
        if (spec.filled_by == "person") == bool(spec.needs):
            raise KnowledgeError(FACTS_FILE, name, "needs stands where somebody else than the person fills the fact in")
        specs[name] = spec
    steps: list[tuple[Condition, Mapping[Atom, Value]]] = []
    for index, step in enumerate(validate(derived, TypeAdapter(list[_Derived]), DERIVED_FILE)):
        gives: dict[Atom, Value] = dict([*step.set.items(), *step.number.items()])
        gives |= {(fact, word): True for fact, several in step.has.items() for word in several}
        gives |= {(fact, word): False for fact, several in step.lacks.items() for word in several}
        fault = condition_fault(step.when, specs) or next(
            filter(None, (_atom_fault(a, v, specs) for a, v in gives.items())), None
        )
        if fault:
            raise KnowledgeError(DERIVED_FILE, f"entry {index + 1}", fault)
        steps.append((step.when, MappingProxyType(gives)))
        steps += _turned(step.when, gives)
    return Terms(
        actions=book.actions,
        tiers=book.tiers,
        support=book.support,
        forms=tuple(book.treatments),
        facts=MappingProxyType(specs),
        derived=tuple(steps),
    )


def _turned(when: Condition, gives: Mapping[Atom, Value]) -> list[tuple[Condition, Mapping[Atom, Value]]]:
    """The same inference turned round: where one of several words in a list makes something so, its not being so rules
    out every one of them."""
    if not isinstance(when, Leaf) or when.comparator != "includes":
        return []
    ruled_out: Mapping[Atom, Value] = MappingProxyType(dict.fromkeys(when.atoms(), False))
    return [
        (Leaf(atom, "is", False) if isinstance(atom, str) else Not(Leaf(atom[0], "includes", (atom[1],))), ruled_out)
        for atom, value in gives.items()
        if value is True
    ]


_FITS = {
    "bool": {"is"},
    "enum": {"is", "in"},
    "list": {"includes"},
    "number": {"is", "at-least", "below", "above", "within-months", "within-weeks"},
}


def condition_fault(condition: Condition, specs: Mapping[str, FactSpec]) -> str | None:
    """What is wrong with the facts and values a condition names; None if nothing is."""
    for leaf in condition.leaves():
        spec = specs.get(leaf.fact)
        if spec is None:
            return f"no such fact: {unknown(leaf.fact, list(specs))}"
        if leaf.comparator not in _FITS[spec.type]:
            return f"{leaf.fact} is a {spec.type}; {leaf.comparator} does not fit"
        several = leaf.comparator in ("in", "includes")
        for value in leaf.wanted if several else (leaf.wanted,):
            fault = _atom_fault((leaf.fact, value) if spec.type == "list" else leaf.fact, value, specs)
            if fault:
                return fault
    return None


def _atom_fault(atom: Atom, value: Any, specs: Mapping[str, FactSpec]) -> str | None:
    name = atom if isinstance(atom, str) else atom[0]
    if name not in specs:
        return f"no such fact: {unknown(name, list(specs))}"
    spec = specs[name]
    if isinstance(atom, tuple):
        return None if atom[1] in spec.values else f"{name}: {unknown(str(atom[1]), list(spec.values))}"
    try:
        spec.check(value)
    except FactError as error:
        return str(error)
    return None


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
    notes = [f"{name} was given, and said to be left open; left open" for name in said if name in blanks]
    notes += [f"{_worded(atom)} was left out of the facts, but the concern says it; taken as so" for atom in disputed]
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
            notes.append(f"{atom[0]}: no rule can read {atom[1]!r}; a clinician has to")
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
                        f"{_worded(atom)} was given as {shown(known[atom])}, other answers say {shown(value)}; "
                        f"taken as {shown(stands)}"
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


def _worded(atom: Atom) -> str:
    return atom if isinstance(atom, str) else f"{atom[0]} {atom[1]}"


def shown(value: object) -> str:
    """A value as messages show it: short, whatever was given."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return "nothing"
    if isinstance(value, str):
        return f"{value[:40]!r}"
    if isinstance(value, int | float):
        return f"{value:g}" if abs(value) < 1e15 else "a number far too large"
    kinds = {"dict": "a mapping", "list": "a list"}
    return kinds.get(type(value).__name__, f"a {type(value).__name__}")
