"""One study appraised: points for risk of bias, who paid, how many people, where it does not fit the question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from skinproof.evidence.studies.records import Study

from .certainty_rules import RiskOfBias, certainty_rules


@dataclass(frozen=True, slots=True)
class Appraisal:
    """What a certainty needs to know of one study. What its record does not say is a fault, never left out as good."""

    study_id: str
    points: float  # for risk of bias, by the rules of certainty-rules.yaml
    faults: tuple[str, ...]  # what the points are for, in words
    randomised: bool
    funding: str  # "industry", "public", "none", "unclear"
    people: int | None  # in the arms compared; None where not reported
    indirect: tuple[str, ...] = ()  # each way in which it does not fit the question asked, in words
    doubt: str | None = None  # why its numbers are hard to believe
    unreported: bool = False  # its record leaves out blinding, registration or people lost


def appraise(
    study: Study,
    *,
    people: int | None = None,
    design_doubted: bool = False,
    doubt: str | None = None,
    untreated: bool = False,
    indirect: Sequence[str] = (),
) -> Appraisal:
    """A study appraised by rule from its record.

    Args:
        people: in the arms compared; the record's number of people analysed (else randomised) unless given.
        design_doubted: whether chance put people into groups is still to be checked.
        doubt: why its numbers are hard to believe, if they are.
        untreated: a comparison group got nothing in place of the treatment.
        indirect: ways in which it does not fit the question, in words.
    """
    points, faults = study_points(study, design_doubted, untreated=untreated)
    known = study.n_analysed if study.n_analysed is not None else study.n_randomised
    return Appraisal(
        study.id, points, tuple(faults), study.randomised, study.funding, known if people is None else people,
        tuple(indirect), doubt, unreported(study),
    )  # fmt: skip


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


def unreported(study: Study) -> bool:
    """Whether a record leaves out who knew who got what, whether the study was registered, or how many were lost."""
    return study.blinding == "unclear" or not study.registration or lost_percent(study) is None


def lost_percent(study: Study) -> float | None:
    """People randomised but not analysed, percent; None when the record does not give both."""
    if not study.n_randomised or study.n_analysed is None:
        return None
    return 100 * max(0, study.n_randomised - study.n_analysed) / study.n_randomised
