"""Bayesian random-effects meta-analysis by exact quadrature over tau, for few studies above all.

The normal-normal hierarchical model: given tau everything is normal and known, so only tau is integrated over and
every posterior is a mixture of normals. Röver 2020 (J Stat Softw 93(6)) has the formulas (section 2) and the idea; no
sampler, so no Monte Carlo error.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from ._quadrature import PositivePosterior, located, panels
from ._time_shapes import Floats
from .bayes_priors import HalfNormal, NormalMixture, TauPrior
from .tabular import Tabular, text_of

DEFAULT_TAU_PRIOR = HalfNormal(0.5)
REACH = 25.0  # log units searched to either side of the scales of data and prior


@dataclass(frozen=True, eq=False, repr=False)
class BayesMeta(Tabular):
    """Posteriors of the mean `mu`, of `tau`, of a new study's effect (`prediction`) and of the studies' own.

    `log_marginal` is the log marginal likelihood; with a flat prior of mu (density 1) it compares models of tau only.
    """

    yi: Floats
    vi: Floats
    slab: tuple[str, ...]
    tau_prior: TauPrior
    mu_prior: tuple[float, float] | None
    level: float
    tau: PositivePosterior
    log_marginal: float
    conditional_mean: Floats = field(repr=False)  # of mu, given each tau
    conditional_variance: Floats = field(repr=False)

    @property
    def k(self) -> int:
        return self.yi.size

    @cached_property
    def mu(self) -> NormalMixture:
        return NormalMixture(self.tau.weights, self.conditional_mean, np.sqrt(self.conditional_variance))

    @cached_property
    def prediction(self) -> NormalMixture:
        """The true effect in a new study."""
        return NormalMixture(
            self.tau.weights, self.conditional_mean, np.sqrt(self.conditional_variance + self.tau.nodes**2)
        )

    @cached_property
    def studies(self) -> tuple[NormalMixture, ...]:
        """Each study's true effect, drawn towards the mean."""
        t2 = self.tau.nodes**2
        found = []
        for y, v in zip(self.yi, self.vi, strict=True):
            share = v / (v + t2)
            mean = (1 - share) * y + share * self.conditional_mean
            found.append(
                NormalMixture(self.tau.weights, mean, np.sqrt(share * t2 + share**2 * self.conditional_variance))
            )
        return tuple(found)

    def columns(self) -> dict[str, list[Any]]:
        """Posterior mean, standard deviation, median and interval of mu, tau, a new study and each study, by column."""
        named: list[tuple[str, NormalMixture | PositivePosterior]]
        named = [("mu", self.mu), ("tau", self.tau), ("prediction", self.prediction)]
        return posterior_columns([*named, *zip(self.slab, self.studies, strict=True)], self.level)

    def summary(self) -> str:
        """The posteriors as text, with the priors they rest on."""
        flat = "flat" if self.mu_prior is None else f"normal({self.mu_prior[0]:g}, {self.mu_prior[1]:g})"
        lines = [
            f"Bayesian random-effects meta-analysis (k = {self.k})",
            f"Priors: mu {flat}; tau {self.tau_prior}",
            "",
        ]
        return "\n".join([*lines, text_of(self.columns())])

    def _told(self) -> str:
        low, high = self.mu.interval(self.level)
        return (
            f"k={self.k} mu={self.mu.mean:.4f} [{low:.4f}, {high:.4f}] tau={self.tau.quantile(0.5):.4f} "
            f"(median) prior {self.tau_prior}"
        )


def posterior_columns(
    named: Sequence[tuple[str, NormalMixture | PositivePosterior]], level: float
) -> dict[str, list[Any]]:
    """A table of posteriors, by column."""
    rows = [(name, each.mean, each.sd, each.quantile(0.5), *each.interval(level)) for name, each in named]
    names = ("parameter", "mean", "sd", "median", "ci.lb", "ci.ub")
    return {name: [row[place] for row in rows] for place, name in enumerate(names)}


def bayes_meta_analysis(
    yi: ArrayLike,
    vi: ArrayLike,
    tau_prior: TauPrior = DEFAULT_TAU_PRIOR,
    mu_prior: tuple[float, float] | None = None,
    level: float = 95,
    *,
    slab: Sequence[str] | None = None,
) -> BayesMeta:
    """Posterior of the mean and the spread of k effects; k may be 1 (tau's prior then says all there is of tau).

    Args:
        yi: k effects on the analysis scale. vi: their sampling variances, above zero.
        tau_prior: see `bayes_priors`; the default suits log ratios and standardised mean differences only.
        mu_prior: mean and standard deviation of a normal prior of mu; None, flat.
        level: of intervals, in percent. slab: names of the studies.

    Raises:
        ValueError: no studies, lengths that differ, a number that is not finite, a variance that is not above zero
            (names the study), or a prior that is none.
    """
    y, v = np.atleast_1d(np.asarray(yi, dtype=np.float64)), np.atleast_1d(np.asarray(vi, dtype=np.float64))
    if y.ndim != 1 or y.shape != v.shape or not y.size:
        raise ValueError("effects and variances must be two lists of one length, not empty")
    if slab is not None and len(slab) != y.size:
        raise ValueError(f"{len(slab)} names for {y.size} studies")
    names = tuple(slab) if slab is not None else tuple(str(place + 1) for place in range(y.size))
    for what, bad in (
        ("the effect is not a finite number", ~np.isfinite(y)),
        ("the variance is not a finite number above zero", ~(np.isfinite(v) & (v > 0))),
    ):
        if bad.any():
            raise ValueError(f"study {names[int(np.flatnonzero(bad)[0])]}: {what}")
    if not 0 < level < 100:
        raise ValueError(f"a level of {level} percent")
    if mu_prior is not None and not (np.isfinite(mu_prior).all() and mu_prior[1] > 0):
        raise ValueError(f"a prior of mu is a mean and a standard deviation above zero, not {mu_prior}")

    def given(tau: Floats) -> tuple[Floats, Floats, Floats]:
        return _given_tau(y, v, tau, mu_prior)

    spread = math.sqrt(float(np.median(v))) + float(np.std(y))
    tau, log_marginal = tau_posterior(lambda tau: given(tau)[0], tau_prior, spread, y.size)
    _, mean, variance = given(tau.nodes)
    return BayesMeta(y, v, names, tau_prior, mu_prior, level, tau, log_marginal, mean, variance)


def _given_tau(
    y: Floats, v: Floats, tau: Floats, mu_prior: tuple[float, float] | None
) -> tuple[Floats, Floats, Floats]:
    """For taus (J,): log p(y | tau), mu integrated out, and mean and variance of mu."""
    w = 1.0 / (v + tau[:, None] ** 2)
    precision, pulled = w.sum(axis=1), w @ y
    constant = -0.5 * len(y) * math.log(2 * math.pi)
    prior = 0.0
    if mu_prior is not None:
        m, s = mu_prior
        precision, pulled = precision + s**-2, pulled + m * s**-2
        prior = -math.log(s) - 0.5 * math.log(2 * math.pi)
    mean = pulled / precision
    squares = (w * (y - mean[:, None]) ** 2).sum(axis=1)
    if mu_prior is not None:
        squares = squares + ((mean - mu_prior[0]) / mu_prior[1]) ** 2
    log_p = constant + prior + 0.5 * (np.log(w).sum(axis=1) - squares - np.log(precision) + math.log(2 * math.pi))
    return np.asarray(log_p), np.asarray(mean), np.asarray(1.0 / precision)


def tau_posterior(
    log_likelihood: Callable[[Floats], Floats], prior: TauPrior, spread: float, size: int
) -> tuple[PositivePosterior, float]:
    """Posterior of tau and the log marginal likelihood, from the likelihood at taus (J,).

    `spread` is the scale of the data; `size` how many effects there are, which tells how narrow tau may be known.
    """

    def log_density(x: Floats) -> Floats:  # of log tau
        tau = np.exp(x)
        return log_likelihood(tau) + prior.log_density(tau) + x

    low = math.log(min(spread, prior.typical)) - REACH
    high = min(math.log(max(spread, prior.typical)) + REACH, math.log(prior.end))
    narrow = 1.0 / math.sqrt(2.0 * max(size, 2))
    at = panels(*located(log_density, low, high, min(0.25, 0.5 * narrow)), min(0.25, 0.5 * narrow))
    values = log_density(at.nodes)
    top = float(values.max())
    posterior = PositivePosterior.made(at, at.widths * np.exp(values - top), np.exp(log_density(at.edges) - top))
    return posterior, top + math.log(float(at.widths @ np.exp(values - top)))
