"""Asking a person for more, on the pages of both; who had a case is told; messages."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from clinic.conftest import actor
from skinproof.clinic.audit.models import Entry
from skinproof.clinic.consultations import choosing, messaging
from skinproof.clinic.consultations.models import Consultation, State
from skinproof.clinic.desk import asking, holding, recording
from skinproof.clinic.desk.models import AddedFact, Ask, Reply
from skinproof.clinic.forms import NONE
from skinproof.clinic.post.models import Letter

from .steps import ask, at, page, reply

pytestmark = pytest.mark.django_db


def test_the_doctor_chooses_among_the_questions_that_still_matter(desk, held, doctor):
    text = page(desk.get(at("desk:ask", held)))
    still_open = re.findall(r'name="still_open" value="([\w-]+)"', text)
    assert "pregnancy" in still_open
    assert "age" not in still_open
    data = {"version": held.version, "still_open": "pregnancy", "others": "age", "photos": "", "question": "Why?"}
    response = desk.post(at("desk:ask", held), data)
    assert response.url == at("desk:case", held) + "#asked"
    text = page(desk.get(response.url))
    assert "Waiting for the person" in text
    assert "and wait for the person" in text
    assert "Ask the person for more" not in text
    assert Ask.objects.get().question == "Why?"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({}, "Nothing is asked yet"),
        ({"still_open": "no-such"}, "Choose from this list."),
        ({"question": "x" * 2_001}, "1 characters too long"),
        ({"question": "a\x00b"}, "Null characters are not allowed"),
    ],
)
def test_what_cannot_be_asked_says_why_and_keeps_what_was_typed(desk, held, data, words):
    text = page(desk.post(at("desk:ask", held), {"photos": "Both cheeks.", **data} if data else {}))
    assert words in text
    if data:
        assert "Both cheeks.</textarea>" in text


def test_an_old_page_asks_nothing_and_keeps_what_was_typed(desk, held, doctor):
    old = held.version
    recording.record_facts(held.public_id, doctor, {"age-verified": True}, method="document", by=actor(doctor))
    data = {"version": old, "still_open": "pregnancy", "question": "Are you sure?"}
    text = page(desk.post(at("desk:ask", held), data), 409)
    assert "The case was changed after this page was shown." in text
    assert "Are you sure?" in text
    assert not Ask.objects.exists()
    again = dict(re.findall(r'<input type="hidden" name="([\w-]+)" value="([^"]*)"', text.split("<main")[1]))
    again.pop("csrfmiddlewaretoken", None)
    assert desk.post(at("desk:ask", held), again).status_code == 302
    assert Ask.objects.get().question == "Are you sure?"


def test_the_person_sees_what_is_asked_answers_and_sees_it_kept(you, held, doctor):
    there = ask(held, doctor, questions=["pregnancy"], photos="Both cheeks.", question="Since when?")
    text = page(you.get(at("consultations:status", held)))
    assert "The doctor asks you for more" in text
    for words in (there.questions[0][1], "Both cheeks.", "Since when?", at("plans:more", held)):
        assert words in text
    text = page(you.get(at("plans:more", held)))
    assert "nothing that you sent is changed" in text
    data = {"ask": there.public_id, "text": "Two years."}
    wrong = page(you.post(at("plans:more", held), data))
    assert "Choose an answer." in wrong
    assert "Two years.</textarea>" in wrong
    assert 'href="#id_q-pregnancy-answer' in wrong
    assert not Reply.objects.exists()
    done = page(you.post(at("plans:more", held), {**data, "q-pregnancy-answer": "cannot"}, follow=True))
    assert "Your answer has been sent" in done
    assert "What you added on" in done
    assert "Two years." in done
    again = page(you.post(at("plans:more", held), {**data, "q-pregnancy-answer": "cannot"}, follow=True))
    assert "asks this no longer" not in again
    assert Entry.objects.filter(verb="answered-more").count() == 1
    assert Reply.objects.count() == 1


def test_an_answer_in_words_alone_is_needed_where_nothing_else_is_asked(you, held, doctor):
    there = ask(held, doctor, question="Since when?")
    assert "Write an answer." in page(you.post(at("plans:more", held), {"ask": there.public_id, "text": " "}))
    you.post(at("plans:more", held), {"ask": there.public_id, "text": "Since May."})
    assert Reply.objects.get().text == "Since May."


def test_what_was_taken_back_while_the_person_wrote_is_told(you, held, doctor):
    there = ask(held, doctor)
    asking.take_back(held.public_id, doctor, by=actor(doctor))
    data = {"ask": there.public_id, "q-pregnancy-answer": "cannot"}
    assert "asks this no longer" in page(you.post(at("plans:more", held), data), 409)
    other = ask(held, doctor, question="Another?")
    assert "asks this no longer" in page(you.post(at("plans:more", held), data), 409)
    assert not Reply.objects.exists()
    assert other.ended_at is None


def test_several_words_of_a_list_and_none_of_them(you, held, doctor):
    question = next(each for each in asking.questions_by_id().values() if each.kind == "any-of" and not each.always)
    there = ask(held, doctor, questions=[question.id])
    name = f"q-{question.id}"
    you.post(
        at("plans:more", held),
        {"ask": there.public_id, f"{name}-answer": [NONE], f"{name}-offered": " ".join(question.offered)},
    )
    (row,) = Reply.objects.get().answers
    assert row[0] == question.id
    assert AddedFact.objects.exists()


def test_the_doctor_sees_what_came_back_and_what_it_changed(desk, held, doctor, make_case):
    make_case(State.IN_REVIEW, doctor=doctor, special={}, urgency_rank=0)
    there = ask(held, doctor, questions=["pregnancy"], question="Since when?")
    assert "Waits for the person" in page(desk.get("/desk/?show=mine"))
    reply(held, there, {"pregnancy": "pregnant"}, "Since May.")
    mine = page(desk.get("/desk/?show=mine"))
    assert "New answers" in mine
    assert mine.index(held.public_id[:6]) == min(mine.index(c.public_id[:6]) for c in Consultation.objects.all())
    text = page(desk.get(at("desk:case", held)))
    asked = text[text.index('id="asked"') : text.index("</section>", text.index('id="asked"'))]
    for words in ("Since May.", "verdict", "ask first → <strong>contraindicated", "Answered"):
        assert words in asked
    assert "New answers" not in page(desk.get("/desk/?show=mine")), "they have been looked at"


def test_somebody_elses_look_does_not_make_the_answers_old(client, sign_in, make_user, held, doctor):
    reply(held, ask(held, doctor), {"pregnancy": "cannot"})
    sign_in(client, make_user("doctor"))
    page(client.get(at("desk:case", held)))
    held.refresh_from_db()
    assert held.returned_at is not None


def test_a_guest_is_told_that_nobody_can_write_to_them(desk, make_case, doctor):
    guest = make_case(State.IN_REVIEW, doctor=doctor, special={})
    assert "no letter can tell them" in page(desk.get(at("desk:ask", guest)))
    ask(guest, doctor)
    assert not Letter.objects.exists()
    assert "They have no account" in page(desk.get(at("desk:case", guest)))


# --- taken over
def test_who_had_the_case_is_told_who_took_it_and_why_until_they_have_seen_it(desk, held, doctor, make_user):
    other = make_user("doctor", name="Dr Rowan Tansley")
    holding.claim(held.public_id, other, reason="Dr Quill is off sick <today>", by=actor(other))
    text = page(desk.get("/desk/"))
    assert "Taken over from you" in text
    assert "Dr Rowan Tansley took case" in text
    assert "off sick &lt;today&gt;" in text
    assert desk.post(reverse("desk:see-take-overs")).status_code == 302
    assert "Taken over from you" not in page(desk.get("/desk/"))


# --- an old page at the desk
def test_facts_from_an_old_page_are_not_recorded_and_not_lost(desk, held, doctor, person):
    old = held.version
    reply(held, ask(held, doctor), {"pregnancy": "cannot"})
    data = {"version": old, "fact-identity-verified": "yes", "method": "video", "note": "Passport shown"}
    text = page(desk.post(at("desk:record-facts", held), data), 409)
    for words in ("Has the identity been checked?", "Passport shown", "answered more", "Save mine all the same"):
        assert words in text
    assert not held.recorded_facts.exists()
    held.refresh_from_db()
    data["version"] = held.version
    assert desk.post(at("desk:record-facts", held), data).status_code == 302
    assert held.recorded_facts.count() == 1


# --- messages
def test_messages_are_read_and_owed(desk, you, held, doctor, person):
    def status():
        return page(you.get(at("consultations:status", held)))

    messaging.write_message(held.public_id, "May I swim?", key="a" * 43, author=person, by=actor(person))
    assert "(not read yet)" in status()
    assert "New message" in page(desk.get("/desk/"))
    text = page(desk.get(at("desk:case", held)))
    assert "The person waits for an answer since" in text
    assert "(read by a doctor)" in status()
    desk.post(at("desk:no-answer-needed", held))
    assert "New message" not in page(desk.get("/desk/"))
    held.refresh_from_db()
    messaging.write_message(held.public_id, "Yes.", key="b" * 43, author=doctor, from_doctor=True, by=actor(doctor))
    assert ", not read yet" in page(desk.get(at("desk:case", held)))
    assert ">New</span>" in status()
    assert ">New</span>" not in status()
    assert ", read<" in page(desk.get(at("desk:case", held)))


def test_an_unanswered_message_comes_before_more_urgent_cases_of_mine(desk, held, doctor, person, make_case):
    urgent = make_case(State.IN_REVIEW, doctor=doctor, special={}, urgency_rank=0)
    messaging.write_message(held.public_id, "?", key="a" * 43, author=person, by=actor(person))
    mine = page(desk.get("/desk/?show=mine"))
    assert mine.index(held.public_id[:6]) < mine.index(urgent.public_id[:6])


def test_a_closed_consultation_says_whom_to_call(you, held, person):
    choosing.withdraw(held.public_id, by=actor(person))
    text = page(you.get(at("consultations:status", held)))
    assert "Whom to call now" in text
    assert "NHS 111" in text
    assert "Your plan says" not in text
