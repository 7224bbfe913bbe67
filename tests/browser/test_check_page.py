"""An advert in the hand and a phone: paste it, see what is proven, look closer, send it on, let it go."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from claims.files import word

from .looking import PHONE

ADVERT = """Exosome Glow Facial

Firmer skin in as little as 2 weeks. Our medical-grade exosomes boost collagen by 300% and reduce fine lines and scars.

- Fades pigmentation and melasma
- Completely safe, with no side effects

Some doctors say that more research is needed.
https://example.org/averyveryveryveryveryveryveryveryveryveryveryverylongaddressthatnobodycanbreak
"""


def test_a_pasted_advert_is_understood_on_a_phone(open_page, closely):
    page = open_page("/", PHONE, bypass_csp=True, reduced_motion="reduce", has_touch=True)
    with page.expect_navigation(url="**/check/"):
        page.get_by_role("main").get_by_role("link", name="Check an advert").tap()
    assert closely(page, "check") == []
    page.get_by_label("Paste the words").fill(ADVERT)
    with page.expect_navigation():
        page.get_by_role("button", name="Check it").tap()
    # Within the first screens: how many promises, how they stand, what to look at first.
    assert (
        "promises. What we know backs none of them as said, and speaks against"
        in page.locator(".lead").first.inner_text()
    )
    assert page.get_by_role("radio", name="Contradicted").is_visible()
    assert page.locator(".first").get_by_role("link", name="Exosomes: side effects").is_visible()
    assert closely(page, "check-result") == []
    # From a mark to its reading, and back to the words.
    page.locator(".m--contradicted + .m__n").first.tap()
    reading = page.locator(".reading:target")
    assert "side effects" in reading.inner_text()
    reading.get_by_role("link", name="no side effects").tap()
    expect(page.locator("mark:target, mark:has(:target)")).to_have_text("no side effects")


def test_one_verdict_at_a_time_without_script(open_page):
    page = open_page("/check/", PHONE, java_script_enabled=False)
    page.get_by_label("Paste the words").fill(ADVERT)
    with page.expect_navigation():
        page.get_by_role("button", name="Check it").click()
    everything = page.locator(".reading:visible").count()
    page.get_by_role("radio", name="Contradicted").check()
    shown = page.locator(".reading:visible")
    assert 0 < shown.count() < everything
    assert all("Contradicted" in each for each in shown.all_inner_texts())
    assert page.locator(".passage:visible").count() == 1
    page.get_by_role("radio", name="Worth checking").check()
    assert page.locator(".reading:visible").count() > 1
    page.get_by_role("radio", name="Everything").check()
    assert page.locator(".reading:visible").count() == everything


def test_by_keyboard_alone(open_page):
    page = open_page("/check/")
    page.get_by_label("Paste the words").focus()
    page.keyboard.insert_text(ADVERT)
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    page.locator("#f-all").focus()
    page.keyboard.press("ArrowDown")
    assert page.locator(".reading:visible").count() < page.locator(".reading").count()
    assert page.locator("input:checked").evaluate("e => getComputedStyle(e).outlineStyle") != "none"


def test_a_word_file_is_read(open_page):
    page = open_page("/check/", PHONE)
    file = word(("Heading 1", "Exosome facial"), ("List Bullet", "Our exosomes boost collagen."))
    page.get_by_label("Or choose a file").set_input_files(
        {"name": "advert.docx", "mimeType": "application/octet-stream", "buffer": file}
    )
    with page.expect_navigation():
        page.get_by_role("button", name="Check it").click()
    assert page.locator(".kicker").inner_text() == "advert.docx"
    assert page.locator("mark").all_inner_texts() == ["boost collagen"]


@pytest.mark.usefixtures("transactional_db")
def test_a_report_is_kept_shown_and_deleted(open_page, closely):
    page = open_page("/check/", PHONE, bypass_csp=True, reduced_motion="reduce")
    page.get_by_label("Paste the words").fill("\n" + ADVERT)
    with page.expect_navigation():
        page.get_by_role("button", name="Check it").click()
    marks = page.locator("mark").all_inner_texts()
    with page.expect_navigation():
        page.get_by_role("button", name="Make a link").click()
    address = page.locator(".keeping__link").inner_text()
    assert address == page.url
    assert page.locator("mark").all_inner_texts() == marks
    assert closely(page, "check-kept") == []
    with page.expect_navigation():
        page.get_by_role("button", name="Delete it now").click()
    assert page.locator("h1").inner_text() == "The report is deleted"
    assert page.request.get(address).status == 410


def test_on_paper_every_fold_is_open_and_no_button_is_left(open_page):
    page = open_page("/check/", theme="dark")
    page.get_by_label("Paste the words").fill(ADVERT)
    with page.expect_navigation():
        page.get_by_role("button", name="Check it").click()
    page.emulate_media(media="print", color_scheme="dark")
    assert page.locator(".honest").first.is_visible()
    assert not page.get_by_role("button", name="Make a link").is_visible()
    assert not page.locator(".tally input").first.is_visible()
    assert page.locator(".tally__count").first.is_visible()
