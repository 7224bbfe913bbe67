"""A rule book with changes: rows put in place of others, rules that rest, and whether a change makes a rule weaker."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from skinproof.vocabulary import KnowledgeError, read_yaml

from .conditions import Always, Condition, Group, Not
from .rules import RULES_FILE, STRENGTH, URGENCY_FILE, Rule, RuleBook, Until, make_rules, own_rules
from .terms import terms

NEVER: Condition = Not(Always())  # the condition of a rule that rests


@cache
def own_rows() -> Mapping[str, Mapping[str, Any]]:
    """The rows of the product's rule file, by rule, as plain content."""
    return {str(row["id"]): row for row in read_yaml(RULES_FILE)}


def fingerprint(row: Mapping[str, Any]) -> str:
    """16 hexadecimal characters that tell whether two rows say the same."""
    text = json.dumps(row, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def rule_of(row: Any, rule_id: str) -> Rule:
    """A row in place of the rule it changes, checked in the whole book by the code that checks the data file.

    Raises:
        KnowledgeError: it is no rule, or another one; names the field and the fault.
    """
    if not isinstance(row, Mapping):
        raise KnowledgeError(RULES_FILE, f"rule {rule_id}", "needs the fields of one rule")
    if row.get("id") != rule_id:
        raise KnowledgeError(RULES_FILE, f"rule {rule_id}, field id", f"stays {rule_id!r}: a rule keeps its id")
    return _book({rule_id: row}).rule(rule_id)


def changed_book(rows: Mapping[str, Mapping[str, Any]], resting: Iterable[str], *, mark: str) -> RuleBook:
    """The product's rules with these rows in place of theirs, and rules that never fire while they rest.

    Args:
        rows: by rule; a rule that the data file no longer has is left out.
        resting: ids; they stay in the book, so that what was decided by them can still be told.
        mark: what tells these changes from others, for the book's version.
    """
    book = _book({rule: row for rule, row in rows.items() if rule in own_rows()})
    rest = set(resting)
    kept = tuple(rule.model_copy(update={"when": NEVER}) if rule.id in rest else rule for rule in book.rules)
    version = f"{own_rules().version}+{hashlib.sha256(mark.encode()).hexdigest()[:8]}"
    return RuleBook(rules=kept, urgencies=book.urgencies, advice=book.advice, version=version)


def _book(rows: Mapping[str, Mapping[str, Any]]) -> RuleBook:
    every = [rows.get(rule, row) for rule, row in own_rows().items()]
    return make_rules(every, read_yaml(URGENCY_FILE), terms())


def weakens(before: Rule, after: Rule, book: RuleBook) -> tuple[str, ...]:
    """What a change takes away from a rule, in words; empty where it can only be stricter or say it better.

    A condition that is put otherwise counts as taking away, unless it is the old one or something else besides: which
    people it then leaves out cannot be told from its form.
    """
    found = []
    if after.strength < before.strength:
        found.append(f"it does less: {after.action} in place of {before.action}")
    if "all" not in after.treatments and (lost := [t for t in before.treatments if t not in after.treatments]):
        found.append(f"it no longer speaks of {', '.join(lost)}")
    if not _holds_wherever(before.condition, after.condition):
        found.append("it holds in other cases")
    if before.action == "delay" and after.action == "delay" and _sooner(before.until, after.until):
        found.append("the wait ends otherwise")
    if before.limit and after.limit != before.limit and after.strength <= before.strength:
        found.append("the limit is another")
    if before.urgency and after.urgency and before.urgency != after.urgency:
        order = list(book.urgencies)
        if order.index(after.urgency) > order.index(before.urgency):
            found.append(f"it is less urgent: {after.urgency} in place of {before.urgency}")
    if before.to and after.action == before.action and after.to != before.to:
        found.append("it sends people elsewhere")
    if before.action == "urgent-referral" and after.reason != before.reason:
        found.append("a red flag is told to people in other words")
    if before.advise and after.advise != before.advise:
        found.append("the advice is another")
    if before.limit and after.limit != before.limit and before.strength < after.strength < STRENGTH["avoid"]:
        found.append("the limit is given up, and the treatment stays open")
    if after.jurisdiction != before.jurisdiction:
        found.append("it holds in another country")
    return tuple(found)


def _holds_wherever(before: Condition, after: Condition) -> bool:
    if before == after or isinstance(after, Always):
        return True
    return isinstance(after, Group) and after.decisive and any(part == before for part in after.parts)


def _sooner(before: Until | None, after: Until | None) -> bool:
    if before is None or after is None:
        return before is not after
    spans = [(before.weeks, after.weeks), (before.months, after.months)]
    shorter = any(old is not None and (new is None or new < old) for old, new in spans)
    return shorter or before.condition != after.condition
