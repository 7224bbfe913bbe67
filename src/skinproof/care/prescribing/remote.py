"""UK rules for prescribing at a distance: who was spoken with, what was checked, who is told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

from skinproof.care.plans import SHORTEST_REASON
from skinproof.care.screening import Screening
from skinproof.care.young import may_agree, young, youngest

from .formulary import Formulary
from .model import Consult, PrescribingProblem, ProblemKind, Row


def licence(row: Row, concern: str, book: Formulary) -> Iterator[PrescribingProblem]:
    medicine = row.medicine
    if medicine is None:
        return
    if medicine.specialist is not None:
        starts_here = bool(medicine.products)
        says = f"{medicine.specialist.says} " + ("" if starts_here else "It is not prescribed here: refer.")
        kind: ProblemKind = "reason" if starts_here else "missing"
        yield row.problem(kind, "specialist", says.strip(), medicine.specialist.source)
    if medicine.licensed.value is not True:
        words = (
            f"Not read: {medicine.licensed.not_read}." if medicine.licensed.value is None else "It has no UK licence."
        )
    elif concern not in medicine.uses.concerns:
        words = f"This use is outside the licence that we read. {medicine.uses.says}"
    else:
        return
    says = f"{words} Say why it is needed, and that the person was told."
    yield row.problem("reason", "licence", says, (*book.general.unlicensed.source, *medicine.uses.source))


def contact(
    rows: Sequence[Row], consult: Consult, screening: Screening, today: dt.date
) -> Iterator[PrescribingProblem]:
    """Nothing that needs contact, an examination or a look at the record is decided on a form alone.

    No reason takes the place of these: they have to be done, with their date and who did it.
    """
    rows = [row for row in rows if _on_prescription(row)]
    if not rows:
        return
    known = screening.facts.known
    if consult.mode is None:
        yield rows[0].problem("missing", "mode", "Say how you consulted: by form, live at a distance, or face to face.")
    recorded = known.get("consult-mode")
    if consult.mode is not None and isinstance(recorded, str) and recorded != consult.mode:
        says = f"The case has it recorded as “{recorded}”, the plan says “{consult.mode}”. Make them agree."
        yield rows[0].problem("missing", "mode-differs", says)
    if consult.mode in ("remote-live", "face-to-face"):
        yield from _dated(rows[0], "talk", "the talk", consult.on, consult.by, today)
    for row in rows:
        least = row.medicine.remote.least if row.medicine else "contact"
        says = (
            row.medicine.remote.says if row.medicine else "It is not in the formulary, so it is not decided on a form."
        )
        source = row.medicine.remote.source if row.medicine else ("gphc-online",)
        if least == "contact" and consult.mode == "questionnaire":
            yield row.problem("missing", "contact", f"{says} Speak with the person first.", source)
        if least == "examination" and not (consult.mode == "face-to-face" or known.get("in-person-examined") is True):
            yield row.problem("missing", "examination", f"{says} The person has to be seen in person first.", source)
        if least == "form" and consult.mode == "questionnaire" and row.medicine:
            why = "A form alone: say why a two-way talk was not needed."
            yield row.problem("reason", "form-alone", why, ("gmc-deciding", "gphc-online"))
        if row.medicine and row.medicine.remote.record_check and not consult.checked:
            words = f"{says} Check the history in the record or with the GP, and say when and who did it."
            yield row.problem("missing", "record-check", words, source)
    if consult.checked:
        yield from _dated(rows[0], "check", "the check of the history", consult.checked_on, consult.checked_by, today)


def _on_prescription(row: Row) -> bool:
    return row.product is None or row.product.legal not in ("P", "GSL", None)


def _dated(
    row: Row, code: str, what: str, day: dt.date | None, who: str, today: dt.date
) -> Iterator[PrescribingProblem]:
    if day is None or not who.strip():
        yield row.problem("missing", f"{code}-dated", f"Say the day of {what}, and who did it.")
    elif day > today:
        yield row.problem("missing", f"{code}-dated", f"The day of {what} is still to come.")


def consent(rows: Sequence[Row], screening: Screening) -> Iterator[PrescribingProblem]:
    """Under 16 nothing is prescribed before a doctor has recorded who can agree to it. No reason takes its place."""
    rows, age = [row for row in rows if _on_prescription(row)], youngest(screening)
    if not rows or age is None or age >= young().grown_up:
        return
    told = young().doctor
    if age >= young().below:
        yield rows[0].problem("note", "consent-older", told.older, ("gmc-capacity", "alder-hey-consent"))
    elif not may_agree(screening):
        yield rows[0].problem("missing", "consent-under-16", told.under, ("gmc-capacity", "bma-competence"))


def monitoring(row: Row, today: dt.date) -> Iterator[PrescribingProblem]:
    for test in row.medicine.monitoring if row.medicine else ():
        done = row.item.tests_on is not None and row.item.tests_on <= today and bool(row.item.tests.strip())
        if test.required and not done:
            says = f"{test.says} Enter the day and the result."
            yield row.problem("stop", f"test-{test.id}", says, test.source)
        elif not test.required:
            yield row.problem("note", f"test-{test.id}", test.says, test.source)


def gp(rows: Sequence[Row], consult: Consult, screening: Screening, book: Formulary) -> Iterator[PrescribingProblem]:
    """The GP is told with consent, or it is written why not."""
    asked = [row for row in rows if _on_prescription(row)]
    if not asked:
        return
    agrees = screening.facts.known.get("gp-sharing-consent")
    source = book.general.gp.source
    if not consult.gp:
        yield asked[0].problem("missing", "gp", "Say whether the GP is told.", source)
    elif consult.gp == "tell" and agrees is False:
        yield asked[0].problem("missing", "gp", "The person did not agree that the GP is told.", source)
    elif consult.gp == "tell" and agrees is not True:
        yield asked[0].problem("missing", "gp", "The person has not said whether the GP may be told: ask them.", source)
    elif consult.gp == "no" and len(consult.gp_reason.strip()) < SHORTEST_REASON:
        says = f"Write in {SHORTEST_REASON} characters or more why the GP is not told. {book.general.gp.says}"
        yield asked[0].problem("missing", "gp-reason", says, source)
