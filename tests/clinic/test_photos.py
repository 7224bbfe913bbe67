"""Photos of a consultation: sent, replaced, taken away, looked at, kept from everybody else."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import stat

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.db.utils import DatabaseError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from skinproof.clinic.audit.models import Entry, Verb
from skinproof.clinic.audit.services import SYSTEM
from skinproof.clinic.consultations.models import Consultation, State
from skinproof.clinic.consultations.steps import StateError
from skinproof.clinic.photos import checking, selectors, services, storage, uploads
from skinproof.clinic.photos.models import Photo

from . import photo_files as files
from .journeys import begin

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def shelf(settings, tmp_path):
    settings.PHOTOS = tmp_path / "photos"
    return settings.PHOTOS


@pytest.fixture
def guest(client):
    """A guest's client with a consultation whose answers are in."""
    consultation = begin(client)
    Consultation.objects.filter(pk=consultation.pk).update(state=State.SUBMITTED)
    consultation.refresh_from_db()
    return client, consultation


@pytest.fixture
def make_photo(db):
    numbers = iter(range(1, 1000))

    def make(consultation, view="face-front", **content):
        photo = checking.read(files.photo(size=(300, 300), seed=next(numbers)))
        return services.add(consultation.public_id, view, photo, person=consultation.person, by=SYSTEM)

    return make


def upload(content=None, name="IMG_0001.JPG", kind="image/jpeg"):
    return SimpleUploadedFile(name, files.photo(size=(400, 500)) if content is None else content, kind)


def page_of(consultation):
    return reverse("photos:page", args=[consultation.public_id])


def image_of(photo, size="full"):
    return reverse("photos:image", args=[photo.consultation.public_id, photo.public_id, size])


def desk_image(photo, size="full"):
    return reverse("case-photos:image", args=[photo.public_id, size])


def on_disk(shelf):
    return sorted(path for path in shelf.glob("*/*")) if shelf.exists() else []


# --- the person's page
def test_the_page_shows_how_for_each_view_of_the_concern_and_a_way_on_without(guest):
    client, consultation = guest
    text = client.get(page_of(consultation)).content.decode()
    for view in selectors.views_for(consultation):
        assert f'name="{view.id}"' in text
        assert view.how[0].says in text
    assert 'capture="environment"' in text
    assert "Go on without photos" in text
    assert reverse("consultations:send", args=[consultation.public_id]) in text
    assert 'capture="' not in client.get(page_of(consultation) + "?from=files").content.decode()


def test_views_that_the_doctor_asks_for_come_first(guest):
    client, consultation = guest
    address = selectors.photos_url(consultation, ["close-up", "nonsense", "close-up"])
    assert address == page_of(consultation) + "?view=close-up"
    text = client.get(address).content.decode()
    assert "The doctor asks for this" in text
    assert text.index('name="close-up"') < text.index('name="face-front"')
    assert client.get(page_of(consultation) + "?view=<script>&view=nonsense").status_code == 200


def test_several_photos_are_kept_at_once_with_an_entry_each(guest, shelf):
    client, consultation = guest
    response = client.post(
        page_of(consultation), {"face-front": upload(), "face-left": upload(files.photo("PNG", (400, 400)))}
    )
    assert response.status_code == 302
    text = client.get(response.url).content.decode()
    assert "2 photos were added." in text
    assert text.count("Your photo: ") == 2
    photos = list(Photo.objects.all())
    assert {photo.view for photo in photos} == {"face-front", "face-left"}
    entries = Entry.objects.filter(verb=Verb.UPLOADED, object_type="photo")
    assert {entry.object_id for entry in entries} == {photo.public_id for photo in photos}
    assert all(entry.detail["consultation"] == consultation.public_id for entry in entries)
    assert len(on_disk(shelf)) == 4
    send = reverse("consultations:send", args=[consultation.public_id])
    Consultation.objects.filter(pk=consultation.pk).update(choices=["no-treatment"])
    assert "<dt>Photos</dt><dd>2</dd>" in client.get(send).content.decode()


def test_one_bad_photo_keeps_none_of_the_others_back(guest):
    client, consultation = guest
    response = client.post(
        page_of(consultation),
        {
            "face-front": upload(),
            "face-left": upload(b"%PDF-1.7"),
            "face-right": upload(files.heic(), "a.heic", "image/heic"),
        },
    )
    text = response.content.decode()
    assert response.status_code == 200
    assert "<title>Error: " in text
    assert "1 photo was added." in text
    assert "Face turned, left cheek to the camera: This file is not a photo." in text
    assert "Most Compatible" in text
    assert [photo.view for photo in Photo.objects.all()] == ["face-front"]


def test_nothing_chosen_is_no_fault(guest):
    client, consultation = guest
    response = client.post(page_of(consultation), {})
    assert response.status_code == 302
    assert "No photo was chosen" in client.get(response.url).content.decode()
    empty = client.post(page_of(consultation), {"face-front": upload(b"")})
    assert "This file is empty" in empty.content.decode()


def test_a_photo_that_is_too_large_is_told_beside_its_view(guest, monkeypatch):
    client, consultation = guest
    content = files.photo(size=(400, 500))
    monkeypatch.setattr(uploads, "MOST_BYTES", len(content))
    response = client.post(page_of(consultation), {"face-front": upload(content + b"x"), "face-left": upload(content)})
    assert "Face from the front: This file is larger than" in response.content.decode()
    assert [photo.view for photo in Photo.objects.all()] == ["face-left"]


def test_what_is_too_much_together_is_kept_as_far_as_it_goes(guest, monkeypatch):
    client, consultation = guest
    content = files.photo(size=(400, 500))
    monkeypatch.setattr(uploads, "MOST_TOGETHER", len(content) * 3 // 2)
    response = client.post(page_of(consultation), {"face-front": upload(content), "face-left": upload(content)})
    assert "left cheek to the camera: Too much came at once" in response.content.decode()
    assert Photo.objects.get().view == "face-front"


def test_a_request_without_end_is_refused_before_it_is_read(guest, monkeypatch):
    client, consultation = guest
    monkeypatch.setattr(uploads, "MOST_SENT", 1000)
    assert client.post(page_of(consultation), {"face-front": upload()}).status_code == 413
    assert not Photo.objects.exists()


def test_a_form_without_its_token_keeps_nothing(guest):
    client, consultation = guest
    careful = Client(enforce_csrf_checks=True)
    careful.cookies = client.cookies
    assert careful.post(page_of(consultation), {"face-front": upload()}).status_code == 403
    assert not Photo.objects.exists()


def test_a_stranger_is_turned_away_before_the_body_is_read(guest, monkeypatch):
    _, consultation = guest
    monkeypatch.setattr(uploads.PhotoUploadHandler, "handle_raw_input", lambda *a, **k: pytest.fail("it was read"))
    assert Client().post(page_of(consultation), {"face-front": upload()}).status_code == 404


def test_a_full_disk_is_told_and_leaves_nothing(guest, shelf, monkeypatch):
    client, consultation = guest

    def full(path, content):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(storage, "_write", full)
    response = client.post(page_of(consultation), {"face-front": upload()})
    assert response.status_code == 200
    assert "could not be kept just now" in response.content.decode()
    assert not Photo.objects.exists()
    assert on_disk(shelf) == []


def test_hints_are_told_and_block_nothing(guest):
    client, consultation = guest
    dark = files.encoded(files.picture((800, 800)).point(lambda value: value // 5))
    text = client.post(page_of(consultation), {"face-front": upload(dark)}, follow=True).content.decode()
    assert "looks dark. You can try again" in text
    assert Photo.objects.get().hints == ["dark"]


@pytest.mark.parametrize("state", [State.DRAFT, State.STOPPED, State.CLOSED])
def test_no_photos_before_the_answers_are_in_or_after_the_end(guest, state):
    client, consultation = guest
    Consultation.objects.filter(pk=consultation.pk).update(state=state)
    for response in (client.get(page_of(consultation)), client.post(page_of(consultation), {"face-front": upload()})):
        assert response.status_code == 302
    assert not Photo.objects.exists()


@pytest.mark.parametrize("state", [State.WAITING, State.IN_REVIEW, State.PLAN_READY])
def test_photos_can_be_added_after_sending(guest, state):
    client, consultation = guest
    Consultation.objects.filter(pk=consultation.pk).update(state=state, sent_at=timezone.now())
    client.post(page_of(consultation), {"face-front": upload()})
    assert Photo.objects.count() == 1


def test_there_is_an_end_to_how_many(guest, monkeypatch):
    client, consultation = guest
    monkeypatch.setattr(services, "MOST_PHOTOS", 1)
    response = client.post(page_of(consultation), {"face-front": upload(), "face-left": upload()})
    assert "too many photos" in response.content.decode()
    assert Photo.objects.count() == 1


# --- replacing and taking away
def test_another_takes_the_place_of_one_that_nobody_saw(guest, shelf, django_capture_on_commit_callbacks):
    client, consultation = guest
    client.post(page_of(consultation), {"face-front": upload()})
    first = Photo.objects.get()
    with django_capture_on_commit_callbacks(execute=True):
        client.post(page_of(consultation), {"face-front": upload(files.photo(size=(400, 500), seed=9))})
    first.refresh_from_db()
    assert first.erased_at is not None
    assert [photo.removed_at for photo in selectors.current(consultation)] == [None]
    assert len(on_disk(shelf)) == 2
    assert client.get(image_of(first)).status_code == 404


def test_the_same_photo_again_changes_nothing(guest, shelf):
    client, consultation = guest
    for _ in range(2):
        client.post(page_of(consultation), {"face-front": upload()})
    assert Photo.objects.count() == 1
    assert len(on_disk(shelf)) == 2


def test_a_photo_taken_away_unseen_is_erased_and_its_row_tells_only_that_it_was(
    guest, shelf, make_photo, django_capture_on_commit_callbacks
):
    client, consultation = guest
    photo = make_photo(consultation)
    where = reverse("photos:remove", args=[consultation.public_id, photo.public_id])
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(where).url == page_of(consultation)
    assert "The photo is deleted." in client.get(page_of(consultation)).content.decode()
    client.post(where)  # pressed twice
    photo.refresh_from_db()
    assert photo.erased_at is not None
    assert on_disk(shelf) == []
    assert Entry.objects.filter(verb=Verb.REMOVED, object_id=photo.public_id).count() == 1
    assert Entry.objects.get(verb=Verb.REMOVED).detail["erased"] is True


def test_a_photo_that_a_doctor_opened_stays_in_the_record(guest, shelf, make_photo, django_capture_on_commit_callbacks):
    client, consultation = guest
    photo = make_photo(consultation)
    services.note_opened(photo, by=SYSTEM)
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("photos:remove", args=[consultation.public_id, photo.public_id]))
    assert "so it stays in your record" in client.get(page_of(consultation)).content.decode()
    photo.refresh_from_db()
    assert (photo.removed_at is None, photo.erased_at) == (False, None)
    assert len(on_disk(shelf)) == 2
    assert selectors.current(consultation) == []
    assert [seen.photo for seen in selectors.of_case(consultation).of("face-front").before] == [photo]


def test_nobody_elses_photo_can_be_taken_away(guest, make_photo, make_case):
    client, consultation = guest
    other = make_photo(make_case())
    assert client.post(reverse("photos:remove", args=[consultation.public_id, other.public_id])).status_code == 404
    assert (
        client.post(reverse("photos:remove", args=[other.consultation.public_id, other.public_id])).status_code == 404
    )
    other.refresh_from_db()
    assert other.removed_at is None


# --- the files
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


# --- who sees what
def answer_to(client, photo, size):
    return client.get(desk_image(photo, size)).status_code


def test_the_person_sees_their_own_and_nobody_else_does(guest, make_photo, make_user, sign_in):
    client, consultation = guest
    photo = make_photo(consultation)
    for size in ("thumb", "full"):
        response = client.get(image_of(photo, size))
        assert response.status_code == 200
        assert response.content == storage.read(photo.name, size)
    assert client.get(image_of(photo, "huge")).status_code == 404
    assert Client().get(image_of(photo)).status_code == 404
    other = sign_in(Client(), make_user())
    assert other.get(image_of(photo)).status_code == 404
    assert other.get(desk_image(photo)).status_code == 403
    assert Client().get(desk_image(photo)).status_code == 302
    assert not Entry.objects.filter(verb=Verb.VIEWED).exists(), "one's own look is nobody's business"


def test_an_image_is_kept_by_no_cache_and_can_do_nothing(guest, make_photo):
    client, consultation = guest
    response = client.get(image_of(make_photo(consultation)))
    assert response["Content-Type"] == "image/jpeg"
    assert response["Cache-Control"] == "no-store, private"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response["Content-Disposition"] == 'inline; filename="photo-face-front.jpg"'


def test_doctors_see_a_case_small_until_they_have_it(make_case, make_photo, make_user, sign_in):
    holder, other = make_user("doctor"), make_user("doctor")
    having, looking = sign_in(Client(), holder), sign_in(Client(), other)
    case = make_case()
    photo = make_photo(case)
    assert (answer_to(having, photo, "thumb"), answer_to(having, photo, "full")) == (200, 404)
    Consultation.objects.filter(pk=case.pk).update(state=State.IN_REVIEW, doctor=holder)
    assert (answer_to(having, photo, "thumb"), answer_to(having, photo, "full")) == (200, 200)
    assert (answer_to(looking, photo, "thumb"), answer_to(looking, photo, "full")) == (200, 404)
    Consultation.objects.filter(pk=case.pk).update(state=State.CLOSED)
    assert (answer_to(having, photo, "full"), answer_to(looking, photo, "thumb")) == (200, 404)


def test_nothing_is_seen_of_what_was_not_sent(make_case, make_photo, make_user, sign_in):
    case = make_case(State.SUBMITTED, sent_at=None)
    photo = make_photo(case)
    client = sign_in(Client(), make_user("doctor"))
    assert (answer_to(client, photo, "thumb"), answer_to(client, photo, "full")) == (404, 404)
    assert client.get(reverse("case-photos:compare", args=[case.public_id, "face-front"])).status_code == 404


def test_earlier_photos_of_the_same_person_and_concern_come_with_the_case(make_case, make_photo, make_user, sign_in):
    person, doctor, stranger = make_user(), make_user("doctor"), make_user()
    client = sign_in(Client(), doctor)
    mine = {"state": State.IN_REVIEW, "doctor": doctor}
    cases = {
        "before": make_case(State.CLOSED, hours_ago=900, person=person),
        "other concern": make_case(State.CLOSED, hours_ago=900, person=person, concern="acne"),
        "somebody else": make_case(State.CLOSED, hours_ago=900, person=stranger),
    }
    photos = {}
    for name, case in cases.items():
        Consultation.objects.filter(pk=case.pk).update(state=State.PLAN_READY)
        photos[name] = make_photo(case)
        Consultation.objects.filter(pk=case.pk).update(state=State.CLOSED)
    case = make_case(hours_ago=1, person=person, **mine)
    new = make_photo(case)
    shown = selectors.of_case(case).of("face-front")
    assert shown.now.photo == new
    assert [seen.photo for seen in shown.before] == [photos["before"]]
    assert shown.before[0].earlier_case
    assert {name: answer_to(client, photo, "full") for name, photo in photos.items()} == {
        "before": 200, "other concern": 404, "somebody else": 404,
    }  # fmt: skip
    text = client.get(reverse("case-photos:compare", args=[case.public_id, "face-front"])).content.decode()
    assert text.index(new.public_id) < text.index(photos["before"].public_id)
    assert "earlier consultation" in text


def test_each_look_is_noted_once_an_hour(make_case, make_photo, make_user, sign_in):
    doctor = make_user("doctor")
    client = sign_in(Client(), doctor)
    case = make_case(State.IN_REVIEW, doctor=doctor)
    first, second = make_photo(case), make_photo(case, "face-left")
    for _ in range(3):
        for photo in (first, second):
            answer_to(client, photo, "thumb")
            answer_to(client, photo, "full")
    looks = Entry.objects.filter(verb=Verb.VIEWED).values_list("object_type", "object_id")
    assert sorted(looks) == sorted(
        [("thumbnails", case.public_id), ("photo", first.public_id), ("photo", second.public_id)]
    )
    assert Photo.objects.filter(seen_at=None).count() == 0


def test_a_file_that_is_gone_is_no_servers_error(make_case, make_photo, make_user, sign_in):
    doctor = make_user("doctor")
    client = sign_in(Client(), doctor)
    photo = make_photo(make_case(State.IN_REVIEW, doctor=doctor))
    storage.remove(photo.name)
    assert answer_to(client, photo, "full") == 404


# --- at the desk
def test_the_case_shows_its_photos_small_and_leads_to_the_large_ones(make_case, make_photo, make_user, sign_in):
    doctor = make_user("doctor")
    client = sign_in(Client(), doctor)
    case = make_case()
    make_photo(case)
    where = reverse("case-photos:compare", args=[case.public_id, "face-front"])
    text = client.get(reverse("desk:case", args=[case.public_id])).content.decode()
    assert "Take the case to see them large." in text
    assert where not in text
    assert "Not sent: Face turned, left cheek to the camera" in text
    assert client.get(where).status_code == 403
    Consultation.objects.filter(pk=case.pk).update(state=State.IN_REVIEW, doctor=doctor)
    assert where in client.get(reverse("desk:case", args=[case.public_id])).content.decode()
    assert client.get(where).status_code == 200
    assert client.get(reverse("case-photos:compare", args=[case.public_id, "area"])).status_code == 404


def test_the_large_page_leads_from_view_to_view_and_puts_the_last_beside_the_new(
    make_case, make_photo, make_user, sign_in
):
    doctor = make_user("doctor")
    client = sign_in(Client(), doctor)
    case = make_case(State.IN_REVIEW, doctor=doctor)
    olds = []
    for _ in range(3):
        olds.append(make_photo(case))
        services.note_opened(olds[-1], by=SYSTEM)
    make_photo(case, "face-left")
    oldest, older, newest = olds
    where = reverse("case-photos:compare", args=[case.public_id, "face-front"])
    text = client.get(where).content.decode()
    assert text.index(newest.public_id) < text.index(older.public_id)
    assert desk_image(oldest) not in text
    assert "replaced by the person" in text
    assert 'rel="next"' in text
    assert 'rel="prev"' not in text
    chosen = client.get(where + f"?beside={oldest.public_id}").content.decode()
    assert desk_image(oldest) in chosen
    assert desk_image(older) not in chosen
    last = client.get(reverse("case-photos:compare", args=[case.public_id, "face-left"])).content.decode()
    assert 'rel="prev"' in last
    assert 'rel="next"' not in last


def test_the_queue_shows_one_small_photo_of_each_case_in_one_query(
    make_case, make_photo, make_user, sign_in, django_assert_max_num_queries
):
    client = sign_in(Client(), make_user("doctor"))
    for _ in range(3):
        case = make_case()
        make_photo(case)
        make_photo(case, "face-left")
    without = make_case()
    cases = list(Consultation.objects.values_list("public_id", flat=True))
    with django_assert_max_num_queries(1):
        assert len(selectors.first_of(cases)) == 3
    text = client.get(reverse("desk:queue")).content.decode()
    assert text.count("queue-photo") == 3
    assert without.public_id in text


def test_a_photo_can_only_be_added_where_it_is_open(make_case):
    case = make_case(State.CLOSED)
    with pytest.raises(StateError):
        services.add(case.public_id, "area", checking.read(files.photo(size=(300, 300))), person=None, by=SYSTEM)
