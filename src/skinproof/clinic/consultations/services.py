"""Every change to a consultation, each in one transaction with its entry on the trail."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from skinproof.clinic.audit.models import Verb
from skinproof.clinic.audit.services import Actor, record
from skinproof.clinic.people.models import User
from skinproof.clinic.post import limits, links
from skinproof.clinic.post.models import Kind, Letter
from skinproof.clinic.post.services import tell, write

from . import consent, intake
from .models import WITH_THE_DOCTOR, Consultation, Correction, Message, State, new_holder

NOTE_LIMIT = 4_000  # characters
MESSAGE_LIMIT = 4_000


class StateError(Exception):
    """The step does not fit where the consultation stands now; the page should show where that is."""


class ChangedError(Exception):
    """The consultation is not as the person saw it when they pressed the button."""


class IncompleteError(Exception):
    """Questions are open or a red flag stands: the answers cannot be submitted yet."""


def _locked(public_id: str) -> Consultation:
    return Consultation.objects.select_for_update().get(public_id=public_id)


def _save(consultation: Consultation, *fields: str) -> None:
    consultation.version = F("version") + 1
    consultation.save(update_fields=[*fields, "version", "updated_at"])
    consultation.refresh_from_db(fields=["version"])


def _record(by: Actor, verb: str, consultation: Consultation, **detail: Any) -> None:
    record(by, verb, "consultation", consultation.public_id, **detail)


# --- beginning
def start(*, concern: str, asked_for: list[str], key: str, person: User | None, by: Actor) -> Consultation:
    """Begin a consultation; the same key again gives the one that was begun with it."""
    try:
        with transaction.atomic():
            consultation = Consultation.objects.create(
                concern=concern,
                asked_for=asked_for,
                start_key=key,
                person=person,
                questionnaire_version=intake.version(),
            )
            _record(by, Verb.STARTED, consultation)
            return consultation
    except IntegrityError:
        return Consultation.objects.get(start_key=key)


# --- answering
@transaction.atomic
def answer(public_id: str, question: str, value: Any, *, by: Actor) -> Consultation:
    """Keep one checked answer, and work out what it changes.

    Answers to questions that it hides are set aside; those that it brings back count again. A red flag that holds every
    treatment stops the consultation; a changed answer that lifts the flag lets it go on.

    Raises:
        StateError: the answers are in already, or the question is not asked (any more).
    """
    consultation = _locked(public_id)
    if not consultation.answerable:
        raise StateError
    before = intake.progress(consultation)
    asked = before.question(question)
    if asked is None:
        raise StateError
    had = question in consultation.answers
    old = consultation.answers.get(question)
    answers = intake.with_answer(consultation, asked, value)
    consultation.answers, consultation.set_aside, after = answers.counted, answers.aside, answers.progress
    if had and old != value:
        Correction.objects.create(
            consultation=consultation,
            question=question,
            before=old,
            after=value,
            flags_before=list(before.flag_rules),
            flags_after=list(after.flag_rules),
        )
        _record(by, Verb.CORRECTED, consultation)
    else:
        _record(by, Verb.ANSWERED, consultation)
    # A flag that has gone, and comes again, is read again.
    consultation.acknowledged = [rule for rule in consultation.acknowledged if rule in after.flag_rules]
    stopped = after.holds
    if stopped and consultation.state != State.STOPPED:
        _record(by, Verb.STOPPED, consultation)
    consultation.state = State.STOPPED if stopped else State.DRAFT
    consultation.questionnaire_version = intake.version()
    _save(consultation, "answers", "set_aside", "acknowledged", "state", "questionnaire_version")
    return consultation


@transaction.atomic
def acknowledge(public_id: str, *, by: Actor) -> Consultation:
    """The person has read what to do about a red flag that does not hold every treatment, and goes on.

    Raises:
        StateError: the flag holds every treatment, or the answers are in already.
    """
    consultation = _locked(public_id)
    now = intake.progress(consultation)
    if consultation.state != State.DRAFT or now.holds:
        raise StateError
    consultation.acknowledged = list(now.flag_rules)
    _record(by, Verb.ACKNOWLEDGED, consultation)
    _save(consultation, "acknowledged")
    return consultation


# --- submitting
@transaction.atomic
def submit(public_id: str, *, version: int, consent_version: str, key: str, by: Actor) -> Consultation:
    """Submit the answers with consent to the current text. Once: the same key again changes nothing.

    Every answer is checked again in full, on the server, against the questions as they are now.

    Raises:
        ChangedError: an answer, or the text that is agreed to, was changed after the page was shown.
        IncompleteError: a question is open, an answer does not fit its question, or a red flag stands.
        StateError: it was submitted already, from another page.
    """
    consultation = _locked(public_id)
    if consultation.submission_key == key:
        return consultation
    if not consultation.answerable:
        raise StateError
    if consultation.version != version or consent.current().version != consent_version:
        raise ChangedError
    if Consultation.objects.filter(submission_key=key).exists():  # the page of another consultation
        raise ChangedError
    now = intake.progress(consultation)
    if not now.complete or intake.faults(consultation):
        raise IncompleteError
    triage = intake.triage(consultation)
    moment = timezone.now()
    consultation.submission_key = key
    consultation.consent_version, consultation.consented_at = consent_version, moment
    consultation.questionnaire_version = intake.version()
    consultation.rules_version = triage.rules_version
    consultation.screening, consultation.flags = triage.screening, list(triage.flags)
    consultation.urgency, consultation.urgency_rank = triage.urgency, triage.rank
    consultation.state, consultation.submitted_at = State.SUBMITTED, moment
    _save(
        consultation, "submission_key", "consent_version", "consented_at", "questionnaire_version", "rules_version",
        "screening", "flags", "urgency", "urgency_rank", "state", "submitted_at",
    )  # fmt: skip
    _record(by, Verb.CONSENTED, consultation, text=consultation.consent_version)
    _record(by, Verb.SUBMITTED, consultation)
    return consultation


# --- weighing and choosing
@transaction.atomic
def rate(public_id: str, priorities: dict[str, int], *, by: Actor) -> Consultation:
    """Keep what matters to the person.

    Raises:
        StateError: the answers are not in, or a doctor has it already.
    """
    consultation = _locked(public_id)
    if consultation.state != State.SUBMITTED:
        raise StateError
    consultation.priorities = priorities
    _record(by, Verb.RATED, consultation)
    _save(consultation, "priorities")
    return consultation


@transaction.atomic
def choose(public_id: str, forms: list[str], note: str, *, by: Actor) -> Consultation:
    """Keep the person's choice, to be read through before it is sent.

    Raises:
        StateError: the answers are not in, or a doctor has it already.
    """
    consultation = _locked(public_id)
    if consultation.state != State.SUBMITTED:
        raise StateError
    consultation.choices, consultation.note = forms, note
    _record(by, Verb.CHOSE, consultation, options=len(forms))
    _save(consultation, "choices", "note")
    return consultation


@transaction.atomic
def send_to_doctor(public_id: str, *, version: int, by: Actor) -> Consultation:
    """Put the consultation into the doctors' queue. A second press finds it there.

    Raises:
        ChangedError: the choice was changed after the page was shown.
        StateError: nothing is chosen yet, or it is not at this step.
    """
    consultation = _locked(public_id)
    if consultation.state in WITH_THE_DOCTOR:
        return consultation
    if consultation.state != State.SUBMITTED or not consultation.choices:
        raise StateError
    if consultation.version != version:
        raise ChangedError
    consultation.state, consultation.sent_at = State.WAITING, timezone.now()
    _record(by, Verb.SENT, consultation)
    _save(consultation, "state", "sent_at")
    return consultation


# --- messages
@transaction.atomic
def write_message(
    public_id: str,
    text: str,
    *,
    key: str,
    author: User | None,
    by: Actor,
    from_doctor: bool = False,
    plan_number: int | None = None,
) -> Message:
    """Add a message once: the same key again gives the message that was written with it.

    Raises:
        StateError: no doctor has the consultation yet, or it is closed; or the key is that of another consultation.
    """
    consultation = _locked(public_id)
    sent = Message.objects.filter(key=key).first()
    if sent is not None and sent.consultation_id == consultation.pk:
        return sent
    if sent is not None or consultation.state not in (*WITH_THE_DOCTOR, State.PLAN_READY):
        raise StateError
    message = Message.objects.create(
        consultation=consultation,
        plan_number=plan_number,
        author=author,
        from_doctor=from_doctor,
        text=text,
        key=key,
    )
    if from_doctor:
        consultation.owed_since = None
        tell(Kind.MESSAGE, consultation)
    elif consultation.owed_since is None:
        consultation.owed_since = message.at
    consultation.save(update_fields=["owed_since"])
    _record(by, Verb.MESSAGED, consultation, message=message.public_id)
    return message


@transaction.atomic
def owe_nothing(public_id: str, *, by: Actor) -> None:
    """A doctor says that the person's last message needs no answer. A second press is fine."""
    consultation = _locked(public_id)
    if consultation.owed_since is not None:
        consultation.owed_since = None
        consultation.save(update_fields=["owed_since"])
        _record(by, Verb.ANSWERED, consultation, message="needs no answer")


def note_read(consultation: Consultation, messages: Iterable[Message], *, by_doctor: bool) -> None:
    """Note that one side has now seen what the other wrote."""
    last = max((each.pk for each in messages if each.from_doctor is not by_doctor), default=0)
    field = "doctor_read_to" if by_doctor else "person_read_to"
    if last > getattr(consultation, field):
        Consultation.objects.filter(pk=consultation.pk, **{f"{field}__lt": last}).update(**{field: last})


# --- on another device, into an account
@transaction.atomic
def make_link(consultation: Consultation, *, by: Actor) -> str:
    """The token of a new link that opens the consultation on another device."""
    _record(by, Verb.LINK_MADE, consultation)
    return links.make(consultation)


@transaction.atomic
def mail_link(
    consultation: Consultation, address: str, *, url: Callable[[str], str], place: str = "", by: Actor
) -> tuple[str, Letter | None]:
    """A new link, and the letter that carries it, which says nothing of what the consultation is about.

    No letter where enough went to that address, or of this consultation, within the hour.

    Raises:
        FloodError: too many letters were asked for from this place.
    """
    limits.take_from(place)
    link = url(make_link(consultation, by=by))
    asked = (("address", address.strip().lower()), ("consultation", consultation.public_id))
    waits = [limits.take(scope, who, limits.to_address()) for scope, who in asked]
    if any(waits):
        return link, None
    context = {"link": link, "days": links.DAYS}
    letter = write(
        Kind.RESUME, address, "consultations/mail/resume.txt", context,
        about=consultation.public_id, lasts=dt.timedelta(days=links.DAYS),
    )  # fmt: skip
    return link, letter


@transaction.atomic
def end_links(consultation: Consultation, *, by: Actor) -> int:
    """Call back every link of the consultation at the person's wish; how many worked until now."""
    ended = links.end(consultation)
    if ended:
        _record(by, Verb.LINKS_ENDED, consultation, links=ended)
    return ended


@transaction.atomic
def move(consultation: Consultation, *, by: Actor) -> Consultation:
    """Let another session hold a guest's consultation, and the old one no longer. Its links are used up with that.

    Raises:
        StateError: an account owns it; that account signs in.
        LinkError: no link of it works any more: another device was faster.
    """
    moved = _locked(consultation.public_id)
    if moved.person_id is not None:
        raise StateError
    if not links.end(moved):
        raise links.LinkError
    # The form that began it lets the old session in no more, either.
    moved.holder, moved.start_key = new_holder(), new_holder()
    moved.save(update_fields=["holder", "start_key", "updated_at"])
    _record(by, Verb.RESUMED, moved)
    return moved


@transaction.atomic
def take_into_account(consultation: Consultation, person: User, *, by: Actor) -> Consultation:
    """Give a guest's consultation to the account of the person who holds it.

    Raises:
        StateError: it belongs to an account already.
    """
    taken = _locked(consultation.public_id)
    if taken.person_id == person.pk:
        return taken
    if taken.person_id is not None or taken.holder != consultation.holder:
        raise StateError
    taken.person, taken.holder = person, new_holder()
    taken.save(update_fields=["person", "holder", "updated_at"])
    _record(by, Verb.CLAIMED_BY_PERSON, taken)
    return taken


# --- an end
@transaction.atomic
def withdraw(public_id: str, *, by: Actor) -> Consultation:
    """Close a consultation at the person's wish. A second press is fine.

    Raises:
        StateError: a doctor has signed a plan already.
    """
    consultation = _locked(public_id)
    if consultation.state == State.CLOSED:
        return consultation
    if consultation.plans.exclude(signed_at=None).exists():
        raise StateError
    consultation.state, consultation.closed_at = State.CLOSED, timezone.now()
    _record(by, Verb.ENDED, consultation)
    _save(consultation, "state", "closed_at")
    return consultation
