"""Effect sizes: R's `escalc`."""

from __future__ import annotations

from typing import Any

import numpy as np
from rcall import NotSupported
from reval import Arguments, Session, answer, rfunction

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
    args.nothing_else("append", "slab")
    return found


@answer(EffectSizes)
def columns(found: EffectSizes) -> dict[str, np.ndarray]:
    return {"yi": found.yi, "vi": found.vi}
