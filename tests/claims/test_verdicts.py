"""Each verdict on findings made by hand, and laws that hold whatever the findings are."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skinproof.claims import VERDICTS
from skinproof.claims.judge import Judge
from skinproof.evidence import NO_STUDY

from .made import finding, found, held, study

# From what a promise would like best to what it would like least; what cannot be checked stands apart.
BEST_FIRST = ("well-supported", "weaker-than-said", "uncertain", "laboratory-only", "no-study-found", "contradicted")


def verdict(promise, *findings, studies=()):
    return Judge(held(*findings, studies=studies)).claim(promise)


# --- does it work


def test_moderate_certainty_supports_a_plain_promise():
    made = verdict(found(), finding("moderate"))
    assert (made.verdict, made.certainty, made.studies) == ("well-supported", "moderate", ("made-1",))
    assert made.honest_wording == "Using Retinol probably reduces wrinkles and lines, compared with a dummy treatment."


def test_low_certainty_allows_may_and_no_more():
    assert verdict(found(), finding("low")).verdict == "weaker-than-said"
    assert "may" in verdict(found(), finding("low")).reason
    assert verdict(found(hedged=True), finding("low")).verdict == "well-supported"
    assert verdict(found(hedged=True, strength=("clinically proven",)), finding("low")).verdict == "weaker-than-said"


def test_a_small_effect_is_less_than_was_said_and_a_large_one_has_to_be_shown():
    assert verdict(found(), finding("high", size="small")).verdict == "weaker-than-said"
    assert verdict(found(strength=("dramatically",)), finding("high", size="moderate")).verdict == "weaker-than-said"
    assert verdict(found(strength=("dramatically",)), finding("high", size="large")).verdict == "well-supported"


def test_very_low_certainty_is_uncertain_and_says_why():
    made = verdict(found(), finding("very-low"))
    assert made.verdict == "uncertain"
    assert "Only 40 people took part." in made.reason
    assert made.honest_wording.startswith("We are very unsure whether")


@pytest.mark.parametrize(
    ("favours", "size"), [("neither", "trivial"), ("comparator", "moderate"), ("intervention", "trivial")]
)
def test_no_difference_or_the_other_way_contradicts(favours, size):
    assert verdict(found(), finding("moderate", favours, size)).verdict == "contradicted"


def test_studies_that_do_not_agree_leave_it_uncertain():
    assert verdict(found(), finding("low", "unknown", "unknown")).verdict == "uncertain"


def test_findings_of_one_rank_that_differ_support_it_only_in_part():
    against = finding("moderate", "neither", "trivial", control="none")
    made = verdict(found(), finding("moderate"), against)
    assert made.verdict == "weaker-than-said"


def test_no_study_says_what_was_searched_and_when():
    made = verdict(found(concept="pores"), finding())
    assert made.verdict == "no-study-found"
    assert NO_STUDY in made.reason
    assert "2 January 2026" in made.reason
    assert made.honest_wording.startswith("We found no study in people that tested retinol")


def test_cells_and_animals_are_not_people():
    outcome = {"concept": "wrinkles", "better": "lower", "kind": "continuous"}
    made = verdict(found(), studies=(study(design="animal", outcomes=[outcome]),))
    assert (made.verdict, made.studies) == ("laboratory-only", ("made-record",))


def test_before_and_after_alone_is_uncertain():
    before = finding("very-low", kind="before-after", control="before")
    assert verdict(found(), before).verdict == "uncertain"


@pytest.mark.parametrize(
    "promise",
    [
        found(treatment=None),
        found(treatment="other"),
        found(concept=None),
        found(concept="global-improvement", concern=None),
        found(kind="comparison"),
        found(kind="mechanism", concept=None, direction="none"),
    ],
)
def test_what_cannot_be_checked_says_why(promise):
    made = verdict(promise, finding())
    assert made.verdict == "not-checkable"
    assert made.reason


# --- what the evidence is for


def test_a_combination_does_not_speak_for_one_part_alone():
    added = finding("moderate", intervention=("exosome",), background=("microneedling",))
    alone = verdict(found(treatment="exosome"), added)
    assert alone.verdict == "weaker-than-said"
    assert "on top of microneedling" in alone.reason
    assert verdict(found(treatment="exosome", with_=("microneedling",)), added).verdict == "well-supported"
    together = finding("moderate", intervention=("exosome", "prp"))
    assert "together with PRP" in verdict(found(treatment="exosome"), together).reason


def test_another_way_of_giving_it_is_named():
    made = verdict(
        found(treatment="exosome", route=("topical",)),
        finding("moderate", intervention=("exosome",), routes=("injection",)),
    )
    assert made.verdict == "weaker-than-said"
    assert "by injection" in made.reason


def test_a_family_may_lean_on_a_kind_of_it_only_when_said_and_a_kind_never_on_the_family():
    kind = finding("moderate", concern="melasma", concept="masi", intervention=("glycolic-peel",))
    family = verdict(found(treatment="chemical-peel", concern="melasma", concept="masi"), kind)
    assert family.verdict == "well-supported"
    assert "tested as glycolic acid peel" in family.reason
    wide = finding("moderate", concern="melasma", concept="masi", intervention=("chemical-peel",))
    assert (
        verdict(found(treatment="glycolic-peel", concern="melasma", concept="masi"), wide).verdict == "no-study-found"
    )


def test_another_concern_does_not_speak_unless_said():
    melasma = finding("moderate", concern="melasma", concept="masi")
    near = verdict(found(concern="hyperpigmentation", concept="pigmentation"), melasma)
    assert near.verdict == "weaker-than-said"
    assert "dark patches on the face" in near.reason
    assert verdict(found(concern="acne", concept="masi"), melasma).verdict == "no-study-found"


# --- against another


def test_a_comparison_needs_the_two_held_against_each_other():
    promise = found(kind="comparison", versus=("tretinoin",))
    assert verdict(promise, finding("high", size="large")).verdict == "no-study-found"
    assert verdict(promise, finding("high", control="active", comparator=("tretinoin",))).verdict == "well-supported"
    turned = finding("high", "comparator", intervention=("tretinoin",), control="active", comparator=("retinol",))
    assert verdict(promise, turned).verdict == "well-supported"
    lost = finding("high", intervention=("tretinoin",), control="active", comparator=("retinol",))
    assert verdict(promise, lost).verdict == "contradicted"


def test_active_comparisons_do_not_show_that_it_beats_nothing():
    made = verdict(found(), finding("moderate", control="active", comparator=("tretinoin",)))
    assert made.verdict == "uncertain"


def test_as_good_as_and_weaker_than():
    same = finding("moderate", "neither", "trivial", control="active", comparator=("tretinoin",))
    equal = found(kind="comparison", direction="none", says="equal", versus=("tretinoin",))
    assert verdict(equal, same).verdict == "well-supported"
    assert verdict(replace(equal, says="worse"), same).verdict == "contradicted"


# --- when


def test_a_time_before_anyone_measured_is_weaker_and_after_the_last_as_well():
    early = verdict(found(weeks=(0.0, 2.0), kind="timing"), finding("moderate", weeks=(12.0, 24.0)))
    assert early.verdict == "weaker-than-said"
    assert "12 weeks" in early.reason
    late = verdict(found(weeks=(52.0, None), kind="timing"), finding("moderate", weeks=(12.0, 24.0)))
    assert late.verdict == "weaker-than-said"
    assert (
        verdict(found(weeks=(8.0, 12.0), kind="timing"), finding("moderate", weeks=(12.0,))).verdict == "well-supported"
    )


def test_nothing_lasts_longer_than_people_were_followed():
    promise = found(kind="timing", concept="relapse", says="lasting", weeks=(104.0, None))
    assert verdict(promise, finding("moderate", weeks=(24.0,))).verdict == "uncertain"
    assert verdict(replace(promise, weeks=(12.0, 24.0)), finding("moderate", weeks=(24.0,))).verdict == "well-supported"
    forever = replace(promise, weeks=None, span="permanent results")
    assert verdict(forever, finding("moderate", weeks=(24.0,))).verdict == "weaker-than-said"


# --- is it safe

SAFE = found(span="safe", concern=None, concept="adverse-events", direction="safe", kind="safety", says="safe")


def with_harm(event, serious=False, events=3, note=None, treatments=("retinol",)):
    arm = {"id": "a", "components": [{"treatment": each} for each in treatments], "n": 40}
    results = {"a": {"n": 40, "events": events}} if events is not None else {}
    return study(arms=[arm], safety=[{"event": event, "results": results, "serious": serious, "note": note}])


def test_no_record_of_harm_is_never_safe():
    assert verdict(SAFE).verdict == "uncertain"
    assert verdict(replace(SAFE, hedged=True)).verdict == "uncertain"
    assert verdict(SAFE, studies=(with_harm("any adverse event", events=0),)).verdict == "uncertain"
    assert (
        verdict(SAFE, studies=(with_harm("any adverse event", events=None, note="None reported."),)).verdict
        == "uncertain"
    )


def test_serious_harm_contradicts_safe_but_not_usually_safe():
    harm = (with_harm("delayed granuloma at treated sites", serious=True),)
    assert verdict(SAFE, studies=harm).verdict == "contradicted"
    assert verdict(replace(SAFE, hedged=True), studies=harm).verdict == "weaker-than-said"


def test_a_passing_reaction_contradicts_no_side_effects_alone():
    harm = (with_harm("passing redness"),)
    assert verdict(SAFE, studies=harm).verdict == "weaker-than-said"
    assert verdict(replace(SAFE, hedged=True), studies=harm).verdict == "uncertain"
    assert verdict(replace(SAFE, span="no side effects"), studies=harm).verdict == "contradicted"


def test_harms_of_the_condition_or_of_another_treatment_do_not_count():
    assert verdict(SAFE, studies=(with_harm("toe amputation", serious=True),)).verdict == "uncertain"
    both = with_harm("excess body hair", treatments=("retinol", "minoxidil-oral"))
    assert verdict(SAFE, studies=(both,)).verdict == "uncertain"


def test_trials_that_counted_can_support_it():
    counted = finding("moderate", "neither", "trivial", concept="adverse-events")
    assert verdict(SAFE, counted).verdict == "well-supported"
    worse = finding("moderate", "comparator", "moderate", concept="adverse-events")
    assert verdict(SAFE, worse).verdict == "weaker-than-said"


def test_painless_is_held_against_pain():
    painless = replace(SAFE, span="painless", concept="pain", says="painless")
    assert verdict(painless, studies=(with_harm("application-site pain"),)).verdict == "contradicted"
    assert verdict(painless).verdict == "no-study-found"


def test_a_warning_that_the_records_share():
    warning = found(span="redness", concern=None, concept="adverse-events", direction="harms", kind="safety")
    assert verdict(warning, studies=(with_harm("passing redness"),)).verdict == "well-supported"
    assert verdict(warning, studies=(with_harm("headache"),)).verdict == "no-study-found"


# --- prices, standing, knowledge: against the product's own data


@pytest.fixture(scope="module")
def judge():
    from skinproof.evidence import findings

    return Judge(findings())


def test_prices_are_held_against_pages_with_an_address(judge):
    price = found(treatment="prp", concern=None, concept=None, direction="none", kind="cost", says="dear")
    ranges = [r for r in judge.findings.library.price_range("prp") if r.unit == "session"]
    inside = judge.claim(replace(price, money=(ranges[0].low, ranges[0].high)))
    assert inside.verdict == "well-supported"
    assert all(page.startswith("http") for page in inside.pages)
    assert judge.claim(replace(price, money=(1.0, 2.0))).verdict == "weaker-than-said"
    assert judge.claim(price).verdict == "not-checkable"


def test_the_article_that_is_checked_is_no_proof_of_its_own_price(judge):
    price = found(
        treatment="exosome", route=("injection",), concept=None, direction="none", kind="cost", money=(1500.0, 4000.0)
    )
    assert judge.claim(price).verdict != "well-supported"


@pytest.mark.parametrize(
    ("treatment", "says", "span", "wanted"),
    [
        ("exosome", "fda-approved", "FDA-approved", "contradicted"),
        ("exosome", "mhra-approved", "MHRA approved", "contradicted"),
        ("tretinoin", "prescription", "prescription only", "well-supported"),
        ("tretinoin", "prescription", "over the counter", "contradicted"),
        ("tretinoin", "fda-approved", "FDA approved", "not-checkable"),
        ("exosome", "unregulated", "unlicensed", "well-supported"),
    ],
)
def test_standing_is_read_from_the_vocabulary_with_its_pages(judge, treatment, says, span, wanted):
    promise = found(
        treatment=treatment, span=span, says=says, concern=None, concept=None, direction="none", kind="regulatory"
    )
    made = judge.claim(promise)
    assert made.verdict == wanted
    assert made.pages


@pytest.mark.parametrize(
    ("says", "level", "wanted"),
    [
        ("lacking", "very-low", "well-supported"),
        ("lacking", "high", "weaker-than-said"),
        ("tested", "very-low", "uncertain"),
        ("tested", "low", "weaker-than-said"),
        ("tested", "moderate", "well-supported"),
    ],
)
def test_what_a_page_says_about_the_evidence(says, level, wanted):
    promise = found(concept=None, direction="none", says=says)
    made = verdict(promise, finding(level))
    assert (made.verdict, made.certainty) == (wanted, level)


def test_well_studied_without_a_study():
    assert verdict(found(concept=None, direction="none", says="tested")).verdict == "no-study-found"


# --- who says it


@pytest.mark.parametrize(("stance", "note"), [("denied", "doubts or denies"), ("reported", "reports")])
def test_doubted_and_reported_promises_get_the_verdict_of_the_promise(stance, note):
    said = verdict(found(), finding())
    made = verdict(found(stance=stance), finding())
    assert made.verdict == said.verdict
    assert note in made.reason
    assert not made.promises
    assert not made.to_reword


# --- laws

levels = st.sampled_from(["very-low", "low", "moderate", "high"])
sizes = st.sampled_from(["large", "moderate", "small", "unknown"])
sides = st.sampled_from(["intervention", "comparator", "neither", "unknown"])
boasts = st.sampled_from([(), ("dramatically",), ("clinically proven",), ("permanent",)])
findings_made = st.builds(
    finding, levels, sides, sizes, concept=st.sampled_from(["wrinkles", "texture"]),
    control=st.sampled_from(["placebo-like", "none"]), background=st.sampled_from([(), ("microneedling",)]),
)  # fmt: skip
promises = st.builds(
    found,
    concept=st.sampled_from(["wrinkles", "texture", "global-improvement", "pores"]),
    hedged=st.booleans(),
    strength=boasts,
    weeks=st.sampled_from([None, (0.0, 4.0), (12.0, None)]),
    with_=st.sampled_from([(), ("microneedling",)]),
)
safe_promises = st.builds(
    replace, st.just(SAFE), span=st.sampled_from(["safe", "no side effects", "few side effects"]), hedged=st.booleans()
)


def rank(made) -> int:
    return -1 if made.verdict == "not-checkable" else BEST_FIRST.index(made.verdict)


@given(st.one_of(promises, safe_promises), st.lists(findings_made, max_size=4))
def test_hedging_never_makes_it_worse(promise, made):
    plain, careful = (verdict(replace(promise, hedged=hedged), *made) for hedged in (False, True))
    if promise.direction == "safe" and not made:
        assert plain.verdict == careful.verdict == "uncertain"
    assert rank(careful) <= rank(plain)


@given(promises, levels, levels, sizes)
def test_more_certainty_for_it_never_makes_it_worse(promise, one, other, size):
    lower, higher = sorted((one, other), key=["very-low", "low", "moderate", "high"].index)
    assert rank(verdict(promise, finding(higher, size=size))) <= rank(verdict(promise, finding(lower, size=size)))


@given(promises, st.lists(findings_made, max_size=4))
def test_the_same_promise_twice_gets_the_same_verdict(promise, made):
    judge = Judge(held(*made))
    first = judge.claim(promise)
    assert judge.claim(replace(promise, at=99)) == replace(first, found=replace(promise, at=99))
    assert first.verdict in VERDICTS
    assert verdict(promise, *reversed(made)).verdict == first.verdict


@given(promises, st.lists(findings_made, max_size=4))
def test_honest_wording_is_never_stronger_than_its_finding(promise, made):
    claim = verdict(promise, *made)
    if claim.findings:
        (own,) = [f for f in made if f.id == claim.findings[0]][:1]
        assert claim.honest_wording == own.sentence
        assert claim.certainty == own.certainty.level
    if claim.verdict == "no-study-found":
        assert claim.honest_wording.startswith("We found no study")


@pytest.mark.parametrize("said", ["hold no DNA", "cannot be rejected by the body"])
def test_what_is_said_of_the_make_of_a_product_cannot_be_checked(said):
    promise = found(
        span=said, treatment="exosome", concern=None, concept="adverse-events", direction="safe", kind="safety"
    )
    assert verdict(promise).verdict == "not-checkable"
