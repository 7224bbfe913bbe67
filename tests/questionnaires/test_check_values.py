"""Each answer held to its question: type, form, limits, options."""

from __future__ import annotations

import base64
import json

import pytest

from skinproof.questionnaires import check_response

from .forms import SYSTEM, coding, item, option, questionnaire
from .responses import SDC, UCUM, given, kinds, limit, one, response

VALUES = {
    "boolean": {"valueBoolean": True},
    "integer": {"valueInteger": 3},
    "decimal": {"valueDecimal": 3.5},
    "date": {"valueDate": "2024-05"},
    "dateTime": {"valueDateTime": "2024-05-31T10:00:00+01:00"},
    "time": {"valueTime": "10:00:00"},
    "string": {"valueString": "a"},
    "text": {"valueString": "a\nb"},
    "url": {"valueUri": "https://example.org/a"},
    "choice": {"valueCoding": coding("x")},
    "open-choice": {"valueString": "something else"},
    "attachment": {"valueAttachment": {"contentType": "image/png", "data": "AAAA", "size": 3}},
    "reference": {"valueReference": {"reference": "Patient/1"}},
    "quantity": {"valueQuantity": {"value": 3, "unit": "kg", "system": UCUM, "code": "kg"}},
}


@pytest.mark.parametrize("kind", VALUES)
def test_each_type_takes_its_own_and_no_other(kind):
    assert one(kind, VALUES[kind]) == []
    assert one(kind, {"valueCode": "a"}) == ["invalidAnswerType"]
    other = "boolean" if kind != "boolean" else "string"
    assert one(kind, VALUES[other]) == ["invalidAnswerType"]


@pytest.mark.parametrize(
    ("kind", "answer"),
    [
        ("boolean", {"valueBoolean": "true"}),
        ("boolean", {"valueBoolean": 1}),
        ("integer", {"valueInteger": True}),
        ("integer", {"valueInteger": 1.5}),
        ("integer", {"valueInteger": 2**31}),
        ("integer", {"valueInteger": 10**5000}),
        ("decimal", {"valueDecimal": "1"}),
        ("decimal", {"valueDecimal": float("nan")}),
        ("decimal", {"valueDecimal": float("inf")}),
        ("date", {"valueDate": "2023-02-29"}),
        ("date", {"valueDate": "31/05/2024"}),
        ("date", {"valueDate": "0000"}),
        ("dateTime", {"valueDateTime": "2024-05-31T10:00:00"}),
        ("dateTime", {"valueDateTime": "2024-05-31T25:00:00Z"}),
        ("time", {"valueTime": "10:00"}),
        ("string", {"valueString": ""}),
        ("string", {"valueString": None}),
        ("string", {"valueString": ["a"]}),
        ("choice", {"valueCoding": "x"}),
        ("choice", {"valueCoding": {"code": 3}}),
        ("quantity", {"valueQuantity": {"value": "3"}}),
        ("attachment", {"valueAttachment": {"data": "no base 64!"}}),
        ("attachment", {"valueAttachment": {"size": -1}}),
    ],
)
def test_a_malformed_value(kind, answer):
    assert one(kind, answer) == ["invalidAnswerValue"]


@pytest.mark.parametrize(
    ("kind", "more", "good", "bad", "told"),
    [
        ("integer", limit("minValue", valueInteger=18), {"valueInteger": 18}, {"valueInteger": 17}, "minValue"),
        ("integer", limit("maxValue", valueInteger=120), {"valueInteger": 120}, {"valueInteger": 121}, "maxValue"),
        ("decimal", limit("minValue", valueDecimal=0.1), {"valueDecimal": 0.1}, {"valueDecimal": 0.09}, "minValue"),
        (
            "date",
            limit("maxValue", valueDate="2024-05-31"),
            {"valueDate": "2024-05"},
            {"valueDate": "2024-06"},
            "maxValue",
        ),
        (
            "quantity",
            limit("maxQuantity", SDC, valueQuantity={"value": 5, "system": UCUM, "code": "km"}),
            {"valueQuantity": {"value": 5000, "system": UCUM, "code": "m"}},
            {"valueQuantity": {"value": 5001, "system": UCUM, "code": "m"}},
            "maxValue",
        ),
        (
            "quantity",
            limit("minQuantity", SDC, valueQuantity={"value": 5, "unit": "cups"}),
            {"valueQuantity": {"value": 5, "unit": "cups"}},
            {"valueQuantity": {"value": 9, "unit": "spoons"}},
            "minValueIncompatUnits",
        ),
        (
            "decimal",
            limit("maxDecimalPlaces", valueInteger=1),
            {"valueDecimal": 1.5},
            {"valueDecimal": 1.25},
            "maxDecimalPlaces",
        ),
        (
            "quantity",
            limit("maxDecimalPlaces", valueInteger=1),
            {"valueQuantity": {"value": 1.5}},
            {"valueQuantity": {"value": 1.25}},
            "maxDecimalPlaces",
        ),
        ("string", limit("minLength", valueInteger=2), {"valueString": "ab"}, {"valueString": "a"}, "minLength"),
        ("string", {"maxLength": 2}, {"valueString": "ab"}, {"valueString": "abc"}, "maxLength"),
        ("string", limit("regex", valueString="[a-z]+"), {"valueString": "ab"}, {"valueString": "ab1"}, "regex"),
        ("string", {}, {"valueString": "a b"}, {"valueString": "a\nb"}, "invalidNewLine"),
        ("url", {}, {"valueUri": "Patient/1"}, {"valueUri": "c:\\a"}, "invalidUrlValue"),
        ("url", {}, {"valueUri": "urn:oid:1.2.3"}, {"valueUri": "urn:oid:1.02"}, "invalidUrlValue"),
        (
            "choice",
            {"answerOption": [option("x")]},
            {"valueCoding": coding("x")},
            {"valueCoding": coding("y")},
            "invalidAnswerOption",
        ),
        (
            "choice",
            {"answerOption": [option("x")]},
            {"valueCoding": coding("x")},
            {"valueCoding": {"code": "x"}},
            "invalidAnswerOption",
        ),
        (
            "integer",
            {"answerOption": [{"valueInteger": 1}]},
            {"valueInteger": 1},
            {"valueInteger": 2},
            "invalidAnswerOption",
        ),
        (
            "date",
            {"answerOption": [{"valueDate": "2024"}]},
            {"valueDate": "2024"},
            {"valueDate": "2023"},
            "invalidAnswerOption",
        ),
        (
            "open-choice",
            {"answerOption": [option("x")]},
            {"valueString": "y"},
            {"valueCoding": coding("y")},
            "invalidAnswerOption",
        ),
        (
            "quantity",
            limit("questionnaire-unitOption", valueCoding={"system": UCUM, "code": "kg"}),
            {"valueQuantity": {"value": 3, "system": UCUM, "code": "kg"}},
            {"valueQuantity": {"value": 3, "system": UCUM, "code": "g"}},
            "invalidUnit",
        ),
        (
            "attachment",
            limit("mimeType", valueCode="image/png"),
            {"valueAttachment": {"contentType": "image/png", "url": "Binary/1"}},
            {"valueAttachment": {"contentType": "image/gif", "url": "Binary/1"}},
            "invalidAttachmentType",
        ),
        (
            "attachment",
            limit("maxSize", valueDecimal=6),
            {"valueAttachment": {"data": base64.b64encode(b"123456").decode()}},
            {"valueAttachment": {"data": base64.b64encode(b"1234567").decode()}},
            "maxAttachmentSize",
        ),
        (
            "attachment",
            {},
            {"valueAttachment": {"data": "AAAA", "size": 3}},
            {"valueAttachment": {"data": "AAAA", "size": 4}},
            "attachmentSizeInconsistent",
        ),
        (
            "reference",
            {},
            {"valueReference": {"reference": "#a"}},
            {"valueReference": {"reference": "ht tp://a"}},
            "invalidRefValue",
        ),
        (
            "reference",
            {},
            {"valueReference": {"display": "someone"}},
            {"valueReference": {"reference": "Chicken/1"}},
            "invalidRefResourceType",
        ),
        (
            "reference",
            limit("questionnaire-referenceResource", valueCode="Patient"),
            {"valueReference": {"reference": "https://example.org/Patient/1"}},
            {"valueReference": {"reference": "Group/1"}},
            "invalidRefResourceTypeRestriction",
        ),
    ],
)
def test_each_limit(kind, more, good, bad, told):
    assert one(kind, good, **more) == []
    assert one(kind, bad, **more) == [told]


def test_decimal_places_count_as_written():
    form = questionnaire(item("q", "decimal", **limit("maxDecimalPlaces", valueInteger=1)))
    text = json.dumps(response(given("q", {"valueDecimal": 1.5}))).replace("1.5", "1.50")
    assert [i.kind for i in check_response(form, text)] == ["maxDecimalPlaces"]


def test_a_value_set_that_is_here_and_one_that_is_not():
    value_set = {
        "resourceType": "ValueSet",
        "id": "v",
        "compose": {"include": [{"system": SYSTEM, "concept": [{"code": "x"}]}]},
    }
    form = questionnaire(
        item("here", "choice", answerValueSet="#v"),
        item("away", "choice", answerValueSet="https://example.org/v"),
        contained=[value_set],
    )
    answered = response(given("here", {"valueCoding": coding("y")}), given("away", {"valueCoding": coding("y")}))
    assert kinds(form, answered, ("error", "warning")) == [
        ("invalidCoding", ".item[0].answer[0]"),
        ("valueSetUnknown", ".item[1]"),
    ]


def test_one_answer_or_several():
    twice = [{"valueString": "a"}, {"valueString": "b"}]
    assert one("string", *twice) == ["repeats"]
    assert one("string", *twice, repeats=True) == []
    assert one("string", *twice, repeats=True, **limit("questionnaire-maxOccurs", valueInteger=1)) == ["maxCount"]
    assert one("string", *twice, repeats=True, **limit("questionnaire-minOccurs", valueInteger=3)) == ["minCount"]
    form = questionnaire(item("q", "string"))
    draft = response(given("q", *twice), status="in-progress")
    assert kinds(form, draft) == []
    assert kinds(form, draft, ("warning",)) == [("repeats", ".item[0]")]


def test_an_exclusive_option():
    none = option("none", **limit("questionnaire-optionExclusive", valueBoolean=True))
    more = {"repeats": True, "answerOption": [option("x"), option("y"), none]}
    x, y, no = ({"valueCoding": coding(code)} for code in ("x", "y", "none"))
    assert one("choice", x, y, **more) == []
    assert one("choice", no, **more) == []
    assert one("choice", x, no, **more) == ["exclusiveAnswerOption"]


def test_answers_that_are_none():
    form = questionnaire(item("a"))
    assert kinds(form, response(given("a", {}))) == [("invalidAnswer", ".item[0].answer[0]")]
    assert kinds(form, response(given("a", {"valueBoolean": True, "valueString": "x"}))) == [
        ("invalidAnswer", ".item[0].answer[0]")
    ]
    assert kinds(form, response(given("a", "yes"))) == [("invalidAnswer", ".item[0].answer[0]")]
    assert kinds(form, response({"linkId": "a", "answer": {}})) == [("invalidAnswer", ".item[0].answer")]
    assert kinds(form, response({"linkId": "a", "answer": []})) == [("invalidAnswer", ".item[0].answer")]
