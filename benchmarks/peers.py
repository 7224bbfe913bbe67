"""The others: R's metafor, timed inside R by evidence.R, and PyMARE and statsmodels, timed here."""

from __future__ import annotations

import csv
import importlib.util
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from cases import Answer, Case, Clock

# PyMARE has Hartung and Knapp's standard error wherever it estimates tau².
PYMARE = (("FE", "z"), ("DL", "knha"), ("REML", "knha"))
HERE = Path(__file__).resolve().parent


class R:
    """Cases collected for one run of R."""

    def __init__(self, folder: Path, seconds: float) -> None:
        self.folder, self.seconds = folder, seconds
        self.rows: list[dict[str, Any]] = []
        self.cases: list[Case] = []
        self.why = self._why_not()

    @staticmethod
    def _why_not() -> str:
        if shutil.which("Rscript") is None:
            return "R not installed"
        there = subprocess.run(["Rscript", "-e", "library(metafor)"], capture_output=True, check=False)
        return "metafor not installed" if there.returncode else ""

    @property
    def versions(self) -> str:
        code = "cat(R.version.string, 'and metafor', as.character(packageVersion('metafor')))"
        told = subprocess.run(["Rscript", "-e", code], capture_output=True, text=True, check=True).stdout
        return told.replace("R version ", "R ").split(" (")[0] + told[told.index(")") + 1 :]

    def add(
        self, case: Case, kind: str, columns: dict[str, Sequence[Any]], method: str, test: str = "z", runs: int = 3
    ) -> None:
        name = f"case{len(self.cases)}"
        with (self.folder / f"{name}.csv").open("w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(columns)
            writer.writerows(
                zip(
                    *([repr(float(v)) if isinstance(v, float) else v for v in c] for c in columns.values()), strict=True
                )
            )
        self.rows.append(
            {"name": name, "kind": kind, "file": f"{name}.csv", "method": method, "test": test,
             "mods": "TRUE" if "x" in columns else "FALSE", "seconds": self.seconds, "runs": runs}
        )  # fmt: skip
        self.cases.append(case)

    def run(self) -> None:
        if self.why or not self.rows:
            return
        with (self.folder / "cases.csv").open("w", newline="") as file:
            writer = csv.DictWriter(file, list(self.rows[0]))
            writer.writeheader()
            writer.writerows(self.rows)
        told = subprocess.run(
            ["Rscript", str(HERE / "evidence.R"), str(self.folder)], capture_output=True, text=True, check=False
        )
        if told.returncode:
            raise SystemExit(f"R stopped: {told.stderr.strip()}")
        for case, row in zip(self.cases, csv.DictReader(told.stdout.splitlines()), strict=True):
            case.peers["metafor"] = Answer(*(float(row[name]) for name in ("ms", "estimate", "se", "tau2")))


def missing() -> dict[str, str]:
    """The Python peers that are not installed, and that they are not."""
    names = {"PyMARE": "pymare", "statsmodels": "statsmodels"}
    return {peer: "not installed" for peer, module in names.items() if importlib.util.find_spec(module) is None}


def python_peers(clock: Clock, method: str, test: str, yi: np.ndarray, vi: np.ndarray) -> dict[str, Answer]:
    found = {}
    if importlib.util.find_spec("pymare") and (method, test) in PYMARE:
        from pymare import Dataset
        from pymare.estimators import DerSimonianLaird, VarianceBasedLikelihoodEstimator, WeightedLeastSquares

        make = {
            "FE": lambda: WeightedLeastSquares(tau2=0.0), "DL": DerSimonianLaird,
            "REML": lambda: VarianceBasedLikelihoodEstimator(method="REML"),
        }[method]  # fmt: skip
        data = Dataset(yi, vi)

        def pymare() -> tuple[Any, Any]:
            result = make().fit_dataset(data).summary()
            return result, result.get_fe_stats()

        ms = clock(pymare, 200)
        result, stats = pymare()
        tau2 = 0.0 if result.tau2 is None else float(np.ravel(result.tau2)[0])
        found["PyMARE"] = Answer(ms, float(stats["est"][0, 0]), float(stats["se"][0, 0]), tau2)
    if importlib.util.find_spec("statsmodels") and test == "z" and method != "REML":
        from statsmodels.stats.meta_analysis import combine_effects

        how = {"FE": "dl", "DL": "dl", "PM": "iterated"}[method]

        def combine() -> Any:
            return combine_effects(yi, vi, method_re=how)

        ms, result = clock(combine, 200), combine()
        kind = "fe" if method == "FE" else "re"
        found["statsmodels"] = Answer(
            ms, float(getattr(result, f"mean_effect_{kind}")), float(np.sqrt(getattr(result, f"var_eff_w_{kind}"))),
            0.0 if method == "FE" else float(result.tau2),
        )  # fmt: skip
    return found
