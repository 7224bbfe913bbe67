"""Which studies of a finding can be put together, on which measure, and what comes out.

One row per study. Randomised studies are pooled apart from the others, reviews never. A measure is taken that the most
studies share; where that ties, the one with most people, then with most primary outcomes, then the one that people
understand best. Among a study's rows on that measure: the primary
outcome, then the instrument most studies share, then change before final values, then the latest weeks.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from skinproof.evidence.studies.library import Overlap
from skinproof.evidence.studies.records import Outcome, Polarity, Study

from .effects import effects, flipped_outcome
from .instruments import common, instrument_name, instrument_of
from .model import NAMES, RATIOS, Effect, Estimate, Measure
from .random_effects import random_effects
from .rows import PlacedRow
from .sizes import NoInformation

# On a tie in the number of studies and people. A difference on one scale comes before one without a scale.
PREFERENCE: tuple[Measure, ...] = ("RR", "MD", "SMD", "OR", "HR", "ROM")
STATISTICS = ("change", "final", "percent-change", None)
# What can be pooled together: a measure, with a difference's instrument and unit, or an SMD's statistic.
Scale = tuple[Measure, str, str]


@dataclass(frozen=True, slots=True)
class RowEffects:
    placed: PlacedRow
    effects: dict[Measure, Effect]
    faults: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Contribution:
    """One trial's rows in one finding."""

    study: Study
    rows: tuple[RowEffects, ...]

    @property
    def has_effect(self) -> bool:
        return any(row.effects for row in self.rows)


@dataclass(frozen=True, slots=True)
class Pool:
    """The effects chosen, one per contribution, and on which scale."""

    scale: Scale
    chosen: dict[int, tuple[RowEffects, Effect]]  # by position in the contributions
    better: Polarity


def work_out(placed: PlacedRow) -> RowEffects:
    """Every effect that a row gives."""
    if not placed.comparator:
        return RowEffects(placed, {}, ())
    found, faults = effects(placed.study, placed.row, placed.intervention, placed.comparator)
    return RowEffects(placed, found, faults)


def contributions(rows: Iterable[RowEffects]) -> list[Contribution]:
    """Rows gathered by trial, in order of study id."""
    gathered: dict[tuple[str, tuple[str, ...]], list[RowEffects]] = {}
    for row in rows:
        gathered.setdefault((row.placed.study.id, tuple(sorted(row.placed.trial))), []).append(row)
    return [
        Contribution(mine[0].placed.study, tuple(sorted(mine, key=lambda row: row.placed.row)))
        for _, mine in sorted(gathered.items())
    ]


# For one scale, what each contribution has on it, by its position.
Members = dict[int, list[tuple[RowEffects, Effect]]]


def scales(given: Sequence[Contribution]) -> list[tuple[Scale, Members]]:
    """Every scale that contributions have effects on, the one that most of them share first."""
    options: dict[Scale, Members] = {}
    for position, contribution in enumerate(given):
        for row in contribution.rows:
            for effect in row.effects.values():
                scale = scale_of(row.placed.outcome, effect.measure, contribution.study)
                options.setdefault(scale, {}).setdefault(position, []).append((row, effect))

    # A study's people count whichever of its rows is on the scale, so that rows of one study tie.
    sizes = [max((e.people or 0 for row in one.rows for e in row.effects.values()), default=0) for one in given]

    def rank(scale: Scale) -> tuple[int, int, int, int, int, Scale]:
        members = options[scale]
        people = sum(sizes[position] for position in members)
        primary = sum(any(row.placed.outcome.primary for row, _ in rows) for rows in members.values())
        first = min(row.placed.row for rows in members.values() for row, _ in rows)
        return (-len(members), -people, -primary, PREFERENCE.index(scale[0]), first, scale)

    return [(scale, options[scale]) for scale in sorted(options, key=rank)]


def choose(given: Sequence[Contribution], polarity: Polarity) -> Pool | None:
    """The scale that most contributions share, and one row of each on it. `polarity` settles ties of direction."""
    ranked = scales(given)
    if not ranked:
        return None
    scale, members = ranked[0]
    shared = shared_instruments(members)
    chosen = {
        position: min(rows, key=lambda pair: row_rank(pair[0].placed, shared)) for position, rows in members.items()
    }
    return _aligned(scale, chosen, polarity)


def shared_instruments(members: Members) -> Counter[str]:
    """How many effects there are by each instrument."""
    return Counter(common(row.placed.outcome).name for rows in members.values() for row, _ in rows)


def row_rank(placed: PlacedRow, instruments: Counter[str]) -> tuple[bool, int, int, float, int]:
    """Which of a trial's rows on one scale speaks for it: the least."""
    outcome = placed.outcome
    statistic = STATISTICS.index(outcome.statistic) if outcome.statistic in STATISTICS else len(STATISTICS)
    weeks = outcome.weeks if outcome.weeks is not None else -1.0
    return (not outcome.primary, -instruments[common(outcome).name], statistic, -weeks, placed.row)


def scale_of(outcome: Outcome, measure: Measure, study: Study) -> Scale:
    """What an effect of a row can be put together with."""
    if measure == "MD":
        # Change and final values of one instrument estimate the same difference (Handbook 10.5.2); percent does not.
        unit = "percent" if outcome.statistic == "percent-change" else "points"
        # A score without a name is nobody else's.
        return ("MD", common(outcome).name.lower() or f"a score of {study.id}", unit)
    if measure == "SMD":
        # Change and final values have different spreads, so their standardised differences are not put together.
        return ("SMD", "", outcome.statistic or "not told")
    return (measure, "", "")


def _aligned(scale: Scale, chosen: dict[int, tuple[RowEffects, Effect]], polarity: Polarity) -> Pool:
    """All effects turned the way most of them count; what cannot be turned is left out."""
    better = most_count(polarity, (effect.better for _, effect in chosen.values()))
    kept = {}
    for position, (row, effect) in chosen.items():
        try:
            kept[position] = (row, effect if effect.better == better else flipped_outcome(effect))
        except NoInformation:
            continue
    return Pool(scale, kept, better)


def most_count(polarity: Polarity, ways: Iterable[Polarity]) -> Polarity:
    """Which way is good as most effects count it; `polarity` on a tie."""
    counted = Counter(ways)
    other: Polarity = "lower" if polarity == "higher" else "higher"
    return polarity if counted[polarity] >= counted[other] else other


def apart_from_overlaps(
    given: Sequence[Contribution], overlaps: Iterable[Overlap]
) -> tuple[list[Contribution], list[Contribution], list[str]]:
    """Contributions that count, those whose people another one here already counts, and notes that say which."""
    here = {c.study.id: c for c in given if not c.study.is_review}
    parts: dict[str, list[Contribution]] = {}
    for pair in overlaps:
        if pair.whole in here and pair.part in here:
            parts.setdefault(pair.whole, []).append(here[pair.part])
    dropped: set[str] = set()
    notes = []
    for whole_id, held in parts.items():
        # The report with most people speaks for all of them, unless only its parts have numbers.
        whole = here[whole_id]
        drop = [whole] if not whole.has_effect and any(part.has_effect for part in held) else held
        dropped |= {contribution.study.id for contribution in drop}
        names = "; ".join(c.study.citation_text for c in drop)
        notes.append(f"Not counted again, because another report here holds the same people: {names}.")
    counted = [c for c in given if c.study.id not in dropped]
    return counted, [c for c in given if c.study.id in dropped], notes


def estimate(
    found: Sequence[Effect], scale: Scale, better: Polarity, notes: Sequence[str] = (), instrument: str | None = None
) -> Estimate:
    """One estimate from effects of one scale; `instrument` is how its name is written.

    One study: its own. Two: the normal (Wald) interval, as a t interval with one degree of freedom would be too wide to
    say anything and the variance factor of two studies is hardly an estimate. Three or more: Knapp and Hartung's
    interval, its factor never below 1 (Röver, Knapp and Friede 2015, pmc.ncbi.nlm.nih.gov/articles/PMC4647507), and a
    bootstrap prediction interval, which of those tried in docs/benchmarks.md alone holds its level with few studies.
    """
    measure = scale[0]
    back = math.exp if measure in RATIOS else float
    k = len(found)
    sizes = [effect.people for effect in found]
    people = sum(size for size in sizes if size is not None) if None not in sizes else None
    every = (*_conversions(found), *notes)
    ids = tuple(dict.fromkeys(effect.study_id for effect in found))
    label = scale_label(scale, better, instrument)
    if k == 1:
        (one,) = found
        return Estimate(
            measure,
            one.value,
            one.low,
            one.high,
            1,
            people,
            "single",
            better,
            label,
            "the study's own",
            ids,
            notes=every,
        )
    yi, vi = [e.yi for e in found], [e.vi for e in found]
    fit = random_effects(yi, vi, test="adhoc", predict_by="bootstrap") if k > 2 else random_effects(yi, vi, test="z")
    low, high = (back(bound) for bound in fit.ci)
    interval = "Knapp-Hartung interval, factor not below 1" if k > 2 else "normal interval"
    return Estimate(
        measure=measure,
        value=back(fit.beta),
        low=low,
        high=high,
        k=k,
        people=people,
        basis="pooled",
        better=better,
        scale=label,
        method=f"random effects, REML, {interval}",
        study_ids=ids,
        tau2=fit.tau2,
        i2=fit.i2,
        q=fit.q,
        q_p=fit.q_p,
        prediction=(back(fit.prediction[0]), back(fit.prediction[1])) if k > 2 else None,
        notes=every,
    )


def _conversions(found: Sequence[Effect]) -> tuple[str, ...]:
    counts = Counter(step for effect in found for step in dict.fromkeys(effect.conversions))
    return tuple(in_how_many(step, count, len(found)) for step, count in counts.items())


def in_how_many(step: str, count: int, k: int) -> str:
    """A step of the working as a note, with the number of studies it was needed in."""
    text = f"{step[:1].upper()}{step[1:]}"
    return text if k == 1 else f"{text} ({count} of {k} studies)"


def scale_label(scale: Scale, better: Polarity, written: str | None = None) -> str:
    """The scale in words: "risk ratio", "MASI, lower is better"."""
    measure, _, unit = scale
    instrument = written or "the study's own score"
    if measure == "MD":
        return f"{'percentage points of ' if unit == 'percent' else ''}{instrument}, {better} is better"
    if measure == "SMD":
        return f"standard deviations, {better} is better"
    return NAMES[measure]


def written_scale(outcomes: Sequence[Outcome]) -> str:
    """How a scale's name is written: as the rows do where all agree and nothing was converted, else the common name."""
    names = {instrument_of(outcome) for outcome in outcomes}
    scale = common(outcomes[0])
    return instrument_name(outcomes[0]) if len(names) == 1 and scale.factor == 1 else scale.name


def typical_sd(found: Sequence[Effect]) -> float | None:
    """The spread of people behind differences on one scale: pooled over studies, weighted by people."""
    known = [(effect.sd, effect.people or 1) for effect in found if effect.sd]
    if not known:
        return None
    return math.sqrt(sum(sd**2 * n for sd, n in known) / sum(n for _, n in known))
