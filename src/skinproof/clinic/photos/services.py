"""Adding a photo, taking one away, and opening one: each in one transaction with its entry on the trail."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from skinproof.clinic.audit.models import Entry, Verb
from skinproof.clinic.audit.services import Actor, record
from skinproof.clinic.consultations.models import ANSWERABLE, Consultation, State
from skinproof.clinic.consultations.steps import StateError, locked
from skinproof.clinic.people.models import User

from . import storage
from .checking import Prepared
from .models import Photo

MOST_PHOTOS = 60  # of one consultation, those that were taken away and kept among them
NOTED_FOR = 3600  # seconds in which a second look of the same person at the same thing is not noted again
YOUNG = 3600  # seconds in which a file without a row may still get one


class TooManyError(Exception):
    """The consultation holds as many photos as it may."""


def open_to_photos(consultation: Consultation) -> bool:
    """Whether a person can add photos: once the answers are in, and until the consultation is closed."""
    return consultation.state not in (*ANSWERABLE, State.CLOSED)


def _locked(public_id: str) -> Consultation:
    """
    Raises:
        StateError: no photo can be added or taken away now.
    """
    consultation = locked(public_id)
    if not open_to_photos(consultation):
        raise StateError
    return consultation


def add(public_id: str, view: str, photo: Prepared, *, person: User | None, by: Actor) -> Photo:
    """Keep a photo of a view; it takes the place of the one there is. The same picture again changes nothing.

    Raises:
        StateError: the answers are not in, or the consultation is closed.
        TooManyError: there are `MOST_PHOTOS` already.
        OSError: the file cannot be written.
    """
    digest = hashlib.sha256(photo.image).hexdigest()
    name = storage.new_name()
    storage.write(name, full=photo.image, thumb=photo.thumb)
    try:
        kept = _add(public_id, view, photo, name=name, digest=digest, person=person, by=by)
    except BaseException:
        storage.remove(name)
        raise
    if kept.name != name:
        storage.remove(name)
    return kept


@transaction.atomic
def _add(
    public_id: str, view: str, photo: Prepared, *, name: str, digest: str, person: User | None, by: Actor
) -> Photo:
    consultation = _locked(public_id)
    there = Photo.objects.filter(consultation=consultation, view=view, removed_at=None).first()
    if there is not None and there.sha256 == digest:
        return there
    if Photo.objects.filter(consultation=consultation, erased_at=None).count() >= MOST_PHOTOS:
        raise TooManyError
    if there is not None:
        _take_away(there, by=by)
    kept = Photo.objects.create(
        consultation=consultation,
        view=view,
        name=name,
        sha256=digest,
        bytes=len(photo.image),
        width=photo.width,
        height=photo.height,
        hints=list(photo.hints),
        taken_on=photo.taken_on,
        uploaded_by=person,
    )
    _note(by, Verb.UPLOADED, kept)
    return kept


@transaction.atomic
def remove(public_id: str, photo_id: str, *, by: Actor) -> Photo:
    """Take a photo away at the person's wish: erased, or kept if somebody of the clinic has opened it.

    A second press is fine.

    Raises:
        StateError: the consultation is closed.
        Photo.DoesNotExist: not a photo of this consultation.
    """
    consultation = _locked(public_id)
    photo = Photo.objects.get(consultation=consultation, public_id=photo_id)
    if photo.removed_at is None:
        _take_away(photo, by=by)
    return photo


def _take_away(photo: Photo, *, by: Actor) -> None:
    photo.removed_at = timezone.now()
    if photo.seen_at is None:
        photo.erased_at = photo.removed_at
        transaction.on_commit(lambda: storage.remove(photo.name))
    photo.save(update_fields=["removed_at", "erased_at"])
    _note(by, Verb.REMOVED, photo, erased=photo.erased_at is not None)


# --- looking
def note_opened(photo: Photo, *, by: Actor) -> Photo:
    """Note that somebody of the clinic opened a photo in full; once an hour of each person for each photo.

    Raises:
        Photo.DoesNotExist: it was erased in the meantime.
    """
    if photo.seen_at is not None and _noted("photo", photo.public_id, by):
        return photo
    with transaction.atomic():
        Consultation.objects.select_for_update().get(
            pk=photo.consultation_id
        )  # whoever takes it away waits, or was first
        photo = Photo.objects.select_related("consultation").get(pk=photo.pk, erased_at=None)
        if photo.seen_at is None:
            photo.seen_at = timezone.now()
            photo.save(update_fields=["seen_at"])
        _note(by, Verb.VIEWED, photo)
    return photo


def note_thumbnails(consultation: Consultation, *, by: Actor) -> None:
    """Note that somebody of the clinic saw the small pictures of a case; once an hour of each person for each case."""
    if not _noted("thumbnails", consultation.public_id, by):
        with transaction.atomic():
            record(by, Verb.VIEWED, "thumbnails", consultation.public_id)


def _noted(object_type: str, object_id: str, by: Actor) -> bool:
    since = timezone.now() - dt.timedelta(seconds=NOTED_FOR)
    mine = Entry.objects.filter(object_type=object_type, object_id=object_id, actor_id=by.user_id, verb=Verb.VIEWED)
    return mine.filter(at__gte=since).exists()


def _note(by: Actor, verb: str, photo: Photo, **detail: Any) -> None:
    record(by, verb, "photo", photo.public_id, consultation=photo.consultation.public_id, view=photo.view, **detail)


# --- files and rows held against each other
@dataclass(frozen=True)
class Sweep:
    """What `sweep` found."""

    orphans: tuple[Path, ...]  # files that no row names: removed, if it was to remove
    missing: tuple[str, ...]  # photos (public ids) whose file should be there and is not whole


def sweep(*, delete: bool, older_than: float = YOUNG) -> Sweep:
    """Files without a row, which a crash leaves behind, and rows without their file, which nothing should."""
    wanted = dict(Photo.objects.filter(erased_at=None).values_list("name", "public_id"))
    orphans = storage.orphans(wanted.keys(), older_than=older_than)
    if delete:
        for path in orphans:
            path.unlink(missing_ok=True)
    missing = [photo.public_id for photo in Photo.objects.filter(erased_at=None).iterator() if not _whole(photo)]
    return Sweep(tuple(orphans), tuple(missing))


def _whole(photo: Photo) -> bool:
    try:
        content = storage.read(photo.name, storage.FULL)
        storage.read(photo.name, storage.THUMB)
    except OSError:
        return False
    return hashlib.sha256(content).hexdigest() == photo.sha256
