"""Who of the clinic a record names, and text as FHIR can hold it."""

from __future__ import annotations

import re
from typing import Any

from skinproof.clinic.people.models import Role, User
from skinproof.exchange import Practitioner

_NO_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


class Staff:
    """Collects everybody of the clinic that a record refers to."""

    def __init__(self) -> None:
        self._found: dict[int, User] = {}

    def id(self, user: User) -> str:
        self._found[user.pk] = user
        return str(user.pk)

    @property
    def practitioners(self) -> tuple[Practitioner, ...]:
        return tuple(
            Practitioner(
                id=str(pk),
                name=plain(user.name) or user.role,
                gmc_number=user.gmc_number if user.role == Role.DOCTOR else "",
                registration=plain(user.registration),
            )
            for pk, user in sorted(self._found.items())
        )


def plain(text: str) -> str:
    """Text without the characters that FHIR does not have, and without white space around it."""
    return _NO_TEXT.sub("\N{REPLACEMENT CHARACTER}", text).strip()


def plain_json(value: Any) -> Any:
    """The same of every text in a JSON value, white space kept: answers stand as they were given."""
    if isinstance(value, str):
        return _NO_TEXT.sub("\N{REPLACEMENT CHARACTER}", value)
    if isinstance(value, dict):
        return {name: plain_json(each) for name, each in value.items()}
    return [plain_json(each) for each in value] if isinstance(value, list) else value
