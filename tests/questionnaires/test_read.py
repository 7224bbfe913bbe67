"""What is refused when a Questionnaire is read, and what it says."""

from __future__ import annotations

import json

import pytest

from skinproof.questionnaires import Coding, QuestionnaireError, read_questionnaire

from .forms import SYSTEM, coding, extension, form, item, option, questionnaire, when

ORDINAL = "http://hl7.org/fhir/StructureDefinition/ordinalValue"
WEIGHT = "http://hl7.org/fhir/StructureDefinition/itemWeight"
ON = {"answerBoolean": True}


def refused(*items, **more):
    with pytest.raises(QuestionnaireError) as caught:
        questionnaire(*items, **more)
    return str(caught.value)


def test_what_is_read():
    whole = form(
        item("a", "choice", required=True, answerOption=[option("x"), option("y", initialSelected=True)]),
        item("g", "group", item("b", "integer")),
        title="A title",
    )
    read = read_questionnaire(json.dumps(whole))
    assert (read.canonical, read.status, read.title) == (
        "https://example.org/Questionnaire/test|1",
        "active",
        "A title",
    )
    assert [i.link_id for i in read.items] == ["a", "g", "b"]
    assert [i.parent for i in read.items] == [-1, -1, 1]
    assert read["g"].children == (2,)
    assert [o.value for o in read["a"].options] == [Coding(SYSTEM, "x"), Coding(SYSTEM, "y")]
    assert [o.label for o in read["a"].options] == ["X", "Y"]
    assert [o.initial for o in read["a"].options] == [False, True]
    assert read["a"].required
    assert not read["b"].required
    assert read.json == whole
    assert "b" in read
    assert "z" not in read


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "3", '{"resourceType": "Patient"}', "[" * 100_000, b"\xff"])
def test_what_is_no_questionnaire(text):
    with pytest.raises(QuestionnaireError, match=r"^Questionnaire: is not"):
        read_questionnaire(text)


@pytest.mark.parametrize(
    ("items", "told"),
    [
        ([{"type": "boolean"}], "Questionnaire.item[0]: has no linkId"),
        ([item("a"), item("a")], "item 'a': its linkId is used twice, here and at Questionnaire.item[0]"),
        ([item("g", "group", item("a")), item("a")], "used twice, here and at Questionnaire.item[0].item[0]"),
        ([item("a", "slider")], "item 'a': its type 'slider' is not one of FHIR R4"),
        ([item("a", ["group"])], "its type ['group'] is not one"),
        ([item("a", enableWhen=[when("b", "=", **ON)])], "item 'a': its enableWhen looks at 'b', which is no item"),
        ([item("a"), item("b", enableWhen=[when("a", "==", **ON)])], "item 'b': its enableWhen has the operator '=='"),
        ([item("a", enableWhen=[when("a", "=", **ON)])], "looks at the item itself"),
        ([item("a"), item("b", enableWhen=[when("a", "=")])], "must have one answer"),
        ([item("a"), item("b", enableWhen=[when("a", "=", answerBoolean="yes")])], "must have one answer"),
        ([item("a"), item("b", enableWhen=[when("a", "=", answerString="yes")])], "which is a boolean, with a string"),
        ([item("a"), item("b", enableWhen=[when("a", ">", **ON)])], "asks > of a boolean, which has no order"),
        ([item("a"), item("b", enableWhen=[when("a", "exists", answerInteger=1)])], "must be true or false"),
        ([item("a"), item("b", enableWhen=[])], "must be a list"),
        ([item("a"), item("b", enableWhen=["a"])], "must be an object"),
        ([item("a", required="yes")], "its required must be true or false"),
        ([item("a", "group")], "is a group and must hold items"),
        ([item("a", "display", item("b"))], "is a display and cannot hold items"),
        ([item("a", "display", required=True)], "neither required nor repeat"),
        ([item("a", "boolean", answerOption=[option("x")])], "is a boolean and cannot have options"),
        ([item("a", "choice", answerOption=[])], "its answerOption must be a list"),
        ([item("a", "choice", answerOption=[option("x"), {}])], "its option 2 must be one value"),
        ([item("a", "choice", answerOption=[option("x"), option("x")])], "it has the option X twice"),
        (
            [item("a", "choice", answerOption=[option("x")], answerValueSet="#v")],
            "both answerOption and answerValueSet",
        ),
        ([item("a", "choice", answerValueSet="#v")], "its value set #v is not contained"),
        ([item("a", "integer", initial=[{"valueInteger": "x"}])], "its initial values must each be one value"),
        ([item("a", "integer", initial=[{"valueInteger": 1}, {"valueInteger": 2}])], "several initial values"),
        ([item("a", "date", maxLength=3)], "cannot have a maxLength"),
        ([item("a", modifierExtension=[{"url": "x"}])], "has a modifierExtension"),
        ([item("a", enableBehavior="some")], "is neither all nor any"),
        (["a"], "Questionnaire.item[0]: must be an object"),
    ],
)
def test_each_fault_names_its_item(items, told):
    assert told in refused(*items)


def test_several_conditions_must_say_how_they_join():
    both = [when("a", "=", **ON), when("b", "=", **ON)]
    raw = item("c", enableWhen=both)
    del raw["enableBehavior"]
    assert "item 'c': has several enableWhen and no enableBehavior" in refused(item("a"), item("b"), raw)


def test_all_faults_are_told_at_once():
    told = refused(item("a", "slider"), item("b", required=1), item("c", enableWhen=[when("d", "=", **ON)]))
    assert [line.split(":")[0] for line in told.splitlines()] == ["item 'a'", "item 'b'", "item 'c'"]


def test_a_loop_is_told_with_its_way():
    told = refused(
        item("start"),
        item("a", enableWhen=[when("c", "=", **ON)]),
        item("b", enableWhen=[when("a", "=", **ON)]),
        item("c", enableWhen=[when("b", "=", **ON)]),
    )
    assert told == "item 'a': its conditions run in a loop: a → c → b → a"


def test_a_group_cannot_hang_on_what_stands_in_it():
    told = refused(item("g", "group", item("a"), enableWhen=[when("a", "=", **ON)]))
    assert told == "item 'g': its conditions run in a loop: g → a → g"


def test_too_deep():
    deep = item("x")
    for n in range(200):
        deep = item(f"g{n}", "group", deep)
    assert "more than 50 deep" in refused(deep)


def value_set(**more):
    return {"resourceType": "ValueSet", "id": "v", "url": "https://example.org/v", "status": "active"} | more


def test_a_contained_value_set_gives_the_options():
    contains = [
        {
            "system": SYSTEM,
            "code": "top",
            "abstract": True,
            "contains": [{"system": SYSTEM, "code": "x", "display": "Ex"}],
        },
        {"system": SYSTEM, "code": "old", "inactive": True},
        {
            "system": SYSTEM,
            "code": "y",
            "extension": [extension("http://hl7.org/fhir/StructureDefinition/itemWeight", valueDecimal=2)],
        },
    ]
    expanded = value_set(expansion={"timestamp": "2026-01-01", "contains": contains})
    for named in ("#v", "https://example.org/v"):
        read = questionnaire(item("a", "choice", answerValueSet=named), contained=[expanded])
        assert [(o.value, o.label, o.score) for o in read["a"].options] == [
            (Coding(SYSTEM, "x"), "Ex", None),
            (Coding(SYSTEM, "y"), "y", 2),
        ]
        assert not read.issues


def test_a_value_set_that_lists_its_codes_needs_no_expansion():
    listed = value_set(compose={"include": [{"system": SYSTEM, "concept": [coding("x"), coding("y")]}]})
    read = questionnaire(item("a", "choice", answerValueSet="#v"), contained=[listed])
    assert [o.value.code for o in read["a"].options] == ["x", "y"]


def test_a_value_set_that_is_elsewhere_is_a_warning():
    unlisted = {"contained": [value_set(compose={"include": [{"system": SYSTEM}]})]}
    for named, more in (("https://example.org/else", {}), ("#v", unlisted)):
        read = questionnaire(item("a", "choice", answerValueSet=named), **more)
        assert read["a"].options is None
        assert [(i.severity, i.link_id) for i in read.issues] == [("warning", "a")]


def test_weights_are_read_from_the_option_or_its_coding():
    on_coding = {"valueCoding": coding("y") | {"extension": [extension(ORDINAL, valueDecimal=1.5)]}}
    both = option("z", extension=[extension(ORDINAL, valueDecimal=1), extension(WEIGHT, valueDecimal=3)])
    read = questionnaire(
        item("a", "choice", answerOption=[option("x", extension=[extension(ORDINAL, valueDecimal=0)]), on_coding, both])
    )
    assert [float(o.score) for o in read["a"].options] == [0, 1.5, 3]
