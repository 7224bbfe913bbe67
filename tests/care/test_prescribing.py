"""Prescribing: what stands against it, and what does not."""

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skinproof import care
from skinproof.care.prescribing import (
    Consult,
    History,
    PastCourse,
    PrescribedItem,
    check_prescription,
    formulary,
    standing,
)
from skinproof.care.screening import screen_facts

TODAY = dt.date(2026, 11, 24)
SOON = TODAY + dt.timedelta(weeks=6)
TALK = Consult(
    mode="remote-live", on=TODAY, by="Dr Lamb", checked="gp", checked_on=TODAY, checked_by="Dr Lamb", gp="tell"
)
PEOPLE = {"sex": "female", "age": 34, "fitzpatrick": 2}


def item(product="adapalene-gel-0-1", **changes) -> PrescribedItem:
    found = formulary().products.get(product)
    made = PrescribedItem(
        form=formulary().medicine_of(product).form if found else "tretinoin",
        product=product,
        quantity=28 if found and found.oral else 30,
        unit=found.unit if found else "g",
        each_time=1 if found and found.oral else None,
        times_a_day=1,
        course_weeks=8,
        directions="At night, a thin layer.",
        reason="Blackheads, and no sore skin.",
    )
    return replace(made, **changes)


def check(*items, facts=None, concern="acne", consult=TALK, history=None, next_check=SOON, **more):
    said = {**PEOPLE, **(facts or {})}
    forms = [each.form for each in items] + list(more.get("other_forms", ()))
    screening = screen_facts(care.read_facts(said, assume_for_tests=True), dict.fromkeys(forms))
    return check_prescription(
        items, screening, concern=concern, today=TODAY, consult=consult, history=history, next_check=next_check, **more
    )


def codes(problems, *kinds):
    return {problem.code for problem in problems if not kinds or problem.kind in kinds}


def only(problems, code):
    [found] = [problem for problem in problems if problem.code == code]
    return found


# --- nothing to say against it
def test_a_plain_prescription_asks_only_for_limits_that_no_page_told():
    assert {(p.kind, p.code) for p in check(item())} == {("unknown", "limits")}
    assert "No limit is known to us" in only(check(item()), "limits").says


def test_azelaic_acid_within_its_amount_asks_the_same():
    assert codes(check(item("azelaic-cream-20", quantity=56, times_a_day=2)), "stop", "reason", "missing") == set()


# --- what must be filled in
@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"quantity": None}, "quantity"),
        ({"quantity": 0}, "quantity"),
        ({"unit": "tablets"}, "unit"),
        ({"directions": " "}, "directions"),
        ({"reason": ""}, "why"),
        ({"times_a_day": None}, "times"),
        ({"course_weeks": 0}, "course-weeks"),
        ({"product": "no-such"}, "product"),
        ({"product": "", "named": ""}, "product"),
        ({"form": "tretinoin"}, "product"),
    ],
)
def test_gaps_are_told_and_no_reason_fills_them(changes, code):
    problems = check(item(**changes))
    assert code in codes(problems, "missing")
    given = {(p.form, p.key): "a reason of more than twenty characters" for p in problems}
    assert code in codes(standing(problems, given))


def test_tablets_need_a_number_each_time():
    assert "each-time" in codes(check(item("lymecycline-408", each_time=None)), "missing")


def test_something_off_the_list_is_unknown_and_waits_for_a_stated_limit():
    problems = check(item("", named="Tazarotene gel 0.1%, 30 g", form="tazarotene"))
    assert only(problems, "not-listed").kind == "unknown"
    given = {(p.form, p.key): "goes by the label: 30 g in eight weeks" for p in problems if p.kind == "unknown"}
    assert "not-listed" not in codes(standing(problems, given))


# --- strength, dose, amount
def test_a_start_with_more_than_the_first_dose_needs_a_reason():
    checked = {"tests_on": TODAY, "tests": "potassium 4.1"}
    first = check(item("spironolactone-100", **checked))
    assert only(first, "start-mg").kind == "reason"
    later = check(
        item("spironolactone-100", **checked),
        history=History((PastCourse("spironolactone", TODAY - dt.timedelta(70), 8),)),
    )
    assert "start-mg" not in codes(later)


@pytest.mark.parametrize(("tablets", "stops"), [(2, False), (2.01, True)])
def test_spironolactone_stops_above_200_mg(tablets, stops):
    problems = check(item("spironolactone-100", each_time=tablets, tests_on=TODAY, tests="potassium 4.1"))
    assert ("mg-a-day" in codes(problems, "stop")) is stops


@pytest.mark.parametrize(("sex", "code"), [("female", "start-mg-female"), ("male", "start-mg-male")])
def test_oral_minoxidil_starts_lower_in_women(sex, code):
    low = {"female": 0.5, "male": 1.0}[sex]
    facts = {"sex": sex}
    assert code not in codes(check(item("minoxidil-2-5", each_time=low), facts=facts, concern="hair-loss"))
    assert code in codes(check(item("minoxidil-2-5", each_time=low * 2), facts=facts, concern="hair-loss"), "reason")


def test_the_label_of_a_medicine_for_men_is_told():
    assert "label-sex" in codes(check(item("minoxidil-foam-5-men"), concern="hair-loss"), "reason")


@pytest.mark.parametrize(("grams", "past"), [(35, False), (35.1, True)])
def test_a_steroid_for_the_face_is_held_to_fingertip_units(grams, past):
    # 2.5 fingertip units of half a gram, twice a day for two weeks
    cream = item("hydrocortisone-cream-1", quantity=grams, times_a_day=2, course_weeks=2, site="face")
    assert ("quantity" in codes(check(cream, concern="eczema"))) is past


@pytest.mark.parametrize(("capsules", "past"), [(84, False), (85, True)])
def test_tablets_are_counted_to_whole_packs(capsules, past):
    twelve = item("lymecycline-408", quantity=capsules, course_weeks=12)
    assert ("quantity" in codes(check(twelve, item("adapalene-gel-0-1")))) is past
    odd = item("lymecycline-408", quantity=84, course_weeks=11)  # 77 needed, 28 in a pack
    assert "quantity" not in codes(check(odd, item("adapalene-gel-0-1")))


def test_more_than_a_gram_of_brimonidine_a_day_stops():
    gel = item("brimonidine-gel", quantity=60, course_weeks=8)
    assert "quantity" in codes(check(gel, concern="rosacea"), "stop")
    gel = item("brimonidine-gel", quantity=30, each_time=1.2)
    assert "amount-a-day" in codes(check(gel, concern="rosacea"), "stop")


def test_only_a_mild_steroid_goes_on_the_face_without_a_reason():
    cream = item("clobetasone-cream-0-05", course_weeks=1, quantity=15, site="face")
    assert "face-potency" in codes(check(cream, concern="eczema"), "reason")
    assert "face-potency" not in codes(check(replace(cream, site="body"), concern="eczema"))


# --- time
@pytest.mark.parametrize(
    ("used", "weeks", "code", "kind"),
    [
        (None, 12, None, None),
        (None, 13, "course-weeks", "reason"),
        (8, 4, None, None),
        (8, 5, "course-weeks", "reason"),
        (11, 13, "course-weeks", "reason"),
        (11, 14, "total-weeks", "stop"),
        (12, 1, "break-weeks", "stop"),
    ],
)
def test_hydroquinone_counts_what_was_used_before(used, weeks, code, kind):
    cream = item("hydroquinone-cream-4", course_weeks=weeks)
    facts = {"hydroquinone-weeks-used": used}
    problems = check(cream, facts=facts, concern="melasma")
    time = {(p.code, p.kind) for p in problems if p.code in ("course-weeks", "total-weeks", "break-weeks")}
    assert time == set() if code is None else (code, kind) in time


def ago(weeks, length, form="hydroquinone"):
    return PastCourse(form, TODAY - dt.timedelta(weeks=weeks), length)


@pytest.mark.parametrize(
    ("courses", "needs_break"),
    [
        ((ago(12, 12),), True),  # ended today
        ((ago(23, 12),), True),  # eleven weeks ago
        ((ago(24, 12),), False),  # a full break
        ((ago(20, 6), ago(8, 6)), True),  # twelve weeks of use with a pause that was no break
        ((ago(40, 12), ago(4, 4)), False),
    ],
)
def test_a_course_needs_its_break(courses, needs_break):
    problems = check(item("hydroquinone-cream-4"), concern="melasma", history=History(courses))
    assert ("break-weeks" in codes(problems, "stop")) is needs_break


def test_a_repeat_doubles_the_course():
    cream = item("clindamycin-bpo-1-5", course_weeks=12, repeats=1)
    assert "course-weeks" in codes(check(cream), "stop")


def test_the_next_check_comes_within_the_time_that_pages_ask():
    late = TODAY + dt.timedelta(weeks=9)
    assert "review-weeks" in codes(check(item("hydroquinone-cream-4"), concern="melasma", next_check=late), "reason")
    assert "review-weeks" in codes(check(item("hydroquinone-cream-4"), concern="melasma", next_check=None))
    assert "review-weeks" not in codes(check(item("hydroquinone-cream-4"), concern="melasma"))


# --- together
def test_two_vitamin_a_creams_stop_each_other():
    problems = check(item("adapalene-gel-0-1"), item("tretinoin-cream-0-05"))
    assert only(problems, "two-topical-retinoid").row == 1
    assert {"with-ret-duplicate-adapalene", "with-ret-duplicate-tretinoin"} <= codes(problems, "stop")


def test_the_same_product_twice_stops():
    assert "twice" in codes(check(item(), item()), "stop")


@pytest.mark.parametrize(
    ("first", "second", "code", "kind"),
    [
        ("minoxidil-2-5", "minoxidil-foam-5-women", "two-minoxidil", "stop"),
        ("hydrocortisone-cream-1", "clobetasone-cream-0-05", "two-topical-steroid", "reason"),
        ("clindamycin-bpo-1-5", "lymecycline-408", "two-antibiotic", "stop"),
        ("lymecycline-408", "doxycycline-100", "two-antibiotic", "stop"),
        ("finasteride-1", "dutasteride-0-5", "two-5-alpha-reductase-inhibitor", "stop"),
        ("hydroquinone-cream-4", "triple-cream-fluocinolone", "two-hydroquinone", "stop"),
        ("adapalene-bpo-0-1", "benzoyl-peroxide-gel-5", "two-benzoyl-peroxide", "reason"),
    ],
)
def test_two_of_a_kind(first, second, code, kind):
    assert code in codes(check(item(first), item(second)), kind)


def test_a_peroxide_beside_a_vitamin_a_cream_needs_the_talk():
    problems = check(item("tretinoin-cream-0-05"), item("benzoyl-peroxide-gel-5"))
    assert only(problems, "with-ret-peeling-products").kind == "reason"
    both = check(item("adapalene-bpo-0-1"))  # made to be used together
    assert "with-ret-peeling-products" not in codes(both)


def test_what_the_person_uses_already_is_told():
    facts = {"current-retinoids": ["tretinoin"]}
    assert "already-current-retinoids" in codes(check(item("tretinoin-cream-0-05"), facts=facts), "reason")
    facts = {"medicines": ["minoxidil"]}
    assert "already-medicines" in codes(check(item("minoxidil-foam-5-women"), facts=facts, concern="hair-loss"))


def test_tretinoin_with_hydroquinone_is_what_the_clinic_gives():
    problems = check(item("hydroquinone-cream-4"), item("tretinoin-cream-0-05"), concern="melasma")
    assert codes(problems, "stop", "missing") == set()
    assert not any(code.startswith(("two-", "with-")) for code in codes(problems))


@pytest.mark.parametrize(("weeks", "stops"), [(8, False), (9, True)])
def test_with_a_steroid_only_for_a_limited_time(weeks, stops):
    three = [
        item("hydroquinone-cream-4", course_weeks=weeks),
        item("tretinoin-cream-0-05", course_weeks=weeks),
        item("hydrocortisone-cream-1", course_weeks=2, site="face", quantity=15),
    ]
    problems = check(*three, concern="melasma")
    assert ("combination" in codes(problems, "stop")) is stops


def test_an_antibiotic_for_acne_is_not_used_alone():
    assert "alone" in codes(check(item("lymecycline-408")), "reason")
    assert "alone" not in codes(check(item("lymecycline-408"), item("adapalene-gel-0-1")))
    assert "alone" not in codes(check(item("lymecycline-408"), other_forms=["benzoyl-peroxide"]))
    assert "alone" not in codes(check(item("lymecycline-408"), concern="rosacea"))


# --- at a distance
@pytest.mark.parametrize(
    "product",
    ["lymecycline-408", "clindamycin-bpo-1-5", "spironolactone-50", "minoxidil-2-5", "trifarotene-cream-0-005"],
)
def test_never_on_a_form_alone(product):
    problems = check(
        item(product), consult=replace(TALK, mode="questionnaire"), facts={"consult-mode": "questionnaire"}
    )
    given = {(p.form, p.key): "a reason of more than twenty characters" for p in problems}
    assert "contact" in codes(standing(problems, given))


def test_a_form_alone_needs_a_reason_for_the_others():
    problems = check(item(), consult=replace(TALK, mode="questionnaire"), facts={"consult-mode": "questionnaire"})
    assert only(problems, "form-alone").kind == "reason"
    shop = check(
        item("benzoyl-peroxide-gel-5"),
        consult=replace(TALK, mode="questionnaire"),
        facts={"consult-mode": "questionnaire"},
    )
    assert "form-alone" not in codes(shop)


@pytest.mark.parametrize(
    ("consult", "code"),
    [
        (Consult(gp="tell"), "mode"),
        (replace(TALK, on=None), "talk-dated"),
        (replace(TALK, by=" "), "talk-dated"),
        (replace(TALK, on=TODAY + dt.timedelta(1)), "talk-dated"),
        (replace(TALK, checked_on=None), "check-dated"),
        (replace(TALK, mode="face-to-face"), "mode-differs"),
        (replace(TALK, gp=""), "gp"),
        (replace(TALK, gp="no", gp_reason="too short"), "gp-reason"),
    ],
)
def test_how_it_was_decided_is_on_record(consult, code):
    assert code in codes(check(item(), consult=consult), "missing")


def test_a_monitored_medicine_needs_its_record_checked_and_its_test():
    plain = Consult(mode="remote-live", on=TODAY, by="Dr Lamb", gp="tell")
    problems = check(item("spironolactone-50"), consult=plain)
    assert "record-check" in codes(problems, "missing")
    assert "test-potassium-and-kidneys" in codes(problems, "stop")
    done = check(item("spironolactone-50", tests_on=TODAY, tests="potassium 4.1, eGFR above 90"))
    assert "test-potassium-and-kidneys" not in codes(done)
    ahead = check(item("spironolactone-50", tests_on=TODAY + dt.timedelta(1), tests="potassium 4.1"))
    assert "test-potassium-and-kidneys" in codes(ahead, "stop")


def test_the_gp_is_told_only_with_consent():
    assert "gp" in codes(check(item(), facts={"gp-sharing-consent": False}), "missing")
    no = replace(TALK, gp="no", gp_reason="The person has no GP in this country yet.")
    assert not {"gp", "gp-reason"} & codes(check(item(), facts={"gp-sharing-consent": False}, consult=no))


def test_isotretinoin_is_not_prescribed_here():
    problems = check(
        PrescribedItem("oral-isotretinoin", named="Isotretinoin capsules 20 mg", quantity=30, unit="capsules")
    )
    assert {"specialist", "examination"} <= codes(problems, "missing")


# --- repeats
@pytest.mark.parametrize(
    ("history", "expected"),
    [
        (History(), {"repeat-first", "repeat-no-follow-up"}),
        (History((ago(16, 8, "hydroquinone"),)), {"repeat-no-follow-up"}),
        (History((ago(16, 4, "hydroquinone"),), TODAY - dt.timedelta(weeks=20)), {"repeat-no-follow-up"}),
        (History((ago(16, 4, "hydroquinone"),), TODAY), set()),
    ],
)
def test_repeats_follow_a_follow_up(history, expected):
    cream = item("hydroquinone-cream-4", course_weeks=4, repeats=1)
    problems = check(cream, concern="melasma", history=history)
    assert {code for code in codes(problems, "stop") if code.startswith("repeat")} == expected


# --- whatever is asked
PRODUCTS = st.sampled_from(sorted(formulary().products))
NUMBERS = st.one_of(st.none(), st.floats(-10, 2_000, allow_nan=False))
ITEMS = st.builds(
    item,
    PRODUCTS,
    quantity=NUMBERS,
    each_time=NUMBERS,
    times_a_day=NUMBERS,
    course_weeks=NUMBERS,
    repeats=st.integers(-1, 6),
    site=st.sampled_from([None, "face", "body", "scalp"]),
)


def grave(problems):
    return {(p.row, p.code, p.form) for p in problems if p.kind != "note"}


@settings(max_examples=60, deadline=None)
@given(st.lists(ITEMS, min_size=1, max_size=3), st.floats(0.1, 1_000))
def test_a_greater_quantity_never_removes_a_problem(items, more):
    if items[0].quantity is None or items[0].quantity <= 0:
        return
    raised = [replace(items[0], quantity=items[0].quantity + more), *items[1:]]
    assert grave(check(*items)) <= grave(check(*raised))


@settings(max_examples=60, deadline=None)
@given(st.lists(ITEMS, min_size=1, max_size=3), st.integers(1, 5))
def test_more_repeats_never_remove_a_problem(items, more):
    if items[0].repeats < 0:
        return
    raised = [replace(items[0], repeats=items[0].repeats + more), *items[1:]]
    assert grave(check(*items)) <= grave(check(*raised))


@settings(max_examples=60, deadline=None)
@given(st.lists(ITEMS, min_size=1, max_size=2), ITEMS)
def test_one_more_medicine_removes_no_problem_but_being_alone(items, another):
    before = {found for found in grave(check(*items)) if found[1] != "alone"}
    assert before <= grave(check(*items, another))


@settings(max_examples=40, deadline=None)
@given(ITEMS)
def test_every_problem_says_something_and_names_pages_that_exist(asked):
    for problem in check(asked):
        assert problem.says.strip()
        assert (
            formulary().sources(problem.source)
            or not problem.source
            or all(k.startswith("rule:") for k in problem.source)
        )
        assert len(problem.key) <= 120


@settings(max_examples=40, deadline=None)
@given(st.lists(ITEMS, min_size=1, max_size=2), st.integers(0, 19))
def test_a_short_reason_lifts_nothing(items, length):
    problems = check(*items)
    given_ = {(p.form, p.key): "x" * length for p in problems}
    assert standing(problems, given_) == tuple(p for p in problems if p.kind != "note")
