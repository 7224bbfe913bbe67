"""Photos of a consultation: sent, replaced, taken away."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from clinic import photo_files as files
from skinproof.clinic.audit.models import Entry, Verb
from skinproof.clinic.audit.services import SYSTEM
from skinproof.clinic.consultations.models import Consultation, State
from skinproof.clinic.photos import selectors, services, storage, uploads
from skinproof.clinic.photos.models import Photo

from .steps import image_of, on_disk, page_of, upload

pytestmark = pytest.mark.django_db


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
