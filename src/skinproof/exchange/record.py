"""A person's record in plain values: what the clinic fills in, and what comes out of a Bundle again.

Ids are the clinic's own, any text. Moments carry their time zone. Nothing here is FHIR: `_write` and `_read` know that.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

MedicineStatus: TypeAlias = Literal["draft", "active", "stopped", "cancelled", "completed"]
MessageKind: TypeAlias = Literal["message", "wishes", "ask", "reply"]
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
    registration: str = ""  # a nurse's or pharmacist's number in their register


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
    """One fact of a person. `value` None says that it is known to be none or never.

    Of a list, `value` holds the words that are so, and `lacks` those known not to be; an empty list with no `lacks`
    says that there is nothing of the kind.
    """

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
    lacks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Score:
    """A questionnaire's score, or the total of a named instrument that somebody recorded."""

    id: str
    concern: str
    code: str
    name: str
    value: float
    at: dt.datetime  # when it was worked out or recorded
    response: str | None = None
    on: dt.date | None = None  # the day it was measured, where that is told apart
    method: str = ""
    by: str | None = None  # a practitioner's id: who recorded it
    items: tuple[float, ...] = ()  # scores of single items, in their order
    means: str = ""  # by the instrument's bands
    note: str = ""
    wrong: bool = False  # entered again since, and does not count


@dataclass(frozen=True)
class PlanItem:
    form: str
    name: str
    what: str = ""
    how: str = ""
    when: str = ""


@dataclass(frozen=True)
class Session:
    """One session of a treatment that a plan sets a day for."""

    form: str
    name: str
    on: dt.date
    what: str = ""


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
    sessions: tuple[Session, ...] = ()


@dataclass(frozen=True)
class Event:
    """Something that became of a prescription."""

    at: dt.datetime
    text: str
    by: str  # a practitioner's id


@dataclass(frozen=True)
class Medicine:
    """One prescribed medicine; a draft until its prescription was issued."""

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
    events: tuple[Event, ...] = ()  # issued, reviewed, handed to a pharmacy, repeated, ended


@dataclass(frozen=True)
class ConsentGiven:
    id: str
    concern: str | None
    what: str  # the consent's own id: to the consultation, to one treatment, to telling the GP
    title: str
    version: str
    text_hash: str  # SHA-256 of the text that was shown, hexadecimal
    at: dt.datetime
    until: dt.datetime | None = None  # when it was taken back, or another took its place
    refused: bool = False  # the person was asked and said no
    to: str = ""  # to whom something may be told


@dataclass(frozen=True)
class MessageSent:
    """What one side wrote to the other. A doctor's `ask` for more that was taken back is `stopped`."""

    id: str
    concern: str
    text: str
    sent: dt.datetime
    from_doctor: str | None = None  # a practitioner's id; None: the person wrote it
    read: dt.datetime | None = None
    kind: MessageKind = "message"
    plan: str | None = None
    reply_to: str | None = None  # another message's id
    stopped: bool = False


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
    removed: dt.datetime | None = None  # when the person took it away


@dataclass(frozen=True)
class Document:
    """A text that is kept as it was written: a letter, the note of a follow-up, answers that were changed."""

    id: str
    concern: str
    kind: str
    title: str
    text: str
    at: dt.datetime
    by: str | None = None  # a practitioner's id; None: the person
    text_hash: str = ""  # SHA-256 of what the clinic keeps of it, hexadecimal


@dataclass(frozen=True)
class Alert:
    """A safety rule that stood in the way, and what a doctor did about it."""

    id: str
    concern: str
    rule: str
    reason: str  # the rule's, in words
    at: dt.datetime
    plan: str | None = None  # where a plan went on against it
    form: str = ""  # the treatment it stands against; empty: all of them
    form_name: str = ""
    done: str = ""  # what was done, or why it was gone on against
    done_at: dt.datetime | None = None
    done_by: str | None = None  # a practitioner's id


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
    name: str = ""  # of whoever did it, and in which role


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
    documents: tuple[Document, ...] = ()
    alerts: tuple[Alert, ...] = ()
    audit: tuple[AuditLine, ...] = ()
