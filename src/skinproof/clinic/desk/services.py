"""What a doctor does with a case, each in one transaction with its entry on the trail. Signing is in `signing`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.db.models import F, Max
from django.utils import timezone

from skinproof.clinic.audit.models import Verb
from skinproof.clinic.audit.services import Actor, record
from skinproof.clinic.consultations.models import HELD, WITH_THE_DOCTOR, Consultation, State
from skinproof.clinic.consultations.services import note_read as note_messages_read
from skinproof.clinic.people.models import Role, User
from skinproof.clinic.people.permissions import NURSE_FACTS

from .content import Consulted, PlanContent
from .judging import judged
from .models import CaseFact, FlagDealtWith, Override, Plan, TakeOver

IDENTITY_FACTS = ("identity-verified", "age-verified")
# How identity or age can be checked: something beyond the person's own word.
IDENTITY_METHODS = ("video", "in-person", "document", "electronic", "record")
WEAK_CHECK = (
    "Identity and age are not checked by a call or a message alone: look at a document or a record, or see the person."
)
REASON_MINIMUM = 20  # characters of an override's reason
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


class StalePlanError(CaseError):
    """The draft was saved from elsewhere after the page was shown. `plan` is as it is now."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        super().__init__("The draft was saved from elsewhere after this page was shown.")


class SignedError(CaseError):
    """The plan is signed, so nothing in it changes any more."""


def locked_case(public_id: str) -> Consultation:
    """The consultation, held until the transaction ends: every change at the desk takes this lock first.

    Raises:
        Consultation.DoesNotExist: no such consultation.
    """
    return Consultation.objects.select_for_update().get(public_id=public_id)


def keep(case: Consultation, *fields: str) -> None:
    case.version = F("version") + 1
    case.save(update_fields=[*fields, "version", "updated_at"])
    case.refresh_from_db(fields=["version"])


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


def checks_identity(facts: Mapping[str, Any]) -> bool:
    """Whether these facts say that who or how old the person is has been checked."""
    return any(facts.get(fact) is True for fact in IDENTITY_FACTS)


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


def _note(by: Actor, verb: str, case: Consultation, *, reason: str = "", **detail: Any) -> None:
    record(by, verb, "consultation", case.public_id, reason=reason, **detail)


# --- whose case it is
@transaction.atomic
def claim(public_id: str, doctor: User, *, reason: str = "", by: Actor) -> Consultation:
    """Take a case from the queue, or with a reason from another doctor. One's own case stays as it is.

    Raises:
        ReasonError: another doctor has it, and no reason of at least `TAKE_OVER_MINIMUM` characters is given.
        CaseError: it is not in the queue.
    """
    case = locked_case(public_id)
    reason = reason.strip()
    if case.state in HELD and case.doctor_id == doctor.pk:
        return case
    if case.state in HELD:
        if not TAKE_OVER_MINIMUM <= len(reason) <= REASON_LIMIT:
            raise ReasonError(
                f"Another doctor has this case. To take it over, say why in {TAKE_OVER_MINIMUM} characters or more."
            )
        TakeOver.objects.create(consultation=case, doctor=doctor, before_id=case.doctor_id, reason=reason)
        _note(by, Verb.TOOK_OVER, case, reason=reason, doctor_before=case.doctor_id)
    elif case.state == State.WAITING:
        _note(by, Verb.CLAIMED, case)
    else:
        raise CaseError("This case is not in the queue, so it cannot be taken.")
    case.state, case.doctor, case.claimed_at = with_doctor_state(case), doctor, timezone.now()
    keep(case, "state", "doctor", "claimed_at")
    return case


@transaction.atomic
def release(public_id: str, doctor: User, *, by: Actor) -> Consultation:
    """Give a case back to the queue; one with a signed plan and no draft rests with its plan. A second press is fine.

    Raises:
        NotHeldError: another doctor has it.
    """
    case = locked_case(public_id)
    if case.state in (State.WAITING, State.PLAN_READY):
        return case
    must_hold(case, doctor)
    signed = case.plans.exclude(signed_at=None).exists()
    draft = case.plans.filter(signed_at=None).exists()
    rests = signed and not draft and with_doctor_state(case) != State.ASKED
    case.state = State.PLAN_READY if rests else State.WAITING
    case.doctor, case.claimed_at = None, None
    keep(case, "state", "doctor", "claimed_at")
    _note(by, Verb.RELEASED, case)
    return case


def note_read(case: Consultation, doctor: User) -> None:
    """A doctor has the case before them: the person's messages are read, and its own doctor has seen what came back."""
    note_messages_read(case, case.messages.all(), by_doctor=True)
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
    _note(by, Verb.VIEWED, case)


# --- what the doctor finds out
@transaction.atomic
def record_facts(
    public_id: str,
    doctor: User,
    facts: Mapping[str, Any],
    *,
    method: str,
    note: str = "",
    version: int | None = None,
    by: Actor,
) -> list[CaseFact]:
    """Keep checked facts with how they were found out. Earlier records of the same fact stay, and count no more.

    Raises:
        NotHeldError: the doctor does not have the case.
        CaseError: identity or age cannot be checked by this method, a nurse does not record one of these facts, or
            no doctor is to read the case any more.
        StaleCaseError: it was changed since `version`, which the page showed.
    """
    case = locked_case(public_id)
    must_record(case, doctor, facts)
    if checks_identity(facts) and method not in IDENTITY_METHODS:
        raise CaseError(WEAK_CHECK)
    must_be(case, version)
    kept = [
        CaseFact.objects.create(
            consultation=case, fact=fact, value=value, method=method, note=note.strip(), doctor=doctor
        )
        for fact, value in facts.items()
    ]
    if kept:
        _note(by, Verb.RECORDED, case, facts=sorted(facts), method=method)
        keep(case)
    return kept


@transaction.atomic
def deal_with_flag(public_id: str, doctor: User, rule: str, *, seen_by: str, how: str, by: Actor) -> FlagDealtWith:
    """Keep what was done about a red flag, once: a second press finds the first one's work. Where the person told it
    again since, it is a new one.

    Raises:
        NotHeldError: the doctor does not have the case.
        ReasonError: who or how is missing.
    """
    case = locked_case(public_id)
    must_hold(case, doctor)
    if not seen_by.strip() or not how.strip():
        raise ReasonError("Say who saw the person, and what was done.")
    if (before := judged(case).dealt_with.get(rule)) is not None:
        return before
    dealt = FlagDealtWith.objects.create(
        consultation=case, rule=rule, seen_by=seen_by.strip(), how=how.strip(), doctor=doctor
    )
    _note(by, Verb.DEALT_WITH, case, rule=rule)
    keep(case)
    return dealt


# --- the draft
def draft_of(case: Consultation) -> Plan | None:
    return case.plans.filter(signed_at=None).first()


def in_force(case: Consultation) -> Plan | None:
    """The signed plan that counts: the latest."""
    return case.plans.exclude(signed_at=None).order_by("number").last()


@transaction.atomic
def start_draft(public_id: str, doctor: User, *, by: Actor) -> Plan:
    """The case's draft, made if there is none: empty, or a copy of the signed plan that it is to supersede.

    A case that rests with its signed plan comes back to this doctor's hands.

    Raises:
        NotHeldError: another doctor has it.
        CaseError: it is not with a doctor.
    """
    case = locked_case(public_id)
    if case.state == State.PLAN_READY:
        case.state, case.doctor, case.claimed_at = State.IN_REVIEW, doctor, timezone.now()
        keep(case, "state", "doctor", "claimed_at")
        _note(by, Verb.CLAIMED, case)
    must_hold(case, doctor)
    if (draft := draft_of(case)) is not None:
        return draft
    before = in_force(case)
    number = (case.plans.aggregate(last=Max("number"))["last"] or 0) + 1
    draft = Plan.objects.create(
        consultation=case,
        number=number,
        author=doctor,
        content=_carried(before) if before else PlanContent().to_json(),
    )
    record(by, Verb.DRAFTED, "plan", draft.public_id, consultation=case.public_id)
    return draft


def _carried(before: Plan) -> dict[str, Any]:
    """What a new draft takes over from the plan that it is to supersede: all but how that one was decided."""
    if "consulted" not in before.content:
        return before.content
    return {**before.content, "consulted": Consulted().model_dump(mode="json")}


def locked_plan(public_id: str) -> Plan:
    """A plan of a locked case, itself locked.

    Raises:
        Plan.DoesNotExist: no such plan (a draft may have been thrown away).
    """
    case_id = Plan.objects.values_list("consultation__public_id", flat=True).get(public_id=public_id)
    case = locked_case(case_id)
    plan = Plan.objects.select_for_update().get(public_id=public_id)
    plan.consultation = case
    return plan


def _open_draft(public_id: str, doctor: User, version: int) -> Plan:
    plan = locked_plan(public_id)
    if plan.signed:
        raise SignedError("This plan is signed, so it cannot be changed. Start a new one that supersedes it.")
    must_hold(plan.consultation, doctor)
    if plan.version != version:
        raise StalePlanError(plan)
    return plan


@transaction.atomic
def save_draft(
    public_id: str,
    doctor: User,
    content: PlanContent,
    overrides: Mapping[tuple[str, str], str],
    *,
    version: int,
    by: Actor,
) -> Plan:
    """Save the whole draft, with the reasons for going on against rules: {(form, rule): reason}.

    An override that is not named, or whose reason is empty, is taken back; so is one for a form no longer in the plan.

    Raises:
        StalePlanError: it was saved from elsewhere since `version`.
        SignedError, NotHeldError: it cannot be changed, or not by this doctor.
        ReasonError: an override's reason is too short or too long.
        Plan.DoesNotExist: no such plan.
    """
    plan = _open_draft(public_id, doctor, version)
    wanted = {
        where: reason.strip() for where, reason in overrides.items() if reason.strip() and where[0] in content.forms
    }
    for where, reason in wanted.items():
        if not REASON_MINIMUM <= len(reason) <= REASON_LIMIT:
            raise ReasonError(
                f"A reason needs {REASON_MINIMUM} characters or more, and at most {REASON_LIMIT:,}.", where
            )
    plan.content = content.to_json()
    plan.version += 1
    plan.saved_at = timezone.now()
    plan.save(update_fields=["content", "version", "saved_at"])
    record(by, Verb.DRAFTED, "plan", plan.public_id, version=plan.version)
    _keep_overrides(plan, doctor, wanted, by=by)
    return plan


def _keep_overrides(plan: Plan, doctor: User, wanted: Mapping[tuple[str, str], str], *, by: Actor) -> None:
    there = {(row.form, row.rule): row for row in plan.overrides.all()}
    for where, row in there.items():
        if where not in wanted:
            row.delete()
            record(by, Verb.WITHDREW, "plan", plan.public_id, form=where[0], rule=where[1])
    for (form, rule), reason in wanted.items():
        row = there.get((form, rule))
        if row is not None and row.reason == reason and row.doctor_id == doctor.pk:
            continue
        Override.objects.update_or_create(
            plan=plan,
            form=form,
            rule=rule,
            defaults={"reason": reason, "doctor": doctor, "at": timezone.now()},
        )
        record(by, Verb.OVERRODE, "plan", plan.public_id, reason=reason, form=form, rule=rule)


@transaction.atomic
def discard_draft(public_id: str, doctor: User, *, version: int, by: Actor) -> Consultation:
    """Throw a draft away. A case with an earlier signed plan rests with that plan again.

    Raises:
        StalePlanError, SignedError, NotHeldError, Plan.DoesNotExist: as `save_draft`.
    """
    plan = _open_draft(public_id, doctor, version)
    case = plan.consultation
    plan.overrides.all().delete()
    plan.delete()
    record(by, Verb.DISCARDED, "plan", public_id, consultation=case.public_id)
    if in_force(case) is not None and case.state != State.ASKED:
        case.state = State.PLAN_READY
        keep(case, "state")
    return case
