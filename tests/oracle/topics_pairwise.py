"""metafor's `rma` and what is asked of its fits, in terms of the engine."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, get_args

import numpy as np
from rcall import Call, Constant, Name, Node, NotSupported, deparse
from reval import Arguments, Environment, Session, answer, evaluate, field, resolver, rfunction
from topics_effects import COLUMNS, effect_sizes

from skinproof.evidence.statistics import transforms
from skinproof.evidence.statistics.design import Design
from skinproof.evidence.statistics.pairwise import (
    Heterogeneity,
    MetaAnalysis,
    Prediction,
    confint,
    meta_analysis,
    predict,
)
from skinproof.evidence.statistics.tau2 import Method

METHODS = get_args(Method)
THRESHOLD = 1e-5  # at which metafor stops unless told otherwise


@resolver
def earlier_check(session: Session, name: str, at: int) -> str | None:
    """`res.DL` is the latest check named `<measure>.DL` above; `mr1.REML.z` is `<measure>.metareg1.REML.z`.

    Failing that, a bare name is the check of that name, or the first above whose name starts so (`ppc.diff`).
    """
    pattern = re.sub(r"^res\.", "", re.sub(r"^mr(\d+)\.", r"metareg\1.", name))
    above = [str(check["id"]) for check in session.checks[:at]]
    if pattern != name:
        return next((each for each in reversed(above) if each.partition(".")[2] == pattern), None)
    if name in above:
        return name
    if name == "res":
        fits = (str(check["id"]) for check in session.checks[:at] if str(check["call"]).startswith(("rma(", "rma.mv(")))
        return next(fits, None)
    return next((each for each in above if each.startswith(f"{name}.")), None)


@dataclass(frozen=True)
class Rma:
    """A fit with what R's object remembers of the rows it was given."""

    fit: MetaAnalysis
    kept: np.ndarray  # of all rows, before and after subset and missing values
    extra: dict[str, Any]  # ni of the rows kept


def truth(value: Any, k: int) -> np.ndarray:
    """A subset as truth values; NA counts as false."""
    if value is None:
        return np.ones(k, dtype=bool)
    value = np.atleast_1d(value)
    if value.dtype == bool:
        return value
    if value.dtype == object:
        return np.array([each is True or (isinstance(each, np.bool_) and bool(each)) for each in value])
    found = np.zeros(k, dtype=bool)
    found[value.astype(int) - 1] = True
    return found


@rfunction("rma rma.uni", "yi vi sei weights mods")
def rma(args: Arguments) -> Rma:
    method, test = args.plain("method", "REML"), args.plain("test", "z")
    if method not in METHODS:
        raise NotSupported(f"method {method}")
    measure, mods = args.plain("measure"), args.node("mods")
    if measure is not None and measure != "GEN":
        sizes = effect_sizes(args)
        yi, vi = sizes.yi, sizes.vi
    else:
        outcome_node, mods = outcome(args)
        yi = np.asarray(evaluate(outcome_node, args.mask), dtype=float)
        sei = args.value("sei")
        vi = np.asarray(args.value("vi") if sei is None else sei**2, dtype=float)
    ni = sample_sizes(args, measure)
    made = formula_design(mods, args.mask, len(yi))
    kept = truth(args.value("subset"), len(yi)) & np.isfinite(yi) & np.isfinite(vi) & np.isfinite(made.matrix).all(1)
    level, extra = args.plain("level", 95), {"ni": None if ni is None else ni[kept]}
    threshold = (args.plain("control") or {}).get("threshold", THRESHOLD)
    args.nothing_else("slab", "digits", *COLUMNS)
    made = independent(made.rows(kept))
    fit = meta_analysis(
        yi[kept], vi[kept], None if made.names == ("intrcpt",) else dict_of(made), method, test, level,
        intercept=made.intercept, slab=[str(place + 1) for place in np.flatnonzero(kept)],
        threshold=threshold,
    )  # fmt: skip
    return Rma(fit, kept, extra)


def outcome(args: Arguments) -> tuple[Node, Node | None]:
    """The effects and the moderators, which R takes from `yi ~ moderators` too."""
    node, mods = args.node("yi"), args.node("mods")
    if node is None:
        raise NotSupported(f"{args.call.name}() without yi")
    if isinstance(node, Call) and node.name == "~" and len(node.args) == 2:
        return node.args[0].value, Call(node.function, node.args[1:])
    return node, mods


def independent(made: Design) -> Design:
    """Without columns that depend on those before them, which R drops."""
    scaled = made.matrix / np.maximum(np.abs(made.matrix).max(axis=0, initial=0.0), 1e-300)
    keep: list[int] = []
    for place in range(scaled.shape[1]):
        if np.linalg.matrix_rank(scaled[:, [*keep, place]]) > len(keep):
            keep.append(place)
    return Design(made.matrix[:, keep], tuple(made.names[place] for place in keep))


def sample_sizes(args: Arguments, measure: Any) -> np.ndarray | None:
    """People (or person-time) in each study, as escalc keeps them beside the effects."""
    for columns in (("n1i", "n2i"), ("ni",), ("t1i", "t2i")):
        if measure is not None and args.has(columns[0]):
            return np.asarray(sum(args.value(column) for column in columns), dtype=float)
    return None


def dict_of(made: Design) -> dict[str, np.ndarray]:
    columns = dict(zip(made.names, made.matrix.T, strict=True))
    columns.pop("intrcpt", None)
    return columns


def formula_design(node: Node | None, env: Environment, k: int) -> Design:
    """The model matrix of a formula as R makes it: factors with treatment contrasts, interactions with `:`.

    Rows with a missing moderator have NaN.
    """
    if node is None or isinstance(node, Constant):
        return Design(np.ones((k, 1)), ("intrcpt",))
    if not (isinstance(node, Call) and node.name == "~"):
        values = np.asarray(evaluate(node, env), dtype=float).reshape(k, -1)
        name = deparse(node) if values.shape[1] == 1 else "X"
        return Design(np.column_stack([np.ones(k), values]), ("intrcpt", name))
    plus, intercept = terms(node.args[-1].value)
    columns: dict[str, np.ndarray] = {"intrcpt": np.ones(k)} if intercept else {}
    whole = not intercept
    for term in plus:
        parts = term_parts(term)
        made = [{"": np.ones(k)}]
        for place, each in enumerate(parts):
            # In an interaction a factor has all its columns where its margin is not in the model.
            margin = len(parts) > 1 and not any(
                {deparse(o) for o in term_parts(t)} == {deparse(x) for j, x in enumerate(parts) if j != place}
                for t in plus
            )
            found, was_factor = term_columns(each, env, k, whole or margin)
            made.append(found)
            if was_factor and len(parts) == 1:
                whole = False
        product = made[0]
        for found in made[1:]:
            product = {
                ":".join(filter(None, (a, b))): left * right
                for b, right in found.items()
                for a, left in product.items()
            }
        columns |= product
    return Design(np.column_stack(list(columns.values())), tuple(columns))


def terms(node: Node) -> tuple[list[Node], bool]:
    """The terms of a formula's right side, and whether it has an intercept."""
    if isinstance(node, Call) and node.name in ("+", "-") and len(node.args) == 2:
        plus, intercept = terms(node.args[0].value)
        last = node.args[1].value
        if isinstance(last, Constant):
            return plus, bool(last.value) if node.name == "+" else not last.value
        if node.name == "-":
            raise NotSupported(f"formula {deparse(node)}")
        return [*plus, *terms(last)[0]], intercept
    if isinstance(node, Constant):
        return [], bool(node.value)
    if isinstance(node, Call) and node.name == "*":
        left, right = node.args[0].value, node.args[1].value
        return [left, right, Call(Name(":"), node.args)], True
    return [node], True


def term_parts(node: Node) -> list[Node]:
    if isinstance(node, Call) and node.name == ":":
        return [part_ for arg in node.args for part_ in term_parts(arg.value)]
    return [node]


def term_columns(node: Node, env: Environment, k: int, whole: bool) -> tuple[dict[str, np.ndarray], bool]:
    label, factor = deparse(node), isinstance(node, Call) and node.name in ("factor", "as.factor")
    values = np.atleast_1d(evaluate(node, env))
    if values.dtype == bool:
        return {f"{label}TRUE": values.astype(float)}, True
    if not factor and values.dtype != object:
        return {label: np.broadcast_to(values.astype(float), (k,))}, False
    known = [each for each in values.tolist() if each is not None and each == each]
    levels = sorted(set(known), key=lambda each: (str(each).lower(), str(each)) if isinstance(each, str) else each)
    missing = np.array([each is None or each != each for each in values.tolist()])
    return {
        f"{label}{level if isinstance(level, str) else f'{level:.15g}'}": np.where(missing, np.nan, values == level)
        for level in (levels if whole else levels[1:])
    }, True


def one_or_list(values: np.ndarray) -> Any:
    return float(values[0]) if values.size == 1 else values.tolist()


@answer(Rma)
def rma_answer(made: Rma) -> dict[str, Any]:
    return fit_answer(made.fit)


@answer(MetaAnalysis)
def fit_answer(fit: MetaAnalysis) -> dict[str, Any]:
    found = {
        "coef": dict(zip(fit.names, fit.coef.tolist(), strict=True)),
        "vcov": {"rows": fit.names, "cols": fit.names, "values": fit.vcov.tolist()},
        "test": fit.test, "df": fit.df, "tau2": fit.tau2, "se.tau2": fit.se_tau2, "I2": fit.i2, "H2": fit.h2,
        "R2": fit.r2, "k": fit.k, "p": fit.p, "QE": fit.qe, "QEp": fit.qe_p, "QM": fit.qm, "QMp": fit.qm_p,
        "QMdf": list(fit.qm_df), "s2w": fit.s2w, "loglik": fit.loglik, "AIC": fit.aic, "BIC": fit.bic,
        "AICc": fit.aicc,
    }  # fmt: skip
    for name, values in (
        ("se", fit.se), ("zval", fit.zval), ("pval", fit.pval), ("ci.lb", fit.ci_lb), ("ci.ub", fit.ci_ub),
    ):  # fmt: skip
        found[name] = one_or_list(values)
    return found


@field(Rma)
def rma_field(made: Rma, name: str) -> Any:
    match name:
        case "yi":
            return made.fit.yi
        case "vi":
            return made.fit.vi
        case "not.na":
            return made.kept
        case "beta" | "b":
            return made.fit.coef
    return None


def fitted(args: Arguments, name: str = "x") -> MetaAnalysis:
    """The fit that a call is about."""
    value = args.plain(name)
    if not isinstance(value, Rma):
        raise NotSupported(f"{args.call.name}() of {type(value).__name__}")
    return value.fit


def transform(name: str, targs: dict[str, Any]) -> Callable[[np.ndarray], np.ndarray]:
    """metafor's back-transformation of that name."""
    match name:
        case "exp":
            return np.exp
        case "transf.ilogit":
            return transforms.ilogit
        case "transf.ztor":
            return transforms.ztor
        case "transf.ztor.int":
            return lambda x: transforms.ztor_mean(x, targs["tau2"])
        case "transf.ipft.hm" | "transf.ipft":
            return lambda x: transforms.ipft(x, targs["ni"])
    raise NotSupported(name)


@rfunction("predict", "object newmods")
def r_predict(args: Arguments) -> Any:
    value = args.plain("object")
    if not isinstance(value, Rma):
        return predict_other(value, args)
    newmods = args.plain("newmods")
    transf, targs = args.node("transf"), args.plain("targs")
    pi_type = args.plain("pi.type", "default")
    found = predict(value.fit, newmods, args.plain("level"), str(pi_type).lower())
    args.nothing_else()
    if transf is None:
        return found
    return found.transformed(transform(deparse(transf), targs or {}))


OTHER_PREDICTIONS: dict[type, Any] = {}


def predict_other(value: Any, args: Arguments) -> Any:
    for kind, function in OTHER_PREDICTIONS.items():
        if isinstance(value, kind):
            return function(value, args)
    raise NotSupported(f"predict() of {type(value).__name__}")


@answer(Prediction)
def prediction(found: Prediction) -> dict[str, Any]:
    return {name: values[0] if len(values) == 1 else values for name, values in found.columns().items()}


@rfunction("confint", "object")
def r_confint(args: Arguments) -> Heterogeneity:
    fit = fitted(args, "object")
    found = confint(fit, args.plain("level"), tau2_max=max(100.0, 10 * fit.tau2))
    args.nothing_else("control")
    return found


@answer(Heterogeneity)
def heterogeneity(found: Heterogeneity) -> dict[str, Any]:
    rows = {"tau^2": found.tau2, "tau": found.tau, "I^2(%)": found.i2, "H^2": found.h2}
    return {
        name: {row: values[place] for row, values in rows.items()}
        for place, name in enumerate(("estimate", "ci.lb", "ci.ub"))
    }


@rfunction("weights", "object")
def r_weights(args: Arguments) -> np.ndarray:
    w = fitted(args, "object").model_weights
    return 100 * w / w.sum()
