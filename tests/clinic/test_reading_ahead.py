"""A person's words are read before their case is locked: nobody waits for a reading."""

from __future__ import annotations

import pytest
from django.db import connection
from django.urls import reverse

from skinproof.care import texts
from skinproof.clinic.audit.services import SYSTEM
from skinproof.clinic.consultations import ahead, choosing, intake
from skinproof.clinic.consultations.models import Consultation, Message, State
from skinproof.clinic.desk import asking, recording
from skinproof.clinic.people.services import confirmed_device

from . import plans
from .conftest import actor, calm_response, code_of
from .journeys import agreed, answer_until, begin, post_answer, ready, url

pytestmark = pytest.mark.django_db(transaction=True)
SWOLLEN = "Today my face swelled up and I can't breathe."
STORY = {"story": "I take warfarin. My face swelled up in May."}


@pytest.fixture
def reading(monkeypatch):
    """Where each text was read from now on, under a lock or before it, with nothing remembered."""
    read, where = texts.read_words, []

    def watched(text, **named):
        where.append((text, connection.in_atomic_block))
        return read(text, **named)

    def forget():
        texts._read.cache_clear()
        intake._walked.cache_clear()
        where.clear()
        return where

    monkeypatch.setattr(texts, "read_words", watched)
    return forget


def assert_read_before(where, *expected):
    assert where, "nothing was read"
    assert not [text for text, locked in where if locked]
    assert {text for text, _ in where} >= set(expected)


def test_a_story_is_read_before_the_lock(client, reading):
    consultation = begin(client)
    question = answer_until(client, consultation, "story")
    where = reading()
    assert post_answer(client, consultation, question, SWOLLEN).status_code == 302
    assert_read_before(where, SWOLLEN)
    consultation.refresh_from_db()
    assert consultation.state == State.STOPPED


def test_a_story_and_a_note_are_read_before_the_lock(client, reading):
    consultation = ready(client)
    question = intake.progress(consultation).question("story")
    post_answer(client, consultation, question, "My cheeks are brown.")
    data = agreed(client, consultation)
    where = reading()
    assert client.post(url("consent", consultation), data).status_code == 302
    assert_read_before(where, "My cheeks are brown.")
    where = reading()
    assert client.post(url("choose", consultation), {"choices": ["no-treatment"], "note": SWOLLEN}).status_code == 302
    assert_read_before(where, "My cheeks are brown.", SWOLLEN)
    consultation.refresh_from_db()
    assert consultation.flags


def test_what_is_confirmed_is_read_before_the_lock(client, reading, make_case, make_user, sign_in):
    case = make_case(special={}, person=make_user(), note=SWOLLEN)
    sign_in(client, case.person)
    where = reading()
    quote = next(iter(texts.quoted(intake.texts(case)))).id
    where = reading()
    assert client.post(url("not-so", case), {"quote": quote}).status_code == 302
    assert_read_before(where, SWOLLEN)


def test_a_message_and_a_reply_are_read_before_the_lock(client, reading, make_case, make_user, sign_in):
    doctor, person = make_user("doctor"), make_user()
    case = make_case(State.IN_REVIEW, special=STORY, person=person, doctor=doctor)
    there = asking.ask(case.public_id, doctor, question="How are you?", by=actor(doctor))
    sign_in(client, person)
    where = reading()
    assert client.post(url("message", case), {"text": SWOLLEN, "key": "k" * 43}).url == url("urgent", case)
    assert_read_before(where, STORY["story"], SWOLLEN)
    where = reading()
    answer = {"ask": there.public_id, "text": "I can't see well."}
    assert client.post(reverse("plans:more", args=[case.public_id]), answer).status_code == 302
    assert there.reply.text == "I can't see well."
    assert_read_before(where, STORY["story"], SWOLLEN, "I can't see well.")


def test_a_signature_and_what_is_done_about_a_flag_read_before_the_lock(client, reading, acne_case, doctor, sign_in):
    case = acne_case
    sign_in(client, doctor)
    plan = plans.ready(case, doctor)
    Message.objects.create(consultation=case, text="I am not on warfarin.", key="m" * 43)
    where = reading()
    page = client.post(
        reverse("desk:sign", args=[case.public_id]),
        {"version": plan.version, "code": code_of(confirmed_device(doctor)), "plan": plan.public_id},
    )
    plan.refresh_from_db()
    assert plan.signed, page.content.decode()[:2000]
    assert_read_before(where, "I am not on warfarin.")
    case.refresh_from_db()
    case.state = State.IN_REVIEW
    case.save()
    where = reading()
    recording.deal_with_flag(case.public_id, doctor, "rf-x", seen_by="A GP", how="Seen.", by=actor(doctor))
    assert_read_before(where, "I am not on warfarin.")


def test_words_are_read_again_where_what_they_mean_has_changed_before_the_lock(reading, make_case, monkeypatch):
    """The reading that counts is the one with the facts that hold under the lock."""
    case = make_case(State.SUBMITTED, special={})
    first = ahead.read_ahead

    def then_changed(public_id, new=""):
        first(public_id, new)
        Consultation.objects.filter(pk=case.pk).update(response=calm_response("melasma", age=61))

    monkeypatch.setattr(ahead, "read_ahead", then_changed)
    where = reading()
    choosing.choose(case.public_id, ["no-treatment"], SWOLLEN, by=SYSTEM)
    assert [locked for text, locked in where if text == SWOLLEN] == [False, True]
