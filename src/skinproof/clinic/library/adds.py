"""What a treatment adds to whatever it is given with: pair by pair, and by the networks of trials."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from django.urls import reverse

from skinproof.care.shown import AGAINST_NOTHING
from skinproof.evidence import Added, Additions, ComponentFinding, Finding, OnOutcome, findings
from skinproof.vocabulary import Concern, Treatment, vocabulary

from . import market, pictures, words
from .courses import course_of
from .networks import href as network_href
from .networks import part_words
from .pictures import Drawn
from .shown import LEVELS, Figure, Shown, show

KINDS = ("controlled", "review-only")
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
    networks: tuple[ByNetwork, ...]
    pictures: tuple[tuple[str, str, Drawn], ...]  # what each part adds: name, network's studies, picture
    rest: str  # outcomes that were looked at, but never against going without


@dataclass(frozen=True)
class Cost:
    name: str
    href: str
    money: tuple[market.Money, ...]


@dataclass(frozen=True)
class Page:
    treatment: Treatment
    title: str
    short: tuple[Figure, ...]  # two sentences
    concerns: tuple[OnConcern, ...]
    networks: tuple[tuple[str, str], ...]  # those that join it to more than one other thing: words, address
    missing: tuple[str, ...]
    costs: tuple[Cost, ...]
    best: Shown


@cache
def page(treatment_id: str) -> Page | None:
    """What a treatment adds; None where no study held it against going without."""
    treatment = vocabulary().treatments[treatment_id]
    if not told(treatment_id):
        return None
    found = findings().what_it_adds(treatment_id)
    rows = [finding for each in found.outcomes for finding in rows_of(each, found)]
    return Page(
        treatment=treatment,
        title=title(treatment),
        short=tuple(_short(treatment, rows)),
        concerns=tuple(_concerns(found)),
        networks=tuple(_networks(found)),
        missing=(*_missing(treatment, rows), *found.missing),
        costs=tuple(_costs(treatment, rows)),
        best=show(_surest(rows)),
    )


@cache
def told(treatment_id: str) -> bool:
    """Whether there is such a page: whether any study held the treatment against going without."""
    own = set(vocabulary().kinds_of(treatment_id))
    return any(about(finding) and set(finding.comparison.intervention) <= own for finding in findings().all)


def in_short(treatment_id: str) -> Figure | None:
    """The first sentence of the page of what a treatment adds."""
    made = page(treatment_id)
    return made.short[0] if made else None


def about(finding: Finding) -> tuple[str, ...]:
    """The treatment whose page of what it adds holds a finding; nothing where no such page does."""
    treatments = finding.comparison.intervention
    if finding.comparison.control not in AGAINST_NOTHING or finding.kind not in KINDS or len(treatments) != 1:
        return ()
    return treatments


def rows_of(each: OnOutcome, found: Additions) -> tuple[Finding, ...]:
    """Findings in which the treatment alone is what one group had and the other had not."""
    reviews = (
        finding
        for finding in each.reviews
        if finding.comparison.control in AGAINST_NOTHING and set(finding.comparison.intervention) <= set(found.covers)
    )
    return (*each.added, *reviews)


def title(treatment: Treatment) -> str:
    """'What exosomes add', 'What PRP adds'."""
    several = treatment.name.endswith("s") and not treatment.name.endswith("ss")
    return f"What {spoken(treatment)} {'add' if several else 'adds'}"


def spoken(treatment: Treatment) -> str:
    """A treatment's name inside a sentence."""
    return words.lower_first(treatment.name)


def _surest(rows: Sequence[Finding]) -> Finding:
    return min(rows, key=lambda f: (LEVELS.index(f.certainty.level), not f.comparison.background, -(f.people or 0)))


def _short(treatment: Treatment, rows: Sequence[Finding]) -> list[Figure]:
    """The answer in two sentences, each with where its numbers are listed."""
    name = spoken(treatment)
    listed = f"{reverse('library:treatment', args=[treatment.id])}#shown"
    on_top = [finding for finding in rows if finding.comparison.background]
    about = on_top or rows
    best, many = _surest(about), len(about)
    if best.certainty.level == "very-low":
        doing = f"adding {name} to another treatment" if on_top else f"{name} by itself"
        answers = f"all {many} of our answers have" if many > 1 else "our only answer has"
        first = Figure(f"We are very unsure whether {doing} does anything: {answers} very low certainty.", listed)
    else:
        first = Figure(best.sentence, show(best).studies_href)
    studies = {study for finding in about for study in finding.study_ids}
    largest = max(
        (line.people or 0 for finding in about for line in finding.studies if line.role != "review"), default=0
    )
    second = f"{'They rest' if many > 1 else 'It rests'} on {words.count(len(studies), 'study', 'studies')}"
    if largest:
        second += f", the largest of {largest:,} people" if len(studies) > 1 else f" of {largest:,} people"
    if many > 1 and not any(len(finding.study_ids) > 1 for finding in about):
        second += "; no question was asked by more than one of them"
    return [first, Figure(f"{second}.", listed)]


# --- pair by pair, and by network


def _concerns(found: Additions) -> list[OnConcern]:
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
    return OnTop(name, comparison.against, unsure, rows[0].when if alike else None, rows)


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


def _networks(found: Additions) -> list[tuple[str, str]]:
    ids = dict.fromkeys(network for each in found.outcomes for network in each.networks)
    return [
        (
            f"{vocabulary().concerns[network.concern].name}: "
            f"{words.lower_first(vocabulary().concepts[network.concept].name)}, {network.scale}",
            network_href(network),
        )
        for network in map(findings().networks.get, ids)
    ]


# --- what is not there


def _missing(treatment: Treatment, rows: Sequence[Finding]) -> list[str]:
    name, told = spoken(treatment), []
    own = set(vocabulary().kinds_of(treatment.id))
    tested = {each for finding in rows for each in finding.comparison.background}
    tested |= {kind for each in tested for kind in vocabulary().wider(each)}
    together = [
        other
        for form in vocabulary().forms_of(treatment.id)
        for parts in form.combinations
        for other in parts
        if other not in own | tested
    ]
    if together:
        names = words.listed((spoken(vocabulary().treatments[each]) for each in dict.fromkeys(together)), "or")
        told.append(f"Whether it adds anything to {names}: given together, but never held against going without.")
    sizeless = sum(finding.estimate is None for finding in rows)
    if sizeless:
        most = ", for most results" if 2 * sizeless > len(rows) else ", for some results"
        told.append(f"How much it does{'' if sizeless == len(rows) else most}: studies told only which way it went.")
    if not any(finding.weeks and finding.weeks[1] >= 52 for finding in rows):
        told.append("What is left after a year: no study here followed people for so long.")
    if not any(finding.concept == "quality-of-life" for finding in rows):
        told.append("What difference it makes to daily life: no study here measured it.")
    if not findings().harms(treatment.id):
        told.append(f"How often {name} harms: no study here counted.")
    return told


def _costs(treatment: Treatment, rows: Sequence[Finding]) -> list[Cost]:
    """What it costs, and what it was added to, by itself."""
    backgrounds = dict.fromkeys(each for finding in rows for each in finding.comparison.background)
    asked = [treatment.id, *backgrounds]
    return [
        Cost(vocabulary().treatments[each].name, reverse("library:treatment", args=[each]), tuple(money))
        for each in asked
        if (money := market.money_for([each])) or each == treatment.id
    ]
