"""From answers to a QuestionnaireResponse, and back."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from ._enable import Answers, calculated, enabled
from ._instances import Layout
from ._model import Item, Questionnaire
from ._values import Attachment, Coding, Quantity, Reference, Value


def respond(questionnaire: Questionnaire, answers: Answers, status: str = "completed", **more: Any) -> dict[str, Any]:
    """A QuestionnaireResponse (as JSON) with the answers to enabled items, in order, and the scores that they give.
    What was left blank is an item without an answer.

    Answers to items that are not enabled are left out, as FHIR asks, and those in a question without an answer.
    `more`: further elements, such as `authored` or `subject`. What is wrong with an answer is for `check_response` to
    tell; KeyError for a linkId that is no item, and TypeError for a value that no answer to its item can be.
    """
    for link_id in answers:
        questionnaire[link_id]
    on = enabled(questionnaire, answers)
    given = dict(answers)
    scores = calculated(questionnaire, answers)
    for item in questionnaire.calculations:
        given.pop(item.link_id, None)
        if item.link_id in scores:
            given[item.link_id] = (scores[item.link_id],)
    named = {"questionnaire": questionnaire.canonical} if questionnaire.url else {}
    items = _items(questionnaire, questionnaire.top, given, on)
    return {
        "resourceType": "QuestionnaireResponse",
        **named,
        "status": status,
        **more,
        **({"item": items} if items else {}),
    }


def answers_in(questionnaire: Questionnaire, response: Mapping[str, Any]) -> dict[str, tuple[Value, ...]]:
    """The answers in a response by linkId, those in repetitions together; what is not well formed is passed over.

    Raises ValueError for a response so large that `check_response` would not look through it.
    """
    found: dict[str, tuple[Value, ...]] = {}
    for instance in Layout(questionnaire, response).instances:
        if instance.values or (instance.there and instance.item.type not in ("group", "display")):
            link_id = instance.item.link_id
            found[link_id] = (*found.get(link_id, ()), *instance.values)
    return found


def _items(
    questionnaire: Questionnaire, indexes: tuple[int, ...], given: Answers, on: frozenset[str]
) -> list[dict[str, Any]]:
    found = []
    for index in indexes:
        item = questionnaire.items[index]
        if item.link_id not in on or item.type == "display":
            continue
        inside = _items(questionnaire, item.children, given, on)
        raw: dict[str, Any] = {"linkId": item.link_id, **({"text": item.text} if item.text else {})}
        if item.type == "group":
            if inside:
                found.append({**raw, "item": inside})
            continue
        written = [_written(item, value) for value in given.get(item.link_id, ())]
        if written:
            if inside:
                written[0]["item"] = inside
            found.append({**raw, "answer": written})
        elif item.link_id in given:
            found.append(raw)
    return found


def _written(item: Item, value: Value) -> dict[str, Any]:
    """A value as an answer to this item."""
    option = item.by_value.get(value)
    if option is not None:
        kind = option.kind
        if isinstance(value, Coding) and value.display is None:
            value = option.value
    else:
        kinds = item.keys.values()
        kind = next((k for k in kinds if isinstance(value, _CLASSES.get(k, str))), "")
        if not kind or (isinstance(value, bool) and kind != "boolean"):
            raise TypeError(f"{item.link_id!r} takes a {' or '.join(kinds)}, not {value!r:.100}")
    return {f"value{kind[0].upper()}{kind[1:]}": _json(value)}


_CLASSES: dict[str, type | tuple[type, ...]] = {
    "boolean": bool,
    "integer": int,
    "decimal": (int, Decimal),
    "Coding": Coding,
    "Quantity": Quantity,
    "Reference": Reference,
    "Attachment": Attachment,
}


def _json(value: Value) -> Any:
    if isinstance(value, Decimal):
        whole = int(value) if value == value.to_integral_value() else None
        return float(value) if whole is None else whole
    if isinstance(value, Coding):
        return _record(system=value.system, code=value.code, display=value.display)
    if isinstance(value, Quantity):
        amount = None if value.value is None else _json(value.value)
        return _record(value=amount, unit=value.unit, system=value.system, code=value.code)
    if isinstance(value, Reference):
        return _record(reference=value.reference, type=value.type)
    if isinstance(value, Attachment):
        return _record(contentType=value.content_type, data=value.data, url=value.url, size=value.size)
    return value


def _record(**fields: Any) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}
