"""Writing the trail. An entry is part of the change it tells of: both are kept or neither is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.http import HttpRequest

from .models import ActorRole, Entry


@dataclass(frozen=True)
class Actor:
    """Who does something. Services take one, so that they know nothing of HTTP."""

    role: str
    user_id: int | None = None
    request_id: str = ""

    @classmethod
    def of(cls, request: HttpRequest) -> Actor:
        """The person behind a request: the one signed in, else a guest."""
        request_id = getattr(request, "request_id", "")
        user = request.user
        if user.is_authenticated:
            return cls(user.role, user.pk, request_id)
        return cls(ActorRole.GUEST, None, request_id)


SYSTEM = Actor(ActorRole.SYSTEM)


class OutsideTransactionError(RuntimeError):
    """An entry was about to be written apart from the change it tells of."""


def record(by: Actor, verb: str, object_type: str, object_id: str, *, reason: str = "", **detail: Any) -> Entry:
    """Append one entry, in the caller's transaction.

    Args:
        by: who did it.
        verb: one of `Verb`.
        object_type: what kind of record: "consultation", "plan", "account", …
        object_id: its public id.
        reason: why, in the person's or doctor's own words, where a reason was asked for.
        detail: ids and counts only, never an answer, a name or an address.

    Raises:
        OutsideTransactionError: no transaction is open.
    """
    if not transaction.get_connection().in_atomic_block:
        raise OutsideTransactionError(f"{verb} of {object_type}: open a transaction around the change and its entry")
    return Entry.objects.create(
        actor_id=by.user_id,
        role=by.role,
        verb=verb,
        object_type=object_type,
        object_id=object_id,
        request_id=by.request_id,
        reason=reason,
        detail=detail,
    )
