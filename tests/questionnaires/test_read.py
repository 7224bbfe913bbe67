"""What is refused when a Questionnaire is read, and what it says."""

from __future__ import annotations

import json

import pytest

from skinproof.questionnaires import (
    Coding,
    QuestionnaireError,
    check_questionnaire,
    read_questionnaire,
    score_expression,
)
from skinproof.questionnaires._resources import RESOURCES

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


def doubts(*items):
    return [(i.link_id, i.words) for i in questionnaire(*items).issues]


def test_what_is_odd_is_a_warning():
    hidden = extension("http://hl7.org/fhir/StructureDefinition/questionnaire-hidden", valueBoolean=True)
    limits = [
        extension(f"http://hl7.org/fhir/StructureDefinition/{n}Value", valueInteger=v)
        for n, v in (("min", 5), ("max", 4))
    ]
    asked = item("a", "choice", answerOption=[option("x")])
    lost = item("b", enableWhen=[when("a", "=", answerCoding=coding("y"))])
    assert doubts(asked, lost) == [("b", "its enableWhen looks for 'y', no option of 'a'")]
    assert doubts(item("a", required=True, extension=[hidden])) == [
        ("a", "is required and hidden, so that nobody can answer it")
    ]
    assert doubts(item("b", enableWhen=[when("a", "=", **ON)]), item("a")) == [
        ("b", "its enableWhen looks at 'a', which comes after it")
    ]
    assert doubts(item("a", "integer", extension=limits)) == [
        ("a", "no answer is between its least and its greatest value")
    ]


def test_lenient_reads_what_can_be_worked_with():
    odd = form(item("a"), item("b", "question"), item("g", "group"))
    del odd["status"]
    with pytest.raises(QuestionnaireError):
        read_questionnaire(odd)
    read = read_questionnaire(odd, lenient=True)
    assert read.status == "unknown"
    assert [(i.severity, i.link_id) for i in read.issues] == [("error", None), ("error", "b"), ("error", "g")]
    with pytest.raises(QuestionnaireError):
        read_questionnaire(form(item("a"), item("a")), lenient=True)


def test_checking_a_questionnaire_gives_errors_or_warnings():
    assert check_questionnaire(form(item("a"))) == ()
    assert [i.code for i in check_questionnaire(form(item("g", "group")))] == ["invariant"]
    assert [i.severity for i in check_questionnaire("{")] == ["error"]


def test_value_sets_may_be_given():
    listed = value_set(compose={"include": [{"system": SYSTEM, "concept": [coding("x")]}]}, version="2")
    for named, there in (
        ("https://example.org/v", True),
        ("https://example.org/v|2", True),
        ("https://example.org/v|1", False),
    ):
        read = read_questionnaire(form(item("a", "choice", answerValueSet=named)), value_sets=[listed])
        assert (read["a"].options is not None) is there


SDC = "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-"


def scored(expression, kind="decimal"):
    total = extension(
        SDC + "calculatedExpression", valueExpression={"language": "text/fhirpath", "expression": expression}
    )
    return [item("g", "group", item("a"), item("b")), item("c"), item("t", kind, extension=[total])]


@pytest.mark.parametrize(
    ("expression", "link_ids", "least"),
    [
        (score_expression(["a", "b"]), ("a", "b"), 2),
        (score_expression(["a", "b"], 1), ("a", "b"), 1),
        ("%resource.descendants().where(linkId='a').answer.value.ordinal()", ("a",), 1),
        ("%resource.repeat(item).where(linkId='a' or linkId = 'c').answer.value.weight().sum()", ("a", "c"), 1),
        ("%resource.item.where(linkId='c').answer.value.ordinal()", ("c",), 1),
        (score_expression(["a", "b"]).replace(">=", "="), ("a", "b"), 2),
    ],
)
def test_scores_that_are_understood(expression, link_ids, least):
    calculation = questionnaire(*scored(expression))["t"].calculation
    assert (calculation.link_ids, calculation.least) == (link_ids, least)


@pytest.mark.parametrize(
    ("expression", "told"),
    [
        ("1 + 1", "none of the sums that are understood here: 1 + 1"),
        ("%resource.item.where(linkId='a').answer.value.ordinal()", "write descendants() for items in groups"),
        ("%resource.descendants().where(linkId='z').answer.value.ordinal()", "looks at 'z', which is no item"),
        ("%resource.descendants().where(linkId='a' or linkId='b').answer.value.ordinal()", "add them up with sum()"),
        ("%resource.descendants().where(linkId='a' or linkId='a').answer.value.ordinal().sum()", "names an item twice"),
        ("%resource.descendants().where(linkId='a' and linkId='b').answer.value.ordinal().sum()", "none of the sums"),
        (score_expression(["a", "b"], 1).replace(">=", "="), "must ask for = all its answers"),
        (score_expression(["a", "b"]).replace("'b').answer.count", "'c').answer.count"), "none of the sums"),
        (score_expression(["a", "t"]), "its conditions run in a loop: t → t"),
    ],
)
def test_scores_that_are_not_understood_are_refused(expression, told):
    assert told in refused(*scored(expression))


def test_a_score_is_a_number():
    assert "is a string and cannot hold a score" in refused(*scored(score_expression(["a"]), "string"))
    with pytest.raises(ValueError, match="a score needs linkIds"):
        score_expression(["it's"])


@pytest.mark.parametrize("name", ["enableWhenExpression", "answerExpression"])
def test_expressions_that_decide_what_is_asked_are_refused(name):
    more = extension(SDC + name, valueExpression={"language": "text/fhirpath", "expression": "true"})
    assert f"item 'a': its sdc-questionnaire-{name} is not understood here" in refused(item("a", extension=[more]))


def test_rules_that_must_hold_are_refused_and_those_that_warn_are_told():
    def rule(severity):
        parts = [extension("severity", valueCode=severity), extension("human", valueString="Be kind")]
        return {"url": "http://hl7.org/fhir/StructureDefinition/questionnaire-constraint", "extension": parts}

    assert "its questionnaire-constraint is not understood" in refused(item("a", extension=[rule("error")]))
    assert doubts(item("a", extension=[rule("warning")])) == [
        ("a", "answers are not held to its rule 'Be kind', which is not understood here")
    ]


@pytest.mark.parametrize(
    ("kind", "name", "value", "told"),
    [
        ("integer", "minValue", {"valueString": "x"}, "its minValue must fit a question of type integer"),
        ("string", "minValue", {"valueInteger": 1}, "its minValue must fit a question of type string"),
        ("string", "regex", {"valueString": "("}, "its regex cannot be read"),
        ("string", "minLength", {"valueString": "x"}, "its minLength must be a well-formed integer"),
        ("string", "minLength", {"valueInteger": -1}, "its minLength is below nought"),
    ],
)
def test_limits_that_make_no_sense(kind, name, value, told):
    limit = extension("http://hl7.org/fhir/StructureDefinition/" + name, **value)
    assert told in refused(item("a", kind, extension=[limit]))
    assert "its maxLength must be a whole number" in refused(item("a", "string", maxLength="3"))


def test_the_types_of_resource_are_those_of_fhir_r4():
    """fhirclient is generated from FHIR 4.0.1."""
    import importlib
    import pkgutil

    import fhirclient.models
    from fhirclient.models.domainresource import DomainResource
    from fhirclient.models.resource import Resource

    found = set()
    for module in pkgutil.iter_modules(fhirclient.models.__path__):
        if not module.name.endswith("_tests"):
            members = vars(importlib.import_module(f"fhirclient.models.{module.name}")).values()
            found |= {m.resource_type for m in members if isinstance(m, type) and issubclass(m, Resource)}
    assert found - {Resource.resource_type, DomainResource.resource_type} == RESOURCES
