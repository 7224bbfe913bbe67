"""Many meta-analyses of one shape fitted at once, with the numbers that `meta_analysis` gives one by one.

For bootstraps and simulations: the arithmetic of `pairwise` (formulas and sources there) with one more axis.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import chdtrc, ndtri, stdtrit

from ._batch_tau2 import ESTIMATORS, Data
from .coefficients import p_value
from .pairwise import Test
from .tabular import Tabular, text_of
from .tau2 import COMMON, Method

Array = NDArray[np.float64]
Truths = NDArray[np.bool_]
AT_ONCE = 32_768  # effects worked on together: what a processor's cache holds


@dataclass(frozen=True, eq=False, repr=False)
class MetaAnalysisBatch(Tabular):
    """B fitted models. Per-coefficient values are (B, p), all others (B,); fields as in `MetaAnalysis`.

    `df` are the t test's degrees of freedom, NaN for normal tests. The prediction interval is that of `predict` for
    a model without moderators, and NaN for others.
    """

    method: Method
    test: Test
    level: float
    k: NDArray[np.int64]
    coef: Array
    se: Array
    zval: Array
    pval: Array
    ci_lb: Array
    ci_ub: Array
    df: Array
    s2w: Array
    tau2: Array
    i2: Array
    h2: Array
    qe: Array
    qe_p: Array
    pi_lb: Array
    pi_ub: Array

    def __len__(self) -> int:
        return self.tau2.size

    def _told(self) -> str:
        return f"{self.method} of {len(self)} fits, p={self.coef.shape[1]}, test={self.test}"

    def summary(self) -> str:
        """How the fits are spread: mean, standard deviation and 2.5 and 97.5 % points of coefficients and tau²."""
        values = {f"coef.{place + 1}": column for place, column in enumerate(self.coef.T)} | {"tau2": self.tau2}
        spread: dict[str, list[Any]] = {
            "": list(values),
            "mean": [float(each.mean()) for each in values.values()],
            "sd": [float(each.std()) for each in values.values()],
            "2.5%": [float(np.quantile(each, 0.025)) for each in values.values()],
            "97.5%": [float(np.quantile(each, 0.975)) for each in values.values()],
        }
        return f"{self._told()}\n\n{text_of(spread)}"

    def columns(self) -> dict[str, list[Any]]:
        """One row a fit, for models of one coefficient.

        Raises:
            ValueError: the models have several.
        """
        if self.coef.shape[1] != 1:
            raise ValueError(f"a table of one row a fit needs one coefficient, these models have {self.coef.shape[1]}")
        names = {"estimate": "coef", "se": "se", "pval": "pval", "ci.lb": "ci_lb", "ci.ub": "ci_ub", "k": "k"}
        names |= {"tau2": "tau2", "i2": "i2", "qe": "qe", "qe.p": "qe_p", "pi.lb": "pi_lb", "pi.ub": "pi_ub"}
        return {name: getattr(self, field).reshape(len(self)).tolist() for name, field in names.items()}


def meta_analysis_batch(
    yi: ArrayLike,
    vi: ArrayLike,
    mods: ArrayLike | None = None,
    method: Method = "REML",
    test: Test = "z",
    level: float = 95,
    *,
    mask: ArrayLike | None = None,
    intercept: bool = True,
) -> MetaAnalysisBatch:
    """`meta_analysis` of each row of `yi` with the variances in the same row of `vi`.

    Args:
        yi: (B, k) effects. vi: (B, k) sampling variances above zero, or (k,) for the same in every fit.
        mods: (k, q) or (B, k, q) numbers; None for a mean alone.
        method, test, level, intercept: as for `meta_analysis`.
        mask: (B, k) truth values, False where a fit has no study (fits of different numbers of studies). What stands
            there is not looked at.

    Raises:
        ValueError: shapes that do not fit, an effect, variance or moderator that is not a finite number or a variance
            not above zero (names fit and study, counted from 1), a fit without studies, with no more studies than
            coefficients, or whose moderators depend on one another.
    """
    if method not in get_args(Method) or test not in get_args(Test):
        raise ValueError(f"method {method!r} with test {test!r} is not known")
    if not 0 < level < 100:
        raise ValueError(f"a level of {level} percent")
    y, v, there = _checked(yi, vi, mask)
    x, means = _moderators(mods, there, intercept)
    p = 1 if x is None else x.shape[2]
    count = there.sum(axis=1)
    few = (count < p) | ((count == p) & (p > 1))
    if few.any():
        at = int(np.flatnonzero(few)[0])
        raise ValueError(f"fit {at + 1}: {count[at]} studies are too few for {p} coefficients")
    size = max(1, AT_ONCE // y.shape[1])
    parts = []
    for start in range(0, len(y), size):
        rows = slice(start, start + size)
        own = None if x is None else x[rows if len(x) > 1 else slice(None)]
        shift = means[rows] if len(means) > 1 else means
        parts.append(_fit(Data(y[rows], v[rows], own, there[rows]), shift, method, test, level))
    whole = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    return MetaAnalysisBatch(method=method, test=test, level=level, **whole)


def _checked(yi: ArrayLike, vi: ArrayLike, mask: ArrayLike | None) -> tuple[Array, Array, Truths]:
    y = np.asarray(yi, dtype=np.float64)
    v = np.asarray(vi, dtype=np.float64)
    if y.ndim != 2 or not y.size or v.shape not in (y.shape, y.shape[1:]):
        raise ValueError(f"effects must be B × k and variances B × k or k, not {y.shape} and {v.shape}")
    v = np.broadcast_to(v, y.shape)
    there = np.ones(y.shape, dtype=np.bool_) if mask is None else np.asarray(mask, dtype=np.bool_)
    if there.shape != y.shape:
        raise ValueError(f"a mask of {there.shape} for effects of {y.shape}")
    for what, bad in (
        ("the effect is not a finite number", ~np.isfinite(y)),
        ("the variance is not a finite number", ~np.isfinite(v)),
        ("the variance is not above zero", ~(v > 0)),
    ):
        places = np.argwhere(bad & there)
        if len(places):
            raise ValueError(f"fit {places[0][0] + 1}, study {places[0][1] + 1}: {what}")
    if not there.any(axis=1).all():
        raise ValueError(f"fit {int(np.flatnonzero(~there.any(axis=1))[0]) + 1} has no studies")
    return np.where(there, y, 0.0), np.where(there, v, 1.0), there


def _moderators(mods: ArrayLike | None, there: Truths, intercept: bool) -> tuple[Array | None, Array]:
    """(B or 1, k, p) design, None for a mean alone; and (B or 1, p) means that were taken off its columns."""
    if mods is None:
        if not intercept:
            raise ValueError("a model without intercept needs moderators")
        return None, np.zeros((1, 1))
    given = np.asarray(mods, dtype=np.float64)
    x = given[None] if given.ndim == 2 else given
    if x.ndim != 3 or x.shape[1] != there.shape[1] or x.shape[0] not in (1, len(there)):
        raise ValueError(f"moderators must be k × q or B × k × q, not {given.shape} for effects of {there.shape}")
    bad = np.argwhere(~np.isfinite(x).all(axis=2) & there)
    if len(bad):
        raise ValueError(f"fit {bad[0][0] + 1}, study {bad[0][1] + 1}: a moderator is not a finite number")
    x = x if there.all() else np.where(there[:, :, None], x, 0.0)
    means = np.zeros((len(x), x.shape[2]))
    if intercept:
        # Centred, so that moderators far from zero (a year) keep their digits.
        present = (there if len(x) > 1 else np.ones((1, x.shape[1]))).astype(np.float64)[:, :, None]
        means = x.sum(axis=1) / present.sum(axis=1)
        x = np.concatenate([present, (x - means[:, None]) * present], axis=2)
        means = np.concatenate([np.zeros((len(x), 1)), means], axis=1)
    largest = np.maximum(np.abs(x).max(axis=1, keepdims=True), 1e-300)
    singular = np.linalg.matrix_rank(x / largest) < x.shape[2]
    if singular.any():
        raise ValueError(f"fit {int(np.flatnonzero(singular)[0]) + 1}: moderators depend on one another")
    return x, means


def _fit(data: Data, means: Array, method: Method, test: Test, level: float) -> dict[str, Array]:
    count, p = data.studies, data.p
    free = count - p
    some = free > 0
    tau2 = np.zeros(len(count))
    if method not in COMMON and some.any():
        tau2[some] = ESTIMATORS[method](data.rows(np.flatnonzero(some)))
    common, model = data.at(np.zeros(len(count))), data.at(tau2)
    back = np.broadcast_to(np.eye(p), (len(means), p, p)).copy()  # from centred columns to those given
    back[:, 0] -= means
    beta = (back @ model.beta[:, :, None])[:, :, 0]
    variance = np.einsum("bij,bjk,bik->bi", *np.broadcast_arrays(back, model.inverse, back))
    with np.errstate(divide="ignore", invalid="ignore"):
        s2w = np.where(some, model.rss / free, 1.0) if test in ("knha", "adhoc") else np.ones(len(count))
        s2w = np.maximum(s2w, 1.0) if test == "adhoc" else s2w
        se = np.sqrt(s2w[:, None] * variance)
        df = np.where(some, free, np.nan) if test != "z" else np.full(len(count), np.nan)
        upper = 0.5 + level / 200
        critical = np.where(np.isnan(df), ndtri(upper), stdtrit(df, upper))
        z = np.where(beta == 0, 0.0, beta / se)
        pval = np.where(np.isnan(df)[:, None], p_value(z, None), p_value(z, df[:, None]))
        typical = np.where(some, free / common.trace, data.v[:, 0])
        if method in COMMON:
            i2 = np.where(common.rss > 0, np.maximum(0.0, 100 * (common.rss - free) / common.rss), 0.0)
            h2 = common.rss / free
        else:
            i2, h2 = 100 * tau2 / (tau2 + typical), 1 + tau2 / typical
    half = critical[:, None] * se
    spread = tau2 if method not in COMMON else np.zeros(len(count))
    wide = critical * np.sqrt(se[:, 0] ** 2 + spread) if data.x is None else np.full(len(count), np.nan)
    return {
        "k": data.there.sum(axis=1), "coef": beta, "se": se, "zval": z, "pval": pval,
        "ci_lb": beta - half, "ci_ub": beta + half, "df": df, "s2w": s2w, "tau2": tau2,
        "i2": np.where(some, i2, 0.0), "h2": np.where(some, h2, 1.0), "qe": common.rss,
        "qe_p": np.where(some, chdtrc(free, common.rss), 1.0),
        "pi_lb": beta[:, 0] - wide, "pi_ub": beta[:, 0] + wide,
    }  # fmt: skip
