"""Laws that hold whatever the data: tau² and its maxima, subgroups, components, Mantel-Haenszel, distributions."""

from __future__ import annotations

from typing import Any, get_args

import numpy as np
import pytest
from evidence_networks import network
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from skinproof.evidence import (
    component_network,
    confint,
    mantel_haenszel_network,
    meta_analysis,
    multilevel,
    network_meta_analysis,
    pairwise_binary,
    subgroup_analysis,
)
from skinproof.evidence.statistics.generalised_q import weighted_chi_square
from skinproof.evidence.statistics.tau2 import Method, log_likelihood, weighted

pairs = st.lists(st.tuples(st.floats(-3, 3), st.floats(0.01, 2)), min_size=3, max_size=10)
seeds = st.integers(0, 10_000)
few = settings(max_examples=25, deadline=None)


def arrays(rows: list[tuple[float, float]]) -> tuple[np.ndarray, np.ndarray]:
    return np.array([y for y, _ in rows]), np.array([v for _, v in rows])


@few
@given(pairs, st.sampled_from(get_args(Method)))
def test_tau2_is_never_negative_and_none_where_effects_are_alike(rows: list, method: Any) -> None:
    y, v = arrays(rows)
    assert meta_analysis(y, v, method=method).tau2 >= 0
    assert meta_analysis(np.full_like(y, 0.7), v, method=method).tau2 == pytest.approx(0, abs=1e-9)


@few
@given(pairs, st.sampled_from(["ML", "REML"]))
def test_no_tau2_has_a_higher_likelihood(rows: list, method: Any) -> None:
    y, v = arrays(rows)
    fit = meta_analysis(y, v, method=method)
    one = np.ones((len(y), 1))
    others = [0.0, *np.geomspace(1e-4, 30, 60)]
    best = max(log_likelihood(weighted(y, one, 1 / (v + at)), one, method == "REML") for at in others)
    assert fit.loglik >= best - 1e-9


def test_two_maxima_are_both_looked_at() -> None:
    y, se = np.array([0, 0, 1, -2.0]), np.array([0.25, 0.469, 2, 0.875])
    pairwise = meta_analysis(y, se**2)
    arms: Any = (["a"] * 4, ["b"] * 4, list("1234"))
    net = network_meta_analysis(y, se, *arms, method_tau="REML")
    deep = multilevel(y, se**2, factors={"study": list(range(4))})
    assert pairwise.tau2 == pytest.approx(net.tau2, rel=1e-6)
    assert deep.sigma2["study"] == pytest.approx(net.tau2, rel=1e-5)
    assert pairwise.tau2 == pytest.approx(0.1982657, rel=1e-6)


def test_a_moderator_far_from_zero_keeps_its_digits() -> None:
    random = np.random.default_rng(1)
    y, v, x = random.normal(size=14), random.uniform(0.05, 0.3, 14), random.integers(0, 30, 14).astype(float)
    for method in ("DL", "HE", "SJ", "REML"):
        near, far = (meta_analysis(y, v, {"year": x + by}, method=method) for by in (0, 1_000_000))  # type: ignore[arg-type]
        assert far.tau2 == pytest.approx(near.tau2, rel=1e-10)
        assert far.coef[1] == pytest.approx(near.coef[1], rel=1e-10)
        assert far.qe == pytest.approx(near.qe, rel=1e-11)


@few
@given(pairs, st.sampled_from(["DL", "REML", "SJ"]), st.booleans(), st.randoms(use_true_random=False))
def test_subgroups_do_not_depend_on_order(rows: list, method: Any, shared: bool, random: Any) -> None:
    y, v = arrays(rows)
    by = ["early" if place % 2 else "late" for place in range(len(y))]
    order = list(range(len(y)))
    random.shuffle(order)
    one = subgroup_analysis(meta_analysis(y, v, method=method), by, common_tau2=shared)
    two = subgroup_analysis(
        meta_analysis(y[order], v[order], method=method), [by[i] for i in order], common_tau2=shared
    )
    assert two.q == pytest.approx(one.q, rel=1e-6, abs=1e-8)
    assert two.columns()["subgroup"] == one.columns()["subgroup"] == ["early", "late"]
    assert one.df == 1
    if shared:
        assert len({fit.tau2 for fit in one.fits.values()}) == 1


@few
@given(pairs)
def test_a_shared_tau2_is_that_of_the_subgroup_as_moderator(rows: list) -> None:
    y, v = arrays(rows)
    by = ["a" if place % 2 else "b" for place in range(len(y))]
    apart = subgroup_analysis(meta_analysis(y, v, method="DL"), by, common_tau2=True)
    joint = meta_analysis(y, v, {"group": by}, method="DL")
    assert apart.fits["a"].tau2 == pytest.approx(joint.tau2, abs=1e-12)
    assert apart.q == pytest.approx(joint.qm, rel=1e-8, abs=1e-10)
    assert apart.q_within == pytest.approx(joint.qe, rel=1e-8, abs=1e-10)


def test_subgroups_tell_their_table() -> None:
    told = subgroup_analysis(meta_analysis([0.1, 0.2, 0.9, 1.1], [0.04] * 4, method="DL"), list("aabb"))
    assert "2 subgroups" in repr(told)
    assert "Q between" in told.summary()
    assert told.columns()["k"] == [2, 2]
    assert told.pval == pytest.approx(float(stats.chi2.sf(told.q, 1)))


@few
@given(seeds, st.floats(0.1, 10))
def test_components_scale_and_do_not_depend_on_order(seed: int, unit: float) -> None:
    columns = network(seed, treatments=5, studies=12)
    names = {"A": "plac", "B": "x", "C": "y", "D": "x+y", "E": "x+z"}
    first, second = ([names[t] for t in side] for side in (columns.treat1, columns.treat2))
    one = component_network(columns.TE, columns.seTE, first, second, columns.studlab, inactive="plac")
    back = list(range(len(first)))[::-1]
    two = component_network(
        [-unit * columns.TE[i] for i in back],
        [unit * columns.seTE[i] for i in back],
        [second[i] for i in back],
        [first[i] for i in back],
        [columns.studlab[i] for i in back],
        inactive="plac",
    )
    assert two.comps == one.comps
    np.testing.assert_allclose(two.components().TE, unit * one.components().TE, atol=1e-8 * unit)
    np.testing.assert_allclose(two.components().seTE, unit * one.components().seTE, rtol=1e-8)
    assert two.tau2 == pytest.approx(unit**2 * one.tau2, rel=1e-7, abs=1e-9)


@st.composite
def trials(draw: Any) -> list[tuple[str, str, int, int]]:
    """Arms of trials of two or three of four treatments, joined in a chain."""
    rows = []
    for study in range(draw(st.integers(4, 8))):
        arms = ["ABCD"[study % 3], "ABCD"[study % 3 + 1]]
        if draw(st.booleans()):
            arms += [next(t for t in "DCBA" if t not in arms)]
        rows += [(f"study {study}", arm, draw(st.integers(1, 29)), 30) for arm in arms]
    return rows


@few
@given(trials(), st.randoms(use_true_random=False))
def test_mantel_haenszel_networks_do_not_depend_on_order_or_on_what_counts_as_an_event(rows: Any, random: Any) -> None:
    def fitted(these: Any) -> Any:
        study, arm, event, n = zip(*these, strict=True)
        return mantel_haenszel_network(pairwise_binary(study, arm, event, n))

    one = fitted(rows)
    shuffled = list(rows)
    random.shuffle(shuffled)
    two = fitted(shuffled)
    np.testing.assert_allclose(two.effects.TE, one.effects.TE, atol=1e-9)
    np.testing.assert_allclose(two.effects.seTE, one.effects.seTE, atol=1e-9)
    turned = fitted([(s, a, n - e, n) for s, a, e, n in rows])
    np.testing.assert_allclose(turned.effects.TE, -one.effects.TE, atol=1e-9)
    np.testing.assert_allclose(turned.effects.seTE, one.effects.seTE, atol=1e-9)
    TE = one.effects.TE
    through = TE[:, :, None] + TE[None, :, :]
    np.testing.assert_allclose(through, np.broadcast_to(TE[:, None, :], through.shape), atol=1e-9)


def test_renaming_treatments_changes_no_mantel_haenszel_number() -> None:
    study = [s for s in ("1", "2", "3") for _ in range(3)]
    event, n = [3, 5, 9, 2, 8, 7, 1, 4, 6], [30, 31, 29, 25, 27, 26, 40, 38, 41]
    one = mantel_haenszel_network(pairwise_binary(study, list("ABC") * 3, event, n))
    two = mantel_haenszel_network(pairwise_binary(study, list("CAB") * 3, event, n))
    place = {"A": 2, "B": 0, "C": 1}  # A is now C
    order = [place[t] for t in "ABC"]
    np.testing.assert_allclose(two.effects.TE[np.ix_(order, order)], one.effects.TE, atol=1e-12)
    np.testing.assert_allclose(two.effects.seTE[np.ix_(order, order)], one.effects.seTE, atol=1e-12)


@pytest.mark.parametrize("df", [1, 2, 5, 12])
@pytest.mark.parametrize("q", [0.05, 1.0, 8.0, 40.0])
def test_equal_weights_are_a_chi_square(df: int, q: float) -> None:
    assert weighted_chi_square(3 * q, np.full(df, 3.0)) == pytest.approx(stats.chi2.sf(q, df), abs=1e-10)


def test_two_weights_are_a_known_mixture() -> None:
    # Two of each: sums of exponentials, whose tail is (a·exp(-q/2a) - b·exp(-q/2b))/(a - b).
    a, b, q = 2.0, 0.5, 3.0
    known = (a * np.exp(-q / (2 * a)) - b * np.exp(-q / (2 * b))) / (a - b)
    assert weighted_chi_square(q, np.array([a, a, b, b])) == pytest.approx(known, abs=1e-12)


@few
@given(pairs, st.sampled_from(["QP", "J", "BJ"]))
def test_intervals_of_tau2_are_in_order_and_grow_with_their_level(rows: list, kind: Any) -> None:
    fit = meta_analysis(*arrays(rows), method="DL")
    narrow, wide = (confint(fit, level=level, type=kind).tau2 for level in (80, 95))
    assert 0 <= wide[1] <= narrow[1] + 1e-9
    assert narrow[1] <= narrow[2] <= wide[2] * (1 + 1e-9)
