"""Small records to build libraries from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from skinproof.evidence.studies.records import Study


def arm(name: str, *treatments: str, **fields: Any) -> dict[str, Any]:
    return {"id": name, "components": [{"treatment": t} for t in treatments], **fields}


def record(study_id: str, arms: Sequence[dict[str, Any]], outcomes: Sequence[dict[str, Any]], **fields: Any) -> Study:
    """A valid record: a double-blind parallel trial on acne scars unless told otherwise."""
    base: dict[str, Any] = {
        "id": study_id,
        "citation": {"first_author": "Author", "year": 2020, "journal": "Journal"},
        "sources": [{"url": "https://example.org/a", "read": "abstract"}],
        "design": "parallel-rct",
        "randomised": True,
        "blinding": "double",
        "registration": "NCT1",
        "funding": "public",
        "concern": "acne-scars",
        "population": "people",
        "arms": list(arms),
        "outcomes": list(outcomes),
    }
    return Study.model_validate(base | fields)


def binary(a: tuple[int, int], b: tuple[int, int], **fields: Any) -> dict[str, Any]:
    """An outcome row of counts: (events, people) with the treatment and with the control."""
    results = {"t": {"events": a[0], "n": a[1]}, "c": {"events": b[0], "n": b[1]}}
    row = {"concept": "treatment-success", "better": "higher", "kind": "binary", "statistic": "events"}
    return row | {"weeks": 12, "results": results} | fields


def continuous(a: tuple[float, float, int], b: tuple[float, float, int], **fields: Any) -> dict[str, Any]:
    """An outcome row of means: (mean, sd, people) with the treatment and with the control."""
    results = {name: {"mean": mean, "sd": sd, "n": n} for name, (mean, sd, n) in (("t", a), ("c", b))}
    row = {"concept": "scar-severity", "better": "lower", "kind": "continuous", "statistic": "final"}
    return row | {"instrument": "ECCA", "weeks": 12, "results": results} | fields


def told(direction: str | None = None, **fields: Any) -> dict[str, Any]:
    """An outcome row that gives only a direction or a p-value."""
    contrast = {"arms": ["t", "c"], "direction": direction}
    for name in ("p", "p_text", "measure", "estimate", "ci", "se"):
        if name in fields:
            contrast[name] = fields.pop(name)
    row = {"concept": "scar-severity", "better": "lower", "kind": "continuous", "contrast": contrast}
    return row | fields


def exosome_trial(study_id: str, *outcomes: dict[str, Any], **fields: Any) -> Study:
    """Laser + exosome against laser + vehicle."""
    arms = [
        arm("t", "fractional-co2-laser", "exosome", n=fields.pop("n", None)),
        arm("c", "fractional-co2-laser", "vehicle"),
    ]
    return record(study_id, arms, outcomes, **fields)
