"""The page of a treatment: what it is, its standing in law, what is shown of it, its price, what is not known."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from skinproof.care.terms import terms
from skinproof.evidence import Finding, Study, findings, library
from skinproof.vocabulary import Concern, Form, Treatment, vocabulary

from . import market, safety, words
from .shown import Figure, Shown, best_first, show
from .sources import Address, address, read_at

FIRST = 3  # findings shown at once for each concern


@dataclass(frozen=True)
class ByConcern:
    concern: Concern
    first: tuple[Shown, ...]
    more: tuple[Shown, ...]


@dataclass(frozen=True)
class FormShown:
    form: Form
    kind: str
    legal: str | None  # where it differs from the treatment's
    sources: tuple[Address, ...]
    always: tuple[safety.RuleShown, ...]
    stops: tuple[safety.RuleShown, ...]


@dataclass(frozen=True)
class Notice:
    study: Study
    where: str


@dataclass(frozen=True)
class Page:
    treatment: Treatment
    legal: str
    sources: tuple[Address, ...]
    read_at: tuple[Address, ...]  # where the sentence on it was read
    forms: tuple[FormShown, ...]
    concerns: tuple[ByConcern, ...]
    money: tuple[market.Money, ...]
    times: tuple[tuple[str, Figure], ...]
    notices: tuple[Notice, ...]
    cases: tuple[Study, ...]
    unknown: tuple[str, ...]


def page(treatment: Treatment) -> Page:
    """Everything the library holds on a treatment."""
    voc = vocabulary()
    found = findings().for_treatment(treatment.id)
    notices = library().notices(treatment.id)
    forms = [form for form in voc.forms_of(treatment.id) if form.id != "no-treatment"]
    money = market.money_for([treatment.id])
    times = market.spans_for([treatment.id], words.TIMES)
    return Page(
        treatment=treatment,
        legal=words.LEGAL[treatment.legal],
        sources=tuple(address(s.url, s.organisation, s.note) for s in treatment.sources),
        read_at=read_at(treatment),
        forms=tuple(form_shown(form) for form in forms),
        concerns=tuple(by_concern(found)),
        money=tuple(money),
        times=tuple(times),
        notices=tuple(Notice(s, s.country or "") for s in notices if s.design == "regulatory-notice"),
        cases=tuple(s for s in notices if s.design == "case-report"),
        unknown=tuple(unknown(treatment, found, forms, bool(money), bool(times))),
    )


def form_shown(form: Form) -> FormShown:
    """A form with its law and its rules, strongest first."""
    return FormShown(
        form=form,
        kind=words.KINDS[form.kind],
        legal=form.legal_note or (words.LEGAL[form.legal] if form.legal else None),
        sources=tuple(address(s.url, s.organisation, s.note) for s in form.sources),
        always=tuple(safety.always(form.id)),
        stops=tuple(safety.stops(form.id)),
    )


def by_concern(found: tuple[Finding, ...]) -> list[ByConcern]:
    """Findings under their concerns, the concern with most of them first, the surest first in each."""
    groups: dict[str, list[Finding]] = defaultdict(list)
    for finding in found:
        groups[finding.concern].append(finding)
    rows = []
    for concern, members in sorted(groups.items(), key=lambda item: -len(item[1])):
        every = [show(finding) for finding in best_first(members)]
        rows.append(ByConcern(vocabulary().concerns[concern], tuple(every[:FIRST]), tuple(every[FIRST:])))
    return rows


def unknown(
    treatment: Treatment, found: tuple[Finding, ...], forms: list[Form], priced: bool, timed: bool
) -> list[str]:
    """What is not known, from what the library does not hold."""
    told = []
    if not found:
        told.append("What it does: no study in our library gives a result for it.")
    elif all(f.certainty.level == "very-low" for f in found):
        told.append("Whether it works: every answer that our library holds on it has very low certainty.")
    elif not any(f.certainty.level in ("high", "moderate") for f in found):
        told.append("How much it does: no answer that our library holds on it is surer than low certainty.")
    if found and not any(f.kind == "controlled" for f in found):
        told.append("How it does against a dummy treatment or another one: no study here compared them.")
    longest = max((f.weeks[1] for f in found if f.weeks), default=None)
    if longest is not None and longest < 52:
        told.append("What happens after a year: no study here followed people for so long.")
    if not findings().harms(treatment.id):
        told.append("How often it harms: no study here counted harms. That is not proof of safety.")
    if treatment.legal == "unknown":
        told.append("Where it stands in UK law: no page was found.")
    if forms and not any(form.screened for form in forms):
        partly = any(form.id in terms().partly for form in forms)
        held = "safety rules for only part of it" if partly else "no safety rules for it yet"
        told.append(f"For whom it is unsafe: we have {held}. A doctor has to check it.")
    if not priced:
        told.append("What it costs in the UK: no page with a price was found.")
    if not timed:
        told.append("How soon and how long: no page was found that says.")
    gaps = [gap for gap in library().market.not_found if gap.treatment == treatment.id]
    told += [f"Looked for and not found: {gap.what}." for gap in gaps if not any(c.isdigit() for c in gap.what)]
    return told
