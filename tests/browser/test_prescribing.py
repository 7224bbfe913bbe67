"""A plan with medicines and its prescription, as doctor and person see them: axe, 320 px, spaced words, keyboard."""

from __future__ import annotations

import pytest

from clinic import plans
from clinic import prescriptions as steps
from clinic.conftest import actor

from . import walking
from .looking import DESK


@pytest.fixture
def prescription(a_doctor, two_waiting):
    """One signed plan with a prescription that waits for its particulars, and a draft that supersedes it."""
    from skinproof.clinic.consultations.models import Consultation
    from skinproof.clinic.desk import holding
    from skinproof.clinic.people.models import User

    doctor = User.objects.get(email=a_doctor.email)
    case = Consultation.objects.get(pk=two_waiting.first.pk)
    holding.claim(case.public_id, doctor, by=actor(doctor))
    case.refresh_from_db()
    found = steps.prescribed(case, doctor, steps.content(home_care="Wash gently.", cost_low=20, cost_high=35))
    capsules = {"form": "lymecycline", "product": "lymecycline-408", "quantity": 56, "unit": "capsules"}
    second = steps.medicine(**capsules, each_time=1, times_a_day=1)
    plans.draft(case, doctor, steps.content(steps.medicine(quantity=90), second))
    return found


def signed_in(chromium, server, user):
    """A page in which this account is signed in, its second factor given."""
    context = chromium.new_context(
        viewport={"width": DESK[0], "height": DESK[1]}, base_url=server.url, bypass_csp=True, reduced_motion="reduce"
    )
    walking.signed_in(context, user, server.url)
    return context.new_page()


def looked_through(page, closely, *places):
    """What is wrong with pages, each opened and looked at closely."""
    faults = []
    for name, path in places:
        assert page.goto(path).status == 200, name
        faults += closely(page, name)
    return faults


def test_the_doctors_pages(chromium, server, prescription, closely):
    page, case = signed_in(chromium, server, prescription.doctor), prescription.consultation
    faults = looked_through(
        page,
        closely,
        ("rx-plan-edit", f"/desk/{case.public_id}/plan/"),
        ("rx-plan-sign", f"/desk/{case.public_id}/plan/sign/"),
        ("rx-plan-signed", f"/desk/{case.public_id}/plan/1/"),
        ("rx-prescription", f"/desk/{case.public_id}/prescription/{prescription.public_id}/"),
    )
    page.context.close()
    assert not faults, "\n".join(faults)


def test_by_keyboard_a_medicine_is_added_and_nothing_is_lost(chromium, server, prescription):
    page = signed_in(chromium, server, prescription.doctor)
    page.goto(f"/desk/{prescription.consultation.public_id}/plan/")
    page.get_by_label("Home care").fill("Only water.")
    page.get_by_role("button", name="Add a medicine").focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    product = page.locator("[name=medicines-2-product]")
    product.focus()
    product.select_option("adapalene-gel-0-1")
    page.get_by_role("button", name="Fill in what is known of medicine 3").focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.locator("[name=medicines-2-quantity]").input_value() == "45"
    assert page.get_by_label("Home care").input_value() == "Only water."
    page.context.close()


def test_the_persons_pages(chromium, server, prescription, closely):
    page, case = signed_in(chromium, server, prescription.consultation.person), prescription.consultation
    faults = looked_through(
        page,
        closely,
        ("rx-person-plan", f"/consultation/{case.public_id}/plan/"),
        ("rx-person-details", f"/consultation/{case.public_id}/details/"),
    )
    page.context.close()
    assert not faults, "\n".join(faults)


def test_the_pharmacists_pages_and_the_doctors_with_a_query(chromium, server, prescription, closely):
    from skinproof.clinic.people.models import User
    from skinproof.clinic.prescribing import reviews

    from .conftest import staff

    pharmacist = User.objects.get(email=staff("pharmacist", "Sage Birch", registration="2012345").email)
    page = signed_in(chromium, server, pharmacist)
    faults = looked_through(
        page, closely, ("rx-to-review", "/prescriptions/"), ("rx-review", f"/prescriptions/{prescription.public_id}/")
    )
    page.get_by_label("I have a query for the doctor").check()
    with page.expect_navigation():
        page.get_by_role("button", name="Keep it with my name").click()
    assert page.get_by_role("alert").is_visible()
    faults += closely(page, "rx-review-fault")
    page.get_by_label("Your query, or a note").fill("Is the person still using the retinoid at night?")
    page.get_by_role("button", name="Keep it with my name").focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.get_by_role("heading", name="With the doctor").is_visible()
    faults += closely(page, "rx-asked")
    page.context.close()
    case = prescription.consultation
    assert reviews.queries_in(case)
    page = signed_in(chromium, server, prescription.doctor)
    faults += looked_through(
        page,
        closely,
        ("rx-query-queue", "/desk/"),
        ("rx-query-case", f"/desk/{case.public_id}/"),
        ("rx-query", f"/desk/{case.public_id}/prescription/{prescription.public_id}/"),
        ("gp-at-desk", f"/desk/{case.public_id}/papers/gp/"),
        ("ask-views", f"/desk/{case.public_id}/ask/"),
    )
    page.context.close()
    assert not faults, "\n".join(faults)
