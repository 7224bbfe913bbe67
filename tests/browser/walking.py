"""A journey through the clinic as people make it: by touch, by mouse or by the keyboard alone, counted as it goes."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.test import Client
from django_otp import DEVICE_ID_SESSION_KEY
from django_otp.plugins.otp_totp.models import TOTPDevice
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

TOUCH, MOUSE, KEYS = "touch", "mouse", "keys"
MOST_TABS = 400  # no page of this clinic needs as many
PATIENCE = 45_000  # milliseconds: only a page that never comes takes so long, however busy the machine
See = Callable[[Page, str], None]

# Where the focus is: on this element or in its group of radios; whether that can be seen; what it is.
FOCUS = """target => {
  const e = document.activeElement;
  if (!e || e === document.body) return {at: false, seen: true, what: 'the page'};
  const style = getComputedStyle(e);
  const marked = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
  const box = (e.closest('label') || e).getBoundingClientRect();
  const points = [[.5, .5], [.02, .1], [.98, .1], [.02, .9], [.98, .9]]
    .map(([x, y]) => document.elementFromPoint(box.x + box.width * x, box.y + box.height * y));
  const shown = points.some(p => p && (p === e || e.contains(p) || p.contains(e)));
  const radios = target.type === 'radio' && e.type === 'radio' && e.name === target.name && e.form === target.form;
  return {at: e === target || radios, seen: e.id === 'main' || (marked && shown),
          what: e.outerHTML.slice(0, 160)};
}"""


def signed_in(context: BrowserContext, user: Any, url: str) -> None:
    """Put this account's session, its second factor given, into a browser: for whom signing in is not the point."""
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    if (device := TOTPDevice.objects.filter(user=user).first()) is not None:
        session = client.session
        session[DEVICE_ID_SESSION_KEY] = device.persistent_id
        session.save()
    name = settings.SESSION_COOKIE_NAME
    context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": url}])


class Visitor:
    """Somebody at their own browser, which shares nothing with anybody else's."""

    def __init__(self, journey: Journey, context: BrowserContext, by: str) -> None:
        self.journey, self.context, self.by = journey, context, by
        self.page: Page = context.new_page()
        self.page.set_default_timeout(PATIENCE)
        self.expected: set[int] = set()  # statuses of refusals that the journey walks into on purpose
        self.page.on("console", self._console)
        self.page.on("response", self._response)

    def _console(self, message: Any) -> None:
        told = any(f"status of {status}" in message.text for status in self.expected)
        if message.type == "error" and not told:
            self.journey.faults.append(message.text)

    def _response(self, answer: Any) -> None:
        if answer.status >= 400 and answer.status not in self.expected:
            self.journey.faults.append(f"{answer.status} {answer.url}")

    def sign_in(self, user: Any) -> None:
        """As `signed_in`, in the middle of a journey."""
        signed_in(self.context, user, self.journey.url)

    # --- looking
    @property
    def path(self) -> str:
        return urlsplit(self.page.url).path

    @property
    def heading(self) -> str:
        return " ".join(self.page.locator("h1").inner_text().split())

    @property
    def text(self) -> str:
        return " ".join(self.page.locator("main").inner_text().split())

    def link(self, name: Any, **more: Any) -> Locator:
        return self.page.get_by_role("link", name=name, **more).first

    def button(self, name: Any, **more: Any) -> Locator:
        return self.page.get_by_role("button", name=name, **more).first

    def field(self, label: Any, **more: Any) -> Locator:
        return self.page.get_by_label(label, **more).first

    def fold(self, words: str) -> Locator:
        return self.page.locator("summary", has_text=words).first

    def see(self, name: str) -> None:
        """A page worth a look: what that means, the test decides."""
        if self.journey.see is not None:
            began = time.perf_counter()
            self.journey.see(self.page, name)
            self.journey.seconds -= time.perf_counter() - began

    # --- going
    def open(self, path: str) -> None:
        """Type an address."""
        self.page.goto(path)
        self.journey.pages += 1

    def go(self, target: Locator) -> None:
        """Press something that leads to another page."""
        with self.page.expect_navigation():
            self.press(target)
        self.journey.pages += 1

    def go_pressing_twice(self, target: Locator) -> None:
        """As people do who are not sure that the first press counted."""
        was = self.page.url
        if self.by == KEYS:
            self._reach(target)
            self.page.keyboard.press("Enter")
            self.page.keyboard.press("Enter")
        else:
            target.dblclick(no_wait_after=True)
        expect(self.page).not_to_have_url(was, timeout=PATIENCE)
        self.page.wait_for_load_state()
        self.journey.pages += 1

    def take(self, target: Locator) -> bytes:
        """Press something that gives a file."""
        with self.page.expect_download() as came:
            self.press(target)
        return came.value.path().read_bytes()

    # --- handling
    def press(self, target: Locator) -> None:
        if self.by == KEYS:
            self._reach(target)
            self.page.keyboard.press("Enter")
        else:
            self._touch(target)

    def unfold(self, summary: Locator) -> None:
        """Press what a fold is called by, which opens it."""
        self.press(summary)
        expect(summary.locator("xpath=..")).to_have_attribute("open", "", timeout=PATIENCE)

    def tick(self, target: Locator, on: bool = True) -> None:
        if self.by == KEYS:
            self._reach(target)
            self.page.keyboard.press("Space")
        else:
            self._touch(target)
        expect(target).to_be_checked(checked=on, timeout=PATIENCE)

    def choose(self, target: Locator) -> None:
        """One of a set of radio buttons."""
        if self.by != KEYS:
            self._touch(target)
            expect(target).to_be_checked(timeout=PATIENCE)
            return
        self._reach(target)
        self.page.keyboard.press("Space")  # the one that the focus came to
        for _ in range(30):
            if target.is_checked():
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"the arrows do not come to {target}")

    def select(self, target: Locator, value: str) -> None:
        if self.by != KEYS:
            target.select_option(value)
            return
        self._reach(target)
        for _ in range(target.locator("option").count()):
            if target.input_value() == value:
                return
            self.page.keyboard.press("ArrowDown")
        assert target.input_value() == value

    def write(self, target: Locator, text: str) -> None:
        """Text in place of what is there."""
        if self.by != KEYS:
            target.fill(text)
            return
        self._reach(target)
        if target.get_attribute("type") == "date":
            self._write_date(target, text)
            return
        if target.input_value():
            self.page.keyboard.press("Control+A")
        self.page.keyboard.type(text)

    def _write_date(self, target: Locator, text: str) -> None:
        """The parts of a date are typed in the order that the browser's own language puts them in."""
        year, month, day = text.split("-")
        for typed in (day + month + year, month + day + year):
            for _ in range(3):
                self.page.keyboard.press("ArrowLeft")
            self.page.keyboard.type(typed)
            if target.input_value() == text:
                return
        raise AssertionError(f"{text} cannot be typed")

    def _touch(self, target: Locator) -> None:
        if self.by == TOUCH:
            target.tap()
        else:
            target.click()

    def _reach(self, target: Locator) -> None:
        """Tab on until the focus is there; it can be seen wherever it goes."""
        handle = target.element_handle()
        turned = False
        for _ in range(MOST_TABS):
            found = handle.evaluate(FOCUS)
            assert found["seen"], f"the focus cannot be seen on {self.path}: {found['what']}"
            if found["at"]:
                return
            turned = turned or found["what"] == "the page"
            self.page.keyboard.press("Tab")
        raise AssertionError(f"the keyboard does not come to {target} on {self.path}")


class Journey:
    """One journey of one or more visitors: what it took, and what went wrong on the way."""

    def __init__(
        self,
        chromium: Browser,
        base_url: str,
        *,
        size: tuple[int, int],
        by: str,
        script: bool = True,
        theme: str = "light",
        see: See | None = None,
        **more: Any,
    ) -> None:
        self.by, self.see = by, see
        self.pages = 0
        self.faults: list[str] = []
        self._visitors: list[Visitor] = []
        self._chromium, self.url = chromium, base_url
        self._settings: dict[str, Any] = {
            "base_url": base_url,
            "viewport": {"width": size[0], "height": size[1]},
            "color_scheme": theme,
            "java_script_enabled": script,
            "locale": "en-GB",
            "has_touch": by == TOUCH,
            "is_mobile": by == TOUCH,
            **more,
        }
        self._began = time.perf_counter()
        self.seconds = 0.0  # without those of looking

    def visitor(
        self, user: Any = None, *, size: tuple[int, int] | None = None, by: str = "", script: bool | None = None
    ) -> Visitor:
        """Somebody new; with `user` signed in already. The rest is as the journey has it, unless it is said."""
        own = dict(self._settings)
        if size:
            own["viewport"] = {"width": size[0], "height": size[1]}
        if by:
            own |= {"has_touch": by == TOUCH, "is_mobile": by == TOUCH}
        if script is not None:
            own["java_script_enabled"] = script
        context = self._chromium.new_context(**own)
        if user is not None:
            signed_in(context, user, self.url)
        visitor = Visitor(self, context, by or self.by)
        self._visitors.append(visitor)
        return visitor

    def visitor_beside(self, visitor: Visitor) -> Visitor:
        """Another tab of somebody's browser."""
        return Visitor(self, visitor.context, visitor.by)

    def end(self) -> None:
        self.seconds += time.perf_counter() - self._began
        for visitor in self._visitors:
            visitor.context.close()
