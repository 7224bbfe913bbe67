"""Links that open a consultation on another device: each works once, for a time, and can be called back."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core import signing
from django.utils import timezone

from .models import ResumeLink

SALT = "skinproof.consultations.resume"
DAYS = 14


class LinkError(Exception):
    """A link that is too old, altered, used, called back, or of nothing that is there."""


def make(consultation: Any) -> str:
    """A new link's token: it is signed and says nothing about the person."""
    return signing.dumps(ResumeLink.objects.create(consultation=consultation).nonce, salt=SALT)


def open_link(token: str) -> Any:
    """The consultation that a link opens. Looking uses nothing up.

    Raises:
        LinkError: it opens nothing (any more).
    """
    try:
        nonce = signing.loads(token, salt=SALT, max_age=DAYS * 86_400)
    except (signing.BadSignature, ValueError):  # ValueError: what is signed is not what was encoded
        raise LinkError from None
    if not isinstance(nonce, str):
        raise LinkError
    link = ResumeLink.objects.select_related("consultation").filter(nonce=nonce, ended_at=None).first()
    if link is None:
        raise LinkError
    return link.consultation


def end(consultation: Any) -> int:
    """Call back every link of a consultation; how many worked until now."""
    working = ResumeLink.objects.filter(
        consultation=consultation, ended_at=None, made_at__gt=timezone.now() - dt.timedelta(days=DAYS)
    )
    return working.update(ended_at=timezone.now())


def working(consultation: Any) -> int:
    """How many links open a consultation now."""
    since = timezone.now() - dt.timedelta(days=DAYS)
    return ResumeLink.objects.filter(consultation=consultation, ended_at=None, made_at__gt=since).count()
