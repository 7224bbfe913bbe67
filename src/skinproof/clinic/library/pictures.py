"""Pictures of networks, parts and courses, for a phone and for a desk, with their numbers as a table."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import nan

from django.utils.safestring import SafeString, mark_safe

from skinproof.evidence import NetworkFinding, TimeCourseFinding, figures, findings
from skinproof.evidence.figures import Certainty
from skinproof.vocabulary import vocabulary

from .shown import RATIOS
from .words import sentence_case

DESK = 640  # px: the text column


@dataclass(frozen=True)
class Drawn:
    """A picture as a page shows it; both drawings hold their title and their words for those who cannot see them."""

    phone: SafeString
    desk: SafeString
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def draw(picture: figures.Picture) -> Drawn:
    phone, desk = (mark_safe(picture.svg(width)) for width in (figures.NARROW, DESK))  # noqa: S308 - drawn here
    return Drawn(phone, desk, picture.table.columns, picture.table.rows)


def scale_of(measure: str, written: str, better: str, good: str, bad: str) -> figures.Scale:
    """A scale with its own name, and what lies to either side of no effect."""
    name = RATIOS.get(measure) or written.rsplit(", ", 1)[0]
    left, right = (good, bad) if better == "lower" else (bad, good)
    return figures.Scale(sentence_case(name), measure in RATIOS, left, right)


def node_names(network: NetworkFinding) -> dict[str, str]:
    """What each node is called, no two alike."""
    names = {node.id: sentence_case(node.name) for node in network.nodes}
    taken = list(names.values())
    return {key: name if taken.count(name) == 1 else f"{name} ({key})" for key, name in names.items()}


@lru_cache(maxsize=256)
def graph(network_id: str) -> Drawn:
    """Who was compared with whom, in how many studies, and how sure each comparison is."""
    network = findings().networks.get(network_id)
    names = node_names(network)
    return draw(
        figures.network_graph(
            [
                figures.Node(names[node.id], arms=sum(node.id in voice.nodes for voice in network.voices))
                for node in network.nodes
            ],
            [
                figures.Edge(names[a], names[b], len(one.study_ids), _level(network, a, b))
                for one in network.edges
                for a, b in [(one.first, one.second)]
            ],
            title="Who was compared with whom",
        )
    )


def _level(network: NetworkFinding, one: str, other: str) -> Certainty | None:
    for entry in network.part_of(one).league:
        if {entry.first, entry.second} == {one, other}:
            return entry.certainty.level
    return None


@lru_cache(maxsize=256)
def parts(component_id: str) -> Drawn | None:
    """What each part of combined treatments adds; None where the trials tell it of fewer than two."""
    found = findings().components.get(component_id)
    if sum(each.estimate is not None for each in found.components) < 2:
        return None
    rows = [
        figures.ForestRow(sentence_case(each.name), nan, nan, nan)
        if each.estimate is None
        else figures.ForestRow(sentence_case(each.name), each.estimate.value, each.estimate.low, each.estimate.high)
        for each in found.components
    ]
    name = vocabulary().concepts[found.concept].name
    scale = scale_of(found.measure, found.scale, found.better, "better with it", "worse with it")
    return draw(figures.component_effects(rows, title=f"{name}: what each part adds", scale=scale))


@lru_cache(maxsize=256)
def course(course_id: str) -> Drawn | None:
    """The modelled effect over weeks, and what studies saw at each; None where no course could be modelled."""
    found: TimeCourseFinding = findings().time_courses.get(course_id)
    if not found.points or found.measure is None or found.scale is None:
        return None
    better = "lower" if "lower is better" in found.scale else "higher"
    weeks = [point.weeks for point in found.points]
    curve = figures.Curve(
        "Modelled", weeks, *([getattr(point, name) for point in found.points] for name in ("value", "low", "high"))
    )
    seen = [
        figures.Observed(each.weeks, *each.value, "What a study saw", each.study_id)
        for each in found.seen
        if each.value is not None and each.comparison_id == found.comparisons[0].id
    ]
    name = vocabulary().concepts[found.concept].name
    scale = scale_of(found.measure, found.scale, better, "better with it", "worse with it")
    return draw(figures.time_course([curve], seen, title=f"{name} over weeks", scale=scale))
