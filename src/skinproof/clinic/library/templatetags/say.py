"""Numbers and sources in pages: a number is a link to where it was read."""

from __future__ import annotations

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from .. import words
from ..sources import Address

register = template.Library()
register.filter("number", words.number)
register.filter("span", words.span)
register.filter("weeks", words.weeks)
register.filter("sentence_case", words.sentence_case)
register.filter("lower_first", words.lower_first)


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


@register.simple_tag
def count(number: int, singular: str, plural: str | None = None) -> str:
    return words.count(number, singular, plural)
