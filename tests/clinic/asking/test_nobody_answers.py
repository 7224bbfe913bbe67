"""A person who was asked for more and does not answer."""

from __future__ import annotations

import datetime as dt
import io
import re

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from clinic.conftest import actor
from skinproof.clinic.consultations import choosing
from skinproof.clinic.consultations.models import Consultation
from skinproof.clinic.desk import asking
from skinproof.clinic.desk.models import Ask
from skinproof.clinic.post.models import Kind, Letter

from .steps import ask, days_later, page

pytestmark = pytest.mark.django_db


def test_a_person_who_does_not_answer_is_reminded_a_few_times(held, doctor, monkeypatch, settings):
    settings.ASKED_REMIND_DAYS = 3
    there = ask(held, doctor)
    Letter.objects.update(state="sent", body="", address="")
    days, kinds = [], []
    for _ in range(20):
        days_later(monkeypatch, 1)
        days.append(asking.remind())
        assert asking.remind() == 0
        Letter.objects.update(state="sent", body="", address="")
    assert [day for day, written in enumerate(days, start=1) if written] == [3, 6]
    kinds = list(Letter.objects.order_by("id").values_list("kind", flat=True))
    assert kinds == [Kind.ASKED, Kind.REMINDER, Kind.REMINDER]
    there.refresh_from_db()
    assert (there.reminders, there.remind_at) == (2, None)


def test_the_command_that_sends_writes_the_reminders_first(held, doctor, person, mailoutbox):
    ask(held, doctor)
    Letter.objects.all().delete()
    Ask.objects.update(remind_at=timezone.now())
    call_command("send_post", stdout=io.StringIO())
    (sent,) = mailoutbox
    assert (sent.to, sent.subject) == ([person.email], "Your answer is awaited at Skinproof")


def test_nobody_is_reminded_of_what_is_over(held, doctor, person, monkeypatch):
    ask(held, doctor)
    asking.take_back(held.public_id, doctor, by=actor(doctor))
    ask(held, doctor, question="And?")
    choosing.withdraw(held.public_id, by=actor(person))
    Letter.objects.all().delete()
    days_later(monkeypatch, 30)
    assert asking.remind() == 0
    assert not Letter.objects.exists()


def test_the_doctor_and_the_owner_see_that_nobody_answers(desk, held, doctor, monkeypatch, make_user, sign_in):
    from django.test import Client

    owner = sign_in(Client(), make_user("owner"))
    ask(held, doctor)
    assert re.search(r"no answer for 14 days</dt><dd>0<", page(owner.get(reverse("owner:overview"))))
    Consultation.objects.update(asked_at=timezone.now() - dt.timedelta(days=15))
    assert "No answer for 15 days" in page(desk.get("/desk/?show=mine"))
    assert re.search(r"no answer for 14 days</dt><dd>1<", page(owner.get(reverse("owner:overview"))))
    with monkeypatch.context() as later:
        days_later(later, 15)
        assert asking.overdue_since() > Ask.objects.get().at


def test_a_case_held_long_is_pointed_out(desk, held, make_user, sign_in):
    from django.test import Client

    assert "Held for" not in page(desk.get("/desk/"))
    Consultation.objects.update(claimed_at=timezone.now() - dt.timedelta(hours=50))
    assert "Held for 2 days" in page(desk.get("/desk/"))
    owner = sign_in(Client(), make_user("owner"))
    assert re.search(r"more than 24 hours</dt><dd>1<", page(owner.get(reverse("owner:overview"))))
