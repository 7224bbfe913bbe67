"""What the owner reads: counts and waiting times of consultations, and the audit trail. No person's record."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace
from statistics import median

from django.conf import settings
from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from skinproof.clinic.audit.models import ROLE_WORDS, VERB_WORDS, Entry
from skinproof.clinic.consents.models import Consent
from skinproof.clinic.consultations.models import Consultation, State
from skinproof.clinic.desk.models import Plan
from skinproof.clinic.desk.words import waited
from skinproof.clinic.papers.models import Referral
from skinproof.clinic.photos.models import Photo
from skinproof.clinic.prescribing.models import Prescription
from skinproof.clinic.products.models import Product

STATE_WORDS = {
    State.DRAFT: "Being filled in",
    State.STOPPED: "Stopped by a red flag",
    State.SUBMITTED: "Answers in, options being weighed",
    State.WAITING: "Waiting for a doctor",
    State.IN_REVIEW: "With a doctor",
    State.ASKED: "Waiting for the person's answer",
    State.PLAN_READY: "Plan signed",
    State.CLOSED: "Closed",
}


@dataclass(frozen=True)
class Waiting:
    """How long people wait, in words; None where there is nobody to say it of."""

    longest: str | None
    usual: str | None  # the median of those who wait now
    to_plan: str | None  # the median from sending to the first signed plan, of the last `DAYS`
    plans: int  # behind `to_plan`


DAYS = 90


@dataclass(frozen=True)
class Consultations:
    states: tuple[tuple[str, int], ...]
    waiting: Waiting


def consultations() -> Consultations:
    """Three queries, however many consultations there are."""
    counts = dict(Consultation.objects.values_list("state").annotate(number=Count("pk")).order_by())
    return Consultations(tuple((words, counts.get(state, 0)) for state, words in STATE_WORDS.items()), _waiting())


def _waiting() -> Waiting:
    now = timezone.now()
    since = list(
        Consultation.objects.filter(state=State.WAITING, sent_at__isnull=False).values_list("sent_at", flat=True)
    )
    spans = [
        signed - sent
        for sent, signed in Plan.objects.filter(
            supersedes=None, signed_at__gte=now - dt.timedelta(days=DAYS)
        ).values_list("consultation__sent_at", "signed_at")
        if sent is not None
    ]
    return Waiting(
        longest=waited(min(since), now) if since else None,
        usual=waited(now - _middle([now - moment for moment in since]), now) if since else None,
        to_plan=waited(now - _middle(spans), now) if spans else None,
        plans=len(spans),
    )


@dataclass(frozen=True)
class DeskStanding:
    """What has stood still at the desk for too long: counts only."""

    held_long: int
    overdue: int  # the person was asked for more, long ago
    owed: int  # messages of people wait for an answer
    held_hours: int
    overdue_days: int


def desk_standing() -> DeskStanding:
    """One query."""
    now = timezone.now()
    held, asked = settings.HELD_LONG_HOURS, settings.ASKED_OVERDUE_DAYS
    found = Consultation.objects.aggregate(
        held_long=Count("pk", filter=Q(state=State.IN_REVIEW, claimed_at__lt=now - dt.timedelta(hours=held))),
        overdue=Count("pk", filter=Q(state=State.ASKED, asked_at__lt=now - dt.timedelta(days=asked))),
        owed=Count("pk", filter=Q(owed_since__isnull=False) & ~Q(state=State.CLOSED)),
    )
    return DeskStanding(**found, held_hours=held, overdue_days=asked)


@dataclass(frozen=True)
class Kept:
    """How much the clinic keeps of each kind, nobody's in particular."""

    rows: tuple[tuple[str, int], ...]


def kept() -> Kept:
    """One query for each kind."""
    prescriptions = Prescription.objects.filter(ending=None).aggregate(
        drafts=Count("pk", filter=Q(issue=None)), issued=Count("pk", filter=Q(issue__isnull=False))
    )
    photos = Photo.objects.aggregate(
        now=Count("pk", filter=Q(removed_at=None)), erased=Count("pk", filter=Q(erased_at__isnull=False))
    )
    return Kept(
        (
            ("Prescriptions that wait for a name, an address or their date", prescriptions["drafts"]),
            ("Prescriptions issued, in force", prescriptions["issued"]),
            ("Referral letters issued", Referral.objects.count()),
            ("Answers on consent to a treatment, given or taken back", Consent.objects.count()),
            ("Photos kept", photos["now"]),
            ("Photos taken away and erased", photos["erased"]),
            ("Products on the register", Product.objects.count()),
        )
    )


def _middle(spans: list[dt.timedelta]) -> dt.timedelta:
    return dt.timedelta(seconds=median(span.total_seconds() for span in spans))


def entries(
    *, verb: str = "", role: str = "", since: dt.date | None = None, until: dt.date | None = None, about: str = ""
) -> QuerySet[Entry]:
    """The trail, newest first. Days are the clinic's own; `about` is a record's whole id."""
    found = Entry.objects.all()
    if verb:
        found = found.filter(verb=verb)
    if role:
        found = found.filter(role=role)
    if since:
        found = found.filter(at__gte=_start_of(since))
    if until and until < dt.date.max:  # the calendar's last day has no day after it
        found = found.filter(at__lt=_start_of(until + dt.timedelta(days=1)))
    if about:
        found = found.filter(object_id=about)
    return found


def _start_of(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time()))


@dataclass(frozen=True)
class Line:
    """An entry in words."""

    entry: Entry
    role: str
    did: str
    detail: str  # its ids and counts: 'facts: age-verified, identity-verified'
    same: tuple[dt.datetime, ...] = ()  # when the same was done just before, with no word of why or what else


def lines(entries: Iterable[Entry]) -> list[Line]:
    """The entries in words, newest first. One after another that says the same in all but its time is one line."""
    made: list[Line] = []
    for entry in entries:
        if made and not entry.reason and not entry.detail and _alike(made[-1].entry, entry):
            made[-1] = replace(made[-1], same=(*made[-1].same, entry.at))
        else:
            made.append(line(entry))
    return made


def _alike(one: Entry, other: Entry) -> bool:
    names = ("role", "actor_id", "verb", "object_type", "object_id", "reason", "detail")
    return all(getattr(one, name) == getattr(other, name) for name in names)


def line(entry: Entry) -> Line:
    detail = [f"{name.replace('_', ' ')}: {_told(value)}" for name, value in sorted(entry.detail.items())]
    role, did = ROLE_WORDS.get(entry.role, entry.role), VERB_WORDS.get(entry.verb, entry.verb)
    return Line(entry, role, did, "; ".join(detail))


def _told(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "none"
    return str(value)
