from __future__ import annotations

from collections.abc import Iterable

from django import template
from django.urls import reverse
from django.utils.html import format_html

from skinproof.clinic.consultations.models import Consultation
from skinproof.clinic.photos import policy, selectors, services, storage

register = template.Library()


@register.inclusion_tag("photos/_row.html")
def photos_row(consultation: Consultation) -> dict:
    """How many photos there are, as a row of a summary, with the way to add or change them."""
    return {
        "count": selectors.count(consultation),
        "open": services.open_to_photos(consultation),
        "href": selectors.photos_url(consultation),
    }


@register.simple_tag
def photos_href(consultation: Consultation) -> str:
    """Where the person adds photos."""
    return selectors.photos_url(consultation)


@register.simple_tag
def photos_count(consultation: Consultation) -> int:
    return selectors.count(consultation)


@register.simple_tag
def first_photos(rows: Iterable) -> dict[str, str]:
    """{case: its first photo} of the rows of a queue, by where each leads. One query."""
    return {f"{case}/": photo for case, photo in selectors.first_of(row.href.rstrip("/") for row in rows).items()}


@register.simple_tag
def queue_photo(photos: dict[str, str], href: str) -> str:
    """The small picture of a row; written here, as a template for each of many rows takes its time."""
    if href not in photos:
        return ""
    address = reverse("case-photos:image", args=[photos[href], storage.THUMB])
    return format_html('<img class="queue-photo" src="{}" alt="" loading="lazy">', address)


@register.simple_tag
def opens_photos(user, case: Consultation) -> bool:
    return policy.opens(user, case)


@register.simple_tag
def sees_small(user, case: Consultation) -> bool:
    return policy.sees_thumbnails(user, case)
