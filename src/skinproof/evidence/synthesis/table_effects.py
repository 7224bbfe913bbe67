"""From the rows of a table to effects: which layout, which measure, which treatment against which."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skinproof.evidence.statistics.escalc import escalc
from skinproof.evidence.statistics.measures import MEASURES, TABLES
from skinproof.evidence.statistics.network_pairwise import Pairs, pairwise_binary, pairwise_continuous, pairwise_rate
from skinproof.evidence.studies.csv_text import TableError
from skinproof.evidence.studies.table_names import Layout
from skinproof.evidence.studies.table_rows import ArmRows, arms_of, contrasts_of, effects_of
from skinproof.evidence.studies.tables import Table

Array = NDArray[np.float64]

NETWORK_MEASURES: dict[str, tuple[str, ...]] = {
    "events": ("OR", "RR", "RD"),
    "means": ("MD", "SMD", "ROM"),
    "rates": ("IRR", "IRD"),
    "errors": ("MD",),
}
PAIRWISE_MEASURES: dict[str, tuple[str, ...]] = {
    "events": TABLES,
    "means": ("MD", "SMD", "SMDH", "SMD1", "SMD1H", "ROM", "CVR", "VR"),
    "rates": ("IRR", "IRD", "IRSD"),
    "errors": ("MD",),
}
# Studies without events (or with nothing else) in both groups say nothing about these (Cochrane Handbook 10.4.4.2).
DROPPED = tuple(measure for measure in TABLES if measure not in ("RD", "AS"))
RESULTS: tuple[Layout, ...] = ("arms", "arm-pairs", "groups")


def choose_layout(table: Table, measure: str, usable: Sequence[Layout]) -> Layout:
    """The layout to use: results where a measure is asked, else effects."""
    here = [layout for layout in usable if layout in table.layouts]
    if not here:
        raise ValueError(
            f"{table.name}: rows are {' or '.join(table.layouts)}, without treatments; this model needs "
            "study and treatment with results, or study, treat1, treat2, TE and seTE"
        )
    given = [layout for layout in here if layout not in RESULTS]
    if measure:
        return here[0]
    if given:
        return given[0]
    raise ValueError(f"{table.name} gives results, not effects: name a measure (RR, OR, RD, MD, SMD, ROM, ...)")


def kind_of(arms: ArmRows, measure: str, measures: Mapping[str, tuple[str, ...]]) -> str:
    """Which of the arms' numbers the measure is worked out from."""
    there = {
        "events": arms.events is not None and arms.n is not None,
        "means": arms.sd is not None,
        "rates": arms.time is not None,
        "errors": arms.se is not None,
    }
    for kind, names in measures.items():
        if there[kind] and measure in names:
            return kind
    possible = [name for kind, names in measures.items() if there[kind] for name in names]
    raise ValueError(f"measure {measure!r} cannot be worked out from these columns; possible: {', '.join(possible)}")


def effects(
    table: Table, measure: str, columns: Mapping[str, tuple[float, ...]], slab: Sequence[str]
) -> tuple[Array, Array]:
    if measure not in MEASURES:
        raise ValueError(f"measure {measure!r} is not one of {', '.join(sorted(MEASURES))}")
    if measure in PAIRWISE_MEASURES["rates"] and "x1i" not in columns:
        columns = {{"ai": "x1i", "ci": "x2i"}.get(name, name): values for name, values in columns.items()}
    sizes = told(table, escalc, measure, slab=slab, drop00=measure in DROPPED, **columns)
    return sizes.yi, sizes.vi


def two_groups(
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
    for name in ("n", "events", "mean", "sd", "se", "time"):
        values = getattr(arms, name)
        if values is not None:
            columns[f"{name}1"] = [values[mine[False]] for mine in places.values()]
            columns[f"{name}2"] = [values[mine[True]] for mine in places.values()]
    return tuple(places), columns, [arms.lines[mine[False]] for mine in places.values()]


def arm_effects(
    table: Table, measure: str, sides: Mapping[str, list[float]], kind: str, slab: Sequence[str]
) -> tuple[Array, Array]:
    """Effects of one arm against another, from columns that end in 1 and in 2."""
    if kind == "errors":
        means, errors = (np.array([sides[f"{name}{i}"] for i in (1, 2)]) for name in ("mean", "se"))
        return means[0] - means[1], np.asarray((errors**2).sum(axis=0))
    return effects(table, measure, group_columns(sides, kind), slab)


def group_columns(columns: Mapping[str, list[float]], kind: str) -> dict[str, tuple[float, ...]]:
    """Under the names that `escalc` has for them."""
    names = {
        "events": {"events1": "ai", "n1": "n1i", "events2": "ci", "n2": "n2i"},
        "means": {"mean1": "m1i", "sd1": "sd1i", "n1": "n1i", "mean2": "m2i", "sd2": "sd2i", "n2": "n2i"},
        "rates": {"events1": "x1i", "time1": "t1i", "events2": "x2i", "time2": "t2i"},
    }[kind]
    return {theirs: tuple(columns[ours]) for ours, theirs in names.items()}


def one_comparison(table: Table, reference: str | None) -> tuple[tuple[str, ...], Array, Array, str]:
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


def contrasts(table: Table, measure: str) -> tuple[Layout, tuple[Any, ...], tuple[str, ...]]:
    """TE, seTE, treat1, treat2, studlab of a table, from effects given or worked out from its arms."""
    layout = choose_layout(table, measure, ("arms", "arm-pairs", "contrasts"))
    if layout == "contrasts":
        rows = contrasts_of(table)
        return layout, (rows.TE, rows.seTE, rows.treat1, rows.treat2, rows.study), ()
    arms = arms_of(table)
    if arms.weeks is not None and len(set(zip(arms.study, arms.treatment, strict=True))) < len(arms.study):
        raise ValueError(f"{table.name}: some arms stand at several weeks; keep the rows of one, or use time-course")
    pairs = _pairs(table, arms, measure)
    keep = [i for i, usable in enumerate(pairs.estimable) if usable]
    notes: tuple[str, ...] = ()
    if len(keep) < len(pairs.TE):
        lost = [i for i, usable in enumerate(pairs.estimable) if not usable]
        words = ", ".join(f"{pairs.studlab[i]} ({pairs.treat1[i]} against {pairs.treat2[i]})" for i in lost)
        notes = (f"No events, or only events, on both sides, so that nothing can be said; left out: {words}.",)
    if not keep:
        raise TableError(table.name, f"no pair of arms gives a {measure}")
    columns = tuple([column[i] for i in keep] for column in (pairs.treat1, pairs.treat2, pairs.studlab))
    return layout, (pairs.TE[keep], pairs.seTE[keep], *columns), notes


def _pairs(table: Table, arms: ArmRows, measure: str) -> Pairs:
    kind = kind_of(arms, measure, NETWORK_MEASURES)
    labels: Any = (arms.study, arms.treatment)
    sm: Any = measure
    if kind == "events":
        made = told(table, pairwise_binary, *labels, arms.events, arms.n, sm=sm)
    elif kind == "rates":
        made = told(table, pairwise_rate, *labels, arms.events, arms.time, sm=sm)
    elif kind == "errors":  # MD and its error do not change when a mean of n counts as one value with its error
        made = told(table, pairwise_continuous, *labels, [1.0] * len(arms.study), arms.mean, arms.se, sm=sm)
    elif measure == "ROM":
        made = told(table, _ratios_of_means, arms)
    else:
        made = told(table, pairwise_continuous, *labels, arms.n, arms.mean, arms.sd, sm=sm)
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


def weekly(table: Table, measure: str, reference: str | None) -> tuple[Layout, dict[str, Any], tuple[str, ...]]:
    """Contrasts at weeks, as `time_course` takes them: each week's arms against the study's comparator there.

    The comparator is the reference where a study has it, else the study's first arm. Rows at week 0 are what groups
    were like before; they give no effect.
    """
    if not table.has("weeks"):
        raise TableError(table.name, f"no column for weeks; there are {', '.join(table.header)}", line=1)
    layout = choose_layout(table, measure, ("arms", "arm-pairs", "contrasts", "effects"))
    if layout in ("contrasts", "effects"):
        found: dict[str, Any] = {"weeks": table.numbers("weeks", above=0)}
        if layout == "contrasts":
            rows = contrasts_of(table)
            found |= {"study": rows.study, "treatment": rows.treat1, "comparator": rows.treat2, "yi": rows.TE}
            return layout, {**found, "vi": tuple(se**2 for se in rows.seTE)}, ()
        studies, given, variances = effects_of(table, once=False)
        return layout, {**found, "study": studies, "yi": given, "vi": variances}, ()
    table.numbers("weeks", least=0)  # here none may be missing
    arms = arms_of(table)
    kind = kind_of(arms, measure, PAIRWISE_MEASURES)
    pairs, before = _weekly_pairs(table, arms, reference)
    columns: dict[str, list[float]] = {}
    for name in ("n", "events", "mean", "sd", "se", "time"):
        values = getattr(arms, name)
        if values is not None:
            columns[f"{name}1"], columns[f"{name}2"] = (
                [values[row] for row in side] for side in zip(*pairs, strict=True)
            )
    labels = [f"{arms.study[a]}, week {(arms.weeks or ())[a]:g}" for a, _ in pairs]
    yi, vi = arm_effects(table, measure, columns, kind, labels)
    use = np.flatnonzero(np.isfinite(yi))
    if not use.size:
        raise TableError(table.name, f"no row gives a {measure}")
    notes: tuple[str, ...] = (f"Rows at week 0 give no effect and are left out: {before}.",) if before else ()
    lost = [labels[i] for i in np.flatnonzero(~np.isfinite(yi))]
    notes += (f"No {measure} can be worked out, left out: {'; '.join(lost)}.",) if lost else ()
    made: dict[str, Any] = {
        "yi": yi[use], "vi": vi[use], "weeks": [(arms.weeks or ())[pairs[i][0]] for i in use],
        "study": [arms.study[pairs[i][0]] for i in use], "treatment": [arms.treatment[pairs[i][0]] for i in use],
        "comparator": [arms.treatment[pairs[i][1]] for i in use],
    }  # fmt: skip
    if kind == "errors":
        made["comparator_variance"] = [columns["se2"][i] ** 2 for i in use]
    elif measure == "MD":
        made["comparator_variance"] = [columns["sd2"][i] ** 2 / columns["n2"][i] for i in use]
    return layout, made, notes


def _weekly_pairs(table: Table, arms: ArmRows, reference: str | None) -> tuple[list[tuple[int, int]], int]:
    """Places of arm and comparator for each study and week, and how many rows were at week 0."""
    visits: dict[tuple[str, float], list[int]] = {}
    first: dict[str, str] = {}
    before = 0
    for row, (study, weeks) in enumerate(zip(arms.study, arms.weeks or (), strict=True)):
        if weeks == 0:
            before += 1
            continue
        visits.setdefault((study, weeks), []).append(row)
        if study not in first or arms.treatment[row] == reference:
            first[study] = arms.treatment[row]
    pairs = []
    for (study, weeks), rows in visits.items():
        base = next((row for row in rows if arms.treatment[row] == first[study]), None)
        if base is None or len(rows) < 2:
            raise TableError(
                table.name, f"{study} at week {weeks:g} has no {first[study]} beside another arm to compare with",
                line=arms.lines[rows[0]],
            )  # fmt: skip
        pairs += [(row, base) for row in rows if row != base]
    if not pairs:
        raise TableError(table.name, "no results after week 0")
    return pairs, before


def told(table: Table, work: Any, *values: Any, **named: Any) -> Any:
    """`work`, its faults told with the file's name."""
    try:
        return work(*values, **named)
    except TableError:
        raise
    except (ValueError, ArithmeticError) as fault:
        raise ValueError(f"{table.name}: {fault}") from fault
