"""Networks: properties that hold whatever the data, and data that must be refused."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from evidence_networks import network
from hypothesis import given, settings
from hypothesis import strategies as st

from skinproof.evidence import (
    DisconnectedNetworkError,
    NetworkDataError,
    contributions,
    decompose_designs,
    hat_matrix,
    net_heat,
    net_split,
    network_connection,
    network_measures,
    network_meta_analysis,
    p_scores,
    pairwise_binary,
    pairwise_continuous,
    random_effects,
    rankogram,
    study_impact,
)

seeds = st.integers(0, 10_000)
few = settings(max_examples=25, deadline=None)


@few
@given(seeds, st.sampled_from(["DL", "REML", "ML"]), st.randoms(use_true_random=False))
def test_order_of_rows_and_of_treatments_within_them_does_not_matter(seed: int, method: Any, random: Any) -> None:
    columns = network(seed)
    order = list(range(len(columns.TE)))
    random.shuffle(order)
    turned = [random.random() < 0.5 for _ in order]
    one = network_meta_analysis(*columns.all(), method_tau=method)
    two = network_meta_analysis(*columns.rearranged(order, turned).all(), method_tau=method)
    assert one.trts == two.trts
    np.testing.assert_allclose(one.random.TE, two.random.TE, atol=1e-8)
    np.testing.assert_allclose(one.random.seTE, two.random.seTE, atol=1e-8)
    assert pytest.approx(two.heterogeneity.Q, abs=1e-8) == one.heterogeneity.Q


@few
@given(seeds, st.sampled_from(["DL", "REML", "ML"]), st.sampled_from("ABCD"))
def test_the_reference_changes_no_number(seed: int, method: Any, reference: str) -> None:
    columns = network(seed)
    one = network_meta_analysis(*columns.all(), method_tau=method)
    two = network_meta_analysis(*columns.all(), method_tau=method, reference=reference)
    np.testing.assert_allclose(one.random.TE, two.random.TE, atol=1e-8)
    assert one.tau2 == pytest.approx(two.tau2, abs=1e-9)
    assert pytest.approx(two.inconsistency.Q, abs=1e-8) == one.inconsistency.Q
    if one.n > 2:
        assert decompose_designs(one).tau_within == pytest.approx(decompose_designs(two).tau_within, abs=1e-8)


@few
@given(seeds)
def test_estimates_are_consistent_and_intervals_mirror(seed: int) -> None:
    net = network_meta_analysis(*network(seed).all())
    effects = net.network("random")
    np.testing.assert_allclose(effects.TE, -effects.TE.T, atol=1e-12)
    np.testing.assert_allclose(effects.lower, -effects.upper.T, atol=1e-12)
    np.testing.assert_allclose(effects.TE[0, 1] + effects.TE[1, 2], effects.TE[0, 2], atol=1e-12)
    assert pytest.approx(net.heterogeneity.Q + net.inconsistency.Q, abs=1e-8) == net.Q


@few
@given(seeds, st.floats(0.1, 50))
def test_scaling_effects_and_errors_scales_the_answer(seed: int, factor: float) -> None:
    columns = network(seed)
    one = network_meta_analysis(*columns.all(), method_tau="REML")
    scaled = [factor * x for x in columns.TE], [factor * x for x in columns.seTE]
    two = network_meta_analysis(*scaled, *columns.all()[2:], method_tau="REML", tol_multiarm=1)
    np.testing.assert_allclose(two.random.TE, factor * one.random.TE, rtol=1e-6, atol=1e-8)
    assert two.tau2 == pytest.approx(factor**2 * one.tau2, rel=1e-5, abs=1e-9)
    assert pytest.approx(one.Q, rel=1e-9) == two.Q


@few
@given(
    st.lists(st.tuples(st.floats(-3, 3), st.floats(0.05, 2)), min_size=2, max_size=12),
    st.sampled_from(["DL", "REML"]),
)
def test_two_treatments_are_the_pairwise_model(rows: list[tuple[float, float]], method: Any) -> None:
    k = len(rows)
    net = network_meta_analysis(
        [y for y, _ in rows], [s for _, s in rows], ["A"] * k, ["B"] * k, [str(i) for i in range(k)], method_tau=method
    )
    pair = random_effects([y for y, _ in rows], [s**2 for _, s in rows], method)
    if method == "REML" and restricted_likelihood(rows, net.tau2) > restricted_likelihood(rows, pair.tau2) + 1e-9:
        return  # a likelihood with two maxima: the network has the higher
    assert net.tau2 == pytest.approx(pair.tau2, abs=1e-5)
    assert pytest.approx(pair.q, rel=1e-9, abs=1e-9) == net.Q
    assert net.random.TE[0, 1] == pytest.approx(pair.beta, abs=1e-4)
    assert net.random.seTE[0, 1] == pytest.approx(pair.se, abs=1e-4)


def restricted_likelihood(rows: list[tuple[float, float]], tau2: float) -> float:
    y, w = np.array([y for y, _ in rows]), 1 / (np.array([s for _, s in rows]) ** 2 + tau2)
    mean = np.sum(w * y) / np.sum(w)
    return float(np.sum(np.log(w)) - np.log(np.sum(w)) - np.sum(w * (y - mean) ** 2)) / 2


@few
@given(seeds)
def test_evidence_flow_adds_up(seed: int) -> None:
    net = network_meta_analysis(*network(seed).all())
    hat = hat_matrix(net).values
    np.testing.assert_allclose(hat @ hat, hat, atol=1e-9)
    assert np.trace(hat) == pytest.approx(net.n - 1)
    for method in ("shortestpath", "randomwalk"):
        shares = contributions(net, method=method).values  # type: ignore[arg-type]
        assert (shares >= -1e-12).all()
        np.testing.assert_allclose(shares.sum(axis=1), 1.0, atol=1e-8)
    measures = network_measures(net)
    assert (measures.meanpath >= 1 - 1e-9).all()
    assert (measures.minpar >= 1 - 1e-9).all()
    impact = study_impact(net).values
    assert (impact >= -1e-9).all()
    assert (impact <= 1).all()


@few
@given(seeds, st.sampled_from(["desirable", "undesirable"]))
def test_p_scores_average_one_half_and_sucra_from_joint_draws_equals_them(seed: int, small: Any) -> None:
    net = network_meta_analysis(*network(seed).all())
    scores = p_scores(net, small_values=small)
    assert scores.scores.mean() == pytest.approx(0.5)
    ranks = rankogram(net, small_values=small, draws=4096)
    np.testing.assert_allclose(ranks.sucra, scores.scores, atol=0.02)
    np.testing.assert_allclose(ranks.rank_probability.sum(axis=1), 1.0)
    again = rankogram(net, small_values=small, draws=4096)
    np.testing.assert_array_equal(ranks.rank_probability, again.rank_probability)


@few
@given(seeds)
def test_network_estimate_lies_between_direct_and_indirect(seed: int) -> None:
    split = net_split(network_meta_analysis(*network(seed).all()), "common")
    mixed = split.prop * split.direct.TE + (1 - split.prop) * split.indirect.TE
    known = ~np.isnan(mixed)
    np.testing.assert_allclose(mixed[known], split.network.TE[known], atol=1e-9)


def test_a_bare_three_arm_study_is_its_own_arms() -> None:
    means, variances = {"A": 1.0, "B": 0.25, "C": -0.5}, {"A": 0.1, "B": 0.2, "C": 0.4}
    pairs = [("A", "B"), ("A", "C"), ("B", "C")]
    net = network_meta_analysis(
        [means[a] - means[b] for a, b in pairs],
        [math.sqrt(variances[a] + variances[b]) for a, b in pairs],
        [a for a, _ in pairs],
        [b for _, b in pairs],
        ["only"] * 3,
    )
    for a, b in pairs:
        TE, seTE, _, _ = net.estimate(a, b)
        assert pytest.approx(means[a] - means[b]) == TE
        assert seTE == pytest.approx(math.sqrt(variances[a] + variances[b]))
    assert pytest.approx(0, abs=1e-20) == net.Q
    assert math.isnan(net.tau2)
    assert np.isnan(net.prediction.lower).all()


def test_normal_intervals_cover_as_they_promise() -> None:
    random = np.random.default_rng(20)
    true, covered, tries = {"A": 0.0, "B": 0.5, "C": -0.3}, 0, 400
    pairs = [("A", "B"), ("B", "C"), ("A", "C")] * 6
    for _ in range(tries):
        seTE = random.uniform(0.1, 0.4, len(pairs))
        TE = [true[a] - true[b] + random.normal() * s for (a, b), s in zip(pairs, seTE, strict=True)]
        net = network_meta_analysis(TE, seTE, *zip(*pairs, strict=True), [str(i) for i in range(len(pairs))])
        effects = net.network("common")
        covered += bool(effects.lower[0, 1] <= true["A"] - true["B"] <= effects.upper[0, 1])
    # 95 % of 400 with a binomial standard error of 1.1 %.
    assert 0.91 < covered / tries < 0.985


GOOD: dict[str, Any] = {
    "TE": [0.1, 0.2], "seTE": [0.1, 0.1], "treat1": ["A", "B"], "treat2": ["B", "C"], "studlab": ["one", "two"],
}  # fmt: skip


@pytest.mark.parametrize(
    ("change", "study", "row", "words"),
    [
        ({"treat2": ["A", "C"]}, "one", 1, "compared with itself"),
        ({"seTE": [0.1, 0.0]}, "two", 2, "positive"),
        ({"seTE": [0.1, -0.2]}, "two", 2, "positive"),
        ({"seTE": [0.1, math.nan]}, "two", 2, "positive"),
        ({"TE": [math.inf, 0.2]}, "one", 1, "finite"),
        ({"studlab": ["one", ""]}, None, 2, "no label"),
        ({"treat1": ["A", " "]}, "two", 2, "no name"),
        ({"treat1": ["A", "B"], "treat2": ["B", "A"], "studlab": ["one", "one"]}, "one", 2, "already given in row 1"),
        ({"studlab": ["one", "one"]}, "one", 1, "missing: A:C"),
        ({"TE": ["x", 0.2]}, None, 1, "not a number"),
        ({"TE": [0.1]}, None, None, "differ in length"),
    ],
)
def test_bad_data_are_refused_by_study_and_row(
    change: dict[str, Any], study: str | None, row: int | None, words: str
) -> None:
    with pytest.raises(NetworkDataError, match=words) as caught:
        network_meta_analysis(**{**GOOD, **change})
    assert (caught.value.study, caught.value.row) == (study, row)


def test_effects_of_one_study_that_do_not_add_up_are_refused() -> None:
    with pytest.raises(NetworkDataError, match=r"study 'odd'.*do not add up"):
        network_meta_analysis([0.1, 0.5, 0.2], [0.3, 0.3, 0.3], "AAB", "BCC", ["odd"] * 3)


def test_impossible_standard_errors_of_one_study_are_refused() -> None:
    with pytest.raises(NetworkDataError, match=r"study 'odd'.*contradict"):
        network_meta_analysis([0.1, 0.3, 0.2], [0.1, 1.0, 0.1], "AAB", "BCC", ["odd"] * 3)


def test_a_disconnected_network_names_its_parts() -> None:
    with pytest.raises(DisconnectedNetworkError, match=r"2 separate sub-networks: \{A, B\}; \{C, D\}") as caught:
        network_meta_analysis([0.1, 0.2], [0.1, 0.1], ["A", "C"], ["B", "D"], ["one", "two"])
    assert caught.value.subnetworks == (("A", "B"), ("C", "D"))
    found = network_connection(["A", "C"], ["B", "D"], ["one", "two"])
    assert not found.connected
    assert found.subnet == (1, 2)
    assert np.isinf(found.distance[0, 2])


def test_what_cannot_be_asked_says_so() -> None:
    star = network_meta_analysis([0.1, 0.2, 0.4], [0.1] * 3, "ABC", "DDD", "123")
    assert star.inconsistency.df == 0
    assert "incoherence cannot be checked" in star.summary()
    with pytest.raises(ValueError, match="loop of evidence"):
        net_heat(star)
    with pytest.raises(ValueError, match="no treatment 'Z'"):
        star.estimate("Z", "A")
    with pytest.raises(NetworkDataError, match="reference 'Z'"):
        network_meta_analysis(**GOOD, reference="Z")
    with pytest.raises(ValueError, match="tau_preset"):
        network_meta_analysis(**GOOD, tau_preset=-1.0)


@pytest.mark.parametrize(
    ("event", "n", "row", "words"),
    [
        ([5, 12], [10, 10], 2, "12 events out of 10"),
        ([5, 1], [10, 0], 2, "positive"),
        ([math.nan, 1], [9, 9], 1, "miss"),
    ],
)
def test_impossible_arms_are_refused(event: list[float], n: list[float], row: int, words: str) -> None:
    with pytest.raises(NetworkDataError, match=words) as caught:
        pairwise_binary(["trial", "trial"], ["A", "B"], event, n)
    assert (caught.value.study, caught.value.row) == ("trial", row)


def test_the_same_arm_twice_and_a_lonely_arm_are_refused() -> None:
    with pytest.raises(NetworkDataError, match="already given in row 1"):
        pairwise_binary(["s", "s"], ["A", "A"], [1, 2], [9, 9])
    with pytest.raises(NetworkDataError, match="single arm"):
        pairwise_continuous(["s", "s", "t"], ["A", "B", "A"], [9, 9, 9], [1, 2, 3], [1, 1, 1])


def test_a_pair_without_events_says_nothing_about_odds() -> None:
    pairs = pairwise_binary(["s", "s", "t", "t"], ["A", "B", "A", "B"], [0, 0, 3, 5], [20, 20, 30, 30])
    assert pairs.estimable == (False, True)
    assert pairs.network().k == 1
