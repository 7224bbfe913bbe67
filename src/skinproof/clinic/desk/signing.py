"""Signing a plan: checked afresh, with a current code, once. Everything or nothing, in one transaction."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from skinproof import care
from skinproof.care.prescribing import PrescribingProblem
from skinproof.clinic.audit.models import Verb
from skinproof.clinic.audit.services import Actor, record
from skinproof.clinic.consultations.models import State
from skinproof.clinic.consultations.steps import save
from skinproof.clinic.people.models import User
from skinproof.clinic.people.services import FactorCheck, check_code
from skinproof.clinic.post.models import Kind
from skinproof.clinic.post.services import tell
from skinproof.clinic.prescribing.services import derive

from . import checks, prescribing
from .content import PlanContent, fingerprint, missing, signed_document
from .drafting import StalePlanError, locked_plan
from .holding import CaseError, StaleCaseError, must_hold
from .judging import judged
from .models import Plan
from .sealing import seal


class NotReadyError(CaseError):
    """The plan may not be signed as it is."""

    def __init__(self, problems: Sequence[care.Problem | PrescribingProblem], gaps: Sequence[tuple[str, str]]) -> None:
        self.problems, self.gaps = tuple(problems), tuple(gaps)
        super().__init__("This plan cannot be signed yet: something still stands against it.")


@dataclass(frozen=True)
class Signature:
    """What came of it: the plan is signed, or the code was not right."""

    plan: Plan
    code: FactorCheck

    @property
    def signed(self) -> bool:
        return self.plan.signed


def mark_of(plan: Plan) -> str:
    """What tells whether anything behind a draft is otherwise than its page showed: the case, what the person wrote,
    sent and agreed to since, the products named, the rule book."""
    case = plan.consultation
    since = [rows.order_by("-id").values_list("id", flat=True).first() for rows in
             (case.messages.filter(from_doctor=False), case.photos, case.consents)]  # fmt: skip
    named = list(plan.products.order_by("form").values_list("form", "version_id"))
    return hashlib.sha256(repr((case.version, since, named, care.rules().version)).encode()).hexdigest()[:16]


@transaction.atomic
def sign(public_id: str, doctor: User, *, version: int, code: str, seen: str | None = None, by: Actor) -> Signature:
    """Sign a draft with a current code of the doctor's second factor.

    The rules are held against the case anew: what a page said is not believed. A plan that this doctor has signed
    already comes back as it is, whatever the code, so that a second press gives no second signature. A wrong code is
    returned and not raised, because that it was tried must be kept.

    Raises:
        NotReadyError: a hard stop without its reason, a missing fact, a red flag that was not dealt with, a medicine
            past its limits without a reason, a gap.
        StalePlanError: it was saved from elsewhere since `version`.
        StaleCaseError: something behind it changed since the page that carries `seen`, a `mark_of` (None: no page).
        NotHeldError, CaseError: not this doctor's case, or signed by another.
        Plan.DoesNotExist: no such plan.
    """
    plan = locked_plan(public_id)
    case = plan.consultation
    if plan.signed:
        if plan.signed_by_id != doctor.pk:
            raise CaseError("Another doctor has signed this plan.")
        return Signature(plan, FactorCheck(True))
    must_hold(case, doctor)
    if plan.version != version:
        raise StalePlanError(plan)
    if seen is not None and seen != mark_of(plan):
        raise StaleCaseError(case.version)
    if case.asks.filter(ended_at=None).exists():
        raise CaseError("You asked the person for more. Wait for the answer, or take back what you asked, then sign.")
    content = PlanContent.of(plan.content)
    found = judged(case, also=content.forms)
    prescribed = prescribing.problems(case, content, found)
    problems = checks.of_signature(plan, content, found, doctor, prescribed)
    gaps = missing(content, today=timezone.localdate())
    if problems or gaps:
        raise NotReadyError(problems, gaps)
    result = check_code(doctor, code, by=by)
    if not result.right:
        return Signature(plan, result)

    plan.supersedes = case.plan_in_force
    plan.sealed = seal(case, plan, content, found, prescribed)
    plan.signed_at, plan.signed_by, plan.prescriber = timezone.now(), doctor, doctor.prescriber
    plan.content_hash = fingerprint(signed_document(plan))
    plan.save(update_fields=["supersedes", "sealed", "signed_at", "signed_by", "prescriber", "content_hash"])
    record(by, Verb.SIGNED, "plan", plan.public_id, consultation=case.public_id, sha256=plan.content_hash)
    if plan.supersedes is not None:
        record(by, Verb.SUPERSEDED, "plan", plan.supersedes.public_id, superseded_by=plan.public_id)
    derive(plan, by=by)
    case.state = State.PLAN_READY
    save(case, "state")
    tell(Kind.PLAN_READY, case, once=f"plan:{plan.public_id}")
    return Signature(plan, result)
