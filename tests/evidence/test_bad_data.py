"""What cannot be analysed is refused, naming study, row or argument; it never becomes a number."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import skinproof.evidence as ev

NAN, INF = math.nan, math.inf
Y, V = [0.1, 0.2, 0.5], [0.1, 0.1, 0.2]
ARMS: dict[str, Any] = {"studlab": ["S1", "S1", "S2", "S2"], "treat": ["A", "B", "A", "B"]}
NAMES = ["Lee", "Park", "Kim"]


def fit(**options: Any) -> ev.MetaAnalysis:
    return ev.meta_analysis(Y, V, slab=NAMES, **options)


def moderated() -> ev.MetaAnalysis:
    return ev.meta_analysis([*Y, 0.4], [*V, 0.3], {"dose": [1, 2, 4, 3]})


def net(**changes: Any) -> ev.NetworkMetaAnalysis:
    columns: dict[str, Any] = {
        "TE": [0.1, 0.3, 0.2], "seTE": [0.1, 0.1, 0.2], "treat1": ["A", "B", "A"], "treat2": ["B", "C", "C"],
        "studlab": ["S1", "S2", "S3"],
    }  # fmt: skip
    return ev.network_meta_analysis(**{**columns, **changes})


def contrast(**changes: Any) -> dict[str, Any]:
    columns = {"TE": [0.1], "seTE": [0.1], "treat1": ["A"], "treat2": ["B"], "studlab": ["S1"]}
    return {**columns, **changes}


def table(**changes: Any) -> dict[str, Any]:
    return {"ai": [1, 2], "n1i": [10, 10], "ci": [1, 1], "n2i": [10, 10], **changes}


def counts(measure: Any, *columns: Any) -> Any:
    return ev.rma_mh(measure, *columns)


def arms(**changes: Any) -> Any:
    return ev.pairwise_binary(**{**ARMS, "event": [1, 2, 3, 4], "n": [9, 9, 9, 9], **changes})


# What is called, and what its refusal must say.
REFUSED: dict[str, tuple[Callable[[], Any], str]] = {
    # Pairwise models
    "effect NaN": (lambda: ev.meta_analysis([0.1, NAN], [0.1, 0.1]), "study 2: the effect"),
    "effect missing": (lambda: ev.meta_analysis([0.1, None], [0.1, 0.1], slab=["Lee", "Park"]), "Park"),
    "effect infinite": (lambda: ev.meta_analysis([0.1, INF], [0.1, 0.1]), "study 2"),
    "effect text": (lambda: ev.meta_analysis([0.1, "x"], [0.1, 0.1]), "study 2: the effect is 'x'"),
    "variance text": (lambda: ev.meta_analysis([0.1, 0.2], [0.1, ""], slab=["Lee", "Park"]), "Park.*variance"),
    "variance negative": (lambda: ev.meta_analysis([0.1, 0.2], [0.1, -0.1]), "study 2: the variance"),
    "variance zero": (lambda: ev.meta_analysis([0.1, 0.2], [0.0, 0.1]), "study 1: the variance"),
    "variance beyond floats": (lambda: ev.meta_analysis(Y, [1e-300, 0.1, 0.1]), "study 1: too small"),
    "no studies": (lambda: ev.meta_analysis([], []), "not empty"),
    "lengths": (lambda: ev.meta_analysis([0.1, 0.2], [0.1]), "one length"),
    "names": (lambda: ev.meta_analysis(Y, V, slab=["Lee"]), "1 names for 3 studies"),
    "method": (lambda: fit(method="XX"), "'XX'"),
    "test": (lambda: fit(test="XX"), "'XX'"),
    "level as a share": (lambda: fit(level=0.95), "0.95 percent"),
    "level of 100": (lambda: fit(level=100), "100 percent"),
    "tau² negative": (lambda: fit(tau2=-1), "-1"),
    "moderator constant": (lambda: fit(mods={"dose": [1, 1, 1]}), "dose"),
    "moderator NaN": (lambda: fit(mods={"dose": [1, NAN, 2]}), "dose.*study 2"),
    "moderator missing": (lambda: fit(mods={"skin": ["dry", None, "oily"]}), "skin.*study 2"),
    "moderator length": (lambda: fit(mods={"dose": [1, 2]}), "dose has 2 values for 3"),
    "moderator shape": (lambda: fit(mods=np.ones((2, 2))), r"\(2, 2\) for 3"),
    "too few studies": (lambda: ev.meta_analysis(Y[:2], V[:2], {"dose": [1, 2]}), "too few"),
    "prediction width": (lambda: ev.predict(moderated(), [[1, 2]]), "2 moderators"),
    "prediction NaN": (lambda: ev.predict(moderated(), [1, NAN]), "row 2"),
    "prediction type": (lambda: ev.predict(fit(), pi_type="wide"), "'wide'"),
    "interval of one study": (lambda: ev.confint(ev.meta_analysis([0.1], [0.1])), "1 studies"),
    "interval level": (lambda: ev.confint(fit(), level=120), "120"),
    "interval type": (lambda: ev.confint(fit(), type="XX"), "'XX'"),  # type: ignore[arg-type]
    # What is asked of a fit
    "subgroup lengths": (lambda: ev.subgroup_analysis(fit(), ["a", "b"]), "2 subgroups told for 3"),
    "subgroup missing": (lambda: ev.subgroup_analysis(fit(), ["a", "b", None]), "Kim"),
    "subgroup NaN": (lambda: ev.subgroup_analysis(fit(), [1.0, 2.0, NAN]), "Kim"),
    "subgroup single": (lambda: ev.subgroup_analysis(fit(), ["a", "a", "a"]), "one subgroup"),
    "subgroups of a regression": (lambda: ev.subgroup_analysis(moderated(), list("abab")), "without moderators"),
    "funnel of two": (lambda: ev.regtest(ev.meta_analysis(Y[:2], [0.1, 0.2])), "2 studies"),
    "funnel of equals": (lambda: ev.regtest(ev.meta_analysis(Y, [0.1, 0.1, 0.1])), "sei"),
    "funnel predictor": (lambda: ev.regtest(fit(), predictor="XX"), "'XX'"),  # type: ignore[arg-type]
    "funnel sizes missing": (lambda: ev.regtest(fit(), predictor="ni"), "sizes of all studies"),
    "funnel sizes": (lambda: ev.regtest(fit(), predictor="ni", ni=np.array([1, 2])), "2 sizes for 3"),
    "funnel of counts": (lambda: ev.regtest_counts([1, 9], [5, 5], [1, 1], [5, 5]), "study 2: ai"),
    "funnel of two tables": (lambda: ev.regtest_counts([1, 2], [5, 5], [1, 1], [5, 5]), "2 studies"),
    "funnel of counts, test": (lambda: ev.regtest_counts([1], [5], [1], [5], "XX"), "'XX'"),  # type: ignore[arg-type]
    "rank test of two": (lambda: ev.ranktest(ev.meta_analysis(Y[:2], V[:2])), "2 studies"),
    "trim and fill estimator": (lambda: ev.trimfill(fit(), estimator="Q0"), "'Q0'"),  # type: ignore[arg-type]
    "trim and fill side": (lambda: ev.trimfill(fit(), side="up"), "'up'"),  # type: ignore[arg-type]
    "trim and fill of one": (lambda: ev.trimfill(ev.meta_analysis([0.1], [0.1])), "two or more"),
    "fail-safe NaN": (lambda: ev.fsn(np.array([0.1, NAN]), np.array([0.1, 0.1])), "study 2"),
    "fail-safe type": (lambda: ev.fsn(np.array(Y), np.array(V), type="XX"), "'XX'"),  # type: ignore[arg-type]
    "leave one out of one": (lambda: ev.leave1out(ev.meta_analysis([0.1], [0.1])), "out of one"),
    "influence of one": (lambda: ev.influence(ev.meta_analysis([0.1], [0.1])), "1 studies"),
    "cumulation order": (lambda: ev.cumul(fit(), [1, 2]), "2 values for 3"),
    "cumulation NaN": (lambda: ev.cumul(fit(), [1, NAN, 0]), "Park"),
    "clusters": (lambda: ev.robust(fit(), [1, 2]), "2 clusters told for 3"),
    "cluster missing": (lambda: ev.robust(fit(), [1, 2, None]), "study 3: no cluster"),
    "cluster single": (lambda: ev.robust(fit(), [1, 1, 1]), "1 clusters are too few"),
    "inflation of nothing": (lambda: ev.vif(fit()), "moderators"),
    "Wald of nothing": (lambda: ev.wald_test(fit()), "places or contrasts"),
    "Wald place": (lambda: ev.wald_test(fit(), places=[3]), "3"),
    "contrast width": (lambda: ev.contrast_test(fit(), np.array([[1, 2]])), "contrasts of 2"),
    "likelihoods of other studies": (
        lambda: ev.likelihood_ratio(fit(), ev.meta_analysis(Y[:2], V[:2])), "other studies",
    ),
    # Multilevel models
    "multilevel effect": (lambda: ev.multilevel([0.1, NAN], [0.1, 0.1]), "row 2: the effect"),
    "multilevel text": (lambda: ev.multilevel([0.1, "x"], [0.1, 0.1]), "row 2: the effect is 'x'"),  # type: ignore[list-item]
    "multilevel variance": (lambda: ev.multilevel([0.1, 0.2], [0.1, -0.1]), "row 2: the variance"),
    "multilevel variance NaN": (lambda: ev.multilevel([0.1, 0.2], [0.1, NAN]), "row 2: a variance"),
    "multilevel lengths": (lambda: ev.multilevel([0.1, 0.2], [0.1]), "for 2 effects"),
    "multilevel asymmetric": (lambda: ev.multilevel([0.1, 0.2], np.array([[1, 0.5], [0.1, 1]])), "row 1.*either way"),
    "multilevel indefinite": (lambda: ev.multilevel([0.1, 0.2], np.array([[1, 2.0], [2, 1]])), "positive definite"),
    "multilevel factor": (lambda: ev.multilevel(Y, V, factors={"clinic": [1, 2]}), "clinic has 2 labels for 3"),
    "multilevel structure": (lambda: ev.multilevel(Y, V, inner=ev.Inner([1, 2, 1], [1, 1, 2], "XX")), "'XX'"),  # type: ignore[arg-type]
    "multilevel method": (lambda: ev.multilevel(Y, V, method="DL"), "'DL'"),  # type: ignore[arg-type]
    "multilevel test": (lambda: ev.multilevel(Y, V, test="knha"), "'knha'"),  # type: ignore[arg-type]
    "multilevel too few": (lambda: ev.multilevel(Y[:2], V[:2], {"dose": [1.0, 2.0]}), "too few"),
    "multilevel fixed": (
        lambda: ev.multilevel(Y, V, factors={"study": [1, 2, 3]}, fixed={"sigma2": [-1.0]}), "below zero",
    ),
    "multilevel fixed count": (
        lambda: ev.multilevel(Y, V, factors={"study": [1, 2, 3]}, fixed={"sigma2": [1.0, 2.0]}), "2 values for 1",
    ),
    # Effect sizes and counts
    "measure": (lambda: ev.escalc("XX", ai=[1]), "'XX'"),
    "column unknown": (lambda: ev.escalc("OR", **table(aii=[1, 1])), "aii"),
    "column missing": (lambda: ev.escalc("OR", ai=[1], n1i=[2]), "ci"),
    "events negative": (lambda: ev.escalc("RR", **table(ai=[1, -1])), "study 2: ai"),
    "more events than people": (lambda: ev.escalc("RR", **table(ai=[1, 11]), slab=["Lee", "Park"]), "Park"),
    "events text": (lambda: ev.escalc("RR", **table(ai=[1, "x"])), "study 2: ai is 'x'"),
    "columns of other lengths": (lambda: ev.escalc("RR", **table(ai=[1, 2, 3])), "2 values, others have 3"),
    "cell negative": (lambda: ev.escalc("OR", ai=[1], bi=[2], ci=[1], di=[-1]), "study 1: di"),
    "spread negative": (
        lambda: ev.escalc("MD", m1i=[1], sd1i=[-1], n1i=[9], m2i=[1], sd2i=[1], n2i=[9]), "study 1: sd1i",
    ),
    "no correlation": (
        lambda: ev.escalc("MC", m1i=[1], sd1i=[1], m2i=[1], sd2i=[1], ni=[9], ri=[1.5]), "study 1: ri",
    ),
    "correction negative": (lambda: ev.escalc("OR", **table(), add=-1), "-1"),
    "correction where": (lambda: ev.escalc("OR", **table(), to="XX"), "'XX'"),  # type: ignore[arg-type]
    "no events at all, OR": (lambda: counts("OR", [0, 0], [9, 9], [0, 0], [9, 9]), "no odds ratio"),
    "no events at all, RR": (lambda: counts("RR", [0, 0], [9, 9], [0, 0], [9, 9]), "no events"),
    "no events at all, RD": (lambda: counts("RD", [0, 0], [9, 9], [0, 0], [9, 9]), "no study has both"),
    "no events at all, Peto": (lambda: ev.rma_peto([0, 0], [9, 9], [0, 0], [9, 9]), "no study has both"),
    "events missing, MH": (lambda: counts("RR", [1, NAN], [9, 9], [1, 1], [9, 9]), "study 2: ai"),
    "events missing, Peto": (lambda: ev.rma_peto([1, NAN], [9, 9], [1, 1], [9, 9]), "study 2: ai"),  # type: ignore[list-item]
    "people none, MH": (lambda: counts("RD", [0, 1], [0, 9], [1, 1], [9, 9]), "study 1: n1i"),
    "person-time none": (lambda: counts("IRR", [1, 1], [0, 9], [1, 1], [9, 9]), "study 1: t1i"),
    "lengths, MH": (lambda: counts("RR", [1, 2], [9, 9], [1], [9, 9]), "ci 1"),
    "measure, MH": (lambda: counts("SMD", [1], [9], [1], [9]), "'SMD'"),
    "quartiles out of order": (lambda: ev.fivenum([9, 9], [3, 3], q1=[2, 4], q3=[5, 5]), "row 2"),
    "median alone": (lambda: ev.fivenum([9], [3]), "range or the quartiles"),
    "medians of nobody": (lambda: ev.fivenum([0], [3], q1=[2], q3=[5]), "row 1"),
    "groups of nobody": (lambda: ev.combine_groups([9, 0], 1, 1, 9, 1, 1), "row 2"),
    "group spread": (lambda: ev.combine_groups(9, 1, -1, 9, 1, 1), "row 1.*negative"),
    # Arms and networks
    "arm twice": (lambda: arms(treat=["A", "A", "A", "B"]), "'S1', row 2"),
    "arm alone": (lambda: arms(studlab=["S1", "S2", "S3", "S3"]), "'S1'.*single arm"),
    "arm without a name": (lambda: arms(treat=["A", None, "A", "B"]), "row 2.*no name"),
    "arm events": (lambda: arms(event=[1, 10, 1, 1]), "'S1', row 2: 10 events out of 9"),
    "arm events missing": (lambda: arms(event=[1, 1, NAN, 1]), "'S2', row 3: event missing"),
    "arm events text": (lambda: arms(event=[1, 1, "x", 1]), "row 3: event is 'x'"),
    "arm lengths": (lambda: arms(n=[9]), "n 1"),
    "arm correction": (lambda: arms(incr=-1), "-1"),
    "arm correction where": (lambda: arms(method_incr="XX"), "'XX'"),
    "no events in any arm": (lambda: arms(event=[0, 0, 0, 0]).network(), "'S1', 'S2'"),
    "arm spread": (lambda: ev.pairwise_continuous(**ARMS, n=[9] * 4, mean=[1] * 4, sd=[1, 1, 0, 1]), "'S2', row 3"),
    "arm of one": (
        lambda: ev.pairwise_continuous(**ARMS, n=[9, 9, 9, 1], mean=[1] * 4, sd=[1] * 4, sm="SMD"), "'S2', row 4",
    ),
    "arm time": (lambda: ev.pairwise_rate(**ARMS, event=[1] * 4, time=[1, 0, 1, 1]), "'S1', row 2"),
    "Mantel-Haenszel without events": (
        lambda: ev.mantel_haenszel_network(arms(event=[0, 0, 0, 0])), "'S1': no events",
    ),
    "Mantel-Haenszel of means": (
        lambda: ev.mantel_haenszel_network(
            ev.pairwise_continuous(**ARMS, n=[9] * 4, mean=[1, 2, 1, 1], sd=[1] * 4)
        ), "MD",
    ),
    "Mantel-Haenszel, pair never informative": (
        lambda: ev.mantel_haenszel_network(
            ev.pairwise_binary(["S1"] * 3 + ["S2"] * 3, list("ABC") * 2, [0, 3, 5, 4, 9, 5], [9] * 6)
        ), "A against B has no odds ratio.*'S1', 'S2'",
    ),
    "contrast NaN": (lambda: net(TE=[0.1, NAN, 0.2]), "'S2', row 2: TE"),
    "contrast text": (lambda: net(TE=[0.1, "x", 0.2]), "row 2: TE is 'x'"),
    "contrast error": (lambda: net(seTE=[0.1, 0.0, 0.2]), "'S2', row 2: seTE"),
    "contrast error negative": (lambda: net(seTE=[0.1, 0.1, -0.2]), "'S3', row 3: seTE"),
    "contrast with itself": (lambda: net(treat2=["B", "B", "C"]), "'S2', row 2"),
    "contrast twice": (
        lambda: net(studlab=["S1", "S1", "S3"], treat1=["A", "A", "A"], treat2=["B", "B", "C"]), "'S1', row 2",
    ),
    "contrast missing": (lambda: net(studlab=["S1", "S1", "S3"]), "'S1', row 1: 3 arms need 3 pairs"),
    "study without a label": (lambda: net(studlab=["S1", NAN, "S3"]), "row 2.*no label"),
    "treatment without a name": (lambda: net(treat1=["A", NAN, "A"]), "'S2', row 2"),
    "network lengths": (lambda: net(TE=[0.1]), "1, 3, 3, 3, 3"),
    "network of tables": (lambda: net(TE=[[0.1, 0.3, 0.2]]), r"\(1, 3\)"),
    "network of nothing": (lambda: ev.network_meta_analysis([], [], [], [], []), "no contrasts"),
    "network in parts": (
        lambda: net(treat1=["A", "C", "A"], treat2=["B", "D", "B"]), r"\{A, B\}; \{C, D\}",
    ),
    "network sizes": (lambda: net(size=[1, 2]), "2 sizes for 3"),
    "network size negative": (lambda: net(size=[1, -2, 3]), "'S2', row 2: size"),
    "network reference": (lambda: net(reference="Z"), "'Z'"),
    "network level": (lambda: net(level=95), "95"),
    "network tau": (lambda: net(tau_preset=-1), "-1"),
    "network model": (lambda: net().network("fixed"), "'fixed'"),  # type: ignore[arg-type]
    "network covariate": (
        lambda: ev.network_regression(net(reference="A"), {"S1": 1.0, "S2": 2.0}, "year"), "'S3'.*year",
    ),
    "network subgroup": (lambda: ev.network_subgroups(net(), {"S1": "a", "S2": "b"}), "'S3'.*subgroup"),
    "network funnel": (lambda: ev.adjusted_funnel(net(), ["A", "B"]), "every treatment"),
    "connection lengths": (lambda: ev.network_connection(["A"], ["B", "C"], ["S1"]), "differ in length"),
    "component NaN": (lambda: ev.component_network(**contrast(seTE=[NAN])), "'S1', row 1: seTE"),
    "component level": (lambda: ev.component_network(**contrast(), level=95), "95"),
    "component inactive": (lambda: ev.component_network(**contrast(), inactive="Z"), "'Z'"),
    "component empty": (lambda: ev.component_network(**contrast(treat1=["A+"])), "'A\\+'"),
    "component unknown": (lambda: ev.component_network(**contrast()).combinations(["A+Q"]), "'Q'"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
@pytest.mark.filterwarnings("error::RuntimeWarning")
def test_bad_data_are_refused_by_name(name: str) -> None:
    call, words = REFUSED[name]
    with pytest.raises(ValueError, match=words):
        call()


@pytest.mark.filterwarnings("error::RuntimeWarning")
def test_a_study_that_gives_no_effect_gives_none() -> None:
    found = ev.escalc("OR", ai=[0, 1, NAN], n1i=[9, 9, 9], ci=[0, 1, 1], n2i=[9, 9, 9], to="none")
    assert np.isnan(found.yi).tolist() == [True, False, True]
    assert np.isnan(found.vi).tolist() == [True, False, True]
    means = ev.escalc("SMD", m1i=[1, 1], sd1i=[0, 1], n1i=[9, 1], m2i=[1, 1], sd2i=[0, 1], n2i=[9, 1])
    assert np.isnan(means.yi).all()
    unknown = ev.fivenum([9, 9], [NAN, 3], q1=[2, 2], q3=[5, 5], test=False)
    assert np.isnan(unknown.mean).tolist() == np.isnan(unknown.sd).tolist() == [True, False]


def test_one_study_is_itself_and_claims_no_heterogeneity() -> None:
    one = ev.meta_analysis([0.3], [0.04], test="knha")
    assert (one.coef[0], one.se[0], one.tau2) == (0.3, pytest.approx(0.2), 0.0)
    assert math.isnan(net_of_one().tau2)
    assert net_of_one().random.TE[0, 1] == pytest.approx(0.1)
    assert ev.multilevel([0.3], [0.04], factors={"study": [1]}).coef[0] == pytest.approx(0.3)


def net_of_one() -> ev.NetworkMetaAnalysis:
    return ev.network_meta_analysis(**contrast())


def test_every_public_function_of_the_statistics_is_in_the_table() -> None:
    elsewhere = {  # nothing to refuse but what a fitted model refuses, or tested with their own kind
        "blup", "rstandard", "rstudent", "components_of", "component_matrix", "contributions", "decompose_designs",
        "hat_matrix", "net_heat", "net_split", "network_measures", "p_scores", "pool_pairs", "rankogram",
        "study_impact", "predict_multilevel", "robust_multilevel",
    }  # fmt: skip
    source = Path(__file__).read_text(encoding="utf-8")
    functions = {
        name
        for name in vars(ev)
        if callable(getattr(ev, name))
        and not isinstance(getattr(ev, name), type)
        and getattr(ev, name).__module__.startswith("skinproof.evidence.statistics.")
        and getattr(ev, name).__module__.rpartition(".")[2] in OWN
    }
    assert functions - elsewhere - {name for name in functions if f"ev.{name}(" in source} == set()


OWN = {
    "component_matrix", "component_networks", "conversions", "counts", "diagnostics", "escalc", "inference",
    "multilevel", "network", "network_binary", "network_connection", "network_evidence_flow", "network_inconsistency",
    "network_pairwise", "network_pools", "network_ranking", "network_regression", "network_split", "pairwise",
    "small_study", "subgroups",
}  # fmt: skip
