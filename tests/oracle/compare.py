"""Our value against R's, by R's own names and within the check's tolerance."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np


def compare(ours: Any, theirs: Any, tol: Mapping[str, Any], where: str = "") -> str | None:
    """None where they agree, else what differs and where.

    Only what R returned is looked for; more on our side does no harm. `null` is NA and must be NA (None, NaN or not
    there) here too.
    """
    if tol["abs"] is None:
        return _simulated(ours, theirs, tol, where)
    if theirs is None:
        return None if _missing(ours) else f"{where}: {_show(ours)}, R has NA"
    if isinstance(theirs, Mapping):
        if set(theirs) >= {"rows", "cols", "values"}:
            return _matrix(ours, theirs, tol, where)
        if not isinstance(ours, Mapping):
            if len(theirs) == 1:
                return compare(ours, next(iter(theirs.values())), tol, where)
            return f"{where}: {_show(ours)} is not a list with names"
        for key, value in theirs.items():
            fault = compare(*_as_optimised(key, ours.get(key), value, tol), f"{where}.{key}" if where else key)
            if fault:
                return fault
        return None
    if isinstance(theirs, Sequence) and not isinstance(theirs, str):
        mine = list(ours.values()) if isinstance(ours, Mapping) else ours
        mine = mine.tolist() if isinstance(mine, np.ndarray) else mine
        if isinstance(mine, str) or not isinstance(mine, Sequence):
            mine = [mine]
        if len(mine) != len(theirs):
            return f"{where}: {len(mine)} values, R has {len(theirs)}"
        for place, (a, b) in enumerate(zip(mine, theirs, strict=True), start=1):
            fault = compare(a, b, tol, f"{where}[{place}]")
            if fault:
                return fault
        return None
    return _scalar(ours, theirs, tol, where)


def _as_optimised(key: str, ours: Any, theirs: Any, tol: Mapping[str, Any]) -> tuple[Any, Any, Mapping[str, Any]]:
    """What an optimiser or a simulation found is compared on the scale on which its tolerance holds.

    R's optimisers look for tau², and stop at 1e-10 or so where the maximum is at zero: as a standard deviation that is
    off by 1e-5, so standard deviations that are tau² or hold it alone (a treatment's prediction against itself) are
    compared squared. A mean of simulated ranks 1 to n is n - 1 times as uncertain as a probability.
    """
    if tol["class"] == "optim" and key in ("tau", "seTE.predict"):
        return _squared(ours), _squared(theirs), tol
    if tol["class"] == "mc" and key.startswith("meanranks"):
        return ours, theirs, {**tol, "abs": tol["abs"] * (len(theirs) - 1)}
    return ours, theirs, tol


def _squared(value: Any) -> Any:
    if isinstance(value, Mapping) and set(value) >= {"rows", "cols", "values"}:
        return {**value, "values": [[_squared(each) for each in row] for row in value["values"]]}
    return value**2 if isinstance(value, int | float) else value


def _matrix(ours: Any, theirs: Mapping[str, Any], tol: Mapping[str, Any], where: str) -> str | None:
    """A matrix of ours may have its own order of rows and columns when it has names."""
    if isinstance(ours, Mapping) and set(ours) >= {"rows", "cols", "values"}:
        names = (theirs["rows"], theirs["cols"])
        for mine, wanted in zip((ours["rows"], ours["cols"]), names, strict=True):
            if wanted and sorted(map(str, mine)) != sorted(map(str, wanted)):
                return f"{where}: rows or columns {list(mine)[:6]}, R has {wanted[:6]}"
        rows = _order(ours["rows"], theirs["rows"])
        cols = _order(ours["cols"], theirs["cols"])
        values = [[ours["values"][row][col] for col in cols] for row in rows]
    else:
        values = ours.tolist() if isinstance(ours, np.ndarray) else ours
    return compare(values, theirs["values"], tol, where)


def _order(mine: Sequence[Any], wanted: Sequence[Any]) -> list[int]:
    if not wanted:
        return list(range(len(mine)))
    places: dict[str, list[int]] = {}
    for place, name in enumerate(mine):
        places.setdefault(str(name), []).append(place)
    return [places[str(name)].pop(0) for name in wanted]


def _simulated(ours: Any, theirs: Any, tol: Mapping[str, Any], where: str) -> str | None:
    """R's simulation against ours: within four Monte Carlo standard errors of each, where R says how large they are."""
    if isinstance(theirs, Mapping) and "posterior" in theirs:
        return _posterior(ours, theirs)
    if not isinstance(theirs, Mapping) or "mcse.max" not in theirs:
        return f"{where}: no tolerance is given and no Monte Carlo error to take it from"
    allowed = {**tol, "rel": 0.0, "abs": 4 * math.sqrt(2) * theirs["mcse.max"]}
    return compare(ours, {key: value for key, value in theirs.items() if key != "mcse.max"}, allowed, where)


def _posterior(ours: Any, theirs: Mapping[str, Any]) -> str | None:
    """A sampler's posterior against ours, parameter by parameter, within four Monte Carlo errors of both together.

    Ours has the same columns by parameter, with `mcse` where it is simulated too. pD and DIC come without an error;
    they are the deviance's mean less a number and its median plus one, and are given those errors.
    """
    table = theirs["posterior"]
    columns = [name for name in ("mean", "sd", "q2.5", "q50", "q97.5") if name in table]
    for place, name in enumerate(table["parameter"]):
        mine = ours["posterior"].get(name)
        if mine is None:
            return f"posterior.{name}: nothing"
        for column in columns:
            error = table["mcse.quantiles" if column.startswith("q") else "mcse"][place] or 0.0
            own = mine.get("mcse.quantiles" if column.startswith("q") else "mcse", 0.0)
            allowed = {"rel": 1e-9, "abs": 4 * math.hypot(error, own)}
            fault = _scalar(mine[column], table[column][place], allowed, f"posterior.{name}.{column}")
            if fault:
                return fault
    for name, column in (("pD", "mcse"), ("DIC", "mcse.quantiles")):
        if name in theirs:
            error, own = table[column][table["parameter"].index("deviance")], ours["posterior"]["deviance"][column]
            fault = _scalar(ours[name], theirs[name], {"rel": 0.0, "abs": 4 * math.hypot(error, own)}, name)
            if fault:
                return fault
    return None


def _scalar(ours: Any, theirs: Any, tol: Mapping[str, Any], where: str) -> str | None:
    if isinstance(ours, Mapping) and len(ours) == 1:
        ours = next(iter(ours.values()))
    if isinstance(ours, np.ndarray | list | tuple) and len(ours) == 1:
        ours = ours[0]
    if isinstance(theirs, str) and theirs not in ("Inf", "-Inf"):
        return None if str(ours) == theirs else f"{where}: {_show(ours)}, R has {theirs!r}"
    if isinstance(theirs, bool):
        return None if ours is not None and bool(ours) == theirs else f"{where}: {_show(ours)}, R has {theirs}"
    try:
        mine, wanted = float(ours), float(theirs)
    except (TypeError, ValueError):
        return f"{where}: {_show(ours)}, R has {theirs}"
    if mine == wanted or abs(mine - wanted) <= tol["abs"] + tol["rel"] * abs(wanted):
        return None
    return f"{where}: {mine!r}, R has {wanted!r}"


def _missing(value: Any) -> bool:
    if isinstance(value, np.ndarray | list | tuple) and len(value) == 1:
        value = value[0]
    return value is None or (isinstance(value, float | np.floating) and math.isnan(value))


def _show(value: Any) -> str:
    return "nothing" if value is None else repr(value)[:60]
