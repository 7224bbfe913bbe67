"""The look's small parts that need a decision: certainty, icons, fonts, where an error's link points."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from django import template
from django.contrib.staticfiles import finders
from django.forms import BoundField
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

# level: (the word, how many of the four layers of skin the proof reaches)
CERTAINTY = {
    "very-low": ("Very low certainty", 1),
    "low": ("Low certainty", 2),
    "moderate": ("Moderate certainty", 3),
    "high": ("High certainty", 4),
}
# Four layers of skin from the surface down, thin to thick, with the wave of the junction between them.
LAYERS = (
    "M1 1.5h30v4.2q-7.5-2.6-15 0t-15 0z",
    "M1 8.7q7.5 2.6 15 0t15 0v4.4q-7.5-2.6-15 0t-15 0z",
    "M1 16.1q7.5 2.6 15 0t15 0v5q-7.5-2.6-15 0t-15 0z",
    "M1 24.1q7.5 2.6 15 0t15 0v6.4h-30z",
)
ICONS = {
    "stop": '<path d="M7.8 1.5h8.4l6.3 6.3v8.4l-6.3 6.3H7.8l-6.3-6.3V7.8zM12 6.4v7.2M12 16.2v1.9"/>',
    "caution": '<path d="M12 2.6 22.6 21H1.4zM12 9v6M12 17.2v1.6"/>',
    "note": '<circle cx="12" cy="12" r="10"/><path d="M12 10.6v7M12 6.4v1.8"/>',
    "fine": '<circle cx="12" cy="12" r="10"/><path d="m7 12.4 3.5 3.6L17.2 8.6"/>',
    "closed": '<circle cx="12" cy="12" r="10"/><path d="M6 12h12"/>',
    "ask": '<circle cx="12" cy="12" r="10"/><path d="M9 9.3a3.1 3.1 0 1 1 4.3 3c-.9.4-1.3 1-1.3 2v.5M12 16.6v1.7"/>',
    "back": '<path d="M15.5 3.5 7 12l8.5 8.5"/>',
    "on": '<path d="M8.5 3.5 17 12l-8.5 8.5"/>',
    "down": '<path d="M12 4v15M5.5 12.5 12 19l6.5-6.5"/>',
    "level": '<path d="M5 12h14"/>',
    "time": '<circle cx="12" cy="12" r="10"/><path d="M12 6v6.4l4 2.4"/>',
    "less": '<circle cx="12" cy="12" r="10"/><path d="M12 6.2v11M7.4 12.8l4.6 4.6 4.6-4.6"/>',
    "lab": '<path d="M9 2.5v6.7L3.4 19a2 2 0 0 0 1.8 3h13.6a2 2 0 0 0 1.8-3L15 9.2V2.5M7.2 2.5h9.6M6.6 15.5h10.8"/>',
    "against": '<path d="M7.8 1.5h8.4l6.3 6.3v8.4l-6.3 6.3H7.8l-6.3-6.3V7.8zM8.2 8.2l7.6 7.6M15.8 8.2l-7.6 7.6"/>',
    "vague": '<circle cx="12" cy="12" r="10" stroke-dasharray="3.2 3"/><path d="M7.4 12h.01M12 12h.01M16.6 12h.01"/>',
    "flag": '<path d="M5 22V3h13.5l-3 4.7 3 4.8H5"/>',
    "out": '<path d="M9 4H4v16h16v-5M13 4h7v7M20 4 10.5 13.5"/>',
}


@register.simple_tag
def icon(name: str) -> SafeString:
    """A line drawing of the clinic's own set. It is never read aloud: the word stands beside it."""
    return mark_safe(  # noqa: S308 - drawn here
        '<svg class="icon" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2.2" '
        f'stroke-linejoin="round" stroke-linecap="round" aria-hidden="true" focusable="false">{ICONS[name]}</svg>'
    )


@register.simple_tag
def strata(level: str) -> SafeString:
    """The picture of a certainty level alone: as many layers filled, from the surface down, as the proof reaches."""
    filled = CERTAINTY[level][1]
    paths = format_html_join(
        "",
        '<path class="{}" d="{}"/>',
        (("on" if number < filled else "off", path) for number, path in enumerate(LAYERS)),
    )
    return format_html('<svg class="strata" viewBox="0 0 32 32" aria-hidden="true" focusable="false">{}</svg>', paths)


@register.simple_tag
def certainty(level: str, size: str = "") -> SafeString:
    """A certainty level as picture and word. Levels: very-low, low, moderate, high; size: nothing, or `large`."""
    extra = f" certainty--{size}" if size else ""
    return format_html(
        '<span class="certainty{}" data-level="{}">{}<span>{}</span></span>',
        extra,
        level,
        strata(level),
        CERTAINTY[level][0],
    )


@register.simple_tag
def fonts() -> SafeString:
    """Links to the cut fonts if they have been cut; otherwise nothing, and the stand-ins serve."""
    return _fonts()


@cache
def _fonts() -> SafeString:
    if finders.find("fonts/fonts.css") is None:
        return SafeString("")
    return format_html(
        '<link rel="preload" href="{}" as="font" type="font/woff2" crossorigin><link rel="stylesheet" href="{}">',
        static("fonts/atkinson.woff2"),
        static("fonts/fonts.css"),
    )


@register.filter
def control_id(field: BoundField) -> str:
    """The id of the first control of a field: where a link in the error summary goes."""
    several = getattr(field.field.widget, "input_type", "") in ("radio", "checkbox") and len(field.subwidgets) > 1
    return f"{field.auto_id}_0" if several else str(field.auto_id)


@register.filter
def is_group(field: BoundField) -> bool:
    """Whether a field is a set of choices and so needs a fieldset and a legend."""
    return bool(field.field.widget.use_fieldset)


@register.filter
def is_tick(field: BoundField) -> bool:
    """Whether a field is one checkbox, whose label stands beside it."""
    return getattr(field.field.widget, "input_type", "") == "checkbox" and not field.field.widget.use_fieldset


@register.filter
def get(mapping: Mapping[object, object] | None, key: object) -> object:
    """`mapping[key]`, or None."""
    return mapping.get(key) if mapping else None
