"""From placed rows to networks: one for each outcome and scale, every randomised trial on it with one voice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from skinproof.evidence.statistics._contrasts import Contrasts
from skinproof.evidence.studies.library import Library
from skinproof.vocabulary import Concept, Vocabulary

from .appraisal import Appraisal, appraise
from .comparisons import slug
from .finding_ids import event_of
from .importance import Bands, bands
from .instruments import common
from .league import Asked, part_of_network
from .model import Finding, UnusedRow
from .network_model import Edge, EdgeRow, NetworkFinding
from .overrides import Overrides
from .pooling import (
    Contribution,
    RowEffects,
    apart_from_overlaps,
    contributions,
    in_how_many,
    scale_label,
    typical_sd,
    written_scale,
)
from .rows import PlacedRow
from .voices import Chorus, Voice, choruses, conversions, data_of

Question = tuple[str, str, str | None]  # concern, concept, event
Pairwise = Mapping[tuple[str, str, str | None, str], Finding]  # the same with a comparison's id


@dataclass(frozen=True, slots=True)
class Built:
    """The networks of one question, and rows that are in none of them."""

    networks: tuple[NetworkFinding, ...]
    unused: tuple[UnusedRow, ...]


def questions(rows: Iterable[RowEffects]) -> dict[Question, list[RowEffects]]:
    """Rows of trials and reviews with a comparison, by what was measured in whom."""
    groups: dict[Question, list[RowEffects]] = defaultdict(list)
    for row in rows:
        placed = row.placed
        if placed.setting in ("controlled", "dose"):
            groups[placed.study.concern, placed.outcome.concept, event_of(placed)].append(row)
    return groups


def build(
    lib: Library, words: Vocabulary, rows: Sequence[RowEffects], pairwise: Pairwise, overrides: Overrides
) -> Built:
    """The networks of rows that share a question, the scale that most trials share first."""
    first = rows[0].placed
    concern, concept, event = first.study.concern, words.concepts[first.outcome.concept], event_of(first)
    every = contributions(rows)
    counted, overlapping, notes = apart_from_overlaps(every, lib.overlaps)
    trials = [one for one in counted if not one.study.is_review and one.study.randomised]
    made = [
        _network(lib, concern, concept, event, chorus, rank, tuple(notes), pairwise, overrides)
        for rank, chorus in enumerate(choruses(trials, concept.better), start=1)
    ]
    told = {(voice.study.id, voice.row) for network in made for voice in network.voices}
    told |= {(row.study_id, row.row) for network in made for row in network.unused}
    heard = {voice.study.id for network in made for voice in network.voices}
    unused = {
        (one.study.id, row.placed.row): UnusedRow(
            one.study.id, row.placed.row, _why(one, row.faults, overlapping, heard, row.placed)
        )
        for one in every
        for row in one.rows
        if (one.study.id, row.placed.row) not in told
    }
    return Built(tuple(made), tuple(unused[key] for key in sorted(unused)))


def _why(
    one: Contribution, faults: Sequence[str], overlapping: Sequence[Contribution], heard: set[str], placed: PlacedRow
) -> str:
    """Why a row is in no network."""
    if one.study.is_review:
        return "a review: it contains trials, so it is never pooled with them"
    if one in overlapping:
        return "another report here holds the same people"
    if not one.study.randomised:
        return "chance did not decide who got which treatment"
    if placed.setting == "dose":
        return "it compares ways of giving one treatment, which are one node of a network"
    if faults:
        return f"no effect could be worked out: {'; '.join(dict.fromkeys(faults))}"
    if one.study.id in heard:
        return "the same trial speaks on another scale, or by a row with an interval"
    return "no effect with an interval can be worked out from what is reported"


def _network(
    lib: Library, concern: str, concept: Concept, event: str | None, chorus: Chorus, rank: int,
    notes: tuple[str, ...], pairwise: Pairwise, overrides: Overrides,
) -> NetworkFinding:  # fmt: skip
    voices = chorus.voices
    data = data_of(voices)
    nodes = {placing.node.id: placing.node for voice in voices for placing in voice.nodes.values()}
    written = written_scale([voice.study.outcomes[voice.row] for voice in voices])
    on = slug("-".join(part for part in chorus.scale if part))
    asked = Asked(
        concern=concern,
        concept=concept,
        event=event,
        scale=chorus.scale,
        better=chorus.better,
        label=scale_label(chorus.scale, chorus.better, written),
        written=written,
        nodes=nodes,
        appraisals={voice.label: appraised(lib, voice) for voice in voices},
        important=_bands(chorus),
        pairwise=pairwise,
        network_id="_".join([*question_id(concern, concept.id, event), on]),
        overrides=overrides,
    )
    parts = [part_of_network(asked, part_voices) for part_voices in _parts(data, voices)]
    parts.sort(key=lambda part: (-len(part.studies), -len(part.nodes), part.nodes))
    sizes = [voice.people for voice in voices]
    every = list(conversions(voices))
    steps = [in_how_many(step, every.count(step), len(voices)) for step in dict.fromkeys(every)]
    return NetworkFinding(
        id=asked.network_id,
        concern=concern,
        concept=concept.id,
        event=event,
        measure=chorus.scale[0],
        scale=asked.label,
        better=chorus.better,
        rank=rank,
        nodes=tuple(nodes[name] for name in data.trts),
        edges=_edges(voices),
        parts=tuple(parts),
        people=sum(size for size in sizes if size is not None) if None not in sizes else None,
        unused=chorus.unused,
        notes=(*notes, *steps),
        important=asked.important,
        voices=voices,
    )


def question_id(concern: str, concept: str, event: str | None) -> list[str]:
    """The beginning of the id of whatever is found about one question."""
    return [concern, concept, *([slug(event)] if event else [])]


def _parts(data: Contrasts, voices: Sequence[Voice]) -> list[list[Voice]]:
    """Trials by the part of the network that they are in."""
    place = {name: int(part) for name, part in zip(data.trts, data.component_of, strict=True)}
    found: dict[int, list[Voice]] = defaultdict(list)
    for voice in voices:
        found[place[voice.contrasts[0].first]].append(voice)
    return list(found.values())


def _edges(voices: Sequence[Voice]) -> tuple[Edge, ...]:
    found: dict[tuple[str, str], list[EdgeRow]] = defaultdict(list)
    for voice in voices:
        for each in voice.contrasts:
            effect = each.effect
            row = EdgeRow(
                voice.study.id, voice.row, voice.label, effect.arms, effect.value, effect.low, effect.high,
                voice.weeks, effect.conversions,
            )  # fmt: skip
            found[each.first, each.second].append(row)
    return tuple(Edge(*pair, tuple(found[pair])) for pair in sorted(found))


def appraised(lib: Library, voice: Voice) -> Appraisal:
    """A trial as certainty sees it."""
    study = voice.study
    return appraise(
        study,
        people=voice.people,
        design_doubted=bool(lib.design_doubt(study.id)),
        doubt=lib.suspicion(study.id),
        untreated=any(placing.known for placing in voice.nodes.values()),
        indirect=[f"the groups differed in more than the treatment: {each}" for each in voice.differences],
    )


def _bands(chorus: Chorus) -> Bands | None:
    """Where an effect starts to matter, the same for every comparison of the network.

    Ratios are judged as ratios: people out of 100 would need the risk of the one compared with, and that differs from
    one comparison to the next (a ratio of 0.4 is nothing beside a dummy under which nobody clears, and much beside a
    treatment under which most do).
    """
    measure, voices = chorus.scale[0], chorus.voices
    effects = [each.effect for voice in voices for each in voice.contrasts]
    rows = [voice.study.outcomes[voice.row] for voice in voices]
    named = next((common(row).name for row in rows if row.instrument and row.statistic != "percent-change"), None)
    return bands(measure, typical_sd(effects), named)
