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
    Answers to items that are not enabled count as not given.
    """
    return frozenset(item.link_id for item in enabled_items(questionnaire, answers))


def enabled_items(questionnaire: Questionnaire, answers: Answers) -> Iterator[Item]:
    """The enabled items in the order of the questionnaire."""
    state, _ = _evaluate(questionnaire, answers)
    return (item for item in questionnaire.items if state[item.index])


def shown_items(questionnaire: Questionnaire, answers: Answers) -> Iterator[Item]:
    """The enabled items that a form shows: neither hidden themselves nor inside a hidden one."""
    hidden: set[int] = set()
    for item in enabled_items(questionnaire, answers):
        if item.hidden or item.parent in hidden:
            hidden.add(item.index)
        else:
            yield item


def next_item(questionnaire: Questionnaire, answers: Answers) -> Item | None:
    """The first shown item that a person answers and has not, or None at the end. An item left blank (in `answers`
    without values) is not asked again unless it is required."""
    return next((item for item in open_items(questionnaire, answers)), None)


def open_items(questionnaire: Questionnaire, answers: Answers) -> Iterator[Item]:
    """All that `next_item` would ask if nothing changed, in order."""
    for item in shown_items(questionnaire, answers):
        if item.answerable:
            given = answers.get(item.link_id)
            if given is None or (item.required and not given):
                yield item


def calculated(questionnaire: Questionnaire, answers: Answers) -> dict[str, Decimal]:
    """The scores that can be told from the answers: linkId of the calculated item to its value."""
    state, given = _evaluate(questionnaire, answers)
    found = {}
    for item in questionnaire.calculations:
        for value in given.get(item.link_id, _NONE) if state[item.index] else _NONE:
            if isinstance(value, Decimal):
                found[item.link_id] = value
    return found


def score(questionnaire: Questionnaire, answers: Answers, link_ids: Sequence[str]) -> Score:
    """The sum of the weights of the answers to these items, of which only the enabled ones count.

    Raises KeyError for a linkId that the questionnaire does not have.
    """
    state, given = _evaluate(questionnaire, answers)
    return add_up(questionnaire, link_ids, lambda item: given.get(item.link_id, _NONE) if state[item.index] else _NONE)


def _evaluate(questionnaire: Questionnaire, answers: Answers) -> tuple[list[bool], Answers]:
    """Whether each item is enabled; and the answers with the scores in them, since conditions may look at those."""
    items = questionnaire.items
    state = [False] * (len(items) + 1)
    state[-1] = True  # parent -1: the questionnaire itself
    given = answers

    def of(item: Item) -> Sequence[Value]:
        return given.get(item.link_id, _NONE) if state[item.index] else _NONE

    for index in questionnaire.order:
        item = items[index]
        if not state[item.parent]:
            continue
        if not item.conditions:
            state[index] = True
        else:
            join = any if item.any else all
            state[index] = join(
                [c.test(given.get(c.question, _NONE) if state[c.source] else _NONE) for c in item.conditions]
            )
        if item.calculation is not None and state[index]:
            total = work_out(questionnaire, item.calculation, of)
            given = {**given, item.link_id: () if total is None else (total,)}
    return state, given
