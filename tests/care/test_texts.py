"""What a person wrote, and what they said when they were shown it."""

from __future__ import annotations

from datetime import date

import pytest

from skinproof import care
from skinproof.care.conditions import Atom, Value
from skinproof.care.journey import red_flags
from skinproof.care.options import options
from skinproof.care.plans import check_plan

TODAY = date(2026, 11, 24)
FLAG = "breathing-trouble-or-face-swelling"
WARFARIN: Atom = ("medicines", "warfarin")


def text(words: str, *answers: tuple[care.Key, care.Confirmed], where: str = "story", settled=frozenset()) -> care.Text:
    return care.write_text(where, words, TODAY, {}, dict(answers), settled)


def key(words: str, fact: str) -> care.Key:
    return next(care.key_of(each) for each in text(words).found if each.fact == fact)


def test_words_count_until_the_person_says_that_they_are_not_so():
    words = "My face swelled up."
    told = care.told({}, [text(words)])
    assert told.facts.known[FLAG] is True
    denied = care.told({}, [text(words, (key(words, FLAG), "no"))])
    assert denied.facts.known[FLAG] is False
    assert denied.form.said[FLAG] is False


@pytest.mark.parametrize("answer", ["yes", "not-sure"])
def test_yes_is_an_answer_and_not_sure_leaves_the_graver_reading(answer):
    words = "I take warfarin."
    told = care.told({}, [text(words, (key(words, "medicines"), answer))])
    assert told.facts.known[WARFARIN] is True
    assert (WARFARIN in told.form.said) is (answer == "yes")


def test_a_denial_holds_for_its_own_text_and_words_alone():
    words = "My face swelled up."
    denied = text(words, (key(words, FLAG), "no"))
    again = text("Now my face swelled up.", where="message:x")
    told = care.told({}, [denied, again])
    assert told.facts.known[FLAG] is True
    assert FLAG in told.disputed
    also = text(f"{words} I can't breathe.", (key(words, FLAG), "no"))
    assert care.told({}, [also]).facts.known[FLAG] is True


def test_no_answer_of_the_form_is_undone_by_a_denial():
    words = "My face swelled up."
    told = care.told({FLAG: True}, [text(words, (key(words, FLAG), "no"))])
    assert told.facts.known[FLAG] is True


def test_a_number_that_is_not_so_says_no_other():
    words = "I came off Roaccutane in August."
    fact = "isotretinoin-months-since"
    assert care.told({}, [text(words)]).facts.known[fact] == pytest.approx(2.8, abs=0.3)
    assert fact not in care.told({}, [text(words, (key(words, fact), "no"))]).used


def test_reassuring_words_close_a_question_only_once_they_were_confirmed():
    words = "I'm not pregnant."
    assert "pregnant" not in care.told({}, [text(words)]).facts.known
    quote = next(each for each in care.quoted_in([text(words)]) if each.fact == "pregnant")
    assert (quote.value, quote.words) == (False, ("pregnant",))
    known = care.told({}, [text(words, (key(words, "pregnant"), "yes"))]).facts.known
    assert known["pregnant"] is False
    assert care.told({}, [text(words, (key(words, "pregnant"), "no"))]).facts.known["pregnant"] is True


def test_what_a_clinician_recorded_later_settles_the_words():
    told = care.told({WARFARIN: False}, [text("I take warfarin.", settled=frozenset({"medicines", "anticoagulant"}))])
    assert told.facts.known[WARFARIN] is False
    assert not told.contradictions


def test_options_plan_checks_and_screening_take_a_contradiction_the_graver_way():
    said: dict[Atom, Value] = {"sex": "female", "age": 30, "pregnant": False}
    told = care.told(said, [text("I am pregnant.")])
    assert told.disputed == {"pregnant"}
    screening = care.screen_account(told, ["tretinoin"])
    assert screening.treatments["tretinoin"].refused
    assert options("acne", told, wanted=["tretinoin"]).get("tretinoin").status == "not-for-you"
    assert any(each.kind == "hard-stop" for each in check_plan(["tretinoin"], screening))
    # the other way round: the form is the graver
    other = care.told({**said, "pregnant": True}, [text("I'm not pregnant.")])
    assert care.screen_account(other, ["tretinoin"]).treatments["tretinoin"].refused
    assert any(e.kind == "hard-stop" for e in check_plan(["tretinoin"], care.screen_account(other, ["tretinoin"])))


def test_a_red_flag_comes_with_the_words_that_raise_it():
    story = text("My face swelled up and I can't breathe.")
    (flag,) = red_flags(care.told({}, [story]), [], [story])
    assert flag.urgency.id == "emergency"
    assert [quote.words for quote in flag.quotes] == [("face swelled up", "can't breathe")]
    (ticked,) = red_flags(care.told({FLAG: True}, [story]), [], [story])
    assert ticked.quotes == ()


@pytest.mark.parametrize("words", ["", "   ", "No\0text"])
def test_what_cannot_be_read_is_told_as_unread(words):
    found = text(words)
    assert found.reading is None
    assert care.told({}, [found]).facts.known == care.told({}, []).facts.known
