"""CINeMA's domains on networks small enough to judge by hand, and what must hold for every network."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from evidence_networks import network
from hypothesis import given, settings
from hypothesis import strategies as st

from skinproof.evidence import (
    Appraisal,
    Bands,
    ComponentNetwork,
    NetworkCertainty,
    NetworkMetaAnalysis,
    bands,
    component_contributions,
    component_network,
    contributions,
    network_meta_analysis,
    rate_components,
    rate_network,
    study_contributions,
)
from skinproof.evidence.synthesis.certainty_rules import certainty_rules
from skinproof.evidence.synthesis.intervals import Interval
from skinproof.evidence.synthesis.levels import LEVELS

SMD = bands("SMD")  # an effect matters from 0.2 on
RULES = certainty_rules().network


def good(study: str, **change: Any) -> Appraisal:
    """A large, blinded, registered trial of whom nobody was lost, paid by the public."""
    return Appraisal(**{
        "study_id": study, "points": 0.0, "faults": (), "randomised": True, "funding": "public", "people": 500
    } | change)  # fmt: skip


def appraised(fit: NetworkMetaAnalysis | ComponentNetwork, **change: Any) -> dict[str, Appraisal]:
    return {study: good(study, **change) for study in fit.data.studies}


def fitted(*rows: tuple[float, float, str, str], studies: str = "", **about: Any) -> NetworkMetaAnalysis:
    """(effect, standard error, treatment, against) a study each, named s1, s2, ..."""
    TE, seTE, one, two = (list(each) for each in zip(*rows, strict=True))
    labels = studies.split() or [f"s{place}" for place in range(1, len(rows) + 1)]
    return network_meta_analysis(TE, seTE, one, two, labels, sm="SMD", **about)


# A star: a against p twice, b against p twice. A triangle: b against a once more, in agreement.
STAR = ((0.6, 0.1, "a", "p"), (0.6, 0.1, "a", "p"), (1.2, 0.1, "b", "p"), (1.2, 0.1, "b", "p"))
TRIANGLE = (*STAR, (0.6, 0.1, "b", "a"))


def rated(fit: NetworkMetaAnalysis, important: Bands | None = SMD, **change: Any) -> NetworkCertainty:
    return rate_network(fit, appraised(fit, **change), important)


# --- which studies an estimate rests on ----------------------------------------------------------------------------


def test_study_shares_of_a_chain_are_halves_and_divided_by_weight() -> None:
    fit = fitted((0.5, 0.1, "a", "p"), (0.5, 0.2, "a", "p"), (1.0, 0.1, "b", "p"))
    shares = study_contributions(fit)
    row = shares.values[shares.rows.index("a:b")]
    # a-p and p-b carry one half each; within a-p the weights are 100 to 25.
    assert row == pytest.approx([0.5 * 0.8, 0.5 * 0.2, 0.5])


@given(st.integers(0, 10_000))
@settings(max_examples=25, deadline=None)
def test_study_shares_sum_to_one_and_to_those_of_their_comparisons(seed: int) -> None:
    fit = network_meta_analysis(*network(seed).all())
    shares = study_contributions(fit)
    assert shares.values.sum(axis=1) == pytest.approx(np.ones(len(shares.rows)))
    assert (shares.values > -1e-12).all()
    of_pairs = contributions(fit)
    for study, arms in zip(fit.data.studies, fit.data.arms, strict=True):
        if sum(set(other) >= set(arms) for other in fit.data.arms) == 1 and len(arms) == 2:
            pair = f"{fit.trts[arms[0]]}:{fit.trts[arms[1]]}"
            if fit.adjacency[arms] == 1:
                column = of_pairs.values[:, of_pairs.cols.index(pair)]
                assert shares.values[:, fit.data.studies.index(study)] == pytest.approx(column)


def test_component_shares_are_the_weights_of_the_pooled_effect() -> None:
    # One component against nothing, three trials: the shares are the inverse variance weights.
    fit = component_network(
        [0.5, 0.6, 0.4], [0.1, 0.2, 0.4], list("xxx"), list("ppp"), ["s1", "s2", "s3"], inactive="p"
    )
    weights = np.array([100, 25, 6.25])
    assert component_contributions(fit, "common").values[0] == pytest.approx(weights / weights.sum())


def test_component_shares_of_a_multi_arm_study_count_it_once() -> None:
    # x + y against y is the same contrast as x against nothing: a three-arm study with y besides adds no second voice.
    TE, seTE = [0.5, 0.5, 0.0], [0.1, 0.1, 0.1]
    fit = component_network(
        [*TE, 0.5], [*seTE, 0.1], ["x", "x", "p", "x"], ["p", "y", "y", "p"], ["three", "three", "three", "two"],
        inactive="p",
    )  # fmt: skip
    shares = component_contributions(fit, "common")
    row = dict(zip(shares.cols, shares.values[shares.rows.index("x")], strict=True))
    # The two-arm trial and x-p of the three-arm trial have the same variance, and y adds nothing to know of x.
    assert row["three"] == pytest.approx(0.5)
    assert row["two"] == pytest.approx(0.5)


def test_a_component_that_the_data_do_not_identify_has_no_shares_and_no_certainty() -> None:
    fit = component_network([0.5, 0.6], [0.1, 0.1], ["x + y", "z"], ["p", "p"], ["s1", "s2"], inactive="p")
    assert fit.unidentified == ("x", "y")
    assert np.isnan(component_contributions(fit).values[:2]).all()
    made = rate_components(fit, appraised(fit), SMD)
    assert list(made) == ["z"]
    with pytest.raises(KeyError, match="no effect of 'x' here; there are: z"):
        made["x"]


# --- each domain by hand -------------------------------------------------------------------------------------------


def test_good_trials_that_agree_raise_no_concerns_and_stop_at_moderate() -> None:
    made = rated(fitted(*TRIANGLE))
    for certainty in made.values():
        assert {certainty.judgement(domain) for domain in DOMAINS} == {"no concerns"}
        assert certainty.level == "moderate"
        assert certainty.reasons[-1].domain == "limit"


DOMAINS = ("within-study bias", "reporting bias", "indirectness", "imprecision", "heterogeneity", "incoherence")


def test_within_study_bias_follows_the_contributions() -> None:
    fit = fitted(*STAR)
    bad = appraised(fit) | {name: good(name, points=2.0, faults=("people knew",)) for name in ("s3", "s4")}
    made = rate_network(fit, bad, SMD)
    # a:p rests on s1 and s2 alone, b:p on s3 and s4 alone, a:b on all four, a quarter each: half, so it counts.
    assert made["a", "p"].judgement("within-study bias") == "no concerns"
    assert made["b", "p"].judgement("within-study bias") == "some concerns"
    assert made["a", "b"].judgement("within-study bias") == "some concerns"
    worse = {name: good(name, points=3.0) if name in ("s3", "s4") else each for name, each in bad.items()}
    reason = next(r for r in rate_network(fit, worse, SMD)["b", "p"].reasons if r.domain == "within-study bias")
    assert (reason.judgement, reason.down, reason.study_ids) == ("major concerns", 2, ("s3", "s4"))
    assert "All of this answer comes from studies at serious risk of bias." in reason.sentence


def test_what_the_records_leave_out_is_never_no_concerns() -> None:
    made = rated(fitted(*TRIANGLE), points=1.0, faults=("not told",), unreported=True, funding="unclear")
    for certainty in made.values():
        assert certainty.judgement("within-study bias") == "cannot tell"
        assert certainty.judgement("reporting bias") == "cannot tell"


def test_numbers_hard_to_believe_are_a_step_worse() -> None:
    fit = fitted(*STAR)
    doubted = appraised(fit) | {"s4": good("s4", doubt="more events than people")}
    made = rate_network(fit, doubted, SMD)
    assert made["b", "p"].judgement("within-study bias") == "some concerns"
    assert made["a", "p"].judgement("within-study bias") == "no concerns"


def test_reporting_bias_by_who_paid() -> None:
    fit = fitted(*STAR)
    paid = appraised(fit) | {name: good(name, funding="industry") for name in ("s1", "s2")}
    made = rate_network(fit, paid, SMD)
    assert made["a", "p"].judgement("reporting bias") == "some concerns"
    assert made["b", "p"].judgement("reporting bias") == "no concerns"
    assert "Too few studies (4)" in made["b", "p"].summary()


def test_small_studies_are_held_against_large_ones_from_ten_on() -> None:
    # Effects that grow with the standard error, all a against p and b against p.
    se = np.linspace(0.05, 0.6, 6)
    rows = [(0.3 + 2 * each, float(each), treatment, "p") for treatment in "ab" for each in se]
    fit = fitted(*rows)
    told = rate_network(fit, appraised(fit), SMD, order=["p", "a", "b"])["a", "p"]
    assert told.judgement("reporting bias") == "some concerns"
    assert "another story than large ones (p" in told.summary()
    unasked = rate_network(fit, appraised(fit), SMD)["a", "p"]
    assert unasked.judgement("reporting bias") == "no concerns"
    assert "was not checked" in unasked.summary()


def test_indirectness_by_share_and_number_of_ways() -> None:
    fit = fitted(*STAR)
    other = appraised(fit) | {name: good(name, indirect=("children only",)) for name in ("s1", "s2")}
    made = rate_network(fit, other, SMD)
    assert made["a", "p"].judgement("indirectness") == "some concerns"
    assert made["b", "p"].judgement("indirectness") == "no concerns"
    assert rate_network(fit, other, SMD, surrogate=True)["a", "p"].judgement("indirectness") == "major concerns"
    assert rate_network(fit, other, SMD, surrogate=True)["b", "p"].judgement("indirectness") == "some concerns"


@pytest.mark.parametrize(
    ("interval", "crossed"),
    [
        ((0.5, 0.3, 0.7), 0),
        ((0.5, 0.1, 0.9), 0),  # reaches effects too small to matter, but not no effect
        ((0.5, -0.1, 1.1), 1),  # reaches no effect
        ((0.5, -0.3, 1.3), 2),  # reaches an effect that matters on the other side
        ((-0.5, -1.3, 0.3), 2),
        ((0.05, -0.1, 0.19), 0),  # surely too small to matter
        ((0.1, -0.1, 0.3), 1),
    ],
)
def test_lines_crossed(interval: tuple[float, float, float], crossed: int) -> None:
    assert Interval(*interval).crossings(0.2) == crossed
    turned = Interval(-interval[0], -interval[2], -interval[1])
    assert turned.crossings(0.2) == crossed


def test_without_a_smallest_effect_that_matters_reaching_no_effect_is_all_that_is_known() -> None:
    assert Interval(0.5, 0.1, 0.9).crossings(None) == 0
    assert Interval(0.5, -0.01, 1.01).crossings(None) == 2


@pytest.mark.parametrize(
    ("effect", "se", "judgement"),
    [(0.6, 0.1, "no concerns"), (0.6, 0.35, "some concerns"), (0.6, 0.9, "major concerns")],
)
def test_imprecision_by_the_interval(effect: float, se: float, judgement: str) -> None:
    made = rated(fitted((effect, se, "a", "p"), (1.2, 0.1, "b", "p")))
    assert made["a", "p"].judgement("imprecision") == judgement


@pytest.mark.parametrize(
    ("people", "judgement"),
    [(500, "no concerns"), (300, "some concerns"), (90, "major concerns"), (None, "some concerns")],
)
def test_imprecision_by_people(people: int | None, judgement: str) -> None:
    made = rated(fitted((0.6, 0.1, "a", "p"), (1.2, 0.1, "b", "p")), people=people)
    assert made["a", "p"].judgement("imprecision") == judgement


def test_heterogeneity_is_what_the_prediction_interval_crosses_more() -> None:
    def judged(tau: float) -> str | None:
        rows = [(0.6, 0.02, "a", "p")] * 10 + [(1.2, 0.02, "b", "p")] * 10
        return rated(fitted(*rows, tau_preset=tau))["a", "p"].judgement("heterogeneity")

    # Prediction interval 0.6 +/- 2.10 * tau (18 degrees of freedom): lower ends about 0.39, -0.03 and -0.45.
    assert [judged(tau) for tau in (0.1, 0.3, 0.5)] == ["no concerns", "some concerns", "major concerns"]


def test_heterogeneity_that_cannot_be_seen_is_said() -> None:
    made = rated(fitted((0.6, 0.1, "a", "p"), (1.2, 0.1, "b", "p")))
    assert made["a", "p"].judgement("heterogeneity") == "cannot tell"
    assert made["a", "b"].judgement("heterogeneity") == "some concerns"
    assert all("Too few studies of any one comparison" in each.summary() for each in made.values())


def test_a_star_says_that_incoherence_cannot_be_checked() -> None:
    made = rated(fitted(*STAR))
    for certainty in made.values():
        assert "Incoherence cannot be checked" in certainty.summary()
    assert made["a", "b"].judgement("incoherence") == "major concerns"
    assert made["a", "p"].judgement("incoherence") == "cannot tell"


def test_one_three_arm_study_is_no_loop_of_independent_studies() -> None:
    fit = network_meta_analysis(
        [0.5, 1.0, 0.5], [0.1] * 3, ["a", "b", "b"], ["p", "p", "a"], ["s1"] * 3, sm="SMD"
    )  # fmt: skip
    assert "Incoherence cannot be checked" in rated(fit)["a", "b"].summary()


def test_incoherence_by_where_direct_and_indirect_evidence_lie() -> None:
    def judged(direct: float, se: float = 0.05, rest: float = 0.05) -> str | None:
        exact = [(0.6, rest, "a", "p"), (1.2, rest, "b", "p")]  # indirect b against a: 0.6
        return rated(fitted(*exact, (direct, se, "b", "a"), tau_preset=0.0))["a", "b"].judgement("incoherence")

    assert judged(0.6) == "no concerns"
    assert judged(-0.6) == "major concerns"  # all of one below, all of the other above
    assert judged(0.9) == "major concerns"  # p is small, and both reach one area alone
    # Direct 0.0 +/- 0.49, all three areas; indirect 0.6 +/- 0.42, between and above: two in common, p = 0.07.
    assert judged(0.0, 0.25, 0.15) == "some concerns"
    # Direct -0.5 +/- 0.98, indirect 0.6 +/- 0.83: all three in common, though p = 0.09.
    assert judged(-0.5, 0.5, 0.3) == "no concerns"


def test_comparisons_with_one_kind_of_evidence_follow_the_test_of_the_whole_network() -> None:
    # A triangle a, b, p that contradicts itself, and c hanging on p alone.
    rows = [(0.6, 0.1, "a", "p"), (1.2, 0.1, "b", "p"), (-0.6, 0.1, "b", "a"), (0.8, 0.1, "c", "p")]
    made = rated(fitted(*rows, tau_preset=0.0))
    assert made["c", "p"].judgement("incoherence") == "major concerns"
    assert made["c", "a"].judgement("incoherence") == "major concerns"
    assert "studies of these two treatments alone" in made["c", "p"].summary()
    assert "indirect evidence alone" in made["c", "a"].summary()
    agreeing = [rows[0], rows[1], (0.6, 0.1, "b", "a"), rows[3]]
    assert rated(fitted(*agreeing, tau_preset=0.0))["c", "a"].judgement("incoherence") == "no concerns"


def test_a_study_without_chance_starts_low_where_it_counts() -> None:
    fit = fitted(*STAR)
    made = rate_network(fit, appraised(fit) | {"s4": good("s4", randomised=False)}, SMD)
    assert made["a", "p"].reasons[0].sentence.startswith("Starts high")
    assert made["b", "p"].reasons[0].sentence.startswith("Starts low")
    assert made["b", "p"].reasons[0].study_ids == ("s4",)


# --- components ----------------------------------------------------------------------------------------------------


def test_components_that_add_up() -> None:
    fit = component_network(
        [0.5, 0.5, 0.6, 0.6, 1.1], [0.05] * 5, ["x", "x", "y", "y", "x + y"], ["p"] * 5, list("12345"), inactive="p",
    )  # fmt: skip
    made = rate_components(fit, appraised(fit), SMD)
    assert made["x"].judgement("incoherence") == "no concerns"
    assert made["x"].level == "moderate"
    apart = component_network(
        [0.5, 0.5, 0.6, 0.6, 0.2], [0.05] * 5, ["x", "x", "y", "y", "x + y"], ["p"] * 5, list("12345"), inactive="p",
    )  # fmt: skip
    assert rate_components(apart, appraised(apart), SMD)["x"].judgement("incoherence") == "major concerns"


def test_additivity_that_cannot_be_checked_is_said_and_counts_where_it_is_used() -> None:
    alone = component_network([0.5, 0.5], [0.05] * 2, ["x", "x + y"], ["p", "y"], ["s1", "s2"], inactive="p")
    made = rate_components(alone, appraised(alone), SMD)
    assert made["x"].judgement("incoherence") == "cannot tell"  # both studies differ in x alone
    mixed = component_network(
        [0.5, 1.1, 0.6, 0.6], [0.05] * 4, ["x", "x + y", "z", "y + z"], ["p", "p", "q", "q"], list("1234"), inactive="p"
    )
    judged = {
        name: each.judgement("incoherence") for name, each in rate_components(mixed, appraised(mixed), SMD).items()
    }
    assert judged["y"] == "some concerns"  # never given alone: only as x + y less x, or with z
    assert mixed.additivity is None


# --- faults, and what must always hold -----------------------------------------------------------------------------


def test_a_study_without_an_appraisal_is_named() -> None:
    fit = fitted(*STAR)
    with pytest.raises(ValueError, match="no appraisal of s4"):
        rate_network(fit, {name: good(name) for name in ("s1", "s2", "s3")}, SMD)


def test_a_comparison_is_found_in_either_order_and_an_unknown_one_is_named() -> None:
    made = rated(fitted(*STAR))
    assert made["a", "p"] is made["p", "a"]
    with pytest.raises(KeyError, match="no comparison of 'a' and 'q' here"):
        made["a", "q"]


def levels(made: Mapping[Any, Any]) -> dict[Any, int]:
    return {name: LEVELS.index(each.level) for name, each in made.items()}


WORSE: list[dict[str, Any]] = [
    {"points": 2.0, "faults": ("people knew",)}, {"points": 3.5}, {"randomised": False}, {"funding": "industry"},
    {"funding": "unclear"}, {"people": 90}, {"people": None}, {"indirect": ("children",)}, {"doubt": "odd"},
    {"unreported": True, "points": 1.5},
]  # fmt: skip


@given(st.integers(0, 10_000), st.lists(st.sampled_from(range(len(WORSE))), min_size=9, max_size=9), st.data())
@settings(max_examples=40, deadline=None)
def test_worse_studies_never_make_anything_surer(seed: int, given_faults: list[int], data: st.DataObject) -> None:
    fit = network_meta_analysis(*network(seed).all())
    before = appraised(fit)
    some = data.draw(st.sets(st.sampled_from(fit.data.studies)))
    after = {
        name: good(name, **WORSE[fault]) if name in some else before[name]
        for name, fault in zip(fit.data.studies, given_faults, strict=True)
    }
    sure, less = levels(rate_network(fit, before, SMD)), levels(rate_network(fit, after, SMD))
    assert all(less[pair] <= sure[pair] for pair in sure)


@given(
    st.floats(-2, 2), st.floats(0.01, 2), st.floats(0, 2), st.floats(0, 2), st.floats(0, 2),
    st.one_of(st.none(), st.floats(0.05, 1)),
)  # fmt: skip
def test_a_wider_interval_never_crosses_less(
    value: float, half: float, more_low: float, more_high: float, more: float, step: float | None
) -> None:
    narrow = Interval(value, value - half, value + half)
    wide = Interval(value, value - half - more_low, value + half + more_high)
    assert wide.crossings(step) >= narrow.crossings(step)
    # What the prediction interval crosses is counted once, in imprecision or in heterogeneity.
    widest = Interval(value, wide.low - more, wide.high + more)
    for confidence in (narrow, wide):
        total = confidence.crossings(step) + max(0, widest.crossings(step) - confidence.crossings(step))
        assert total == widest.crossings(step)


@given(st.integers(0, 10_000), st.permutations(range(4)))
@settings(max_examples=25, deadline=None)
def test_names_order_and_orientation_do_not_matter(seed: int, order: list[int]) -> None:
    one = network(seed)
    fit = network_meta_analysis(*one.all())
    renamed = network(seed, names="".join("WXYZ"[place] for place in order))
    other = network_meta_analysis(*renamed.all())
    names = dict(zip("ABCD", ("WXYZ"[place] for place in order), strict=True))
    first = rate_network(fit, appraised(fit), SMD, method="randomwalk")
    second = rate_network(other, appraised(other), SMD, method="randomwalk")
    for a, b in first:
        judged = {domain: first[a, b].judgement(domain) for domain in DOMAINS}
        assert judged == {domain: second[names[a], names[b]].judgement(domain) for domain in DOMAINS}


def test_every_rule_of_networks_has_a_source_or_says_chosen_by_us() -> None:
    for name, rule in RULES:
        assert rule.source or rule.basis == "chosen by us", name
