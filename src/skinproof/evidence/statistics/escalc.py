"""Effect sizes with sampling variances for many studies at once, with metafor's measures, names and conventions.

Group 1 is the intervention. Ratios are on the log scale, as `yi`; `vi` is the sampling variance. Formulas: Viechtbauer
2010 (J Stat Softw 36(3)) and the references there; Cochrane Handbook chapter 6; Hedges 1981 (J Educ Stat 6:107) for g.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from .checks import numbers, refuse
from .measures import MEASURES, TABLES, UNCORRECTED, Array
from .tabular import Tabular

To = Literal["only0", "if0all", "all", "none"]


@dataclass(frozen=True, repr=False)
class EffectSizes(Tabular):
    """Effects on the analysis scale and their sampling variances; NaN where a study's numbers give none."""

    measure: str
    yi: Array
    vi: Array

    COLUMNS = {"yi": "yi", "vi": "vi"}

    def _told(self) -> str:
        known = int(np.isfinite(self.yi).sum())
        return f"{self.measure}: {known} effects" + (f" of {self.yi.size}" if known < self.yi.size else "")


def escalc(
    measure: str,
    *,
    add: float = 0.5,
    to: To = "only0",
    drop00: bool = False,
    vtype: str | None = None,
    slab: Sequence[str] | None = None,
    **columns: Sequence[float | None] | Array | None,
) -> EffectSizes:
    """Effect sizes and sampling variances, by measure.

    Args:
        measure: one of `MEASURES`: two-by-two tables (`ai`, `n1i` or `bi`, `ci`, `n2i` or `di`): "RR", "OR", "RD",
            "PETO", "AS", "PHI", "YUQ", "YUY", "PBIT", "OR2DL", "OR2DN"; person-time (`x1i`, `t1i`, `x2i`, `t2i`):
            "IRR", "IRD", "IRSD"; means (`m1i`, `sd1i`, `n1i`, `m2i`, `sd2i`, `n2i`): "MD", "SMD", "SMDH", "SMD1",
            "SMD1H", "ROM", "CVR", "VR" (for "SMD" also `di`, `ti` or signed `pi`); one group before and after or two
            sides (`m1i`, `sd1i`, `m2i`, `sd2i`, `ni`, `ri`): "MC", "SMCC" (also `ti`), "SMCR", "SMCRH", "SMCRP",
            "ROMC"; matched pairs (`ai`, `bi`, `ci`, `di`): "MPRR", "MPOR", "MPRD", "MPORC", "MPORM"; proportions
            (`xi`, `ni`): "PR", "PLN", "PLO", "PAS", "PFT"; correlations (`ri`, `ni`): "COR", "UCOR", "ZCOR".
        add: what is added to the cells of a table, and `to` which: "only0", studies with a zero cell; "if0all", all
            studies if one has a zero cell; "all"; "none".
        drop00: no effect for studies with no events, or nothing but events, in both groups.
        vtype: "LS" (large sample, the default) and, by measure, "LS2", "UB", "AV", "HO", "AVHO".
        slab: names of the studies, for error messages.

    Raises:
        ValueError: unknown measure, column or variance type, a column that is missing or of another length, or numbers
            that cannot be (negative counts or spreads, more events than people); names the study.
    """
    if measure not in MEASURES:
        raise ValueError(f"measure {measure!r} is not one of {', '.join(sorted(MEASURES))}")
    if not (np.isfinite(add) and add >= 0):
        raise ValueError(f"add is a number of at least 0, not {add}")
    given = _columns(columns, slab)
    _check(given, slab)
    table = measure in TABLES
    if table:
        given = _counts(given)
        empty = ((given["ai"] == 0) & (given["ci"] == 0)) | ((given["bi"] == 0) & (given["di"] == 0))
        if measure not in UNCORRECTED:
            given = _corrected(given, ("ai", "bi", "ci", "di"), add, to)
    elif measure in ("PLN", "PLO", "PR"):
        given = _corrected({**given, "mi": given["ni"] - given["xi"]}, ("xi", "mi"), add, to)
        given["ni"] = given["xi"] + given["mi"]
    elif measure in ("IRR", "IRD"):
        given = _corrected(given, ("x1i", "x2i"), add, to)
    elif measure in ("MPRR", "MPOR", "MPRD", "MPORC", "MPORM"):
        given = _corrected(given, ("ai", "bi", "ci", "di"), add, to)
    formula, kinds = MEASURES[measure]
    if (vtype or "LS") not in kinds:
        raise ValueError(f"vtype {vtype!r} is not one of {', '.join(kinds)} for {measure}")
    try:
        with np.errstate(all="ignore"):
            yi, vi = formula(given, vtype or "LS")
    except KeyError as fault:
        raise ValueError(f"{measure} needs the column {fault.args[0]}") from None
    bad = ~(np.isfinite(yi) & np.isfinite(vi))
    if table and drop00:
        bad |= empty
    return EffectSizes(measure, np.where(bad, np.nan, yi), np.where(bad, np.nan, vi))


TABLE_COLUMNS = "ai bi ci di n1i n2i x1i x2i t1i t2i"
OTHER_COLUMNS = "m1i m2i sd1i sd2i xi mi ni ri ti pi"
COLUMNS = frozenset(f"{TABLE_COLUMNS} {OTHER_COLUMNS}".split())


def _columns(columns: Mapping[str, Any], slab: Sequence[str] | None) -> dict[str, Array]:
    unknown = sorted(set(columns) - COLUMNS)
    if unknown:
        raise ValueError(f"no measure has the column {', '.join(unknown)}; there are: {', '.join(sorted(COLUMNS))}")
    found = {name: np.atleast_1d(numbers(column, name, slab)) for name, column in columns.items() if column is not None}
    sizes = {name: column.size for name, column in found.items()}
    if not sizes:
        raise ValueError("no columns were given")
    k = max(sizes.values())
    for name, size in sizes.items():
        if size not in (1, k):
            raise ValueError(f"column {name} has {size} values, others have {k}")
        if size < k:
            found[name] = np.full(k, found[name][0])
    return found


NOT_NEGATIVE = ("ai", "bi", "ci", "n1i", "n2i", "sd1i", "sd2i", "ni", "x1i", "x2i", "t1i", "t2i", "xi")


def _check(given: Mapping[str, Array], slab: Sequence[str] | None) -> None:
    for name in NOT_NEGATIVE:
        if name in given:
            refuse(given[name] < 0, f"{name} is negative", slab)
    if "bi" in given and "di" in given:  # a table, not the SMD's di
        refuse(given["di"] < 0, "di is negative", slab)
    for part, whole in (("ai", "n1i"), ("ci", "n2i"), ("xi", "ni")):
        if part in given and whole in given:
            refuse(given[part] > given[whole], f"{part} is more than {whole}", slab)
    if "ri" in given:
        refuse(np.abs(given["ri"]) > 1, "ri is not a correlation", slab)


def _counts(given: dict[str, Array]) -> dict[str, Array]:
    """The four cells of each table."""
    for cell, part, whole in (("bi", "ai", "n1i"), ("di", "ci", "n2i")):
        if cell not in given:
            if part not in given or whole not in given:
                raise ValueError(f"a table needs {part} with {whole} or {cell}")
            given[cell] = given[whole] - given[part]
    return given


def _corrected(given: Mapping[str, Array], cells: Sequence[str], add: float, to: str) -> dict[str, Array]:
    """Cells with `add` where `to` says so."""
    try:
        zero = np.any([given[cell] == 0 for cell in cells], axis=0)
    except KeyError as fault:
        raise ValueError(f"the column {fault.args[0]} is missing") from None
    where = {
        "only0": zero,
        "if0all": np.full(zero.shape, bool(zero.any())),
        "all": np.full(zero.shape, True),
        "none": np.full(zero.shape, False),
    }
    if to not in where:
        raise ValueError(f"to={to!r} is not one of {', '.join(where)}")
    return {**given, **{cell: given[cell] + add * where[to] for cell in cells}}
