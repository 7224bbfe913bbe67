"""What a plan says: its shape, what a signed one needs, what it changes into at signing, and its fingerprint."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from skinproof.vocabulary import vocabulary

TEXT_LIMIT = 4_000  # characters
MOST_ITEMS, MOST_DECLINED = 20, 40


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Item(_Shape):
    """One treatment of the plan."""

    form: str
    what: str = Field(default="", max_length=TEXT_LIMIT)  # product, strength, amount
    how: str = Field(default="", max_length=TEXT_LIMIT)
    when: str = Field(default="", max_length=TEXT_LIMIT)


class Declined(_Shape):
    """An option that was not chosen, and why."""

    form: str
    why: str = Field(default="", max_length=TEXT_LIMIT)


class PlanContent(_Shape):
    """What the doctor writes. Everything may be missing from a draft."""

    summary: str = Field(default="", max_length=TEXT_LIMIT)  # what was agreed, in the person's words
    items: tuple[Item, ...] = Field(default=(), max_length=MOST_ITEMS)
    declined: tuple[Declined, ...] = Field(default=(), max_length=MOST_DECLINED)
    watch_for: str = Field(default="", max_length=TEXT_LIMIT)
    call: str = Field(default="", max_length=TEXT_LIMIT)
    next_check: dt.date | None = None
    next_check_how: str = Field(default="", max_length=200)

    @property
    def forms(self) -> tuple[str, ...]:
        """The forms that the plan gives, each once."""
        return tuple(dict.fromkeys(item.form for item in self.items))

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
    if not content.items:
        needs.append(("items", "Add at least one row. “No treatment” is one too."))
    for number, item in enumerate(content.items, 1):
        if item.form not in vocabulary().forms:
            needs.append(
                (f"items-{number - 1}", f"Row {number}: this treatment is not on our list now. Choose another.")
            )
        elif item.form != "no-treatment" and not (item.how.strip() and item.when.strip()):
            needs.append((f"items-{number - 1}", f"Row {number}: say how, and when and for how long."))
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
