"""Small questionnaires for the tests, written in a line or two each."""

from __future__ import annotations

from typing import Any

from skinproof.questionnaires import Questionnaire, read_questionnaire

SYSTEM = "https://example.org/codes"
URL = "https://example.org/Questionnaire/test"


def coding(code: str, display: str | None = None) -> dict[str, Any]:
    return {"system": SYSTEM, "code": code} | ({"display": display} if display else {})


def option(code: str, **more: Any) -> dict[str, Any]:
    return {"valueCoding": coding(code, code.title())} | more


def when(question: str, operator: str, **answer: Any) -> dict[str, Any]:
    return {"question": question, "operator": operator, **answer}


def item(link_id: str, kind: str = "boolean", *children: dict[str, Any], **more: Any) -> dict[str, Any]:
    conditions = more.get("enableWhen")
    if conditions and len(conditions) > 1:
        more.setdefault("enableBehavior", "all")
    return {"linkId": link_id, "type": kind, "text": link_id} | ({"item": list(children)} if children else {}) | more


def extension(url: str, **value: Any) -> dict[str, Any]:
    return {"url": url, **value}


def form(*items: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "resourceType": "Questionnaire",
        "url": URL,
        "version": "1",
        "status": "active",
        "item": list(items),
    } | more


def questionnaire(*items: dict[str, Any], **more: Any) -> Questionnaire:
    return read_questionnaire(form(*items, **more))
