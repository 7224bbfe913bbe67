"""Answering question by question, and what a red flag does."""

from __future__ import annotations

import pytest

from skinproof.clinic.consultations import intake, triage
from skinproof.clinic.consultations.models import Correction, State

from . import journeys
from .journeys import answer_all, answer_until, begin, now, post_answer, submit, url, verbs

pytestmark = pytest.mark.django_db


def test_each_question_is_a_page_with_why_a_way_back_and_progress(client):
    consultation = begin(client)
    first = journeys.next_question(consultation)
    page = client.get(url("question", consultation, first.id)).content.decode()
    assert first.text in page
    assert first.why in page
    assert "Step 1 of about" in page
    post_answer(client, consultation, first)
    second = journeys.next_question(consultation)
    assert now(client, consultation) == url("question", consultation, second.id)
    page = client.get(url("question", consultation, second.id)).content.decode()
    assert url("question", consultation, first.id) in page
    assert "Step 2 of about" in page


@pytest.mark.parametrize("value", ["", "abc", "-4", "400", "34.5.6", "1e3", "٣٤", "9" * 5_000, "\x00"])
def test_an_age_that_cannot_be_used_is_told_at_the_field_and_kept_out(client, value):
    consultation = begin(client)
    age = answer_until(client, consultation, "age")
    response = post_answer(client, consultation, age, value)
    page = response.content.decode()
    if value == "٣٤":  # digits of another script are digits
        assert response.status_code == 302
        return
    assert response.status_code == 200
    assert 'role="alert"' in page
    assert "Error: " in page
    consultation.refresh_from_db()
    assert "age" not in intake.answers(consultation)


@pytest.mark.parametrize("value", ["other", ["female", "male"], "\x00", "<b>"])
def test_an_option_that_is_not_offered_is_refused(client, value):
    consultation = begin(client)
    sex = answer_until(client, consultation, "sex")
    response = post_answer(client, consultation, sex, value)
    consultation.refresh_from_db()
    if value == ["female", "male"]:  # the last of two values of one field is the answer, as in any form
        assert intake.answers(consultation)["sex"] == "male"
    else:
        assert response.status_code == 200
        assert "sex" not in intake.answers(consultation)


def test_none_of_these_and_something_else_is_a_contradiction(client):
    consultation = begin(client)
    emergency = answer_until(client, consultation, "emergency")
    response = post_answer(client, consultation, emergency, [journeys.NONE, emergency.offered[0]])
    assert response.status_code == 200
    assert "something else as well" in response.content.decode()
    nothing = post_answer(client, consultation, emergency, [])
    assert nothing.status_code == 200
    assert "Choose what applies to you" in nothing.content.decode()


def test_too_long_a_story_keeps_its_first_part_on_the_page(client):
    consultation = begin(client)
    story = answer_until(client, consultation, "story")
    text = "the beginning " + "x" * story.limit + " the end"
    response = post_answer(client, consultation, story, text)
    page = response.content.decode()
    assert response.status_code == 200
    assert "characters too long" in page
    assert "the beginning" in page
    assert "the end" not in page
    assert post_answer(client, consultation, story, text[: story.limit]).status_code == 302


def test_a_question_that_is_not_asked_yet_or_not_at_all(client):
    consultation = begin(client)
    assert client.get(url("question", consultation, "mood")).status_code == 302
    assert client.get(url("question", consultation, "no-such-question")).status_code == 404
    assert client.post(url("question", consultation, "mood"), {"answer": "x"}).status_code == 302
    consultation.refresh_from_db()
    assert intake.answers(consultation) == {}


def test_answers_to_questions_that_are_hidden_by_a_change_are_kept_apart_and_come_back(client):
    consultation = begin(client)
    answer_until(client, consultation, "skin-type")
    consultation.refresh_from_db()
    assert "pregnancy" in intake.answers(consultation)
    sex = intake.progress(consultation).question("sex")
    post_answer(client, consultation, sex, "male")
    consultation.refresh_from_db()
    assert "pregnancy" not in intake.answers(consultation)
    kept = consultation.set_aside["pregnancy"]
    assert "pregnancy" not in {row.id for row in intake.progress(consultation).rows()}
    post_answer(client, consultation, sex, "female")
    consultation.refresh_from_db()
    assert kept == intake.answers(consultation)["pregnancy"]
    assert consultation.set_aside == {}
    changed = list(Correction.objects.values_list("question", "before", "after"))
    assert changed == [("sex", "female", "male"), ("sex", "male", "female")]


# --- red flags
def test_a_red_flag_that_holds_everything_stops_at_once_and_nothing_else_is_offered(client):
    consultation = begin(client)
    emergency = answer_until(client, consultation, "emergency")
    response = post_answer(client, consultation, emergency, ["breathing"])
    assert client.get(response.url).url == url("stop", consultation)
    page = client.get(url("stop", consultation)).content.decode()
    assert "999" in page
    assert "go on" not in page.split("I gave a wrong answer")[0].split("</h1>")[1]
    consultation.refresh_from_db()
    assert consultation.state == State.STOPPED
    for name in ("check", "consent", "options", "matters", "choose", "send", "status", "now"):
        assert client.get(url(name, consultation), follow=True).redirect_chain[-1][0] == url("stop", consultation), name
    assert client.post(url("stop", consultation)).url == url("stop", consultation)
    assert "stopped" in verbs()


def test_a_wrong_answer_behind_a_stop_can_be_changed_which_is_recorded(client):
    consultation = begin(client)
    emergency = answer_until(client, consultation, "emergency")
    post_answer(client, consultation, emergency, ["breathing"])
    page = client.get(url("stop", consultation)).content.decode()
    change = url("question", consultation, "emergency") + "?change=stop"
    assert change in page
    assert client.get(change).status_code == 200
    assert client.get(url("question", consultation, "age")).url == url("stop", consultation)
    post_answer(client, consultation, emergency)
    consultation.refresh_from_db()
    assert consultation.state == State.DRAFT
    correction = Correction.objects.get()
    assert correction.before == ["breathing"]
    assert correction.after == []
    assert correction.flags_before
    assert correction.flags_after == []
    assert client.get(url("now", consultation)).url != url("stop", consultation)


def test_a_red_flag_that_needs_a_gp_is_read_first_and_goes_to_the_doctor(client):
    consultation = begin(client)
    moles = answer_until(client, consultation, "moles")
    post_answer(client, consultation, moles, [moles.offered[0]])
    assert now(client, consultation) == url("stop", consultation)
    assert client.get(url("question", consultation, "age")).url == url("stop", consultation)
    page = client.get(url("stop", consultation)).content.decode()
    assert "I have read this, go on" in page
    client.post(url("stop", consultation))
    consultation.refresh_from_db()
    assert consultation.state == State.DRAFT
    assert consultation.acknowledged
    answer_all(client, consultation)
    submit(client, consultation)
    consultation.refresh_from_db()
    assert consultation.state == State.SUBMITTED
    assert set(consultation.flags) >= set(consultation.acknowledged)
    assert consultation.urgency
    assert consultation.urgency_rank < triage.CALM
