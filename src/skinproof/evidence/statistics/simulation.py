"""How well estimators do in data of known truth: bias, coverage of confidence and prediction intervals, by simulation.

A simulation is cut into parts that each have a seed of their own, so that its result is the same however many
processes work on it. They may be those of any `concurrent.futures` executor, or of a Dask cluster.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, as_completed
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit, ndtr

from .batch import meta_analysis_batch
from .escalc import escalc
from .pairwise import Test
from .tabular import Tabular
from .tau2 import Method

Array = NDArray[np.float64]
Measure = Literal["MD", "SMD", "OR"]
Progress = Callable[[int, int], None]
MODELS: tuple[tuple[Method, Test], ...] = (
    ("FE", "z"), ("DL", "z"), ("REML", "z"), ("REML", "knha"), ("REML", "adhoc"), ("PM", "adhoc"),
)  # fmt: skip
PART = 250  # repetitions that share a seed
MEASURED = ("bias", "squared", "tau2", "none", "covered", "width", "predicted", "predicted_width")


@dataclass(frozen=True)
class Scenario:
    """k trials of two equal arms whose true effects are normal(mu, tau2).

    `n` are the people in both arms of a trial together: one number, or the lowest and highest of a uniform draw.
    `measure`: "MD" and "SMD" have a standard deviation of 1 within arms, "OR" a log odds ratio of `mu` and the control
    group's `risk`. The variances that the models see are estimated from the trials' people, as they are in life.
    """

    k: int
    tau2: float
    n: int | tuple[int, int] = (20, 200)
    mu: float = 0.3
    measure: Measure = "SMD"
    risk: float = 0.3

    def __post_init__(self) -> None:
        low, high = self.people
        known = get_args(Measure)
        for wrong, what in (
            (self.k < 2, f"k is at least 2, not {self.k}"),
            (not (np.isfinite(self.tau2) and self.tau2 >= 0), f"tau2 is a number of at least 0, not {self.tau2}"),
            (not 4 <= low <= high, f"n is at least 4, and its lowest before its highest, not {self.n}"),
            (not np.isfinite(self.mu), f"mu is a finite number, not {self.mu}"),
            (self.measure not in known, f"the measure is {', '.join(known)}, not {self.measure}"),
            (not 0 < self.risk < 1, f"risk is between 0 and 1, not {self.risk}"),
        ):
            if wrong:
                raise ValueError(what)

    @property
    def people(self) -> tuple[int, int]:
        return (self.n, self.n) if isinstance(self.n, int) else (self.n[0], self.n[1])

    def draw(self, reps: int, draw: np.random.Generator) -> tuple[Array, Array]:
        """(reps, k) effects and their estimated sampling variances."""
        size = reps * self.k
        low, high = self.people
        arm = draw.integers(low, high, size, endpoint=True) // 2
        true = self.mu + np.sqrt(self.tau2) * draw.standard_normal(size)
        columns: dict[str, Any]
        if self.measure == "OR":
            columns = {
                "ai": draw.binomial(arm, expit(logit(self.risk) + true)), "ci": draw.binomial(arm, self.risk),
            }  # fmt: skip
        else:
            spread = [np.sqrt(draw.chisquare(arm - 1) / (arm - 1)) for _ in range(2)]
            error = [draw.standard_normal(size) / np.sqrt(arm) for _ in range(2)]
            columns = {"m1i": true + error[0], "m2i": error[1], "sd1i": spread[0], "sd2i": spread[1]}
        each = arm.astype(np.float64)
        sizes = escalc(self.measure, **columns, n1i=each, n2i=each)
        return np.reshape(sizes.yi, (reps, self.k)), np.reshape(sizes.vi, (reps, self.k))


@dataclass(frozen=True, eq=False, repr=False)
class Simulation(Tabular):
    """One row a scenario and model: `sums` and `squares` (rows, 8) of `MEASURED` over `reps` repetitions."""

    scenarios: tuple[Scenario, ...]
    models: tuple[tuple[Method, Test], ...]
    level: float
    reps: int
    seed: int
    sums: Array
    squares: Array

    @property
    def means(self) -> Array:
        """(rows, 8) means, in the order of `MEASURED`."""
        return np.asarray(self.sums / self.reps)

    @property
    def errors(self) -> Array:
        """(rows, 8) Monte Carlo standard errors of the means."""
        return np.asarray(np.sqrt(np.maximum(0.0, self.squares / self.reps - self.means**2) / (self.reps - 1)))

    def columns(self) -> dict[str, list[Any]]:
        """Coverage as shares; `.se` are Monte Carlo standard errors; `tau2.none` is how often tau² came out as zero."""
        rows = [(scenario, *model) for scenario in self.scenarios for model in self.models]
        mean = dict(zip(MEASURED, self.means.T, strict=True))
        error = dict(zip(MEASURED, self.errors.T, strict=True))
        truth = np.array([scenario.tau2 for scenario, _, _ in rows])
        return {
            "measure": [s.measure for s, _, _ in rows], "k": [s.k for s, _, _ in rows], "tau2": truth.tolist(),
            "people": ["–".join(map(str, dict.fromkeys(s.people))) for s, _, _ in rows],
            "method": [method for _, method, _ in rows], "test": [test for _, _, test in rows],
            "bias": mean["bias"].tolist(), "bias.se": error["bias"].tolist(), "rmse": np.sqrt(mean["squared"]).tolist(),
            "tau2.bias": (mean["tau2"] - truth).tolist(), "tau2.none": mean["none"].tolist(),
            "coverage": mean["covered"].tolist(), "coverage.se": error["covered"].tolist(),
            "width": mean["width"].tolist(), "pi.coverage": mean["predicted"].tolist(),
            "pi.coverage.se": error["predicted"].tolist(), "pi.width": mean["predicted_width"].tolist(),
        }  # fmt: skip

    def _told(self) -> str:
        return f"{self.reps} repetitions of {len(self.scenarios)} scenarios, {len(self.models)} models"


def simulate(
    scenarios: Scenario | Iterable[Scenario],
    models: Sequence[tuple[Method, Test]] = MODELS,
    *,
    reps: int = 1000,
    seed: int,
    level: float = 95,
    client: Any = None,
    progress: bool | Progress = False,
) -> Simulation:
    """Fits of every model to `reps` data sets of every scenario.

    Args:
        models: pairs of method and test, as `meta_analysis` takes them.
        client: where the parts are worked out: None, here, one after another; a `concurrent.futures` executor; or a
            `distributed.Client` (the optional extra `skinproof[cluster]`). The result is the same, digit for digit.
        progress: True shows in the terminal (standard error) how many parts are done; or a function that is told the
            number of parts done and of all.

    Coverage of the prediction interval is the chance, given the interval, that the true effect of a new trial lies in
    it.

    Raises:
        ValueError: no scenarios or models, fewer than 2 repetitions, or a scenario, model or level that cannot be.
    """
    wanted = (scenarios,) if isinstance(scenarios, Scenario) else tuple(scenarios)
    pairs = tuple((method, test) for method, test in models)
    if not wanted or not pairs or reps < 2:
        raise ValueError(
            f"{reps} repetitions of {len(wanted)} scenarios and {len(pairs)} models are nothing to simulate"
        )
    for method, test in pairs:  # before anything is sent anywhere
        meta_analysis_batch([[0.0, 1.0]], [[1.0, 1.0]], method=method, test=test, level=level)
    sizes = [min(PART, reps - start) for start in range(0, reps, PART)]
    seeds = iter(np.random.SeedSequence(seed).spawn(len(wanted) * len(sizes)))
    parts = [(scenario, size, next(seeds), pairs, level) for scenario in wanted for size in sizes]
    tell = progress if callable(progress) else _shown if progress else _silent
    done = _worked_out(parts, client, tell)
    sums = np.array(done).reshape(len(wanted), len(sizes), 2, len(pairs), len(MEASURED)).sum(axis=1)
    totals = np.swapaxes(sums, 0, 1).reshape(2, len(wanted) * len(pairs), len(MEASURED))
    return Simulation(wanted, pairs, level, reps, seed, totals[0], totals[1])


def _worked_out(parts: Sequence[tuple[Any, ...]], client: Any, tell: Progress) -> list[Array]:
    if client is None:
        found = []
        for place, part in enumerate(parts, start=1):
            found.append(simulated_part(*part))
            tell(place, len(parts))
        return found
    executor = client.get_executor() if hasattr(client, "get_executor") else client
    futures: list[Future[Array]] = [executor.submit(simulated_part, *part) for part in parts]
    try:
        for place, future in enumerate(as_completed(futures), start=1):
            future.result()  # a fault in a part is a fault at once
            tell(place, len(parts))
    finally:
        for future in futures:
            future.cancel()
    return [future.result() for future in futures]


def simulated_part(
    scenario: Scenario,
    reps: int,
    seed: np.random.SeedSequence,
    models: Sequence[tuple[Method, Test]],
    level: float,
) -> Array:
    """(2, models, 8): sums and sums of squares of `MEASURED`."""
    yi, vi = scenario.draw(reps, np.random.default_rng(seed))
    found = np.empty((len(models), len(MEASURED), reps))
    for place, (method, test) in enumerate(models):
        fits = meta_analysis_batch(yi, vi, method=method, test=test, level=level)
        off = fits.coef[:, 0] - scenario.mu
        low, high = fits.pi_lb - scenario.mu, fits.pi_ub - scenario.mu
        tau = np.sqrt(scenario.tau2)
        held = ndtr(high / tau) - ndtr(low / tau) if tau else (low <= 0) & (high >= 0)
        covered = (fits.ci_lb[:, 0] <= scenario.mu) & (fits.ci_ub[:, 0] >= scenario.mu)
        found[place] = (
            off, off**2, fits.tau2, fits.tau2 == 0, covered, (fits.ci_ub - fits.ci_lb)[:, 0], held, high - low,
        )  # fmt: skip
    return np.array([found.sum(axis=2), (found**2).sum(axis=2)])


def _shown(done: int, whole: int) -> None:
    sys.stderr.write(f"\rsimulated {done} of {whole} parts" + ("\n" if done == whole else ""))
    sys.stderr.flush()


def _silent(done: int, whole: int) -> None:
    pass
