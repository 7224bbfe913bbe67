"""Bayesian models by quadrature: against direct integration, textbook numbers, the frequentist fits, and each other."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad

from skinproof.evidence import (
    HalfNormal,
    HalfT,
    LogNormalVariance,
    LogTVariance,
    NetworkDataError,
    TimeCourse,
    UniformTau,
    bayes_meta_analysis,
    bayes_network,
    bayes_time_course_arms,
    component_matrix,
    half_cauchy,
    meta_analysis,
    network_meta_analysis,
    time_course_arms,
)

# Rubin 1981, J Educ Stat 6:377: coaching in eight schools, effects and standard errors.
SCHOOLS = np.array([28, 8, -3, 7, -1, 1, 18, 12.0]), np.array([15, 10, 16, 11, 9, 11, 10, 18.0])
PRIORS = [HalfNormal(0.5), HalfT(0.4, 4), half_cauchy(0.3), UniformTau(2.0), LogNormalVariance(-2.0, 1.5),
          LogTVariance(-3.0, 1.2)]  # fmt: skip


def direct(prior, y, v):
    """Moments and log marginal likelihood by an adaptive integrator on tau itself."""

    def parts(tau):
        w = 1 / (v + tau**2)
        mean, total = w @ y / w.sum(), w.sum()
        log_p = 0.5 * np.log(w).sum() - 0.5 * w @ (y - mean) ** 2 - 0.5 * math.log(total)
        return math.exp(log_p + float(prior.log_density(np.array(tau)))), mean, total

    def integral(function):
        pieces = [-60, -10, -5, -3, -1, 0, min(2, math.log(prior.end)), min(30, math.log(prior.end))]
        return sum(
            quad(lambda x: parts(math.exp(x))[0] * function(math.exp(x)) * math.exp(x), a, b, epsrel=1e-9, epsabs=0)[0]
            for a, b in pairwise(pieces)
            if b > a
        )

    z = integral(lambda _: 1.0)
    mu = integral(lambda t: parts(t)[1]) / z
    second = integral(lambda t: 1 / parts(t)[2] + parts(t)[1] ** 2) / z
    constant = -0.5 * (len(y) - 1) * math.log(2 * math.pi)
    return mu, math.sqrt(second - mu**2), integral(lambda t: t) / z, math.log(z) + constant


@pytest.mark.parametrize("prior", PRIORS, ids=lambda prior: type(prior).__name__)
def test_quadrature_is_exact(prior):
    y, v = np.array([0.1, 0.6, 0.9, 0.3]), np.array([0.04, 0.02, 0.09, 0.05])
    found = bayes_meta_analysis(y, v, prior)
    wanted = direct(prior, y, v)
    assert (found.mu.mean, found.mu.sd, found.tau.mean, found.log_marginal) == pytest.approx(wanted, rel=1e-7)


@pytest.mark.parametrize("prior", PRIORS, ids=lambda prior: type(prior).__name__)
def test_priors_are_densities(prior):
    total = sum(
        quad(lambda t: math.exp(float(prior.log_density(np.array(t)))), a, min(b, prior.end))[0]
        for a, b in ((0, 0.1), (0.1, 1), (1, 10), (10, math.inf))
        if a < prior.end
    )
    assert total == pytest.approx(1, rel=1e-6)


def test_eight_schools():
    """Gelman and others, Bayesian Data Analysis (3rd ed., section 5.5): flat priors, mean near 8, tau near 5 to 7."""
    y, se = SCHOOLS
    found = bayes_meta_analysis(y, se**2, UniformTau(1000))
    assert found.mu.mean == pytest.approx(8, abs=0.3)
    assert 5 < found.tau.quantile(0.5) < 7
    first = found.studies[0]
    assert found.mu.mean < first.mean < 28
    assert first.interval()[0] == pytest.approx(-2, abs=1)
    assert first.interval()[1] == pytest.approx(31, abs=1)


def test_a_posterior_hangs_together():
    y, se = SCHOOLS
    found = bayes_meta_analysis(y, se**2, HalfNormal(10), level=90)
    for each in (found.mu, found.prediction, *found.studies, found.tau):
        low, high = each.interval(90)
        assert each.below(low) == pytest.approx(0.05, abs=1e-6)
        assert each.below(high) == pytest.approx(0.95, abs=1e-6)
    grid = np.linspace(-250, 250, 20001)
    density = found.prediction.density(grid)
    assert float(np.trapezoid(density, grid)) == pytest.approx(1, abs=1e-6)
    assert found.prediction.sd > found.mu.sd
    assert found.columns()["parameter"][:3] == ["mu", "tau", "prediction"]
    assert "tau HalfNormal(scale=10)" in found.summary()
    assert "BayesMeta k=8" in repr(found)


def test_many_studies_and_a_wide_prior_are_the_frequentist_fit():
    rng = np.random.default_rng(2)
    v = rng.uniform(0.01, 0.1, 400)
    y = 0.3 + rng.normal(0, 0.3, 400) + rng.normal(0, np.sqrt(v))
    found, same = bayes_meta_analysis(y, v, HalfNormal(50)), meta_analysis(y, v)
    assert found.mu.mean == pytest.approx(same.coef[0], abs=0.02 * same.se[0])
    assert found.mu.sd == pytest.approx(same.se[0], rel=0.01)
    assert found.tau.mean == pytest.approx(math.sqrt(same.tau2), rel=0.01)


def test_no_spread_allowed_is_the_common_effect():
    y, v = [0.1, 0.5, 0.3], [0.02, 0.03, 0.04]
    found, same = bayes_meta_analysis(y, v, HalfNormal(1e-6)), meta_analysis(y, v, method="FE")
    assert (found.mu.mean, found.mu.sd) == pytest.approx((same.coef[0], same.se[0]), rel=1e-6)


def test_a_narrower_prior_narrows_the_answer_of_two_studies():
    widths = []
    for scale in (0.1, 0.5, 1.0, 2.0):
        low, high = bayes_meta_analysis([0.4, 0.7], [0.04, 0.05], HalfNormal(scale)).mu.interval()
        widths.append(high - low)
    assert widths == sorted(widths)


def test_a_prior_of_the_mean_counts_like_a_study():
    y, v = np.array([0.4, 0.7]), np.array([0.04, 0.05])
    found = bayes_meta_analysis(y, v, HalfNormal(1e-6), mu_prior=(0.0, 0.2))
    w = np.array([25.0, 20.0, 25.0])
    assert found.mu.mean == pytest.approx(w @ [0.4, 0.7, 0.0] / w.sum(), rel=1e-6)
    assert found.mu.sd == pytest.approx(w.sum() ** -0.5, rel=1e-6)


@settings(deadline=None, max_examples=15)
@given(factor=st.floats(1e-3, 1e3), shift=st.floats(-10, 10), order=st.permutations(range(8)))
def test_scale_place_and_order_do_not_matter(factor, shift, order):
    y, se = SCHOOLS
    base = bayes_meta_analysis(y, se**2, HalfNormal(8))
    moved = bayes_meta_analysis((y * factor + shift)[order], (se * factor)[order] ** 2, HalfNormal(8 * factor))
    assert moved.mu.mean == pytest.approx(base.mu.mean * factor + shift, rel=1e-6, abs=1e-6 * factor)
    assert moved.tau.quantile(0.5) == pytest.approx(base.tau.quantile(0.5) * factor, rel=1e-5)


def test_one_study():
    found = bayes_meta_analysis([0.5], [0.04], HalfNormal(0.5))
    assert found.mu.mean == pytest.approx(0.5)
    assert found.mu.sd == pytest.approx(math.sqrt(0.04 + 0.25), rel=1e-6)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"yi": [0.1, math.nan]}, "study b: the effect"),
        ({"vi": [0.1, 0.0]}, "study b: the variance"),
        ({"vi": [0.1]}, "two lists of one length"),
        ({"level": 100}, "a level of 100"),
        ({"mu_prior": (0.0, 0.0)}, "a prior of mu"),
        ({"slab": ["a"]}, "1 names for 2 studies"),
    ],
)
def test_bad_data_are_named(change, told):
    with pytest.raises(ValueError, match=told):
        bayes_meta_analysis(**{"yi": [0.1, 0.2], "vi": [0.1, 0.1], "slab": ["a", "b"], **change})


def test_a_prior_without_size_is_none():
    for made in (HalfNormal, half_cauchy, UniformTau):
        with pytest.raises(ValueError, match="above zero"):
            made(0.0)


def network(seed=3):
    """Contrasts of 30 studies of three treatments, two of which have three arms."""
    rng = np.random.default_rng(seed)
    size = {"a": 0.0, "b": 0.5, "c": 1.0}
    rows = []
    for i in range(30):
        arms = [("a", "b"), ("b", "c"), ("a", "c"), ("a", "b", "c")][i % 4]
        true = {arm: size[arm] + rng.normal(0, 0.2 / math.sqrt(2)) + rng.normal(0, 0.2) for arm in arms}
        rows += [
            (true[q] - true[p], math.sqrt(0.08), q, p, f"s{i}")
            for place, p in enumerate(arms)
            for q in arms[place + 1 :]
        ]
    return [list(column) for column in zip(*rows, strict=True)]


def test_a_network_of_two_is_a_meta_analysis():
    y, v = [0.1, 0.5, 0.9], [0.04, 0.05, 0.06]
    pair = bayes_meta_analysis(y, v)
    for options in ({}, {"components": component_matrix(("a", "b"), inactive="a")}):
        net = bayes_network(y, np.sqrt(v), ["b"] * 3, ["a"] * 3, list("xyz"), **options)
        assert net.effect("b").mean == pytest.approx(pair.mu.mean, rel=1e-9)
        assert net.effect("b", "a").interval() == pytest.approx(pair.mu.interval(), rel=1e-6)
        assert net.effect("b", new_study=True).sd == pytest.approx(pair.prediction.sd, rel=1e-8)
        assert net.log_marginal == pytest.approx(pair.log_marginal, rel=1e-9)


def test_a_wide_prior_is_the_frequentist_network():
    data = network()
    found = bayes_network(*data, tau_prior=HalfNormal(20.0), reference="a")
    same = network_meta_analysis(*data, method_tau="REML")
    for one, two in (("b", "a"), ("c", "a"), ("c", "b")):
        TE, seTE, *_ = same.estimate(one, two)
        assert found.effect(one, two).mean == pytest.approx(TE, abs=0.1 * seTE)
        assert found.effect(one, two).sd == pytest.approx(seTE, rel=0.12)
    other = bayes_network(*data, tau_prior=HalfNormal(20.0), reference="c")
    assert other.effect("b", "a").mean == pytest.approx(found.effect("b", "a").mean, rel=1e-6)
    assert "treatments against a" in found.summary()


def test_components_that_cannot_be_told_apart_are_refused():
    names = ("plain", "x + y")
    with pytest.raises(ValueError, match="apart"):
        bayes_network([0.5], [0.1], ["x + y"], ["plain"], ["s"], components=component_matrix(names, inactive="plain"))
    with pytest.raises(NetworkDataError, match="study 's', row 1"):
        bayes_network([math.nan], [0.1], ["a"], ["b"], ["s"])


def arms(seed=4, half=3.0, studies=5):
    rng = np.random.default_rng(seed)
    rows = []
    for i in range(studies):
        own, extra = rng.normal(1, 0.2), rng.normal(0, 0.1)
        for name, size in (("old", 0.0), ("new", 1.0 + extra)):
            for week in (1.0, 3.0, 8.0, 20.0):
                rows.append(((own + size) * week / (week + half) + rng.normal(0, 0.1), 0.1, week, i, name))
    return [list(column) for column in zip(*rows, strict=True)]


def test_a_bayesian_course_is_the_frequentist_one():
    data = arms(studies=12)
    options = {"shape": "emax", "change": True, "reference": "old", "correlation": 0.0}
    found = bayes_time_course_arms(*data, tau_prior=HalfNormal(1.0), **options)
    same = time_course_arms(*data, dispersion=False, **options)
    assert isinstance(same, TimeCourse)
    assert found.half_time is not None
    assert found.half_time.quantile(0.5) == pytest.approx(same.half_time, rel=0.05)
    low, high = same.best.half_time_interval(same.normal)
    assert found.half_time.interval() == pytest.approx((low, high), rel=0.1)
    one, two = found.at([3, 20], "new"), same.at([3, 20])
    assert one.estimate == pytest.approx(two.estimate, abs=0.03)
    assert one.se == pytest.approx(two.se, rel=0.2)
    with pytest.raises(ValueError, match="last visit"):
        found.at(21, "new")
    assert "half-time" in found.summary()


def test_the_deviance_counts_parameters():
    """A linear model without spread: residual deviance is its least value and chi-square of as many as parameters."""
    data = arms()
    found = bayes_time_course_arms(*data, tau_prior=None, shape="linear", change=True, reference="old", correlation=0.0)
    drawn = found.residual_deviance(4000)
    assert drawn.effective_parameters == pytest.approx(6, abs=0.4)
    assert drawn.values.std() == pytest.approx(math.sqrt(12), rel=0.1)


def test_draws_know_the_spread_and_the_half_time():
    """A half-time is one parameter more; a spread that may not be is none; one that is adds some of the ten arms."""
    data = arms()
    options = {"shape": "emax", "change": True, "reference": "old", "correlation": 0.0}
    pds = [
        bayes_time_course_arms(*data, tau_prior=prior, **options).residual_deviance(3000).effective_parameters
        for prior in (None, HalfNormal(1e-6), HalfNormal(1.0))
    ]
    assert pds[:2] == pytest.approx([7, 7], abs=0.5)
    assert pds[1] + 0.5 < pds[2] < 13
