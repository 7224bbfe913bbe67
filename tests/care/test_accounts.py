"""The form and the words of one person, put together."""

from dataclasses import replace
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from patients import CALM_FORM as CALM

from skinproof.care import read_facts, read_words, rules, screen, terms, told_together
from skinproof.care.accounts import as_answered, graver
from skinproof.care.reading import Found, Reading
from skinproof.care.screening import _graver

TODAY = date(2026, 11, 24)
GRAVITY = ("ok", "caution", "ask-first", "not-screened", "delay", "avoid", "contraindicated", "urgent-referral")


def account(form, words):
    facts = as_answered(read_facts(form))
    return told_together(facts, read_words(words, today=TODAY, facts=facts.known))


def verdict(form, words, treatment):
    return screen({"facts": form, "complaint": words, "asks-for": [treatment]}, today=TODAY).treatments[treatment]


def without(*names, **changes):
    return {name: value for name, value in {**CALM, **changes}.items() if name not in names}


def test_what_only_the_words_say_is_used_and_told_with_what_follows():
    found = account({}, "I take warfarin and I'm 8 weeks pregnant.")
    assert found.facts.known["pregnant"] is True
    assert found.facts.known["anticoagulant"] is True
    assert found.facts_from_text == {
        "medicines": ["warfarin"],
        "anticoagulant": True,
        "pregnant": True,
        "pregnancy-trimester": 1,
        "can-become-pregnant": True,
    }
    assert found.contradictions == ()
    assert "pregnant" not in found.form.known


def test_without_words_nothing_changes():
    form = read_facts(CALM)
    assert told_together(form, None).facts is form
    assert told_together(form, None).facts_from_text == {}
    found = told_together(form, read_words("Lines round my eyes.", today=TODAY))
    assert dict(found.facts.known) == dict(form.known)
    assert (found.facts_from_text, found.contradictions, found.opened, found.to_confirm) == ({}, (), frozenset(), ())
    assert not any("contradict" in note for note in found.facts.notes)


def test_words_that_agree_with_the_form_are_used_and_no_contradiction():
    found = account({"pregnant": True, "age": 31}, "I'm pregnant and 30 years old")
    assert found.contradictions == ()
    assert found.facts_from_text["pregnant"] is True
    assert found.facts_from_text["age"] == 30  # no rule tells 30 from 31


@pytest.mark.parametrize(
    ("words", "fact"),
    [
        ("I'm not pregnant", "pregnant"),
        ("never had cold sores", "herpes-simplex-history"),
        ("I have the Mirena coil", "contraception-effective"),
        ("I've had a hysterectomy", "can-become-pregnant"),
        ("Happy for you to tell my GP", "gp-sharing-consent"),
    ],
)
def test_no_words_close_a_question_with_the_answer_that_reassures(words, fact):
    found = account({}, words)
    assert fact not in found.facts.known
    assert fact in {each.fact for each in found.to_confirm}
    assert fact not in found.facts_from_text
    assert fact not in found.opened


def test_what_reassures_is_nothing_to_confirm_once_the_form_says_it():
    found = account({"pregnant": False, "contraception-effective": True}, "I'm not pregnant. I have the Mirena coil.")
    assert found.to_confirm == ()
    assert found.contradictions == ()


def test_unsure_words_open_what_the_form_had_closed_but_never_what_it_warns_of():
    words = "I think I might have rosacea"
    assert account({"conditions": []}, words).opened == {("conditions", "rosacea")}
    assert ("conditions", "rosacea") not in account({"conditions": []}, words).facts.known
    assert account({"conditions": ["rosacea"]}, words).opened == frozenset()
    assert account({"conditions": ["rosacea"]}, words).facts.known["conditions", "rosacea"] is True
    trouble = account({"kidney-impairment": "none"}, "I have kidney trouble")
    assert trouble.opened == {"kidney-impairment"}
    assert "kidney-impairment" not in trouble.facts.known
    assert [each.fact for each in trouble.to_confirm] == ["kidney-impairment"]


def test_a_contradiction_takes_the_graver_reading_and_is_told():
    found = account({"pregnant": False, "can-become-pregnant": True}, "I'm 20 weeks pregnant")
    assert [each.to_json() for each in found.contradictions] == [
        {"fact": "pregnant", "form": False, "text": True, "used": True, "words": "20 weeks pregnant"}
    ]
    assert found.disputed == {"pregnant"}
    assert any(
        note.startswith("Whether you are pregnant: the form and the person's own words contradict")
        for note in found.facts.notes
    )
    assert found.form.known["pregnant"] is False


def test_a_denial_against_the_form_leaves_the_form_and_is_told():
    found = account({"pregnant": True}, "I'm not pregnant")
    assert found.facts.known["pregnant"] is True
    assert [(each.form, each.text, each.used) for each in found.contradictions] == [(True, False, True)]
    assert account({"contraception-effective": True}, "We don't use any contraception").contradictions[0].used is False


def test_a_list_word_is_held_against_the_list_of_the_form():
    found = account({"medicines": []}, "I'm on warfarin")
    assert [(each.form, each.text, each.used) for each in found.contradictions] == [
        ("not warfarin", "warfarin", "warfarin")
    ]
    assert account({"medicines": ["warfarin"]}, "I'm on warfarin").contradictions == ()


def test_of_two_things_the_words_say_the_graver_is_used():
    found = account({}, "Laser in October. Another laser 2 weeks ago.")
    assert found.facts.known["laser-weeks-since"] == 2
    assert account({}, "Laser 2 weeks ago. The first laser was 9 weeks ago.").facts.known["laser-weeks-since"] == 2


@pytest.mark.parametrize(
    ("fact", "one", "other", "kept"),
    [
        ("pregnant", True, False, True),
        ("pregnant", False, True, True),
        ("pregnant", False, False, False),
        ("contraception-effective", True, False, False),
        ("contraception-effective", True, True, True),
        ("peel-weeks-since", 3, None, 3),
        ("peel-weeks-since", 12, 3, 3),
        ("hydroquinone-weeks-used", 4, 20, 20),
        ("kidney-impairment", "none", "severe", "severe"),
        ("kidney-impairment", "mild", "none", "mild"),
        ("age", 17, 25, 17),
    ],
)
def test_the_graver_of_two_values(fact, one, other, kept):
    assert graver(fact, one, other) == kept


def test_a_contradiction_is_screened_on_both_readings_and_the_graver_stands():
    told = "I'm 12 weeks pregnant"
    assert verdict(CALM, told, "tretinoin").verdict == "contraindicated"
    assert "pregnant" in verdict(CALM, told, "tretinoin").ask
    older = without(**{"isotretinoin-months-since": 1})
    kept = verdict(older, "I finished Roaccutane two years ago", "ablative-fractional-laser")
    assert kept.verdict == verdict(older, "", "ablative-fractional-laser").verdict != "ok"
    assert "isotretinoin-months-since" in kept.ask
    assert verdict(CALM, "lines", "retinol").ask == ()
    both = screen({"facts": {**CALM, "lesion-changing-size": True}, "complaint": "I'm on warfarin"}, today=TODAY)
    assert both.person.rules == ("rf-mole-changing",)
    sooner = screen({"facts": CALM, "complaint": "I think about killing myself. My mole has grown."}, today=TODAY)
    assert sooner.person.urgency == "emergency"
    assert sooner.person.rules == ("rf-suicidal-thoughts", "rf-mole-changing")
    assert {each.verdict for each in sooner.treatments.values()} == {"urgent-referral"}


def test_the_graver_of_two_verdicts_asks_for_what_they_differ_in():
    order = ["ok", "caution", "ask-first", "not-screened", "delay", "avoid", "contraindicated", "urgent-referral"]
    calm = verdict(CALM, "", "retinol")
    for less, more in pairwise(order):
        for several in ((less, more), (more, less)):
            both = [replace(calm, verdict=word) for word in several]
            assert _graver(both, frozenset({"age"}), rules()).verdict == more
            assert _graver(both, frozenset({"age"}), rules()).ask == ()  # the same rules fired
    pregnant = verdict({**CALM, "pregnant": True, "can-become-pregnant": True}, "", "retinol")
    assert _graver([calm, pregnant], frozenset({"pregnant"}), rules()).ask == ("pregnant",)
    assert _graver([calm, pregnant], frozenset({"age"}), rules()).ask == ()


def test_what_nobody_need_be_asked_is_no_blank():
    facts = as_answered(read_facts({"sex": "male"}))
    assert facts.known["hair-loss-after-childbirth"] is False
    form = {**CALM, "sex": "male"}
    del form["hair-loss-after-childbirth"]
    assert screen({"facts": form, "asks-for": ["minoxidil-topical"]}).treatments["minoxidil-topical"].verdict == "ok"


def test_a_blank_that_another_answer_would_tell_stays_blank():
    facts = as_answered(read_facts({"sex": "male"}))
    assert "pregnant" not in facts.known
    assert facts.known["sex"] == "male"
    assert facts.known["smoker"] is False  # nobody need be asked
    assert as_answered(read_facts({"medicines": ["warfarin"]})).known["anticoagulant"] is True
    words = account(without("pregnant"), "I'm a 45 year old man")
    assert "pregnant" not in words.facts.known
    assert words.facts_from_text == {"age": 45, "sex": "male"}  # and not what follows from it and reassures


def test_what_words_leave_open_is_not_told_as_said():
    one = Found("pregnant", True, "maybe", 0, 5, (0, 5), "possible", "confirm")
    found = told_together(read_facts({"pregnant": False, "age": 34}), Reading("maybe", TODAY, (one,)))
    assert found.opened == {"pregnant"}
    assert dict(found.facts.said) == {"age": 34}
    assert "pregnant" not in found.facts.known


def test_what_followed_from_an_answer_that_is_open_now_is_open_as_well():
    form = as_answered(read_facts({"sulfite-allergy": False, "age": 34}))
    follows = ("allergies", "sulfite")
    form = replace(form, known={**form.known, follows: False})  # as questions infer it
    assert told_together(form, read_words("Lines.", today=TODAY)).facts.known[follows] is False
    open_now = Found("sulfite-allergy", True, "may be allergic", 0, 5, (0, 5), "possible", "confirm")
    found = told_together(form, Reading("may be allergic", TODAY, (open_now,)))
    assert found.opened == {"sulfite-allergy"}
    assert "sulfite-allergy" not in found.facts.known
    assert follows not in found.facts.known
    assert found.facts.known["age"] == 34


def test_what_words_leave_open_stays_open_where_another_answer_would_tell():
    one = Found("pregnant", True, "maybe", 0, 5, (0, 5), "possible", "confirm")
    form = read_facts({"sex": "male"})
    assert form.known["pregnant"] is False
    found = told_together(form, Reading("maybe", TODAY, (one,)))
    assert "pregnant" not in found.facts.known
    assert found.facts.known["smoker"] is False  # nobody need be asked
    assert found.facts.known["breastfeeding"] is False  # still follows from what was said


def test_an_answer_that_reassures_and_only_follows_stays_open():
    facts = read_facts({"age": 34})
    calm = replace(facts, known={**facts.known, "contraception-effective": True, "pregnant": True})
    assert "contraception-effective" not in as_answered(calm).known
    assert as_answered(calm).known["pregnant"] is True  # it asks for more care
    said = replace(calm, said={**calm.said, "contraception-effective": True})
    assert as_answered(said).known["contraception-effective"] is True


@pytest.mark.parametrize(
    ("how", "value", "asked"),
    [
        ("said", None, True),
        ("said", True, False),
        ("possible", True, True),
        ("past", None, False),
        ("question", None, False),
    ],
)
def test_only_what_is_unsure_or_without_its_time_is_to_be_confirmed(how, value, asked):
    one = Found("kidney-impairment", value, "kidney trouble", 0, 14, (0, 14), how, "confirm")
    found = told_together(read_facts({"age": 34}), Reading("kidney trouble", TODAY, (one,)))
    assert found.to_confirm == ((one,) if asked else ())
    assert ("kidney-impairment" in found.opened) == asked


CLOSED = [name for name, spec in terms().facts.items() if spec.ask]
WORDS = [
    "Lines round my eyes.", "I'm not pregnant, no allergies, no medicines, never had a cold sore.", "I take warfarin.",
    "My mole has grown.", "Finished Roaccutane two years ago.", "I might be pregnant.", "Fitzpatrick type 2. I'm 44.",
    "I have the coil and I'm a healthy man.", "My dad has diabetes.", "I've got kidney trouble.", "Laser last week.",
]  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.sets(st.sampled_from(CLOSED), max_size=3), st.sampled_from(WORDS), st.data())
def test_words_never_open_what_the_form_closes_or_leaves_blank(blank, words, data):
    """But for a fact that they state outright, and then only as its rules have it."""
    form = data.draw(st.sampled_from(sorted(terms().forms)))
    alone, told = (
        screen({"facts": without(*blank), "complaint": text, "asks-for": [form]}, today=TODAY) for text in ("", words)
    )
    stated = set(told.account.facts_from_text) if told.account else set()
    before, after = alone.treatments[form], told.treatments[form]
    if before.verdict == "ask-first" and set(before.ask) & stated:
        return
    assert GRAVITY.index(after.verdict) >= GRAVITY.index(before.verdict)
    assert set(alone.person.rules) <= set(told.person.rules)


def test_each_fact_of_the_rules_counts_as_different_only_where_a_rule_tells():
    facts = {leaf.fact for rule in rules().rules for leaf in rule.condition.leaves()}
    assert "age" in facts
    assert account({"age": 25}, "I'm 16").disputed == {"age"}
    assert account({"age": 25}, "I'm 26").disputed == frozenset()


@pytest.mark.parametrize(
    ("form", "words", "open_again"), [(25, "im 16", True), (34, "I'm 36", False), (16, "im 15", False)]
)
def test_an_age_that_was_checked_is_open_again_only_where_an_adult_tells_of_a_child(form, words, open_again):
    told = account({"age": form, "age-verified": True}, words)
    assert ("age-verified" in told.opened) is open_again
