"""How sure one can be, worked out by the written rules of data/certainty-rules.yaml in the manner of GRADE.

Every step is a `Reason` with a sentence. What a record does not say counts as not reported, never as good. A finding's
level is "worked out by rule, not yet checked by a reviewer" until one puts their name to it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from skinproof.evidence.studies.records import Study
from skinproof.vocabulary import Concept

from .appraisal import study_points, unreported
from .certainty_rules import (
    CertaintyRules,
    Imprecision,
    Inconsistency,
    Indirectness,
    PublicationBias,
    RiskOfBias,
    Suspicious,
    certainty_rules,
)
from .importance import Bands
from .intervals import Interval
from .judgements import Certainty, Judgement, Level, Override, Reason
from .levels import settle
from .model import (
    RATIOS,
    Comparison,
    Directions,
    Effect,
    Estimate,
    Favours,
    Kind,
)
from .small_studies import small_study_p

BY_RULE_ALONE = "How allotment was hidden and which results were planned is not in the records"


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


def rate(
    evidence: Evidence,
    rules: CertaintyRules | None = None,
    *,
    more: Sequence[Reason] = (),
    overrides: Sequence[Override] = (),
) -> Certainty:
    """Start level, then levels off by domain, never below very low.

    Args:
        more: further reasons, from what the evidence here does not hold.
        overrides: reviewers' judgements on this finding, which count instead of the rules'.
    """
    rules = rules or certainty_rules()
    start, reasons = _start(evidence, rules)
    if start != "very-low":
        reasons += _risk_of_bias(evidence, rules.risk_of_bias)
        reasons += _suspicious(evidence, rules.suspicious)
        reasons += _inconsistency(evidence, rules.inconsistency)
        reasons += _indirectness(evidence, rules.indirectness)
        reasons += _imprecision(evidence, rules)
        reasons += _publication_bias(evidence, rules.publication_bias)
    if evidence.estimate is None:
        cap, why = rules.direction_only.cap, "With directions only, nobody can tell how large the effect is"
    else:
        cap, why = rules.limit.cap, BY_RULE_ALONE
    return settle(start, [*reasons, *more], cap, why, overrides)


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
    down = bias_steps([points for points, _ in scored], weights, rules)
    faults = list(dict.fromkeys(fault for _, told in scored for fault in told))
    text = sentences(faults) if faults else "Blinded, registered, and few people lost."
    silent = sum(w for w, (study, _, _) in zip(weights, evidence.studies, strict=True) if unreported(study))
    unknown = down == 0 and silent >= rules.share * sum(weights)
    return [Reason("risk of bias", down, text, judged="cannot tell" if unknown else None)]


def bias_steps(points: Sequence[float], weights: Sequence[float], rules: RiskOfBias) -> int:
    """0, 1 or 2 by the share of weight in studies at serious and at very serious risk of bias."""
    total = sum(weights)

    def share(limit: float) -> float:
        return sum(w for w, each in zip(weights, points, strict=True) if each >= limit) / total

    return 2 if share(rules.very_serious) >= rules.share else 1 if share(rules.serious) >= rules.share else 0


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
        found = max(_spread(made, evidence, rules), _new_study(made, evidence.bands, rules), key=lambda told: told[0])
        if found[0]:
            return [Reason("inconsistency", *found)]
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
        text = "One study: whether others would agree cannot be seen."
        return [Reason("inconsistency", 0, text, judged="cannot tell")]
    # Errors taken at a p-value's limit are too wide by an unknown amount, and hide how far studies differ.
    if made is not None and any(effect.at_limit for effect in evidence.effects):
        text = "How far the studies differ cannot be seen, as a p-value behind them is told only as below a limit."
        return [Reason("inconsistency", 0, text, judged="cannot tell")]
    return [Reason("inconsistency", 0, "The studies do not contradict each other much.")]


def _spread(made: Estimate, evidence: Evidence, rules: Inconsistency) -> tuple[int, str]:
    """Levels off for how far studies differ beyond chance, and why."""
    i2 = made.i2 or 0.0
    spread = f"I² is {i2:.0f} %"
    if i2 >= rules.i2_very_serious and len({effect.yi > 0 for effect in evidence.effects}) > 1:
        return 2, f"The studies differ a great deal and point different ways ({spread})."
    return (1, f"The studies differ more than chance explains ({spread}).") if i2 >= rules.i2_serious else (0, "")


def _new_study(made: Estimate, bands: Bands | None, rules: Inconsistency) -> tuple[int, str]:
    """Levels off for lines that the prediction interval crosses and the interval of the mean does not, and why."""
    if made.prediction is None:
        return 0, ""
    if _crosses(made.null, *made.prediction) and not _crosses(made.null, made.low, made.high):
        least, text = rules.prediction_crosses_one, "A new study could well find no effect (prediction interval)."
    else:
        least, text = 0, ""
    if bands is None:
        return least, text
    scale = math.log if made.measure in RATIOS else float
    value, low, high, *ends = (scale(x) for x in (made.value, made.low, made.high, *made.prediction))
    step = min(bands.small)
    more = Interval(value, *ends).crossings(step) - Interval(value, low, high).crossings(step)
    if more == 2 and rules.prediction_crosses_both >= least:
        text = "A new study could even find an effect that matters on the other side (prediction interval)."
        return rules.prediction_crosses_both, text
    if more == 1 and rules.prediction_crosses_one > least:
        return rules.prediction_crosses_one, "A new study could well lead to another decision (prediction interval)."
    return least, text


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
    return reasons or [Reason("indirectness", 0, "What was compared and measured fits the question asked.")]


def _imprecision(evidence: Evidence, rules: CertaintyRules) -> list[Reason]:
    made = evidence.estimate
    few, word = _too_few(evidence, rules.imprecision)
    if made is None:
        parts = ["what was reported does not let us work out how large the effect is", word]
        return [Reason("imprecision", rules.direction_only.down + few, sentences(parts))]
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
        return [Reason("imprecision", 0, sentences([f"{enough}an interval that leaves little doubt"]))]
    return [Reason("imprecision", down, sentences([text, word]))]


def _too_few(evidence: Evidence, rules: Imprecision) -> tuple[int, str]:
    """Levels off for too few people or events, and the words for it."""
    people = evidence.people if evidence.estimate is None else evidence.estimate.people
    if evidence.estimate is not None and evidence.estimate.basis == "review" and people is None:
        return 0, ""  # a review's people are not in the record; its interval speaks for it
    few, word = few_people(people, rules)
    if few:
        return few, word
    counted = [sum(effect.events) for effect in evidence.effects if effect.events]
    if (
        evidence.estimate is not None
        and evidence.estimate.measure in RATIOS
        and counted
        and sum(counted) < rules.few_events
    ):
        return 1, f"what was counted happened only {sum(counted)} times in all"
    return 0, ""


def few_people(people: int | None, rules: Imprecision) -> tuple[int, str]:
    """0, 1 or 2 for how few people there are, and the words for it; not reported counts as few."""
    if people is None:
        return 1, "how many people took part is not fully reported"
    if people < rules.few_people:
        return (2 if people < rules.very_few_people else 1), f"only {people} people took part"
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
    """By who paid, and by whether small studies tell another story than large ones. What is not known is said so."""
    studies = [study for study, _, _ in evidence.studies if not study.is_review]
    if not studies:
        text = "Who paid for the trials in the review was not looked at one by one here."
        return [Reason("publication bias", 0, text, judged="cannot tell")]
    told = [study.funding for study in studies if study.funding != "unclear"]
    in_favour = evidence.directions.better >= evidence.directions.total
    down, known, parts = 0, len(told) == len(studies), []
    if in_favour and told and all(funding == "industry" for funding in told):
        down = rules.industry
        parts.append("all in favour, and every study that names its funding was paid by industry")
    elif not told:
        parts.append("who paid is not reported")
    elif not known:
        parts.append(f"who paid is not reported for {len(studies) - len(told)} of {len(studies)} studies")
    if in_favour and not down and len(studies) <= 3:
        known = False
        parts.append("few studies, all in favour: others may have gone unpublished")
    p = small_study_p(evidence.effects, rules.fewest_studies)
    if p is None:
        known = False
        parts.append("too few studies to check whether small ones tell another story than large ones")
    elif p < rules.asymmetry_p:
        down += rules.small_studies
        parts.append(f"small studies tell another story than large ones ({p_text(p)})")
    else:
        parts.append(f"small and large studies tell much the same ({p_text(p)})")
    judgement: Judgement | None = None if down or known else "cannot tell"
    return [Reason("publication bias", down, sentences(parts), judged=judgement)]


def _crosses(null: float, low: float, high: float) -> bool:
    return low <= null <= high


def p_text(p: float) -> str:
    """A p-value in a sentence."""
    return "p < 0.01" if p < 0.01 else f"p = {p:.2f}"


def sentences(parts: Sequence[str]) -> str:
    """Each part as a short sentence of its own, empty ones left out."""
    return " ".join(f"{part[:1].upper()}{part[1:]}." for part in parts if part)
