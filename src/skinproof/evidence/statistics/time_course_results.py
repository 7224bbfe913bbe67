"""A fitted time course and what may be asked of it."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import brentq

from ._network_fit import p_words
from ._plots import CoursePlots
from ._time_fit import ShapeFit
from ._time_likelihood import Likelihood
from ._time_rows import TimeRows
from ._time_shapes import Floats
from .coefficients import critical_value
from .network_results import HeterogeneityTest
from .tabular import Tabular
from .time_course_answers import CannotTell, Curve, Onset, Reaches, TimeTo

CLOSE = 2.0  # shapes within this AICc of the best have "substantial support" (Burnham & Anderson 2002, section 2.6)


@dataclass(frozen=True, eq=False, repr=False)
class TimeCourse(Tabular, CoursePlots):
    """A fitted time course. `fits` are all shapes that could be fitted, the best (lowest AICc) first.

    Effects are of a treatment against the reference. `dispersion` (at least 1) is what sampling variances were
    multiplied by because results within studies lay further from every curve than chance allows.
    """

    rows: TimeRows
    fits: tuple[ShapeFit, ...]
    averaged: bool
    dispersion: float
    lack_of_fit: HeterogeneityTest
    test: Literal["z", "t"]
    level: float
    sm: str
    notes: tuple[str, ...] = field(default=())

    @property
    def best(self) -> ShapeFit:
        return self.fits[0]

    @property
    def shape(self) -> str:
        """Name of the best shape."""
        return self.best.shape.name

    @property
    def treatments(self) -> tuple[str, ...]:
        return self.rows.treatments

    @property
    def reference(self) -> str:
        return self.rows.reference

    @property
    def k(self) -> int:
        """Studies."""
        return len(self.rows.studies)

    @property
    def tau2(self) -> float:
        """Variance between studies of the effect at the last visit; NaN when there is nothing to estimate it from."""
        return float(self.best.tau2[self.best.best]) if self.best.likelihood.heterogeneity_df > 0 else math.nan

    @property
    def omega2(self) -> float:
        """Variance between treatments of a family of the effect at the last visit; NaN where they are not pooled."""
        return self.best.omega2

    @property
    def half_time(self) -> float:
        """Weeks to half of the best shape's plateau (ET50; ln 2/k), as fitted and not fenced in as `time_to` is."""
        return self.best.half_time

    @property
    def visits(self) -> tuple[float, ...]:
        """Weeks at which anything was measured."""
        return self.rows.visits

    @property
    def until(self) -> float:
        """The last visit: nothing is said of later weeks."""
        return self.visits[-1]

    @property
    def critical(self) -> float:
        df = self.best.likelihood.heterogeneity_df
        return float(critical_value(self.level, float(df) if self.test == "t" and df > 0 else None))

    @property
    def normal(self) -> float:
        """The normal critical value, which times go by."""
        return float(critical_value(self.level, None))

    @cached_property
    def weights(self) -> dict[str, float]:
        """Akaike weights of the shapes."""
        raw = {fit.shape.name: math.exp(-(fit.aicc - self.best.aicc) / 2) for fit in self.fits}
        return {name: value / sum(raw.values()) for name, value in raw.items()}

    @property
    def supported(self) -> tuple[ShapeFit, ...]:
        """The best shape and those within 2 AICc of it."""
        return tuple(fit for fit in self.fits if fit.aicc - self.best.aicc <= CLOSE)

    def visits_of(self, treatment: str | None = None) -> tuple[float, ...]:
        """Weeks at which one treatment was measured."""
        name = self._named(treatment)
        return tuple(np.unique(self.rows.weeks[self.rows.of(name) & (self.rows.weeks > 0)]).tolist())

    def until_of(self, treatment: str | None = None) -> float:
        """The last visit at which one treatment was measured."""
        return self.visits_of(treatment)[-1]

    def at(self, weeks: ArrayLike, treatment: str | None = None, against: str | None = None) -> Curve:
        """The effect at weeks (n,), from 0 to the treatment's last visit.

        Intervals are by profile likelihood over effect and half-time. Averaged over shapes by Akaike weight where the
        fit was asked to, with the unconditional standard error of Burnham & Anderson 2002 (equation 4.9).

        Raises:
            ValueError: a treatment that is not there, or weeks outside what was seen.
        """
        one = self._named(treatment)
        t = np.atleast_1d(np.asarray(weeks, dtype=np.float64))
        until = min(self.until_of(name) for name in (one, against) if name in self.treatments)
        if not np.isfinite(t).all() or (t < 0).any() or (t > until).any():
            raise ValueError(f"weeks from 0 to {until:g}, the last visit with {one!r}: nothing was seen beyond")
        contrast = self._contrast(one, against)
        if not self.averaged:
            estimate, lower, upper = self.best.effect(t, contrast, self.critical, self.normal)
            return Curve(t, estimate, (upper - lower) / (2 * self.critical), lower, upper, self.level)
        parts = [
            (self.weights[fit.shape.name], *fit.effect(t, contrast, self.critical, self.normal)) for fit in self.fits
        ]
        estimate = np.asarray(sum(w * made for w, made, _, _ in parts))
        se = np.zeros_like(t)
        for w, made, lower, upper in parts:
            se = se + w * np.sqrt(((upper - lower) / (2 * self.critical)) ** 2 + (made - estimate) ** 2)
        half = self.critical * se
        return Curve(t, estimate, se, estimate - half, estimate + half, self.level)

    def onset(self, treatment: str | None = None) -> Onset | CannotTell:
        """The first visit by which an effect is shown: the interval excludes no effect there, and so does, on the same
        side, the one from results up to that visit alone.

        Results of later visits do not help earlier ones: a curve that starts from nothing and is clear at the end
        would be "clear" from its first day.
        """
        name = self._named(treatment)
        visits = self.visits_of(name)
        curve = self.at(visits, name)
        before: float | None = None
        for week, estimate, clear in zip(visits, curve.estimate, (curve.lower > 0) | (curve.upper < 0), strict=True):
            found = self._so_far(week, name) if clear else None
            if found is not None and np.sign(estimate) * found[0] > self.critical * found[1]:
                return Onset(week, before)
            before = week
        return CannotTell(f"no effect is shown by any visit up to week {visits[-1]:g}")

    def _so_far(self, week: float, name: str) -> tuple[float, float] | None:
        """Effect at a visit and its standard error, from results up to then, shape and tau² being those of all."""
        rows = self.rows.connected_to_reference(self.rows.weeks <= week)
        if name not in rows.treatments:
            return None
        fit = self.best
        at = fit.log_half[[fit.best]]
        solved = Likelihood(rows, fit.shape, self.until).solve(at, fit.tau2[[fit.best]])
        place = rows.treatments.index(name)
        g = float(fit.shape.relative(np.array([week]), at, self.until)[0, 0])
        return g * float(solved.beta[0, place]), g * math.sqrt(float(solved.covariance[0, place, place]))

    def time_to(self, share: float = 0.5, treatment: str | None = None) -> TimeTo | CannotTell:
        """When a share of the whole (plateau) effect is reached.

        The interval is by profile likelihood, on the logarithm of time; it spans those of all shapes within 2 AICc of
        the best. Cannot be told when: no effect is shown at any visit; the best shape, or one that fits about as well,
        has no plateau; the time lies after the last visit; or the interval runs from before the first visit to after
        the last.

        Raises:
            ValueError: a share that is not between 0 and 1, a treatment that is not there.
        """
        if not 0 < share < 1:
            raise ValueError(f"a share is between 0 and 1, not {share}")
        name = self._named(treatment)
        visits = self.visits_of(name)
        first, last = visits[0], visits[-1]
        curve = self.at(visits, name)
        if not ((curve.lower > 0) | (curve.upper < 0)).any():
            return CannotTell(f"no effect is shown at any visit up to week {last:g}, so there is no course of one")
        for fit in self.supported:
            if not fit.shape.plateau:
                how = "is best" if fit is self.best else f"fits about as well as the {self.shape} one"
                return CannotTell(
                    f"a {fit.shape.name} curve {how}: the effect may be still rising at the last visit, week {last:g}"
                )
        intervals = [(fit.shape, np.array(fit.half_time_interval(self.normal))) for fit in self.supported]
        ends = np.array([shape.time_at(share, interval) for shape, interval in intervals])
        lower, upper = float(ends.min()), float(ends.max())
        estimate = float(self.best.shape.time_at(share, np.array([self.best.half_time]))[0])
        if estimate > last:
            return CannotTell(f"still rising at the last visit, week {last:g}: {100 * share:g} % lies beyond it")
        if lower < first and upper > last:
            return CannotTell(
                f"{100 * share:g} % may be reached at any time from before the first visit, week {first:g}, "
                f"to after the last, week {last:g}"
            )
        return TimeTo(share, estimate, lower, upper, self.level, first, last)

    def reaches(self, size: float, treatment: str | None = None) -> Reaches | CannotTell:
        """When the effect first reaches a size (the smallest that matters, with its sign).

        `lower` and `upper` are when the interval's nearer and farther ends reach it, which is the set of times at
        which a test would not reject that size.

        Raises:
            ValueError: a size of 0 or not finite.
        """
        if not math.isfinite(size) or size == 0:
            raise ValueError(f"a size is a number other than 0, not {size}")
        name = self._named(treatment)
        last = self.until_of(name)
        sign = math.copysign(1.0, size)

        def crossed(end: str) -> float:
            def above(week: float) -> float:
                return float(sign * (getattr(self.at(week, name), end)[0] - size))

            if above(last) < 0:
                return math.inf
            return float(brentq(above, 0.0, last, xtol=1e-9 * last))

        estimate = crossed("estimate")
        if math.isinf(estimate):
            return CannotTell(f"the effect does not reach {size:g} by the last visit, week {last:g}")
        near, far = ("upper", "lower") if sign > 0 else ("lower", "upper")
        return Reaches(size, estimate, crossed(near), crossed(far), self.level, last)

    def _named(self, treatment: str | None) -> str:
        if treatment is None:
            if len(self.treatments) > 1:
                raise ValueError(f"say which treatment: {', '.join(self.treatments)}")
            return self.treatments[0]
        if treatment not in self.treatments:
            raise ValueError(f"no treatment {treatment!r} here; there are: {', '.join(self.treatments)}")
        return treatment

    def _contrast(self, treatment: str, against: str | None) -> Floats:
        made = np.array([float(name == treatment) for name in self.treatments])
        if against is None or against == self.reference:
            return made
        other = self._named(against)
        return np.asarray(made - np.array([float(name == other) for name in self.treatments]))

    def columns(self) -> dict[str, list[Any]]:
        """Effects of each treatment against the reference at each of its visits, by column."""
        made: dict[str, list[Any]] = {"treatment": [], "against": []}
        for name in self.treatments:
            found = self.at(self.visits_of(name), name).columns()
            made["treatment"] += [name] * len(found["weeks"])
            made["against"] += [self.reference] * len(found["weeks"])
            for column, values in found.items():
                made.setdefault(column, []).extend(values)
        return made

    def summary(self) -> str:
        """The fit in a page of text."""
        shapes = zip(self.fits, self.weights.items(), strict=True)
        lines = [
            f"Time course ({self.sm or 'effect'}), {self.shape} shape: {self.best.shape.formula}",
            f"k = {self.k} studies ({self.rows.seen_twice} seen more than once), {self.rows.rows} results, "
            f"weeks {self.visits[0]:g} to {self.until:g}",
            "Shapes by AICc: " + ", ".join(f"{name} {fit.aicc:.2f} (weight {w:.2f})" for fit, (name, w) in shapes),
            "",
        ]
        width = max(map(len, self.treatments))
        for name in self.treatments:
            last = self.until_of(name)
            end = self.at(last, name)
            lines.append(
                f"  {name:<{width}} against {self.reference}, week {last:g}:  {end.estimate[0]:8.3f}"
                f"  [{end.lower[0]:8.3f}; {end.upper[0]:8.3f}]"
            )
            lines.append(f"  {'':<{width}} onset: {self.onset(name)}")
            lines += [f"  {'':<{width}} {self.time_to(share, name)}" for share in (0.5, 0.9)]
        lines += ["", f"tau² = {self.tau2:.4g} (of the effect at week {self.until:g})"]
        if not math.isnan(self.omega2):
            lines.append(f"omega² = {self.omega2:.4g} (between treatments of a family)")
        test = self.lack_of_fit
        lines.append(f"Q about the curve {test.Q:.2f}, df = {test.df}, {p_words(test.pval)}")
        if self.dispersion > 1:
            lines.append(f"Sampling variances were multiplied by {self.dispersion:.3g} for it.")
        lines += [f"Note: {note}" for note in self.notes]
        return "\n".join(lines)

    def _told(self) -> str:
        return (
            f"{self.sm or 'effect'}: {self.shape}, k = {self.k} studies, {len(self.treatments)} treatments "
            f"against {self.reference}, weeks {self.visits[0]:g} to {self.until:g}, tau² = {self.tau2:.4g}"
        )
