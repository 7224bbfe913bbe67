"""Words that alarm and decide no rule alone: what decides is asked next, and "I don't know" stops."""

import pytest
from test_journey import at, calm

from skinproof.care import UNSURE, Question, Stop, screen

BLISTERS = "My skin is blistering all over my chest."
HEAD = "I have had a banging headache for days."
HAIR = "My hair is falling out in clumps."


def walk(text, concern="acne", **said):
    """The questions asked after the words were told, in order, and where it ends. The red flag of the words is shown
    with every question until it is decided."""
    answers, order, told = {}, [], []
    for _ in range(80):
        where = at(concern, answers)
        if not isinstance(where.next, Question):
            return order, told, where
        question = where.next
        if "story" in answers:
            order.append(question.id)
            told.append([flag.rule.id for flag in where.half_told])
        answers[question.id] = text if question.kind == "text" else said.get(question.id, calm(question))
    raise AssertionError("the walk does not end")


@pytest.mark.parametrize(
    ("text", "rule", "first", "said"),
    [
        (BLISTERS, "rf-severe-drug-rash", ["skin-danger", "new-medicine"], {"skin_danger": ["blistering"]}),
        (HEAD, "rf-raised-brain-pressure", ["antibiotics", "retinoids"], {"retinoids": [UNSURE]}),
        (HAIR, "rf-hair-loss-unwell", ["hair-ill"], {}),
    ],
)
def test_what_decides_is_asked_next_and_not_knowing_it_stops(text, rule, first, said):
    given = {name.replace("_", "-"): answer for name, answer in said.items()}
    last = first[-1]
    unsure = {last: given.get(last, UNSURE)}
    order, told, end = walk(text, **{**given, **unsure})
    assert order[: len(first)] == first
    assert all(rules == [rule] for rules in told[: len(first)])
    assert isinstance(end.next, Stop)
    assert end.next.rules == (rule,)
    assert order[-1] == last, "nothing else was asked before it stopped"
    assert end.half_told == ()
    assert [quote.words[0] in text for quote in end.next.quotes] == [True]


def test_the_answer_that_decides_ends_the_alarm_or_raises_it():
    order, told, end = walk(BLISTERS, **{"skin-danger": ["blistering"], "new-medicine": "no"})
    assert order[:2] == ["skin-danger", "new-medicine"]
    assert told[:3] == [["rf-severe-drug-rash"], ["rf-severe-drug-rash"], []]
    assert end.next is None
    assert end.flags == ()
    *_, end = walk(BLISTERS, **{"skin-danger": ["blistering"], "new-medicine": "yes"})
    assert end.next.rules == ("rf-severe-drug-rash",)


def test_words_that_alarm_for_nothing_change_no_order():
    order, told, _ = walk("I have some lines.")
    plain, *_ = walk("")
    assert order == plain
    assert not any(told)


def test_not_knowing_alone_raises_nothing():
    """Only where words tell the other half: a person who is not sure of a medicine is asked on, as before."""
    *_, end = walk("I have some lines.", **{"new-medicine": UNSURE, "antibiotics": [UNSURE], "hair-ill": UNSURE})
    assert end.flags == ()


def test_screening_tells_it_beside_the_flags_and_leaves_them_alone():
    found = screen({"facts": {}, "complaint": BLISTERS}).to_json()
    assert found["person"]["flag"] == "none"
    (now,) = found["if_now"]
    assert now["ask"] == ["new-medicine-weeks-ago", "mouth-eye-genital-sores"]
    assert (now["rule"], now["urgency"], now["told"]) == (
        "rf-severe-drug-rash",
        "emergency",
        ["blistering-or-peeling-skin"],
    )
    assert now["do_now"]
    assert now["reason"]
    assert all(verdict["ask"][:2] == now["ask"] for verdict in found["treatments"].values())
    assert found["treatments"]["retinol"]["reason"].startswith("We need to know")


def test_screening_tells_nothing_where_it_is_decided():
    decided = {"new-medicine-weeks-ago": None, "mouth-eye-genital-sores": False}
    assert screen({"facts": decided, "complaint": BLISTERS}).to_json()["if_now"] == []
    raised = screen({"facts": {"new-medicine-weeks-ago": 2}, "complaint": BLISTERS}).to_json()
    assert (raised["person"]["rules"], raised["if_now"]) == (["rf-severe-drug-rash"], [])
    assert screen({"facts": {}, "complaint": "My sister's skin blistered."}).to_json()["if_now"] == []
