"""A person's path through the pages: begun, agreed to, submitted, ended, and whose it is."""

from __future__ import annotations

import json

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from skinproof.clinic.consultations import intake
from skinproof.clinic.consultations.models import Consultation, Message, State

from . import journeys
from .journeys import answer_all, answer_until, begin, now, post_answer, ready, send, submit, submitted, url, verbs

pytestmark = pytest.mark.django_db


def test_a_guest_starts_with_the_worry_and_the_advert_they_came_with(client):
    query = "?concern=melasma&asked=exosome"
    page = client.get(reverse("consultations:start") + query).content.decode()
    assert "You are asking about Exosomes" in page
    assert 'value="melasma"' in page
    assert "checked" in page
    consultation = begin(client, "melasma", query)
    assert (consultation.state, consultation.person, consultation.asked_for) == (State.DRAFT, None, ["exosome"])
    wanted = answer_until(client, consultation, "wanted")
    shown = client.get(url("question", consultation, "wanted")).content.decode()
    option = next(option.id for option in wanted.options if "exosome" in option.adds)
    assert (
        f'value="{option}" checked' in " ".join(shown.split())
        or f'value="{option}"' in shown.split("checked")[0][-300:]
    )


def test_an_unknown_concern_or_treatment_in_the_address_is_ignored(client):
    response = client.get(reverse("consultations:start") + "?concern=<script>&asked=nonsense")
    assert response.status_code == 200
    assert "script&gt;" not in response.content.decode()
    assert "You are asking about" not in response.content.decode()


def test_pressing_start_twice_begins_one_consultation(client):
    page = client.get(reverse("consultations:start")).content.decode()
    data = {"concern": "acne", "key": journeys.hidden(page, "key")}
    first, second = (client.post(reverse("consultations:start"), data) for _ in range(2))
    assert first.url == second.url
    assert Consultation.objects.count() == 1
    assert client.get(second.url).status_code == 302


def test_a_start_key_of_another_session_opens_nothing_of_theirs(client):
    consultation = begin(client)
    thief = Client()
    response = thief.post(reverse("consultations:start"), {"concern": "acne", "key": consultation.start_key})
    assert response.status_code == 302
    assert consultation.public_id not in response.url
    assert Consultation.objects.count() == 2


def test_a_person_with_an_account_owns_it_from_the_start(client, make_user, sign_in):
    person = make_user()
    sign_in(client, person)
    consultation = begin(client)
    assert consultation.person == person
    assert client.get(url("now", consultation)).status_code == 302


# --- review, consent, submit
def test_all_answers_are_read_through_before_they_are_submitted(client):
    consultation = answer_all(client, begin(client))
    assert now(client, consultation) == url("check", consultation)
    page = client.get(url("check", consultation)).content.decode()
    for row in intake.progress(consultation).rows():
        assert escape(row.text) in page
        assert url("question", consultation, row.id) + "?change=check" in page
    response = client.post(url("question", consultation, "age") + "?change=check", {"answer": "40"})
    assert client.get(response.url).url == url("check", consultation)
    assert "40 years" in client.get(url("check", consultation)).content.decode()


def test_nothing_is_submitted_without_consent(client):
    consultation = ready(client)
    for missing in ("truth", "agree"):
        response = submit(client, consultation, **{missing: ""})
        assert response.status_code == 200
        assert 'role="alert"' in response.content.decode()
    consultation.refresh_from_db()
    assert consultation.state == State.DRAFT


def test_submitting_twice_and_again_later_changes_nothing(client):
    consultation = ready(client)
    data = journeys.agreed(client, consultation)
    replies = [client.post(url("consent", consultation), data) for _ in range(3)]
    assert {reply.url for reply in replies} == {url("options", consultation)}
    consultation.refresh_from_db()
    assert consultation.state == State.SUBMITTED
    assert consultation.consent_version == "1"
    assert consultation.rules_version == intake.rules_version()
    assert set(consultation.screening) >= {"person", "treatments"}
    assert verbs().count("submitted") == 1
    assert verbs().count("consented") == 1
    assert post_answer(client, consultation, intake.progress(consultation).question("age"), "50").url == url(
        "now", consultation
    )
    consultation.refresh_from_db()
    assert intake.answers(consultation)["age"] == 34


def test_submitting_from_a_page_older_than_the_last_change_asks_to_read_again(client):
    consultation = ready(client)
    data = journeys.agreed(client, consultation)
    post_answer(client, consultation, intake.progress(consultation).question("age"), "41")
    response = client.post(url("consent", consultation), data)
    assert response.url == url("check", consultation)
    assert "Read them through again" in client.get(response.url).content.decode()
    consultation.refresh_from_db()
    assert consultation.state == State.DRAFT


def test_the_server_checks_every_answer_again_when_they_are_submitted(client):
    consultation = ready(client)
    data = journeys.agreed(client, consultation)
    whole = json.dumps(consultation.response)
    for old, new in (
        ('"valueDecimal": 34', '"valueDecimal": 4000'),
        ('"code": "female"', '"code": "else"'),
        ('"linkId": "sex"', '"linkId": "no-such-question"'),
        ('"linkId": "emergency"', '"linkId": "emergencies"'),
        ("Questionnaire/pigment|1", "Questionnaire/acne|1"),
    ):
        assert old in whole
        Consultation.objects.filter(pk=consultation.pk).update(response=json.loads(whole.replace(old, new)))
        assert client.post(url("consent", consultation), data).status_code == 302
        consultation.refresh_from_db()
        assert consultation.state == State.DRAFT, new


# --- whose it is
def test_other_peoples_consultations_and_ones_that_do_not_exist_look_the_same(client, make_user, sign_in):
    owned = begin(client)
    stranger, account = Client(), Client()
    sign_in(account, make_user())
    for someone in (stranger, account):
        for name in ("now", "stop", "check", "consent", "options", "matters", "choose", "send", "status", "link"):
            theirs = someone.get(url(name, owned))
            nothing = someone.get(url(name, owned).replace(owned.public_id, "A" * 22))
            assert theirs.status_code == nothing.status_code == 404
            same = nothing.content.decode().replace("A" * 22, owned.public_id)
            assert theirs.content.decode() == same


def test_an_answer_sent_after_the_sign_in_ended_is_offered_again(client, make_user, sign_in):
    person = make_user()
    sign_in(client, person)
    consultation = begin(client)
    age = journeys.next_question(consultation)
    client.logout()
    response = post_answer(client, consultation, age, "57")
    page = response.content.decode()
    assert response.status_code == 404
    assert 'name="answer" value="57"' in page
    assert f'action="{url("question", consultation, "age")}"' in page
    sign_in(client, person)
    assert client.post(url("question", consultation, "age"), {"answer": "57"}).status_code == 302
    consultation.refresh_from_db()
    assert intake.answers(consultation)["age"] == 57


# --- stopping for good
@pytest.mark.parametrize("far", ["draft", "submitted", "sent"])
def test_a_person_can_close_it_until_a_plan_is_signed(client, far):
    consultation = begin(client) if far == "draft" else submitted(client)
    if far == "sent":
        send(client, consultation)
    assert client.get(url("withdraw", consultation)).status_code == 200
    for _ in range(2):
        assert client.post(url("withdraw", consultation)).url == url("status", consultation)
    consultation.refresh_from_db()
    assert consultation.state == State.CLOSED
    assert verbs().count("ended") == 1
    assert "Closed" in client.get(url("status", consultation)).content.decode()
    for name in ("check", "consent", "matters", "choose", "send"):
        assert client.get(url(name, consultation), follow=True).redirect_chain[-1][0] == url("status", consultation), (
            name
        )


def test_a_signed_plan_cannot_be_withdrawn_from(client, make_user, make_device):
    from skinproof.clinic.desk import demonstration

    doctor, person = make_user("doctor"), make_user()
    make_device(doctor)
    plan = demonstration.plan_signed(person, doctor)
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    consultation = plan.consultation
    assert client.post(url("withdraw", consultation)).url == url("now", consultation)
    consultation.refresh_from_db()
    assert consultation.state == State.PLAN_READY


def test_a_key_of_another_consultation_is_refused_in_words(client):
    first, second = ready(client), ready(client)
    key = "k" * 43
    assert submit(client, first, key=key).url == url("options", first)
    assert submit(client, second, key=key).url == url("check", second)
    second.refresh_from_db()
    assert second.state == State.DRAFT
    Consultation.objects.update(state=State.WAITING)
    for consultation in (first, second):
        response = client.post(url("message", consultation), {"text": "Hello", "key": key})
        assert response.status_code == 302
    assert Message.objects.get().consultation == first


# --- finding the way
def test_the_start_says_how_many_questions_there_are(client):
    page = client.get(reverse("consultations:start")).content.decode()
    assert "some 20 to 30 in all" in page
    for concern in ("melasma", "acne", "hair-loss", "rosacea"):
        consultation = begin(Client(), concern)
        assert 15 <= intake.progress(consultation).steps <= 32, concern
