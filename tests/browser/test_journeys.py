"""The journeys in a real browser: on a phone by touch without script, and on a desk by the keyboard alone, where each
kind of page on the way is looked at too. A mouse is what the other walks of this folder have."""

from __future__ import annotations

import pytest

from .looking import DESK, PHONE
from .walking import KEYS, MOUSE, TOUCH, Journey
from .walks import doctor, flags, person, reading, words

WAYS = {
    "phone-touch-without-script": {"size": PHONE, "by": TOUCH, "script": False},
    "desk-mouse": {"size": DESK, "by": MOUSE},
    "desk-keyboard": {"size": DESK, "by": KEYS},
}
LOOKED_AT = "desk-keyboard"
touch_and_keys = pytest.mark.parametrize("way", ["phone-touch-without-script", "desk-keyboard"])


@pytest.fixture
def begin(journey, looked_at):
    """`begin(who, way)` begins a journey. The reader's pages are looked at one by one in `test_public_pages`."""

    def begin(who: str, way: str) -> Journey:
        if way == LOOKED_AT and who != "reader":
            return looked_at(who, way, told=True, **WAYS[way])
        return journey(who, way, **WAYS[way])

    return begin


@pytest.mark.parametrize("way", list(WAYS))
def test_a_reader(begin, way):
    reading.reader(begin("reader", way))


@touch_and_keys
def test_a_person(begin, mailoutbox, way):
    person.person(begin("person", way), mailoutbox)


@touch_and_keys
def test_a_red_flag(begin, a_doctor, way):
    flags.red_flag(begin("red flag", way), a_doctor.user)


@touch_and_keys
def test_what_only_the_words_say(begin, transactional_db, way):
    words.in_words(begin("in words", way))


@touch_and_keys
def test_a_doctor(begin, a_doctor, two_waiting, way):
    doctor.doctor(begin("doctor", way), a_doctor, two_waiting)
