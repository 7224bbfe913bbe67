"""A person's whole record: all of it, nothing of anybody else, as FHIR; who may take it, how often, and the trail."""

from __future__ import annotations

import json

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from skinproof.clinic.audit.models import Entry, Verb
from skinproof.clinic.consultations.models import Consultation, State
from skinproof.clinic.photos.models import Photo
from skinproof.clinic.records import services
from skinproof.clinic.records.selectors import QUERIES, record_of, record_of_case
from skinproof.clinic.records.summary import summary
from skinproof.exchange import read_bundle

from .fhir import kinds, sound
from .whole_records import FORM, everything

pytestmark = pytest.mark.django_db

PAGE, DOWNLOAD = reverse("records:mine"), reverse("records:download")


@pytest.fixture
def person(make_user):
    return make_user("person", name="Zoë Łukasiewicz")


@pytest.fixture
def nurse(make_user):
    return make_user("nurse", name="Reed Marlowe", registration="12A3456E")


@pytest.fixture
def pharmacist(make_user):
    return make_user("pharmacist", name="Pat Pestle", registration="2012345")


@pytest.fixture
def case(make_case, person, doctor, nurse, pharmacist, settings, tmp_path) -> Consultation:
    settings.PHOTOS = tmp_path / "photos"
    return everything(make_case, person, doctor, nurse, pharmacist)


def case_url(case) -> str:
    return reverse("case-records:download", args=[case.public_id])


# --- what it holds
def test_a_record_in_which_everything_happened_is_fhir_and_comes_back(case, person):
    found = sound(record_of(person, photos=True))
    counted = kinds(found)
    assert {
        "Patient", "Practitioner", "Questionnaire", "Condition", "QuestionnaireResponse", "Observation", "CarePlan",
        "MedicationRequest", "Consent", "Communication", "Media", "DocumentReference", "DetectedIssue", "AuditEvent",
    } == set(counted)  # fmt: skip
    assert counted["AuditEvent"] == Entry.objects.filter(object_type__in=(
        "consultation", "plan", "photo", "thumbnails", "prescription", "record")).count()  # fmt: skip


def test_facts_tell_who_said_them_and_how(case, person, doctor):
    record = record_of(person)
    facts = {(fact.code, fact.method): fact for fact in record.facts}
    age = facts["age", "answer"]
    assert (age.value, age.unit, age.by, age.response) == (34, "years", None, case.public_id)
    assert facts["pregnant", "added-later"].value is False
    checked = facts["identity-verified", "video"]
    assert (checked.value, checked.by) == (True, str(doctor.pk))
    told = facts["conditions", "phone"]
    assert (told.value, told.lacks, told.note) == (("lupus",), ("rosacea",), "Told on the phone")
    assert ("pregnant", "answer") not in facts, "not sure is no fact"
    assert record.person.sex == "female"


def test_plans_prescriptions_and_consents_tell_what_became_of_them(case, person, doctor):
    record = record_of(person)
    first, second = record.plans
    assert (first.superseded, second.superseded, second.replaces) == (True, False, first.id)
    assert len(record.plans) == case.plans.count() - 1, "the draft is not there"
    assert [(each.form, each.on.year) for each in first.sessions] == [(FORM, 2030)]
    before, now = record.medicines
    assert (before.status, now.status) == ("stopped", "draft")
    assert (before.quantity, before.unit, before.repeats, before.days) == (56, "g", 1, 56)
    told = " ".join(event.text for event in before.events)
    for words in (
        "Issued",
        "High Street Pharmacy",
        "A1",
        "further supply",
        "Superseded",
        "Is one tube enough?",
        "face alone",
    ):
        assert words in told
    consents = {(each.what, each.refused): each for each in record.consents}
    assert consents["consultation", False].until is None
    assert consents[FORM, False].until == consents[FORM, True].at
    assert consents["gp-sharing", False].until is not None
    assert "Example Surgery" in consents["gp-sharing", False].to
    assert consents["gp-sharing", True].to == ""
    assert {alert.done for alert in record.alerts if not alert.plan} == {"Seen by The GP. Looked at: harmless."}
    assert any(alert.plan == second.id and alert.done_by == str(doctor.pk) for alert in record.alerts)


def test_messages_letters_and_photos(case, person, nurse):
    record = record_of(person, photos=True)
    by_kind = {}
    for message in record.messages:
        by_kind.setdefault(message.kind, []).append(message)
    assert [each.from_doctor for each in by_kind["message"]] == [None, str(nurse.pk)]
    assert by_kind["message"][0].plan == record.plans[0].id
    assert [each.stopped for each in by_kind["ask"]] == [True, False]
    assert by_kind["reply"][0].reply_to == by_kind["ask"][1].id
    assert "I checked." in by_kind["reply"][0].text
    assert "Is it safe?" in by_kind["wishes"][0].text
    assert {each.kind for each in record.documents} == {"referral", "follow-up", "changed-answers"}
    [changed] = [each for each in record.documents if each.kind == "changed-answers"]
    assert "Before: 16 years. After: 34 years." in changed.text
    assert [bool(photo.removed) for photo in record.photos] == [True, False]
    assert all(photo.content for photo in record.photos), "a photo that a doctor opened is kept, and is theirs to have"
    assert not any(photo.content for photo in record_of(person).photos)


def test_staffs_own_notes_and_anybody_elses_record_are_not_there(case, person, doctor, make_case, make_user):
    from skinproof.clinic.desk import holding

    from .conftest import actor

    other = make_user("doctor", name="Dr Elsewhere")
    mine = make_case(State.IN_REVIEW, doctor=doctor, person=person)
    holding.claim(mine.public_id, other, reason="A word between doctors", by=actor(other))
    theirs = make_case(person=make_user("person", name="Somebody Else"), note="Not yours")
    text = json.dumps(sound(record_of(person)))
    for words in ("A word between doctors", "Somebody Else", "Not yours", theirs.public_id):
        assert words not in text
    assert mine.public_id in text


def test_it_takes_as_many_queries_for_many_as_for_one(case, person, doctor, nurse, pharmacist, make_case):
    def count():
        with CaptureQueriesContext(connection) as queries:
            record_of(person)
        return len(queries)

    few = count()
    assert few == QUERIES
    everything(make_case, person, doctor, nurse, pharmacist, key="l")
    assert count() == few


def test_what_fhir_has_no_room_for_does_not_break_it(make_case, person):
    case = make_case(State.DRAFT, person=person, sent_at=None, submitted_at=None, response={})
    case.response = {"resourceType": "QuestionnaireResponse", "questionnaire": case.questionnaire,
                     "status": "in-progress", "identifier": {"value": "x"}}  # fmt: skip
    case.save()
    person.name = " \x07 "
    person.save()
    record = record_of(person)
    sound(record)
    assert record.facts == ()


# --- a person's page
def test_a_person_reads_what_there_is_and_takes_it(client, sign_in, case, person):
    text = sign_in(client, person).get(PAGE).content.decode()
    assert all(line.name in text and str(line.count) in text for line in summary(record_of(person)))
    assert PAGE in client.get("/account/").content.decode()
    response = client.post(DOWNLOAD)
    assert response.headers["Content-Type"] == "application/fhir+json"
    assert "no-store" in response.headers["Cache-Control"]
    name = response.headers["Content-Disposition"]
    assert str(person.pk) not in name.replace("skinproof", "")
    assert "ukasiewicz" not in name
    record = read_bundle(response.json())
    assert record.person.email == person.email
    assert [line.verb for line in record.audit][-1] == Verb.EXPORTED
    assert not any(photo.content for photo in record.photos)
    assert any(photo.content for photo in read_bundle(client.post(DOWNLOAD, {"photos": "yes"}).json()).photos)
    assert [entry.detail for entry in Entry.objects.filter(verb=Verb.EXPORTED).order_by("id")] == [
        {"photos": False}, {"photos": True},
    ]  # fmt: skip


def test_taking_it_is_a_post_and_not_endless(client, sign_in, make_user):
    sign_in(client, make_user("person"))
    assert client.get(DOWNLOAD).status_code == 405
    assert "Nothing here yet" in client.get(PAGE).content.decode()
    for _ in range(services.MOST.most):
        assert client.post(DOWNLOAD).status_code == 200
    response = client.post(DOWNLOAD)
    assert response.status_code == 429
    assert int(response.headers["Retry-After"]) > 0
    assert Entry.objects.filter(verb=Verb.EXPORTED).count() == services.MOST.most


@pytest.mark.parametrize("role", ["guest", "doctor", "nurse", "pharmacist", "editor", "owner"])
def test_only_people_with_an_account_have_these_pages(client, sign_in, make_user, role):
    if role != "guest":
        sign_in(client, make_user(role))
    for response in (client.get(PAGE), client.post(DOWNLOAD)):
        assert response.status_code == (302 if role == "guest" else 403)


# --- one case, for a referral
@pytest.mark.parametrize("role", ["guest", "person", "nurse", "pharmacist", "editor", "owner"])
def test_nobody_but_doctors_takes_a_case_out(client, sign_in, make_user, make_case, role):
    where = case_url(make_case())
    if role != "guest":
        sign_in(client, make_user(role))
    assert client.post(where).status_code == (302 if role == "guest" else 403)


def test_the_doctor_who_has_a_case_takes_it_alone(client, sign_in, case, person, doctor, make_case):
    other = make_case(person=person, note="Another matter")
    sign_in(client, doctor)
    assert case_url(case) in client.get(reverse("case-papers:papers", args=[case.public_id])).content.decode()
    response = client.post(case_url(case))
    record = read_bundle(response.json())
    assert record == sound_again(case, record)
    assert [concern.id for concern in record.concerns] == [case.public_id]
    assert other.public_id not in response.content.decode()
    assert (record.audit, record.person.email) == ((), "")
    [entry] = Entry.objects.filter(verb=Verb.EXPORTED)
    assert (entry.object_type, entry.object_id, entry.detail) == ("consultation", case.public_id, {"photos": False})
    assert "exported your consultation" in sign_in(Client(), person).get("/account/who-looked/").content.decode()


def sound_again(case, record):
    from dataclasses import replace

    found = record_of_case(case)
    sound(found)
    return replace(found, written_at=record.written_at)


def test_photos_that_go_with_a_case_count_as_opened(client, sign_in, case, doctor):
    unseen = Photo.objects.get(consultation=case, seen_at=None)
    sign_in(client, doctor)
    record = read_bundle(client.post(case_url(case), {"photos": "yes"}).json())
    assert all(photo.content for photo in record.photos)
    unseen.refresh_from_db()
    assert unseen.seen_at is not None
    assert Entry.objects.filter(object_type="photo", object_id=unseen.public_id, verb=Verb.VIEWED).exists()


def test_no_other_doctor_takes_it(client, sign_in, case, make_user, make_case, doctor):
    other = make_user("doctor", name="Dr Elsewhere")
    sign_in(client, other)
    assert case_url(case) not in client.get(reverse("case-papers:papers", args=[case.public_id])).content.decode()
    assert client.post(case_url(case)).status_code == 302
    waiting = make_case()
    assert sign_in(Client(), doctor).post(case_url(waiting)).status_code == 302
    assert not Entry.objects.filter(verb=Verb.EXPORTED).exists()
