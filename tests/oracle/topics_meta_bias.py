"""Funnel asymmetry of the meta package's objects: `metabias` and `trimfill`."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
from rcall import NotSupported
from reval import Arguments
from scipy.special import ndtr
from topics_diagnostics import OTHER_TRIMS
from topics_meta import Meta

from skinproof.evidence.statistics.small_study import RegressionTest, ranktest, regtest, regtest_counts, trimfill


def asymmetry(found: Meta, method: str) -> RegressionTest:
    """meta's regression tests: of the studies that have an effect."""
    if method == "Egger":
        return regtest(found.models[0], model="lm")
    if method in ("Harbord", "Peters") and found.counts and found.sm == "OR":
        rows = [column[found.known] for column in found.counts]
        return regtest_counts(*rows, test="harbord" if method == "Harbord" else "peters")
    raise NotSupported(f"metabias by {method} of {found.sm}")


def meta_bias(found: Meta, args: Arguments) -> dict[str, Any]:
    method = args.plain("method.bias", "Egger")
    if found.known.size < args.plain("k.min", 10):
        raise NotSupported("metabias of fewer studies than k.min")
    args.nothing_else()
    if method == "Begg":
        test, k = ranktest(found.models[0]), found.known.size
        centred = found.yi[found.known]
        if len(set(centred.tolist())) < k or len(set(found.vi[found.known].tolist())) < k:
            raise NotSupported("metabias by Begg with ties")
        score, se = test.tau * k * (k - 1) / 2, math.sqrt(k * (k - 1) * (2 * k + 5) / 18)
        return {
            "statistic": score / se, "df": None, "pval": 2 * float(ndtr(-abs(score / se))), "tau": None,
            "estimate": [score, se], "estimate.names": ["ks", "se.ks"],
        }  # fmt: skip
    line = asymmetry(found, method)
    if line.coefficients is None:
        raise NotSupported(f"metabias by {method}")
    bias, se, t, p = line.coefficients[-1].tolist()
    spread = math.sqrt(line.dispersion or 0.0)
    return {
        "statistic": t, "df": line.dfs, "pval": p, "tau": spread, "estimate": [bias, se],
        "estimate.names": ["bias", "se.bias"],
    }  # fmt: skip


def meta_trim(found: Meta, args: Arguments) -> dict[str, Any]:
    """meta trims by the common effect, and pools what is filled in as before."""
    kind = args.plain("type", "L")
    left = args.plain("left")
    args.nothing_else()
    side = None if left is None else "left" if left else "right"
    filled = trimfill(found.models[0], "L0" if kind == "L" else "R0", side)
    whole = replace(
        found, yi=np.append(found.yi, filled.filled_yi), vi=np.append(found.vi, filled.filled_vi),
        labels=[], by=None, counts=(),
    )  # fmt: skip
    random = whole.models[1]
    return {
        "k0": filled.k0, "left": filled.side == "left", "TE.random": random.coef[0], "seTE.random": random.se[0],
        "tau2": random.tau2, "k": random.k,
    }  # fmt: skip


OTHER_TRIMS[Meta] = meta_trim
