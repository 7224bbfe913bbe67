"""What only the words say."""

from __future__ import annotations

import re

from browser.walking import Journey
from clinic.conftest import put_case
from skinproof import care
from skinproof.clinic.people.models import User

from .answers import (
    AT_THE_DESK,
    TANS,
    Answers,
    agree,
    answer_the_rest,
    answer_until,
    begun,
    faults_lead_to_their_field,
    send,
    what_to_do_comes_first,
)

WORDS = "My hair has come out in patches over two weeks, and my scalp is sore. I read about exosomes for hair."


def flag_in_words(journey: Journey, doctor: User) -> None:
    """Nothing alarming is ticked, and the words stop the person all the same; the doctor reads them first."""
    put_case(hours_ago=30, special={"skin_type": "type-2"})  # somebody who has waited for longer
    you = journey.visitor()
    begun(you, "hair-loss")
    answers = Answers({"sex": "Male", "story": WORDS, "skin-type": TANS})
    answer_until(you, answers, "/stop/")
    rule = care.rules().rule("rf-hair-loss-scarring")
    stop = you.page.locator(".callout--stop")
    assert rule.reason in stop.inner_text()
    assert "scalp is sore" in stop.locator("q").first.inner_text(), "in the person's own words"
    assert you.page.locator("main p").first.evaluate("e => e.className") == "callout__do", "what to do comes first"
    you.go(you.button("I have read this, go on"))
    answer_the_rest(you, answers, "/check/")
    case = agree(you)
    assert rule.id in case.flags
    send(you, "no-treatment")

    them = journey.visitor(doctor, **AT_THE_DESK)
    them.open("/desk/")
    row = them.page.locator("tbody tr").first
    assert case.public_id in row.locator("th a").get_attribute("href"), "before who has waited for longer"
    them.go(row.locator("th a"))
    boxes = them.page.locator(".case__all .callout")
    assert boxes.nth(0).inner_text().strip().startswith("Red flag")
    assert rule.reason in boxes.nth(0).inner_text()
    assert "scalp is sore" in boxes.nth(1).inner_text()
    place = boxes.nth(1).bounding_box()
    assert place["y"] + place["height"] <= them.page.viewport_size["height"], "both are read without scrolling"
    assert "No red flag in the answers" not in them.text
    them.see("case-flag-in-words")
    assert WORDS in them.page.locator("blockquote.story").inner_text()
    them.go(them.button("Take this case"))
    them.go(them.link("Record what was done about it"))
    assert them.field("What was done").is_visible()


def in_words(journey: Journey) -> None:
    """A red flag that only the story holds stops everything; what was misread can be taken out; what no answer tells is
    asked; and a red flag in a message is told at once, while the message is sent."""
    you = journey.visitor()
    begun(you, "melasma")
    story = "Brown patches since May. I take warfarin. My face swelled up."
    unsure = {"blood-medicines": ["I’m not sure about some of these"], "skin-type": "I’m not sure"}
    answers = Answers({"story": story, **unsure})
    answer_until(you, answers, "/stop/")
    what_to_do_comes_first(you)
    assert "face swelled up" in you.page.locator(".callout--stop q").first.inner_text()
    you.unfold(you.fold("This is not so"))
    you.see("stop-in-words")
    you.go(you.button(re.compile("^That is not so")))
    answer_the_rest(you, answers, "/your-words/")
    assert you.heading == "What we read in your words"
    assert "warfarin" in you.text
    assert not you.page.get_by_role("radio", checked=True).count()
    you.see("in-words")
    you.go(you.button("Continue"))
    faults_lead_to_their_field(you)
    you.see("in-words-fault")
    you.choose(you.page.get_by_role("radio", name="Yes, that is right", exact=True))
    you.go(you.button("Continue"))
    assert you.path.endswith("/check/")
    agree(you)
    send(you, "no-treatment")
    you.write(you.field("Your message"), "Now my face has swollen up and I can't breathe.")
    you.go(you.button("Send the message"))
    what_to_do_comes_first(you)
    assert "has been sent" in you.text
    you.see("urgent")
    you.go(you.link("I have read this, go on"))
    assert you.page.locator("main .callout--stop").count() == 1
    you.see("status-urgent")
