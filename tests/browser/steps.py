"""The four journeys, step by step, for whoever makes them: see `walking` for how a visitor acts."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from skinproof import care
from skinproof.clinic.consultations.models import Consultation
from skinproof.evidence import library
from skinproof.vocabulary import vocabulary

from .walking import Journey, Visitor

PASSWORD = "three random words"
NOTE = "It is a lot of money for me. Is it worth it?"


# --- reading
def reader(journey: Journey) -> None:
    """From the home page to a number's study, to a comparison of one's own choice, to how all of it is known."""
    you = journey.visitor()
    you.open("/")
    you.see("home")
    you.go(you.link("Read the whole page on exosomes"))
    assert you.heading == "Exosomes"
    you.see("exosomes")
    linked = _to_its_study(you)

    you.open("/concerns/melasma/")
    you.see("concern")
    you.go(you.link("Compare the options side by side"))
    you.see("comparison")
    you.press(you.fold("Choose other options"))
    you.tick(you.field("Vitamin C serum"))
    you.go(you.button("Show these"))
    assert "option=vitamin-c" in you.page.url
    assert you.page.get_by_role("columnheader", name="No treatment").is_visible()
    you.see("comparison-chosen")
    linked = _to_its_study(you) or linked
    assert linked
    you.go(you.link("How we know").and_(you.page.locator("header a")))
    assert you.heading == "How we know"
    assert you.page.get_by_role("heading", name="Who pays").count() == 1


def _to_its_study(you: Visitor) -> bool:
    """A number leads to its finding, that to its studies, and a study's card to the report, unless only a copy of it
    was read: then the card says so. Returns whether there was a link to the report."""
    you.go(you.page.locator(".figures a.n[href^='/findings/']").first)
    you.see("finding")
    you.go(you.page.locator("section[aria-labelledby=studies] th a").first)
    assert you.path.startswith("/studies/")
    you.see("study")
    link = library().reader_link(you.path.split("/")[2])
    assert link.words in you.text
    report = you.page.locator(".readers a")
    assert report.count() == bool(link.href)
    if link.href:
        assert re.match(r"https://(doi\.org/10\.|pubmed\.ncbi\.nlm\.nih\.gov/\d)", report.get_attribute("href"))
    return bool(link.href)


# --- a consultation
@dataclass
class Answers:
    """What somebody says. `special` are answers by question id, each a list of words to tick or the one to choose;
    everything else is answered as by somebody with nothing to declare."""

    special: dict[str, Any] = field(default_factory=dict)
    seen_kinds: set[str] = field(default_factory=set)

    def give(self, you: Visitor) -> str:
        """Answer the question on the page, and go on; returns its id."""
        name = re.search(r"/q/([a-z-]+)/", you.path).group(1)
        question = next(each for each in care.consultation().questions if each.id == name)
        if question.kind not in self.seen_kinds:
            self.seen_kinds.add(question.kind)
            you.see(f"question-{question.kind}")
            if question.kind != "text":  # nothing has to be written
                you.go(you.button("Continue"))
                _faults_lead_to_their_field(you)
                you.see(f"question-{question.kind}-fault")
        words = self.special.get(name)
        if question.kind == "number":
            you.write(you.page.get_by_role("textbox", name=question.text), str(words or 34))
        elif question.kind == "text":
            you.write(you.page.get_by_role("textbox", name=question.text), words or "")
        elif question.kind == "one-of":
            calm = {option.id: option.text for option in question.options}.get(question.calm or "female")
            you.choose(you.page.get_by_role("radio", name=words or calm, exact=True))
        else:
            for each in words or [question.none or "None of these"]:
                you.tick(you.page.get_by_role("checkbox", name=each, exact=True))
        you.go(you.button("Continue"))
        return name


def _faults_lead_to_their_field(you: Visitor) -> None:
    assert you.page.title().startswith("Error: ")
    first = you.page.locator(".errors a").first
    control = first.get_attribute("href").removeprefix("#")
    you.press(first)
    assert you.page.evaluate("document.activeElement.id") == control or you.page.url.endswith(f"#{control}")


def answer_until(you: Visitor, answers: Answers, stop: str) -> None:
    """Answer until the address holds `stop`."""
    for _ in range(60):
        if stop in you.path:
            return
        assert "/q/" in you.path, f"{you.path} on the way to {stop}"
        answers.give(you)
    raise AssertionError(f"{stop} does not come")


def agree(you: Visitor) -> None:
    you.go(you.link("My answers are right"))
    you.see("consent")
    you.go(you.button("Agree and send my answers"))
    _faults_lead_to_their_field(you)
    you.see("consent-fault")
    for box in you.page.get_by_role("checkbox").all():
        you.tick(box)


def choose_and_send(you: Visitor, *forms: str, note: str = "") -> None:
    you.go(you.link("Choose what to talk about"))
    you.see("choose")
    for form in forms:
        you.tick(you.page.get_by_role("checkbox", name=form, exact=True))
    if note:
        you.write(you.field("Anything the doctor should know"), note)
    you.go(you.button("Continue"))
    you.see("send")
    for form in forms:
        assert form in you.text
    you.go(you.button("Send it to the doctor"))
    assert you.heading == "Waiting for a doctor"
    you.see("status-waiting")


def person(journey: Journey, mailbox: list[Any]) -> None:
    """ "I saw exosomes advertised for my melasma": a guest's way to the doctors, with a change of device and an account."""
    you = journey.visitor()
    you.open("/treatments/exosome/")
    you.go(you.link("Were you offered exosomes?"))
    assert "You are asking about Exosomes" in you.text
    you.see("start")
    you.choose(you.page.get_by_role("radio", name=vocabulary().concerns["melasma"].name, exact=True))
    you.go(you.button("Start"))

    answers = Answers(
        {"story": "Brown patches on both cheeks since last summer.", "skin-type": "It hardly burns and tans easily"}
    )
    answer_until(you, answers, "/q/wanted/")
    assert you.page.get_by_role("checkbox", name="Exosomes", exact=True).is_checked()
    you.go(you.button("Continue"))
    answer_until(you, answers, "/q/skin-type/")

    you = elsewhere(journey, you)
    assert "/q/skin-type/" in you.path
    answer_until(you, answers, "/check/")
    you.see("check")
    you.go(you.link("Change the answer to: How old are you?"))
    you.write(you.page.get_by_role("textbox", name="How old are you?"), "41")
    you.go(you.button("Continue"))
    assert "41 years" in you.text
    agree(you)
    you.go_pressing_twice(you.button("Agree and send my answers"))
    assert "/options/" in you.path
    assert Consultation.objects.count() == 1

    weigh(you)
    choose_and_send(you, *(vocabulary().forms[form].name for form in ("no-treatment", "azelaic-acid")), note=NOTE)
    keep_in_an_account(you, mailbox)


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
    assert "Not for you" in injected.inner_text()
    rule = injected.locator("a[href^='/rules/']").first
    order = _order(you)
    you.see("options")
    you.go(rule)
    assert you.page.locator("main a[href^='https://']").count() > 0
    you.page.go_back()

    you.go(you.link("Say what matters to you"))
    you.see("what-matters")
    for name, rating in (("money", "Very"), ("certainty", "Quite"), ("pain", "Not at all")):
        group = you.page.get_by_role("group", name=care_priority(name))
        you.choose(group.get_by_role("radio", name=rating, exact=True))
    you.go(you.button("Show how the options fit"))
    assert _order(you) == order
    you.press(you.page.locator("#azelaic-acid summary"))
    fit = " ".join(you.page.locator("#azelaic-acid").inner_text().split())
    assert "(very important)" in fit
    assert "(not at all important)" in fit
    you.see("options-weighed")


def care_priority(name: str) -> str:
    from skinproof.care.fit import priorities

    return priorities()[name]


def _order(you: Visitor) -> list[str]:
    return you.page.locator("li.option").evaluate_all("all => all.map(each => each.id)")


def keep_in_an_account(you: Visitor, mailbox: list[Any]) -> None:
    you.open("/account/register/")
    you.see("register")
    you.write(you.field("Email address"), "wren@example.org")
    you.go(you.button("Send me the link"))
    you.see("letter-sent")
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
