"""How sure one can be of a network's estimates: CINeMA's six domains, by the written rules of certainty-rules.yaml.

Nikolakopoulou et al. (2020, PLoS Medicine 17:e1003082), Salanti et al. (2014, PLoS ONE 9:e99682) and Papakonstantinou
et al. (2020, Campbell Systematic Reviews 16:e1080) for the domains; each rule's own source is beside it in the data.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from scipy.special import stdtrit

from skinproof.evidence.statistics.component_networks import ComponentNetwork
from skinproof.evidence.statistics.network import Model, NetworkMetaAnalysis
from skinproof.evidence.statistics.network_evidence_flow import ContributionMethod
from skinproof.evidence.statistics.network_inconsistency import decompose_designs
from skinproof.evidence.statistics.network_pools import adjusted_funnel
from skinproof.evidence.statistics.network_results import EffectMatrices, HeterogeneityTest
from skinproof.evidence.statistics.study_contributions import component_contributions, isolated, study_contributions

from .appraisal import Appraisal
from .certainty import BY_RULE_ALONE, p_text
from .certainty_rules import CertaintyRules, certainty_rules
from .certainty_table import ComponentCertainty, NetworkCertainty
from .importance import Bands
from .intervals import Interval
from .judgements import Certainty, Judgement, Level, Override, Reason
from .levels import settle
from .network_domains import (
    Behind,
    Spread,
    heterogeneity,
    imprecision,
    indirectness,
    judged,
    reporting_bias,
    within_study_bias,
)

NO_OVERRIDES: Mapping[Any, Sequence[Override]] = {}
WHOLE = 1e-8  # what is left of a share that counts as all of it


def rate_network(
    fit: NetworkMetaAnalysis,
    appraisals: Mapping[str, Appraisal],
    important: Bands | None,
    *,
    model: Model = "random",
    surrogate: bool = False,
    order: Sequence[str] | None = None,
    overrides: Mapping[tuple[str, str], Sequence[Override]] = NO_OVERRIDES,
    method: ContributionMethod = "shortestpath",
    rules: CertaintyRules | None = None,
) -> NetworkCertainty:
    """The certainty of every comparison of a fitted network.

    Args:
        appraisals: one for each study label of the fit.
        important: where an effect starts to matter, on the analysis scale; None where nobody says, and then only
            whether an interval reaches no effect is looked at. Where the steps up and down differ the smaller counts.
        surrogate: the outcome is a stand-in for something that a person sees or feels.
        order: treatments from the one that small studies would flatter least to the one they would flatter most, for
            the comparison-adjusted funnel; None leaves small studies unchecked, and says so.
        overrides: reviewers' judgements by pair of treatments, in either order.

    Raises:
        ValueError: a study of the fit has no appraisal, or an override names a comparison that is not there.
    """
    rules = rules or certainty_rules()
    _require(fit.data.studies, appraisals)
    _require_pairs(fit, overrides)
    shares = study_contributions(fit, model, method=method)
    effects, prediction = fit.network(model), fit.prediction
    coherence = _Coherence(fit, model, min(important.small) if important else None, rules)
    asymmetry = _asymmetry(fit, order, model, rules)
    made = {}
    for row, (i, j) in enumerate(zip(*(ends.tolist() for ends in np.triu_indices(fit.n, 1)), strict=True)):
        pair = (fit.trts[i], fit.trts[j])
        spread = Spread(_interval(effects, i, j), _interval(prediction, i, j), coherence.step)
        made[pair] = _certainty(
            Behind.of(fit.data.studies, shares.values[row], appraisals, rules),
            spread,
            coherence.reason(i, j),
            overrides.get(pair) or overrides.get(pair[::-1]) or (),
            rules,
            direct_only=coherence.direct_only(i, j),
            surrogate=surrogate,
            asymmetry=asymmetry,
            studies=fit.k,
        )
    return NetworkCertainty(made)


def rate_components(
    fit: ComponentNetwork,
    appraisals: Mapping[str, Appraisal],
    important: Bands | None,
    *,
    model: Model = "random",
    surrogate: bool = False,
    overrides: Mapping[str, Sequence[Override]] = NO_OVERRIDES,
    rules: CertaintyRules | None = None,
) -> ComponentCertainty:
    """The certainty of every component effect that the data identify, as `rate_network`.

    Components whose effect the data do not tell (`fit.unidentified`) have no estimate, so nothing is said of them. In
    place of incoherence stands whether effects add up. A prediction interval is t with the additive model's degrees of
    freedom, its variance that of the effect and tau² together.

    Raises:
        ValueError: a study of the fit has no appraisal, or an override names a component that is not there.
    """
    rules = rules or certainty_rules()
    _require(fit.data.studies, appraisals)
    if unknown := [name for name in overrides if name not in fit.comps]:
        raise ValueError(f"override of {unknown[0]!r}, which is no component; there are: {', '.join(fit.comps)}")
    shares, alone = component_contributions(fit, model), isolated(fit)
    effects = fit.components(model)
    step = min(important.small) if important else None
    df = fit.df_Q_additive
    half = float(stdtrit(df, 0.5 + fit.level / 2)) if df > 0 else math.nan
    made = {}
    for row, name in enumerate(fit.comps):
        value, se = float(effects.TE[row]), float(effects.seTE[row])
        if math.isnan(value):
            continue
        reach = half * math.sqrt(se**2 + fit.random.tau2)
        direct_only = float(alone.values[row] @ shares.values[row]) > 1 - WHOLE
        made[name] = _certainty(
            Behind.of(fit.data.studies, shares.values[row], appraisals, rules),
            Spread(
                Interval(value, float(effects.lower[row]), float(effects.upper[row])),
                Interval(value, value - reach, value + reach),
                step,
            ),
            _additivity(fit, direct_only, rules),
            overrides.get(name, ()),
            rules,
            direct_only=direct_only,
            surrogate=surrogate,
            asymmetry=None,
            studies=len(fit.data.studies),
        )
    return ComponentCertainty(made)


def _certainty(
    behind: Behind,
    spread: Spread,
    coherence: Reason,
    overrides: Sequence[Override],
    rules: CertaintyRules,
    *,
    direct_only: bool,
    surrogate: bool,
    asymmetry: float | None,
    studies: int,
) -> Certainty:
    """The six domains of one estimate, and the level that follows."""
    start, first = _start(behind, rules)
    reasons = [
        first,
        within_study_bias(behind, rules),
        reporting_bias(behind, asymmetry, studies, rules),
        indirectness(behind, surrogate, rules),
        imprecision(behind, spread, rules),
        heterogeneity(spread, direct_only, rules),
        coherence,
    ]
    return settle(start, reasons, rules.limit.cap, BY_RULE_ALONE, overrides, rules.network.levels_off.of)


def _start(behind: Behind, known: CertaintyRules) -> tuple[Level, Reason]:
    rules = known.start
    loose = [each.study_id for each in behind.studies if not each.randomised]
    if not loose:
        return rules.randomised, Reason("start", 0, "Starts high: chance decided who got which treatment.")
    level = rules.not_randomised
    text = f"Starts {level}: chance did not decide who got which treatment in every study."
    return level, Reason("start", 0, text, study_ids=tuple(loose))


def _require(studies: Sequence[str], appraisals: Mapping[str, Appraisal]) -> None:
    missing = [study for study in studies if study not in appraisals]
    if missing:
        raise ValueError(f"no appraisal of {', '.join(missing)}")


def _require_pairs(fit: NetworkMetaAnalysis, overrides: Mapping[tuple[str, str], Sequence[Override]]) -> None:
    for a, b in overrides:
        if a == b or not {a, b} <= set(fit.trts):
            raise ValueError(f"override of {a!r} against {b!r}, which is no comparison of: {', '.join(fit.trts)}")


def _asymmetry(
    fit: NetworkMetaAnalysis, order: Sequence[str] | None, model: Model, rules: CertaintyRules
) -> float | None:
    """p of Egger's regression on the comparison-adjusted funnel; None where there is too little to check."""
    if order is None or fit.k < rules.network.reporting_bias.fewest_studies:
        return None
    return adjusted_funnel(fit, order, model).egger()[4]


def _interval(effects: EffectMatrices, i: int, j: int) -> Interval:
    return Interval(float(effects.TE[i, j]), float(effects.lower[i, j]), float(effects.upper[i, j]))


class _Coherence:
    """Whether direct and indirect evidence agree, for each comparison of a network."""

    def __init__(self, fit: NetworkMetaAnalysis, model: Model, step: float | None, rules: CertaintyRules) -> None:
        self.step, self.rules = step, rules
        self.share, self.direct, self.indirect = fit.prop_direct(model), fit.direct(model), fit.indirect(model)
        # The design-by-treatment interaction, random effects (Higgins et al. 2012); NaN where nothing can be checked.
        self.p_network = math.nan
        if fit.n > 2 and fit.inconsistency.df > 0:
            test = decompose_designs(fit).Q_inc_random
            # Where studies agree exactly, Q is a difference of equal sums and may end a hair below zero.
            self.p_network = HeterogeneityTest(max(0.0, test.Q), test.df).pval

    def reason(self, i: int, j: int) -> Reason:
        """The judgement on the comparison of treatments `i` and `j`."""
        known, share = self.rules.network.incoherence, float(self.share[i, j])
        direct_only, indirect_only = self.direct_only(i, j), share < WHOLE
        if math.isnan(self.p_network):
            text = "Incoherence cannot be checked: no loop of independent studies joins the treatments."
            if direct_only:
                text += " This answer rests on studies of these two treatments alone, so nothing else contradicts it."
            return self._judged(known.star.direct_only if direct_only else known.star.indirect, text)
        if direct_only or indirect_only:
            kind = "studies of these two treatments alone" if direct_only else "indirect evidence alone"
            text = f"This answer rests on {kind}. Whether the network contradicts itself was tested"
            return self._judged(known.of(self.p_network), f"{text} ({p_text(self.p_network)}).")
        one, other = _interval(self.direct, i, j), _interval(self.indirect, i, j)
        se = math.hypot(float(self.direct.seTE[i, j]), float(self.indirect.seTE[i, j]))
        p = math.erfc(abs(one.value - other.value) / se / math.sqrt(2))
        text = f"Direct and indirect evidence were held against each other ({p_text(p)})."
        if p > known.no_concerns_above:
            return self._judged("no concerns", f"{text} They do not contradict each other.")
        if self.step is None:
            return self._judged(known.of(p), f"{text} They differ.")
        common = len(one.areas(self.step) & other.areas(self.step))
        verdict: Judgement = "no concerns" if common == 3 else "some concerns" if common == 2 else "major concerns"
        return self._judged(verdict, f"{text} They differ{_AREAS[verdict]}.")

    def direct_only(self, i: int, j: int) -> bool:
        """Whether nothing but studies of these two treatments speaks here."""
        return float(self.share[i, j]) > 1 - WHOLE

    def _judged(self, judgement: Judgement, text: str) -> Reason:
        return judged("incoherence", judgement, text, self.rules)


_AREAS: dict[Judgement, str] = {
    "no concerns": ", but both are too wide to lead to different decisions",
    "some concerns": ", and could lead to different decisions",
    "major concerns": ", and point to different decisions",
}


def _additivity(fit: ComponentNetwork, direct_only: bool, rules: CertaintyRules) -> Reason:
    test, known = fit.additivity, rules.network.additivity.cannot_be_checked
    if test is None or test.df == 0 or math.isnan(test.pval):
        text = "Whether effects add up cannot be checked with these studies."
        if direct_only:
            text += " All of this answer comes from studies whose groups differed in this alone."
            return judged("incoherence", known.direct_only, text, rules)
        return judged("incoherence", known.indirect, f"{text} Part of this answer rests on it.", rules)
    judgement = rules.network.incoherence.of(test.pval)
    verdict = "Effects add up as far as can be seen" if judgement == "no concerns" else "Effects may not add up"
    return judged("incoherence", judgement, f"{verdict} (test of additivity, {p_text(test.pval)}).", rules)
