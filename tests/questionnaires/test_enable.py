"""Which items are enabled, and which is asked next."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skinproof.questionnaires import Coding, Quantity, enabled, next_item, open_items, shown_items

from .forms import SYSTEM, coding, extension, item, option, questionnaire, when

KG = {"system": "http://unitsofmeasure.org", "code": "kg"}


def asked(kind, operator, answer, given, **more):
    """Whether an item that looks at a question of this kind is enabled for this answer to it (None: no answer)."""
    form = questionnaire(item("q", kind, **more), item("then", enableWhen=[when("q", operator, **answer)]))
    return "then" in enabled(form, {} if given is None else {"q": given})


@pytest.mark.parametrize(
    ("kind", "operator", "answer", "yes", "no"),
    [
        ("boolean", "=", {"answerBoolean": True}, [[True]], [[False], [], None]),
        ("boolean", "!=", {"answerBoolean": True}, [[False], [], None], [[True]]),
        ("boolean", "exists", {"answerBoolean": True}, [[True], [False]], [[], None]),
        ("boolean", "exists", {"answerBoolean": False}, [[], None], [[True], [False]]),
        ("integer", "=", {"answerInteger": 1}, [[1], [0, 1]], [[2], [], None]),
        ("integer", ">", {"answerInteger": 18}, [[19], [3, 19]], [[18], [17], [], None]),
        ("integer", ">=", {"answerInteger": 18}, [[18], [19]], [[17], [], None]),
        ("integer", "<", {"answerInteger": 18}, [[17]], [[18], [], None]),
        ("integer", "<=", {"answerInteger": 18}, [[18], [17]], [[19], [], None]),
        ("decimal", "=", {"answerDecimal": 0.1}, [[Decimal("0.1")], [Decimal("0.10")]], [[Decimal("0.11")], None]),
        ("decimal", ">", {"answerInteger": 2}, [[Decimal("2.5")]], [[Decimal(2)], None]),
        ("string", "=", {"answerString": "a"}, [["a"], ["b", "a"]], [["A"], None]),
        ("string", "!=", {"answerString": "a"}, [["b"], None], [["a"], ["b", "a"]]),
        ("date", ">", {"answerDate": "2024-05-31"}, [["2024-06-01"], ["2025"]], [["2024-05-31"], ["2024"], None]),
        ("date", "<=", {"answerDate": "2024-05"}, [["2024-05"], ["2024-04-30"]], [["2024-06-01"], ["2024-05-01"]]),
        (
            "dateTime",
            "=",
            {"answerDateTime": "2024-05-31T12:00:00Z"},
            [["2024-05-31T14:00:00+02:00"]],
            [["2024-05-31T12:00:00.5Z"], ["2024-05-31"]],
        ),
        ("time", "<", {"answerTime": "08:00:00"}, [["07:59:59"]], [["08:00:00"], None]),
        ("choice", "=", {"answerCoding": coding("x")}, [[Coding(SYSTEM, "x", "Ex")]], [[Coding(None, "x")], None]),
        ("choice", "!=", {"answerCoding": coding("x")}, [[Coding(SYSTEM, "y")], ["x"], None], [[Coding(SYSTEM, "x")]]),
        ("open-choice", "=", {"answerString": "other"}, [["other"]], [[Coding(SYSTEM, "other", "other")]]),
        (
            "quantity",
            ">",
            {"answerQuantity": {"value": 60} | KG},
            [[Quantity(Decimal("60.5"), KG["system"], "kg", "kilo")]],
            [[Quantity(Decimal(60), KG["system"], "kg")], [Quantity(Decimal(90), KG["system"], "[lb_av]")], None],
        ),
    ],
)
def test_each_operator(kind, operator, answer, yes, no):
    for answers in yes:
        assert asked(kind, operator, answer, answers), answers
    for answers in no:
        assert not asked(kind, operator, answer, answers), answers


def test_true_is_not_one():
    assert not asked("integer", "=", {"answerInteger": 1}, [True])


@given(st.lists(st.booleans(), min_size=4, max_size=4))
def test_an_and_of_ors_is_written_as_nested_groups(flags):
    a, b, c, d = flags
    form = questionnaire(
        *(item(name) for name in "abcd"),
        item(
            "either a or b",
            "group",
            item(
                "and either c or d",
                "group",
                item("asked"),
                enableBehavior="any",
                enableWhen=[when("c", "=", answerBoolean=True), when("d", "=", answerBoolean=True)],
            ),
            enableBehavior="any",
            enableWhen=[when("a", "=", answerBoolean=True), when("b", "=", answerBoolean=True)],
        ),
    )
    answers = {name: [flag] for name, flag in zip("abcd", flags, strict=True)}
    assert ("asked" in enabled(form, answers)) is ((a or b) and (c or d))


def test_all_conditions_or_any():
    both = [when("a", "=", answerBoolean=True), when("b", "=", answerBoolean=True)]
    form = questionnaire(
        item("a"),
        item("b"),
        item("all", enableWhen=both),
        item("any", enableWhen=both, enableBehavior="any"),
    )
    assert enabled(form, {"a": [True]}) == {"a", "b", "any"}
    assert enabled(form, {"a": [True], "b": [True]}) == {"a", "b", "any", "all"}


def test_an_answer_to_a_disabled_item_counts_as_not_given():
    form = questionnaire(
        item("a"),
        item("b", enableWhen=[when("a", "=", answerBoolean=True)]),
        item("c", enableWhen=[when("b", "=", answerBoolean=True)]),
        item("d", enableWhen=[when("b", "exists", answerBoolean=False)]),
    )
    assert enabled(form, {"a": [False], "b": [True]}) == {"a", "d"}
    assert enabled(form, {"a": [True], "b": [True]}) == {"a", "b", "c"}


def test_a_condition_may_look_ahead():
    form = questionnaire(item("first", enableWhen=[when("last", "=", answerBoolean=True)]), item("last"))
    assert enabled(form, {"last": [True]}) == {"first", "last"}
    assert next_item(form, {}).link_id == "last"
    assert next_item(form, {"last": [True]}).link_id == "first"


def test_next_is_the_first_enabled_question_without_an_answer():
    form = questionnaire(
        item("say", "display"),
        item("about you", "group", item("age", "integer"), item("smoker")),
        item("a day", "integer", enableWhen=[when("smoker", "=", answerBoolean=True)]),
        item("why", "string", required=True),
    )
    walked = []
    answers: dict = {}
    for reply in ([40], [True], [], ["curious"]):
        walked.append(next_item(form, answers).link_id)
        answers[walked[-1]] = reply
    assert walked == ["age", "smoker", "a day", "why"]
    assert next_item(form, answers) is None
    assert next_item(form, answers | {"why": []}).link_id == "why"  # required: a blank is no answer
    assert [i.link_id for i in open_items(form, {"smoker": [False]})] == ["age", "why"]


def test_hidden_read_only_and_calculated_items_are_not_asked():
    hidden = extension("http://hl7.org/fhir/StructureDefinition/questionnaire-hidden", valueBoolean=True)
    form = questionnaire(
        item("whole group", "group", item("inside"), extension=[hidden]),
        item("hidden", extension=[hidden]),
        item("fixed", readOnly=True),
        item("seen"),
        item("then", enableWhen=[when("hidden", "=", answerBoolean=True)]),
    )
    assert enabled(form, {}) == {"whole group", "inside", "hidden", "fixed", "seen"}
    assert [i.link_id for i in shown_items(form, {})] == ["fixed", "seen"]
    assert [i.link_id for i in open_items(form, {"hidden": [True]})] == ["seen", "then"]


def test_what_stands_in_a_question_is_enabled_with_it():
    form = questionnaire(item("a"), item("b", "boolean", item("c"), enableWhen=[when("a", "=", answerBoolean=True)]))
    assert enabled(form, {"c": [True]}) == {"a"}
    assert enabled(form, {"a": [True]}) == {"a", "b", "c"}


def test_several_choices():
    form = questionnaire(
        item("which", "choice", repeats=True, answerOption=[option("x"), option("y"), option("z")]),
        item("about y", enableWhen=[when("which", "=", answerCoding=coding("y"))]),
        item("not y", enableWhen=[when("which", "!=", answerCoding=coding("y"))]),
    )
    x, y = Coding(SYSTEM, "x"), Coding(SYSTEM, "y")
    assert enabled(form, {"which": [x, y]}) == {"which", "about y"}
    assert enabled(form, {"which": [x]}) == {"which", "not y"}


def test_a_long_chain_is_no_deeper_than_a_short_one():
    many = 3000
    chain = [item("0")] + [item(str(n), enableWhen=[when(str(n - 1), "=", answerBoolean=True)]) for n in range(1, many)]
    form = questionnaire(*reversed(chain))
    assert len(enabled(form, {str(n): [True] for n in range(many)})) == many
