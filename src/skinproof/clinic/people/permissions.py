"""Who may do what: the one table that pages, actions and their tests go by. A role has what its work needs, no more.

`ALLOWED` says which roles have which permission, `PAGES` which permission a page or an action asks for. A page that is
not public and not in `PAGES` fails a test, so that nobody forgets to decide. docs/roles.md holds the same as a table.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from skinproof.clinic.audit.models import ActorRole

from .models import STAFF, Role

GUEST = ActorRole.GUEST


class May(StrEnum):
    """A permission; its value says in words what it lets one do."""

    OWN = "go through their own consultation, send photos, read the plan, write to the doctor"
    ACCOUNT = "keep a consultation in their account, see who looked at their record, take all of it with them"
    HOME = "open their own start page"
    SECOND_FACTOR = "set up and give the second factor"
    READ_QUEUE = "see which cases wait"
    READ_CASE = "read a case that was sent"
    RECORD = "record what was found out and how (a nurse: checks of identity and age, measurements, contacts)"
    WRITE = "write messages to a person"
    DECIDE = "take a case, deal with red flags, ask for more, override, write and sign plans, refer"
    READ_DECIDED = "read the signed plans, papers, prescriptions and consents of a case"
    PRESCRIBE = "issue, hand off, repeat and cancel prescriptions, answer a reviewer (whoever signed, or has the case)"
    SEE_PHOTOS = "see photos, as far as photos/policy.py opens them"
    REVIEW_PRESCRIPTIONS = "review prescriptions: what is prescribed and what that turns on, and no more of the case"
    READ_PRODUCTS = "read the product register"
    RECORD_PRODUCTS = "propose products, write what is on record of them, add proofs"
    ASSESS_PRODUCTS = "say whether a product is acceptable for a use"
    READ_RULES = "read the rule book with its reviews, changes and reasons"
    PROPOSE_RULES = "propose a change of a safety rule"
    REVIEW_RULES = "sign off, amend, suspend and confirm safety rules (doctors: those named as reviewers)"
    READ_TOUCHED_CASES = "see which open cases a change of a rule touches"
    READ_TRAIL = "read the audit trail and take it out"
    RUN = "see how the clinic does and what its library holds; see to letters that were not sent"


_GIVEN: dict[May, tuple[str, ...]] = {
    May.OWN: (Role.PERSON, GUEST),
    May.ACCOUNT: (Role.PERSON,),
    May.HOME: tuple(Role),
    May.SECOND_FACTOR: STAFF,
    May.READ_QUEUE: (Role.DOCTOR, Role.NURSE),
    May.READ_CASE: (Role.DOCTOR, Role.NURSE),
    May.RECORD: (Role.DOCTOR, Role.NURSE),
    May.WRITE: (Role.DOCTOR, Role.NURSE),
    May.DECIDE: (Role.DOCTOR,),
    May.READ_DECIDED: (Role.DOCTOR,),
    May.PRESCRIBE: (Role.DOCTOR,),
    May.SEE_PHOTOS: (Role.DOCTOR, Role.NURSE),
    May.REVIEW_PRESCRIPTIONS: (Role.PHARMACIST,),
    May.READ_PRODUCTS: (Role.DOCTOR, Role.PHARMACIST, Role.OWNER),
    May.RECORD_PRODUCTS: (Role.DOCTOR, Role.PHARMACIST, Role.OWNER),
    # Not the owner: whoever sells a product does not say that it is fit for a person.
    May.ASSESS_PRODUCTS: (Role.DOCTOR, Role.PHARMACIST),
    May.READ_RULES: (Role.DOCTOR, Role.NURSE, Role.PHARMACIST, Role.EDITOR),
    May.PROPOSE_RULES: (Role.DOCTOR, Role.PHARMACIST, Role.EDITOR),
    May.REVIEW_RULES: (Role.DOCTOR, Role.PHARMACIST),
    May.READ_TOUCHED_CASES: (Role.DOCTOR,),
    May.READ_TRAIL: (Role.OWNER,),
    May.RUN: (Role.OWNER,),
}
ALLOWED: Mapping[May, frozenset[str]] = MappingProxyType(
    {permission: frozenset(map(str, roles)) for permission, roles in _GIVEN.items()}
)

# Where a role begins after signing in; a person has a page of their own.
HOMES: Mapping[str, str] = MappingProxyType(
    {
        Role.DOCTOR: "desk:queue",
        Role.NURSE: "desk:queue",
        Role.PHARMACIST: "reviews:queue",
        Role.EDITOR: "rulebook:rules",
        Role.OWNER: "owner:overview",
    }
)

# The facts that a nurse records. The rest is the doctor's.
NURSE_FACTS = (
    "identity-verified", "age-verified", "consult-mode", "gp-sharing-consent", "patch-test-done", "lesion-diameter-mm",
    "obese", "low-blood-pressure",
)  # fmt: skip


def _pages(permission: May, app: str, *names: str) -> dict[str, May]:
    return {f"{app}:{name}": permission for name in names}


PAGES: Mapping[str, May] = MappingProxyType(
    {
        **_pages(
            May.OWN, "consultations", "start", "resume", "now", "question", "stop", "check", "consent", "options",
            "matters", "choose", "send", "status", "message", "link", "withdraw", "response", "words", "not-so",
            "urgent",
        ),
        **_pages(May.OWN, "plans", "plan", "earlier-plan", "more"),
        **_pages(May.OWN, "photos", "page", "remove", "image"),
        **_pages(
            May.OWN, "papers", "papers", "gp", "in-person", "plan", "letter", "visit", "referral", "prescription",
        ),
        **_pages(May.OWN, "consents", "overview", "consent", "take-back"),
        **_pages(May.OWN, "prescriptions", "details"),
        **_pages(May.ACCOUNT, "consultations", "keep"),
        **_pages(May.ACCOUNT, "record", "who-looked"),
        **_pages(May.ACCOUNT, "records", "mine", "download"),
        **_pages(May.HOME, "people", "home"),
        **_pages(May.SECOND_FACTOR, "people", "second-factor", "second-factor-set-up"),
        **_pages(May.READ_QUEUE, "desk", "queue"),
        **_pages(May.READ_CASE, "desk", "case"),
        **_pages(May.RECORD, "desk", "record-facts"),
        **_pages(May.RECORD, "case-scores", "scores"),
        **_pages(May.WRITE, "desk", "reply"),
        **_pages(
            May.DECIDE, "desk", "claim", "take-over", "release", "deal-with", "see-take-overs", "ask", "take-back",
            "no-answer-needed", "start-plan", "plan", "discard-plan", "sign",
        ),
        **_pages(May.DECIDE, "plan-products", "choose"),
        **_pages(May.DECIDE, "case-papers", "refer"),
        **_pages(May.RECORD, "case-papers", "gp"),
        **_pages(May.READ_DECIDED, "desk", "signed-plan"),
        **_pages(
            May.READ_DECIDED, "case-papers", "papers", "plan", "letter", "visit", "referral", "prescription",
        ),
        **_pages(May.READ_DECIDED, "case-consents", "seen"),
        **_pages(May.READ_DECIDED, "desk-prescribing", "show"),
        **_pages(May.PRESCRIBE, "desk-prescribing", "issue", "repeat", "act", "answer"),
        **_pages(May.REVIEW_PRESCRIPTIONS, "reviews", "queue", "review"),
        **_pages(May.DECIDE, "case-records", "download"),
        **_pages(May.SEE_PHOTOS, "case-photos", "image", "compare"),
        **_pages(May.READ_PRODUCTS, "products", "register", "product", "version"),
        **_pages(May.RECORD_PRODUCTS, "products", "propose", "revise", "prove"),
        **_pages(May.ASSESS_PRODUCTS, "products", "assess"),
        **_pages(May.READ_RULES, "rulebook", "rules", "rule", "changes", "change"),
        **_pages(May.PROPOSE_RULES, "rulebook", "amend", "suspend", "restore"),
        **_pages(May.REVIEW_RULES, "rulebook", "sign-off", "decide"),
        **_pages(May.READ_TOUCHED_CASES, "rulebook", "touched"),
        **_pages(May.READ_TRAIL, "owner", "audit", "export"),
        **_pages(May.RUN, "owner", "overview", "letter"),
    }
)  # fmt: skip


def may(role: str, permission: May) -> bool:
    return role in ALLOWED[permission]


def table() -> str:
    """The table as Markdown, as it stands in docs/roles.md."""
    roles = [GUEST, *map(str, Role)]
    lines = [f"| may | {' | '.join(roles)} |", f"| --- |{' :-: |' * len(roles)}"]
    for permission in May:
        marks = ("yes" if role in ALLOWED[permission] else "" for role in roles)
        lines.append(f"| {permission.value} | {' | '.join(marks)} |")
    return "\n".join(lines) + "\n"
