"""Whether a person's GP may be told: what they said last leads; anything before is shown as what was said then.

It is said in several places: as an answer of the consultation, again when a doctor asks, to somebody of the clinic who
records it, or on the page that also asks which GP it is. Each keeps its own row with its time.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from skinproof.clinic.consultations import intake
from skinproof.clinic.consultations.models import Consultation

from .content import PlanContent
from .facts_form import METHODS
from .models import Plan

FACT = "gp-sharing-consent"


@dataclass(frozen=True)
class Said:
    """One time that it was said."""

    allowed: bool | None  # None: not sure
    at: dt.datetime
    how: str

    @property
    def words(self) -> str:
        if self.allowed is None:
            return "Not sure"
        return "Yes, the GP may be told" if self.allowed else "No, the GP may not be told"


def said(case: Consultation) -> tuple[Said, ...]:
    """Everything that was said of it in a case, the latest first. Three queries."""
    rows = [
        Said(row.value, row.at, f"Recorded by {row.doctor.name}: {METHODS.get(row.method, row.method).lower()}")
        for row in case.recorded_facts.filter(fact=FACT).select_related("doctor")
    ]
    rows += [Said(row.value, row.at, "When a doctor asked again") for row in case.added_facts.filter(fact=FACT)]
    for row in case.gp_sharings.select_related("by"):
        how = f"Told to {row.by.name}" if row.told_to_doctor and row.by else "On the page about the GP"
        rows.append(Said(row.allowed, row.at, how))
    return tuple(sorted((*rows, *_answered(case)), key=lambda each: each.at, reverse=True))


def latest(case: Consultation) -> Said | None:
    """What counts now; None while nothing was said."""
    return next(iter(said(case)), None)


def changed_since(plan: Plan) -> Said | None:
    """What was said after a plan was signed, if it is not what the plan says of the GP; the plan itself stays."""
    kept = PlanContent.of(plan.content)
    if plan.signed_at is None or not kept.medicines or not kept.consulted.gp:
        return None
    now = latest(plan.consultation)
    if now is None or now.at <= plan.signed_at or now.allowed is (kept.consulted.gp == "tell"):
        return None
    return now


def _answered(case: Consultation) -> list[Said]:
    at = case.submitted_at or case.created_at
    for answer in intake.progress(case).journey.asked:
        if FACT in answer.question.atoms:
            value = answer.atoms.get(FACT)
            return [Said(value if isinstance(value, bool) else None, at, "In the consultation")]
    return []
