"""How often one may do what costs others something: ask for letters, begin consultations, guess passwords. Exactly
counted if several do it at once."""

from __future__ import annotations

import datetime as dt
import ipaddress
import time
from dataclasses import dataclass

from django.conf import settings
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac

from .models import Allowance

HOUR = 3600
KEPT = dt.timedelta(days=8)  # allowances that nobody used for so long are thrown away
WHOLE_NETWORK = 64  # bits of an IPv6 address that name who it belongs to: that one has all the others


@dataclass(frozen=True)
class Limit:
    most: int
    seconds: int


def to_address() -> Limit:
    return Limit(settings.LETTERS_TO_AN_ADDRESS, HOUR)


def of_place() -> Limit:
    return Limit(settings.LETTERS_FROM_A_PLACE, HOUR)


def starts() -> Limit:
    return Limit(settings.STARTS_FROM_A_PLACE, HOUR)


def photos() -> Limit:
    """Requests with photos: each is decoded and drawn anew, which takes seconds."""
    return Limit(settings.PHOTOS_FROM_A_PLACE, HOUR)


def of_consultation() -> Limit:
    """Messages, and links to go on elsewhere."""
    return Limit(settings.OFTEN_IN_A_CONSULTATION, HOUR)


def kept_reports() -> Limit:
    return Limit(settings.KEPT_REPORTS_FROM_A_PLACE, HOUR)


class FloodError(Exception):
    """Far more than a person asks for came from one place; `wait` is in seconds, `what` one of the words that the
    page for it knows."""

    def __init__(self, wait: int, what: str = "letters") -> None:
        self.wait, self.what = wait, what
        super().__init__("too much was asked for from here")


def place(request: HttpRequest) -> str:
    """The network address that a request came from; behind the clinic's own proxy, the one that the proxy saw. Of an
    IPv6 address, the network that its owner has. Empty where it is not known."""
    if settings.BEHIND_PROXY:
        given = request.META.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2].strip()
    else:
        given = request.META.get("REMOTE_ADDR", "")
    try:
        seen = ipaddress.ip_address(_without_port(given))
    except ValueError:
        return ""
    if isinstance(seen, ipaddress.IPv4Address):
        return str(seen)
    if seen.ipv4_mapped is not None:
        return str(seen.ipv4_mapped)
    return str(ipaddress.IPv6Network((int(seen), WHOLE_NETWORK), strict=False).network_address)


def _without_port(address: str) -> str:
    """Some proxies add the sender's port: 192.0.2.9:4711, [2001:db8::1]:4711."""
    if address.startswith("["):
        return address[1:].partition("]")[0]
    return address.partition(":")[0] if address.count(":") == 1 else address


def _key(scope: str, who: str) -> str:
    return salted_hmac("skinproof.post.limits", f"{scope}:{who}", algorithm="sha256").hexdigest()


def _left(times: list[int], limit: Limit, now: int) -> int:
    return max(1, times[-limit.most] + limit.seconds - now) if len(times) >= limit.most else 0


def wait(scope: str, who: str, limit: Limit) -> int:
    """0 if there is room, else in how many seconds there will be. Counts nothing."""
    now = int(time.time())
    times = Allowance.objects.filter(who=_key(scope, who)).values_list("times", flat=True).first() or []
    return _left([moment for moment in times if moment > now - limit.seconds], limit, now)


def forget(scope: str, who: str) -> None:
    """There is all the room again."""
    Allowance.objects.filter(who=_key(scope, who)).delete()


@transaction.atomic
def take(scope: str, who: str, limit: Limit) -> int:
    """Count one, if there is room: 0, or in how many seconds there will be."""
    key = _key(scope, who)
    try:
        with transaction.atomic():
            Allowance.objects.get_or_create(who=key)
    except IntegrityError:  # two at once; both find it below
        pass
    row = Allowance.objects.select_for_update().get(who=key)
    now = int(time.time())
    times = [moment for moment in row.times if moment > now - limit.seconds]
    if left := _left(times, limit, now):
        return left
    row.times, row.last_at = [*times, now], timezone.now()
    row.save(update_fields=["times", "last_at"])
    return 0


def take_from(where: str, what: str = "letters", limit: Limit | None = None) -> None:
    """Count one for the place that a request came from; nothing for an unknown one.

    Args:
        where: the place; or what else is counted, such as a consultation.
        what: what is counted; each thing is counted apart.
        limit: as many letters as a place may ask for, if None.

    Raises:
        FloodError: there is no room.
    """
    if where and (left := take("place" if what == "letters" else what, where, limit or of_place())):
        raise FloodError(left, what)


def forget_old() -> int:
    return Allowance.objects.filter(last_at__lt=timezone.now() - KEPT).delete()[0]
