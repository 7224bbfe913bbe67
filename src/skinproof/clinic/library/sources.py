"""Which address a reader is sent to. Only official pages are linked; any other is named, so that it can be found."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from django.urls import reverse
from pydantic import TypeAdapter

from skinproof.vocabulary import Concept, Form, Treatment, load, vocabulary

HOSTS = Path(__file__).with_name("data") / "official-hosts.yaml"


@dataclass(frozen=True)
class Address:
    """Where something was read: `href` is None unless the host is an official one."""

    host: str
    href: str | None
    organisation: str
    note: str | None = None


@cache
def official_hosts() -> tuple[str, ...]:
    return load(HOSTS, TypeAdapter(tuple[str, ...]))


@cache
def address(url: str, organisation: str = "", note: str | None = None) -> Address:
    """A source as a reader may be told of it; a source that is no web address keeps its words."""
    try:
        parts = urlsplit(url)
    except ValueError:
        parts = urlsplit("")
    host = (parts.hostname or "").removeprefix("www.")
    official = parts.scheme in ("http", "https") and any(
        host == known or host.endswith("." + known) for known in official_hosts()
    )
    # A cut address ("…") names the host but leads nowhere.
    whole = "..." not in url and "…" not in url
    return Address(host, url if official and whole else None, organisation or host or url, note)


def read_at(noun: Treatment | Form | Concept) -> tuple[Address, ...]:
    """Where the sentence of a treatment, form or outcome was read: pages, and records of the library by their card."""
    found = []
    for place in vocabulary().about_sources(noun):
        if place.record:
            href = reverse("library:study", args=[place.record])
            found.append(Address("", href, place.organisation or "a record of ours", place.note))
        elif place.url:
            found.append(address(place.url, place.organisation or "", place.note))
    return tuple(found)
