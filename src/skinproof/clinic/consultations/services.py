"""Every change to a consultation, each in one transaction with its entry on the trail."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from skinproof import care
from skinproof.care.questionnaires import answers_of
from skinproof.clinic.audit.models import Verb
from skinproof.clinic.audit.services import Actor, record
from skinproof.clinic.people.models import User
from skinproof.clinic.post import limits, links
from skinproof.clinic.post.models import Kind, Letter
from skinproof.clinic.post.services import tell, write
from skinproof.questionnaires import Issue

from . import consent, intake, told
from .models import WITH_THE_DOCTOR, Consultation, Correction, Message, State, WordsAnswer, new_holder
from .selectors import written_later

NOTE_LIMIT = 4_000  # characters
MESSAGE_LIMIT = 4_000


class StateError(Exception):
    """The step does not fit where the consultation stands now; the page should show where that is."""


class ChangedError(Exception):
    """The consultation is not as the person saw it when they pressed the button."""


class ResponseError(Exception):
    """A response that its questionnaire does not allow: `issues` tells every fault."""

    def __init__(self, issues: Iterable[Issue]) -> None:
        self.issues = tuple(issues)
        super().__init__("; ".join(f"{issue.where}: {issue.words}" for issue in self.issues))


class IncompleteError(Exception):
    """Questions are open or a red flag stands: the answers cannot be submitted yet."""


def _locked(public_id: str) -> Consultation:
    return Consultation.objects.select_for_update().get(public_id=public_id)


def _save(consultation: Consultation, *fields: str) -> None:
    """Save the fields of a row that `_locked` gave."""
    consultation.version += 1
    consultation.save(update_fields=[*fields, "version", "updated_at"])


def _record(by: Actor, verb: str, consultation: Consultation, **detail: Any) -> None:
    record(by, verb, "consultation", consultation.public_id, **detail)


# --- beginning
def start(*, concern: str, asked_for: list[str], key: str, person: User | None, by: Actor) -> Consultation:
    """Begin a consultation; the same key again gives the one that was begun with it."""
    try:
        with transaction.atomic():
            questionnaire, response = intake.begin(concern)
            consultation = Consultation.objects.create(
                concern=concern,
                asked_for=asked_for,
                start_key=key,
                person=person,
                questionnaire=questionnaire,
                response=response,
            )
            _record(by, Verb.STARTED, consultation)
            return consultation
    except IntegrityError:
        return Consultation.objects.get(start_key=key)


# --- answering
@transaction.atomic
def answer(public_id: str, question: str, value: Any, *, by: Actor) -> Consultation:
    """Keep one answer, and work out what it changes. The whole response is checked against its questionnaire.

    Answers to questions that it hides are set aside; those that it brings back count again. A red flag that holds every
    treatment stops the consultation; a changed answer that lifts the flag lets it go on.

    Raises:
        StateError: the answers are in already, or the question is not asked (any more).
        FactError: the answer does not fit the question.
        ResponseError: the response would not be one that its questionnaire allows.
    """
    consultation = _locked(public_id)
    if not consultation.answerable:
        raise StateError
    before = intake.progress(consultation)
    asked = before.question(question)
    if asked is None:
        raise StateError
    _keep(consultation, before, intake.with_answer(consultation, asked, value), by)
    return consultation


@transaction.atomic
def store_response(
    public_id: str, response: Mapping[str, Any], *, allow: Callable[[Consultation], None], by: Actor
) -> Consultation:
    """Keep a whole response in place of the answers so far, once it was checked against its questionnaire in full.

    Args:
        response: a QuestionnaireResponse, in-progress or completed. Of what it says, the answers are kept.
        allow: raises what is to be raised if the consultation is not this person's.

    Raises:
        ResponseError: it is not one that the questionnaire allows; tells every fault.
        StateError: the answers are in already.
        Consultation.DoesNotExist
    """
    consultation = _locked(public_id)
    allow(consultation)
    if not consultation.answerable:
        raise StateError
    faults = intake.faults(consultation, response)
    if faults:
        raise ResponseError(faults)
    status = str(response["status"])
    if status not in ("in-progress", "completed"):
        words = f"is {status}; a consultation takes a response that is in-progress or completed"
        raise ResponseError([Issue("error", "business-rule", "status", "QuestionnaireResponse.status", words)])
    more = {"authored": timezone.now().isoformat(timespec="seconds")} if status == "completed" else {}
    sorted_now = intake.sort(consultation, answers_of(response), status=status, **more)
    _keep(consultation, intake.progress(consultation), sorted_now, by, checked=True)
    return consultation


def _keep(
    consultation: Consultation, before: intake.Progress, now: intake.Sorted, by: Actor, *, checked: bool = False
) -> None:
    """Save answers that were sorted, with their entry on the trail; what was changed is kept as it was, too."""
    faults = () if checked else intake.faults(consultation, now.response)
    if faults:
        raise ResponseError(faults)
    after = now.progress
    corrections = list(_corrections(consultation, before, after))
    if corrections:
        Correction.objects.bulk_create(corrections)
    _record(by, Verb.CORRECTED if corrections else Verb.ANSWERED, consultation)
    consultation.response, consultation.set_aside = now.response, now.aside
    # A flag that has gone, and comes again, is read again.
    consultation.acknowledged = [rule for rule in consultation.acknowledged if rule in after.flag_rules]
    stopped = after.holds
    if stopped and consultation.state != State.STOPPED:
        _record(by, Verb.STOPPED, consultation)
    consultation.state = State.STOPPED if stopped else State.DRAFT
    _save(consultation, "response", "set_aside", "acknowledged", "state")


def _corrections(consultation: Consultation, before: intake.Progress, after: intake.Progress) -> Iterator[Correction]:
    """The answers that were given and are given otherwise now."""
    new = {answer.question.id: answer.raw for answer in after.journey.asked}
    for answer in before.journey.asked:
        question = answer.question.id
        if question in new and new[question] != answer.raw:
            yield Correction(
                consultation=consultation,
                question=question,
                before=answer.raw,
                after=new[question],
                flags_before=list(before.flag_rules),
                flags_after=list(after.flag_rules),
            )


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

    The whole response is checked again on the server, now as a completed one.

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
    moment = timezone.now()
    whole = {**consultation.response, "status": "completed", "authored": moment.isoformat(timespec="seconds")}
    if intake.faults(consultation, whole) or not intake.progress(consultation).complete:
        raise IncompleteError
    consultation.response = whole
    consultation.submission_key = key
    consultation.consent_version, consultation.consented_at = consent_version, moment
    consultation.state, consultation.submitted_at = State.SUBMITTED, moment
    _save(
        consultation, "submission_key", "consent_version", "consented_at", "response", "state", "submitted_at",
        *_triage(consultation),
    )  # fmt: skip
    _record(by, Verb.CONSENTED, consultation, text=consultation.consent_version)
    _record(by, Verb.SUBMITTED, consultation)
    return consultation


def _triage(consultation: Consultation) -> tuple[str, ...]:
    """Hold the rules against what the person told until now; the fields that keep what came of it."""
    triage = intake.triage(consultation)
    consultation.rules_version = triage.rules_version
    consultation.screening, consultation.flags = triage.screening, list(triage.flags)
    consultation.urgency, consultation.urgency_rank = triage.urgency, triage.rank
    return "rules_version", "screening", "flags", "urgency", "urgency_rank"


def raise_urgency(consultation: Consultation, flags: Iterable[str]) -> tuple[str, ...]:
    """Put red flags (rule ids) that came later among the case's, which moves up in the queue and never down by it; the
    fields that were changed."""
    consultation.flags = list(dict.fromkeys([*consultation.flags, *flags]))
    urgency, rank = intake.urgency_of(flags)
    if rank < consultation.urgency_rank:
        consultation.urgency, consultation.urgency_rank = urgency, rank
    return "flags", "urgency", "urgency_rank"


# --- what was read in the person's own words
@transaction.atomic
def answer_words(public_id: str, quote_id: str, answer: care.Confirmed, *, by: Actor) -> Consultation:
    """Keep what a person says of something that was read in their words. "No" is kept as a correction, too, with the
    red flags before and after: the doctor reads the words and what was said of them.

    What a doctor has already is not taken out of the queue's order by it.

    Args:
        quote_id: the id of a `care.Quoted` of this consultation.

    Raises:
        StateError: nothing of the kind is read there (any more), or it was answered already.
    """
    consultation = _locked(public_id)
    before, flags = _quoted(consultation)
    quote = before.get(quote_id)
    if quote is None or answer not in care.CONFIRMED:
        raise StateError
    about = [care.key_of(found) for found in quote.found]
    said = [[*key, answer] for key in dict.fromkeys(about)]
    WordsAnswer.objects.bulk_create(
        WordsAnswer(
            consultation=consultation, where=quote.where, fact=fact, word=word, words=words, value=quote.value,
            answer=given,
        )
        for fact, word, words, given in said
    )  # fmt: skip
    kept = [row for row in consultation.confirmed.get(quote.where, ()) if tuple(row[:3]) not in about]
    consultation.confirmed = {**consultation.confirmed, quote.where: [*kept, *said]}
    _, after = _quoted(consultation)
    if answer == "no":
        Correction.objects.create(
            consultation=consultation,
            question=quote.where,
            before={"quotes": list(quote.words), "means": told.meaning(quote)},
            after={"quotes": [], "means": answer},
            flags_before=list(flags),
            flags_after=list(after),
        )
    _record(by, Verb.CORRECTED if answer == "no" else Verb.CONFIRMED, consultation, fact=quote.fact, words=answer)
    changed: tuple[str, ...] = ()
    if consultation.answerable:
        now = intake.progress(consultation)
        consultation.acknowledged = [rule for rule in consultation.acknowledged if rule in now.flag_rules]
        consultation.state = State.STOPPED if now.holds else State.DRAFT
        changed = ("acknowledged", "state")
    elif consultation.state == State.SUBMITTED:
        changed = _triage(consultation)
    _save(consultation, "confirmed", *changed)
    return consultation


def _quoted(consultation: Consultation) -> tuple[dict[str, care.Quoted], tuple[str, ...]]:
    """What is read in all that the person wrote and was not answered, by id; and the red flags that stand."""
    later = () if consultation.answerable else written_later(consultation)
    written = intake.texts(consultation, later)
    return {quote.id: quote for quote in care.quoted_in(written)}, intake.flags_with(consultation, written)


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
    """Keep the person's choice, to be read through before it is sent. The rules are held against the note's words, too.

    Raises:
        StateError: the answers are not in, or a doctor has it already.
    """
    consultation = _locked(public_id)
    if consultation.state != State.SUBMITTED:
        raise StateError
    read = consultation.note == note
    consultation.choices, consultation.note = forms, note
    _record(by, Verb.CHOSE, consultation, options=len(forms))
    _save(consultation, "choices", "note", *(() if read else _triage(consultation)))
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
    """Add a message once: the same key again gives the message that was written with it. A person's is read: a red flag
    in their words moves the case up in the queue.

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
    raised = () if from_doctor else intake.raised_by(consultation, told.of_message(message))
    flags = tuple(flag.rule.id for flag in raised)
    consultation.save(update_fields=["owed_since", *(raise_urgency(consultation, flags) if flags else ())])
    _record(by, Verb.MESSAGED, consultation, message=message.public_id, **({"flags": list(flags)} if flags else {}))
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
