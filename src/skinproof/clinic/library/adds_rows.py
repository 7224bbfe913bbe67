"""What a treatment adds, concern by concern: pair by pair, and by the networks of trials."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from skinproof.care.shown import AGAINST_NOTHING
from skinproof.evidence import Added, Additions, ComponentFinding, Finding, OnOutcome, findings
from skinproof.vocabulary import Concern, Treatment, vocabulary

from . import pictures, words
from .courses import course_of
from .networks import href as network_href
from .networks import part_words
from .pictures import Drawn
from .shown import LEVELS, Figure, Shown, show

AT_ONCE = 6  # rows of a concern that are shown without a fold


@dataclass(frozen=True)
class Row:
    """One outcome in one comparison."""

    name: str
    stand_in: bool
    shown: Shown
    when: str


@dataclass(frozen=True)
class OnTop:
    """What adding it to one thing did, by the studies of that pair alone."""

    name: str  # "Exosomes added to fractional CO2 laser"
    on: str  # "on fractional CO2 laser", "alone"
    against: str
    unsure: str | None  # one sentence for all rows, where none is surer than very low
    when: str | None  # how soon, where it is the same for all rows
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class ByNetwork:
    """What it adds by all trials on one outcome and scale together."""

    outcome: str
    scale: str
    sentence: str  # with its certainty, or why there is none
    level: str | None
    figures: tuple[Figure, ...]
    checks: tuple[str, ...]
    same: bool  # it is the pair's own number: no other trial has a say
    href: str


@dataclass(frozen=True)
class OnConcern:
    concern: Concern
    first: tuple[OnTop, ...]
    more: tuple[OnTop, ...]  # folded
    more_on: str  # what it was added to in those
    networks: tuple[ByNetwork, ...]
    pictures: tuple[tuple[str, str, Drawn], ...]  # what each part adds: name, network's studies, picture
    rest: str  # outcomes that were looked at, but never against going without


def rows_of(each: OnOutcome, found: Additions) -> tuple[Finding, ...]:
    """Findings in which the treatment alone is what one group had and the other had not."""
    reviews = (
        finding
        for finding in each.reviews
        if finding.comparison.control in AGAINST_NOTHING and set(finding.comparison.intervention) <= set(found.covers)
    )
    return (*each.added, *reviews)


def spoken(treatment: Treatment) -> str:
    """A treatment's name inside a sentence."""
    return words.lower_first(treatment.name)


def concerns(found: Additions) -> list[OnConcern]:
    """Concerns with most rows first; what was never held against going without is only named."""
    by_concern: dict[str, list[OnOutcome]] = defaultdict(list)
    for each in found.outcomes:
        by_concern[each.concern].append(each)
    made = []
    for concern, every in by_concern.items():
        rows = [finding for each in every for finding in rows_of(each, found)]
        if rows:
            rest = sorted({vocabulary().concepts[each.concept].name for each in every if not rows_of(each, found)})
            parts = [one for each in every for one in each.components]
            models = dict.fromkeys(one.finding_id for one in parts if one.added.estimate is not None)
            pairs = _pairs(rows)
            first = len(pairs) if len(rows) <= AT_ONCE else 1
            made.append(
                OnConcern(
                    vocabulary().concerns[concern],
                    tuple(pairs[:first]),
                    tuple(pairs[first:]),
                    words.listed(dict.fromkeys(pair.on for pair in pairs[first:])),
                    tuple(_by_network(findings().components.get(one.finding_id), one.added) for one in parts),
                    tuple(_pictures(models)),
                    words.listed(words.lower_first(name) for name in rest),
                )
            )
    return sorted(made, key=lambda each: (-_size(each), each.concern.name))


def _size(each: OnConcern) -> int:
    return sum(len(pair.rows) for pair in (*each.first, *each.more))


def _pairs(rows: Sequence[Finding]) -> list[OnTop]:
    """Rows by what was compared, those on top of something first."""
    groups: dict[str, list[Finding]] = defaultdict(list)
    for finding in rows:
        groups[finding.comparison.id].append(finding)
    every = sorted(groups.values(), key=lambda g: (not g[0].comparison.background, -len(g), g[0].comparison.name))
    return [_on_top(group) for group in every]


def _on_top(group: Sequence[Finding]) -> OnTop:
    comparison = group[0].comparison
    name = words.sentence_case(comparison.short) + ("" if comparison.background else ", alone")
    unsure = None
    if len(group) > 1 and all(finding.certainty.level == "very-low" for finding in group):
        doing = (
            f"adding {comparison.short.replace(' added to ', ' to ', 1)}" if comparison.background else comparison.short
        )
        unsure = f"We are very unsure whether {doing} changes any of these."
    order = sorted(group, key=lambda f: (LEVELS.index(f.certainty.level), f.concept, f.id))
    rows = tuple(_row(finding) for finding in order)
    alike = len(rows) > 1 and len({row.when for row in rows}) == 1
    names = words.listed(spoken(vocabulary().treatments[each]) for each in comparison.background)
    return OnTop(
        name, f"on {names}" if names else "alone", comparison.against, unsure, rows[0].when if alike else None, rows
    )


def _row(finding: Finding) -> Row:
    concept = vocabulary().concepts[finding.concept]
    name = f"{concept.name}: {finding.event}" if finding.event else concept.name
    return Row(name, concept.matters == "surrogate", show(finding), _when(finding))


def _pictures(models: Iterable[str]) -> list[tuple[str, str, Drawn]]:
    """What each part of the combinations adds, where trials tell it of several."""
    found = []
    for model_id in models:
        drawn = pictures.parts(model_id)
        if drawn is not None:
            network = findings().networks.get(findings().components.get(model_id).network_id)
            name = vocabulary().concepts[network.concept].name
            found.append((f"{name}, {network.scale}", f"{network_href(network)}#studies", drawn))
    return found


def _when(finding: Finding) -> str:
    """How soon, in a few words."""
    course = course_of(finding)
    if course is None or not course.seen:
        return "nobody can tell: no week is told"
    if course.cannot_tell is None:
        return words.lower_first(course.onset.sentence).rstrip(".")
    weeks = sorted({each.weeks for each in course.seen})
    told = words.listed(words.weeks(week) for week in weeks)
    return f"nobody can tell: looked at {told} only"


def _by_network(model: ComponentFinding, part: Added) -> ByNetwork:
    network = findings().networks.get(model.network_id)
    href = network_href(network)
    outcome = vocabulary().concepts[model.concept].name
    if part.estimate is None:
        why = f"Cannot be told: {part.why_not}."
        return ByNetwork(outcome, model.scale, why, None, (), (), False, href)
    checks = [beside.sentence for beside in part.beside]
    if model.additivity.testable:
        checks.append(model.additivity.sentence)
    return ByNetwork(
        outcome=outcome,
        scale=model.scale,
        sentence=part.sentence or "",
        level=part.certainty.level if part.certainty else None,
        figures=(Figure(part_words(part.estimate), f"{href}#studies"),),
        checks=tuple(checks),
        same=any(beside.same_studies for beside in part.beside),
        href=href,
    )


def networks(found: Additions) -> list[tuple[str, str]]:
    ids = dict.fromkeys(network for each in found.outcomes for network in each.networks)
    return [
        (
            f"{vocabulary().concerns[network.concern].name}: "
            f"{words.lower_first(vocabulary().concepts[network.concept].name)}, {network.scale}",
            network_href(network),
        )
        for network in map(findings().networks.get, ids)
    ]
