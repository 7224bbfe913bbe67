"""Submitting: consent is given, the answers are in, and the rules are held against them."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from skinproof.clinic.audit.models import Verb
from skinproof.clinic.audit.services import Actor

from . import consent, intake, triage
from .ahead import reading_first
from .models import Consultation, State
from .steps import ChangedError, StateError, entry, locked, save


class IncompleteError(Exception):
    """Questions are open or a red flag stands: the answers cannot be submitted yet."""


@reading_first()
@transaction.atomic
def submit(public_id: str, *, version: int, consent_version: str, key: str, by: Actor) -> Consultation:
    """Submit the answers with consent to the current text. Once: the same key again changes nothing.

    The whole response is checked again on the server, now as a completed one.

    Raises:
        ChangedError: an answer, or the text that is agreed to, was changed after the page was shown.
        IncompleteError: a question is open, an answer does not fit its question, or a red flag stands.
        StateError: it was submitted already, from another page.
    """
    consultation = locked(public_id)
    if consultation.submission_key == key:
        return consultation
    if not consultation.answerable:
        raise StateError
    if consultation.version != version or consent.current().version != consent_version:
        raise ChangedError
    if Consultation.objects.filter(submission_key=key).exists():  # the page of another consultation
        raise ChangedError
    moment = timezone.now()
    whole = {**consultation.response, "status": "completed", "authored": moment.isoformat(timespec="seconds")}
    if intake.faults(consultation, whole) or not intake.progress(consultation).complete:
        raise IncompleteError
    consultation.response = whole
    consultation.submission_key = key
    consultation.consent_version, consultation.consented_at = consent_version, moment
    consultation.state, consultation.submitted_at = State.SUBMITTED, moment
    save(
        consultation, "submission_key", "consent_version", "consented_at", "response", "state", "submitted_at",
        *triage.keep(consultation),
    )  # fmt: skip
    entry(by, Verb.CONSENTED, consultation, text=consultation.consent_version)
    entry(by, Verb.SUBMITTED, consultation)
    return consultation
