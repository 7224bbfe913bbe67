"""What a plan says: its shape, what a signed one needs, what it changes into at signing, and its fingerprint."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from typing import Any, Literal

from pydantic import Field

from skinproof.care.prescribing import formulary
from skinproof.vocabulary import Kept, vocabulary

TEXT_LIMIT = 4_000  # characters
MOST_ITEMS, MOST_DECLINED = 20, 40
MOST_MEDICINES, MOST_SESSIONS = 10, 40
SHAPE = 2  # of what is written now; a plan of shape 1 has none of the parts below `next_check_how`
Number = float | None


class Item(Kept):
    """One treatment of the plan."""

    form: str
    what: str = Field(default="", max_length=TEXT_LIMIT)  # product, strength, amount
    how: str = Field(default="", max_length=TEXT_LIMIT)
    when: str = Field(default="", max_length=TEXT_LIMIT)


class Declined(Kept):
    """An option that was not chosen, and why."""

    form: str
    why: str = Field(default="", max_length=TEXT_LIMIT)


class Medicine(Kept):
    """One medicine that the plan prescribes; see `care.prescribing.PrescribedItem` for units."""

    form: str
    product: str = Field(default="", max_length=80)
    named: str = Field(default="", max_length=TEXT_LIMIT)
    quantity: Number = Field(default=None, allow_inf_nan=False)
    unit: str = Field(default="", max_length=20)
    each_time: Number = Field(default=None, allow_inf_nan=False)
    times_a_day: Number = Field(default=None, allow_inf_nan=False)
    site: Literal["", "face", "body", "scalp"] = ""
    course_weeks: Number = Field(default=None, allow_inf_nan=False)
    repeats: int = 0
    directions: str = Field(default="", max_length=TEXT_LIMIT)
    reason: str = Field(default="", max_length=TEXT_LIMIT)
    tests_on: dt.date | None = None
    tests: str = Field(default="", max_length=TEXT_LIMIT)

    @property
    def forms(self) -> tuple[str, ...]:
        """The form, and what else the product holds."""
        product = formulary().products.get(self.product)
        return (self.form, *(product.also if product else ()))


class Session(Kept):
    """One session of a treatment that is done to the person."""

    form: str
    on: dt.date | None = None
    what: str = Field(default="", max_length=TEXT_LIMIT)


class Consulted(Kept):
    """How the decision to prescribe was reached; see `care.prescribing.Consult`."""

    mode: Literal["", "questionnaire", "remote-live", "face-to-face"] = ""
    on: dt.date | None = None
    by: str = Field(default="", max_length=200)
    checked: Literal["", "record", "gp"] = ""
    checked_on: dt.date | None = None
    checked_by: str = Field(default="", max_length=200)
    gp: Literal["", "tell", "no"] = ""
    gp_reason: str = Field(default="", max_length=TEXT_LIMIT)


class PlanContent(Kept):
    """What the doctor writes. Everything may be missing from a draft."""

    shape: Literal[1, 2] = 1  # as kept; plans from before there were shapes are of the first

    summary: str = Field(default="", max_length=TEXT_LIMIT)  # what was agreed, in the person's words
    items: tuple[Item, ...] = Field(default=(), max_length=MOST_ITEMS)
    declined: tuple[Declined, ...] = Field(default=(), max_length=MOST_DECLINED)
    watch_for: str = Field(default="", max_length=TEXT_LIMIT)
    call: str = Field(default="", max_length=TEXT_LIMIT)
    next_check: dt.date | None = None
    next_check_how: str = Field(default="", max_length=200)
    medicines: tuple[Medicine, ...] = Field(default=(), max_length=MOST_MEDICINES)
    consulted: Consulted = Consulted()
    sessions: tuple[Session, ...] = Field(default=(), max_length=MOST_SESSIONS)
    home_care: str = Field(default="", max_length=TEXT_LIMIT)
    sun: str = Field(default="", max_length=TEXT_LIMIT)
    expect: str = Field(default="", max_length=TEXT_LIMIT)
    cost_low: Number = Field(default=None, ge=0, allow_inf_nan=False)  # pounds
    cost_high: Number = Field(default=None, ge=0, allow_inf_nan=False)
    cost_note: str = Field(default="", max_length=TEXT_LIMIT)

    @property
    def forms(self) -> tuple[str, ...]:
        """The forms that the plan gives, each once."""
        prescribed = [form for row in self.medicines for form in row.forms]
        return tuple(dict.fromkeys([*(item.form for item in self.items), *prescribed]))

    @property
    def prescribed(self) -> tuple[str, ...]:
        """The forms that the plan prescribes, each once."""
        return tuple(dict.fromkeys(form for row in self.medicines for form in row.forms))

    def to_json(self) -> dict[str, Any]:
        return self.model_dump(mode="json")

    @classmethod
    def of(cls, kept: dict[str, Any]) -> PlanContent:
        return cls.model_validate(kept)


def missing(content: PlanContent, *, today: dt.date) -> list[tuple[str, str]]:
    """What a plan still needs before it can be signed, as (field, words)."""
    needs: list[tuple[str, str]] = []
    if not content.summary.strip():
        needs.append(("summary", "Say what was agreed, in words for the person."))
    if not content.items and not content.medicines:
        needs.append(("items", "Add at least one row. “No treatment” is one too."))
    for number, item in enumerate(content.items, 1):
        if item.form not in vocabulary().forms:
            needs.append(
                (f"items-{number - 1}", f"Row {number}: this treatment is not on our list now. Choose another.")
            )
        elif item.form != "no-treatment" and not (item.how.strip() and item.when.strip()):
            needs.append((f"items-{number - 1}", f"Row {number}: say how, and when and for how long."))
    needs += _rows_missing(content)
    for number, row in enumerate(content.declined, 1):
        if not row.why.strip():
            needs.append((f"declined-{number - 1}", f"Not chosen, row {number}: say why."))
    taken = {row.form for row in content.declined} & set(content.forms)
    if taken:
        needs.append(("declined", "A treatment stands both in the plan and among what was not chosen."))
    if not content.watch_for.strip():
        needs.append(("watch_for", "Say what to watch for."))
    if not content.call.strip():
        needs.append(("call", "Say whom to call."))
    if content.next_check is None:
        needs.append(("next_check", "Set a date for the next check."))
    elif content.next_check < today:
        needs.append(("next_check", "The date of the next check has passed."))
    return needs


def _rows_missing(content: PlanContent) -> list[tuple[str, str]]:
    """What the rows of medicines and sessions, and the cost, still need."""
    needs: list[tuple[str, str]] = []
    for number, row in enumerate(content.medicines, 1):
        if row.form not in vocabulary().forms:
            needs.append((f"medicines-{number - 1}", f"Medicine {number}: it is not on our list now. Choose another."))
    for number, session in enumerate(content.sessions, 1):
        if session.form not in content.forms:
            words = f"Session {number}: its treatment is not in the plan."
        elif session.on is None:
            words = f"Session {number}: set a date."
        else:
            continue
        needs.append((f"sessions-{number - 1}", words))
    low, high = content.cost_low, content.cost_high
    if (low is None) != (high is None):
        needs.append(("cost_low", "Give both ends of the cost, or neither."))
    elif low is not None and high is not None and low > high:
        needs.append(("cost_low", "The lower cost is above the higher."))
    return needs


def canonical(value: Any) -> bytes:
    """JSON that is the same for the same content: sorted keys, no white space, UTF-8.

    Raises:
        ValueError: a number that JSON does not have (NaN, infinity).
    """
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()


def fingerprint(document: dict[str, Any]) -> str:
    """SHA-256 over the canonical JSON, in 64 hexadecimal digits."""
    return hashlib.sha256(canonical(document)).hexdigest()


def signed_document(plan: Any) -> dict[str, Any]:
    """Everything that a signature covers: the content, what was known, who signed, when, and which plan it replaces."""
    return {
        "consultation": plan.consultation.public_id,
        "plan": plan.public_id,
        "number": plan.number,
        "content": plan.content,
        "sealed": plan.sealed,
        "signed_by": plan.signed_by_id,
        "prescriber": plan.prescriber,
        "signed_at": plan.signed_at.astimezone(dt.UTC).isoformat(timespec="microseconds"),
        "supersedes": plan.supersedes.public_id if plan.supersedes else None,
    }


def intact(plan: Any) -> bool:
    """Whether a signed plan is still what was signed."""
    return fingerprint(signed_document(plan)) == plan.content_hash
