"""What a doctor or nurse finds out about a case, and what was done about its red flags."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from skinproof.care.young import BY_A_PARENT, BY_THEMSELVES, CONSENT
from skinproof.clinic.audit.models import Verb
from skinproof.clinic.audit.services import Actor
from skinproof.clinic.consultations.ahead import reading_first
from skinproof.clinic.consultations.steps import entry, locked, save
from skinproof.clinic.people.models import User

from .holding import CaseError, ReasonError, must_be, must_hold, must_record
from .judging import judged
from .models import CaseFact, FlagDealtWith

IDENTITY_FACTS = ("identity-verified", "age-verified")
# How identity or age can be checked: something beyond the person's own word.
IDENTITY_METHODS = ("video", "in-person", "document", "electronic", "record")
TALKS = ("video", "phone", "in-person")
NOT_TALKED = "Who agrees to it for a person under 16 is found out in a talk: by video, by phone or in person."
WEAK_CHECK = (
    "Identity and age are not checked by a call or a message alone: look at a document or a record, or see the person."
)


def checks_identity(facts: Mapping[str, Any]) -> bool:
    """Whether these facts say that who or how old the person is has been checked."""
    return any(facts.get(fact) is True for fact in IDENTITY_FACTS)


def weak_method(facts: Mapping[str, Any], method: str) -> str | None:
    """What is wrong where one of these facts cannot be found out in this way; None if nothing is."""
    if checks_identity(facts) and method not in IDENTITY_METHODS:
        return WEAK_CHECK
    if facts.get(CONSENT) in (BY_THEMSELVES, BY_A_PARENT) and method not in TALKS:
        return NOT_TALKED
    return None


@transaction.atomic
def record_facts(
    public_id: str,
    doctor: User,
    facts: Mapping[str, Any],
    *,
    method: str,
    note: str = "",
    version: int | None = None,
    by: Actor,
) -> list[CaseFact]:
    """Keep checked facts with how they were found out. Earlier records of the same fact stay, and count no more.

    Raises:
        NotHeldError: the doctor does not have the case.
        CaseError: a fact cannot be found out by this method, a nurse does not record one of these facts, or
            no doctor is to read the case any more.
        StaleCaseError: it was changed since `version`, which the page showed.
    """
    case = locked(public_id)
    must_record(case, doctor, facts)
    fault = weak_method(facts, method)
    if fault:
        raise CaseError(fault)
    must_be(case, version)
    kept = [
        CaseFact.objects.create(
            consultation=case, fact=fact, value=value, method=method, note=note.strip(), doctor=doctor
        )
        for fact, value in facts.items()
    ]
    if kept:
        entry(by, Verb.RECORDED, case, facts=sorted(facts), method=method)
        save(case)
    return kept


@reading_first()
@transaction.atomic
def deal_with_flag(public_id: str, doctor: User, rule: str, *, seen_by: str, how: str, by: Actor) -> FlagDealtWith:
    """Keep what was done about a red flag, once: a second press finds the first one's work. Where the person told it
    again since, it is a new one.

    Raises:
        NotHeldError: the doctor does not have the case.
        ReasonError: who or how is missing.
    """
    case = locked(public_id)
    must_hold(case, doctor)
    if not seen_by.strip() or not how.strip():
        raise ReasonError("Say who saw the person, and what was done.")
    if (before := judged(case).dealt_with.get(rule)) is not None:
        return before
    dealt = FlagDealtWith.objects.create(
        consultation=case, rule=rule, seen_by=seen_by.strip(), how=how.strip(), doctor=doctor
    )
    entry(by, Verb.DEALT_WITH, case, rule=rule)
    save(case)
    return dealt
