"""A private prescription as a paper: what UK law asks of one, and what it is not yet."""

from __future__ import annotations

import datetime as dt

from skinproof.care.prescribing.document import PrescriptionDocument
from skinproof.clinic.papers.blocks import Block, Bullets, Facts, Heading, Notice, Paper, Para

from .people import day, lines_of

MARKS = {"draft": "Draft: not a prescription until it is signed", "superseded": "Superseded", "cancelled": "Cancelled"}
NOT_FILLED = "Not filled in"


def prescription_paper(document: PrescriptionDocument, *, dated: dt.datetime) -> Paper:
    """The document as it stands; what is missing is named, never left blank in silence."""
    mark = MARKS.get(document.state, document.state)
    if document.state_reason:
        mark = f"{mark}: {document.state_reason}"
    blocks: list[Block] = []
    if document.missing:
        lines = tuple(f"{row.says}{'' if row.law else ' (good practice)'}" for row in document.missing)
        blocks.append(Notice("Still missing", lines, "caution"))
    blocks += [
        Heading("For"),
        Facts(
            (
                ("Name", (document.patient_name or NOT_FILLED,)),
                ("Address", ("\n".join(lines_of(document.patient_address)) or NOT_FILLED,)),
                *((("Age", (f"{document.patient_age} years",)),) if document.prints_age else ()),
                ("Date of birth", (day(document.patient_born) if document.patient_born else NOT_FILLED,)),
            )
        ),
        Heading("Medicines"),
    ]
    for number, line in enumerate(document.lines, 1):
        rows = [("Amount", (line.amount,)), ("Directions", (line.directions,))]
        if line.course_weeks is not None:
            rows.append(("For how long", (f"{line.course_weeks} weeks",)))
        rows.append(("Dispense", (line.supplies,)))
        if line.note:
            rows.append(("Note", (line.note,)))
        special = " (unlicensed, made to order)" if line.unlicensed else ""
        blocks += [Heading(f"{number}. {line.name}{special}", 3), Facts(tuple(rows))]
    until = document.valid_until
    blocks += [
        Heading("Prescriber"),
        Facts(
            (
                ("Name", (document.prescriber_name or NOT_FILLED,)),
                ("Registration", (document.prescriber_registration or NOT_FILLED,)),
                ("Kind of prescriber", (document.prescriber_kind or NOT_FILLED,)),
                ("Address", ("\n".join(lines_of(document.prescriber_address)) or NOT_FILLED,)),
                ("Date", (day(document.date) if document.date else NOT_FILLED,)),
                ("First dispensed by", (day(until) if until else NOT_FILLED,)),
            )
        ),
        Heading("Where it stands"),
        Bullets(document.caveats),
        Para(f"From plan {document.plan_reference[:6]}.", "small"),
    ]
    return Paper(
        title="Private prescription",
        blocks=tuple(blocks),
        reference=f"Prescription {document.reference}",
        dated=dated,
        fingerprint=document.plan_hash,
        mark=mark,
    )
