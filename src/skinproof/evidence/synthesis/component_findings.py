"""What each part of combined treatments adds: the additive model on the trials of one network, joined or not.

A dummy and no treatment both count as nothing added, as is usual for this model; each estimate says which of them its
trials had (`Added.control`), and people who knew that they got less cost certainty as risk of bias. Whether it matters
is looked at by a parameter for knowing that one is treated (`nodes.placings`), where the trials tell it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import combinations

import numpy as np
from scipy.special import stdtrit

from skinproof.evidence.statistics._contrasts import Contrasts
from skinproof.evidence.statistics._network_fit import degrees_of_freedom
from skinproof.evidence.statistics._network_fit import fit as fit_common
from skinproof.evidence.statistics.component_matrix import ComponentMatrix
from skinproof.evidence.statistics.component_networks import ComponentNetwork, fit_components
from skinproof.evidence.statistics.network_results import HeterogeneityTest
from skinproof.evidence.statistics.study_contributions import component_contributions
from skinproof.evidence.studies.library import Library
from skinproof.evidence.studies.records import Arm, Component
from skinproof.vocabulary import Concept, Vocabulary

from .answers import size_and_side
from .comparisons import MIXED_CONTROL, NONE, compare, listed, said, slug
from .judgements import Certainty
from .model import Comparison, Control, Directions, Estimate, Finding
from .network_certainty import rate_components
from .network_model import Added, Additivity, Beside, ComponentFinding, Interaction, Knowing, NetworkFinding, Share
from .networks import appraised
from .nodes import JOIN, NOTHING
from .overrides import Overrides
from .voices import Voice, data_of, shown
from .wording import sentence

KNOWING = "knowing"  # column of the check
TRACE = 0.005
UNTOLD = "What knowing that one is treated does cannot be told from these trials."


def component_finding(
    lib: Library, words: Vocabulary, network: NetworkFinding, pairwise: Sequence[Finding], overrides: Overrides
) -> ComponentFinding:
    """The additive model of a network's trials; `pairwise` are findings to hold it against."""
    return _Components(lib, words, network, pairwise, overrides).finding()


class _Components:
    def __init__(
        self, lib: Library, words: Vocabulary, network: NetworkFinding, pairwise: Sequence[Finding],
        overrides: Overrides,
    ) -> None:  # fmt: skip
        self.lib, self.words, self.network, self.pairwise, self.overrides = lib, words, network, pairwise, overrides
        self.concept: Concept = words.concepts[network.concept]
        self.parts: dict[str, Component] = {}
        for voice in network.voices:
            for placing in voice.nodes.values():
                own = [one for one in placing.node.arm.components if not words.treatments[one.treatment].inert]
                self.parts.update(zip(placing.node.parts, own, strict=True))
        self.voices = [voice for voice in network.voices if len(_columns(voice, knowing=False)) > 1]
        self.data, self.C = _matrix(self.voices, knowing=False)
        self.fit = fit_components(self.data, self.C, sm=network.measure)
        self.studies = {voice.label: voice.study.id for voice in network.voices}
        self.rated = self._rated()

    def finding(self) -> ComponentFinding:
        n = self.network
        known = self.fit.df_Q_additive > 0
        return ComponentFinding(
            id=f"{n.id}_components",
            network_id=n.id,
            concern=n.concern,
            concept=n.concept,
            event=n.event,
            measure=n.measure,
            scale=n.scale,
            better=n.better,
            rank=n.rank,
            components=tuple(self._added(part) for part in self.C.comps),
            additivity=_additivity(self.fit),
            knowing=self._knowing(),
            interactions=tuple(self._interactions()),
            study_ids=n.study_ids,
            tau2=float(self.fit.tau2) if known else None,
            fit=self.fit,
        )

    def _rated(self) -> Mapping[str, Certainty]:
        appraisals = {voice.label: appraised(self.lib, voice) for voice in self.voices}
        surrogate = self.concept.matters == "surrogate"
        changed = self.overrides.of_components(self.network.id, self.fit.comps)
        return rate_components(self.fit, appraisals, self.network.important, surrogate=surrogate, overrides=changed)

    def _added(self, part: str) -> Added:
        name = said(self.parts[part], self.words)
        speaking = [voice for voice in self.voices if _differs(voice, part)]
        backgrounds = tuple(sorted({each for voice in speaking for each in _backgrounds(voice, part)}))
        ids = tuple(dict.fromkeys(voice.study.id for voice in speaking))
        if part in self.fit.unidentified:
            return Added(part, self.parts[part].treatment, name, ids, backgrounds, None, self._why_not(part, speaking))
        made, shares = self._estimate(part)
        control = self._control(made)
        comparison = self._comparison(part, backgrounds, control)
        certainty = self.rated[part]
        size, favours = size_and_side(made, self.network.important, Directions())
        beside = tuple(self._beside(part, made))
        same = next((each for each in beside if each.same_studies and _same(each, made)), None)
        if same is not None:
            found = next(each for each in self.pairwise if each.id == same.finding_id)
            certainty, size, favours = found.certainty, found.size, found.favours
        return Added(
            part, self.parts[part].treatment, name, ids, backgrounds, made, None, control, shares, size, favours,
            certainty,
            sentence(comparison, self.concept, certainty.level, size, favours, self.network.event), beside,
        )  # fmt: skip

    def _estimate(self, part: str) -> tuple[Estimate, tuple[Share, ...]]:
        fit = self.fit
        at, effects, measure = fit.comps.index(part), fit.components(), self.network.measure
        value, se = float(effects.TE[at]), float(effects.seTE[at])
        shares = component_contributions(fit).values[at]
        behind = tuple(
            Share(self.studies[label], round(float(share), 6))
            for label, share in sorted(zip(fit.data.studies, shares, strict=True), key=lambda one: (-one[1], one[0]))
            if share >= TRACE
        )
        ids = tuple(dict.fromkeys(share.study_id for share in behind))
        voices = [voice for voice in self.voices if voice.study.id in ids]
        sizes = [voice.people for voice in voices]
        df = fit.df_Q_additive
        prediction = None
        if df > 0:
            reach = float(stdtrit(df, 0.975)) * math.sqrt(se**2 + fit.random.tau2)
            prediction = (shown(measure, value - reach), shown(measure, value + reach))
        made = Estimate(
            measure=measure,
            value=shown(measure, value),
            low=shown(measure, float(effects.lower[at])),
            high=shown(measure, float(effects.upper[at])),
            k=len(voices),
            people=sum(size for size in sizes if size is not None) if None not in sizes else None,
            basis="components",
            better=self.network.better,
            scale=self.network.scale,
            method="additive components, random effects, moment estimator of tau², normal interval",
            study_ids=ids,
            tau2=float(fit.tau2) if df > 0 else None,
            i2=100 * fit.I2[0] if df > 0 else None,
            prediction=prediction,
        )
        return made, behind

    def _control(self, made: Estimate) -> Control:
        """What trials behind an estimate gave in place of a treatment."""
        behind = [
            placing for voice in self.voices if voice.study.id in made.study_ids for placing in voice.nodes.values()
        ]
        dummy, known = any(each.node.dummy for each in behind), any(each.known for each in behind)
        return "placebo-or-none" if dummy and known else "placebo-like" if dummy else "none"

    def _comparison(self, part: str, backgrounds: Sequence[str], control: Control) -> Comparison:
        """What the component was added to, in words for the sentence."""
        own = self.parts[part]
        bases = [base.split(JOIN) if base else [] for base in backgrounds]
        one = bases[0] if len(bases) == 1 else []
        base = [self.parts[key] for key in one]
        none = Component(treatment={"placebo-like": "placebo", "placebo-or-none": MIXED_CONTROL}.get(control, NONE))
        made = compare(Arm(id="with", components=(own, *base)), Arm(id="without", components=(none, *base))).comparison
        if len(bases) < 2 or not all(bases):
            return made
        names = [listed(said(self.parts[key], self.words) for key in keys) for keys in bases]
        told = f"{', '.join(names[:-1])} or {names[-1]}"
        return replace(
            made, background=tuple(self.parts[key].treatment for keys in bases for key in keys),
            short=f"{said(own, self.words)} added to {told}",
        )  # fmt: skip

    def _why_not(self, part: str, speaking: Sequence[Voice]) -> str:
        """Why the trials do not tell a component's own effect."""
        if not speaking:
            return "all groups of every trial here had it"
        others: set[str] | None = None
        for voice in speaking:
            for one, two in combinations(voice.nodes.values(), 2):
                differing = set(one.node.parts) ^ set(two.node.parts)
                if part in differing:
                    others = differing - {part} if others is None else others & differing
        if others:
            told = listed(said(self.parts[key], self.words) for key in sorted(others))
            return f"wherever it was tested the groups also differed in {told}, so its own share cannot be told"
        return "it was always tested together with, or against, something whose own effect is not known here either"

    def _beside(self, part: str, made: Estimate) -> list[Beside]:
        found = []
        for finding in self.pairwise:
            other = finding.estimate
            nothing = finding.comparison.control in ("placebo-like", "none")
            mine = finding.comparison.id.startswith(f"{slug(part)}_vs_")
            if other is None or not nothing or not mine or other.scale != made.scale or other.basis == "review":
                continue
            same = sorted(other.study_ids) == sorted(made.study_ids)
            agrees = made.low <= other.value <= made.high and other.low <= made.value <= other.high
            pair = f"{finding.comparison.short}, against {finding.comparison.against}"
            numbers = f"{other.value:.3g} ({other.low:.3g} to {other.high:.3g})"
            told = "the two agree" if agrees else "the two differ"
            if same and _same(other, made):
                told = "it is the same number"
            if not all(self.lib.studies[each].randomised for each in other.study_ids):
                told += "; chance did not decide who got which treatment there"
            text = f"The pair by itself ({pair}) gives {numbers}; {told}."
            found.append(Beside(finding.id, other.value, other.low, other.high, same, agrees, text))
        return found

    def _knowing(self) -> Knowing:
        """The model with a parameter for knowing that one is treated."""
        none = Knowing(None, None, None, None, UNTOLD)
        voices = self.network.voices
        if not any(placing.known for voice in voices for placing in voice.nodes.values()):
            return none
        wider = fit_components(*_matrix(voices, knowing=True), sm=self.network.measure)
        if KNOWING in wider.unidentified:
            return none
        effect = wider.components()
        value, low, high = (
            shown(self.network.measure, float(each[-1])) for each in (effect.TE, effect.lower, effect.upper)
        )
        p = float(effect.pval[-1])
        told = (
            "Trials against nothing and trials against a dummy differ"
            if p < 0.05
            else ("Trials against nothing do not clearly differ from trials against a dummy")
        )
        return Knowing(value, low, high, p, f"{told} (knowing that one is treated, p = {p:.2f}).")

    def _interactions(self) -> list[Interaction]:
        """Pairs of components given together whose joint effect the trials tell apart from the sum."""
        together = {
            pair
            for voice in self.voices
            for placing in voice.nodes.values()
            for pair in combinations(placing.node.parts, 2)
        }
        found = []
        for one, two in sorted(together):
            wider = fit_components(self.data, self.C.with_interaction(one, two), sm=self.network.measure)
            effect = wider.components()
            if wider.rank == self.fit.rank or math.isnan(float(effect.TE[-1])):
                continue
            value, low, high = (
                shown(self.network.measure, float(each[-1])) for each in (effect.TE, effect.lower, effect.upper)
            )
            p = float(effect.pval[-1])
            names = " and ".join(said(self.parts[key], self.words) for key in (one, two))
            told = "do together what each does alone, as far as can be seen"
            if p < 0.05:
                better = (value > (1.0 if self.network.measure not in ("MD", "SMD") else 0.0)) == (
                    self.network.better == "higher"
                )
                told = f"are together {'better' if better else 'worse'} than the sum of what each does"
            found.append(
                Interaction((one, two), value, low, high, p, f"{names[:1].upper()}{names[1:]} {told} (p = {p:.2f}).")
            )
        return found


def _same(one: Beside | Estimate, other: Estimate) -> bool:
    pairs = ((one.value, other.value), (one.low, other.low), (one.high, other.high))
    return all(math.isclose(a, b, rel_tol=1e-6, abs_tol=1e-9) for a, b in pairs)


def _columns(voice: Voice, *, knowing: bool) -> dict[str, str]:
    """Names that the additive model tells a trial's nodes apart by, one node a name: a dummy before nothing."""
    found: dict[str, str] = {}
    for node, placing in sorted(voice.nodes.items(), key=lambda each: (not each[1].node.dummy, each[0])):
        name = JOIN.join(placing.node.parts) or NOTHING
        found.setdefault(name + "*" * placing.known if knowing else name, node)
    return {node: name for name, node in found.items()}


def _matrix(voices: Sequence[Voice], *, knowing: bool) -> tuple[Contrasts, ComponentMatrix]:
    """The trials' contrasts, and the model's columns: one for each component, and one for knowing where asked."""
    names = {voice.label: _columns(voice, knowing=knowing) for voice in voices}
    data = data_of(voices, names)
    placings = {name: voice.nodes[node] for voice in voices for node, name in names[voice.label].items()}
    parts = sorted({part for each in placings.values() for part in each.node.parts})
    values = [[float(part in placings[name].node.parts) for part in parts] for name in data.trts]
    C = ComponentMatrix(data.trts, tuple(parts), np.array(values).reshape(len(data.trts), len(parts)), JOIN)
    return data, C.with_column(KNOWING, [float(placings[name].known) for name in data.trts]) if knowing else C


def _differs(voice: Voice, part: str) -> bool:
    return len({part in placing.node.parts for placing in voice.nodes.values()}) == 2


def _backgrounds(voice: Voice, part: str) -> list[str]:
    """What a component was added to: the parts that arms with and without it share."""
    having = [set(placing.node.parts) for placing in voice.nodes.values() if part in placing.node.parts]
    lacking = [set(placing.node.parts) for placing in voice.nodes.values() if part not in placing.node.parts]
    pure = [JOIN.join(sorted(b)) for a in having for b in lacking if a - b == {part} and b <= a]
    return pure or [JOIN.join(sorted(a & b)) for a in having for b in lacking]


def _additivity(fit: ComponentNetwork) -> Additivity:
    """By Q of the additive model less Q of a network of each joined part (Rücker, Petropoulou and Schwarzer 2020).

    Of parts that do not hang together the sum of their Q is taken: the additive model is nested in theirs too.
    """
    data = fit.data
    part = data.component_of[data.treat1]
    parts = [data.subset(part == each) for each in range(fit.s)]
    Q = fit.common.Q - sum(fit_common(each).Q for each in parts)
    df = fit.df_Q_additive - sum(degrees_of_freedom(each) for each in parts)
    if df <= 0:
        told = "Whether effects add up cannot be tested: no two of these trials would show it."
        return Additivity(False, None, 0, None, told)
    test = HeterogeneityTest(max(0.0, Q), df)
    told = "Effects add up as far as can be seen" if test.pval > 0.1 else "Effects may not add up"
    told += f" (test of additivity, Q = {test.Q:.2f}, df = {test.df}, p = {test.pval:.2f})."
    return Additivity(True, test.Q, df, test.pval, told)
