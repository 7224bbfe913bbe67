"""What the layouts of a table hold: arms, contrasts, effects, two groups."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass

from .csv_text import TableError
from .table_names import GROUP_COLUMNS
from .tables import Table


@dataclass(frozen=True)
class ArmRows:
    """One row an arm. Fields that the table does not have are None; `weeks` is NaN where a row does not say. `se` is
    there only where `n` is not: with `n` it has become `sd`. `lines` are lines of the file.
    """

    study: tuple[str, ...]
    treatment: tuple[str, ...]
    n: tuple[float, ...] | None
    events: tuple[float, ...] | None
    mean: tuple[float, ...] | None
    sd: tuple[float, ...] | None
    se: tuple[float, ...] | None
    time: tuple[float, ...] | None
    weeks: tuple[float, ...] | None
    lines: tuple[int, ...]
    comparator: str | None = None  # the second treatment of the first pair, where rows were pairs


@dataclass(frozen=True)
class ContrastRows:
    """`TE` of `treat1` against `treat2` in `study`, with standard error `seTE`."""

    study: tuple[str, ...]
    treat1: tuple[str, ...]
    treat2: tuple[str, ...]
    TE: tuple[float, ...]
    seTE: tuple[float, ...]


@dataclass(frozen=True)
class _Arm:
    study: str
    treatment: str
    numbers: tuple[tuple[str, float], ...]
    row: int


def arms_of(table: Table) -> ArmRows:
    """The arms of the layouts `arms` and `arm-pairs`.

    Raises:
        TableError: numbers that cannot be, an arm given twice, a study with one arm.
    """
    paired = "arms" not in table.layouts
    found = _from_pairs(table) if paired else _from_rows(table)
    _check(table, found, "treat1" if paired else "treatment")
    values = [dict(arm.numbers) for arm in found]

    def column(name: str) -> tuple[float, ...] | None:
        return tuple(each[name] for each in values) if name in values[0] else None

    return ArmRows(
        tuple(arm.study for arm in found),
        tuple(arm.treatment for arm in found),
        column("n"),
        column("events"),
        column("mean"),
        column("sd"),
        column("se"),
        column("time"),
        column("weeks"),
        tuple(table.lines[arm.row] for arm in found),
        table.labels("treat2")[0] if paired else None,
    )


def _told(arm: _Arm) -> dict[str, float]:
    """Its numbers, without what is not told."""
    return {name: value for name, value in arm.numbers if not math.isnan(value)}


def _from_rows(table: Table) -> list[_Arm]:
    numbers: dict[str, tuple[float, ...]] = {}
    if table.has("n"):
        numbers["n"] = table.numbers("n", above=0)
    if table.has("events"):
        numbers["events"] = table.numbers("events", least=0)
    if table.has("time") and table.has("events"):
        numbers["time"] = table.numbers("time", above=0)
    if table.has("mean") and table.has("n") and table.has("sd|se"):
        numbers["mean"] = table.numbers("mean")
        if table.has("sd"):
            numbers["sd"] = table.numbers("sd", above=0)
        else:
            errors = table.numbers("se", above=0)
            numbers["sd"] = tuple(se * math.sqrt(n) for se, n in zip(errors, numbers["n"], strict=True))
    elif table.has("mean") and table.has("se"):
        numbers["mean"], numbers["se"] = table.numbers("mean"), table.numbers("se", above=0)
    if table.has("weeks"):
        numbers["weeks"] = table.numbers("weeks", least=0, gaps=True)
    _check_events(table, numbers, "events", "n")
    studies, treatments = table.studies(), table.labels("treatment")
    return [
        _Arm(studies[row], treatments[row], tuple((name, column[row]) for name, column in numbers.items()), row)
        for row in range(len(table))
    ]


def _from_pairs(table: Table) -> list[_Arm]:
    studies = table.studies()
    found: dict[tuple[str, str], _Arm] = {}
    for i in range(1, 7):
        if not table.has(f"treat{i}"):
            continue
        for arm in _arms_at(table, i, studies):
            key = (arm.study, arm.treatment)
            known = found.setdefault(key, arm)
            if _told(known) != _told(arm):
                raise table.fault(
                    arm.row, f"treat{i}",
                    f"the arm {arm.treatment!r} of {arm.study} stands in line {table.lines[known.row]} with other "
                    "numbers",
                )  # fmt: skip
    return sorted(found.values(), key=lambda arm: arm.row)


def _arms_at(table: Table, i: int, studies: tuple[str, ...]) -> list[_Arm]:
    """The i-th arms; a third and later one may be absent from a row."""
    place = table.header.index(table.column(f"treat{i}"))
    rows = [row for row in range(len(table)) if i <= 2 or table.rows[row][place]]
    part = table if len(rows) == len(table) else _only(table, rows)
    if not rows:
        return []
    numbers: dict[str, tuple[float, ...]] = {}
    if part.has(f"n{i}"):
        numbers["n"] = part.numbers(f"n{i}", above=0)
    if part.has(f"event{i}"):
        numbers["events"] = part.numbers(f"event{i}", least=0)
    if part.has(f"time{i}") and part.has(f"event{i}"):
        numbers["time"] = part.numbers(f"time{i}", above=0)
    if part.has(f"mean{i}") and part.has(f"sd{i}"):
        numbers["mean"], numbers["sd"] = part.numbers(f"mean{i}"), part.numbers(f"sd{i}", above=0)
    if part.has("weeks"):
        numbers["weeks"] = part.numbers("weeks", least=0, gaps=True)
    _check_events(part, numbers, f"event{i}", f"n{i}")
    treatments = part.labels(f"treat{i}")
    return [
        _Arm(studies[row], treatments[at], tuple((name, column[at]) for name, column in numbers.items()), row)
        for at, row in enumerate(rows)
    ]


def _only(table: Table, rows: list[int]) -> Table:
    return Table(
        table.name,
        table.header,
        tuple(table.rows[row] for row in rows),
        tuple(table.lines[row] for row in rows),
        table.separator,
        table.found,
        table.unused,
    )


def _check_events(table: Table, numbers: dict[str, tuple[float, ...]], events: str, n: str) -> None:
    for row, (some, total) in enumerate(zip(numbers.get("events", ()), numbers.get("n", ()), strict=False)):
        if some > total:
            raise table.fault(row, events, f"{some:g} events among {total:g} people ({table.column(n)})")


def _check(table: Table, found: list[_Arm], column: str) -> None:
    """No arm twice at one time, no study of one arm."""
    seen: dict[tuple[str, str, float | None], _Arm] = {}
    arms: dict[str, list[_Arm]] = defaultdict(list)
    for arm in found:
        weeks = dict(arm.numbers).get("weeks")
        weeks = None if weeks is None or math.isnan(weeks) else weeks
        key = (arm.study, arm.treatment, weeks)
        if key in seen:
            at = "" if weeks is None else f" at {weeks:g} weeks"
            raise table.fault(
                arm.row, column,
                f"the arm {arm.treatment!r} of {arm.study}{at} was already given in line {table.lines[seen[key].row]}",
            )  # fmt: skip
        seen[key] = arm
        arms[arm.study].append(arm)
    for study, group in arms.items():
        if len({arm.treatment for arm in group}) < 2:
            raise TableError(
                table.name,
                f"{study} has one arm ({group[0].treatment}); two or more are expected, one a row",
                line=table.lines[group[0].row],
                column=table.column(column),
            )


def contrasts_of(table: Table) -> ContrastRows:
    """Effects of one treatment against another.

    Raises:
        TableError: numbers that cannot be, a treatment against itself.
    """
    made = ContrastRows(
        table.studies(), table.labels("treat1"), table.labels("treat2"), table.numbers("TE"), _standard_errors(table)
    )
    for row, (a, b) in enumerate(zip(made.treat1, made.treat2, strict=True)):
        if a == b:
            raise table.fault(row, "treat2", f"{a!r} against itself; two treatments are expected")
    return made


def _standard_errors(table: Table) -> tuple[float, ...]:
    if table.has("se"):
        return table.numbers("se", above=0)
    return tuple(math.sqrt(v) for v in table.numbers("vi", above=0))


def effects_of(table: Table, *, once: bool = True) -> tuple[tuple[str, ...], tuple[float, ...], tuple[float, ...]]:
    """Names of the studies, effects, and their sampling variances.

    Raises:
        TableError: numbers that cannot be, a study given twice where each has one row (`once`).
    """
    if table.has("vi"):
        variances = table.numbers("vi", above=0)
    else:
        variances = tuple(se**2 for se in table.numbers("se", above=0))
    return table.studies(once=once), table.numbers("TE"), variances


def groups_of(table: Table) -> dict[str, tuple[float, ...]]:
    """metafor's columns of two groups (or of one), those there are.

    Raises:
        TableError: numbers that cannot be.
    """
    found = {}
    for name in GROUP_COLUMNS:
        if not table.has(name):
            continue
        signed = name in ("m1i", "m2i", "ri")
        positive = name.startswith(("sd", "t1i", "t2i"))
        found[name] = table.numbers(name, least=None if signed or positive else 0, above=0 if positive else None)
    for part, whole in (("ai", "n1i"), ("ci", "n2i"), ("xi", "ni")):
        for row, (some, total) in enumerate(zip(found.get(part, ()), found.get(whole, ()), strict=False)):
            if some > total:
                raise table.fault(row, part, f"{some:g} events among {total:g} people ({table.column(whole)})")
    for row, r in enumerate(found.get("ri", ())):
        if abs(r) > 1:
            raise table.fault(row, "ri", f"{r:g} is no correlation; a number from -1 to 1 is expected")
    return found
