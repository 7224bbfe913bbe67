"""What the person decides: what matters, what to talk about, to send it to a doctor, or to end it."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from skinproof.clinic.audit.models import Verb
from skinproof.clinic.audit.services import Actor

from . import triage
from .ahead import reading_first
from .models import WITH_THE_DOCTOR, Consultation, State
from .steps import ChangedError, StateError, entry, locked, save


@transaction.atomic
def rate(public_id: str, priorities: dict[str, int], *, by: Actor) -> Consultation:
    """Keep what matters to the person.

    Raises:
        StateError: the answers are not in, or a doctor has it already.
    """
    consultation = locked(public_id)
    if consultation.state != State.SUBMITTED:
        raise StateError
    consultation.priorities = priorities
    entry(by, Verb.RATED, consultation)
    save(consultation, "priorities")
    return consultation


@reading_first("note")
@transaction.atomic
def choose(public_id: str, forms: list[str], note: str, *, by: Actor) -> Consultation:
    """Keep the person's choice, to be read through before it is sent. The rules are held against the note's words, too.

    Raises:
        StateError: the answers are not in, or a doctor has it already.
    """
    consultation = locked(public_id)
    if consultation.state != State.SUBMITTED:
        raise StateError
    read = consultation.note == note
    consultation.choices, consultation.note = forms, note
    entry(by, Verb.CHOSE, consultation, options=len(forms))
    save(consultation, "choices", "note", *(() if read else triage.keep(consultation)))
    return consultation


@transaction.atomic
def send_to_doctor(public_id: str, *, version: int, by: Actor) -> Consultation:
    """Put the consultation into the doctors' queue. A second press finds it there.

    Raises:
        ChangedError: the choice was changed after the page was shown.
        StateError: nothing is chosen yet, or it is not at this step.
    """
    consultation = locked(public_id)
    if consultation.state in WITH_THE_DOCTOR:
        return consultation
    if consultation.state != State.SUBMITTED or not consultation.choices:
        raise StateError
    if consultation.version != version:
        raise ChangedError
    consultation.state, consultation.sent_at = State.WAITING, timezone.now()
    entry(by, Verb.SENT, consultation)
    save(consultation, "state", "sent_at")
    return consultation


@transaction.atomic
def withdraw(public_id: str, *, by: Actor) -> Consultation:
    """Close a consultation at the person's wish. A second press is fine.

    Raises:
        StateError: a doctor has signed a plan already.
    """
    consultation = locked(public_id)
    if consultation.state == State.CLOSED:
        return consultation
    if consultation.plans.exclude(signed_at=None).exists():
        raise StateError
    consultation.state, consultation.closed_at = State.CLOSED, timezone.now()
    entry(by, Verb.ENDED, consultation)
    save(consultation, "state", "closed_at")
    return consultation
