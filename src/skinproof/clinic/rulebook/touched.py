"""Which open cases a change of the rules touches: a red flag or a verdict comes out otherwise, or by another text."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from skinproof import care
from skinproof.care.rules import RuleBook, in_force
from skinproof.clinic.consultations.models import WITH_THE_DOCTOR, Consultation, State
from skinproof.clinic.consultations.names import concern_name, form_name
from skinproof.clinic.desk.case import verdict_words
from skinproof.clinic.desk.judging import judged
from skinproof.clinic.desk.words import reference
from skinproof.clinic.library.safety import show

OPEN = (State.SUBMITTED, *WITH_THE_DOCTOR)
MOST = 300  # cases that are looked at, the most urgent first


@dataclass(frozen=True)
class Verdict:
    """A treatment that comes out otherwise."""

    name: str
    before: str
    after: str


@dataclass(frozen=True)
class TouchedCase:
    case: Consultation
    reference: str
    concern: str
    raised: tuple[str, ...]  # red flags that come, in words
    lifted: tuple[str, ...]
    verdicts: tuple[Verdict, ...]


@dataclass(frozen=True)
class Touched:
    cases: tuple[TouchedCase, ...]
    looked_at: int
    open_cases: int

    @property
    def all_looked_at(self) -> bool:
        return self.looked_at == self.open_cases


def touched(before: RuleBook, after: RuleBook, *, most: int = MOST) -> Touched:
    """The open cases that the second book judges otherwise, by their stored answers and what was recorded.

    Args:
        most: how many cases are looked at; `Touched.looked_at` says whether that was all.
    """
    cases = Consultation.objects.filter(state__in=OPEN).order_by("urgency_rank", "sent_at", "pk")
    found, number = [], 0
    forms = _forms(before, after)
    for case in cases.select_related("person", "doctor")[:most]:
        number += 1
        with in_force(lambda: before):
            hit = _case(case, before, after, forms)
        if hit is not None:
            found.append(hit)
    return Touched(tuple(found), number, cases.count())


def _forms(before: RuleBook, after: RuleBook) -> frozenset[str] | None:
    """The forms that changed rules speak of; None for all of them."""
    old = {rule.id: rule for rule in before.rules}
    changed = [rule for rule in after.rules if rule != old.get(rule.id)]
    names = {form for rule in changed for form in (*rule.treatments, *_treatments(old.get(rule.id)))}
    return None if "all" in names else frozenset(names)


def _treatments(rule) -> Iterable[str]:
    return rule.treatments if rule is not None else ()


def _case(case: Consultation, before: RuleBook, after: RuleBook, forms: frozenset[str] | None) -> TouchedCase | None:
    known_of = judged(case)
    weighed = [form for form in known_of.forms if forms is None or form in forms]
    # Without the hold of a red flag, which is told apart.
    was, now = (care.screen_account(known_of.now.account, weighed, book=book, hold=False) for book in (before, after))
    old, new = was.person, now.person
    rows = []
    for form in weighed:
        one, other = was.treatments[form], now.treatments[form]
        reworded = any(before.rule(rule) != after.rule(rule) for rule in other.rules)
        if reworded or (one.verdict, one.rules, one.ask) != (other.verdict, other.rules, other.ask):
            rows.append(Verdict(form_name(form), verdict_words(one), verdict_words(other)))
    raised = tuple(show(after.rule(rule)).rule.reason for rule in new.rules if rule not in old.rules)
    lifted = tuple(show(before.rule(rule)).rule.reason for rule in old.rules if rule not in new.rules)
    if not (rows or raised or lifted):
        return None
    return TouchedCase(
        case=case,
        reference=reference(case.public_id),
        concern=concern_name(case.concern),
        raised=raised,
        lifted=lifted,
        verdicts=tuple(rows),
    )
