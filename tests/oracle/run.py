"""Runs a folder of `evidence-oracle/1` files against the engine: python tests/oracle/run.py FOLDER [--format json].

Exit status 1 if any check failed. A check is "not supported" where the engine or this reader of R says so itself;
anything else that goes wrong is a failure.
"""

from __future__ import annotations

import argparse
import importlib
import json
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
for _path in (HERE, HERE.parents[1] / "src"):
    if str(_path) not in sys.path:
        sys.path.insert(0, str(_path))

import rbase  # noqa: E402, F401
from compare import compare  # noqa: E402
from rcall import NotSupported  # noqa: E402
from reval import Session, as_answer  # noqa: E402

for _module in sorted(HERE.glob("topics_*.py")):  # each registers what it knows
    importlib.import_module(_module.stem)

FORMAT = "evidence-oracle/1"


@dataclass(frozen=True, slots=True)
class Outcome:
    file: str
    id: str
    topic: str
    verdict: str  # passed, failed, not supported
    why: str = ""


def run_file(path: Path) -> list[Outcome]:
    """Every check of one file."""
    oracle = json.loads(path.read_text(encoding="utf-8"))
    if oracle.get("format") != FORMAT:
        raise ValueError(f"{path.name}: not of format {FORMAT}")
    session = Session(oracle)
    return [Outcome(path.name, check["id"], check["topic"], *_judge(session, check)) for check in session.checks]


def _judge(session: Session, check: dict[str, Any]) -> tuple[str, str]:
    try:
        ours = as_answer(session.result(check["id"]))
        fault = compare(ours, check["value"], check["tol"])
    except NotSupported as fault:
        return "not supported", str(fault)
    except Exception as fault:  # a failure of the engine is what this is here to find
        return "failed", f"{type(fault).__name__}: {fault}"
    return ("failed", fault) if fault else ("passed", "")


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--format", choices=["text", "json"], default="text")
    parser.add_argument("--only", default="", help="only files whose name starts with one of these, by commas")
    options = parser.parse_args(arguments)
    starts = tuple(options.only.split(","))
    files = [path for path in sorted(options.folder.glob("*.json")) if path.name.startswith(starts)]
    if not files:
        parser.error(f"no .json files in {options.folder}")
    found = [outcome for path in files for outcome in run_file(path)]
    if options.format == "json":
        print(json.dumps(as_json(found), indent=1))
    else:
        print(as_text(found))
    return 1 if any(outcome.verdict == "failed" for outcome in found) else 0


def as_json(found: list[Outcome]) -> dict[str, Any]:
    def listed(verdict: str) -> list[dict[str, str]]:
        return [
            {"file": each.file, "id": each.id, "topic": each.topic, "why": each.why}
            for each in found
            if each.verdict == verdict
        ]

    passed = sum(each.verdict == "passed" for each in found)
    return {"passed": passed, "failed": listed("failed"), "not_supported": listed("not supported")}


def as_text(found: list[Outcome]) -> str:
    counts = Counter((each.topic, each.verdict) for each in found)
    verdicts = ("passed", "failed", "not supported")
    topics = sorted({each.topic for each in found})
    lines = [f"{'topic':<36}" + "".join(f"{verdict:>15}" for verdict in verdicts)]
    lines += [
        f"{topic:<36}" + "".join(f"{counts[topic, verdict] or '':>15}" for verdict in verdicts) for topic in topics
    ]
    totals = Counter(each.verdict for each in found)
    lines.append(f"{'all':<36}" + "".join(f"{totals[verdict]:>15}" for verdict in verdicts))
    for verdict in verdicts[1:]:
        lines += [f"{verdict}: {o.file} {o.id} ({o.topic}): {o.why}" for o in found if o.verdict == verdict]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
