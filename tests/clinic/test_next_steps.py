"""What a consultation waits for, as its status page says it: who does what next, and how the person hears."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import timezone

from skinproof.clinic.consultations.models import State
from skinproof.clinic.desk import asking, next_steps, recording
from skinproof.clinic.prescribing import services

from . import plans
from .conftest import actor
from .prescriptions import prescribed

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(acne_case):
    return acne_case


def said(case) -> list[tuple[str, str]]:
    case.refresh_from_db()
    return [(step.who, step.title) for step in next_steps.of(case).steps]


def test_who_reads_it_and_that_nobody_can_say_how_long(make_case, doctor):
    waiting = make_case("waiting")
    assert said(waiting) == [("The doctor", "A doctor reads what you sent")]
    assert "cannot say how long" in next_steps.of(waiting).steps[0].text
    reading = make_case("in-review", doctor=doctor)
    assert said(reading) == [("The doctor", "Your case is being read")]
    assert doctor.name in next_steps.of(reading).steps[0].text


def test_a_red_flag_of_the_answers_is_said_again_until_a_doctor_dealt_with_it(make_case, make_user, doctor):
    flagged = make_case("in-review", doctor=doctor, person=make_user("person"), special={"moles": ["bigger"]})
    first = next_steps.of(flagged).steps[0]
    assert (first.who, first.title) == ("You", "Do not wait for us with this")
    assert "GP" in first.text
    assert [step.who for step in next_steps.of(flagged, told=flagged.flags).steps] == ["The doctor"]
    for rule in flagged.flags:
        recording.deal_with_flag(
            flagged.public_id, doctor, rule, seen_by="The GP", how="Looked at it.", by=actor(doctor)
        )
    assert said(flagged) == [("The doctor", "Your case is being read")]


def test_how_they_hear(make_case, make_user):
    assert "no account" in next_steps.of(make_case("waiting")).hear
    kept = next_steps.of(make_case("waiting", person=make_user("person")))
    assert "email" in kept.hear
    assert "111" in kept.hear


def test_what_the_doctor_asks_is_the_persons_to_do(make_case, make_user, doctor):
    asked = make_case("in-review", doctor=doctor, person=make_user("person"))
    asking.ask(asked.public_id, doctor, question="Since when?", by=actor(doctor))
    asked.refresh_from_db()
    (step,) = next_steps.of(asked).steps
    assert (step.who, step.href) == ("You", reverse("plans:more", args=[asked.public_id]))


def test_a_prescription_from_the_missing_address_to_the_pharmacy(client, sign_in, case, doctor):
    rx = prescribed(case, doctor)
    details = reverse("prescriptions:details", args=[case.public_id])
    assert said(case)[0] == ("You", "Give your name and address")
    sign_in(client, case.person)
    page = client.get(reverse("consultations:status", args=[case.public_id])).content.decode()
    assert details in page
    assert page.index(details) < page.index("You want to talk about"), "what the person must do comes before the rest"

    client.post(details, {"name": "Sam Reed", "address": "2 Low Road", "born": "1990-05-01"})
    assert ("The doctor", "Your prescription is to be made") in said(case)
    services.keep_practice_address(doctor, "1 High Street, Leeds", by=actor(doctor))
    services.issue(case, rx.public_id, doctor, by=actor(doctor))
    assert ("The doctor", "Your prescription is to be signed") in said(case)
    services.hand_off(
        case,
        rx.public_id,
        doctor,
        pharmacy="Low Street Pharmacy",
        how="post",
        on=timezone.localdate(),
        by=actor(doctor),
    )
    (step,) = [step for step in next_steps.of(case).steps if step.title == "Get your medicine"]
    assert "Low Street Pharmacy" in step.text


def test_consent_and_then_the_next_check(make_case, make_user, doctor):
    decided = make_case("in-review", doctor=doctor, person=make_user("person"))
    plans.signed(decided, doctor, what=plans.content("azelaic-acid"))
    assert said(decided) == [("You", "Read about it and decide before it starts")]
    everyday = make_case("in-review", doctor=doctor, person=make_user("person"))
    plans.signed(everyday, doctor, what=plans.content("sunscreen"))
    assert said(everyday) == [("You", "Your next check")]


def test_nothing_is_awaited_of_a_closed_case(make_case):
    assert next_steps.of(make_case(State.CLOSED)) == next_steps.Next((), "")


@pytest.mark.parametrize("state", [State.WAITING, State.IN_REVIEW])
def test_it_asks_little_of_the_database(make_case, make_user, doctor, state, django_assert_max_num_queries):
    one = make_case(state, doctor=None if state == State.WAITING else doctor, person=make_user("person"))
    with django_assert_max_num_queries(7):
        next_steps.of(one)
