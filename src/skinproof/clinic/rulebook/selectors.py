"""Reading the rule book: as a list that can be searched, one rule with its history, and what waits for a decision."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from skinproof.care.rule_changes import fingerprint, own_rows
from skinproof.care.rules import Rule, RuleBook
from skinproof.clinic.library import safety

from . import active, services, words
from .models import Change, Kind, Review

STANDINGS = {
    "reviewed": "Reviewed",
    "not-reviewed": "Nobody has reviewed it yet",
    "changed": "Amended here",
    "resting": "Suspended",
    "waiting": "A change waits for a decision",
}


@dataclass(frozen=True)
class Reviewer:
    name: str
    at: dt.datetime
    how: str  # "signed it off", "amended it", "confirmed the change"


@dataclass(frozen=True)
class RuleLine:
    """A rule of the book in force, with who reviewed this text of it."""

    rule: Rule
    reviewers: tuple[Reviewer, ...]
    rests: bool
    changed: bool
    waiting: bool

    @cached_property
    def shown(self) -> safety.RuleShown:
        return safety.show(self.rule)

    @property
    def weak(self) -> bool:
        return safety.weak(self.rule)

    @property
    def standing(self) -> frozenset[str]:
        found = {"reviewed" if self.reviewers else "not-reviewed"}
        for word, holds in (("resting", self.rests), ("changed", self.changed), ("waiting", self.waiting)):
            if holds:
                found.add(word)
        return frozenset(found)


@dataclass(frozen=True)
class Book:
    """The whole book as it is now, from two queries."""

    state: active.State
    book: RuleBook
    changes: tuple[Change, ...]
    reviews: Mapping[tuple[str, str], tuple[Review, ...]]  # by rule and text

    @cached_property
    def lines(self) -> tuple[RuleLine, ...]:
        waiting = {change.rule for change in self.changes if services.waits(change)}
        unchanged = {rule.id: rule for rule in self.state_book.rules}
        return tuple(
            RuleLine(
                rule=unchanged[rule.id],
                reviewers=self.reviewers(rule.id),
                rests=rule.id in self.state.resting,
                changed=rule.id in self.state.rows,
                waiting=rule.id in waiting,
            )
            for rule in self.book.rules
        )

    @cached_property
    def state_book(self) -> RuleBook:
        """The rules with the text that they have or had before they were suspended."""
        if not self.state.resting:
            return self.book
        return active.book_of(active.State(rows=self.state.rows, resting=set(), behind=self.state.behind))

    def reviewers(self, rule: str) -> tuple[Reviewer, ...]:
        row = self.state.row(rule)
        if row is None:
            return ()
        text = fingerprint(row)
        found = [Reviewer(r.name, r.at, "signed it off") for r in self.reviews.get((rule, text), ())]
        for change in self.changes:
            if change.rule != rule or change.kind != Kind.AMEND or not active.counts(change):
                continue
            if fingerprint(change.content) == text:
                if change.by_reviewer:
                    found.append(Reviewer(change.name, change.at, "amended it"))
                if (decision := active.decision_of(change)) is not None:
                    found.append(Reviewer(decision.name, decision.at, "confirmed the amendment"))
        return tuple(sorted(found, key=lambda each: each.at))

    def line(self, rule: str) -> RuleLine | None:
        return next((line for line in self.lines if line.rule.id == rule), None)

    def of_rule(self, rule: str) -> tuple[Change, ...]:
        return tuple(change for change in reversed(self.changes) if change.rule == rule)

    @property
    def waiting(self) -> tuple[Change, ...]:
        return tuple(change for change in self.changes if services.waits(change))


def read() -> Book:
    changes = active.changes()
    state = active.fold(changes)
    reviews: dict[tuple[str, str], list[Review]] = {}
    for review in Review.objects.all():
        reviews.setdefault((review.rule, review.of), []).append(review)
    return Book(state, active.book_of(state), tuple(changes), {key: tuple(rows) for key, rows in reviews.items()})


def reviewed() -> int:
    """How many rules of the book in force somebody has reviewed as they stand."""
    return sum(bool(line.reviewers) for line in read().lines)


def search(
    lines: Iterable[RuleLine],
    *,
    words: str = "",
    form: str = "",
    action: str = "",
    support: str = "",
    standing: str = "",
) -> list[RuleLine]:
    """The rules that fit all that is given; `words` must all occur in a rule's id, sentence, note, facts or sources."""
    wanted = words.lower().split()
    return [
        line
        for line in lines
        if (not form or form in line.rule.treatments or "all" in line.rule.treatments)
        and (not action or line.rule.action == action)
        and (not support or line.rule.support == support)
        and (not standing or standing in line.standing)
        and all(word in _text(line.rule) for word in wanted)
    ]


def _text(rule: Rule) -> str:
    facts = " ".join(f"{leaf.fact} {leaf.wanted}" for leaf in rule.condition.leaves())
    sources = " ".join(f"{source.organisation} {source.url}" for source in rule.source)
    parts = (rule.id, rule.reason, rule.note or "", rule.advise or "", facts, sources, " ".join(rule.treatments))
    return " ".join(parts).lower()


@dataclass(frozen=True)
class Part:
    """A field of a rule that a change puts otherwise."""

    name: str
    before: str
    after: str


def parts(change: Change, before: Mapping[str, object] | None) -> tuple[Part, ...]:
    """What an amendment puts otherwise, field by field, beside the row it was written against."""
    if change.kind != Kind.AMEND or before is None:
        return ()
    names = dict.fromkeys([*before, *change.content])
    return tuple(
        Part(name, _told(before.get(name)), _told(change.content.get(name)))
        for name in names
        if before.get(name) != change.content.get(name)
    )


def _told(value: object) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, str | int | float):
        return str(value)
    from .yaml_text import written

    return written(value).strip()


def row_against(change: Change, changes: Iterable[Change]) -> Mapping[str, object] | None:
    """The row that a change was written against: the file's or an earlier amendment's; None if it is not there."""
    rows = [own_rows().get(change.rule), *(each.content for each in changes if each.rule == change.rule)]
    return next((row for row in rows if row and fingerprint(row) == change.made_on), None)


def condition_lines(rule: Rule) -> list[words.Line]:
    return list(words.lines(rule.condition))
