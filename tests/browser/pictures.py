"""The README's pictures, taken on the journeys: `python scripts/screenshots.py` runs this, nothing else does."""

from __future__ import annotations

from pathlib import Path

import pytest

from skinproof.clinic import demo

from .looking import DESK, PHONE
from .walking import MOUSE, TOUCH, Journey, Visitor
from .walks import person, reading

# What is seen of each: the file, the height of the window or None as it is, what to scroll to.
SEEN = {
    "home": ("home", 1010, None),
    "exosomes": ("exosomes-phone", None, None),
    "comparison": ("compare", 1010, ".picker"),
    "question-skin-type": ("question-phone", None, None),
    "options-weighed": ("options-phone", None, "#group-open"),
    "photos": ("photos-phone", None, "#yours"),
    "case": ("case", 1180, ".case-head"),
    "rule-book": ("rulebook", 1010, None),
    "plan-print": ("plan", None, None),
}
SHEET = {"width": 794, "height": 1123}  # A4 at 96 pixels an inch


@pytest.fixture
def pictured(journey, request):
    """`pictured(who, names, …)` begins a journey that keeps a picture of each page named."""
    folder = request.config.getoption("--pictures")
    assert folder, "say where to: --pictures FOLDER"
    wanted: set[str] = set()

    def begin(who: str, *names: str, **settings) -> Journey:
        wanted.update(names)

        def keep(page, name: str) -> None:
            if name not in wanted:
                return
            wanted.remove(name)
            file, height, place = SEEN[name]
            size = page.viewport_size
            page.set_viewport_size({**size, "height": height or size["height"]})
            if name == "plan-print":
                page.set_viewport_size(SHEET)
                page.add_style_tag(content="body { padding: 16mm !important; }")  # the margins of the printer
            page.add_style_tag(content="* { -webkit-tap-highlight-color: transparent !important; }")
            target = page.locator(place or "body")
            target.evaluate("e => e.scrollIntoView({block: 'start', behavior: 'instant'})")
            page.screenshot(path=Path(folder) / f"{file}.png", animations="disabled", caret="hide")
            page.set_viewport_size(size)

        return journey(who, told=False, see=keep, device_scale_factor=2, bypass_csp=True, **settings)

    yield begin
    assert not wanted, f"the journeys did not come by {wanted}"


def test_reading(pictured):
    reading.reader(pictured("reader", "home", "comparison", size=DESK, by=MOUSE))


def test_reading_on_a_phone(pictured):
    reading.reader(pictured("reader", "exosomes", size=PHONE, by=TOUCH))


def test_asking_on_a_phone(pictured, mailoutbox):
    person.person(
        pictured("person", "question-skin-type", "options-weighed", "photos", size=PHONE, by=TOUCH), mailoutbox
    )


@pytest.fixture
def demonstrated(transactional_db):
    """The demonstration's people and cases: photos, words that the rules found, a plan that prescribes."""
    demo.load()


def sign_in(you: Visitor, email: str) -> None:
    you.open("/account/sign-in/")
    you.write(you.field("Email address"), email)
    you.write(you.field("Password"), demo.PASSWORD)
    you.go(you.button("Sign in"))
    if email in demo.STAFF:
        you.write(you.field("Code from your authenticator app"), demo.code(email))
        you.go(you.button("Confirm"))


def test_deciding(pictured, demonstrated):
    them = pictured("doctor", "case", size=DESK, by=MOUSE, theme="dark").visitor()
    sign_in(them, demo.DOCTOR)
    them.go(them.page.locator("tbody th a").first)  # the most urgent: a flag, words found, photos
    them.see("case")


def test_a_plan_on_paper(pictured, demonstrated):
    you = pictured("person", "plan-print", size=DESK, by=MOUSE).visitor()
    sign_in(you, demo.PERSON)
    you.go(you.page.locator(".lines__title a").first)
    you.go(you.link("Read your plan"))
    you.page.emulate_media(media="print")
    you.see("plan-print")


def test_reviewing_rules(pictured, demonstrated):
    them = pictured("editor", "rule-book", size=DESK, by=MOUSE).visitor()
    sign_in(them, "editor@example.org")
    them.open("/rulebook/?words=pregnan")
    them.see("rule-book")


ADVERT = """Exosome Glow Facial

Firmer skin in as little as 2 weeks. Our medical-grade exosomes boost collagen by 300% and reduce fine lines and scars.

- Fades pigmentation and melasma
- Completely safe, with no side effects
"""


def test_checking_an_advert(open_page, request):
    page = open_page("/check/", DESK, device_scale_factor=2)
    page.get_by_label("Paste the words").fill(ADVERT)
    page.get_by_role("button", name="Check it").click()
    page.wait_for_selector(".reading")
    page.set_viewport_size({**page.viewport_size, "height": 1100})
    page.screenshot(path=Path(request.config.getoption("--pictures")) / "check.png", animations="disabled")


def test_what_exosomes_add_on_a_phone(open_page, request):
    page = open_page("/treatments/exosome/adds/", PHONE, device_scale_factor=2)
    page.screenshot(path=Path(request.config.getoption("--pictures")) / "adds-phone.png", animations="disabled")
