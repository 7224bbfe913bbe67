"""The interval plot of a finding: its studies, what they say together, and every number of it in words."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from skinproof.evidence import Estimate, Finding, figures, findings, library

from . import shown, studies


@dataclass(frozen=True)
class Chart:
    svg: str
    words: str  # every number in it, in a sentence each


@lru_cache(maxsize=1024)
def forest(finding_id: str) -> Chart | None:
    """The interval plot of a finding, or None where no study gives an interval."""
    finding = findings().get(finding_id)
    rows = rows_of(finding)
    given = finding.estimate
    if not rows or given is None:
        return None
    summary = summary_of(given) if len(rows) > 1 or given.basis == "review" else None
    picture = figures.forest(rows, summary, title="Interval plot", scale=scale_of(given))
    described = describe(rows, summary, given)
    with figures.drawing():
        svg = figures.to_svg(picture.figure(figures.NARROW), title=picture.title, description=described)
    return Chart(svg, described)


def rows_of(finding: Finding) -> list[figures.ForestRow]:
    """The studies behind the estimate with their own intervals."""
    given = finding.estimate
    if given is None:
        return []
    lib = library()
    lines = [
        (line, line.effect)
        for line in finding.studies
        if line.effect is not None and line.effect.measure == given.measure and line.study_id in given.study_ids
    ]
    return [
        figures.ForestRow(
            f"{studies.label(lib.study(line.study_id))}" + (f", {line.people} people" if line.people else ""),
            effect.value,
            effect.low,
            effect.high,
            1 / effect.vi if effect.vi else None,
        )
        for line, effect in lines
    ]


def summary_of(given: Estimate) -> figures.Summary:
    name = "Together" if given.basis == "pooled" else "The review's own estimate"
    return figures.Summary(name, given.value, given.low, given.high, given.prediction)


def scale_of(given: Estimate) -> figures.Scale:
    left, right = (
        ("favours it", "favours the other") if given.better == "lower" else ("favours the other", "favours it")
    )
    name = shown.RATIOS.get(given.measure) or given.scale
    return figures.Scale(
        name[:1].upper() + name[1:], given.measure in shown.RATIOS, left, right, lambda x: shown.value(given, x)
    )


def describe(rows: list[figures.ForestRow], summary: figures.Summary | None, given: Estimate) -> str:
    """The plot in words, with every number."""
    scale = scale_of(given)
    kind = shown.RATIOS.get(given.measure, "difference")
    good = "Above" if given.better == "higher" else "Below"
    parts = [f"{row.label}: {kind} {scale.interval(row.value, row.low, row.high)}." for row in rows]
    if summary is not None:
        parts.append(f"{summary.label}: {kind} {scale.interval(summary.value, summary.low, summary.high)}.")
        if summary.prediction is not None:
            parts.append(f"{figures.PREDICTION}: {scale.between(*summary.prediction)}.")
    return f"{good} {scale.null:g} is in favour of the treatment. " + " ".join(parts)
