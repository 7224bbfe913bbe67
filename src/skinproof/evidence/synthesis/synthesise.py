"""From a table of results to a fitted model: what `skinproof synthesise` does, for use from Python."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from skinproof.evidence.statistics.component_networks import component_network
from skinproof.evidence.statistics.network import network_meta_analysis
from skinproof.evidence.statistics.pairwise import meta_analysis
from skinproof.evidence.statistics.time_course import time_course
from skinproof.evidence.studies.csv_text import TableError
from skinproof.evidence.studies.table_names import Layout
from skinproof.evidence.studies.table_rows import arms_of, effects_of, groups_of
from skinproof.evidence.studies.tables import Table

from .synthesised import Synthesis
from .table_effects import (
    DROPPED,
    PAIRWISE_MEASURES,
    arm_effects,
    choose_layout,
    contrasts,
    effects,
    kind_of,
    one_comparison,
    told,
    two_groups,
    weekly,
)

TESTS = {"pairwise": ("z", "t", "knha", "adhoc"), "network": ("z",), "components": ("z",), "time-course": ("z", "t")}
Model = Literal["pairwise", "network", "components", "time-course"]
Array = NDArray[np.float64]


@dataclass(frozen=True)
class Asked:
    """What is asked of a table; `shape` and `correlation` are those of `time_course`."""

    measure: str
    method: str
    test: str
    reference: str | None
    inactive: str | None
    common: bool
    level: float
    separator: str
    shape: str
    correlation: float


def synthesise(
    table: Table,
    model: Model = "pairwise",
    measure: str | None = None,
    *,
    method: str | None = None,
    test: str = "z",
    reference: str | None = None,
    inactive: str | None = None,
    common: bool = False,
    level: float = 95,
    separator: str = "+",
    shape: str = "best",
    correlation: float = 0.5,
) -> Synthesis:
    """Fit a model to a table.

    Args:
        measure: "RR", "OR", "RD", "MD", "SMD", "ROM", ...: what to work out from results; for tables that give
            effects, what they are (ratios are then taken to be logarithms). If a table has both, results are used.
        method: estimator of tau²: "REML" (the default of `pairwise` and `time-course`), "DL" (of the others), ...
        test: of `pairwise`: "z", "t", "knha", "adhoc"; of `time-course`: "z", "t".
        reference: the treatment others are held against; `pairwise` needs it where rows are arms.
        inactive: for `components`, the one without effect.
        shape, correlation: of `time-course`, as `time_course` has them.
        common: a common effect, no tau². level: of intervals, in percent. separator: what joins components in a name.

    Raises:
        TableError: the table cannot be used (file, line, column). ValueError: what is asked cannot be had of it.
    """
    if model not in get_args(Model):
        raise ValueError(f"model {model!r} is not one of {', '.join(get_args(Model))}")
    if not 0 < level < 100:
        raise ValueError(f"level {level:g} is not between 0 and 100")
    if common and method is not None:
        raise ValueError("a common effect has no tau²: give a method or common, not both")
    if common and model == "time-course":
        raise ValueError("a time course is of random effects")
    tests = TESTS[model]
    if test not in tests:
        raise ValueError(f"test {test!r} is not one that a {model} model has: {', '.join(tests)}")
    chosen = method or ("REML" if model in ("pairwise", "time-course") else "DL")
    words = (measure or "").upper(), chosen, test, reference, inactive, common, level, separator, shape, correlation
    return MODELS[model](table, Asked(*words))


def _pairwise(table: Table, asked: Asked) -> Synthesis:
    layout = choose_layout(table, asked.measure, ("groups", "arms", "arm-pairs", "effects", "contrasts"))
    notes: tuple[str, ...] = ()
    lines: Sequence[int] = table.lines
    if layout == "groups":
        slab, columns = table.studies(once=True), groups_of(table)
        yi, vi = effects(table, asked.measure, columns, slab)
        reference = asked.reference
    elif layout in ("arms", "arm-pairs"):
        arms = arms_of(table)
        reference = asked.reference or arms.comparator
        slab, sides, lines = two_groups(table, arms, reference)
        kind = kind_of(arms, asked.measure, PAIRWISE_MEASURES)
        yi, vi = arm_effects(table, asked.measure, sides, kind, slab)
    elif layout == "effects":
        slab, te, v = effects_of(table)
        yi, vi, reference = np.array(te), np.array(v), asked.reference
    else:
        slab, yi, vi, reference = one_comparison(table, asked.reference)
    none = ~np.isfinite(yi)
    if none.any():
        left_out = [slab[i] for i in np.flatnonzero(none)]
        if asked.measure not in (*DROPPED, "IRR"):
            raise TableError(
                table.name, f"{left_out[0]}: no {asked.measure} can be worked out", line=lines[int(np.argmax(none))]
            )
        notes += (f"{', '.join(left_out)}: no events, or only events, in both groups; no {asked.measure}, left out.",)
        if none.all():
            raise TableError(table.name, f"no study gives a {asked.measure}: no events, or only events, in all")
        yi, vi, slab = yi[~none], vi[~none], tuple(np.array(slab, dtype=object)[~none])
    fit = told(
        table, meta_analysis, yi, vi, method="FE" if asked.common else asked.method, test=asked.test,
        level=asked.level, slab=slab,
    )  # fmt: skip
    return _made("pairwise", fit, table, layout, asked, reference, notes)


def _network(table: Table, asked: Asked) -> Synthesis:
    layout, columns, notes = contrasts(table, asked.measure)
    fit = told(
        table, network_meta_analysis, *columns, sm=asked.measure, reference=asked.reference,
        method_tau=asked.method, level=asked.level / 100,
    )  # fmt: skip
    return _made("network", fit, table, layout, asked, asked.reference or fit.trts[0], notes)


def _components(table: Table, asked: Asked) -> Synthesis:
    if asked.method != "DL":
        raise ValueError("a component model has tau² by DL (the moment estimate)")
    layout, columns, notes = contrasts(table, asked.measure)
    fit = told(
        table, component_network, *columns, sm=asked.measure, separator=asked.separator, inactive=asked.inactive,
        level=asked.level / 100,
    )  # fmt: skip
    return _made("components", fit, table, layout, asked, asked.reference, notes)


def _made(
    model: str, fit: Any, table: Table, layout: Layout, asked: Asked, reference: str | None, notes: tuple[str, ...]
) -> Synthesis:
    if layout not in ("effects", "contrasts") and {"effects", "contrasts"} & set(table.layouts):
        notes += ("The table gives effects too; they were worked out anew from the results.",)
    method = ("FE" if model == "pairwise" else "") if asked.common else asked.method
    return Synthesis(
        model=model, measure=asked.measure, fit=fit, table=table, layout=layout,
        effects="common" if asked.common else "random", method=method, test=asked.test, level=asked.level,
        reference=reference, notes=notes,
    )  # fmt: skip


def _time_course(table: Table, asked: Asked) -> Synthesis:
    layout, columns, notes = weekly(table, asked.measure, asked.reference)
    fit = told(
        table, time_course, **columns, sm=asked.measure, reference=asked.reference, shape=asked.shape,
        method=asked.method, test=asked.test, level=asked.level, correlation=asked.correlation,
    )  # fmt: skip
    return _made("time-course", fit, table, layout, asked, asked.reference, notes)


MODELS: dict[str, Callable[[Table, Asked], Synthesis]] = {
    "pairwise": _pairwise,
    "network": _network,
    "components": _components,
    "time-course": _time_course,
}
