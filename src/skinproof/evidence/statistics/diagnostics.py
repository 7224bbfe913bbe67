"""What single studies do to a fit: residuals, best linear predictions, leave-one-out, influence, cumulation.

Names and definitions: metafor (Viechtbauer and Cheung 2010, Res Synth Methods 1:112).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtr

from .checks import refuse
from .pairwise import MetaAnalysis, Prediction
from .tabular import Tabular
from .tau2 import NotConverged, weighted

Array = NDArray[np.float64]


@dataclass(frozen=True, repr=False)
class Residuals(Tabular):
    """Residual, its standard error and their ratio, for each study."""

    slab: tuple[str, ...]
    resid: Array
    se: Array
    z: Array

    def columns(self) -> dict[str, list[Any]]:
        return {"slab": list(self.slab), "resid": self.resid.tolist(), "se": self.se.tolist(), "z": self.z.tolist()}

    def _told(self) -> str:
        return f"{len(self.slab)} studies, largest |z| = {np.nanmax(np.abs(self.z)):.3f}"


def rstandard(fit: MetaAnalysis) -> Residuals:
    """Internally standardised residuals."""
    x, m = fit.design.matrix, fit.vi + fit.tau2
    model = weighted(fit.yi, x, 1 / m)
    se = np.sqrt(m - np.einsum("ij,jk,ik->i", x, model.inverse, x))
    return Residuals(fit.slab, model.residuals, se, model.residuals / se)


def rstudent(fit: MetaAnalysis) -> Residuals:
    """Externally standardised residuals: each study against the model fitted without it."""
    resid, se = np.full(fit.k, np.nan), np.full(fit.k, np.nan)
    for place, without in enumerate(_deleted(fit)):
        if without is not None:
            x = fit.design.matrix[place]
            resid[place] = fit.yi[place] - x @ without.coef
            se[place] = np.sqrt(fit.vi[place] + without.tau2 + x @ without.vcov @ x)
    return Residuals(fit.slab, resid, se, resid / se)


def _deleted(fit: MetaAnalysis) -> list[MetaAnalysis | None]:
    """The fit without each study in turn; None where the rest cannot carry the model."""
    found: list[MetaAnalysis | None] = []
    for place in range(fit.k):
        rows = np.delete(np.arange(fit.k), place)
        enough = fit.k - 1 > fit.p or (fit.p == 1 and fit.k > 1)
        full = enough and np.linalg.matrix_rank(fit.design.matrix[rows]) == fit.p
        found.append(fit.refit(rows) if full else None)
    return found


def blup(fit: MetaAnalysis) -> Prediction:
    """Best linear unbiased predictions of the true effects of the studies, with intervals as `pi_lb`, `pi_ub`.

    `ci_lb` and `ci_ub` are the same interval, since a study's true effect has only one.
    """
    x = fit.design.matrix
    share = fit.tau2 / (fit.tau2 + fit.vi)
    pred = share * fit.yi + (1 - share) * (x @ fit.coef)
    se = np.sqrt(share * fit.vi + (1 - share) ** 2 * np.einsum("ij,jk,ik->i", x, fit.vcov, x))
    low, high = pred - fit.critical * se, pred + fit.critical * se
    return Prediction(pred, se, low, high, low, high)


@dataclass(frozen=True, repr=False)
class Refits(Tabular):
    """The model on several sets of studies, one row each; `slab` names the study left out or added."""

    slab: tuple[str, ...]
    fits: tuple[MetaAnalysis | None, ...]  # None where metafor's stopping rule, if asked for, is never met

    def columns(self) -> dict[str, list[Any]]:
        def column(value: Callable[[MetaAnalysis], float]) -> list[float]:
            return [math.nan if fit is None else float(value(fit)) for fit in self.fits]

        return {
            "slab": list(self.slab),
            "estimate": column(lambda fit: fit.coef[0]),
            "se": column(lambda fit: fit.se[0]),
            "zval": column(lambda fit: fit.zval[0]),
            "pval": column(lambda fit: fit.pval[0]),
            "ci.lb": column(lambda fit: fit.ci_lb[0]),
            "ci.ub": column(lambda fit: fit.ci_ub[0]),
            "Q": column(lambda fit: fit.qe),
            "Qp": column(lambda fit: fit.qe_p),
            "tau2": column(lambda fit: fit.tau2),
            "I2": column(lambda fit: fit.i2),
            "H2": column(lambda fit: fit.h2),
        }

    def _told(self) -> str:
        found = self.columns()["estimate"]
        return f"{len(self.slab)} fits, estimates {np.nanmin(found):.4f} to {np.nanmax(found):.4f}"


def _refit(fit: MetaAnalysis, rows: NDArray[np.int_]) -> MetaAnalysis | None:
    try:
        return fit.refit(rows)
    except NotConverged:
        return None


def leave1out(fit: MetaAnalysis) -> Refits:
    """The model without each study in turn.

    Raises:
        ValueError: a model with moderators, or of a single study.
    """
    _mean_only(fit)
    if fit.k < 2:
        raise ValueError("one study cannot be left out of one")
    return Refits(fit.slab, tuple(_refit(fit, np.delete(np.arange(fit.k), place)) for place in range(fit.k)))


def cumul(fit: MetaAnalysis, order: Sequence[Any] | None = None) -> Refits:
    """The model with the first study, the first two and so on, in the order of `order` (k values to sort by).

    Raises:
        ValueError: a model with moderators, an order of another length, or a study without a value (names it).
    """
    _mean_only(fit)
    values = list(range(fit.k)) if order is None else list(order)
    if len(values) != fit.k:
        raise ValueError(f"an order of {len(values)} values for {fit.k} studies")
    refuse([value is None or value != value for value in values], "no value to order by", fit.slab)
    places = sorted(range(fit.k), key=lambda place: values[place])
    fits = tuple(_refit(fit, np.array(places[: size + 1])) for size in range(fit.k))
    return Refits(tuple(fit.slab[place] for place in places), fits)


def _mean_only(fit: MetaAnalysis) -> None:
    if fit.names != ("intrcpt",):
        raise ValueError("this needs a model without moderators")


@dataclass(frozen=True, repr=False)
class Influence(Tabular):
    """Case deletion diagnostics, k values each; `dfbs` is k × p. `is_infl` marks the studies that stand out."""

    slab: tuple[str, ...]
    names: tuple[str, ...]
    rstudent: Array
    dffits: Array
    cook_d: Array
    cov_r: Array
    tau2_del: Array
    qe_del: Array
    hat: Array
    weight: Array
    dfbs: Array
    is_infl: NDArray[np.bool_]

    def columns(self) -> dict[str, list[Any]]:
        names = {
            "rstudent": "rstudent", "dffits": "dffits", "cook.d": "cook_d", "cov.r": "cov_r", "tau2.del": "tau2_del",
            "QE.del": "qe_del", "hat": "hat", "weight": "weight", "is.infl": "is_infl",
        }  # fmt: skip
        found: dict[str, list[Any]] = {name: getattr(self, attribute).tolist() for name, attribute in names.items()}
        found |= {f"dfbs.{name}": column.tolist() for name, column in zip(self.names, self.dfbs.T, strict=True)}
        return {"slab": list(self.slab), **found}

    def _told(self) -> str:
        marked = [name for name, one in zip(self.slab, self.is_infl, strict=True) if one]
        return f"{len(self.slab)} studies, standing out: {', '.join(marked) or 'none'}"


def influence(fit: MetaAnalysis) -> Influence:
    """Case deletion diagnostics of every study (Viechtbauer and Cheung 2010).

    A study stands out when |DFFITS| > 3√(p/(k−p)), Cook's distance is past the median of chi-square with p degrees of
    freedom, its hat value > 3p/k, or any |DFBETAS| > 1.
    """
    x, k, p = fit.design.matrix, fit.k, fit.p
    if k <= p:
        raise ValueError(f"{k} studies with {p} coefficients: none can be left out")
    w = fit.model_weights
    model = weighted(fit.yi, x, w)
    hat = w * np.einsum("ij,jk,ik->i", x, model.inverse, x)
    found = {name: np.full(k, np.nan) for name in ("dffits", "cook", "cov", "tau2", "qe")}
    dfbs = np.full((k, p), np.nan)
    for place, without in enumerate(_deleted(fit)):
        if without is None:
            continue
        change = fit.coef - without.coef
        found["tau2"][place], found["qe"][place] = without.tau2, without.qe
        spread = np.sqrt(without.s2w * hat[place] * (without.tau2 + fit.vi[place]))
        found["dffits"][place] = x[place] @ change / spread
        found["cook"][place] = change @ np.linalg.solve(fit.vcov, change)
        found["cov"][place] = np.linalg.det(without.vcov) / np.linalg.det(fit.vcov)
        whole = weighted(fit.yi, x, 1 / (fit.vi + without.tau2)).inverse
        dfbs[place] = change / np.sqrt(without.s2w * np.diag(whole))
    with np.errstate(invalid="ignore"):
        stands_out = (
            (np.abs(found["dffits"]) > 3 * np.sqrt(p / (k - p)))
            | (chdtr(p, found["cook"]) > 0.5)
            | (hat > 3 * p / k)
            | (np.abs(dfbs) > 1).any(axis=1)
        )
    return Influence(
        fit.slab, fit.names, rstudent(fit).z, found["dffits"], found["cook"], found["cov"], found["tau2"],
        found["qe"], hat, 100 * w / w.sum(), dfbs, stands_out,
    )  # fmt: skip
