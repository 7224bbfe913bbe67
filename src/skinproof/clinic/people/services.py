"""Accounts, sign-in and the second factor: every change, with its entry on the trail."""

from __future__ import annotations

import datetime as dt
from base64 import b32encode
from collections.abc import Callable
from dataclasses import dataclass

import django_otp
from django.conf import settings
from django.contrib import auth
from django.contrib.auth.tokens import default_token_generator
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django_otp.plugins.otp_totp.models import TOTPDevice

from skinproof.clinic.audit.models import ActorRole, Verb
from skinproof.clinic.audit.services import Actor, record
from skinproof.clinic.post import limits
from skinproof.clinic.post.models import Kind, Letter
from skinproof.clinic.post.services import write

from .models import Role, User, normalise_email

# A staff member's sign-in ends after a working day; a person's after two weeks without use.
STAFF_SESSION_SECONDS = 8 * 3600
ENROLLING = "enrolling"  # in the session: the device whose secret it was shown


# --- letters with a link --------------------------------------------------------------------------------------------
def password_link_parts(user: User) -> dict[str, str]:
    """The two parts of a single-use link that lets this user set a password."""
    return {
        "uid": urlsafe_base64_encode(force_bytes(user.pk)),
        "token": default_token_generator.make_token(user),
    }


def _letter(kind: str, user: User, context: dict, *, lasts: dt.timedelta | None) -> Letter:
    return write(kind, user.email, f"people/mail/{kind}.txt", context, account=user, lasts=lasts)


def _link_lasts() -> dt.timedelta:
    return dt.timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT)


@transaction.atomic
def ask_for_account(
    address: str, *, by: Actor, link: Callable[[User], str], sign_in_url: str, place: str = ""
) -> Letter | None:
    """Begin an account: the address gets a link to finish it, or, where it has an account, a letter that says so.

    Only the owner of the mailbox learns which of the two it was. None where enough letters went there within the hour.

    Raises:
        FloodError: too many letters were asked for from this place.
    """
    address = normalise_email(address)
    limits.take_from(place)
    if limits.take("address", address, limits.to_address()):
        return None
    user = User.objects.filter(email=address).first()
    if user is None:
        try:
            with transaction.atomic():
                user = User(email=address, name="", role=Role.PERSON)
                user.set_unusable_password()
                user.save()
                record(by, Verb.REGISTERED, "account", str(user.pk))
        except IntegrityError:  # somebody pressed the button twice
            user = User.objects.get(email=address)
    if user.has_usable_password() or not user.is_active:
        return _letter(Kind.ALREADY, user, {"sign_in_url": sign_in_url}, lasts=None)
    return _letter(Kind.FINISH, user, {"link": link(user)}, lasts=_link_lasts())


@transaction.atomic
def ask_for_reset(address: str, *, link: Callable[[User], str], place: str = "") -> Letter | None:
    """Send a link for a new password, if the address has an account; None if there was nobody to send it to, or
    enough letters went there within the hour.

    Raises:
        FloodError: too many letters were asked for from this place.
    """
    address = normalise_email(address)
    limits.take_from(place)
    if limits.take("address", address, limits.to_address()):
        return None
    user = User.objects.filter(email=address, is_active=True).first()
    if user is None:
        return None
    kind = Kind.RESET if user.has_usable_password() else Kind.FINISH
    return _letter(kind, user, {"link": link(user)}, lasts=_link_lasts())


@transaction.atomic
def set_password(user: User, password: str, *, name: str | None, by: Actor) -> User:
    """Set a password, and the name of an account that has none yet."""
    user.set_password(password)
    if name is not None:
        user.name = name
    user.save()
    record(by, Verb.PASSWORD_CHANGED, "account", str(user.pk))
    return user


@transaction.atomic
def add_staff(
    *,
    email: str,
    name: str,
    role: str,
    gmc_number: str = "",
    registration: str = "",
    reviews_rules: bool = False,
    by: Actor,
) -> User:
    """Make an account for somebody who works in the clinic, without a password: they set it by a link.

    Raises:
        django.core.exceptions.ValidationError: the address is in use, or the GMC number is not one.
    """
    user = User(
        email=normalise_email(email),
        name=name.strip(),
        role=role,
        gmc_number=gmc_number,
        registration=registration,
        reviews_rules=reviews_rules,
    )
    user.set_unusable_password()
    user.full_clean()
    user.save()
    record(by, Verb.REGISTERED, "account", str(user.pk), role=str(role), reviewer=reviews_rules)
    return user


@transaction.atomic
def name_reviewer(user: User, *, reviews: bool, by: Actor) -> User:
    """Name a doctor as a reviewer of safety rules, or take that back."""
    user.reviews_rules = reviews
    user.save(update_fields=["reviews_rules"])
    record(by, Verb.NAMED_REVIEWER, "account", str(user.pk), reviewer=reviews)
    return user


@transaction.atomic
def close_account(user: User, *, reason: str, by: Actor) -> User:
    """For somebody who works here no longer: every sign-in ends, and no password or link opens the account. What they
    did stays under their name; cases that they hold can be taken over."""
    user.is_active = False
    user.set_unusable_password()
    user.save(update_fields=["is_active", "password"])
    TOTPDevice.objects.filter(user=user).delete()
    record(by, Verb.ACCOUNT_CLOSED, "account", str(user.pk), reason=reason)
    return user


@transaction.atomic
def reopen_account(user: User, *, reason: str, by: Actor) -> User:
    """Let somebody back in, who sets a password by a link and a new second factor."""
    user.is_active = True
    user.save(update_fields=["is_active"])
    record(by, Verb.ACCOUNT_REOPENED, "account", str(user.pk), reason=reason)
    return user


# --- sign-in and sign-out -------------------------------------------------------------------------------------------
@transaction.atomic
def sign_in(request: HttpRequest, user: User) -> None:
    auth.login(request, user)
    if user.is_staff_member:
        request.session.set_expiry(STAFF_SESSION_SECONDS)
    record(Actor.of(request), Verb.SIGNED_IN, "account", str(user.pk))


@transaction.atomic
def sign_out(request: HttpRequest) -> None:
    by = Actor.of(request)
    auth.logout(request)
    if by.user_id is not None:
        record(by, Verb.SIGNED_OUT, "account", str(by.user_id))


def attempted_address(request: HttpRequest, credentials: dict | None = None) -> str:
    """The address that a sign-in was tried with, as accounts are looked up, so that capitals buy no more tries."""
    given = (credentials or {}).get("username") or request.POST.get("username", "")
    return normalise_email(given.replace("\x00", ""))[:254]


@transaction.atomic
def sign_in_failed(address: str, *, request_id: str) -> None:
    """Note a wrong sign-in. The address that was typed is not kept: it may be a password in the wrong field."""
    user = User.objects.filter(email=normalise_email(address)).only("pk").first()
    by = Actor(ActorRole.NOBODY, None, request_id)
    record(by, Verb.SIGN_IN_FAILED, "account", str(user.pk) if user else "unknown")


@transaction.atomic
def locked_out(*, request_id: str) -> None:
    record(Actor(ActorRole.NOBODY, None, request_id), Verb.LOCKED_OUT, "account", "unknown")


# --- the second factor ----------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class FactorCheck:
    """How a code was answered: right, or wrong, or not looked at for so many seconds more."""

    right: bool
    wait: int = 0


def confirmed_device(user: User) -> TOTPDevice | None:
    return TOTPDevice.objects.filter(user=user, confirmed=True).order_by("pk").first()


@transaction.atomic
def begin_enrolment(request: HttpRequest) -> TOTPDevice:
    """The secret that this user is setting up; the same one until it is confirmed, so that a page can be reloaded.

    Another sign-in begins with another: whoever knew the password first, and read a secret, must not know the one that
    is confirmed later.
    """
    user = request.user
    User.objects.select_for_update().get(pk=user.pk)
    open_devices = TOTPDevice.objects.filter(user=user, confirmed=False)
    device = open_devices.filter(pk=request.session.get(ENROLLING)).first()
    if device is None:
        open_devices.delete()
        device = TOTPDevice.objects.create(user=user, name="authenticator app", confirmed=False)
        request.session[ENROLLING] = device.pk
    return device


def typed_key(device: TOTPDevice) -> str:
    """The secret as people type it: base 32 in groups of four."""
    text = b32encode(device.bin_key).decode("ascii").rstrip("=")
    return " ".join(text[i : i + 4] for i in range(0, len(text), 4))


def _check(device_id: int, code: str) -> tuple[FactorCheck, TOTPDevice]:
    # The row is locked, so that guesses sent at once are counted one after the other.
    device = TOTPDevice.objects.select_for_update().get(pk=device_id)
    allowed, why_not = device.verify_is_allowed()
    if not allowed:
        until = (why_not or {}).get("locked_until")
        seconds = (until - timezone.now()).total_seconds() if until else 1
        return FactorCheck(False, wait=max(1, round(seconds + 0.5))), device
    return FactorCheck(device.verify_token(code)), device


@transaction.atomic
def check_code(user: User, code: str, *, by: Actor) -> FactorCheck:
    """Hold a code against the user's confirmed device. Each code works once; wrong ones make the next wait longer."""
    device = confirmed_device(user)
    if device is None:
        return FactorCheck(False)
    result, _ = _check(device.pk, code)
    record(by, Verb.FACTOR_PASSED if result.right else Verb.FACTOR_FAILED, "account", str(user.pk))
    return result


@transaction.atomic
def pass_second_factor(request: HttpRequest, code: str) -> FactorCheck:
    """Mark this sign-in as verified if the code is right."""
    result = check_code(request.user, code, by=Actor.of(request))
    if result.right:
        _verify(request, confirmed_device(request.user))
    return result


def _verify(request: HttpRequest, device: TOTPDevice | None) -> None:
    django_otp.login(request, device)
    request.session.cycle_key()  # a session that was known before may do no more than it could before


@transaction.atomic
def confirm_enrolment(request: HttpRequest, code: str) -> FactorCheck:
    """Finish setting up: the first right code confirms the device and verifies this sign-in. A second device beside a
    confirmed one is not made, whoever sets it up at the same moment."""
    opened = begin_enrolment(request)
    if confirmed_device(request.user) is not None:
        return FactorCheck(False)
    result, device = _check(opened.pk, code)
    if result.right:
        device.confirmed = True
        device.save(update_fields=["confirmed"])
        record(Actor.of(request), Verb.FACTOR_ADDED, "account", str(request.user.pk))
        request.session.pop(ENROLLING, None)
        _verify(request, device)
    else:
        record(Actor.of(request), Verb.FACTOR_FAILED, "account", str(request.user.pk))
    return result


@transaction.atomic
def remove_second_factor(user: User, *, by: Actor, reason: str) -> int:
    """For a lost device, on the owner's word: the user sets up a new one at the next sign-in. Returns how many went.

    The password goes with it, and every sign-in: else whoever has the password alone could be the first to set up a new
    device. The user sets a new one by a link.
    """
    count, _ = TOTPDevice.objects.filter(user=user).delete()
    if count:
        user.set_unusable_password()
        user.save(update_fields=["password"])
    record(by, Verb.FACTOR_REMOVED, "account", str(user.pk), reason=reason, devices=count)
    return count
