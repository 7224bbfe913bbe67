"""Results at several times made ready for a model: checked, grouped by study, with their covariances."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from ._contrasts import DisconnectedNetworkError, NetworkDataError, alphabetical, labels_of, numbers_of
from ._time_rows import TimeRows, parts_joined
from ._time_shapes import Floats

Structure = Literal["CS", "AR", "CAR"]


@dataclass(frozen=True)
class _Row:
    place: int  # in what was given, from 1
    y: float
    v: float
    weeks: float
    treat: str
    against: str
    shared: float  # variance of the comparator's arm; NaN where not given


def rows_of_contrasts(
    yi: ArrayLike,
    vi: ArrayLike,
    weeks: ArrayLike,
    study: Sequence[object],
    treatment: Sequence[object] | None,
    comparator: Sequence[object] | None,
    *,
    reference: str | None,
    correlation: float,
    structure: Structure,
    comparator_variance: ArrayLike | None,
) -> TimeRows:
    """Rows from contrasts. Raises NetworkDataError naming study and row."""
    y, v, t = (numbers_of(values, name) for values, name in ((yi, "yi"), (vi, "vi"), (weeks, "weeks")))
    labels = labels_of(study)
    one = labels_of(treatment) if treatment is not None else ["treatment"] * len(labels)
    two = labels_of(comparator) if comparator is not None else ["comparator"] * len(labels)
    shared = (
        np.full(len(y), np.nan)
        if comparator_variance is None
        else numbers_of(comparator_variance, "comparator_variance")
    )
    _same_length(
        {"yi": y, "vi": v, "weeks": t, "study": labels, "treatment": one, "comparator": two,
         "comparator_variance": shared}
    )  # fmt: skip
    _check(y, v, t, labels, [one, two], from_start=False, what="vi")
    _check_correlation(correlation)
    for place, (a, b) in enumerate(zip(one, two, strict=True)):
        if a == b:
            raise NetworkDataError(f"{a!r} is compared with itself", study=labels[place], row=place + 1)
    chosen = _reference(reference, one + two, two)
    grouped: dict[str, list[_Row]] = {}
    for place, label in enumerate(labels):
        row = _Row(place + 1, y[place], v[place], t[place], one[place], two[place], shared[place])
        grouped.setdefault(label, []).append(row)
    for label, members in grouped.items():
        _no_repeats(label, [(r.place, frozenset((r.treat, r.against)), r.weeks) for r in members])
        _no_loops(label, members)
    made = _padded(grouped, _others(one + two, chosen), chosen)
    for s, (label, members) in enumerate(grouped.items()):
        V = _shared_arms(label, members) * _between_visits([r.weeks for r in members], correlation, structure)
        made.V[s, : len(members), : len(members)] = V
    return _connected(made)


def rows_of_arms(
    y: ArrayLike,
    se: ArrayLike,
    weeks: ArrayLike,
    study: Sequence[object],
    treatment: Sequence[object],
    *,
    reference: str | None,
    change: bool,
    correlation: float,
    structure: Structure,
) -> TimeRows:
    """Rows from arms. Raises NetworkDataError naming study and row."""
    means, errors, t = (numbers_of(values, name) for values, name in ((y, "y"), (se, "se"), (weeks, "weeks")))
    labels, names = labels_of(study), labels_of(treatment)
    _same_length({"y": means, "se": errors, "weeks": t, "study": labels, "treatment": names})
    _check(means, errors, t, labels, [names], from_start=not change, what="se")
    _check_correlation(correlation)
    grouped: dict[str, list[_Row]] = {}
    for place, label in enumerate(labels):
        row = _Row(place + 1, means[place], errors[place] ** 2, t[place], names[place], "", np.nan)
        grouped.setdefault(label, []).append(row)
    chosen = _reference(reference, names, names)
    made = _padded(grouped, _others(names, chosen), chosen)
    for s, (label, members) in enumerate(grouped.items()):
        _no_repeats(label, [(r.place, r.treat, r.weeks) for r in members])
        own = [r.treat for r in members]
        if len(set(own)) < 2:
            raise NetworkDataError(f"only one arm ({own[0]!r}): it compares nothing", study=label, row=members[0].place)
        error = np.sqrt([r.v for r in members])
        same = np.array([[a == b for a in own] for b in own])
        V = same * np.outer(error, error) * _between_visits([r.weeks for r in members], correlation, structure)
        n = len(members)
        made.V[s, :n, :n] = V
        made.course[s, :n] = 1.0
        # Where a study was seen at one time only, its level and its course cannot be told apart; one is enough.
        if not change and len({r.weeks for r in members}) > 1:
            made.level[s, :n] = 1.0
    return _connected(made)


def _padded(grouped: dict[str, list[_Row]], treatments: tuple[str, ...], reference: str) -> TimeRows:
    """All but the covariances of rows with one another."""
    S, m = len(grouped), max(map(len, grouped.values()))
    own = [alphabetical(n for r in members for n in (r.treat, r.against) if n) for members in grouped.values()]
    y, weeks, used = np.zeros((S, m)), np.zeros((S, m)), np.zeros((S, m), dtype=bool)
    a = max(map(len, own))
    arms, which = np.zeros((S, m, a)), np.zeros((S, a, len(treatments)))
    for s, (names, members) in enumerate(zip(own, grouped.values(), strict=True)):
        for place, row in enumerate(members):
            y[s, place], weeks[s, place], used[s, place] = row.y, row.weeks, True
            for name, sign in ((row.treat, 1.0), (row.against, -1.0)):
                if name:
                    arms[s, place, names.index(name)] = sign
                if name in treatments:
                    which[s, names.index(name), treatments.index(name)] = 1.0
    V = np.broadcast_to(np.eye(m), (S, m, m)).copy()
    return TimeRows(
        y, weeks, V, arms, which, np.zeros((S, m)), np.zeros((S, m)), used, tuple(grouped), treatments, reference
    )


def _shared_arms(label: str, members: Sequence[_Row]) -> Floats:
    """Covariances of contrasts at one time: those that share an arm share its variance.

    That is the comparator's own where given, else half of the contrasts' (arms of equal precision).
    """
    n = len(members)
    V = np.zeros((n, n))
    for i, a in enumerate(members):
        for j, b in enumerate(members):
            whole, half = math.sqrt(a.v * b.v), 0.5 * math.sqrt(a.v * b.v)
            if (a.treat, a.against) == (b.treat, b.against):
                V[i, j] = whole
            elif (a.treat, a.against) == (b.against, b.treat):
                V[i, j] = -whole
            elif a.against == b.against:
                known = math.isfinite(a.shared) and math.isfinite(b.shared)
                V[i, j] = math.sqrt(a.shared * b.shared) if known else half
            elif a.treat == b.treat:
                V[i, j] = half
            elif a.treat == b.against or a.against == b.treat:
                V[i, j] = -half
        if math.isfinite(a.shared) and not 0 < a.shared < a.v:
            raise NetworkDataError(
                f"the comparator's variance {a.shared:g} is not between 0 and the contrast's", study=label, row=a.place
            )
    return V


def _between_visits(weeks: Sequence[float], correlation: float, structure: Structure) -> Floats:
    """Correlation of the same people's results at two times."""
    t = np.asarray(weeks)
    if structure == "CS":
        return np.where(t[:, None] == t[None, :], 1.0, correlation)
    if structure == "AR":
        place = np.searchsorted(np.unique(t), t)
        return np.asarray(correlation ** np.abs(place[:, None] - place[None, :]).astype(np.float64))
    if structure == "CAR":
        return np.asarray(correlation ** np.abs(t[:, None] - t[None, :]))
    raise ValueError(f"structure is 'CS', 'AR' or 'CAR', not {structure!r}")


def _check_correlation(correlation: float) -> None:
    if not 0 <= correlation < 1:
        raise ValueError(f"correlation is from 0 to below 1, not {correlation}")


def _check(
    y: Floats, spread: Floats, t: Floats, labels: list[str], names: Sequence[list[str]], *, from_start: bool, what: str
) -> None:
    """`from_start`: values at week 0 are told too, as those of arms before treatment."""
    for place, label in enumerate(labels):
        fault = ""
        if not label:
            fault = "the study has no label"
        elif any(not each[place] for each in names):
            fault = "a treatment has no name"
        elif not math.isfinite(y[place]):
            fault = f"the value is {y[place]}, not a finite number"
        elif not (math.isfinite(spread[place]) and spread[place] > 0):
            fault = f"{what} is {spread[place]}; it must be a finite number above zero"
        elif not math.isfinite(t[place]) or t[place] < 0:
            fault = f"weeks is {t[place]}; it must be a number of weeks since the first treatment"
        elif t[place] == 0 and not from_start:
            fault = "weeks is 0: a change or a difference is seen after the first treatment, not at it"
        if fault:
            raise NetworkDataError(fault, study=label or None, row=place + 1)


def _no_repeats(label: str, keys: Sequence[tuple[int, object, float]]) -> None:
    seen: dict[tuple[object, float], int] = {}
    for place, what, weeks in keys:
        if (what, weeks) in seen:
            raise NetworkDataError(
                f"the same comparison at week {weeks:g} was already given in row {seen[what, weeks]}",
                study=label,
                row=place,
            )
        seen[what, weeks] = place


def _no_loops(label: str, members: Sequence[_Row]) -> None:
    """A study's contrasts at one time must not follow from one another."""
    parent: dict[tuple[float, str], tuple[float, str]] = {}

    def root(at: tuple[float, str]) -> tuple[float, str]:
        while parent.setdefault(at, at) != at:
            at = parent[at]
        return at

    for row in members:
        one, two = root((row.weeks, row.treat)), root((row.weeks, row.against))
        if one == two:
            raise NetworkDataError(
                f"this contrast follows from the others at week {row.weeks:g}; give each arm once, against one of them",
                study=label,
                row=row.place,
            )
        parent[one] = two


def _connected(rows: TimeRows) -> TimeRows:
    names, which = (rows.reference, *rows.treatments), parts_joined(rows)
    if which.max() > 0:
        parts = [tuple(n for n, w in zip(names, which, strict=True) if w == each) for each in range(which.max() + 1)]
        raise DisconnectedNetworkError(tuple(parts))
    return rows


def _reference(reference: str | None, names: Sequence[str], candidates: Sequence[str]) -> str:
    if reference is None:
        counts = {name: candidates.count(name) for name in alphabetical(candidates)}
        return max(counts, key=lambda name: counts[name])
    if reference not in names:
        raise NetworkDataError(f"reference {reference!r} is no treatment; there are: {', '.join(alphabetical(names))}")
    return reference


def _others(names: Sequence[str], reference: str) -> tuple[str, ...]:
    return tuple(name for name in alphabetical(names) if name != reference)


def _same_length(columns: dict[str, Sequence[object] | Floats]) -> None:
    lengths = {name: len(column) for name, column in columns.items()}
    if len(set(lengths.values())) > 1:
        raise NetworkDataError(f"columns of different lengths: {', '.join(f'{k} {v}' for k, v in lengths.items())}")
    if not next(iter(lengths.values())):
        raise NetworkDataError("there are no results")
