"""The options, what matters to the person, what they choose, and messages to the doctor."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse
from django.utils.html import escape

from skinproof.care.fit import priorities
from skinproof.clinic.consultations import choices
from skinproof.clinic.consultations.models import Consultation, State
from skinproof.vocabulary import vocabulary

from . import journeys
from .journeys import send, submitted, url, verbs

pytestmark = pytest.mark.django_db


GROUP_OF = {
    "open": "Open to you",
    "open-with-care": "Open to you",
    "by-yourself": "Open to you",
    "ask-first": "A doctor must check first",
    "doctor-must-check": "A doctor must check first",
    "not-yet": "Not now, or not here",
    "not-here": "Not now, or not here",
    "needs-to-be-seen": "Not now, or not here",
    "not-for-you": "Not for you",
}


def grouped(page: str) -> dict[str, list[str]]:
    """The title of each group of options with its forms."""
    parts = re.split(r'<section class="wide group', page)[1:]
    return {
        re.search(r"<h2.*?<span>(.*?)</span>", part).group(1): re.findall(r'<li class="option" id="([\w-]+)"', part)
        for part in parts
    }


def test_every_option_is_shown_with_its_state_and_no_treatment_among_them(client):
    consultation = submitted(client)
    page = client.get(url("options", consultation)).content.decode()
    options = choices.options(consultation)
    shown = grouped(page)
    for option in options.all:
        (title,) = [title for title, forms in shown.items() if option.form in forms]
        assert title == GROUP_OF[option.status]
    assert "no-treatment" in {option.form for option in options.open}
    for option in options.closed:
        for because in option.why:
            assert escape(because.sentence) in page


def test_what_the_person_asked_about_is_answered_first_and_re_orders_nothing(client):
    consultation = submitted(client)
    before = client.get(url("options", consultation)).content.decode()
    assert "You asked about" not in before
    Consultation.objects.filter(pk=consultation.pk).update(asked_for=["exosome"])
    page = client.get(url("options", consultation)).content.decode()
    first = page[page.index("You asked about") : page.index("All options")]
    assert set(re.findall(r'href="#([\w-]+)"', first)) == {form.id for form in vocabulary().forms_of("exosome")}
    order = re.compile(r'<li class="option" id="([\w-]+)"')
    # Asking can bring in a form that is not weighed for this concern; those weighed anyhow stay as they were.
    weighed = order.findall(before)
    assert [form for form in order.findall(page) if form in weighed] == weighed


@pytest.mark.parametrize("concern", ["melasma", "acne", "hair-loss", "skin-ageing"])
def test_every_number_on_the_options_page_leads_to_a_record(client, concern):
    from .test_numbers_have_sources import unsourced

    consultation = submitted(client, concern)
    client.post(url("matters", consultation), dict.fromkeys(priorities(), "3"))
    assert unsourced(client, url("options", consultation)) == []


def test_what_matters_is_shown_beside_each_option_and_re_orders_nothing(client):
    consultation = submitted(client)
    before = [option.form for option in choices.options(consultation).all]
    response = client.post(url("matters", consultation), {"money": "3", "pain": "0", "effect": ""})
    assert response.url == url("options", consultation)
    consultation.refresh_from_db()
    assert consultation.priorities == {"money": 3, "pain": 0}
    assert [option.form for option in choices.options(consultation).all] == before
    page = client.get(url("options", consultation)).content.decode()
    assert "(very important)" in page
    assert "(not at all important)" in page
    again = client.get(url("matters", consultation)).content.decode()
    assert again.count("checked") == len(priorities())
    wrong = client.post(url("matters", consultation), {"money": "9"})
    assert wrong.status_code == 200


def test_only_what_is_open_or_waits_for_an_answer_can_be_chosen(client):
    consultation = submitted(client)
    closed = [option.form for option in choices.options(consultation).closed]
    for choice in ([], ["nonsense"], closed[:1] or ["nonsense"]):
        response = client.post(url("choose", consultation), {"choices": choice, "note": "hello"})
        assert response.status_code == 200
        assert "hello" in response.content.decode(), "what was typed is kept"
    consultation.refresh_from_db()
    assert consultation.choices == []
    assert client.get(url("send", consultation)).url == url("choose", consultation)


def test_the_choice_is_read_through_and_sent_once(client):
    consultation = submitted(client)
    response = client.post(
        url("choose", consultation), {"choices": ["sunscreen", "no-treatment"], "note": "A <b> note"}
    )
    assert response.url == reverse("photos:page", args=[consultation.public_id])  # which can be passed over
    page = client.get(url("send", consultation)).content.decode()
    assert "A &lt;b&gt; note" in page
    version = journeys.hidden(page, "version")
    replies = [client.post(url("send", consultation), {"version": version}) for _ in range(3)]
    assert {reply.url for reply in replies} == {url("status", consultation)}
    consultation.refresh_from_db()
    assert (consultation.state, consultation.choices) == (State.WAITING, ["sunscreen", "no-treatment"])
    assert verbs().count("sent") == 1
    assert "Waiting for a doctor" in client.get(url("status", consultation)).content.decode()
    late = client.post(url("choose", consultation), {"choices": ["no-treatment"]})
    assert late.url == url("now", consultation)
    consultation.refresh_from_db()
    assert consultation.choices == ["sunscreen", "no-treatment"]


def test_a_choice_changed_in_another_tab_is_read_through_again(client):
    consultation = submitted(client)
    client.post(url("choose", consultation), {"choices": ["no-treatment"]})
    version = journeys.hidden(client.get(url("send", consultation)).content.decode(), "version")
    client.post(url("choose", consultation), {"choices": ["sunscreen"]})
    response = client.post(url("send", consultation), {"version": version})
    assert response.url == url("send", consultation)
    consultation.refresh_from_db()
    assert consultation.state == State.SUBMITTED


# --- messages
def test_a_message_goes_to_the_doctor_once(client):
    consultation = submitted(client)
    send(client, consultation)
    page = client.get(url("status", consultation)).content.decode()
    data = {"text": "Is it <b>safe</b>?", "key": journeys.hidden(page, "key")}
    for _ in range(2):
        assert client.post(url("message", consultation), data).url == url("status", consultation)
    assert consultation.messages.count() == 1
    page = client.get(url("status", consultation)).content.decode()
    assert "Is it &lt;b&gt;safe&lt;/b&gt;?" in page
    assert verbs().count("messaged") == 1


def test_a_message_that_is_too_long_or_empty_keeps_what_was_typed(client):
    consultation = submitted(client)
    send(client, consultation)
    key = journeys.hidden(client.get(url("status", consultation)).content.decode(), "key")
    long = client.post(url("message", consultation), {"text": "start " + "x" * 5_000, "key": key}).content.decode()
    assert "characters too long" in long
    assert "start xxx" in long
    assert f'value="{key}"' in long
    empty = client.post(url("message", consultation), {"text": " ", "key": key}).content.decode()
    assert "Write your message" in empty
    assert consultation.messages.count() == 0


def test_nothing_is_written_to_a_doctor_before_one_has_the_case(client):
    consultation = submitted(client)
    response = client.post(url("message", consultation), {"text": "hello", "key": "k" * 30})
    assert response.url == url("now", consultation)
    assert consultation.messages.count() == 0
