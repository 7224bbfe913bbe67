"""Taking a record out, with its entry on the trail."""

from __future__ import annotations

from django.db import transaction

from skinproof.clinic.audit.models import Verb
from skinproof.clinic.audit.services import Actor, record
from skinproof.clinic.consultations.models import Consultation
from skinproof.clinic.desk.holding import NotHeldError
from skinproof.clinic.people.models import User
from skinproof.clinic.photos import policy
from skinproof.clinic.photos.services import note_opened
from skinproof.clinic.post.limits import HOUR, Limit, take
from skinproof.exchange import Resource, bundle

from .selectors import RECORD, record_of, record_of_case

MOST = Limit(10, HOUR)  # of one person, and of one doctor


class TooOftenError(Exception):
    """A record was taken out many times within the hour; `wait` is in seconds."""

    def __init__(self, wait: int) -> None:
        self.wait = wait
        super().__init__("taken out too often")


def _count(user: User) -> None:
    if wait := take(RECORD, str(user.pk), MOST):
        raise TooOftenError(wait)


def take_out(person: User, *, photos: bool, by: Actor) -> Resource:
    """A person's whole record as a Bundle. That it was taken stands on the trail, and in the Bundle.

    Raises:
        TooOftenError: more than `MOST`.
    """
    _count(person)
    with transaction.atomic():
        record(by, Verb.EXPORTED, RECORD, str(person.pk), photos=photos)
    return bundle(record_of(person, photos=photos))


def take_case_out(case: Consultation, doctor: User, *, photos: bool, by: Actor) -> Resource:
    """One case as a Bundle, for a referral. Photos that go with it count as opened.

    Raises:
        NotHeldError: the case is not, and was not when its plan was signed, in this doctor's hands.
        TooOftenError: more than `MOST`.
    """
    if not policy.opens(doctor, case):
        raise NotHeldError("Only the doctor who has the case takes it out.")
    _count(doctor)
    with transaction.atomic():
        record(by, Verb.EXPORTED, "consultation", case.public_id, photos=photos)
    if photos:
        for photo in case.photos.filter(erased_at=None):
            note_opened(photo, by=by)
    return bundle(record_of_case(case, photos=photos))
