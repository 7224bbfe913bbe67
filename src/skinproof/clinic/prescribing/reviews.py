"""A pharmacist's review of a prescription: what they are shown, what they record, what the doctor answers.

A query that the doctor has not answered keeps the prescription from being issued, handed off and repeated, and its page
says so. An answer lifts that, and brings the prescription back to the pharmacist. See docs/prescribing.md.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from skinproof import care
from skinproof.care.prescribing import facts_behind
from skinproof.clinic.audit.models import Verb
from skinproof.clinic.audit.services import Actor, record
from skinproof.clinic.consultations.models import Consultation
from skinproof.clinic.consultations.names import form_name
from skinproof.clinic.desk.content import Consulted, Medicine, PlanContent
from skinproof.clinic.desk.facts_form import in_words, word
from skinproof.clinic.desk.judging import judged
from skinproof.clinic.desk.plan_rows import MODES
from skinproof.clinic.people.models import User
from skinproof.clinic.people.permissions import May, may

from . import selectors
from .models import Prescription, QueryAnswer, Review
from .services import PrescriptionError, must_treat

WORDS_MINIMUM = 10  # characters of a query and of its answer
QUERY, AGREED = str(Review.Verdict.QUERY), str(Review.Verdict.AGREED)
DONE_SHOWN = 30  # reviewed prescriptions listed below those that wait


# --- what waits
@dataclass(frozen=True)
class Waiting:
    """One prescription in the pharmacist's list."""

    row: Prescription
    last: Review | None

    @property
    def answered(self) -> bool:
        return self.last is not None and getattr(self.last, "answer", None) is not None

    @property
    def asked(self) -> bool:
        return self.last is not None and self.last.verdict == QUERY and not self.answered

    @property
    def waits(self) -> bool:
        """Whether the pharmacist is to look at it: nobody has, or the doctor has answered."""
        return self.last is None or self.answered

    @property
    def names(self) -> str:
        return ", ".join(line["name"] for line in self.row.lines)


@dataclass(frozen=True)
class Queue:
    waiting: tuple[Waiting, ...]  # the longest first
    asked: tuple[Waiting, ...]  # a query is with the doctor
    done: tuple[Waiting, ...]  # the latest first


def queue() -> Queue:
    """The prescriptions that hold, by where their review stands. Two queries."""
    holding = Prescription.objects.filter(ending=None).prefetch_related("reviews__answer").order_by("at")
    found = [Waiting(row, _last(row)) for row in holding]
    return Queue(
        tuple(each for each in found if each.waits),
        tuple(each for each in found if each.asked),
        tuple(each for each in reversed(found) if not each.waits and not each.asked)[:DONE_SHOWN],
    )


def _last(row: Prescription) -> Review | None:
    reviews = list(row.reviews.all())
    return reviews[-1] if reviews else None


def to_review(public_id: str, user: User) -> Prescription:
    """
    Raises:
        Prescription.DoesNotExist: there is none, or it holds no longer and this reviewer had nothing to do with it.
    """
    mine = Q(ending=None) | Q(reviews__by=user)
    row = Prescription.objects.filter(mine, public_id=public_id).select_related("consultation").first()
    if row is None:
        raise Prescription.DoesNotExist
    return selectors.prescription(row.consultation, public_id)


# --- what it rests on
@dataclass(frozen=True)
class Against:
    """A check that stood against it, and what the doctor wrote."""

    name: str
    kind: str
    says: str
    reason: str
    sources: tuple[str, ...]


@dataclass(frozen=True)
class FactLine:
    label: str
    value: str
    note: str  # who found it out


@dataclass(frozen=True)
class Basis:
    """What a reviewer is shown of a prescription, beside its document: nothing else of the case."""

    medicines: tuple[tuple[Medicine, dict[str, Any]], ...]  # (as the doctor wrote it, as it was sealed)
    consulted: Consulted
    against: tuple[Against, ...]
    facts: tuple[FactLine, ...]  # that say something
    no: tuple[str, ...]  # said not to be so
    unknown: tuple[str, ...]

    @property
    def contact(self) -> str:
        """How the doctor and the person spoke, in words; empty where nothing was written."""
        return CONTACTS.get(self.consulted.mode, self.consulted.mode)


CONTACTS = {mode: said for mode, said in MODES if mode}
KINDS = {"missing": "To be done", "stop": "Past a hard limit", "unknown": "No limit known", "reason": "Needs a reason",
         "note": "Good to know", "rule": "Safety rule"}  # fmt: skip


def basis(found: Prescription) -> Basis:
    """The checks as they stood when it was signed, and the facts behind them as they are known now."""
    content, sealed = PlanContent.of(found.plan.content), found.plan.sealed
    forms = tuple(dict.fromkeys(form for row in content.medicines for form in row.forms))
    reasons = {(row["form"], row["rule"]): row["reason"] for row in sealed.get("overrides", ())}
    checks = [
        Against(
            form_name(row["form"]),
            KINDS.get(row["kind"], row["kind"]),
            row["says"],
            reasons.get((row["form"], row["key"]), ""),
            tuple(dict.fromkeys(page["source"] for page in row["sources"])),
        )
        for row in sealed.get("prescribing", ())
    ]
    said, no, unknown = _facts(found.consultation, forms)
    return Basis(
        medicines=tuple(zip(content.medicines, sealed.get("medicines", ()), strict=False)),
        consulted=content.consulted,
        against=(*checks, *_rules(sealed, forms, reasons)),
        facts=said,
        no=no,
        unknown=unknown,
    )


def _rules(sealed: dict[str, Any], forms: Iterable[str], reasons: dict[tuple[str, str], str]) -> list[Against]:
    """Safety rules that fired on what is prescribed, and answers that were missing, each with the doctor's reason."""
    book, meanings = {rule.id: rule for rule in care.rules().rules}, care.terms().facts
    found = []
    for form in forms:
        fired = sealed.get("forms", {}).get(form, {}).get("rules", ())
        missing = [rule for where, rule in reasons if where == form and rule in meanings]
        for rule in dict.fromkeys((*fired, *missing)):
            fact = meanings.get(rule)
            says = book[rule].reason if rule in book else f"Not known: {fact.meaning}" if fact else rule
            pages = tuple(dict.fromkeys(page.organisation for page in book[rule].source)) if rule in book else ()
            found.append(Against(form_name(form), KINDS["rule"], says, reasons.get((form, rule), ""), pages))
    return found


def _facts(case: Consultation, forms: tuple[str, ...]) -> tuple[tuple[FactLine, ...], tuple[str, ...], tuple[str, ...]]:
    found = judged(case, also=forms)
    known, meanings = found.facts.known, care.terms().facts
    said: list[FactLine] = []
    no: list[str] = []
    unknown: list[str] = []
    for fact in facts_behind(forms):
        label = meanings[fact].meaning.split(";")[0]  # after it stands how the file writes a value
        recorded = found.recorded.get(fact)
        note = f"Recorded by {recorded.doctor.name}" if recorded else ""
        if meanings[fact].type == "list":
            words = {atom[1]: value for atom, value in known.items() if isinstance(atom, tuple) and atom[0] == fact}
            held = [word(name) for name, value in words.items() if value is True]
            if held:
                said.append(FactLine(label, ", ".join(held), note))
            else:
                (no if words else unknown).append(f"{label}: none of those asked about" if words else label)
        elif fact not in known:
            unknown.append(label)
        elif known[fact] is False:
            no.append(label)
        else:
            said.append(FactLine(label, in_words(fact, known[fact]), note))
    return tuple(said), tuple(no), tuple(unknown)


# --- what is recorded
@transaction.atomic
def review(public_id: str, user: User, verdict: str, words: str, *, by: Actor) -> Review:
    """Keep what a pharmacist made of a prescription. A second press finds the first one's work.

    Raises:
        PrescriptionError: no reviewer, it holds no longer, a query without words, or an earlier query waits still.
        Prescription.DoesNotExist: no such prescription.
    """
    if not may(user.role, May.REVIEW_PRESCRIPTIONS):
        raise PrescriptionError("A pharmacist reviewer does this.")
    case = Consultation.objects.select_for_update().get(prescriptions__public_id=public_id)
    found = selectors.prescription(case, public_id)
    words, last = words.strip(), _last(found)
    same = last is not None and (last.by_id, last.verdict, last.words) == (user.pk, verdict, words)
    if last is not None and same and getattr(last, "answer", None) is None:
        return last
    if getattr(found, "ending", None) is not None:
        raise PrescriptionError("This prescription no longer holds, so nothing more is done with it.")
    if verdict == QUERY and len(words) < WORDS_MINIMUM:
        raise PrescriptionError(f"Say what you ask, in {WORDS_MINIMUM} characters or more.")
    kept = Review.objects.create(prescription=found, verdict=verdict, words=words, by=user, name=user.reviewer)
    verb = Verb.AGREED if verdict == AGREED else Verb.QUERIED
    record(by, verb, "prescription", found.public_id, review=kept.public_id, consultation=case.public_id)
    return kept


@transaction.atomic
def answer(case: Consultation, public_id: str, doctor: User, text: str, *, by: Actor) -> QueryAnswer:
    """Keep what the doctor answers to the query that stands. A second press finds the first one's work.

    Raises:
        PrescriptionError: no query stands, too few words, or a doctor who neither signed nor has the case.
    """
    Consultation.objects.select_for_update().get(pk=case.pk)
    found = selectors.prescription(case, public_id)
    must_treat(found, doctor)
    text, last = text.strip(), _last(found)
    done = getattr(last, "answer", None)
    if done is not None and (done.doctor_id, done.text) == (doctor.pk, text):
        return done
    asked = selectors.open_query(found)
    if asked is None:
        raise PrescriptionError("No query of a pharmacist stands here now.")
    if len(text) < WORDS_MINIMUM:
        raise PrescriptionError(f"Answer in {WORDS_MINIMUM} characters or more.")
    kept = QueryAnswer.objects.create(review=asked, text=text, doctor=doctor)
    record(by, Verb.ANSWERED_QUERY, "prescription", found.public_id, review=asked.public_id)
    return kept


# --- what the doctor sees
def queries_in(case: Consultation) -> list[Review]:
    """The queries that wait for an answer in a case. One query."""
    return list(selectors.open_queries().filter(prescription__consultation=case))


def queries_for(doctor: User) -> QuerySet[Review]:
    """The queries that wait for this doctor: of what they signed, or of a case that they have."""
    of = Q(prescription__doctor=doctor) | Q(prescription__consultation__doctor=doctor)
    return selectors.open_queries().filter(of)
