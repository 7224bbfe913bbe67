"""Scores of named instruments: who records them, what is refused, how they stand on the case and in the record."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone

from skinproof.care.instruments import ScoreError
from skinproof.clinic.audit.models import Entry, Verb
from skinproof.clinic.consultations.models import State
from skinproof.clinic.desk.holding import CaseError, NotHeldError, StaleCaseError
from skinproof.clinic.records.selectors import record_of_case
from skinproof.clinic.scores import selectors, services
from skinproof.clinic.scores.models import RecordedScore
from skinproof.exchange import bundle, read_bundle

from .conftest import actor
from .pages import main_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def doctor(make_user):
    return make_user("doctor")


@pytest.fixture
def case(make_case, make_user, doctor):
    return make_case(State.IN_REVIEW, doctor=doctor, person=make_user("person"), concern="eczema")


def keep(case, user, instrument="dlqi", total: int | str | None = 12, **changes):
    made = {"measured_on": timezone.localdate(), "method": "on-paper" if instrument in ("dlqi", "poem") else "video"}
    total = None if total is None else Decimal(total)
    return services.record_score(case.public_id, user, instrument, total=total, by=actor(user), **{**made, **changes})


def address(case):
    return reverse("case-scores:scores", args=[case.public_id])


def posted(**changes):
    day = timezone.localdate().isoformat()
    return {"instrument": "dlqi", "total": "12", "measured_on": day, "method": "on-paper", "note": "", **changes}


# --- keeping
def test_a_score_is_kept_with_its_day_how_and_by_whom(case, doctor):
    row = keep(case, doctor, items=[3, 3, 3, 3, 0, 0, 0, 0, 0, 0], note=" At home. ")
    assert (row.total, row.by, row.method, row.note) == (12, doctor, "on-paper", "At home.")
    entry = Entry.objects.get(verb=Verb.SCORED)
    assert (entry.object_id, entry.detail["instrument"], entry.actor) == (case.public_id, "dlqi", doctor)
    assert "12" not in str(entry.detail), "the trail tells what was done, and not the number"


def test_a_nurse_records_while_the_case_is_open_and_others_do_not(case, make_user, make_case):
    nurse, other = make_user("nurse"), make_user("doctor")
    assert keep(case, nurse).by == nurse
    with pytest.raises(NotHeldError):
        keep(case, other)
    with pytest.raises(CaseError):
        keep(make_case(State.CLOSED, concern="eczema"), nurse)


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"instrument": "psoriasis-index"}, "no such instrument"), ({"method": "video"}, "DLQI is not come by"),
        ({"method": ""}, "DLQI is not come by"), ({"instrument": "easi", "method": "on-paper"}, "EASI is not come by"),
        ({"measured_on": dt.date(2999, 1, 1)}, "still to come"), ({"measured_on": dt.date(1900, 1, 1)}, "too long ago"),
        ({"corrects": 99}, "not there"), ({"total": 31}, "from 0 to 30"), ({"total": None}, "missing"),
        ({"items": [1, 2]}, "all 10 items"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_and_nothing_is_kept(case, doctor, changes, fault):
    with pytest.raises((CaseError, ScoreError), match=fault):
        keep(case, doctor, **changes)
    assert not RecordedScore.objects.exists()
    assert not Entry.objects.filter(verb=Verb.SCORED).exists()


def test_a_second_press_from_the_same_page_is_stale(case, doctor):
    keep(case, doctor, version=case.version)
    with pytest.raises(StaleCaseError):
        keep(case, doctor, version=case.version)
    assert RecordedScore.objects.count() == 1


def test_a_wrong_one_stays_and_counts_no_more(case, doctor):
    wrong = keep(case, doctor, total=21)
    keep(case, doctor, total=12, corrects=wrong.pk)
    [course] = selectors.of_case(case)
    assert [(row.total, row.corrected, row.change) for row in course.rows] == [("12", False, ""), ("21", True, "")]
    with pytest.raises(CaseError, match="corrected already"):
        keep(case, doctor, total=13, corrects=wrong.pk)
    with pytest.raises(CaseError, match="not there"):
        keep(case, doctor, "easi", "7.5", corrects=wrong.pk)


@pytest.mark.parametrize("statement", ["UPDATE scores_recordedscore SET total = 1", "DELETE FROM scores_recordedscore"])
def test_the_database_keeps_it_as_it_was(case, doctor, statement):
    from django.db import connection

    keep(case, doctor)
    with pytest.raises(DatabaseError, match="kept as it was recorded"), transaction.atomic():
        connection.cursor().execute(statement)


# --- over time
def test_over_time_with_the_earlier_consultations_for_the_same_concern(case, doctor, make_case, make_user):
    before = make_case(State.IN_REVIEW, hours_ago=900, doctor=doctor, person=case.person, concern="eczema")
    elsewhere = make_case(State.IN_REVIEW, hours_ago=900, doctor=doctor, person=case.person, concern="acne")
    stranger = make_case(State.IN_REVIEW, hours_ago=900, doctor=doctor, person=make_user("person"), concern="eczema")
    today = timezone.localdate()
    keep(before, doctor, total=18, measured_on=today - dt.timedelta(days=40))
    keep(elsewhere, doctor, total=1)
    keep(stranger, doctor, total=2)
    keep(case, doctor, total=12, measured_on=today - dt.timedelta(days=1))
    keep(case, doctor, total=12)
    keep(case, doctor, "easi", "7.5")
    dlqi, easi = selectors.of_case(case)
    told = [(row.total, row.means, row.change, row.earlier_case) for row in dlqi.rows]
    assert told == [
        ("12", "very large effect", "the same", False), ("12", "very large effect", "6 less", False),
        ("18", "very large effect", "", True),
    ]  # fmt: skip
    assert [(row.total, row.means) for row in easi.rows] == [("7.5", "moderate")]


def test_one_query_however_many(case, doctor, django_assert_num_queries):
    for _ in range(3):
        keep(case, doctor)
    with django_assert_num_queries(1):
        [[course.rows[0].score.by.name for _ in course.rows] for course in selectors.of_case(case)]


# --- pages
def test_it_is_recorded_on_a_page_and_stands_on_the_case(case, doctor, client, sign_in):
    sign_in(client, doctor)
    assert "EASI" in client.get(address(case)).content.decode()
    page = client.get(address(case), {"instrument": "dlqi"}).content.decode()
    assert "From 0 to 30" in page
    assert "copyright" in page
    answer = client.post(address(case), posted(version=case.version), follow=True)
    text = " ".join(main_of(answer.content).text.split())
    assert "DLQI" in text
    assert "very large effect" in text
    assert RecordedScore.objects.get().total == 12
    case.refresh_from_db()
    [row] = RecordedScore.objects.all()
    page = client.get(address(case), {"instrument": "dlqi", "corrects": row.pk}).content.decode()
    assert "takes the place of 12" in page
    answer = client.post(address(case), posted(total="11", corrects=row.pk, version=case.version), follow=True)
    assert "Entered again" in answer.content.decode()


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"total": "31"}, "Must be from 0 to 30"), ({"total": "12.5"}, "whole number"),
        ({"total": "twelve"}, "in digits"),
        ({"total": ""}, "Is missing"), ({"total": "1e400"}, "digits"), ({"total": "NaN"}, "in digits"),
        ({"total": "9" * 400}, "digits"), ({"measured_on": "yesterday"}, "Enter a day"),
        ({"method": "video"}, "Choose"),
        ({"measured_on": "2999-01-01"}, "still to come"), ({"method": ""}, "Say how"),
        ({"item-1": "3"}, "all 10 items"),
        ({"item-1": "7"}, "Choose from this list"),
        ({f"item-{n}": "1" for n in range(1, 11)}, "add up to 10, not to 12"),
    ],
)  # fmt: skip
def test_a_fault_is_told_and_what_was_typed_stays(case, doctor, client, sign_in, changes, fault):
    answer = sign_in(client, doctor).post(address(case), posted(version=case.version, note="As typed", **changes))
    assert answer.status_code == 200
    assert fault in answer.content.decode()
    assert "As typed" in answer.content.decode()
    assert not RecordedScore.objects.exists()


def test_without_items_the_total_has_to_be_said(case, doctor, client, sign_in):
    data = posted(instrument="easi", total="", method="video", version=case.version)
    assert "Say the total" in sign_in(client, doctor).post(address(case), data).content.decode()


def test_items_alone_give_the_total_and_a_comma_is_a_point(case, doctor, client, sign_in):
    sign_in(client, doctor)
    items = {f"item-{number}": "2" for number in range(1, 11)}
    assert client.post(address(case), posted(total="", version=case.version, **items)).status_code == 302
    case.refresh_from_db()
    data = posted(instrument="easi", total="7,5", method="photos", version=case.version)
    assert client.post(address(case), data).status_code == 302
    assert [(row.instrument, row.total) for row in RecordedScore.objects.all()] == [
        ("dlqi", 20),
        ("easi", Decimal("7.5")),
    ]


@pytest.mark.parametrize("instrument", ["", "psoriasis-index", "../x"])
def test_an_unknown_instrument_is_told(case, doctor, client, sign_in, instrument):
    sign_in(client, doctor)
    assert client.get(address(case), {"instrument": instrument}).status_code == 200
    answer = client.post(address(case), posted(instrument=instrument), follow=True)
    assert "no such instrument" in answer.content.decode()


# --- the record
def test_the_record_holds_it_as_fhir(case, doctor):
    wrong = keep(case, doctor, items=[3, 3, 3, 3, 0, 0, 0, 0, 0, 0], measured_on=dt.date(2026, 11, 20))
    keep(case, doctor, total=11, corrects=wrong.pk)
    keep(case, doctor, "easi", "7.5", note="Arms only.")
    record = record_of_case(case)
    found = {score.id: score for score in record.scores if score.code in ("dlqi", "easi")}
    assert [(each.value, each.means, each.wrong) for each in found.values()] == [
        (12, "very large effect", True), (11, "very large effect", False), (7.5, "moderate", False),
    ]  # fmt: skip
    resources = [entry["resource"] for entry in bundle(record)["entry"]]
    [first] = [each for each in resources if each["resourceType"] == "Observation" and each["status"] != "final"]
    assert first["effectiveDateTime"] == "2026-11-20"
    assert [part["valueQuantity"]["value"] for part in first["component"]] == [3, 3, 3, 3, 0, 0, 0, 0, 0, 0]
    assert read_bundle(bundle(record)).scores == record.scores
