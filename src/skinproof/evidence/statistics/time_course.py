"""How soon and how long: an effect over weeks, from results reported at several weeks.

Model-based network meta-analysis as Pedder and others 2019 (Res Synth Methods 10:267) have it, by maximum likelihood:
all treatments of a call follow one shape with one time to half of the effect; how large the effect becomes is each
treatment's own (or exchangeable within a family) and varies between studies. An effect is nothing at time zero.

Parametrised by the effects at the last visit and the logarithm of the half-time: the first the data tell whatever the
shape, so a fit exists with few studies, and what the data do not tell shows in one place, the profile of the half-time.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Literal, get_args

from numpy.typing import ArrayLike

from ._time_fit import ShapeFit, fit_shape
from ._time_reading import Structure, rows_of_arms, rows_of_contrasts
from ._time_rows import TimeRows
from ._time_shapes import SHAPES
from .network_results import HeterogeneityTest
from .time_course_answers import CannotTell
from .time_course_results import TimeCourse

Choice = Literal["best", "average", "linear", "exponential", "emax", "log-linear"]


def time_course(
    yi: ArrayLike,
    vi: ArrayLike,
    weeks: ArrayLike,
    study: Sequence[object],
    treatment: Sequence[object] | None = None,
    comparator: Sequence[object] | None = None,
    *,
    shape: Choice = "best",
    reference: str | None = None,
    families: Mapping[str, str] | None = None,
    correlation: float = 0.5,
    structure: Structure = "CS",
    comparator_variance: ArrayLike | None = None,
    method: Literal["REML", "ML"] = "REML",
    dispersion: bool = True,
    test: Literal["z", "t"] = "z",
    level: float = 95,
    sm: str = "",
) -> TimeCourse | CannotTell:
    """A time course from contrasts: `yi[i]` is `treatment[i]` against `comparator[i]` at `weeks[i]` in `study[i]`.

    Args:
        yi, vi: n effects on the analysis scale and their sampling variances. weeks: since the first treatment, above 0.
        study: labels; a study's rows at several weeks are the same people. treatment, comparator: labels; may be left
            out where there are only two treatments. A study of p arms gives p − 1 contrasts a week.
        shape: "best" by AICc, "average" by Akaike weights (for `at`), or one shape.
        reference: what effects are told against; by default the most frequent comparator.
        families: treatment to family; effects are then exchangeable within a family and drawn towards its mean (a
            variance between treatments by REML, two stages: half-time and tau² from the unpooled effects).
        correlation: of the same people's results at two visits: between any two ("CS"), between neighbouring visits
            ("AR"), or a week apart ("CAR"). Seldom reported, so it is assumed: vary it.
        comparator_variance: n variances of the comparator's arm, which contrasts that share it have in common; where
            not given, half of a contrast's variance.
        method: of tau²; the half-time and what shapes are chosen by are maximum likelihood always.
        dispersion: multiply sampling variances by Q/df about the best fitting curve where that is above 1.
        test: "z", or for effects "t" with the degrees of freedom of tau² (comparisons less effects), which keeps
            intervals honest where studies are few and differ. Times go by the normal distribution in both, and so
            does all of a fit without such degrees of freedom (a single study).
        level: of intervals, in percent. sm: the measure's name.

    Returns:
        CannotTell where no study was measured at two times, or results are fewer than any shape needs.

    Raises:
        NetworkDataError: data that cannot be analysed, naming study and row; DisconnectedNetworkError.
        ValueError: an option that is not known.
    """
    rows = rows_of_contrasts(
        yi, vi, weeks, study, treatment, comparator, reference=reference, correlation=correlation,
        structure=structure, comparator_variance=comparator_variance,
    )  # fmt: skip
    return _fitted(rows, shape, families, method, dispersion, test, level, sm)


def time_course_arms(
    y: ArrayLike,
    se: ArrayLike,
    weeks: ArrayLike,
    study: Sequence[object],
    treatment: Sequence[object],
    *,
    change: bool = False,
    shape: Choice = "best",
    reference: str | None = None,
    families: Mapping[str, str] | None = None,
    correlation: float = 0.5,
    structure: Structure = "CS",
    method: Literal["REML", "ML"] = "REML",
    dispersion: bool = True,
    test: Literal["z", "t"] = "z",
    level: float = 95,
    sm: str = "",
) -> TimeCourse | CannotTell:
    """A time course from arms: `y[i]`, with standard error `se[i]`, is the mean of `treatment[i]` at `weeks[i]`.

    Each study has a course of its own for its people (what happens without the treatment's effect), of the same shape,
    on which the effects of treatments come; with raw means (`change` False) also a level at week 0, which randomised
    arms share. Week 0 may be among the rows then. With changes from baseline (`change`) all weeks are above 0.

    The other arguments, what is returned and raised: as `time_course`.
    """
    rows = rows_of_arms(
        y, se, weeks, study, treatment, reference=reference, change=change, correlation=correlation,
        structure=structure,
    )  # fmt: skip
    return _fitted(rows, shape, families, method, dispersion, test, level, sm)


def _fitted(
    rows: TimeRows,
    shape: Choice,
    families: Mapping[str, str] | None,
    method: str,
    dispersion: bool,
    test: Literal["z", "t"],
    level: float,
    sm: str,
) -> TimeCourse | CannotTell:
    for value, kind, what in ((shape, Choice, "shape"), (method, Literal["REML", "ML"], "method")):
        if value not in get_args(kind):
            raise ValueError(f"{what} is one of {', '.join(get_args(kind))}, not {value!r}")
    if test not in ("z", "t") or not 0 < level < 100:
        raise ValueError(f"test {test!r} with level {level}")
    if not rows.seen_twice:
        return CannotTell("every study was measured at one time only, so weeks and studies cannot be told apart")
    wanted = list(SHAPES) if shape in ("best", "average") else [shape]
    fits = _fit_all(rows, wanted, method, families)
    if not fits:
        return CannotTell(f"{rows.rows} results are too few to fit a curve")
    tests = [HeterogeneityTest(*fit.likelihood.lack_of_fit(float(fit.log_half[fit.best]))) for fit in fits]
    known = [found for found in tests if found.df > 0]
    closest = min(known, key=lambda found: found.Q / found.df, default=tests[0])
    factor = 1.0
    if dispersion and known and closest.df < closest.Q:
        factor = closest.Q / closest.df
        fits = _fit_all(rows.with_dispersion(factor), wanted, method, families)
    return TimeCourse(
        fits[0].likelihood.rows,
        tuple(fits),
        shape == "average",
        factor,
        closest,
        test,
        level,
        sm,
        _notes(rows, closest),
    )


def _fit_all(rows: TimeRows, wanted: Sequence[str], method: str, families: Mapping[str, str] | None) -> list[ShapeFit]:
    """The shapes that there are results enough for, best first."""
    fits = [fit_shape(rows, SHAPES[name], restricted=method == "REML", families=families) for name in wanted]
    return sorted((fit for fit in fits if math.isfinite(fit.aicc)), key=lambda fit: fit.aicc)


def _notes(rows: TimeRows, fit: HeterogeneityTest) -> tuple[str, ...]:
    notes = []
    if rows.seen_twice == 1:
        notes.append("the course rests on one study, the only one measured at more than one time")
    last = rows.visits[-1]
    at_last = sum(bool((t[u] == last).any()) for t, u in zip(rows.weeks, rows.used, strict=True))
    if at_last == 1 and len(rows.studies) > 1:
        notes.append(f"one study only was measured at the last visit, week {last:g}")
    if fit.pval < 0.05:
        notes.append("results within studies lie further from every curve than chance allows")
    return tuple(notes)
