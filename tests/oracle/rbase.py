"""The functions of base R that the oracle calls use."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from rcall import NotSupported
from reval import Arguments, as_answer, call_value, evaluate, rfunction
from scipy import stats


def values(args: Arguments) -> list[Any]:
    """Every argument worked out, by place."""
    return [evaluate(arg.value, args.env) for arg in args.call.args if arg.name is None]


def numbers(value: Any) -> Any:
    """A number or an array of numbers."""
    if isinstance(value, bool):
        return float(value)
    return value.astype(float) if isinstance(value, np.ndarray) and value.dtype == bool else value


def _arithmetic(symbol: str, one: Callable[[Any, Any], Any]) -> None:
    @rfunction(symbol)
    def operate(args: Arguments) -> Any:
        sides = [numbers(side) for side in values(args)]
        with np.errstate(all="ignore"):
            return one(0.0, sides[0]) if len(sides) == 1 else one(*sides)


def _power(a: Any, b: Any) -> Any:
    return np.power(np.asarray(a, dtype=float), b)[()]


for _symbol, _one in {
    "+": lambda a, b: a + b, "-": lambda a, b: a - b, "*": lambda a, b: a * b,
    "/": lambda a, b: np.divide(a, b)[()], "^": _power,
    "<": lambda a, b: a < b, ">": lambda a, b: a > b, "<=": lambda a, b: a <= b, ">=": lambda a, b: a >= b,
    "&": np.logical_and, "|": np.logical_or, "&&": np.logical_and, "||": np.logical_or,
}.items():  # fmt: skip
    _arithmetic(_symbol, _one)


@rfunction("==")
def equal(args: Arguments) -> Any:
    a, b = values(args)
    if isinstance(a, np.ndarray) and isinstance(b, str) and a.dtype != object:
        # R compares as text: 1 == "1".
        a = np.array([None if math.isnan(x) else f"{x:.15g}" for x in a.astype(float)], dtype=object)
    return np.equal(a, b) if isinstance(a, np.ndarray) or isinstance(b, np.ndarray) else a == b


@rfunction("!=")
def unequal(args: Arguments) -> Any:
    return np.logical_not(equal(args))


@rfunction("!")
def negation(args: Arguments) -> Any:
    return np.logical_not(values(args)[0])


def _mapped(name: str, function: Callable[[Any], Any]) -> None:
    @rfunction(name)
    def operate(args: Arguments) -> Any:
        with np.errstate(all="ignore"):
            return function(np.asarray(numbers(values(args)[0]), dtype=float))[()]


for _name, _function in {
    "sqrt": np.sqrt, "exp": np.exp, "log": np.log, "abs": np.abs, "sign": np.sign, "sin": np.sin, "asin": np.arcsin,
    "sum": np.sum, "mean": np.mean, "max": np.max, "min": np.min, "sd": lambda x: np.std(x, ddof=1),
    "median": np.median, "round": np.round, "tanh": np.tanh, "is.na": np.isnan, "cumsum": np.cumsum, "I": lambda x: x,
    "as.numeric": lambda x: x, "diff": np.diff,
}.items():  # fmt: skip
    _mapped(_name, _function)


def _distribution(name: str, function: Callable[..., Any]) -> None:
    @rfunction(name, "x a b")
    def operate(args: Arguments) -> Any:
        upper = args.plain("lower.tail", True) is False
        given = [
            args.plain(each) if args.has(each) else args.plain(other)
            for each, other in (("x", "p"), ("a", "df"), ("b", "ncp"))
        ]
        return function(*[each for each in given if each is not None], upper=upper)


def _quantile(kind: Any) -> Callable[..., Any]:
    return lambda p, *rest, upper: (kind.isf if upper else kind.ppf)(p, *rest)[()]


def _probability(kind: Any) -> Callable[..., Any]:
    return lambda q, *rest, upper: (kind.sf if upper else kind.cdf)(q, *rest)[()]


for _letter, _kind in {"norm": stats.norm, "t": stats.t, "chisq": stats.chi2, "f": stats.f}.items():
    _distribution(f"q{_letter}", _quantile(_kind))
    _distribution(f"p{_letter}", _probability(_kind))


@rfunction("c")
def combine(args: Arguments) -> Any:
    parts = [evaluate(arg.value, args.env) for arg in args.call.args]
    names = [arg.name for arg in args.call.args]
    if any(names):
        return dict(zip([name or "" for name in names], parts, strict=True))
    if any(isinstance(each, str) or (isinstance(each, np.ndarray) and each.dtype == object) for each in parts):
        return np.concatenate([np.atleast_1d(np.array(each, dtype=object)) for each in parts])
    return np.concatenate([np.atleast_1d(np.asarray(each, dtype=float)) for each in parts]) if parts else None


@rfunction("list data.frame")
def make_list(args: Arguments) -> Any:
    given = [(arg.name, evaluate(arg.value, args.env)) for arg in args.call.args if arg.name != "stringsAsFactors"]
    if given and all(name is None for name, _ in given):
        return [value for _, value in given]
    return {name or str(place): value for place, (name, value) in enumerate(given)}


@rfunction("rbind")
def row_bind(args: Arguments) -> Any:
    return np.vstack([np.atleast_1d(row) for row in values(args)])


@rfunction(":")
def sequence(args: Arguments) -> Any:
    first, last = values(args)
    return np.arange(first, last + 1) if last >= first else np.arange(first, last - 1, -1)


@rfunction("[")
def subset(args: Arguments) -> Any:
    whole, *index = values(args)
    if len(index) != 1 or not isinstance(whole, np.ndarray):
        raise NotSupported("this kind of [ ]")
    place = np.atleast_1d(index[0])
    return whole[place if place.dtype == bool else place.astype(int) - 1]


@rfunction("length nrow")
def length(args: Arguments) -> Any:
    value = values(args)[0]
    if args.call.name == "nrow":
        return len(next(iter(value.values())))
    return len(value) if isinstance(value, np.ndarray | list | dict) else 1


@rfunction("sort unique na.omit as.character factor rev seq_along")
def reshape(args: Arguments) -> Any:
    value = np.atleast_1d(values(args)[0])
    text = value.dtype == object
    known = np.array([each is not None for each in value]) if text else ~np.isnan(value.astype(float))
    match args.call.name:
        case "na.omit":
            return value[known]
        case "sort":
            return np.array(sorted(value[known], key=str.lower), dtype=object) if text else np.sort(value[known])
        case "unique":
            return np.array(list(dict.fromkeys(value.tolist())), dtype=value.dtype)
        case "rev":
            return value[::-1]
        case "seq_along":
            return np.arange(1.0, len(value) + 1)
    return value


@rfunction("ifelse", "test yes no")
def if_else(args: Arguments) -> Any:
    """NA where the condition is NA."""
    test, yes, no = (args.value(name) for name in ("test", "yes", "no"))
    found = np.where(test, yes, no)
    return found.astype(object) if found.dtype.kind == "U" else found


@rfunction("%in%")
def contained(args: Arguments) -> Any:
    one, other = (np.atleast_1d(each) for each in values(args))
    inside = np.isin(one.astype(object), other.astype(object))
    return inside if inside.size > 1 else bool(inside[0])


@rfunction("pmin pmax")
def parallel(args: Arguments) -> Any:
    return (np.minimum if args.call.name == "pmin" else np.maximum)(*values(args))


@rfunction("rep", "x times")
def repeat(args: Arguments) -> Any:
    return np.repeat(np.atleast_1d(args.plain("x")), int(args.plain("times", args.plain("each", 1))))


@rfunction("weighted.mean", "x w")
def weighted_mean(args: Arguments) -> Any:
    return np.average(np.atleast_1d(args.plain("x")), weights=np.atleast_1d(args.plain("w")))


@rfunction("lapply sapply", "X FUN")
def apply(args: Arguments) -> Any:
    items, function = args.plain("X"), args.plain("FUN")
    found = [call_value(function, item, env=args.env) for item in items]
    if args.call.name == "sapply":
        flat = [float(np.atleast_1d(list(x.values()) if isinstance(x, dict) else x)[0]) for x in map(as_answer, found)]
        return np.array(flat)
    return found


@rfunction("coef", "x")
def coefficients(args: Arguments) -> Any:
    return as_answer(args.plain("x"))["coef"]
