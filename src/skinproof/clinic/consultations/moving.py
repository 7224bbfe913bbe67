"""A consultation moves: by a link to another device, or into an account."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from django.db import transaction

from skinproof.clinic.audit.models import Verb
from skinproof.clinic.audit.services import Actor
from skinproof.clinic.people.models import User
from skinproof.clinic.post import limits, links
from skinproof.clinic.post.models import Kind, Letter
from skinproof.clinic.post.services import write

from .models import Consultation, new_holder
from .steps import StateError, entry, locked


@transaction.atomic
def make_link(consultation: Consultation, *, by: Actor) -> str:
    """The token of a new link that opens the consultation on another device."""
    entry(by, Verb.LINK_MADE, consultation)
    return links.make(consultation)


@transaction.atomic
def mail_link(
    consultation: Consultation, address: str, *, url: Callable[[str], str], place: str = "", by: Actor
) -> tuple[str, Letter | None]:
    """A new link, and the letter that carries it, which says nothing of what the consultation is about.

    No letter where enough went to that address, or of this consultation, within the hour.

    Raises:
        FloodError: too many letters were asked for from this place.
    """
    limits.take_from(place)
    link = url(make_link(consultation, by=by))
    asked = (("address", address.strip().lower()), ("consultation", consultation.public_id))
    waits = [limits.take(scope, who, limits.to_address()) for scope, who in asked]
    if any(waits):
        return link, None
    context = {"link": link, "days": links.DAYS}
    letter = write(
        Kind.RESUME, address, "consultations/mail/resume.txt", context,
        about=consultation.public_id, lasts=dt.timedelta(days=links.DAYS),
    )  # fmt: skip
    return link, letter


@transaction.atomic
def end_links(consultation: Consultation, *, by: Actor) -> int:
    """Call back every link of the consultation at the person's wish; how many worked until now."""
    ended = links.end(consultation)
    if ended:
        entry(by, Verb.LINKS_ENDED, consultation, links=ended)
    return ended


@transaction.atomic
def move(consultation: Consultation, *, by: Actor) -> Consultation:
    """Let another session hold a guest's consultation, and the old one no longer. Its links are used up with that.

    Raises:
        StateError: an account owns it; that account signs in.
        LinkError: no link of it works any more: another device was faster.
    """
    moved = locked(consultation.public_id)
    if moved.person_id is not None:
        raise StateError
    if not links.end(moved):
        raise links.LinkError
    # The form that began it lets the old session in no more, either.
    moved.holder, moved.start_key = new_holder(), new_holder()
    moved.save(update_fields=["holder", "start_key", "updated_at"])
    entry(by, Verb.RESUMED, moved)
    return moved


@transaction.atomic
def take_into_account(consultation: Consultation, person: User, *, by: Actor) -> Consultation:
    """Give a guest's consultation to the account of the person who holds it.

    Raises:
        StateError: it belongs to an account already.
    """
    taken = locked(consultation.public_id)
    if taken.person_id == person.pk:
        return taken
    if taken.person_id is not None or taken.holder != consultation.holder:
        raise StateError
    taken.person, taken.holder = person, new_holder()
    taken.save(update_fields=["person", "holder", "updated_at"])
    entry(by, Verb.CLAIMED_BY_PERSON, taken)
    return taken
