"""The questions of the consultation, as data: what each asks, why, and which facts each answer says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import BeforeValidator, ConfigDict, Field, PrivateAttr

from skinproof.vocabulary import Kept, KnowledgeError, Source, read_yaml, validate, vocabulary

from .conditions import Atom, Condition, Value, is_number, parse
from .facts import atoms_of
from .terms import DATA, FactError, FactSpec, condition_fault, terms

QUESTIONS_FILE = DATA / "questions.yaml"
UNSURE = "not-sure"  # the answer "I'm not sure", to any question: its facts stay unknown

# One answer as a form gives it: an option's id, "not-sure", a number, or text; for any-of a list of options' ids,
# "not-sure" among them where that was ticked too.
RawAnswer: TypeAlias = Any


class _Kept(Kept):
    model_config = ConfigDict(arbitrary_types_allowed=True)


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

    @property
    def may_be_unsure(self) -> bool:
        """Everybody is asked who they are, and knows."""
        return self.kind in ("one-of", "any-of") and not self.always

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
        if raw == UNSURE and self.may_be_unsure:
            return Answer(self, unsure=True)
        if self.kind == "text":
            return self._read_text(raw)
        if self.kind == "number":
            return self._read_number(raw)
        if self.kind == "one-of":
            if raw not in self.offered:
                raise FactError(self.id, "the answer is not one of the options")
            return Answer(self, chosen=(str(raw),))
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
        if not isinstance(raw, list | tuple):
            raise FactError(self.id, "needs a list of the options chosen")
        if any(not isinstance(option, str) or option not in (*self.offered, UNSURE) for option in raw):
            raise FactError(self.id, "the answer is not one of the options")
        chosen = tuple(option for option in self.offered if option in raw)
        return Answer(self, chosen=chosen, unsure=UNSURE in raw)


@dataclass(frozen=True)
class Answer:
    """What was answered. In any-of, an option that is not chosen is said not to be so, unless `unsure`."""

    question: Question
    chosen: tuple[str, ...] = ()
    unsure: bool = False
    number: int | float | None = None
    text: str | None = None

    @property
    def raw(self) -> RawAnswer:
        """The answer as `Question.read` takes it."""
        if self.question.kind == "text":
            return self.text or ""
        if self.question.kind == "number":
            return self.number
        if self.question.kind == "any-of":
            return [*self.chosen, *([UNSURE] if self.unsure else [])]
        return UNSURE if self.unsure else self.chosen[0]

    @property
    def adds(self) -> tuple[str, ...]:
        return tuple(word for option in self._chosen for word in option.adds)

    @property
    def _chosen(self) -> tuple[Option, ...]:
        return tuple(option for option in self.question.options if option.id in self.chosen)

    @property
    def says(self) -> dict[Atom, Value]:
        """What the person said in so many words."""
        if self.question.fact and self.number is not None:
            return atoms_of(self.question.fact, self.number)
        said: dict[Atom, Value] = {}
        for option in self._chosen:
            for atom, value in option.atoms.items():
                said[atom] = value if atom not in said else graver(atom, said[atom], value)
        return said

    @property
    def denies(self) -> dict[Atom, Value]:
        """What it means that options were left unticked."""
        if self.question.kind != "any-of" or self.unsure:
            return {}
        return {atom: not_so(atom) for option in self.question.options for atom in option.atoms}

    @property
    def atoms(self) -> dict[Atom, Value]:
        """What the answer says, taken alone."""
        return {**self.denies, **self.says}


def calm_answer(question: Question) -> Any:
    """How somebody with nothing to declare answers; "not sure" where that is no answer; None where neither is."""
    if question.kind == "text":
        return ""
    if question.kind == "any-of":
        return []
    return question.calm or (UNSURE if question.may_be_unsure else None)


def not_so(atom: Atom) -> Value:
    """What it means that an option was left unticked."""
    if isinstance(atom, tuple):
        return False
    meaning: Mapping[str, Value] = {"bool": False, "enum": "none", "number": None}
    return meaning[terms().facts[atom].type]


def graver(atom: Atom, one: Value, other: Value) -> Value:
    """Of two things said of one fact, the graver: true, the later word, or the smaller number."""
    if isinstance(one, bool) or isinstance(other, bool):
        return True in (one, other)
    if isinstance(one, str) and isinstance(other, str) and isinstance(atom, str):
        return max((one, other), key=terms().facts[atom].values.index)
    return min((value for value in (one, other) if isinstance(value, int | float)), default=None)


class _ConcernWords(_Kept):
    section: str
    text: str
    why: str


class ScaleAnswer(_Kept):
    id: str
    text: str
    score: int = Field(ge=0)


class Scale(_Kept):
    """A question on how bad it is. `text` is None where each family of concerns asks it in its own words."""

    id: str
    text: str | None = None
    why: str
    calm: str
    answers: tuple[ScaleAnswer, ...] = Field(min_length=2)


class _Score(_Kept):
    id: str
    text: str


class Scales(_Kept):
    """Plain scales for the doctor, which no safety rule reads, and the sum of their answers."""

    section: str
    questions: tuple[Scale, ...]
    score: _Score


class Consultation(_Kept):
    """All questions in their order."""

    concern: _ConcernWords
    scales: Scales
    most_options: int = Field(alias="most-options")  # in one question made from a pool
    pools: Mapping[str, Pool]
    questions: tuple[Question, ...]


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
    if question.calm and question.kind != "number" and question.calm not in question.offered:
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
