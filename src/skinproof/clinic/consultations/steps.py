"""What every change to a consultation shares: it is locked, its version grows, it has its entry on the trail.

The desk goes by it, too.
"""

from __future__ import annotations

from typing import Any

from skinproof.clinic.audit.services import Actor, record

from .models import Consultation


class StateError(Exception):
    """The step does not fit where the consultation stands now; the page should show where that is."""


class ChangedError(Exception):
    """The consultation is not as the person saw it when they pressed the button."""


def locked(public_id: str) -> Consultation:
    """The consultation, held until the transaction ends: every change takes this lock first.

    Raises:
        Consultation.DoesNotExist: no such consultation.
    """
    return Consultation.objects.select_for_update().get(public_id=public_id)


def save(consultation: Consultation, *fields: str) -> None:
    """Save the fields of a row that `locked` gave."""
    consultation.version += 1
    consultation.save(update_fields=[*fields, "version", "updated_at"])


def entry(by: Actor, verb: str, consultation: Consultation, **detail: Any) -> None:
    record(by, verb, "consultation", consultation.public_id, **detail)
