"""Findings as tables for a researcher: a row a finding, or a row a study's effect, each with where it comes from."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from skinproof.evidence.studies.library import Library

from .model import Effect, Estimate, Finding, StudyLine

JOINED = " + "


def finding_columns(found: Iterable[Finding], lib: Library) -> dict[str, list[Any]]:
    """A row a finding: what is compared, the estimate, how sure one can be, and the records behind it.

    `dois` are those of `study_ids`, empty where a record has none; `library` is the library's date.
    """
    return _columns(FINDING, [(finding, finding.estimate, lib) for finding in found])


def effect_columns(found: Iterable[Finding], lib: Library) -> dict[str, list[Any]]:
    """A row a study in a finding: its effect on the analysis scale (`yi`, `vi`) where it gives one, what it counts as
    there (`role`), the row of its record, and each conversion that was made."""
    rows = [(finding, line, line.effect, lib) for finding in found for line in finding.studies]
    return _columns(EFFECT, rows)


def _columns(makers: dict[str, Callable[..., Any]], rows: list[tuple[Any, ...]]) -> dict[str, list[Any]]:
    return {name: [make(*row) for row in rows] for name, make in makers.items()}


def _of_estimate(name: str) -> Callable[[Finding, Estimate | None, Library], Any]:
    return lambda finding, estimate, lib: getattr(estimate, name) if estimate else None


def _prediction(end: int) -> Callable[[Finding, Estimate | None, Library], float | None]:
    return lambda finding, estimate, lib: estimate.prediction[end] if estimate and estimate.prediction else None


def _of_effect(name: str) -> Callable[[Finding, StudyLine, Effect | None, Library], Any]:
    return lambda finding, line, effect, lib: getattr(effect, name) if effect else None


def _dois(finding: Finding, lib: Library) -> str:
    return " ".join(doi for study in finding.study_ids if (doi := lib.study(study).citation.doi))


FINDING: dict[str, Callable[[Finding, Estimate | None, Library], Any]] = {
    "finding": lambda f, e, lib: f.id,
    "concern": lambda f, e, lib: f.concern,
    "concept": lambda f, e, lib: f.concept,
    "event": lambda f, e, lib: f.event,
    "kind": lambda f, e, lib: f.kind,
    "intervention": lambda f, e, lib: JOINED.join(f.comparison.intervention),
    "comparator": lambda f, e, lib: JOINED.join(f.comparison.comparator) or None,
    "background": lambda f, e, lib: JOINED.join(f.comparison.background) or None,
    "control": lambda f, e, lib: f.comparison.control,
    **{name: _of_estimate(name) for name in ("measure", "value", "low", "high", "k", "basis", "better", "scale")},
    **{name: _of_estimate(name) for name in ("tau2", "i2", "q", "q_p")},
    "prediction_low": _prediction(0),
    "prediction_high": _prediction(1),
    "method": _of_estimate("method"),
    "people": lambda f, e, lib: f.people,
    "studies_better": lambda f, e, lib: f.directions.better,
    "studies_worse": lambda f, e, lib: f.directions.worse,
    "studies_no_difference": lambda f, e, lib: f.directions.no_difference,
    "size": lambda f, e, lib: f.size,
    "favours": lambda f, e, lib: f.favours,
    "certainty": lambda f, e, lib: f.certainty.level,
    "certainty_reasons": lambda f, e, lib: " ".join(reason.sentence for reason in f.certainty.reasons),
    "checked_by": lambda f, e, lib: f.certainty.checked_by,
    "sentence": lambda f, e, lib: f.sentence,
    "study_ids": lambda f, e, lib: " ".join(f.study_ids),
    "estimate_study_ids": lambda f, e, lib: " ".join(e.study_ids) if e else None,
    "dois": lambda f, e, lib: _dois(f, lib),
    "library": lambda f, e, lib: str(lib.date),
}

EFFECT: dict[str, Callable[[Finding, StudyLine, Effect | None, Library], Any]] = {
    "finding": lambda f, line, e, lib: f.id,
    "concern": lambda f, line, e, lib: f.concern,
    "concept": lambda f, line, e, lib: f.concept,
    "comparison": lambda f, line, e, lib: f.comparison.id,
    "study": lambda f, line, e, lib: line.study_id,
    "row": lambda f, line, e, lib: line.row,
    "role": lambda f, line, e, lib: line.role,
    "arm": lambda f, line, e, lib: e.arms[0] if e else None,
    "against": lambda f, line, e, lib: e.arms[1] if e else None,
    "weeks": lambda f, line, e, lib: line.weeks,
    "people": lambda f, line, e, lib: line.people,
    "direction": lambda f, line, e, lib: line.direction,
    **{name: _of_effect(name) for name in ("measure", "yi", "vi", "value", "low", "high", "better", "same_people")},
    "p": lambda f, line, e, lib: line.p,
    "reported": lambda f, line, e, lib: line.values,
    "instrument": lambda f, line, e, lib: line.instrument,
    "conversions": lambda f, line, e, lib: " ".join(e.conversions) if e else None,
    "doubt": lambda f, line, e, lib: line.doubt,
    "citation": lambda f, line, e, lib: lib.study(line.study_id).citation_text,
    "doi": lambda f, line, e, lib: lib.study(line.study_id).citation.doi,
    "pmid": lambda f, line, e, lib: lib.study(line.study_id).citation.pmid,
    "read": lambda f, line, e, lib: lib.study(line.study_id).sources[0].read,
    "library": lambda f, line, e, lib: str(lib.date),
}
