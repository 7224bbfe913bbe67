"""Fitted models as pictures: what is drawn is what the model holds."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest
from evidence_networks import network as network_data
from test_time_course import made, three_treatments

from skinproof.evidence import (
    component_network,
    contributions,
    meta_analysis,
    network_meta_analysis,
    p_scores,
    predict,
    time_course,
    trimfill,
)
from skinproof.evidence.figures import Claim
from skinproof.evidence.statistics import pictures as p

DATA = Path(__file__).parent.parent / "oracle/data"


@pytest.fixture(scope="module")
def senn():
    """Senn et al. 2013: glucose-lowering drugs, 26 trials, 10 treatments."""
    (columns,) = json.loads((DATA / "net-senn2013.json").read_text())["data"].values()
    rows = [columns[name] for name in ("TE", "seTE", "treat1", "treat2", "studlab")]
    return network_meta_analysis(*rows, sm="MD", reference="plac")


@pytest.fixture(scope="module")
def pair():
    return meta_analysis([-0.9, -1.6, -1.3, -0.2, 0.3], [0.3, 0.2, 0.4, 0.1, 0.2], slab=list("ABCDE"))


def rows_of(picture):
    return {row[0]: row[1:] for row in picture.table.rows}


def test_a_forest_holds_studies_weights_and_the_models_estimate(pair):
    rows = rows_of(p.forest_picture(pair, p.scale_of("RR", "favours it", "favours the other")))
    half = 1.959964 * math.sqrt(0.3)
    assert rows["A"][:2] == (f"{math.exp(-0.9):.2f}", f"{math.exp(-0.9 - half):.2f} to {math.exp(-0.9 + half):.2f}")
    weights = 100 * pair.model_weights / pair.model_weights.sum()
    assert rows["A"][2] == f"{weights[0]:.1f}%"
    assert rows["Together"][0] == f"{math.exp(pair.coef[0]):.2f}"
    told = predict(pair)
    assert (
        rows["Where a new study would likely fall"][1]
        == f"{math.exp(told.pi_lb[0]):.2f} to {math.exp(told.pi_ub[0]):.2f}"
    )


def test_nothing_is_predicted_without_heterogeneity():
    fit = meta_analysis([0.1, 0.1, 0.1], [0.1, 0.2, 0.3])
    assert len(p.forest_picture(fit).table.rows) == 4


def test_trim_and_fill_adds_what_it_adds(pair):
    filled = trimfill(pair)
    rows = p.funnel_picture(pair, fill=True).table.rows
    assert len(rows) == pair.k + filled.k0
    assert sum("(filled in)" in row[0] for row in rows) == filled.k0


def test_a_model_with_moderators_has_no_forest():
    fit = meta_analysis([0.1, 0.2, 0.3, 0.6], [0.1] * 4, {"dose": [1, 2, 3, 5]})
    for make in (p.forest_picture, p.funnel_picture):
        with pytest.raises(ValueError, match="moderators"):
            make(fit)


def test_the_graph_counts_studies_and_arms(senn):
    picture = p.network_picture(senn, certainty={("rosi", "plac"): "low"})
    edges = rows_of(picture)
    assert sum(int(studies) for studies, _ in edges.values()) == senn.m
    assert edges["plac and rosi"] == ("6", "low")
    assert "10 treatments and 15 direct comparisons" in picture.description


def test_a_network_forest_is_the_reference_column(senn):
    rows = rows_of(p.network_forest_picture(senn))
    value, _, low, high = senn.estimate("rosi", "plac")
    assert rows["rosi"] == (f"{value:.2f}".replace("-", "−"), f"{low:.2f} to {high:.2f}".replace("-", "−"))
    assert len(rows) == 9


def test_a_league_stands_in_the_order_of_p_scores(senn):
    picture = p.league_picture(senn)
    best, *_, worst = p_scores(senn).ranking
    assert f"{best} (P-score" in picture.description
    value, _, low, high = senn.estimate(best, worst)
    told = f"{value:.2f} ({low:.2f} to {high:.2f})".replace("-", "−")
    assert rows_of(picture)[f"{best} against {worst}"] == (told,)


def test_contributions_are_those_of_the_model(senn):
    shares = contributions(senn)
    row = rows_of(p.contribution_picture(senn, "acar:benf"))["acar:benf"]
    assert row == tuple(f"{x:.1%}" for x in shares.values[shares.rows.index("acar:benf")])
    assert len(p.contribution_picture(senn).table.rows) == 45
    with pytest.raises(ValueError, match="no comparison 'x'"):
        p.contribution_picture(senn, "x")


def test_every_model_draws_itself(senn, pair):
    parts = component_network(
        [1.0, 2.0, 1.5], [0.1] * 3, ["A", "A + B", "B"], ["P", "P", "P"], ["s", "t", "u"], inactive="P"
    )
    figures = [
        pair.plot_forest(),
        pair.plot_funnel(fill=True),
        senn.plot_network(),
        senn.plot_forest("metf"),
        senn.plot_league(),
        senn.plot_contribution(),
        senn.plot_net_heat(),
        senn.plot_funnel(senn.trts),
        senn.plot_ranks(),
        parts.plot_network(),
        parts.plot_components(),
    ]
    assert {round(72 * figure.get_size_inches()[0]) for figure in figures} == {720}
    assert round(72 * pair.plot_forest(width=343).get_size_inches()[0]) == 343


def test_squares_of_net_heat_are_what_designs_add_to_themselves(senn):
    # Design's own share of its network estimate is a leverage: between 0 and 1, and they add up to n − 1.
    from skinproof.evidence.statistics.network_inconsistency import design_model

    fitted = design_model(senn)
    P = fitted.precision
    hat = fitted.X @ np.linalg.solve(fitted.X.T @ P @ fitted.X, fitted.X.T @ P)
    assert np.trace(hat) == pytest.approx(senn.n - 1)
    assert p.net_heat_picture(senn).description.startswith("Inconsistency between 12 designs")


def test_components_that_are_not_identified_are_not_drawn_as_numbers():
    data = network_data(3)
    renamed = [[{"A": "X + Y", "B": "P"}.get(t, t) for t in side] for side in (data.treat1, data.treat2)]
    fit = component_network(data.TE, data.seTE, *renamed, data.studlab, inactive="P")
    assert fit.unidentified == ("X", "Y")
    rows = rows_of(p.components_picture(fit, names={"X": "Exosome"}))
    assert rows["Exosome"][0] == rows["Y"][0] == "cannot be told"


def test_a_course_shows_its_curve_and_the_results_it_rests_on():
    fit = time_course(**made())
    picture = p.course_picture(fit, claims=[Claim("full results", 12)], claims_by="An advert")
    (name,) = fit.treatments
    seen = [row for row in picture.table.rows if not row[0].endswith("(curve)")]
    assert len(seen) == fit.rows.rows
    last = fit.at([fit.until], name)
    curve = [row for row in picture.table.rows if row[0] == f"{name} (curve)"]
    assert float(curve[-1][2].replace("−", "-")) == pytest.approx(float(last.estimate[0]), abs=0.006)
    assert f"No data beyond week {fit.until:g}" in picture.description or fit.until >= 12
    assert fit.plot_course() is not None


def test_a_course_of_several_treatments_has_a_curve_each():
    fit = time_course(**three_treatments(), reference="placebo")
    picture = p.course_picture(fit)
    assert all(f"{name} (curve)" in {row[0] for row in picture.table.rows} for name in fit.treatments)
