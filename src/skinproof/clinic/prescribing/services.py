"""What is done with a prescription, each in one transaction with its entry on the trail."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from skinproof.care.plans import SHORTEST_REASON
from skinproof.clinic.audit.models import Verb
from skinproof.clinic.audit.services import Actor, record
from skinproof.clinic.consultations.models import Consultation
from skinproof.clinic.desk.models import Plan
from skinproof.clinic.people.models import User

from . import selectors
from .models import Ending, FollowUp, HandOff, Issue, PersonDetails, PracticeAddress, Prescription, Repeat

OLDEST = 120  # years


class PrescriptionError(Exception):
    """The step does not fit where the prescription stands; the message says so."""


def _locked(case: Consultation, public_id: str) -> Prescription:
    Consultation.objects.select_for_update().get(pk=case.pk)
    return selectors.prescription(case, public_id)


def must_treat(found: Prescription, doctor: User) -> None:
    """
    Raises:
        PrescriptionError: the doctor neither signed it nor has the case.
    """
    if doctor.pk not in (found.doctor_id, found.consultation.doctor_id):
        raise PrescriptionError("Only the doctor who signed it, or who has the case now, does this.")


def _open(case: Consultation, public_id: str, doctor: User) -> Prescription:
    found = _locked(case, public_id)
    must_treat(found, doctor)
    if getattr(found, "ending", None) is not None:
        raise PrescriptionError("This prescription no longer holds, so nothing more is done with it.")
    return found


def must_not_be_queried(found: Prescription) -> None:
    """
    Raises:
        PrescriptionError: a pharmacist's query waits for the doctor's answer.
    """
    if (asked := selectors.open_query(found)) is not None:
        raise PrescriptionError(f"{asked.name} asked about this prescription. Answer first, or write another plan.")


def must_go_on(found: Prescription) -> None:
    """
    Raises:
        PrescriptionError: a pharmacist's query waits for the doctor's answer, or the person took back their agreement
            to one of the treatments.
    """
    must_not_be_queried(found)
    forms = {form for row in found.lines for form in (row["form"], *row["also"])}
    last = {row.form: row for row in found.consultation.consents.filter(form__in=forms).order_by("id")}
    if any(not row.agreed for row in last.values()):
        raise PrescriptionError(
            "The person took back their agreement to this treatment. Talk with them first: it goes on when they agree "
            "again, or write a plan without it."
        )


def derive(plan: Plan, *, by: Actor) -> Prescription | None:
    """The prescription of a plan that is being signed, in the signature's transaction; None if it prescribes nothing.

    The prescription of the plan that this one supersedes ends.
    """
    if plan.supersedes is not None:
        _end(plan.supersedes, plan, by)
    lines = plan.sealed.get("medicines", [])
    if not lines or plan.signed_by is None:
        return None
    found = Prescription.objects.create(
        consultation=plan.consultation,
        plan=plan,
        doctor=plan.signed_by,
        prescriber_name=plan.signed_by.name,
        prescriber_registration=f"GMC number {plan.signed_by.gmc_number}",
        lines=[row["line"] for row in lines],
        plan_hash=plan.content_hash,
        at=plan.signed_at,
    )
    record(by, Verb.PRESCRIBED, "prescription", found.public_id, plan=plan.public_id, medicines=len(lines))
    return found


def _end(before: Plan, plan: Plan, by: Actor) -> None:
    found = Prescription.objects.filter(plan=before, ending=None).first()
    if found is None or plan.signed_by is None:
        return
    reason = f"Plan {plan.number} took the place of plan {before.number}."
    Ending.objects.create(prescription=found, kind=Ending.Kind.SUPERSEDED, reason=reason, doctor=plan.signed_by)
    record(by, Verb.SUPERSEDED, "prescription", found.public_id, plan=plan.public_id)


@transaction.atomic
def keep_details(
    case: Consultation, *, born: dt.date, name: str = "", address: str = "", user: User | None, by: Actor
) -> PersonDetails:
    """Keep what prescriptions and letters name the person by. What is empty stays as it was known; the same again makes
    no new record.

    Raises:
        PrescriptionError: the date of birth cannot be.
    """
    name, address, today = name.strip(), address.strip(), timezone.localdate()
    if born > today or born.year < today.year - OLDEST:
        raise PrescriptionError("That date of birth cannot be right.")
    case = Consultation.objects.select_for_update().get(pk=case.pk)
    latest = selectors.details_of(case)
    if latest is not None:
        name, address = name or latest.name, address or latest.address
    if latest is not None and (latest.name, latest.address, latest.born) == (name, address, born):
        return latest
    kept = PersonDetails.objects.create(consultation=case, name=name, address=address, born=born, by=user)
    record(by, Verb.GAVE_DETAILS, "consultation", case.public_id)
    return kept


@transaction.atomic
def keep_practice_address(doctor: User, address: str, *, by: Actor) -> PracticeAddress:
    """Keep the address that a doctor prescribes from."""
    address = address.strip()
    if not address:
        raise PrescriptionError("An address is needed.")
    latest = PracticeAddress.objects.filter(doctor=doctor).order_by("id").last()
    if latest is not None and latest.address == address:
        return latest
    kept = PracticeAddress.objects.create(doctor=doctor, address=address)
    record(by, Verb.GAVE_DETAILS, "account", str(doctor.pk))
    return kept


@transaction.atomic
def issue(case: Consultation, public_id: str, doctor: User, *, by: Actor) -> Prescription:
    """Fix the document on today's date, to be printed and signed. A second press finds the first one's work.

    Raises:
        PrescriptionError: a particular is missing; it no longer holds; another doctor signed its plan; or a query of a
            pharmacist waits for an answer; or the person took back their agreement.
        Prescription.DoesNotExist: no such prescription of this case.
    """
    found = _open(case, public_id, doctor)
    if getattr(found, "issue", None) is not None:
        return found
    if found.doctor_id != doctor.pk:
        raise PrescriptionError("Only the doctor who signed the plan issues its prescription.")
    must_go_on(found)
    paper = selectors.document(found)
    if paper.missing or paper.date is None or paper.patient_born is None:
        raise PrescriptionError("Still missing: " + "; ".join(row.says for row in paper.missing) + ".")
    Issue.objects.create(
        prescription=found,
        date=paper.date,
        prescriber_address=paper.prescriber_address,
        patient_name=paper.patient_name,
        patient_address=paper.patient_address,
        patient_born=paper.patient_born,
        doctor=doctor,
    )
    record(by, Verb.ISSUED, "prescription", found.public_id, consultation=case.public_id)
    return selectors.prescription(case, public_id)


@transaction.atomic
def hand_off(
    case: Consultation,
    public_id: str,
    doctor: User,
    *,
    pharmacy: str,
    how: str,
    on: dt.date,
    reference: str = "",
    by: Actor,
) -> HandOff:
    """Record to which pharmacy it went. It is kept as recorded; the same again is one hand-off.

    Raises:
        PrescriptionError: it was not issued, no longer holds, is too old, the day cannot be, or another
            doctor has the case.
    """
    found = _open(case, public_id, doctor)
    issued = getattr(found, "issue", None)
    if issued is None:
        raise PrescriptionError("Issue it first: it has no date and particulars yet.")
    must_go_on(found)
    if not issued.date <= on <= timezone.localdate():
        raise PrescriptionError("The day is before it was issued, or still to come.")
    last = selectors.document(found).valid_until
    if last is not None and on > last:
        raise PrescriptionError(f"It was valid until {last:%d %B %Y}.")
    said = {"pharmacy": pharmacy.strip(), "how": how, "on": on, "reference": reference.strip(), "doctor": doctor}
    if (done := found.hand_offs.filter(**said).first()) is not None:
        return done
    kept = HandOff.objects.create(prescription=found, **said)
    record(by, Verb.HANDED_OFF, "prescription", found.public_id, how=how)
    return kept


@transaction.atomic
def follow_up(case: Consultation, doctor: User, *, on: dt.date, how: str, found: str, by: Actor) -> FollowUp:
    """Record that somebody looked at how the treatment goes. A second press finds the first one's work: the same words
    of the same day, as long as no repeat rests on them.

    Raises:
        PrescriptionError: the day is still to come, or nothing was written.
    """
    if on > timezone.localdate() or not found.strip():
        raise PrescriptionError("A follow-up needs a day that has been, and what was found.")
    case = Consultation.objects.select_for_update().get(pk=case.pk)
    said = {"on": on, "how": how, "found": found.strip(), "doctor": doctor}
    last = case.follow_ups.order_by("id").last()
    same = last is not None and all(getattr(last, name) == value for name, value in said.items())
    if last is not None and same and not Repeat.objects.filter(follow_up=last).exists():
        return last
    kept = FollowUp.objects.create(consultation=case, **said)
    record(by, Verb.FOLLOWED_UP, "consultation", case.public_id, how=how)
    return kept


@transaction.atomic
def give_repeat(case: Consultation, public_id: str, line: int, doctor: User, *, by: Actor) -> Repeat:
    """Record one further supply of a line. It rests on a follow-up that came after the last supply.

    Raises:
        PrescriptionError: no repeat is left, no follow-up since it was last given out, or another doctor has the case.
    """
    found = _open(case, public_id, doctor)
    if getattr(found, "issue", None) is None:
        raise PrescriptionError("Issue it first.")
    must_go_on(found)
    shown = selectors.show(found)
    if not 0 <= line < len(shown.lines) or shown.lines[line].left < 1:
        raise PrescriptionError("This line has no repeat left.")
    last = selectors.last_supply(found)
    latest = FollowUp.objects.filter(selectors.of_person(case), at__gt=last, on__gte=timezone.localdate(last)).last()
    if latest is None:
        raise PrescriptionError("A repeat comes only after a follow-up since it was last given out. Record one first.")
    try:
        with transaction.atomic():
            kept = Repeat.objects.create(prescription=found, line=line, follow_up=latest, doctor=doctor)
    except IntegrityError:
        raise PrescriptionError("This follow-up was used for a repeat already.") from None
    record(by, Verb.REPEATED, "prescription", found.public_id, line=line)
    return kept


@transaction.atomic
def cancel(case: Consultation, public_id: str, doctor: User, *, reason: str, by: Actor) -> Ending:
    """Say that it no longer holds, and why. A second press finds the first one's work.

    Raises:
        PrescriptionError: the reason is too short, or another doctor has the case.
    """
    found = _locked(case, public_id)
    must_treat(found, doctor)
    if (ended := getattr(found, "ending", None)) is not None:
        return ended
    reason = reason.strip()
    if len(reason) < SHORTEST_REASON:
        raise PrescriptionError(f"Say why in {SHORTEST_REASON} characters or more.")
    ended = Ending.objects.create(prescription=found, kind=Ending.Kind.CANCELLED, reason=reason, doctor=doctor)
    record(by, Verb.CANCELLED, "prescription", found.public_id, reason=reason)
    return ended


def note_view(found: Prescription, *, by: Actor, **detail: Any) -> None:
    """Note that somebody read the document."""
    with transaction.atomic():
        record(by, Verb.VIEWED, "prescription", found.public_id, **detail)
