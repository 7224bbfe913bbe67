"""The picture of each model's fit: forest, network graph, component effects, time course."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from skinproof.evidence.statistics.time_course_answers import CannotTell
from skinproof.evidence.statistics.time_course_results import TimeCourse

if TYPE_CHECKING:
    from skinproof.evidence.figures import Picture, Scale

    from .synthesised import Synthesis

NAMES = {
    "RR": "Risk ratio", "OR": "Odds ratio", "RD": "Risk difference", "HR": "Hazard ratio", "IRR": "Rate ratio",
    "IRD": "Rate difference", "MD": "Mean difference", "SMD": "Standardised mean difference", "ROM": "Ratio of means",
    "PETO": "Odds ratio (Peto)",
}  # fmt: skip


def picture_of(made: Synthesis) -> Picture:
    """See `Synthesis.picture`."""
    from skinproof.evidence.figures import Scale

    if isinstance(made.fit, CannotTell):
        raise ValueError(f"{made.table.name}: no picture; {made.fit}")
    scale = Scale(NAMES.get(made.measure, made.measure or "Effect"), ratio=made.logarithm, level=made.level)
    draw = {"pairwise": _forest, "network": _network, "components": _components, "time-course": _course}
    return draw[made.model](made, scale, made.columns())


def _forest(made: Synthesis, scale: Scale, table: dict[str, list[Any]]) -> Picture:
    from skinproof.evidence.figures import ForestRow, Summary, forest

    values = list(zip(table["value"], table["value_lower"], table["value_upper"], strict=True))
    k = made.fit.k
    rows = [
        ForestRow(name, *three, weight)
        for name, three, weight in zip(table["study"][:k], values, table["weight"], strict=False)
    ]
    prediction = values[k + 1][1:] if len(values) > k + 1 else None
    known = prediction is not None and all(map(math.isfinite, prediction))
    value, low, high = values[k]
    summary = Summary("All studies", value, low, high, prediction=prediction if known else None)
    return forest(rows, summary, title=f"{scale.name}, {made.table.name}", scale=scale)


def _network(made: Synthesis, scale: Scale, table: dict[str, list[Any]]) -> Picture:
    from skinproof.evidence.figures import Edge, Node, network_graph

    fit = made.fit
    arms = {name: sum(place in each for each in fit.data.arms) for place, name in enumerate(fit.trts)}
    pairs = zip(table["treatment"], table["against"], table["studies"], strict=True)
    edges = [Edge(a, b, studies) for a, b, studies in pairs if studies]
    nodes = [Node(name, arms=count) for name, count in arms.items()]
    return network_graph(nodes, edges, title=f"Who was compared with whom, {made.table.name}")


def _components(made: Synthesis, scale: Scale, table: dict[str, list[Any]]) -> Picture:
    from skinproof.evidence.figures import ForestRow, component_effects

    names = ("component", "value", "value_lower", "value_upper")
    rows = [ForestRow(*row) for row in zip(*(table[name] for name in names), strict=True)]
    return component_effects(rows, title=f"What each component adds, {made.table.name}", scale=scale)


def _course(made: Synthesis, scale: Scale, table: dict[str, list[Any]]) -> Picture:
    from skinproof.evidence.figures import Curve, time_course

    fit: TimeCourse = made.fit
    curves = []
    for name in fit.treatments:
        last = fit.until_of(name)
        found = fit.at([last * step / 60 for step in range(61)], name)
        parts = (made.read(part).tolist() for part in (found.estimate, found.lower, found.upper))
        curves.append(Curve(name, found.weeks.tolist(), *parts))
    title = f"{scale.name} against {fit.reference} over weeks, {made.table.name}"
    return time_course(curves, title=title, scale=scale, last_week=fit.until)
