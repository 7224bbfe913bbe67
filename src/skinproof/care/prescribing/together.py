"""Medicines beside each other: duplicates, what the person uses already, rules between them, combinations, partners."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations as pairs
from typing import Any

from skinproof.care.facts import Facts, atoms_of, complete
from skinproof.care.rules import STRENGTH, rules
from skinproof.care.screening import Screening, judge
from skinproof.care.terms import terms

from .amounts import number
from .formulary import Formulary
from .model import PrescribingProblem, ProblemKind, Row


def _label(row: Row) -> str:
    return row.product.name if row.product else row.item.named or row.item.form


def duplicates(rows: Sequence[Row], book: Formulary) -> Iterator[PrescribingProblem]:
    """Two of one kind. It stands at the later of the two."""
    for first, second in pairs(rows, 2):
        if first.item.product and first.item.product == second.item.product:
            yield second.problem("stop", "twice", f"{_label(second)} stands here twice.")
            continue
        for name in dict.fromkeys(second.classes):
            if name in first.classes:
                kind = book.general.classes[name]
                says = f"Two {kind.name}: {_label(first)} and {_label(second)}."
                if not kind.source:
                    says += " No page was read on whether that may be."
                yield second.problem("stop" if kind.hard else "reason", f"two-{name}", says, kind.source)


def already(rows: Iterable[Row], screening: Screening, book: Formulary) -> Iterator[PrescribingProblem]:
    """What the person already uses, by what is known of them now."""
    for row in rows:
        for fact, value in _gives(row, book).items():
            if terms().facts[fact].type != "list":
                continue
            words = value if isinstance(value, list) else [value]
            has = [word for word in words if screening.facts.known.get((fact, word)) is True]
            if has:
                says = f"The person already uses {', '.join(has)}. Say whether this takes its place or goes on with it."
                yield row.problem("reason", f"already-{fact}", says)


def _gives(row: Row, book: Formulary) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for form in row.forms:
        medicine = book.medicines.get(form)
        for fact, value in (medicine.gives if medicine else {}).items():
            found[fact] = [*found.get(fact, []), *value] if isinstance(value, list) else value
    return found


def by_rules(
    rows: Sequence[Row], other_forms: Iterable[str], screening: Screening, book: Formulary
) -> Iterator[PrescribingProblem]:
    """Rules that fire on a form of the plan because of what else is prescribed, and did not fire without it."""
    for row in rows:
        others = [other for other in rows if other.number != row.number]
        facts = _with(screening.facts, others, book, _own(row))
        for form in row.forms:
            yield from _new_rules(row, form, facts, screening)
    covered = {form for row in rows for form in row.forms}
    for form in dict.fromkeys(other_forms):
        if form not in covered and form in terms().forms and rows:
            yield from _new_rules(rows[0], form, _with(screening.facts, rows, book, {}), screening)


def _own(row: Row) -> dict[str, Any]:
    """Facts that a medicine's own strength decides."""
    if row.medicine is None or row.product is None or row.medicine.strength_fact is None:
        return {}
    return {row.medicine.strength_fact: row.product.strength}


def _with(facts: Facts, others: Iterable[Row], book: Formulary, own: dict[str, Any]) -> Facts:
    said: dict[Any, Any] = {}
    for row in others:
        for fact, value in _gives(row, book).items():
            said |= atoms_of(fact, {"has": value} if isinstance(value, list) else value)
    for fact, value in own.items():
        said |= atoms_of(fact, value)
    return complete({**facts.said, **said})


def _new_rules(row: Row, form: str, facts: Facts, screening: Screening) -> Iterator[PrescribingProblem]:
    book = rules()
    before = set(judge(form, screening.facts.known, book).rules)
    for rule_id in judge(form, facts.known, book).rules:
        rule = book.rule(rule_id)
        if rule_id in before or rule.strength < STRENGTH["caution"]:
            continue
        kind: ProblemKind = "stop" if rule.strength > STRENGTH["caution"] else "reason"
        says = f"With what else is prescribed here: {rule.reason}"
        yield row.problem(kind, f"with-{rule_id}", says, (f"rule:{rule_id}",), form=form)


def combinations(rows: Sequence[Row], book: Formulary) -> Iterator[PrescribingProblem]:
    """What this clinic gives together, within its time. The largest set that is there counts."""
    there = {form for row in rows for form in row.forms}
    fitting = [found for found in book.general.combinations if set(found.forms) <= there]
    largest = max((len(found.forms) for found in fitting), default=0)
    for found in (each for each in fitting if len(each.forms) == largest):
        limit = found.course_weeks
        for row in rows:
            weeks = row.item.weeks_in_all
            if row.item.form in found.timed and weeks is not None and limit.value is not None and weeks > limit.value:
                says = f"{found.says} {number(weeks)} weeks is more than its {number(limit.value)}."
                yield row.problem("stop" if limit.hard else "reason", "combination", says, limit.source)


def partners(
    rows: Sequence[Row], concern: str, screening: Screening, other_forms: Iterable[str]
) -> Iterator[PrescribingProblem]:
    """A medicine that is not used alone, without one that goes with it."""
    there = {form for row in rows for form in row.forms} | set(other_forms)
    for row in rows:
        partner = row.medicine.partner if row.medicine else None
        if partner is None or concern not in partner.concerns or there & set(partner.forms):
            continue
        uses = screening.facts.known.get("uses-peroxide-or-peeling-product") is True and (
            "uses-peroxide-or-peeling-product" not in screening.facts.assumed
        )
        if not uses:
            yield row.problem("reason", "alone", partner.says, partner.source)
