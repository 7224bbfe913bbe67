"""The owner's pages: the library's state, counts without people, and the trail to read and to take out."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from skinproof.care import for_concern, rules
from skinproof.care.prescribing import formulary
from skinproof.clinic.audit.models import Entry, Verb
from skinproof.clinic.audit.services import SYSTEM, Actor, record
from skinproof.clinic.consents.models import Consent
from skinproof.clinic.consultations.models import State
from skinproof.clinic.desk import demonstration
from skinproof.clinic.owner.export import safe
from skinproof.evidence import library

OVERVIEW, AUDIT, EXPORT = "/owner/", "/owner/audit/", "/owner/audit/export/"


@pytest.fixture
def owner(client, make_user, sign_in):
    return sign_in(client, make_user("owner"))


def note(verb=Verb.VIEWED, object_id="case-1", by=SYSTEM, **more):
    with transaction.atomic():
        return record(by, verb, "consultation", object_id, **more)


def exported(response):
    text = b"".join(response.streaming_content).decode()
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


# --- who may
@pytest.mark.parametrize("path", [OVERVIEW, AUDIT, EXPORT])
@pytest.mark.parametrize("role", [None, "person", "doctor", "owner-unverified"])
def test_the_owners_pages_are_for_verified_owners(client, make_user, sign_in, path, role):
    if role == "owner-unverified":
        sign_in(client, make_user("owner"), verified=False)
    elif role:
        sign_in(client, make_user(role))
    response = client.post(path) if path == EXPORT else client.get(path)
    expected = {None: "people:sign-in", "owner-unverified": "people:second-factor"}.get(role)
    if expected:
        assert response["Location"].startswith(reverse(expected))
    else:
        assert response.status_code == 403
    assert not Entry.objects.filter(verb=Verb.EXPORTED).exists()


# --- the overview
def test_the_overview_says_what_is_held_and_what_nobody_reviewed(owner):
    text = owner.get(OVERVIEW).content.decode()
    assert f"<dd>{len(library().studies)}</dd>" in text
    assert f"all {len(rules().rules)} are open" in text
    assert "Next review" in text
    assert "controlled of" in text


def test_what_is_kept_of_people_is_counted_and_which_questions_are_asked_is_told(owner, make_user, make_device):
    doctor = make_user("doctor")
    make_device(doctor)
    case = demonstration.plan_signed(make_user(), doctor).consultation
    Consent.objects.create(
        consultation=case, person=case.person, form="azelaic-acid", agreed=True, version="1", text={}, key="k" * 43
    )
    text = owner.get(OVERVIEW).content.decode()
    for words, count in (
        ("Prescriptions that wait for a name, an address or their date", 0),
        ("Prescriptions issued, in force", 1),
        ("Referral letters issued", 0),
        ("Answers on consent to a treatment, given or taken back", 1),
        ("Photos kept", 0),
        ("Products on the register", 0),
    ):
        assert f"<dt>{words}</dt><dd>{count}</dd>" in text, words
    assert f"<dt>Medicines in the formulary</dt><dd>{len(formulary().medicines)}</dd>" in text
    asked = for_concern("melasma").questionnaire
    assert f'{asked.title} <span class="badge badge--quiet">{asked.version}</span>' in text


def test_what_is_thin_is_counted_from_the_records():
    from skinproof.clinic.owner.holdings import CONTROLLED, holdings

    held = holdings()
    studies = library().studies.values()
    for row in held.concerns:
        mine = [study for study in studies if study.concern == row.id]
        assert (row.records, row.controlled) == (len(mine), sum(study.design in CONTROLLED for study in mine))
    assert {row.id for row in held.thin_concerns} == {row.id for row in held.concerns if row.controlled < 2}
    assert sum(row.records for row in held.concerns) == held.records
    assert all(thin.controlled < 2 for _, rows in held.thin_options for thin in rows)
    assert {doubt.kind for doubt in held.uncertain_citations} == {"citation"}
    assert len(held.uncertain_citations) + len(held.doubts) == len(library().doubts)
    assert sum(count for _, count in held.rules.by_support) == held.rules.total
    assert {rule.support for rule in held.rules.weak} <= {"inferred", "none"}


def test_counts_and_waiting_times_and_no_person(owner, make_case, make_user):
    person = make_user(name="Wren Applegarth")
    for hours in (5, 30, 100):
        make_case(hours_ago=hours, person=person, note="my secret worry")
    make_case(State.IN_REVIEW, doctor=make_user("doctor", name="Dr Juniper Quill"))
    text = owner.get(OVERVIEW).content.decode()
    assert "<dt>Waiting for a doctor</dt><dd>3</dd>" in text
    assert "4 days" in text  # the longest
    assert "30 hours" in text  # half have waited longer
    assert not any(word in text for word in ("Wren", "Quill", "secret", person.email))


def test_the_overview_asks_as_many_questions_of_the_database_for_many_as_for_none(owner, make_case):
    def count():
        with CaptureQueriesContext(connection) as queries:
            assert owner.get(OVERVIEW).status_code == 200
        return len(queries)

    none = count()
    for number in range(40):
        make_case(State.WAITING if number % 2 else State.DRAFT)
    assert count() == none


# --- the trail
def test_the_trail_is_newest_first_in_words_with_reasons(owner, make_user):
    doctor = make_user("doctor")
    note(object_id="older")
    note(Verb.TOOK_OVER, "newer", Actor("doctor", doctor.pk), reason="off sick", doctor_before=7)
    text = owner.get(AUDIT).content.decode()
    assert text.index("newer") < text.index("older")
    assert "took over from another doctor" in text
    assert "“off sick”" in text
    assert "doctor before: 7" in text
    assert doctor.name not in text


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"verb": "signed"}, {"b"}),
        ({"role": "doctor"}, {"a"}),
        ({"about": "c"}, {"c"}),
        ({"about": "zzz"}, set()),
        ({"verb": "viewed", "role": "system"}, {"c"}),
        ({"since": "2020-01-01", "until": "2020-01-01"}, {"old"}),
        ({"until": "2020-01-01"}, {"old"}),
        ({"since": "2020-01-02"}, {"a", "b", "c"}),
        ({}, {"a", "b", "c", "old"}),
    ],
)
def test_the_trail_is_filtered(owner, make_user, query, found):
    note(object_id="a", by=Actor("doctor", make_user("doctor").pk))
    note(Verb.SIGNED, "b")
    note(object_id="c")
    # The last minute of a winter's day in London, which is the same in UTC.
    Entry.objects.create(
        at=dt.datetime(2020, 1, 1, 23, 59, tzinfo=dt.UTC), role="person", verb="sent", object_type="x", object_id="old"
    )
    response = owner.get(AUDIT, query)
    assert {entry.object_id for entry in response.context["page"]} == found
    if not found:
        assert "No entry fits" in response.content.decode()
    assert {row["record id"] for row in exported(owner.post(EXPORT, query))} == found


@pytest.mark.parametrize(
    "query",
    [{"verb": "burned"}, {"since": "yesterday"}, {"since": "2021-02-01", "until": "2021-01-01"}, {"about": "x" * 41}],
)
def test_a_filter_that_cannot_be_used_is_told_and_shows_and_exports_nothing(owner, query):
    note(object_id="secret-case")
    for response in (owner.get(AUDIT, query), owner.post(EXPORT, query)):
        text = response.content.decode()
        assert "There is a problem" in text
        assert "secret-case" not in text
    assert not Entry.objects.filter(verb=Verb.EXPORTED).exists()


@pytest.mark.parametrize("query", [{"until": "9999-12-31"}, {"since": "0001-01-01", "until": "9999-12-31"}])
def test_the_calendars_ends_are_no_fault(owner, query):
    note(object_id="case-9")
    assert "case-9" in owner.get(AUDIT, query).content.decode()
    assert [row["record id"] for row in exported(owner.post(EXPORT, query))] == ["case-9"]


def test_the_same_done_again_and_again_is_one_line_with_every_time_in_it(owner, make_user):
    doctor = Actor("doctor", make_user("doctor").pk)
    for object_id in ("a", "a", "a", "b"):
        note(object_id=object_id, by=doctor)
    note(object_id="b", by=doctor, reason="asked to")
    note(object_id="b", by=doctor, reason="asked to")
    note(object_id="b", by=doctor, looked=2)
    note(object_id="b")
    response = owner.get(AUDIT)
    lines = [
        (line.entry.object_id, len(line.same)) for line in response.context["lines"] if line.entry.verb == "viewed"
    ]
    assert lines == [("b", 0), ("b", 0), ("b", 0), ("b", 0), ("b", 0), ("a", 2)]
    text = response.content.decode()
    assert "and 2 times before" in text
    assert text.count("<time ") == len(response.context["page"])


def test_what_else_stands_on_the_trail_is_in_words(owner):
    note(object_id="a", acceptable=False, photos=True, forms=[], facts=["age", "sex"], version=3)
    assert "acceptable: no; facts: age, sex; forms: none; photos: yes; version: 3" in owner.get(AUDIT).content.decode()


def test_pages_of_50(owner):
    for number in range(51):
        note(object_id=f"case-{number}")
    assert len(owner.get(AUDIT).context["page"]) == 50
    response = owner.get(AUDIT, {"page": "2", "verb": "viewed"})
    assert [entry.object_id for entry in response.context["page"]] == ["case-0"]
    assert "verb=viewed&amp;page=1" in response.content.decode()


def test_an_export_stands_on_the_trail_and_is_not_part_of_itself(owner):
    note(object_id="a")
    response = owner.post(EXPORT, {"verb": "", "role": "system"})
    assert response.streaming
    assert response["Content-Type"] == "text/csv"
    assert response["Content-Disposition"] == f'attachment; filename="audit-{timezone.localdate()}.csv"'
    assert [row["record id"] for row in exported(response)] == ["a"]
    entry = Entry.objects.first()
    assert (entry.verb, entry.object_type, entry.role, entry.detail) == (
        "exported",
        "audit",
        "owner",
        {"filters": ["role"], "format": "csv"},
    )
    assert owner.get(EXPORT).status_code == 405


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n"])
def test_no_cell_is_a_formula(owner, start):
    note(object_id="a", reason=f"{start}HYPERLINK(1)")
    row = exported(owner.post(EXPORT))[-1]
    assert row["reason"].startswith(f"'{start}"[:2])
    assert safe(f"{start}1").startswith("'")
    assert safe("plain = text") == "plain = text"
    assert safe(None) == ""


@pytest.mark.parametrize(
    "value", ["\x00", "💥" * 30, "9" * 400, "-1", "0000-00-00", "9999-12-31", "0001-01-01", "<script>"]
)
@pytest.mark.parametrize("field", ["verb", "role", "since", "until", "about", "page"])
def test_nothing_in_the_address_or_the_form_breaks_the_trail(owner, field, value):
    owner.raise_request_exception = False
    note()
    assert owner.get(AUDIT, {field: value}).status_code < 500
    response = owner.post(EXPORT, {field: value})
    assert response.status_code < 500
    if response.streaming:
        assert b"".join(response.streaming_content)


def test_the_trail_is_taken_out_as_json_lines_too(owner):
    note(reason="=because", plan="p-1")
    response = owner.post(EXPORT, {"as": "jsonl"})
    assert response.streaming
    assert response["Content-Type"] == "application/x-ndjson"
    assert response["Content-Disposition"].endswith('.jsonl"')
    lines = [json.loads(line) for line in b"".join(response.streaming_content).decode().splitlines()]
    assert [line["number"] for line in lines] == sorted(line["number"] for line in lines)
    (mine,) = (line for line in lines if line["reason"])
    assert (mine["reason"], mine["detail"], mine["record id"]) == ("=because", {"plan": "p-1"}, "case-1")
    assert Entry.objects.get(verb=Verb.EXPORTED).detail["format"] == "jsonl"
    assert owner.post(EXPORT, {"as": "nonsense"})["Content-Type"].startswith("text/csv")
