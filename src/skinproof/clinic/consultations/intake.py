"""Answers and words: care's questionnaires and rules meet what a consultation stores."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from skinproof import care
from skinproof.care.conditions import Atom, Value
from skinproof.care.questionnaires import Form
from skinproof.questionnaires import Answers, Issue, answers_in, check_response, respond

from . import told
from .models import Consultation
from .progress import Progress


def rules_version() -> str:
    """Which rules are in force now: a fingerprint of their files, and of what the clinic changed in them."""
    return care.rules().version


# --- the questionnaire and the response
def form_of(consultation: Consultation) -> Form:
    """The questionnaire that the consultation is tied to: that of the day it began, whatever was published since."""
    return care.published(consultation.questionnaire)


def answers(consultation: Consultation) -> dict[str, Any]:
    """Every answer that counts, as its form takes it (an option's id, a list of them, a number, text), by linkId."""
    return {answer.question.id: answer.raw for answer in progress(consultation).journey.asked}


def begin(concern: str) -> tuple[str, dict[str, Any]]:
    """The newest questionnaire for a concern as `url|version`, and the response with nothing asked yet."""
    form = care.for_concern(concern)
    return form.canonical, respond(form.questionnaire, form.start(concern), "in-progress")


def progress(consultation: Consultation) -> Progress:
    return _walk(consultation, consultation.response)


def _walk(consultation: Consultation, response: Mapping[str, Any]) -> Progress:
    return _walked(
        consultation.questionnaire,
        consultation.concern,
        json.dumps(response),
        tuple(consultation.acknowledged),
        json.dumps(consultation.confirmed),
        told.day(consultation.submitted_at),
        rules_version(),
    )


@lru_cache(maxsize=64)
def _walked(
    questionnaire: str, concern: str, response: str, seen: tuple[str, ...], confirmed: str, day: dt.date, rules: str
) -> Progress:
    """One step of a person asks for the same walk several times (the check, the save, the next page); few are kept."""
    said = {where: told.by_key(rows) for where, rows in json.loads(confirmed).items()}
    form = care.published(questionnaire)
    given = answers_in(form.questionnaire, json.loads(response))
    return Progress(care.journey(form, given, concern=concern, seen=seen, today=day, confirmed=said))


@dataclass(frozen=True)
class Sorted:
    """Answers that count, as a response; answers that do not; and where that leaves the person."""

    response: dict[str, Any]
    aside: dict[str, Any]  # linkId to the answer as its form takes it
    progress: Progress


def with_answer(consultation: Consultation, question: care.Question, value: Any) -> Sorted:
    """The stored answers with this one among them, sorted into those that count and those that do not (any more).

    Raises:
        FactError: the answer does not fit the question.
    """
    form = form_of(consultation)
    given: Answers = {
        **_read_again(form, consultation.set_aside),
        **answers_in(form.questionnaire, consultation.response),
        question.id: form.given_by(question.read(value)),
    }
    return sort(consultation, given)


def _read_again(form: Form, raws: Mapping[str, Any]) -> dict[str, Any]:
    """Answers that were set aside, of those questions that the questionnaire has."""
    return {name: form.given_by(form.questions[name].read(raw)) for name, raw in raws.items() if name in form.questions}


def sort(consultation: Consultation, given: Answers, *, status: str = "in-progress", **more: str) -> Sorted:
    """Answers sorted into those to questions that are asked, and the rest. `more`: elements of the response."""
    form = form_of(consultation)
    response = respond(form.questionnaire, given, status, **more)
    counted = answers_in(form.questionnaire, response)
    return Sorted(
        response=response,
        aside={
            name: form.answer(name, values).raw
            for name, values in given.items()
            if name not in counted and name in form.questions
        },
        progress=_walk(consultation, response),
    )


# Of a draft the engine only warns of these. No page here takes the surplus away, and one of two answers would count.
TOO_MANY = ("repeats", "maxCount")


def faults(consultation: Consultation, response: Mapping[str, Any]) -> tuple[Issue, ...]:
    """What is wrong with a response to the questionnaire that the consultation is tied to, and the concern it began
    with; empty if all is well. Completeness is asked only of a completed one."""
    form = form_of(consultation)
    issues = check_response(form.questionnaire, response)
    told = [issue._replace(severity="error") if issue.kind in TOO_MANY else issue for issue in issues]
    found = [issue for issue in told if issue.severity == "error"]
    begun = form.start(consultation.concern)
    given = answers_in(form.questionnaire, response) if begun and not found else {}
    if not found and any(list(given.get(name, ())) != values for name, values in begun.items()):
        words = f"must be {consultation.concern}: begin another consultation for another concern"
        found.append(Issue("error", "business-rule", "otherConcern", "QuestionnaireResponse.item", words, "concern"))
    return tuple(found)


# --- answers and words together
def texts(
    consultation: Consultation, later: Iterable[told.Written] = (), recorded: Mapping[str, dt.datetime] | None = None
) -> tuple[care.Text, ...]:
    """See `told.texts`."""
    return told.texts(consultation, progress(consultation).journey, later, recorded)


def account(
    consultation: Consultation, said: Mapping[Atom, Value] | None = None, written: Iterable[care.Text] | None = None
) -> care.Account:
    """A person's facts: their answers and their words together. Every page that says what is open, and every check,
    goes by this one.

    Args:
        said: what is known apart from the words; the answers alone if not given.
        written: their texts; those of the consultation itself if not given.
    """
    journey = progress(consultation).journey
    return care.told(journey.said if said is None else said, texts(consultation) if written is None else written)
