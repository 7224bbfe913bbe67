"""What goes wrong, and what a person is told: the right status, words, nothing lost, nothing of the inside."""

from __future__ import annotations

import sqlite3
from functools import partial

import pytest
from django.conf import settings
from django.db import DatabaseError, InterfaceError, OperationalError, connection
from django.db.models import QuerySet
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from skinproof.clinic.consultations import answering, intake
from skinproof.clinic.consultations.models import Consultation, State
from skinproof.clinic.desk import asking, drafting
from skinproof.clinic.people.models import Role

from . import journeys
from .conftest import actor, calm_response
from .journeys import answer_until, begin, hidden, post_answer, ready, url
from .test_plan_pages import WHOLE, form_of

pytestmark = pytest.mark.django_db
INSIDE = ("Traceback", 'File "', "sqlite", "psycopg", "SELECT", "Exception", "django")


def assert_for_people(response, status: int) -> str:
    page = response.content.decode()
    assert response.status_code == status
    assert "<h1" in page
    assert not [word for word in INSIDE if word in page]
    return page


# --- a form without a good token
@pytest.fixture
def strict():
    return Client(enforce_csrf_checks=True)


def begin_strictly(client) -> Consultation:
    page = client.get(reverse("consultations:start")).content.decode()
    data = {
        "concern": "melasma",
        "key": hidden(page, "key"),
        "csrfmiddlewaretoken": hidden(page, "csrfmiddlewaretoken"),
    }
    return Consultation.objects.get(public_id=client.post(reverse("consultations:start"), data).url.split("/")[2])


def test_an_answer_with_a_stale_token_is_offered_again_and_goes_through(strict):
    consultation = begin_strictly(strict)
    where = url("question", consultation, "age")
    response = strict.post(
        where, {"answer": "57", "csrfmiddlewaretoken": "x" * 32}, headers={"Origin": "http://testserver"}
    )
    page = assert_for_people(response, 403)
    assert 'name="answer" value="57"' in page
    assert f'action="{where}"' in page
    again = strict.post(where, {"answer": "57", "csrfmiddlewaretoken": hidden(page, "csrfmiddlewaretoken")})
    assert again.status_code == 302
    consultation.refresh_from_db()
    assert intake.answers(consultation)["age"] == 57


@pytest.mark.parametrize("headers", [{}, {"Origin": "https://evil.example"}, {"Origin": "null"}])
def test_what_another_site_sends_is_not_offered_again(strict, headers):
    consultation = begin_strictly(strict)
    page = assert_for_people(strict.post(url("question", consultation, "age"), {"answer": "57"}, headers=headers), 403)
    assert "57" not in page


def test_passwords_and_codes_are_never_offered_again(strict):
    own = {"Origin": "http://testserver"}
    for name, data in {
        "sign-in": {"username": "a@example.org", "password": "my secret words"},
        "second-factor": {"code": "123456"},
    }.items():
        page = assert_for_people(strict.post(reverse(f"people:{name}"), data, headers=own), 403)
        assert "my secret words" not in page
        assert "123456" not in page
        assert "a@example.org" not in page


# --- too big, unreadable, wrong method, not there
def test_ten_megabytes_are_refused_with_words(client):
    consultation = begin(client)
    where = url("question", consultation, "age")
    urlencoded = ("answer=" + "x" * 10_000_000, "application/x-www-form-urlencoded")
    for response in (client.post(where, {"answer": "x" * 10_000_000}), client.post(where, *urlencoded)):
        page = assert_for_people(response, 413)
        assert "2 megabytes" in page
        assert "Back button" in page
        # A browser that is cut off while it still sends shows no page at all.
        assert response.wsgi_request.read(1) == b"", "the rest was read"


def test_too_many_fields_are_refused(client):
    consultation = begin(client)
    where = url("question", consultation, "age")
    response = client.post(where, "&".join(f"a{n}=1" for n in range(2_000)), "application/x-www-form-urlencoded")
    assert_for_people(response, 400)


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"answer=%ff%fe", "application/x-www-form-urlencoded"),
        (b"answer=%00", "application/x-www-form-urlencoded"),
        (b"answer=34", "application/x-www-form-urlencoded; charset=utf-16"),
        (b"--x\r\nnonsense", "multipart/form-data; boundary=x"),
        (b"nonsense", "multipart/form-data"),
        (b'{"answer": 34}', "application/json"),
        (b"\xff\xfe\x00", "application/octet-stream"),
        (b"", "text/plain"),
    ],
)
def test_a_body_that_cannot_be_read_is_an_error_of_the_field_or_the_request(client, body, kind):
    consultation = begin(client)
    response = client.generic("POST", url("question", consultation, "age"), body, kind)
    assert response.status_code in (200, 400)
    assert_for_people(response, response.status_code)
    consultation.refresh_from_db()
    assert intake.answers(consultation) == {}


@pytest.mark.parametrize(
    "path", ["/consultation/%00/", "/consultation/?concern=%00", "/account/sign-in/?next=%00", "/%ff%fe/"]
)
def test_odd_addresses_are_refused_or_not_found(client, path):
    assert client.get(path).status_code in (200, 400, 404)


def test_a_session_cookie_with_nul_is_refused(client):
    client.cookies["sessionid"] = "a"
    response = client.get(reverse("people:home"), headers={"Cookie": 'sessionid="abcdefgh\\000ijkl"'})
    assert response.status_code in (302, 400)


def test_the_wrong_method_is_refused_with_words(client):
    consultation = begin(client)
    question = url("question", consultation, "age")
    for response in (
        client.post(url("now", consultation)),
        client.get(url("message", consultation)),
        client.get(reverse("people:sign-out")),
        client.put(question),
        client.delete(question),
        client.post("/healthz"),
    ):
        assert_for_people(response, 405)
        assert response.headers["X-Frame-Options"] == "DENY"
        assert response.headers["Allow"]
    assert client.head(question).status_code == 200


def test_pages_that_are_not_there(client):
    page = assert_for_people(client.get("/no/such/page/"), 404)
    assert "Your answers" not in page
    assert_for_people(client.get("/consultation/" + "A" * 22 + "/"), 404)
    assert client.get("/consultation/short/").status_code == 404


def test_private_pages_are_kept_by_no_cache(client):
    consultation = begin(client)
    for path in (url("now", consultation), url("question", consultation, "age"), reverse("people:sign-in"), "/desk/"):
        assert "no-store" in client.get(path).headers["Cache-Control"], path


# --- the unforeseen
def test_a_fault_of_ours_is_told_without_its_inside_and_gives_the_answer_back(client, monkeypatch):
    client.raise_request_exception = False
    consultation = begin(client)

    def broken(*arguments, **keywords):
        raise ValueError("the inside, with a secret")

    monkeypatch.setattr(answering, "answer", broken)
    page = assert_for_people(post_answer(client, consultation, journeys.next_question(consultation), "57"), 500)
    assert "secret" not in page
    assert 'name="answer" value="57"' in page


@pytest.mark.parametrize("error", [OperationalError("database is locked"), InterfaceError("connection already closed")])
def test_a_database_that_is_away_is_told_as_that_and_gives_the_answer_back(client, monkeypatch, error):
    client.raise_request_exception = False
    consultation = begin(client)

    def away(*arguments, **keywords):
        raise error

    monkeypatch.setattr(answering, "answer", away)
    response = post_answer(client, consultation, journeys.next_question(consultation), "57")
    page = assert_for_people(response, 503)
    assert response.headers["Retry-After"] == "10"
    assert 'name="answer" value="57"' in page
    monkeypatch.undo()
    data = {"answer": "57", "csrfmiddlewaretoken": hidden(page, "csrfmiddlewaretoken")}
    assert client.post(url("question", consultation, "age"), data).status_code == 302


def test_what_is_given_back_is_escaped(client, monkeypatch):
    client.raise_request_exception = False
    consultation = begin(client)
    story = answer_until(client, consultation, "story")
    monkeypatch.setattr(answering, "answer", lambda *a, **k: (_ for _ in ()).throw(OperationalError("locked")))
    page = post_answer(client, consultation, story, '"><script>alert(1)</script>').content.decode()
    assert "<script>" not in page
    assert "&quot;&gt;&lt;script&gt;" in page


@pytest.mark.skipif("DATABASE_URL" in __import__("os").environ, reason="SQLite's own lock")
@pytest.mark.django_db(transaction=True)
def test_a_locked_sqlite_answers_503_within_its_patience_and_nothing_is_lost(client):
    client.raise_request_exception = False
    consultation = begin(client)
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout = 50")
    other = sqlite3.connect(settings.DATABASES["default"]["NAME"], isolation_level=None)
    try:
        other.execute("BEGIN IMMEDIATE")
        assert client.get(url("question", consultation, "age")).status_code == 200, "reading goes on"
        page = assert_for_people(post_answer(client, consultation, journeys.next_question(consultation), "57"), 503)
        assert "Somebody else is saving just now" in page
        assert 'name="answer" value="57"' in page
        assert client.get("/healthz").status_code == 200
    finally:
        other.execute("ROLLBACK")
        other.close()
    data = {"answer": "57", "csrfmiddlewaretoken": hidden(page, "csrfmiddlewaretoken")}
    assert client.post(url("question", consultation, "age"), data).status_code == 302
    consultation.refresh_from_db()
    assert intake.answers(consultation)["age"] == 57


@pytest.mark.skipif("DATABASE_URL" in __import__("os").environ, reason="SQLite's own lock")
@pytest.mark.django_db(transaction=True)
def test_a_session_that_a_locked_sqlite_cannot_save_is_told_as_that(client):
    begin(client)
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout = 50")
    other = sqlite3.connect(settings.DATABASES["default"]["NAME"], isolation_level=None)
    try:
        other.execute("BEGIN IMMEDIATE")
        response = client.get(reverse("consultations:start"))
        assert_for_people(response, 503)
        assert response.headers["Retry-After"] == "10"
    finally:
        other.execute("ROLLBACK")
        other.close()
    assert client.get(reverse("consultations:start")).status_code == 200


def test_a_damaged_database_is_told_as_one_that_is_away(client, monkeypatch):
    client.raise_request_exception = False
    consultation = begin(client)

    def damaged(*arguments, **keywords):
        raise DatabaseError("file is not a database") from sqlite3.DatabaseError("file is not a database")

    monkeypatch.setattr(answering, "answer", damaged)
    page = assert_for_people(post_answer(client, consultation, journeys.next_question(consultation), "57"), 503)
    assert 'name="answer" value="57"' in page


def test_an_empty_database_in_the_place_of_ours_is_not_healthy(client, monkeypatch):
    def no_table(*arguments, **keywords):
        raise OperationalError("no such table: people_user")

    monkeypatch.setattr(QuerySet, "exists", no_table)
    assert client.get("/healthz").status_code == 503


@pytest.fixture
def other():
    """Somebody else's connection to the same PostgreSQL; ours waits a tenth of a second for a lock."""
    import psycopg

    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = 100")
    names = ("dbname", "user", "host", "port")
    with psycopg.connect(**{k: v for k, v in connection.get_connection_params().items() if k in names}) as there:
        yield there
        there.rollback()


def hold(other, consultation):
    other.execute("SELECT 1 FROM consultations_consultation WHERE id = %s FOR UPDATE", [consultation.pk])


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_row_that_another_holds_on_postgresql_answers_503_and_nothing_is_lost(client, other):
    client.raise_request_exception = False
    consultation = begin(client)
    hold(other, consultation)
    page = assert_for_people(post_answer(client, consultation, journeys.next_question(consultation), "57"), 503)
    assert "Somebody else is saving just now" in page
    assert 'name="answer" value="57"' in page
    door = client.post(url("response", consultation), calm_response(), content_type="application/fhir+json")
    assert (door.status_code, door.json()["issue"][0]["code"]) == (503, "lock-error")
    other.rollback()
    data = {"answer": "57", "csrfmiddlewaretoken": hidden(page, "csrfmiddlewaretoken")}
    assert client.post(url("question", consultation, "age"), data).status_code == 302


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_what_a_doctor_or_a_person_wrote_is_given_back_where_another_holds_the_case(
    client, other, make_user, make_case, sign_in
):
    client.raise_request_exception = False
    doctor, person = make_user("doctor"), make_user()
    case = make_case(State.IN_REVIEW, doctor=doctor, person=person, special={})
    plan = drafting.start_draft(case.public_id, doctor, by=actor(doctor))
    there = asking.ask(case.public_id, doctor, question="Since when?", by=actor(doctor))
    case.refresh_from_db()
    words = "Some words that took long to write."
    score = {"instrument": "dlqi", "total": "3", "measured_on": timezone.localdate().isoformat(), "method": "on-paper"}
    at = partial(reverse, args=[case.public_id])
    draft = form_of(sign_in(client, doctor).get(at("desk:plan")).content.decode())
    hold(other, case)
    for who, where, data in (
        (person, url("message", case), {"text": words, "key": "k" * 43}),
        (person, at("plans:more"), {"ask": there.public_id, "text": words}),
        (doctor, at("desk:reply"), {"text": words, "key": "k" * 43}),
        (doctor, at("desk:record-facts"), {"fact-age-verified": "yes", "method": "video", "note": words}),
        (doctor, at("desk:plan"), {**draft, **WHOLE, "plan-summary": words, "do": "save"}),
        (doctor, at("case-scores:scores"), {**score, "note": words, "version": case.version}),
    ):
        sign_in(client, who)
        page = assert_for_people(client.post(where, data), 503)
        assert "Somebody else is saving just now" in page, where
        assert f'value="{words}"' in page, where
    sign_in(client, doctor)
    page = assert_for_people(client.post(at("desk:sign"), {"version": plan.version, "code": "123456"}), 503)
    assert "123456" not in page


@pytest.mark.django_db(transaction=True)
def test_a_database_that_is_gone_answers_503_on_every_page_that_needs_it(client, monkeypatch):
    client.raise_request_exception = False
    consultation = ready(client)

    def gone(*arguments, **keywords):
        raise OperationalError("could not connect")

    connection.close()
    monkeypatch.setattr(connection, "connect", gone)
    monkeypatch.setattr(connection, "close_if_unusable_or_obsolete", lambda: None)
    for path in (url("now", consultation), reverse("people:home"), reverse("consultations:start")):
        assert_for_people(client.get(path), 503)
    health = client.get("/healthz")
    assert health.status_code == 503
    assert health.content == b"the database does not answer\n"
    assert Client().get(reverse("people:sign-in")).status_code == 200, "a page that needs no record is still there"


# --- who is signed in is not told to sign in
SIGN_IN = "/account/sign-in/"
NOWHERE = ("/consultation/" + "A" * 22 + "/", "/consultation/short/", "/desk/" + "A" * 22 + "/", "/no/such/page/")


@pytest.mark.parametrize("role", Role.values)
@pytest.mark.parametrize("where", NOWHERE)
def test_nobody_who_is_signed_in_is_told_to_sign_in(client, make_user, sign_in, role, where):
    sign_in(client, make_user(role))
    response = client.get(where)
    page = assert_for_people(response, response.status_code)
    assert response.status_code in (403, 404)
    assert SIGN_IN not in page
    assert 'href="/account/"' in page


@pytest.mark.parametrize("where", [NOWHERE[0], NOWHERE[1], NOWHERE[3]])
def test_who_is_not_signed_in_is_told_where_that_is_done(client, where):
    assert SIGN_IN in assert_for_people(client.get(where), 404)


def test_a_guest_is_told_to_sign_in_where_a_consultation_is_not_theirs(client):
    begin(client)
    assert SIGN_IN in assert_for_people(client.get(NOWHERE[0]), 404)
    assert 'href="/account/"' in client.get(NOWHERE[3]).content.decode(), "which leads to the sign-in"


def test_a_link_that_is_gone_tells_a_person_of_their_own_pages(client, make_user, sign_in):
    gone = reverse("consultations:resume", args=["gone"])
    assert SIGN_IN in client.get(gone).content.decode()
    page = sign_in(client, make_user()).get(gone).content.decode()
    assert SIGN_IN not in page
    assert "your own pages" in page
