"""The rules file, held against its closed lists; and each way a rule can be wrong, told by rule and field."""

import copy

import pytest

from skinproof.care import rules, terms
from skinproof.care.rules import STRENGTH, URGENCY_FILE, Until, in_force, make_rules, own_rules
from skinproof.vocabulary import KnowledgeError, read_yaml, vocabulary

RULE = {
    "id": "tret-pregnant",
    "treatments": ["tretinoin"],
    "when": {"all": [{"fact": "pregnant", "is": True}]},
    "action": "contraindicated",
    "reason": "It may harm an unborn baby.",
    "source": [{"url": "https://example.org", "organisation": "Example", "tier": "nhs"}],
    "read": "read",
    "support": "direct",
}


def built(**changes):
    rule = {**copy.deepcopy(RULE), **changes}
    return make_rules(
        [{k: v for k, v in rule.items() if v is not ...}], read_yaml(URGENCY_FILE) | {"rules": {}}, terms()
    )


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"action": "forbid"}, "rules.yaml: rule tret-pregnant, field action: .*'forbid'"),
        ({"treatments": ["tretinoine"]}, "field treatments: 'tretinoine' is not known; did you mean tretinoin"),
        ({"treatments": ["all", "tretinoin"]}, "all stands alone"),
        ({"when": {"all": [{"fact": "pregnent", "is": True}]}}, "field when: no such fact: .*did you mean pregnant"),
        ({"when": {"all": [{"fact": "pregnant", "below": 3}]}}, "pregnant is a bool; below does not fit"),
        ({"when": {"all": [{"fact": "sex", "is": "man"}]}}, "sex: needs one of female, male"),
        ({"when": {"all": [{"fact": "conditions", "includes": "astma"}]}}, "did you mean asthma"),
        ({"when": {"all": [{"fact": "conditions", "includes": ["asthma", "lupis"]}]}}, "did you mean lupus"),
        ({"when": {"all": [{"fact": "age", "below": 900}]}}, "age: 900 is out of range"),
        ({"action": "delay"}, "delay needs until"),
        ({"action": "dose-limit"}, "dose-limit needs limit"),
        ({"action": "advise"}, "advise needs advise"),
        ({"action": "urgent-referral"}, "urgent-referral needs urgency"),
        ({"urgency": "soonish"}, "field urgency: 'soonish' is not known"),
        ({"source": []}, "read, source and support disagree"),
        ({"support": "none"}, "read, source and support disagree"),
        ({"source": [{"url": "u", "organisation": "o", "tier": "blog"}]}, "field source: 'blog' is not known"),
        ({"reason": ...}, "field reason: Field required"),
        ({"colour": "red"}, "field colour"),
    ],
)
def test_a_faulty_rule_is_named_with_field_and_fault(changes, message):
    with pytest.raises(KnowledgeError, match=message):
        built(**changes)


PAGE = {"url": "https://example.org", "organisation": "Example"}
SPEED = {"id": "soon", "name": "Soon", "holds": False, "heading": "Soon", "do-now": ["Call."], "sources": [PAGE]}
ADVICE = {"do-now": ["Call."], "sources": [PAGE]}


def test_one_thing_to_do_and_one_page_are_enough_for_a_red_flag():
    flags = {"urgencies": [SPEED], "rules": {"tret-pregnant": ADVICE}}
    book = make_rules([RULE], flags, terms())
    assert book.urgencies["soon"].do_now == book.advice["tret-pregnant"].do_now == ("Call.",)
    assert not book.urgencies["soon"].holds
    for what in ("do-now", "sources"):
        for faulty in (
            {"urgencies": [{**SPEED, what: []}]},
            {"urgencies": [], "rules": {"tret-pregnant": {**ADVICE, what: []}}},
        ):
            with pytest.raises(KnowledgeError, match=what):
                make_rules([RULE], faulty, terms())


@pytest.mark.parametrize(
    ("until", "words"),
    [
        ({"weeks": 4}, "4 weeks"), ({"months": 1.5}, "1.5 months"), ({"condition": "no tan left"}, "no tan left"),
        ({"weeks": 4, "months": 2}, "4 weeks and 2 months"),
        ({"weeks": 4, "months": 2, "condition": "no tan left"}, "4 weeks and 2 months: no tan left"),
        ({}, ""),
    ],
)  # fmt: skip
def test_an_end_in_words(until, words):
    assert Until(**until).words == words


def test_a_book_in_force_is_the_one_for_the_block_alone():
    other = rules().model_copy(update={"version": "other"})
    with in_force(lambda: other):
        assert rules() is other
    assert rules() is own_rules()
    assert len(own_rules().version) == 16


def test_a_red_flag_of_the_person_is_one_on_everything():
    book = rules()
    assert {rule.id for rule in book.person_rules} == {
        rule.id for rule in book.rules if rule.action == "urgent-referral" and rule.treatments == ("all",)
    }


def test_a_reason_says_something():
    assert built(reason="Ten signs.").rule("tret-pregnant").reason == "Ten signs."
    with pytest.raises(KnowledgeError, match="field reason"):
        built(reason="Nine sign")


def test_ids_are_used_once_and_rows_are_rules():
    with pytest.raises(KnowledgeError, match="id used twice"):
        make_rules([RULE, RULE], {"urgencies": []}, terms())
    for rows in ({}, {"id": "x"}, "tret-pregnant", None):
        with pytest.raises(KnowledgeError, match="needs a list of rules"):
            make_rules(rows, {"urgencies": []}, terms())
    with pytest.raises(KnowledgeError, match="rule number 2, field"):
        make_rules([RULE, {"treatments": ["tretinoin"]}], {"urgencies": []}, terms())
    with pytest.raises(KnowledgeError, match="rule number 1"):
        make_rules(["x"], {"urgencies": []}, terms())
    with pytest.raises(KnowledgeError, match=r"red-flag-advice\.yaml: rules, rf-gone"):
        make_rules(
            [RULE], {"urgencies": [], "rules": {"rf-gone": {"do-now": ["x"], "sources": [{"url": "u"}]}}}, terms()
        )


def test_the_rules_load_and_speak_only_of_forms_that_the_vocabulary_has():
    book = rules()
    assert len(book.rules) >= 300
    assert {form for rule in book.rules for form in rule.treatments} - {"all"} <= set(vocabulary().forms)
    assert set(terms().forms) <= set(vocabulary().forms)
    assert list(STRENGTH.values()) == list(range(8)), "each stronger than the one before"
    assert set(STRENGTH) - {"ok"} == set(terms().actions)
    assert sorted(terms().actions, key=lambda action: -STRENGTH[action]) == list(terms().actions)


def test_every_red_flag_says_what_to_do_now_and_where_that_was_read():
    for rule in rules().rules:
        if rule.action == "urgent-referral":
            urgency = rules().urgencies[rule.urgency]
            assert urgency.do_now
            assert all(source["url"].startswith("http") for source in urgency.sources)
    assert {u.id for u in rules().urgencies.values() if u.holds} == {"emergency", "same-day", "urgent-same-day"}


def test_an_unknown_rule_is_refused_with_near_ones():
    assert rules().rule("preg-retinol").action == "avoid"
    with pytest.raises(KeyError, match="did you mean preg-retinol"):
        rules().rule("preg-retinoll")
