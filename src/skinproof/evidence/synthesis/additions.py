"""What one treatment adds, over every concern and outcome: pairs, components, networks, time, and what is missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from skinproof.vocabulary import Vocabulary

from .comparisons import NOTHING
from .judgements import Certainty
from .levels import LEVELS
from .model import Finding
from .network_model import Added, ComponentFinding, NetworkFinding
from .time_findings import Period, TimeCourseFinding

if TYPE_CHECKING:
    from .findings import Findings


@dataclass(frozen=True, slots=True)
class Component:
    """What a model of components says of the treatment, and which model it is."""

    finding_id: str
    scale: str
    added: Added


@dataclass(frozen=True, slots=True)
class OnOutcome:
    """What is known of one outcome in one concern."""

    concern: str
    concept: str
    event: str | None
    added: tuple[Finding, ...]  # against nothing or a dummy, on each background: with numbers and surest first
    with_others: tuple[Finding, ...]  # given together with something else, against nothing
    instead: tuple[Finding, ...]  # against another treatment, whichever is named first
    reviews: tuple[Finding, ...]  # only reviews tell of it
    uncontrolled: tuple[Finding, ...]  # before against after: cannot show that it did it
    components: tuple[Component, ...]  # on every scale, those with an estimate first
    networks: tuple[str, ...]  # ids of networks of more than two treatments that it is in
    courses: tuple[TimeCourseFinding, ...]  # of `added`
    certainty: Certainty | None  # of the surest of `added`; None where nothing was compared
    study_ids: tuple[str, ...]  # of `added`
    missing: tuple[str, ...]  # what nobody can say yet, and why

    @property
    def compared(self) -> bool:
        """Whether any trial shows what it adds, with or without numbers."""
        return bool(self.added)


@dataclass(frozen=True, slots=True)
class Additions:
    """What a treatment adds to whatever it is given with."""

    treatment: str
    name: str
    covers: tuple[str, ...]  # the treatments that the word stands for
    outcomes: tuple[OnOutcome, ...]  # compared ones first within a concern
    study_ids: tuple[str, ...]  # trials that show what it adds
    missing: tuple[str, ...]

    def of(self, concern: str | None = None, concept: str | None = None) -> tuple[OnOutcome, ...]:
        """Outcomes of one concern, or of one concept."""
        return tuple(
            each for each in self.outcomes if concern in (None, each.concern) and concept in (None, each.concept)
        )

    def periods(self, periods: Sequence[Period]) -> tuple[tuple[str, str], ...]:
        """What was seen in claimed periods: (id of a course, sentence), for every course."""
        return tuple(
            (course.id, told.sentence)
            for each in self.outcomes
            for course in each.courses
            for told in course.against(periods)
        )


def what_it_adds(everything: Findings, treatment: str, covers: set[str], words: Vocabulary) -> Additions:
    """The answer for a treatment that covers these treatments."""
    found: dict[tuple[str, str, str | None], list[Finding]] = {}
    for finding in everything.all:
        names = {*finding.comparison.intervention, *finding.comparison.comparator}
        if covers & names and finding.kind not in ("laboratory", "dose"):
            found.setdefault((finding.concern, finding.concept, finding.event), []).append(finding)
    outcomes = [_on_outcome(everything, question, findings, covers) for question, findings in found.items()]
    outcomes.sort(key=lambda each: (each.concern, not each.compared, each.concept, each.event or ""))
    named = words.treatments.get(treatment) or words.forms[treatment]
    ids = tuple(dict.fromkeys(study for each in outcomes for study in each.study_ids))
    return Additions(
        treatment=treatment,
        name=named.name,
        covers=tuple(sorted(covers)),
        outcomes=tuple(outcomes),
        study_ids=ids,
        missing=_missing_in_all(outcomes, everything, covers),
    )


def _on_outcome(
    everything: Findings, question: tuple[str, str, str | None], findings: Sequence[Finding], covers: set[str]
) -> OnOutcome:
    concern, concept, event = question
    to_nothing = [f for f in findings if f.comparison.control in NOTHING and f.kind == "controlled"]
    alone = sorted((f for f in to_nothing if set(f.comparison.intervention) <= covers), key=_surest)
    components = _components(everything.components.all, question, covers)
    networks = [
        each.id
        for each in everything.networks.all
        if (each.concern, each.concept, each.event) == question and _joins(each, covers)
    ]
    ids = {f"{finding.id}_course" for finding in alone}
    courses = tuple(each for each in everything.time_courses.all if each.id in ids)
    made = OnOutcome(
        concern=concern,
        concept=concept,
        event=event,
        added=tuple(alone),
        with_others=tuple(f for f in to_nothing if f not in alone),
        instead=tuple(f for f in findings if f.kind == "controlled" and f.comparison.control == "active"),
        reviews=tuple(f for f in findings if f.kind == "review-only"),
        uncontrolled=tuple(f for f in findings if f.kind == "before-after"),
        components=components,
        networks=tuple(networks),
        courses=courses,
        certainty=alone[0].certainty if alone else None,
        study_ids=tuple(dict.fromkeys(line.study_id for f in alone for line in f.studies if line.role != "review")),
        missing=(),
    )
    return _with_missing(made)


def _surest(finding: Finding) -> tuple[int, bool, int, str]:
    level = LEVELS.index(finding.certainty.level)
    return (-level, finding.estimate is None, -(finding.people or 0), finding.id)


def _components(
    every: Sequence[ComponentFinding], question: tuple[str, str, str | None], covers: set[str]
) -> tuple[Component, ...]:
    found = [
        Component(each.id, each.scale, part)
        for each in every
        if (each.concern, each.concept, each.event) == question
        for part in each.components
        if part.treatment in covers
    ]
    return tuple(sorted(found, key=lambda one: one.added.estimate is None))


def _joins(network: NetworkFinding, covers: set[str]) -> bool:
    """Whether a part of more than two treatments holds it."""
    holding = {node.id for node in network.nodes if covers & set(node.treatments)}
    return any(part.is_network and holding & set(part.nodes) for part in network.parts)


def _with_missing(made: OnOutcome) -> OnOutcome:
    missing = []
    if not made.added:
        other = (
            "only before against after" if made.uncontrolled and not (made.instead or made.with_others)
            else "only against another treatment" if made.instead
            else "only together with something else" if made.with_others
            else "only reviews"
        )  # fmt: skip
        missing.append(f"No trial shows what it adds: {other}.")
    elif not any(finding.estimate for finding in made.added):
        missing.append("Nobody gives numbers from which the size of the effect can be worked out.")
    if len(made.study_ids) == 1:
        missing.append("One trial only: whether another would find the same is not known.")
    if made.added and not any(one.added.estimate for one in made.components):
        why = next((one.added.why_not for one in made.components if one.added.why_not), None)
        told = why or "no randomised trial gives an effect with an interval"
        missing.append(f"What it adds by itself cannot be told apart in a model of components: {told}.")
    reasons = [course.cannot_tell for course in made.courses if course.cannot_tell]
    if made.courses and len(reasons) == len(made.courses):
        missing.append(f"How soon it works cannot be told: {reasons[0]}.")
    return replace(made, missing=tuple(missing))


def _missing_in_all(outcomes: Sequence[OnOutcome], everything: Findings, covers: set[str]) -> tuple[str, ...]:
    compared = [each for each in outcomes if each.compared]
    missing = []
    if not compared:
        missing.append("No trial shows what it adds to anything.")
    elif not any(f.certainty.level in ("high", "moderate") for each in compared for f in each.added):
        missing.append("Nothing that it is said to add is known with moderate or high certainty.")
    if compared and not any(course.fit for each in compared for course in each.courses):
        missing.append("For no outcome did trials look often enough to say how soon it works or how long it lasts.")
    ids = {study for each in compared for study in each.study_ids}
    if ids:
        unregistered = sorted(each for each in ids if not everything.library.studies[each].registration)
        missing.append(
            f"Of {len(ids)} trials {len(unregistered)} do not report that they were put on record before they began."
        )
    return tuple(missing)
