"""Whole paths of people whom a careless clinic would harm or turn away, and of the doctors who decide with them.

A person is on a phone: 375 px, by touch, without script. What is not the point of a path is put there or signed in
without walking; each page that is new here is looked at with axe."""

from __future__ import annotations

from contextlib import contextmanager

import pytest

from .conftest import account, staff
from .looking import DESK, PHONE
from .walking import KEYS, MOUSE, TOUCH, Journey
from .walks import asking, devices, doctors, options, photos, prescribing, words

ON_A_PHONE = {"size": PHONE, "by": TOUCH, "script": False}
AT_A_DESK = {"size": DESK, "by": MOUSE, "script": False}


@pytest.fixture
def walk(journey, closely, chromium):
    """`walk(who, name, …)` begins a journey on which the pages of these names are looked at; faults fail the test."""
    faults: list[str] = []
    wanted: set[str] = set()

    def look(page, name: str) -> None:
        if name in wanted:
            wanted.remove(name)
            with copied(chromium, page) as copy:
                faults.extend(closely(copy, name))

    def begin(who: str, *names: str, **how) -> Journey:
        wanted.update(names)
        return journey(who, told=False, see=look, **(how or ON_A_PHONE))

    yield begin
    assert not faults, "\n".join(faults)
    assert not wanted, f"not come by: {wanted}"


@contextmanager
def copied(chromium, page):
    """The page as it is now, in a browser of its own that runs scripts: axe is one, and the journey has none."""
    context = chromium.new_context(viewport=page.viewport_size, bypass_csp=True, reduced_motion="reduce")
    context.add_cookies(page.context.cookies())
    copy, html = context.new_page(), page.content()

    def answer(route) -> None:
        if route.request.is_navigation_request():
            route.fulfill(content_type="text/html; charset=utf-8", body=html)
        else:
            route.continue_()

    copy.route("**/*", answer)
    copy.goto(page.url)
    try:
        yield copy
    finally:
        context.close()


@pytest.fixture
def person(transactional_db):
    return account("person", "Wren Applegarth")


@pytest.fixture
def doctor(a_doctor):
    return a_doctor.user


def test_pregnant_with_acne_is_offered_what_is_safe_and_not_only_refused(walk, doctor):
    options.pregnant_with_acne(walk("pregnant"), doctor)


def test_brown_skin_and_a_co2_laser(walk, person, doctor):
    options.brown_skin_and_a_laser(walk("laser"), person, doctor)


def test_melasma_with_hydroquinone_within_limits_to_papers_in_the_hand(walk, person, doctor):
    journey = walk("hydroquinone", "case-with-prescription", "rx-issued")
    prescribing.hydroquinone_within_limits(journey, person, doctor)


def test_hair_loss_with_a_red_flag_in_the_words_alone(walk, doctor):
    words.flag_in_words(walk("words", "case-flag-in-words"), doctor)


def test_a_minor_gets_no_cosmetic_procedure_and_is_not_sent_away(walk, person, doctor):
    options.minor(walk("minor"), person, doctor)


def test_nothing_to_declare_by_keyboard_is_not_over_blocked(walk, doctor):
    options.nothing_to_declare(walk("calm", size=PHONE, by=KEYS, script=False), doctor)


def test_a_reason_past_a_hard_stop_is_this_doctors_own(walk, person, a_doctor, doctor):
    other = staff("doctor", "Dr Rowan Tansley", gmc_number="0000003")
    owner = staff("owner", "Sorrel Finch")
    journey = walk("override", "plan-others-reason", **AT_A_DESK)
    doctors.two_doctors_and_a_reason(journey, person, (a_doctor, other), owner.user)


def test_begun_on_a_desktop_and_gone_on_with_on_a_phone(walk, transactional_db):
    devices.from_desktop_to_phone(walk("resume", **AT_A_DESK))


def test_photos_of_a_phone_are_seen_by_the_doctor_who_has_the_case(walk, person, doctor):
    photos.photos(walk("photos", "photos-one-refused", "photos-added", "case-with-photos"), person, doctor)


def test_asked_for_photos_and_answered(walk, person, doctor):
    asking.asked_and_answered(walk("asked", "more-with-photos"), person, doctor)
