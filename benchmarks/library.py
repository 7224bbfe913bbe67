"""How fast the records and what they show are in memory, beside PyYAML alone on the same files in the same run.

    .venv/bin/python benchmarks/library.py [--format json]

Each figure is the best of several in this process; the baseline is the bare parse of every study file by the C loader.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

import yaml

from skinproof import care, evidence
from skinproof.evidence import Findings, Library

DATA = Path(evidence.__file__).with_name("data")


def best(times: int, work: Callable[[], object]) -> float:
    """Milliseconds of the fastest of `times` runs."""
    found = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        found.append(time.perf_counter() - began)
    return min(found) * 1000


def parse_alone() -> None:
    for path in (DATA / "studies").glob("*.yaml"):
        yaml.load(path.read_bytes(), Loader=yaml.CSafeLoader)


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--format", choices=("text", "json"), default="text")
    given = options.parse_args()
    lib = Library(DATA)  # the compiled form is there from here on
    bare = best(3, parse_alone)
    facts = {"age": 34, "sex": "female", "pregnant": False}
    rows = {
        "records, warm": best(7, lambda: Library(DATA)),
        "all findings": best(5, lambda: Findings(lib)),
        "screen one person, all forms": best(5, lambda: care.screen({"facts": facts, "concern": "melasma"})),
    }
    if given.format == "json":
        print(
            json.dumps({"yaml_alone_ms": round(bare, 1), **{name: round(ms, 1) for name, ms in rows.items()}}, indent=2)
        )
        return 0
    print(f"{'':32} {'ms':>8} {'x YAML':>7}")
    print(f"{'(PyYAML alone, every study)':32} {bare:8.1f} {1:7.2f}")
    for name, ms in rows.items():
        print(f"{name:32} {ms:8.1f} {ms / bare:7.2f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
