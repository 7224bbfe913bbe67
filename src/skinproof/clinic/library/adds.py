"""What a treatment adds to whatever it is given with: pair by pair, and by the networks of trials."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from django.urls import reverse

from skinproof.care.shown import AGAINST_NOTHING
from skinproof.evidence import Finding, findings
from skinproof.vocabulary import Treatment, vocabulary

from . import market, words
from .adds_rows import OnConcern, concerns, networks, rows_of, spoken
from .shown import LEVELS, Figure, Shown, show

KINDS = ("controlled", "review-only")


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
        concerns=tuple(concerns(found)),
        networks=tuple(networks(found)),
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


def title(treatment: Treatment) -> str:
    """'What exosomes add', 'What PRP adds'."""
    several = treatment.name.endswith("s") and not treatment.name.endswith("ss")
    return f"What {spoken(treatment)} {'add' if several else 'adds'}"


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
