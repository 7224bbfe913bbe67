"""Which papers a case has."""

from __future__ import annotations

from dataclasses import dataclass

from skinproof.clinic.consultations.models import Consultation
from skinproof.clinic.consultations.names import form_name
from skinproof.clinic.desk.gp import Said, said

from . import making, services
from .models import GpSharing, Referral


@dataclass(frozen=True)
class Line:
    """A paper that can be taken: its kind and arguments for the address, and what it is."""

    kind: str
    arguments: tuple[int | str, ...]
    title: str
    note: str = ""


@dataclass(frozen=True)
class Papers:
    """All that a case has, the plan in force first."""

    lines: tuple[Line, ...]
    to: GpSharing | None  # the GP whom a letter goes to
    said: tuple[Said, ...]  # whether the GP may be told, the latest first
    urgent: tuple[Referral, ...]

    @property
    def may_tell_gp(self) -> bool:
        return self.to is not None

    @property
    def now(self) -> Said | None:
        return next(iter(self.said), None)


def papers(case: Consultation) -> Papers:
    """Ten queries at most, however many papers there are."""
    plans = list(case.plans.exclude(signed_at=None).order_by("-number"))
    told, in_words = services.whom_to_tell(case), said(case)
    rows = case.prescriptions.select_related("issue", "ending")
    prescribed = {row.plan_id: row.standing for row in rows}
    referrals = list(case.referrals.order_by("-number"))
    lines = [_referral(row) for row in referrals]
    for place, plan in enumerate(plans):
        in_force = place == 0
        lines.append(Line("plan", (plan.number,), f"Plan {plan.number}", "" if in_force else "Superseded"))
        if told:
            lines.append(Line("letter", (plan.number,), f"Letter to the GP about plan {plan.number}"))
        if plan.pk in prescribed:
            title = f"Prescription of plan {plan.number}"
            lines.append(Line("prescription", (plan.number,), title, prescribed[plan.pk]))
        if in_force:
            lines += [
                Line("visit", (plan.number, form), f"Before your visit: {form_name(form)}", "Questions to take along")
                for form in making.in_person_forms(plan)
            ]
    return Papers(tuple(lines), told[0] if told else None, in_words, tuple(referrals))


def _referral(row: Referral) -> Line:
    urgent = row.content["urgency"] != "routine"
    return Line(
        "referral", (row.number,), f"Referral letter {row.number}", row.content["heading"] if urgent else "Routine"
    )
