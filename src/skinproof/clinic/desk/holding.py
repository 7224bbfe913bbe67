"""Whose case it is: taking it, giving it back, and what a change of it has to hold to."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from skinproof.clinic.audit.models import Verb
from skinproof.clinic.audit.services import Actor, record
from skinproof.clinic.consultations import messaging
from skinproof.clinic.consultations.models import HELD, WITH_THE_DOCTOR, Consultation, State
from skinproof.clinic.consultations.steps import entry, locked, save
from skinproof.clinic.people.models import Role, User
from skinproof.clinic.people.permissions import NURSE_FACTS

from .models import TakeOver

TAKE_OVER_MINIMUM = 10  # characters of the reason for taking a case from another doctor
REASON_LIMIT = 2_000


class CaseError(Exception):
    """The step does not fit where the case stands; the message says so to the doctor."""


class NotHeldError(CaseError):
    """Another doctor has the case, or nobody."""


class ReasonError(CaseError):
    """A reason is missing, too short or too long. `where` is (form, rule) for an override."""

    def __init__(self, message: str, where: tuple[str, str] | None = None) -> None:
        self.where = where
        super().__init__(message)


class StaleCaseError(CaseError):
    """The case was changed after the page was shown. `version` is what it is now."""

    def __init__(self, version: int) -> None:
        self.version = version
        super().__init__("The case was changed after this page was shown.")


def must_hold(case: Consultation, doctor: User) -> None:
    """
    Raises:
        NotHeldError: the doctor does not have the case.
    """
    if case.state not in HELD or case.doctor_id is None:
        raise NotHeldError("Take the case first: nobody has it now.")
    if case.doctor_id != doctor.pk:
        raise NotHeldError("Another doctor has this case now. Take it over if you must, and say why.")


def must_be(case: Consultation, version: int | None) -> None:
    """
    Raises:
        StaleCaseError: the case is not as the page showed it (None: no page was shown).
    """
    if version is not None and version != case.version:
        raise StaleCaseError(case.version)


def with_doctor_state(case: Consultation) -> str:
    """The state of a case that a doctor has: it waits for the person as long as something that was asked is open."""
    return State.ASKED if case.asks.filter(ended_at=None).exists() else State.IN_REVIEW


def records(case: Consultation, user: User) -> bool:
    """Whether this member of staff may record facts now: the case's doctor, or a nurse while it waits or is read."""
    if user.role == Role.NURSE:
        return case.state in WITH_THE_DOCTOR
    return case.state in HELD and case.doctor_id == user.pk


def must_record(case: Consultation, user: User, facts: Iterable[str] = ()) -> None:
    """
    Raises:
        NotHeldError: a doctor who does not have the case.
        CaseError: a nurse, and the case is not open or a fact is not a nurse's to record.
    """
    if user.role != Role.NURSE:
        must_hold(case, user)
    elif not records(case, user):
        raise CaseError("This case waits for no doctor now, so nothing can be recorded in it.")
    elif not set(facts) <= set(NURSE_FACTS):
        raise CaseError("A nurse records measurements, contacts and checks of identity. The rest is the doctor’s.")


def writes_down(case: Consultation, user: User) -> bool:
    """Whether somebody may write down now what the person says of their GP: whoever records facts, and the doctor of a
    plan that is signed."""
    return records(case, user) or (case.state == State.PLAN_READY and case.doctor_id == user.pk)


def must_write_down(case: Consultation, user: User) -> None:
    """
    Raises:
        CaseError: they may not, by `writes_down`.
    """
    if not writes_down(case, user):
        must_record(case, user)


# --- taking it and giving it back
@transaction.atomic
def claim(public_id: str, doctor: User, *, reason: str = "", by: Actor) -> Consultation:
    """Take a case from the queue, or with a reason from another doctor. One's own case stays as it is.

    Raises:
        ReasonError: another doctor has it, and no reason of at least `TAKE_OVER_MINIMUM` characters is given.
        CaseError: it is not in the queue.
    """
    case = locked(public_id)
    reason = reason.strip()
    if case.state in HELD and case.doctor_id == doctor.pk:
        return case
    if case.state in HELD:
        if not TAKE_OVER_MINIMUM <= len(reason) <= REASON_LIMIT:
            raise ReasonError(
                f"Another doctor has this case. To take it over, say why in {TAKE_OVER_MINIMUM} characters or more."
            )
        TakeOver.objects.create(consultation=case, doctor=doctor, before_id=case.doctor_id, reason=reason)
        entry(by, Verb.TOOK_OVER, case, reason=reason, doctor_before=case.doctor_id)
    elif case.state == State.WAITING:
        entry(by, Verb.CLAIMED, case)
    else:
        raise CaseError("This case is not in the queue, so it cannot be taken.")
    case.state, case.doctor, case.claimed_at = with_doctor_state(case), doctor, timezone.now()
    save(case, "state", "doctor", "claimed_at")
    return case


@transaction.atomic
def release(public_id: str, doctor: User, *, by: Actor) -> Consultation:
    """Give a case back to the queue; one with a signed plan and no draft rests with its plan. A second press is fine.

    Raises:
        NotHeldError: another doctor has it.
    """
    case = locked(public_id)
    if case.state in (State.WAITING, State.PLAN_READY):
        return case
    must_hold(case, doctor)
    signed = case.plans.exclude(signed_at=None).exists()
    draft = case.plans.filter(signed_at=None).exists()
    rests = signed and not draft and with_doctor_state(case) != State.ASKED
    case.state = State.PLAN_READY if rests else State.WAITING
    case.doctor, case.claimed_at = None, None
    save(case, "state", "doctor", "claimed_at")
    entry(by, Verb.RELEASED, case)
    return case


def note_read(case: Consultation, doctor: User) -> None:
    """A doctor has the case before them: the person's messages are read, and its own doctor has seen what came back."""
    messaging.note_read(case, case.messages.all(), by_doctor=True)
    if case.returned_at is not None and case.doctor_id == doctor.pk:
        Consultation.objects.filter(pk=case.pk, returned_at=case.returned_at).update(returned_at=None)


@transaction.atomic
def see_take_overs(doctor: User, *, by: Actor) -> int:
    """The doctor has seen that others took cases from them; how many."""
    seen = list(TakeOver.objects.select_for_update().filter(before=doctor, seen_at=None))
    for row in seen:
        row.seen_at = timezone.now()
        row.save(update_fields=["seen_at"])
        record(by, Verb.VIEWED, "take-over", str(row.pk))
    return len(seen)


@transaction.atomic
def note_view(case: Consultation, *, by: Actor) -> None:
    """Note that somebody of the clinic looked at the case."""
    entry(by, Verb.VIEWED, case)
