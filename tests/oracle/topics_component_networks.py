"""What netmeta's functions for component networks mean in terms of the engine."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import rbase
from rcall import NotSupported
from reval import Arguments, answer, evaluate, rfunction
from topics_network import ASIDE, square, text, texts

from skinproof.evidence.statistics.component_matrix import ComponentMatrix, component_matrix, split_components
from skinproof.evidence.statistics.component_networks import ComponentNetwork, component_network, components_of
from skinproof.evidence.statistics.network import NetworkMetaAnalysis
from skinproof.evidence.statistics.network_pairwise import Pairs

MODELS = ("common", "random")


@rfunction("netcomb", "x inactive")
def netcomb(args: Arguments) -> ComponentNetwork:
    net, C = args.plain("x"), args.plain("C.matrix")
    if not isinstance(net, NetworkMetaAnalysis):
        raise NotSupported(f"netcomb() of {type(net).__name__}")
    options = {"inactive": text(args.plain("inactive")), "tau_preset": args.plain("tau.preset")}
    separator = args.plain("sep.comps", "+")
    args.nothing_else(*ASIDE)
    return components_of(net, C=C, separator=separator, **options)


@rfunction("discomb", "TE seTE treat1 treat2 studlab")
def discomb(args: Arguments) -> ComponentNetwork:
    first = args.value("TE")
    names = ("TE", "seTE", "treat1", "treat2", "studlab")
    if isinstance(first, Pairs):
        columns = [np.asarray(getattr(first, name))[np.array(first.estimable)] for name in names]
    else:
        columns = [np.asarray(args.value(name)) for name in names]
    options = {
        "sm": args.plain("sm") or getattr(first, "sm", ""), "inactive": text(args.plain("inactive")),
        "separator": args.plain("sep.comps", "+"), "tau_preset": args.plain("tau.preset"),
    }  # fmt: skip
    # netmeta's discomb does not ask whether a study's effects add up.
    options["tol_multiarm"] = np.inf
    # The reference only says against what results are printed.
    args.nothing_else("reference.group", *ASIDE)
    return component_network(*columns[:2], *[texts(column) for column in columns[2:]], **options)


@answer(ComponentNetwork)
def as_component_network(net: ComponentNetwork) -> dict[str, Any]:
    found: dict[str, Any] = {
        "trts": list(net.trts), "comps": list(net.comps), "inactive": net.C.inactive,
        "C.matrix": {"rows": net.trts, "cols": net.comps, "values": net.C.values.tolist()},
        "k": len(net.data.studies), "m": len(net.data.TE), "n": len(net.trts), "c": len(net.comps), "s": net.s,
        "d": len(set(net.data.designs)), "tau": net.tau, "tau2": net.tau2,
    }  # fmt: skip
    found |= dict(zip(("I2", "lower.I2", "upper.I2"), net.I2, strict=True))
    for name, test in (("additive", net.additive), ("standard", net.standard), ("diff", net.additivity)):
        for part, ours in (("Q", "Q"), ("df.Q", "df"), ("pval.Q", "pval")):
            found[f"{part}.{name}"] = getattr(test, ours) if test else None
    for model in MODELS:
        components, whole = net.components(model), net.combinations(model=model)
        found[model] = {
            "component": net.comps, "Comp": components.TE, "seComp": components.seTE, "pval": components.pval,
            "Comb.name": net.trts, "Comb": whole.TE, "seComb": whole.seTE,
        }  # fmt: skip
        effects = net.network(model)
        found |= {f"TE.{model}": square(net.trts, effects.TE), f"seTE.{model}": square(net.trts, effects.seTE)}
    return found


def the_components(args: Arguments) -> ComponentNetwork:
    net = args.plain("x")
    if not isinstance(net, ComponentNetwork):
        raise NotSupported(f"{args.call.name}() of {type(net).__name__}")
    return net


@rfunction("netcomplex", "x complex")
def netcomplex(args: Arguments) -> dict[str, Any]:
    net, names = the_components(args), texts(np.atleast_1d(args.plain("complex")))
    args.nothing_else()
    found: dict[str, Any] = {"complex": names}
    for model in MODELS:
        effects = net.combinations(names, model)
        found |= {f"Comb.{model}": effects.TE, f"seComb.{model}": effects.seTE}
        found |= {f"lower.Comb.{model}": effects.lower, f"upper.Comb.{model}": effects.upper}
        found |= {f"pval.Comb.{model}": effects.pval, f"statistic.Comb.{model}": effects.statistic}
    return found


@rfunction("netcomparison", "x treat1 treat2")
def netcomparison(args: Arguments) -> dict[str, Any]:
    net = the_components(args)
    first, second = (texts(np.atleast_1d(args.plain(name))) for name in ("treat1", "treat2"))
    args.nothing_else()
    labels = [difference(a, b, net.C.separator) for a, b in zip(first, second, strict=True)]
    found: dict[str, Any] = {"comparison": labels}
    for model in MODELS:
        effects = net.comparison(first, second, model)
        for part in ("TE", "seTE", "lower", "upper", "pval", "statistic"):
            found[f"{part}.{model}"] = getattr(effects, part)
    return found


def difference(first: str, second: str, separator: str) -> str:
    """netmeta's label of a comparison: components on both sides cancel out."""
    one, two = (split_components(each, separator) for each in (first, second))
    sides = [f" {separator} ".join(part for part in a if part not in b) for a, b in ((one, two), (two, one))]
    return ":".join(side for side in sides if side)


@rfunction("createC", "x")
def create_c(args: Arguments) -> ComponentMatrix:
    x, inactive = args.plain("x"), text(args.plain("inactive"))
    separator = args.plain("sep.comps", "+")
    args.nothing_else()
    if isinstance(x, ComponentNetwork):
        return x.C.with_observed_interactions()
    if isinstance(x, NetworkMetaAnalysis):
        return component_matrix(x.trts, separator=separator, inactive=inactive)
    raise NotSupported(f"createC() of {type(x).__name__}")


@rfunction("cbind")
def cbind(args: Arguments) -> ComponentMatrix:
    first, *rest = args.call.args
    matrix = evaluate(first.value, args.env)
    if not isinstance(matrix, ComponentMatrix):
        raise NotSupported("cbind() of anything but a component matrix")
    for column in rest:
        if column.name is None:
            raise NotSupported("cbind() of a column without a name")
        matrix = matrix.with_column(column.name, evaluate(column.value, args.env))
    # With a matrix of one's own, netmeta knows of no inactive component.
    return replace(matrix, inactive=None)


@rfunction("[")
def subset(args: Arguments) -> Any:
    """`C[, "component"]`; everything else as base R has it."""
    whole, *index = (evaluate(arg.value, args.env) for arg in args.call.args)
    if isinstance(whole, ComponentMatrix) and len(index) == 1 and isinstance(index[0], str):
        return whole.column(index[0])
    return rbase.subset(args)
