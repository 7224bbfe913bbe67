"""Going on with a consultation later: by a link on another device, or in an account."""

from __future__ import annotations

import re
import time

import pytest
from django.core import mail, signing
from django.test import Client
from django.urls import reverse

from skinproof.clinic.audit.models import Entry
from skinproof.clinic.consultations.models import Consultation
from skinproof.clinic.post import links
from skinproof.clinic.post.sending import send_waiting

from . import journeys
from .journeys import begin, hidden, post_answer, url

pytestmark = pytest.mark.django_db


def made_link(client, consultation) -> str:
    page = client.post(url("link", consultation)).content.decode()
    return re.search(r'href="http://testserver(/consultation/resume/[^"]+)"', page)[1]


def test_a_link_opens_the_consultation_on_another_device_and_closes_it_on_the_first(client):
    consultation = begin(client)
    post_answer(client, consultation, journeys.next_question(consultation), "34")
    link, phone = made_link(client, consultation), Client()
    assert "melasma" not in link
    for _ in range(2):  # a mail program that opens links must change nothing
        looked = phone.get(link)
        assert looked.status_code == 200
        assert client.get(url("now", consultation)).status_code == 302
    moved = phone.post(link)
    assert moved.url == url("now", consultation)
    age = phone.get(url("question", consultation, "age")).content.decode()
    assert 'value="34"' in age

    gone = client.get(url("now", consultation))
    assert gone.status_code == 410
    assert "another device" in gone.content.decode()
    late = post_answer(client, consultation, journeys.next_question(consultation), "male")
    assert late.status_code == 410
    assert 'value="male"' in late.content.decode(), "what was typed here is shown"
    assert client.post(link).status_code == 410, "a link works once"
    back = made_link(phone, consultation)
    assert client.post(back).url == url("now", consultation)
    assert client.get(url("now", consultation)).status_code == 302
    verbs = Entry.objects.filter(verb__in=["link-made", "resumed"]).order_by("id").values_list("verb", flat=True)
    assert list(verbs) == ["link-made", "resumed", "link-made", "resumed"]


def test_the_link_is_sent_without_a_word_about_health(client):
    consultation = begin(client)
    response = client.post(url("link", consultation), {"do": "mail", "email": "me@example.org"})
    assert "on its way" in response.content.decode()
    send_waiting()
    letter = mail.outbox[0]
    assert letter.to == ["me@example.org"]
    assert "/consultation/resume/" in letter.body
    words = letter.subject + letter.body.split("http")[0]
    assert not re.search(r"melasma|\bskin\b|doctor|answer", words, re.IGNORECASE)
    wrong = client.post(url("link", consultation), {"do": "mail", "email": "not an address"})
    assert "like name@example.org" in wrong.content.decode()
    assert send_waiting() == 0


def test_a_link_too_old_altered_or_of_nothing_says_so(client, monkeypatch):
    consultation = begin(client)
    link = made_link(client, consultation)
    token = link.split("/")[3]
    wrong = [
        token[:-1] + ("A" if token[-1] != "A" else "B"),
        token[5:],
        "x",
        "x" * 5_000,
        "é" * 20,
        "a:b:c",
        signing.dumps("A" * 22, salt=links.SALT),
        signing.dumps(["a", 1], salt=links.SALT),
        signing.dumps(consultation.public_id, salt=links.SALT),
        signing.dumps(consultation.public_id, salt="another"),
    ]
    for each in wrong:
        response = Client().get(reverse("consultations:resume", args=[each]))
        assert response.status_code == 410, each
        assert "no longer be used" in response.content.decode()
    began = time.time()
    monkeypatch.setattr(signing.time, "time", lambda: began + 13.9 * 86_400)
    assert Client().get(link).status_code == 200
    monkeypatch.setattr(signing.time, "time", lambda: began + 14.1 * 86_400)
    assert Client().get(link).status_code == 410


def test_a_guest_can_take_the_consultation_into_an_account(client, make_user, sign_in):
    consultation = begin(client)
    link, person = made_link(client, consultation), make_user()
    assert client.post(url("keep", consultation)).url.startswith(reverse("people:sign-in"))
    sign_in(client, person)
    home = client.get(reverse("people:home")).content.decode()
    assert url("keep", consultation) in home
    assert client.post(url("keep", consultation)).url == url("now", consultation)
    consultation.refresh_from_db()
    assert consultation.person == person
    home = client.get(reverse("people:home")).content.decode()
    assert url("keep", consultation) not in home
    assert url("now", consultation) in home
    client.logout()
    assert client.get(url("now", consultation)).status_code == 404
    stranger = Client()
    assert stranger.get(link).url.startswith(reverse("people:sign-in")), "the old link now needs the account"
    sign_in(stranger, make_user())
    assert stranger.get(link).status_code == 404
    elsewhere = Client()
    sign_in(elsewhere, person)
    assert elsewhere.get(link).url == url("now", consultation)


def test_nobody_can_take_over_what_another_session_began(client, make_user, sign_in):
    consultation = begin(client)
    thief = Client()
    sign_in(thief, make_user())
    assert thief.post(url("keep", consultation)).status_code == 404
    consultation.refresh_from_db()
    assert consultation.person is None


def test_signing_out_leaves_nothing_of_a_guests_consultation_in_the_browser(client, make_user, sign_in):
    consultation = begin(client)
    sign_in(client, make_user())
    client.post(reverse("people:sign-out"))
    assert client.get(url("now", consultation)).status_code == 404


def test_the_form_that_began_it_does_not_let_the_old_device_back_in(client):
    data = {"concern": "melasma", "key": hidden(client.get(reverse("consultations:start")).content.decode(), "key")}
    client.post(reverse("consultations:start"), data)
    consultation = Consultation.objects.get()
    Client().post(made_link(client, consultation))
    assert client.get(url("now", consultation)).status_code == 410
    again = client.post(reverse("consultations:start"), data)
    assert consultation.public_id not in again.url
    assert client.get(url("now", consultation)).status_code == 410
