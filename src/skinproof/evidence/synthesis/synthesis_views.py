"""How each model's fit is told: as columns, as lines of text, as a document."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.special import ndtri

from skinproof.evidence.statistics.component_networks import ComponentNetwork
from skinproof.evidence.statistics.network import NetworkMetaAnalysis
from skinproof.evidence.statistics.network_results import EffectMatrices, HeterogeneityTest
from skinproof.evidence.statistics.pairwise import MetaAnalysis, confint, predict
from skinproof.evidence.statistics.tabular import shown
from skinproof.evidence.statistics.tau2 import COMMON
from skinproof.evidence.statistics.time_course_answers import CannotTell, Onset, TimeTo
from skinproof.evidence.statistics.time_course_results import TimeCourse

if TYPE_CHECKING:
    from .synthesised import Synthesis


class PairwiseView:
    """Studies, the pooled effect, and where a new study's would lie."""

    @staticmethod
    def columns(made: Synthesis) -> dict[str, list[Any]]:
        fit: MetaAnalysis = made.fit
        half = _normal(made.level) * np.sqrt(fit.vi)
        weights = 100 * fit.model_weights / fit.model_weights.sum()
        pooled = predict(fit)
        k = fit.k
        random = fit.method not in COMMON
        rows = [("study", name) for name in fit.slab] + [("pooled", f"pooled ({fit.method})")]
        lower, upper = [*(fit.yi - half), float(fit.ci_lb[0])], [*(fit.yi + half), float(fit.ci_ub[0])]
        estimate, se = [*fit.yi, float(fit.coef[0])], [*np.sqrt(fit.vi), float(fit.se[0])]
        if random:
            rows.append(("prediction", "prediction"))
            lower, upper = [*lower, float(pooled.pi_lb[0])], [*upper, float(pooled.pi_ub[0])]
            estimate, se = [*estimate, float(pooled.pred[0])], [*se, math.nan]
        extra = [math.nan] * (len(rows) - k)
        return {
            "row": [kind for kind, _ in rows],
            "study": [label for _, label in rows],
            **_estimates(made, estimate, se, lower, upper),
            "weight": [*weights.tolist(), *extra],
        }

    @staticmethod
    def lines(made: Synthesis) -> list[str]:
        fit: MetaAnalysis = made.fit
        table = made.columns()
        low, high = f"{made.level:g}% low", "high"
        name = made.measure or "effect"
        studies = {
            "": table["study"],
            name: [f"{v:.3f}" for v in table["value"]],
            low: [f"{v:.3f}" for v in table["value_lower"]],
            high: [f"{v:.3f}" for v in table["value_upper"]],
            "weight": ["" if math.isnan(w) else f"{w:.1f}%" for w in table["weight"]],
        }
        against = f", against {made.reference}" if made.reference else ""
        lines = [f"{name}{against}", _aligned(studies), "", fit.summary()]
        if made.logarithm:
            lines.append("(the model is on the scale of natural logarithms)")
        if fit.method not in COMMON and fit.k > 1:
            found = confint(fit)
            lines.append(
                f"tau^2 {shown(found.tau2[1])} to {shown(found.tau2[2])}, I^2 {found.i2[1]:.1f}% to {found.i2[2]:.1f}% "
                f"(Q-profile, {made.level:g}%)"
            )
        return lines

    @staticmethod
    def document(made: Synthesis) -> dict[str, Any]:
        fit: MetaAnalysis = made.fit
        rows = _rows(made.columns())
        studies = [{k: v for k, v in row.items() if k != "row"} for row in rows if row["row"] == "study"]
        pooled, *rest = ({k: v for k, v in row.items() if k not in ("row", "study", "weight")} for row in rows[fit.k :])
        heterogeneity: dict[str, Any] = {"Q": fit.qe, "df": fit.k - 1, "p": fit.qe_p, "I2": fit.i2, "H2": fit.h2}
        heterogeneity["tau2"] = None if fit.method in COMMON else fit.tau2
        heterogeneity["tau2_lower"] = heterogeneity["tau2_upper"] = None
        if fit.method not in COMMON and fit.k > 1:
            _, heterogeneity["tau2_lower"], heterogeneity["tau2_upper"] = confint(fit).tau2
        return {
            "studies": studies,
            "k": fit.k,
            "pooled": {**pooled, "statistic": float(fit.zval[0]), "df": fit.df, "p": float(fit.pval[0])},
            "prediction": {k: v for k, v in rest[0].items() if "lower" in k or "upper" in k} if rest else None,
            "heterogeneity": heterogeneity,
        }


class NetworkView:
    """Every pair of treatments, and whether the network agrees with itself."""

    @staticmethod
    def _pairs(made: Synthesis) -> list[tuple[int, int]]:
        """Treatment and the one it is held against: the reference is always the latter, and comes first."""
        fit: NetworkMetaAnalysis = made.fit
        n, ref = fit.n, fit.index(fit.reference) if fit.reference else 0
        rest = [i for i in range(n) if i != ref]
        return [(i, ref) for i in rest] + [(i, j) for place, i in enumerate(rest) for j in rest[place + 1 :]]

    @classmethod
    def columns(cls, made: Synthesis) -> dict[str, list[Any]]:
        fit: NetworkMetaAnalysis = made.fit
        pairs = cls._pairs(made)
        effects = fit.network(made.effects)
        at = tuple(np.array(pairs).T)
        return {
            "treatment": [fit.trts[i] for i, _ in pairs],
            "against": [fit.trts[j] for _, j in pairs],
            **_matrix_estimates(made, effects, at),
            "p": effects.pval[at].tolist(),
            "studies": fit.adjacency[at].astype(int).tolist(),
            "direct_share": fit.prop_direct(made.effects)[at].tolist(),
        }

    @staticmethod
    def lines(made: Synthesis) -> list[str]:
        fit: NetworkMetaAnalysis = made.fit
        lines = [fit.summary(made.effects)]
        if fit.n <= 8:
            lines += ["", "Column against row below the diagonal; direct evidence above it, row against column:"]
            lines.append(str(fit.league_table(made.effects, back_transform=made.logarithm)))
        return lines

    @classmethod
    def document(cls, made: Synthesis) -> dict[str, Any]:
        fit: NetworkMetaAnalysis = made.fit
        at = tuple(np.array(cls._pairs(made)).T)
        direct, indirect = fit.direct(made.effects), fit.indirect(made.effects)
        rows = _rows(made.columns())
        parts = [_rows(_matrix_estimates(made, part, at)) for part in (direct, indirect)]
        prediction = fit.prediction
        ends = [side[at].tolist() for side in (prediction.lower, prediction.upper)]
        for place, row in enumerate(rows):
            row["direct"], row["indirect"] = parts[0][place], parts[1][place]
            if made.effects == "random":
                row["prediction_lower"], row["prediction_upper"] = ends[0][place], ends[1][place]
        I2 = fit.I2
        return {
            "k": fit.k, "treatments": list(fit.trts), "designs": list(fit.designs), "comparisons": rows,
            "heterogeneity": {
                "tau2": fit.tau2 if made.effects == "random" else None, "Q": fit.Q, "df": fit.df_Q, "p": fit.pval_Q,
                "I2": 100 * I2[0], "I2_lower": 100 * I2[1], "I2_upper": 100 * I2[2],
            },
            "within_designs": _test(fit.heterogeneity), "between_designs": _test(fit.inconsistency),
        }  # fmt: skip


class ComponentsView:
    """What each component adds, each combination studied, and whether effects add up."""

    @staticmethod
    def columns(made: Synthesis) -> dict[str, list[Any]]:
        fit: ComponentNetwork = made.fit
        effects = fit.components(made.effects)
        return {
            "component": list(fit.comps),
            "identified": [c not in fit.unidentified for c in fit.comps],
            **_matrix_estimates(made, effects, slice(None)),
            "p": effects.pval.tolist(),
        }

    @staticmethod
    def lines(made: Synthesis) -> list[str]:
        fit: ComponentNetwork = made.fit
        lines = [fit.summary(made.effects)]
        if made.logarithm:
            table = made.columns()
            words = [
                f"  {name}: {v:.3f} [{low:.3f}; {high:.3f}]"
                for name, v, low, high, known in zip(
                    table["component"], table["value"], table["value_lower"], table["value_upper"],
                    table["identified"], strict=True,
                )
                if known
            ]  # fmt: skip
            lines += [f"(on the scale of natural logarithms). As {made.measure}:", *words]
        return lines

    @staticmethod
    def document(made: Synthesis) -> dict[str, Any]:
        fit: ComponentNetwork = made.fit
        whole = _rows(
            {
                "treatment": list(fit.trts),
                **_matrix_estimates(made, fit.combinations(model=made.effects), slice(None)),
            }
        )
        I2 = fit.I2
        return {
            "k": len(fit.data.studies), "treatments": list(fit.trts), "subnetworks": fit.s,
            "inactive": fit.C.inactive, "components": _rows(made.columns()), "combinations": whole,
            "heterogeneity": {
                "tau2": fit.tau2 if made.effects == "random" else None, **_test(fit.additive),
                "I2": 100 * I2[0], "I2_lower": 100 * I2[1], "I2_upper": 100 * I2[2],
            },
            "additivity": None if fit.additivity is None else _test(fit.additivity),
        }  # fmt: skip


class TimeCourseView:
    """The effect at each visit, when it begins and when half and most of it is there; or that data cannot tell."""

    @staticmethod
    def columns(made: Synthesis) -> dict[str, list[Any]]:
        fit: TimeCourse | CannotTell = made.fit
        found: dict[str, list[Any]] = {} if isinstance(fit, CannotTell) else fit.columns()
        told = [found.get(name, []) for name in ("estimate", "se", "ci.lb", "ci.ub")]
        first = {name: found.get(name, []) for name in ("treatment", "against", "weeks")}
        return {**first, **_estimates(made, *told)}

    @staticmethod
    def lines(made: Synthesis) -> list[str]:
        fit: TimeCourse | CannotTell = made.fit
        if isinstance(fit, CannotTell):
            return [f"Time course: {fit}."]
        table = made.columns()
        low = f"{made.level:g}% low"
        visits = {
            "": [f"{t}, week {w:g}" for t, w in zip(table["treatment"], table["weeks"], strict=True)],
            made.measure or "effect": [f"{v:.3f}" for v in table["value"]],
            low: [f"{v:.3f}" for v in table["value_lower"]],
            "high": [f"{v:.3f}" for v in table["value_upper"]],
        }
        return [fit.summary(), "", f"At each visit, against {fit.reference}:", _aligned(visits)]

    @staticmethod
    def document(made: Synthesis) -> dict[str, Any]:
        fit: TimeCourse | CannotTell = made.fit
        if isinstance(fit, CannotTell):
            return {"cannot_tell": fit.reason}
        times = [
            {
                "treatment": name,
                "onset": _answer(fit.onset(name)),
                "half": _answer(fit.time_to(0.5, name)),
                "most": _answer(fit.time_to(0.9, name)),
            }
            for name in fit.treatments
        ]
        return {
            "cannot_tell": None, "k": fit.k, "against": fit.reference, "treatments": list(fit.treatments),
            "shape": fit.shape, "shapes": [{"shape": name, "weight": w} for name, w in fit.weights.items()],
            "visits": _rows(made.columns()), "times": times,
            "heterogeneity": {"tau2": fit.tau2, **_test(fit.lack_of_fit), "dispersion": fit.dispersion},
            "remarks": list(fit.notes),
        }  # fmt: skip


VIEWS: dict[str, Any] = {
    "pairwise": PairwiseView,
    "network": NetworkView,
    "components": ComponentsView,
    "time-course": TimeCourseView,
}


def _answer(found: Onset | TimeTo | CannotTell) -> dict[str, Any]:
    """Weeks with limits (of an onset: after the last visit at which nothing was shown), or why it cannot be told."""
    none: dict[str, Any] = {"weeks": None, "lower": None, "upper": None, "cannot_tell": None}
    if isinstance(found, CannotTell):
        return {**none, "cannot_tell": found.reason}
    if isinstance(found, Onset):
        return {**none, "weeks": found.weeks, "lower": found.not_yet, "upper": found.weeks}
    return {**none, "weeks": found.estimate, "lower": found.lower, "upper": found.upper}


def _estimates(made: Synthesis, estimate: Any, se: Any, lower: Any, upper: Any) -> dict[str, list[float]]:
    return {
        "estimate": np.asarray(estimate, dtype=np.float64).tolist(),
        "se": np.asarray(se, dtype=np.float64).tolist(),
        "lower": np.asarray(lower, dtype=np.float64).tolist(),
        "upper": np.asarray(upper, dtype=np.float64).tolist(),
        "value": made.read(estimate).tolist(),
        "value_lower": made.read(lower).tolist(),
        "value_upper": made.read(upper).tolist(),
    }


def _matrix_estimates(made: Synthesis, effects: EffectMatrices, at: Any) -> dict[str, list[float]]:
    return _estimates(made, effects.TE[at], effects.seTE[at], effects.lower[at], effects.upper[at])


def _rows(columns: Mapping[str, list[Any]]) -> list[dict[str, Any]]:
    return [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]


def _test(test: HeterogeneityTest) -> dict[str, Any]:
    return {"Q": test.Q, "df": test.df, "p": test.pval}


def _normal(level: float) -> float:
    return float(ndtri(0.5 + level / 200))


def _aligned(columns: Mapping[str, list[str]]) -> str:
    """Columns of text as lines, the first to the left and all others to the right."""
    widths = [max(len(name), *map(len, values)) for name, values in columns.items()]
    rows = [list(columns), *map(list, zip(*columns.values(), strict=True))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if place == 0 else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    )
