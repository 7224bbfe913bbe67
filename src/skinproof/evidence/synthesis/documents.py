"""Findings as plain data for JSON: dicts, lists, numbers and text. What is not a finite number is null."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from .model import Finding
from .nodes import Node


def document(thing: object) -> Any:
    """A finding of any kind as plain data. Fitted models are left out; sets become sorted lists.

    A pairwise finding inside another one is told in short: its id, sentence, estimate, certainty and studies.
    """
    if thing is None or isinstance(thing, str | bool | int):
        return thing
    if isinstance(thing, float):
        return thing if math.isfinite(thing) else None
    if isinstance(thing, dt.date):
        return thing.isoformat()
    if isinstance(thing, Mapping):
        return {str(key): document(each) for key, each in thing.items()}
    if isinstance(thing, set | frozenset):
        return sorted(document(each) for each in thing)
    if isinstance(thing, list | tuple):
        return [document(each) for each in thing]
    if isinstance(thing, Finding):
        return _short(thing)
    if isinstance(thing, Node):
        return {name: document(getattr(thing, name)) for name in ("id", "name", "parts", "treatments", "dummy")}
    if is_dataclass(thing) and not isinstance(thing, type):
        shown = (each.name for each in fields(thing) if each.metadata.get("json", True))
        return {name: document(getattr(thing, name)) for name in shown}
    raise TypeError(f"{type(thing).__name__} is not something that findings are made of")


def _short(finding: Finding) -> dict[str, Any]:
    made = {
        "id": finding.id, "comparison": finding.comparison, "sentence": finding.sentence, "estimate": finding.estimate,
        "size": finding.size, "favours": finding.favours, "certainty": finding.certainty, "people": finding.people,
        "weeks": finding.weeks, "study_ids": finding.study_ids,
    }  # fmt: skip
    return {name: document(each) for name, each in made.items()}
