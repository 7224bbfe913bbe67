"""Priors for the between-study standard deviation tau, and posteriors made of normal mixtures.

Weakly informative priors for tau help where studies are few (Röver and others 2021, Res Synth Methods 12:448). The
half-normal with scale 0.5, our default, is chosen by us for log ratios and standardised mean differences: it holds tau
below 1 with 95 % and below 0.34 with 50 %. On any other scale a prior must be chosen for that scale. Empirical priors
for tau²: `LogNormalVariance` (Turner and others 2015, Stat Med 34:984, log odds ratios) and `LogTVariance` (Rhodes and
others 2015, J Clin Epidemiol 68:52, standardised mean differences, 5 degrees of freedom); their parameters depend on
outcome and comparison and are to be read there.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from scipy.special import betaln, gammaln, ndtr

from ._time_shapes import Floats


class TauPrior(Protocol):
    """A proper prior for tau: its density, a typical size, and where it ends."""

    def log_density(self, tau: Floats) -> Floats: ...

    @property
    def typical(self) -> float: ...

    @property
    def end(self) -> float: ...


def _positive(**values: float) -> None:
    for name, value in values.items():
        if not (math.isfinite(value) and value > 0):
            raise ValueError(f"{name} is a number above zero, not {value}")


@dataclass(frozen=True)
class HalfNormal:
    """Normal about zero, positive half."""

    scale: float
    end = math.inf

    def __post_init__(self) -> None:
        _positive(scale=self.scale)

    @property
    def typical(self) -> float:
        return self.scale

    def log_density(self, tau: Floats) -> Floats:
        return np.asarray(0.5 * math.log(2 / math.pi) - math.log(self.scale) - 0.5 * (tau / self.scale) ** 2)


@dataclass(frozen=True)
class HalfT:
    """Student's t about zero, positive half; 1 degree of freedom is the half-Cauchy."""

    scale: float
    df: float = 1.0
    end = math.inf

    def __post_init__(self) -> None:
        _positive(scale=self.scale, df=self.df)

    @property
    def typical(self) -> float:
        return self.scale

    def log_density(self, tau: Floats) -> Floats:
        constant = math.log(2.0) - math.log(self.scale) - 0.5 * math.log(self.df) - float(betaln(0.5, self.df / 2))
        return np.asarray(constant - 0.5 * (self.df + 1) * np.log1p((tau / self.scale) ** 2 / self.df))


def half_cauchy(scale: float) -> HalfT:
    """Half-Cauchy: heavy tailed, so the data rule more than with a half-normal."""
    return HalfT(scale, 1.0)


@dataclass(frozen=True)
class UniformTau:
    """Every tau up to `end` alike."""

    end: float

    def __post_init__(self) -> None:
        _positive(end=self.end)

    @property
    def typical(self) -> float:
        return self.end / 2

    def log_density(self, tau: Floats) -> Floats:
        return np.where(tau <= self.end, -math.log(self.end), -np.inf)


@dataclass(frozen=True)
class LogNormalVariance:
    """log(tau²) is normal."""

    mean: float
    sd: float
    end = math.inf

    def __post_init__(self) -> None:
        _positive(sd=self.sd)

    @property
    def typical(self) -> float:
        return math.exp(self.mean / 2)

    def log_density(self, tau: Floats) -> Floats:
        z = (2 * np.log(tau) - self.mean) / self.sd
        return np.asarray(math.log(2.0) - np.log(tau) - math.log(self.sd * math.sqrt(2 * math.pi)) - 0.5 * z**2)


@dataclass(frozen=True)
class LogTVariance:
    """log(tau²) is t distributed."""

    location: float
    scale: float
    df: float = 5.0
    end = math.inf

    def __post_init__(self) -> None:
        _positive(scale=self.scale, df=self.df)

    @property
    def typical(self) -> float:
        return math.exp(self.location / 2)

    def log_density(self, tau: Floats) -> Floats:
        z = (2 * np.log(tau) - self.location) / self.scale
        constant = float(gammaln((self.df + 1) / 2) - gammaln(self.df / 2)) - 0.5 * math.log(self.df * math.pi)
        tail = 0.5 * (self.df + 1) * np.log1p(z**2 / self.df)
        return np.asarray(math.log(2.0) - np.log(tau) + constant - math.log(self.scale) - tail)


@dataclass(frozen=True, eq=False)
class NormalMixture:
    """A posterior that is normal given tau: `weights`, `means`, `sds` (J,), one each of the taus integrated over."""

    weights: Floats
    means: Floats
    sds: Floats

    @property
    def mean(self) -> float:
        return float(self.weights @ self.means)

    @property
    def sd(self) -> float:
        return math.sqrt(float(self.weights @ (self.sds**2 + (self.means - self.mean) ** 2)))

    def below(self, value: float) -> float:
        """Probability of being below a value."""
        return float(self.weights @ ndtr((value - self.means) / self.sds))

    def density(self, values: Floats) -> Floats:
        z = (np.asarray(values)[..., None] - self.means) / self.sds
        return np.asarray((np.exp(-0.5 * z**2) / (self.sds * math.sqrt(2 * math.pi))) @ self.weights)

    def quantile(self, probability: float) -> float:
        """By bisection, to the last digits."""
        if not 0 < probability < 1:
            raise ValueError(f"a probability is between 0 and 1, not {probability}")
        some = self.weights > 0
        reach = 40 * self.sds[some]
        low, high = float((self.means[some] - reach).min()), float((self.means[some] + reach).max())
        for _ in range(200):
            middle = 0.5 * (low + high)
            if middle in (low, high):
                break
            if self.below(middle) < probability:
                low = middle
            else:
                high = middle
        return 0.5 * (low + high)

    def interval(self, level: float = 95) -> tuple[float, float]:
        """With equal tails."""
        return self.quantile(0.5 - level / 200), self.quantile(0.5 + level / 200)
