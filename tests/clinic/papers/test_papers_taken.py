"""Who may take which paper."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from skinproof.clinic.audit.models import Entry

from .steps import pdf, refer, tell_gp

pytestmark = pytest.mark.django_db


KINDS = ("plan", "letter", "referral")


@pytest.fixture
def full_case(case, person, doctor):
    tell_gp(case, person)
    refer(case, doctor, to="A dermatologist near them")
    return case


@pytest.mark.parametrize("kind", KINDS)
def test_the_person_and_the_doctor_take_papers_and_the_trail_notes_it(client, full_case, person, doctor, sign_in, kind):
    for space, user in (("papers", person), ("case-papers", doctor)):
        them = sign_in(Client(), user)
        response = them.get(reverse(f"{space}:{kind}", args=[full_case.public_id, 1]))
        assert response["Content-Type"] == "application/pdf"
        assert response["Cache-Control"] == "no-store, private"
        assert re.fullmatch(r'attachment; filename="[a-z-]+-1\.pdf"', response["Content-Disposition"])
        assert "Page 1 of" in pdf(response)
    entries = Entry.objects.filter(verb="downloaded").order_by("id")
    assert [(entry.role, entry.detail["paper"]) for entry in entries] == [("person", kind), ("doctor", kind)]


@pytest.mark.parametrize("kind", KINDS)
def test_nobody_else_takes_them(client, full_case, make_user, sign_in, kind):
    own = reverse(f"papers:{kind}", args=[full_case.public_id, 1])
    desks = reverse(f"case-papers:{kind}", args=[full_case.public_id, 1])
    assert client.get(own).status_code == 404
    assert client.get(desks).url.startswith(reverse("people:sign-in"))
    stranger = sign_in(Client(), make_user("person"))
    assert stranger.get(own).status_code == 404
    assert stranger.get(desks).status_code == 403
    owner = sign_in(Client(), make_user("owner"))
    assert owner.get(own).status_code == 403
    assert owner.get(desks).status_code == 403
    unsure = sign_in(Client(), make_user("doctor"), verified=False)
    assert unsure.get(desks).url.startswith(reverse("people:second-factor"))
    assert not Entry.objects.filter(verb="downloaded").exists()


def test_papers_that_are_not_there_are_not_found(client, case, person, sign_in):
    sign_in(client, person)
    for name, more in (("plan", (9,)), ("letter", (1,)), ("referral", (1,)), ("visit", (1, "azelaic-acid"))):
        assert client.get(reverse(f"papers:{name}", args=[case.public_id, *more])).status_code == 404, name
