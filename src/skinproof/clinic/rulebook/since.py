"""For the doctor of a case: that rules were changed since its answers came in, and what that changes for it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from skinproof.care.rules import rules
from skinproof.care.screening import Screening
from skinproof.clinic.consultations.models import Consultation
from skinproof.clinic.library.safety import show
from skinproof.vocabulary import vocabulary

from . import active
from .models import Change, Kind

DONE = {Kind.AMEND: "amended", Kind.SUSPEND: "suspended", Kind.RESTORE: "in force again"}


@dataclass(frozen=True)
class ChangedRule:
    id: str
    reason: str
    done: str
    at: dt.datetime
    why: str


@dataclass(frozen=True)
class ChangedForm:
    name: str
    before: str
    after: str


@dataclass(frozen=True)
class RulesChanged:
    """What a case's page says of changed rules."""

    rules: tuple[ChangedRule, ...]  # changed here; none where the data files themselves were replaced
    forms: tuple[ChangedForm, ...]  # judged otherwise than when the answers came in, by the same answers
    flags: tuple[str, ...]  # red flags that came since, in words


def rules_changed(case: Consultation, now: Screening) -> RulesChanged | None:
    """What changed since the answers came in; None if the rules are the same, or nothing of it concerns this case.

    Args:
        now: the screening of the person's answers alone by the rules in force.
    """
    if not case.rules_version or case.rules_version == rules().version:
        return None
    before = case.screening.get("treatments", {})
    flags = case.screening.get("person", {}).get("rules", [])
    fired = {rule for row in before.values() for rule in row["rules"]} | set(flags) | set(now.person.rules)
    fired |= {rule for verdict in now.treatments.values() for rule in verdict.rules}
    found = RulesChanged(
        rules=tuple(_rule(change) for change in _changes_since(case.submitted_at) if change.rule in fired),
        forms=_forms(before, now),
        flags=tuple(show(rules().rule(rule)).rule.reason for rule in now.person.rules if rule not in flags),
    )
    return found if found.rules or found.forms or found.flags else None


def _changes_since(moment: dt.datetime | None) -> list[Change]:
    found = [change for change in active.changes() if active.counts(change)]
    return [change for change in found if moment is None or active.since(change) > moment]


def _rule(change: Change) -> ChangedRule:
    book = rules()
    known = {rule.id for rule in book.rules}
    reason = book.rule(change.rule).reason if change.rule in known else ""
    return ChangedRule(change.rule, reason, DONE[change.kind], active.since(change), change.reason)


def _forms(before: Mapping[str, Any], now: Screening) -> tuple[ChangedForm, ...]:
    names = vocabulary().forms
    found = []
    for form, verdict in now.treatments.items():
        was = before.get(form)
        if (
            was is not None
            and form in names
            and (was["verdict"], was["rules"]) != (verdict.verdict, list(verdict.rules))
        ):
            found.append(ChangedForm(names[form].name, _word(was["verdict"]), _word(verdict.verdict)))
    return tuple(found)


def _word(verdict: str) -> str:
    return verdict.replace("-", " ")
