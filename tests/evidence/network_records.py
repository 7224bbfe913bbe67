"""Trials of whole networks, with answers that are known."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from evidence_records import arm, record

from skinproof.evidence import Findings, Library, Study

Result = tuple[float, float, int]


def arms_trial(study_id: str, given: Mapping[str, tuple[str, Result]], **fields: Any) -> Study:
    """A trial of means: arm id to its treatments, joined by "+", and (mean, sd, people)."""
    row = {
        "concept": "scar-severity", "better": "lower", "kind": "continuous", "statistic": "final", "instrument": "ECCA",
        "weeks": fields.pop("weeks", 12),
        "results": {name: {"mean": m, "sd": sd, "n": n} for name, (_, (m, sd, n)) in given.items()},
    }  # fmt: skip
    arms = [arm(name, *treatments.split("+")) for name, (treatments, _) in given.items()]
    return record(study_id, arms, [row, *fields.pop("more", ())], **fields)


def counted_trial(study_id: str, given: Mapping[str, tuple[str, tuple[int, int]]], **fields: Any) -> Study:
    """A trial of counts: arm id to its treatments and (events, people)."""
    row = {
        "concept": "treatment-success", "better": fields.pop("better", "higher"), "kind": "binary",
        "statistic": "events", "weeks": 12,
        "results": {name: {"events": events, "n": n} for name, (_, (events, n)) in given.items()},
    }  # fmt: skip
    return record(study_id, [arm(name, *t.split("+")) for name, (t, _) in given.items()], [row], **fields)


def made_of(*studies: Study, **fields: Any) -> Findings:
    return Findings(Library.of(studies, built=dt.date(2026, 1, 1), **fields))


def pair(study_id: str, one: str, other: str, difference: float, n: int = 50, **fields: Any) -> Study:
    """Two arms of `n` people whose means differ by `difference`, standard deviation 10."""
    return arms_trial(study_id, {"t": (one, (50 + difference, 10, n)), "c": (other, (50, 10, n))}, **fields)


def loop() -> Sequence[Study]:
    """Three treatments, each pair compared by a trial of its own."""
    return (
        pair("one-2001", "prp", "microneedling", -6.0),
        pair("two-2002", "microneedling", "saline", -4.0),
        pair("three-2003", "prp", "saline", -13.0),
    )
