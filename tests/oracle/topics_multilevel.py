"""metafor's `rma.mv` in terms of the engine."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from rcall import Call, Node, NotSupported, deparse, parse
from reval import (
    Arguments,
    Environment,
    Session,
    answer,
    evaluate,
    rfunction,
    topic,
    value_of,
    vector,
)
from topics_diagnostics import OTHER_ROBUST, walk
from topics_pairwise import OTHER_PREDICTIONS, Rma, formula_design, independent, outcome, truth

from skinproof.evidence.statistics.coefficients import moderator_places
from skinproof.evidence.statistics.components import Inner
from skinproof.evidence.statistics.inference import robust_tests
from skinproof.evidence.statistics.multilevel import (
    MultilevelFit,
    block_diagonal,
    multilevel,
    nested,
    predict_multilevel,
    robust_multilevel,
)


@value_of
def sampling_variances(session: Session, name: str) -> Any:
    """`V`, which the files use without making it: from a check that prints it, or from columns v1i, v2i, ..."""
    if name != "V":
        return None
    if "V" in session.places:
        if session.checks[session.at]["id"] == "V":
            raise NotSupported("how V is made")
        upper = session.checks[session.places["V"]]["value"]["V.upper"]
        k = int((np.sqrt(8 * len(upper) + 1) - 1) / 2)
        v = np.zeros((k, k))
        columns, rows = np.tril_indices(k)  # an upper triangle by columns
        v[rows, columns] = upper
        return v + np.triu(v, 1).T
    frame = next(iter(session.frames.values()))
    names = [f"v{place}i" for place in range(1, 10) if f"v{place}i" in frame]
    if not names:
        return None
    cluster = next(iter(frame.values())).tolist()
    rows = np.column_stack([frame[each] for each in names])
    blocks = [rows[[other == each for other in cluster]] for each in dict.fromkeys(cluster)]
    if any(block.shape[0] > block.shape[1] for block in blocks):
        raise NotSupported("how V is made")
    return block_diagonal([block[:, : len(block)] for block in blocks])


@value_of
def printed_frame(session: Session, name: str) -> Any:
    """A data frame that the file only prints (its check is then not one that the engine answers)."""
    for check in session.checks:
        if check["call"].strip() == name and isinstance(check["value"], Mapping):
            if check is session.checks[session.at]:
                raise NotSupported(f"how {name} is made")
            return {column: vector(values) for column, values in check["value"].items()}
    return None


@rfunction("rma.mv", "yi V")
def rma_mv(args: Arguments) -> MultilevelFit:
    yi, mods = outcome(args)
    y, v = np.asarray(evaluate(yi, args.mask), dtype=float), np.asarray(args.value("V"), dtype=float)
    made = formula_design(mods, args.mask, y.size)
    v = np.diag(v) if v.ndim == 1 else v
    keep = truth(args.value("subset"), y.size) & np.isfinite(y) & np.isfinite(made.matrix).all(1)
    factors, inner = random_effects(args, keep)
    fixed = {name: np.atleast_1d(args.plain(name)).tolist() for name in ("sigma2", "tau2", "rho") if args.has(name)}
    options = {name: args.plain(name) for name in ("method", "test", "dfs", "level") if args.has(name)}
    args.nothing_else("control", "slab", "sparse")
    design = independent(made.rows(keep))
    return multilevel(y[keep], v[np.ix_(keep, keep)], design, factors, inner, fixed=fixed, **options)


def random_effects(args: Arguments, keep: np.ndarray) -> tuple[dict[str, list[Any]], Inner | None]:
    node, struct = args.node("random"), args.plain("struct", "CS")
    factors: dict[str, list[Any]] = {}
    inner = None
    if node is None:
        return factors, inner
    formulas = [arg.value for arg in node.args] if isinstance(node, Call) and node.name == "list" else [node]
    for formula in formulas:
        bar = formula.args[-1].value if isinstance(formula, Call) and formula.name == "~" else formula
        if not (isinstance(bar, Call) and bar.name == "|"):
            raise NotSupported(f"random={deparse(formula)}")
        left, right = bar.args[0].value, bar.args[1].value
        if deparse(left) == "1":
            names, labels = [], []
            for each in slashed(right):
                names.append(deparse(each))
                labels.append(np.atleast_1d(evaluate(each, args.mask))[keep].tolist())
                factors["/".join(names)] = nested(*labels)
        elif inner is None:
            columns = [np.atleast_1d(evaluate(each, args.mask))[keep].tolist() for each in (left, right)]
            inner = Inner(columns[0], columns[1], struct)
        else:
            raise NotSupported("two inner structures")
    return factors, inner


def slashed(node: Node) -> list[Node]:
    if isinstance(node, Call) and node.name == "/":
        return [*slashed(node.args[0].value), node.args[1].value]
    return [node]


@answer(MultilevelFit)
def multilevel_answer(fit: MultilevelFit) -> dict[str, Any]:
    blank = [None] * fit.coef.size
    return {
        "coef": dict(zip(fit.names, fit.coef.tolist(), strict=True)), "se": fit.se, "zval": fit.zval,
        "pval": fit.pval, "ci.lb": fit.ci_lb, "ci.ub": fit.ci_ub,
        "vcov": {"rows": fit.names, "cols": fit.names, "values": fit.vcov.tolist()},
        "sigma2": list(fit.sigma2.values()), "tau2": fit.tau2, "rho": fit.rho if fit.rho.size else [0.0],
        "test": fit.test, "k": fit.k, "p": fit.coef.size, "QE": fit.qe, "QEp": fit.qe_p, "QM": fit.qm,
        "QMp": fit.qm_p, "QMdf": list(fit.qm_df), "df": blank if fit.df is None else fit.df, "loglik": fit.loglik,
        "AIC": fit.aic, "BIC": fit.bic,
    }  # fmt: skip


@rfunction("logLik", "object")
def log_lik(args: Arguments) -> float:
    fit = args.plain("object")
    return float(fit.fit.loglik if isinstance(fit, Rma) else fit.loglik)


@topic("rma.mv/likelihood")
def likelihood(session: Session, check: dict[str, Any]) -> dict[str, Any]:
    """The likelihood at given components, with those components as the call gives them."""
    tree = parse(check["call"])
    env = Environment(session)
    found = evaluate(tree, env)
    given: dict[str, Any] = {}
    for node in walk(tree):
        if isinstance(node, Call) and node.name == "sapply":
            sets = evaluate(node.args[0].value, env)
            inside = next(each for each in walk(node) if isinstance(each, Call) and each.name == "rma.mv")
            name = next(arg.name for arg in inside.args if arg.name in ("sigma2", "tau2", "rho"))
            return {name: [list(each) for each in sets], "loglik": found}
        if isinstance(node, Call) and node.name == "rma.mv":
            given = {
                str(arg.name): evaluate(arg.value, env) for arg in node.args if arg.name in ("sigma2", "tau2", "rho")
            }
    return {**given, "loglik": found}


def predicted(fit: MultilevelFit, args: Arguments) -> Any:
    level = args.plain("level")
    args.nothing_else()
    try:
        return predict_multilevel(fit, level)
    except ValueError as fault:
        raise NotSupported(str(fault)) from fault


def robust_answer(fit: MultilevelFit, cluster: list[Any], adjust: bool, small_sample: bool) -> dict[str, Any]:
    made = robust_multilevel(fit, cluster, adjust, small_sample)
    found = robust_tests(made, moderator_places(fit.design), fit.level)
    return {
        **multilevel_answer(fit), "se": found.se, "zval": found.tval, "pval": found.pval, "ci.lb": found.ci_lb,
        "ci.ub": found.ci_ub, "vcov": {"rows": fit.names, "cols": fit.names, "values": found.vcov.tolist()},
        "test": "t", "df": found.df, "QM": found.qm, "QMp": found.qm_p, "QMdf": list(found.qm_df),
    }  # fmt: skip


OTHER_PREDICTIONS[MultilevelFit] = predicted
OTHER_ROBUST[MultilevelFit] = robust_answer
