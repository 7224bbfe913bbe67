"""What one study says in one finding, as a line: role, people, direction, values in words."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace

from skinproof.evidence.studies.records import Contrast, Outcome, Study

from .arms import group
from .instruments import instrument_of
from .model import RATIOS, Effect, Favours, Role, StudyLine
from .p_values import p_limit
from .pooling import Contribution, RowEffects
from .rows import PlacedRow

UNITS = {"change": "change", "final": "at the end", "percent-change": "change in percent", "events": ""}


def line(
    contribution: Contribution, used: RowEffects | None, effect: Effect | None, doubt: str | None, forced: Role | None
) -> StudyLine:
    """One contribution's line: `used` and `effect` are what it gives to the pool, `forced` a role that overrides."""
    row = used or min(contribution.rows, key=_speaks_best)
    placed, outcome, study = row.placed, row.placed.outcome, contribution.study
    own = effect or next(iter(row.effects.values()), None)
    role: Role = forced or (
        "review" if study.is_review
        else "estimate" if effect is not None
        else "apart" if own is not None
        else "p-value" if _p(outcome.contrast)
        else "direction" if direction(row, None) != "unknown" or values(placed)
        else "no-data"
    )  # fmt: skip
    return StudyLine(
        study_id=study.id,
        row=placed.row,
        rows=tuple(each.placed.row for each in contribution.rows),
        role=role,
        weeks=outcome.weeks,
        people=people(placed),
        direction=direction(row, own),
        effect=own,
        p=_p(outcome.contrast),
        values=values(placed),
        instrument=outcome.instrument,
        routes=_told(placed, "route"),
        sources=_told(placed, "source"),
        doubt=doubt,
        note=_note(contribution, row),
        way=way(placed, own),
        test=_test(placed),
    )


def _speaks_best(row: RowEffects) -> tuple[bool, bool, bool, bool, float, int]:
    """Primary outcome first, then a row that says something, then the latest weeks."""
    outcome = row.placed.outcome
    contrast = outcome.contrast
    return (
        not outcome.primary,
        not row.effects,
        not (contrast and contrast.direction),
        not (outcome.results or contrast),
        -(outcome.weeks if outcome.weeks is not None else -1.0),
        row.placed.row,
    )


def direction(row: RowEffects, effect: Effect | None) -> Favours:
    """Which side the row favours: as the report says; else by an interval, or by a p-value with an estimate."""
    placed, contrast = row.placed, row.placed.outcome.contrast
    if contrast and contrast.direction and _is_own(placed, contrast):
        if contrast.direction == "no-difference":
            return "neither"
        first = contrast.arms[0] in placed.intervention
        return "intervention" if (contrast.direction == "favours-a") == first else "comparator"
    if effect is not None:
        return by_interval(effect)
    if contrast and contrast.p is not None and contrast.estimate is not None and _is_own(placed, contrast):
        if contrast.p >= 0.05:
            return "neither"
        null = 1.0 if contrast.measure in RATIOS else 0.0
        higher = (contrast.estimate > null) == (contrast.arms[0] in placed.intervention)
        return _side(higher, placed.outcome.better)
    return "unknown"


def way(placed: PlacedRow, effect: Effect | None) -> Favours:
    """The side that the row's number lies on, whatever its interval or p-value; as the report says where it has none.

    Directions are counted by this: to count significant results is no valid synthesis (Handbook 12.4.2.3).
    """
    contrast = placed.outcome.contrast
    own = contrast if contrast and _is_own(placed, contrast) else None
    if effect is not None:
        return _sides(effect)
    if own and own.estimate is not None and own.measure:
        null = 1.0 if own.measure in RATIOS else 0.0
        if own.estimate == null:
            return "neither"
        return _side((own.estimate > null) == (own.arms[0] in placed.intervention), placed.outcome.better)
    sides = [_amount(placed, arms) for arms in (placed.intervention, placed.comparator)]
    if sides[0] is not None and sides[1] is not None:
        return "neither" if sides[0] == sides[1] else _side(sides[0] > sides[1], placed.outcome.better)
    if own and own.direction in ("favours-a", "favours-b"):
        return (
            "intervention" if (own.direction == "favours-a") == (own.arms[0] in placed.intervention) else "comparator"
        )
    return "unknown"


def _amount(placed: PlacedRow, arms: Sequence[str]) -> float | None:
    """One number of one side, where it gives one."""
    if len(arms) != 1:
        return None
    result = placed.outcome.results.get(arms[0])
    if result is None:
        return None
    if result.events is not None:
        n = result.n if result.n is not None else placed.study.arm(arms[0]).n
        return result.events / n if n else None
    return result.mean if result.mean is not None else result.median


def _test(placed: PlacedRow) -> tuple[str, float] | None:
    """The row's own p-value with its sign, where it can be counted."""
    contrast = placed.outcome.contrast
    if contrast is None or not placed.comparator or not _is_own(placed, contrast):
        return None
    if contrast.p is not None:
        return ("=", contrast.p) if 0 < contrast.p <= 1 else None
    return p_limit(contrast)


def by_interval(effect: Effect) -> Favours:
    """The side that the whole interval lies on."""
    null = 1.0 if effect.measure in RATIOS else 0.0
    if effect.low <= null <= effect.high:
        return "neither"
    return _side(effect.value > null, effect.better)


def _side(higher: bool, better: str) -> Favours:
    return "intervention" if higher == (better == "higher") else "comparator"


def _is_own(placed: PlacedRow, contrast: Contrast) -> bool:
    """Whether the row's contrast is about this comparison."""
    if not placed.comparator:
        return True
    a, b = contrast.arms
    left, right = placed.intervention, placed.comparator
    return (a in left and b in right) or (b in left and a in right)


def people(placed: PlacedRow) -> int | None:
    """People compared, each once; None when the record does not say, and for reviews."""
    study = placed.study
    if study.is_review:
        return None
    arms = placed.intervention + placed.comparator
    sizes = [_size(study, placed.outcome, arm) for arm in arms]
    if study.is_within_person and placed.comparator:
        known = [size for size in sizes if size is not None]
        return max(known) if known else study.n_analysed or study.n_randomised
    if None not in sizes:
        return sum(size for size in sizes if size is not None)
    return (study.n_analysed or study.n_randomised) if len(arms) == len(study.arms) else None


def _size(study: Study, outcome: Outcome, arm: str) -> int | None:
    result = outcome.results.get(arm)
    return result.n if result is not None and result.n is not None else study.arm(arm).n


def values(placed: PlacedRow) -> str | None:
    """What the row gives, in words; None when it gives no value."""
    contrast = placed.outcome.contrast
    sides = [_value(placed, arms) for arms in (placed.intervention, placed.comparator) if arms]
    if any(sides):
        text = " against ".join(side or "not told" for side in sides)
        start = None if placed.comparator else _at_start(placed)
        if start:
            return f"from {start} to {text}"
        unit = UNITS.get(placed.outcome.statistic or "", "")
        return f"{text}, {unit}" if unit and placed.outcome.kind == "continuous" else text
    if contrast and contrast.estimate is not None and contrast.measure and _is_own(placed, contrast):
        spread = f" ({contrast.ci[0]:g} to {contrast.ci[1]:g})" if contrast.ci else ""
        first = contrast.arms[0] in placed.intervention
        turned = "" if first else ", comparator against intervention"
        return f"{contrast.measure} {contrast.estimate:g}{spread}{turned}"
    return None


def _at_start(placed: PlacedRow) -> str | None:
    """The value before treatment that belongs to a value at the end, where a row of its own gives it."""
    outcome = placed.outcome
    if outcome.statistic != "final":
        return None
    for index, other in enumerate(placed.study.outcomes):
        same = other.concept == outcome.concept and instrument_of(other) == instrument_of(outcome)
        if same and other.statistic == "baseline":
            return _value(replace(placed, row=index), placed.intervention)
    return None


def _value(placed: PlacedRow, arms: Sequence[str]) -> str | None:
    one = group(placed.study, placed.outcome, arms)
    if one.events is not None:
        return f"{one.events} of {one.n}" if one.n else f"{one.events} people"
    reported = [placed.outcome.results.get(arm) for arm in arms]
    if one.mean is not None and all(result is None or result.mean is not None for result in reported):
        return f"{one.mean:.4g}"
    texts = []
    for result in reported:
        if result is None:
            continue
        if result.mean is not None:
            texts.append(f"{result.mean:g}")
        elif result.median is not None:
            texts.append(f"median {result.median:g}")
    return " and ".join(texts) or None


def _p(contrast: Contrast | None) -> str | None:
    if contrast is None:
        return None
    if contrast.p is not None:
        return f"{contrast.p:g}"
    return contrast.p_text


def _told(placed: PlacedRow, field: str) -> tuple[str, ...]:
    """Routes or sources of the intervention's components, where the record tells them."""
    wanted = set(placed.comparison.intervention)
    found = (
        getattr(component, field)
        for arm in placed.intervention
        for component in placed.study.arm(arm).components
        if component.treatment in wanted
    )
    return tuple(dict.fromkeys(value for value in found if value))


def _note(contribution: Contribution, row: RowEffects) -> str | None:
    parts = [row.placed.outcome.note]
    if not row.effects and row.faults:
        parts.append(f"No effect could be worked out: {'; '.join(dict.fromkeys(row.faults))}.")
    ways = {direction(each, next(iter(each.effects.values()), None)) for each in contribution.rows} - {"unknown"}
    if len(ways) > 1:
        parts.append("Its other measurements of the same outcome do not all point the same way.")
    effect = next(iter(row.effects.values()), None)
    said = direction(row, effect)
    if effect is not None and said in ("intervention", "comparator") and _sides(effect) not in (said, "neither"):
        parts.append("The direction that the report states does not follow from its numbers.")
    return " ".join(part for part in parts if part) or None


def _sides(effect: Effect) -> Favours:
    """The side an effect's value lies on, whatever its interval."""
    if math.isclose(effect.yi, 0.0, abs_tol=1e-12):
        return "neither"
    return _side(effect.yi > 0, effect.better)


def side_of(value: float, null: float, better: str) -> Favours:
    """The side that a value lies on."""
    return "neither" if math.isclose(value, null, abs_tol=1e-12) else _side(value > null, better)


def count_people(lines: Iterable[StudyLine]) -> tuple[int | None, int]:
    """Known people over lines, and how many lines do not say."""
    sizes = [each.people for each in lines]
    known = [size for size in sizes if size is not None]
    return (sum(known) if known else None), len(sizes) - len(known)
