"""What is asked of the judge, and what the judge answers."""

from __future__ import annotations

from dataclasses import dataclass, replace

from skinproof.claims.model import Found, Verdict
from skinproof.evidence import Finding

from .rules import Rules, plain

SURE = {"high": 3, "moderate": 2, "low": 1, "very-low": 0}
CONTROLLED = ("controlled", "review-only")


@dataclass(frozen=True, slots=True)
class Asked:
    """A promise without its place: what decides its verdict, so that the same promise is worked out once."""

    found: Found  # span, place, strength and stance blanked
    degrees: frozenset[str]  # how much is said: "absolute", "mild", "large", "sure", "forever"
    said: str  # the promise's own words where they decide (safety, standing), else empty

    @classmethod
    def of(cls, found: Found, rules: Rules) -> Asked:
        told = plain(" ".join((found.span, *found.strength)))
        degrees = frozenset(name for name, phrases in rules.degrees.items() if phrases.within(told))
        words_decide = found.kind in ("safety", "regulatory") or found.says is not None
        bare = replace(found, span="", at=0, strength=(), stance="asserted", free=(), unit=None)
        return cls(bare, degrees, plain(found.span) if words_decide else "")

    def __contains__(self, degree: str) -> bool:
        return degree in self.degrees

    @property
    def treatment(self) -> str:
        return self.found.treatment or ""


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict with one plain reason; `honest` is what the same evidence would let a page say."""

    verdict: Verdict
    reason: str
    certainty: str | None = None
    studies: tuple[str, ...] = ()
    findings: tuple[str, ...] = ()
    honest: str | None = None
    pages: tuple[str, ...] = ()  # addresses behind it that are no study


def on_finding(verdict: Verdict, reason: str, finding: Finding) -> Judgement:
    """A verdict that rests on one finding, in the words that its certainty allows."""
    level = finding.certainty.level
    return Judgement(verdict, reason, level, finding.study_ids, (finding.id,), finding.sentence)


def level_words(level: str) -> str:
    return f"{level.replace('-', ' ')} certainty"
