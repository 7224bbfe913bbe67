"""What checking a text gives: claims with their verdicts, what was not recognised, and how many of each.

`Report.to_json()` is the documented shape (`docs/claims.schema.json`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any, Literal, get_args

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
VERDICTS: tuple[Verdict, ...] = get_args(Verdict)
# Verdicts on a promise that the evidence would have said otherwise.
TO_REWORD: frozenset[Verdict] = frozenset(
    ("weaker-than-said", "uncertain", "laboratory-only", "contradicted", "no-study-found")
)


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
    unit: str | None = None  # in which the text gives the time: "day", "week", "month", …
    says: str | None = None  # the statement that it was read from, by its id in the lexicon


@dataclass(frozen=True, slots=True)
class Place:
    """A page that was read, and whose it is."""

    organisation: str
    url: str


@dataclass(frozen=True, slots=True)
class Flag:
    """Something worth checking against advertising or medicines rules: never a judgement that it is unlawful."""

    id: str
    why: str
    source: Place


@dataclass(frozen=True, slots=True)
class Claim:
    """One promise with its verdict, the reason in a sentence, the studies, and how it could honestly be said."""

    found: Found
    verdict: Verdict
    certainty: str | None
    reason: str
    studies: tuple[str, ...]  # ids of records
    flags: tuple[Flag, ...]
    honest_wording: str | None
    findings: tuple[str, ...] = ()  # ids of the findings it was held against
    pages: tuple[str, ...] = ()  # addresses behind the verdict that are no record: prices, legal standing

    @property
    def promises(self) -> bool:
        """Whether the text itself promises something good here."""
        return self.found.stance == "asserted" and self.found.direction in ("improves", "reduces", "safe")

    @property
    def to_reword(self) -> bool:
        """Whether a page that wants to be honest would say this in other words."""
        return self.found.stance == "asserted" and self.verdict in TO_REWORD

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
        """How many promises, how many backed by what, how many to look at; counts of what the text itself asserts."""
        asserted = [claim for claim in self.claims if claim.found.stance == "asserted"]
        promises = [claim for claim in asserted if claim.promises]
        return {
            "claims": len(self.claims),
            "stances": _counted(claim.found.stance for claim in self.claims),
            "kinds": _counted(claim.found.kind for claim in self.claims),
            "promises": len(promises),
            "verdicts": {verdict: sum(c.verdict == verdict for c in promises) for verdict in VERDICTS},
            "certainty": _counted(claim.certainty or "none" for claim in promises),
            "studies": len({study for claim in promises for study in claim.studies}),
            "to_reword": sum(claim.to_reword for claim in asserted),
            "flagged": sum(bool(claim.flags) for claim in self.claims),
            "flags": _counted(flag.id for claim in self.claims for flag in claim.flags),
            "unrecognised": len(self.unrecognised),
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


def _counted(words: Iterable[str]) -> dict[str, int]:
    return dict(Counter(words).most_common())
