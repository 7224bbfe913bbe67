"""A consultation's pages by every kind of visitor; test_permissions holds all pages against the table of roles."""

from __future__ import annotations

import pytest
from django.urls import reverse

from .journeys import begin, url

pytestmark = pytest.mark.django_db

# What a GET answers, by page and visitor: 200 or 302 opens it (302 within the visitor's own pages).
SIGN_IN, FACTOR = reverse("people:sign-in"), reverse("people:second-factor")
VISITORS = ("nobody", "person", "doctor", "owner", "doctor without factor", "owner without factor")


@pytest.fixture(params=VISITORS)
def visitor(request, client, make_user, sign_in):
    role = request.param.split()[0]
    if role != "nobody":
        sign_in(client, make_user(role), verified=None if " " not in request.param else False)
    return request.param, client


def opened(response) -> str:
    """What became of a GET: "open", "sign-in", "factor", "refused" or "hidden"."""
    if response.status_code == 302:
        for word, address in (("sign-in", SIGN_IN), ("factor", FACTOR)):
            if response.url.split("?")[0] == address:
                return word
        return "open"
    return {200: "open", 403: "refused", 404: "hidden", 405: "open"}[response.status_code]


def test_the_persons_pages_are_for_people_and_guests(visitor):
    who, client = visitor
    expected = "open" if who in ("nobody", "person") else "refused"
    assert opened(client.get(reverse("consultations:start"))) == expected
    if expected == "open":
        consultation = begin(client)
        assert opened(client.get(url("now", consultation))) == "open"


def test_a_consultation_is_opened_by_its_own_person_only(visitor, client):
    from django.test import Client

    consultation = begin(Client())
    who, client = visitor
    expected = "hidden" if who in ("nobody", "person") else "refused"
    for name in ("now", "stop", "check", "consent", "options", "matters", "choose", "send", "status", "link"):
        assert opened(client.get(url(name, consultation))) == expected, name


def test_the_account_page_is_for_everybody_who_is_signed_in(visitor):
    who, client = visitor
    expected = "sign-in" if who == "nobody" else "factor" if "without" in who else "open"
    assert opened(client.get(reverse("people:home"))) == expected


def test_the_second_factors_pages_are_for_staff(visitor):
    who, client = visitor
    for name in ("second-factor", "second-factor-set-up"):
        got = opened(client.get(reverse(f"people:{name}")))
        if who == "nobody":
            assert got == "sign-in"
        elif who == "person":
            assert got == "refused"
        else:
            assert got in ("open", "factor")
