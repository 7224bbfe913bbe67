"""The letter to a person's own GP: what was decided, in a minute, and nothing that they did not agree to share."""

from __future__ import annotations

from collections.abc import Iterable

from skinproof.clinic.desk.sheet import Sheet
from skinproof.clinic.papers.blocks import Block, Bullets, Facts, Heading, Paper, Para

from .people import Gp, Person, day
from .plan import prescribed_rows, signed

ASK = (
    "Please add this to the record. If something that you hold speaks against it, a medicine or an illness that we do "
    "not know of, please write to us or tell your patient to stop and ask."
)


def gp_letter(
    sheet: Sheet,
    person: Person,
    gp: Gp,
    *,
    agreed_on: str,
    reference: str,
    mark: str = "",
    flags: Iterable[str] = (),
    against: Iterable[str] = (),
) -> Paper:
    """
    Args:
        agreed_on: the day on which the person agreed that their GP is told, in words.
        flags: red flags with what was done about each.
        against: rules that the doctor went against, each with the reason.

    Raises:
        ValueError: the plan is not signed.
    """
    if sheet.signed_at is None:
        raise ValueError("only a signed plan makes a letter")
    blocks: list[Block] = [
        Para("\n".join(gp.lines())),
        Para(day(sheet.signed_at.date())),
        Facts(person.rows()),
        Heading("In short"),
        Para(
            f"Your patient asked this clinic about {sheet.concern[:1].lower()}{sheet.concern[1:]}. A doctor made a "
            f"plan with them from afar. They agreed on {agreed_on} that you are told."
        ),
        Heading("What was decided"),
    ]
    for item in sheet.items:
        legal = " (prescription medicine)" if item.prescription_only else ""
        rows = tuple(
            (label, (text,))
            for label, text in (
                ("What", item.what),
                ("Product", item.product),
                ("How", item.how),
                ("When, and for how long", item.when),
            )
            if text.strip()
        )
        blocks += [Heading(f"{item.number}. {item.name}{legal}", 3), Facts((*rows, *prescribed_rows(item)))]
    if told := tuple(flags):
        blocks += [Heading("Red flags, and what was done"), Bullets(told)]
    if reasons := tuple(against):
        blocks += [Heading("Cautions that were weighed"), Bullets(reasons)]
    if sheet.declined:
        blocks += [Heading("Not chosen"), Bullets(tuple(f"{name}: {why}" for name, why in sheet.declined))]
    blocks += [
        Heading("What your patient was told to watch for"),
        Para(sheet.watch_for),
        Heading("What we ask of you"),
        Para(ASK),
    ]
    if sheet.next_check is not None:
        how = f", {sheet.next_check_how}" if sheet.next_check_how else ""
        blocks.append(Para(f"We see them next on {day(sheet.next_check)}{how}."))
    blocks += signed(sheet)
    return Paper(
        title="Letter to the GP",
        blocks=tuple(blocks),
        reference=reference,
        dated=sheet.signed_at,
        kicker="Copy to the patient",
        fingerprint=sheet.content_hash,
        mark=mark,
    )
