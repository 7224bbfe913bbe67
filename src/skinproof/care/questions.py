"""The questions of the consultation, as data: what each asks, why, and which facts each answer says."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PrivateAttr

from skinproof.vocabulary import KnowledgeError, Source, read_yaml, validate, vocabulary

from .conditions import Atom, Condition, Value, is_number, parse
from .facts import DATA, FactError, FactSpec, atoms_of, condition_fault, terms

QUESTIONS_FILE = DATA / "questions.yaml"
UNSURE = "not-sure"  # the answer "I'm not sure", to any question: its facts stay unknown

# One answer as a form or a store gives it: an option's id, "not-sure", a number, or text; for any-of a list of options'
# ids, or {"chosen": [ids], "offered": [ids], "unsure": bool}. `offered` says which options were shown, so that one that
# was not shown is never taken as "no"; a bare list says that all were.
RawAnswer: TypeAlias = Any


class _Kept(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True, populate_by_name=True)


class Option(_Kept):
    id: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")
    text: str
    sets: Mapping[str, Any] = {}
    adds: tuple[str, ...] = ()
    _atoms: dict[Atom, Value] = PrivateAttr(default_factory=dict)

    def model_post_init(self, _context: Any, /) -> None:
        for fact, value in self.sets.items():
            said = {"has": value} if isinstance(value, list) else value
            self._atoms.update(atoms_of(fact, said))

    @property
    def atoms(self) -> Mapping[Atom, Value]:
        """What somebody says who chooses it."""
        return self._atoms


class Pool(_Kept):
    """The words of several questions asked as one."""

    text: str
    why: str


class Question(_Kept):
    id: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")
    section: str
    kind: Literal["one-of", "any-of", "number", "text"]
    text: str
    why: str
    options: tuple[Option, ...] = ()
    none: str | None = None  # any-of: the words of "none of these"
    pool: str | None = None  # any-of: may be asked in one with its neighbours of the same pool
    fact: str | None = None  # number
    unit: str | None = None
    limit: int | None = None  # text: most characters
    when: Annotated[Any, BeforeValidator(lambda data: None if data is None else parse(data))] = None
    concerns: tuple[str, ...] = ()
    always: bool = False
    optional: bool = False
    calm: str | None = None
    sources: tuple[Source, ...] = ()

    @property
    def condition(self) -> Condition | None:
        return self.when  # type: ignore[no-any-return]

    @property
    def atoms(self) -> frozenset[Atom]:
        """Everything that its answers can say something of."""
        own: frozenset[Atom] = frozenset({self.fact} if self.fact else ())
        return own.union(*(option.atoms for option in self.options))

    @property
    def offered(self) -> tuple[str, ...]:
        return tuple(option.id for option in self.options)

    def narrowed(self, relevant: Collection[Atom]) -> Question:
        """The question with those options of an any-of that something turns on (and those that say nothing)."""
        if self.kind != "any-of":
            return self
        kept = tuple(option for option in self.options if not option.atoms or not relevant.isdisjoint(option.atoms))  # type: ignore[attr-defined]
        return self if len(kept) == len(self.options) else self.model_copy(update={"options": kept})

    def joined(self, others: Sequence[Question], pool: Pool) -> Question:
        """This question and its neighbours of the same pool as one."""
        if not others:
            return self
        options = tuple(option for each in (self, *others) for option in each.options)
        sources = tuple(dict.fromkeys(source for each in (self, *others) for source in each.sources))
        return self.model_copy(update={"text": pool.text, "why": pool.why, "options": options, "sources": sources})

    def read(self, raw: RawAnswer) -> Answer:
        """An answer, checked.

        Raises:
            FactError: it does not fit the question; names the question and the fault.
        """
        if raw == UNSURE and self.kind != "text":
            return Answer(self, shown=self.offered, unsure=True)
        if self.kind == "text":
            return self._read_text(raw)
        if self.kind == "number":
            return self._read_number(raw)
        if self.kind == "one-of":
            if raw not in self.offered:
                raise FactError(self.id, "the answer is not one of the options")
            return Answer(self, chosen=(str(raw),), shown=self.offered)
        return self._read_several(raw)

    def _read_text(self, raw: RawAnswer) -> Answer:
        if not isinstance(raw, str):
            raise FactError(self.id, "needs text")
        if "\0" in raw:
            raise FactError(self.id, "holds a character that cannot be kept")
        if self.limit and len(raw) > self.limit:
            raise FactError(self.id, f"{len(raw):,} characters is too long; {self.limit:,} is the most")
        if not raw.strip() and not self.optional:
            raise FactError(self.id, "needs an answer")
        return Answer(self, text=raw.strip())

    def _read_number(self, raw: RawAnswer) -> Answer:
        if isinstance(raw, str):
            try:
                raw = float(raw.strip().replace(",", "."))
            except ValueError:
                raise FactError(self.id, "needs a number") from None
        if not is_number(raw):
            raise FactError(self.id, "needs a number")
        number = int(raw) if raw == int(raw) else raw
        terms().fact(self.fact or "").check(number)
        return Answer(self, number=number)

    def _read_several(self, raw: RawAnswer) -> Answer:
        if isinstance(raw, Mapping):
            chosen, shown, unsure = (
                raw.get("chosen", []),
                raw.get("offered", list(self.offered)),
                raw.get("unsure", False),
            )
        else:
            chosen, shown, unsure = raw, list(self.offered), False
        if not isinstance(chosen, list | tuple) or not isinstance(shown, list | tuple) or not isinstance(unsure, bool):
            raise FactError(self.id, "needs a list of the options chosen")
        if not all(isinstance(option, str) for option in (*chosen, *shown)):
            raise FactError(self.id, "the answer is not one of the options")
        # In a pool, options of its neighbours may have been shown and chosen in the same answer.
        allowed = shown if self.pool else self.offered
        if any(option not in allowed or option not in shown for option in chosen):
            raise FactError(self.id, "the answer is not one of the options")
        return Answer(self, chosen=tuple(chosen), shown=tuple(shown), unsure=unsure)


@dataclass(frozen=True)
class Answer:
    question: Question
    chosen: tuple[str, ...] = ()
    shown: tuple[str, ...] = ()
    unsure: bool = False
    number: int | float | None = None
    text: str | None = None

    def covers(self, question: Question) -> bool:
        """Whether every option that is shown now was shown when this was answered."""
        return question.kind != "any-of" or set(question.offered) <= set(self.shown)

    @property
    def adds(self) -> tuple[str, ...]:
        return tuple(word for option in self._chosen for word in option.adds)

    @property
    def _chosen(self) -> tuple[Option, ...]:
        return tuple(option for option in self.question.options if option.id in self.chosen)

    @property
    def atoms(self) -> dict[Atom, Value]:
        """What the answer says. In any-of, what was shown and not chosen is said not to be so, unless unsure."""
        if self.question.fact and self.number is not None:
            return atoms_of(self.question.fact, self.number)
        said: dict[Atom, Value] = {}
        for option in self._chosen:
            for atom, value in option.atoms.items():
                said[atom] = value if atom not in said else _graver(atom, said[atom], value)
        if self.question.kind == "any-of" and not self.unsure:
            for option in self.question.options:
                if option.id in self.shown:
                    said = {**{atom: _not_so(atom) for atom in option.atoms}, **said}
        return said


def _not_so(atom: Atom) -> Value:
    """What it means that an option was left unticked."""
    if isinstance(atom, tuple):
        return False
    meaning: Mapping[str, Value] = {"bool": False, "enum": "none", "number": None}
    return meaning[terms().facts[atom].type]


def _graver(atom: Atom, one: Value, other: Value) -> Value:
    """Of two options that say different things of one fact, the graver: the later word, or the smaller number."""
    if isinstance(one, bool) or isinstance(other, bool):
        return True
    if isinstance(one, str) and isinstance(atom, str):
        return max((one, str(other)), key=terms().facts[atom].values.index)
    return min(value for value in (one, other) if isinstance(value, int | float))


class _ConcernWords(_Kept):
    section: str
    text: str
    why: str


class Consultation(_Kept):
    """All questions in their order."""

    concern: _ConcernWords
    most_options: int = Field(alias="most-options")  # in one question made from a pool
    pools: Mapping[str, Pool]
    questions: tuple[Question, ...]


@cache
def concern_question() -> Question:
    """The first question of all, what the worry is: the vocabulary's concerns by their plain names."""
    words = consultation().concern
    choices = tuple(Option(id=concern.id, text=concern.name) for concern in vocabulary().concerns.values())
    return Question(
        id="concern", section=words.section, kind="one-of", text=words.text, why=words.why, options=choices, always=True
    )


@cache
def consultation() -> Consultation:
    """The consultation's questions in their order, read once.

    Raises:
        KnowledgeError: a question is at fault; names it and the fault.
    """
    return make_consultation(read_yaml(QUESTIONS_FILE))


def make_consultation(content: Any) -> Consultation:
    """Questions from the plain content of their file; see `consultation`."""
    found = validate(content, Consultation, QUESTIONS_FILE)
    seen: set[str] = set()
    pooled: set[tuple[str, str]] = set()
    for question in found.questions:
        fault = _fault(question, found.pools) or ("id used twice" if question.id in seen else None)
        if question.pool:
            twice = pooled & {(question.pool, option) for option in question.offered}
            fault = fault or (f"option {min(twice)[1]} stands in its pool twice" if twice else None)
            pooled |= {(question.pool, option) for option in question.offered}
        if fault:
            raise KnowledgeError(QUESTIONS_FILE, question.id, fault)
        seen.add(question.id)
    return found


def _fault(question: Question, pools: Mapping[str, Pool]) -> str | None:
    specs = terms().facts
    needs = {"one-of": "options", "any-of": "options", "number": "fact", "text": "limit"}[question.kind]
    if not getattr(question, needs):
        return f"{question.kind} needs {needs}"
    if question.kind == "any-of" and not question.none:
        return "any-of needs none, the words of its own way out"
    if question.pool and (question.kind != "any-of" or question.pool not in pools):
        return f"pool {question.pool!r} is not among the pools, or the question is not any-of"
    if len(set(question.offered)) != len(question.offered):
        return "an option's id is used twice"
    if question.calm and question.calm not in question.offered:
        return "calm is not one of the options"
    for atom in question.atoms:
        name = atom if isinstance(atom, str) else atom[0]
        if name not in specs:
            return f"no such fact: {name}"
        if specs[name].filled_by != "person":
            return f"{name} is filled in by a {specs[name].filled_by}, not asked of the person"
        fault = question.kind == "any-of" and _unsayable(specs[name])
        if fault:
            return fault
    for option in question.options:
        for word in option.adds:
            if word not in vocabulary().forms and word not in vocabulary().treatments:
                return f"option {option.id} adds {word!r}, which is no form or treatment"
    for concern in question.concerns:
        if concern not in vocabulary().concerns:
            return f"no such concern: {concern}"
    return condition_fault(question.condition, specs) if question.condition else None


def _unsayable(spec: FactSpec) -> str | None:
    """Why leaving an option unticked could not say anything of a fact."""
    if spec.type == "enum" and "none" not in spec.values:
        return f"{spec.id} has no value that means none of these"
    if spec.type == "number" and not spec.none:
        return f"{spec.id} has no way to say never"
    return None
