"""A whole response held to its questionnaire: its head, its size, its scores."""

from __future__ import annotations

from decimal import Decimal

import pytest

from skinproof.questionnaires import answers_in, check_response

from .forms import URL, coding, extension, item, option, questionnaire, when
from .responses import SDC, given, kinds, limit, response


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
