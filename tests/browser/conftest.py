"""Debian's Chromium on a live server: a page in each width and theme, axe, and pictures of what was seen."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

# Playwright's synchronous interface runs an event loop in this thread, which Django would else refuse to share.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

PICTURES = Path(__file__).resolve().parent.parent / "screenshots"
PHONE, DESK = (375, 812), (1280, 900)
ALL_RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]},
    "resultTypes": ["violations"],
}
# A theme changes colours and nothing else, so that only these can come out otherwise in the other one.
IN_THEME = {
    "runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]},
    "resultTypes": ["violations"],
}


def pytest_collection_modifyitems(items):
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session", autouse=True)
def _fonts(cut_fonts):
    """The typefaces as a reader gets them, so that widths in tests are widths in life."""
    from django.conf import settings

    from skinproof.clinic.library.templatetags import look

    shutil.copytree(cut_fonts, settings.VAR / "fonts", dirs_exist_ok=True)
    look._fonts.cache_clear()


@pytest.fixture(scope="session")
def server() -> Iterator:
    """A clinic for the whole session. Unlike pytest-django's `live_server` it asks for no database by itself, so that
    a public page that touches one fails."""
    from pytest_django.live_server_helper import LiveServer

    running = LiveServer("localhost")
    yield running
    running.stop()


@pytest.fixture
def open_page(chromium, server) -> Iterator:
    """`open_page(path, width=…, theme=…)` gives a page; a failed request or an error in the console fails the test."""
    contexts, faults = [], []

    def opened(path: str, size: tuple[int, int] = DESK, theme: str = "light", **more):
        context = chromium.new_context(
            viewport={"width": size[0], "height": size[1]}, color_scheme=theme, base_url=server.url, **more
        )
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
        page.on(
            "response", lambda answer: faults.append(f"{answer.status} {answer.url}") if answer.status >= 400 else None
        )
        page.goto(path)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert faults == []


@pytest.fixture
def journey(chromium, server, transactional_db, request) -> Iterator:
    """`journey(who, how, size=…, by=…)` begins a journey; what it took is told at the end of the run unless `told` is
    False, and a failed request or an error in the console on the way fails the test."""
    from .walking import Journey

    begun: list[tuple[str, str, bool, Journey]] = []

    def begin(who: str, how: str = "", *, told: bool = True, **settings) -> Journey:
        begun.append((who, how, told, Journey(chromium, server.url, **settings)))
        return begun[-1][-1]

    yield begin
    for who, how, told, each in begun:
        each.end()
        if told:
            request.node.user_properties.append(("journey", [who, how, each.pages, each.seconds]))
        assert each.faults == []


def account(role: str, name: str, **more: str):
    """An account, as the demonstration makes them."""
    from skinproof.clinic.people.models import User

    from .steps import PASSWORD

    user = User(role=role, name=name, email=f"{name.split()[-1].lower()}@example.org", **more)
    user.set_password(PASSWORD)
    user.save()
    return user


def staff(role: str, name: str, **more: str):
    """An account with a second factor."""
    from django_otp.plugins.otp_totp.models import TOTPDevice

    from clinic.conftest import code_of

    from .steps import Staff

    user = account(role, name, **more)
    device = TOTPDevice.objects.create(user=user, name="phone", confirmed=True)
    return Staff(user.email, user.name, lambda: code_of(device))


@pytest.fixture
def a_doctor(transactional_db):
    return staff("doctor", "Dr Juniper Quill", gmc_number="0000001")


@pytest.fixture
def two_waiting(transactional_db):
    """Two people's cases, sent through every step: the second is the more urgent one."""
    from skinproof.clinic.desk.demonstration import sent

    from .steps import Waiting

    person = account("person", "Wren Applegarth")
    first = sent(
        person, "melasma", ["azelaic-acid", "tretinoin"], note="A friend uses tretinoin.", skin_type="type-3",
        skin_now=["sunburn"], story="Brown patches on both cheeks since last summer. I saw exosomes advertised for it.",
        priorities={"money": 3, "certainty": 2},
    )  # fmt: skip
    other = account("person", "Ash Merriweather")
    urgent = sent(other, "melasma", ["no-treatment"], skin_type="type-2", moles=["bigger", "colour"])
    return Waiting(first, urgent, person.email)


NARROW = (320, 700)
SPACED = (
    "* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important; }"
    "p { margin-block-end: 2em !important; }"
)
WIDER = """() => {
  const width = document.documentElement.clientWidth, over = document.documentElement.scrollWidth - width;
  if (over <= 0) return [];
  return [...document.querySelectorAll('body *')]
    .filter(e => e.getBoundingClientRect().right > width + 1 && !e.closest('.table-scroll, .visually-hidden'))
    .map(e => e.outerHTML.slice(0, 120)).slice(-4).concat([`${over} px too wide`]);
}"""
AXE = """async options => (await axe.run(options)).violations.flatMap(
  found => found.nodes.map(node => `${found.id}: ${node.target} ${(node.failureSummary || '').slice(0, 200)}`)
)"""


@pytest.fixture
def closely(request) -> Callable[[Page, str], list[str]]:
    """`closely(page, name)` looks at a page as it is now and gives its faults, each in a line: what axe finds in it in
    both themes on phone and desk, whether anything is wider than a screen of 320 px, and whether anything is lost when
    words are spaced out (WCAG 1.4.12). The page needs `bypass_csp`, and `reduced_motion` for colours to be settled."""
    from axe_playwright_python.base import AXE_SCRIPT

    keep = request.config.getoption("--screenshots")

    def look(page: Page, name: str) -> list[str]:
        def shot(what: str) -> None:
            if keep:
                PICTURES.mkdir(exist_ok=True)
                page.screenshot(path=PICTURES / f"{name}-{what}.png", full_page=True)

        was, faults = page.viewport_size, []
        page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
        page.evaluate(AXE_SCRIPT)
        for size in (PHONE, DESK):
            page.set_viewport_size({"width": size[0], "height": size[1]})
            for theme in ("light", "dark"):
                page.emulate_media(color_scheme=theme)
                found = page.evaluate(AXE, IN_THEME if theme == "dark" else ALL_RULES)
                faults += [f"{name}, {size[0]} px, {theme}: {fault}" for fault in found]
                shot(f"{size[0]}-{theme}")
        page.emulate_media(color_scheme="light")
        page.set_viewport_size({"width": NARROW[0], "height": NARROW[1]})
        faults += [f"{name}, 320 px: {fault}" for fault in page.evaluate(WIDER)]
        shot("320")
        page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
        style = page.add_style_tag(content=SPACED)
        faults += [f"{name}, spaced out: {fault}" for fault in page.evaluate(WIDER)]
        style.evaluate("each => each.remove()")
        page.set_viewport_size(was)
        return faults

    return look
