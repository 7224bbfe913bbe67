"""Reading prescriptions: one with what became of it, its document, and what was prescribed before."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from skinproof.care.prescribing import (
    History,
    PastCourse,
    PrescriptionDocument,
    PrescriptionLine,
    years_between,
)
from skinproof.clinic.consultations.models import Consultation

from .models import FollowUp, HandOff, PersonDetails, PracticeAddress, Prescription, Repeat, Review

KIND = "Doctor"  # of practitioner: only doctors sign here
LINE_FIELDS = ("name", "quantity", "unit", "directions", "course_weeks", "repeats", "unlicensed", "note")


def details_of(case: Consultation) -> PersonDetails | None:
    """What prescriptions and letters name the person by: the latest record of this consultation."""
    return case.person_details.order_by("id").last()


def address_of(doctor: Any) -> str:
    """The address that a doctor prescribes from now; empty if none is on record."""
    latest = PracticeAddress.objects.filter(doctor=doctor).order_by("id").last()
    return latest.address if latest else ""


def needs_details(case: Consultation) -> bool:
    """Whether a prescription waits for the person's name, address and date of birth."""
    known = details_of(case)
    if known is not None and known.name and known.address:
        return False
    return case.prescriptions.filter(issue=None, ending=None).exists()


def prescription(case: Consultation, public_id: str) -> Prescription:
    """
    Raises:
        Prescription.DoesNotExist: no such prescription of this case.
    """
    return (
        case.prescriptions.select_related("plan", "doctor", "issue", "ending", "consultation")
        .prefetch_related("hand_offs", "repeats_given")
        .get(public_id=public_id)
    )


def open_queries() -> QuerySet[Review]:
    """Pharmacists' queries that wait for the doctor: the last word on a prescription that holds, not answered yet."""
    later = Review.objects.filter(prescription=OuterRef("prescription"), pk__gt=OuterRef("pk"))
    waiting = Review.objects.filter(
        ~Exists(later), verdict=Review.Verdict.QUERY, answer=None, prescription__ending=None
    )
    return waiting.select_related("prescription__consultation", "prescription__plan")


def open_query(found: Prescription) -> Review | None:
    """The query that keeps this prescription from being issued, handed off and repeated; None if there is none."""
    return open_queries().filter(prescription=found).first()


def document(found: Prescription) -> PrescriptionDocument:
    """What the prescription says: as it was fixed when it was issued, else as it would be with what is known now."""
    issue = getattr(found, "issue", None)
    ending = getattr(found, "ending", None)
    details = None if issue else details_of(found.consultation)
    born = issue.patient_born if issue else details.born if details else None
    date = issue.date if issue else timezone.localdate()
    return PrescriptionDocument(
        reference=found.public_id,
        date=date,
        prescriber_name=found.prescriber_name,
        prescriber_registration=found.prescriber_registration,
        prescriber_kind=KIND,
        prescriber_address=issue.prescriber_address if issue else address_of(found.doctor),
        patient_name=issue.patient_name if issue else details.name if details else "",
        patient_address=issue.patient_address if issue else details.address if details else "",
        patient_born=born,
        patient_age=years_between(born, date) if born is not None and born <= date else None,
        lines=tuple(PrescriptionLine(**{name: row[name] for name in LINE_FIELDS}) for row in found.lines),
        plan_reference=found.plan.public_id,
        plan_hash=found.plan_hash,
        state=ending.kind if ending else "draft",
        state_reason=ending.reason if ending else "",
    )


def of_person(case: Consultation) -> Q:
    """Prescriptions of the same person: of all their consultations, or of this one if they have no account."""
    return Q(consultation__person=case.person_id) if case.person_id else Q(consultation=case)


def history(case: Consultation) -> History:
    """What was prescribed to this person here, and when somebody last looked at how it goes. Two queries.

    A prescription that was cancelled, or superseded before it was issued, was not used.
    """
    rows = (
        Prescription.objects.filter(of_person(case))
        .exclude(ending__kind="cancelled")
        .exclude(ending__kind="superseded", issue=None)
        .select_related("ending", "issue")
    )
    follow_up = FollowUp.objects.filter(of_person(case)).order_by("on").values_list("on", flat=True).last()
    return History(tuple(course for row in rows for course in _courses(row)), follow_up)


def _courses(row: Prescription) -> list[PastCourse]:
    issue, ending = getattr(row, "issue", None), getattr(row, "ending", None)
    start = issue.date if issue else timezone.localdate(row.at)
    found = []
    for line in row.lines:
        weeks = float(line["course_weeks"] or 0)
        if ending is not None:
            weeks = min(weeks, max((timezone.localdate(ending.at) - start).days, 0) / 7)
        found += [PastCourse(form, start, weeks) for form in (line["form"], *line["also"])]
    return found


@dataclass(frozen=True)
class LineShown:
    """One line with the repeats that were given of it."""

    number: int
    line: PrescriptionLine
    given: int

    @property
    def left(self) -> int:
        return max(self.line.repeats - self.given, 0)


@dataclass(frozen=True)
class PrescriptionShown:
    row: Prescription
    document: PrescriptionDocument
    lines: tuple[LineShown, ...]
    issued: bool
    ended: bool
    hand_offs: tuple[HandOff, ...]
    repeats: tuple[Repeat, ...]


def show(found: Prescription) -> PrescriptionShown:
    """A prescription as its page shows it."""
    paper = document(found)
    repeats = tuple(found.repeats_given.all())
    return PrescriptionShown(
        row=found,
        document=paper,
        lines=tuple(
            LineShown(number, line, sum(repeat.line == number for repeat in repeats))
            for number, line in enumerate(paper.lines)
        ),
        issued=getattr(found, "issue", None) is not None,
        ended=getattr(found, "ending", None) is not None,
        hand_offs=tuple(found.hand_offs.all()),
        repeats=repeats,
    )


def last_supply(found: Prescription) -> dt.datetime:
    """When its medicines were last given out, as far as is on record."""
    moments = [found.at, *(each.at for each in found.hand_offs.all()), *(each.at for each in found.repeats_given.all())]
    return max(moments)
