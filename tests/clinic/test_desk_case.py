"""The case: what stands on it, who may do what, and what is noted."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from skinproof import care
from skinproof.clinic.audit.models import Entry
from skinproof.clinic.consultations.models import Correction, Message, State
from skinproof.clinic.desk.judging import judged
from skinproof.clinic.desk.models import CaseFact, FlagDealtWith

from .conftest import actor
from .journeys import hidden

KEY = "k" * 43


@pytest.fixture
def doctor(make_user):
    return make_user("doctor")


@pytest.fixture
def desk(client, doctor, sign_in):
    return sign_in(client, doctor)


@pytest.fixture
def held(make_case, doctor):
    return make_case(State.IN_REVIEW, doctor=doctor, special={})


def url(name, case, *more):
    return reverse(f"desk:{name}", args=[case.public_id, *more])


def page(response):
    assert response.status_code == 200
    return response.content.decode()


def test_a_case(desk, make_case):
    print(page(desk.get(url("case", make_case(special={})))))
