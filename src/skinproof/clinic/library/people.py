"""A hundred people as cells, filled as many as the number says. Never at very low certainty."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from skinproof.evidence import Finding

ACROSS, STEP, RADIUS = 20, 16, 5.4


@dataclass(frozen=True)
class Hundred:
    title: str
    words: str  # both ways round: how many do, how many do not
    svg: SafeString


def hundreds(finding: Finding) -> tuple[Hundred, ...]:
    """With and without, or nothing where the certainty is too low for a picture."""
    share = finding.absolute
    if share is None or not finding.icons_allowed:
        return ()
    pairs = (("With it", share.with_), (f"With {finding.comparison.against}", share.without))
    return tuple(Hundred(title, _words(round(number)), _draw(round(number))) for title, number in pairs)


def bar(finding: Finding) -> SafeString | None:
    """The share with it as a bar of 100 with its interval, and a mark where the share without it lies."""
    share = finding.absolute
    if share is None or not finding.icons_allowed:
        return None
    return format_html(
        '<svg class="bar" viewBox="0 0 200 22" aria-hidden="true" focusable="false">'
        '<rect class="track" x="0.5" y="3.5" width="199" height="9"/>'
        '<rect class="on" x="0" y="3" width="{}" height="10"/>'
        '<path class="likely" d="M{} 18H{}M{} 15.5v5M{} 15.5v5"/>'
        '<path class="without" d="M{} 0v15"/></svg>',
        *(f"{2 * x:.1f}" for x in (share.with_, share.with_low, share.with_high, share.with_low, share.with_high)),
        f"{2 * share.without:.1f}",
    )


def _words(number: int) -> str:
    return f"{number} of 100 do, {100 - number} do not"


def _draw(number: int) -> SafeString:
    cells = format_html_join(
        "",
        '<circle class="{}" cx="{}" cy="{}" r="{}"/>',
        (
            ("on" if i < number else "off", (i % ACROSS) * STEP + STEP / 2, (i // ACROSS) * STEP + STEP / 2, RADIUS)
            for i in range(100)
        ),
    )
    return format_html(
        '<svg class="hundred" viewBox="0 0 {} {}" aria-hidden="true" focusable="false">{}</svg>',
        ACROSS * STEP,
        100 // ACROSS * STEP,
        cells,
    )
