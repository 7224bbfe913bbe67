"""What the desk reads: the queue in a fixed number of queries, and who may see which case."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.conf import settings
from django.core.paginator import Page, Paginator
from django.db.models import F, Func, IntegerField, Q, QuerySet, Subquery
from django.utils import timezone

from skinproof.clinic.audit.models import Entry, Verb
from skinproof.clinic.consultations.models import HELD, WITH_THE_DOCTOR, Consultation, State
from skinproof.clinic.people.models import User

from . import words
from .models import Plan, TakeOver
from .sheet import Sheet, show

PAGE_SIZE = 14
SEEN_BY_DOCTORS = (*WITH_THE_DOCTOR, State.PLAN_READY, State.CLOSED)
FILTERS = {
    "all": "Waiting and in review",
    "mine": "Mine",
    "questions": "Questions about plans",
}
FIRST_NULLS_LAST = (F("returned_at").asc(nulls_last=True), F("owed_since").asc(nulls_last=True))
ORDER = {
    "all": ("urgency_rank", "sent_at", "id"),
    "mine": (*FIRST_NULLS_LAST, "urgency_rank", "sent_at", "id"),  # what came back, then what is owed an answer
    "questions": ("owed_since", "id"),
}


@dataclass(frozen=True)
class Row:
    """One case of the queue, in words. It names the case, never the person."""

    href: str
    reference: str
    urgency: str
    urgency_kind: str
    flags: int
    concern: str
    asks_for: str
    waited: str
    sent_at: str  # as a machine reads it
    holder: str
    mine: bool
    marks: tuple[tuple[str, str, str], ...]  # (kind of badge, icon, words)


@dataclass(frozen=True)
class Queue:
    page: Page
    rows: tuple[Row, ...]
    tabs: tuple[tuple[str, str, int], ...]  # (filter, its words, how many cases)
    chosen: str
    taken_over: tuple[TakeOver, ...]  # from this doctor, not seen yet

    @property
    def title(self) -> str:
        return FILTERS[self.chosen]


def _of_filter(name: str, doctor: User) -> Q:
    if name == "mine":
        return Q(state__in=HELD, doctor=doctor)
    return Q(state=State.PLAN_READY, owed_since__isnull=False) if name == "questions" else Q(state__in=WITH_THE_DOCTOR)


def _count(found: QuerySet, one: str = "pk") -> Subquery:
    return Subquery(found.order_by().values(n=Func(F(one), function="COUNT")), output_field=IntegerField())


def queue(doctor: User, *, chosen: str = "all", page: str | None = None) -> Queue:
    """One page of cases: the most urgent first, then those that have waited longest.

    Two queries, however many cases there are: the page, which an index gives in order, and the counts. A third where
    somebody took a case from this doctor. An unknown filter or page number gives the first of each.
    """
    chosen = chosen if chosen in FILTERS else "all"
    cases = Consultation.objects.all()
    counts = User.objects.filter(pk=doctor.pk).values(
        **{name: _count(cases.filter(_of_filter(name, doctor))) for name in FILTERS},
        taken=_count(TakeOver.objects.filter(before=doctor, seen_at=None)),
    )[0]
    found = (
        cases.filter(_of_filter(chosen, doctor))
        .order_by(*ORDER[chosen])
        .select_related("doctor")
        .only(
            "public_id", "state", "concern", "choices", "asked_for", "flags", "urgency", "urgency_rank", "sent_at",
            "claimed_at", "owed_since", "asked_at", "returned_at", "doctor__name",
        )
    )  # fmt: skip
    paginator = Paginator(found, PAGE_SIZE)
    paginator.count = counts[chosen]  # counted above, with the others
    shown = paginator.get_page(page)
    now = timezone.now()
    tabs = tuple((name, label, counts[name]) for name, label in FILTERS.items())
    taken = (
        tuple(TakeOver.objects.filter(before=doctor, seen_at=None).select_related("doctor", "consultation"))
        if counts["taken"]
        else ()
    )
    return Queue(shown, tuple(_row(case, doctor, now) for case in shown), tabs, chosen, taken)


def _row(case: Consultation, doctor: User, now: dt.datetime) -> Row:
    return Row(
        href=f"{case.public_id}/",
        reference=words.reference(case.public_id),
        urgency=words.urgency(case.urgency),
        urgency_kind=words.urgency_kind(case.urgency),
        flags=len(case.flags),
        concern=words.concern_name(case.concern),
        asks_for=", ".join(words.form_name(form) for form in case.choices or case.asked_for),
        waited=words.waited(case.sent_at, now),
        sent_at=case.sent_at.isoformat(timespec="seconds") if case.sent_at else "",
        holder="You" if case.doctor_id == doctor.pk else case.doctor.name if case.doctor else "",
        mine=case.doctor_id == doctor.pk,
        marks=_marks(case, now),
    )


def _marks(case: Consultation, now: dt.datetime) -> tuple[tuple[str, str, str], ...]:
    """What a doctor should notice beside who has the case."""
    marks = []
    if case.returned_at is not None:
        marks.append(("caution", "note", "New answers"))
    if case.owed_since is not None:
        marks.append(("caution", "note", "New message"))
    if case.asked_at is not None:
        late = now - case.asked_at > dt.timedelta(days=settings.ASKED_OVERDUE_DAYS)
        waits = words.waited(case.asked_at, now)
        marks.append(
            ("caution", "time", f"No answer for {waits}") if late else ("quiet", "time", "Waits for the person")
        )
    held_long = dt.timedelta(hours=settings.HELD_LONG_HOURS)
    if case.state == State.IN_REVIEW and case.claimed_at is not None and now - case.claimed_at > held_long:
        marks.append(("caution", "time", f"Held for {words.waited(case.claimed_at, now)}"))
    return tuple(marks)


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
