"""What a signature fixes beside the doctor's words: names, times, prices, verdicts and reasons as known then."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from skinproof import care
from skinproof.care.market import rows_of
from skinproof.care.prescribing import PrescribingProblem
from skinproof.care.shown import by_concept
from skinproof.clinic.consultations import intake
from skinproof.clinic.consultations.models import Consultation
from skinproof.clinic.consultations.names import concern_name, form_name
from skinproof.clinic.library.shown import show
from skinproof.clinic.library.sources import address
from skinproof.clinic.library.words import sentence_case
from skinproof.clinic.products import selectors as products
from skinproof.evidence import findings, library
from skinproof.vocabulary import vocabulary

from . import prescribing
from .content import PlanContent
from .judging import Judged
from .models import Plan

MOST_SHOWN = 2  # findings for each treatment: a plan is read in a minute; the rest is a link away


def seal(
    case: Consultation,
    plan: Plan,
    content: PlanContent,
    judged: Judged,
    prescribed: tuple[PrescribingProblem, ...] = (),
) -> dict[str, Any]:
    """The plan's second half, as plain JSON. A library or rule that changes later changes nothing in it."""
    return {
        **prescribing.seal(content, prescribed),
        "concern": {"id": case.concern, "name": concern_name(case.concern)},
        "forms": {form: _form(form, case.concern, judged) for form in content.forms if form in vocabulary().forms},
        "declined": {row.form: form_name(row.form) for row in content.declined},
        "overrides": [
            {"form": row.form, "rule": row.rule, "reason": row.reason, "doctor": row.doctor_id}
            for row in plan.overrides.order_by("id")
            if row.form in content.forms
        ],
        "red_flags": [
            {"rule": rule, "seen_by": row.seen_by, "how": row.how, "doctor": row.doctor_id}
            for rule, row in judged.dealt_with.items()
        ],
        "recorded": [
            {"fact": row.fact, "value": row.value, "method": row.method, "at": _utc(row.at)}
            for row in judged.recorded.values()
        ],
        "products": products.sealed(plan),
        "rules_version": intake.rules_version(),
        "library_date": library().date.isoformat(),
    }


def _utc(moment: dt.datetime) -> str:
    return moment.astimezone(dt.UTC).isoformat(timespec="seconds")


def _form(form: str, concern: str, judged: Judged) -> dict[str, Any]:
    noun = vocabulary().forms[form]
    verdict = judged.now.treatments.get(form)
    course = care.expected_course(form, concern)
    rows = {row.key: row for row in rows_of(noun, concern)}
    return {
        "name": noun.name,
        "sentence": noun.sentence,
        "prescription_only": noun.prescription_only,
        "verdict": verdict.verdict if verdict else None,
        "rules": list(verdict.rules) if verdict else [],
        "limits": dict(verdict.limit) if verdict else {},
        "advice": _advice(verdict.rules if verdict else ()),
        "course": {
            "words": course.words,
            "known": course.known,
            "first": [_told(each) for each in course.change_may_be_seen],
            "full": [_told(each) for each in course.full_result],
            "lasts": [_told(each) for each in course.lasts],
            "studies": [_study(study) for study in course.study_ids],
        },
        "price": [_told(each) for each in rows["price"].told],
        "shown": _shown(form, concern),
    }


def _advice(fired: Iterable[str]) -> list[dict[str, Any]]:
    """What the rules that fired on a treatment say to do with it: sun protection, a test patch, how to swallow."""
    found = [care.rules().rule(rule) for rule in fired]
    return [
        {
            "rule": rule.id,
            "text": rule.advise,
            "why": rule.reason,
            "sources": [address(page.url, page.organisation).organisation for page in rule.source[:2]],
        }
        for rule in found
        if rule.advise
    ]


def _shown(form: str, concern: str) -> list[dict[str, str]]:
    """What studies show of it for what matters most in this concern, with how sure one can be: as it was at signing."""
    rows: list[dict[str, str]] = []
    for concept, ids in by_concept(form, concern, care.concern_care(concern).concepts).items():
        if ids and len(rows) < MOST_SHOWN:
            shown = show(findings().get(ids[0]))
            rows.append(
                {
                    "id": ids[0],
                    "concept": vocabulary().concepts[concept].name,
                    "sentence": shown.sentence,
                    "level": shown.level,
                    "figures": sentence_case("; ".join(figure.text for figure in shown.figures)),
                }
            )
    return rows


def _told(told: care.Told) -> dict[str, Any]:
    where = address(told.url)
    return {
        "text": told.text,
        "note": told.note,
        "source": where.organisation,
        "href": where.href,
        "prices": list(told.prices),
    }


def _study(study_id: str) -> dict[str, str]:
    return {"id": study_id, "name": library().study(study_id).citation_text}
