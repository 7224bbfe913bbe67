"""How many letters one may ask for: few to one address, more from one place, exactly counted if several ask at once."""

from __future__ import annotations

import datetime as dt
import time
from dataclasses import dataclass

from django.conf import settings
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac

from .models import Allowance

HOUR = 3600
KEPT = dt.timedelta(days=2)  # allowances that nobody used for so long are thrown away


@dataclass(frozen=True)
class Limit:
    most: int
    seconds: int


def to_address() -> Limit:
    return Limit(settings.LETTERS_TO_AN_ADDRESS, HOUR)


def of_place() -> Limit:
    return Limit(settings.LETTERS_FROM_A_PLACE, HOUR)


class FloodError(Exception):
    """Far more than a person asks for came from one place; `wait` is in seconds."""

    def __init__(self, wait: int) -> None:
        self.wait = wait
        super().__init__("too many letters were asked for from here")


def place(request: HttpRequest) -> str:
    """The network address that a request came from; behind the clinic's own proxy, the one that the proxy saw."""
    if settings.BEHIND_PROXY:
        return request.META.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2].strip()[:64]
    return request.META.get("REMOTE_ADDR", "")[:64]


@transaction.atomic
def take(scope: str, who: str, limit: Limit) -> int:
    """Count one, if there is room: 0, or in how many seconds there will be."""
    key = salted_hmac("skinproof.post.limits", f"{scope}:{who}", algorithm="sha256").hexdigest()
    try:
        with transaction.atomic():
            Allowance.objects.get_or_create(who=key)
    except IntegrityError:  # two at once; both find it below
        pass
    row = Allowance.objects.select_for_update().get(who=key)
    now = int(time.time())
    times = [moment for moment in row.times if moment > now - limit.seconds]
    if len(times) >= limit.most:
        return max(1, times[-limit.most] + limit.seconds - now)
    row.times, row.last_at = [*times, now], timezone.now()
    row.save(update_fields=["times", "last_at"])
    return 0


def take_from(where: str) -> None:
    """Count one for the place that a request came from; nothing for an unknown one.

    Raises:
        FloodError: there is no room.
    """
    if where and (wait := take("place", where, of_place())):
        raise FloodError(wait)


def forget_old() -> int:
    return Allowance.objects.filter(last_at__lt=timezone.now() - KEPT).delete()[0]
