"""What the person told: what it is about, answers, facts, scores, wishes, consents."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from skinproof import care
from skinproof.care.consents import fingerprint
from skinproof.care.fit import priorities
from skinproof.care.instruments import instruments
from skinproof.care.questionnaires import atoms_said
from skinproof.clinic.consultations import intake, progress
from skinproof.clinic.consultations.consent import texts
from skinproof.clinic.consultations.models import Consultation, State
from skinproof.clinic.consultations.names import concern_name, form_name
from skinproof.clinic.desk.asking import facts_of
from skinproof.clinic.papers.contents.people import lines_of
from skinproof.clinic.papers.models import GpSharing
from skinproof.exchange import Concern, ConsentGiven, Document, Fact, MessageSent, Score
from skinproof.questionnaires import answers_in, calculated

from .staff import Staff, plain, plain_json

ANSWER, ADDED = "answer", "added-later"  # how a fact was told; a clinician's ways are the desk's `METHODS`
GP = "gp-sharing"
# Of a kept response; whom it is about is said anew in the Bundle.
_SAID_ANEW = ("identifier", "subject", "source", "id")


def concern(case: Consultation, *, confirmed: bool) -> Concern:
    return Concern(
        id=case.public_id,
        code=case.concern,
        name=concern_name(case.concern),
        recorded=case.created_at,
        confirmed=confirmed,
        closed=case.state == State.CLOSED,
    )


def response(case: Consultation) -> dict[str, Any]:
    kept = {name: value for name, value in case.response.items() if name not in _SAID_ANEW}
    return {**plain_json(kept), "id": case.public_id}


# --- facts
def fact(of: Mapping[str, Any], value: Any) -> Fact:
    """A fact from its value as it is kept: {"has", "not"} for a list of which something is left open."""
    spec = care.terms().facts.get(of["code"])
    lacks: tuple[str, ...] = ()
    if isinstance(value, Mapping):
        value, lacks = tuple(value.get("has", ())), tuple(value.get("not", ()))
    elif isinstance(value, list):
        value = tuple(value)
    return Fact(name=spec.meaning if spec else of["code"], value=value, lacks=lacks, **of)


def facts(case: Consultation, staff: Staff) -> Iterator[Fact]:
    """What the answers say once they were sent in, what was added later, and what was found out by whom and how."""
    units = {question.fact: question.unit or "" for question in intake.form_of(case).questions.values()}
    about: dict[str, Any] = {"concern": case.public_id}
    if case.submitted_at is not None:
        for name, value in said(case).items():
            own = {"id": f"{case.public_id}-{name}", "code": name, "at": case.submitted_at, "unit": units.get(name, "")}
            yield fact({**about, **own, "method": ANSWER, "response": case.public_id}, value)
    for added in case.added_facts.all():
        own = {"id": f"added-{added.pk}", "code": added.fact, "at": added.at, "unit": units.get(added.fact, "")}
        yield fact({**about, **own, "method": ADDED}, added.value)
    for row in case.recorded_facts.all():
        own = {"id": f"recorded-{row.pk}", "code": row.fact, "at": row.at, "unit": units.get(row.fact, "")}
        found_out = {"method": row.method, "by": staff.id(row.doctor), "note": plain(row.note)}
        yield fact({**about, **own, **found_out}, row.value)


def said(case: Consultation) -> dict[str, Any]:
    """{fact: value} that the answers say, by the questionnaire's own words and without what follows from them."""
    form = intake.form_of(case)
    answers = form.answers({**answers_in(form.questionnaire, case.response), **form.start(case.concern)})
    return facts_of(atoms_said(answers, form.given.get(case.concern, {})))


def scores(case: Consultation) -> Iterator[Score]:
    if case.submitted_at is None:
        return
    questionnaire = intake.form_of(case).questionnaire
    for link, value in calculated(questionnaire, answers_in(questionnaire, case.response)).items():
        yield Score(
            id=f"{case.public_id}-{link}",
            concern=case.public_id,
            code=link,
            name=questionnaire[link].text or link,
            value=_number(value),
            at=case.submitted_at,
            response=case.public_id,
        )


def recorded_scores(case: Consultation, staff: Staff) -> Iterator[Score]:
    """Totals of named instruments, those that were entered again too."""
    rows = list(case.recorded_scores.all())
    corrected = {row.corrects_id for row in rows}
    for row in rows:
        instrument = instruments().get(row.instrument)
        yield Score(
            id=f"score-{row.pk}",
            concern=case.public_id,
            code=row.instrument,
            name=instrument.name if instrument else row.instrument,
            value=_number(row.total),
            at=row.at,
            on=row.measured_on,
            method=row.method,
            by=staff.id(row.by),
            items=tuple(row.items),
            means=(instrument.means(row.total) or "") if instrument else "",
            note=plain(row.note),
            wrong=row.pk in corrected,
        )


def _number(value: Decimal) -> float:
    return int(value) if value == int(value) else float(value)


# --- wishes, and answers that do not count any more
def wishes(case: Consultation) -> Iterator[MessageSent]:
    """What the person chose to talk about, what matters to them, and their note."""
    if case.sent_at is None:
        return
    chosen = ", ".join(form_name(form) for form in case.choices)
    names = priorities()
    rated = ", ".join(f"{names.get(name, name)}: {rating} of 4" for name, rating in case.priorities.items())
    lines = [f"To talk about: {chosen}" if chosen else "", f"What matters: {rated}" if rated else "", case.note]
    if text := plain("\n".join(filter(None, lines))):
        yield MessageSent(f"{case.public_id}-wishes", case.public_id, text, case.sent_at, kind="wishes")


def changed_answers(case: Consultation) -> Iterator[Document]:
    """Answers that were changed, and those to questions that were then not asked any more."""
    changes = list(case.corrections.all())
    form = intake.form_of(case)
    lines = [
        f"{_question(form, row.question)} Before: {_answer(form, row.question, row.before)}. "
        f"After: {_answer(form, row.question, row.after)}."
        for row in changes
    ]
    lines += [
        f"{_question(form, link)} Answered, then not asked any more: {_answer(form, link, raw)}."
        for link, raw in case.set_aside.items()
    ]
    if lines:
        at = changes[-1].at if changes else case.updated_at
        title, text = "Answers that were changed or set aside", plain("\n".join(lines))
        yield Document(f"{case.public_id}-changed", case.public_id, "changed-answers", title, text, at)


def _question(form: care.Form, link: str) -> str:
    return form.questions[link].text if link in form.questions else link


def _answer(form: care.Form, link: str, raw: Any) -> str:
    if raw is None:
        return "no answer"
    try:
        return "; ".join(progress.in_words(form.questions[link].read(raw)).splitlines())
    except (KeyError, care.FactError):  # of a question that is not there any more
        return str(raw)


# --- consents
def consents(case: Consultation) -> Iterator[ConsentGiven]:
    yield from _to_the_consultation(case)
    yield from _until_the_next([_to_a_treatment(row) for row in case.consents.all()])
    yield from _until_the_next([_to_telling_the_gp(row) for row in case.gp_sharings.all()])


def _to_the_consultation(case: Consultation) -> Iterator[ConsentGiven]:
    if case.consented_at is None:
        return
    text = texts().get(case.consent_version)
    yield ConsentGiven(
        id=f"{case.public_id}-consent",
        concern=case.public_id,
        what="consultation",
        title=text.title if text else "The consultation",
        version=case.consent_version,
        text_hash=fingerprint(text.model_dump(mode="json")) if text else "",
        at=case.consented_at,
        until=case.closed_at if case.state == State.CLOSED else None,
    )


def _to_a_treatment(row: Any) -> ConsentGiven:
    return ConsentGiven(
        id=f"treatment-{row.pk}",
        concern=row.consultation.public_id,
        what=row.form,
        title=form_name(row.form),
        version=row.version,
        text_hash=row.text_hash,
        at=row.at,
        refused=not row.agreed,
    )


def _to_telling_the_gp(row: GpSharing) -> ConsentGiven:
    return ConsentGiven(
        id=f"gp-{row.pk}",
        concern=row.consultation.public_id,
        what=GP,
        title="Telling the GP" + (", written down by a doctor" if row.told_to_doctor else ""),
        version="",
        text_hash="",
        at=row.at,
        refused=not row.allowed,
        to=plain(", ".join(filter(None, (row.gp_name, row.practice, *lines_of(row.practice_address))))),
    )


def _until_the_next(rows: list[ConsentGiven]) -> list[ConsentGiven]:
    """Each holds until the next word on the same thing."""
    next_at: dict[str, Any] = {}
    found = []
    for row in reversed(rows):
        found.append(replace(row, until=next_at.get(row.what)))
        next_at[row.what] = row.at
    return found[::-1]
