"""Steps of asking a person for more, for tests."""

from __future__ import annotations

import datetime as dt

from django.urls import reverse
from django.utils import timezone

from clinic.conftest import actor
from skinproof.clinic.audit.services import Actor
from skinproof.clinic.desk import asking

RETINOID = "preg-topical-retinoid"


def ask(case, doctor, **what):
    what = what or {"questions": ["pregnancy"]}
    return asking.ask(case.public_id, doctor, by=actor(doctor), **what)


def reply(case, there, answers=None, text=""):
    case.refresh_from_db()
    by = Actor("person", case.person_id)
    return asking.reply(case.public_id, there.public_id, answers or {}, text, by=by)


def at(name, case, *more):
    return reverse(name, args=[case.public_id, *more])


def page(response, status=200):
    assert response.status_code == status, response.content.decode()[:2000]
    return response.content.decode()


def days_later(monkeypatch, days):
    later = timezone.now() + dt.timedelta(days=days)
    monkeypatch.setattr("django.utils.timezone.now", lambda: later)
