"""People and cases for the tests beside it."""

from __future__ import annotations

import pytest


@pytest.fixture
def person(make_user):
    return make_user(name="Wren Applegarth")


@pytest.fixture
def held(make_case, doctor, person):
    """Whether they are pregnant is not known, and tretinoin turns on it."""
    special = {"pregnancy": "not-sure", "emergency": "not-sure"}
    return make_case("in-review", doctor=doctor, person=person, choices=["tretinoin"], special=special)


@pytest.fixture
def desk(client, doctor, sign_in):
    return sign_in(client, doctor)


@pytest.fixture
def you(person, sign_in):
    from django.test import Client

    return sign_in(Client(), person)
