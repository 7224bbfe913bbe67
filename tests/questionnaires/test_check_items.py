"""Items held to their questionnaire: what is required, enabled, repeated, out of place."""

from __future__ import annotations

from skinproof.questionnaires import check_response

from .forms import item, questionnaire, when
from .responses import given, kinds, limit, response


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
