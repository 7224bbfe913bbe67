"""A person's record in plain values: what the clinic fills in, and what comes out of a Bundle again.

Ids are the clinic's own, any text. Moments carry their time zone. Nothing here is FHIR: `_write` and `_read` know that.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

MedicineStatus: TypeAlias = Literal["active", "stopped", "cancelled", "completed"]
FactValue: TypeAlias = bool | int | float | str | tuple[str, ...] | None


@dataclass(frozen=True)
class Person:
    id: str
    name: str = ""
    email: str = ""
    born: dt.date | None = None
    sex: Literal["female", "male"] | None = None
    address: tuple[str, ...] = ()  # lines, as they stand on an envelope


@dataclass(frozen=True)
class Practitioner:
    id: str
    name: str
    gmc_number: str = ""


@dataclass(frozen=True)
class Concern:
    """What a consultation is about: one Condition, as the person tells it until a doctor has signed a plan."""

    id: str  # of the consultation
    code: str  # the vocabulary's id
    name: str
    recorded: dt.datetime
    confirmed: bool = False
    closed: bool = False


@dataclass(frozen=True)
class Fact:
    """One fact of a person. `value` None says that it is known to be none or never."""

    id: str
    concern: str  # the consultation's id
    code: str  # the fact's id
    name: str
    value: FactValue
    at: dt.datetime
    unit: str = ""
    method: str = ""  # how it was found out: the person's answer, their own words, a doctor's question
    by: str | None = None  # a practitioner's id; None: the person
    response: str | None = None  # the QuestionnaireResponse it was read from
    note: str = ""


@dataclass(frozen=True)
class Score:
    """A questionnaire's score."""

    id: str
    concern: str
    code: str
    name: str
    value: float
    at: dt.datetime
    response: str | None = None


@dataclass(frozen=True)
class PlanItem:
    form: str
    name: str
    what: str = ""
    how: str = ""
    when: str = ""


@dataclass(frozen=True)
class Plan:
    id: str
    concern: str
    number: int
    summary: str
    items: tuple[PlanItem, ...]
    signed_at: dt.datetime
    signed_by: str  # a practitioner's id
    content_hash: str
    declined: tuple[tuple[str, str], ...] = ()  # (name, why not)
    notes: tuple[str, ...] = ()
    next_check: dt.date | None = None
    replaces: str | None = None
    superseded: bool = False


@dataclass(frozen=True)
class Medicine:
    """One prescribed medicine."""

    id: str
    concern: str
    plan: str
    name: str  # product, strength and form as they are prescribed
    directions: str
    written_at: dt.datetime
    prescriber: str
    status: MedicineStatus = "active"
    quantity: float | None = None
    unit: str = ""
    repeats: int = 0
    days: int | None = None  # the course
    reason: str = ""


@dataclass(frozen=True)
class ConsentGiven:
    id: str
    concern: str | None
    what: str  # the consent's own id: to the consultation, or to one treatment
    title: str
    version: str
    text_hash: str  # SHA-256 of the text that was shown, hexadecimal
    at: dt.datetime
    withdrawn: bool = False


@dataclass(frozen=True)
class MessageSent:
    id: str
    concern: str
    text: str
    sent: dt.datetime
    from_doctor: str | None = None  # a practitioner's id; None: the person wrote it
    read: dt.datetime | None = None


@dataclass(frozen=True)
class Photo:
    """That a photo is kept, and which; its bytes only if they are given."""

    id: str
    concern: str
    view: str
    at: dt.datetime
    content_type: str
    size: int
    content: bytes | None = None


@dataclass(frozen=True)
class AuditLine:
    id: str
    at: dt.datetime
    role: str
    actor: str | None  # an account's id
    verb: str
    object_type: str
    object_id: str
    reason: str = ""


@dataclass(frozen=True)
class Record:
    """Everything the clinic keeps of one person."""

    person: Person
    written_at: dt.datetime
    practitioners: tuple[Practitioner, ...] = ()
    concerns: tuple[Concern, ...] = ()
    questionnaires: tuple[Mapping[str, Any], ...] = ()  # as published
    responses: tuple[Mapping[str, Any], ...] = ()  # QuestionnaireResponses, each with its `id`
    facts: tuple[Fact, ...] = ()
    scores: tuple[Score, ...] = ()
    plans: tuple[Plan, ...] = ()
    medicines: tuple[Medicine, ...] = ()
    consents: tuple[ConsentGiven, ...] = ()
    messages: tuple[MessageSent, ...] = ()
    photos: tuple[Photo, ...] = ()
    audit: tuple[AuditLine, ...] = ()
