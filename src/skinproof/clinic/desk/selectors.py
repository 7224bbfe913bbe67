"""What the desk reads of one case, and who may see which. The queue is in `queue`."""

from __future__ import annotations

from dataclasses import dataclass

from skinproof.care.in_person import needs_to_be_seen
from skinproof.clinic.audit.models import Entry, Verb
from skinproof.clinic.consultations.models import HELD, WITH_THE_DOCTOR, Consultation, State
from skinproof.clinic.consultations.names import form_name
from skinproof.clinic.people.models import Role, User
from skinproof.vocabulary import vocabulary

from .models import Plan
from .sheet import Sheet, show

SEEN_BY_DOCTORS = (*WITH_THE_DOCTOR, State.PLAN_READY, State.CLOSED)


def case(public_id: str, user: User) -> Consultation:
    """A case that somebody of the clinic may see: one that was sent to the doctors.

    One that its person ended is open to the doctor who had it alone, and to a doctor who has a case of that person now.

    Raises:
        Consultation.DoesNotExist: there is none, it was not sent, or it is ended and somebody else's.
    """
    found = Consultation.objects.select_related("person", "doctor").get(
        public_id=public_id, state__in=SEEN_BY_DOCTORS, sent_at__isnull=False
    )
    if found.state == State.CLOSED and not _sees_ended(found, user):
        raise Consultation.DoesNotExist
    return found


def _sees_ended(case: Consultation, user: User) -> bool:
    if user.role != Role.DOCTOR:
        return False
    if case.doctor_id == user.pk:
        return True
    now = Consultation.objects.filter(person_id=case.person_id, doctor=user, state__in=(*HELD, State.PLAN_READY))
    return case.person_id is not None and now.exists()


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

    @property
    def in_person(self) -> list[tuple[str, str]]:
        """(form, name) of what this plan gives that cannot be given from afar."""
        forms = (row["form"] for row in self.plan.content["items"])
        known = [form for form in dict.fromkeys(forms) if form in vocabulary().forms]
        return [(form, form_name(form)) for form in known if needs_to_be_seen(form)]


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
