"""The demonstration: invented people, and consultations at several steps, made through the services like real ones."""

from __future__ import annotations

from typing import Any

from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice

from skinproof.clinic.audit.services import SYSTEM
from skinproof.clinic.consultations.models import Consultation
from skinproof.clinic.desk import demonstration as cases
from skinproof.clinic.people import services as people
from skinproof.clinic.people.models import Role, User, normalise_email
from skinproof.clinic.photos import demonstration as photos
from skinproof.clinic.products import demonstration as products

PASSWORD = "three quiet gardens"  # noqa: S105 - public on purpose: it is printed, and served on this machine only
PERSON, DOCTOR, OWNER = "person@example.org", "doctor@example.org", "owner@example.org"
STAFF: dict[str, tuple[str, str, dict[str, Any]]] = {
    DOCTOR: ("Dr Juniper Quill", Role.DOCTOR, {"gmc_number": "0000000", "reviews_rules": True}),
    "nurse@example.org": ("Reed Marlowe", Role.NURSE, {"registration": "invented"}),
    "pharmacist@example.org": ("Sage Birch", Role.PHARMACIST, {"registration": "invented"}),
    "editor@example.org": ("Hazel Thorne", Role.EDITOR, {}),
    OWNER: ("Sorrel Finch", Role.OWNER, {}),
}
OTHERS = (
    (2, "Ash Merriweather"),
    (3, "Linnet Oakes"),
    (4, "Rowan Tansley"),
    (5, "Heath Barrow"),
    (6, "Maple Dunnock"),
)


class DemoError(Exception):
    """The demonstration cannot be loaded or used; the message says why, for the person at the terminal."""


def load() -> list[str]:
    """Make what is not there yet; returns what to print about the sign-ins.

    Raises:
        DemoError: the database holds other accounts, which may be real people's.
    """
    if User.objects.exists() and not User.objects.filter(email=OWNER).exists():
        raise DemoError("this database holds accounts that the demonstration did not make: use another database for it")
    person = _account(PERSON, "Wren Applegarth (invented)", Role.PERSON)
    staff = [_account(email, f"{name} (invented)", role, **more) for email, (name, role, more) in STAFF.items()]
    doctor = staff[0]
    if not Consultation.objects.exists():
        _device(doctor)
        urgent, drafted, *others = (
            _account(f"person{number}@example.org", f"{name} (invented)", Role.PERSON) for number, name in OTHERS
        )
        # The person who signs in finds a signed plan.
        photos.load(cases.load(doctor, [urgent, drafted, person, *others]))
        products.load(doctor)
        TOTPDevice.objects.filter(user=doctor).update(last_t=-1)  # so that the first sign-in need not wait for a code
    keys = {user.email: people.typed_key(_device(user)) for user in staff}
    return [
        f"Demonstration sign-ins, all with the password: {PASSWORD}",
        f"  person     {PERSON}",
        *(f"  {user.role:<10} {user.email}   authenticator key {keys[user.email]}" for user in staff),
        "  The code for the sign-in of anybody who works here:  make demo-code EMAIL=doctor@example.org",
    ]


def code(email: str) -> str:
    """A second-factor code that the account takes now.

    Raises:
        DemoError: not an account of the demonstration, or its next code is not there yet.
    """
    user = User.objects.filter(email=normalise_email(email)).first()
    device = people.confirmed_device(user) if user else None
    if user is None or device is None or email not in STAFF or not user.check_password(PASSWORD):
        raise DemoError(f"{email} does not work in the demonstration: those who do are {', '.join(STAFF)}")
    totp = TOTP(device.bin_key, device.step, device.t0, device.digits, device.drift)
    now = totp.t()
    # A code works once. The next one is taken a step early, so there is seldom anything to wait for.
    step = max(now, device.last_t + 1)
    if step > now + device.tolerance:
        raise DemoError("the last code was used a moment ago: ask again in half a minute")
    totp.time = (step - device.drift) * device.step + device.t0
    return f"{totp.token():0{device.digits}d}"


def _account(email: str, name: str, role: str, **fields: Any) -> User:
    user = User.objects.filter(email=email).first()
    if user is None:
        user = User(email=email, name=name, role=role, **fields)
        people.set_password(user, PASSWORD, name=None, by=SYSTEM)
    return user


def _device(user: User) -> TOTPDevice:
    device = people.confirmed_device(user)
    return device or TOTPDevice.objects.create(user=user, name="demonstration", confirmed=True)
