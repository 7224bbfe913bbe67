"""How sure one can be of a network's estimates: CINeMA's six domains, by the written rules of certainty-rules.yaml.

Nikolakopoulou et al. (2020, PLoS Medicine 17:e1003082), Salanti et al. (2014, PLoS ONE 9:e99682) and Papakonstantinou
et al. (2020, Campbell Systematic Reviews 16:e1080) for the domains; each rule's own source is beside it in the data.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import stdtrit

from skinproof.evidence.statistics.component_networks import ComponentNetwork
from skinproof.evidence.statistics.network import Model, NetworkMetaAnalysis
from skinproof.evidence.statistics.network_evidence_flow import ContributionMethod
from skinproof.evidence.statistics.network_inconsistency import decompose_designs
from skinproof.evidence.statistics.network_pools import adjusted_funnel
from skinproof.evidence.statistics.study_contributions import component_contributions, isolated, study_contributions

from .appraisal import Appraisal
from .certainty import BY_RULE_ALONE
from .certainty_rules import CertaintyRules, certainty_rules
from .importance import Bands
from .intervals import Interval
from .levels import settle
from .model import Certainty, Judgement, Level, Override, Reason
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


class NetworkCertainty(Mapping[tuple[str, str], Certainty]):
    """The certainty of every comparison of a network; a pair is found in either order."""

    def __init__(self, made: Mapping[tuple[str, str], Certainty]) -> None:
        self._made = dict(made)

    def __getitem__(self, pair: tuple[str, str]) -> Certainty:
        a, b = pair
        found = self._made.get((a, b)) or self._made.get((b, a))
        if found is None:
            known = ", ".join(f"{one} and {other}" for one, other in self)
            raise KeyError(f"no comparison of {a!r} and {b!r} here; there are: {known}")
        return found

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter(self._made)

    def __len__(self) -> int:
        return len(self._made)

    def __repr__(self) -> str:
        return f"<NetworkCertainty of {len(self)} comparisons>"

    def columns(self) -> dict[str, list[object]]:
        """One row a comparison: its level, and the judgement on each domain."""
        table: dict[str, list[object]] = {
            "treat1": [a for a, _ in self], "treat2": [b for _, b in self],
            "level": [each.level for each in self.values()],
        }  # fmt: skip
        return table | domain_columns(self.values())

    def summary(self) -> str:
        """One line a comparison."""
        width = max(len(f"{a}:{b}") for a, b in self)
        return "\n".join(f"{a + ':' + b:<{width}}  {each.level:<9} {_raised(each)}" for (a, b), each in self.items())


DOMAINS = ("within-study bias", "reporting bias", "indirectness", "imprecision", "heterogeneity", "incoherence")


def domain_columns(rated: Any) -> dict[str, list[object]]:
    """The judgement on each of the six domains, a column each."""
    return {domain: [each.judgement(domain) for each in rated] for domain in DOMAINS}


def _raised(certainty: Certainty) -> str:
    """The domains that took something off."""
    return "; ".join(f"{reason.domain}: {reason.judgement}" for reason in certainty.reasons if reason.down) or "-"


@dataclass(frozen=True, slots=True)
class _Agreement:
    """What is known of incoherence: for one comparison, and for the network."""

    p_network: float  # design-by-treatment interaction, random effects; NaN where nothing can be checked
    checkable: bool


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
    agreement = _agreement(fit)
    asymmetry = _asymmetry(fit, order, model, rules)
    step = min(important.small) if important else None
    made = {}
    for row, (i, j) in enumerate(zip(*np.triu_indices(fit.n, 1), strict=True)):
        pair = (fit.trts[i], fit.trts[j])
        behind = Behind.of(fit.data.studies, shares.values[row], appraisals, rules)
        spread = Spread(
            Interval(float(effects.TE[i, j]), float(effects.lower[i, j]), float(effects.upper[i, j])),
            Interval(float(effects.TE[i, j]), float(prediction.lower[i, j]), float(prediction.upper[i, j])),
            step,
        )
        start, first = _start(behind, rules)
        reasons = [
            first,
            within_study_bias(behind, rules),
            reporting_bias(behind, asymmetry, fit.k, rules),
            indirectness(behind, surrogate, rules),
            imprecision(behind, spread, rules),
            heterogeneity(spread, rules),
            _incoherence(fit, int(i), int(j), model, agreement, step, rules),
        ]
        own = overrides.get(pair) or overrides.get(pair[::-1]) or ()
        made[pair] = _settled(start, reasons, own, rules)
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
) -> Mapping[str, Certainty]:
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
        behind = Behind.of(fit.data.studies, shares.values[row], appraisals, rules)
        reach = half * math.sqrt(se**2 + fit.random.tau2)
        spread = Spread(
            Interval(value, float(effects.lower[row]), float(effects.upper[row])),
            Interval(value, value - reach, value + reach),
            step,
        )
        start, first = _start(behind, rules)
        reasons = [
            first,
            within_study_bias(behind, rules),
            reporting_bias(behind, None, len(fit.data.studies), rules),
            indirectness(behind, surrogate, rules),
            imprecision(behind, spread, rules),
            heterogeneity(spread, rules),
            _additivity(fit, float(alone.values[row] @ shares.values[row]), rules),
        ]
        made[name] = _settled(start, reasons, overrides.get(name, ()), rules)
    return made


def _settled(
    start: Level, reasons: Sequence[Reason], overrides: Sequence[Override], rules: CertaintyRules
) -> Certainty:
    off = rules.network.levels_off
    taken = {judgement: off.of(judgement) for judgement in ("some concerns", "major concerns", "cannot tell")}
    return settle(start, reasons, rules.limit.cap, BY_RULE_ALONE, overrides, taken)  # type: ignore[arg-type]


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


def _agreement(fit: NetworkMetaAnalysis) -> _Agreement:
    if fit.n == 2 or fit.inconsistency.df == 0:
        return _Agreement(math.nan, False)
    return _Agreement(decompose_designs(fit).Q_inc_random.pval, True)


def _incoherence(
    fit: NetworkMetaAnalysis, i: int, j: int, model: Model, agreement: _Agreement, step: float | None,
    rules: CertaintyRules,
) -> Reason:  # fmt: skip
    known = rules.network.incoherence
    share = float(fit.prop_direct(model)[i, j])
    direct_only, indirect_only = share > 1 - WHOLE, share < WHOLE
    if not agreement.checkable or math.isnan(agreement.p_network):
        judgement = known.star.direct_only if direct_only else known.star.indirect
        text = "Incoherence cannot be checked: no loop of independent studies joins the treatments."
        if direct_only:
            text += " This answer rests on studies of these two treatments alone, so nothing else could contradict it."
        return judged("incoherence", judgement, text, rules)
    if direct_only or indirect_only:
        kind = "studies of these two treatments alone" if direct_only else "indirect evidence alone"
        text = (
            f"This answer rests on {kind}. Over the whole network, whether studies contradict each other was tested "
            f"(p = {agreement.p_network:.2f})."
        )
        return judged("incoherence", known.of(agreement.p_network), text, rules)
    direct, indirect = fit.direct(model), fit.indirect(model)
    one = Interval(float(direct.TE[i, j]), float(direct.lower[i, j]), float(direct.upper[i, j]))
    other = Interval(float(indirect.TE[i, j]), float(indirect.lower[i, j]), float(indirect.upper[i, j]))
    se = math.hypot(float(direct.seTE[i, j]), float(indirect.seTE[i, j]))
    p = math.erfc(abs(one.value - other.value) / se / math.sqrt(2))
    text = f"Direct and indirect evidence were held against each other (p = {p:.2f})."
    if p > known.no_concerns_above:
        return judged("incoherence", "no concerns", f"{text} They do not contradict each other.", rules)
    if step is None:
        return judged("incoherence", known.of(p), f"{text} They differ.", rules)
    common = len(one.areas(step) & other.areas(step))
    verdict: Judgement = "no concerns" if common == 3 else "some concerns" if common == 2 else "major concerns"
    return judged("incoherence", verdict, f"{text} They differ{_AREAS[verdict]}.", rules)


_AREAS: dict[Judgement, str] = {
    "no concerns": ", but both are too wide to lead to different decisions",
    "some concerns": ", and could lead to different decisions",
    "major concerns": ", and point to different decisions",
}


def _additivity(fit: ComponentNetwork, alone: float, rules: CertaintyRules) -> Reason:
    test, known = fit.additivity, rules.network.additivity.cannot_be_checked
    if test is None or test.df == 0 or math.isnan(test.pval):
        text = "Whether effects add up cannot be checked with these studies."
        if alone > 1 - WHOLE:
            text += " All of this answer comes from studies whose groups differed in this alone."
            return judged("incoherence", known.alone, text, rules)
        return judged("incoherence", known.mixed, f"{text} Part of this answer rests on it.", rules)
    judgement = rules.network.incoherence.of(test.pval)
    verdict = "Effects add up as far as can be seen" if judgement == "no concerns" else "Effects may not add up"
    return judged("incoherence", judgement, f"{verdict} (test of additivity, p = {test.pval:.2f}).", rules)
