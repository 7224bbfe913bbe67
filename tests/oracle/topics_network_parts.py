"""What netmeta's functions on a fitted network mean in terms of the engine."""

from __future__ import annotations

from typing import Any

import numpy as np
from rcall import NotSupported, deparse
from reval import Arguments, answer, field, rfunction
from topics_meta import Meta
from topics_meta_bias import meta_bias
from topics_network import ASIDE, by_name, square, text, texts

from skinproof.evidence.statistics.network import NetworkMetaAnalysis
from skinproof.evidence.statistics.network_connection import NetworkConnection, network_connection
from skinproof.evidence.statistics.network_evidence_flow import (
    Labelled,
    contributions,
    hat_matrix,
    leverages,
    study_impact,
)
from skinproof.evidence.statistics.network_inconsistency import (
    DesignDecomposition,
    NetHeat,
    decompose_designs,
    net_heat,
)
from skinproof.evidence.statistics.network_pools import AdjustedFunnel, adjusted_funnel, pool_pairs
from skinproof.evidence.statistics.network_ranking import PScores, p_scores, rankogram
from skinproof.evidence.statistics.network_results import EffectMatrices
from skinproof.evidence.statistics.network_split import NetSplit, net_split, network_measures

MODELS = ("common", "random")


def the_net(args: Arguments) -> NetworkMetaAnalysis:
    net = args.plain("x")
    if not isinstance(net, NetworkMetaAnalysis):
        raise NotSupported(f"{args.call.name}() of {type(net).__name__}")
    return net


@rfunction("netrank", "x")
def netrank(args: Arguments) -> dict[str, Any]:
    net, small = the_net(args), args.plain("small.values", "desirable")
    args.nothing_else()
    ranks = {model: p_scores(net, model, small_values=small) for model in MODELS}
    found: dict[str, Any] = {model: by_name(net.trts, rank.scores) for model, rank in ranks.items()}
    found |= {f"Pmatrix.{model}": square(net.trts, rank.probability) for model, rank in ranks.items()}
    return found | {"object": ranks}


@rfunction("rankogram", "x")
def ranks(args: Arguments) -> dict[str, Any]:
    net, draws = the_net(args), int(args.plain("nsim", 1000))
    small = args.plain("small.values", "desirable")
    args.nothing_else()
    found: dict[str, Any] = {"nsim": draws}
    for model in MODELS:
        ranked = rankogram(net, model, small_values=small, draws=draws, joint=False)
        names = [str(rank) for rank in range(1, net.n + 1)]
        found[f"sucra.{model}"] = by_name(net.trts, ranked.sucra)
        found[f"meanranks.{model}"] = by_name(net.trts, ranked.mean_rank)
        found[f"rank.prob.{model}"] = {
            "rows": list(net.trts), "cols": names, "values": ranked.rank_probability.tolist()
        }  # fmt: skip
    return found


@rfunction("set.seed pdf dev.off")
def nothing(args: Arguments) -> None:
    """Random seeds and devices for plots mean nothing here."""


@rfunction("netsplit", "x")
def netsplit(args: Arguments) -> dict[str, Any]:
    net, method = the_net(args), args.plain("method", "Back-calculation")
    args.nothing_else(*ASIDE)
    return {"method": method} | {model: split_table(net_split(net, model, method=method)) for model in MODELS}


def split_table(split: NetSplit) -> dict[str, Any]:
    def table(effects: EffectMatrices) -> dict[str, Any]:
        return {
            "comparison": split.comparisons, "TE": effects.TE, "seTE": effects.seTE, "lower": effects.lower,
            "upper": effects.upper, "statistic": effects.statistic, "p": effects.pval, "z": effects.statistic,
        }  # fmt: skip

    found: dict[str, Any] = {"k": split.k, "comparison": split.comparisons, "prop": split.prop}
    found |= {part: table(getattr(split, part)) for part in ("network", "direct", "indirect", "difference")}
    found["direct"] |= {"n": split.n, "Q": split.Q, "tau2": split.tau2, "tau": np.sqrt(split.tau2), "I2": split.I2}
    return found


@rfunction("decomp.design", "x")
def decomp_design(args: Arguments) -> DesignDecomposition:
    net = the_net(args)
    args.nothing_else()
    return decompose_designs(net)


@answer(DesignDecomposition)
def as_decomposition(found: DesignDecomposition) -> dict[str, Any]:
    def table(tests: Any) -> dict[str, Any]:
        return {"Q": [t.Q for t in tests], "df": [t.df for t in tests], "pval": [t.pval for t in tests]}

    between = found.Q_inc_random
    rows = ["Total", "Within designs", "Between designs"]
    detached = list(found.Q_inc_detach)

    def firsts(labels: Any) -> list[str]:
        return [str(found.labels.index(label) + 1) for label in labels]

    return {
        "Q.decomp": {"row": rows} | table([found.total, found.within, found.between]),
        "Q.het.design": {"row": firsts(found.Q_het_design), "design": list(found.Q_het_design)}
        | table(found.Q_het_design.values()),
        "Q.inc.detach": {"row": firsts(detached), "design": detached} | table(found.Q_inc_detach.values()),
        "Q.inc.design": {"design": [d for d, _ in found.Q_inc_design], "Q": [q for _, q in found.Q_inc_design]},
        "Q.inc.random": {"row": rows[2:]} | table([between]) | {"tau.within": [found.tau_within]},
        "residuals.inc.detach": {"rows": found.labels, "cols": found.labels, "values": found.residuals.tolist()},
    }


@rfunction("capture_netheat", "x")
def netheat(args: Arguments) -> NetHeat:
    net, random = the_net(args), args.plain("random", False)
    args.nothing_else()
    return net_heat(net, "random" if random else "common")


@answer(NetHeat)
def as_netheat(heat: NetHeat) -> dict[str, Any]:
    q = {"rows": heat.labels, "cols": heat.labels, "values": heat.q.tolist()}
    return {"q": q, "order": [place + 1 for place in heat.order]}


@rfunction("netmeasures", "x")
def netmeasures(args: Arguments) -> dict[str, Any]:
    net, random = the_net(args), args.plain("random", True)
    args.nothing_else()
    found = network_measures(net, "random" if random else "common")
    parts = {"proportion": "proportion", "meanpath": "meanpath", "minpar": "minpar", "minpar.study": "minpar_study"}
    return {theirs: by_name(found.comparisons, getattr(found, ours)) for theirs, ours in parts.items()}


@answer(Labelled)
def as_matrix(matrix: Labelled) -> dict[str, Any]:
    return {"rows": matrix.rows, "cols": matrix.cols, "values": matrix.values.tolist()}


@rfunction("hatmatrix", "x")
def hatmatrix(args: Arguments) -> dict[str, Any]:
    net, method, kind = the_net(args), args.plain("method", "Ruecker"), args.plain("type", "full")
    args.nothing_else()
    if method == "Ruecker":
        found: dict[str, Any] = {f"diag.{model}": leverages(net, model) for model in MODELS}
        return found | {f"trace.{model}": float(leverages(net, model).sum()) for model in MODELS}
    if method != "Davies" or kind != "full":
        raise NotSupported(f"hatmatrix(method={method!r}, type={kind!r})")
    return {model: as_matrix(hat_matrix(net, model)) for model in MODELS}


@rfunction("netcontrib", "x")
def netcontrib(args: Arguments) -> dict[str, Any]:
    net, method = the_net(args), args.plain("method", "shortestpath")
    args.nothing_else()
    return {model: as_matrix(contributions(net, model, method=method)) for model in MODELS}


@rfunction("netimpact", "x")
def netimpact(args: Arguments) -> dict[str, Any]:
    net = the_net(args)
    args.nothing_else()
    return {model: as_matrix(study_impact(net, model, drop_below=2.0**-26)) for model in MODELS}


@rfunction("netleague", "x")
def netleague(args: Arguments) -> dict[str, Any]:
    net, digits, seq = the_net(args), int(args.plain("digits", 2)), args.plain("seq")
    args.nothing_else()
    found: dict[str, Any] = {"digits": digits}
    for model in MODELS:
        order = seq
        if isinstance(seq, dict):
            ranking: PScores = seq["object"][model]
            order = ranking.ranking
        league = net.league_table(model, digits=digits, order=None if order is None else texts(order))
        found[model] = {name: league.column(name) for name in league.trts}
    return found


@rfunction("netconnection", "treat1 treat2 studlab")
def netconnection(args: Arguments) -> NetworkConnection:
    columns = [texts(args.value(name)) for name in ("treat1", "treat2", "studlab")]
    args.nothing_else()
    return network_connection(*columns)


@answer(NetworkConnection)
def as_connection(found: NetworkConnection) -> dict[str, Any]:
    distance = np.where(np.isinf(found.distance), "Inf", found.distance.astype(object))
    return {
        "k": found.k, "m": found.m, "n": found.n, "n.subnets": found.n_subnets, "subnet": list(found.subnet),
        "D.matrix": square(found.trts, distance), "A.matrix": square(found.trts, found.adjacency),
        "L.matrix": square(found.trts, found.laplacian), "designs": list(found.designs),
    }  # fmt: skip


@rfunction("netpairwise", "x")
def netpairwise(args: Arguments) -> dict[str, Any]:
    net = the_net(args)
    args.nothing_else()
    found: dict[str, list[Any]] = {}
    for pool in pool_pairs(net).values():
        # netmeta writes the reference second and turns the effect to suit.
        turned = pool.treat1 == net.reference
        names = (pool.treat2, pool.treat1) if turned else (pool.treat1, pool.treat2)
        sign = -1.0 if turned else 1.0
        row = {
            "subgroup": ":".join(names), "k": pool.k, "tau": pool.tau, "tau2": pool.tau2,
            "TE.common": sign * pool.TE_common, "seTE.common": pool.seTE_common,
            "TE.random": sign * pool.TE_random, "seTE.random": pool.seTE_random,
        }  # fmt: skip
        for name, value in row.items():
            found.setdefault(name, []).append(value)
    return found


@rfunction("funnel", "x")
def funnel(args: Arguments) -> AdjustedFunnel:
    net, order = the_net(args), args.plain("order")
    args.nothing_else()
    return adjusted_funnel(net, texts(order))


@answer(AdjustedFunnel)
def as_funnel(found: AdjustedFunnel) -> dict[str, Any]:
    columns = ("studlab", "treat1", "treat2", "comparison", "TE", "seTE")
    numbers = {pair: place for place, pair in enumerate(dict.fromkeys(found.comparison), start=1)}
    table: dict[str, Any] = {name: getattr(found, name) for name in columns}
    table |= {"TE.direct": found.TE_direct, "TE.adj": found.TE_adj}
    # R's plot symbols number the comparisons; the colour is its default.
    return table | {"pch": [numbers[pair] for pair in found.comparison], "col": ["black"] * len(found.TE)}


@rfunction("metabias", "x")
def metabias(args: Arguments) -> dict[str, Any]:
    x, method = args.plain("x"), text(args.plain("method.bias", "Egger"))
    if isinstance(x, Meta):
        return meta_bias(x, args)
    if not isinstance(x, NetworkMetaAnalysis) or method != "Egger":
        raise NotSupported(f"metabias() of {deparse(args.call)}")
    order = args.plain("order")
    args.nothing_else()
    intercept, se, statistic, df, pval = adjusted_funnel(x, texts(order)).egger()
    return {"statistic": statistic, "df": df, "pval": pval, "estimate": [intercept, se]}


@field(NetworkMetaAnalysis)
def net_field(net: NetworkMetaAnalysis, name: str) -> Any:
    """`net$treat1` and the like are vectors, as `[` and `netconnection` want them."""
    if name in ("treat1", "treat2"):
        return np.array([net.trts[t] for t in getattr(net.data, name)], dtype=object)
    if name == "studlab":
        return np.array([net.data.studies[s] for s in net.data.study], dtype=object)
    return None
