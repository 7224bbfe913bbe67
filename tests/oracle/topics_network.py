"""What meta's and netmeta's functions mean in terms of the engine."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from reval import Arguments, Environment, Session, answer, resolver, rfunction

from skinproof.evidence.statistics._contrasts import dictionary_key
from skinproof.evidence.statistics.network import NetworkMetaAnalysis, network_meta_analysis
from skinproof.evidence.statistics.network_pairwise import Pairs, pairwise_binary, pairwise_continuous, pairwise_rate
from skinproof.evidence.statistics.network_results import EffectMatrices

# netmeta's options that change how a result is printed or how hard an optimiser tries, not what the numbers are.
ASIDE = ("control", "warn", "details.chkmultiarm", "common", "random", "prediction", "verbose", "nchar.trts", "title")


@resolver
def earlier_network_check(session: Session, name: str, at: int) -> str | None:
    """`net.OR` is check `OR.netmeta`, `net.OR.REML` is `OR.netmeta.REML`, `pw.RR` is `pairwise.RR`, `pw` the pairs of
    the measure at hand; `nc` and `dc` are the component networks fitted before, the first of each kind."""
    before = session.checks[:at]
    ids = [check["id"] for check in before]
    if name.startswith("net."):
        measure, _, rest = name[4:].partition(".")
        wanted = f"{measure}.netmeta" + (f".{rest}" if rest else "")
        return wanted if wanted in ids else None
    if name == "pw" or name.startswith("pw."):
        measure = name[3:] or session.checks[at]["id"].partition(".")[0]
        pairs = [i for i in ids if i.startswith("pairwise.")]
        wanted = f"pairwise.{measure}"
        return wanted if wanted in ids else pairs[0] if pairs and name == "pw" else None
    if name in ("nc", "dc", "net"):
        function = {"nc": "netcomb", "dc": "discomb", "net": "netmeta"}[name]
        return next((check["id"] for check in before if check["call"].startswith(f"{function}(")), None)
    return None


def square(names: Any, values: Any) -> dict[str, Any]:
    return {"rows": list(names), "cols": list(names), "values": np.asarray(values).tolist()}


def by_name(names: Any, values: Any) -> dict[str, Any]:
    return dict(zip(names, np.asarray(values).tolist(), strict=True))


def effects(matrices: EffectMatrices, names: Any, suffix: str) -> dict[str, Any]:
    parts = ("TE", "seTE", "lower", "upper", "pval", "statistic")
    return {f"{part}.{suffix}": square(names, getattr(matrices, part)) for part in parts}


@rfunction("pairwise", "treat event n")
def pairwise(args: Arguments) -> Pairs:
    """Arms given long (a column each) or wide (a list of columns for each) become one arm an entry."""
    study, treatments = args.value("studlab"), args.value("treat")
    names = ("event", "n", "mean", "sd", "time")
    given = {name: args.value(name) for name in names if args.has(name)}
    if isinstance(treatments, list):
        order = [(s, a) for s in range(len(treatments[0])) for a in range(len(treatments))]
        order = [(s, a) for s, a in order if treatments[a][s] is not None and treatments[a][s] == treatments[a][s]]
        labels, arms = [study[s] for s, _ in order], [treatments[a][s] for s, a in order]
        given = {name: [float(columns[a][s]) for s, a in order] for name, columns in given.items()}
    else:
        labels, arms = study, treatments
    labels, arms, given = reported(texts(labels), texts(arms), given)
    places = {key: place for place, key in enumerate(zip(labels, arms, strict=True))}
    sm = args.plain("sm")
    options = {
        ours: args.plain(theirs)
        for ours, theirs in (("incr", "incr"), ("method_incr", "method.incr"), ("allstudies", "allstudies"))
        if args.has(theirs)
    }
    args.nothing_else()
    if "time" in given:
        pairs = pairwise_rate(labels, arms, given["event"], given["time"], sm=sm, **options)
    elif "mean" in given:
        pairs = pairwise_continuous(labels, arms, given["n"], given["mean"], given["sd"], sm=sm)
    else:
        pairs = pairwise_binary(labels, arms, given["event"], given["n"], sm=sm, **options)
    if not isinstance(treatments, list):
        pairs = in_long_order(pairs, places)
    remember(pairs, args.mask, texts(study))
    return pairs


def reported(labels: list[str], arms: list[str], given: dict[str, Any]) -> tuple[list[str], list[str], dict[str, Any]]:
    """Without arms that report nothing, and without studies of which one arm is left, as meta does it."""
    numbers = np.array([np.asarray(column, dtype=float) for column in given.values()])
    filled = ~np.isnan(numbers).all(axis=0)
    counts: dict[str, int] = {}
    for label, one in zip(labels, filled, strict=True):
        counts[label] = counts.get(label, 0) + int(one)
    keep = [i for i, one in enumerate(filled) if one and arms[i] and counts[labels[i]] > 1]
    return (
        [labels[i] for i in keep],
        [arms[i] for i in keep],
        {name: row[keep].tolist() for name, row in zip(given, numbers, strict=True)},
    )


# Where a network came from: the columns in sight and the study label of each of their rows, by the result's identity
# (held with it, so that no other result can take its place).
ORIGINS: dict[int, tuple[Any, Environment, list[str]]] = {}


def remember(result: Any, columns: Environment, labels: list[str]) -> None:
    ORIGINS[id(result)] = (result, columns, labels)


def in_long_order(pairs: Pairs, places: dict[tuple[str, str], int]) -> Pairs:
    """meta lists the pairs of data in long form by first arm as given and by second arm alphabetically."""
    studies = {study: place for place, study in enumerate(dict.fromkeys(pairs.studlab))}
    order = sorted(
        range(len(pairs.TE)),
        key=lambda i: (
            studies[pairs.studlab[i]],
            places[pairs.studlab[i], pairs.treat1[i]],
            dictionary_key(pairs.treat2[i]),
        ),
    )
    changed = {name: tuple(getattr(pairs, name)[i] for i in order) for name in ("studlab", "treat1", "treat2", "arms")}
    return replace(pairs, TE=pairs.TE[order], seTE=pairs.seTE[order], **changed)


@answer(Pairs)
def as_pairwise(pairs: Pairs) -> dict[str, Any]:
    return {name: getattr(pairs, name) for name in ("studlab", "treat1", "treat2", "TE", "seTE")}


@rfunction("netmeta", "TE seTE treat1 treat2 studlab")
def netmeta(args: Arguments) -> NetworkMetaAnalysis:
    first = args.value("TE")
    options: dict[str, Any] = {
        "reference": text(args.plain("reference.group", args.plain("ref"))),
        "method_tau": args.plain("method.tau", "DL"),
        "tau_preset": args.plain("tau.preset"),
    }
    if isinstance(first, Pairs):
        args.nothing_else(*ASIDE)
        net = first.network(**options)
        remember(net, *ORIGINS[id(first)][1:])
        return net
    columns = [np.asarray(args.value(name)) for name in ("TE", "seTE", "treat1", "treat2", "studlab")]
    keep = args.value("subset")
    if keep is not None:
        columns = [column[np.asarray(keep, dtype=bool)] for column in columns]
    sm = args.plain("sm", "")
    args.nothing_else(*ASIDE)
    labels = [texts(column) for column in columns[2:]]
    net = network_meta_analysis(*columns[:2], *labels, sm=sm, independent_contrasts=True, **options)
    remember(net, args.mask, texts(args.value("studlab")))
    return net


def text(value: Any) -> str | None:
    return f"{value:.15g}" if isinstance(value, float) else value


def texts(values: Any) -> list[str]:
    return [text(each) or "" for each in np.asarray(values).tolist()]


@answer(NetworkMetaAnalysis)
def as_netmeta(net: NetworkMetaAnalysis) -> dict[str, Any]:
    names = net.trts
    found: dict[str, Any] = {
        "trts": list(names), "reference": net.reference or "", "sm": net.sm, "k": net.k, "m": net.m, "n": net.n,
        "d": net.d, "tau": net.tau, "tau2": net.tau2, "Q": net.Q, "df.Q": net.df_Q, "pval.Q": net.pval_Q,
        "Q.heterogeneity": net.heterogeneity.Q, "df.Q.heterogeneity": net.heterogeneity.df,
        "pval.Q.heterogeneity": net.heterogeneity.pval, "Q.inconsistency": net.inconsistency.Q,
        "df.Q.inconsistency": net.inconsistency.df, "pval.Q.inconsistency": net.inconsistency.pval,
        "A.matrix": square(names, net.adjacency), "designs": list(net.designs), "comparisons": direct_pairs(net),
    }  # fmt: skip
    found |= dict(zip(("I2", "lower.I2", "upper.I2"), net.I2, strict=True))
    for model in ("common", "random"):
        found |= effects(net.network(model), names, model)
        found |= effects(net.direct(model), names, f"direct.{model}")
        found |= effects(net.indirect(model), names, f"indirect.{model}")
        found[f"prop.direct.{model}"] = by_name(net.comparisons, upper(net, net.prop_direct(model)))
        covariance = net.covariance(model)
        found[f"Cov.{model}"] = {"rows": net.comparisons, "cols": net.comparisons, "values": covariance.tolist()}
    found |= effects(net.prediction, names, "predict")
    return found | {"studies": study_table(net), "treat1": pick(net, "treat1"), "treat2": pick(net, "treat2"),
                    "studlab": [net.data.studies[s] for s in net.data.study]}  # fmt: skip


def upper(net: NetworkMetaAnalysis, matrix: Any) -> Any:
    return matrix[np.triu_indices(net.n, 1)]


def pick(net: NetworkMetaAnalysis, side: str) -> list[str]:
    return [net.trts[t] for t in getattr(net.data, side)]


def direct_pairs(net: NetworkMetaAnalysis) -> list[str]:
    return [pair for pair, count in zip(net.comparisons, upper(net, net.adjacency), strict=True) if count]


def study_table(net: NetworkMetaAnalysis) -> dict[str, Any]:
    data = net.data
    table: dict[str, Any] = {
        "study": [data.studies[s] for s in data.study], "treat1": pick(net, "treat1"), "treat2": pick(net, "treat2"),
        "TE": data.TE, "seTE": data.seTE, "design": [data.designs[s] for s in data.study],
    }  # fmt: skip
    for model in ("common", "random"):
        fit = net.fit_of(model)
        table[f"w.{model}"] = fit.weights
        table[f"seTE.adj.{model}"] = 1 / np.sqrt(fit.weights)
        table[f"TE.nma.{model}"] = fit.fitted
        table[f"seTE.nma.{model}"] = fit.seTE[data.treat1, data.treat2]
    table["Q.common"] = net.common.weights * (data.TE - net.common.fitted) ** 2
    leverage = net.common.weights * net.common.seTE[data.treat1, data.treat2] ** 2
    arms = np.array([len(each) for each in data.arms])[data.study]
    table["leverage.common"] = np.where(arms == 2, leverage, np.nan)
    return table
