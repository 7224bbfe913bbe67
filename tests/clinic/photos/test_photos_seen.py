"""Who sees which photos, and how they are shown at the desk."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from clinic import photo_files as files
from skinproof.clinic.audit.models import Entry, Verb
from skinproof.clinic.audit.services import SYSTEM
from skinproof.clinic.consultations.models import Consultation, State
from skinproof.clinic.consultations.steps import StateError
from skinproof.clinic.photos import checking, selectors, services, storage
from skinproof.clinic.photos.models import Photo

from .steps import desk_image, image_of

pytestmark = pytest.mark.django_db


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
