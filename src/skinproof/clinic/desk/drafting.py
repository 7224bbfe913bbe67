"""A plan's draft, until it is signed (`signing`) or thrown away."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from skinproof.clinic.audit.models import Verb
from skinproof.clinic.audit.services import Actor, record
from skinproof.clinic.consultations.models import Consultation, State
from skinproof.clinic.consultations.steps import entry, locked, save
from skinproof.clinic.people.models import User

from .content import Consulted, PlanContent
from .holding import REASON_LIMIT, CaseError, ReasonError, must_hold
from .models import Override, Plan

REASON_MINIMUM = 20  # characters of an override's reason


class StalePlanError(CaseError):
    """The draft was saved from elsewhere after the page was shown. `plan` is as it is now."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        super().__init__("The draft was saved from elsewhere after this page was shown.")


class SignedError(CaseError):
    """The plan is signed, so nothing in it changes any more."""


def draft_of(case: Consultation) -> Plan | None:
    return case.plans.filter(signed_at=None).first()


@transaction.atomic
def start_draft(public_id: str, doctor: User, *, by: Actor) -> Plan:
    """The case's draft, made if there is none: empty, or a copy of the signed plan that it is to supersede.

    A case that rests with its signed plan comes back to this doctor's hands.

    Raises:
        NotHeldError: another doctor has it.
        CaseError: it is not with a doctor.
    """
    case = locked(public_id)
    if case.state == State.PLAN_READY:
        case.state, case.doctor, case.claimed_at = State.IN_REVIEW, doctor, timezone.now()
        save(case, "state", "doctor", "claimed_at")
        entry(by, Verb.CLAIMED, case)
    must_hold(case, doctor)
    if (draft := draft_of(case)) is not None:
        return draft
    before = case.plan_in_force
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
    case = locked(case_id)
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
    if case.plan_in_force is not None and case.state != State.ASKED:
        case.state = State.PLAN_READY
        save(case, "state")
    return case
