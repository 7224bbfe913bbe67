"""Guessing passwords, beside what django-axes counts (wrong sign-ins of one account from one place).

Many accounts tried from one place, and one account tried from many places, are counted here. The second must not keep
out whoever the account belongs to: a place from which they signed in lately is not counted against them, and a letter
with a link for a new password lets them in whatever was tried.
"""

from __future__ import annotations

from skinproof.clinic.post import limits
from skinproof.clinic.post.limits import Limit

FROM_A_PLACE = Limit(60, 900)  # wrong sign-ins, whatever the accounts
FOR_AN_ACCOUNT = Limit(100, 3600)  # wrong sign-ins, from wherever
LATELY = Limit(1, 8 * 86_400)  # as long as allowances are kept
ONE_AN_HOUR = Limit(1, 3600)


def wait(address: str, place: str) -> int:
    """0 if a sign-in is looked at, else in how many seconds it will be.

    Args:
        address: as accounts are looked up.
        place: a network address, or empty if it is not known.
    """
    if place and (left := limits.wait("wrong-from", place, FROM_A_PLACE)):
        return left
    if _known(address, place):
        return 0
    return limits.wait("wrong-for", address, FOR_AN_ACCOUNT)


def wrong(address: str, place: str) -> None:
    if place:
        limits.take("wrong-from", place, FROM_A_PLACE)
    if not _known(address, place):
        limits.take("wrong-for", address, FOR_AN_ACCOUNT)


def right(address: str, place: str) -> None:
    limits.forget("wrong-for", address)
    if place:
        limits.take("signed-in", f"{address} {place}", ONE_AN_HOUR)


def _known(address: str, place: str) -> bool:
    return bool(place and limits.wait("signed-in", f"{address} {place}", LATELY))
