"""What was decided: signed plans, what they prescribe, and the rules that stood in the way."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from skinproof import care
from skinproof.clinic.consultations.models import Consultation
from skinproof.clinic.consultations.names import form_name
from skinproof.clinic.desk import models as desk
from skinproof.clinic.desk.content import PlanContent
from skinproof.clinic.desk.sheet import Sheet, show
from skinproof.clinic.prescribing.models import Prescription
from skinproof.exchange import Alert, Event, Medicine, Plan, PlanItem, Session
from skinproof.exchange.record import MedicineStatus

from .staff import Staff, plain

DAYS = 7  # in a week


# --- plans
def plans(case: Consultation, staff: Staff) -> Iterator[Plan]:
    """The signed ones as they were signed. Drafts are nobody's decision yet."""
    signed = list(case.plans.all())
    own = {row.pk: row.public_id for row in signed}
    replaced = {row.supersedes_id for row in signed}
    for row in signed:
        yield _plan(case, row, staff, replaces=own.get(row.supersedes_id), superseded=row.pk in replaced)


def _plan(case: Consultation, row: desk.Plan, staff: Staff, *, replaces: str | None, superseded: bool) -> Plan:
    content, sheet = PlanContent.of(row.content), show(row, row.sealed)
    names = {form: known["name"] for form, known in row.sealed.get("forms", {}).items()}
    forms = [*(each.form for each in content.medicines), *(each.form for each in content.items)]
    return Plan(
        id=row.public_id,
        concern=case.public_id,
        number=row.number,
        summary=plain(content.summary),
        items=tuple(
            PlanItem(
                form=form,
                name=item.name,
                what=plain("; ".join(filter(None, (item.what, item.product)))),
                how=plain(item.how),
                when=plain(item.when),
            )
            for form, item in zip(forms, sheet.items, strict=True)
        ),
        signed_at=row.signed_at,
        signed_by=staff.id(row.signed_by),
        content_hash=row.content_hash,
        declined=tuple((name, plain(why) or "not said") for name, why in sheet.declined),
        notes=_notes(sheet),
        next_check=content.next_check,
        replaces=replaces,
        superseded=superseded,
        sessions=tuple(
            Session(each.form, names.get(each.form, each.form), each.on, plain(each.what))
            for each in content.sessions
            if each.on is not None
        ),
    )


def _notes(sheet: Sheet) -> tuple[str, ...]:
    parts = (
        ("At home", sheet.home_care),
        ("Sun", sheet.sun),
        ("What to expect when", sheet.expect),
        ("What to watch for", sheet.watch_for),
        ("Whom to call", sheet.call),
        ("How the next check is done", sheet.next_check_how),
        ("Cost", sheet.cost),
        ("GP", sheet.gp),
    )
    return tuple(f"{name}: {plain(words)}" for name, words in parts if words.strip())


# --- prescriptions
def medicines(case: Consultation, staff: Staff) -> Iterator[Medicine]:
    """One for each line of each prescription, with what became of it."""
    for row in case.prescriptions.all():
        reasons = [each.reason for each in PlanContent.of(row.plan.content).medicines]
        for number, line in enumerate(row.lines):
            weeks = line["course_weeks"]
            yield Medicine(
                id=f"{row.public_id}-{number}",
                concern=case.public_id,
                plan=row.plan.public_id,
                name=plain(line["name"]) or form_name(line["form"]),
                directions=plain(line["directions"]),
                written_at=row.at,
                prescriber=staff.id(row.doctor),
                status=_status(row),
                quantity=line["quantity"],
                unit=line["unit"] if line["quantity"] is not None else "",
                repeats=line["repeats"],
                days=round(weeks * DAYS) if weeks is not None else None,
                reason=plain(reasons[number]) if number < len(reasons) else "",
                events=tuple(_events(row, number, staff)),
            )


def _status(row: Prescription) -> MedicineStatus:
    ending = getattr(row, "ending", None)
    if ending is not None:
        return "cancelled" if ending.kind == "cancelled" else "stopped"
    return "active" if getattr(row, "issue", None) else "draft"


def _events(row: Prescription, number: int, staff: Staff) -> Iterator[Event]:
    line, issue, ending = row.lines[number], getattr(row, "issue", None), getattr(row, "ending", None)
    if line["unlicensed"]:
        yield Event(row.at, "An unlicensed product, made to order.", staff.id(row.doctor))
    if line["note"]:
        yield Event(row.at, plain(line["note"]), staff.id(row.doctor))
    if issue is not None:
        yield Event(issue.at, f"Issued, dated {_day(issue.date)}.", staff.id(issue.doctor))
    for each in row.hand_offs.all():
        where = f"Handed to {plain(each.pharmacy)} on {_day(each.on)}: {each.get_how_display()}."
        reference = f" Reference: {plain(each.reference)}." if each.reference else ""
        yield Event(each.at, where + reference, staff.id(each.doctor))
    for each in row.repeats_given.all():
        if each.line == number:
            words = f"A further supply, after the follow-up of {_day(each.follow_up.on)}."
            yield Event(each.at, words, staff.id(each.doctor))
    for each in row.reviews.all():
        words = f" {plain(each.words)}" if each.words else ""
        yield Event(each.at, f"Reviewed by a pharmacist: {each.get_verdict_display()}.{words}", staff.id(each.by))
        if (answer := getattr(each, "answer", None)) is not None:
            yield Event(answer.at, f"The doctor answered: {plain(answer.text)}", staff.id(answer.doctor))
    if ending is not None:
        yield Event(ending.at, f"{ending.get_kind_display()}: {plain(ending.reason)}", staff.id(ending.doctor))


def _day(date: dt.date) -> str:
    return date.isoformat()


# --- what stood in the way
def alerts(case: Consultation, staff: Staff) -> Iterator[Alert]:
    yield from _red_flags(case, staff)
    for plan in case.plans.all():
        sealed = {(row["form"], row["rule"]) for row in plan.sealed.get("overrides", ())}
        for row in plan.overrides.all():
            if (row.form, row.rule) in sealed:
                yield Alert(
                    id=f"override-{row.pk}",
                    concern=case.public_id,
                    rule=row.rule,
                    reason=_reason(row.rule),
                    at=row.at,
                    plan=plan.public_id,
                    form=row.form,
                    form_name=form_name(row.form),
                    done=plain(row.reason),
                    done_at=row.at,
                    done_by=staff.id(row.doctor),
                )


def _red_flags(case: Consultation, staff: Staff) -> Iterator[Alert]:
    raised: dict[str, dt.datetime] = {}
    if case.submitted_at is not None:
        raised |= dict.fromkeys(case.flags, case.submitted_at)
    for ask in case.asks.all():
        if (reply := getattr(ask, "reply", None)) is not None:
            raised = {**dict.fromkeys(reply.flags, reply.at), **raised}
    dealt_with = {row.rule: row for row in case.flags_dealt_with.all()}
    for rule, at in {**{rule: row.at for rule, row in dealt_with.items()}, **raised}.items():
        row = dealt_with.get(rule)
        yield Alert(
            id=f"{case.public_id}-{rule}",
            concern=case.public_id,
            rule=rule,
            reason=_reason(rule),
            at=at,
            done=plain(f"Seen by {row.seen_by}. {row.how}") if row else "",
            done_at=row.at if row else None,
            done_by=staff.id(row.doctor) if row else None,
        )


def _reason(rule: str) -> str:
    """The rule's reason in words; for a missing answer, what the fact means."""
    try:
        return care.rules().rule(rule).reason
    except KeyError:
        spec = care.terms().facts.get(rule)
        return f"Not known: {spec.meaning}" if spec else rule
