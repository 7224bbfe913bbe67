"""Steps towards a signed plan, for tests."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from skinproof.clinic.desk import checks, drafting, recording
from skinproof.clinic.desk.content import Declined, Item, PlanContent
from skinproof.clinic.desk.judging import judged
from skinproof.clinic.desk.signing import sign
from skinproof.clinic.people.services import confirmed_device

from .conftest import actor, code_of

WHY = "The person and I talked about this by video, and agreed to go on."
CHECKS = {
    "age-verified": True,
    "identity-verified": True,
    "consult-mode": "remote-live",
    "in-person-examined": False,
    "photo-or-video-not-enough": False,
    "allergy-to-ingredient": False,
}


def content(*forms: str, **fields) -> PlanContent:
    """A plan with nothing missing."""
    whole = {
        "summary": "We start with one cream.",
        "items": tuple(Item(form=form, what="The cream", how="As agreed.", when="Until the check.") for form in forms),
        "declined": (Declined(form="exosome-topical", why="Not enough is known."),),
        "watch_for": "Anything that worries you.",
        "call": "Write to us here.",
        "next_check": timezone.localdate() + dt.timedelta(days=30),
        "next_check_how": "by video",
    }
    return PlanContent(**{**whole, **fields})


def record(case, doctor, **facts):
    recording.record_facts(
        case.public_id, doctor, {name.replace("_", "-"): value for name, value in facts.items()}, method="video",
        by=actor(doctor),
    )  # fmt: skip


def draft(case, doctor, what: PlanContent | None = None, reasons: dict | None = None):
    plan = drafting.start_draft(case.public_id, doctor, by=actor(doctor))
    what = content("azelaic-acid") if what is None else what
    return drafting.save_draft(plan.public_id, doctor, what, reasons or {}, version=plan.version, by=actor(doctor))


def reasons_for(case, what: PlanContent) -> dict[tuple[str, str], str]:
    """A reason for everything that a reason serves."""
    found = checks.against(what, judged(case, also=what.forms), ())
    return {(p.form, p.rule): WHY for p in found if p.form and p.rule}


def ready(case, doctor, what: PlanContent | None = None):
    """A draft that nothing stands against."""
    what = content("azelaic-acid") if what is None else what
    recording.record_facts(case.public_id, doctor, CHECKS, method="video", by=actor(doctor))
    return draft(case, doctor, what, reasons_for(case, what))


def signed(case, doctor, device=None, what: PlanContent | None = None):
    device = device or confirmed_device(doctor)
    plan = ready(case, doctor, what)
    result = sign(plan.public_id, doctor, version=plan.version, code=code_of(device), by=actor(doctor))
    assert result.signed
    return result.plan


def case_with_plan(make_case, doctor, person):
    """A case that rests with its signed plan."""
    case = make_case("in-review", doctor=doctor, person=person)
    signed(case, doctor)
    case.refresh_from_db()
    return case
