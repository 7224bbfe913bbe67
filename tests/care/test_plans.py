"""Plan checks: hard stops, what nobody answered, talks to be had; overrides with a reason; red flags that stay."""

import pytest

from skinproof.care import FactError, Override, check_plan, expected_course, screen, terms
from skinproof.care.plans import NO_RULES

SAFE = {"age": 35, "sex": "female", "fitzpatrick": 2}
REASON = "Seen in person today; the risk was weighed with her and she agrees."


def problems(items, overrides=(), dealt_with=(), unknown=(), **facts):
    said = SAFE | {name.replace("_", "-"): value for name, value in facts.items()}
    screening = screen({"facts": said, "unknown": list(unknown)}, assume_for_tests=True)
    return check_plan(items, screening, overrides, dealt_with=dealt_with)


def kinds(found):
    return [(problem.kind, problem.form, problem.rule) for problem in found]


def test_a_plan_that_no_rule_speaks_against_has_no_problem():
    assert problems(["niacinamide", "hydroquinone", "no-treatment"]) == ()


@pytest.mark.parametrize(
    ("form", "facts", "rule"),
    [
        ("tretinoin", {"pregnant": True}, "preg-topical-retinoid"),  # contraindicated
        ("retinol", {"pregnant": True}, "preg-retinol"),  # avoid
        ("ipl", {"weeks_since_tan": 2}, "light-recent-tan"),  # delay
        ("exosome-injected", {}, "exo-injected"),
    ],
)
def test_a_refusal_is_a_hard_stop_until_somebody_takes_it_on_with_a_reason(form, facts, rule):
    assert kinds(problems([form], **facts)) == [("hard-stop", form, rule)]
    assert problems([form], [Override(form, rule, REASON)], **facts) == ()


def test_each_rule_needs_its_own_override():
    facts = {"pregnant": True, "sunburn_now": True}
    found = problems(["tretinoin"], [Override("tretinoin", "preg-topical-retinoid", REASON)], **facts)
    assert kinds(found) == [("hard-stop", "tretinoin", "ret-sunburn")]


def test_a_caution_names_the_talk_that_must_be_had():
    found = problems(["retinol"], breastfeeding=True)
    assert kinds(found) == [("caution", "retinol", "lact-retinoid")]
    assert found[0].reason


def test_what_nobody_answered_must_be_asked():
    found = problems(["retinol"], unknown=["pregnant", "age-verified"])
    asked = [problem for problem in found if problem.kind == "ask"]
    assert "preg-retinol" in {problem.rule for problem in asked}
    assert all(problem.facts for problem in asked)
    # an unanswered red flag is asked once, for the person, and no override serves
    flag = problems(["retinol", "niacinamide"], unknown=["suicidal-thoughts-now"])
    assert kinds(flag) == [("ask", None, "rf-suicidal-thoughts")]
    lifted = problems(
        ["retinol"], [Override("retinol", "rf-suicidal-thoughts", REASON)], unknown=["suicidal-thoughts-now"]
    )
    assert {problem.kind for problem in lifted} == {"ask", "override"}


def test_a_red_flag_that_holds_is_dealt_with_and_not_composed_away():
    found = problems(["niacinamide"], breathing_trouble_or_face_swelling=True)
    assert kinds(found) == [("person", None, "rf-allergic-emergency")]
    rule = "rf-allergic-emergency"
    lifted = problems(["niacinamide"], [Override("niacinamide", rule, REASON)], breathing_trouble_or_face_swelling=True)
    assert {problem.kind for problem in lifted} == {"person", "override"}
    assert problems(["niacinamide"], dealt_with=[rule], breathing_trouble_or_face_swelling=True) == ()
    assert kinds(problems([], breathing_trouble_or_face_swelling=True)) == [("person", None, rule)]


def test_a_red_flag_that_can_wait_lets_other_rules_decide():
    assert problems(["niacinamide"], lesion_changing_size=True) == ()
    assert kinds(problems(["microneedling"], lesion_changing_size=True)) == [
        ("hard-stop", "microneedling", "rf-undiagnosed-mark-hold")
    ]


@pytest.mark.parametrize(
    ("override", "fault"),
    [
        (Override("retinol", "lact-retinoid", "too short"), "at least 20 characters"),
        (Override("retinol", "lact-retinoid", " " * 30), "at least 20 characters"),
        (Override("retinol", "lact-retinoidd", REASON), "names no rule"),
        (Override("tretinoin", "lact-retinoid", REASON), "the plan does not have"),
        (Override("retinol", "rf-allergic-emergency", REASON), "cannot lift a red flag"),
    ],
)
def test_an_override_that_does_not_hold_is_itself_a_problem(override, fault):
    found = problems(["retinol"], [override], breastfeeding=True)
    assert any(problem.kind == "override" and fault in problem.reason for problem in found)
    assert ("caution", "retinol", "lact-retinoid") in kinds(found)


def test_a_form_without_rules_needs_somebody_to_take_it_on():
    assert "sunscreen" not in terms().forms
    assert kinds(problems(["sunscreen"])) == [("caution", "sunscreen", NO_RULES)]
    assert problems(["sunscreen"], [Override("sunscreen", NO_RULES, REASON)]) == ()


def test_only_forms_that_were_screened_can_be_planned():
    screening = screen({"facts": SAFE, "asks-for": ["retinol"]})
    with pytest.raises(FactError, match="was not screened"):
        check_plan(["ipl"], screening)
    with pytest.raises(FactError, match="is not a form"):
        check_plan(["botoxx"], screening)


def test_the_course_is_told_with_its_pages_or_not_at_all():
    course = expected_course("tretinoin", "skin-ageing")
    assert course.words == "A change may be seen after 8 to 16 weeks."
    assert all(told.url.startswith("http") for told in course.change_may_be_seen)
    only_studies = expected_course("hydroquinone", "melasma")
    assert "not known. Studies looked after" in only_studies.words
    assert only_studies.study_ids
    unknown = expected_course("sunscreen", "melasma")
    assert not unknown.known
    assert unknown.words == "When a change is seen is not known."
    with pytest.raises(FactError, match="concern"):
        expected_course("tretinoin", "melazma")
