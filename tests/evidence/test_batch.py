"""Many fits at once give what fits one by one give; bootstraps repeat with their seed."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skinproof.evidence import bootstrap, meta_analysis, meta_analysis_batch, predict, predict_bootstrap

METHODS = ("FE", "DL", "HE", "HS", "HSk", "SJ", "ML", "REML", "EB", "PM")
FIELDS = ("coef", "se", "zval", "pval", "ci_lb", "ci_ub", "s2w", "tau2", "i2", "h2", "qe", "qe_p", "k")


def made(fits: int, k: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    draw = np.random.default_rng(seed)
    vi = draw.uniform(0.01, 0.4, (fits, k))
    tau = draw.choice([0.0, 0.3, 2.0], (fits, 1))
    return 0.3 + tau * draw.standard_normal((fits, k)) + np.sqrt(vi) * draw.standard_normal((fits, k)), vi


def hold(batch, at, one):
    for name in FIELDS:
        np.testing.assert_allclose(getattr(batch, name)[at], getattr(one, name), rtol=1e-8, atol=1e-10, err_msg=name)
    assert (np.isnan(batch.df[at]) and one.df is None) or batch.df[at] == one.df


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("test", ["z", "t", "knha", "adhoc"])
def test_a_batch_is_its_fits_one_by_one(method, test):
    yi, vi = made(40, 7, seed=METHODS.index(method))
    batch = meta_analysis_batch(yi, vi, method=method, test=test)
    for at in range(len(batch)):
        one = meta_analysis(yi[at], vi[at], method=method, test=test)
        hold(batch, at, one)
        interval = predict(one)
        np.testing.assert_allclose([batch.pi_lb[at], batch.pi_ub[at]], [interval.pi_lb[0], interval.pi_ub[0]], 1e-8)


@pytest.mark.parametrize("method", METHODS)
def test_fits_of_different_numbers_of_studies_with_moderators(method):
    yi, vi = made(25, 9, seed=3)
    draw = np.random.default_rng(4)
    mods = draw.normal(2000, 10, (25, 9, 2))  # as far from zero as years are
    mask = draw.random((25, 9)) < 0.7
    mask[:, :4] = True
    yi[~mask] = np.nan  # what is not there is not looked at
    batch = meta_analysis_batch(yi, vi, mods, method, "knha", mask=mask)
    for at, own in enumerate(mask):
        hold(batch, at, meta_analysis(yi[at, own], vi[at, own], mods[at, own], method, "knha"))
    assert np.isnan(batch.pi_lb).all()


@settings(deadline=None, max_examples=40)
@given(seed=st.integers(0, 10**6), k=st.integers(1, 12), method=st.sampled_from(METHODS))
def test_any_shape(seed, k, method):
    yi, vi = made(3, k, seed)
    batch = meta_analysis_batch(yi, vi, method=method, test="adhoc", level=90)
    for at in range(3):
        hold(batch, at, meta_analysis(yi[at], vi[at], method=method, test="adhoc", level=90))


@pytest.mark.parametrize("method", ["ML", "REML"])
def test_the_highest_of_several_maxima(method):
    yi, vi = [[1.0, 2.0, 2.0, 0.5], [0.0, 0.0, 1.0, -2.0]], [[2.0, 0.0625, 0.03125, 0.375], [1.0, 1.0, 0.01, 0.01]]
    batch = meta_analysis_batch(yi, vi, method=method)
    for at in range(2):
        hold(batch, at, meta_analysis(yi[at], vi[at], method=method))


def test_more_fits_than_are_worked_on_together():
    yi, vi = made(700, 100, seed=5)
    batch = meta_analysis_batch(yi, vi[0], method="REML")
    for at in (0, 326, 327, 328, 699):
        hold(batch, at, meta_analysis(yi[at], vi[0], method="REML"))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"yi": np.nan}, "fit 2, study 3: the effect is not a finite number"),
        ({"vi": np.inf}, "fit 2, study 3: the variance is not a finite number"),
        ({"vi": 0.0}, "fit 2, study 3: the variance is not above zero"),
        ({"mask": False}, "fit 2 has no studies"),
        ({"mods": np.nan}, "fit 2, study 3: a moderator is not a finite number"),
        ({"alike": 1.0}, "fit 2: moderators depend on one another"),
        ({"short": 1}, "fit 1: 2 studies are too few for 2 coefficients"),
    ],
)
def test_bad_numbers_are_named(change, message):
    yi, vi = made(3, 4, seed=6)
    mods = np.random.default_rng(7).normal(0, 1, (3, 4, 1)) if {"mods", "alike", "short"} & set(change) else None
    mask = np.ones((3, 4), dtype=bool)
    for what, value in change.items():
        if what == "mask":
            mask[1] = value
        elif what == "short":
            mask[0, 2:] = False
        elif what == "alike":
            mods[1] = value
        else:
            {"yi": yi, "vi": vi, "mods": mods}[what][1, 2] = value
    with pytest.raises(ValueError, match=message):
        meta_analysis_batch(yi, vi, mods, mask=mask)


def test_a_table_of_fits():
    yi, vi = made(3, 4, seed=6)
    batch = meta_analysis_batch(yi, vi)
    assert batch.columns()["tau2"] == batch.tau2.tolist()
    assert batch.columns()["estimate"] == batch.coef[:, 0].tolist()
    with pytest.raises(ValueError, match="these models have 2"):
        meta_analysis_batch(yi, vi, np.arange(4.0).reshape(-1, 1)).columns()


def test_shapes_methods_and_levels_are_checked():
    yi, vi = made(3, 4, seed=6)
    for bad in (lambda: meta_analysis_batch(yi[0], vi[0]), lambda: meta_analysis_batch(yi, vi[:, :2])):
        with pytest.raises(ValueError, match="effects must be B × k"):
            bad()
    with pytest.raises(ValueError, match="a mask of"):
        meta_analysis_batch(yi, vi, mask=[True])
    with pytest.raises(ValueError, match="moderators must be"):
        meta_analysis_batch(yi, vi, np.ones((2, 3, 4)))
    with pytest.raises(ValueError, match="'XX'"):
        meta_analysis_batch(yi, vi, method="XX")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="level of 0"):
        meta_analysis_batch(yi, vi, level=0)


BCG_LIKE = made(1, 13, seed=9)


@pytest.mark.parametrize("kind", ["parametric", "nonparametric"])
@pytest.mark.parametrize("mods", [None, np.arange(13.0).reshape(-1, 1)])
def test_a_bootstrap_repeats_and_is_its_refits(kind, mods):
    fit = meta_analysis(BCG_LIKE[0][0], BCG_LIKE[1][0], mods, test="knha")
    boot = bootstrap(fit, n=400, seed=11, kind=kind)
    assert np.array_equal(boot.coef, bootstrap(fit, n=400, seed=11, kind=kind).coef)
    assert not np.array_equal(boot.coef, bootstrap(fit, n=400, seed=12, kind=kind).coef)
    low, high = boot.interval()
    assert ((low < fit.coef) & (fit.coef < high)).all()
    np.testing.assert_allclose(boot.se, fit.se, rtol=0.5)
    basic_low, basic_high = boot.interval(kind="basic")
    np.testing.assert_allclose([2 * fit.coef - high, 2 * fit.coef - low], [basic_low, basic_high])
    assert boot.tau2_interval()[0] <= np.median(boot.tau2) <= boot.tau2_interval()[1]
    assert boot.columns()["term"] == list(fit.names)
    assert "400" in repr(boot)
    assert "tau2" in boot.refits.summary()


def test_the_parametric_bootstrap_of_a_common_effect_has_its_standard_error():
    fit = meta_analysis(BCG_LIKE[0][0], BCG_LIKE[1][0], method="FE")
    boot = bootstrap(fit, n=20_000, seed=1)
    assert boot.se[0] == pytest.approx(fit.se[0], rel=0.03)
    assert abs(boot.bias[0]) < 4 * fit.se[0] / np.sqrt(20_000)


def test_samples_without_enough_values_are_drawn_again_or_refused():
    rare = np.array([1.0, *[0.0] * 5]).reshape(-1, 1)
    fit = meta_analysis([0.1, 0.4, 0.2, 0.5, 0.3, 0.1], [0.05] * 6, rare, method="FE")
    boot = bootstrap(fit, n=200, seed=1, kind="nonparametric")
    assert boot.redrawn > 0
    assert np.isfinite(boot.coef).all()
    with pytest.raises(ValueError, match="a bootstrap of 1"):
        bootstrap(fit, n=1, seed=1)
    with pytest.raises(ValueError, match="'jackknife'"):
        bootstrap(fit, seed=1, kind="jackknife")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="without moderators"):
        predict_bootstrap(fit, seed=1)


def test_the_bootstrap_prediction_interval():
    """Wider than tau²'s estimate alone makes it, the same for a seed, and moving with its data."""
    yi, vi = [0.1, 0.9, 0.35, 1.2, 0.6], [0.04, 0.05, 0.02, 0.06, 0.03]
    fit = meta_analysis(yi, vi, test="adhoc")
    one = predict_bootstrap(fit, n=4000, seed=3)
    again = predict_bootstrap(fit, n=4000, seed=3)
    moved = predict_bootstrap(meta_analysis([10 + y for y in yi], vi, test="adhoc"), n=4000, seed=3)
    assert (one.pi_lb, one.pi_ub) == (again.pi_lb, again.pi_ub)
    np.testing.assert_allclose([moved.pi_lb - 10, moved.pi_ub - 10], [one.pi_lb, one.pi_ub], rtol=1e-9)
    assert one.pi_lb[0] < fit.ci_lb[0]
    assert fit.ci_ub[0] < one.pi_ub[0]
    with pytest.raises(ValueError, match="too few"):
        predict_bootstrap(meta_analysis(yi[:2], vi[:2]), seed=1)


def test_its_draws_of_tau2_have_the_distribution_that_defines_them():
    """P(tau² drawn ≤ t) must be P(Q > q observed) in data simulated with tau² = t."""
    draw = np.random.default_rng(5)
    vi = np.array([0.04, 0.09, 0.02, 0.3])
    w = 1 / vi
    q, t = 6.0, 0.08
    m = np.linalg.eigvalsh(np.diag(w) - np.outer(w, w) / w.sum())[1:]
    c = draw.chisquare(1, (200_000, 3))
    drawn = np.maximum(0.0, (q - c.sum(axis=1)) / (c @ m))
    yi = np.sqrt(vi + t) * draw.standard_normal((200_000, 4))
    qe = meta_analysis_batch(yi, vi, method="FE").qe
    assert (drawn <= t).mean() == pytest.approx((qe > q).mean(), abs=0.006)
