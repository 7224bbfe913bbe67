"""Effect sizes: R's `escalc`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from rcall import NotSupported
from reval import Arguments, Session, answer, as_answer, rfunction

from skinproof.evidence.statistics.escalc import MEASURES, EffectSizes, escalc

OPTIONS = ("add", "to", "drop00", "vtype")
COLUMNS = (
    "ai", "bi", "ci", "di", "n1i", "n2i", "x1i", "x2i", "t1i", "t2i", "m1i", "m2i", "sd1i", "sd2i", "xi", "mi", "ni",
    "ri", "ti", "pi",
)  # fmt: skip


def effect_sizes(args: Arguments) -> EffectSizes:
    """The effect sizes that a call's `measure=` and columns ask for."""
    measure = args.plain("measure")
    if measure not in MEASURES:
        raise NotSupported(f"measure {measure}")
    options: dict[str, Any] = {name: args.plain(name) for name in OPTIONS if args.has(name)}
    vtype = options.get("vtype", "LS")
    if isinstance(vtype, str) and vtype not in MEASURES[measure][1]:
        raise NotSupported(f"{measure} with vtype {vtype}")
    if measure == "SMCRH" and _before(args.session, (4, 6)):
        options.setdefault("vtype", "LS2")
    return escalc(measure, **options, **{name: args.value(name) for name in COLUMNS if args.has(name)})


def _before(session: Session, version: tuple[int, int]) -> bool:
    """Whether the file's metafor is older than a version."""
    told = str(session.versions.get("metafor", "99.0"))
    return tuple(int(part) for part in told.replace("-", ".").split(".")[:2]) < version


@rfunction("escalc")
def r_escalc(args: Arguments) -> EffectSizes:
    found = effect_sizes(args)
    beside = {} if args.plain("append", True) is False else as_answer(args.plain("data")) or {}
    names = args.plain("var.names")
    keep = args.value("subset")
    args.nothing_else("slab")
    columns = {"yi": found.yi, "vi": found.vi}
    if names is not None:
        columns |= dict(zip(names.tolist(), (found.yi, found.vi), strict=True))
    columns = {**beside, **columns}
    if keep is not None:
        rows = np.array([one is not None and one == 1 for one in np.atleast_1d(keep).tolist()])
        columns = {name: column[rows] for name, column in columns.items()}
    return Escalc(found.measure, columns["yi"], columns["vi"], columns=columns)


@dataclass(frozen=True)
class Escalc(EffectSizes):
    """With the columns of the data that R puts beside the effects."""

    columns: dict[str, Any] = field(default_factory=dict, repr=False)  # type: ignore[assignment]


@answer(EffectSizes)
def bare(found: EffectSizes) -> dict[str, np.ndarray]:
    return {"yi": found.yi, "vi": found.vi}


@answer(Escalc)
def told(found: Escalc) -> dict[str, Any]:
    return found.columns
