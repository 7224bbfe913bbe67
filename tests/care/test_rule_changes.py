"""A rule book with changes: checked like the data file, resting rules silent, weakening told."""

from __future__ import annotations

import copy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skinproof.care import in_force, rules
from skinproof.care.rule_changes import changed_book, fingerprint, own_rows, rule_of, weakens
from skinproof.care.rules import own_rules
from skinproof.care.screening import judge, person_flag, screen
from skinproof.vocabulary import KnowledgeError

RULE = "gen-age-not-verified"


def row(rule=RULE, **changes):
    return {**copy.deepcopy(dict(own_rows()[rule])), **changes}


def first(action, **wanted):
    return next(r for r in own_rules().rules if r.action == action and all(getattr(r, k) for k in wanted))


def losses(rule, **changes):
    return weakens(own_rules().rule(rule), rule_of(row(rule, **changes), rule), own_rules())


# --- the book
def test_the_file_is_the_book_in_force_until_another_is():
    assert rules() is own_rules()
    other = changed_book({RULE: row(reason="Another sentence about the age check.")}, [], mark="1")
    with in_force(lambda: other):
        assert rules() is other
        with in_force(own_rules):
            assert rules() is own_rules()
        assert rules() is other
    assert rules() is own_rules()


def test_a_book_in_force_is_left_even_where_something_fails():
    with pytest.raises(RuntimeError), in_force(lambda: changed_book({}, [], mark="x")):
        raise RuntimeError
    assert rules() is own_rules()


def test_only_the_changed_rule_is_another_and_the_version_tells():
    book = changed_book({RULE: row(action="caution")}, [], mark="1")
    assert book.rule(RULE).action == "caution"
    others = [rule for rule in book.rules if rule.id != RULE]
    assert others == [rule for rule in own_rules().rules if rule.id != RULE]
    versions = {own_rules().version, book.version, changed_book({}, [], mark="2").version}
    assert len(versions) == 3
    assert all(len(version) <= 40 for version in versions)


def test_a_resting_rule_stays_in_the_book_and_fires_for_nobody():
    always = next(r for r in own_rules().rules if not list(r.condition.leaves()) and "all" not in r.treatments)
    form = always.treatments[0]
    assert always.id in judge(form, {}, own_rules()).rules
    book = changed_book({}, [always.id], mark="1")
    assert book.rule(always.id).reason == always.reason
    assert always.id not in judge(form, {}, book).rules
    asked = judge(form, {}, book).ask
    resting = changed_book({}, [rule.id for rule in own_rules().rules], mark="2")
    assert judge(form, {}, resting).ask == ()
    assert asked != ()


def test_a_resting_red_flag_is_raised_for_nobody():
    single = ((rule, *rule.condition.leaves()) for rule in own_rules().person_rules)
    flag, leaf = next(each for each in single if len(each) == 2 and each[1].comparator == "is")
    known = {leaf.fact: leaf.wanted}
    assert flag.id in person_flag([known], own_rules()).rules
    assert flag.id not in person_flag([known], changed_book({}, [flag.id], mark="1")).rules


def test_screening_goes_by_the_book_in_force():
    patient = {"facts": {"pregnant": True}, "asks-for": ["tretinoin"]}
    before = screen(patient).treatments["tretinoin"]
    book = changed_book({}, before.rules, mark="1")
    with in_force(lambda: book):
        after = screen(patient).treatments["tretinoin"]
    assert not set(before.rules) & set(after.rules)
    assert screen(patient).treatments["tretinoin"] == before


def test_a_row_of_a_rule_that_is_gone_from_the_file_is_left_aside():
    book = changed_book({"no-such-rule": row()}, ["no-such-rule"], mark="1")
    assert [rule.id for rule in book.rules] == [rule.id for rule in own_rules().rules]


# --- what is no rule
@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("text", "needs the fields of one rule"),
        (None, "needs the fields of one rule"),
        ([1], "needs the fields of one rule"),
        ({"id": "another"}, "a rule keeps its id"),
        (row(action="forbid"), "action"),
        (row(treatments=["tretinoine"]), "did you mean tretinoin"),
        (row(when={"fact": "age-verifed", "is": True}), "age-verif"),
        (row(when={"all": []}), "at least one"),
        (row(source=[]), "read, source and support disagree"),
        (row(until=None), "delay needs until"),
        (row(reason="short"), "reason"),
        (row(colour="red"), "colour"),
    ],
)
def test_what_is_no_rule_is_refused_by_the_code_that_checks_the_file(content, words):
    with pytest.raises(KnowledgeError) as told:
        rule_of(content, RULE)
    assert words in str(told.value)


# --- weaker
def test_what_says_it_better_or_does_more_takes_nothing_away():
    assert losses(RULE) == ()
    assert losses(RULE, reason="The age has to be checked before any of these is prescribed.", note="read again") == ()
    assert losses(RULE, action="contraindicated") == ()
    assert losses(RULE, treatments=[*row()["treatments"], "retinol"]) == ()
    assert losses(RULE, when={"any": [row()["when"], {"fact": "smoker", "is": True}]}) == ()
    assert losses(RULE, when={"always": True}) == ()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"action": "caution"}, "it does less"),
        ({"treatments": row()["treatments"][1:]}, "no longer speaks of tretinoin"),
        ({"when": {"all": [*row()["when"]["all"], {"fact": "smoker", "is": True}]}}, "other cases"),
        ({"until": {"weeks": 1}}, "the wait ends otherwise"),
        ({"jurisdiction": "France"}, "another country"),
    ],
)
def test_what_a_change_takes_away_is_told(changes, words):
    assert any(words in loss for loss in losses(RULE, **changes))


def test_a_shorter_wait_a_wider_limit_and_a_slower_flag_are_weaker():
    wait = next(r for r in own_rules().rules if r.action == "delay" and r.until and r.until.weeks)
    until = dict(row(wait.id)["until"])
    assert losses(wait.id, until={**until, "weeks": until["weeks"] + 1}) == ()
    assert losses(wait.id, until={**until, "weeks": until["weeks"] - 1})
    limit = first("dose-limit")
    assert losses(limit.id, limit={"something": 99})
    flag = next(r for r in own_rules().person_rules if r.urgency == next(iter(own_rules().urgencies)))
    assert any("less urgent" in loss for loss in losses(flag.id, urgency=list(own_rules().urgencies)[-1]))
    assert any("elsewhere" in loss for loss in losses(flag.id, to="somebody-else"))


@settings(max_examples=80, deadline=None)
@given(st.sampled_from(sorted(own_rows())))
def test_no_rule_is_weaker_than_itself_and_its_fingerprint_is_its_own(rule):
    assert losses(rule) == ()
    same = [other for other, each in own_rows().items() if fingerprint(each) == fingerprint(own_rows()[rule])]
    assert same == [rule]
