"""The written rules of certainty: data/certainty-rules.yaml, validated."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import ConfigDict, Field

from skinproof.evidence.studies.records import Record
from skinproof.vocabulary import load

from .judgements import Judgement, Level

FILE = Path(__file__).parent.parent / "data" / "certainty-rules.yaml"
ChosenByUs = Literal["chosen by us"]


class _Row(Record):
    """In the file, words of a name are joined by hyphens."""

    model_config = ConfigDict(alias_generator=lambda name: name.replace("_", "-"))


class _Rules(_Row):
    basis: ChosenByUs | None = None
    source: str | None = None
    organisation: str | None = None
    note: str | None = None


class Start(_Row):
    randomised: Level
    not_randomised: Level
    before_after: Level
    laboratory: Level


class Points(_Row):
    blinding_open: float
    blinding_unclear: float
    blinding_single: float
    registration_not_reported: float
    lost_more_than_limit: float
    lost_not_reported: float
    allotment_in_doubt: float


class RiskOfBias(_Rules):
    points: Points
    loss_limit_percent: float
    serious: float
    very_serious: float
    review: int
    share: float


class Inconsistency(_Rules):
    i2_serious: float
    i2_very_serious: float
    prediction_crosses_one: int = Field(ge=0)
    prediction_crosses_both: int = Field(ge=0)


class Imprecision(_Rules):
    few_people: int
    few_events: int
    very_few_people: int
    wide_ratio: float


class Indirectness(_Rules):
    surrogate: int
    review_only: int
    combination: int
    unequal_background: int


class PublicationBias(_Rules):
    industry: int
    fewest_studies: int = Field(ge=3)
    asymmetry_p: float = Field(gt=0, lt=1)
    small_studies: int = Field(ge=0)


class DirectionOnly(_Rules):
    cap: Level
    down: int


class Limit(_Rules):
    cap: Level


class Suspicious(_Rules):
    down: int


class LevelsOff(_Rules):
    some: int = Field(alias="some-concerns", ge=0)
    major: int = Field(alias="major-concerns", ge=0)
    unknown: int = Field(alias="cannot-tell", ge=0)

    def of(self, judgement: Judgement) -> int:
        """Levels that a judgement takes off."""
        return {
            "no concerns": 0, "some concerns": self.some, "major concerns": self.major, "cannot tell": self.unknown
        }[judgement]  # fmt: skip


class ContributionRule(_Rules):
    share: float = Field(gt=0, le=1)
    trace: float = Field(ge=0, lt=1)


class WithinStudyBias(_Rules):
    doubtful: float = Field(gt=0, le=1)


class ReportingBias(_Rules):
    fewest_studies: int = Field(ge=3)
    asymmetry_p: float = Field(gt=0, lt=1)
    industry: Judgement
    not_reported: Judgement


class NetworkIndirectness(_Rules):
    surrogate: int = Field(ge=0)


class Unseen(_Row):
    """What follows where something cannot be checked."""

    indirect: Judgement
    direct_only: Judgement


class NetworkHeterogeneity(_Rules):
    cannot_be_seen: Unseen


class Incoherence(_Rules):
    no_concerns_above: float = Field(gt=0, lt=1)
    major_concerns_below: float = Field(gt=0, lt=1)
    star: Unseen

    def of(self, p: float) -> Judgement:
        """The judgement on a test's p-value."""
        if p > self.no_concerns_above:
            return "no concerns"
        return "some concerns" if p >= self.major_concerns_below else "major concerns"


class Additivity(_Rules):
    cannot_be_checked: Unseen


class NetworkRules(_Row):
    """The six domains of CINeMA."""

    levels_off: LevelsOff
    contribution: ContributionRule
    within_study_bias: WithinStudyBias
    reporting_bias: ReportingBias
    indirectness: NetworkIndirectness
    imprecision: _Rules
    heterogeneity: NetworkHeterogeneity
    incoherence: Incoherence
    additivity: Additivity


class PersonRules(_Rules):
    share: float = Field(gt=0, le=1)
    unlike: int = Field(ge=0)
    most: int = Field(ge=0)
    not_reported: int = Field(ge=0)
    adult_from: float = Field(gt=0)


class CertaintyRules(_Row):
    """certainty-rules.yaml."""

    start: Start
    risk_of_bias: RiskOfBias
    inconsistency: Inconsistency
    imprecision: Imprecision
    indirectness: Indirectness
    publication_bias: PublicationBias
    direction_only: DirectionOnly
    limit: Limit
    suspicious: Suspicious
    network: NetworkRules
    person: PersonRules


@cache
def certainty_rules() -> CertaintyRules:
    return load(FILE, CertaintyRules)
