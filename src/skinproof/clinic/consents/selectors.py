"""Where each treatment of a case stands with its consent."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from skinproof.care import rules
from skinproof.care.consents import ConsentText, consent_text, needs_consent
from skinproof.clinic.consultations.models import Consultation
from skinproof.clinic.consultations.names import form_name
from skinproof.clinic.desk.content import PlanContent
from skinproof.clinic.desk.models import Plan
from skinproof.vocabulary import vocabulary

from .models import Consent

State = Literal["none", "given", "given-to-another-text", "taken-back"]
WORDS = {
    "none": "Not agreed yet",
    "given": "Agreed",
    "given-to-another-text": "Agreed, but the text has changed since",
    "taken-back": "Taken back",
}
BADGES = {
    "none": ("caution", "ask"),
    "given": ("fine", "fine"),
    "given-to-another-text": ("caution", "caution"),
    "taken-back": ("stop", "stop"),
}


@dataclass(frozen=True)
class Line:
    """One treatment and where its consent stands."""

    form: str
    name: str
    state: State
    last: Consent | None

    @property
    def words(self) -> str:
        return WORDS[self.state]

    @property
    def badge(self) -> str:
        return BADGES[self.state][0]

    @property
    def icon(self) -> str:
        return BADGES[self.state][1]

    @property
    def given(self) -> bool:
        return self.state in ("given", "given-to-another-text")


def text_for(case: Consultation, form: str, plan: Plan | None = None) -> ConsentText:
    """The text for this person now: with the rules that their signed plan sealed for the form, if there is one."""
    sealed = plan.sealed.get("forms", {}).get(form, {}) if plan is not None else {}
    known = {rule.id for rule in rules().rules}
    return consent_text(form, case.concern, for_person=[rule for rule in sealed.get("rules", ()) if rule in known])


def forms_of(plan: Plan | None) -> tuple[str, ...]:
    """The forms of a signed plan that consent is asked for; none before there is a plan."""
    if plan is None:
        return ()
    known = vocabulary().forms
    return tuple(form for form in PlanContent.of(plan.content).forms if form in known and needs_consent(form))


def lines(case: Consultation) -> tuple[Line, ...]:
    """Every treatment of the plan in force that asks for consent, and any that was agreed to before. Two queries."""
    plan = case.plan_in_force
    return _lines(case, forms_of(plan), plan)


def of_forms(case: Consultation, forms: Iterable[str]) -> tuple[Line, ...]:
    """The same for these forms, whether or not a plan that gives them is signed."""
    known = vocabulary().forms
    asked = tuple(form for form in forms if form in known and needs_consent(form))
    return tuple(line for line in _lines(case, asked, case.plan_in_force) if line.form in asked)


def _lines(case: Consultation, forms: tuple[str, ...], plan: Plan | None) -> tuple[Line, ...]:
    last = {row.form: row for row in case.consents.order_by("id")}
    return tuple(
        Line(form, form_name(form), _state(case, form, last.get(form), plan), last.get(form))
        for form in dict.fromkeys([*forms, *last])
    )


def _state(case: Consultation, form: str, last: Consent | None, plan: Plan | None) -> State:
    if last is None:
        return "none"
    if not last.agreed:
        return "taken-back"
    if form not in vocabulary().forms or text_for(case, form, plan).fingerprint != last.text_hash:
        return "given-to-another-text"
    return "given"
