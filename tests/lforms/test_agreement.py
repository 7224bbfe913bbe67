"""LHC-Forms shows what we show, for the same answers."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from questionnaires.forms import extension, item, option, questionnaire, when
from questionnaires.made import answers_for, made_form
from skinproof.questionnaires import read_questionnaire, score_expression, shown_items

from .client import differences


@pytest.mark.parametrize("seed", range(12))
def test_made_questionnaires(lforms, seed):
    chance = random.Random(seed)  # noqa: S311
    form = read_questionnaire(made_form(chance, 14))
    cases = [{}, *(answers_for(chance, form) for _ in range(4))]
    assert not differences(lforms, form, cases)


SCORE = "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-calculatedExpression"
ORDINAL = "http://hl7.org/fhir/StructureDefinition/ordinalValue"


def scored(least):
    weighed = [option(code, extension=[extension(ORDINAL, valueDecimal=n)]) for n, code in enumerate("wxyz")]
    total = {"language": "text/fhirpath", "expression": score_expression(["a", "b", "c"], least)}
    return questionnaire(
        item("ask", "boolean"),
        item("g", "group", item("a", "choice", answerOption=weighed), item("b", "choice", answerOption=weighed)),
        item("c", "choice", answerOption=weighed, enableWhen=[when("ask", "!=", answerBoolean=False)]),
        item("total", "decimal", readOnly=True, extension=[extension(SCORE, valueExpression=total)]),
        item("much", "display", enableWhen=[when("total", ">=", answerDecimal=4)]),
    )


@pytest.mark.parametrize("least", [3, 2, 0])
def test_scores(lforms, least):
    form = scored(least)
    w, x, y, z = (o.value for o in form["a"].options)
    cases = [
        {"a": [w], "b": [x], "c": [z]},
        {"a": [z], "b": [x], "c": [z], "ask": [False]},
        {"a": [z], "b": [x]},
        {"b": [y]},
        {"a": [w]},
        {},
    ]
    assert not differences(lforms, form, cases)


def test_an_and_of_ors(lforms):
    inner = item("asked", "boolean")
    for one, other in (("e", "f"), ("c", "d"), ("a", "b")):
        either = [when(one, "=", answerBoolean=True), when(other, "=", answerBoolean=True)]
        inner = item(f"{one} or {other}", "group", inner, enableBehavior="any", enableWhen=either)
    form = questionnaire(*(item(name, "boolean") for name in "abcdef"), inner)
    cases = [{name: [name in yes] for name in "abcdef"} for yes in ("ace", "bdf", "ace bdf", "ac", "ce", "ab", "")]
    assert [bool({"asked"} & {i.link_id for i in shown_items(form, case)}) for case in cases] == [True] * 3 + [
        False
    ] * 4
    assert not differences(lforms, form, cases)


def test_each_operator_with_and_without_an_answer(lforms):
    operators = ("=", "!=", ">", "<", ">=", "<=")
    form = questionnaire(
        item("n", "integer"),
        *(
            item(f"n {operator} 2", "display", enableWhen=[when("n", operator, answerInteger=2)])
            for operator in operators
        ),
        item("there", "display", enableWhen=[when("n", "exists", answerBoolean=True)]),
        item("not there", "display", enableWhen=[when("n", "exists", answerBoolean=False)]),
    )
    assert [i.link_id for i in shown_items(form, {})] == ["n", "n != 2", "not there"]
    assert not differences(lforms, form, [{}, {"n": [1]}, {"n": [2]}, {"n": [3]}])


def test_a_difference_is_found(lforms):
    """A client that agreed with anything would be no judge."""
    form = questionnaire(item("a"), item("b", enableWhen=[when("a", "=", answerBoolean=True)]))
    other = questionnaire(item("a"), item("b"))
    told = differences(lforms, replace(form, json=other.json), [{}, {"a": [True]}])
    assert told == ["{}: we alone show [], LHC-Forms ['b']"]


def test_help_stands_behind_a_button(lforms):
    control = {"coding": [{"system": "http://hl7.org/fhir/questionnaire-item-control", "code": "help"}]}
    url = "http://hl7.org/fhir/StructureDefinition/questionnaire-itemControl"
    why = item("why", "display", extension=[extension(url, valueCodeableConcept=control)])
    form = questionnaire(item("a", "boolean", why), item("b", "boolean", item("note", "display")))
    assert lforms.show(form.json, None).visible == {"a", "b", "note"}
    assert not differences(lforms, form, [{}, {"a": [True], "b": [True]}])
