"""What each trial says in a network: one outcome row of it, as contrasts between all arms that the row tells of.

Which rows go together and which row speaks for a trial is decided as for a pair (`pooling`), all comparisons of an
outcome at once. A row that tells of more arms comes first, so that no arm of a trial is lost for a better row of two.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from skinproof.evidence.statistics._contrasts import Contrasts
from skinproof.evidence.statistics._contrasts import contrasts as checked
from skinproof.evidence.studies.records import Polarity, Study

from .effects import effects, flipped_outcome
from .model import RATIOS, Effect, Measure, UnusedRow
from .multiarm import Unusable, joint_effects
from .nodes import Placing, placings
from .pooling import (
    Contribution,
    Members,
    RowEffects,
    Scale,
    most_count,
    row_rank,
    scales,
    shared_instruments,
)
from .sizes import NoInformation


@dataclass(frozen=True, slots=True)
class Contrast:
    """One pair of nodes in one trial: `effect` is `first` against `second`."""

    first: str
    second: str
    effect: Effect


@dataclass(frozen=True, slots=True)
class Voice:
    """What one trial says on one scale, by one of its outcome rows. `contrasts` are all pairs of its nodes."""

    label: str  # the study, or the study and the trial's arms where its report holds several
    study: Study
    row: int
    weeks: float | None
    nodes: Mapping[str, Placing]
    arms: Mapping[str, tuple[str, ...]]  # node to arm ids
    contrasts: tuple[Contrast, ...]
    people: int | None
    differences: tuple[str, ...]  # what its arms differed in besides the treatments


@dataclass(frozen=True, slots=True)
class Chorus:
    """Trials on one scale."""

    scale: Scale
    better: Polarity
    voices: tuple[Voice, ...]
    unused: tuple[UnusedRow, ...]  # rows of these trials that do not speak, and why


def choruses(trials: Sequence[Contribution], polarity: Polarity) -> list[Chorus]:
    """Trials put together by scale, the scale that most of them share first.

    A further scale is made only while it lets a trial speak that has not spoken; then every trial that has it speaks on
    it too, so that a trial may be heard on two scales, which must not be counted together.
    """
    compared = [_compared(trial) for trial in trials]
    labels = _labels(trials)
    heard: set[int] = set()
    made = []
    for scale, members in scales(compared):
        if members.keys() <= heard:
            continue
        chorus = _chorus(scale, members, trials, labels, polarity)
        names = {voice.label for voice in chorus.voices}
        speaking = {position for position in members if labels[position] in names}
        if speaking - heard:
            made.append(chorus)
            heard |= speaking
    return made


def _compared(trial: Contribution) -> Contribution:
    """The trial without rows that compare ways of giving one treatment: they are one node."""
    return Contribution(trial.study, tuple(row for row in trial.rows if row.placed.setting == "controlled"))


def _labels(trials: Sequence[Contribution]) -> list[str]:
    reports: dict[str, int] = defaultdict(int)
    for trial in trials:
        reports[trial.study.id] += 1
    return [
        trial.study.id if reports[trial.study.id] == 1 else f"{trial.study.id} ({', '.join(sorted(_arms(trial)))})"
        for trial in trials
    ]


def _arms(trial: Contribution) -> frozenset[str]:
    return frozenset().union(*(row.placed.trial for row in trial.rows))


def _chorus(
    scale: Scale, members: Members, trials: Sequence[Contribution], labels: Sequence[str], polarity: Polarity
) -> Chorus:
    shared = shared_instruments(members)
    unused: list[UnusedRow] = []
    chosen: dict[int, list[tuple[RowEffects, Effect]]] = {}
    placed: dict[int, Mapping[str, Placing]] = {}
    for position, pairs in members.items():
        placed[position] = placings(trials[position].study, sorted(_arms(trials[position])))
        by_row: dict[int, list[tuple[RowEffects, Effect]]] = defaultdict(list)
        for row, effect in pairs:
            by_row[row.placed.row].append((row, effect))
        counted = {index: len(_nodes(rows, placed[position])) for index, rows in by_row.items()}
        best = min(by_row, key=lambda index: (-counted[index], row_rank(by_row[index][0][0].placed, shared)))
        chosen[position] = by_row[best]
        told = "another row of the same trial speaks for it (more arms, the primary outcome, or later weeks)"
        unused += [UnusedRow(trials[position].study.id, index, told) for index in by_row if index != best]
    better = most_count(polarity, (rows[0][1].better for rows in chosen.values()))
    voices = []
    for position, rows in sorted(chosen.items()):
        study, index = trials[position].study, rows[0][0].placed.row
        try:
            voices.append(_voice(labels[position], study, rows, placed[position], scale[0], better))
        except (Unusable, NoInformation) as fault:
            unused.append(UnusedRow(study.id, index, str(fault)))
    return Chorus(scale, better, tuple(voices), tuple(unused))


def _nodes(rows: Sequence[tuple[RowEffects, Effect]], placed: Mapping[str, Placing]) -> dict[str, tuple[str, ...]]:
    """Nodes that a row tells of, with their arms in order of id."""
    found: dict[str, set[str]] = defaultdict(set)
    for row, _ in rows:
        for arm in (*row.placed.intervention, *row.placed.comparator):
            found[placed[arm].node.id].add(arm)
    return {node: tuple(sorted(arms)) for node, arms in sorted(found.items())}


def _voice(
    label: str, study: Study, rows: Sequence[tuple[RowEffects, Effect]], placed: Mapping[str, Placing],
    measure: Measure, better: Polarity,
) -> Voice:  # fmt: skip
    nodes = _nodes(rows, placed)
    index = rows[0][0].placed.row
    if len(nodes) < 2:
        raise Unusable("both arms got the same, as a network counts it")
    if len(nodes) == 2:
        pairs = [_pair(study, index, nodes, measure, better)]
    else:
        pairs = joint_effects(study, index, nodes, measure, better)
    return Voice(
        label=label,
        study=study,
        row=index,
        weeks=study.outcomes[index].weeks,
        nodes={node: placed[arms[0]] for node, arms in nodes.items()},
        arms=nodes,
        contrasts=tuple(Contrast(a, b, effect) for (a, b), effect in zip(combinations(nodes, 2), pairs, strict=True)),
        people=_people(study, pairs, len(nodes)),
        differences=tuple(dict.fromkeys(each for row, _ in rows for each in row.placed.differences)),
    )


def _pair(study: Study, index: int, nodes: Mapping[str, tuple[str, ...]], measure: Measure, better: Polarity) -> Effect:
    one, two = nodes.values()
    found, faults = effects(study, index, one, two)
    if measure not in found:
        raise Unusable("; ".join(faults) or "arms of one treatment that cannot be put together")
    effect = found[measure]
    return effect if effect.better == better else flipped_outcome(effect)


def _people(study: Study, pairs: Sequence[Effect], nodes: int) -> int | None:
    """Each person once: of all arms, or of the largest where the sides belong to the same people."""
    sizes = [effect.people for effect in pairs]
    known = [size for size in sizes if size is not None]
    if len(known) < len(sizes):
        return study.n_analysed or study.n_randomised
    # Every arm is in nodes - 1 of the pairs.
    return max(known) if study.is_within_person else round(sum(known) / (nodes - 1))


def conversions(voices: Sequence[Voice]) -> Iterator[str]:
    """Steps from what was reported to the effects, each once a trial."""
    for voice in voices:
        yield from dict.fromkeys(step for contrast in voice.contrasts for step in contrast.effect.conversions)


def shown(measure: Measure, value: float) -> float:
    """A value on the analysis scale as people read it."""
    return math.exp(value) if measure in RATIOS else value


def data_of(voices: Sequence[Voice], names: Mapping[str, Mapping[str, str]] | None = None) -> Contrasts:
    """The trials' contrasts, checked. `names`: other names of nodes, by trial; nodes left out of it are left out."""
    rows = [
        (voice.label, *ends, each.effect)
        for voice in voices
        for each in voice.contrasts
        if None not in (ends := _named(each, names[voice.label] if names is not None else None))
    ]
    return checked(
        [effect.yi for *_, effect in rows],
        [effect.vi**0.5 for *_, effect in rows],
        [first for _, first, _, _ in rows],
        [second for _, _, second, _ in rows],
        [label for label, *_ in rows],
        tol_multiarm=1e-6,
        size=[float(effect.people or "nan") for *_, effect in rows],
    )


def _named(each: Contrast, names: Mapping[str, str] | None) -> tuple[str | None, str | None]:
    return (each.first, each.second) if names is None else (names.get(each.first), names.get(each.second))
