"""What the desk reads: the queue in a fixed number of queries, and who may see which case."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from skinproof.care.in_person import needs_to_be_seen
from skinproof.clinic.consultations.models import WITH_THE_DOCTOR, Consultation, Message, State
from skinproof.clinic.people.models import User
from skinproof.vocabulary import vocabulary

from . import words
from .models import Plan
from .sheet import Sheet, show

PAGE_SIZE = 25
SEEN_BY_DOCTORS = (*WITH_THE_DOCTOR, State.PLAN_READY, State.CLOSED)
FILTERS = {
    "all": "Waiting and in review",
    "mine": "Mine",
    "questions": "Questions about plans",
}


@dataclass(frozen=True)
class Row:
    """One case of the queue, in words. It names the case, never the person."""

    public_id: str
    reference: str
    urgency: str
    urgency_kind: str
    flags: int
    concern: str
    asks_for: tuple[str, ...]
    waited: str
    sent_at: dt.datetime | None
    holder: str
    mine: bool
    new_message: bool


@dataclass(frozen=True)
class Queue:
    page: Page
    rows: tuple[Row, ...]
    tabs: tuple[tuple[str, str, int], ...]  # (filter, its words, how many cases)
    chosen: str

    @property
    def title(self) -> str:
        return FILTERS[self.chosen]


def _last_word() -> Subquery:
    """Whether the last message of a case is the doctor's: None where nobody wrote."""
    return Subquery(Message.objects.filter(consultation=OuterRef("pk")).order_by("-id").values("from_doctor")[:1])


def _of_filter(name: str, doctor: User) -> Q:
    if name == "questions":
        return Q(state=State.PLAN_READY, last_from_doctor=False)
    open_cases = Q(state__in=WITH_THE_DOCTOR)
    return open_cases & Q(doctor=doctor) if name == "mine" else open_cases


def queue(doctor: User, *, chosen: str = "all", page: str | None = None) -> Queue:
    """One page of cases, the most urgent first, then those that have waited longest.

    Three queries, however many cases there are. An unknown filter or page number gives the first of each.
    """
    chosen = chosen if chosen in FILTERS else "all"
    cases: QuerySet = Consultation.objects.annotate(last_from_doctor=_last_word())
    counts = cases.aggregate(**{name: Count("pk", filter=_of_filter(name, doctor)) for name in FILTERS})
    found = (
        cases.filter(_of_filter(chosen, doctor))
        .order_by("urgency_rank", "sent_at", "pk")
        .select_related("doctor")
        .only(
            "public_id", "state", "concern", "choices", "asked_for", "flags", "urgency", "urgency_rank", "sent_at",
            "doctor__name",
        )
    )  # fmt: skip
    shown = Paginator(found, PAGE_SIZE).get_page(page)
    now = timezone.now()
    tabs = tuple((name, label, counts[name]) for name, label in FILTERS.items())
    return Queue(shown, tuple(_row(case, doctor, now) for case in shown), tabs, chosen)


def _row(case: Consultation, doctor: User, now: dt.datetime) -> Row:
    return Row(
        public_id=case.public_id,
        reference=words.reference(case.public_id),
        urgency=words.urgency(case.urgency),
        urgency_kind=words.urgency_kind(case.urgency),
        flags=len(case.flags),
        concern=words.concern_name(case.concern),
        asks_for=tuple(words.form_name(form) for form in case.choices or case.asked_for),
        waited=words.waited(case.sent_at, now),
        sent_at=case.sent_at,
        holder="You" if case.doctor_id == doctor.pk else case.doctor.name if case.doctor else "",
        mine=case.doctor_id == doctor.pk,
        new_message=case.last_from_doctor is False,
    )


def case(public_id: str) -> Consultation:
    """A case that doctors may see: one that was sent to them.

    Raises:
        Consultation.DoesNotExist: there is none, or it was not sent.
    """
    return Consultation.objects.select_related("person", "doctor").get(
        public_id=public_id, state__in=SEEN_BY_DOCTORS, sent_at__isnull=False
    )


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
        return [(form, words.form_name(form)) for form in known if needs_to_be_seen(form)]


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
