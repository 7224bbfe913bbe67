"""What the desk reads of one case, and who may see which. The queue is in `queue`."""

from __future__ import annotations

from dataclasses import dataclass

from skinproof.clinic.audit.models import Entry, Verb
from skinproof.clinic.consultations.models import WITH_THE_DOCTOR, Consultation, State

from .models import Plan
from .sheet import Sheet, show

SEEN_BY_DOCTORS = (*WITH_THE_DOCTOR, State.PLAN_READY, State.CLOSED)


def case(public_id: str) -> Consultation:
    """A case that doctors may see: one that was sent to them.

    Raises:
        Consultation.DoesNotExist: there is none, or it was not sent.
    """
    return Consultation.objects.select_related("person", "doctor").get(
        public_id=public_id, state__in=SEEN_BY_DOCTORS, sent_at__isnull=False
    )


def latest(case: Consultation) -> tuple[Entry, ...]:
    """What was done to a case last, newest first; looking is left out."""
    about = Entry.objects.filter(object_type="consultation", object_id=case.public_id).exclude(verb=Verb.VIEWED)
    return tuple(about.select_related("actor")[:4])


@dataclass(frozen=True)
class PersonPlan:
    """What a person's plan page shows: one signed plan, and the other ones by number."""

    plan: Plan
    sheet: Sheet
    in_force: bool
    latest: Plan
    others: tuple[Plan, ...]  # newest first


def plan_for_person(consultation: Consultation, number: int | None = None) -> PersonPlan | None:
    """The signed plan in force, or an earlier one by its number; None if there is no such signed plan. One query."""
    plans = list(consultation.plans.exclude(signed_at=None).order_by("-number"))
    plan = next((each for each in plans if number is None or each.number == number), None)
    if plan is None:
        return None
    return PersonPlan(
        plan=plan,
        sheet=show(plan, plan.sealed),
        in_force=plan is plans[0],
        latest=plans[0],
        others=tuple(each for each in plans if each is not plan),
    )
