"""What is kept about a person's GP, and letters that are issued, each with its entry on the trail."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from skinproof import care
from skinproof.clinic.audit.models import Verb
from skinproof.clinic.audit.services import Actor, record
from skinproof.clinic.consultations.ahead import reading_first
from skinproof.clinic.consultations.models import Consultation, State
from skinproof.clinic.consultations.names import concern_name
from skinproof.clinic.consultations.steps import locked
from skinproof.clinic.desk.content import fingerprint
from skinproof.clinic.desk.gp import Said, latest
from skinproof.clinic.desk.holding import NotHeldError, must_write_down
from skinproof.clinic.desk.judging import Judged, judged
from skinproof.clinic.desk.words import urgency
from skinproof.clinic.people.models import User
from skinproof.clinic.prescribing.selectors import details_of
from skinproof.clinic.prescribing.services import PrescriptionError, keep_details

from .contents.people import Gp, Person
from .contents.referral import ROUTINE, Flag, Letter
from .models import GpSharing, Referral

REASON_MINIMUM, REASON_LIMIT = 20, 4_000  # characters
EMERGENCY = "emergency"  # the rule book's word for what cannot wait for a letter


class PaperError(Exception):
    """The step does not fit; the message says why."""


@dataclass(frozen=True)
class GpDetails:
    """Whom this clinic may write to, and how the practice finds the person: `born` and `address` are kept with the
    person's details, where a prescription finds them too."""

    allowed: bool
    gp_name: str = ""
    practice: str = ""
    practice_address: str = ""
    born: dt.date | None = None
    address: str = ""


@transaction.atomic
def say_about_gp(
    public_id: str, details: GpDetails, *, user: User | None, by: Actor, told_to_doctor: bool = False
) -> GpSharing:
    """Keep whether the GP may be told, and who that is. The same again adds nothing.

    Raises:
        PaperError: it is allowed, and the practice or the birth date is missing or cannot be.
        CaseError: somebody of the clinic writes it down who does not have the case, or whose case it is no longer.
    """
    case = locked(public_id)
    if told_to_doctor and user is not None:
        must_write_down(case, user)
    given = details if details.allowed else GpDetails(allowed=False)
    if given.allowed and (not given.practice.strip() or given.born is None):
        raise PaperError("Say which practice, and the date of birth, so that the GP finds the record.")
    if given.born is not None:
        try:
            keep_details(case, born=given.born, address=given.address, user=user, by=by)
        except PrescriptionError as refused:
            raise PaperError(str(refused)) from None
    whom = {name: getattr(given, name) for name in ("allowed", "gp_name", "practice", "practice_address")}
    last, now = gp_of(case), latest(case)
    same = last is not None and all(getattr(last, name) == value for name, value in whom.items())
    if last is not None and same and now is not None and now.at == last.at:
        return last
    row = GpSharing.objects.create(consultation=case, by=user, told_to_doctor=told_to_doctor, **whom)
    verb = Verb.CONSENTED if given.allowed else Verb.CONSENT_ENDED
    record(by, verb, "consultation", case.public_id, about="gp", told_to_doctor=told_to_doctor)
    return row


def gp_of(case: Consultation) -> GpSharing | None:
    """What was said last on the page about the GP; None while nothing was said there. See `whom_to_tell`."""
    return case.gp_sharings.order_by("-id").first()


def whom_to_tell(case: Consultation) -> tuple[GpSharing, Said] | None:
    """The GP whom a letter goes to, and when that was allowed; None unless the person's latest word allows it and says
    whom."""
    row, now = gp_of(case), latest(case)
    if row is None or not row.allowed or now is None or now.allowed is not True:
        return None
    return row, now


@reading_first()
@transaction.atomic
def issue_referral(
    public_id: str,
    doctor: User,
    *,
    flags: Sequence[str],
    to: str,
    reason: str,
    key: str,
    by: Actor,
) -> Referral:
    """Issue a letter, once. With red flags, how fast and to whom come from their rules and from nothing else.

    Args:
        flags: ids of the rules whose red flags it is about; none for a routine letter.
        to: for a routine letter, to whom.

    Raises:
        NotHeldError: the case is not in this doctor's hands, nor resting with its plan.
        PaperError: a red flag that does not stand, no addressee, or a reason too short.
    """
    case = locked(public_id)
    done = Referral.objects.filter(key=key).first()
    if done is not None:
        if done.consultation_id != case.pk:
            raise PaperError("This page was made for another case. Open it again.")
        return done
    if not (case.state == State.PLAN_READY or (case.state == State.IN_REVIEW and case.doctor_id == doctor.pk)):
        raise NotHeldError("Take the case first: only the doctor who has it issues letters.")
    if len(reason.strip()) < REASON_MINIMUM:
        raise PaperError(f"Say why you refer, in {REASON_MINIMUM} characters or more.")
    found = judged(case)
    standing = standing_flags(found)
    if unknown := [rule for rule in flags if rule not in standing]:
        raise PaperError(f"No red flag stands by this name now: {', '.join(unknown)}.")
    undealt = [rule for rule in standing if rule not in found.dealt_with and rule not in flags]
    if not flags and undealt:
        raise PaperError("A red flag stands. Choose it, or record first what was done about it.")
    if not flags and not to.strip():
        raise PaperError("Say to whom you refer.")
    letter = _letter(case, found, list(dict.fromkeys(flags)), to.strip(), reason.strip(), doctor)
    content = letter.model_dump(mode="json")
    number = (case.referrals.aggregate(last=Max("number"))["last"] or 0) + 1
    row = Referral.objects.create(
        consultation=case, number=number, content=content, content_hash=fingerprint(content), key=key, issued_by=doctor,
        issued_at=letter.issued_at,
    )  # fmt: skip
    record(
        by, Verb.REFERRED, "consultation", case.public_id, referral=row.public_id, urgency=letter.urgency,
        rules=list(flags), sha256=row.content_hash,
    )  # fmt: skip
    return row


def standing_flags(found: Judged) -> tuple[str, ...]:
    """The red flags that stand for the case: of the person, and of any form that was weighed; most urgent first."""
    book = care.rules()
    rules = dict.fromkeys(found.now.person.rules)
    for verdict in found.now.treatments.values():
        rules |= dict.fromkeys(rule for rule in verdict.rules if book.rule(rule).action == "urgent-referral")
    order = list(book.urgencies)
    return tuple(sorted(rules, key=lambda rule: order.index(book.rule(rule).urgency or order[-1])))


def person_of(case: Consultation) -> Person:
    """The person as letters name them, with the birth date and address that they gave."""
    known = details_of(case)
    name = (known.name if known else "") or (case.person.name if case.person else "")
    name = name or "Name not given: a guest without an account"
    return Person(name=name, born=known.born, address=known.address) if known else Person(name=name)


def gp(sharing: GpSharing) -> Gp:
    return Gp(name=sharing.gp_name, practice=sharing.practice, address=sharing.practice_address)


def _letter(case: Consultation, found: Judged, rules: list[str], to: str, reason: str, doctor: User) -> Letter:
    book = care.rules()
    order = list(book.urgencies)
    flags = [care.Flag(rule, book.urgencies[rule.urgency or ""]) for rule in map(book.rule, rules)]
    flags.sort(key=lambda flag: order.index(flag.urgency.id))
    worst = flags[0].urgency if flags else None
    told = whom_to_tell(case)
    return Letter(
        urgency=worst.id if worst else ROUTINE,
        heading=worst.heading if worst else "",
        do_now=tuple(dict.fromkeys(line for flag in flags if flag.urgency is worst for line in flag.do_now)),
        emergency=worst is not None and worst.id == EMERGENCY,
        to="; ".join(dict.fromkeys(flag.to for flag in flags)) or to,
        flags=tuple(
            Flag(
                rule=flag.rule.id,
                reason=flag.reason,
                urgency=urgency(flag.urgency.id),
                to=flag.to,
                answers=tuple(
                    f"{row.text} {' / '.join(row.answer.splitlines())}"
                    for row in found.progress.rows_behind(care.Stop((flag,)))
                ),
            )
            for flag in flags
        ),
        reason=reason,
        concern=concern_name(case.concern),
        story=found.progress.journey.story,
        person=person_of(case),
        gp=gp(told[0]) if told else None,
        signer=doctor.prescriber,
        issued_at=timezone.localtime(timezone.now()),
    )


def note_download(case: Consultation, paper: str, number: int, form: str = "", *, by: Actor) -> None:
    """Note on the trail that somebody took a paper."""
    with transaction.atomic():
        record(by, Verb.DOWNLOADED, "consultation", case.public_id, paper=paper, number=number, form=form)
