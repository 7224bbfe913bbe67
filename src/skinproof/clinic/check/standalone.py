"""Reports as one file that needs nothing else: no server, no settings, no script, no other file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.template import Context, Engine

from skinproof.claims.documents import Document
from skinproof.claims.sheet import LABELS, MEANINGS, Sheet, Tally
from skinproof.evidence import library

from .shown import Link, ShownReport, choices, shown_report

HERE = Path(__file__).parent
CSS = HERE.parent / "static" / "css"
STYLES = ("tokens", "base", "parts", "library", "check", "print")


class OwnLinks:
    """Studies by the page where they can be read; a finding has no page without the clinic."""

    def study(self, study_id: str) -> Link:
        held = library()
        study = held.studies[study_id]
        return Link(study.citation_text, held.reader_link(study).href or None)

    def finding(self, finding_id: str) -> Link | None:
        return None

    def page(self, url: str, organisation: str = "") -> Link:
        return Link(organisation or url, url if url.startswith(("https://", "http://")) else None)


@dataclass(frozen=True)
class Part:
    prefix: str
    source: str
    notes: tuple[str, ...]
    shown: ShownReport


def page_of(made: Sequence[tuple[Document, Sheet]], unread: Sequence[tuple[str, str]], in_short: str, name: str) -> str:
    """The reports of one or several documents as an HTML page; `unread` holds names and why they could not be read."""
    if not settings.configured:
        settings.configure(USE_I18N=False, USE_TZ=False)
    links = OwnLinks()
    parts = [
        Part(f"d{at}-", document.source, document.notes, shown_report(laid_out, links, len(document.text)))
        for at, (document, laid_out) in enumerate(made)
    ]
    context = {
        "name": name,
        "in_short": in_short,
        "parts": parts,
        "unread": unread,
        "several": len(parts) + len(unread) > 1,
        "choices": _choices([laid_out for _, laid_out in made]),
        "css": "\n".join((CSS / f"{style}.css").read_text(encoding="utf-8") for style in STYLES),
        "library_date": library().date.isoformat(),
        "studies": len(library().studies),
    }
    engine = Engine(
        dirs=[HERE / "templates", HERE.parent / "templates"],
        libraries={"look": "skinproof.clinic.library.templatetags.look"},
    )
    return str(engine.get_template("check/standalone.html").render(Context(context, use_l10n=False)))


def _choices(sheets: Sequence[Sheet]) -> object:
    everything = [reading for each in sheets for reading in each.readings]
    tallies = [
        Tally(verdict, label, MEANINGS[verdict], tuple(each for each in everything if each.group == verdict))
        for verdict, label in LABELS.items()
    ]
    others = sum(each.group == "other" for each in everything)
    flagged = sum(bool(each.flags) for each in everything)
    return choices([each for each in tallies if each.readings], len(everything), others, flagged)
