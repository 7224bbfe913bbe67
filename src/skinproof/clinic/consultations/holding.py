"""Whose consultation it is: an account's, or the session's that began it. Everybody else finds nothing there."""

from __future__ import annotations

import secrets

from django.http import Http404, HttpRequest

from .models import Consultation

HELD = "held-consultations"  # in a guest's session: {public id: holder}
START_KEYS = "start-keys"


class MovedError(Exception):
    """The consultation was opened with its link on another device, and this one holds it no longer."""


# --- by account or session
def hold(request: HttpRequest, consultation: Consultation) -> None:
    """Let this session go on with a guest's consultation."""
    held = request.session.get(HELD, {})
    request.session[HELD] = {**held, consultation.public_id: consultation.holder}


def let_go(request: HttpRequest, public_id: str) -> None:
    held = dict(request.session.get(HELD, {}))
    if held.pop(public_id, None) is not None:
        request.session[HELD] = held


def find(request: HttpRequest, public_id: str) -> Consultation:
    """The consultation, if it is this person's.

    Raises:
        Http404: it does not exist or is somebody else's; the two cannot be told apart.
        MovedError: it was this guest's until it was opened on another device.
    """
    consultation = Consultation.objects.select_related("person", "doctor").filter(public_id=public_id).first()
    if consultation is None:
        raise Http404
    check(request, consultation)
    return consultation


def check(request: HttpRequest, consultation: Consultation) -> None:
    """
    Raises:
        Http404, MovedError: as `find`.
    """
    if consultation.person_id is not None:
        if request.user.is_authenticated and consultation.person_id == request.user.pk:
            return
        raise Http404
    known = request.session.get(HELD, {}).get(consultation.public_id, "")
    if secrets.compare_digest(known, consultation.holder):
        return
    if known:
        raise MovedError
    raise Http404


def held_by_session(request: HttpRequest) -> list[Consultation]:
    """The consultations that this session began and no account owns yet, newest first."""
    held = request.session.get(HELD, {})
    if not held:
        return []
    found = Consultation.objects.filter(public_id__in=list(held), person=None).order_by("-created_at")
    return [c for c in found if secrets.compare_digest(held[c.public_id], c.holder)]


# --- one press, one consultation
def new_start_key(request: HttpRequest) -> str:
    """A key for the form that starts a consultation, remembered in the session that was shown the form."""
    key = secrets.token_urlsafe(32)
    request.session[START_KEYS] = [*request.session.get(START_KEYS, []), key][-20:]
    return key


def has_start_key(request: HttpRequest, key: str) -> bool:
    return key in request.session.get(START_KEYS, [])
