"""Keeping a score: who may, what is checked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from skinproof.care.instruments import instruments
from skinproof.clinic.audit.models import Verb
from skinproof.clinic.audit.services import Actor, record
from skinproof.clinic.consultations.steps import locked, save
from skinproof.clinic.desk.holding import CaseError, must_be, must_record
from skinproof.clinic.people.models import User

from .models import RecordedScore

# How it was come by. The first two are the person's own answers, the others what somebody saw.
METHODS = {
    "on-paper": "The person filled it in on paper",
    "asked": "Asked in a talk",
    "in-person": "Seen in person",
    "video": "Seen by video",
    "photos": "Seen in photos",
    "record": "From a GP or hospital record",
}
BY_ANSWERING = ("on-paper", "asked", "record")
BY_LOOKING = ("in-person", "video", "photos", "record")
OLDEST_DAYS = 365 * 20  # of a score that is copied from another record


def methods_of(instrument: str) -> dict[str, str]:
    """How a total of this instrument can be come by: by the person's answers, or by looking."""
    fits = BY_ANSWERING if instruments()[instrument].answered_by == "person" else BY_LOOKING
    return {name: METHODS[name] for name in fits}


def day_fault(day: dt.date) -> str | None:
    """What is wrong with the day on which it was measured; None if nothing is."""
    today = timezone.localdate()
    if day > today:
        return "The day is still to come."
    return "The day is too long ago." if (today - day).days > OLDEST_DAYS else None


@transaction.atomic
def record_score(
    public_id: str,
    user: User,
    instrument: str,
    *,
    total: Decimal | None,
    items: Sequence[int] = (),
    measured_on: dt.date,
    method: str,
    note: str = "",
    corrects: int | None = None,
    version: int | None = None,
    by: Actor,
) -> RecordedScore:
    """Keep a total. `corrects`: the number of the wrong one of this case, which stays and does not count any more.

    Raises:
        NotHeldError: a doctor who does not have the case.
        CaseError: nobody is to read the case now, or the instrument, day, method or corrected score cannot be.
        ScoreError: the total or an item cannot be.
        StaleCaseError: the case was changed since `version`, which the page showed.
    """
    case = locked(public_id)
    must_record(case, user)
    must_be(case, version)
    if instrument not in instruments():
        raise CaseError("There is no such instrument.")
    if method not in methods_of(instrument):
        raise CaseError(f"{instruments()[instrument].short} is not come by in this way.")
    if fault := day_fault(measured_on):
        raise CaseError(fault)
    wrong = None
    if corrects is not None:
        wrong = RecordedScore.objects.filter(pk=corrects, consultation=case, instrument=instrument).first()
        if wrong is None or hasattr(wrong, "corrected_by"):
            raise CaseError("The score that this corrects is not there, or was corrected already.")
    kept = RecordedScore.objects.create(
        consultation=case,
        instrument=instrument,
        total=instruments()[instrument].total(total, items),
        items=list(items),
        measured_on=measured_on,
        method=method,
        note=note.strip(),
        by=user,
        corrects=wrong,
    )
    record(by, Verb.SCORED, "consultation", case.public_id, instrument=instrument, corrects=corrects)
    save(case)
    return kept
