"""A whole response held to its questionnaire: each kind of issue, and that nothing else is told."""

from __future__ import annotations

import base64
import json
from decimal import Decimal

import pytest

from skinproof.questionnaires import answers_in, check_response

from .forms import SYSTEM, URL, coding, extension, item, option, questionnaire, when

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


BOOL = [{"valueBoolean": True}]
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


def limit(name, root=FHIR, **value):
    return {"extension": [extension(root + name, **value)]}


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


def test_what_is_required():
    form = questionnaire(
        item("a", required=True),
        item("g", "group", item("b", required=True), item("c")),
        item("r", "group", item("d", required=True), item("e"), repeats=True),
        item("f", required=True, enableWhen=[when("a", "=", answerBoolean=True)]),
        item("h", "boolean", item("i", required=True)),
    )
    empty = response(status="completed")
    del empty["item"]
    assert kinds(form, empty) == [("required", ""), ("required", "")]
    assert [i.link_id for i in check_response(form, empty)] == ["a", "b"]
    yes = [{"valueBoolean": True}]
    part = response(given("a", *yes), given("r", item=[given("e", *yes)]), given("h", *yes))
    assert [(i.link_id, i.where) for i in check_response(form, part)] == [
        ("b", "QuestionnaireResponse"),
        ("d", "QuestionnaireResponse.item[1]"),
        ("f", "QuestionnaireResponse"),
        ("i", "QuestionnaireResponse.item[2].answer[0]"),
    ]
    for status in ("in-progress", "stopped", "entered-in-error"):
        assert kinds(form, part | {"status": status}) == []
    assert len(kinds(form, part | {"status": "amended"})) == 4


def test_a_required_group_wants_an_answer_in_it():
    form = questionnaire(
        item("a"),
        item("g", "group", item("b", enableWhen=[when("a", "=", answerBoolean=True)]), required=True),
    )
    assert kinds(form, response(given("a", {"valueBoolean": True}), given("g"))) == [("required", ".item[1]")]
    assert kinds(form, response(given("a", {"valueBoolean": False}))) == []
    whole = response(given("a", {"valueBoolean": True}), given("g", item=[given("b", {"valueBoolean": False})]))
    assert kinds(form, whole) == []


def test_groups_that_repeat():
    inside = [given("b", {"valueBoolean": True})]
    twice = response(given("g", item=inside), given("g", item=inside))
    assert kinds(questionnaire(item("g", "group", item("b"))), twice) == [("repeatedItem", ".item[1]")]
    assert kinds(questionnaire(item("g", "group", item("b"), repeats=True)), twice) == []
    most = limit("questionnaire-maxOccurs", valueInteger=1)
    assert kinds(questionnaire(item("g", "group", item("b"), repeats=True, **most)), twice) == [
        ("maxCount", ".item[1]")
    ]
    least = limit("questionnaire-minOccurs", valueInteger=3)
    assert kinds(questionnaire(item("g", "group", item("b"), repeats=True, **least)), twice) == [
        ("minCount", ".item[0]")
    ]


def test_a_question_stands_once_with_all_its_answers():
    twice = response(given("q", {"valueString": "a"}), given("q", {"valueString": "b"}))
    assert kinds(questionnaire(item("q", "string", repeats=True)), twice) == [("repeatedItem", ".item[1]")]


def test_an_answer_to_what_is_not_enabled():
    form = questionnaire(
        item("a"),
        item("g", "group", item("b", "boolean", item("c")), enableWhen=[when("a", "=", answerBoolean=True)]),
    )
    inner = given("b", {"valueBoolean": True, "item": [given("c", {"valueBoolean": True})]})
    off = response(given("a", {"valueBoolean": False}), given("g", item=[inner]))
    assert kinds(form, off) == [
        ("notEnabled", ".item[1].item[0]"),
        ("notEnabled", ".item[1].item[0].answer[0].item[0]"),
    ]
    assert kinds(form, response(given("a", {"valueBoolean": True}), given("g", item=[inner]))) == []


def test_conditions_look_into_their_own_repetition():
    form = questionnaire(
        item(
            "g",
            "group",
            item("a"),
            item("b", required=True, enableWhen=[when("a", "=", answerBoolean=True)]),
            repeats=True,
        )
    )
    yes, no = given("a", {"valueBoolean": True}), given("a", {"valueBoolean": False})
    b = given("b", {"valueBoolean": False})
    answered = response(*(given("g", item=i) for i in ([yes, b], [no, b], [yes], [no], [b])))
    assert kinds(form, answered) == [
        ("notEnabled", ".item[1].item[1]"),
        ("notEnabled", ".item[4].item[0]"),
        ("required", ".item[2]"),
    ]


def test_conditions_outside_look_at_the_last_repetition_before():
    form = questionnaire(
        item("g", "group", item("a"), repeats=True),
        item("after", enableWhen=[when("a", "=", answerBoolean=True)]),
    )
    yes, no = (given("g", item=[given("a", {"valueBoolean": flag})]) for flag in (True, False))
    after = given("after", {"valueBoolean": True})
    assert kinds(form, response(no, yes, after)) == []
    assert kinds(form, response(yes, no, after)) == [("notEnabled", ".item[2]")]


def test_items_that_do_not_belong():
    form = questionnaire(
        item("a"), item("g", "group", item("b")), item("d", "display"), item("q", "boolean", item("c"))
    )
    yes = {"valueBoolean": True}
    assert kinds(form, response(given("z", yes))) == [("invalidLinkId", ".item[0]")]
    assert kinds(form, response(given("b", yes))) == [("invalidLinkId", ".item[0]")]
    assert kinds(form, response(given("g", item=[given("a", yes)]))) == [("invalidLinkId", ".item[0].item[0]")]
    assert kinds(form, response(given("g", yes))) == [("groupShouldNotHaveAnswers", ".item[0].answer")]
    assert kinds(form, response(given("d", yes))) == [("displayAnswer", ".item[0]")]
    assert kinds(form, response(given("q", yes, item=[given("c", yes)]))) == [("invalidNesting", ".item[0].item")]
    assert kinds(form, response(given("q", yes), given("a", yes))) == [("itemOrder", ".item[1]")]
    assert kinds(form, response(given("a", yes, answers=[]))) == [("unknownElement", ".item[0]")]
    assert kinds(form, response(given("a", yes | {"extra": 1}))) == [("unknownElement", ".item[0].answer[0]")]
    assert kinds(form, response(given("a", yes, modifierExtension=[{"url": "x"}]))) == [
        ("modifierExtension", ".item[0]")
    ]


def test_answers_that_are_none():
    form = questionnaire(item("a"))
    assert kinds(form, response(given("a", {}))) == [("invalidAnswer", ".item[0].answer[0]")]
    assert kinds(form, response(given("a", {"valueBoolean": True, "valueString": "x"}))) == [
        ("invalidAnswer", ".item[0].answer[0]")
    ]
    assert kinds(form, response(given("a", "yes"))) == [("invalidAnswer", ".item[0].answer[0]")]
    assert kinds(form, response({"linkId": "a", "answer": {}})) == [("invalidAnswer", ".item[0].answer")]
    assert kinds(form, response({"linkId": "a", "answer": []})) == [("invalidAnswer", ".item[0].answer")]


def test_which_questionnaire_and_whether_it_is_in_use():
    said = response(given("a", {"valueBoolean": True}))

    def about(answer=said, **more):
        return [i.kind for i in check_response(questionnaire(item("a"), **more), answer)]

    assert about() == []
    assert about(said | {"questionnaire": URL}) == []
    assert about(said | {"questionnaire": f"{URL}|2"}) == ["questionnaireMismatch"]
    assert about(said | {"questionnaire": "https://example.org/other|1"}) == ["questionnaireMismatch"]
    assert about(said | {"questionnaire": "#a"}, id="a") == []
    assert about(said | {"questionnaire": "#b"}, id="a") == ["questionnaireMismatch"]
    assert about(said | {"questionnaire": 3}) == ["invalidQuestionnaire"]
    assert about({k: v for k, v in said.items() if k != "questionnaire"}) == ["questionnaireNotNamed"]
    assert about(status="draft") == ["questionnaireDraft"]
    assert about(status="retired") == ["questionnaireRetired"]
    for authored, told in (
        ("2023", ["questionnaireInactive"]),
        ("2024-06-01", []),
        ("2026-01-01", ["questionnaireInactive"]),
    ):
        period = {"start": "2024-05-31", "end": "2025"}
        assert about(said | {"authored": authored}, effectivePeriod=period) == told
    assert [i.kind for i in check_response(None, said)] == ["questionnaireNotFound"]


def test_the_head_of_a_response():
    form = questionnaire(item("a"))
    said = response(given("a", {"valueBoolean": True}))
    assert kinds(form, said | {"status": "done"}) == [("invalidStatus", ".status")]
    assert kinds(form, said | {"authored": "yesterday"}) == [("invalidAuthored", ".authored")]
    assert kinds(form, said | {"answers": []}) == [("unknownElement", "")]
    assert kinds(form, said | {"modifierExtension": [{"url": "x"}]}) == [("modifierExtension", "")]
    assert kinds(form, said | {"item": {}}) == [("invalidItem", ".item")]
    assert kinds(form, said | {"item": ["a"]}) == [("invalidItem", ".item[0]")]


def test_a_response_that_is_too_much():
    form = questionnaire(item("g", "group", *(item(f"i{n}") for n in range(20)), repeats=True))
    many = response(*(given("g") for _ in range(1000)))
    assert kinds(form, many | {"status": "in-progress"}) == [("tooMuch", "")]
    faults = response(*(given("z") for _ in range(5000)))
    told = check_response(form, faults)
    assert [i.kind for i in told[-2:]] == ["invalidLinkId", "tooMuch"]
    assert len(told) == 1001
    with pytest.raises(ValueError, match="so many repetitions"):
        answers_in(form, many)


@pytest.mark.parametrize("text", ["", "{", "[" * 100_000, '{"a": ' + "9" * 5000 + "}", b"\xff", "1e999999999999"])
def test_what_is_not_json(text):
    assert check_response(questionnaire(item("a")), text)[0].kind in ("invalidJson", "invalidResource")


@pytest.mark.parametrize(
    "what", [None, 3, [], {}, {"resourceType": "Patient"}, {"resourceType": ["QuestionnaireResponse"]}]
)
def test_what_is_no_response(what):
    assert [i.kind for i in check_response(questionnaire(item("a")), what)] == ["invalidResource"]


def test_a_score_must_be_the_sum_of_its_answers():
    weighed = [option(code, **limit("ordinalValue", valueDecimal=n)) for n, code in enumerate("xyz")]
    total = "%resource.descendants().where(linkId = 'a' or linkId = 'b').answer.value.ordinal().sum()"
    form = questionnaire(
        item("a", "choice", answerOption=weighed),
        item("b", "choice", answerOption=weighed),
        item(
            "total",
            "decimal",
            readOnly=True,
            extension=[
                extension(
                    SDC + "calculatedExpression", valueExpression={"language": "text/fhirpath", "expression": total}
                )
            ],
        ),
        item("high", enableWhen=[when("total", ">", answerDecimal=2)]),
    )
    y, z = ({"valueCoding": coding(code)} for code in "yz")
    high = given("high", {"valueBoolean": True})
    assert kinds(form, response(given("a", y), given("b", z), given("total", {"valueDecimal": 3}), high)) == []
    assert kinds(form, response(given("a", y), given("b", z), high)) == []
    assert kinds(form, response(given("a", y), given("b", z), given("total", {"valueDecimal": Decimal("3.0")}))) == []
    assert kinds(form, response(given("a", y), given("b", z), given("total", {"valueDecimal": 4}))) == [
        ("calculatedValue", ".item[2]")
    ]
    assert kinds(form, response(given("a", y), high)) == [("notEnabled", ".item[1]")]
