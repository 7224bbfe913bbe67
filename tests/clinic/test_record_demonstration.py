"""The records of the demonstration's people, whole: what the clinic really writes is FHIR that others can read."""

from __future__ import annotations

import pytest

from skinproof.care.questionnaires import published
from skinproof.clinic import demo
from skinproof.clinic.consultations.models import Consultation
from skinproof.clinic.people.models import Role, User
from skinproof.clinic.records.selectors import record_of, record_of_case
from skinproof.questionnaires import check_response

from .fhir import kinds, sound


def test_everybody_in_the_demonstration(db, settings, tmp_path):
    settings.PHOTOS = tmp_path / "photos"
    demo.load()
    people = User.objects.filter(role=Role.PERSON)
    assert people.count() == 6
    held: dict[str, int] = {}
    for person in people:
        record = record_of(person)
        found = sound(record)
        assert kinds(found)["Condition"] == kinds(found)["QuestionnaireResponse"] == person.consultations.count()
        for response in record.responses:
            form = published(response["questionnaire"])
            assert not [issue for issue in check_response(form.questionnaire, response) if issue.severity == "error"]
        for kind, count in kinds(found).items():
            held[kind] = held.get(kind, 0) + count
    assert {
        "Patient", "Practitioner", "Questionnaire", "Condition", "QuestionnaireResponse", "Observation", "CarePlan",
        "Consent", "Communication", "Media", "DetectedIssue", "AuditEvent",
    } <= set(held)  # fmt: skip
    assert held["CarePlan"] == 3

    person = people.order_by("pk").first()
    with_photos = record_of(person, photos=True)
    assert with_photos.photos
    assert all(photo.content and len(photo.content) == photo.size for photo in with_photos.photos)
    for case in Consultation.objects.all():
        alone = record_of_case(case)
        sound(alone)
        assert [concern.id for concern in alone.concerns] == [case.public_id]
        assert (alone.audit, alone.person.email) == ((), "")


def test_a_person_with_nothing_yet(make_user):
    assert set(kinds(sound(record_of(make_user("person"))))) == {"Patient"}


@pytest.mark.django_db
def test_a_guests_case(make_case):
    case = make_case()
    record = record_of_case(case)
    sound(record)
    assert record.person.id == case.public_id
