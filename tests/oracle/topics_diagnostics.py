"""Diagnostics, small-study effects and tests of coefficients, as metafor names them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
from rcall import Call, Function, NotSupported, parse
from reval import Arguments, Environment, Session, answer, evaluate, rfunction, topic
from topics_pairwise import THRESHOLD, Rma, fit_answer, fitted, one_or_list

from skinproof.evidence.statistics.diagnostics import (
    Influence,
    Refits,
    Residuals,
    blup,
    cumul,
    influence,
    leave1out,
    rstandard,
    rstudent,
)
from skinproof.evidence.statistics.inference import (
    RobustFit,
    contrast_test,
    likelihood_ratio,
    robust,
    vif,
    wald_test,
)
from skinproof.evidence.statistics.pairwise import MetaAnalysis
from skinproof.evidence.statistics.small_study import (
    FailSafe,
    RankTest,
    RegressionTest,
    TrimFill,
    fsn,
    ranktest,
    regtest,
    trimfill,
)
from skinproof.evidence.statistics.subgroups import subgroup_analysis

SIMPLE = {
    "rstandard": rstandard, "rstudent": rstudent, "leave1out": leave1out, "influence": influence,
    "ranktest": ranktest,
}  # fmt: skip


@rfunction(" ".join(SIMPLE), "x")
def simple(args: Arguments) -> Any:
    found = SIMPLE[args.call.name](fitted(args))
    args.nothing_else()
    return found


@rfunction("blup", "x")
def r_blup(args: Arguments) -> dict[str, Any]:
    columns = blup(fitted(args)).columns()
    args.nothing_else()
    return {name: column for name, column in columns.items() if not name.startswith("ci")}


@answer(Residuals)
def residuals(found: Residuals) -> dict[str, Any]:
    return found.columns()


@answer(Refits)
def refits(found: Refits) -> dict[str, Any]:
    return {**found.columns(), "order": list(found.slab)}


@answer(Influence)
def influences(found: Influence) -> dict[str, Any]:
    # R marks nothing where a study cannot be left out, unless it stands out all the same.
    marks = [
        None if np.isnan(dffits) and not each else bool(each)
        for dffits, each in zip(found.dffits, found.is_infl, strict=True)
    ]
    return {**found.columns(), "is.infl": marks, "inf": ["*" if each else "" for each in marks]}


@rfunction("cumul", "x order")
def r_cumul(args: Arguments) -> Refits:
    made = args.plain("x")
    if not isinstance(made, Rma):
        raise NotSupported(f"cumul() of {type(made).__name__}")
    frame = next(iter(args.session.frames.values()))
    node = args.node("order")
    order = None if node is None else np.atleast_1d(evaluate(node, args.env.inside(frame)))[made.kept]
    args.nothing_else()
    return cumul(made.fit, order)


@rfunction("regtest", "x")
def r_regtest(args: Arguments) -> RegressionTest:
    made = args.plain("x")
    fit = fitted(args)
    found = regtest(fit, args.plain("predictor", "sei"), args.plain("model", "rma"), made.extra["ni"])
    args.nothing_else()
    return found


@answer(RegressionTest)
def regression_test(found: RegressionTest) -> dict[str, Any]:
    told = {
        "zval": found.zval, "pval": found.pval, "dfs": found.dfs, "est": found.est, "ci.lb": found.ci_lb,
        "ci.ub": found.ci_ub,
    }  # fmt: skip
    if found.coefficients is not None:
        told["coef"] = found.coefficients
    return told


@answer(RankTest)
def rank_test(found: RankTest) -> dict[str, float]:
    return {"tau": found.tau, "pval": found.pval}


OTHER_TRIMS: dict[type, Any] = {}


@rfunction("trimfill", "x side estimator")
def r_trimfill(args: Arguments) -> Any:
    for kind, function in OTHER_TRIMS.items():
        if isinstance(args.plain("x"), kind):
            return function(args.plain("x"), args)
    # metafor refits with its own stopping rule, whatever that of the fit given.
    fit = fitted(args)
    found = trimfill(replace(fit, threshold=THRESHOLD), args.plain("estimator", "L0"), args.plain("side"))
    args.nothing_else()
    return found if found.k0 else replace(found, fit=fit)


@answer(TrimFill)
def trim_fill(found: TrimFill) -> dict[str, Any]:
    return {
        **fit_answer(found.fit), "k0": found.k0, "se.k0": found.se_k0, "p.k0": found.p_k0, "side": found.side,
        "filled.yi": found.filled_yi, "filled.vi": found.filled_vi,
    }  # fmt: skip


@rfunction("fsn", "x vi type")
def r_fsn(args: Arguments) -> FailSafe:
    options = {name: args.plain(name) for name in ("alpha", "target", "weighted") if args.has(name)}
    found = fsn(args.value("x"), args.value("vi"), args.plain("type", "Rosenthal"), **options)
    args.nothing_else()
    return found


@answer(FailSafe)
def fail_safe(found: FailSafe) -> dict[str, Any]:
    return {"fsnum": found.fsnum, "pval": found.pval, "meanes": found.meanes, "target": found.target}


@topic("subgroup/test")
def subgroups(session: Session, check: dict[str, Any]) -> Any:
    """Between subgroups: from a model with one tau², or from separate models where the call fits one a subgroup."""
    tree, env = parse(check["call"]), Environment(session)
    if isinstance(tree, Call) and tree.name.startswith("rma"):
        fit = evaluate(tree, env).fit
        return {**fit_answer(fit), "QMdf": fit.qm_df[0]}
    calls = [each for each in walk(tree) if isinstance(each, Call) and each.name in ("rma", "rma.uni")]
    columns = [each for each in walk(tree) if isinstance(each, Call) and each.name == "$"]
    if len(calls) != 1 or not columns:
        raise NotSupported("this way of comparing subgroups")
    whole = Call(calls[0].function, tuple(arg for arg in calls[0].args if arg.name != "subset"))
    made = evaluate(whole, env)
    by = np.atleast_1d(evaluate(columns[0], env))[made.kept]
    known = np.array([each is not None and each == each for each in by.tolist()])
    found = subgroup_analysis(made.fit.refit(known), by[known].tolist())
    return {"Q": found.q, "df": found.df, "p": found.pval}


def walk(node: Any) -> Iterator[Any]:
    """Every node of a tree."""
    yield node
    if isinstance(node, Call):
        yield from walk(node.function)
        for arg in node.args:
            yield from walk(arg.value)
    elif isinstance(node, Function):
        yield from walk(node.body)


@rfunction("anova", "object object2 btt")
def r_anova(args: Arguments) -> dict[str, Any]:
    fit = fitted(args, "object")
    if args.has("object2"):
        test = likelihood_ratio(fit, fitted(args, "object2"))
        return {"LRT": test.statistic, "pval": test.pval, "df": test.df}
    if args.has("btt"):
        found = wald_test(fit, places=[int(place) - 1 for place in np.atleast_1d(args.plain("btt"))])
        return {"QM": found.statistic, "QMp": found.pval, "QMdf": [found.df, found.df2]}
    contrasts = np.atleast_2d(args.plain("X", args.plain("L")))
    each, found = contrast_test(fit, contrasts), wald_test(fit, contrasts=contrasts)
    args.nothing_else()
    names = [
        " ".join(_term(c, name, place) for place, (c, name) in enumerate(pairs))
        for pairs in ([(c, name) for c, name in zip(row, fit.names, strict=True) if c] for row in contrasts)
    ]
    return {
        "hyp": {"": f"{names[0]} = 0"} if len(names) == 1 else [f"{name} = 0" for name in names],
        "Xb": each.estimate, "se": each.se, "zval": each.zval, "pval": each.pval,
        "QM": found.statistic, "QMp": found.pval, "QMdf": [found.df, found.df2],
    }  # fmt: skip


def _term(coefficient: float, name: str, place: int) -> str:
    """A term of a hypothesis as metafor writes it."""
    sign = "-" if coefficient < 0 else "+" if place else ""
    size = "" if abs(coefficient) == 1 else f"{abs(coefficient):g}*"
    return f"{sign} {size}{name}" if place else f"{sign}{size}{name}"


@rfunction("vif", "x")
def r_vif(args: Arguments) -> dict[str, Any]:
    found = vif(fitted(args))
    args.nothing_else()
    return {"vif": found}


@rfunction("robust", "x cluster")
def r_robust(args: Arguments) -> Any:
    made = args.plain("x")
    frame = next(iter(args.session.frames.values()))
    node = args.node("cluster")
    cluster = np.atleast_1d(evaluate(node, args.env.inside(frame))) if node is not None else None
    adjust, sandwich = args.plain("adjust", True), args.plain("clubSandwich", False)
    args.nothing_else()
    if isinstance(made, Rma) and cluster is not None:
        told = cluster[made.kept].tolist()
        return robust_answer(made.fit, robust(made.fit, told, adjust=adjust, small_sample=sandwich))
    for kind, function in OTHER_ROBUST.items():
        if isinstance(made, kind) and cluster is not None:
            return function(made, cluster.tolist(), adjust, sandwich)
    raise NotSupported(f"robust() of {type(made).__name__}")


OTHER_ROBUST: dict[type, Any] = {}


def robust_answer(fit: MetaAnalysis, found: RobustFit) -> dict[str, Any]:
    told = fit_answer(fit)
    for name, values in (
        ("se", found.se), ("zval", found.tval), ("pval", found.pval), ("ci.lb", found.ci_lb), ("ci.ub", found.ci_ub),
    ):  # fmt: skip
        told[name] = one_or_list(values)
    return {
        **told, "vcov": {"rows": fit.names, "cols": fit.names, "values": found.vcov.tolist()},
        "test": "t", "df": one_or_list(found.df), "QM": found.qm, "QMp": found.qm_p, "QMdf": list(found.qm_df),
    }  # fmt: skip
