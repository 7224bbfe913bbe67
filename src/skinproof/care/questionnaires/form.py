"""A published Questionnaire as the walk works with it: its questions in plain terms, and answers there and back.

All that is known of a question, what its answers say included, is read from the Questionnaire itself, so a response to
an old version means what it meant when it was given.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from types import MappingProxyType
from typing import Any

from skinproof.care.conditions import Atom, Value
from skinproof.care.facts import atoms_of
from skinproof.care.questions import UNSURE, Answer, Option, Question, calm_answer, graver
from skinproof.care.terms import FactError
from skinproof.questionnaires import (
    Answers,
    Coding,
    Item,
    Questionnaire,
    enabled_items,
    read_questionnaire,
)
from skinproof.questionnaires import Value as Given

from . import names
from .names import Json

CONCERN = "concern"


@dataclass(frozen=True)
class Form:
    """`questions` by linkId, in the order of asking; `given`: what each concern itself says."""

    questionnaire: Questionnaire
    questions: Mapping[str, Question]
    codes: Mapping[str, Mapping[str, Coding]]  # by linkId: option id to its code
    given: Mapping[str, Mapping[Atom, Value]]

    @property
    def canonical(self) -> str:
        """`url|version`"""
        return self.questionnaire.canonical or ""

    @property
    def concerns(self) -> tuple[str, ...]:
        return tuple(self.given)

    @cached_property
    def calm(self) -> Mapping[str, list[Given]]:
        """The answers of somebody with nothing to declare, to every question."""
        raw = {name: calm_answer(question) for name, question in self.questions.items()}
        return {n: [] if r is None else self.given_by(self.questions[n].read(r)) for n, r in raw.items()}

    def start(self, concern: str) -> dict[str, list[Given]]:
        """What is answered before anything is asked: which of the family's concerns it is, where there are several."""
        return {CONCERN: [self.codes[CONCERN][concern]]} if CONCERN in self.codes else {}

    # --- answers
    def given_by(self, answer: Answer) -> list[Given]:
        """An answer as FHIR values; none where it was left empty."""
        question = answer.question
        if question.kind == "text":
            return [answer.text] if answer.text else []
        if question.kind == "number":
            return [] if answer.number is None else [Decimal(str(answer.number))]
        codes = self.codes[question.id]
        if question.kind == "one-of" and not answer.unsure:
            return [codes[answer.chosen[0]]]
        if not answer.chosen and not answer.unsure:
            return [] if question.optional else [codes[names.NONE]]
        return [*(codes[option] for option in answer.chosen), *([codes[UNSURE]] if answer.unsure else [])]

    def answer(self, link_id: str, values: Sequence[Given]) -> Answer:
        """An answer from FHIR values that were checked against the Questionnaire."""
        question = self.questions[link_id]
        if question.kind == "text":
            return Answer(question, text=str(values[0]) if values else "")
        if question.kind == "number":
            number = values[0] if values else None
            if not isinstance(number, Decimal | int):
                return Answer(question, unsure=True)
            return Answer(question, number=int(number) if number == int(number) else float(number))
        ids = [name for name, code in self.codes[link_id].items() if code in values]
        return Answer(question, chosen=tuple(n for n in ids if n not in (UNSURE, names.NONE)), unsure=UNSURE in ids)

    def answers(self, given: Answers) -> list[Answer]:
        """The answers to enabled questions, in the order of asking."""
        return [
            self.answer(item.link_id, given[item.link_id])
            for item in enabled_items(self.questionnaire, given)
            if item.link_id in self.questions and item.link_id in given
        ]


def atoms_said(answers: Iterable[Answer], given: Mapping[Atom, Value]) -> dict[Atom, Value]:
    """What all answers say together. What one page's tick says, another page's unticked box does not unsay; and what
    the concern itself says, no answer unsays."""
    says: dict[Atom, Value] = {}
    denies: dict[Atom, Value] = {}
    for answer in answers:
        for atom, value in answer.says.items():
            says[atom] = value if atom not in says else graver(atom, says[atom], value)
        denies |= answer.denies
    return {**denies, **says, **given}


# --- reading a Questionnaire
def read_form(source: Mapping[str, Any]) -> Form:
    """
    Raises:
        QuestionnaireError: it is not a Questionnaire that can be used.
    """
    questionnaire = read_questionnaire(source)
    questions: dict[str, Question] = {}
    codes: dict[str, Mapping[str, Coding]] = {}
    for item in questionnaire.items:
        if item.answerable:
            codes[item.link_id] = MappingProxyType(_codes(item))
            if item.link_id != CONCERN:  # chosen before the walk begins
                questions[item.link_id] = _question(questionnaire, item)
    given = {
        next(part["valueCode"] for part in entry["extension"] if part["url"] == "concern"): _known(names.said(entry))
        for entry in names.extensions(source, names.GIVEN)
    }
    return Form(questionnaire, MappingProxyType(questions), MappingProxyType(codes), MappingProxyType(given))


def _codes(item: Item) -> dict[str, Coding]:
    values = [option.value for option in item.options or ()]
    return {value.code: value for value in values if isinstance(value, Coding) and value.code}


def _question(questionnaire: Questionnaire, item: Item) -> Question:
    options = [row for row in item.raw.get("answerOption", ()) if row["valueCoding"]["system"] != _OWN]
    calm = [row["valueCoding"]["code"] for row in options if names.value(row, names.CALM)]
    number = names.value(item.raw, names.CALM)
    helps = (questionnaire.items[child] for child in item.children)
    return Question(
        id=item.link_id,
        section=_section(questionnaire, item),
        kind=_kind(item),
        text=item.text,
        why=next((help.text for help in helps if help.type == "display"), ""),
        options=tuple(_option(row) for row in options),
        none=next((o.label for o in item.options or () if o.exclusive), None),
        fact=names.value(item.raw, names.NUMBER),
        unit=(names.value(item.raw, names.UNIT) or {}).get("display"),
        limit=item.raw.get("maxLength"),
        always=names.value(item.raw, names.ALWAYS) is True,
        optional=not item.required,
        calm=calm[0] if calm else number and f"{number:g}",
    )


_OWN = names.system(names.ANSWERS)


def _section(questionnaire: Questionnaire, item: Item) -> str:
    while item.parent >= 0:
        item = questionnaire.items[item.parent]
        if item.text:
            return item.text
    return ""


def _kind(item: Item) -> Any:
    if item.type == "choice":
        return "any-of" if item.repeats else "one-of"
    return "text" if item.type == "text" else "number"


def _option(row: Json) -> Option:
    coding = row["valueCoding"]
    sets: dict[str, Any] = {}
    for atom, value in _known(names.said(row)).items():
        if isinstance(atom, str):
            sets[atom] = value
        elif value:
            sets.setdefault(atom[0], []).append(atom[1])
    adds = tuple(entry["valueCode"] for entry in names.extensions(row, names.ADDS))
    return Option(id=coding["code"], text=coding["display"], sets=sets, adds=adds)


def _known(atoms: Mapping[Atom, Value]) -> dict[Atom, Value]:
    """Those that the vocabulary still understands; an old version may say what nobody asks any more."""
    found: dict[Atom, Value] = {}
    for atom, value in atoms.items():
        name, said = (atom, value) if isinstance(atom, str) else (atom[0], {"has": [atom[1]]})
        try:
            atoms_of(name, said)
        except FactError:
            continue
        found[atom] = value
    return found
