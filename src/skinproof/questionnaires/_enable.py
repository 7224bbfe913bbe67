"""Which items are enabled for the answers so far, and which is asked next."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import TypeAlias

from ._model import Item, Questionnaire
from ._scores import Score, add_up, work_out
from ._values import Value

Answers: TypeAlias = Mapping[str, Sequence[Value]]
"""linkId to the values given. An item that is there without values was asked and left blank."""

_NONE: tuple[Value, ...] = ()


def enabled(questionnaire: Questionnaire, answers: Answers) -> frozenset[str]:
    """The linkIds of all enabled items, groups, hidden and display ones too.

    An item is enabled if what it stands in is, and all (or with enableBehavior `any`, any) of its conditions hold.
    Answers to items that are not enabled count as not given; so do those to items in a question that has no answer,
    since a response has no place for them.
    """
    return frozenset(item.link_id for item in enabled_items(questionnaire, answers))


def enabled_items(questionnaire: Questionnaire, answers: Answers) -> Iterator[Item]:
    """The enabled items in the order of the questionnaire."""
    state = _evaluate(questionnaire, answers)
    return (item for item in questionnaire.items if state.enabled[item.index])


def shown_items(questionnaire: Questionnaire, answers: Answers) -> Iterator[Item]:
    """The enabled items that a form shows: neither hidden themselves nor inside a hidden one."""
    state = _evaluate(questionnaire, answers)
    return (item for item in questionnaire.shown if state.enabled[item.index])


def next_item(questionnaire: Questionnaire, answers: Answers) -> Item | None:
    """The first shown item that a person answers and has not, or None at the end. An item left blank (in `answers`
    without values) is not asked again unless it is required."""
    return next(open_items(questionnaire, answers), None)


def open_items(questionnaire: Questionnaire, answers: Answers) -> Iterator[Item]:
    """All that `next_item` would ask if nothing changed, in order."""
    state = _evaluate(questionnaire, answers)
    for item in questionnaire.asked:
        if state.has_place[item.index]:
            given = answers.get(item.link_id)
            if given is None or (item.required and not given):
                yield item


def calculated(questionnaire: Questionnaire, answers: Answers) -> dict[str, Decimal]:
    """The scores that can be told from the answers: linkId of the calculated item to its value."""
    state = _evaluate(questionnaire, answers)
    found = {}
    for item in questionnaire.calculations:
        for value in state.values(item):
            if isinstance(value, Decimal):
                found[item.link_id] = value
    return found


def score(questionnaire: Questionnaire, answers: Answers, link_ids: Sequence[str]) -> Score:
    """The sum of the weights of the answers to these items, of which only the enabled ones count.

    Raises KeyError for a linkId that the questionnaire does not have.
    """
    return add_up(questionnaire, link_ids, _evaluate(questionnaire, answers).values)


class _State:
    """Which items are enabled; which of those a response has a place for, not being in an unanswered question; and the
    answers with the scores in them, since conditions may look at those."""

    __slots__ = ("enabled", "given", "has_place")

    def __init__(self, many: int, answers: Answers) -> None:
        self.enabled = [False] * many + [True]  # the last, -1: the questionnaire itself, the parent of those at the top
        self.has_place = [False] * many + [True]
        self.given: Mapping[str, Sequence[Value]] = answers

    def values(self, item: Item) -> Sequence[Value]:
        return self.given.get(item.link_id, _NONE) if self.has_place[item.index] else _NONE


def _evaluate(questionnaire: Questionnaire, answers: Answers) -> _State:
    state = _State(len(questionnaire.items), answers)
    on, has_place, given = state.enabled, state.has_place, answers
    tests = questionnaire.tests
    results: list[bool | None] = [None] * len(tests)
    for index, parent, question, conditions, decides, calculation in questionnaire.plan:
        if not on[parent]:
            continue
        found = not decides or not conditions
        for place in conditions:
            result = results[place]
            if result is None:
                condition = tests[place]
                seen = given.get(condition.question, _NONE) if has_place[condition.source] else _NONE
                result = results[place] = condition.test(seen)
            if result is decides:
                found = decides
                break
        if not found:
            continue
        on[index] = True
        has_place[index] = has_place[parent] and (question is None or bool(given.get(question)))
        if calculation is not None:
            total = work_out(questionnaire, calculation, state.values)
            link_id = questionnaire.items[index].link_id
            state.given = given = {**given, link_id: () if total is None else (total,)}
    return state
