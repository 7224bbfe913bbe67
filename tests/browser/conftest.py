"""Debian's Chromium on a live server: a page in each width and theme, axe, and pictures of what was seen."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from . import looking
from .looking import DESK

# Playwright's synchronous interface runs an event loop in this thread, which Django would else refuse to share.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

PICTURES = Path(__file__).resolve().parent.parent / "screenshots"


def pytest_collection_modifyitems(items):
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)
    items.sort(key=lambda item: "journey" not in getattr(item, "fixturenames", ()))  # walks take long: they come first


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


def told_of_faults(page: Page, faults: list[str]) -> Page:
    """The page, whose failed requests and errors in the console are added to these faults."""
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    page.on("response", lambda answer: faults.append(f"{answer.status} {answer.url}") if answer.status >= 400 else None)
    return page


@pytest.fixture
def open_page(chromium, server) -> Iterator:
    """`open_page(path, width=…, theme=…)` gives a page; a failed request or an error in the console fails the test."""
    contexts, faults = [], []

    def opened(path: str, size: tuple[int, int] = DESK, theme: str = "light", **more):
        context = chromium.new_context(
            viewport={"width": size[0], "height": size[1]}, color_scheme=theme, base_url=server.url, **more
        )
        contexts.append(context)
        page = told_of_faults(context.new_page(), faults)
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


@pytest.fixture
def looked_at(journey, closely) -> Iterator:
    """As `journey`, but every kind of page on the way is looked at once, and faults fail the test."""
    from .walking import MOUSE

    faults: list[str] = []
    seen: set[str] = set()
    begun: list[str] = []

    def look(page, name: str) -> None:
        if name not in seen and name != "plan-print":
            seen.add(name)
            faults.extend(closely(page, name))

    def begin(who: str, how: str = "", **settings):
        by = {"told": False, "size": DESK, "by": MOUSE, **settings}
        begun.append(who)
        return journey(who, how, see=look, bypass_csp=True, reduced_motion="reduce", **by)

    yield begin
    assert not faults, "\n".join(faults)
    assert seen or not begun


def account(role: str, name: str, **more: str):
    """An account, as the demonstration makes them."""
    from skinproof.clinic.people.models import User

    from .walks.staff import PASSWORD

    user = User(role=role, name=name, email=f"{name.split()[-1].lower()}@example.org", **more)
    user.set_password(PASSWORD)
    user.save()
    return user


def staff(role: str, name: str, **more: str):
    """An account with a second factor."""
    from django_otp.plugins.otp_totp.models import TOTPDevice

    from clinic.conftest import code_of

    from .walks.staff import Staff

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

    from .walks.staff import Waiting

    person = account("person", "Wren Applegarth")
    first = sent(
        person, "melasma", ["azelaic-acid", "tretinoin"], note="A friend uses tretinoin.", skin_type="type-3",
        skin_now=["sunburn"], story="Brown patches on both cheeks since last summer. I saw exosomes advertised for it.",
        priorities={"money": 3, "certainty": 2},
    )  # fmt: skip
    other = account("person", "Ash Merriweather")
    urgent = sent(other, "melasma", ["no-treatment"], skin_type="type-2", moles=["bigger", "colour"])
    return Waiting(first, urgent, person.email)


@pytest.fixture
def closely(request) -> Callable[[Page, str], list[str]]:
    """`closely(page, name)`: see `looking.look`; with --screenshots what it saw is kept."""

    def closely(page: Page, name: str) -> list[str]:
        def shot(what: str) -> None:
            PICTURES.mkdir(exist_ok=True)
            page.screenshot(path=PICTURES / f"{name}-{what}.png", full_page=True)

        return looking.look(page, name, *([shot] if request.config.getoption("--screenshots") else []))

    return closely
