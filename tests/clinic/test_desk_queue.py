"""The queue: order, filters, pages, a fixed number of queries, and nobody's name."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from skinproof.clinic.audit.services import SYSTEM
from skinproof.clinic.consultations.models import Consultation, Message, State
from skinproof.clinic.consultations.services import write_message
from skinproof.clinic.desk import selectors
from skinproof.vocabulary import vocabulary

URL = "/desk/"


@pytest.fixture
def doctor(make_user):
    return make_user("doctor")


@pytest.fixture
def desk(client, doctor, sign_in):
    return sign_in(client, doctor)


def references(response):
    return re.findall(r'<span class="reference">(.{6})</span>', response.content.decode())


def test_the_most_urgent_come_first_then_who_waited_longest(desk, make_case):
    calm = make_case(hours_ago=50)
    recent = make_case(hours_ago=1, urgency="urgent-gp", urgency_rank=3, flags=["a", "b"])
    older = make_case(hours_ago=9, urgency="urgent-gp", urgency_rank=3, flags=["a"])
    urgent = make_case(hours_ago=0.2, urgency="same-day", urgency_rank=1, flags=["a"])
    make_case(State.SUBMITTED, sent_at=None)
    make_case(State.PLAN_READY)
    response = desk.get(URL)
    assert references(response) == [case.public_id[:6] for case in (urgent, older, recent, calm)]
    text = response.content.decode()
    assert all(word in text for word in ("Same day", "Urgent gp", "Routine", "less than an hour", "9 hours", "2 days"))


def test_a_row_says_what_is_asked_for_and_who_has_it_and_no_name(desk, doctor, make_case, make_user):
    other, person = make_user("doctor"), make_user(name="Wren Applegarth")
    make_case(State.IN_REVIEW, doctor=other, person=person, choices=["azelaic-acid", "no-treatment"], hours_ago=30)
    make_case(State.IN_REVIEW, doctor=doctor)
    make_case()
    text = desk.get(URL).content.decode()
    forms = vocabulary().forms
    assert f"{forms['azelaic-acid'].name}, {forms['no-treatment'].name}" in text
    assert other.name in text
    assert "You" in text
    assert "nobody yet" in text
    assert "Wren" not in text


def test_mine_are_mine(desk, doctor, make_case, make_user):
    mine = make_case(State.IN_REVIEW, doctor=doctor)
    make_case(State.IN_REVIEW, doctor=make_user("doctor"))
    make_case()
    response = desk.get(URL, {"show": "mine"})
    assert references(response) == [mine.public_id[:6]]
    assert re.findall(r'tabs__count">(\d+)<', response.content.decode()) == ["3", "1", "0"]


def test_a_question_about_a_plan_stands_until_a_doctor_answers(desk, make_case):
    def say(case, from_doctor):
        key = f"key-{Message.objects.count():039}"
        write_message(case.public_id, "?", key=key, author=None, from_doctor=from_doctor, by=SYSTEM)

    asked, answered, quiet = (make_case(State.PLAN_READY) for _ in range(3))
    for case, turns in ((asked, (True, False)), (answered, (False, True))):
        for turn in turns:
            say(case, turn)
    say(waiting := make_case(), False)
    assert references(desk.get(URL, {"show": "questions"})) == [asked.public_id[:6]]
    response = desk.get(URL)
    assert references(response) == [waiting.public_id[:6]]
    assert "New message" in response.content.decode()
    assert quiet.public_id[:6] not in response.content.decode()


@pytest.mark.parametrize(
    ("show", "words"),
    [("all", "Nobody is waiting"), ("mine", "You have no case now"), ("questions", "No question is open")],
)
def test_an_empty_queue_says_what_would_be_there(desk, show, words):
    assert words in desk.get(URL, {"show": show}).content.decode()


def test_pages_of_14_and_junk_in_the_address_is_the_first_page(desk, make_case):
    for _ in range(15):
        make_case()
    assert len(references(desk.get(URL))) == 14
    assert len(references(desk.get(URL, {"page": "2"}))) == 1
    assert len(references(desk.get(URL, {"page": "-1", "show": "<script>"}))) in (1, 14)
    assert len(references(desk.get(URL, {"page": "x"}))) == 14


def test_the_queue_asks_as_many_questions_of_the_database_for_200_cases_as_for_2(desk, make_case, make_user):
    holders = [make_user("doctor") for _ in range(5)]

    def count(cases):
        while Consultation.objects.count() < cases:
            number = Consultation.objects.count()
            make_case(State.IN_REVIEW, doctor=holders[number % 5], flags=["a"], urgency_rank=number % 4)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            response = desk.get(URL)
        assert response.status_code == 200
        return len(queries)

    few = count(2)
    assert count(200) == few
    assert few == 6  # session, user, device, two for the queue (the page, and all counts in one), one for its photos


def test_the_queue_uses_its_index(db, doctor, make_case):
    from django.db import transaction

    for number in range(30):
        make_case(State.WAITING if number % 2 else State.PLAN_READY)
    found = Consultation.objects.filter(selectors._of_filter("all", doctor)).order_by(*selectors.ORDER["all"])
    with transaction.atomic():
        if connection.vendor == "postgresql":  # on a table this small it would rightly read it all
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL enable_seqscan = off")
            assert "consultations_open" in found.explain()
            assert "Sort" not in found.explain()
        else:  # SQLite does not see that what is asked for is what the index is of
            assert "consultations_queue" in found.explain()


def test_an_unknown_filter_is_all(doctor):
    assert selectors.queue(doctor, chosen="nonsense").chosen == "all"


@pytest.mark.parametrize("role", [None, "person", "owner", "doctor-unverified"])
def test_the_queue_is_for_verified_doctors(client, make_user, sign_in, role):
    if role == "doctor-unverified":
        sign_in(client, make_user("doctor"), verified=False)
    elif role:
        sign_in(client, make_user(role))
    response = client.get(URL)
    expected = {None: "people:sign-in", "doctor-unverified": "people:second-factor"}.get(role)
    if expected:
        assert response.status_code == 302
        assert response["Location"].startswith(reverse(expected))
    else:
        assert response.status_code == 403
