"""One joined part of a network: its fit, every comparison in it with its certainty, its ranking, its coherence."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from skinproof.evidence.statistics.network import NetworkMetaAnalysis, fit_network
from skinproof.evidence.statistics.network_inconsistency import decompose_designs
from skinproof.evidence.statistics.network_ranking import p_scores
from skinproof.evidence.statistics.study_contributions import study_contributions
from skinproof.evidence.studies.records import Polarity
from skinproof.vocabulary import Concept

from .answers import size_and_side
from .appraisal import Appraisal
from .certainty_table import NetworkCertainty
from .comparisons import compare
from .importance import Bands
from .judgements import Certainty
from .model import Comparison, Directions, Effect, Estimate, Finding
from .network_certainty import rate_network
from .network_model import Incoherence, LeagueEntry, NetworkPart, Share
from .nodes import Node
from .overrides import Overrides
from .pooling import Scale, estimate
from .voices import Voice, data_of, shown
from .wording import sentence

TRACE = 0.005  # a trial with less of an estimate is not named as behind it
WHOLE = 1e-8


@dataclass(frozen=True, slots=True)
class Asked:
    """What all parts of one network have in common."""

    concern: str
    concept: Concept
    event: str | None
    scale: Scale
    better: Polarity
    label: str  # the scale in words
    written: str  # the instrument's name
    nodes: Mapping[str, Node]
    appraisals: Mapping[str, Appraisal]
    important: Bands | None
    pairwise: Mapping[tuple[str, str, str | None, str], Finding]
    network_id: str
    overrides: Overrides

    def fit(self, voices: Sequence[Voice]) -> NetworkMetaAnalysis:
        """The random-effects network of trials that hang together, tau² by REML."""
        return fit_network(data_of(voices), sm=self.scale[0], method_tau="REML")

    def rated(self, fit: NetworkMetaAnalysis) -> NetworkCertainty:
        """How sure one can be of each comparison, by rule and by reviewers."""
        return rate_network(
            fit, self.appraisals, self.important, surrogate=self.concept.matters == "surrogate",
            overrides=self.overrides.of_network(self.network_id, fit.trts),
        )  # fmt: skip

    def pair(self, one: str, other: str) -> tuple[str, str, Comparison]:
        """Two nodes, the intervention first, and the comparison that they make."""
        made = compare(self.nodes[one].arm, self.nodes[other].arm)
        return (other, one, made.comparison) if made.flipped else (one, other, made.comparison)


def part_of_network(asked: Asked, voices: Sequence[Voice]) -> NetworkPart:
    """A part from the trials that are in it."""
    nodes = sorted({node for voice in voices for node in voice.nodes})
    return _pair(asked, voices, nodes) if len(nodes) == 2 else _network(asked, voices)


def reference_of(asked_nodes: Mapping[str, Node], voices: Sequence[Voice]) -> str:
    """What others are best held against: a control without active treatment, else the node that most trials hold."""
    held = Counter(node for voice in voices for node in voice.nodes)
    return min(held, key=lambda node: (not asked_nodes[node].inert, -held[node], node))


def _network(asked: Asked, voices: Sequence[Voice]) -> NetworkPart:
    fit = asked.fit(voices)
    rated = asked.rated(fit)
    shares = study_contributions(fit)
    studies = {voice.label: voice.study.id for voice in voices}
    league = [
        _entry(asked, fit, voices, studies, pair, rated[pair], shares.values[row])
        for row, pair in enumerate(_pairs(fit))
    ]
    scores = p_scores(fit, small_values="desirable" if asked.better == "lower" else "undesirable")
    known = fit.df_Q > 0
    return NetworkPart(
        nodes=fit.trts,
        studies=fit.data.studies,
        reference=reference_of(asked.nodes, voices),
        league=tuple(league),
        ranking=tuple(sorted(zip(fit.trts, scores.scores.tolist(), strict=True), key=lambda each: (-each[1], each[0]))),
        incoherence=_incoherence(fit),
        tau2=float(fit.tau2) if known else None,
        i2=100 * fit.I2[0] if known else None,
        fit=fit,
    )


def _pairs(fit: NetworkMetaAnalysis) -> list[tuple[str, str]]:
    return [(a, b) for i, a in enumerate(fit.trts) for b in fit.trts[i + 1 :]]


def _entry(
    asked: Asked, fit: NetworkMetaAnalysis, voices: Sequence[Voice], studies: Mapping[str, str],
    pair: tuple[str, str], certainty: Certainty, shares: Sequence[float],
) -> LeagueEntry:  # fmt: skip
    first, second, comparison = asked.pair(*pair)
    i, j = fit.index(first), fit.index(second)
    measure = asked.scale[0]

    def told(matrix: object) -> tuple[float, float, float] | None:
        values = tuple(float(getattr(matrix, field)[i, j]) for field in ("TE", "lower", "upper"))
        return None if math.isnan(values[0]) else tuple(shown(measure, each) for each in values)  # type: ignore[return-value]

    network, direct, indirect = fit.network(), fit.direct(), fit.indirect()
    value, low, high = told(network) or (math.nan,) * 3
    new = fit.prediction
    ends = shown(measure, float(new.lower[i, j])), shown(measure, float(new.upper[i, j]))
    behind = tuple(
        Share(studies[label], round(float(share), 6))
        for label, share in sorted(zip(fit.data.studies, shares, strict=True), key=lambda each: (-each[1], each[0]))
        if share >= TRACE
    )
    known = fit.df_Q > 0
    made = Estimate(
        measure=measure,
        value=value,
        low=low,
        high=high,
        k=sum(first in voice.nodes and second in voice.nodes for voice in voices),
        people=_people(voices, {share.study_id for share in behind}),
        basis="network",
        better=asked.better,
        scale=asked.label,
        method="network, random effects, REML, normal interval",
        study_ids=tuple(dict.fromkeys(share.study_id for share in behind)),
        tau2=float(fit.tau2) if known else None,
        i2=100 * fit.I2[0] if known else None,
        prediction=ends if known else None,
    )
    share = float(fit.prop_direct()[i, j])
    apart = None if share > 1 - WHOLE else told(indirect)
    p = None
    if share > WHOLE and apart is not None:
        se = math.hypot(float(direct.seTE[i, j]), float(indirect.seTE[i, j]))
        p = math.erfc(abs(float(direct.TE[i, j]) - float(indirect.TE[i, j])) / se / math.sqrt(2))
    return _judged(
        asked,
        LeagueEntry(
            first,
            second,
            comparison,
            made,
            told(direct),
            apart,
            share,
            p,
            behind,
            "unknown",
            "unknown",
            certainty,
            "",
        ),
    )


def _people(voices: Sequence[Voice], ids: set[str]) -> int | None:
    sizes = [voice.people for voice in voices if voice.study.id in ids]
    return sum(size for size in sizes if size is not None) if None not in sizes else None


def _judged(asked: Asked, entry: LeagueEntry) -> LeagueEntry:
    size, favours = size_and_side(entry.estimate, asked.important, Directions())
    text = sentence(entry.comparison, asked.concept, entry.certainty.level, size, favours, asked.event)
    return replace(entry, size=size, favours=favours, sentence=text)


def _pair(asked: Asked, voices: Sequence[Voice], nodes: Sequence[str]) -> NetworkPart:
    """Two nodes alone: what the pairwise finding says where it rests on the same trials and scale."""
    first, second, comparison = asked.pair(nodes[0], nodes[1])
    effects = [_turned(each.effect, each.first != first) for voice in voices for each in voice.contrasts]
    made = estimate(effects, asked.scale, asked.better, (), asked.written)
    shares = (
        tuple(Share(voice.study.id, 1 / len(voices)) for voice in voices)
        if len(voices) == 1
        else _weights(voices, made)
    )
    found = asked.pairwise.get((asked.concern, asked.concept.id, asked.event, comparison.id))
    same = found is not None and found.estimate is not None and _same(found.estimate, made)
    if found is not None and same:
        entry = LeagueEntry(
            first, second, comparison, made, _values(made), None, 1.0, None, shares, found.size, found.favours,
            found.certainty, found.sentence, found.id,
        )  # fmt: skip
    else:
        fit = asked.fit(voices)
        rated = asked.rated(fit)
        bare = LeagueEntry(
            first, second, comparison, made, _values(made), None, 1.0, None, shares, "unknown", "unknown",
            rated[first, second], "",
        )  # fmt: skip
        entry = _judged(asked, bare)
    none = Incoherence(False, None, 0, None, "Two treatments alone: nothing else could contradict them.")
    return NetworkPart(
        nodes=tuple(nodes),
        studies=tuple(voice.label for voice in voices),
        reference=second,
        league=(entry,),
        ranking=(),
        incoherence=none,
        tau2=made.tau2,
        i2=made.i2,
    )


def _weights(voices: Sequence[Voice], made: Estimate) -> tuple[Share, ...]:
    weights = [1 / (voice.contrasts[0].effect.vi + (made.tau2 or 0.0)) for voice in voices]
    shared = zip(voices, weights, strict=True)
    made_shares = [Share(voice.study.id, round(weight / sum(weights), 6)) for voice, weight in shared]
    return tuple(sorted(made_shares, key=lambda each: (-each.share, each.study_id)))


def _values(made: Estimate) -> tuple[float, float, float]:
    return made.value, made.low, made.high


def _same(one: Estimate, other: Estimate) -> bool:
    alike = all(
        math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-12) for a, b in zip(_values(one), _values(other), strict=True)
    )
    return alike and (one.scale, sorted(one.study_ids)) == (other.scale, sorted(other.study_ids))


def _turned(effect: Effect, turn: bool) -> Effect:
    """An effect the other way round: comparator against intervention."""
    if not turn:
        return effect
    ratio = effect.measure not in ("MD", "SMD")
    ends = (1 / effect.high, 1 / effect.low) if ratio else (-effect.high, -effect.low)
    return replace(
        effect, yi=-effect.yi, value=1 / effect.value if ratio else -effect.value, low=ends[0], high=ends[1],
        arms=effect.arms[::-1], n=effect.n[::-1], events=effect.events[::-1] if effect.events else None,
    )  # fmt: skip


def _incoherence(fit: NetworkMetaAnalysis) -> Incoherence:
    if fit.inconsistency.df == 0:
        star = max((fit.adjacency > 0).sum(axis=1)) == fit.n - 1 and not _loops(fit)
        shape = "all comparisons meet in one treatment (a star)" if star else "no loop of independent trials joins it"
        return Incoherence(False, None, 0, None, f"Incoherence cannot be checked: {shape}.")
    test = decompose_designs(fit).Q_inc_random
    told = "do not contradict each other more than chance explains" if test.pval > 0.1 else "contradict each other"
    return Incoherence(
        True,
        float(test.Q),
        int(test.df),
        float(test.pval),
        f"Ways through the network {told} (design-by-treatment test, Q = {test.Q:.2f}, df = {test.df}, "
        f"p = {test.pval:.2f}).",
    )


def _loops(fit: NetworkMetaAnalysis) -> bool:
    return int((fit.adjacency > 0).sum()) // 2 > fit.n - 1
