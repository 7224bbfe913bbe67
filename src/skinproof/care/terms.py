"""The closed lists that facts and rules are written in: which facts there are and what may be said of each."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, ConfigDict, Field, TypeAdapter

from skinproof.vocabulary import Kept, KnowledgeError, read_yaml, unknown, validate

from .conditions import Atom, Condition, Leaf, Not, Value, is_number, parse

DATA = Path(__file__).with_name("data")
VOCABULARY_FILE = DATA / "safety-vocabulary.yaml"
FACTS_FILE = DATA / "facts.yaml"
DERIVED_FILE = DATA / "derived-facts.yaml"

WORD_LIMIT = 200  # characters of one word in a list
FilledBy = Literal["person", "clinician", "provider"]


class FactError(ValueError):
    """Something said of a person that cannot be used: names the fact (or field) and the fault."""

    def __init__(self, fact: str, fault: str) -> None:
        self.fact, self.fault = fact, fault
        super().__init__(f"{fact}: {fault}")


class _Kept(Kept):
    model_config = ConfigDict(arbitrary_types_allowed=True)


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
        if len(word) > WORD_LIMIT:
            raise FactError(self.id, f"the list holds {len(word)} characters as one word; {WORD_LIMIT} is the most")
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
    partly: tuple[str, ...]  # forms of which only some risks were read: rules may name them, none makes them ok
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
    partly: Mapping[str, Any] = Field(default={}, alias="treatments-in-part")
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
        partly=tuple(book.partly),
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
