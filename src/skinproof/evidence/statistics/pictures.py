"""From fitted models to pictures: each answers with a `figures.Picture`, for a page; `plot_*` methods draw the same."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from skinproof.evidence import figures

from .network import RATIO_MEASURES, NetworkMetaAnalysis
from .network_evidence_flow import ContributionMethod, contributions
from .network_inconsistency import design_model, net_heat, tau_within
from .network_pools import adjusted_funnel
from .network_ranking import SmallValues, p_scores, rankogram
from .pairwise import predict
from .small_study import trimfill
from .without_pooling import Sign, albatross_people

if TYPE_CHECKING:
    from ._network_fit import Model
    from .component_networks import ComponentNetwork
    from .pairwise import MetaAnalysis
    from .time_course_results import TimeCourse

NAMES = {
    "RR": "Risk ratio", "OR": "Odds ratio", "PETO": "Odds ratio (Peto)", "DOR": "Diagnostic odds ratio",
    "HR": "Hazard ratio", "IRR": "Rate ratio", "ROM": "Ratio of means", "RD": "Risk difference",
    "IRD": "Rate difference", "MD": "Mean difference", "SMD": "Standardised mean difference",
}  # fmt: skip


def scale_of(
    measure: str, left: str = "", right: str = "", level: float = 95, *, ratio: bool | None = None
) -> figures.Scale:
    """The scale of a measure by its short name. Effects that are logarithms (`ratio`) are drawn as ratios."""
    logs = measure in RATIO_MEASURES if ratio is None else ratio
    return figures.Scale(NAMES.get(measure, measure or "Effect"), logs, left, right, level=level)


def _back(scale: figures.Scale) -> Callable[[Any], Any]:
    return np.exp if scale.ratio else np.asarray


# --- pairwise


def forest_picture(
    fit: MetaAnalysis, scale: figures.Scale | None = None, *, groups: Sequence[str] | None = None,
    title: str = "Forest plot",
) -> figures.Picture:  # fmt: skip
    """Studies with their weights, the model's estimate, and its prediction interval where there is heterogeneity.

    Raises:
        ValueError: a model with moderators, which has no one estimate; groups that are not one a study.
    """
    if fit.names != ("intrcpt",):
        raise ValueError("a forest plot shows one estimate; this model has moderators")
    if groups is not None and len(groups) != fit.k:
        raise ValueError(f"{len(groups)} groups for {fit.k} studies")
    chosen = scale or scale_of("", level=fit.level)
    out = _back(chosen)
    half = _normal(fit.level) * np.sqrt(fit.vi)
    values = out(np.column_stack([fit.yi, fit.yi - half, fit.yi + half])).tolist()
    weights = 100 * fit.model_weights / fit.model_weights.sum()
    of = list(groups) if groups is not None else [None] * fit.k
    rows = [
        figures.ForestRow(label, value, low, high, float(weight), group)
        for label, (value, low, high), weight, group in zip(fit.slab, values, weights, of, strict=True)
    ]
    whole = predict(fit)
    prediction = (float(out(whole.pi_lb)[0]), float(out(whole.pi_ub)[0])) if fit.tau2 > 0 and fit.k > 2 else None
    mean, low, high = (float(out(each[0])) for each in (fit.coef, fit.ci_lb, fit.ci_ub))
    summary = figures.Summary("Together", mean, low, high, prediction)
    return figures.forest(rows, summary, title=title, scale=chosen)


def funnel_picture(
    fit: MetaAnalysis, scale: figures.Scale | None = None, *, fill: bool = False, title: str = "Funnel plot"
) -> figures.Picture:
    """Funnel with contours of significance; `fill` adds, open, what trim and fill puts in.

    Raises:
        ValueError: a model with moderators.
    """
    if fit.names != ("intrcpt",):
        raise ValueError("a funnel plot is drawn around one estimate; this model has moderators")
    chosen = scale or scale_of("", level=fit.level)
    out = _back(chosen)
    points = [
        figures.FunnelPoint(label, float(out(y)), float(v**0.5))
        for label, y, v in zip(fit.slab, fit.yi, fit.vi, strict=True)
    ]
    centre = fit
    if fill:
        filled = trimfill(fit)
        centre = filled.fit
        points += [
            figures.FunnelPoint(f"filled {at}", float(out(y)), float(v**0.5), filled=True)
            for at, (y, v) in enumerate(zip(filled.filled_yi, filled.filled_vi, strict=True), start=1)
        ]
    return figures.funnel(points, centre=float(out(centre.coef[0])), title=title, scale=chosen)


def _normal(level: float) -> float:
    from scipy.special import ndtri

    return float(ndtri(0.5 + level / 200))


# --- networks


def network_picture(
    net: NetworkMetaAnalysis | ComponentNetwork, *, certainty: dict[tuple[str, str], figures.Certainty] | None = None,
    title: str = "Network of treatments",
) -> figures.Picture:  # fmt: skip
    """Treatments by their arms, comparisons by their studies; `certainty` by pair of names, either way round."""
    data, rated = net.data, certainty or {}
    arms = [sum(at in study for study in data.arms) for at in range(len(data.trts))]
    counts: dict[tuple[int, int], int] = {}
    for a, b in zip(data.treat1.tolist(), data.treat2.tolist(), strict=True):
        counts[a, b] = counts.get((a, b), 0) + 1
    nodes = [figures.Node(name, arms=count) for name, count in zip(data.trts, arms, strict=True)]
    edges = []
    for (a, b), count in sorted(counts.items()):
        one, two = data.trts[a], data.trts[b]
        edges.append(figures.Edge(one, two, count, rated.get((one, two)) or rated.get((two, one))))
    return figures.network_graph(nodes, edges, title=title)


def network_forest_picture(
    net: NetworkMetaAnalysis, reference: str | None = None, scale: figures.Scale | None = None, *,
    model: Model = "random", title: str = "",
) -> figures.Picture:  # fmt: skip
    """Every treatment against one of them.

    Raises:
        ValueError: a reference that is no treatment of the network.
    """
    against = reference or net.reference or net.trts[0]
    chosen = scale or scale_of(net.sm, level=100 * net.level)
    out, effects, place = _back(chosen), net.network(model), net.index(against)
    table = out(np.column_stack([each[:, place] for each in (effects.TE, effects.lower, effects.upper)])).tolist()
    rows = [figures.ForestRow(name, *table[at]) for at, name in enumerate(net.trts) if at != place]
    return figures.forest(
        rows, title=title or f"Each treatment against {against}", scale=chosen, head=f"Against {against}"
    )


def league_picture(
    net: NetworkMetaAnalysis, scale: figures.Scale | None = None, *, model: Model = "random",
    small_values: SmallValues = "desirable", title: str = "League table",
) -> figures.Picture:  # fmt: skip
    """The league table as a heat map, in the order of P-scores."""
    chosen = scale or scale_of(net.sm, level=100 * net.level)
    out, effects = _back(chosen), net.network(model)
    scores = p_scores(net, model, small_values=small_values).scores.tolist()
    better: Literal["lower", "higher"] = "lower" if small_values == "desirable" else "higher"
    return figures.league_heat(
        net.trts, out(effects.TE), out(effects.lower), out(effects.upper), title=title, scale=chosen, better=better,
        scores=scores,
    )  # fmt: skip


def contribution_picture(
    net: NetworkMetaAnalysis, comparison: str | None = None, *, model: Model = "random",
    method: ContributionMethod = "shortestpath", title: str = "What the estimates rest on",
) -> figures.Picture:  # fmt: skip
    """Shares of direct comparisons in one estimate ("A:B"), or in all of them.

    Raises:
        ValueError: a comparison that is not one of `net.comparisons`.
    """
    shares = contributions(net, model, method=method)
    if comparison is None:
        return figures.contribution(shares.rows, shares.cols, shares.values, title=title)
    if comparison not in shares.rows:
        raise ValueError(f"no comparison {comparison!r}; there are: {', '.join(shares.rows)}")
    at = shares.rows.index(comparison)
    return figures.contribution([comparison], shares.cols, shares.values[at : at + 1], title=title)


def net_heat_picture(
    net: NetworkMetaAnalysis, *, model: Model = "common", title: str = "Inconsistency between designs"
) -> figures.Picture:
    """Net heat plot, with what each design's direct estimates add to one another's network estimates as squares.

    Raises:
        ValueError: as `net_heat`.
    """
    heat = net_heat(net, model)
    fitted = design_model(net)
    if model == "random":
        fitted = design_model(net, tau_within(fitted))
    P = fitted.precision
    hat = fitted.X @ np.linalg.solve(fitted.X.T @ P @ fitted.X, fitted.X.T @ P)
    places = [fitted.label.index(label) for label in heat.labels]
    share = np.clip(np.abs(hat[np.ix_(places, places)]), 0.0, 1.0)
    return figures.net_heat(heat.labels, heat.q, share, order=heat.order, title=title)


def adjusted_funnel_picture(
    net: NetworkMetaAnalysis, order: Sequence[str], *, model: Model = "random",
    title: str = "Comparison-adjusted funnel plot",
) -> figures.Picture:  # fmt: skip
    """`order` as in `adjusted_funnel`: from the treatment expected to look worst to the best."""
    found = adjusted_funnel(net, order, model)
    known = np.isfinite(found.TE_adj)
    points = [
        figures.FunnelPoint(found.studlab[at], float(found.TE_adj[at]), float(found.seTE[at]), found.comparison[at])
        for at in np.flatnonzero(known)
    ]
    name = "Effect less what its comparison shows together" + (" (logarithms)" if net.sm in RATIO_MEASURES else "")
    return figures.comparison_adjusted_funnel(points, title=title, scale=figures.Scale(name))


def rankogram_picture(
    net: NetworkMetaAnalysis, *, model: Model = "random", small_values: SmallValues = "desirable",
    title: str = "Chances of ranks",
) -> figures.Picture:  # fmt: skip
    """How likely each treatment is to be first, second and so on, the best on average first."""
    ranks = rankogram(net, model, small_values=small_values)
    return figures.rankogram(ranks.trts, ranks.rank_probability, sucra=ranks.sucra.tolist(), title=title)


def components_picture(
    net: ComponentNetwork, scale: figures.Scale | None = None, *, model: Model = "random",
    names: dict[str, str] | None = None, title: str = "What each part adds",
) -> figures.Picture:  # fmt: skip
    """What adding each component changes; those that the data do not identify are said to be so."""
    chosen = scale or scale_of(net.sm, level=100 * net.level)
    out, effects, said = _back(chosen), net.components(model), names or {}
    table = out(np.column_stack([effects.TE, effects.lower, effects.upper])).tolist()
    parts = [figures.ForestRow(said.get(name, name), *row) for name, row in zip(net.comps, table, strict=True)]
    return figures.component_effects(parts, title=title, scale=chosen)


# --- time courses


def course_picture(
    fit: TimeCourse, scale: figures.Scale | None = None, *, treatments: Sequence[str] | None = None,
    claims: Sequence[figures.Claim] = (), claims_by: str = "Promised", title: str = "",
) -> figures.Picture:  # fmt: skip
    """Effects against the reference over weeks, each up to its treatment's last visit, with the results of studies that
    give them against the reference.

    Raises:
        ValueError: a treatment that is not there.
    """
    chosen = scale or scale_of(fit.sm, level=fit.level)
    out, curves, observed = _back(chosen), [], []
    names = list(treatments) if treatments is not None else list(fit.treatments)
    for name in names:
        found = fit.at(np.linspace(0, fit.until_of(name), 61), name)
        parts = (out(each).tolist() for each in (found.estimate, found.lower, found.upper))
        curves.append(figures.Curve(name, found.weeks.tolist(), *parts))
        observed += _observed(fit, name, out)
    return figures.time_course(
        curves, observed, title=title or f"Effect against {fit.reference} over weeks", scale=chosen, claims=claims,
        claims_by=claims_by, last_week=fit.until,
    )  # fmt: skip


def _observed(fit: TimeCourse, name: str, out: Callable[[Any], Any]) -> list[figures.Observed]:
    """Results against the reference as they were given; results of single arms are no effects."""
    rows = fit.rows
    signs = rows.signs[:, :, rows.treatments.index(name)]
    alone = (signs == 1) & (np.abs(rows.signs).sum(axis=2) == 1) & rows.used & (rows.level == 0) & (rows.course == 0)
    found = []
    for s, m in zip(*np.nonzero(alone & (rows.weeks > 0)), strict=True):
        half = fit.normal * float(rows.V[s, m, m]) ** 0.5
        value, low, high = (float(out(rows.y[s, m] + side * half)) for side in (0, -1, 1))
        found.append(
            figures.Observed(float(rows.weeks[s, m]), value, low, high, f"{name}, one study's result", rows.studies[s])
        )
    return found


# --- without pooling


def albatross_picture(
    people: Sequence[int], p: Sequence[float], favours: Sequence[bool], *, sizes: Sequence[float],
    measure: Literal["SMD", "RR", "OR"] = "SMD", baseline: float | None = None, ratio: float = 1.0,
    sign: Sequence[Sign] | None = None, slab: Sequence[str] | None = None, left: str = "favours the comparator",
    right: str = "favours the intervention", title: str = "Albatross plot",
) -> figures.Picture:  # fmt: skip
    """Studies by people and two-sided p-value, with contours of effects of `sizes` (see `albatross_people`).

    A bound from below ("p > 0.05") says nothing of where a study lies, and is refused.

    Raises:
        ValueError: lengths that differ, a p of ">" (names the study), and as `albatross_people`.
    """
    names = list(slab) if slab is not None else [f"Study {at}" for at in range(1, len(p) + 1)]
    signs = list(sign) if sign is not None else ["="] * len(p)
    if not len(people) == len(p) == len(favours) == len(names) == len(signs):
        raise ValueError("people, p-values, directions, signs and names must be as many")
    if ">" in signs:
        raise ValueError(f"{names[signs.index('>')]}: a p-value told only as above a bound cannot be placed")
    points = [
        figures.AlbatrossPoint(name, n, one, "right" if side else "left", bound=mark == "<")
        for name, n, one, side, mark in zip(names, people, p, favours, signs, strict=True)
    ]
    reach = max([3.0, *(0.5 - math.log10(one) for one in p)])
    grid = 10 ** -(np.linspace(0.15, math.sqrt(reach), 80) ** 2)  # closer together where the curves bend
    contours = [
        figures.Contour(
            f"{measure} {size:g}", grid, albatross_people(measure, size, grid, ratio=ratio, baseline=baseline)
        )
        for size in sizes
    ]
    return figures.albatross(points, contours, title=title, left=left, right=right, effect=measure)
