"""Answering the questions of a consultation, and what every walk of a person comes by."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import expect

from browser.looking import DESK
from browser.walking import MOUSE, PATIENCE, Visitor
from skinproof import care
from skinproof.clinic.audit.models import ActorRole
from skinproof.clinic.audit.services import Actor
from skinproof.clinic.consultations import answering, intake
from skinproof.clinic.consultations.models import Consultation
from skinproof.vocabulary import vocabulary

GUEST = Actor(ActorRole.GUEST, None)
AT_THE_DESK = {"size": DESK, "by": MOUSE}
TANS = "It burns a little at first, then tans slowly"


@dataclass
class Answers:
    """What somebody says. `special` are answers by question id, each a list of words to tick or the one to choose;
    everything else is answered as by somebody with nothing to declare. With `first_nothing` each kind of question is
    first left unanswered."""

    special: dict[str, Any] = field(default_factory=dict)
    first_nothing: bool = False
    seen_kinds: set[str] = field(default_factory=set)

    def give(self, you: Visitor) -> str:
        """Answer the question on the page, and go on; returns its id."""
        name = re.search(r"/q/([a-z-]+)/", you.path).group(1)
        question = intake.form_of(case_of(you)).questions[name]
        if self.first_nothing and question.kind not in self.seen_kinds:
            self.seen_kinds.add(question.kind)
            you.see(f"question-{question.kind}")
            if not question.optional:
                you.go(you.button("Continue"))
                faults_lead_to_their_field(you)
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

    def value(self, question: care.Question) -> Any:
        """The same, as the page's form would read it."""
        words = self.special.get(question.id)
        if words is None:
            calm = {"sex": "female", "age": 34}
            return calm.get(question.id) or care.calm_answer(question)
        if question.kind in ("number", "text"):
            return words
        ids = {option.text: option.id for option in question.options}
        several = [
            ids[each] if each in ids else _unsure(each) for each in ([words] if isinstance(words, str) else words)
        ]
        return several if question.kind == "any-of" else several[0]


def _unsure(words: str) -> str:
    assert words.startswith("I’m not sure"), words
    return care.UNSURE


def case_of(you: Visitor) -> Consultation:
    """The consultation whose page is open."""
    return Consultation.objects.get(public_id=you.path.split("/")[2])


def faults_lead_to_their_field(you: Visitor) -> None:
    assert you.page.title().startswith("Error: "), (you.path, you.page.title())
    first = you.page.locator(".errors a").first
    control = first.get_attribute("href").removeprefix("#")
    you.press(first)
    expect(you.page.locator(f"[id='{control}']")).to_be_focused(timeout=PATIENCE)


def begun(you: Visitor, concern: str) -> None:
    you.open(f"/consultation/?concern={concern}")
    you.go(you.button("Start"))


def answer_until(you: Visitor, answers: Answers, stop: str) -> None:
    """Answer until the address holds `stop`."""
    for _ in range(60):
        if stop in you.path:
            return
        assert "/q/" in you.path, f"{you.path} on the way to {stop}"
        answers.give(you)
    raise AssertionError(f"{stop} does not come")


def answer_the_rest(you: Visitor, answers: Answers, stop: str) -> None:
    """What is still asked is answered without the browser, where another walk comes by the same questions; then on in
    the browser, at `stop`."""
    case = case_of(you)
    while (question := intake.progress(case).next) is not None:
        case = answering.answer(case.public_id, question.id, answers.value(question), by=GUEST)
    you.open(f"/consultation/{case.public_id}/")
    assert stop in you.path, f"{you.path} instead of {stop}"


def agree(you: Visitor) -> Consultation:
    """From the answers to the options."""
    you.go(you.link("My answers are right"))
    for box in you.page.get_by_role("checkbox").all():
        you.tick(box)
    you.go(you.button("Agree and send my answers"))
    assert "/options/" in you.path
    return case_of(you)


def send(you: Visitor, *forms: str) -> None:
    """From the options to the doctors."""
    you.go(you.link("Choose what to talk about"))
    for form in forms:
        you.tick(you.page.get_by_role("checkbox", name=name_of(form), exact=True))
    you.go(you.button("Continue"))
    you.go(you.link("Go on without photos"))
    you.go(you.button("Send it to the doctor"))
    assert you.heading == "Waiting for a doctor"


def name_of(form: str) -> str:
    return vocabulary().forms[form].name


def what_to_do_comes_first(you: Visitor) -> None:
    assert you.page.locator("main h1").evaluate("e => e.closest('.callout--stop') !== null")
    assert you.page.locator("main p").first.evaluate("e => e.className") == "callout__do"
    box = you.page.locator(".callout__do").first.bounding_box()
    assert box["y"] + box["height"] <= you.page.viewport_size["height"], "what to do is read without scrolling"
