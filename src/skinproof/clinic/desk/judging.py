"""The rules held against one case as it is known now: the person's answers, then what doctors recorded."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Protocol

from skinproof import care
from skinproof.care.conditions import Atom, Value
from skinproof.care.facts import Facts, atoms_of, complete
from skinproof.care.screening import Screening, Verdict, judge, open_atoms, screen_facts
from skinproof.clinic.consultations import intake
from skinproof.clinic.consultations.models import Consultation
from skinproof.vocabulary import vocabulary

from .models import AddedFact, CaseFact, FlagDealtWith


class Later(Protocol):
    """A row that says a fact after the answers were sent."""

    fact: str
    value: Any
    at: dt.datetime


@dataclass(frozen=True)
class Change:
    """A verdict that what was recorded has changed."""

    form: str
    before: Verdict
    now: Verdict


@dataclass(frozen=True)
class Judged:
    """A case and what the rules say of it. Made afresh each time; nothing in it is kept."""

    progress: intake.Progress
    forms: tuple[str, ...]  # weighed: the concern's, what was asked about and chosen, and what the plan gives
    answers: Facts  # from the person alone
    facts: Facts  # with what was recorded
    before: Screening
    now: Screening
    recorded: Mapping[str, CaseFact]  # the latest of each fact
    added: tuple[AddedFact, ...]  # what the person said later, when asked
    dealt_with: Mapping[str, FlagDealtWith]  # by rule
    holding: tuple[str, ...]  # red flags that hold every treatment and were not dealt with

    @property
    def changes(self) -> tuple[Change, ...]:
        rows = ((form, self.before.treatments[form], self.now.treatments[form]) for form in self.forms)
        return tuple(Change(form, a, b) for form, a, b in rows if (a.verdict, a.rules) != (b.verdict, b.rules))

    @property
    def flag_rules(self) -> tuple[str, ...]:
        """The rules of all red flags that stand now."""
        return intake.flags_of(self.now)

    @cached_property
    def new_flags(self) -> tuple[str, ...]:
        """Red flags of the person that what was recorded has raised."""
        return tuple(rule for rule in self.now.person.rules if rule not in self.before.person.rules)

    def open_atoms(self, forms: Iterable[str]) -> frozenset[Atom]:
        """What is not known and could still change what is said of these forms."""
        return open_atoms(self.facts.known, forms, care.rules())


def judged(case: Consultation, *, also: Iterable[str] = ()) -> Judged:
    """The case with every fact that is known now: what the person sent, then what they added and doctors recorded, the
    latest word of each. `also` are forms to weigh beside those in play.

    Four queries: what was recorded, what was added, what was said about the GP, and what was done about red flags.
    """
    progress = intake.progress(case)
    known_forms = vocabulary().forms
    forms = tuple(
        form for form in dict.fromkeys([*progress.journey.forms, *case.choices, *also]) if form in known_forms
    )
    said = progress.journey.said
    rows = list(case.recorded_facts.select_related("doctor").order_by("id"))
    added = tuple(case.added_facts.order_by("id"))
    later = sorted((*rows, *added, *case.gp_sharings.order_by("id")), key=lambda row: row.at)
    found = {**said, **_atoms(later)}
    answers, facts = complete(said), complete(found)
    dealt_with = {row.rule: row for row in case.flags_dealt_with.select_related("doctor")}
    now = screen_facts(facts, forms)
    holding = tuple(rule for rule in now.person.rules if _holds(rule) and rule not in dealt_with)
    if now.person.holds and not holding:
        # Every flag that holds was dealt with: the forms are judged by their own rules again.
        book = care.rules()
        now = replace(now, treatments={form: judge(form, facts.known, book) for form in forms})
    return Judged(
        progress=progress,
        forms=forms,
        answers=answers,
        facts=facts,
        before=screen_facts(answers, forms),
        now=now,
        recorded={row.fact: row for row in rows},
        added=added,
        dealt_with=dealt_with,
        holding=holding,
    )


def _atoms(rows: Iterable[Later]) -> dict[Atom, Value]:
    """What was recorded. A record that the vocabulary no longer understands leaves its fact unknown."""
    atoms: dict[Atom, Value] = {}
    for row in rows:
        try:
            atoms |= atoms_of(row.fact, row.value)
        except care.FactError:
            continue
    return atoms


def _holds(rule_id: str) -> bool:
    book = care.rules()
    rule = book.rule(rule_id)
    return rule.urgency is not None and book.urgencies[rule.urgency].holds
