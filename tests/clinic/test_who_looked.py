"""Who of the clinic looked at a record, for the person whose it is."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from skinproof.clinic.audit.looked import of_person
from skinproof.clinic.audit.models import Entry, Verb
from skinproof.clinic.consultations.models import State
from skinproof.clinic.desk import drafting, holding
from skinproof.clinic.photos import checking
from skinproof.clinic.photos import services as photos

from . import photo_files
from .conftest import actor

pytestmark = pytest.mark.django_db

PAGE = reverse("record:who-looked")


@pytest.fixture
def record(make_user, make_case, settings, tmp_path):
    """A person, their case, and what a doctor and a nurse did with it."""
    settings.PHOTOS = tmp_path / "photos"
    person = make_user(name="Wren Applegarth")
    doctor, nurse = make_user("doctor", name="Dr Quill"), make_user("nurse", name="Nurse Reed")
    case = make_case(person=person)
    photo = photos.add(
        case.public_id, "area", checking.read(photo_files.photo(size=(300, 300))), person=person, by=actor(person)
    )
    holding.note_view(case, by=actor(nurse))
    holding.claim(case.public_id, doctor, by=actor(doctor))
    holding.note_view(case, by=actor(doctor))
    photos.note_opened(photo, by=actor(doctor))
    photos.note_thumbnails(case, by=actor(nurse))
    drafting.start_draft(case.public_id, doctor, by=actor(doctor))
    return person, case


def test_a_person_reads_who_looked_at_what_and_when(client, sign_in, record):
    person, _ = record
    text = sign_in(client, person).get(PAGE).content.decode()
    for words in (
        "Dr Quill (doctor)", "Nurse Reed (nurse)", "looked at your consultation", "looked at a photo",
        "looked at small photos", "saved a draft of your plan", "Dark patches on the face (melasma)",
    ):  # fmt: skip
        assert words in text, words
    assert "Wren" not in text, "one's own doing is no look"
    assert PAGE in client.get("/account/").content.decode()


def test_looks_can_be_shown_alone(client, sign_in, record):
    person, _ = record
    text = sign_in(client, person).get(PAGE + "?show=looks").content.decode()
    assert "looked at your consultation" in text
    assert "took your consultation" not in text
    assert client.get(PAGE + "?page=nonsense").status_code == 200


def test_nothing_of_anybody_elses_stands_there(client, sign_in, record, make_user, make_case):
    person, _ = record
    other, doctor = make_user(), make_user("doctor", name="Dr Elsewhere")
    holding.note_view(make_case(person=other), by=actor(doctor))
    holding.note_view(make_case(), by=actor(doctor))
    assert "Dr Elsewhere" not in sign_in(client, person).get(PAGE).content.decode()
    text = sign_in(Client(), other).get(PAGE).content.decode()
    assert "Dr Elsewhere" in text
    assert "Dr Quill" not in text
    assert "Nobody has looked" in sign_in(Client(), make_user()).get(PAGE).content.decode()


def test_every_look_of_staff_at_a_persons_record_is_there(record):
    person, _ = record
    staff = Entry.objects.filter(role__in=("doctor", "nurse"))
    assert set(of_person(person)) == set(staff)
    assert staff.filter(verb=Verb.VIEWED).count() == 4


def test_it_asks_as_many_questions_of_the_database_for_many_as_for_few(client, sign_in, record, make_user, make_case):
    person, _ = record
    sign_in(client, person)

    def count():
        with CaptureQueriesContext(connection) as queries:
            client.get(PAGE)
        return len(queries)

    few, doctor = count(), make_user("doctor")
    for _ in range(10):
        holding.note_view(make_case(State.CLOSED, person=person), by=actor(doctor))
    assert count() == few
