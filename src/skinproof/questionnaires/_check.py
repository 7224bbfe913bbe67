"""A whole response held to its questionnaire."""

from __future__ import annotations

import json
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from ._instances import Instance, Layout, TooMuch
from ._issues import Issue
from ._model import Condition, Item, Questionnaire
from ._scores import work_out
from ._values import Value, order, read_value

_STATUSES = ("in-progress", "completed", "amended", "entered-in-error", "stopped")
_WHOLE = ("completed", "amended")
# fmt: off
_KEYS = frozenset({
    "resourceType", "id", "meta", "implicitRules", "language", "text", "contained", "extension", "modifierExtension",
    "identifier", "basedOn", "partOf", "questionnaire", "status", "subject", "encounter", "authored", "author",
    "source", "item",
})
# fmt: on
_NONE: tuple[Value, ...] = ()
_ROOT = "QuestionnaireResponse"


def check_response(questionnaire: Questionnaire | None, response: object) -> tuple[Issue, ...]:
    """All that is wrong with a QuestionnaireResponse, given as JSON text or as what that says; empty if nothing is.

    It is valid if no issue is an error. Whether all that is required is there is asked only of one that is completed or
    amended. `questionnaire` None: it could not be found, which is an error. Raises nothing, whatever the response is.
    As text it is read exactly: 1.50 has two decimal places.
    """
    if isinstance(response, str | bytes | bytearray):
        try:
            response = json.loads(response, parse_float=Decimal)
        except (ValueError, RecursionError, ArithmeticError) as error:
            return (Issue("error", "structure", "invalidJson", _ROOT, f"is not JSON: {str(error)[:200]}"),)
    if not isinstance(response, Mapping) or response.get("resourceType") != _ROOT:
        return (Issue("error", "structure", "invalidResource", _ROOT, "is not a QuestionnaireResponse"),)
    issues = _head(response)
    if questionnaire is None:
        named = f"{response.get('questionnaire')!s:.200}"
        words = f"the questionnaire {named} could not be found, so the answers were not checked"
        return (*issues, Issue("error", "not-found", "questionnaireNotFound", f"{_ROOT}.questionnaire", words))
    issues += _naming(questionnaire, response)
    try:
        layout = Layout(questionnaire, response)
    except TooMuch as stopped:
        return (*issues, *stopped.issues, Issue("error", "too-costly", "tooMuch", _ROOT, str(stopped)))
    _enable(layout)
    issues += [*layout.issues, *_enablement(layout), *_scores(layout)]
    if response.get("status") in _WHOLE:
        issues += _completeness(layout)
    return tuple(issues)


def _head(response: Mapping[str, Any]) -> list[Issue]:
    """What can be told without the questionnaire."""
    issues = []
    if response.get("status") not in _STATUSES:
        words = f"must be one of {', '.join(_STATUSES)}"
        issues.append(Issue("error", "value", "invalidStatus", f"{_ROOT}.status", words))
    for key in response:
        if key not in _KEYS and not str(key).startswith("_"):
            words = f"has {str(key)[:50]!r}, which FHIR does not know"
            issues.append(Issue("error", "structure", "unknownElement", _ROOT, words))
    if response.get("modifierExtension"):
        words = "has a modifierExtension, unknown here"
        issues.append(Issue("error", "structure", "modifierExtension", _ROOT, words))
    if "authored" in response and read_value("dateTime", response["authored"]) is None:
        issues.append(Issue("error", "value", "invalidAuthored", f"{_ROOT}.authored", "must be a dateTime"))
    return issues


def _naming(questionnaire: Questionnaire, response: Mapping[str, Any]) -> list[Issue]:
    """Whether this is the questionnaire that it answers, and one in use."""
    issues = []
    where, named = f"{_ROOT}.questionnaire", response.get("questionnaire")
    if named is None:
        words = "the response does not say which questionnaire it answers"
        issues.append(Issue("warning", "required", "questionnaireNotNamed", where, words))
    elif not isinstance(named, str):
        issues.append(Issue("error", "structure", "invalidQuestionnaire", where, "must be the url of a questionnaire"))
    elif named.startswith("#"):
        if named[1:] != questionnaire.json.get("id"):
            words = f"answers {named[:200]}, not {questionnaire.json.get('id')}"
            issues.append(Issue("error", "conflict", "questionnaireMismatch", where, words))
    else:
        url, mark, version = named.partition("|")
        if url != questionnaire.url or (mark and version != questionnaire.version):
            words = f"answers {named[:200]}, not {questionnaire.canonical}"
            issues.append(Issue("error", "conflict", "questionnaireMismatch", where, words))
    if questionnaire.status == "draft":
        issues.append(Issue("warning", "business-rule", "questionnaireDraft", where, "the questionnaire is a draft"))
    elif questionnaire.status == "retired":
        words = "the questionnaire is no longer in use"
        issues.append(Issue("warning", "business-rule", "questionnaireRetired", where, words))
    authored, (start, end) = response.get("authored"), questionnaire.period
    if isinstance(authored, str) and (
        (start is not None and order("dateTime", authored, start) == -1)
        or (end is not None and order("dateTime", authored, end) == 1)
    ):
        words = f"is outside the time in which the questionnaire is in use ({start or '…'} to {end or '…'})"
        issues.append(Issue("warning", "business-rule", "questionnaireInactive", f"{_ROOT}.authored", words))
    return issues


def _enable(layout: Layout) -> None:
    """Settles for each occurrence whether it is enabled."""
    tests = layout.questionnaire.tests
    results: list[bool | None] = [None] * len(tests)  # of conditions on what occurs once
    for index, _, _, conditions, decides, calculation in layout.questionnaire.plan:
        for instance in layout.of[index]:
            if instance.parent is not None and not instance.parent.enabled:
                continue
            instance.enabled = not decides or not conditions
            for place in conditions:
                result = results[place]
                if result is None:
                    condition = tests[place]
                    result = condition.test(_seen(layout, instance, condition))
                    if len(layout.of[condition.source]) <= 1:
                        results[place] = result
                if result is decides:
                    instance.enabled = decides
                    break
        if calculation is not None:
            total, _ = _total(layout, layout.questionnaire.items[index])
            for instance in layout.of[index]:
                if total is not None and not instance.answers:
                    instance.values = [total]  # so that a condition on it finds it


def _seen(layout: Layout, instance: Instance, condition: Condition) -> Sequence[Value]:
    """The answers that a condition looks at: to the nearest occurrence of its question, as FHIR finds it: what the
    instance stands in, otherwise the last one before it, otherwise the first one after."""
    found = layout.of[condition.source]
    if not found:
        return _NONE
    if len(found) == 1:
        nearest = found[0]
    else:
        above = instance.parent
        while above is not None and above.item.index != condition.source:
            above = above.parent
        asked = _asked(found, instance)
        before = bisect_left(asked, instance.place, key=lambda other: other.place)
        nearest = above or asked[max(before - 1, 0)]
    return nearest.values if nearest.enabled else _NONE


def _asked(found: Sequence[Instance], instance: Instance) -> Sequence[Instance]:
    """A question below one with several answers occurs below each: those left blank do not hide the one answered, but
    from what stands below the same answer."""
    around = set()
    above = instance.parent
    while above is not None:
        around.add(above.place)
        above = above.parent
    kept = [
        other
        for other in found
        if other.there or other.parent is None or other.parent.item.type == "group" or other.parent.place in around
    ]
    return kept or found


def _enablement(layout: Layout) -> list[Issue]:
    """Answers to items that are not enabled; and what those to the others were not held to."""
    issues = []
    for instance in layout.instances:
        if instance.answers and not instance.enabled:
            words = "has an answer, and is not enabled by the other answers"
            issues.append(Issue("error", "invalid", "notEnabled", instance.where, words, instance.item.link_id))
        elif instance.answers:
            for kind, words in instance.item.unchecked:
                words = f"was not held to {words}"
                issues.append(Issue("warning", "not-supported", kind, instance.where, words, instance.item.link_id))
    return issues


def _completeness(layout: Layout) -> list[Issue]:
    """What is missing, of a response that should be whole."""
    issues = []
    answered = _holding(instance for instance in layout.instances if instance.answers)
    asking = _holding(i for i in layout.instances if i.enabled and i.item.type not in ("group", "display"))
    for instance in layout.instances:
        item = instance.item
        if not (instance.enabled and instance.asked) or item.type in ("display", "question"):
            continue
        least = item.limits.min_occurs
        if item.required and instance.place not in answered and instance.place in asking:
            words = "nothing in it is answered" if item.type == "group" else "must be answered"
            issues.append(Issue("error", "required", "required", instance.where, words, item.link_id))
        elif least is not None and instance.count is not None and instance.count < least:
            words = f"is there {instance.count} times, fewer than {least}"
            issues.append(Issue("error", "business-rule", "minCount", instance.where, words, item.link_id))
    return issues


def _holding(instances: Iterable[Instance]) -> set[int]:
    """The places of these occurrences and of all that they stand in."""
    found: set[int] = set()
    for instance in instances:
        above: Instance | None = instance
        while above is not None and above.place not in found:
            found.add(above.place)
            above = above.parent
    return found


def _total(layout: Layout, item: Item) -> tuple[Decimal | None, bool]:
    """The score of a calculated item, and whether it can be told: not where what it sums stands in repetitions."""
    questionnaire = layout.questionnaire
    if item.calculation is None or any(len(layout.of[questionnaire[i].index]) > 1 for i in item.calculation.link_ids):
        return None, False

    def given(source: Item) -> Sequence[Value]:
        found = layout.of[source.index]
        return found[0].values if found and found[0].enabled else _NONE

    return work_out(questionnaire, item.calculation, given), True


def _scores(layout: Layout) -> list[Issue]:
    """Scores that are not the sum of their answers."""
    issues = []
    for item in layout.questionnaire.calculations:
        total, told = _total(layout, item)
        for instance in layout.of[item.index]:
            if told and instance.enabled and instance.answers and instance.values != [total]:
                words = f"is not the score that the answers give, {'none yet' if total is None else total}"
                issues.append(Issue("error", "business-rule", "calculatedValue", instance.where, words, item.link_id))
    return issues
