"""The plan as a paper, in the person's words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from skinproof.clinic.desk.sheet import Item, Said, Sheet
from skinproof.clinic.papers.blocks import Block, Bullets, Facts, Heading, Notice, Paper, Para

from .people import day, moment

LEVELS = {"high": "high", "moderate": "moderate", "low": "low", "very-low": "very low"}
UNLICENSED = "It has no UK licence. Your doctor told you why it is used."
UNKNOWN = "Not known: no study in our library compared it with something else for this."
DANGER = Notice(
    "Call 999 if a life is in danger, or 111 if you need help today",
    ("Do not wait for an answer from us.",),
    "stop",
)


def plan_paper(
    sheet: Sheet,
    *,
    reference: str,
    mark: str = "",
    in_person: Iterable[str] = (),
    consents: Iterable[str] = (),
) -> Paper:
    """
    Args:
        sheet: of a signed plan; its `signed_at` in the clinic's own time zone.
        mark: that another plan took its place, if so.
        in_person: names of treatments for which somebody has to see the person.
        consents: names of treatments that wait for consent of their own. Whether it was given can change, so that a
            paper does not say it.

    Raises:
        ValueError: the plan is not signed.
    """
    if sheet.signed_at is None:
        raise ValueError("only a signed plan makes a paper")
    blocks: list[Block] = [Heading("What we agreed"), Para(sheet.summary, "lead")]
    for item in sheet.items:
        blocks += item_blocks(item)
    together = (("At home", sheet.home_care), ("Sun", sheet.sun), ("What to expect when", sheet.expect))
    if rows := tuple((label, (text,)) for label, text in together if text.strip()):
        blocks += [Heading("What to do, and what to expect"), Facts(rows)]
    if sheet.shape > 1:
        blocks += [Heading("What it costs here"), Para(sheet.cost or "Not known. Ask before you agree to anything.")]
    if sheet.gp:
        blocks.append(Para(sheet.gp))
    if any(item.prices for item in sheet.items):
        blocks.append(Para("Prices are what public pages ask. Yours can differ.", "small"))
    if asked := tuple(consents):
        blocks += [
            Heading("Before you start"),
            Para("You read about each of these on your own page, and agree or not, before it starts."),
            Bullets(asked),
        ]
    if seen := tuple(in_person):
        blocks += [
            Heading("To be seen in person"),
            Para("This cannot be done from afar. A sheet with what to ask goes with this plan."),
            Bullets(seen),
        ]
    blocks += [Heading("What to watch for, and whom to call"), Para(sheet.watch_for), Para(sheet.call), DANGER]
    if sheet.declined:
        not_chosen = tuple((name, (why,)) for name, why in sheet.declined)
        blocks += [Heading("What was not chosen, and why"), Facts(not_chosen)]
    if sheet.next_check is not None:
        how = f", {sheet.next_check_how}" if sheet.next_check_how else ""
        blocks += [Heading("Next check"), Para(f"{sheet.next_check:%A} {day(sheet.next_check)}{how}")]
    blocks += signed(sheet)
    return Paper(
        title="Your plan",
        blocks=tuple(blocks),
        reference=reference,
        dated=sheet.signed_at,
        kicker=sheet.concern,
        fingerprint=sheet.content_hash,
        mark=mark,
    )


def item_blocks(item: Item) -> list[Block]:
    rows: list[tuple[str, tuple[str, ...]]] = []
    for label, text in (
        ("What", item.what),
        ("Product", item.product),
        ("How", item.how),
        ("When, and for how long", item.when),
        ("Sessions", "\n".join(_session(on, what) for on, what in item.sessions)),
    ):
        if text.strip():
            rows.append((label, (text,)))
    rows += prescribed_rows(item)
    if item.advice:
        rows.append(("Good to know", tuple(sentence(_said(said)) for said in item.advice)))
    known = tuple(
        f"{shown.sentence}{f' {shown.figures}.' if shown.figures else ''} How sure one can be: {LEVELS[shown.level]}."
        for shown in item.shown
    )
    rows.append(("What is known", known or (UNKNOWN,)))
    rows.append(("What to expect when", _course(item)))
    price = tuple(f"{said.text} ({said.source})" for said in item.prices)
    rows.append(("What it costs", price or ("Not known: no page with a UK price was found.",)))
    blocks: list[Block] = [Heading(f"{item.number}. {item.name}", 3)]
    if item.sentence:
        blocks.append(Para(item.sentence))
    return [*blocks, Facts(tuple(rows))]


def _session(on: dt.date | None, what: str) -> str:
    return f"{day(on) if on else 'No date yet'}{f': {what}' if what else ''}"


def prescribed_rows(item: Item) -> list[tuple[str, tuple[str, ...]]]:
    """What stands in a plan of a medicine that it prescribes, beside what and how."""
    given = item.prescribed
    if given is None:
        return []
    rows: list[tuple[str, tuple[str, ...]]] = []
    if given.amount:
        rows.append(("Amount", (given.amount,)))
    if given.unlicensed:
        rows.append(("Licence", (UNLICENSED,)))
    if given.why.strip():
        rows.append(("Why this one", (given.why,)))
    if given.said:
        rows.append(("How to start, and who must not", tuple(_said(said) for said in given.said)))
    if given.tests:
        rows.append(("Tests", (*(_said(said) for said in given.tests), *filter(None, (given.result,)))))
    return rows


def sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _course(item: Item) -> tuple[str, ...]:
    told = tuple(f"{words} {'; '.join(_said(each) for each in pages)}." for words, pages in item.expect)
    if item.expect_words:
        told += (item.expect_words,)
    return told or ("Not known.",)


def _said(said: Said) -> str:
    return f"{said.text} ({said.source})" if said.source else said.text


def signed(sheet: Sheet) -> list[Block]:
    at: dt.datetime = sheet.signed_at  # type: ignore[assignment]
    return [
        Heading("Signed"),
        Para(f"{sheet.prescriber}, {moment(at)}."),
        Para(f"What is known of times and prices is as of {day(sheet.library_date)}.", "small"),
        Para(f"Fingerprint (SHA-256) of what was signed: {sheet.content_hash}", "small"),
    ]
