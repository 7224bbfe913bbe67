"""The four journeys, step by step, for whoever makes them: see `walking` for how a visitor acts."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.utils import timezone

from skinproof import care
from skinproof.clinic.consultations import intake
from skinproof.clinic.consultations.models import Consultation
from skinproof.clinic.post.sending import send_waiting
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
    you.go(you.page.locator("header").get_by_role("link", name="How we know"))
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
        case = Consultation.objects.get(public_id=you.path.split("/")[2])
        question = intake.form_of(case).questions[name]
        if question.kind not in self.seen_kinds:
            you.see(f"question-{question.kind}")
            if not question.optional:
                self.seen_kinds.add(question.kind)
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
    assert you.page.title().startswith("Error: "), (you.path, you.page.title())
    first = you.page.locator(".errors a").first
    control = first.get_attribute("href").removeprefix("#")
    you.press(first)
    assert you.page.evaluate("document.activeElement.id") == control


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
    you.see("photos")
    you.go(you.link("Go on without photos"))
    you.see("send")
    for form in forms:
        assert form in you.text
    you.go(you.button("Send it to the doctor"))
    assert you.heading == "Waiting for a doctor"
    you.see("status-waiting")


def person(journey: Journey, mailbox: list[Any]) -> None:
    """From an advert for exosomes to the doctors, as a guest, with a change of device and an account on the way."""
    you = journey.visitor()
    you.open("/consultation/?concern=melasma&asked=exosome")
    assert "You are asking about Exosomes" in you.text
    you.see("start")
    assert you.page.get_by_role("radio", name=vocabulary().concerns["melasma"].name, exact=True).is_checked()
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
    you.see("question-skin-type")
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


# --- a red flag
EYE = "An eye that hurts, light that hurts, or a change in sight"
MOLE = "A mole or mark that is getting bigger"


def red_flag(journey: Journey, doctor: Staff) -> None:
    """Something that cannot wait stops everything; a wrong answer can be put right, which the doctor sees; something
    that a GP must see is told before the journey goes on."""
    you = journey.visitor()
    you.open("/consultation/?concern=melasma")
    you.go(you.button("Start"))
    answers = Answers({"emergency": [EYE], "moles": [MOLE]})
    answer_until(you, answers, "/stop/")
    _what_to_do_comes_first(you)
    assert "999" in you.page.locator(".callout--stop").inner_text() or "A&E" in you.text
    assert you.page.get_by_role("button", name="go on").count() == 0
    you.see("stop-now")
    you.open(you.path.replace("/stop/", "/options/"))
    assert you.path.endswith("/stop/"), "nothing else opens while it stands"

    you.press(you.fold("I gave a wrong answer"))
    you.go(you.link(re.compile("^Change the answer to: Is any of this happening")))
    you.tick(you.page.get_by_role("checkbox", name=EYE, exact=True), on=False)
    you.tick(you.page.get_by_role("checkbox", name="None of these", exact=True))
    you.go(you.button("Continue"))

    answer_until(you, answers, "/stop/")
    _what_to_do_comes_first(you)
    assert "GP" in you.page.locator(".callout--stop").inner_text()
    you.see("stop-soon")
    you.go(you.button("I have read this, go on"))
    answer_until(you, answers, "/check/")
    agree(you)
    you.go(you.button("Agree and send my answers"))
    choose_and_send(you, vocabulary().forms["no-treatment"].name)

    them = journey.visitor()
    sign_in(them, doctor)
    them.go(them.page.locator("tbody th a").first)
    first = them.page.locator(".case > *").first.inner_text()
    assert first.strip().startswith("Red flag")
    changed = them.page.locator("section[aria-labelledby=changed]").inner_text()
    assert EYE in changed
    assert "A red flag went away with this change" in changed
    them.see("case-red-flag")


def in_words(journey: Journey) -> None:
    """A red flag that only the story holds stops everything; what was misread can be taken out; what no answer tells is
    asked; and a red flag in a message is told at once, while the message is sent."""
    you = journey.visitor()
    you.open("/consultation/?concern=melasma")
    you.go(you.button("Start"))
    story = "Brown patches since May. I take warfarin. My face swelled up."
    unsure = {"blood-medicines": ["I’m not sure about some of these"], "skin-type": "I’m not sure"}
    answers = Answers({"story": story, **unsure})
    answer_until(you, answers, "/stop/")
    _what_to_do_comes_first(you)
    assert "face swelled up" in you.page.locator(".callout--stop q").first.inner_text()
    you.press(you.fold("This is not so"))
    you.see("stop-in-words")
    you.go(you.button(re.compile("^That is not so")))
    answer_until(you, answers, "/your-words/")
    assert you.heading == "What we read in your words"
    assert "warfarin" in you.text
    assert not you.page.get_by_role("radio", checked=True).count()
    you.see("in-words")
    you.go(you.button("Continue"))
    _faults_lead_to_their_field(you)
    you.see("in-words-fault")
    you.choose(you.page.get_by_role("radio", name="Yes, that is right", exact=True))
    you.go(you.button("Continue"))
    assert you.path.endswith("/check/")
    agree(you)
    you.go(you.button("Agree and send my answers"))
    choose_and_send(you, vocabulary().forms["no-treatment"].name)
    you.write(you.field("Your message"), "Now my face has swollen up and I can't breathe.")
    you.go(you.button("Send the message"))
    _what_to_do_comes_first(you)
    assert "has been sent" in you.text
    you.see("urgent")
    you.go(you.link("I have read this, go on"))
    assert you.page.locator("main .callout--stop").count() == 1
    you.see("status-urgent")


def _what_to_do_comes_first(you: Visitor) -> None:
    assert you.page.locator("main h1").evaluate("e => e.closest('.callout--stop') !== null")
    assert you.page.locator("main p").first.evaluate("e => e.className") == "callout__do"
    box = you.page.locator(".callout__do").first.bounding_box()
    assert box["y"] + box["height"] <= you.page.viewport_size["height"], "what to do is read without scrolling"


# --- the doctor
@dataclass
class Staff:
    """A member of staff: the account, and what gives the code of its second factor."""

    email: str
    name: str
    code: Callable[[], str]


def sign_in(them: Visitor, staff: Staff) -> None:
    them.open("/desk/")
    them.see("sign-in")
    them.write(them.field("Email address"), staff.email)
    them.write(them.field("Password"), PASSWORD)
    them.go(them.button("Sign in"))
    assert them.heading == "Confirm that it is you"
    them.see("second-factor")
    them.write(them.field("Code from your authenticator app"), staff.code())
    them.go(them.button("Confirm"))
    assert them.heading == "Queue"


@dataclass
class Waiting:
    """Two cases: one sent first, one more urgent; and the address with which the first one's person signs in."""

    first: Consultation
    urgent: Consultation
    email: str


def doctor(journey: Journey, doctor: Staff, waiting: Waiting) -> None:
    """From sign-in to a signed plan that the person reads, prints and asks about, and to one that supersedes it."""
    them, you = journey.visitor(), journey.visitor()
    sign_in(them, doctor)
    cases = them.page.locator("tbody th a")
    assert [waiting.urgent.public_id in (each.get_attribute("href") or "") for each in cases.all()] == [True, False]
    them.see("queue")
    them.go(cases.first)
    assert them.page.locator(".case > *").first.inner_text().strip().startswith("Red flag")
    them.go(them.page.locator("a.back"))
    them.go(cases.nth(1))
    them.go(them.button("Take this case"))
    record_what_was_found_out(them)
    write_the_plan(them)
    sign(them, doctor, 1)

    read_and_ask(you, waiting)
    answer(them)
    supersede(them, doctor)

    you.open(you.path)
    assert "Yes, you may" in you.text
    you.go(you.link("Read your plan"))
    assert "No tretinoin for now" in you.text
    you.go(you.link("Plan 1"))
    assert "This plan is no longer in force" in you.text
    you.see("plan-superseded")


def record_what_was_found_out(them: Visitor) -> None:
    found = {
        "age-verified": "yes",
        "identity-verified": "yes",
        "photo-or-video-not-enough": "no",
        "allergy-to-ingredient": "no",
    }
    for fact, value in found.items():
        them.select(them.page.locator(f"#id_fact-{fact}"), value)
    them.select(them.page.locator("#id_method"), "video")
    them.go(them.button("Record"))
    them.see("case")


def write_the_plan(them: Visitor) -> None:
    them.go(them.button("Write the plan"))
    them.see("plan-empty")
    them.write(
        them.field("What we agreed"),
        "We start with one cream at night, and add the second when the sunburn has healed.",
    )
    for row, form in enumerate(("azelaic-acid", "tretinoin")):
        them.go(them.button("Add a treatment"))
        them.select(them.page.locator(f"#id_items-{row}-form"), form)
        them.write(them.page.locator(f"#id_items-{row}-how"), "As the leaflet in the pack says.")
        them.write(them.page.locator(f"#id_items-{row}-when"), "Until the next check.")
    them.go(them.button("Add an option not chosen"))
    them.select(them.page.locator("#id_declined-0-form"), "exosome-microneedling")
    them.write(them.page.locator("#id_declined-0-why"), "You would rather wait until more is known.")
    them.write(
        them.field("What to watch for"), "Anything that worries you, and the side effects that the leaflet names."
    )
    them.write(them.field("Whom to call, and when"), "Write to us here. If you need help the same day, call NHS 111.")
    them.write(them.field("Next check"), (timezone.localdate() + timedelta(days=84)).isoformat())
    them.write(them.page.locator("#id_plan-next_check_how"), "by video")
    them.go(them.button("Save the draft"))
    assert "Hard stop" in them.page.locator(".editor__side").inner_text()
    them.see("plan-draft")

    them.go(them.link("Read through and sign"))
    assert "It cannot be signed yet" in them.text
    assert them.page.locator("input[name=code]").count() == 0
    them.see("sign-blocked")
    them.go(them.link("Back to the draft"))
    why = them.page.locator("textarea[name^='why-tretinoin']")
    them.write(why, "because")
    them.go(them.button("Save the draft"))
    assert "nothing was saved" in them.text
    _faults_lead_to_their_field(them)
    them.see("plan-draft-fault")
    them.write(why, "It starts only when the sunburn has healed, which we look at by video first.")
    them.go(them.button("Save the draft"))
    assert "Nothing is saved" not in them.text


def sign(them: Visitor, doctor: Staff, number: int) -> None:
    them.go(them.link("Read through and sign"))
    assert f"Plan {number} for" in them.text
    them.see("sign")
    code = doctor.code()
    if number == 1:
        them.write(them.page.locator("input[name=code]"), "not it")
        them.go(them.button("Sign the plan"))
        _faults_lead_to_their_field(them)
        them.see("sign-fault")
    them.write(them.page.locator("input[name=code]"), code)
    them.go(them.button("Sign the plan"))
    assert "The plan is signed" in them.text
    assert "Fingerprint checked" in them.text
    them.see("plan-signed")


def read_and_ask(you: Visitor, waiting: Waiting) -> None:
    you.open("/account/sign-in/")
    you.write(you.field("Email address"), waiting.email)
    you.write(you.field("Password"), PASSWORD)
    you.go(you.button("Sign in"))
    you.see("own-pages")
    you.go(you.page.locator(".lines__title a").first)
    assert you.heading == "Your plan is ready"
    you.see("status-plan-ready")
    you.go(you.link("Read your plan"))
    assert "We start with one cream at night" in you.text
    assert "Signed by" in you.text
    you.see("plan")
    you.page.emulate_media(media="print")
    for left_out in (".masthead nav", ".foot", ".account", "form"):
        assert not you.page.locator(left_out).first.is_visible(), left_out
    assert you.page.locator(".sheet").is_visible()
    you.see("plan-print")
    you.page.emulate_media(media="screen")
    you.write(you.field("Your message"), "May I use my usual make-up over the cream?")
    you.go(you.button("Send the question"))
    assert "Your message has been sent" in you.text
    you.see("status-asked")


def answer(them: Visitor) -> None:
    them.open("/desk/?show=questions")
    them.see("queue-questions")
    them.go(them.page.locator("tbody th a").first)
    them.write(them.field("Your message"), "Yes, you may, a quarter of an hour later.")
    them.go(them.button("Send the message"))
    assert "Your message has been sent" in them.text


def supersede(them: Visitor, doctor: Staff) -> None:
    them.go(them.button("Write a plan that supersedes it"))
    them.write(them.field("What we agreed"), "One cream at night. No tretinoin for now, as you asked.")
    them.go(them.button("Remove row 2", exact=True))
    them.go(them.button("Save the draft"))
    sign(them, doctor, 2)


# --- asking for more
def ask_for_more(journey: Journey, doctor: Staff, other: Staff, waiting: Waiting) -> None:
    """A doctor asks, the person answers with a red flag among it, and the case comes back; another takes it over."""
    them, you, second = journey.visitor(), journey.visitor(), journey.visitor()
    case = f"/desk/{waiting.first.public_id}/"
    sign_in(them, doctor)
    them.open(case)
    them.go(them.button("Take this case"))
    them.go(them.link("Ask the person for more"))
    them.see("ask")
    them.go(them.button("Ask the person"))
    assert "Nothing is asked yet" in them.text
    them.see("ask-fault")
    moles = next(each for each in care.consultation().questions if each.id == "moles")
    box = them.page.get_by_role("checkbox", name=moles.text, exact=True)
    if not box.is_visible():
        them.press(them.fold("Any other question"))
    them.tick(box)
    them.write(them.field("More about the photos"), "Both cheeks, from the front, by a window.")
    them.write(them.field("Anything else, in your own words"), "When did it begin?")
    them.go(them.button("Ask the person"))
    assert "The person is asked." in them.text
    them.see("case-asked")

    you.open("/account/sign-in/")
    you.write(you.field("Email address"), waiting.email)
    you.write(you.field("Password"), PASSWORD)
    you.go(you.button("Sign in"))
    you.go(you.page.locator(".lines__title a").first)
    assert you.heading == "The doctor asks you for more"
    you.see("status-asked-for-more")
    you.go(you.link("Answer"))
    you.see("more")
    you.go(you.button("Send my answer"))
    assert you.page.title().startswith("Error: ")
    _faults_lead_to_their_field(you)
    you.see("more-fault")
    you.tick(you.page.get_by_role("checkbox", name=MOLE, exact=True))
    you.write(you.field("Your answer"), "In May.")
    you.go(you.button("Send my answer"))
    assert you.page.locator("main p").nth(1).evaluate("e => e.className") == "callout__do"
    you.see("status-flag-since")

    sign_in(second, other)
    second.open(case)
    second.press(second.fold("Take it over"))
    second.write(second.field("Why do you take this case over?"), "Dr Quill is off sick today")
    second.go(second.button("Take it over", exact=True))

    them.expected = {409}
    them.open("/desk/")
    assert "Taken over from you" in them.text
    them.see("queue-taken-over")
    them.go(them.button("I have seen this"))
    assert "Taken over from you" not in them.text

    tab = journey.visitor_beside(second)
    for each in (second, tab):
        each.open(case)
        assert "A red flag came with it" in each.text
        each.select(each.page.locator("#id_fact-age-verified"), "yes")
        each.select(each.page.locator("#id_method"), "video")
    second.go(second.button("Record", exact=True))
    tab.expected = {409}
    tab.go(tab.button("Record", exact=True))
    assert tab.heading == "Not saved: the case has changed"
    tab.see("case-stale")
    tab.go(tab.button("Save mine all the same"))
    assert "Recorded" in tab.text
    tab.see("case-answered")
