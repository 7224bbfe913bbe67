"""What netmeta's other models of a network mean: Mantel-Haenszel, regression, subgroups."""

from __future__ import annotations

from typing import Any

import numpy as np
from rcall import NotSupported, deparse
from reval import Arguments, answer, as_answer, evaluate, rfunction
from topics_network import ORIGINS, effects, text

from skinproof.evidence.statistics.network import NetworkMetaAnalysis
from skinproof.evidence.statistics.network_binary import MantelHaenszelNetwork, mantel_haenszel_network
from skinproof.evidence.statistics.network_pairwise import Pairs
from skinproof.evidence.statistics.network_regression import NetworkRegression, network_regression, network_subgroups

MODELS = ("common", "random")


@rfunction("netmetabin", "event1")
def netmetabin(args: Arguments) -> Any:
    pairs, method = args.plain("event1"), args.plain("method", "MH")
    if not isinstance(pairs, Pairs):
        raise NotSupported("netmetabin() of anything but a pairwise object")
    reference = text(args.plain("reference.group", args.plain("ref")))
    pooled = bool(args.plain("cc.pooled", False))
    args.nothing_else()
    if method == "Inverse":
        net = pairs.network(reference=reference)
        return as_answer(net) | {"k.excluded": len(set(pairs.studlab)) - net.k}
    if method != "MH":
        raise NotSupported(f"netmetabin(method={method!r})")
    return mantel_haenszel_network(pairs, reference=reference, cc_pooled=pooled)


@answer(MantelHaenszelNetwork)
def as_netmetabin(net: MantelHaenszelNetwork) -> dict[str, Any]:
    test = net.inconsistency
    unknown = np.full((net.n, net.n), np.nan)
    matrices = {
        f"{part}.{model}": {"rows": net.trts, "cols": net.trts, "values": unknown.tolist()}
        for part in ("TE", "seTE", "lower", "upper")
        for model in ("random", "predict")
    }
    return matrices | effects(net.effects, net.trts, "common") | {
        "trts": net.trts, "reference": net.reference or "", "k": net.k, "k.excluded": net.k_excluded,
        "m": net.m, "n": net.n, "d": net.d,
        "Q.inconsistency": test.Q, "df.Q.inconsistency": test.df, "pval.Q.inconsistency": test.pval,
    }  # fmt: skip


def by_study(args: Arguments, name: str) -> tuple[str, dict[str, Any]]:
    """A column of the data that the network came from, by study label."""
    node, origin = args.node(name), ORIGINS.get(id(args.plain("x")))
    if node is None or origin is None:
        raise NotSupported(f"{args.call.name}() without {name} or of a network whose data are not at hand")
    _, columns, labels = origin
    return deparse(node), dict(zip(labels, np.asarray(evaluate(node, columns)).tolist(), strict=True))


@rfunction("netmetareg", "x covar")
def netmetareg(args: Arguments) -> NetworkRegression:
    net, assumption = args.plain("x"), args.plain("assumption", "independent")
    if not isinstance(net, NetworkMetaAnalysis):
        raise NotSupported(f"netmetareg() of {type(net).__name__}")
    name, values = by_study(args, "covar")
    if any(isinstance(value, str) for value in values.values()):
        raise NotSupported("netmetareg() on a covariate in words")
    method = args.plain("method.tau", "REML")
    args.nothing_else()
    return network_regression(net, values, name, assumption=assumption, method_tau=method)


@answer(NetworkRegression)
def as_regression(found: NetworkRegression) -> dict[str, Any]:
    # R quotes the names of slopes.
    return {
        "names": [f"`{name}`" if ":" in name else name for name in found.names], "beta": found.beta, "se": found.se,
        "loglik": found.log_likelihood, "tau2": found.tau2, "QM": found.QM.Q, "QMp": found.QM.pval,
    }  # fmt: skip


@rfunction("subgroup", "x subgroup")
def subgroup(args: Arguments) -> dict[str, Any]:
    net = args.plain("x")
    if not isinstance(net, NetworkMetaAnalysis):
        raise NotSupported(f"subgroup() of {type(net).__name__}")
    _, levels = by_study(args, "subgroup")
    args.nothing_else()
    groups = network_subgroups(net, {study: text(level) or "" for study, level in levels.items()})
    found: dict[str, Any] = {model: {} for model in MODELS}
    for i, a in enumerate(net.trts):
        for b in net.trts[i + 1 :]:
            for model in MODELS:
                test, first = groups.difference(a, b, model), True
                for level, effect in groups.effects(a, b, model).items():
                    row = {
                        "treat1": a, "treat2": b, "subgroup": level, "k": groups.studies(a, b)[level],
                        "TE": effect.TE, "seTE": effect.seTE, "lower": effect.lower, "upper": effect.upper,
                        "tau2": groups.networks[level].tau2, "tau": groups.networks[level].tau,
                        "Q": test.Q if first else None, "df.Q": test.df if first else None,
                        "pval.Q": test.pval if first else None,
                    }  # fmt: skip
                    first = False
                    for name, value in row.items():
                        found[model].setdefault(name, []).append(
                            float(value) if isinstance(value, np.ndarray) else value
                        )
    return found
