"""Responses, and what is told of them, for tests."""

from __future__ import annotations

from skinproof.questionnaires import check_response

from .forms import URL, extension, item, questionnaire

FHIR = "http://hl7.org/fhir/StructureDefinition/"


SDC = "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-"


UCUM = "http://unitsofmeasure.org"


def given(link_id, *answers, **more):
    """An item of a response. An answer is a dict, or a keyword such as valueString through `answer`."""
    return {"linkId": link_id} | ({"answer": list(answers)} if answers else {}) | more


def response(*items, status="completed", **more):
    return {
        "resourceType": "QuestionnaireResponse",
        "questionnaire": f"{URL}|1",
        "status": status,
        "item": list(items),
    } | more


def kinds(form, answer, severity=("error",)):
    return [
        (i.kind, i.where.removeprefix("QuestionnaireResponse"))
        for i in check_response(form, answer)
        if i.severity in severity
    ]


def one(kind, *answers, **more):
    """The kinds of issue for these answers to a question of this kind that stands alone."""
    form = questionnaire(item("q", kind, **more))
    return [name for name, _ in kinds(form, response(given("q", *answers)), ("error", "warning"))]


def limit(name, root=FHIR, **value):
    return {"extension": [extension(root + name, **value)]}
