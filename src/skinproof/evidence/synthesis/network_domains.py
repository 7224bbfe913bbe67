"""CINeMA's domains one by one: what lies behind an estimate, and how its intervals lie against what matters."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from skinproof.evidence.statistics._contrasts import Floats

from .appraisal import Appraisal
from .certainty import bias_steps, few_people, p_text, sentences
from .certainty_rules import CertaintyRules
from .intervals import Interval
from .judgements import Domain, Judgement, Reason

STEPS: tuple[Judgement, ...] = ("no concerns", "some concerns", "major concerns")


def judged(
    domain: Domain, judgement: Judgement, sentence: str, rules: CertaintyRules, study_ids: Sequence[str] = ()
) -> Reason:
    """A reason with the levels that its judgement takes off by rule."""
    return Reason(domain, rules.network.levels_off.of(judgement), sentence, judgement, tuple(study_ids))


@dataclass(frozen=True, slots=True)
class Behind:
    """The studies that an estimate rests on, with their shares in it (which sum to 1)."""

    studies: tuple[Appraisal, ...]
    shares: tuple[float, ...]

    @classmethod
    def of(
        cls, labels: Sequence[str], shares: Floats, appraisals: Mapping[str, Appraisal], rules: CertaintyRules
    ) -> Self:
        kept = [
            (appraisals[label], float(share))
            for label, share in zip(labels, shares, strict=True)
            if share > rules.network.contribution.trace
        ]
        total = sum(share for _, share in kept)
        return cls(tuple(study for study, _ in kept), tuple(share / total for _, share in kept))

    @property
    def people(self) -> int | None:
        """People in these studies; None where one does not say how many."""
        told = [each.people for each in self.studies]
        return None if None in told else sum(n for n in told if n is not None)

    def share(self, of: Callable[[Appraisal], bool]) -> float:
        """The share of studies of which something holds."""
        return sum(share for study, share in zip(self.studies, self.shares, strict=True) if of(study))

    def ids(self, of: Callable[[Appraisal], bool]) -> tuple[str, ...]:
        return tuple(study.study_id for study in self.studies if of(study))


@dataclass(frozen=True, slots=True)
class Spread:
    """An estimate's 95 % interval, its prediction interval, and the smallest effect that matters (None: not known)."""

    confidence: Interval
    prediction: Interval
    step: float | None


def within_study_bias(behind: Behind, rules: CertaintyRules) -> Reason:
    """By the share of the estimate that comes from studies at serious or very serious risk of bias."""
    known = rules.risk_of_bias
    steps = bias_steps([study.points for study in behind.studies], behind.shares, known)
    doubtful = behind.share(lambda study: study.doubt is not None)
    steps += doubtful >= rules.network.within_study_bias.doubtful
    risky = behind.share(lambda study: study.points >= known.serious)
    faults = list(dict.fromkeys(fault for study in behind.studies for fault in study.faults))
    parts = [f"{_come(risky)} from studies at serious risk of bias"] if risky else []
    parts += faults or ["blinded, registered, and few people lost"]
    if doubtful:
        parts.append(f"{_come(doubtful)} from studies whose numbers are hard to believe")
    ids = behind.ids(lambda study: study.points >= known.serious or study.doubt is not None)
    silent = steps == 0 and behind.share(lambda study: study.unreported) >= known.share
    judgement = "cannot tell" if silent else STEPS[min(2, steps)]
    return judged("within-study bias", judgement, sentences(parts), rules, ids)


def reporting_bias(behind: Behind, asymmetry: float | None, studies: int, rules: CertaintyRules) -> Reason:
    """By who paid, and by whether small studies tell another story than large ones."""
    known, share = rules.network.reporting_bias, rules.network.contribution.share
    paid = behind.share(lambda study: study.funding == "industry")
    untold = behind.share(lambda study: study.funding == "unclear")
    judgement: Judgement = "no concerns"
    parts, ids = [], behind.ids(lambda study: study.funding == "industry")
    if paid >= share:
        judgement = known.industry
        parts.append(f"{_come(paid)} from studies paid by industry")
    elif paid + untold >= share:
        judgement = known.not_reported
        silent = "that do not report who paid"
        parts.append(f"{_come(paid + untold)} from studies {f'paid by industry or {silent}' if paid else silent}")
    else:
        parts.append("most of this answer comes from studies that industry did not pay for")
    if studies < known.fewest_studies:
        parts.append(f"too few studies ({studies}) to check whether small ones tell another story than large ones")
    elif asymmetry is None:
        parts.append("whether small studies tell another story than large ones was not checked")
    elif asymmetry < known.asymmetry_p:
        judgement = STEPS[min(2, STEPS.index(judgement) + 1)] if judgement in STEPS else "some concerns"
        parts.append(f"small studies tell another story than large ones ({p_text(asymmetry)})")
    else:
        parts.append(f"small and large studies tell much the same ({p_text(asymmetry)})")
    return judged("reporting bias", judgement, sentences(parts), rules, ids)


def indirectness(behind: Behind, surrogate: bool, rules: CertaintyRules) -> Reason:
    """By the share of the estimate from studies that do not fit the question, and by what was measured."""
    share = rules.network.contribution.share
    steps = int(behind.share(lambda study: len(study.indirect) > 0) >= share)
    steps += behind.share(lambda study: len(study.indirect) > 1) >= share
    parts = list(dict.fromkeys(way for study in behind.studies for way in study.indirect))
    if surrogate:
        steps += rules.network.indirectness.surrogate
        parts.insert(0, "what was measured is a stand-in, not something a person sees or feels")
    text = sentences(parts or ["the studies fit the question, as far as their records tell"])
    return judged("indirectness", STEPS[min(2, steps)], text, rules, behind.ids(lambda study: bool(study.indirect)))


def imprecision(behind: Behind, spread: Spread, rules: CertaintyRules) -> Reason:
    """By the lines that the 95 % interval crosses, and by how many people there are."""
    crossing = spread.confidence.crossings(spread.step)
    few, word = few_people(behind.people, rules.imprecision)
    steps = max(crossing, few) + (1 if crossing and few > 1 else 0)
    known = spread.step is not None or not crossing
    parts = [_CROSSED[crossing] if known else "the interval reaches no effect at all"]
    return judged("imprecision", STEPS[min(2, steps)], sentences([*parts, word]), rules)


_CROSSED = (
    "the interval leaves little doubt about the decision",
    "the interval reaches no effect at all",
    "the interval holds effects that matter in both directions",
)


def heterogeneity(spread: Spread, direct_only: bool, rules: CertaintyRules) -> Reason:
    """By the lines that the prediction interval crosses and the 95 % interval does not."""
    if math.isnan(spread.prediction.low):
        unseen = rules.network.heterogeneity.cannot_be_seen
        text = "Too few studies of any one comparison to see how far studies differ."
        return judged("heterogeneity", unseen.direct_only if direct_only else unseen.indirect, text, rules)
    more = spread.prediction.crossings(spread.step) - spread.confidence.crossings(spread.step)
    told = (
        "A new study would most likely lead to the same decision (prediction interval).",
        "A new study could well lead to another decision (prediction interval).",
        "A new study could even find an effect that matters on the other side (prediction interval).",
    )
    steps = min(2, max(0, more))
    return judged("heterogeneity", STEPS[steps], told[steps], rules)


def _come(share: float) -> str:
    """The share of an answer, up to the verb."""
    if share > 0.995:
        return "all of this answer comes"
    return f"{100 * share:.0f} out of 100 parts of this answer come"
