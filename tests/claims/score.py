"""Score the claim finder on a folder of labelled passages.

    python tests/claims/score.py FOLDER [--format json] [--show]

A passage is a file that holds `text` and `claims` (YAML, JSON, or JSON lines), or a `.txt` beside a YAML or JSON file
of the same name (or one text beside `claims.yaml`) with the claims. A claim has the fields of `docs/claims.schema.json`
that a person can label: treatment, route, with, versus, concern, concept, direction, kind, weeks, stance, and `at` or
`span` where known.

A label and a claim of ours can be the same promise when they speak of the same treatment (or a kind of it) and the
same outcome or, where the label has none, the same concern or kind. Labels and claims are then paired so that the
fields agree most (a maximum-weight matching). Recall is the share of labels that have a partner, precision the share
of our claims that have one; the accuracies are over pairs.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from scipy.optimize import linear_sum_assignment

from skinproof.claims import Found, find
from skinproof.vocabulary import vocabulary

FIELDS = ("direction", "kind", "weeks", "stance")


@dataclass
class Passage:
    name: str
    text: str
    labels: list[dict[str, Any]]


@dataclass
class Score:
    """Counts over all passages; `wrong` lists labels missed, claims too many and fields that differ."""

    labels: int = 0
    claims: int = 0
    paired: int = 0
    right: dict[str, int] = field(default_factory=lambda: dict.fromkeys(FIELDS, 0))
    asserted_wrongly: int = 0
    wrong: list[str] = field(default_factory=list)

    def figures(self) -> dict[str, Any]:
        share = {name: self.right[name] / self.paired if self.paired else None for name in FIELDS}
        return {
            "labels": self.labels,
            "claims": self.claims,
            "paired": self.paired,
            "recall": self.paired / self.labels if self.labels else None,
            "precision": self.paired / self.claims if self.claims else None,
            **share,
            "doubted or reported, counted as asserted": self.asserted_wrongly,
        }


def passages(folder: Path) -> Iterator[Passage]:
    """Every labelled passage of a folder, subfolders included.

    Raises:
        ValueError: a labelled file without a text, or a file that cannot be read; names the file.
    """
    for path in sorted(folder.rglob("*")):
        if path.suffix not in (".yaml", ".yml", ".json", ".jsonl") or not path.is_file():
            continue
        try:
            raw = path.read_text(encoding="utf-8")
            rows = [json.loads(line) for line in raw.splitlines() if line.strip()] if path.suffix == ".jsonl" else None
            held = rows if rows is not None else json.loads(raw) if path.suffix == ".json" else yaml.safe_load(raw)
        except (UnicodeDecodeError, ValueError, yaml.YAMLError) as error:
            raise ValueError(f"{path.name}: cannot be read ({error})") from None
        yield from _of_file(path, held)


def _of_file(path: Path, held: Any) -> Iterator[Passage]:
    many = held.get("passages") if isinstance(held, dict) and "passages" in held else held
    if isinstance(many, list) and many and all(isinstance(row, dict) and "claims" in row for row in many):
        for number, row in enumerate(many, 1):
            yield Passage(f"{path.name}:{row.get('id', number)}", _text(path, row), list(row["claims"] or []))
        return
    if isinstance(held, dict) and "claims" in held:
        yield Passage(path.name, _text(path, held), list(held["claims"] or []))
    elif isinstance(held, list):
        yield Passage(path.name, _text(path, {}), held)


def _text(path: Path, row: dict[str, Any]) -> str:
    for key in ("text", "passage", "body"):
        if isinstance(row.get(key), str):
            return str(row[key])
    named = row.get("file") or row.get("source")
    beside = [path.with_suffix(".txt"), path.with_suffix(".md"), *([path.parent / str(named)] if named else [])]
    texts = sorted(path.parent.glob("*.txt"))
    for candidate in [*beside, *(texts if len(texts) == 1 else [])]:
        if candidate.is_file():
            return candidate.read_text(encoding="utf-8")
    raise ValueError(f"{path.name}: has claims and no text")


def score(folder: Path) -> Score:
    """The score over all passages of a folder."""
    total = Score()
    for passage in passages(folder):
        _add(total, passage)
    return total


def _add(total: Score, passage: Passage) -> None:
    ours = find(passage.text).found
    total.labels += len(passage.labels)
    total.claims += len(ours)
    pairs = _pairs(passage, ours)
    total.paired += len(pairs)
    for at, other in pairs:
        label, claim = passage.labels[at], ours[other]
        for name in FIELDS:
            if _same(name, label, claim):
                total.right[name] += 1
            else:
                total.wrong.append(
                    f"{passage.name}: {name} {_labelled(name, label)} read as {_ours(name, claim)}: {claim.span!r}"
                )
        if _labelled("stance", label) != "asserted" and claim.stance == "asserted":
            total.asserted_wrongly += 1
    missed = {at for at, _ in pairs}
    extra = {other for _, other in pairs}
    for at, label in enumerate(passage.labels):
        if at not in missed:
            told = {
                k: v for k, v in label.items() if v not in (None, "") and k not in ("id", "section", "hedge", "text")
            }
            total.wrong.append(f"{passage.name}: missed {told}")
    for other, claim in enumerate(ours):
        if other not in extra:
            told = (claim.treatment, claim.concern, claim.concept, claim.direction, claim.kind)
            total.wrong.append(f"{passage.name}: too many {told}: {claim.span!r}")


def _pairs(passage: Passage, ours: tuple[Found, ...]) -> list[tuple[int, int]]:
    if not passage.labels or not ours:
        return []
    weights = np.array([[_weight(passage, label, claim) for claim in ours] for label in passage.labels])
    rows, columns = linear_sum_assignment(weights, maximize=True)
    return [(int(a), int(b)) for a, b in zip(rows, columns, strict=True) if weights[a, b] > 0]


def _weight(passage: Passage, label: dict[str, Any], claim: Found) -> float:
    """How well they agree; 0 where they cannot be the same promise."""
    if not _treatment(label.get("treatment"), claim.treatment):
        return 0.0
    concept, concern, kind = label.get("concept"), label.get("concern"), label.get("kind")
    same_concept = concept is not None and concept == claim.concept
    same_concern = concern is not None and concern == claim.concern
    if concept is None and concern is None:
        if kind != claim.kind and claim.concept is not None:
            return 0.0
    elif not same_concept and not (same_concern and (concept is None or claim.concept is None or kind == claim.kind)):
        return 0.0
    near = _near(passage, label, claim)
    if near is False:
        return 0.0
    agree = sum(_same(name, label, claim) for name in FIELDS)
    return (
        1
        + 4 * same_concept
        + 2 * same_concern
        + agree
        + 4 * bool(near)
        + 2 * (label.get("treatment") == claim.treatment)
    )


def _near(passage: Passage, label: dict[str, Any], claim: Found) -> bool | None:
    """Whether label and claim stand in the same place; None where the label has no place."""
    start = label.get("at")
    span = label.get("span") or label.get("quote")
    if not isinstance(start, int):
        start = passage.text.find(span) if isinstance(span, str) and span else -1
        if start < 0:
            return None
    end = start + (len(span) if isinstance(span, str) else 1)
    return claim.at < end + 200 and start < claim.at + len(claim.span) + 200


def _treatment(label: str | None, ours: str | None) -> bool:
    if label in (None, "other") or ours in (None, "other"):
        return True
    known = vocabulary().treatments
    for a, b in ((label, ours), (ours, label)):
        word: str | None = a
        while word is not None and word in known:
            if word == b:
                return True
            word = known[word].kind_of
    if label in known and ours in known:
        return known[label].family == known[str(ours)].family
    return label == ours


def _same(name: str, label: dict[str, Any], claim: Found) -> bool:
    expected, given = _labelled(name, label), _ours(name, claim)
    if name != "weeks" or expected is None or given is None:
        return bool(expected == given)
    return all(
        (a is None) == (b is None) and (a is None or b is None or abs(a - b) <= max(0.5, 0.05 * abs(a)))
        for a, b in zip(expected, given, strict=True)
    )


def _labelled(name: str, label: dict[str, Any]) -> Any:
    given = label.get(name)
    if name == "stance":
        return given or "asserted"
    return tuple(given) if isinstance(given, list) else given


def _ours(name: str, claim: Found) -> Any:
    return getattr(claim, name)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Score the claim finder on labelled passages.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--format", choices=["text", "json"], default="text")
    parser.add_argument("--show", action="store_true", help="list what was missed, too many, or read otherwise")
    options = parser.parse_args(arguments)
    if not options.folder.is_dir():
        print(f"{options.folder} is not a folder", file=sys.stderr)
        return 2
    try:
        total = score(options.folder)
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    figures = total.figures()
    if options.format == "json":
        print(json.dumps({**figures, "wrong": total.wrong} if options.show else figures, indent=1))
        return 0
    for name, value in figures.items():
        print(f"{name}: {value:.3f}" if isinstance(value, float) else f"{name}: {value}")
    if options.show:
        print(*total.wrong, sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
