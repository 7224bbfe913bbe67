"""Agreeing to one treatment, and taking that back, each with its entry on the trail."""

from __future__ import annotations

from django.db import transaction

from skinproof.clinic.audit.models import Verb
from skinproof.clinic.audit.services import Actor, record
from skinproof.clinic.consultations.models import Consultation
from skinproof.clinic.consultations.steps import locked
from skinproof.clinic.people.models import User

from .models import Consent
from .selectors import forms_of, text_for


class ConsentError(Exception):
    """Consent cannot be kept as it was sent; the message says why."""


class TextChangedError(ConsentError):
    """The text is not the one that the page showed."""


def _locked(public_id: str, person: User) -> Consultation:
    case = locked(public_id)
    if case.person_id != person.pk:
        raise ConsentError("Only the person whose consultation it is can agree.")
    return case


@transaction.atomic
def agree(public_id: str, person: User, form: str, *, text_hash: str, key: str, by: Actor) -> Consent:
    """Keep that the person agreed to the text with this fingerprint. A second press finds the first one's work.

    Raises:
        TextChangedError: the text has changed since the page showed it.
        ConsentError: not this person's consultation, or the plan in force does not ask for it.
    """
    case = _locked(public_id, person)
    if (done := _done(case, form, key, agreed=True)) is not None:
        return done
    plan = case.plan_in_force
    if form not in forms_of(plan):
        raise ConsentError("Your plan does not ask you to agree to this.")
    text = text_for(case, form, plan)
    if text.fingerprint != text_hash:
        raise TextChangedError("This text has changed since you opened the page. Please read it again.")
    row = Consent.objects.create(
        consultation=case, person=person, form=form, agreed=True, version=text.version, text=text.to_json(),
        text_hash=text.fingerprint, key=key,
    )  # fmt: skip
    record(by, Verb.CONSENTED, "consultation", case.public_id, form=form, text=text.version, sha256=text.fingerprint)
    return row


@transaction.atomic
def take_back(public_id: str, person: User, form: str, *, key: str, by: Actor) -> Consent:
    """Keep that the person took their consent back: a row of its own; what they had agreed to stays.

    Raises:
        ConsentError: not this person's consultation, or nothing to take back.
    """
    case = _locked(public_id, person)
    if (done := _done(case, form, key, agreed=False)) is not None:
        return done
    last = case.consents.filter(form=form).order_by("-id").first()
    if last is None or not last.agreed:
        raise ConsentError("You have not agreed to this, so there is nothing to take back.")
    row = Consent.objects.create(
        consultation=case, person=person, form=form, agreed=False, version=last.version, text=last.text,
        text_hash=last.text_hash, key=key,
    )  # fmt: skip
    record(by, Verb.CONSENT_ENDED, "consultation", case.public_id, form=form)
    return row


def _done(case: Consultation, form: str, key: str, *, agreed: bool) -> Consent | None:
    """What was kept by an earlier press of the same page, as long as it is still what counts.

    Raises:
        ConsentError: the page was for something else, or the person changed their mind after it.
    """
    found = Consent.objects.filter(key=key).first()
    if found is None:
        return None
    if (found.consultation_id, found.form, found.agreed) != (case.pk, form, agreed):
        raise ConsentError("This page was made for something else. Open it again.")
    if case.consents.filter(form=form, pk__gt=found.pk).exists():
        raise ConsentError("You changed your mind after you sent this page, and that still counts. Open it again.")
    return found
