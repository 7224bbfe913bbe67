"""The four journeys in a real browser: on a phone by touch, on a desk by mouse, and by the keyboard alone."""

from __future__ import annotations

import pytest

from . import steps
from .looking import DESK, PHONE
from .walking import KEYS, MOUSE, TOUCH

WAYS = {
    "phone-touch-without-script": {"size": PHONE, "by": TOUCH, "script": False},
    "desk-mouse": {"size": DESK, "by": MOUSE},
    "desk-keyboard": {"size": DESK, "by": KEYS},
}
every_way = pytest.mark.parametrize("way", list(WAYS))
# The long paths of a person: what a mouse reaches, touch or keys reach too; a reader and a doctor are walked by mouse.
touch_and_keys = pytest.mark.parametrize("way", ["phone-touch-without-script", "desk-keyboard"])


@every_way
def test_a_reader(journey, way):
    steps.reader(journey("reader", way, **WAYS[way]))


@touch_and_keys
def test_a_person(journey, mailoutbox, way):
    steps.person(journey("person", way, **WAYS[way]), mailoutbox)


@touch_and_keys
def test_a_red_flag(journey, a_doctor, way):
    steps.red_flag(journey("red flag", way, **WAYS[way]), a_doctor)


@touch_and_keys
def test_what_only_the_words_say(journey, transactional_db, way):
    steps.in_words(journey("in words", way, **WAYS[way]))


@every_way
def test_a_doctor(journey, a_doctor, two_waiting, way):
    steps.doctor(journey("doctor", way, **WAYS[way]), a_doctor, two_waiting)
