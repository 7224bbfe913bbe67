"""Asking a person for more: the case waits without leaving its doctor, and what comes back is added, never put in place
of what they sent."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from skinproof import care
from skinproof.care.conditions import Atom, Value
from skinproof.care.photo_views import photo_guide
from skinproof.clinic.audit.models import Verb
from skinproof.clinic.audit.services import SYSTEM, Actor, record
from skinproof.clinic.consultations import progress, told, triage
from skinproof.clinic.consultations.ahead import reading_first
from skinproof.clinic.consultations.models import WITH_THE_DOCTOR, Consultation, State
from skinproof.clinic.consultations.steps import locked, save
from skinproof.clinic.people.models import User
from skinproof.clinic.post.models import Kind
from skinproof.clinic.post.services import tell

from .holding import CaseError, must_be, must_hold
from .judging import Judged, judged
from .models import AddedFact, Ask, Reply

MOST_QUESTIONS = 12  # in one go
ASK_LIMIT = 2_000  # characters
REPLY_LIMIT = 4_000


class NothingAskedError(CaseError):
    """There is nothing in what is asked."""


class AskGoneError(Exception):
    """What was asked is answered or taken back already, or the consultation is at an end."""


def open_ask(case: Consultation) -> Ask | None:
    """What the person was asked and has not answered."""
    return case.asks.select_related("doctor").filter(ended_at=None).first()


def questions_by_id() -> dict[str, care.Question]:
    """The questions that can be asked again: all but the person's free story."""
    return {each.id: each for each in care.consultation().questions if each.kind != "text"}


def _note(by: Actor, verb: str, case: Consultation, **detail: Any) -> None:
    record(by, verb, "consultation", case.public_id, **detail)


# --- the doctor
@transaction.atomic
def ask(
    public_id: str,
    doctor: User,
    *,
    questions: Iterable[str] = (),
    views: Iterable[str] = (),
    photos: str = "",
    question: str = "",
    version: int | None = None,
    by: Actor,
) -> Ask:
    """Ask the person for more. The case then waits for them and stays this doctor's; a letter tells them, without a
    word about what it is. What is asked stands as it was asked.

    Args:
        questions: ids of questions of the consultation.
        views: ids of `care.photo_views`, of which a photo is wanted.
        photos: anything more about the photos, in plain words.
        question: anything else, in plain words.

    Raises:
        NotHeldError: another doctor has the case, or nobody.
        StaleCaseError: it was changed since `version`, which the page showed.
        NothingAskedError: nothing is asked, or a question or view that there is not.
        CaseError: the person was asked something else and has not answered yet.
    """
    case = locked(public_id)
    must_hold(case, doctor)
    known, shown = questions_by_id(), photo_guide().views
    chosen, photos, question = list(dict.fromkeys(questions)), photos.strip(), question.strip()
    pictures = list(dict.fromkeys(views))
    if any(each not in known for each in chosen) or len(chosen) > MOST_QUESTIONS:
        raise NothingAskedError(f"Choose from the questions in the list, {MOST_QUESTIONS} at most.")
    if any(each not in shown for each in pictures):
        raise NothingAskedError("Choose from the views in the list.")
    if not (chosen or pictures or photos or question):
        raise NothingAskedError("Nothing is asked yet: choose a question, or write one.")
    wanted = [[each, known[each].text] for each in chosen]
    looks = [[each, shown[each].name] for each in pictures]
    there = open_ask(case)
    if there is not None:
        if (there.questions, there.views, there.photos, there.question) == (wanted, looks, photos, question):
            return there  # a second press
        raise CaseError("You asked the person for more already. Take that back first, or wait for the answer.")
    must_be(case, version)
    now = timezone.now()
    made = Ask.objects.create(
        consultation=case, doctor=doctor, questions=wanted, views=looks, photos=photos, question=question, at=now,
        remind_at=now + dt.timedelta(days=settings.ASKED_REMIND_DAYS),
    )  # fmt: skip
    case.state, case.asked_at, case.returned_at = State.ASKED, now, None
    save(case, "state", "asked_at", "returned_at")
    tell(Kind.ASKED, case, once=f"ask:{made.public_id}")
    _note(by, Verb.ASKED, case, questions=chosen, photos=bool(looks or photos), own_words=bool(question))
    return made


@transaction.atomic
def take_back(public_id: str, doctor: User, *, by: Actor) -> Consultation:
    """Wait no longer for what was asked. A second press is fine.

    Raises:
        NotHeldError: the doctor does not have the case.
    """
    case = locked(public_id)
    must_hold(case, doctor)
    if (there := open_ask(case)) is None:
        return case
    _end(there, Ask.TAKEN_BACK)
    case.state, case.asked_at = State.IN_REVIEW, None
    save(case, "state", "asked_at")
    _note(by, Verb.TOOK_BACK, case)
    return case


def _end(there: Ask, how: str) -> None:
    there.ended_at, there.how, there.remind_at = timezone.now(), how, None
    there.save(update_fields=["ended_at", "how", "remind_at"])


# --- the person
@reading_first("text")
@transaction.atomic
def reply(public_id: str, ask_id: str, answers: Mapping[str, Any], text: str = "", *, by: Actor) -> Reply:
    """Keep what a person answers, beside what they sent; hold the rules against the case again; give it back to its
    doctor. Once: a second press finds the first one's work.

    Args:
        answers: {question id: raw answer}, checked again here; `care.UNSURE` leaves a fact unknown.

    Raises:
        AskGoneError: it was answered or taken back already, or the consultation is closed.
        FactError: an answer does not fit its question.
    """
    case = locked(public_id)
    there = case.asks.filter(public_id=ask_id).first()
    if there is None:
        raise AskGoneError
    if there.how == Ask.ANSWERED:
        return there.reply
    if there.ended_at is not None or case.state not in WITH_THE_DOCTOR:
        raise AskGoneError
    known = questions_by_id()
    given = [known[each].read(answers[each]) for each, _ in there.questions if each in known and each in answers]
    before = judged(case)
    atoms: dict[Atom, Value] = {}
    for answer in given:
        atoms |= answer.atoms
    for fact, value in facts_of(atoms).items():
        AddedFact.objects.create(ask=there, consultation=case, fact=fact, value=value)
    text = text.strip()
    wrote = told.of_reply(there.public_id, text, timezone.now())
    after = judged(case, wrote=wrote)
    in_words = [flag.rule.id for flag in triage.raised_by(case, wrote)]
    raised = list(dict.fromkeys([*in_words, *(rule for rule in after.flag_rules if rule not in before.flag_rules)]))
    kept = Reply.objects.create(
        ask=there,
        answers=[_kept(answer) for answer in given],
        text=text,
        changes=_changes(before, after),
        flags=raised,
    )
    _end(there, Ask.ANSWERED)
    if case.state == State.ASKED:
        case.state = State.IN_REVIEW
    case.asked_at, case.returned_at = None, kept.at
    save(case, "state", "asked_at", "returned_at", *triage.raise_urgency(case, raised))
    _note(by, Verb.REPLIED, case, facts=sorted(facts_of(atoms)), flags=raised)
    return kept


def _kept(answer: care.Answer) -> list[Any]:
    return [answer.question.id, progress.in_words(answer), answer.unsure]


def kept_answer(question: care.Question, raw: Any) -> list[Any]:
    """[question id, the answer in words, whether the person was not sure], as a reply keeps it.

    Raises:
        FactError: the answer does not fit the question.
    """
    return _kept(question.read(raw))


def in_lines(answers: Iterable[Iterable[Any]], text: str) -> str:
    """A reply as plain text: each question with its answer, then the person's own words."""
    known = questions_by_id()
    said = [f"{known[question].text} {words}" for question, words, _ in answers if question in known]
    return "\n".join([*said, *([text.replace("\r\n", "\n")] if text else [])])


def facts_of(atoms: Mapping[Atom, Value]) -> dict[str, Any]:
    """{fact: value as it is kept}; of a list, which of its words were said to be so and which not."""
    facts: dict[str, Any] = {}
    for atom, value in atoms.items():
        if isinstance(atom, str):
            facts[atom] = value
        else:
            name, word = atom
            facts.setdefault(name, {"has": [], "not": []})["has" if value else "not"].append(word)
    return facts


def _changes(before: Judged, after: Judged) -> list[list[str]]:
    forms = [form for form in after.forms if form in before.now.treatments]
    pairs = [(form, before.now.treatments[form].verdict, after.now.treatments[form].verdict) for form in forms]
    return [[form, was, now] for form, was, now in pairs if was != now]


# --- nobody answers
def remind(*, by: Actor = SYSTEM) -> int:
    """Write the reminders that are due; how many. Each is written once, whoever else does this at the same moment."""
    written = 0
    due = Ask.objects.filter(ended_at=None, remind_at__lte=timezone.now())
    for public_id in list(due.values_list("public_id", flat=True)[:100]):
        with transaction.atomic():
            row = due.select_for_update(skip_locked=True, of=("self",)).filter(public_id=public_id).first()
            if row is None:
                continue
            open_still = row.consultation.state in WITH_THE_DOCTOR
            more = open_still and row.reminders + 1 < settings.ASKED_REMINDERS
            if open_still:
                row.reminders += 1
                tell(Kind.REMINDER, row.consultation, once=f"remind:{row.public_id}:{row.reminders}")
                written += 1
            row.remind_at = row.remind_at + dt.timedelta(days=settings.ASKED_REMIND_DAYS) if more else None
            row.save(update_fields=["reminders", "remind_at"])
    return written


def overdue_since() -> dt.datetime:
    """What was asked before then is waited for too long."""
    return timezone.now() - dt.timedelta(days=settings.ASKED_OVERDUE_DAYS)
