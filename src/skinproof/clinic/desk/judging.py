"""The rules held against one case as it is known now: what the person told, then what doctors recorded."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

from skinproof import care
from skinproof.care.conditions import Atom, Value
from skinproof.care.facts import Facts, atoms_of
from skinproof.care.screening import Screening, Verdict, open_atoms
from skinproof.clinic.consultations import intake, progress, told, triage
from skinproof.clinic.consultations.models import Consultation
from skinproof.clinic.consultations.selectors import written_later
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

    progress: progress.Progress
    forms: tuple[str, ...]  # weighed: the concern's, what was asked about and chosen, and what the plan gives
    facts: Facts  # from what the person answered and wrote, and what was recorded
    texts: tuple[care.Text, ...]  # everything the person wrote, read
    before: Screening
    now: Screening
    recorded: Mapping[str, CaseFact]  # the latest of each fact
    added: tuple[AddedFact, ...]  # what the person said later, when asked
    dealt_with: Mapping[str, FlagDealtWith]  # by rule; not those that were told again since
    told_again: Mapping[str, FlagDealtWith]  # by rule: what was done before the person told it again
    holding: tuple[str, ...]  # red flags that hold every treatment and were not dealt with

    @property
    def changes(self) -> tuple[Change, ...]:
        rows = ((form, self.before.treatments[form], self.now.treatments[form]) for form in self.forms)
        return tuple(Change(form, a, b) for form, a, b in rows if (a.verdict, a.rules) != (b.verdict, b.rules))

    @property
    def flag_rules(self) -> tuple[str, ...]:
        """The rules of all red flags that stand now."""
        return triage.flags_of(self.now)

    @cached_property
    def new_flags(self) -> tuple[str, ...]:
        """Red flags of the person that what was recorded has raised."""
        return tuple(rule for rule in self.now.person.rules if rule not in self.before.person.rules)

    def open_atoms(self, forms: Iterable[str]) -> frozenset[Atom]:
        """What is not known and could still change what is said of these forms."""
        return open_atoms(self.facts.known, forms, care.rules())


def judged(case: Consultation, *, also: Iterable[str] = (), wrote: told.Written | None = None) -> Judged:
    """The case with every fact that is known now: what the person sent, then what they added and doctors recorded, the
    latest word of each; and what their own words say beside it, by the rule of `care.accounts`.

    Five queries: what was recorded, what was added, what was said about the GP, what they wrote later, and what was
    done about red flags.

    Args:
        also: forms to weigh beside those in play.
        wrote: a text of theirs that is being kept just now.
    """
    progress = intake.progress(case)
    known_forms = vocabulary().forms
    forms = tuple(
        form for form in dict.fromkeys([*progress.journey.forms, *case.choices, *also]) if form in known_forms
    )
    rows = list(case.recorded_facts.select_related("doctor").order_by("id"))
    added = tuple(case.added_facts.order_by("id"))
    said_later = sorted((*rows, *added, *case.gp_sharings.order_by("id")), key=lambda row: row.at)
    later = (*written_later(case), *((wrote,) if wrote else ()))
    found = {**progress.journey.said, **_atoms(said_later)}
    texts = intake.texts(case, later, {row.fact: row.at for row in rows})
    together = intake.account(case, found, texts)
    dealt_with = {row.rule: row for row in case.flags_dealt_with.select_related("doctor").order_by("id")}
    again = _told_again(progress.journey, texts, {each.where: each.at for each in later}, added, dealt_with)
    told_again = {rule: dealt_with.pop(rule) for rule in again}
    now = care.screen_account(together, forms)
    holding = tuple(rule for rule in now.person.rules if _holds(rule) and rule not in dealt_with)
    if now.person.holds and not holding:
        # Every flag that holds was dealt with: the forms are judged by their own rules again.
        now = care.screen_account(together, forms, hold=False)
    return Judged(
        progress=progress,
        forms=forms,
        facts=together.facts,
        texts=texts,
        before=care.screen_account(intake.account(case), forms),
        now=now,
        recorded={row.fact: row for row in rows},
        added=added,
        dealt_with=dealt_with,
        told_again=told_again,
        holding=holding,
    )


def _told_again(
    journey: care.Journey,
    texts: Iterable[care.Text],
    written: Mapping[str, dt.datetime],
    added: Iterable[AddedFact],
    dealt_with: Mapping[str, FlagDealtWith],
) -> frozenset[str]:
    """The red flags that the person told again, in words or in an answer, after they were dealt with.

    Args:
        written: when each of the later texts was written, by its place.
    """
    if not dealt_with:
        return frozenset()
    again = {
        flag.rule.id
        for text in texts
        if text.where in written and any(row.at < written[text.where] for row in dealt_with.values())
        for flag in told.raised_by(journey, [text])
        if flag.rule.id in dealt_with and dealt_with[flag.rule.id].at < written[text.where]
    }
    rules = {rule.id: rule for rule in care.rules().rules if rule.id in dealt_with}
    for row in added:
        atoms = _atoms([row])
        again |= {
            rule.id
            for rule in rules.values()
            if dealt_with[rule.id].at < row.at
            and any(leaf.truth(atoms) is True for leaf in rule.condition.leaves() if leaf.fact == row.fact)
        }
    return frozenset(again)


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
