"""From a table of results to a fitted model: what `skinproof synthesise` does, for use from Python."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from skinproof.evidence.statistics.component_networks import component_network
from skinproof.evidence.statistics.escalc import escalc
from skinproof.evidence.statistics.measures import MEASURES, TABLES
from skinproof.evidence.statistics.network import network_meta_analysis
from skinproof.evidence.statistics.network_pairwise import Pairs, pairwise_binary, pairwise_continuous, pairwise_rate
from skinproof.evidence.statistics.pairwise import meta_analysis
from skinproof.evidence.studies.csv_text import TableError
from skinproof.evidence.studies.table_names import Layout
from skinproof.evidence.studies.table_rows import ArmRows, arms_of, contrasts_of, effects_of, groups_of
from skinproof.evidence.studies.tables import Table

from .synthesised import Synthesis

Model = Literal["pairwise", "network", "components", "time-course"]
Array = NDArray[np.float64]

NETWORK_MEASURES: dict[str, tuple[str, ...]] = {
    "events": ("OR", "RR", "RD"),
    "means": ("MD", "SMD", "ROM"),
    "rates": ("IRR", "IRD"),
}
PAIRWISE_MEASURES: dict[str, tuple[str, ...]] = {
    "events": TABLES,
    "means": ("MD", "SMD", "SMDH", "SMD1", "SMD1H", "ROM", "CVR", "VR"),
    "rates": ("IRR", "IRD", "IRSD"),
}
# Studies without events (or with nothing else) in both groups say nothing about these (Cochrane Handbook 10.4.4.2).
DROPPED = tuple(measure for measure in TABLES if measure not in ("RD", "AS"))
RESULTS: tuple[Layout, ...] = ("arms", "arm-pairs", "groups")


@dataclass(frozen=True)
class Asked:
    """What is asked of a table."""

    measure: str
    method: str
    test: str
    reference: str | None
    inactive: str | None
    common: bool
    level: float
    separator: str


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
) -> Synthesis:
    """Fit a model to a table.

    Args:
        measure: "RR", "OR", "RD", "MD", "SMD", "ROM", ...: what to work out from results; for tables that give
            effects, what they are (ratios are then taken to be logarithms). If a table has both, results are used.
        method: estimator of tau²: "REML" (the default of `pairwise`), "DL" (of the others), ...
        test: of `pairwise`: "z", "t", "knha", "adhoc".
        reference: the treatment others are held against; `pairwise` needs it where rows are arms.
        inactive: for `components`, the one without effect.
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
    if test != "z" and model != "pairwise":
        raise ValueError(f"test {test!r} is for pairwise models; a {model} model has z")
    chosen = method or ("REML" if model == "pairwise" else "DL")
    asked = Asked((measure or "").upper(), chosen, test, reference, inactive, common, level, separator)
    return {"pairwise": _pairwise, "network": _network, "components": _components}[model](table, asked)


def _pairwise(table: Table, asked: Asked) -> Synthesis:
    layout = _layout(table, asked, ("groups", "arms", "arm-pairs", "effects", "contrasts"))
    notes: tuple[str, ...] = ()
    lines: Sequence[int] = table.lines
    if layout == "groups":
        slab, columns = table.studies(once=True), groups_of(table)
        yi, vi = _effects(table, asked.measure, columns, slab)
        reference = asked.reference
    elif layout in ("arms", "arm-pairs"):
        arms = arms_of(table)
        reference = asked.reference or arms.comparator
        slab, sides, lines = _two_groups(table, arms, reference)
        kind = _kind(arms, asked.measure, PAIRWISE_MEASURES)
        yi, vi = _effects(table, asked.measure, _group_columns(sides, kind), slab)
    elif layout == "effects":
        slab, te, v = effects_of(table)
        yi, vi, reference = np.array(te), np.array(v), asked.reference
    else:
        slab, yi, vi, reference = _one_comparison(table, asked.reference)
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
    fit = _told(
        table, meta_analysis, yi, vi, method="FE" if asked.common else asked.method, test=asked.test,
        level=asked.level, slab=slab,
    )  # fmt: skip
    return _made("pairwise", fit, table, layout, asked, reference, notes)


def _network(table: Table, asked: Asked) -> Synthesis:
    layout, contrasts, notes = _contrasts(table, asked)
    fit = _told(
        table, network_meta_analysis, *contrasts, sm=asked.measure, reference=asked.reference,
        method_tau=asked.method, level=asked.level / 100,
    )  # fmt: skip
    return _made("network", fit, table, layout, asked, asked.reference, notes)


def _components(table: Table, asked: Asked) -> Synthesis:
    if asked.method != "DL":
        raise ValueError("a component model has tau² by DL (the moment estimate)")
    layout, contrasts, notes = _contrasts(table, asked)
    fit = _told(
        table, component_network, *contrasts, sm=asked.measure, separator=asked.separator, inactive=asked.inactive,
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


def _layout(table: Table, asked: Asked, usable: Sequence[Layout]) -> Layout:
    """The layout to use: results where a measure is asked, else effects."""
    here = [layout for layout in usable if layout in table.layouts]
    if not here:
        raise ValueError(
            f"{table.name}: rows are {' or '.join(table.layouts)}, without treatments; this model needs "
            "study and treatment with results, or study, treat1, treat2, TE and seTE"
        )
    given = [layout for layout in here if layout not in RESULTS]
    if asked.measure:
        return here[0]
    if given:
        return given[0]
    raise ValueError(f"{table.name} gives results, not effects: name a measure (RR, OR, RD, MD, SMD, ROM, ...)")


def _kind(arms: ArmRows, measure: str, measures: Mapping[str, tuple[str, ...]]) -> str:
    """Which of the arms' numbers the measure is worked out from."""
    there = {
        "events": arms.events is not None and arms.n is not None,
        "means": arms.mean is not None,
        "rates": arms.time is not None,
    }
    for kind, names in measures.items():
        if there[kind] and measure in names:
            return kind
    possible = [name for kind, names in measures.items() if there[kind] for name in names]
    raise ValueError(f"measure {measure!r} cannot be worked out from these columns; possible: {', '.join(possible)}")


def _effects(
    table: Table, measure: str, columns: Mapping[str, tuple[float, ...]], slab: Sequence[str]
) -> tuple[Array, Array]:
    if measure not in MEASURES:
        raise ValueError(f"measure {measure!r} is not one of {', '.join(sorted(MEASURES))}")
    if measure in PAIRWISE_MEASURES["rates"] and "x1i" not in columns:
        columns = {{"ai": "x1i", "ci": "x2i"}.get(name, name): values for name, values in columns.items()}
    sizes = _told(table, escalc, measure, slab=slab, drop00=measure in DROPPED, **columns)
    return sizes.yi, sizes.vi


def _two_groups(
    table: Table, arms: ArmRows, reference: str | None
) -> tuple[tuple[str, ...], dict[str, list[float]], list[int]]:
    """Studies of two arms as columns: first the treatment, then the reference."""
    named = list(dict.fromkeys(arms.treatment))
    if len(named) > 2:
        raise ValueError(
            f"{table.name}: {len(named)} treatments ({', '.join(named[:6])}{', ...' if len(named) > 6 else ''}); "
            "a pairwise model compares two, a network model any number"
        )
    if reference is None:
        raise ValueError(f"{table.name}: name the treatment to compare with as reference: {' or '.join(named)}")
    if reference not in named:
        raise ValueError(f"{table.name}: reference {reference!r} is no treatment here; there are {', '.join(named)}")
    places: dict[str, dict[bool, int]] = {}
    for row, (study, treatment) in enumerate(zip(arms.study, arms.treatment, strict=True)):
        mine = places.setdefault(study, {})
        if (treatment == reference) in mine:
            raise TableError(
                table.name, f"{study}: {treatment} stands at more than one time; keep the rows of one",
                line=arms.lines[row],
            )  # fmt: skip
        mine[treatment == reference] = row
    columns: dict[str, list[float]] = {}
    for name in ("n", "events", "mean", "sd", "time"):
        values = getattr(arms, name)
        if values is not None:
            columns[f"{name}1"] = [values[mine[False]] for mine in places.values()]
            columns[f"{name}2"] = [values[mine[True]] for mine in places.values()]
    return tuple(places), columns, [arms.lines[mine[False]] for mine in places.values()]


def _group_columns(columns: Mapping[str, list[float]], kind: str) -> dict[str, tuple[float, ...]]:
    """Under the names that `escalc` has for them."""
    names = {
        "events": {"events1": "ai", "n1": "n1i", "events2": "ci", "n2": "n2i"},
        "means": {"mean1": "m1i", "sd1": "sd1i", "n1": "n1i", "mean2": "m2i", "sd2": "sd2i", "n2": "n2i"},
        "rates": {"events1": "x1i", "time1": "t1i", "events2": "x2i", "time2": "t2i"},
    }[kind]
    return {theirs: tuple(columns[ours]) for ours, theirs in names.items()}


def _one_comparison(table: Table, reference: str | None) -> tuple[tuple[str, ...], Array, Array, str]:
    """Contrasts of one pair of treatments, all turned the way of the first (or against the reference)."""
    rows = contrasts_of(table)
    pairs = {frozenset(pair) for pair in zip(rows.treat1, rows.treat2, strict=True)}
    named = list(dict.fromkeys([*rows.treat1, *rows.treat2]))
    if len(pairs) > 1:
        raise ValueError(
            f"{table.name}: {len(pairs)} different comparisons; a pairwise model pools one, a network model any number"
        )
    table.studies(once=True)
    against = reference or rows.treat2[0]
    if against not in named:
        raise ValueError(f"{table.name}: reference {against!r} is no treatment here; there are {', '.join(named)}")
    sign = np.where(np.array(rows.treat2, dtype=object) == against, 1.0, -1.0)
    return rows.study, sign * np.array(rows.TE), np.array(rows.seTE) ** 2, against


def _contrasts(table: Table, asked: Asked) -> tuple[Layout, tuple[Any, ...], tuple[str, ...]]:
    """TE, seTE, treat1, treat2, studlab of a table, from effects given or worked out from its arms."""
    layout = _layout(table, asked, ("arms", "arm-pairs", "contrasts"))
    if layout == "contrasts":
        rows = contrasts_of(table)
        return layout, (rows.TE, rows.seTE, rows.treat1, rows.treat2, rows.study), ()
    arms = arms_of(table)
    if arms.weeks is not None and len(set(zip(arms.study, arms.treatment, strict=True))) < len(arms.study):
        raise ValueError(f"{table.name}: some arms stand at several weeks; keep the rows of one, or use time-course")
    pairs = _pairs(table, arms, asked.measure)
    keep = [i for i, usable in enumerate(pairs.estimable) if usable]
    notes: tuple[str, ...] = ()
    if len(keep) < len(pairs.TE):
        lost = [i for i, usable in enumerate(pairs.estimable) if not usable]
        words = ", ".join(f"{pairs.studlab[i]} ({pairs.treat1[i]} against {pairs.treat2[i]})" for i in lost)
        notes = (f"No events, or only events, on both sides, so that nothing can be said; left out: {words}.",)
    if not keep:
        raise TableError(table.name, f"no pair of arms gives a {asked.measure}")
    columns = tuple([column[i] for i in keep] for column in (pairs.treat1, pairs.treat2, pairs.studlab))
    return layout, (pairs.TE[keep], pairs.seTE[keep], *columns), notes


def _pairs(table: Table, arms: ArmRows, measure: str) -> Pairs:
    kind = _kind(arms, measure, NETWORK_MEASURES)
    labels: Any = (arms.study, arms.treatment)
    sm: Any = measure
    if kind == "events":
        made = _told(table, pairwise_binary, *labels, arms.events, arms.n, sm=sm)
    elif kind == "rates":
        made = _told(table, pairwise_rate, *labels, arms.events, arms.time, sm=sm)
    elif measure == "ROM":
        made = _told(table, _ratios_of_means, arms)
    else:
        made = _told(table, pairwise_continuous, *labels, arms.n, arms.mean, arms.sd, sm=sm)
    return made  # type: ignore[no-any-return]


def _ratios_of_means(arms: ArmRows) -> Pairs:
    """All pairs of a study's arms; log ratios of means add up within a study, and so do their variances."""
    raw = pairwise_continuous(arms.study, arms.treatment, arms.n or (), arms.mean or (), arms.sd or (), sm="MD")
    first, second = zip(*raw.arms, strict=True)
    sizes = escalc(
        "ROM", slab=raw.studlab,
        m1i=[a.mean for a in first], sd1i=[a.sd for a in first], n1i=[a.n for a in first],
        m2i=[a.mean for a in second], sd2i=[a.sd for a in second], n2i=[a.n for a in second],
    )  # fmt: skip
    for study, value in zip(raw.studlab, sizes.yi, strict=True):
        if not np.isfinite(value):
            raise ValueError(f"{study}: no ratio of means, since both must be above zero (or both below)")
    return Pairs("ROM", raw.studlab, raw.treat1, raw.treat2, sizes.yi, np.sqrt(sizes.vi), raw.arms)


def _told(table: Table, work: Any, *values: Any, **named: Any) -> Any:
    """`work`, its faults told with the file's name."""
    try:
        return work(*values, **named)
    except TableError:
        raise
    except (ValueError, ArithmeticError) as fault:
        raise ValueError(f"{table.name}: {fault}") from fault
