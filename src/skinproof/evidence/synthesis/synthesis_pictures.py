"""The picture of each model's fit: forest, network graph, component effects, time course."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from skinproof.evidence.statistics import pictures
from skinproof.evidence.statistics.time_course_answers import CannotTell

if TYPE_CHECKING:
    from skinproof.evidence.figures import Picture

    from .synthesised import Synthesis


def picture_of(made: Synthesis) -> Picture:
    """See `Synthesis.picture`."""
    file = made.table.name
    if isinstance(made.fit, CannotTell):
        raise ValueError(f"{file}: no picture; {made.fit}")
    scale = pictures.scale_of(made.measure, level=made.level, ratio=made.logarithm)
    if made.model == "pairwise":
        return pictures.forest_picture(made.fit, scale, title=f"{scale.name}, {file}")
    if made.model == "network":
        return pictures.network_picture(made.fit, title=f"Who was compared with whom, {file}")
    if made.model == "components":
        model: Literal["common", "random"] = "common" if made.effects == "common" else "random"
        return pictures.components_picture(made.fit, scale, model=model, title=f"What each component adds, {file}")
    title = f"{scale.name} against {made.fit.reference} over weeks, {file}"
    return pictures.course_picture(made.fit, scale, title=title)
