"""The random-effects model: laws that hold whatever the data. Its numbers are held to R in test_metafor.py."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skinproof.evidence.statistics.tau2 import log_likelihood, weighted
from skinproof.evidence.synthesis.random_effects import random_effects

studies = st.lists(st.tuples(st.floats(-5, 5), st.floats(0.001, 10)), min_size=1, max_size=15)
methods = st.sampled_from(["REML", "DL"])
tests = st.sampled_from(["z", "knha", "adhoc"])


def split(pairs: list[tuple[float, float]]) -> tuple[list[float], list[float]]:
    return [y for y, _ in pairs], [v for _, v in pairs]


@given(studies, methods, tests)
def test_finite_and_in_order(pairs: list[tuple[float, float]], method: str, test: str) -> None:
    fit = random_effects(*split(pairs), method, test)
    numbers = (fit.beta, fit.se, *fit.ci, fit.pval, fit.tau2, fit.i2, fit.h2, fit.q, fit.q_p, *fit.prediction)
    assert all(math.isfinite(number) for number in numbers)
    assert fit.ci[0] <= fit.beta <= fit.ci[1]
    assert fit.prediction[0] <= fit.ci[0]
    assert fit.ci[1] <= fit.prediction[1]
    assert fit.tau2 >= 0
    assert 0 <= fit.i2 < 100
    assert min(pairs)[0] - 1e-9 <= fit.beta <= max(pairs)[0] + 1e-9
    assert sum(fit.weights) == pytest.approx(100)


@given(studies, methods, tests, st.randoms())
def test_order_does_not_matter(pairs: list, method: str, test: str, random) -> None:  # type: ignore[no-untyped-def]
    shuffled = random.sample(pairs, len(pairs))
    one, two = random_effects(*split(pairs), method, test), random_effects(*split(shuffled), method, test)
    assert one.beta == pytest.approx(two.beta, rel=1e-6, abs=1e-8)
    assert one.tau2 == pytest.approx(two.tau2, rel=1e-5, abs=1e-8)


@settings(max_examples=25)
@given(st.lists(st.tuples(st.floats(-5, 5), st.floats(0.001, 10)), min_size=3, max_size=9), st.randoms())
def test_the_bootstrap_prediction_interval(pairs: list, random) -> None:  # type: ignore[no-untyped-def]
    """It holds the interval of the mean, and turns, stretches and shuffles with its studies."""
    shuffled = random.sample(pairs, len(pairs))
    fit = random_effects(*split(pairs), test="adhoc", predict_by="bootstrap")
    other = random_effects(*split([(-3 * y, 9 * v) for y, v in shuffled]), test="adhoc", predict_by="bootstrap")
    assert fit.prediction[0] <= fit.ci[0] <= fit.ci[1] <= fit.prediction[1]
    low, high = other.prediction
    assert fit.prediction == pytest.approx((-high / 3, -low / 3), rel=1e-6, abs=1e-6)


@given(studies, methods, tests)
def test_turning_every_sign_turns_the_answer(pairs: list, method: str, test: str) -> None:
    one = random_effects(*split(pairs), method, test)
    two = random_effects(*split([(-y, v) for y, v in pairs]), method, test)
    assert one.beta == pytest.approx(-two.beta, rel=1e-6, abs=1e-8)
    assert one.ci[0] == pytest.approx(-two.ci[1], rel=1e-6, abs=1e-8)


@given(studies, methods, st.floats(0.1, 10))
def test_another_unit_scales_the_answer(pairs: list, method: str, unit: float) -> None:
    one = random_effects(*split(pairs), method)
    two = random_effects(*split([(y * unit, v * unit**2) for y, v in pairs]), method)
    assert two.beta == pytest.approx(one.beta * unit, rel=1e-5, abs=1e-7)
    assert two.tau2 == pytest.approx(one.tau2 * unit**2, rel=1e-4, abs=1e-7)
    assert two.i2 == pytest.approx(one.i2, rel=1e-4, abs=1e-4)


@given(st.floats(-5, 5), st.floats(0.001, 10))
def test_one_study_is_its_own_pool(y: float, v: float) -> None:
    fit = random_effects([y], [v], test="adhoc")
    assert fit.beta == pytest.approx(y)
    assert fit.se == pytest.approx(math.sqrt(v))
    assert fit.tau2 == 0


@given(st.lists(st.floats(0.001, 10), min_size=2, max_size=10), st.floats(-5, 5))
def test_studies_that_agree_have_nothing_between_them(variances: list[float], y: float) -> None:
    fit = random_effects([y] * len(variances), variances, test="adhoc")
    assert fit.tau2 == pytest.approx(0, abs=1e-6)
    assert fit.beta == pytest.approx(y)


@given(studies)
def test_the_floored_interval_is_never_narrower_than_the_unfloored(pairs: list) -> None:
    plain, floored = (random_effects(*split(pairs), test=test) for test in ("knha", "adhoc"))
    assert floored.se >= plain.se - 1e-12


def test_reml_ends_where_the_likelihood_is_highest() -> None:
    y, v = np.array([-0.9, 0.4, 1.8, 0.1, 2.2]), np.array([0.2, 0.1, 0.5, 0.05, 0.3])
    one = np.ones((5, 1))

    def height(tau2: float) -> float:
        return log_likelihood(weighted(y, one, 1 / (v + tau2)), one, restricted=True)

    assert height(random_effects(y, v).tau2) >= max(height(t) for t in np.linspace(0, 6, 2001)) - 1e-9


@pytest.mark.parametrize(
    ("yi", "vi"),
    [([], []), ([1.0], [1.0, 2.0]), ([math.nan], [1.0]), ([1.0], [0.0]), ([1.0], [-1.0]), ([1.0], [math.inf])],
)
def test_bad_data_is_refused(yi: list[float], vi: list[float]) -> None:
    with pytest.raises(ValueError, match=r"effect|variance"):
        random_effects(yi, vi)
