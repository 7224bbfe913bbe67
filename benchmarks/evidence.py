"""How fast the statistics are, beside R's metafor, PyMARE and statsmodels in the same run, on the same data.

    .venv/bin/python benchmarks/evidence.py [--format text|json|markdown] [--seconds 0.5] [--long]

Each figure is the median of many warm runs inside one process (R times itself, inside R). Every peer's estimate,
standard error and tau² are held against ours, so that a fast wrong answer shows. A peer that is not installed is said
to be so. `--long` also times metafor where one fit takes it minutes (200 treatments).
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from cases import Answer, Case, Clock, Trials, bcg, drawn
from peers import R, missing, python_peers

from skinproof import evidence
from skinproof.evidence import (
    Findings,
    Library,
    bootstrap,
    component_network,
    meta_analysis,
    network_meta_analysis,
)

DATA = Path(evidence.__file__).with_name("data")
PEERS = ("metafor", "PyMARE", "statsmodels")
UNSET = ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")  # kernels forced for old builds: a current numpy chooses better
SIZES = ((10, 40), (50, 300), (200, 1000))  # treatments, studies


def answer(ms: float, fit: Any, at: int = 0) -> Answer:
    return Answer(ms, float(fit.coef[at]), float(fit.se[at]), fit.tau2)


MODELS = (
    ("FE", "z", "common"), ("DL", "z", "DL"), ("DL", "knha", "DL, HKSJ"), ("REML", "z", "REML"),
    ("REML", "knha", "REML, HKSJ"), ("PM", "z", "PM"),
)  # fmt: skip


def pairwise_cases(clock: Clock, r: R) -> list[Case]:
    pooled, regressed = [], []
    for k in (13, 100, 1000):
        yi, vi, x = bcg() if k == 13 else drawn(k)
        of = "13 (BCG)" if k == 13 else f"{k:,}"
        columns = {"yi": yi.tolist(), "vi": vi.tolist()}
        for method, test, words in MODELS:
            ms = clock(partial(meta_analysis, yi, vi, method=method, test=test))
            case = Case("Pairwise", f"k = {of}, {words}", answer(ms, meta_analysis(yi, vi, method=method, test=test)))
            if (k, method, test) == (100, "REML", "z"):
                case.goal = "≥ 20 × metafor"
            r.add(case, "pairwise", columns, method, test)
            case.peers |= python_peers(clock, method, test, yi, vi)
            pooled.append(case)
        ms = clock(partial(meta_analysis, yi, vi, {"x": x}))
        case = Case("Meta-regression", f"k = {of}, one moderator, REML", answer(ms, meta_analysis(yi, vi, {"x": x}), 1))
        r.add(case, "pairwise", columns | {"x": x.tolist()}, "REML")
        regressed.append(case)
    return [*pooled, *regressed]


def network_cases(clock: Clock, r: R, long: bool) -> list[Case]:
    cases = []
    for treatments, studies in SIZES:
        trials = Trials.drawn(treatments, studies)
        pairs = trials.pairs()
        for method in ("DL", "REML"):
            ms = clock(partial(network_meta_analysis, *pairs, method_tau=method))
            fit = network_meta_analysis(*pairs, method_tau=method)
            effect, se, _, _ = fit.estimate("T001", "T000")
            case = Case(
                "Network", f"{treatments} treatments, {studies:,} studies, random, {method}",
                Answer(ms, effect, se, fit.tau2), goal="≤ 5 ms" if treatments == 50 else "",
            )  # fmt: skip
            if method == "REML" and (treatments < 200 or long):
                r.add(case, "network", trials.basic(treatments), method, runs=3 if treatments == 10 else 1)
            cases.append(case)
    return [*cases, component_case(clock)]


def component_case(clock: Clock) -> Case:
    """60 two-arm trials of combinations of up to three of eight components."""
    draw = np.random.default_rng(8)
    worth, names = draw.normal(0, 0.4, 8), [f"C{place}" for place in range(8)]
    rows = []
    for study in range(60):
        first = {study % 8} if study < 8 else set(draw.choice(8, int(draw.integers(1, 4)), replace=False).tolist())
        second: set[int] = set() if study < 8 else set(draw.choice(8, int(draw.integers(0, 3)), replace=False).tolist())
        if first == second:
            second = set()
        se = float(draw.uniform(0.1, 0.4))
        effect = sum(worth[c] for c in first) - sum(worth[c] for c in second) + 0.1 * draw.normal() + se * draw.normal()
        label = [" + ".join(names[c] for c in sorted(arm)) or "none" for arm in (first, second)]
        rows.append((float(effect), se, *label, f"S{study}"))
    columns = [list(column) for column in zip(*rows, strict=True)]

    def work() -> Any:
        return component_network(*columns, inactive="none")

    fit = work()
    return Case("Component network", "8 components, 60 studies, random, DL", Answer(clock(work), tau2=fit.tau2))


def bootstrap_cases(clock: Clock, r: R) -> list[Case]:
    cases = []
    for k in (13, 100):
        yi, vi, _ = bcg() if k == 13 else drawn(k)
        fit = meta_analysis(yi, vi)
        boot = bootstrap(fit, n=1000, seed=1)
        draw = np.random.default_rng(1)
        samples = fit.coef[0] + np.sqrt(vi + fit.tau2) * draw.standard_normal((1000, k))  # what `bootstrap` draws

        def found(ms: float, tau2: np.ndarray) -> Answer:
            return Answer(ms, float(tau2.mean()), float(tau2.std(ddof=1)), float(np.median(tau2)))

        def loop() -> np.ndarray:
            return np.array([meta_analysis(sample, vi).tau2 for sample in samples])  # noqa: B023

        one_by_one = loop()
        began = time.perf_counter()
        loop()
        looped = found(1000 * (time.perf_counter() - began), one_by_one)
        batch = Case(
            "1,000 bootstrap refits", f"k = {k}, REML, all at once",
            found(clock(lambda: bootstrap(fit, n=1000, seed=1)), boot.tau2),  # noqa: B023
        )  # fmt: skip
        single = Case("1,000 bootstrap refits", f"k = {k}, REML, one by one", looped)
        columns = {"vi": vi.tolist()} | {f"b.{b}": sample.tolist() for b, sample in enumerate(samples)}
        for case in (batch, single):
            cases.append(case)
        r.add(batch, "bootstrap", columns, "REML", runs=1)
        cases[-1].peers = batch.peers  # one loop in R stands beside both
    return cases


def library_cases(clock: Clock) -> list[Case]:
    lib = Library(DATA)

    def whole() -> Findings:
        found = Findings(Library(DATA))
        assert found.networks
        assert found.components
        return found

    made = whole()
    cases = [
        Case("Library", "every record read, warm", Answer(clock(lambda: Library(DATA), 20))),
        Case("Library", f"all {len(made)} findings", Answer(clock(lambda: Findings(lib), 20))),
        Case(
            "Library", "the whole, from records on disk: findings, networks, components",
            Answer(clock(whole, 20)), goal="< 1 s",
        ),
    ]  # fmt: skip
    code = "from skinproof.evidence import findings; findings().networks, findings().components"
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], check=True)
    cases.append(Case("Library", "the same in a new process", Answer(1000 * (time.perf_counter() - began))))
    return cases


def shown(ms: float) -> str:
    return f"{ms:.3f}" if ms < 10 else f"{ms:,.0f}" if ms >= 1000 else f"{ms:.1f}"


def times(ratio: float) -> str:
    return f"{ratio:,.0f}×" if ratio >= 9.5 else f"{ratio:.1f}×"


def table(cases: Sequence[Case], r: R) -> list[list[str]]:
    rows = []
    for case in cases:
        row = [case.group, case.name, shown(case.ours.ms)]
        for peer in PEERS:
            row.append(f"{shown(case.peers[peer].ms)} ({times(case.ratio(peer))})" if peer in case.peers else "")
        row += [f"{case.difference:.0e} {case.furthest}" if case.peers else "", case.goal]
        rows.append(row)
    return rows


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--format", choices=("text", "json", "markdown"), default="text")
    options.add_argument("--seconds", type=float, default=0.5, help="time a case is repeated for (default 0.5)")
    options.add_argument("--long", action="store_true", help="also what takes metafor minutes")
    given = options.parse_args()
    if any(name in os.environ for name in UNSET) or os.environ.get("OPENBLAS_NUM_THREADS") != "1":
        # One thread: matrices of this size gain nothing from two, and lose where other work is going on.
        clean = {name: value for name, value in os.environ.items() if name not in UNSET}
        clean |= {"OPENBLAS_NUM_THREADS": "1", "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
        return subprocess.run([sys.executable, *sys.argv], env=clean, check=False).returncode
    clock = Clock(given.seconds)
    with tempfile.TemporaryDirectory() as folder:
        r = R(Path(folder), given.seconds)
        cases = [*pairwise_cases(clock, r), *network_cases(clock, r, given.long), *bootstrap_cases(clock, r)]
        cases += library_cases(clock)
        r.run()
    heads = ["", "case", "ms", *(f"{peer}, ms (×)" for peer in PEERS), "differs by", "goal"]
    if given.format == "json":
        print(json.dumps({"metafor": r.why or "installed", "cases": [as_json(case) for case in cases]}, indent=2))
        return 0
    absent = {"metafor": r.why} | missing()
    heads[3:6] = [
        f"{peer}: {absent[peer]}" if absent.get(peer) else head for peer, head in zip(PEERS, heads[3:6], strict=True)
    ]
    rows = table(cases, r)
    print(machine(r) + "\n")
    if given.format == "markdown":
        print("| " + " | ".join(heads[1:]) + " |")
        print("|---|" + "---:|" * 5 + "---|")
        last = ""
        for row in rows:
            if row[0] != last:
                print(f"| **{row[0]}** |" + " |" * 6)
                last = row[0]
            print("| " + " | ".join(row[1:]) + " |")
        return 0
    widths = [max(len(row[place]) for row in [heads, *rows]) for place in range(len(heads))]
    for row in [heads, *rows]:
        print(
            "  ".join(
                cell.ljust(w) if i < 2 else cell.rjust(w) for i, (cell, w) in enumerate(zip(row, widths, strict=True))
            )
        )
    return 0


def machine(r: R) -> str:
    """What this ran on."""
    system = platform.freedesktop_os_release().get("PRETTY_NAME", "") if Path("/etc/os-release").exists() else ""
    names = ("numpy", "scipy", "pymare", "statsmodels")
    versions = [f"{name} {version(name)}" for name in names if importlib.util.find_spec(name)]
    told = [f"{os.cpu_count()} cores", system or platform.system(), f"Python {platform.python_version()}", *versions]
    return ", ".join([*told, *([r.versions] if not r.why else [])])


def as_json(case: Case) -> dict[str, Any]:
    return {
        "group": case.group, "case": case.name, "ms": round(case.ours.ms, 4), "goal": case.goal or None,
        "peers": {peer: {"ms": round(a.ms, 4), "ratio": round(case.ratio(peer), 1)} for peer, a in case.peers.items()},
        "largest_difference": case.difference if case.peers else None,
    }  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
