"""Bayesian time course from arms, by quadrature over the half-time and tau.

The model of `time_course_arms` with the priors that Pedder and others 2019 (Res Synth Methods 10:267) give it: normal
for levels, courses and effects, so that given half-time and tau everything is normal and known. Effects are in the
shape's own units: the plateau (Emax, exponential), the rise a week (linear), the rise a unit of log(1 + t).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy.linalg import block_diag, cho_solve, solve_triangular

from ._quadrature import Panels, PositivePosterior, panels
from ._time_likelihood import Likelihood
from ._time_reading import Structure, rows_of_arms
from ._time_rows import TimeRows
from ._time_shapes import SHAPES, Floats, ShapeName
from .bayes import posterior_columns
from .bayes_priors import HalfNormal, NormalMixture, TauPrior
from .tabular import Tabular, text_of
from .time_course_answers import Curve

NEGLIGIBLE = 20.0  # in log density
WIDTH = 0.5  # of panels at most, in log units


@dataclass(frozen=True, eq=False)
class ResidualDeviance:
    """`values` drawn from its posterior, and the effective number of parameters pD."""

    values: Floats
    effective_parameters: float


@dataclass(frozen=True, eq=False, repr=False)
class BayesTimeCourse(Tabular):
    """Posteriors of a time course. `half_time` and `tau` are None where the model has none."""

    rows: TimeRows
    shape: ShapeName
    priors: str
    level: float
    log_marginal: float
    half_time: PositivePosterior | None
    tau: PositivePosterior | None
    likelihood: Likelihood = field(repr=False)
    weights: Floats = field(repr=False)  # (J,) of the points (half-time, tau) integrated over
    log_half: Floats = field(repr=False)
    taus: Floats = field(repr=False)
    means: Floats = field(repr=False)  # (J, p)
    covariances: Floats = field(repr=False)  # (J, p, p)

    @property
    def treatments(self) -> tuple[str, ...]:
        return self.rows.treatments

    @property
    def until(self) -> float:
        """The last visit: nothing is said of later weeks."""
        return self.rows.visits[-1]

    def effect(self, treatment: str) -> NormalMixture:
        """Of a treatment against the reference, in the shape's own units."""
        place = self._place(treatment)
        return NormalMixture(self.weights, self.means[:, place], np.sqrt(self.covariances[:, place, place]))

    def at(self, weeks: ArrayLike, treatment: str) -> Curve:
        """Posterior means, standard deviations and intervals of a treatment's effect at weeks.

        Raises:
            ValueError: a treatment that is not there, or weeks outside what was seen.
        """
        place = self._place(treatment)
        t = np.atleast_1d(np.asarray(weeks, dtype=np.float64))
        if not np.isfinite(t).all() or (t <= 0).any() or (t > self.until).any():
            raise ValueError(f"weeks above 0 and up to {self.until:g}, the last visit: nothing was seen beyond")
        g = SHAPES[self.shape].relative(t, self.log_half, None)
        sd = np.sqrt(self.covariances[:, place, place])
        made = [NormalMixture(self.weights, g[:, i] * self.means[:, place], g[:, i] * sd) for i in range(len(t))]
        ends = np.array([each.interval(self.level) for each in made])
        return Curve(
            t, np.array([each.mean for each in made]), np.array([each.sd for each in made]), ends[:, 0], ends[:, 1],
            self.level,
        )  # fmt: skip

    def _place(self, treatment: str) -> int:
        if treatment not in self.treatments:
            raise ValueError(f"no treatment {treatment!r} here; there are: {', '.join(self.treatments)}")
        return self.treatments.index(treatment)

    def residual_deviance(self, draws: int = 10_000, seed: int = 1) -> ResidualDeviance:
        """Posterior of the residual deviance: (y − fitted)'V⁻¹(y − fitted), studies' own effects among what is fitted.

        Drawn independently from the posterior itself, so the error of a mean is its spread over the root of `draws`.
        """
        rng = np.random.default_rng(seed)
        counts = rng.multinomial(draws, self.weights)
        dense = _Dense(self.likelihood)
        squares, total = [], np.zeros(self.rows.rows)
        for place in np.flatnonzero(counts):
            residuals = dense.residuals(self.log_half[place], self.taus[place], int(counts[place]), rng)
            squares.append((residuals**2).sum(axis=0))
            total += residuals.sum(axis=1)
        values = np.concatenate(squares)
        # Spiegelhalter and others 2002 (J R Stat Soc B 64:583): mean deviance less the deviance at the mean fit.
        return ResidualDeviance(values, float(values.mean() - ((total / draws) ** 2).sum()))

    @cached_property
    def deviance_constant(self) -> float:
        """What the deviance (−2 log likelihood) has beside the residual deviance."""
        V = self.rows.V
        return float(np.linalg.slogdet(V)[1].sum()) + self.rows.rows * math.log(2 * math.pi)

    def columns(self) -> dict[str, list[Any]]:
        """Posterior mean, standard deviation, median and interval of effects, half-time and tau, by column."""
        named: list[tuple[str, NormalMixture | PositivePosterior]] = [(t, self.effect(t)) for t in self.treatments]
        named += [(name, each) for name, each in (("half-time", self.half_time), ("tau", self.tau)) if each is not None]
        return posterior_columns(named, self.level)

    def summary(self) -> str:
        """The posteriors as text."""
        shape = SHAPES[self.shape]
        lines = [
            f"Bayesian time course, {self.shape} shape: {shape.formula}",
            f"k = {len(self.rows.studies)} studies, {self.rows.rows} results, up to week {self.until:g}; effects (b) "
            f"against {self.rows.reference}",
            f"Priors: {self.priors}",
            "",
        ]
        return "\n".join([*lines, text_of(self.columns())])

    def _told(self) -> str:
        return (
            f"{self.shape}: k = {len(self.rows.studies)} studies, {len(self.treatments)} treatments "
            f"against {self.rows.reference}, up to week {self.until:g}"
        )


def bayes_time_course_arms(
    y: ArrayLike,
    se: ArrayLike,
    weeks: ArrayLike,
    study: Sequence[object],
    treatment: Sequence[object],
    *,
    shape: ShapeName,
    tau_prior: TauPrior | None,
    change: bool = False,
    reference: str | None = None,
    study_sd: float = 100.0,
    effect_sd: float = 100.0,
    half_time_prior: TauPrior | None = None,
    correlation: float = 0.5,
    structure: Structure = "CS",
    level: float = 95,
) -> BayesTimeCourse:
    """Posteriors from arms, given as to `time_course_arms`.

    Args:
        shape: one shape; compare `log_marginal` of several only where their effects' priors mean the same.
        tau_prior: of the standard deviation between studies of effects in the shape's own units; None, no such spread.
        study_sd, effect_sd: of the normal priors, about 0, of levels and courses, and of effects.
        half_time_prior: in weeks; by default half-normal with a scale of twice the last visit (chosen by us: it lets
            the data say "after the last visit" and no more).

    Raises:
        NetworkDataError: data that cannot be analysed, naming study and row; DisconnectedNetworkError.
        ValueError: an option that is not known, or a scale that is not above zero.
    """
    rows = rows_of_arms(
        y, se, weeks, study, treatment, reference=reference, change=change, correlation=correlation,
        structure=structure,
    )  # fmt: skip
    if shape not in SHAPES:
        raise ValueError(f"shape is one of {', '.join(SHAPES)}, not {shape!r}")
    if not (study_sd > 0 and effect_sd > 0 and 0 < level < 100):
        raise ValueError(
            f"standard deviations above zero and a level of 0 to 100, not {study_sd}, {effect_sd}, {level}"
        )
    plateau = SHAPES[shape].plateau
    half_prior = half_time_prior or HalfNormal(2 * rows.visits[-1]) if plateau else None
    likelihood = Likelihood(rows, SHAPES[shape], None, (study_sd, effect_sd))

    def log_density(x: Floats, z: Floats) -> Floats:
        """(len(x), len(z)) of the logarithms of half-time and tau, up to a constant."""
        tau = np.exp(z) if tau_prior is not None else np.zeros(1)
        found = np.array([_row(likelihood, each, tau) for each in x])
        if half_prior is not None:
            found = found + (half_prior.log_density(np.exp(x)) + x)[:, None]
        if tau_prior is not None:
            found = found + tau_prior.log_density(tau) + z
        return np.asarray(found)

    first, last = rows.visits[0], rows.visits[-1]
    x_range = (math.log(first / 50), math.log(last * 50)) if plateau else None
    z_range = None
    if tau_prior is not None:
        sizes = [likelihood.spread, tau_prior.typical]
        z_range = math.log(min(sizes)) - 16, min(math.log(max(sizes)) + 8, math.log(tau_prior.end))
    x_panels, z_panels = _boxed(log_density, x_range, z_range)
    x, x_mass = _points(x_panels)
    z, z_mass = _points(z_panels)
    values = log_density(x, z)
    top = float(values.max())
    density = np.exp(values - top)
    mass = x_mass[:, None] * z_mass * density
    inside = np.outer(x_mass > 0, z_mass > 0)
    at_x, at_z = (each[inside] for each in np.broadcast_arrays(x[:, None], z[None, :]))
    weights = mass[inside] / mass.sum()
    heavy = weights > 1e-14
    at_x, at_z, weights = at_x[heavy], at_z[heavy], weights[heavy] / weights[heavy].sum()
    taus = np.exp(at_z) if tau_prior is not None else np.zeros_like(at_z)
    means, covariances = _effects(likelihood, at_x, taus)
    priors = f"levels and courses normal(0, {study_sd:g}); effects normal(0, {effect_sd:g})"
    priors += f"; half-time {half_prior}" if half_prior is not None else ""
    priors += f"; tau {tau_prior}" if tau_prior is not None else "; no tau"
    return BayesTimeCourse(
        rows, shape, priors,
        level, top + math.log(float(mass.sum())), _marginal(x_panels, density @ z_mass),
        _marginal(z_panels, x_mass @ density), likelihood, weights, at_x, taus, means, covariances,
    )  # fmt: skip


def _row(likelihood: Likelihood, log_half: float, tau: Floats) -> Floats:
    """Log marginal likelihoods at one half-time and many taus."""
    gram = likelihood.gram(np.array([log_half]))
    gram = np.broadcast_to(gram, (len(tau), *gram.shape[1:]))
    return likelihood.solve(np.full(len(tau), log_half), tau**2, gram).restricted


def _effects(likelihood: Likelihood, log_half: Floats, taus: Floats) -> tuple[Floats, Floats]:
    means, covariances = [], []
    for start in range(0, len(taus), 200):
        part = slice(start, start + 200)
        found = likelihood.solve(log_half[part], taus[part] ** 2)
        means.append(found.beta)
        covariances.append(found.covariance)
    return np.concatenate(means), np.concatenate(covariances)


def _boxed(
    log_density: Callable[[Floats, Floats], Floats],
    x_range: tuple[float, float] | None,
    z_range: tuple[float, float] | None,
) -> tuple[Panels | None, Panels | None]:
    """Panels over the box that holds what matters, found on two grids, the second finer."""
    ranges = [x_range, z_range]
    for points in (60, 40):
        grids = [np.zeros(1) if ends is None else np.linspace(*ends, points) for ends in ranges]
        values = log_density(*grids)
        inside = values > values.max() - NEGLIGIBLE
        for axis, grid in enumerate(grids):
            if ranges[axis] is not None:
                places = np.flatnonzero(inside.any(axis=1 - axis))
                ranges[axis] = float(grid[max(places[0] - 1, 0)]), float(grid[min(places[-1] + 1, len(grid) - 1)])
    x, z = (None if ends is None else panels(*ends, min(WIDTH, (ends[1] - ends[0]) / 8)) for ends in ranges)
    return x, z


def _points(at: Panels | None) -> tuple[Floats, Floats]:
    """Nodes with their widths, then edges (of no width, for the marginal's densities there)."""
    if at is None:
        return np.zeros(1), np.ones(1)
    return np.concatenate([at.nodes, at.edges]), np.concatenate([at.widths, np.zeros(len(at.edges))])


def _marginal(at: Panels | None, density: Floats) -> PositivePosterior | None:
    if at is None:
        return None
    n = len(at.nodes)
    return PositivePosterior.made(at, at.widths * density[:n], density[n:])


class _Dense:
    """The whole model as one regression, to draw all its unknowns together."""

    def __init__(self, likelihood: Likelihood) -> None:
        self.likelihood = likelihood
        rows = likelihood.rows
        used = rows.used.ravel()
        S, m, _ = rows.arms.shape
        self.used = used
        self.levels = _spread(rows.level[:, :, None])[used][:, rows.level.any(axis=1)]
        self.courses = _spread(rows.course[:, :, None])[used][:, rows.course.any(axis=1)]
        self.effects = rows.signs.reshape(S * m, -1)[used]
        self.arms = _spread(rows.arms)[used][:, rows.arms.any(axis=1).ravel()]
        self.root = np.linalg.inv(np.linalg.cholesky(block_diag(*rows.V)[np.ix_(used, used)]))
        self.y = self.root @ rows.y.ravel()[used]

    def residuals(self, log_half: float, tau: float, draws: int, rng: np.random.Generator) -> Floats:
        """(rows, draws) from the posterior at one half-time and tau, freed of their sampling covariance."""
        likelihood = self.likelihood
        assert likelihood.prior_sd is not None  # noqa: S101 - for the type checker
        g = likelihood.shape.relative(likelihood.rows.weeks, np.array([log_half]), None)[0].ravel()[self.used][:, None]
        parts = [self.levels, self.courses * g, self.effects * g]
        sds = [likelihood.prior_sd[0]] * 2 + [likelihood.prior_sd[1]]
        if tau > 0:
            parts.append(self.arms * g)
            sds.append(tau / math.sqrt(2))
        X = self.root @ np.column_stack(parts)
        precision = np.concatenate([np.full(part.shape[1], sd**-2) for part, sd in zip(parts, sds, strict=True)])
        scale = 1.0 / np.sqrt(np.einsum("ij,ij->j", X, X) + precision)  # evens out what would be ill-conditioned
        X = X * scale
        L = np.linalg.cholesky(X.T @ X + np.diag(precision * scale**2))
        centre = cho_solve((L, True), X.T @ self.y)
        unknowns = centre[:, None] + solve_triangular(
            L, rng.standard_normal((X.shape[1], draws)), lower=True, trans="T"
        )
        return np.asarray(self.y[:, None] - X @ unknowns)


def _spread(blocks: Floats) -> Floats:
    """(S·m, S·a) block diagonal of (S, m, a)."""
    return np.asarray(block_diag(*blocks))
