"""Texts against what a careful reader would take from them: `python -m tests.care.voices.score [-v] [FILE ...]`.

A text has `f` (facts that must be read as so, or put to the person; false: read as a plain "no"), `never` (facts that
must not be taken as so) and `flag`: the rule of the person's red flag that the words alone must raise, or `none`, or
`any`.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from skinproof.care import screen
from skinproof.vocabulary import read_yaml

HERE = Path(__file__).parent
TODAY = date(2026, 11, 24)


@dataclass
class Score:
    """Counts, and what is wrong in words."""

    facts: int = 0
    read: int = 0
    asked: int = 0
    flags: int = 0
    raised: int = 0
    calm: int = 0
    kept_calm: int = 0
    missed: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return (
            f"facts {self.read} of {self.facts} read and {self.asked} more asked, "
            f"red flags {self.raised} of {self.flags}, calm {self.kept_calm} of {self.calm}, "
            f"{len(self.wrong)} wrong"
        )


def near(wanted: Any, found: Any) -> bool:
    if isinstance(wanted, bool) or isinstance(found, bool):
        return wanted is found
    if isinstance(wanted, list):
        return isinstance(found, list) and set(wanted) <= set(found)
    if isinstance(wanted, int | float) and isinstance(found, int | float):
        return abs(wanted - found) <= max(0.13 * wanted, 0.5)
    return bool(wanted == found)


def mark(row: Mapping[str, Any], into: Score) -> None:
    found = screen({"complaint": row["t"], "asks-for": ["retinol"]}, today=TODAY).to_json()
    facts, rules = found["facts_from_text"], found["person"]["rules"]
    asked = {each["fact"] for each in found["to_confirm"] if each["how"] in ("possible", "said")}
    denied = {each["fact"] for each in found["to_confirm"] if each["how"] == "denied" or each["value"] is False}
    for fact, value in (row.get("f") or {}).items():
        into.facts += 1
        if (fact in facts and near(value, facts[fact])) or (value is False and fact in denied):
            into.read += 1
        elif fact in asked:
            into.asked += 1
        else:
            into.missed.append(f"{fact}={value}, not {facts.get(fact)!r}: {row['t']}")
    for fact, value in (row.get("never") or {}).items():
        if fact in facts and near(value, facts[fact]):
            into.wrong.append(f"{fact}={facts[fact]}: {row['t']}")
    flag = row.get("flag")
    if flag == "none":
        into.calm += 1
        if rules:
            into.wrong.append(f"{rules}: {row['t']}")
        else:
            into.kept_calm += 1
    elif flag:
        into.flags += 1
        if flag in rules or (flag == "any" and rules):
            into.raised += 1
        else:
            into.missed.append(f"{flag}, not {rules}: {row['t']}")


def score(rows: list[dict[str, Any]]) -> Score:
    total = Score()
    for row in rows:
        mark(row, total)
    return total


def main(names: list[str]) -> None:
    for path in [Path(name) for name in names if name != "-v"] or sorted(HERE.glob("round-*.yaml")):
        total = score(read_yaml(path))
        print(f"{path.stem}: {total}")
        if "-v" in names:
            print(
                *(f"  missed {line}" for line in total.missed), *(f"  wrong  {line}" for line in total.wrong), sep="\n"
            )


if __name__ == "__main__":
    main(sys.argv[1:])
