"""Answering: a consultation is begun, answers are kept, a red flag is read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from skinproof.clinic.audit.models import Verb
from skinproof.clinic.audit.services import Actor
from skinproof.clinic.people.models import User
from skinproof.questionnaires import Issue, answers_in

from . import intake
from .models import Consultation, Correction, State
from .progress import Progress
from .steps import StateError, entry, locked, save


class ResponseError(Exception):
    """A response that its questionnaire does not allow: `issues` tells every fault."""

    def __init__(self, issues: Iterable[Issue]) -> None:
        self.issues = tuple(issues)
        super().__init__("; ".join(f"{issue.where}: {issue.words}" for issue in self.issues))


def start(*, concern: str, asked_for: list[str], key: str, person: User | None, by: Actor) -> Consultation:
    """Begin a consultation; the same key again gives the one that was begun with it."""
    try:
        with transaction.atomic():
            questionnaire, response = intake.begin(concern)
            consultation = Consultation.objects.create(
                concern=concern,
                asked_for=asked_for,
                start_key=key,
                person=person,
                questionnaire=questionnaire,
                response=response,
            )
            entry(by, Verb.STARTED, consultation)
            return consultation
    except IntegrityError:
        return Consultation.objects.get(start_key=key)


@transaction.atomic
def answer(public_id: str, question: str, value: Any, *, by: Actor) -> Consultation:
    """Keep one answer, and work out what it changes. The whole response is checked against its questionnaire.

    Answers to questions that it hides are set aside; those that it brings back count again. A red flag that holds every
    treatment stops the consultation; a changed answer that lifts the flag lets it go on.

    Raises:
        StateError: the answers are in already, or the question is not asked (any more).
        FactError: the answer does not fit the question.
        ResponseError: the response would not be one that its questionnaire allows.
    """
    consultation = locked(public_id)
    if not consultation.answerable:
        raise StateError
    before = intake.progress(consultation)
    asked = before.question(question)
    if asked is None:
        raise StateError
    _keep(consultation, before, intake.with_answer(consultation, asked, value), by)
    return consultation


@transaction.atomic
def store_response(
    public_id: str, response: Mapping[str, Any], *, allow: Callable[[Consultation], None], by: Actor
) -> Consultation:
    """Keep a whole response in place of the answers so far, once it was checked against its questionnaire in full.

    Args:
        response: a QuestionnaireResponse, in-progress or completed. Of what it says, the answers are kept.
        allow: raises what is to be raised if the consultation is not this person's.

    Raises:
        ResponseError: it is not one that the questionnaire allows; tells every fault.
        StateError: the answers are in already.
        Consultation.DoesNotExist
    """
    consultation = locked(public_id)
    allow(consultation)
    if not consultation.answerable:
        raise StateError
    faults = intake.faults(consultation, response)
    if faults:
        raise ResponseError(faults)
    status = str(response["status"])
    if status not in ("in-progress", "completed"):
        words = f"is {status}; a consultation takes a response that is in-progress or completed"
        raise ResponseError([Issue("error", "business-rule", "status", "QuestionnaireResponse.status", words)])
    more = {"authored": timezone.now().isoformat(timespec="seconds")} if status == "completed" else {}
    given = answers_in(intake.form_of(consultation).questionnaire, response)
    sorted_now = intake.sort(consultation, given, status=status, **more)
    _keep(consultation, intake.progress(consultation), sorted_now, by, checked=True)
    return consultation


def _keep(
    consultation: Consultation, before: Progress, now: intake.Sorted, by: Actor, *, checked: bool = False
) -> None:
    """Save answers that were sorted, with their entry on the trail; what was changed is kept as it was, too."""
    faults = () if checked else intake.faults(consultation, now.response)
    if faults:
        raise ResponseError(faults)
    after = now.progress
    corrections = list(_corrections(consultation, before, after))
    if corrections:
        Correction.objects.bulk_create(corrections)
    entry(by, Verb.CORRECTED if corrections else Verb.ANSWERED, consultation)
    consultation.response, consultation.set_aside = now.response, now.aside
    # A flag that has gone, and comes again, is read again.
    consultation.acknowledged = [rule for rule in consultation.acknowledged if rule in after.flag_rules]
    stopped = after.holds
    if stopped and consultation.state != State.STOPPED:
        entry(by, Verb.STOPPED, consultation)
    consultation.state = State.STOPPED if stopped else State.DRAFT
    save(consultation, "response", "set_aside", "acknowledged", "state")


def _corrections(consultation: Consultation, before: Progress, after: Progress) -> Iterator[Correction]:
    """The answers that were given and are given otherwise now."""
    new = {answer.question.id: answer.raw for answer in after.journey.asked}
    for answer in before.journey.asked:
        question = answer.question.id
        if question in new and new[question] != answer.raw:
            yield Correction(
                consultation=consultation,
                question=question,
                before=answer.raw,
                after=new[question],
                flags_before=list(before.flag_rules),
                flags_after=list(after.flag_rules),
            )


@transaction.atomic
def acknowledge(public_id: str, *, by: Actor) -> Consultation:
    """The person has read what to do about a red flag that does not hold every treatment, and goes on.

    Raises:
        StateError: the flag holds every treatment, or the answers are in already.
    """
    consultation = locked(public_id)
    now = intake.progress(consultation)
    if consultation.state != State.DRAFT or now.holds:
        raise StateError
    consultation.acknowledged = list(now.flag_rules)
    entry(by, Verb.ACKNOWLEDGED, consultation)
    save(consultation, "acknowledged")
    return consultation
