"""From what is stored to papers: gathers what a paper says, and checks that it may be made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from django.utils import timezone

from skinproof.care.in_person import needs_to_be_seen, seen_in_person
from skinproof.care.rules import STRENGTH, rules
from skinproof.clinic.consents import selectors as consents
from skinproof.clinic.consultations.models import Consultation
from skinproof.clinic.consultations.names import form_name
from skinproof.clinic.desk.content import PlanContent, fingerprint, intact
from skinproof.clinic.desk.models import Plan
from skinproof.clinic.desk.sheet import Sheet, show
from skinproof.clinic.desk.words import reference
from skinproof.clinic.prescribing import selectors as prescribing
from skinproof.vocabulary import vocabulary

from .blocks import Paper
from .contents.gp_letter import gp_letter
from .contents.people import day
from .contents.plan import plan_paper
from .contents.prescription import prescription_paper
from .contents.referral import Letter, referral_paper
from .contents.visit import visit_paper
from .services import gp, person_of, whom_to_tell


class NoPaperError(Exception):
    """There is no such paper, or it may not be made now."""


class NotIntactError(NoPaperError):
    """What is stored is not what was signed or issued: nothing is printed from it."""


def _signed(case: Consultation, number: int) -> tuple[Plan, Sheet, str]:
    """A signed plan, its sheet, and the mark that another took its place."""
    plan = case.plans.select_related("supersedes", "consultation").exclude(signed_at=None).filter(number=number).first()
    if plan is None:
        raise NoPaperError
    if not intact(plan):
        raise NotIntactError
    later = case.plans.exclude(signed_at=None).filter(number__gt=number).order_by("-number").first()
    mark = f"Superseded by plan {later.number} on {day(timezone.localtime(later.signed_at).date())}" if later else ""
    sheet = show(plan, plan.sealed)
    return plan, replace(sheet, signed_at=timezone.localtime(plan.signed_at)), mark


def _about(case: Consultation, plan: Plan) -> str:
    return f"Plan {plan.number}, case {reference(case.public_id)}"


def in_person_forms(plan: Plan) -> tuple[str, ...]:
    """The forms of a plan that cannot be given from afar."""
    known = vocabulary().forms
    return tuple(form for form in PlanContent.of(plan.content).forms if form in known and needs_to_be_seen(form))


def plan(case: Consultation, number: int) -> Paper:
    found, sheet, mark = _signed(case, number)
    return plan_paper(
        sheet,
        reference=_about(case, found),
        mark=mark,
        in_person=[form_name(form) for form in in_person_forms(found)],
        consents=[form_name(form) for form in consents.forms_of(found)],
    )


def letter(case: Consultation, number: int) -> Paper:
    """The letter to the GP; only while the person's latest word allows it."""
    told = whom_to_tell(case)
    if told is None:
        raise NoPaperError
    sharing, agreed = told
    found, sheet, mark = _signed(case, number)
    book = {rule.id: rule for rule in rules().rules}
    return gp_letter(
        sheet,
        person_of(case),
        gp(sharing),
        agreed_on=day(timezone.localtime(agreed.at).date()),
        reference=_about(case, found),
        mark=mark,
        flags=[
            f"{book[row['rule']].reason if row['rule'] in book else row['rule']} Seen by {row['seen_by']}: {row['how']}"
            for row in found.sealed.get("red_flags", ())
        ],
        against=[
            f"{form_name(row['form'])}: {book[row['rule']].reason if row['rule'] in book else row['rule']} "
            f"The doctor wrote: {row['reason']}"
            for row in found.sealed.get("overrides", ())
        ],
    )


def visit(case: Consultation, number: int, form: str) -> Paper:
    """The sheet to take along for one treatment of a signed plan."""
    found, sheet, mark = _signed(case, number)
    if form not in in_person_forms(found):
        raise NoPaperError
    seen = seen_in_person(form)
    if seen is None:
        raise NoPaperError
    known = found.sealed.get("forms", {}).get(form, {})
    product = next((item.product for item in sheet.items if item.product and item.name == known.get("name")), "")
    return visit_paper(
        known.get("name", form_name(form)),
        seen,
        reference=_about(case, found),
        dated=sheet.signed_at or found.signed_at,
        fingerprint=found.content_hash,
        mark=mark,
        product=product,
        tell=tell(known.get("rules", ())),
    )


def tell(rule_ids: tuple[str, ...] | list[str]) -> tuple[str, ...]:
    """What rules that fired say of the person, for whoever treats them."""
    book = {rule.id: rule for rule in rules().rules}
    fired = [book[rule] for rule in rule_ids if rule in book]
    return tuple(
        rule.reason for rule in fired if rule.strength >= STRENGTH["caution"] and list(rule.condition.leaves())
    )


def referral(case: Consultation, number: int) -> Paper:
    row = case.referrals.filter(number=number).first()
    if row is None:
        raise NoPaperError
    if fingerprint(row.content) != row.content_hash:
        raise NotIntactError
    content = Letter.model_validate(row.content)
    content = content.model_copy(update={"issued_at": timezone.localtime(content.issued_at)})
    about = f"Letter {row.number}, case {reference(case.public_id)}"
    return referral_paper(content, reference=about, fingerprint=row.content_hash)


def prescription(case: Consultation, number: int) -> Paper:
    """What the plan of this number prescribes, as the document stands now."""
    found, _, _ = _signed(case, number)
    row = case.prescriptions.filter(plan=found).values_list("public_id", flat=True).first()
    if row is None:
        raise NoPaperError
    kept = prescribing.prescription(case, row)
    issue = getattr(kept, "issue", None)
    dated = timezone.localtime(issue.at if issue else kept.at)
    return prescription_paper(prescribing.document(kept), dated=dated)


Maker = Callable[..., Paper]
# kind: (what makes it, the name of the file without its number). Files and addresses name no person.
KINDS: dict[str, tuple[Maker, str]] = {
    "plan": (plan, "plan"),
    "letter": (letter, "gp-letter"),
    "visit": (visit, "before-your-visit"),
    "referral": (referral, "referral"),
    "prescription": (prescription, "prescription"),
}
