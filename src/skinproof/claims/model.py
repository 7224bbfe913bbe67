"""What checking a text gives: claims with their verdicts, what was not recognised, and how many of each.

`Report.to_json()` is the documented shape (`docs/claims.schema.json`).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass
from typing import Any, Literal

Direction = Literal["improves", "reduces", "harms", "safe", "none"]
Kind = Literal["efficacy", "mechanism", "safety", "cost", "timing", "regulatory", "comparison"]
Stance = Literal["asserted", "reported", "denied"]
Model = Literal["people", "animal-or-lab"]
Verdict = Literal[
    "well-supported",
    "weaker-than-said",
    "uncertain",
    "laboratory-only",
    "contradicted",
    "no-study-found",
    "not-checkable",
]
Weeks = tuple[float, float | None]


@dataclass(frozen=True, slots=True)
class Found:
    """One promise as it stands in the text, before anything is held against it."""

    span: str
    at: int  # offset of `span` in the text as given, in characters
    treatment: str | None
    route: tuple[str, ...]
    with_: tuple[str, ...]
    versus: tuple[str, ...]
    concern: str | None
    concept: str | None
    direction: Direction
    kind: Kind
    weeks: Weeks | None
    strength: tuple[str, ...]  # hedge and boast words, as they stand
    hedged: bool  # one of them weakens the promise
    stance: Stance
    model: Model | None
    free: tuple[tuple[str, str], ...] = ()  # field and text, where the vocabulary has no word
    money: tuple[float | None, float | None] | None = None  # pounds, of a claim about cost
    regulatory: str | None = None  # what is said of a product's standing: an id of the lexicon


@dataclass(frozen=True, slots=True)
class Flag:
    """Something worth checking against advertising or medicines rules: never a judgement that it is unlawful."""

    id: str
    why: str
    source: str


@dataclass(frozen=True, slots=True)
class Claim:
    found: Found
    verdict: Verdict
    certainty: str | None
    reason: str
    studies: tuple[str, ...]
    flags: tuple[Flag, ...]
    honest_wording: str | None
    findings: tuple[str, ...] = ()  # ids of the findings it was held against

    def to_json(self) -> dict[str, Any]:
        found = self.found
        return {
            "span": found.span,
            "at": found.at,
            "treatment": found.treatment,
            "route": _one_or_list(found.route),
            "with": _one_or_list(found.with_),
            "versus": _one_or_list(found.versus),
            "concern": found.concern,
            "concept": found.concept,
            "direction": found.direction,
            "kind": found.kind,
            "weeks": list(found.weeks) if found.weeks else None,
            "strength": list(found.strength),
            "stance": found.stance,
            "model": found.model,
            "verdict": self.verdict,
            "certainty": self.certainty,
            "reason": self.reason,
            "studies": list(self.studies),
            "findings": list(self.findings),
            "flags": [asdict(flag) for flag in self.flags],
            "honest_wording": self.honest_wording,
            "free": dict(found.free) or None,
        }


@dataclass(frozen=True, slots=True)
class Unrecognised:
    """A sentence that names a treatment and promises something that no word of the lexicon fits."""

    span: str
    at: int
    treatment: str | None

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Report:
    source: str
    library_date: str
    claims: tuple[Claim, ...]
    unrecognised: tuple[Unrecognised, ...]

    @property
    def summary(self) -> dict[str, Any]:
        asserted = [claim for claim in self.claims if claim.found.stance == "asserted"]
        return {
            "claims": len(self.claims),
            "asserted": len(asserted),
            "unrecognised": len(self.unrecognised),
            "flagged": sum(bool(claim.flags) for claim in self.claims),
            "verdicts": dict(Counter(claim.verdict for claim in asserted)),
            "kinds": dict(Counter(claim.found.kind for claim in self.claims)),
        }

    def to_json(self) -> dict[str, Any]:
        """The report as plain data, one object a document."""
        return {
            "source": self.source,
            "library_date": self.library_date,
            "claims": [claim.to_json() for claim in self.claims],
            "unrecognised": [missed.to_json() for missed in self.unrecognised],
            "summary": self.summary,
        }


def _one_or_list(ids: tuple[str, ...]) -> str | list[str] | None:
    return None if not ids else ids[0] if len(ids) == 1 else list(ids)
