"""The written rules of certainty: data/certainty-rules.yaml, validated."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import Field

from skinproof.evidence.studies.records import Record
from skinproof.vocabulary import load

from .judgements import Judgement, Level

FILE = Path(__file__).parent.parent / "data" / "certainty-rules.yaml"
ChosenByUs = Literal["chosen by us"]


class _Rules(Record):
    basis: ChosenByUs | None = None
    source: str | None = None
    organisation: str | None = None
    note: str | None = None


class Start(Record):
    randomised: Level
    not_randomised: Level = Field(alias="not-randomised")
    before_after: Level = Field(alias="before-after")
    laboratory: Level


class Points(Record):
    blinding_open: float = Field(alias="blinding-open")
    blinding_unclear: float = Field(alias="blinding-unclear")
    blinding_single: float = Field(alias="blinding-single")
    registration_not_reported: float = Field(alias="registration-not-reported")
    lost_more_than_limit: float = Field(alias="lost-more-than-limit")
    lost_not_reported: float = Field(alias="lost-not-reported")
    allotment_in_doubt: float = Field(alias="allotment-in-doubt")


class RiskOfBias(_Rules):
    points: Points
    loss_limit_percent: float = Field(alias="loss-limit-percent")
    serious: float
    very_serious: float = Field(alias="very-serious")
    review: int
    share: float


class Inconsistency(_Rules):
    i2_serious: float = Field(alias="i2-serious")
    i2_very_serious: float = Field(alias="i2-very-serious")
    prediction_crosses_one: int = Field(alias="prediction-crosses-one", ge=0)
    prediction_crosses_both: int = Field(alias="prediction-crosses-both", ge=0)


class Imprecision(_Rules):
    few_people: int = Field(alias="few-people")
    few_events: int = Field(alias="few-events")
    very_few_people: int = Field(alias="very-few-people")
    wide_ratio: float = Field(alias="wide-ratio")


class Indirectness(_Rules):
    surrogate: int
    review_only: int = Field(alias="review-only")
    combination: int
    unequal_background: int = Field(alias="unequal-background")


class PublicationBias(_Rules):
    industry: int
    fewest_studies: int = Field(alias="fewest-studies", ge=3)
    asymmetry_p: float = Field(alias="asymmetry-p", gt=0, lt=1)
    small_studies: int = Field(alias="small-studies", ge=0)


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
    fewest_studies: int = Field(alias="fewest-studies", ge=3)
    asymmetry_p: float = Field(alias="asymmetry-p", gt=0, lt=1)
    industry: Judgement
    not_reported: Judgement = Field(alias="not-reported")


class NetworkIndirectness(_Rules):
    surrogate: int = Field(ge=0)


class Unseen(Record):
    """What follows where something cannot be checked."""

    indirect: Judgement
    direct_only: Judgement = Field(alias="direct-only")


class NetworkHeterogeneity(_Rules):
    cannot_be_seen: Unseen = Field(alias="cannot-be-seen")


class Incoherence(_Rules):
    no_concerns_above: float = Field(alias="no-concerns-above", gt=0, lt=1)
    major_concerns_below: float = Field(alias="major-concerns-below", gt=0, lt=1)
    star: Unseen

    def of(self, p: float) -> Judgement:
        """The judgement on a test's p-value."""
        if p > self.no_concerns_above:
            return "no concerns"
        return "some concerns" if p >= self.major_concerns_below else "major concerns"


class Additivity(_Rules):
    cannot_be_checked: Unseen = Field(alias="cannot-be-checked")


class NetworkRules(Record):
    """The six domains of CINeMA."""

    levels_off: LevelsOff = Field(alias="levels-off")
    contribution: ContributionRule
    within_study_bias: WithinStudyBias = Field(alias="within-study-bias")
    reporting_bias: ReportingBias = Field(alias="reporting-bias")
    indirectness: NetworkIndirectness
    imprecision: _Rules
    heterogeneity: NetworkHeterogeneity
    incoherence: Incoherence
    additivity: Additivity


class PersonRules(_Rules):
    share: float = Field(gt=0, le=1)
    unlike: int = Field(ge=0)
    most: int = Field(ge=0)
    not_reported: int = Field(alias="not-reported", ge=0)
    adult_from: float = Field(alias="adult-from", gt=0)


class CertaintyRules(Record):
    """certainty-rules.yaml."""

    start: Start
    risk_of_bias: RiskOfBias = Field(alias="risk-of-bias")
    inconsistency: Inconsistency
    imprecision: Imprecision
    indirectness: Indirectness
    publication_bias: PublicationBias = Field(alias="publication-bias")
    direction_only: DirectionOnly = Field(alias="direction-only")
    limit: Limit
    suspicious: Suspicious
    network: NetworkRules
    person: PersonRules


@cache
def certainty_rules() -> CertaintyRules:
    return load(FILE, CertaintyRules)
