"""Laws of the pairwise models that hold whatever the data, and what is done with data that cannot be."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skinproof.evidence import (
    confint,
    cumul,
    escalc,
    fivenum,
    influence,
    leave1out,
    meta_analysis,
    multilevel,
    predict,
    regtest,
    rma_mh,
    rma_peto,
    subgroup_analysis,
    trimfill,
)

METHODS = ["FE", "DL", "HE", "HS", "HSk", "SJ", "ML", "REML", "EB", "PM"]
studies = st.lists(st.tuples(st.floats(-3, 3), st.floats(0.01, 2)), min_size=4, max_size=12)
quick = settings(max_examples=40, deadline=None)


def arrays(pairs: list[tuple[float, float]]) -> tuple[np.ndarray, np.ndarray]:
    return np.array([y for y, _ in pairs]), np.array([v for _, v in pairs])


@quick
@given(studies, st.sampled_from(METHODS), st.sampled_from(["z", "t", "knha", "adhoc"]), st.randoms())
def test_order_of_studies_does_not_matter(pairs: list, method: str, test: str, random) -> None:  # type: ignore[no-untyped-def]
    one = meta_analysis(*arrays(pairs), method=method, test=test)
    two = meta_analysis(*arrays(random.sample(pairs, len(pairs))), method=method, test=test)
    assert two.coef == pytest.approx(one.coef, rel=1e-6, abs=1e-7)
    assert two.tau2 == pytest.approx(one.tau2, rel=1e-5, abs=1e-7)
    assert two.qe == pytest.approx(one.qe, rel=1e-9, abs=1e-9)


@quick
@given(studies, st.sampled_from(METHODS), st.floats(0.2, 5))
def test_another_unit_scales_the_fit(pairs: list, method: str, unit: float) -> None:
    y, v = arrays(pairs)
    one, two = meta_analysis(y, v, method=method), meta_analysis(y * unit, v * unit**2, method=method)
    assert two.coef == pytest.approx(one.coef * unit, rel=1e-5, abs=1e-6)
    assert two.tau2 == pytest.approx(one.tau2 * unit**2, rel=1e-4, abs=1e-6)
    assert two.i2 == pytest.approx(one.i2, rel=1e-4, abs=1e-3)


@quick
@given(studies, st.sampled_from(METHODS), st.floats(-50, 50))
def test_moving_a_moderator_moves_only_the_intercept(pairs: list, method: str, shift: float) -> None:
    y, v = arrays(pairs)
    x = np.arange(len(y), dtype=float) ** 1.5
    one = meta_analysis(y, v, {"x": x}, method=method)
    two = meta_analysis(y, v, {"x": x + shift}, method=method)
    assert two.coef[1] == pytest.approx(one.coef[1], rel=1e-4, abs=1e-5)
    assert two.coef[0] == pytest.approx(one.coef[0] - shift * one.coef[1], rel=1e-4, abs=1e-4)
    assert two.tau2 == pytest.approx(one.tau2, rel=1e-4, abs=1e-6)


@quick
@given(studies)
def test_a_category_as_moderator_gives_the_subgroups_common_effects(pairs: list) -> None:
    y, v = arrays(pairs)
    group = ["a" if place % 2 else "b" for place in range(len(y))]
    whole = meta_analysis(y, v, {"group ": group}, method="FE", intercept=False)
    apart = subgroup_analysis(meta_analysis(y, v, method="FE"), group)
    assert whole.names == ("group a", "group b")
    assert whole.coef == pytest.approx([float(apart.fits[name].coef[0]) for name in "ab"])
    contrast = meta_analysis(y, v, {"group ": group}, method="FE")
    assert contrast.qm == pytest.approx(apart.q, rel=1e-7, abs=1e-9)


@quick
@given(studies)
def test_one_effect_a_group_is_the_pairwise_model(pairs: list) -> None:
    y, v = arrays(pairs)
    flat = meta_analysis(y, v, method="REML")
    deep = multilevel(y, v, factors={"study": list(range(len(y)))})
    assert deep.loglik == pytest.approx(flat.loglik, rel=1e-7, abs=1e-7)
    assert deep.coef == pytest.approx(flat.coef, rel=1e-3, abs=1e-3)


@quick
@given(studies, st.sampled_from(METHODS))
def test_the_interval_of_tau2_holds_the_paule_mandel_estimate(pairs: list, method: str) -> None:
    y, v = arrays(pairs)
    low, high = confint(meta_analysis(y, v, method=method)).tau2[1:]
    middle = meta_analysis(y, v, method="PM").tau2
    assert 0 <= low <= high
    assert low <= middle + 1e-9
    assert middle <= high + 1e-9 or high == 0


def test_the_last_of_a_cumulation_is_the_whole() -> None:
    y, v = np.array([0.1, 0.5, -0.2, 0.8]), np.array([0.04, 0.1, 0.05, 0.2])
    fit = meta_analysis(y, v, method="DL", slab=["A", "B", "C", "D"])
    last = cumul(fit, order=[4, 3, 2, 1]).fits[-1]
    assert last is not None
    assert last.coef == pytest.approx(fit.coef)
    assert leave1out(fit).slab == ("A", "B", "C", "D")
    assert influence(fit).weight.sum() == pytest.approx(100)
    assert predict(fit, level=50).pi_ub < predict(fit).pi_ub


def test_metafors_stopping_rule_comes_near_the_maximum() -> None:
    y, v = np.array([0.1, 0.5, -0.2, 0.8]), np.array([0.04, 0.1, 0.05, 0.2])
    assert meta_analysis(y, v, threshold=1e-12).tau2 == pytest.approx(meta_analysis(y, v).tau2, rel=1e-6)


def test_filled_studies_mirror_those_on_the_other_side() -> None:
    y, v = np.array([0.0, 0.1, 0.15, 0.6, 0.8, 1.2]), np.array([0.01, 0.01, 0.02, 0.1, 0.15, 0.3])
    found = trimfill(meta_analysis(y, v, method="FE"))
    mirrored = trimfill(meta_analysis(-y, v, method="FE"))
    assert found.side == "left"
    assert found.k0 == mirrored.k0 > 0
    assert mirrored.side == "right"
    assert mirrored.filled_yi == pytest.approx(-found.filled_yi)
    assert found.fit.coef[0] < meta_analysis(y, v, method="FE").coef[0]


def test_the_summary_and_table_tell_the_fit() -> None:
    fit = meta_analysis([0.1, 0.5, -0.2], [0.04, 0.1, 0.05], method="DL")
    assert "Random-effects model (k = 3; method: DL; test: z)" in fit.summary()
    assert f"{fit.coef[0]:.4f}" in fit.summary()
    assert repr(fit).startswith("<MetaAnalysis DL: k = 3, 0.0839 [")
    assert fit.columns()["estimate"] == fit.coef.tolist()


@pytest.mark.parametrize(
    ("yi", "vi", "told"),
    [
        ([0.1, math.nan], [1, 1], "study 2"), ([0.1, 0.2], [1, -1], "study 2"), ([0.1, 0.2], [0, 1], "study 1"),
        ([0.1, 0.2], [1], "one length"), ([], [], "empty"),
    ],
)  # fmt: skip
def test_numbers_that_cannot_be_name_the_study(yi: list, vi: list, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        meta_analysis(yi, vi)


def test_moderators_that_cannot_be_are_named() -> None:
    y, v = [0.1, 0.2, 0.3, 0.4], [0.1, 0.1, 0.1, 0.1]
    with pytest.raises(ValueError, match="moderator x: no value for study 3"):
        meta_analysis(y, v, {"x": [1, 2, None, 4]})
    with pytest.raises(ValueError, match="depend on one another"):
        meta_analysis(y, v, {"x": [1, 2, 3, 4], "twice": [2, 4, 6, 8]})
    with pytest.raises(ValueError, match="too few"):
        meta_analysis([0.1, 0.2], [0.1, 0.1], {"x": [1, 2]})
    with pytest.raises(ValueError, match="do not carry"):
        regtest(meta_analysis(y, v))


def test_counts_that_cannot_be_name_the_study() -> None:
    with pytest.raises(ValueError, match=r"study 2 \(Lee 2020\): ai is more than n1i"):
        escalc("RR", ai=[1, 9], n1i=[5, 5], ci=[1, 1], n2i=[5, 5], slab=["Kim 2019", "Lee 2020"])
    with pytest.raises(ValueError, match="study 1: sd1i is negative"):
        escalc("MD", m1i=[1], sd1i=[-1], n1i=[5], m2i=[1], sd2i=[1], n2i=[5])
    with pytest.raises(ValueError, match="needs the column"):
        escalc("MD", m1i=[1])
    with pytest.raises(ValueError, match="no events in any study"):
        rma_mh("RR", [0, 0], [5, 5], [0, 0], [5, 5])
    with pytest.raises(ValueError, match="no study has"):
        rma_peto([0, 0], [5, 5], [0, 0], [5, 5])


def test_a_study_without_events_gives_no_effect_if_so_asked() -> None:
    sizes = escalc("OR", ai=[0, 2], n1i=[5, 5], ci=[0, 1], n2i=[5, 5], drop00=True)
    assert np.isnan(sizes.yi[0])
    assert np.isfinite(sizes.yi[1])


@quick
@given(st.floats(-5, 5), st.floats(0.1, 5), st.integers(10, 400))
def test_symmetric_quartiles_give_the_median(median: float, half: float, n: int) -> None:
    found = fivenum(n, median, q1=median - half, q3=median + half)
    assert found.mean[0] == pytest.approx(median)
    assert found.sd[0] > 0
    assert not found.skewed[0]


def test_medians_that_cannot_be_are_refused() -> None:
    with pytest.raises(ValueError, match="row 2"):
        fivenum([10, 10], [1, 5], q1=[0, 6], q3=[2, 8])
    with pytest.raises(ValueError, match="range or the quartiles"):
        fivenum(10, 1)
    assert np.isnan(fivenum(100, 1.1, min=1, max=9).mean[0])  # far too skewed
