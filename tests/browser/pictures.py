"""The README's pictures, taken on the journeys: `python scripts/screenshots.py` runs this, nothing else does."""

from __future__ import annotations

from pathlib import Path

import pytest

from . import steps
from .conftest import DESK, PHONE
from .walking import MOUSE, TOUCH, Journey

# What is seen of each: the file, the height of the window or None as it is, what to scroll to.
SEEN = {
    "home": ("home", 1010, None),
    "exosomes": ("exosomes-phone", None, None),
    "comparison": ("compare", 1010, ".picker"),
    "question-skin-type": ("question-phone", None, None),
    "options-weighed": ("options-phone", None, "#azelaic-acid"),
    "case": ("case", 1010, ".case-head"),
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
    steps.reader(pictured("reader", "home", "comparison", size=DESK, by=MOUSE))


def test_reading_on_a_phone(pictured):
    steps.reader(pictured("reader", "exosomes", size=PHONE, by=TOUCH))


def test_asking_on_a_phone(pictured, mailoutbox):
    steps.person(pictured("person", "question-skin-type", "options-weighed", size=PHONE, by=TOUCH), mailoutbox)


def test_deciding(pictured, a_doctor, two_waiting):
    steps.doctor(pictured("doctor", "case", size=DESK, by=MOUSE, theme="dark"), a_doctor, two_waiting)


def test_a_plan_on_paper(pictured, a_doctor, two_waiting):
    steps.doctor(pictured("doctor", "plan-print", size=DESK, by=MOUSE), a_doctor, two_waiting)


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
