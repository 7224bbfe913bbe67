"""People and cases for the tests beside it."""

from __future__ import annotations

import pytest


@pytest.fixture
def person(make_user):
    from .steps import NAME

    return make_user("person", name=NAME)


@pytest.fixture
def open_case(make_case, doctor, person):
    return make_case("in-review", doctor=doctor, person=person)


@pytest.fixture
def case(open_case, doctor):
    from clinic import plans

    plans.signed(open_case, doctor)
    open_case.refresh_from_db()
    return open_case


@pytest.fixture
def mole_case(make_case, doctor, person):
    """A mole that changes stands against it."""
    return make_case("in-review", doctor=doctor, person=person, special={"moles": ["bigger"]})
