"""Verdicts: each action, the order of actions, what must be asked, red flags, and the JSON that others read."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skinproof.care import FactError, rules, screen, terms
from skinproof.care.rules import STRENGTH, make_rules
from skinproof.care.screening import NOT_SCREENED, SCREENED_IN_PART, judge, listed, open_atoms
from skinproof.vocabulary import vocabulary

SAFE = {"age": 35, "sex": "female", "fitzpatrick": 2}  # the rest takes the vocabulary's test values


def verdict(form, **facts):
    patient = {"facts": SAFE | {name.replace("_", "-"): value for name, value in facts.items()}, "asks-for": [form]}
    return screen(patient, assume_for_tests=True).treatments[form]


@pytest.mark.parametrize(
    ("form", "facts", "word", "rule"),
    [
        ("niacinamide", {}, "ok", None),
        ("niacinamide", {"pregnant": True}, "ok", "preg-bpo-ok"),  # advice leaves it open
        ("hydroquinone", {}, "ok", "hq-dose-limit"),  # so does a limit
        ("retinol", {"breastfeeding": True}, "caution", "lact-retinoid"),
        ("ipl", {"weeks_since_tan": 2}, "delay", "light-recent-tan"),
        ("retinol", {"pregnant": True}, "avoid", "preg-retinol"),
        ("tretinoin", {"pregnant": True}, "contraindicated", "preg-topical-retinoid"),
        ("exosome-injected", {}, "contraindicated", "exo-injected"),
        ("finasteride-oral", {"sex": "male", "low_mood_on_finasteride_dutasteride": True}, "urgent-referral", None),
        # the strongest of several
        ("tretinoin", {"pregnant": True, "sunburn_now": True, "breastfeeding": True}, "contraindicated", "ret-sunburn"),
        ("ablative-fractional-laser", {"fitzpatrick": 5}, "avoid", "skin-ablative-v-vi"),
        ("ipl", {"fitzpatrick": 5}, "contraindicated", "skin-ipl-v-vi"),
    ],
)
def test_the_strongest_action_that_fires_is_the_verdict(form, facts, word, rule):
    found = verdict(form, **facts)
    assert found.verdict == word
    assert rule is None or rule in found.rules
    strengths = [rules().rule(rule_id).strength for rule_id in found.rules]
    assert strengths == sorted(strengths, reverse=True)


def test_a_limit_is_shown_and_a_delay_says_when_it_ends():
    assert verdict("hydroquinone").limit["max-strength-percent"] == 4
    delayed = verdict("ipl", weeks_since_tan=2)
    assert delayed.until.weeks == 4
    assert "no tan left" in delayed.until.words
    # two ends: both must have come
    both = verdict("ipl", weeks_since_tan=2, sunburn_now=True, laser_weeks_since=1)
    assert both.until.weeks == 4
    assert "sunburn healed" in both.until.condition
    # an end helps nobody where another reason of the same strength has none
    assert verdict("microneedling", undiagnosed_mark_in_area=True).until is not None
    assert verdict("microneedling", undiagnosed_mark_in_area=True, keloid_history=True).until is None


def a_rule(name, when=None, **row):
    return {
        "id": name, "treatments": ["retinol"], "when": when or {"always": True}, "reason": "The skin has to heal.",
        "source": [], "read": "unsourced", "support": "none", **row,
    }  # fmt: skip


def test_of_two_limits_the_stricter_holds():
    def limit(rule_id, **limits):
        rule = {
            "id": rule_id,
            "treatments": ["retinol"],
            "when": {"always": True},
            "action": "dose-limit",
            "limit": limits,
        }
        return rule | {"reason": "Too much makes skin sore.", "source": [], "read": "unsourced", "support": "none"}

    rows = [
        limit("first", **{"max-percent": 1, "min-break-weeks": 4, "usual": "in the morning", "once": True}),
        limit("second", **{"max-percent": 0.5, "min-break-weeks": 8, "usual": "at night", "once": False}),
    ]
    found = judge("retinol", {}, make_rules(rows, {"urgencies": []}, terms()))
    assert found.limit == {"max-percent": 0.5, "min-break-weeks": 8, "usual": "in the morning", "once": True}
    assert found.verdict == "ok"


@pytest.mark.parametrize(
    ("first", "second", "until"),
    [
        ({"weeks": 4}, {"condition": "no tan left"}, {"weeks": 4, "condition": "no tan left"}),
        ({"weeks": 4}, {"weeks": 6}, {"weeks": 6}),
        ({"months": 3}, {"months": 1}, {"months": 3}),
        ({"months": 1, "condition": "healed"}, {"condition": "healed"}, {"months": 1, "condition": "healed"}),
    ],
)
def test_a_delay_ends_when_all_that_delays_has_ended(first, second, until):
    rows = [a_rule(name, action="delay", until=ends) for name, ends in (("first", first), ("second", second))]
    found = judge("retinol", {}, make_rules(rows, {"urgencies": []}, terms()))
    assert found.to_json()["until"] == until


def book(*rows):
    return make_rules(list(rows), {"urgencies": []}, terms())


@pytest.mark.parametrize(
    ("fired", "asked"),
    [
        (None, {"smoker", "diabetes", "anaemia"}),
        ("caution", {"smoker", "diabetes", "anaemia"}),  # each further one adds a talk
        ("delay", {"anaemia"}),  # above caution only what is stronger
        ("avoid", set()),
        ("contraindicated", set()),
    ],
)
def test_what_can_still_change_a_verdict_is_open_and_nothing_else(fired, asked):
    ends = {"until": {"weeks": 1}}
    rows = [
        a_rule("told", {"fact": "obese", "is": True}, action="advise", advise="Know this."),
        a_rule("care", {"fact": "smoker", "is": True}, action="caution"),
        a_rule("wait", {"fact": "diabetes", "is": True}, action="delay", **ends),
        a_rule("never", {"fact": "anaemia", "is": True}, action="avoid"),
    ]
    rows += [a_rule("now", action=fired, **(ends if fired == "delay" else {}))] if fired else []
    assert open_atoms({}, ["retinol"], book(*rows)) == asked
    assert open_atoms({"anaemia": False}, ["retinol"], book(*rows)) == asked - {"anaemia"}
    assert open_atoms({"smoker": True, "anaemia": True}, ["retinol"], book(*rows)) == set(), "the strongest counts"


@pytest.mark.parametrize("many", [1, 2, 4, 5])
def test_a_reason_names_four_of_what_must_be_known_and_says_that_there_is_more(many):
    facts = ["anaemia", "diabetes", "heart-disease", "obese", "smoker"][:many]
    found = judge("retinol", {}, book(*(a_rule(fact, {"fact": fact, "is": True}, action="caution") for fact in facts)))
    assert found.ask == tuple(facts)
    assert sum(terms().facts[fact].label in found.reason for fact in facts) == min(many, 4)
    assert (" and more before" in found.reason) == (many > 4)


def test_a_row_of_words():
    assert [listed("abc"[:many]) for many in range(4)] == ["", "a", "a and b", "a, b and c"]


def test_what_is_asked_of_everybody_is_not_what_a_forms_own_rules_turn_on():
    found = screen({"facts": SAFE, "asks-for": ["retinol"]}).treatments["retinol"]
    assert {"suicidal-thoughts-now", "pregnant"} <= set(found.ask)
    assert "pregnant" in found.own
    assert "suicidal-thoughts-now" not in found.own


def test_of_a_number_and_words_for_one_limit_the_stronger_rules_stands():
    limits = ({"for": 4}, {"for": "as agreed"})
    for first, second in (limits, limits[::-1]):
        rows = [a_rule(name, action="dose-limit", limit=each) for name, each in (("first", first), ("second", second))]
        assert judge("retinol", {}, book(*rows)).limit == first


def test_what_keeps_everything_closed_is_told():
    found = screen({"facts": SAFE, "unknown": ["suicidal-thoughts-now"]}, assume_for_tests=True)
    assert found.ask_everybody == ("suicidal-thoughts-now",)
    assert screen({"facts": SAFE}, assume_for_tests=True).ask_everybody == ()


def test_what_was_read_is_told_only_where_there_was_something_to_read():
    asked = {"facts": SAFE, "asks-for": ["retinol"]}
    assert not {"found", "contradictions", "to_confirm"} & set(screen(asked).to_json())
    assert {"found", "contradictions", "to_confirm"} <= set(screen({**asked, "complaint": "Lines."}).to_json())


def test_the_day_is_the_one_that_is_given_and_that_of_the_person_comes_first():
    asked = {"facts": SAFE, "asks-for": ["retinol"], "complaint": "Came off Roaccutane in August."}

    def months(found):
        return int(found.account.facts_from_text["isotretinoin-months-since"])

    assert months(screen(asked, today=date(2021, 2, 15))) == 5
    assert months(screen({**asked, "today": "2020-11-15"}, today=date(2021, 2, 15))) == 2


def test_one_question_that_cannot_be_left_to_a_clinician_keeps_a_verdict_from_being_shown():
    known = {"facts": dict(SAFE), "asks-for": ["tretinoin"]}
    both = screen({**known, "unknown": ["age-verified", "breastfeeding"]}, assume_for_tests=True).treatments[
        "tretinoin"
    ]
    assert (both.verdict, both.provisional, both.needs) == ("ask-first", "ask-first", ("age-verified",))


def test_a_treatment_that_is_given_in_no_form_is_told():
    with pytest.raises(FactError, match="studied, but not given in any form"):
        screen({"facts": SAFE, "asks-for": ["lr2412"]})


def test_what_is_refused_for_good_keeps_no_question_open():
    book = rules()
    red_flags = open_atoms({}, [], book)
    assert red_flags == {
        atom for rule in book.person_rules for leaf in rule.condition.leaves() for atom in leaf.atoms()
    }
    flagged = open_atoms({"lesion-changing-size": True}, ["azelaic-acid"], book)
    assert ("conditions", "asthma") in flagged, "a red flag of the person refuses no form for good"
    assert open_atoms({}, ["oral-isotretinoin"], book) == red_flags  # always avoid
    assert ("conditions", "asthma") in open_atoms({}, ["azelaic-acid"], book) - red_flags


def test_an_unanswered_fact_is_asked_for_and_never_taken_as_no():
    found = screen({"facts": SAFE, "asks-for": ["retinol"]}).treatments["retinol"]
    assert found.verdict == "ask-first"
    assert {"pregnant", "breastfeeding", "current-retinoids"} <= set(found.ask)
    assert "sex" not in found.ask  # no rule on retinol turns on it
    assert "We need to know" in found.reason
    blank = screen({"facts": {**SAFE, "pregnant": None}, "asks-for": ["retinol"]}).treatments["retinol"]
    assert "pregnant" in blank.ask


def test_only_what_could_still_change_a_refusal_is_asked():
    facts = {**SAFE, "pregnant": True}
    found = screen({"facts": facts, "asks-for": ["tretinoin"]}).treatments["tretinoin"]
    assert found.verdict == "contraindicated"
    assert "breastfeeding" not in found.ask  # caution would change nothing
    assert "conditions" not in found.ask  # nor would a second contraindication
    red_flags = {leaf.fact for rule in rules().person_rules for leaf in rule.condition.leaves()}
    assert set(found.ask) <= red_flags


def test_what_a_clinician_fills_in_is_named_apart_and_leaves_a_provisional_verdict():
    patient = {"facts": dict(SAFE), "asks-for": ["tretinoin"], "unknown": ["age-verified", "identity-verified"]}
    found = screen(patient, assume_for_tests=True).treatments["tretinoin"]
    assert found.verdict == "ask-first"
    assert set(found.needs) == set(found.ask) == {"age-verified", "identity-verified"}
    assert found.provisional == "ok"
    # a product nobody vouches for is not shown as open, whoever has to answer
    patient = {"facts": dict(SAFE), "asks-for": ["exosome-microneedling"]}
    patient["unknown"] = ["exosome-product-cleared-for-broken-skin"]
    found = screen(patient, assume_for_tests=True).treatments["exosome-microneedling"]
    assert found.provisional == "ask-first"


def test_a_red_flag_belongs_to_the_person_and_holds_every_treatment_when_it_is_urgent():
    found = screen({"facts": {**SAFE, "breathing-trouble-or-face-swelling": True}}, assume_for_tests=True)
    assert found.person.flag == "urgent-referral"
    assert found.person.urgency == "emergency"
    assert {v.verdict for v in found.treatments.values()} == {"urgent-referral"}
    assert found.still_open == ()


def test_a_red_flag_that_can_wait_lets_the_other_rules_decide():
    found = screen({"facts": {**SAFE, "lesion-changing-size": True}}, assume_for_tests=True)
    assert found.person.urgency == "suspected-cancer-2-weeks"
    assert found.treatments["niacinamide"].verdict == "ok"
    assert found.treatments["microneedling"].verdict == "contraindicated"
    assert "niacinamide" in found.still_open


def test_with_several_red_flags_the_most_urgent_speaks():
    facts = {**SAFE, "lesion-changing-size": True, "skin-hot-red-spreading": True}
    found = screen({"facts": facts}, assume_for_tests=True).person
    assert found.urgency == "same-day"
    assert found.rules == ("rf-spreading-infection", "rf-mole-changing")


def test_an_unanswered_red_flag_keeps_every_treatment_closed():
    patient = {"facts": SAFE, "unknown": ["suicidal-thoughts-now"]}
    for found in screen(patient, assume_for_tests=True).treatments.values():
        assert found.verdict not in ("ok", "caution")
        assert found.verdict != "ask-first" or "suicidal-thoughts-now" in found.ask


def test_a_form_without_rules_is_never_ok(monkeypatch):
    monkeypatch.setattr(terms(), "__dict__", {**vars(terms()), "forms": ("tretinoin",)})
    found = screen({"facts": SAFE, "asks-for": ["niacinamide"]}, assume_for_tests=True)
    assert found.treatments["niacinamide"].verdict == "not-screened"
    assert found.treatments["niacinamide"].reason == NOT_SCREENED
    ill = {"facts": {**SAFE, "breathing-trouble-or-face-swelling": True}, "asks-for": ["niacinamide"]}
    assert screen(ill, assume_for_tests=True).treatments["niacinamide"].verdict == "urgent-referral"


@pytest.mark.parametrize(
    ("said", "verdict", "rule", "told"),
    [
        ({}, "not-screened", None, "only part"),
        ({"fitzpatrick": 4}, "not-screened", "co2-full-skin-iv", "darkens"),
        ({"fitzpatrick": 5}, "avoid", "co2-full-skin-v-vi", "pale or scarred"),
        ({"isotretinoin-months-since": 11}, "avoid", "co2-full-isotretinoin", "isotretinoin"),
        ({"isotretinoin-months-since": 13}, "not-screened", None, "only part"),
        ({"herpes-simplex-history": True}, "not-screened", "co2-full-cold-sore-history", "cold sores"),
        ({"cold-sore-active": True}, "delay", "co2-full-cold-sore-now", "cold sore"),
        ({"active-infection": True}, "delay", "co2-full-infection", "Infected"),
        ({"keloid-history": True}, "avoid", "co2-full-keloid", "raised scars"),
        ({"pregnant": True}, "avoid", "co2-full-pregnancy", "pregnancy"),
        ({"breastfeeding": True}, "avoid", "co2-full-pregnancy", "breastfeeding"),
        ({"conditions": ["lupus"]}, "avoid", "co2-full-healing", "heal"),
        ({"weeks-since-tan": 7}, "delay", "co2-full-tan", "shaded"),
        ({"age": 17}, "avoid", "gen-under-18-procedures", "adults"),
        ({"undiagnosed-mark-in-area": True}, "contraindicated", "rf-undiagnosed-mark-hold", "name"),
    ],
)
def test_a_form_with_rules_for_part_of_it_is_refused_by_them_and_never_ok(said, verdict, rule, told):
    laser = "ablative-co2-laser"
    found = screen({"facts": {**SAFE, **said}, "asks-for": [laser]}, assume_for_tests=True).treatments[laser]
    assert found.verdict == verdict
    assert rule is None or rule in found.rules
    assert told in found.reason
    assert ("doctor must check" in found.reason) == (verdict == "not-screened")
    assert bool(said) or found.reason == SCREENED_IN_PART, "what is merely advised gives no verdict"


@pytest.mark.parametrize(
    ("said", "verdict", "rule"),
    [
        ({}, "not-screened", None),
        ({"pregnant": True}, "contraindicated", "coc-pregnancy"),
        ({"sex": "male"}, "avoid", "coc-male"),
        ({"breastfeeding": True}, "avoid", "coc-breastfeeding"),
        ({"age": 35, "smoker": True}, "contraindicated", "coc-smoker-35"),
        ({"age": 34, "smoker": True}, "not-screened", None),
        ({"thrombo-embolism-history": True}, "contraindicated", "coc-clot-history"),
        ({"heart-disease": True}, "contraindicated", "coc-heart-disease"),
        ({"liver-impairment": "mild"}, "avoid", "coc-liver"),
        ({"conditions": ["hormone-sensitive-cancer-history"]}, "contraindicated", "coc-hormone-cancer"),
    ],
)
def test_the_combined_pill_is_refused_by_what_was_read_of_it_and_never_ok(said, verdict, rule):
    pill = "combined-oral-contraceptive"
    found = screen({"facts": {**SAFE, **said}, "asks-for": [pill]}, assume_for_tests=True).treatments[pill]
    assert found.verdict == verdict
    assert rule is None or rule in found.rules


def test_both_sets_of_ids_are_understood():
    forms = set(screen({"facts": SAFE, "asks-for": ["exosome"]}).treatments)
    assert forms == {form.id for form in vocabulary().forms_of("exosome")}
    assert list(screen({"facts": SAFE, "asks-for": ["peel-medium", "retinol"]}).treatments) == [
        "peel-medium",
        "retinol",
    ]
    assert set(screen({"facts": SAFE}).treatments) == set(vocabulary().forms)


@pytest.mark.parametrize(
    ("patient", "message"),
    [
        ([], "patient: needs a mapping"),
        ({"facts": []}, "facts: Input should be a valid dictionary"),
        ({"fact": {}}, "fact: no such field: .*did you mean facts"),
        ({"pregnant": True}, "facts stand under facts:"),
        ({"facts": {}, "asks-for": ["botoxx"]}, "asks-for: 'botoxx' is not known"),
        ({"facts": {}, "asks-for": 5}, "asks-for: Input should be a valid list"),
        ({"facts": {}, "concern": "melazma"}, "concern: 'melazma' is not known; did you mean melasma"),
        ({"facts": {}, "complaint": "x" * 4_001}, "complaint: .*at most 4000"),
    ],
)
def test_a_patient_that_cannot_be_read_is_refused_in_words(patient, message):
    with pytest.raises(FactError, match=message):
        screen(patient)


def test_the_json_has_the_agreed_shape():
    patient = {"facts": SAFE, "complaint": "My mole grew", "concern": "melasma", "asks-for": ["ipl", "hydroquinone"]}
    row = screen(patient, assume_for_tests=True).to_json()
    assert set(row["person"]) == {"flag", "urgency", "to", "rules"}
    for each in row["treatments"].values():
        assert set(each) == {"verdict", "rules", "ask", "reason", "limit", "until"}
    assert row["facts_from_text"] == {"lesion-changing-size": True}
    assert {"found", "contradictions", "to_confirm"} <= set(row)
    assert screen({"facts": SAFE}).to_json()["facts_from_text"] == {}


def test_what_is_delayed_is_refused_and_what_needs_care_is_still_open():
    found = screen({"facts": {**SAFE, "weeks-since-tan": 2}, "asks-for": ["ipl", "niacinamide"]}, assume_for_tests=True)
    assert found.treatments["ipl"].verdict == "delay"
    assert found.still_open == ("niacinamide",)


def test_the_reason_is_that_of_the_rules_that_decide():
    facts = {**SAFE, "pregnant": True, "can-become-pregnant": True}
    refused = screen({"facts": facts, "asks-for": ["tretinoin"]}, assume_for_tests=True).treatments["tretinoin"]
    deciding = [rule for rule in map(rules().rule, refused.rules) if rule.action == refused.verdict]
    assert refused.verdict == "contraindicated"
    assert refused.reason == " ".join(rule.reason for rule in deciding) != ""
    held = screen({"facts": {**SAFE, "skin-hot-red-spreading": True}, "asks-for": ["retinol"]}, assume_for_tests=True)
    assert (
        held.treatments["retinol"].reason == "Something you told us must be dealt with first, so every treatment waits."
    )
    asked = screen({"facts": {}, "asks-for": ["retinol"]}).treatments["retinol"]
    assert asked.reason.startswith("We need to know ")
    assert asked.reason.endswith(" and more before we can say.")
    one = screen({"facts": SAFE, "unknown": ["pregnant"], "asks-for": ["retinol"]}, assume_for_tests=True)
    assert one.treatments["retinol"].reason == "We need to know whether you are pregnant before we can say."


# -- properties ------------------------------------------------------------------------------------------------------


def said(spec):
    if spec.type == "bool":
        return st.booleans()
    if spec.type == "enum":
        return st.sampled_from(spec.values)
    if spec.type == "list":
        return st.lists(st.sampled_from(spec.values), max_size=3, unique=True)
    number = st.integers(int(spec.low), int(min(spec.high, 120)))
    return st.one_of(st.none(), number) if spec.none else number


# Facts that no other fact implies, so that taking one away takes nothing else away or back.
FREE = [spec for spec in terms().facts.values() if spec.ask]
PEOPLE = st.fixed_dictionaries({}, optional={spec.id: said(spec) for spec in FREE})
FORMS = st.sampled_from(sorted(terms().forms))


@given(facts=PEOPLE, form=FORMS, data=st.data())
def test_forgetting_an_answer_never_opens_what_was_refused(facts, form, data):
    before = screen({"facts": facts, "asks-for": [form]}).treatments[form].verdict
    for fact in data.draw(st.sets(st.sampled_from(sorted(facts)))) if facts else ():
        facts = {name: value for name, value in facts.items() if name != fact}
    after = screen({"facts": facts, "asks-for": [form]}).treatments[form].verdict
    if STRENGTH.get(before, 0) >= STRENGTH["delay"]:
        assert after not in ("ok", "caution")


@given(facts=PEOPLE, form=FORMS)
def test_an_answered_fact_is_never_asked_again(facts, form):
    found = screen({"facts": facts, "asks-for": [form]}).treatments[form]
    assert not set(facts) & set(found.ask)


@given(facts=PEOPLE, form=FORMS)
def test_the_verdict_is_never_weaker_than_any_rule_that_fired(facts, form):
    found = screen({"facts": facts, "asks-for": [form]}).treatments[form]
    strongest = max((rules().rule(rule).strength for rule in found.rules), default=0)
    if strongest > STRENGTH["caution"]:
        assert STRENGTH[found.verdict] >= strongest
    elif strongest == STRENGTH["caution"]:
        assert found.verdict != "ok"
    if found.verdict in ("ok", "caution"):
        assert not found.ask


@given(facts=PEOPLE, form=FORMS, data=st.data())
def test_each_fact_asked_for_can_change_the_answer(facts, form, data):
    found = screen({"facts": facts, "asks-for": [form]}).treatments[form]
    if not found.ask:
        return
    fact = data.draw(st.sampled_from(found.ask))
    level = STRENGTH.get(found.verdict, 0)
    touching = [
        rule
        for rule in rules().for_form(form)
        if any(leaf.fact == fact for leaf in rule.condition.leaves()) and rule.strength >= STRENGTH["caution"]
    ]
    assert any(rule.strength > level or level <= STRENGTH["caution"] for rule in touching)
