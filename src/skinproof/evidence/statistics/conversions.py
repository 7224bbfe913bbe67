"""From what reports print to what a synthesis needs: standard errors, standard deviations, correlations, means.

All take numbers or arrays and give arrays. Formulas: Cochrane Handbook chapter 6 (sections named below); for medians
Wan and others 2014 (BMC Med Res Methodol 14:135), Luo and others 2018 (Stat Methods Med Res 27:1785), Shi and others
2020 (Res Synth Methods 11:641).
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtri, stdtrit

from .checks import numbers, refuse
from .measures import pooled
from .tabular import Tabular

Array = NDArray[np.float64]
FivenumMethod = Literal["default", "luo/wan/shi", "hozo2005", "wan2014", "bland2015"]


def _array(value: ArrayLike) -> Array:
    return np.asarray(value, dtype=np.float64)


def _critical(upper: ArrayLike, df: ArrayLike | None) -> Array:
    """The quantile that `upper` of the distribution lies above: normal, or t with df."""
    upper = _array(upper)
    return _array(ndtri(1 - upper) if df is None else stdtrit(_array(df), 1 - upper))


def se_from_ci(low: ArrayLike, high: ArrayLike, level: float = 95, df: ArrayLike | None = None) -> Array:
    """Of an effect on the analysis scale (log for ratios), from its interval. Handbook 6.3.1, 6.3.2."""
    return (_array(high) - _array(low)) / (2 * _critical((1 - level / 100) / 2, df))


def se_from_p(estimate: ArrayLike, p: ArrayLike, df: ArrayLike | None = None) -> Array:
    """Of an effect, from its two-sided p value (normal, or t with df). Handbook 6.3.2, 6.5.2.3."""
    return np.abs(_array(estimate)) / _critical(_array(p) / 2, df)


def se_from_statistic(estimate: ArrayLike, statistic: ArrayLike) -> Array:
    """Of an effect, from its z or t statistic."""
    return _array(estimate) / _array(statistic)


def sd_from_se(se: ArrayLike, n: ArrayLike) -> Array:
    """Of one group, from the standard error of its mean. Handbook 6.5.2.2."""
    return _array(se) * np.sqrt(_array(n))


def sd_from_ci(low: ArrayLike, high: ArrayLike, n: ArrayLike, level: float = 95) -> Array:
    """Of one group, from the interval of its mean, by t. Handbook 6.5.2.2."""
    return sd_from_se(se_from_ci(low, high, level, _array(n) - 1), n)


def combined_spread(n1: ArrayLike, sd1: ArrayLike, n2: ArrayLike, sd2: ArrayLike) -> Array:
    """Pooled standard deviation within two groups, whatever their means."""
    columns = {"n1i": n1, "sd1i": sd1, "n2i": n2, "sd2i": sd2}
    return pooled({name: _array(column) for name, column in columns.items()})


def pooled_sd_from_se(se: ArrayLike, n1: ArrayLike, n2: ArrayLike) -> Array:
    """Of both groups, from the standard error of the difference of their means. Handbook 6.5.2.3."""
    return _array(se) / np.sqrt(1 / _array(n1) + 1 / _array(n2))


GROUPS = ("n1", "m1", "sd1", "n2", "m2", "sd2")


@dataclass(frozen=True, repr=False)
class Groups(Tabular):
    """Size, mean and standard deviation of groups."""

    n: Array
    mean: Array
    sd: Array

    COLUMNS = {"n": "n", "mean": "mean", "sd": "sd"}


def combine_groups(
    n1: ArrayLike, m1: ArrayLike, sd1: ArrayLike, n2: ArrayLike, m2: ArrayLike, sd2: ArrayLike
) -> Groups:
    """Two groups as if they had been one. Handbook 6.5.2.10.

    Raises:
        ValueError: a group of nobody or a negative spread (names the row).
    """
    given = zip((n1, m1, sd1, n2, m2, sd2), GROUPS, strict=True)
    n1, m1, sd1, n2, m2, sd2 = (numbers(x, name, unit="row") for x, name in given)
    for name, size, spread in (("first", n1, sd1), ("second", n2, sd2)):
        refuse(np.atleast_1d(size < 1), f"the {name} group has nobody", unit="row")
        refuse(np.atleast_1d(spread < 0), f"the {name} standard deviation is negative", unit="row")
    n = n1 + n2
    squares = (n1 - 1) * sd1**2 + (n2 - 1) * sd2**2 + n1 * n2 / n * (m1 - m2) ** 2
    return Groups(n, (n1 * m1 + n2 * m2) / n, np.sqrt(squares / (n - 1)))


def smd_from_or(log_or: ArrayLike, variance: ArrayLike) -> tuple[Array, Array]:
    """Standardised mean difference and variance from a log odds ratio: by √3/π, outcomes being logistic.

    Handbook 10.6 (Chinn 2000, Stat Med 19:3127).
    """
    return _array(log_or) * np.sqrt(3) / np.pi, _array(variance) * 3 / np.pi**2


def log_hr_from_o_e(o_minus_e: ArrayLike, variance: ArrayLike) -> tuple[Array, Array]:
    """Log hazard ratio and its variance from observed less expected events. Handbook 6.8.2."""
    v = _array(variance)
    return _array(o_minus_e) / v, 1 / v


def sd_of_change(sd1: ArrayLike, sd2: ArrayLike, r: ArrayLike) -> Array:
    """Of changes, or of the difference of two sides, r being the correlation of the two values. Handbook 6.5.2.8."""
    sd1, sd2 = _array(sd1), _array(sd2)
    return np.asarray(np.sqrt(sd1**2 + sd2**2 - 2 * _array(r) * sd1 * sd2))


def correlation_from_sd_of_change(sd1: ArrayLike, sd2: ArrayLike, sd_change: ArrayLike) -> Array:
    """The correlation that a standard deviation of changes implies. Handbook 6.5.2.8."""
    sd1, sd2 = _array(sd1), _array(sd2)
    return (sd1**2 + sd2**2 - _array(sd_change) ** 2) / (2 * sd1 * sd2)


def sd_of_change_from_t(difference: ArrayLike, t: ArrayLike, n: ArrayLike) -> Array:
    """From the paired t statistic of n pairs. Handbook 6.5.2.3, 23.2.7.1."""
    return np.abs(_array(difference) / _array(t)) * np.sqrt(_array(n))


def sd_of_change_from_p(difference: ArrayLike, p: ArrayLike, n: ArrayLike) -> Array:
    """From the two-sided p of a paired t test of n pairs."""
    return sd_from_se(se_from_p(difference, p, _array(n) - 1), n)


def mean_change(
    m1: ArrayLike, m2: ArrayLike, sd1: ArrayLike, sd2: ArrayLike, n: ArrayLike, r: ArrayLike
) -> tuple[Array, Array]:
    """Mean within-person difference and its variance at a correlation that is known, borrowed or assumed."""
    return _array(m1) - _array(m2), sd_of_change(sd1, sd2, r) ** 2 / _array(n)


@dataclass(frozen=True, repr=False)
class MeanSd(Tabular):
    """Means and standard deviations; NaN where they cannot be had. `skewed` marks those the test refused."""

    mean: Array
    sd: Array
    skewed: NDArray[np.bool_] = field(repr=False)

    COLUMNS = {"mean": "mean", "sd": "sd", "skewed": "skewed"}


def fivenum(
    n: ArrayLike,
    median: ArrayLike,
    *,
    min: ArrayLike | None = None,
    q1: ArrayLike | None = None,
    q3: ArrayLike | None = None,
    max: ArrayLike | None = None,
    method: FivenumMethod | tuple[str, str] = "default",
    test: bool = True,
    dist: Literal["norm", "lnorm"] = "norm",
    transf: bool = True,
) -> MeanSd:
    """Mean and standard deviation from a median with the range, the quartiles, or both.

    Args:
        method: "default" ("luo/wan/shi"): the mean by Luo and others 2018, the standard deviation by Wan and others
            2014 or, with range and quartiles, Shi and others 2020. "hozo2005" (range only), "wan2014", "bland2015"
            (range and quartiles only) for both; or a pair, the mean's and the standard deviation's.
        test: leave out (NaN) groups that the test of Shi and others 2023 finds too skewed.
        dist: "lnorm", the values are log-normal; `transf`: brought back to the raw scale (Shi and others 2020,
            Stat Methods Med Res 29:2958), else mean and standard deviation of the logarithms.

    Raises:
        ValueError: neither range nor quartiles, numbers out of order (names the row), or logarithms of values that are
            not above zero.
    """
    five = _Five.of(n, median, min, q1, q3, max)
    refuse(five.n < 1, "a group of nobody", unit="row")
    if dist == "lnorm":
        five = five.logged()
    skewed = five.skewed()
    of_mean, of_sd = (method, method) if isinstance(method, str) else method
    with np.errstate(all="ignore"):
        mean, sd = five.mean(of_mean), five.sd(of_sd)
        if dist == "lnorm":
            raw = sd**4 / five.fourth_moment()
            sd = sd / np.sqrt(five.shrink())
            if transf:
                mean, sd = five.unlogged(mean, sd, raw)
    unknown = np.isnan(mean + sd) & np.isnan(five.median + five.n)
    mean, sd = (np.where(unknown, np.nan, column) for column in (mean, sd))
    if test:
        mean, sd = (np.where(skewed, np.nan, column) for column in (mean, sd))
    return MeanSd(mean, sd, skewed)


RANGE, QUARTILES, BOTH = "range", "quartiles", "both"
# Constants of Shi and others 2020 for log-normal values, by what is known: c of 1 + c1·s²/n + c2·s⁴/n.
LOGNORMAL = {RANGE: (0.565, 0.37), QUARTILES: (0.57, 0.75), BOTH: (0.405, 0.315)}


@dataclass(frozen=True)
class _Five:
    """What is known of some groups: size, median and the range, the quartiles or both."""

    kind: str
    n: Array
    median: Array
    low: Array
    q1: Array
    q3: Array
    high: Array

    @classmethod
    def of(cls, n: Any, median: Any, low: Any, q1: Any, q3: Any, high: Any) -> _Five:
        spread, inner = low is not None and high is not None, q1 is not None and q3 is not None
        if not (spread or inner):
            raise ValueError("a median alone gives no mean: the range or the quartiles are needed")
        kind = BOTH if spread and inner else RANGE if spread else QUARTILES
        n, median = np.atleast_1d(_array(n)), np.atleast_1d(_array(median))
        none = np.full(median.shape, np.nan)
        low, high = (np.atleast_1d(_array(x)) if spread else none for x in (low, high))
        q1, q3 = (np.atleast_1d(_array(x)) if inner else none for x in (q1, q3))
        order = [x for x in (low, q1, median, q3, high) if not np.isnan(x).all()]
        for left, right in itertools.pairwise(order):
            if (left > right).any():
                raise ValueError(f"row {int(np.flatnonzero(left > right)[0]) + 1}: the numbers are not in order")
        return cls(kind, n, median, low, q1, q3, high)

    def logged(self) -> _Five:
        columns = (self.median, self.low, self.q1, self.q3, self.high)
        if any((column <= 0).any() for column in columns):
            raise ValueError("log-normal values must be above zero")
        return _Five(self.kind, self.n, *(np.log(column) for column in columns))

    @property
    def xi(self) -> Array:
        """Expected range of n standard normal values (Wan, equation 9)."""
        return 2 * _array(ndtri((self.n - 0.375) / (self.n + 0.25)))

    @property
    def eta(self) -> Array:
        """Expected interquartile range (Wan, equation 16)."""
        return 2 * _array(ndtri((0.75 * self.n - 0.125) / (self.n + 0.25)))

    def skewed(self) -> NDArray[np.bool_]:
        """Shi and others 2023, with the critical values that metafor uses."""
        n = self.n
        with np.errstate(all="ignore"):
            whole = np.abs((self.low + self.high - 2 * self.median) / (self.high - self.low))
            inner = np.abs((self.q1 + self.q3 - 2 * self.median) / (self.q3 - self.q1))
            if self.kind == RANGE:
                return np.asarray(whole >= 1 / np.log(n + 9) + 2.5 / (n + 1))
            if self.kind == QUARTILES:
                return np.asarray(inner >= 2.65 / np.sqrt(n) - 6 / n**2)
            both = np.maximum(2.65 * np.log(0.6 * n) / np.sqrt(n) * whole, inner)
            return np.asarray(both >= 3 / np.sqrt(n) - 40 / n**3)

    def mean(self, method: str) -> Array:
        n, m, ends, inner = self.n, self.median, self.low + self.high, self.q1 + self.q3
        none = np.full(m.shape, np.nan)
        if method in ("default", "luo/wan/shi", "luo"):
            if self.kind == RANGE:
                w = 4 / (4 + n**0.75)
                return w * ends / 2 + (1 - w) * m
            if self.kind == QUARTILES:
                w = 0.7 + 0.39 / n
                return w * inner / 2 + (1 - w) * m
            w1, w2 = 2.2 / (2.2 + n**0.75), 0.7 - 0.72 / n**0.55
            return w1 * ends / 2 + w2 * inner / 2 + (1 - w1 - w2) * m
        if method == "hozo2005":
            return np.where(n <= 25, (ends + 2 * m) / 4, m) if self.kind == RANGE else none
        if method == "wan2014" and self.kind != BOTH:
            return (ends + 2 * m) / 4 if self.kind == RANGE else (inner + m) / 3
        if method in ("wan2014", "bland2015"):
            return (ends + 2 * inner + 2 * m) / 8 if self.kind == BOTH else none
        raise ValueError(f"method {method!r} is not known")

    def sd(self, method: str) -> Array:
        n, wide, inner = self.n, self.high - self.low, self.q3 - self.q1
        none = np.full(n.shape, np.nan)
        if method == "hozo2005":
            return self._hozo() if self.kind == RANGE else none
        if method == "bland2015":
            return self._bland() if self.kind == BOTH else none
        if method not in ("default", "luo/wan/shi", "wan2014", "shi"):
            raise ValueError(f"method {method!r} is not known")
        if self.kind == RANGE:
            return wide / self.xi
        if self.kind == QUARTILES:
            return inner / self.eta
        w: Any = 0.5 if method == "wan2014" else 1 / (1 + 0.07 * n**0.6)
        return np.asarray(w * wide / self.xi + (1 - w) * inner / self.eta)

    def _hozo(self) -> Array:
        wide = self.high - self.low
        small = np.sqrt(((self.low - 2 * self.median + self.high) ** 2 / 4 + wide**2) / 12)
        return np.where(self.n <= 15, small, np.where(self.n <= 70, wide / 4, wide / 6))

    def _bland(self) -> Array:
        a, q1, m, q3, b = self.low, self.q1, self.median, self.q3, self.high
        squares = (a**2 + 2 * q1**2 + 2 * m**2 + 2 * q3**2 + b**2) / 16
        products = (a * q1 + q1 * m + m * q3 + q3 * b) / 8
        return np.asarray(np.sqrt(squares + products - (a + 2 * q1 + 2 * m + 2 * q3 + b) ** 2 / 64))

    def shrink(self) -> Array:
        """What makes the squared standard deviation of logarithms unbiased."""
        if self.kind == QUARTILES:
            return 1 + 1.58 / self.n
        return (1.01 if self.kind == RANGE else 1.0) + (0.25 if self.kind == RANGE else 0.28) / np.log(self.n) ** 2

    def fourth_moment(self) -> Array:
        """What makes its fourth power unbiased."""
        if self.kind == RANGE:
            return np.asarray(1 + 2.23 / np.log(self.n) ** 2)
        return np.asarray(1 + (19.2 / self.n**1.2 if self.kind == QUARTILES else 3.93 / self.n))

    def unlogged(self, mean: Array, sd: Array, fourth: Array) -> tuple[Array, Array]:
        """Mean and standard deviation of the raw values."""
        one, two = LOGNORMAL[self.kind]
        square, fourth = sd**2 / self.n, fourth / self.n
        raw_mean = np.exp(mean + sd**2 / 2) / (1 + one * square + two * fourth)
        upper = np.exp(2 * mean + 2 * sd**2) / (1 + 4 * one * square + 16 * two * fourth)
        lower = np.exp(2 * mean + sd**2) / (1 + 4 * one * square + 4 * two * fourth)
        return raw_mean, np.asarray(np.sqrt(upper - lower))
