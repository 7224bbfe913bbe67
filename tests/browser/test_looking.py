"""What looks at pages finds what is wrong in one theme, on one screen or behind a fold; it leaves a page as it was."""

from __future__ import annotations

import pytest

from .looking import DESK, look

PAGE = """<!doctype html><html lang="en"><meta name="viewport" content="width=device-width"><title>A page</title>
<style>:root {{ color-scheme: light dark; color: #111; background: #fff }}
@media (prefers-color-scheme: dark) {{ :root {{ color: #eee; background: #111 }} .in-dark {{ color: #333 }} }}
@media (max-width: 30rem) {{ .on-phone {{ color: #eee }} .phone-only.phone-only {{ display: block }}
  .wide {{ width: 400px }} .cards {{ background: #222 }} .over {{ position: absolute; inset: 0 auto auto 0 }} }}
@media (prefers-color-scheme: dark) and (min-width: 50rem) {{ .dark-desk {{ background: #ddd }} }}
.phone-only {{ display: none; color: #ddd }} .pale {{ color: #ddd }}
.stack {{ position: relative }} .block {{ height: 80px; background: #222 }}
</style><body><main><h1>A page</h1><p>Words.</p>{more}</main></body></html>"""


@pytest.fixture(scope="module")
def blank(chromium):
    context = chromium.new_context(viewport={"width": DESK[0], "height": DESK[1]}, reduced_motion="reduce")
    page = context.new_page()
    yield page
    context.close()


@pytest.mark.parametrize(
    ("more", "where", "what"),
    [
        ('<p class="pale">Pale.</p>', "1280 px, light", "color-contrast"),
        ('<p class="in-dark">Dark on dark.</p>', "1280 px, dark", "color-contrast"),
        ('<p class="on-phone">Pale on a phone.</p>', "375 px, light", "color-contrast"),
        ('<p class="phone-only">Seen on a phone alone.</p>', "375 px, light", "color-contrast"),
        ('<div class="cards"><p>What is behind changes.</p></div>', "375 px, light", "color-contrast"),
        ('<div class="stack"><div class="block"></div><p class="over">It lies over that on a phone.</p></div>',
         "375 px, light", "color-contrast"),
        ('<p class="dark-desk">Only here and in the dark.</p>', "1280 px, dark", "color-contrast"),
        ("<details><summary>A fold</summary><p class='pale'>Pale.</p></details>", "1280 px, light", "color-contrast"),
        ('<p>Words with <a href="#x" style="color: #333; text-decoration: none">a link</a> inside.</p>',
         "1280 px, light", "link-in-text-block"),
        ('<img src="data:,">', "375 px, light", "image-alt"),
        ('<p class="wide">Too wide.</p>', "320 px", "too wide"),
        ('<p style="white-space: nowrap; width: 300px">Words that are wider when they are spaced out</p>',
         "spaced out", "too wide"),
    ],
)  # fmt: skip
def test_a_fault_is_found_where_it_is(blank, more, where, what):
    blank.set_content(PAGE.format(more=more))
    assert [fault for fault in look(blank, "page") if fault.startswith(f"page, {where}: ") and what in fault]


def test_a_page_without_faults_has_none_and_is_left_as_it_was(blank):
    blank.set_content(PAGE.format(more="<details><summary>A fold</summary><p>Words.</p></details>" + "<br>" * 200))
    blank.evaluate("scrollTo(0, 500)")
    assert look(blank, "page") == []
    assert blank.locator("details[open]").count() == 0
    assert blank.evaluate("[scrollY, innerWidth]") == [500, DESK[0]]
