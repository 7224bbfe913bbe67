"""The meta package's `metabin`, `metacont` and `metagen` by inverse variance, and what is asked of them."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, get_args

import numpy as np
from rbrent import uniroot
from rcall import Argument, Call, Constant, NotSupported
from reval import Arguments, Session, answer, evaluate, resolver, rfunction
from scipy.special import chdtrc
from topics_pairwise import THRESHOLD

from skinproof.evidence.statistics._network_fit import i_squared
from skinproof.evidence.statistics.coefficients import critical_value
from skinproof.evidence.statistics.conversions import se_from_ci, se_from_p
from skinproof.evidence.statistics.escalc import escalc
from skinproof.evidence.statistics.generalised_q import generalised_q_tail
from skinproof.evidence.statistics.network_pairwise import pairwise_binary
from skinproof.evidence.statistics.pairwise import MetaAnalysis, meta_analysis
from skinproof.evidence.statistics.subgroups import SubgroupAnalysis, subgroup_analysis
from skinproof.evidence.statistics.tau2 import Method, weighted

MEANS = {"n.e": "n1i", "mean.e": "m1i", "sd.e": "sd1i", "n.c": "n2i", "mean.c": "m2i", "sd.c": "sd2i"}
NAN = math.nan
SEARCH_END = 100.0  # of tau², in R
# What only changes how a result is printed.
ASIDE = (
    "prediction", "common", "random", "fixed", "backtransf", "digits", "title", "label.e", "label.c", "outclab",
    "complab", "overall", "warn", "print.subgroup.name", "subgroup.name", "hakn",
)  # fmt: skip


@resolver
def meta_object(session: Session, name: str, at: int) -> str | None:
    return "m" if name == "m" and "m" in session.places else None


@dataclass(frozen=True)
class Meta:
    """Effects of a meta object (NaN where a study has none) and its options."""

    args: Arguments
    yi: np.ndarray
    vi: np.ndarray
    labels: list[str]
    by: list[str] | None
    sm: str
    method: str
    tau2_ci: str
    test: str
    predicted: str
    level: float
    threshold: float | None
    common_tau2: bool
    i2_from_tau2: bool
    counts: tuple[np.ndarray, ...] = ()  # ai, n1i, ci, n2i

    @property
    def known(self) -> np.ndarray:
        return np.flatnonzero(np.isfinite(self.yi) & np.isfinite(self.vi))

    def fit(self, rows: np.ndarray, random: bool) -> MetaAnalysis | None:
        rows = rows[np.isfinite(self.yi[rows])]
        if not rows.size:
            return None
        method, test = (self.method, self.test) if random else ("FE", "z")
        return meta_analysis(
            self.yi[rows], self.vi[rows], method=method, test=test, level=100 * self.level, threshold=self.threshold
        )

    @cached_property
    def models(self) -> tuple[MetaAnalysis, MetaAnalysis]:
        common, random = (self.fit(self.known, each) for each in (False, True))
        if common is None or random is None:
            raise NotSupported("a meta-analysis of no study with an effect")
        return common, random


def options(args: Arguments) -> dict[str, Any]:
    method = args.plain("method.tau", "REML")
    if method not in get_args(Method):
        raise NotSupported(f"method.tau {method}")
    interval = args.plain("method.random.ci", "HK" if args.plain("hakn", False) is True else "classic")
    adhoc = args.plain("adhoc.hakn.ci", "")
    test = {("classic", ""): "z", ("HK", ""): "knha", ("HK", "se"): "adhoc"}.get((interval, adhoc))
    if test is None:
        raise NotSupported(f"method.random.ci {interval} {adhoc}".strip())
    predicted = args.plain("method.predict", "V")
    if predicted not in ("V", "HTS", "HK", "HK-PR", "S"):
        raise NotSupported(f"method.predict {predicted}")
    i2 = args.plain("method.I2", "Q")
    by = args.value("subgroup", args.value("byvar"))
    labels = args.value("studlab")
    return {
        "method": method, "tau2_ci": args.plain("method.tau.ci", "J" if method == "DL" else "QP"), "test": test,
        "predicted": predicted, "level": args.plain("level", 0.95),
        "threshold": (args.plain("control") or {}).get("threshold", THRESHOLD),
        "common_tau2": args.plain("tau.common", False), "i2_from_tau2": i2 == "tau2",
        "by": None if by is None else texts(by), "labels": [] if labels is None else texts(labels),
    }  # fmt: skip


def texts(values: Any) -> list[str]:
    return [f"{each:.15g}" if isinstance(each, float) else str(each) for each in np.atleast_1d(values).tolist()]


def made(args: Arguments, sm: str, yi: np.ndarray, vi: np.ndarray) -> Meta:
    told = options(args)
    keep = args.value("subset")
    args.nothing_else(*ASIDE)
    told["labels"] = told["labels"] or [str(place + 1) for place in range(yi.size)]
    if keep is not None:
        rows = np.asarray(keep, dtype=bool)
        yi, vi = yi[rows], vi[rows]
        for name in ("labels", "by"):
            told[name] = told[name] and [each for each, one in zip(told[name], rows, strict=True) if one]
    return Meta(args=args, sm=sm, yi=yi, vi=vi, **told)


@rfunction("metabin", "event.e n.e event.c n.c studlab")
def metabin(args: Arguments) -> Meta:
    sm = args.plain("sm", "RR")
    pooling = args.plain("method", "Inverse" if sm == "ASD" else "MH")
    if pooling != "Inverse" or sm not in ("OR", "RR", "RD"):
        raise NotSupported(f"metabin with sm {sm} by {pooling}")
    events, sizes = ([np.asarray(args.value(f"{part}.{arm}"), dtype=float) for arm in "ec"] for part in ("event", "n"))
    k, incr = events[0].size, args.plain("incr", 0.5)
    if not isinstance(incr, float):
        raise NotSupported(f"incr {incr}")
    where = args.plain(
        "method.incr", "all" if args.plain("addincr") else "if0all" if args.plain("allincr") else "only0"
    )
    if where not in ("only0", "if0all", "all"):
        raise NotSupported(f"method.incr {where}")
    rows = np.repeat(np.arange(k), 2).astype(str)
    pairs = pairwise_binary(
        rows, np.tile(["1", "2"], k), np.column_stack(events).ravel(), np.column_stack(sizes).ravel(), sm=sm, incr=incr,
        method_incr=where, allstudies=bool(args.plain("allstudies", False)),
    )  # fmt: skip
    found = made(args, sm, pairs.TE, pairs.seTE**2)
    whole = found.yi.size == k  # no subset
    return replace(found, counts=(events[0], sizes[0], events[1], sizes[1]) if whole else ())


@rfunction("metacont", "n.e mean.e sd.e n.c mean.c sd.c studlab")
def metacont(args: Arguments) -> Meta:
    sm, columns = args.plain("sm", "MD"), {ours: args.value(theirs) for theirs, ours in MEANS.items()}
    if any(column is None for column in columns.values()):
        raise NotSupported("metacont from medians")
    pooled, exact = bool(args.plain("pooledvar", False)), bool(args.plain("exact.smd", True))
    kind, glass = args.plain("method.smd", "Hedges"), args.plain("sd.glass", "control")
    if sm == "MD" and not pooled:
        found = escalc("MD", **columns)
    elif sm == "ROM" and not pooled:
        found = escalc("ROM", **columns)
    elif sm == "MD":
        found = escalc("MD", vtype="HO", **columns)
    elif sm == "SMD" and kind == "Hedges" and exact:
        found = escalc("SMD", vtype="UB", **columns)
    else:
        raise NotSupported(f"metacont with sm {sm}, {kind}, exact {exact}, pooled {pooled}, {glass}")
    return made(args, sm, found.yi, found.vi)


@rfunction("metagen", "TE seTE studlab")
def metagen(args: Arguments) -> Meta:
    """Standard errors as given, or from intervals or p values (by the normal distribution, or t with `df`)."""
    sm, natural = args.plain("sm", ""), args.plain("transf", True) is False
    scale: Callable[[Any], Any] = np.log if natural and sm in ("RR", "OR", "HR", "IRR", "ROM") else np.asarray
    if natural and scale is not np.log:
        raise NotSupported(f"transf=FALSE with sm {sm}")
    yi = scale(np.asarray(args.value("TE"), dtype=float))
    df = args.value("df")
    if args.has("cluster"):
        raise NotSupported("metagen of three levels")
    if args.has("seTE"):
        se = np.asarray(args.value("seTE"), dtype=float)
    elif args.has("pval"):
        se = np.abs(se_from_p(yi, args.value("pval"), df))
    else:
        level = 100 * args.plain("level.ci", 0.95)
        lower, upper = (scale(np.asarray(args.value(name), dtype=float)) for name in ("lower", "upper"))
        if df is None:
            se = se_from_ci(lower, upper, level)
        else:
            se = (upper - lower) / (2 * critical_value(level, np.asarray(df, dtype=float)))
    return made(args, sm, yi, se**2)


@rfunction("update update.meta", "object")
def update(args: Arguments) -> Meta:
    """The call again with other arguments; what was chosen by default stays as it was unless told."""
    before = args.plain("object")
    if not isinstance(before, Meta):
        raise NotSupported(f"update() of {type(before).__name__}")
    named = {**before.args.named, "method.tau.ci": Constant(before.tau2_ci)}
    named |= {name: node for name, node in args.named.items() if name != "object"}
    call = Call(before.args.call.function, tuple(Argument(name, node) for name, node in named.items()))
    found: Meta = evaluate(call, before.args.env)
    return found


@answer(Meta)
def whole_object(found: Meta) -> dict[str, Any]:
    common, random = found.models
    known, k = np.isfinite(found.vi), common.k
    told: dict[str, Any] = {
        "TE": found.yi, "seTE": np.where(known, np.sqrt(found.vi), math.inf if found.sm == "OR" else NAN),
        "w.common": np.where(known, 1 / found.vi, 0.0), "w.random": np.where(known, 1 / (found.vi + random.tau2), 0.0),
        "k": k, "df.random": math.inf if random.df is None else random.df, "statistic.random": random.zval[0],
        "tau2": random.tau2 if k > 1 else None, "se.tau2": random.se_tau2,
        "Q": common.qe, "df.Q": k - 1, "pval.Q": common.qe_p if k > 1 else None,
        "Rb": random.tau2 / (k * random.model_weights.sum() ** -1),
    }  # fmt: skip
    for model, fit in (("common", common), ("random", random)):
        told |= {
            f"TE.{model}": fit.coef[0], f"seTE.{model}": fit.se[0], f"lower.{model}": fit.ci_lb[0],
            f"upper.{model}": fit.ci_ub[0], f"pval.{model}": fit.pval[0],
        }  # fmt: skip
    told |= prediction(found, random) | tau2_interval(found, random) | inconsistency(found, random)
    return told | (subgroups(found) if found.by else {})


def prediction(found: Meta, random: MetaAnalysis) -> dict[str, Any]:
    k = random.k
    df = {"V": k - 1.0, "HTS": k - 2.0, "HK": k - 1.0, "HK-PR": k - 2.0, "S": math.inf}[found.predicted]
    if k < 2 or df < 1:
        return dict.fromkeys(("seTE.predict", "df.predict", "lower.predict", "upper.predict"))
    hk = replace_test(random, "knha" if found.predicted.startswith("HK") else "z")
    se = math.sqrt(float(hk.vcov[0, 0]) + random.tau2)
    half = se * critical_value(100 * found.level, None if math.isinf(df) else df)
    return {
        "seTE.predict": se, "df.predict": df, "lower.predict": random.coef[0] - half,
        "upper.predict": random.coef[0] + half,
    }  # fmt: skip


def replace_test(fit: MetaAnalysis, test: str) -> MetaAnalysis:
    return replace(fit, test=test).refit(np.arange(fit.k))


def tau2_interval(found: Meta, random: MetaAnalysis) -> dict[str, Any]:
    """R looks for the ends with `uniroot`, whose own tolerance is loose: the same search on the engine's functions."""
    if found.tau2_ci not in ("J", "BJ", "QP"):
        raise NotSupported(f"method.tau.ci {found.tau2_ci}")
    if random.k < 3:
        return dict.fromkeys(("lower.tau2", "upper.tau2"))
    tails = ((1 - found.level) / 2, (1 + found.level) / 2)
    if found.tau2_ci == "QP":

        def function(tau2: float) -> float:
            rss = weighted(random.yi, random.design.matrix, 1 / (random.vi + tau2)).rss
            return float(chdtrc(random.k - 1, rss))
    else:
        power = 0.5 if found.tau2_ci == "J" else 1.0
        function = generalised_q_tail(random.yi, random.vi, random.design.matrix, power)
    if function(SEARCH_END) < tails[1]:
        raise NotSupported("an interval of tau² past where R's search is known to end")
    ends = [
        0.0 if function(0.0) >= tail else uniroot(lambda tau2, tail=tail: function(tau2) - tail, 0.0, SEARCH_END)
        for tail in tails
    ]
    return {"lower.tau2": ends[0], "upper.tau2": ends[1]}


def inconsistency(found: Meta, random: MetaAnalysis) -> dict[str, Any]:
    if found.i2_from_tau2:
        return {"I2": random.i2 / 100, "H": math.sqrt(random.h2), "lower.I2": None, "upper.I2": None}
    common = found.models[0]
    i2 = i_squared(common.qe, common.k - 1, found.level)
    names = ("", "lower.", "upper.")
    told = {f"{name}I2": None if math.isnan(value) else value for name, value in zip(names, i2, strict=True)}
    h = [None if math.isnan(value) else math.sqrt(1 / (1 - value)) for value in i2]
    return told | {f"{name}H": value for name, value in zip(names, h, strict=True)}


def subgroups(found: Meta) -> dict[str, Any]:
    common, random = found.models
    by = [found.by[place] for place in found.known] if found.by else []
    levels = list(dict.fromkeys(by))
    told: dict[str, Any] = {"subgroup.levels": levels}
    apart = {
        "common": subgroup_analysis(common, by), "random": subgroup_analysis(random, by, common_tau2=found.common_tau2)
    }  # fmt: skip
    for model, each in apart.items():
        fits = [each.fits[level] for level in levels]
        told |= {f"TE.{model}.w": [fit.coef[0] for fit in fits], f"seTE.{model}.w": [fit.se[0] for fit in fits]}
        told |= {f"Q.b.{model}": each.q, f"df.Q.b.{model}": each.df, f"pval.Q.b.{model}": each.pval}
        told |= {f"Q.w.{model}": each.q_within, "df.Q.b": each.df, "df.Q.w": each.df_within}
        told |= {f"lower.{model}.w": [fit.ci_lb[0] for fit in fits], f"upper.{model}.w": [fit.ci_ub[0] for fit in fits]}
    own = predictions(found, apart["random"], levels)
    several = [fit.k > 1 for fit in fits]
    return told | {
        "k.w": [fit.k for fit in fits], "Q.w": [fit.qe for fit in fits],
        "tau2.w": [fit.tau2 if one or found.common_tau2 else None for fit, one in zip(fits, several, strict=True)],
        "I2.w": [i_squared(fit.qe, fit.k - 1)[0] for fit in fits],
        "lower.predict.w": [each["lower.predict"] for each in own],
        "upper.predict.w": [each["upper.predict"] for each in own],
    }  # fmt: skip


def predictions(found: Meta, random: SubgroupAnalysis, levels: list[str]) -> list[dict[str, Any]]:
    return [prediction(found, random.fits[level]) for level in levels]


@dataclass(frozen=True)
class Series:
    labels: list[str]
    fits: list[MetaAnalysis | None]


@rfunction("metainf metacum", "x pooled")
def one_at_a_time(args: Arguments) -> Series:
    found, random = the_meta(args), args.plain("pooled", "random") == "random"
    args.nothing_else()
    places = np.arange(found.yi.size)
    if args.call.name == "metainf":
        rows = [np.delete(places, place) for place in places]
        labels = [f"Omitting {label}" for label in found.labels]
    else:
        rows = [places[: place + 1] for place in places]
        labels = [f"Adding {label} (k={place + 1})" for place, label in enumerate(found.labels)]
    return Series(labels, [found.fit(each, random) for each in rows])


def the_meta(args: Arguments) -> Meta:
    found = args.plain("x")
    if not isinstance(found, Meta):
        raise NotSupported(f"{args.call.name}() of {type(found).__name__}")
    return found


@answer(Series)
def series(found: Series) -> dict[str, Any]:
    def column(value: Any) -> list[float]:
        return [NAN if fit is None else float(value(fit)) for fit in found.fits]

    return {
        "study": found.labels, "TE": column(lambda fit: fit.coef[0]), "seTE": column(lambda fit: fit.se[0]),
        "lower": column(lambda fit: fit.ci_lb[0]), "upper": column(lambda fit: fit.ci_ub[0]),
        "pval": column(lambda fit: fit.pval[0]), "I2": column(lambda fit: i_squared(fit.qe, fit.k - 1)[0]),
        "tau2": column(lambda fit: moment_tau2(fit)),
    }  # fmt: skip


def moment_tau2(fit: MetaAnalysis) -> float:
    """meta tells tau² beside a common effect too."""
    if fit.k < 2:
        return NAN
    return fit.tau2 if fit.method != "FE" else meta_analysis(fit.yi, fit.vi, method="DL").tau2
