"""Numbers and sources in pages: a number is a link to where it was read."""

from __future__ import annotations

import re
from collections.abc import Sequence, Sized

from django import template
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from skinproof.care import plain
from skinproof.clinic.library import courses, words
from skinproof.clinic.library.art import family_drawing
from skinproof.clinic.library.compare import Cell, Option, Row
from skinproof.clinic.library.sources import Address

from .look import CERTAINTY

register = template.Library()
register.filter("number", words.number)
register.filter("span", words.span)
register.filter("weeks", words.weeks)
register.filter("sentence_case", words.sentence_case)
register.filter("lower_first", words.lower_first)
register.filter("out_of", plain.out_of)
register.filter("plainly", courses.plainly)
register.filter("cut_dashes", words.cut_dashes)


@register.simple_tag
def n(text: object, href: str) -> SafeString:
    """A number (with its words) as a link to the record it comes from."""
    return format_html('<a class="n" href="{}">{}</a>', href, text)


@register.simple_tag
def source(where: Address) -> SafeString:
    """The organisation; linked only where the page is an official one."""
    if where.href:
        return format_html('<a class="print-address" href="{}" rel="external">{}</a>', where.href, where.organisation)
    if where.host and where.host != where.organisation:
        return format_html('{} <span class="quiet">({})</span>', where.organisation, where.host)
    return format_html("{}", where.organisation)


_CALLED = re.compile(r"(?<![\w.,£])(?:999|111)(?!\w|[.,]\d)")


@register.filter
def dial(text: str) -> SafeString:
    """What to do now, with 999 and 111 as links that a phone dials."""
    linked = _CALLED.sub(lambda found: f'<a href="tel:{found[0]}">{found[0]}</a>', conditional_escape(text))
    return mark_safe(linked)  # noqa: S308 - escaped above; nothing but the two numbers is put in


@register.simple_tag
def count(number: int, singular: str, plural: str | None = None) -> str:
    return words.count(number, singular, plural)


@register.filter
def level_name(level: str) -> str:
    """'Very low certainty' for very-low."""
    return CERTAINTY[level][0]


SMALL = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


@register.filter
def length_words(things: Sized) -> str:
    """How many, in words up to twelve; "a dozen and more" above: such counts are of lists on the page, not medicine."""
    number = len(things)
    return SMALL[number] if number < len(SMALL) else "more than a dozen"


@register.filter
def with_options(row: Row, options: Sequence[Option]) -> list[tuple[Option, Cell]]:
    """Each cell of a comparison's row beside the option it belongs to."""
    return list(zip(options, row.cells, strict=True))


@register.simple_tag
def drawing(family: str) -> SafeString:
    """The small drawing of a family of treatments."""
    return family_drawing(family)
