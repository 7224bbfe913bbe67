"""Steps towards a prescription, for tests."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from skinproof.clinic.audit.models import Entry
from skinproof.clinic.desk import checks, drafting, prescribing
from skinproof.clinic.desk.content import Consulted, Medicine, PlanContent
from skinproof.clinic.desk.judging import judged
from skinproof.clinic.desk.signing import sign
from skinproof.clinic.people.services import confirmed_device
from skinproof.clinic.prescribing import services
from skinproof.clinic.prescribing.models import Prescription

from . import plans
from .conftest import actor, code_of
from .plans import WHY


def medicine(**changes) -> Medicine:
    return Medicine(
        **{
            "form": "azelaic-acid",
            "product": "azelaic-cream-20",
            "quantity": 56,
            "unit": "g",
            "times_a_day": 2,
            "course_weeks": 8,
            "directions": "Morning and evening, a thin layer.",
            "reason": "Spots and dark marks together.",
            **changes,
        }
    )


def consulted(**changes) -> Consulted:
    today = timezone.localdate()
    return Consulted(**{"mode": "remote-live", "on": today, "by": "Dr Lamb", "gp": "tell", **changes})


def content(*medicines: Medicine, **fields) -> PlanContent:
    made = {"items": (), "medicines": medicines or (medicine(),), "consulted": consulted(), "shape": 2}
    return plans.content(**{**made, **fields})


def reasons(case, what, **more):
    found = judged(case, also=what.forms)
    rules = {(p.form, p.rule): WHY for p in checks.against(what, found, ()) if p.form and p.rule}
    limits = {(p.form, p.key): WHY for p in prescribing.problems(case, what, found) if p.asks_reason}
    return {**rules, **limits, **more}


def ready(case, doctor, what=None, **more):
    what = what or content()
    drafting.start_draft(case.public_id, doctor, by=actor(doctor))  # takes the case back into this doctor's hands
    plans.record(case, doctor, **{name.replace("-", "_"): value for name, value in plans.CHECKS.items()})
    return plans.draft(case, doctor, what, reasons(case, what, **more))


def do_sign(plan, doctor):
    code = code_of(confirmed_device(doctor))
    return sign(plan.public_id, doctor, version=plan.version, code=code, by=actor(doctor)).plan


def prescribed(case, doctor, what=None) -> Prescription:
    return do_sign(ready(case, doctor, what), doctor).prescription


def complete(case, doctor):
    services.keep_details(
        case,
        name="Sam Reed",
        address="2 Low Road\nYork YO1 1AA",
        born=dt.date(1990, 5, 1),
        user=doctor,
        by=actor(doctor),
    )
    services.keep_practice_address(doctor, "1 High Street, Leeds LS1 1AA", by=actor(doctor))


def issued(case, doctor, what=None):
    found = prescribed(case, doctor, what)
    complete(case, doctor)
    return services.issue(case, found.public_id, doctor, by=actor(doctor))


def with_repeat(case, doctor):
    """A prescription with one repeat: the second, after a follow-up."""
    prescribed(case, doctor)
    services.follow_up(case, doctor, on=timezone.localdate(), how="video", found="Better.", by=actor(doctor))
    return issued(case, doctor, content(medicine(repeats=1, course_weeks=4, quantity=28)))


def verbs(object_id):
    return list(Entry.objects.filter(object_id=object_id).order_by("id").values_list("verb", flat=True))
