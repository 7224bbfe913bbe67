"""A person's whole record, or one case of it, in the plain values of `skinproof.exchange`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db.models import Prefetch, QuerySet
from django.utils import timezone

from skinproof.care.questionnaires import source
from skinproof.clinic.audit.looked import touching
from skinproof.clinic.audit.models import Entry
from skinproof.clinic.consultations.models import Consultation, Message
from skinproof.clinic.desk.models import Ask, CaseFact, FlagDealtWith, Override, Plan
from skinproof.clinic.papers.contents.people import lines_of
from skinproof.clinic.papers.models import Referral
from skinproof.clinic.people.models import User
from skinproof.clinic.prescribing.models import FollowUp, HandOff, Prescription, Repeat, Review
from skinproof.clinic.scores.models import RecordedScore
from skinproof.exchange import Person, Record

from . import decided, kept, told
from .staff import Staff, plain

QUERIES = 21  # of `record_of`, at most, however much there is
RECORD = "record"  # what the trail calls the whole of it; its id is that of the account


def _rows(cases: QuerySet[Consultation]) -> list[Consultation]:
    """Consultations with all that belongs to them, oldest first: one query for each table."""
    by_doctor = (
        ("recorded_facts", CaseFact.objects.order_by("id")),
        ("flags_dealt_with", FlagDealtWith.objects.order_by("id")),
        ("follow_ups", FollowUp.objects.order_by("id")),
        ("plans__overrides", Override.objects.order_by("id")),
        ("prescriptions__hand_offs", HandOff.objects.order_by("id")),
    )
    signed = Plan.objects.exclude(signed_at=None).order_by("number").select_related("signed_by")
    prescriptions = Prescription.objects.order_by("id").select_related(
        "doctor", "plan", "issue__doctor", "ending__doctor"
    )
    found = cases.order_by("created_at", "id").prefetch_related(
        Prefetch("plans", signed),
        Prefetch("prescriptions", prescriptions),
        *(Prefetch(name, rows.select_related("doctor")) for name, rows in by_doctor),
        Prefetch("prescriptions__repeats_given", Repeat.objects.order_by("id").select_related("doctor", "follow_up")),
        Prefetch("prescriptions__reviews", Review.objects.order_by("id").select_related("by", "answer__doctor")),
        Prefetch("recorded_scores", RecordedScore.objects.order_by("id").select_related("by")),
        Prefetch("messages", Message.objects.order_by("id").select_related("author")),
        Prefetch("asks", Ask.objects.order_by("id").select_related("doctor", "reply")),
        Prefetch("referrals", Referral.objects.order_by("number").select_related("issued_by")),
        "corrections",
        "added_facts",
        "person_details",
        "consents",
        "gp_sharings",
        "photos",
    )
    return list(found)


def record_of(person: User, *, photos: bool = False) -> Record:
    """Everything that the clinic keeps of a person. `photos`: with what is on them.

    At most `QUERIES` queries.
    """
    own = Consultation.objects.filter(person=person)
    entries = Entry.objects.filter(touching(own, person)).select_related("actor").order_by("id")
    return _record(_rows(own), person, photos=photos, entries=entries)


def record_of_case(case: Consultation, *, photos: bool = False) -> Record:
    """One consultation alone, for whoever goes on treating the person: without the trail and the email address."""
    found = _rows(Consultation.objects.filter(pk=case.pk).select_related("person"))
    return _record(found, found[0].person, photos=photos, entries=(), for_others=True)


def _record(
    cases: list[Consultation],
    person: User | None,
    *,
    photos: bool,
    entries: Iterable[Entry],
    for_others: bool = False,
) -> Record:
    staff = Staff()
    confirmed = {case.pk for case in cases if case.plans.all()}
    named = dict.fromkeys(case.questionnaire for case in cases)
    parts = {
        "concerns": tuple(told.concern(case, confirmed=case.pk in confirmed) for case in cases),
        "questionnaires": tuple(source(canonical) for canonical in named),
        "responses": tuple(told.response(case) for case in cases),
        "facts": tuple(fact for case in cases for fact in told.facts(case, staff)),
        "scores": tuple(score for case in cases for score in (*told.scores(case), *told.recorded_scores(case, staff))),
        "plans": tuple(plan for case in cases for plan in decided.plans(case, staff)),
        "medicines": tuple(line for case in cases for line in decided.medicines(case, staff)),
        "consents": tuple(consent for case in cases for consent in told.consents(case)),
        "messages": tuple(message for case in cases for message in (*told.wishes(case), *kept.messages(case, staff))),
        "photos": tuple(photo for case in cases for photo in kept.photos(case, content=photos)),
        "documents": tuple(
            paper for case in cases for paper in (*told.changed_answers(case), *kept.documents(case, staff))
        ),
        "alerts": tuple(alert for case in cases for alert in decided.alerts(case, staff)),
    }
    return Record(
        person=_person(cases, person, for_others=for_others),
        written_at=timezone.now(),
        practitioners=staff.practitioners,
        audit=tuple(kept.audit(entries)),
        **parts,  # type: ignore[arg-type]
    )


def _person(cases: list[Consultation], person: User | None, *, for_others: bool) -> Person:
    """Name and address as they were given last."""
    details = [row for case in cases for row in case.person_details.all()]
    latest = max(details, key=_at, default=None)
    sexes = [said["sex"] for case in cases if case.submitted_at and (said := told.said(case)).get("sex")]
    name = person.name if person else latest.name if latest else ""
    return Person(
        id=str(person.pk) if person else cases[0].public_id,
        name=plain(name),
        email=person.email if person and not for_others else "",
        born=latest.born if latest else None,
        sex=sexes[-1] if sexes and sexes[-1] in ("female", "male") else None,
        address=tuple(plain(line) for line in lines_of(latest.address)) if latest else (),
    )


def _at(row: object) -> dt.datetime:
    return row.at  # type: ignore[attr-defined]
