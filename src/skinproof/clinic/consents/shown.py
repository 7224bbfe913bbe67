"""A consent text as a page shows it: each line with links to where it was read."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse

from skinproof.care.consents import Cite, ConsentText
from skinproof.clinic.library.sources import address


@dataclass(frozen=True)
class Source:
    words: str
    href: str | None


@dataclass(frozen=True)
class Line:
    text: str
    sources: tuple[Source, ...]
    record: str  # the address of the record that its figures come from; empty where there is none


@dataclass(frozen=True)
class Part:
    id: str
    title: str
    lines: tuple[Line, ...]


def show(text: ConsentText) -> tuple[Part, ...]:
    return tuple(
        Part(part.id, part.title, tuple(_line(line.text, line.cites) for line in part.lines)) for part in text.parts
    )


def _line(text: str, cites: tuple[Cite, ...]) -> Line:
    sources = tuple(_source(cite) for cite in cites)
    records = [source.href for cite, source in zip(cites, sources, strict=True) if cite.kind != "page" and source.href]
    return Line(text, sources, records[0] if records else "")


def _source(cite: Cite) -> Source:
    if cite.kind == "page":
        return Source(cite.words, address(cite.ref, cite.words).href)
    try:
        href = reverse(f"library:{cite.kind}", args=[cite.ref])
    except NoReverseMatch:  # a record that the library has under no address
        return Source(cite.words, None)
    return Source(cite.words, f"{href}#studies" if cite.kind == "finding" else href)
