from __future__ import annotations

from collections.abc import Iterable

from django import template

from skinproof.clinic.consultations.models import Consultation
from skinproof.clinic.photos import policy, selectors, services
from skinproof.clinic.photos.models import Photo

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
def first_photos(rows: Iterable) -> dict[str, Photo]:
    """{case: its first photo} of the rows of a queue. One query."""
    return selectors.first_of(row.public_id for row in rows)


@register.inclusion_tag("photos/_thumb.html")
def queue_photo(photos: dict[str, Photo], public_id: str) -> dict:
    return {"photo": photos.get(public_id)}


@register.simple_tag
def opens_photos(user, case: Consultation) -> bool:
    return policy.opens(user, case)
