"""The bivariate normal distribution function against scipy's general one."""

from __future__ import annotations

import itertools

import pytest
from scipy.stats import multivariate_normal

from skinproof.evidence.statistics.bivariate import bivariate_normal

POINTS = (-3.0, -0.7, 0.0, 0.4, 2.5)


@pytest.mark.parametrize("rho", [-0.95, -0.3, 0.0, 0.5, 0.99])
def test_agrees_with_scipy(rho):
    for h, k in itertools.product(POINTS, POINTS):
        general = multivariate_normal.cdf([h, k], cov=[[1, rho], [rho, 1]])
        assert bivariate_normal(h, k, rho) == pytest.approx(general, abs=2e-7), (h, k)
        flipped = bivariate_normal(h, k, rho) + bivariate_normal(h, -k, -rho)
        assert flipped == pytest.approx(bivariate_normal(h, 40, 0), abs=1e-12)


def test_a_correlation_that_cannot_be():
    with pytest.raises(ValueError, match="a correlation of 1"):
        bivariate_normal(0, 0, 1.0)
