"""Conversions. R writes most of them as arithmetic on columns; the engine's functions answer, given those columns."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from rcall import Call, Constant, NotSupported, deparse, parse
from reval import Arguments, Session, answer, rfunction, topic
from topics_diagnostics import walk

from skinproof.evidence.statistics import conversions as conv

FIVE = ("min", "q1", "median", "q3", "max", "n")


@rfunction("conv.fivenum", "min q1 median q3 max n")
def conv_fivenum(args: Arguments) -> conv.MeanSd:
    columns = {name: args.value(name) for name in FIVE if args.has(name)}
    options = {name: args.plain(name) for name in ("method", "test", "dist", "transf") if args.has(name)}
    args.nothing_else("append")
    if options.get("method", "default") not in ("default", "luo/wan/shi", "hozo2005", "wan2014", "bland2015"):
        raise NotSupported(f"method {options['method']}")
    return conv.fivenum(**columns, **options)


@answer(conv.MeanSd)
def mean_sd(found: conv.MeanSd) -> dict[str, np.ndarray]:
    return {"mean": found.mean, "sd": found.sd}


@rfunction("conv.wald", "out ci.lb ci.ub zval pval n")
def conv_wald(args: Arguments) -> dict[str, Any]:
    """R works by the normal distribution even where `n` is given."""
    transf = args.node("transf")
    if transf is not None and deparse(transf) != "log":
        raise NotSupported(f"transf={deparse(transf)}")
    scale = np.log if transf is not None else np.asarray
    estimate = scale(args.value("out"))
    if args.has("ci.lb"):
        se = conv.se_from_ci(scale(args.value("ci.lb")), scale(args.value("ci.ub")), args.plain("level", 95))
    elif args.has("pval"):
        se = conv.se_from_p(estimate, args.value("pval"))
    else:
        se = conv.se_from_statistic(estimate, args.value("zval"))
    args.nothing_else("append", "check", "n")
    return {"yi": estimate, "vi": se**2}


class Columns(dict[str, Any]):
    """Columns of the frame in `with(frame, ...)`."""

    def __missing__(self, name: str) -> Any:
        raise NotSupported(f"the column {name} is not in the data")


def plain(patterns: str, columns: str, function: Callable[[Columns], Any]) -> None:
    """Answers topics whose call is `with(frame, arithmetic)`, provided that the arithmetic is on these columns."""

    def handler(session: Session, check: Mapping[str, Any]) -> Any:
        tree = parse(check["call"])
        if not (isinstance(tree, Call) and tree.name == "with"):
            raise NotSupported("this way of writing it")
        named = {node.id for node in walk(tree.args[1].value) if hasattr(node, "id")}
        frame = Columns(session.frames[deparse(tree.args[0].value)])
        if not set(columns.split()) <= named & set(frame):
            raise NotSupported(f"columns other than {columns}")
        frame["assumed r"] = assumed_correlation(tree)
        return function(frame)

    topic(*patterns.split())(handler)


def assumed_correlation(tree: Call) -> float | None:
    """The number r of `2*r*sd1*sd2`."""
    for node in walk(tree):
        if isinstance(node, Call) and node.name == "*":
            left, right = (arg.value for arg in node.args)
            if left == Constant(2.0) and isinstance(right, Constant):
                return float(right.value or 0)
    return None


def pair(names: tuple[str, str], values: tuple[Any, Any]) -> dict[str, Any]:
    return dict(zip(names, values, strict=True))


def change_correlation(x: Columns, sd_change: Any) -> Any:
    return conv.correlation_from_sd_of_change(x["sd1"], x["sd2"], sd_change)


def two_sample_se(x: Columns) -> Any:
    return conv.se_from_p(x["out"], x["p"], x["n1"] + x["n2"] - 2)


def log_or_variance(x: Columns) -> Any:
    return conv.se_from_ci(np.log(x["or_lo"]), np.log(x["or_hi"])) ** 2


def combined(x: Columns) -> dict[str, Any]:
    found = conv.combine_groups(x["n1"], x["m1"], x["s1"], x["n2"], x["m2"], x["s2"])
    return {"n": found.n, "mean": found.mean, "sd": found.sd}


def paired_difference(x: Columns) -> dict[str, Any]:
    found = conv.mean_change(x["m1"], x["m2"], x["sd1"], x["sd2"], x["n"], x["assumed r"])
    return pair(("yi", "vi"), found)


plain("sd-se", "se1 n1", lambda x: conv.sd_from_se(x["se1"], x["n1"]))
plain("sd-from-ci-of-mean", "lo hi n1", lambda x: conv.sd_from_ci(x["lo"], x["hi"], x["n1"]))
plain("t-to-se", "out t", lambda x: conv.se_from_statistic(x["out"], x["t"]))
plain("p-to-se/two-sample", "out p n1 n2", two_sample_se)
plain(
    "sd-from-t", "out t n1 n2",
    lambda x: conv.pooled_sd_from_se(np.abs(conv.se_from_statistic(x["out"], x["t"])), x["n1"], x["n2"]),
)  # fmt: skip
plain("sd-from-p", "out p n1 n2", lambda x: conv.pooled_sd_from_se(two_sample_se(x), x["n1"], x["n2"]))
plain("combine-groups", "n1 n2 m1 m2 s1 s2", combined)
plain(
    "or-to-smd", "or or_lo or_hi",
    lambda x: pair(("d", "v"), conv.smd_from_or(np.log(x["or"]), log_or_variance(x))),
)  # fmt: skip
plain("hr-from-o-e", "oe V", lambda x: pair(("yi", "vi"), conv.log_hr_from_o_e(x["oe"], x["V"])))
plain("paired/sd-of-change", "sd1 sd2 r", lambda x: conv.sd_of_change(x["sd1"], x["sd2"], x["r"]))
plain(
    "paired/se-of-mean-difference", "sd1 sd2 r n",
    lambda x: np.sqrt(conv.mean_change(0, 0, x["sd1"], x["sd2"], x["n"], x["r"])[1]),
)  # fmt: skip
plain("paired/correlation-from-sd-of-change", "sd1 sd2 sdd", lambda x: change_correlation(x, x["sdd"]))
plain(
    "paired/correlation-from-paired-t", "m1 m2 tpair n sd1 sd2",
    lambda x: change_correlation(x, conv.sd_of_change_from_t(x["m1"] - x["m2"], x["tpair"], x["n"])),
)  # fmt: skip
plain(
    "paired/correlation-from-paired-p", "m1 m2 ppair n sd1 sd2",
    lambda x: change_correlation(x, conv.sd_of_change_from_p(x["m1"] - x["m2"], x["ppair"], x["n"])),
)  # fmt: skip
plain(
    "paired/se-from-paired-p", "m1 m2 ppair n",
    lambda x: conv.se_from_p(x["m1"] - x["m2"], x["ppair"], x["n"] - 1),
)  # fmt: skip
plain("paired/sensitivity", "m1 m2 sd1 sd2 n", paired_difference)
plain(
    "paired/change-from-baseline", "m1 m2 sd1 sd2 r",
    lambda x: pair(("mean", "sd"), (x["m2"] - x["m1"], conv.sd_of_change(x["sd1"], x["sd2"], x["r"]))),
)  # fmt: skip
