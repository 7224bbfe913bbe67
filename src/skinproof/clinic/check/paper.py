"""A report as a paper: what `clinic.papers.layout` draws as a PDF."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from itertools import islice

from skinproof.claims.sheet import Sheet
from skinproof.clinic.papers.blocks import Block, Bullets, Facts, Heading, Paper, Para
from skinproof.evidence import library

from .shown import Group, Link, ShownReading, ShownReport, shown_report
from .standalone import OwnLinks

MOST = 300  # promises and statements; setting one takes about 10 ms
MOST_STUDIES = 12


def report_paper(laid_out: Sheet, source: str, dated: dt.datetime) -> Paper:
    """The report on a text; a long one ends after `MOST` promises and statements and says so.

    Args:
        source: the text's name, as the page calls it.
        dated: when it was checked.
    """
    shown = shown_report(laid_out, OwnLinks())
    return Paper(
        title="What is promised, and what is shown",
        blocks=tuple(_blocks(shown, dated)),
        reference=f"Checked on {dated:%-d %B %Y}",
        dated=dated,
        kicker=source,
    )


def _blocks(shown: ShownReport, dated: dt.datetime) -> Iterator[Block]:
    yield Para(shown.sheet.in_short, "lead")
    counted = tuple(f"{each.label}: {each.count}" for each in shown.choices if each.group != "all")
    if counted:
        yield Bullets(counted)
    left = MOST
    for group in shown.groups:
        yield from _group(group, left)
        left -= min(left, len(group.readings))
    if (more := len(shown.sheet.readings) - MOST) > 0:
        yield Para(
            f"{more} more stand in this text. This paper holds the first {MOST} only: check the text in parts.",
            "strong",
        )
    if shown.unrecognised:
        yield Heading("Not recognised")
        yield Para("These name a treatment and seem to promise something, in words that we do not know.")
        yield Bullets(tuple(each.span for each in shown.unrecognised[:MOST]))
    held = library()
    yield Para(
        f"Held against {len(held.studies)} records, as they stood on {held.date:%-d %B %Y}. Read by rules, which can "
        "misread a sentence. “Worth checking” is never a judgement that something is against the law.",
        "small",
    )


def _group(group: Group, most: int) -> Iterator[Block]:
    if not most:
        return
    yield Heading(group.label)
    if group.meaning:
        yield Para(group.meaning)
    for each in islice(group.readings, most):
        yield from _reading(each)


def _reading(shown: ShownReading) -> Iterator[Block]:
    reading, claim = shown.reading, shown.reading.claim
    yield Heading(f"{reading.number}. {reading.title}", 3)
    said = ", ".join(f"“{quote.span}”" for quote in reading.quotes)
    if shown.said_as:
        said = f"{said} ({shown.said_as.lower()})"
    rows: list[tuple[str, tuple[str, ...]]] = [("It says", (said,))] if said else []
    verdict = shown.label + (f", {claim.certainty.replace('-', ' ')} certainty" if claim.certainty else "")
    rows.append(("What we find", (verdict, claim.reason)))
    if claim.honest_wording and claim.to_reword:
        rows.append(("What could honestly be said", (claim.honest_wording,)))
    if shown.flags:
        rows.append(("Worth checking", tuple(f"{flag.why} Read at: {_read_at(flag.source)}." for flag in shown.flags)))
    if shown.studies:
        studies = [_read_at(link) for link in shown.studies[:MOST_STUDIES]]
        if (more := len(shown.studies) - MOST_STUDIES) > 0:
            studies.append(f"and {more} more")
        rows.append(("Studies", tuple(studies)))
    if shown.pages:
        rows.append(("Pages", tuple(_read_at(link) for link in shown.pages)))
    yield Facts(tuple(rows))


def _read_at(link: Link) -> str:
    return f"{link.text}, {link.href}" if link.href and link.href != link.text else link.text
