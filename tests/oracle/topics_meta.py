"""The meta package's `metabin` and `metacont` (inverse variance), and one study left out or added at a time."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from rcall import NotSupported
from reval import Arguments, Session, answer, resolver, rfunction

from skinproof.evidence.statistics.escalc import escalc
from skinproof.evidence.statistics.pairwise import MetaAnalysis, meta_analysis

BINARY = {"event.e": "ai", "n.e": "n1i", "event.c": "ci", "n.c": "n2i"}
MEANS = {"n.e": "n1i", "mean.e": "m1i", "sd.e": "sd1i", "n.c": "n2i", "mean.c": "m2i", "sd.c": "sd2i"}


@resolver
def meta_object(session: Session, name: str, at: int) -> str | None:
    return "m" if name == "m" and "m" in session.places else None


@dataclass(frozen=True)
class Meta:
    """Effects of a meta object, NaN where a study has none, and the estimator of tau²."""

    yi: np.ndarray
    vi: np.ndarray
    labels: list[str]
    method: str

    def fit(self, rows: np.ndarray, random: bool) -> MetaAnalysis | None:
        rows = rows[np.isfinite(self.yi[rows])]
        if not rows.size:
            return None
        return meta_analysis(self.yi[rows], self.vi[rows], method=self.method if random else "FE")


@rfunction("metabin metacont", "event.e n.e event.c n.c")
def meta_object_of(args: Arguments) -> Meta:
    binary = args.call.name == "metabin"
    sm = args.plain("sm", "RR" if binary else "MD")
    if binary and (sm not in ("OR", "RR") or args.plain("method", "MH") != "Inverse"):
        raise NotSupported("metabin but for OR and RR by inverse variance")
    if not binary and sm not in ("MD", "SMD"):
        raise NotSupported(f"metacont with sm {sm}")
    columns = {ours: args.value(theirs) for theirs, ours in (BINARY if binary else MEANS).items()}
    if any(column is None for column in columns.values()):
        raise NotSupported("metacont from medians")
    labels, method = args.value("studlab"), args.plain("method.tau", "REML")
    args.nothing_else()
    sizes = escalc(sm, drop00=binary, vtype="UB" if sm == "SMD" else None, **columns)
    names = [f"{label:g}" if isinstance(label, float) else str(label) for label in labels]
    return Meta(sizes.yi, sizes.vi, names, method)


@dataclass(frozen=True)
class Series:
    labels: list[str]
    fits: list[MetaAnalysis | None]


@answer(Meta)
def whole_object(found: Meta) -> Any:
    raise NotSupported("a meta object as a whole")


@rfunction("metainf metacum", "x pooled")
def one_at_a_time(args: Arguments) -> Series:
    made, random = args.plain("x"), args.plain("pooled", "random") == "random"
    if not isinstance(made, Meta):
        raise NotSupported(f"{args.call.name}() of {type(made).__name__}")
    args.nothing_else()
    places = np.arange(made.yi.size)
    if args.call.name == "metainf":
        rows = [np.delete(places, place) for place in places]
        labels = [f"Omitting {label}" for label in made.labels]
    else:
        rows = [places[: place + 1] for place in places]
        labels = [f"Adding {label} (k={place + 1})" for place, label in enumerate(made.labels)]
    return Series(labels, [made.fit(each, random) for each in rows])


@answer(Series)
def series(found: Series) -> dict[str, Any]:
    def column(value: Any) -> list[float]:
        return [math.nan if fit is None else float(value(fit)) for fit in found.fits]

    def i2(fit: MetaAnalysis) -> float:
        """From Q, as a share."""
        return math.nan if fit.k < 2 else max(0.0, 1 - (fit.k - 1) / fit.qe) if fit.qe > 0 else 0.0

    return {
        "study": found.labels, "TE": column(lambda fit: fit.coef[0]), "seTE": column(lambda fit: fit.se[0]),
        "lower": column(lambda fit: fit.ci_lb[0]), "upper": column(lambda fit: fit.ci_ub[0]),
        "pval": column(lambda fit: fit.pval[0]), "I2": column(i2),
        "tau2": column(lambda fit: moment_tau2(fit)),
    }  # fmt: skip


def moment_tau2(fit: MetaAnalysis) -> float:
    """meta tells tau² beside a common effect too."""
    if fit.k < 2:
        return math.nan
    return fit.tau2 if fit.method != "FE" else meta_analysis(fit.yi, fit.vi, method="DL").tau2
