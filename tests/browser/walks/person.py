"""From an advert for exosomes to the doctors."""

from __future__ import annotations

import re
from typing import Any

from browser.walking import Journey, Visitor
from skinproof.care.fit import priorities
from skinproof.clinic.consultations.models import Consultation
from skinproof.clinic.post.sending import send_waiting
from skinproof.vocabulary import vocabulary

from .answers import Answers, answer_until, faults_lead_to_their_field, name_of
from .staff import PASSWORD

NOTE = "It is a lot of money for me. Is it worth it?"


def person(journey: Journey, mailbox: list[Any]) -> None:
    """From an advert for exosomes to the doctors, as a guest, with a change of device and an account on the way."""
    you = journey.visitor()
    you.open("/consultation/?concern=melasma&asked=exosome")
    assert "You are asking about Exosomes" in you.text
    you.see("start")
    assert you.page.get_by_role("radio", name=vocabulary().concerns["melasma"].name, exact=True).is_checked()
    you.go(you.button("Start"))

    told = {"story": "Brown patches on both cheeks since last summer.", "skin-type": "It hardly burns and tans easily"}
    answers = Answers(told, first_nothing=True)
    answer_until(you, answers, "/q/wanted/")
    assert you.page.get_by_role("checkbox", name="Exosomes", exact=True).is_checked()
    you.go(you.button("Continue"))
    answer_until(you, answers, "/q/skin-type/")

    you = elsewhere(journey, you)
    assert "/q/skin-type/" in you.path
    you.see("question-skin-type")
    answer_until(you, answers, "/check/")
    you.see("check")
    you.go(you.link("Change the answer to: How old are you?"))
    you.write(you.page.get_by_role("textbox", name="How old are you?"), "41")
    you.go(you.button("Continue"))
    assert "41 years" in you.text
    _agree(you)
    you.go_pressing_twice(you.button("Agree and send my answers"))
    assert "/options/" in you.path
    assert Consultation.objects.count() == 1

    weigh(you)
    _choose_and_send(you, name_of("no-treatment"), name_of("azelaic-acid"))
    keep_in_an_account(you, mailbox)


def _agree(you: Visitor) -> None:
    you.go(you.link("My answers are right"))
    you.see("consent")
    you.go(you.button("Agree and send my answers"))
    faults_lead_to_their_field(you)
    you.see("consent-fault")
    for box in you.page.get_by_role("checkbox").all():
        you.tick(box)


def _choose_and_send(you: Visitor, *forms: str) -> None:
    you.go(you.link("Choose what to talk about"))
    you.see("choose")
    for form in forms:
        you.tick(you.page.get_by_role("checkbox", name=form, exact=True))
    you.write(you.field("Anything the doctor should know"), NOTE)
    you.go(you.button("Continue"))
    you.see("photos")
    you.go(you.link("Go on without photos"))
    you.see("send")
    for form in forms:
        assert form in you.text
    you.go(you.button("Send it to the doctor"))
    assert you.heading == "Waiting for a doctor"
    you.see("status-waiting")


def elsewhere(journey: Journey, you: Visitor) -> Visitor:
    """Stop, and go on in another browser with the link."""
    was = you.path
    you.go(you.link("Stop here and go on later"))
    you.go(you.button("Make a link"))
    you.see("link")
    address = you.page.locator("section[aria-labelledby=your-link] a").inner_text()
    other = journey.visitor()
    other.open(address)
    assert other.heading == "Go on with your consultation here?"
    other.see("resume")
    other.go(other.button("Go on here"))
    assert other.path == was
    you.expected.add(410)
    you.open(was)
    assert you.heading == "This consultation was opened on another device"
    you.see("moved")
    return other


def weigh(you: Visitor) -> None:
    """What is open and what is not, with the reason and where it was read; what matters re-orders nothing."""
    injected = you.page.locator("#exosome-injected")
    assert you.page.locator("#group-not-for-you ~ ul").locator(injected).count() == 1
    rule = injected.locator("a[href^='/rules/']").first
    order = _order(you)
    you.see("options")
    you.go(rule)
    assert you.page.locator("main a[href^='https://']").count() > 0
    you.page.go_back()

    you.go(you.link("Say what matters to you"))
    you.see("what-matters")
    for name, rating in (("money", "Very"), ("certainty", "Quite"), ("pain", "Not at all")):
        group = you.page.get_by_role("group", name=priorities()[name])
        you.choose(group.get_by_role("radio", name=rating, exact=True))
    you.go(you.button("Show how the options fit"))
    assert _order(you) == order
    you.unfold(you.page.locator("#azelaic-acid summary"))
    fit = " ".join(you.page.locator("#azelaic-acid").inner_text().split())
    assert "(very important)" in fit
    assert "(not at all important)" in fit
    you.see("options-weighed")


def _order(you: Visitor) -> list[str]:
    return you.page.locator("li.option").evaluate_all("all => all.map(each => each.id)")


def keep_in_an_account(you: Visitor, mailbox: list[Any]) -> None:
    you.open("/account/register/")
    you.see("register")
    you.write(you.field("Email address"), "wren@example.org")
    you.go(you.button("Send me the link"))
    you.see("letter-sent")
    assert send_waiting() == 1
    you.open(re.search(r"https?://\S+", mailbox[-1].body).group())
    you.see("choose-password")
    you.write(you.field("Your name"), "Wren Applegarth")
    you.write(you.field("New password"), PASSWORD)
    you.write(you.field("The same password again"), PASSWORD)
    you.go(you.button("Save and sign in"))
    you.see("own-pages-guest")
    you.go(you.button("Keep it in my account"))
    assert you.heading == "Waiting for a doctor"
    you.see("status-kept")
    case = Consultation.objects.get()
    assert case.person.email == "wren@example.org"
