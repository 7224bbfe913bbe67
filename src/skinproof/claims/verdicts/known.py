"""How much is known: claims about the evidence itself, held against how much and how sure our library is."""

from __future__ import annotations

from collections.abc import Mapping
from statistics import median

from skinproof.claims.model import Verdict
from skinproof.evidence import NO_STUDY, Finding
from skinproof.evidence.studies.records import LABORATORY, NOTICES

from .evidence import Evidence
from .judgement import SURE, Asked, Judgement, level_words

_STUDIED: Mapping[str, Verdict] = {
    "very-low": "uncertain", "low": "weaker-than-said", "moderate": "well-supported", "high": "well-supported",
}  # fmt: skip


def known(asked: Asked, evidence: Evidence) -> Judgement | None:
    """The verdict on "well studied", "more research is needed", "several sessions"; None for another statement."""
    says = asked.found.says
    if says in ("tested", "backed"):
        return _much(asked, evidence)
    if says == "lacking":
        return _little(asked, evidence)
    if says == "varies":
        return Judgement("not-checkable", "This is a warning, not a promise. Studies tell what happened on average.")
    if says == "sessions":
        return _sessions(asked, evidence)
    return None


def _here(asked: Asked, evidence: Evidence) -> list[Finding]:
    found = asked.found
    return [
        f
        for f in evidence.of(asked.treatment)
        if found.concern in (None, f.concern)
        and found.concept in (None, *evidence.rules.wide, f.concept)
        and f.kind != "laboratory"
    ]


def _told(findings: list[Finding], evidence: Evidence, treatment: str) -> tuple[str, str, tuple[str, ...]]:
    best = max((f.certainty.level for f in findings), key=SURE.__getitem__)
    studies = tuple(dict.fromkeys(each for f in findings for each in f.study_ids))
    count = "1 study" if len(studies) == 1 else f"{len(studies)} studies"
    reason = (
        f"Our library holds {count} of {evidence.name(treatment)} in people. The surest answer has {level_words(best)}."
    )
    return best, reason, studies


def _much(asked: Asked, evidence: Evidence) -> Judgement:
    findings = _here(asked, evidence)
    if not findings:
        return Judgement("no-study-found", f"{NO_STUDY} {evidence.searched}",
                         honest=f"We found no study of it in people: {evidence.name(asked.treatment)}.")  # fmt: skip
    best, reason, studies = _told(findings, evidence, asked.treatment)
    verdict = _STUDIED[best]
    if "sure" in asked and SURE[best] < 2:
        reason = f"{reason} That is not proof."
    ids = tuple(f.id for f in findings if f.certainty.level == best)
    return Judgement(verdict, reason, best, studies, ids, reason)


def _little(asked: Asked, evidence: Evidence) -> Judgement:
    findings = _here(asked, evidence)
    if not findings:
        return Judgement("well-supported", f"{NO_STUDY} {evidence.searched}", honest=f"{NO_STUDY} {evidence.searched}")
    best, reason, studies = _told(findings, evidence, asked.treatment)
    ids = tuple(f.id for f in findings if f.certainty.level == best)
    verdict: Verdict = "well-supported" if SURE[best] < 2 else "weaker-than-said"
    return Judgement(verdict, reason, best, studies, ids, reason)


def _sessions(asked: Asked, evidence: Evidence) -> Judgement:
    """Sessions in the arms of studies that gave it."""
    library = evidence.findings.library
    given = {
        study.id: arm.sessions
        for study in library.studies.values()
        if study.design not in (*LABORATORY, *NOTICES)
        for arm in study.arms
        if arm.sessions and evidence.kinds(asked.treatment) & {part.treatment for part in arm.components}
    }
    if not given:
        return Judgement("not-checkable", "Our records do not tell how many sessions people had.")
    low, high = min(given.values()), max(given.values())
    span = f"{low} to {high} sessions" if low != high else f"{low} session{'s' * (low != 1)}"
    reason = f"In the studies people had {span}."
    verdict: Verdict = "well-supported" if median(given.values()) > 1 else "weaker-than-said"
    return Judgement(verdict, reason, studies=tuple(given), honest=reason)
