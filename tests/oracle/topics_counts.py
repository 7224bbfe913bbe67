"""Mantel-Haenszel and Peto, as metafor's `rma.mh` and `rma.peto`."""

from __future__ import annotations

from typing import Any

import numpy as np
from rcall import NotSupported
from reval import Arguments, answer, rfunction

from skinproof.evidence.statistics.counts import CommonEffect, rma_mh, rma_peto


@rfunction("rma.peto rma.mh")
def r_counts(args: Arguments) -> CommonEffect:
    names = ("x1i", "t1i", "x2i", "t2i") if args.has("x1i") else ("ai", "n1i", "ci", "n2i")
    columns = [np.asarray(args.value(name), dtype=float) for name in names]
    level, drop00 = args.plain("level", 95), args.plain("drop00", True)
    add, to = (np.atleast_1d(args.plain(name, default)) for name, default in (("add", 0.5), ("to", "only0")))
    if drop00 is not True or (add.size > 1 and add[1] != 0 and to[-1] != "none") or (to.size == 1 and add.size > 1):
        raise NotSupported(f"{args.call.name} with corrected counts in the pooled effect, or drop00")
    if args.call.name == "rma.peto":
        found = rma_peto(*columns, level=level)
    else:
        found = rma_mh(
            args.plain("measure", "OR"), *columns, level=level, correct=args.plain("correct", True),
            add=float(add[0]), to=str(to[0]),
        )  # fmt: skip
    args.nothing_else()
    return found


@answer(CommonEffect)
def common_effect(found: CommonEffect) -> dict[str, Any]:
    told = {
        "coef": {"intrcpt": found.coef}, "se": found.se, "zval": found.zval, "pval": found.pval, "ci.lb": found.ci_lb,
        "ci.ub": found.ci_ub, "QE": found.qe, "QEp": found.qe_p, "I2": found.i2, "H2": found.h2, "k": found.k,
    }  # fmt: skip
    for name, pair in (("MH", found.cmh), ("BD", found.bd), ("TA", found.ta)):
        told |= {name: pair[0] if pair else None, f"{name}p": pair[1] if pair else None}
    return {**told, "k.pos": found.k_pos if found.measure in ("OR", "PETO") else None}  # R tells it only there
