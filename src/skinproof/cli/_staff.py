"""`skinproof staff`: accounts for those who work in the clinic, which nobody can make for themselves."""

from __future__ import annotations

import argparse
from typing import Any

from ._common import UserError
from ._serve import prepared_database, start_django


def add(commands: Any) -> None:
    staff = commands.add_parser(
        "staff",
        help="make an account for somebody who works here, or take off a lost second factor",
        description="Accounts for doctors, nurses, pharmacist reviewers, evidence editors and owners. "
        "Each command is noted on the audit trail.",
    )
    doing = staff.add_subparsers(dest="doing", required=True, metavar="WHAT")
    new = doing.add_parser(
        "add",
        help="make an account, and print the link with which its owner sets a password",
        epilog="Example: skinproof staff add doctor a.jones@clinic.example 'Dr Alex Jones' --gmc 1234567 "
        "--site https://clinic.example",
    )
    new.add_argument("role", choices=("doctor", "nurse", "pharmacist", "editor", "owner"))
    new.add_argument("email")
    new.add_argument("name")
    new.add_argument("--gmc", default="", help="the doctor's GMC number: 7 digits")
    new.add_argument("--registration", default="", help="a nurse's NMC or a pharmacist's GPhC number")
    new.add_argument("--reviewer", action="store_true", help="a doctor who also reviews safety rules")
    new.add_argument("--site", default="http://127.0.0.1:8000", help="where the clinic is (for the link)")
    new.set_defaults(run=add_account)

    named = doing.add_parser("reviewer", help="name a doctor as a reviewer of safety rules, or no longer")
    named.add_argument("email")
    named.add_argument("--off", action="store_true", help="no longer a reviewer")
    named.set_defaults(run=name_reviewer)

    closed = doing.add_parser("close", help="close the account of somebody who works here no longer")
    closed.add_argument("email")
    closed.add_argument("--reason", required=True, help="why; it is kept on the audit trail")
    closed.add_argument("--undo", action="store_true", help="open it again, and print the link for a password")
    closed.add_argument("--site", default="http://127.0.0.1:8000", help="where the clinic is (for the link)")
    closed.set_defaults(run=close)

    lost = doing.add_parser(
        "remove-factor",
        help="take off a lost second factor, and print the link for a new password; the next sign-in sets up a new one",
    )
    lost.add_argument("email")
    lost.add_argument("--site", default="http://127.0.0.1:8000", help="where the clinic is (for the link)")
    lost.add_argument("--reason", required=True, help="why; it is kept on the audit trail")
    lost.set_defaults(run=remove_factor)


def add_account(given: argparse.Namespace) -> int:
    start_django()
    from django.core.exceptions import ValidationError

    from skinproof.clinic.audit.services import SYSTEM
    from skinproof.clinic.people import services

    if given.role == "doctor" and not given.gmc:
        raise UserError("a doctor needs --gmc: it names the prescriber on every plan they sign")
    if given.role in ("nurse", "pharmacist") and not given.registration.strip():
        raise UserError(f"a {given.role} needs --registration: their number in the professional register")
    if given.reviewer and given.role != "doctor":
        raise UserError("--reviewer is for doctors; a pharmacist is a reviewer by role")
    try:
        with prepared_database():
            user = services.add_staff(
                email=given.email,
                name=given.name,
                role=given.role,
                gmc_number=given.gmc,
                registration=given.registration.strip(),
                reviews_rules=given.reviewer,
                by=SYSTEM,
            )
    except ValidationError as error:
        faults = (f"{field}: {' '.join(texts)}" for field, texts in error.message_dict.items())
        raise UserError("; ".join(faults)) from None
    print(f"The account is made. {_link(user, given.site)}")
    return 0


def _link(user: Any, site: str) -> str:
    from django.urls import reverse

    from skinproof.clinic.people import services

    path = reverse("people:set-password", kwargs=services.password_link_parts(user))
    return f"For 24 hours, this link sets its password:\n{site.rstrip('/')}{path}"


def name_reviewer(given: argparse.Namespace) -> int:
    start_django()
    from skinproof.clinic.audit.services import SYSTEM
    from skinproof.clinic.people import services
    from skinproof.clinic.people.models import Role, User, normalise_email

    with prepared_database():
        user = User.objects.filter(email=normalise_email(given.email), role=Role.DOCTOR).first()
        if user is None:
            raise UserError(f"no doctor has the address {given.email}")
        services.name_reviewer(user, reviews=not given.off, by=SYSTEM)
    print("No longer a reviewer of safety rules." if given.off else "Named as a reviewer of safety rules.")
    return 0


def _account(email: str, **more: Any) -> Any:
    from skinproof.clinic.people.models import User, normalise_email

    user = User.objects.filter(email=normalise_email(email), **more).first()
    if user is None:
        raise UserError(f"no account {'of the clinic ' if more else ''}has the address {email}")
    return user


def close(given: argparse.Namespace) -> int:
    start_django()
    from skinproof.clinic.audit.services import SYSTEM
    from skinproof.clinic.people import services
    from skinproof.clinic.people.models import STAFF

    with prepared_database():
        user = _account(given.email, role__in=STAFF)
        if given.undo:
            services.reopen_account(user, by=SYSTEM, reason=given.reason)
            print(f"The account is open again. {_link(user, given.site)}")
            return 0
        services.close_account(user, by=SYSTEM, reason=given.reason)
    print("The account is closed, and every sign-in of it is ended.")
    return 0


def remove_factor(given: argparse.Namespace) -> int:
    start_django()
    from skinproof.clinic.audit.services import SYSTEM
    from skinproof.clinic.people import services

    with prepared_database():
        user = _account(given.email)
        count = services.remove_second_factor(user, by=SYSTEM, reason=given.reason)
    if not count:
        print("There was none.")
        return 0
    print(
        f"{count} removed, and every sign-in of the account is ended. {_link(user, given.site)}\n"
        "Give it to nobody but the person whose account it is. They set up a new second factor with it."
    )
    return 0
