"""What is looked at on a page: axe in both themes on phone and desk, nothing sideways, nothing lost when words are
spaced out.

Every rule of axe is run on the desk in the light theme, and every rule but those on colours on the phone. Colours take
most of axe's time, and what comes out of them depends on the colours of an element, on what is behind it, and on the
size of its type. So in the other theme and on the other screen those elements are tried that differ in that from all
that were tried on this page before."""

from __future__ import annotations

from collections.abc import Callable

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

PHONE, DESK, NARROW = (375, 812), (1280, 900), (320, 700)
ON_COLOURS = ("color-contrast", "link-in-text-block")
ALL_RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]},
    "resultTypes": ["violations"],
}
BUT_COLOURS = {**ALL_RULES, "rules": {rule: {"enabled": False} for rule in ON_COLOURS}}
COLOURS = {"runOnly": {"type": "rule", "values": list(ON_COLOURS)}, "resultTypes": ["violations"]}
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

# Axe on the whole page, or on the given elements alone.
AXE = """async ([options, only]) => {
  if (only && !only.length) return [];
  const found = await axe.run(only ? {include: only} : document, options);
  return found.violations.flatMap(
    each => each.nodes.map(node => `${each.id}: ${node.target} ${(node.failureSummary || '').slice(0, 200)}`));
}"""

# The elements with words whose colours, with all that is behind them, and size of type were not met on this page yet.
# Of what is positioned, each counts as new on each screen: there it may come to lie over something else.
NEW_COLOURS = """met => {
  const screen = `${innerWidth} `, behind = new Map();
  const back = e => {
    if (!e) return '';
    if (!behind.has(e)) {
      const s = getComputedStyle(e), plain = s.backgroundColor === 'rgba(0, 0, 0, 0)' && s.backgroundImage === 'none';
      const over = ['absolute', 'fixed', 'sticky'].includes(s.position) ? screen + behind.size : '';
      behind.set(e, back(e.parentElement) + over
        + (plain && s.opacity === '1' ? '' : `|${s.backgroundColor} ${s.backgroundImage} ${s.opacity}`));
    }
    return behind.get(e);
  };
  const words = e => e.matches('input, select, textarea, button')
    || [...e.childNodes].some(each => each.nodeType === Node.TEXT_NODE && each.data.trim());
  return [...document.querySelectorAll('body *')].filter(e => {
    if (!words(e) || !e.checkVisibility({visibilityProperty: true, opacityProperty: true})) return false;
    const s = getComputedStyle(e), around = getComputedStyle(e.parentElement);
    const looks = [s.color, s.fontSize, s.fontWeight, s.textShadow, e.matches('a, [role=link]') &&
      [around.color, s.textDecorationLine, s.borderBottom, around.fontWeight], back(e)].join();
    return !met.has(looks) && met.add(looks);
  });
}"""

# Every fold is opened to be looked at, and put back with the place on the page, so that a journey can go on from here.
OPEN = """() => {
  const closed = [...document.querySelectorAll('details:not([open])')], place = [scrollX, scrollY];
  closed.forEach(each => each.open = true);
  return () => {
    closed.forEach(each => each.open = false);
    scrollTo({left: place[0], top: place[1], behavior: 'instant'});
  };
}"""


def look(page: Page, name: str, shot: Callable[[str], None] = lambda what: None) -> list[str]:
    """The faults of a page as it is now, each in a line that begins with its name. It is left as it was, in the light
    theme. It needs `bypass_csp`, and `reduced_motion` for colours to be settled. `shot` is called for each picture."""
    was, faults = page.viewport_size, []

    def on(size: tuple[int, int]) -> None:
        if page.viewport_size != {"width": size[0], "height": size[1]}:
            page.set_viewport_size({"width": size[0], "height": size[1]})

    def axe(theme: str, options: dict, only=None) -> None:
        where = f"{page.viewport_size['width']} px, {theme}"
        faults.extend(f"{name}, {where}: {fault}" for fault in page.evaluate(AXE, [options, only]))

    put_back, met = page.evaluate_handle(OPEN), page.evaluate_handle("new Set()")
    page.evaluate(AXE_SCRIPT)
    for size, rules in ((DESK, ALL_RULES), (PHONE, BUT_COLOURS)):
        on(size)
        for theme in ("light", "dark"):
            page.emulate_media(color_scheme=theme)
            new = met.evaluate_handle(NEW_COLOURS)
            if theme == "light":
                axe(theme, rules)
            if theme == "dark" or rules is BUT_COLOURS:
                axe(theme, COLOURS, new)
            shot(f"{size[0]}-{theme}")
    page.emulate_media(color_scheme="light")
    style = page.add_style_tag(content=SPACED)
    faults += [f"{name}, spaced out: {fault}" for fault in page.evaluate(WIDER)]
    style.evaluate("each => each.remove()")
    on(NARROW)
    faults += [f"{name}, 320 px: {fault}" for fault in page.evaluate(WIDER)]
    shot("320")
    page.set_viewport_size(was)
    put_back.evaluate("each => each()")
    return faults
