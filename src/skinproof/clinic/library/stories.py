"""The page on exosomes and the lead story of the home page: what is promised, and how far each promise is shown."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.urls import reverse
from pydantic import BaseModel, ConfigDict

from skinproof.care import rules
from skinproof.care.shown import AGAINST_NOTHING
from skinproof.evidence import Finding, findings, library
from skinproof.vocabulary import KnowledgeError, load, unknown, vocabulary

from . import market, words
from .safety import RuleShown
from .safety import show as show_rule
from .shown import Figure, Shown, best_first, show
from .treatments import FormShown, form_shown

FILE = Path(__file__).with_name("data") / "exosome-story.yaml"


class _Kept(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ActionSpec(_Kept):
    id: str
    name: str
    concepts: tuple[str, ...]


class WaySpec(_Kept):
    form: str
    routes: tuple[str, ...]


class AlternativeSpec(_Kept):
    name: str
    form: str
    treatments: tuple[str, ...]


class StorySpec(_Kept):
    treatment: str
    unsafe: str  # the safety rule that says it shortest
    actions: tuple[ActionSpec, ...]
    ways: tuple[WaySpec, ...]
    alternatives: tuple[AlternativeSpec, ...]


@dataclass(frozen=True)
class Action:
    """One promise, and what stands behind it in cells, in animals and in people."""

    name: str
    laboratory: tuple[Shown, ...]  # cells
    animals: tuple[Shown, ...]
    compared: tuple[Shown, ...]
    uncompared: tuple[Shown, ...]
    best: Shown | None


@dataclass(frozen=True)
class Way:
    shown: FormShown
    own: tuple[RuleShown, ...]  # the rules that do not hold for all the ways
    studies: tuple[Figure, ...]
    findings: tuple[Shown, ...]
    money: tuple[market.Money, ...]


@dataclass(frozen=True)
class Alternative:
    name: str
    href: str
    best: Shown | None
    against: tuple[Shown, ...]  # head to head with the treatment of the story
    tested: str
    money: tuple[market.Money, ...]
    times: tuple[tuple[str, Figure], ...]


@dataclass(frozen=True)
class Story:
    actions: tuple[Action, ...]
    ways: tuple[Way, ...]
    shared: tuple[RuleShown, ...]  # rules that hold for all the ways
    unsafe: RuleShown
    unsure: bool  # whether every answer has very low certainty
    alternatives: tuple[Alternative, ...]
    made_from: tuple[Figure, ...]
    most: Shown
    total: int
    compared: int
    uncompared: int
    reviewed: int  # told by a review alone
    doses: int  # one amount held against another


@dataclass(frozen=True)
class Lead:
    """The home page's story in a few lines."""

    shown: tuple[Shown, ...]
    total: int
    uncompared: int
    very_low: int
    href: str
    adds: str  # the page of what it adds
    price: market.Money | None
    notices: tuple[Figure, ...]


@cache
def spec() -> StorySpec:
    """
    Raises:
        KnowledgeError: the file is at fault, or names what the vocabulary does not know.
    """
    found = load(FILE, StorySpec)
    words = vocabulary()
    named = [
        ("treatment", found.treatment, words.treatments),
        *((f"actions, {each.id}", concept, words.concepts) for each in found.actions for concept in each.concepts),
        *(("ways", each.form, words.forms) for each in found.ways),
        *((f"ways, {each.form}", route, words.routes) for each in found.ways for route in each.routes),
        *((f"alternatives, {each.name}", each.form, words.forms) for each in found.alternatives),
        *((f"alternatives, {each.name}", t, words.treatments) for each in found.alternatives for t in each.treatments),
    ]
    for where, word, known in named:
        if word not in known:
            raise KnowledgeError(FILE, where, unknown(word, list(known)))
    return found


@cache
def story() -> Story:
    """The story of exosomes from the records."""
    found = findings().for_treatment(spec().treatment)
    shared = _shared_rules()
    return Story(
        actions=tuple(_action(each, found) for each in spec().actions),
        ways=tuple(_way(each, found, shared) for each in spec().ways),
        shared=shared,
        unsafe=_unsafe(),
        unsure=all(f.certainty.level == "very-low" for f in found),
        alternatives=tuple(_alternative(each, found) for each in spec().alternatives),
        made_from=tuple(_made_from()),
        most=show(best_first(found)[0]),
        total=len(found),
        compared=sum(f.kind == "controlled" for f in found),
        uncompared=sum(f.kind == "before-after" for f in found),
        reviewed=sum(f.kind == "review-only" for f in found),
        doses=sum(f.kind == "dose" for f in found),
    )


def _action(each: ActionSpec, found: tuple[Finding, ...]) -> Action:
    ours = best_first(f for f in found if f.concept in each.concepts and spec().treatment in f.comparison.intervention)
    people = [f for f in ours if f.kind != "laboratory"]
    return Action(
        name=each.name,
        laboratory=tuple(show(f) for f in ours if f.kind == "laboratory" and not _in_animals(f)),
        animals=tuple(show(f) for f in ours if f.kind == "laboratory" and _in_animals(f)),
        compared=tuple(show(f) for f in people if f.kind in ("controlled", "review-only", "dose")),
        uncompared=tuple(show(f) for f in people if f.kind == "before-after"),
        best=show(people[0]) if people else None,
    )


def _in_animals(finding: Finding) -> bool:
    return any(library().study(study_id).design == "animal" for study_id in finding.study_ids)


def _unsafe() -> RuleShown:
    try:
        return show_rule(rules().rule(spec().unsafe))
    except KeyError as fault:
        raise KnowledgeError(FILE, "field unsafe", str(fault)) from None


def _shared_rules() -> tuple[RuleShown, ...]:
    """The rules that every way has."""
    first, *rest = (form_shown(vocabulary().forms[way.form]) for way in spec().ways)
    others = [{rule.rule.id for rule in (*way.stops, *way.always)} for way in rest]
    return tuple(rule for rule in (*first.stops, *first.always) if all(rule.rule.id in ids for ids in others))


def _way(each: WaySpec, found: tuple[Finding, ...], shared: tuple[RuleShown, ...]) -> Way:
    form = vocabulary().forms[each.form]
    shown = form_shown(form)
    common = {rule.rule.id for rule in shared}
    ours = [f for f in found if set(each.routes) & set(f.routes) or _through(form.id, f)]
    ids = dict.fromkeys(study for f in ours for study in f.study_ids)
    return Way(
        shown=shown,
        own=tuple(rule for rule in (*shown.stops, *shown.always) if rule.rule.id not in common),
        studies=tuple(_study_figure(study) for study in ids),
        findings=tuple(show(f) for f in best_first(ours)[:3]),
        money=tuple(market.money_for([spec().treatment], form.route)),
    )


def _through(form_id: str, finding: Finding) -> bool:
    """Whether a study gave it on a background that is this form's: on needled skin, on lasered skin."""
    form = vocabulary().forms[form_id]
    others = {t for each in form.combinations for t in each} - {spec().treatment}
    return bool(others & set(finding.comparison.background))


def _study_figure(study_id: str) -> Figure:
    from .studies import label

    return Figure(label(library().study(study_id)), reverse("library:study", args=[study_id]))


def _alternative(each: AlternativeSpec, found: tuple[Finding, ...]) -> Alternative:
    members = set(each.treatments)
    own = [f for f in findings().all if set(f.comparison.intervention) <= members and f.kind == "controlled"]
    # The surest on what people are sold exosomes for, held against nothing or a dummy: the same question to each.
    worries = {f.concern for f in found}
    alike = [f for f in own if f.concern in worries and f.comparison.control in AGAINST_NOTHING]
    against = [
        f for f in found if members & {*f.comparison.comparator} and spec().treatment in f.comparison.intervention
    ]
    best = best_first(alike)
    studies = {study for f in own for study in f.study_ids}
    return Alternative(
        name=each.name,
        href=reverse("library:treatment", args=[each.treatments[0]]),
        best=show(best[0]) if best else None,
        against=tuple(show(f) for f in best_first(against)),
        tested=words.count(len(studies), "study", "studies"),
        money=tuple(market.money_for(each.treatments)),
        times=tuple(market.spans_for(each.treatments, ("sessions", "onset_weeks", "downtime_days", "lasts_months"))),
    )


def _made_from() -> list[Figure]:
    """What the products in the studies were made from, each with a study that says so."""
    told: dict[str, Figure] = {}
    for study in library().studies_of(spec().treatment):
        for component in (c for arm in study.arms for c in arm.components):
            if component.treatment == spec().treatment and component.source and study.design != "regulatory-notice":
                told.setdefault(
                    component.source.lower(), Figure(component.source, reverse("library:study", args=[study.id]))
                )
    return [told[key] for key in sorted(told)]


@cache
def lead_story() -> Lead:
    """The lead story: the surest answers, how few they are, what is asked for it, and who warns."""
    treatment = spec().treatment
    found = findings().for_treatment(treatment)
    injected = market.money_for([treatment], "injection")
    seen: dict[str, Finding] = {}
    for finding in best_first(found):
        if finding.kind == "controlled" and treatment in finding.comparison.intervention:
            seen.setdefault(finding.concept, finding)
    notices = {
        s.country or s.citation.first_author: s for s in library().notices(treatment) if s.design == "regulatory-notice"
    }
    return Lead(
        shown=tuple(show(f) for f in list(seen.values())[:3]),
        total=len(found),
        uncompared=sum(f.kind == "before-after" for f in found),
        very_low=sum(f.certainty.level == "very-low" for f in found),
        href=reverse("library:treatment", args=[treatment]),
        adds=reverse("library:adds", args=[treatment]),
        price=injected[0] if injected else None,
        notices=tuple(Figure(where, reverse("library:study", args=[s.id])) for where, s in sorted(notices.items())),
    )
