"""Those who wait, and the staff."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from browser.walking import Visitor
from skinproof.clinic.consultations.models import Consultation
from skinproof.clinic.people.models import User

PASSWORD = "three random words"


@dataclass
class Staff:
    """A member of staff: the account, and what gives the code of its second factor."""

    email: str
    name: str
    code: Callable[[], str]

    @property
    def user(self) -> User:
        return User.objects.get(email=self.email)


def sign_in(them: Visitor, staff: Staff) -> None:
    them.open("/desk/")
    them.see("sign-in")
    them.write(them.field("Email address"), staff.email)
    them.write(them.field("Password"), PASSWORD)
    them.go(them.button("Sign in"))
    assert them.heading == "Confirm that it is you"
    them.see("second-factor")
    them.write(them.field("Code from your authenticator app"), staff.code())
    them.go(them.button("Confirm"))
    assert them.heading == "Queue"


@dataclass
class Waiting:
    """Two cases: one sent first, one more urgent; and the address of the first one's person."""

    first: Consultation
    urgent: Consultation
    email: str


def take(them: Visitor, case: Consultation) -> None:
    them.open(f"/desk/{case.public_id}/")
    them.go(them.button("Take this case"))
