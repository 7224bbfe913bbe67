"""Several things at the same moment: what a person or two presses of a button can do to each other."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier

import pytest
from django.db import connection, connections
from django.test import Client
from django.urls import reverse

from skinproof.clinic.audit.models import Entry
from skinproof.clinic.consultations import intake
from skinproof.clinic.consultations.models import Consultation, Message, State
from skinproof.clinic.people.models import User

from . import journeys
from .journeys import begin, hidden, ready, url

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]
AT_ONCE = 6


def together(*tasks):
    """Run each task in a thread and connection of its own, all at the same moment; returns what each gave."""
    start = Barrier(len(tasks))

    def run(task):
        try:
            start.wait(timeout=10)
            return task()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(tasks)) as pool:
        return list(pool.map(run, tasks))


def twin(client: Client) -> Client:
    """The same browser, sending a second request at the same time."""
    other = Client()
    other.cookies = client.cookies
    return other


def post(client: Client, path: str, data: dict):
    """The task of one more request by the same browser."""
    return partial(twin(client).post, path, data)


def posts(client: Client, path: str, data: dict, times: int = AT_ONCE) -> list:
    return together(*[post(client, path, data) for _ in range(times)])


def test_start_pressed_several_times_at_once_begins_one_consultation(client):
    page = client.get(reverse("consultations:start")).content.decode()
    replies = posts(client, reverse("consultations:start"), {"concern": "melasma", "key": hidden(page, "key")})
    assert {reply.status_code for reply in replies} == {302}
    assert len({reply.url for reply in replies}) == 1
    assert Consultation.objects.count() == 1
    assert Entry.objects.filter(verb="started").count() == 1
    assert client.get(replies[0].url).status_code == 302, "the browser holds it"


def test_submit_pressed_several_times_at_once_submits_one(client):
    consultation = ready(client)
    page = client.get(url("consent", consultation)).content.decode()
    data = {name: hidden(page, name) for name in ("key", "version", "text")} | {"truth": "on", "agree": "on"}
    replies = posts(client, url("consent", consultation), data)
    assert {(reply.status_code, reply.url) for reply in replies} == {(302, url("options", consultation))}
    assert Consultation.objects.get().state == State.SUBMITTED
    assert Entry.objects.filter(verb="submitted").count() == 1
    assert Entry.objects.filter(verb="consented").count() == 1


def test_submit_and_a_change_at_once_never_submit_what_was_not_seen(client):
    for _ in range(4):
        consultation = ready(client)
        page = client.get(url("consent", consultation)).content.decode()
        data = {name: hidden(page, name) for name in ("key", "version", "text")} | {"truth": "on", "agree": "on"}
        together(
            post(client, url("consent", consultation), data),
            post(client, url("question", consultation, "age"), {"answer": "50"}),
        )
        consultation.refresh_from_db()
        assert (consultation.state, intake.answers(consultation)["age"]) in [(State.SUBMITTED, 34), (State.DRAFT, 50)]


def test_answers_to_two_questions_at_once_are_both_kept(client):
    consultation = ready(client)
    together(
        post(client, url("question", consultation, "age"), {"answer": "51"}),
        post(client, url("question", consultation, "story"), {"answer": "Since the summer."}),
    )
    consultation.refresh_from_db()
    assert intake.answers(consultation)["age"] == 51
    assert intake.answers(consultation)["story"] == "Since the summer."
    assert consultation.version == 3


def test_a_message_sent_several_times_at_once_is_one_message(client):
    consultation = ready(client)
    Consultation.objects.update(state=State.WAITING, choices=["no-treatment"])
    key = hidden(client.get(url("status", consultation)).content.decode(), "key")
    replies = posts(client, url("message", consultation), {"text": "Hello?", "key": key})
    assert {reply.status_code for reply in replies} == {302}
    assert Message.objects.count() == 1


def test_an_account_asked_for_several_times_at_once_is_one_account(client):
    replies = posts(client, reverse("people:register"), {"email": "new@example.org"})
    assert {reply.status_code for reply in replies} == {200}
    assert User.objects.count() == 1


def test_a_code_sent_several_times_at_once_works_once(client, make_user, make_device, sign_in):
    from .conftest import code_of

    doctor = make_user("doctor")
    code = code_of(make_device(doctor))
    sign_in(client, doctor, verified=False)
    replies = posts(client, reverse("people:second-factor"), {"code": code})
    # A press that comes when the first one's work is done is led onward too, without its code being looked at.
    assert 302 in {reply.status_code for reply in replies}
    assert Entry.objects.filter(verb="factor-passed").count() == 1


def test_two_accounts_that_take_the_same_consultation_at_once_do_not_both_get_it(client, make_user, sign_in):
    from skinproof.clinic.audit.services import Actor
    from skinproof.clinic.consultations import services

    consultation = begin(client)
    people = [make_user(), make_user()]

    def take(person):
        try:
            return services.take_into_account(consultation, person, by=Actor("person", person.pk))
        except services.StateError:
            return None

    taken = together(*[partial(take, person) for person in people])
    assert sum(each is not None for each in taken) == 1
    consultation.refresh_from_db()
    assert consultation.person in people


def test_these_tests_do_run_on_postgresql():
    assert connection.vendor == "postgresql"
    assert journeys.calm_response("melasma")
