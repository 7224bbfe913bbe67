"""Scores: the weights of answers added up."""

from __future__ import annotations

from decimal import Decimal

import pytest

from skinproof.questionnaires import calculated, next_item, respond, score, score_expression

from .forms import extension, item, option, questionnaire, when

SDC = "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-"
WEIGHT = "http://hl7.org/fhir/StructureDefinition/itemWeight"


def form(least=None):
    weighed = [option(code, extension=[extension(WEIGHT, valueDecimal=n)]) for n, code in enumerate("wxyz")]
    total = {"language": "text/fhirpath", "expression": score_expression(["a", "b", "c"], least)}
    return questionnaire(
        item("ask"),
        item("a", "choice", answerOption=weighed),
        item("b", "choice", answerOption=[*weighed, option("unsure")]),
        item("c", "choice", answerOption=weighed, repeats=True, enableWhen=[when("ask", "=", answerBoolean=True)]),
        item(
            "total",
            "decimal",
            readOnly=True,
            extension=[extension(SDC + "calculatedExpression", valueExpression=total)],
        ),
        item("much", enableWhen=[when("total", ">=", answerInteger=5)]),
    )


W, X, Y, Z = (o.value for o in form()["a"].options)
UNSURE = form()["b"].options[-1].value


def test_a_score_tells_what_is_missing():
    assert score(form(), {"a": [Z], "b": [X]}, ["a", "b"]) == (4, 2, ())
    assert score(form(), {"a": [Z], "b": [UNSURE]}, ["a", "b"]) == (3, 1, ("b",))
    assert score(form(), {"a": [W]}, ["a", "b"]) == (0, 1, ("b",))
    assert score(form(), {}, ["a", "b"]) == (0, 0, ("a", "b"))
    with pytest.raises(KeyError):
        score(form(), {}, ["z"])


def test_only_enabled_items_count_and_all_their_answers():
    assert score(form(), {"c": [Y, Z]}, ["c"]) == (0, 0, ("c",))
    assert score(form(), {"ask": [True], "c": [Y, Z]}, ["c"]) == (5, 1, ())


@pytest.mark.parametrize(
    ("least", "answers", "total"),
    [
        (None, {"ask": [True], "a": [X], "b": [Y], "c": [Z]}, 6),
        (None, {"a": [X], "b": [Y], "c": [Z]}, None),
        (2, {"a": [X], "b": [Y], "c": [Z]}, 3),
        (2, {"a": [X], "c": [Z]}, None),
        (2, {"a": [X], "b": [UNSURE]}, None),
        (1, {"a": [W]}, 0),
        (0, {}, None),
    ],
)
def test_a_calculated_item_waits_for_enough_answers(least, answers, total):
    assert calculated(form(least), answers) == ({} if total is None else {"total": Decimal(total)})


def test_a_condition_may_look_at_a_score():
    answers = {"ask": [False], "a": [Y], "b": [Z], "c": []}
    assert next_item(form(2), answers).link_id == "much"
    assert next_item(form(2), answers | {"b": [Y]}) is None


def test_a_score_is_written_into_the_response():
    written = respond(form(2), {"a": [X], "b": [Y], "total": [Decimal(99)]})
    assert written["item"][-1] == {"linkId": "total", "text": "total", "answer": [{"valueDecimal": 3}]}
    assert [i["linkId"] for i in respond(form(2), {"a": [X], "total": [Decimal(99)]})["item"]] == ["a"]
