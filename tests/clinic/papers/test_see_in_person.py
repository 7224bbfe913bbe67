"""What cannot be done from afar ends in being seen."""

from __future__ import annotations

import pytest
from django.urls import reverse

from clinic import plans
from skinproof.clinic.papers import making, selectors

from .steps import pdf, said, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def needled_case(make_case, doctor, person):
    case = make_case("in-review", doctor=doctor, person=person, choices=["microneedling"])
    what = plans.content("microneedling")
    plans.record(case, doctor, non_sterile_provider=False)
    plans.signed(case, doctor, what=what)
    case.refresh_from_db()
    return case


def test_what_cannot_be_done_from_afar_ends_in_being_seen(client, needled_case, person, sign_in):
    sign_in(client, person)
    options = client.get(reverse("consultations:options", args=[needled_case.public_id])).content.decode()
    page = reverse("papers:in-person", args=[needled_case.public_id, "microneedling"])
    assert page in options
    assert page in client.get(reverse("plans:plan", args=[needled_case.public_id])).content.decode()
    shown = words(client.get(page))
    for text in ("emergency kit", "qualifications", "sterile", "trained person must look at yours", "Keep away from"):
        assert text in shown
    sheet = pdf(client.get(reverse("papers:visit", args=[needled_case.public_id, 1, "microneedling"])))
    assert "Before your visit: Microneedling" in " ".join(sheet.split())
    assert "To be seen in person" in said(making.plan(needled_case, 1))
    kinds = [line.kind for line in selectors.papers(needled_case).lines]
    assert kinds == ["plan", "visit"]


def test_a_closed_option_is_not_made_to_look_open(client, case, person, sign_in):
    sign_in(client, person)
    shown = words(client.get(reverse("papers:in-person", args=[case.public_id, "exosome-injected"])))
    assert "Not for you" in shown
    assert "We do not advise it for you now" in shown
    assert "Take the sheet" not in shown


def test_what_is_decided_from_afar_has_no_such_page(client, case, person, sign_in):
    sign_in(client, person)
    for form in ("azelaic-acid", "no-such-thing"):
        assert client.get(reverse("papers:in-person", args=[case.public_id, form])).status_code == 404
