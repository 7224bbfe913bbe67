"""Every kind of public page in a real browser: axe, both themes, phone and desk, 320 px, keyboard, print."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from skinproof.evidence import findings, library

from .conftest import told_of_faults
from .looking import DESK, PHONE


def _finding(wanted) -> str:
    return next(f"/findings/{finding.id}/" for finding in findings().all if wanted(finding))


def _kinds() -> dict[str, str]:
    """One page of each kind, and of each kind of finding that looks different."""
    return {
        "home": "/",
        "concerns": "/concerns/",
        "concern": "/concerns/melasma/",
        "compare": "/concerns/melasma/compare/",
        "compare-chosen": "/concerns/skin-ageing/compare/?option=tretinoin&option=exosome-injected&option=sunscreen",
        "compare-fault": "/concerns/acne/compare/?option=snake-oil",
        "treatments": "/treatments/",
        "exosome": "/treatments/exosome/",
        "treatment": "/treatments/prp/",
        "treatment-prescription": "/treatments/tretinoin/",
        "adds": "/treatments/exosome/adds/",
        "adds-long": "/treatments/prp/adds/",
        "network": "/networks/hair-loss_hair-density_md-hairs-per-cm2-points/",
        "network-large": "/networks/acne_treatment-success_or/",
        "times": "/treatments/exosome/time/",
        "times-course": "/treatments/spironolactone/time/",
        "compare-indirect": "/concerns/melasma/compare/?option=ipl&option=hydroquinone",
        "finding-sides": _finding(lambda f: f.sides is not None),
        "finding-directions": _finding(lambda f: f.without_pooling is not None),
        "finding-people": _finding(lambda f: f.icons_allowed),
        "finding-pooled": _finding(lambda f: f.estimate and (f.estimate.k or 0) > 1 and f.estimate.basis == "pooled"),
        "finding-before-after": _finding(lambda f: f.kind == "before-after"),
        "study": "/studies/proffer-2022-platelet-exosome/",
        "study-doubtful": f"/studies/{library().doubts[0].record}/",
        "rules": "/rules/",
        "rule": "/rules/preg-exosome/",
        "price": "/prices/exo-seed/",
        "check": "/check/",
        "check-the-article": "/check/the-article/",
        "how-we-know": "/how-we-know/",
        "words": "/words/",
    }


KINDS = _kinds()


@pytest.fixture(scope="module")
def one_page(chromium, server):
    """A page in which one after another is looked at, and its faults. A page of its own for each would cost the browser
    more than the page does."""
    context = chromium.new_context(
        viewport={"width": DESK[0], "height": DESK[1]}, base_url=server.url, bypass_csp=True, reduced_motion="reduce"
    )
    faults: list[str] = []
    yield told_of_faults(context.new_page(), faults), faults
    context.close()


@pytest.mark.parametrize("name", KINDS)
def test_a_page_looked_at_closely(one_page, closely, name):
    page, faults = one_page
    faults.clear()
    page.goto(KINDS[name])
    faults += closely(page, name)
    assert not faults, "\n".join(faults)


def test_the_skip_link_comes_first_and_goes_to_the_main_part(open_page):
    page = open_page("/concerns/melasma/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the main part"
    assert page.locator(".skip").bounding_box()["y"] >= 0
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()


@pytest.mark.parametrize("name", ["home", "compare", "exosome", "finding-people"])
def test_every_link_is_reached_by_tab_and_shows_it(open_page, name):
    page = open_page(KINDS[name])
    wanted = page.evaluate(
        "[...document.querySelectorAll('a[href], button, input:not([disabled]), summary, [tabindex=\"0\"]')]"
        ".filter(each => each.checkVisibility({contentVisibilityAuto: true})"
        " && each.closest('details:not([open]) > :not(summary)') === null)"
        ".length"
    )
    reached = set()
    for _ in range(wanted + 2):
        page.keyboard.press("Tab")
        found = page.evaluate(
            "(() => { const e = document.activeElement; if (e === document.body) return null;"
            " const s = getComputedStyle(e);"
            " return [[...document.querySelectorAll('*')].indexOf(e), s.outlineStyle, parseFloat(s.outlineWidth)]; })()"
        )
        if found is None:
            break
        assert found[1] != "none"
        assert found[2] >= 2
        reached.add(found[0])
    assert len(reached) == wanted


def test_options_are_chosen_without_script(open_page):
    page = open_page("/concerns/melasma/compare/", PHONE, java_script_enabled=False)
    page.get_by_text("Choose other options").click()
    page.get_by_label("Vitamin C serum").check()
    with page.expect_navigation():
        page.get_by_role("button", name="Show these").click()
    assert "option=vitamin-c" in page.url
    assert page.locator("td[data-label='Vitamin C serum']").count() > 5


def test_a_comparison_keeps_its_roles_on_a_phone(open_page):
    page = open_page("/concerns/melasma/compare/", PHONE)
    assert page.get_by_role("table").count() == 1
    assert page.get_by_role("rowheader", name="What it costs").count() == 1
    columns = page.get_by_role("columnheader").count()
    assert page.get_by_role("cell").count() % (columns - 1) == 0


def test_every_option_is_set_in_the_same_type(open_page):
    page = open_page("/concerns/melasma/compare/")
    styles = page.evaluate(
        "[...document.querySelectorAll('.compare tbody tr')].map(row => new Set([...row.querySelectorAll('td')]"
        ".map(cell => getComputedStyle(cell)).map(s => s.fontSize + s.fontWeight + s.backgroundColor)).size)"
    )
    assert set(styles) == {1}


def test_print_leaves_the_navigation_out_and_the_light_paper_in(open_page):
    page = open_page("/treatments/exosome/", theme="dark")
    page.emulate_media(media="print", color_scheme="dark")
    assert not page.locator(".masthead nav").is_visible()
    assert not page.locator(".foot").is_visible()
    red, green, blue = page.evaluate("getComputedStyle(document.body).color.match(/[0-9]+/g).map(Number)")
    assert red + green + blue < 200


def test_less_motion_is_no_motion(open_page):
    page = open_page("/", reduced_motion="reduce")
    moved = page.evaluate(
        "[...document.querySelectorAll('a, .button')]"
        ".filter(e => parseFloat(getComputedStyle(e).transitionDuration) > 0).length"
    )
    assert moved == 0
