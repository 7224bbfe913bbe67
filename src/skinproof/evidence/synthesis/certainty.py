"""How sure one can be, worked out by the written rules of data/certainty-rules.yaml in the manner of GRADE.

Every step is a `Reason` with a sentence. What a record does not say counts as not reported, never as good. A finding's
level is "worked out by rule, not yet checked by a reviewer" until one puts their name to it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import Field

from skinproof.evidence.studies.records import Record, Study
from skinproof.vocabulary import Concept, load

from .importance import Bands
from .model import RATIOS, Certainty, Comparison, Directions, Effect, Estimate, Favours, Kind, Level, Reason

FILE = Path(__file__).parent.parent / "data" / "certainty-rules.yaml"
LEVELS: tuple[Level, ...] = ("very-low", "low", "moderate", "high")
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


class DirectionOnly(_Rules):
    cap: Level
    down: int


class Limit(_Rules):
    cap: Level


class Suspicious(_Rules):
    down: int


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


@cache
def certainty_rules() -> CertaintyRules:
    return load(FILE, CertaintyRules)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a certainty is worked out from."""

    kind: Kind
    comparison: Comparison
    concept: Concept
    studies: Sequence[
        tuple[Study, int | None, Favours]
    ]  # behind the answer, with their people and which way they point
    effects: Sequence[Effect]  # in the estimate; empty where there is none
    estimate: Estimate | None
    bands: Bands | None
    directions: Directions
    others: Directions  # of studies that are not in the estimate
    favours: Favours
    people: int | None
    differences: Sequence[str]  # shared components that were not given alike
    design_doubted: frozenset[str]  # records whose allotment is still to be checked
    doubtful: Sequence[str]  # suspicious records among the studies
    changed_without_doubtful: bool


def rate(evidence: Evidence, rules: CertaintyRules | None = None) -> Certainty:
    """Start level, then levels off by domain, never below very low."""
    rules = rules or certainty_rules()
    start, reasons = _start(evidence, rules)
    if start != "very-low":
        reasons += _risk_of_bias(evidence, rules.risk_of_bias)
        reasons += _suspicious(evidence, rules.suspicious)
        reasons += _inconsistency(evidence, rules.inconsistency)
        reasons += _indirectness(evidence, rules.indirectness)
        reasons += _imprecision(evidence, rules)
        reasons += _publication_bias(evidence, rules.publication_bias)
    position = max(0, LEVELS.index(start) - sum(reason.down for reason in reasons))
    cap, why = rules.limit.cap, "How allotment was hidden and which results were planned is not in the records"
    if evidence.estimate is None:
        cap, why = rules.direction_only.cap, "With directions only, nobody can tell how large the effect is"
    if position > LEVELS.index(cap):
        position = LEVELS.index(cap)
        reasons.append(Reason("limit", 0, f"{why}, so a rule alone never gives more than {cap.replace('-', ' ')}."))
    return Certainty(LEVELS[position], tuple(reasons))


def _start(evidence: Evidence, rules: CertaintyRules) -> tuple[Level, list[Reason]]:
    if evidence.kind == "before-after":
        text = "Nobody was compared with people who did not have it, so it cannot show that the treatment did it."
        return rules.start.before_after, [Reason("start", 0, f"Starts very low. {text}")]
    if evidence.kind == "laboratory":
        return rules.start.laboratory, [Reason("start", 0, "Starts very low: cells or animals, not people.")]
    if evidence.comparison.control == "untold":
        text = "Starts very low: a review that does not say what it was compared with."
        return rules.start.before_after, [Reason("start", 0, text)]
    reviews = [study for study, _, _ in evidence.studies if study.is_review]
    if reviews:
        level = rules.start.randomised if all(study.randomised for study in reviews) else rules.start.not_randomised
        what = "randomised trials" if level == "high" else "studies that were not all randomised"
        return level, [Reason("start", 0, f"Starts {level}: a review of {what}.")]
    if all(study.randomised for study, _, _ in evidence.studies):
        return rules.start.randomised, [Reason("start", 0, "Starts high: chance decided who got which treatment.")]
    level = rules.start.not_randomised
    return level, [Reason("start", 0, f"Starts {level}: chance did not decide who got which treatment in every study.")]


def _risk_of_bias(evidence: Evidence, rules: RiskOfBias) -> list[Reason]:
    """The share of weight in studies at serious and at very serious risk."""
    if any(study.is_review for study, _, _ in evidence.studies):
        return [Reason("risk of bias", rules.review, "The trials in the review were not judged one by one here.")]
    known = all(people for _, people, _ in evidence.studies)
    weights = [(people or 0) if known else 1 for _, people, _ in evidence.studies]
    untreated = evidence.comparison.control == "none"
    scored = [
        study_points(study, study.id in evidence.design_doubted, rules, untreated=untreated)
        for study, _, _ in evidence.studies
    ]
    total = sum(weights)

    def share(limit: float) -> float:
        return sum(w for w, (points, _) in zip(weights, scored, strict=True) if points >= limit) / total

    down = 2 if share(rules.very_serious) >= rules.share else 1 if share(rules.serious) >= rules.share else 0
    faults = list(dict.fromkeys(fault for _, said in scored for fault in said))
    text = _said(faults) if faults else "Blinded, registered, and few people lost."
    return [Reason("risk of bias", down, text)]


def study_points(
    study: Study, design_doubted: bool = False, rules: RiskOfBias | None = None, *, untreated: bool = False
) -> tuple[float, list[str]]:
    """A study's points for risk of bias, and what they are for, in words.

    `untreated`: the comparison group got nothing in place of the treatment. Unless a record says otherwise, people then
    knew which group they were in.
    """
    rules = rules or certainty_rules().risk_of_bias
    points, faults = 0.0, []
    if design_doubted:
        points += rules.points.allotment_in_doubt
        faults.append("whether chance put people into the groups is still to be checked")
    blinding = {
        "open": (rules.points.blinding_open, "people knew which treatment they got"),
        "unclear": (rules.points.blinding_open, "one group got nothing, so people most likely knew their group")
        if untreated
        else (rules.points.blinding_unclear, "who knew who got what is not reported"),
        "single": (rules.points.blinding_single, "only some did not know who got what"),
    }.get(study.blinding)
    if blinding:
        points += blinding[0]
        faults.append(blinding[1])
    if not study.registration:
        points += rules.points.registration_not_reported
        faults.append("whether it was put on record before it began is not reported")
    lost = lost_percent(study)
    if lost is None:
        points += rules.points.lost_not_reported
        faults.append("how many people left early is not reported")
    elif lost > rules.loss_limit_percent:
        points += rules.points.lost_more_than_limit
        faults.append(f"more than {rules.loss_limit_percent:g} in 100 people left early")
    return points, faults


def lost_percent(study: Study) -> float | None:
    """People randomised but not analysed, percent; None when the record does not give both."""
    if not study.n_randomised or study.n_analysed is None:
        return None
    return 100 * max(0, study.n_randomised - study.n_analysed) / study.n_randomised


def _suspicious(evidence: Evidence, rules: Suspicious) -> list[Reason]:
    if not evidence.doubtful:
        return []
    everything = len(evidence.doubtful) == len({study.id for study, _, _ in evidence.studies})
    if everything:
        return [Reason("risk of bias", rules.down, "Every study here has numbers that are hard to believe.")]
    if evidence.changed_without_doubtful:
        text = "The answer changes when studies with numbers that are hard to believe are left out."
        return [Reason("risk of bias", rules.down, text)]
    return [
        Reason(
            "risk of bias", 0, "A study with numbers that are hard to believe is in it; without it the answer stays."
        )
    ]


def _inconsistency(evidence: Evidence, rules: Inconsistency) -> list[Reason]:
    made, told, others = evidence.estimate, evidence.directions, evidence.others
    if made is not None and made.i2 is not None and (made.k is None or made.k > 1):
        sides = {effect.yi > 0 for effect in evidence.effects}
        spread = f"I² is {made.i2:.0f} %"
        if made.i2 >= rules.i2_very_serious and len(sides) > 1:
            return [Reason("inconsistency", 2, f"The studies differ a great deal and point different ways ({spread}).")]
        if made.i2 >= rules.i2_serious:
            return [Reason("inconsistency", 1, f"The studies differ more than chance explains ({spread}).")]
        if made.prediction and _crosses(made.null, *made.prediction) and not _crosses(made.null, made.low, made.high):
            return [Reason("inconsistency", 1, "A new study could well find no effect (prediction interval).")]
    agree, opposed = others.better, others.worse
    if evidence.favours == "comparator":
        agree, opposed = opposed, agree
    if (
        made is not None
        and evidence.favours in ("intervention", "comparator")
        and others.no_difference + opposed > agree
    ):
        return [Reason("inconsistency", 1, "Studies that give no numbers to pool mostly do not point the same way.")]
    if evidence.estimate is None and told.better and told.worse:
        return [Reason("inconsistency", 1, "The studies point different ways.")]
    if told.total <= 1:
        return [Reason("inconsistency", 0, "One study: whether others would agree cannot be seen.")]
    return [Reason("inconsistency", 0, "The studies do not contradict each other much.")]


def _indirectness(evidence: Evidence, rules: Indirectness) -> list[Reason]:
    reasons = []
    if evidence.concept.matters == "surrogate":
        text = "What was measured is a stand-in, not something a person sees or feels."
        reasons.append(Reason("indirectness", rules.surrogate, text))
    if evidence.estimate is not None and evidence.estimate.basis == "review":
        text = "The number is a review's own; it could not be checked trial by trial."
        reasons.append(Reason("indirectness", rules.review_only, text))
    if len(evidence.comparison.intervention) > 1:
        text = "Several things were given together, so it cannot tell which of them did it."
        reasons.append(Reason("indirectness", rules.combination, text))
    if evidence.differences:
        text = f"The groups differed in more than the treatment: {'; '.join(evidence.differences)}."
        reasons.append(Reason("indirectness", rules.unequal_background, text))
    return reasons


def _imprecision(evidence: Evidence, rules: CertaintyRules) -> list[Reason]:
    made = evidence.estimate
    few, word = _too_few(evidence, rules.imprecision)
    if made is None:
        parts = ["no interval can be worked out, so the size of the effect is not known", word]
        return [Reason("imprecision", rules.direction_only.down + few, _said(parts))]
    crossing, text = _crossing(made, evidence.bands)
    if made.measure in RATIOS and made.high > made.low * rules.imprecision.wide_ratio and crossing < 2:
        crossing, text = (
            2,
            f"the interval is very wide: its ends are more than {rules.imprecision.wide_ratio:g}-fold apart",
        )
    # An interval that crosses, from very few people, costs three levels (GRADE guidance 34 allows two or three).
    if evidence.bands is None and any(effect.at_limit for effect in evidence.effects) and not crossing:
        crossing = rules.direction_only.down
        text = "how large the effect is is not clear, as the report tells its p-value only as below a limit"
    down = max(crossing, few) + (1 if crossing and few > 1 else 0)
    if down == 0:
        enough = "enough people, and " if made.people else ""
        return [Reason("imprecision", 0, _said([f"{enough}an interval that leaves little doubt"]))]
    return [Reason("imprecision", down, _said([text, word]))]


def _too_few(evidence: Evidence, rules: Imprecision) -> tuple[int, str]:
    """Levels off for too few people or events, and the words for it."""
    people = evidence.people if evidence.estimate is None else evidence.estimate.people
    if evidence.estimate is not None and evidence.estimate.basis == "review" and people is None:
        return 0, ""  # a review's people are not in the record; its interval speaks for it
    if people is None:
        return 1, "how many people took part is not fully reported"
    if people < rules.very_few_people:
        return 2, f"only {people} people took part"
    if people < rules.few_people:
        return 1, f"only {people} people took part"
    counted = [sum(effect.events) for effect in evidence.effects if effect.events]
    if (
        evidence.estimate is not None
        and evidence.estimate.measure in RATIOS
        and counted
        and sum(counted) < rules.few_events
    ):
        return 1, f"what was counted happened only {sum(counted)} times in all"
    return 0, ""


def _crossing(made: Estimate, bands: Bands | None) -> tuple[int, str]:
    """How far the interval reaches over the smallest effects that matter."""
    ratio = made.measure in RATIOS
    value, low, high = (math.log(x) if ratio else x for x in (made.value, made.low, made.high))
    if bands is None:
        return (2, "the interval reaches no effect at all") if _crosses(0.0, low, high) else (0, "")
    down, up = -bands.small[0], bands.small[1]
    if low <= down and high >= up:
        return 2, "the interval holds effects that matter in both directions"
    if down < value < up:
        return (1, "the interval reaches an effect that would matter") if low <= down or high >= up else (0, "")
    if _crosses(0.0, low, high):
        return 2, "the interval reaches no effect at all"
    nearer = low < up if value >= up else high > down
    return (1, "the interval reaches effects too small to matter") if nearer else (0, "")


def _publication_bias(evidence: Evidence, rules: PublicationBias) -> list[Reason]:
    studies = [study for study, _, _ in evidence.studies if not study.is_review]
    told = [study.funding for study in studies if study.funding != "unclear"]
    if not studies or evidence.directions.better < evidence.directions.total:
        return []
    if told and all(funding == "industry" for funding in told):
        text = "All in favour, and every study that names its funding was paid by industry."
        return [Reason("publication bias", rules.industry, text)]
    if len(studies) <= 3:
        return [Reason("publication bias", 0, "Few studies, all in favour: others may have gone unpublished.")]
    return []


def _crosses(null: float, low: float, high: float) -> bool:
    return low <= null <= high


def _said(parts: Sequence[str]) -> str:
    """Each part as a short sentence of its own, empty ones left out."""
    return " ".join(f"{part[:1].upper()}{part[1:]}." for part in parts if part)
