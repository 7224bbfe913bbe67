"""Begun on one device, gone on with on another."""

from __future__ import annotations

from browser.looking import PHONE
from browser.walking import TOUCH, Journey
from skinproof.clinic.consultations.models import Consultation

from .answers import TANS, Answers, answer_the_rest, answer_until, begun


def from_desktop_to_phone(journey: Journey) -> None:
    you = journey.visitor()
    begun(you, "rosacea")
    story = "My cheeks flush with wine."
    answer_until(you, Answers({"story": story}), "/q/emergency/")
    was = you.path
    you.go(you.link("Stop here and go on later"))
    you.go(you.button("Make a link"))
    address = you.page.locator("section[aria-labelledby=your-link] a").inner_text()

    phone = journey.visitor(size=PHONE, by=TOUCH, script=False)
    phone.open(address)
    phone.go(phone.button("Go on here"))
    assert phone.path == was
    case = Consultation.objects.get()
    answers = Answers({"skin-type": TANS})
    for _ in range(2):
        answers.give(phone)
    answer_the_rest(phone, answers, "/check/")
    kept = phone.page.locator("dd", has_text=story)
    assert kept.count() == 1, "what was answered on the other device is there"
    you.expected.add(410)
    you.open(was)
    assert you.heading == "This consultation was opened on another device"
    again = journey.visitor(size=PHONE, by=TOUCH, script=False)
    again.expected.add(410)
    again.open(address)
    assert again.button("Go on here").count() == 0, "the link works once"
    case.refresh_from_db()
    assert Consultation.objects.count() == 1
