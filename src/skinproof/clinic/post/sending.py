"""Sending the outbox.

Every letter is sent at least once, and as a rule once. A worker takes a letter by moving its `next_at` on in a
transaction of its own, sends it outside of any, and marks it; no two workers hold one letter at the same time. If a
worker dies before it sends, another takes the letter when the claim has run out. If it dies after the mail server has
taken the letter and before the mark is kept, the letter goes out again: no sender can close that gap, as the server and
the database do not share a transaction. Both copies then have the same Message-ID, made from the row, by which mail
programs and servers tell a duplicate.
"""

from __future__ import annotations

import datetime as dt
import logging
import secrets
from smtplib import SMTPDataError, SMTPException, SMTPRecipientsRefused
from threading import Event

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import InterfaceError, OperationalError, close_old_connections, transaction
from django.utils import timezone

from . import limits
from .models import Letter, LetterState

log = logging.getLogger(__name__)

CLAIM = dt.timedelta(minutes=5)  # longer than a mail server may take to answer
FIRST_WAIT, LONGEST_WAIT = dt.timedelta(minutes=1), dt.timedelta(hours=4)
MOST_ATTEMPTS = 12  # over about a day
KEPT = dt.timedelta(days=30)  # emptied letters that were sent
TOO_LATE, SPENT = "TooLate", "TooManyAttempts"


def message_id(letter: Letter) -> str:
    """The same for every copy of a letter."""
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip("> ") or "localhost"
    return f"<{letter.public_id}@{domain}>"


def wait_after(attempts: int) -> dt.timedelta:
    """How long to wait after so many failed attempts: a minute, then twice as long each time, at most four hours."""
    return min(FIRST_WAIT * 2 ** min(attempts - 1, 20), LONGEST_WAIT)


def claim_one() -> Letter | None:
    """Take the next letter that is due, for the time of `CLAIM`; None if there is none.

    PostgreSQL locks the row and passes over rows that others hold; SQLite lets one transaction write at a time.
    """
    now = timezone.now()
    due = Letter.objects.filter(state=LetterState.WAITING, next_at__lte=now).order_by("next_at", "id")
    if not due.exists():  # without a lock, as it is asked every few seconds
        return None
    with transaction.atomic():
        letter = due.select_for_update(skip_locked=True).first()
        if letter is None:
            return None
        letter.attempts += 1
        letter.next_at, letter.claim = now + CLAIM, secrets.token_urlsafe(16)
        letter.save(update_fields=["attempts", "next_at", "claim"])
        return letter


def _settle(letter: Letter, **fields) -> bool:
    """Keep what came of a letter, if the claim still holds."""
    mine = Letter.objects.filter(pk=letter.pk, claim=letter.claim, state=LetterState.WAITING)
    return bool(mine.update(**fields))


def mark_sent(letter: Letter) -> None:
    kept = _settle(letter, state=LetterState.SENT, address="", body="", fault="", done_at=timezone.now())
    if not kept:
        log.error("letter %s was sent after its claim had run out, perhaps twice", letter.pk)


def give_up(letter: Letter, fault: str) -> None:
    body = "" if letter.secret else letter.body
    _settle(letter, state=LetterState.DEAD, body=body, fault=fault, done_at=timezone.now())
    log.error("letter %s is given up: %s", letter.pk, fault)


def _failed(letter: Letter, error: Exception) -> None:
    fault = type(error).__name__
    if _refused_for_good(error) or letter.attempts >= MOST_ATTEMPTS:
        give_up(letter, fault)
        return
    _settle(letter, next_at=timezone.now() + wait_after(letter.attempts), fault=fault)
    log.error("letter %s could not be sent: %s", letter.pk, fault)


def _refused_for_good(error: Exception) -> bool:
    """Whether the server said that it will never take this letter; anything else may pass."""
    if isinstance(error, SMTPRecipientsRefused):
        return all(code >= 500 for code, _ in error.recipients.values())
    return (isinstance(error, SMTPDataError) and error.smtp_code >= 500) or isinstance(error, ValueError)


def _send(letter: Letter, connection) -> None:
    EmailMessage(
        letter.subject,
        letter.body,
        to=[letter.address],
        headers={"Message-ID": message_id(letter), "Auto-Submitted": "auto-generated"},
        connection=connection,
    ).send()


def send_waiting(stop: Event | None = None) -> int:
    """Send all that is due; how many went out. A letter that fails waits for its next turn and holds up no other."""
    sent = 0
    connection = get_connection()
    while (stop is None or not stop.is_set()) and (letter := claim_one()) is not None:
        if letter.expires_at is not None and letter.expires_at <= timezone.now():
            give_up(letter, TOO_LATE)
        elif letter.attempts > MOST_ATTEMPTS:  # every worker that took it died over it
            give_up(letter, SPENT)
        else:
            try:
                _send(letter, connection)
            except (SMTPException, OSError, ValueError) as error:
                _failed(letter, error)
            else:
                mark_sent(letter)
                sent += 1
    return sent


def tidy() -> None:
    """Throw away what is of no use any more: emptied letters and allowances of days ago."""
    Letter.objects.filter(state=LetterState.SENT, done_at__lt=timezone.now() - KEPT).delete()
    limits.forget_old()


def run(stop: Event, *, every: float = 3.0, also: tuple = ()) -> None:
    """Send until told to stop. A database that is away is waited for.

    Args:
        every: seconds between two looks.
        also: what is done at each look beside it, such as writing reminders.
    """
    looks = 0
    while not stop.is_set():
        try:
            for job in also:
                job()
            send_waiting(stop)
            if looks % 1000 == 0:
                tidy()
        except (OperationalError, InterfaceError) as error:
            log.error("the outbox waits for the database: %s", type(error).__name__)
        close_old_connections()
        looks += 1
        stop.wait(every)
