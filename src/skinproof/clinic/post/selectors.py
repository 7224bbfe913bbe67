"""What the owner is told of the post: how much waits, since when, and what was given up. No address, no text."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, Min, Q
from django.utils import timezone

from .models import KIND_WORDS, Letter, LetterState

LATE = dt.timedelta(minutes=15)
MOST = 50  # of the given up, shown at once


@dataclass(frozen=True)
class GivenUp:
    public_id: str
    kind: str
    account: int | None
    fault: str
    written_at: dt.datetime
    given_up_at: dt.datetime | None
    can_be_tried: bool


@dataclass(frozen=True)
class Standing:
    waiting: int
    tried: int  # of these, tried in vain at least once
    late: bool  # the oldest has waited longer than it should: perhaps nothing sends letters
    given_up: tuple[GivenUp, ...]
    given_up_count: int


def standing() -> Standing:
    """Two queries."""
    waits = Q(state=LetterState.WAITING)
    found = Letter.objects.aggregate(
        waiting=Count("pk", filter=waits),
        tried=Count("pk", filter=waits & ~Q(fault="")),
        oldest=Min("written_at", filter=waits & Q(attempts=0)),
        dead=Count("pk", filter=Q(state=LetterState.DEAD)),
    )
    rows = Letter.objects.filter(state=LetterState.DEAD).order_by("-done_at", "-id")[:MOST]
    return Standing(
        waiting=found["waiting"],
        tried=found["tried"],
        late=found["oldest"] is not None and found["oldest"] < timezone.now() - LATE,
        given_up=tuple(
            GivenUp(
                public_id=row.public_id,
                kind=KIND_WORDS.get(row.kind, row.kind),
                account=row.account_id,
                fault=row.fault,
                written_at=row.written_at,
                given_up_at=row.done_at,
                can_be_tried=bool(row.body),
            )
            for row in rows
        ),
        given_up_count=found["dead"],
    )
