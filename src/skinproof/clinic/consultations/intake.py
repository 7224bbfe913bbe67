"""Where care's questions, rules and options meet a stored consultation."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from skinproof import care
from skinproof.care.conditions import Atom, Value
from skinproof.care.fit import priorities as care_priorities
from skinproof.care.journey import leading_to, red_flags
from skinproof.care.options import Options
from skinproof.care.options import options as find_options
from skinproof.care.questionnaires import Form, answers_of
from skinproof.clinic.library.sources import Address, address
from skinproof.questionnaires import Answers, Issue, check_response, respond
from skinproof.vocabulary import vocabulary

from . import told
from .models import Consultation

CALM = 99  # the urgency rank of a consultation without a red flag


def rules_version() -> str:
    """Which rules are in force now: a fingerprint of their files, and of what the clinic changed in them."""
    return care.rules().version


# --- plain names
def concerns() -> list[tuple[str, str]]:
    return [(concern.id, concern.name) for concern in vocabulary().concerns.values()]


def concern_name(concern: str) -> str:
    found = vocabulary().concerns.get(concern)
    return found.name if found else concern


def treatment_name(word: str) -> str:
    """The plain name of a treatment or form; empty if there is no such thing."""
    words = vocabulary()
    found = words.forms.get(word) or words.treatments.get(word)
    return found.name if found else ""


def form_names(forms: list[str]) -> list[str]:
    return [treatment_name(form) or form for form in forms]


# --- where a person stands
@dataclass(frozen=True)
class Row:
    """A question and its answer in words, for a person to read through."""

    id: str
    section: str
    text: str
    answer: str


@dataclass(frozen=True)
class Progress:
    """A consultation's answers, walked through its questionnaire."""

    journey: care.Journey

    @property
    def flag_rules(self) -> tuple[str, ...]:
        """The red flags that stand, read or not."""
        return tuple(flag.rule.id for flag in self.journey.flags)

    @property
    def next(self) -> care.Question | None:
        return self.journey.next if isinstance(self.journey.next, care.Question) else None

    @property
    def stop(self) -> care.Stop | None:
        """A red flag to show before anything else: one that holds every treatment, or that was not read yet."""
        return self.journey.next if isinstance(self.journey.next, care.Stop) else None

    @property
    def holds(self) -> bool:
        return self.stop is not None and self.stop.holds

    @property
    def complete(self) -> bool:
        return self.journey.done

    @property
    def answered(self) -> tuple[str, ...]:
        return tuple(answer.question.id for answer in self.journey.asked)

    @property
    def steps(self) -> int:
        return len(self.journey.asked) + self.journey.left

    def step(self, question_id: str) -> int:
        return self.answered.index(question_id) + 1 if question_id in self.answered else len(self.answered) + 1

    def question(self, question_id: str) -> care.Question | None:
        """The question, if it is asked of this person: answered already, or next."""
        for answer in self.journey.asked:
            if answer.question.id == question_id:
                return answer.question
        return self.next if self.next is not None and self.next.id == question_id else None

    @property
    def to_confirm(self) -> tuple[care.Quoted, ...]:
        """What the person's words say and no answer does: asked one by one before the answers are checked."""
        return self.journey.to_confirm if self.complete else ()

    def before(self, question_id: str) -> str | None:
        step = self.step(question_id)
        return self.answered[step - 2] if step > 1 else None

    def rows(self) -> list[Row]:
        return [
            Row(answer.question.id, answer.question.section, answer.question.text, in_words(answer))
            for answer in self.journey.asked
        ]

    def rows_behind(self, stop: care.Stop) -> list[Row]:
        """The answers that a red flag's rules turn on."""
        atoms = {atom for flag in stop.flags for leaf in flag.rule.condition.leaves() for atom in leaf.atoms()}
        behind = {
            answer.question.id
            for answer in self.journey.asked
            if any(atom in leading_to(frozenset(atoms), {}) for atom in answer.atoms)
        }
        return [row for row in self.rows() if row.id in behind]


def sources(flag: care.Flag) -> list[Address]:
    """Where a red flag's advice and its rule were read."""
    advice = [address(source["url"], source["organisation"]) for source in flag.sources]
    return advice + [address(source.url, source.organisation) for source in flag.rule.source]


def in_words(answer: care.Answer) -> str:
    """An answer as the person gave it."""
    question = answer.question
    if question.kind == "text":
        return answer.text or "Nothing written"
    if answer.number is not None:
        return f"{answer.number:g}{f' {question.unit}' if question.unit else ''}"
    chosen = [option.text for option in question.options if option.id in answer.chosen]
    if answer.unsure:
        chosen.append("I’m not sure" if question.kind != "any-of" else "I’m not sure about some of these")
    return "\n".join(chosen) or question.none or "None of these"


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


def flags_of(screening: care.Screening) -> tuple[str, ...]:
    """The rules of all red flags: the person's, then those of single forms."""
    flags = dict.fromkeys(screening.person.rules)
    for verdict in screening.treatments.values():
        flags |= dict.fromkeys(rule for rule in verdict.rules if care.rules().rule(rule).action == "urgent-referral")
    return tuple(flags)


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
    given = answers_of(json.loads(response))
    said = {where: told.by_key(rows) for where, rows in json.loads(confirmed).items()}
    form = care.published(questionnaire)
    return Progress(care.journey(form, given, concern=concern, seen=seen, today=day, confirmed=said))


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
        **answers_of(consultation.response),
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
    counted = answers_of(response)
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
    if not found and begun and {name: answers_of(response).get(name) for name in begun} != begun:
        words = f"must be {consultation.concern}: begin another consultation for another concern"
        found.append(Issue("error", "business-rule", "otherConcern", "QuestionnaireResponse.item", words, "concern"))
    return tuple(found)


# --- what the answers come to
@dataclass(frozen=True)
class Triage:
    """What the doctors' queue is ordered by, and the rules' verdicts as they were when the answers were submitted."""

    rules_version: str
    screening: dict[str, Any]
    flags: tuple[str, ...]
    urgency: str
    rank: int


def triage(consultation: Consultation) -> Triage:
    """What answers and words, the note's too, come to by the rules in force."""
    written = texts(consultation)
    flags = flags_with(consultation, written)
    urgency, rank = urgency_of(flags)
    return Triage(
        rules_version=rules_version(),
        screening=care.screen_account(
            account(consultation, written=written), progress(consultation).journey.forms
        ).to_json(),
        flags=flags,
        urgency=urgency,
        rank=rank,
    )


def flags_with(consultation: Consultation, written: Iterable[care.Text]) -> tuple[str, ...]:
    """The rules of the red flags that answers and these texts raise together, the most urgent first."""
    journey = progress(consultation).journey
    found = red_flags(account(consultation, written=written), journey.forms, unsure=journey.unsure)
    return tuple(flag.rule.id for flag in found)


def raised_by(consultation: Consultation, written: told.Written) -> tuple[care.Flag, ...]:
    """The red flags that stand in the words of one text, whatever the answers say, the most urgent first."""
    journey = progress(consultation).journey
    return told.raised_by(journey, told.read(consultation, journey, [written]))


def flags(rules: Iterable[str]) -> tuple[care.Flag, ...]:
    """Red flags by their rules' ids; those that there are no more are left out."""
    book = care.rules()
    known = {rule.id: rule for rule in book.rules}
    order = list(book.urgencies)
    found = [known[rule] for rule in dict.fromkeys(rules) if rule in known]
    return by_urgency(care.Flag(rule, book.urgencies[rule.urgency or order[-1]]) for rule in found)


def by_urgency(several: Iterable[care.Flag]) -> tuple[care.Flag, ...]:
    """The most urgent first."""
    order = list(care.rules().urgencies)
    return tuple(sorted(several, key=lambda flag: order.index(flag.urgency.id)))


def urgency_of(flags: Iterable[str]) -> tuple[str, int]:
    """The most urgent of these red flags (rule ids), and its rank: 0 is the most urgent, `CALM` without any."""
    book = care.rules()
    order = list(book.urgencies)
    urgencies = [book.rule(rule).urgency for rule in flags]
    rank = min((order.index(urgency) for urgency in urgencies if urgency), default=CALM)
    return (order[rank] if rank != CALM else "", rank)


# --- what may be done
def options(consultation: Consultation) -> Options:
    """The options for this person, from the answers and words that stand."""
    wanted, together = asked_about(consultation), account(consultation)
    return find_options(consultation.concern, together, list(consultation.priorities) or None, wanted=wanted)


def asked_about(consultation: Consultation) -> list[str]:
    """The treatments that the person named, by their ids or those of their forms, each once."""
    named = (word for word in consultation.asked_for if treatment_name(word))
    return list(dict.fromkeys((*progress(consultation).journey.wanted, *named)))


def choosable(consultation: Consultation) -> list[tuple[str, list[tuple[str, str]]]]:
    """What a person may choose to talk about, in two groups: what is open, and what waits for something to be known."""
    found = options(consultation)
    waits = tuple(option for option in found.closed if option.form in consultation.choices)
    groups = (
        ("Open to you", found.open),
        ("More must be known first", found.ask_first),
        ("You chose it, and it has to wait", waits),
    )
    return [(title, [(option.form, option.name) for option in group]) for title, group in groups if group]


def priorities() -> Mapping[str, str]:
    return care_priorities()
