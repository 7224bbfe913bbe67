"""Photos as files: where they are, under which names, beside which rows."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import stat

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import DatabaseError
from django.utils import timezone

from clinic import photo_files as files
from skinproof.clinic.audit.services import SYSTEM
from skinproof.clinic.photos import checking, services, storage
from skinproof.clinic.photos.models import Photo

from .steps import on_disk

pytestmark = pytest.mark.django_db


def test_files_are_the_clinics_alone_under_names_that_tell_nothing(make_case, make_photo, shelf):
    photo = make_photo(make_case())
    assert len(photo.name) == 64
    for path in on_disk(shelf):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
        assert photo.public_id not in str(path)
    assert stat.S_IMODE(shelf.stat().st_mode) == 0o700
    content = storage.read(photo.name, "full")
    assert (hashlib.sha256(content).hexdigest(), len(content)) == (photo.sha256, photo.bytes)


@pytest.mark.parametrize("name", ["../../etc/passwd", "a" * 63, "A" * 64, "", "a" * 64 + "\n"])
def test_no_name_leads_out_of_the_folder(name):
    with pytest.raises(ValueError, match="not the name"):
        storage.path_of(name, "full")


def test_the_folder_is_not_among_what_is_served(settings):
    from pathlib import Path

    from skinproof.clinic import settings as ours

    served = [Path(ours.STATIC_ROOT), *map(Path, ours.STATICFILES_DIRS)]
    assert not any(each == ours.PHOTOS or each in ours.PHOTOS.parents for each in served)


def test_a_photo_whose_row_cannot_be_written_leaves_no_file(make_case, shelf, monkeypatch):
    case = make_case()
    monkeypatch.setattr(services, "record", lambda *a, **k: (_ for _ in ()).throw(RuntimeError("crash")))
    with pytest.raises(RuntimeError):
        services.add(case.public_id, "area", checking.read(files.photo(size=(300, 300))), person=None, by=SYSTEM)
    assert not Photo.objects.exists()
    assert on_disk(shelf) == []


def test_the_sweep_finds_files_without_a_row_and_rows_without_their_file(make_case, make_photo, shelf):
    case = make_case()
    kept, lost, changed = (make_photo(case, view) for view in ("area", "close-up", "face-front"))
    storage.remove(lost.name)
    storage.path_of(changed.name, "full").write_bytes(b"other")
    orphan, young = storage.new_name(), storage.new_name()
    for name in (orphan, young):
        storage.write(name, full=b"1", thumb=b"2")
    old = dt.datetime.now(dt.UTC).timestamp() - 7200
    for size in storage.SIZES:
        os.utime(storage.path_of(orphan, size), (old, old))
    found = services.sweep(delete=False)
    assert {path.name.split(".")[0] for path in found.orphans} == {orphan}
    assert set(found.missing) == {lost.public_id, changed.public_id}
    services.sweep(delete=True)
    left = {path.name.split(".")[0] for path in on_disk(shelf)}
    assert left == {kept.name, changed.name, young}


def test_the_row_cannot_be_changed_or_deleted_below_the_code(make_case, make_photo):
    photo = make_photo(make_case())
    for change in ("sha256 = 'x'", "view = 'area'", "consultation_id = 1", "name = 'x'"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE photos_photo SET {change} WHERE id = %s", [photo.pk])  # noqa: S608
    with pytest.raises(DatabaseError), transaction.atomic():
        photo.delete()
    photo.seen_at = photo.removed_at = photo.erased_at = timezone.now()
    with pytest.raises(IntegrityError), transaction.atomic():  # what was seen is not erased
        photo.save(update_fields=["seen_at", "removed_at", "erased_at"])
