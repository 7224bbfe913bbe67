"""The numbers of R's metafor 3.8-1 on data sets of its package metadat (`metafor/*.json` holds data and calls)."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest

from skinproof.evidence.synthesis.effects import hedges_g, mean_difference, odds_ratio, risk_ratio
from skinproof.evidence.synthesis.random_effects import random_effects

SETS = {
    path.stem: json.loads(path.read_text()) for path in sorted(Path(__file__).parent.joinpath("metafor").glob("*.json"))
}
CHECKS = [(name, check) for name, oracle in SETS.items() for check in oracle["checks"]]
COUNTS = {"RR": risk_ratio, "OR": odds_ratio}
MEANS = {"MD": mean_difference, "SMD": hedges_g}


def effect_sizes(data: dict, measure: str) -> tuple[list[float], list[float]]:
    if measure in COUNTS and "ai" in data:
        columns, function = ("ai", "n1i", "ci", "n2i"), COUNTS[measure]
    elif measure in MEANS and "m1i" in data:
        columns, function = ("m1i", "sd1i", "n1i", "m2i", "sd2i", "n2i"), MEANS[measure]
    else:
        return data["yi"], data["vi"]
    # metafor keeps studies without events unless told otherwise; the library leaves them out.
    options = {"drop00": False} if measure in COUNTS else {}
    sizes = [function(*row, **options) for row in zip(*(data[column] for column in columns), strict=True)]
    return [size.yi for size in sizes], [size.vi for size in sizes]


@pytest.mark.parametrize(("name", "check"), CHECKS, ids=[f"{name}-{check['id']}" for name, check in CHECKS])
def test_agrees_with_metafor(name: str, check: dict) -> None:
    data, want = SETS[name]["data"], check["value"]
    parts = check["id"].split(".")
    if parts[0] == "escalc":
        yi, vi = effect_sizes(data, parts[1])
        got = {"yi": yi, "vi": vi}
    else:
        measure, method, *rest = parts
        test = next((part for part in rest if part in ("knha", "adhoc")), "z")
        fit = random_effects(*effect_sizes(data, measure), method=method, test=test)
        got = {
            "coef": fit.beta, "se": fit.se, "ci.lb": fit.ci[0], "ci.ub": fit.ci[1], "pval": fit.pval, "tau2": fit.tau2,
            "I2": fit.i2, "H2": fit.h2, "QE": fit.q, "QEp": fit.q_p,
            "pi.lb": fit.prediction[0], "pi.ub": fit.prediction[1],
        }  # fmt: skip
        want = {key: value["intrcpt"] if key == "coef" else value for key, value in want.items()}
    assert want
    for key, value in want.items():
        mine, theirs = (item if isinstance(item, list) else [item] for item in (got[key], value))
        for a, b in zip(mine, theirs, strict=True):
            assert math.isclose(a, b, rel_tol=check["tol"]["rel"], abs_tol=check["tol"]["abs"]), (key, a, b)
