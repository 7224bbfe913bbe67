"""Messages between a person and their doctor."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from skinproof.clinic.audit.models import Verb
from skinproof.clinic.audit.services import Actor
from skinproof.clinic.people.models import User
from skinproof.clinic.post.models import Kind
from skinproof.clinic.post.services import tell

from . import told, triage
from .ahead import reading_first
from .models import WITH_THE_DOCTOR, Consultation, Message, State
from .steps import StateError, entry, locked


@reading_first("text")
@transaction.atomic
def write_message(
    public_id: str,
    text: str,
    *,
    key: str,
    author: User | None,
    by: Actor,
    from_doctor: bool = False,
    plan_number: int | None = None,
) -> Message:
    """Add a message once: the same key again gives the message that was written with it. A person's is read: a red flag
    in their words moves the case up in the queue.

    Raises:
        StateError: no doctor has the consultation yet, or it is closed; or the key is that of another consultation.
    """
    consultation = locked(public_id)
    sent = Message.objects.filter(key=key).first()
    if sent is not None and sent.consultation_id == consultation.pk:
        return sent
    if sent is not None or consultation.state not in (*WITH_THE_DOCTOR, State.PLAN_READY):
        raise StateError
    message = Message.objects.create(
        consultation=consultation,
        plan_number=plan_number,
        author=author,
        from_doctor=from_doctor,
        text=text,
        key=key,
    )
    if from_doctor:
        consultation.owed_since = None
        tell(Kind.MESSAGE, consultation)
    elif consultation.owed_since is None:
        consultation.owed_since = message.at
    raised = () if from_doctor else triage.raised_by(consultation, told.of_message(message))
    flags = tuple(flag.rule.id for flag in raised)
    consultation.save(update_fields=["owed_since", *(triage.raise_urgency(consultation, flags) if flags else ())])
    entry(by, Verb.MESSAGED, consultation, message=message.public_id, **({"flags": list(flags)} if flags else {}))
    return message


@transaction.atomic
def owe_nothing(public_id: str, *, by: Actor) -> None:
    """A doctor says that the person's last message needs no answer. A second press is fine."""
    consultation = locked(public_id)
    if consultation.owed_since is not None:
        consultation.owed_since = None
        consultation.save(update_fields=["owed_since"])
        entry(by, Verb.ANSWERED, consultation, message="needs no answer")


def note_read(consultation: Consultation, messages: Iterable[Message], *, by_doctor: bool) -> None:
    """Note that one side has now seen what the other wrote."""
    last = max((each.pk for each in messages if each.from_doctor is not by_doctor), default=0)
    field = "doctor_read_to" if by_doctor else "person_read_to"
    if last > getattr(consultation, field):
        Consultation.objects.filter(pk=consultation.pk, **{f"{field}__lt": last}).update(**{field: last})
