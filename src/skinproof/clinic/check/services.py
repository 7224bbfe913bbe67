"""Keeping a report behind a link, and letting go of it."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets

from django.core import signing
from django.db import transaction
from django.utils import timezone
from pydantic import TypeAdapter

from skinproof.claims import Report
from skinproof.clinic.post import limits

from .models import KeptReport

DAYS = 30
SALT = "skinproof.check.kept"
MOST_AN_HOUR = 120
MOST = 3_000
REPORT = TypeAdapter(Report)


class TooManyError(Exception):
    """So many links were asked for, by one visitor or by all together, that no more are made for a while."""


def keep(source: str, text: str, report: Report, *, place: str = "") -> str:
    """Store a report; gives the token of its link.

    Args:
        place: the network address of who asks: one place must not use up what is there for all.

    Raises:
        TooManyError: more than `MOST_AN_HOUR` in the last hour, or `MOST` altogether, or too many from this place.
    """
    if place and limits.take("reports", place, limits.kept_reports()):
        raise TooManyError
    now = timezone.now()
    key = secrets.token_urlsafe(24)
    with transaction.atomic():
        forget_old(now)
        kept = KeptReport.objects
        if kept.count() >= MOST or kept.filter(created_at__gt=now - dt.timedelta(hours=1)).count() >= MOST_AN_HOUR:
            raise TooManyError
        kept.create(
            key=_digest(key),
            expires_at=now + dt.timedelta(days=DAYS),
            source=source[:200],
            text=text,
            report=REPORT.dump_python(report, mode="json"),
        )
    return signing.dumps(key, salt=SALT)


def delete(kept: KeptReport) -> None:
    kept.delete()


def forget_old(now: dt.datetime | None = None) -> None:
    """Delete what is past its day. Asked for all the time, so it only writes where there is something to delete."""
    old = KeptReport.objects.filter(expires_at__lte=now or timezone.now())
    if old.exists():
        old.delete()


def key_of(token: str) -> str | None:
    """What a link's token stands for, in the form in which it is stored; None if it was altered or is too old."""
    try:
        key = signing.loads(token, salt=SALT, max_age=DAYS * 86_400)
    except (signing.BadSignature, ValueError):
        return None
    return _digest(key) if isinstance(key, str) else None


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
