"""Writing letters. A letter is part of the change it tells of: both are kept or neither is."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone

from skinproof.clinic.audit.models import Verb
from skinproof.clinic.audit.services import Actor, OutsideTransactionError, record

from .models import Kind, Letter, LetterState


class LetterGoneError(Exception):
    """The letter is not among those given up, or what it said is not kept."""


def write(
    kind: str,
    address: str,
    template: str,
    context: dict[str, Any] | None = None,
    *,
    account: Any = None,
    about: str = "",
    once: str | None = None,
    lasts: dt.timedelta | None = None,
) -> Letter:
    """Put a letter into the outbox, in the caller's transaction.

    Args:
        kind: one of `Kind`.
        address: where it goes.
        template: its text; the first line is the subject.
        account: whose letter it is, where it is known.
        about: the public id of what it tells of.
        once: a key; a second letter with it is not written, and the first one is returned.
        lasts: how long the link in it works; None: it holds no secret.

    Raises:
        OutsideTransactionError: no transaction is open.
    """
    if not transaction.get_connection().in_atomic_block:
        raise OutsideTransactionError(f"a letter ({kind}): open a transaction around the change and its letter")
    if once is not None and (there := Letter.objects.filter(once=once).first()):
        return there
    subject, _, body = render_to_string(template, context or {}).partition("\n")
    return Letter.objects.create(
        kind=kind,
        address=address,
        subject=subject.strip(),
        body=body.strip() + "\n",
        account=account,
        about=about,
        once=once,
        secret=lasts is not None,
        expires_at=timezone.now() + lasts if lasts else None,
    )


NEWS = {  # one letter says that something waits; it names nothing, and leads to the sign-in
    Kind.MESSAGE: "post/mail/message.txt",
    Kind.PLAN_READY: "post/mail/plan-ready.txt",
    Kind.ASKED: "post/mail/asked.txt",
    Kind.REMINDER: "post/mail/reminder.txt",
}


def tell(kind: str, consultation: Any, *, once: str | None = None) -> Letter | None:
    """Tell the person of a consultation, without a word about what it is about, that something waits for them.

    None where the consultation is in no account: no address is known then. A letter of the same kind that has not gone
    out yet serves for this one too.
    """
    person = consultation.person
    if person is None or not person.is_active:
        return None
    waiting = Letter.objects.filter(about=consultation.public_id, kind=kind, state=LetterState.WAITING).first()
    if waiting is not None:
        return waiting
    return write(
        kind, person.email, NEWS[kind], {"link": site("/account/")},
        account=person, about=consultation.public_id, once=once,
    )  # fmt: skip


def site(path: str) -> str:
    """An address of this clinic, for letters that no request asks for."""
    return settings.SITE.rstrip("/") + path


def address(request: HttpRequest, path: str) -> str:
    """The same for a letter that a request asks for: by the clinic's own name where that is set, as a request may name
    another port of the host than the clinic's."""
    return site(path) if settings.SITE_IS_KNOWN else request.build_absolute_uri(path)


# --- what was given up
def _given_up(public_id: str) -> Letter:
    letter = Letter.objects.select_for_update().filter(public_id=public_id, state=LetterState.DEAD).first()
    if letter is None:
        raise LetterGoneError
    return letter


@transaction.atomic
def try_again(public_id: str, *, by: Actor) -> Letter:
    """Send a letter that was given up once more, from the start.

    Raises:
        LetterGoneError: it was not given up, or held a link, which is not kept: the person asks for a new one.
    """
    letter = _given_up(public_id)
    if not letter.body:
        raise LetterGoneError
    letter.state, letter.attempts, letter.next_at, letter.done_at = LetterState.WAITING, 0, timezone.now(), None
    letter.save(update_fields=["state", "attempts", "next_at", "done_at"])
    record(by, Verb.RETRIED, "letter", letter.public_id)
    return letter


@transaction.atomic
def put_away(public_id: str, *, by: Actor) -> None:
    """Take a letter that was given up off the owner's list, with all that it said.

    Raises:
        LetterGoneError: it was not given up.
    """
    letter = _given_up(public_id)
    record(by, Verb.PUT_AWAY, "letter", letter.public_id)
    letter.delete()
