"""A network of trials as its page shows it: who was compared with whom, what follows, and what cannot be checked."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache

from django.urls import reverse

from skinproof.care import plain
from skinproof.care.shown import got_only
from skinproof.evidence import (
    ComponentFinding,
    Estimate,
    Finding,
    LeagueEntry,
    NetworkFinding,
    NetworkPart,
    Reason,
    findings,
    library,
)
from skinproof.vocabulary import Form, vocabulary

from . import pictures, shown, studies, words
from .pictures import Drawn
from .shown import Figure


def href(network: NetworkFinding) -> str:
    return reverse("library:network", args=[network.id])


def of_finding(finding: Finding) -> list[tuple[str, str]]:
    """The networks of more than two treatments that hold what a finding tried, on its outcome: scale and address."""
    tried = set(finding.comparison.intervention)
    return [
        (network.scale, href(network))
        for network in findings().networks.find(concern=finding.concern, concept=finding.concept)
        if network.is_network and network.event == finding.event and tried & network.treatments
    ]


@dataclass(frozen=True)
class Indirect:
    """What follows for a form by way of other treatments, where no study held it against going without."""

    sentence: str
    figure: Figure
    level: str
    href: str


def indirect(form: Form, concern: str, concept: str) -> Indirect | None:
    """The surest comparison of a form with nothing that only ways round through other treatments give."""
    found = [
        (network, entry)
        for network in findings().networks.find(concern=concern, concept=concept)
        for part in network.parts
        for entry in part.league
        if entry.direct is None and entry.sentence and _against_nothing(network, entry, form)
    ]
    if not found:
        return None
    network, entry = min(found, key=lambda one: (shown.LEVELS.index(one[1].certainty.level), one[0].rank))
    address = href(network)
    return Indirect(
        entry.sentence or "",
        Figure(part_words(entry.estimate), f"{address}#studies"),
        entry.certainty.level,
        f"{address}#{anchor(network, entry)}",
    )


def _against_nothing(network: NetworkFinding, entry: LeagueEntry, form: Form) -> bool:
    first, second = network.node(entry.first), network.node(entry.second)
    return second.inert and not first.inert and got_only(form, first.treatments)


def part_words(given: Estimate) -> str:
    """An estimate of a network in plain words."""
    if given.measure == "MD":
        return plain.difference(given)
    if given.measure == "SMD":
        return plain.standardised(given)
    low, high = shown.value(given, given.low), shown.value(given, given.high)
    better = "more is better" if given.better == "higher" else "less is better"
    return (
        f"{shown.RATIOS[given.measure]} {shown.value(given, given.value)} (likely between {low} and {high}); {better}"
    )


@dataclass(frozen=True)
class Entry:
    """One comparison of the network."""

    anchor: str
    name: str
    sentence: str | None
    level: str
    numbers: str  # "1.86 (1.40 to 2.47)"
    way: str  # "direct", "by way of others", "both"
    share: str | None  # how much rests on studies that compared the two
    agree: str | None
    reasons: tuple[Reason, ...]
    shares: tuple[tuple[Figure, str], ...]  # studies, and how much rests on each
    pair_href: str | None  # the finding of the pair by itself


@dataclass(frozen=True)
class Part:
    """Treatments that trials join."""

    names: tuple[str, ...]
    direct: tuple[Entry, ...]  # compared by at least one study
    indirect: tuple[Entry, ...]
    table: tuple[
        tuple[str, tuple[tuple[str, str] | None, ...]], ...
    ]  # rows of the league: name, cells (numbers, anchor)
    incoherence: str
    heterogeneity: str
    ranks: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class AddedPart:
    name: str
    to: str
    sentence: str
    level: str | None
    numbers: str | None
    reasons: tuple[Reason, ...]
    checks: tuple[str, ...]


@dataclass(frozen=True)
class Line:
    """A trial in the network."""

    name: str
    href: str
    arms: str
    weeks: str
    people: str


@dataclass(frozen=True)
class Page:
    network: NetworkFinding
    title: str
    question: str
    scale: str
    graph: Drawn
    parts: tuple[Part, ...]
    adds: tuple[AddedPart, ...]
    adds_picture: Drawn | None
    checks: tuple[str, ...]
    lines: tuple[Line, ...]
    others: tuple[tuple[str, str], ...]  # other networks of the question
    people: str | None


@cache
def page(network_id: str) -> Page:
    """A network in words.

    Raises:
        KeyError: no such network.
    """
    network = findings().networks.get(network_id)
    concept = vocabulary().concepts[network.concept]
    names = pictures.node_names(network)
    model = next((each for each in findings().components.all if each.network_id == network.id), None)
    others = findings().networks.find(concern=network.concern, concept=network.concept)
    return Page(
        network=network,
        title=f"{concept.name}: {network.event}" if network.event else concept.name,
        question=concept.sentence,
        scale=network.scale,
        graph=pictures.graph(network.id),
        parts=tuple(_part(network, part, names) for part in network.parts),
        adds=tuple(_added(model)) if model else (),
        adds_picture=pictures.parts(model.id) if model else None,
        checks=_checks(model) if model else (),
        lines=tuple(_lines(network, names)),
        others=tuple((each.scale, href(each)) for each in others if each.id != network.id),
        people=f"{network.people:,} people" if network.people else None,
    )


def interval(measure: str, value: float, low: float, high: float) -> str:
    """'1.86 (1.40 to 2.47)', '31 (4.1 to 239)': ratios as short as they can be, differences to three figures."""
    if measure in shown.RATIOS:
        texts = [f"{x:,.0f}" if x >= 20 else f"{x:.1f}" if x >= 10 else f"{x:.2f}" for x in (value, low, high)]
    else:
        texts = [words.number(x) for x in (value, low, high)]
    return f"{texts[0]} ({texts[1]} to {texts[2]})"


def anchor(network: NetworkFinding, entry: LeagueEntry) -> str:
    """The place of a comparison on its network's page."""
    return next(
        f"c{p}-{at}"
        for p, part in enumerate(network.parts, start=1)
        for at, each in enumerate(part.league, start=1)
        if each is entry
    )


def _part(network: NetworkFinding, part: NetworkPart, names: dict[str, str]) -> Part:
    entries = {frozenset((each.first, each.second)): each for each in part.league}
    ranks = dict(part.ranking)
    order = sorted(part.nodes, key=lambda node: (-ranks.get(node, 0.0), names[node]))
    rows = []
    for node in order:
        cells: list[tuple[str, str] | None] = []
        for other in order:
            entry = entries.get(frozenset((node, other)))
            cells.append((_numbers(network, entry, node), f"#{anchor(network, entry)}") if entry else None)
        rows.append((names[node], tuple(cells)))
    spread = (
        f"Spread between studies: I² {part.i2:.0f}%, τ² {words.number(part.tau2)}."
        if part.tau2 is not None and part.i2 is not None
        else "How much studies differ cannot be told: no comparison was made twice."
    )
    return Part(
        names=tuple(names[node] for node in order),
        direct=tuple(_entry(network, each, names) for each in part.league if each.direct),
        indirect=tuple(_entry(network, each, names) for each in part.league if not each.direct),
        table=tuple(rows),
        incoherence=part.incoherence.sentence,
        heterogeneity=spread,
        ranks=tuple((names[node], f"{score:.2f}") for node, score in part.ranking),
    )


def _numbers(network: NetworkFinding, entry: LeagueEntry, node: str) -> str:
    """The estimate of a node against the other, turned round where the entry has it the other way."""
    given = entry.estimate
    if entry.first == node:
        return interval(given.measure, given.value, given.low, given.high)
    value, low, high = (_turned(given, x) for x in (given.value, given.high, given.low))
    return interval(given.measure, value, low, high)


def _turned(given: Estimate, x: float) -> float:
    """A number of an estimate, seen from the other side."""
    if given.measure not in shown.RATIOS:
        return -x
    return 1 / x if x else math.inf


def _entry(network: NetworkFinding, entry: LeagueEntry, names: dict[str, str]) -> Entry:
    lib = library()
    way = "both" if entry.direct and entry.indirect else "direct" if entry.direct else "by way of others"
    agree = None
    if entry.p_difference is not None:
        agree = (
            "Studies that compared the two and the way round through others do not clearly differ"
            if entry.p_difference >= 0.1
            else "Studies that compared the two and the way round through others differ"
        ) + f" (p = {entry.p_difference:.2f})."
    return Entry(
        anchor=anchor(network, entry),
        name=f"{names[entry.first]} against {words.lower_first(names[entry.second])}",
        sentence=entry.sentence,
        level=entry.certainty.level,
        numbers=interval(*(getattr(entry.estimate, name) for name in ("measure", "value", "low", "high"))),
        way=way,
        share=f"{100 * entry.direct_share:.0f}%" if entry.direct and entry.indirect else None,
        agree=agree,
        reasons=entry.certainty.reasons,
        shares=tuple(
            (
                Figure(studies.label(lib.study(each.study_id)), reverse("library:study", args=[each.study_id])),
                f"{100 * each.share:.0f}%",
            )
            for each in entry.shares
        ),
        pair_href=reverse("library:finding", args=[entry.finding_id]) if entry.finding_id else None,
    )


def _added(model: ComponentFinding) -> list[AddedPart]:
    return [
        AddedPart(
            name=words.sentence_case(each.name),
            to=words.listed(_base(base) for base in each.backgrounds),
            sentence=each.sentence or f"Cannot be told: {each.why_not}.",
            level=each.certainty.level if each.certainty and each.estimate else None,
            numbers=part_words(each.estimate) if each.estimate else None,
            reasons=each.certainty.reasons if each.certainty and each.estimate else (),
            checks=tuple(beside.sentence for beside in each.beside),
        )
        for each in model.components
        if each.studies
    ]


def _base(base: str) -> str:
    """'nothing else' or 'hydroquinone and tretinoin' of a background's id."""
    treatments = vocabulary().treatments
    parts = [
        treatments[each].name if each in treatments else each.replace("-", " ") for each in base.split(" + ") if each
    ]
    return words.listed(map(words.lower_first, parts)) or "nothing else"


def _checks(model: ComponentFinding) -> tuple[str, ...]:
    clear = [each.sentence for each in model.interactions]
    return (model.additivity.sentence, model.knowing.sentence, *clear)


def _lines(network: NetworkFinding, names: dict[str, str]) -> list[Line]:
    found = []
    for voice in network.voices:
        study = voice.study
        found.append(
            Line(
                name=studies.label(study),
                href=reverse("library:study", args=[study.id]),
                arms=words.listed((words.lower_first(names[node]) for node in voice.nodes), "against"),
                weeks=words.weeks(voice.weeks),
                people=f"{voice.people:,}" if voice.people is not None else "not stated",
            )
        )
    return found
