"""The rule book in force: the data file, with every change that is in force. One query a request, and only if asked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from django.db.models import Subquery

from skinproof.care.rule_changes import changed_book, own_rows
from skinproof.care.rules import RuleBook, in_force, own_rules

from .models import Change, Decision, Kind, Needs


@dataclass
class State:
    """What changes come to: rows in place of the file's, rules that rest, and the change behind each."""

    rows: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    resting: set[str] = field(default_factory=set)
    behind: dict[str, Change] = field(default_factory=dict)  # of each changed rule, the last change in force

    def row(self, rule: str) -> Mapping[str, Any] | None:
        """The row of a rule as it stands now; None where there is no such rule."""
        return self.rows.get(rule) or own_rows().get(rule)


def decision_of(change: Change) -> Decision | None:
    return getattr(change, "decision", None)


def counts(change: Change) -> bool:
    """Whether a change is in force, or was until a later one took its place."""
    decision = decision_of(change)
    return change.needs == Needs.NOBODY or (decision is not None and decision.confirmed)


def since(change: Change) -> dt.datetime:
    """When a change that counts came into force."""
    decision = decision_of(change)
    return decision.at if decision is not None and change.needs != Needs.NOBODY else change.at


def fold(changes: Iterable[Change]) -> State:
    """What these changes come to, each in the order in which it came into force."""
    state = State()
    for change in sorted((c for c in changes if counts(c)), key=lambda c: (since(c), c.pk or 0)):
        if change.kind == Kind.AMEND:
            state.rows[change.rule] = change.content
        elif change.kind == Kind.SUSPEND:
            state.resting.add(change.rule)
        else:
            state.resting.discard(change.rule)
        state.behind[change.rule] = change
    return state


def changes() -> list[Change]:
    return list(Change.objects.select_related("decision").order_by("id"))


def book_of(state: State) -> RuleBook:
    """The rule book that a state makes; the file's own where nothing is changed."""
    if not state.behind:
        return own_rules()
    mark = " ".join(f"{rule}={change.public_id}" for rule, change in sorted(state.behind.items()))
    return changed_book(state.rows, state.resting, mark=mark)


def book() -> RuleBook:
    """The rule book in force now. One query; the book itself is worked out once after each change."""
    mark = _mark()
    return own_rules() if mark is None else _book(mark)


def _mark() -> tuple[str, str | None] | None:
    """What tells whether anything was changed or decided since: random ids, so that none comes twice."""
    last = Subquery(Decision.objects.order_by("-id").values("public_id")[:1])
    return Change.objects.order_by("-id").values_list("public_id", last).first()


@lru_cache(maxsize=8)
def _book(mark: tuple[str, str | None]) -> RuleBook:
    return book_of(fold(changes()))


class RulesInForceMiddleware:
    """Runs every private request under the rule book in force, read once and only if the page asks for a rule."""

    PREFIXES = ("/account/", "/consultation/", "/desk/", "/prescriptions/", "/rulebook/")

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if not request.path.startswith(self.PREFIXES):
            return self.get_response(request)  # public pages ask no database: they show the data file
        with in_force(_Once()):
            return self.get_response(request)


class _Once:
    """The book in force as it was when first asked for: a request goes by one book to its end."""

    def __init__(self) -> None:
        self.found: RuleBook | None = None

    def __call__(self) -> RuleBook:
        if self.found is None:
            self.found = book()
        return self.found
