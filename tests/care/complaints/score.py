"""What is found in the complaints of this folder, and what is missed:
`python -m tests.care.complaints.score [FILE ...] [-v]`.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from skinproof.care.reading import Reading, read_words
from skinproof.vocabulary import read_yaml

HERE = Path(__file__).parent
TODAY = date(2026, 11, 24)
RED = (
    "lesion-changing-size", "lesion-irregular-shape", "lesion-irregular-colour", "lesion-itch-bleed-ooze",
    "lesion-non-healing", "nail-dark-band-new", "eye-pain-light-or-vision-change", "skin-hot-red-spreading",
    "blistering-or-peeling-skin", "mouth-eye-genital-sores", "painful-blisters-clusters",
    "breathing-trouble-or-face-swelling", "swallow-speech-trouble-after-toxin", "acne-fulminans-signs",
    "hair-loss-sudden-or-patchy", "hair-loss-with-systemic-signs", "scalp-inflamed-or-scarring",
    "severe-headache-or-vision-change", "leg-swelling-chest-pain-breathless",
    "chest-pain-fainting-swelling-on-minoxidil", "severe-diarrhoea-on-antibiotic", "suicidal-thoughts-now",
    "low-mood-on-finasteride-dutasteride", "visual-change-on-tranexamic",
)  # fmt: skip


@dataclass
class Score:
    right: int = 0
    missed: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    @property
    def recall(self) -> float:
        return self.right / max(self.right + len(self.missed), 1)

    @property
    def precision(self) -> float:
        return self.right / max(self.right + len(self.wrong), 1)

    def __str__(self) -> str:
        found = self.right + len(self.wrong)
        wanted = self.right + len(self.missed)
        return (
            f"recall {self.right}/{wanted} = {self.recall:.2f}, precision {self.right}/{found} = {self.precision:.2f}"
        )


def labels(reading: Reading) -> dict[str, Any]:
    """What counts as found: what the person says is so."""
    found: dict[str, Any] = {}
    for each in reading.found:
        if each.how == "said":
            found.setdefault(f"{each.fact}:{each.value}" if each.list_fact else each.fact, each.value)
    return found


def agrees(label: str, found: dict[str, Any]) -> bool:
    name, _, wanted = label.partition("=")
    if name not in found:
        return False
    value = found[name]
    if not wanted:
        return value is not False
    if ".." in wanted:
        low, high = map(float, wanted.split(".."))
        return low <= value <= high
    if wanted in ("true", "false"):
        return bool(value) == (wanted == "true")
    try:
        return abs(float(wanted) - float(value)) <= max(0.06 * float(wanted), 0.3)
    except (TypeError, ValueError):
        return str(value) == wanted


def score(rows: list[dict[str, Any]]) -> tuple[Score, Score]:
    """(red flags, all facts)"""
    red, every = Score(), Score()
    for row in rows:
        found = labels(read_words(row["say"], today=TODAY))
        named = {label.partition("=")[0] for label in (*row["has"], *row.get("may", []))}
        for label in row["has"]:
            hit = agrees(label, found)
            for kept in (every, *([red] if label.partition("=")[0] in RED else [])):
                if hit:
                    kept.right += 1
                else:
                    kept.missed.append(f"{label}: {row['say']}")
        for name, value in found.items():
            # a word that another label brings with it ("on warfarin": a blood thinner) is not wrong
            if name not in named and not _follows(name, named):
                for kept in (every, *([red] if name in RED else [])):
                    kept.wrong.append(f"{name}={value}: {row['say']}")
    return red, every


def _follows(name: str, named: set[str]) -> bool:
    return name in ("conditions:acne",) or (
        name == "current-retinoids:oral-isotretinoin" and "isotretinoin-months-since" in named
    )


def main(names: list[str]) -> None:
    for path in [Path(name) for name in names if name != "-v"] or sorted(HERE.glob("*.yaml")):
        red, every = score(read_yaml(path))
        print(f"{path.stem}\n  red flags: {red}\n  all facts: {every}")
        if "-v" in names:
            print(
                *(f"  missed {line}" for line in every.missed), *(f"  wrong  {line}" for line in every.wrong), sep="\n"
            )


if __name__ == "__main__":
    main(sys.argv[1:])
