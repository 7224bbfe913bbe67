"""The queue: order, filters, pages, a fixed number of queries, and nobody's name."""

from __future__ import annotations

import datetime as dt
import random
import re

import pytest
from django.db import connection, transaction
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from skinproof.clinic.audit.services import SYSTEM
from skinproof.clinic.consultations.messaging import write_message
from skinproof.clinic.consultations.models import HELD, WITH_THE_DOCTOR, Consultation, Message, State
from skinproof.clinic.desk.queue import _PAGES, PAGE_SIZE, queue
from skinproof.vocabulary import vocabulary

URL = "/desk/"


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
    assert all(word in text for word in ("Same day", "Urgent GP", "Routine", "less than an hour", "9 hours", "2 days"))


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
    assert '<span class="quiet">nobody yet</span>' in text
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
    assert few == 5  # session, user, device, one for the queue (a page and all counts), one for its photos


@pytest.mark.postgres
def test_the_queue_is_read_in_order_from_its_index(db, doctor, make_case):
    for number in range(30):
        make_case(State.WAITING if number % 2 else State.PLAN_READY)
    with transaction.atomic(), connection.cursor() as cursor:
        # on a table this small it would rightly read it all
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")
        cursor.execute(f"EXPLAIN {_PAGES['all']}", {"doctor": doctor.pk, "size": 14, "offset": 0})
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "Index Scan using consultations_open" in plan
    assert "Sort" not in plan


def test_the_statement_finds_what_djangos_own_query_finds(doctor, make_case, make_user):
    """Over cases of every kind, the three filters and all their pages."""
    dice, now, other = random.Random(5), timezone.now(), make_user("doctor")  # noqa: S311
    states = [State.WAITING, State.IN_REVIEW, State.ASKED, State.PLAN_READY, State.CLOSED]

    def perhaps():
        return now - dt.timedelta(hours=dice.randrange(90)) if dice.random() < 0.5 else None

    for _ in range(80):
        state = dice.choice(states)
        holder = dice.choice([doctor, other]) if state in HELD else None
        make_case(
            state, doctor=holder, urgency_rank=dice.choice([0, 3, 99]), hours_ago=dice.randrange(5),
            owed_since=perhaps(), returned_at=perhaps(), asked_at=perhaps(),
        )  # fmt: skip
    nulls_last = [F(name).asc(nulls_last=True) for name in ("returned_at", "owed_since")]
    by_urgency = ["urgency_rank", "sent_at", "id"]
    cases = Consultation.objects
    wanted = {
        "all": cases.filter(state__in=WITH_THE_DOCTOR).order_by(*by_urgency),
        "mine": cases.filter(state__in=HELD, doctor=doctor).order_by(*nulls_last, *by_urgency),
        "questions": cases.filter(state=State.PLAN_READY, owed_since__isnull=False).order_by(
            "urgency_rank", "owed_since", "id"
        ),
    }
    for name, found in wanted.items():
        ids = [f"{public_id}/" for public_id in found.values_list("public_id", flat=True)]
        pages = range(-(-len(ids) // PAGE_SIZE))
        shown = [row.href for n in pages for row in queue(doctor, chosen=name, page=str(n + 1)).rows]
        assert shown == ids
        assert [row.href for row in queue(doctor, chosen=name, page="999").rows] == ids[pages[-1] * PAGE_SIZE :]
        assert {label: count for label, _, count in queue(doctor, chosen=name).tabs} == {
            each: query.count() for each, query in wanted.items()
        }


def test_an_unknown_filter_is_all(doctor):
    assert queue(doctor, chosen="nonsense").chosen == "all"


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
