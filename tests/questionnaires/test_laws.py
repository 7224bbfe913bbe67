"""Laws that hold of any questionnaire and any answers, and of any JSON at all."""

from __future__ import annotations

import json
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from skinproof.questionnaires import (
    QuestionnaireError,
    answers_in,
    check_questionnaire,
    check_response,
    enabled,
    next_item,
    open_items,
    read_questionnaire,
    respond,
    shown_items,
)

from .made import answers_for, made_form

CHANCE = st.randoms(use_true_random=False)


def by_the_book(form, answers):
    """Which items are enabled, read off the JSON as FHIR tells it, item by item: slow, and nothing shared with ours."""
    raws, above = {}, {}

    def gather(items, parent):
        for raw in items:
            raws[raw["linkId"]], above[raw["linkId"]] = raw, parent
            gather(raw.get("item", []), raw["linkId"])

    gather(form["item"], None)

    def has_place(link_id):
        parent = above[link_id]
        if parent is None:
            return True
        return has_place(parent) and (raws[parent]["type"] == "group" or bool(values(parent)))

    def values(link_id):
        return answers.get(link_id, []) if on(link_id) and has_place(link_id) else []

    def holds(condition):
        given = values(condition["question"])
        wanted = next(raw for key, raw in condition.items() if key.startswith("answer"))
        same = [
            v.code == wanted["code"] if isinstance(wanted, dict) else v == wanted for v in given if plain(v, wanted)
        ]
        return {
            "exists": lambda: bool(given) == wanted,
            "=": lambda: any(same),
            "!=": lambda: not any(same),
            ">": lambda: any(v > wanted for v in given),
            "<": lambda: any(v < wanted for v in given),
            ">=": lambda: any(v >= wanted for v in given),
            "<=": lambda: any(v <= wanted for v in given),
        }[condition["operator"]]()

    def plain(value, wanted):
        return isinstance(wanted, dict) == (not isinstance(value, str | bool | int) and hasattr(value, "code"))

    def on(link_id):
        raw, parent = raws[link_id], above[link_id]
        found = [holds(condition) for condition in raw.get("enableWhen", [])]
        join = any if raw.get("enableBehavior") == "any" else all
        return (parent is None or on(parent)) and (not found or join(found))

    return {link_id for link_id in raws if on(link_id)}


def test_what_is_left_blank_below_one_of_several_answers_hides_nothing():
    chance = Random(2913)  # noqa: S311 - a made-up form in which a condition looks below a question with two answers
    questionnaire = read_questionnaire(made_form(chance, 12))
    answers = answers_for(chance, questionnaire)
    assert len(answers["i10"]) == 2
    assert questionnaire["i10"].children
    assert check_response(questionnaire, respond(questionnaire, answers)) == ()


@given(CHANCE)
@settings(max_examples=150, deadline=None)
def test_enabled_is_what_the_book_says(chance):
    form = made_form(chance, 12)
    questionnaire = read_questionnaire(form)
    answers = answers_for(chance, questionnaire)
    assert enabled(questionnaire, answers) == by_the_book(form, answers)


@given(CHANCE)
@settings(max_examples=100, deadline=None)
def test_what_we_write_we_find_valid_and_read_again(chance):
    questionnaire = read_questionnaire(made_form(chance, 12))
    answers = answers_for(chance, questionnaire)
    response = respond(questionnaire, answers)
    assert check_response(questionnaire, response) == ()
    assert check_response(questionnaire, json.dumps(response)) == ()
    again = answers_in(questionnaire, response)
    assert all(list(again[link_id]) == list(answers[link_id]) for link_id in again)
    assert enabled(questionnaire, again) == enabled(questionnaire, answers)
    assert respond(questionnaire, again) == response


@given(CHANCE)
@settings(max_examples=60, deadline=None)
def test_a_walk_ends_and_answers_all_that_is_shown(chance):
    questionnaire = read_questionnaire(made_form(chance, 12))
    ready = answers_for(chance, questionnaire, share=1)
    answers: dict = {}
    while (item := next_item(questionnaire, answers)) is not None:
        assert item.link_id not in answers
        answers[item.link_id] = ready[item.link_id] if chance.random() < 0.8 else []
    shown = {i.link_id for i in shown_items(questionnaire, answers) if i.answerable}
    place = {i.link_id for i in shown_items(questionnaire, answers) if questionnaire[i.link_id].parent < 0}
    assert shown & place <= set(answers)
    assert not list(open_items(questionnaire, answers))


NAMES = """
    linkId item answer status questionnaire valueCoding valueInteger valueDecimal valueDate valueString valueBoolean
    valueQuantity valueAttachment valueReference code system value type enableWhen operator question answerBoolean
    answerOption answerValueSet extension url required repeats maxLength initial contained authored effectivePeriod
    modifierExtension
"""
KEYS = st.sampled_from(NAMES.split())
LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.just(10**4000),
    st.text(max_size=8),
    st.sampled_from(
        ["i1", "i2", "i3", "group", "choice", "completed", "=", "exists", "2024-13-01", "9999-12-31", "0001"]
    ),
    st.sampled_from(["24:00:00", "9999-12-31T23:59:60-14:00", "urn:uuid:", "#codes", "-0", "x" * 2000]),
)
JSON = st.recursive(
    LEAVES, lambda more: st.one_of(st.lists(more, max_size=3), st.dictionaries(KEYS, more, max_size=5)), max_leaves=25
)


def spoil(whole, wild, data):
    """Put something wild somewhere into JSON."""
    spot = whole
    for _ in range(data.draw(st.integers(0, 6))):
        within = [v for v in (spot.values() if isinstance(spot, dict) else spot) if isinstance(v, dict | list) and v]
        spot = data.draw(st.sampled_from(within)) if within else spot
    if isinstance(spot, dict):
        spot[data.draw(KEYS)] = wild
    else:
        spot[data.draw(st.integers(0, len(spot) - 1))] = wild


@given(CHANCE, JSON, st.data())
@settings(max_examples=300, deadline=None)
def test_a_response_may_be_anything(chance, wild, data):
    questionnaire = read_questionnaire(made_form(chance, 6))
    response = respond(questionnaire, answers_for(chance, questionnaire))
    spoil(response, wild, data)
    for issue in check_response(questionnaire, response):
        assert issue.severity in ("error", "warning")
        assert len(issue.words) < 1000
    check_response(questionnaire, wild)
    check_response(None, {"resourceType": "QuestionnaireResponse", "questionnaire": wild, "status": wild})
    answers_in(questionnaire, response)


@given(st.text(max_size=30) | st.binary(max_size=30))
def test_text_may_be_anything(text):
    assert check_response(read_questionnaire(made_form_of_one()), text)


def made_form_of_one():
    return {"resourceType": "Questionnaire", "status": "active", "item": [{"linkId": "a", "type": "boolean"}]}


@given(CHANCE, JSON, st.data())
@settings(max_examples=300, deadline=None)
def test_a_questionnaire_may_be_anything(chance, wild, data):
    form = made_form(chance, 6)
    spoil(form, wild, data)
    check_questionnaire(form)
    for lenient in (False, True):
        try:
            questionnaire = read_questionnaire(form, lenient=lenient)
        except QuestionnaireError as error:
            assert error.issues  # noqa: PT017 -- refusing is as good as reading, if it says why
            continue
        check_response(questionnaire, respond(questionnaire, {}))


def test_deep_json_as_objects():
    questionnaire = read_questionnaire(made_form_of_one())
    deep: dict = {"linkId": "a"}
    for _ in range(100_000):
        deep = {"linkId": "a", "item": [deep], "answer": [{"item": [deep]}]}
    told = check_response(
        questionnaire, {"resourceType": "QuestionnaireResponse", "status": "completed", "item": [deep]}
    )
    assert {"invalidNesting", "invalidLinkId"} <= {issue.kind for issue in told}
