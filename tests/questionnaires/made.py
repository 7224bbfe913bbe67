"""Questionnaires and answers made up by chance, for laws that hold of all of them."""

from __future__ import annotations

from decimal import Decimal
from random import Random
from typing import Any

from skinproof.questionnaires import Answers, Coding, Questionnaire, Value

from .forms import SYSTEM, extension, form, item, option, when

FHIR = "http://hl7.org/fhir/StructureDefinition/"
CODES = "wxyz"
WORDS = ("red", "green")
KINDS = ("boolean", "integer", "decimal", "string", "choice", "choices", "open-choice", "value-set")
VALUE_SET = {
    "resourceType": "ValueSet",
    "id": "codes",
    "status": "active",
    "expansion": {
        "timestamp": "2026-01-01",
        "contains": [{"system": SYSTEM, "code": code, "display": code.title()} for code in CODES],
    },
}
CHECKBOX = extension(FHIR + "questionnaire-itemControl", valueCodeableConcept={
    "coding": [{"system": "http://hl7.org/fhir/questionnaire-item-control", "code": "check-box"}]
})  # fmt: skip


def made_form(chance: Random, many: int) -> dict[str, Any]:
    """A Questionnaire of about `many` items: nested groups, questions of all kinds that conditions can ask about, each
    operator, some hidden items. Conditions look at questions before them."""
    asked: list[tuple[str, str]] = []
    numbers = iter(range(1, 10 * many))

    def items(room: int, depth: int) -> list[dict[str, Any]]:
        found = []
        while room > 0:
            link_id = f"i{next(numbers)}"
            conditions = _conditions(chance, asked)
            inside = chance.randint(1, room) if depth < 3 and chance.random() < 0.35 else 0
            if inside > 1:
                # what stands in a group may not hang on it, nor it on that: only what came before is looked at
                children = items(inside - 1, depth + 1)
                found.append(item(link_id, "group", *children, **conditions, **_hidden(chance, 0.05)))
                room -= inside
                continue
            kind = chance.choice(KINDS) if chance.random() < 0.9 else "display"
            found.append(_question(chance, link_id, kind, conditions))
            room -= 1
            if kind != "display":
                asked.append((link_id, kind))
                if room > 0 and depth < 3 and chance.random() < 0.1:
                    found[-1]["item"] = items(1, depth + 1)
                    room -= 1
        return found

    return form(*items(many, 0), contained=[VALUE_SET])


def answers_for(chance: Random, questionnaire: Questionnaire, share: float = 0.7) -> Answers:
    """Answers that each question can have, to about `share` of them, whether they are enabled or not."""
    found: dict[str, list[Value]] = {}
    for one in questionnaire.items:
        if one.type in ("group", "display") or one.calculated or chance.random() > share:
            continue
        if one.options and one.repeats:
            found[one.link_id] = [o.value for o in chance.sample(one.options, chance.randint(1, len(one.options)))]
        elif one.options and not (one.open and chance.random() < 0.3):
            found[one.link_id] = [chance.choice(one.options).value]
        else:
            found[one.link_id] = [_value(chance, one.type)]
    return found


def _value(chance: Random, kind: str) -> Value:
    if kind == "boolean":
        return chance.random() < 0.5
    if kind == "integer":
        return chance.randint(0, 3)
    if kind == "decimal":
        return Decimal(chance.randint(0, 6)) / 2
    return chance.choice(WORDS)


def _hidden(chance: Random, share: float) -> dict[str, Any]:
    if chance.random() >= share:
        return {}
    return {"extension": [extension(FHIR + "questionnaire-hidden", valueBoolean=True)]}


def _question(chance: Random, link_id: str, kind: str, conditions: dict[str, Any]) -> dict[str, Any]:
    more = {**conditions, **(_hidden(chance, 0.08) if kind != "display" else {})}
    if kind in ("choice", "choices", "open-choice"):
        more["answerOption"] = [option(code) for code in CODES]
    if kind == "value-set":
        return item(link_id, "choice", answerValueSet="#codes", **more)
    if kind == "choices":
        more["extension"] = [*more.get("extension", []), CHECKBOX]
        return item(link_id, "choice", repeats=True, **more)
    return item(link_id, kind, **more)


def _conditions(chance: Random, asked: list[tuple[str, str]]) -> dict[str, Any]:
    if not asked or chance.random() < 0.3:
        return {}
    many = chance.choice((1, 1, 2, 3))
    found = [_condition(chance, *chance.choice(asked)) for _ in range(many)]
    return {"enableWhen": found, "enableBehavior": chance.choice(("all", "any"))}


def _condition(chance: Random, link_id: str, kind: str) -> dict[str, Any]:
    if chance.random() < 0.2:
        return when(link_id, "exists", answerBoolean=chance.random() < 0.5)
    value = _value(chance, kind)
    if kind in ("integer", "decimal"):
        operator = chance.choice(("=", "!=", ">", "<", ">=", "<="))
        return when(
            link_id, operator, **({"answerInteger": value} if kind == "integer" else {"answerDecimal": float(value)})
        )  # type: ignore[arg-type]
    operator = chance.choice(("=", "!="))
    if kind == "boolean":
        return when(link_id, operator, answerBoolean=value)
    if kind == "string":
        return when(link_id, operator, answerString=value)
    coding = Coding(SYSTEM, chance.choice(CODES))
    return when(link_id, operator, answerCoding={"system": coding.system, "code": coding.code})
