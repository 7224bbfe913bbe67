"""What cannot wait."""

from __future__ import annotations

import re

from browser.looking import DESK
from browser.walking import MOUSE, Journey
from skinproof.clinic.people.models import User

from .answers import Answers, agree, answer_the_rest, answer_until, begun, send, what_to_do_comes_first

EYE = "An eye that hurts, light that hurts, or a change in sight"
MOLE = "A mole or mark that is getting bigger"


def red_flag(journey: Journey, doctor: User) -> None:
    """Something that cannot wait stops everything; a wrong answer can be put right, which the doctor sees; something
    that a GP must see is told before the journey goes on."""
    you = journey.visitor()
    begun(you, "melasma")
    answers = Answers({"emergency": [EYE], "moles": [MOLE]})
    answer_until(you, answers, "/stop/")
    what_to_do_comes_first(you)
    assert "999" in you.page.locator(".callout--stop").inner_text() or "A&E" in you.text
    assert you.page.get_by_role("button", name="go on").count() == 0
    you.see("stop-now")
    you.open(you.path.replace("/stop/", "/options/"))
    assert you.path.endswith("/stop/"), "nothing else opens while it stands"

    you.unfold(you.fold("I gave a wrong answer"))
    you.go(you.link(re.compile("^Change the answer to: Is any of this happening")))
    you.tick(you.page.get_by_role("checkbox", name=EYE, exact=True), on=False)
    you.tick(you.page.get_by_role("checkbox", name="None of these", exact=True))
    you.go(you.button("Continue"))

    answer_until(you, answers, "/stop/")
    what_to_do_comes_first(you)
    assert "GP" in you.page.locator(".callout--stop").inner_text()
    you.see("stop-soon")
    you.go(you.button("I have read this, go on"))
    answer_the_rest(you, answers, "/check/")
    case = agree(you)
    send(you, "no-treatment")

    them = journey.visitor(doctor, size=DESK, by=MOUSE)
    them.open(f"/desk/{case.public_id}/")
    first = them.page.locator(".case > *").first.inner_text()
    assert first.strip().startswith("Red flag")
    changed = them.page.locator("section[aria-labelledby=changed]").inner_text()
    assert EYE in changed
    assert "A red flag went away with this change" in changed
    them.see("case-red-flag")
