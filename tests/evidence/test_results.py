"""What every result can do: a line, a page, columns, a data frame."""

from __future__ import annotations

import dataclasses
import inspect
import sys
from typing import Any

import pytest

import skinproof.evidence as evidence
from skinproof.evidence import (
    Appraisal,
    Scenario,
    adjusted_funnel,
    bands,
    blup,
    bootstrap,
    combine_groups,
    component_matrix,
    components_of,
    confint,
    contrast_test,
    contributions,
    cumul,
    decompose_designs,
    escalc,
    findings,
    fivenum,
    fsn,
    hat_matrix,
    influence,
    leave1out,
    likelihood_ratio,
    mantel_haenszel_network,
    meta_analysis,
    meta_analysis_batch,
    multilevel,
    net_heat,
    net_split,
    network_connection,
    network_measures,
    network_regression,
    network_subgroups,
    p_scores,
    pairwise_binary,
    pool_pairs,
    predict,
    random_effects,
    rankogram,
    ranktest,
    rate_components,
    rate_network,
    read_table,
    regtest,
    rma_mh,
    robust,
    robust_multilevel,
    rstandard,
    rstudent,
    simulate,
    study_impact,
    subgroup_analysis,
    synthesise,
    time_course,
    trimfill,
    wald_test,
)
from skinproof.evidence.statistics.tabular import Tabular

AI, N1, CI, N2 = [4, 6, 3, 62, 33], [123, 306, 231, 1359, 506], [11, 29, 11, 248, 47], [139, 303, 220, 1286, 580]


def results() -> dict[str, Any]:
    sizes = escalc("RR", ai=AI, n1i=N1, ci=CI, n2i=N2)
    fit = meta_analysis(sizes.yi, sizes.vi, slab=list("abcde"), method="ML")
    wide = meta_analysis(sizes.yi, sizes.vi, mods={"x": [44, 55, 42, 52, 13]}, method="ML")
    levels = multilevel(sizes.yi, sizes.vi, factors={"study": list("aabbc")})
    arms = {
        "studlab": ["s1", "s1", "s2", "s2", "s3", "s3", "s3", "s4", "s4", "s5", "s5"],
        "treat": ["a", "b", "a", "c", "a", "b", "c", "b", "c", "a", "b"],
        "event": [5, 9, 6, 14, 4, 8, 12, 10, 12, 7, 9],
        "n": [50, 52, 60, 61, 40, 41, 42, 55, 56, 48, 47],
    }
    pairs = pairwise_binary(**arms)
    net = pairs.network(reference="a")
    course = time_course([1.0, 1.6, 1.9, 1.1, 1.5, 2.0], [0.01] * 6, [2, 4, 8] * 2, ["p"] * 3 + ["q"] * 3, shape="emax")
    assert course
    parts = components_of(net, inactive="a")
    known = {study: Appraisal(study, 0, (), True, "public", 200) for study in net.data.studies}
    sure, sure_parts = rate_network(net, known, bands("OR")), rate_components(parts, known, bands("OR"))
    return {
        "effect sizes": sizes, "meta-analysis": fit, "meta-regression": wide, "predict": predict(fit),
        "blup": blup(fit), "confint": confint(fit), "rstandard": rstandard(fit), "rstudent": rstudent(fit),
        "influence": influence(fit), "leave1out": leave1out(fit), "cumul": cumul(fit), "regtest": regtest(fit),
        "ranktest": ranktest(fit), "trimfill": trimfill(fit), "fsn": fsn(sizes.yi, sizes.vi),
        "wald": wald_test(wide, places=[1]), "contrast": contrast_test(wide, [[1, 40]]),
        "likelihood ratio": likelihood_ratio(wide, fit), "subgroups": subgroup_analysis(fit, list("xxyyy")),
        "robust": robust(fit, list("aabbc")), "robust multilevel": robust_multilevel(levels, list("aabbc")),
        "multilevel": levels, "mh": rma_mh("OR", AI, N1, CI, N2), "groups": combine_groups(10, 1, 2, 12, 2, 2),
        "fivenum": fivenum([20, 30], [4, 5], q1=[3, 4], q3=[5, 6.5]), "random": random_effects(sizes.yi, sizes.vi),
        "pairs": pairs, "network": net, "matrices": net.network(), "prediction": net.prediction,
        "one effect": network_subgroups(net, dict.fromkeys(net.data.studies, "one")).effects("b", "a")["one"],
        "Q": net.heterogeneity, "mh network": mantel_haenszel_network(pairs),
        "connection": network_connection("ab", "bc", "st"), "hat": hat_matrix(net), "flow": contributions(net),
        "impact": study_impact(net), "designs": decompose_designs(net), "heat": net_heat(net),
        "measures": network_measures(net), "split": net_split(net), "pool": next(iter(pool_pairs(net).values())),
        "funnel": adjusted_funnel(net, ["a", "b", "c"]), "p-scores": p_scores(net), "rankogram": rankogram(net),
        "regression": network_regression(net, dict(zip(net.data.studies, [1, 2, 3, 5, 8], strict=True)), "x"),
        "subgroup networks": network_subgroups(net, dict.fromkeys(net.data.studies, "one")),
        "component matrix": component_matrix(["a", "a + b"]), "components": parts,
        "course": course, "curve": course.at([2, 4]), "onset": course.onset(), "time to": course.time_to(0.5),
        "batch": meta_analysis_batch([sizes.yi, sizes.yi], sizes.vi), "bootstrap": bootstrap(fit, 20, seed=1),
        "simulation": simulate(Scenario(k=3, tau2=0.1), reps=20, seed=1),
        "reaches": course.reaches(1.2), "cannot tell": time_course([1.0], [0.1], [4], ["p"]),
        "synthesis": synthesise(read_table(b"study,yi,vi\na,1,0.1\nb,2,0.2\n")), "findings": findings(),
        "network certainty": sure, "component certainty": sure_parts, "certainty": sure["a", "b"],
        "certainties": sure.table(),
    }  # fmt: skip


RESULTS = results()


@pytest.mark.parametrize("name", RESULTS)
def test_a_result_tells_itself(name: str) -> None:
    result = RESULTS[name]
    assert isinstance(result, Tabular)
    line = repr(result)
    assert line.startswith(f"<{type(result).__name__} ")
    assert "\n" not in line
    assert "array(" not in line
    assert len(line) < 250
    assert result.summary().strip()
    columns = result.columns()
    assert columns
    assert len({len(values) for values in columns.values()}) == 1
    assert all(type(value).__module__ != "numpy" for values in columns.values() for value in values)
    frame = result.to_frame()
    assert list(frame.columns) == list(columns)
    assert len(frame) == len(next(iter(columns.values())))


def test_every_exported_result_class_is_one() -> None:
    classes = [getattr(evidence, name) for name in vars(evidence) if inspect.isclass(getattr(evidence, name))]
    room = "skinproof.evidence.statistics"
    made = [one for one in classes if one.__module__.startswith(room) and not issubclass(one, Exception)]
    made = [
        one for one in made if not one.__module__.endswith("_priors") and one not in (evidence.Inner, evidence.Scenario)
    ]
    results = {*made, evidence.Findings, evidence.RandomEffects, evidence.Synthesis}
    assert len(results) > 20
    for one in results:
        assert issubclass(one, Tabular), one
        assert all(callable(getattr(one, name)) for name in ("summary", "columns", "to_frame", "__repr__"))


def test_no_result_shadows_the_shared_repr() -> None:
    for result in RESULTS.values():
        if dataclasses.is_dataclass(result):
            assert type(result).__repr__ is Tabular.__repr__, type(result)


def test_without_pandas_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(ImportError, match=r"skinproof\[frames\].*columns\(\)"):
        RESULTS["meta-analysis"].to_frame()


def test_the_line_of_a_meta_analysis_has_what_a_statistician_looks_for() -> None:
    assert repr(RESULTS["meta-analysis"]).startswith(
        "<MetaAnalysis ML: k = 5, -1.0509 [-1.5882; -0.5135], tau² = 0.2305, I² = "
    )


def test_findings_as_a_frame_say_where_they_come_from() -> None:
    frame = findings().to_frame()
    assert len(frame) == len(findings())
    row = frame[frame["concern"] == "acne-scars"].iloc[0]
    assert set(row["study_ids"].split()) <= set(findings().library.studies)
    assert {"dois", "library", "certainty_reasons", "method"} <= set(frame.columns)
