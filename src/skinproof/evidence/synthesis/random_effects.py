"""Putting studies together: the random-effects model that findings rest on, a plain view of `pairwise`.

Names and conventions are those of R's metafor (Viechtbauer 2010, J Stat Softw 36(3)), against whose numbers the tests
hold this module.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from skinproof.evidence.statistics.bootstrap import predict_bootstrap
from skinproof.evidence.statistics.pairwise import meta_analysis, predict
from skinproof.evidence.statistics.tabular import Tabular

Method = Literal["REML", "DL"]
Test = Literal["z", "knha", "adhoc"]
PredictBy = Literal["t", "bootstrap"]
DRAWS, SEED = 20_000, 1  # of the bootstrap: the same studies give the same interval


@dataclass(frozen=True, slots=True, repr=False)
class RandomEffects(Tabular):
    """A fitted model. `ci` and `prediction` are 95 %; `i2` is in percent."""

    k: int
    beta: float
    se: float
    ci: tuple[float, float]
    pval: float
    tau2: float
    i2: float
    h2: float
    q: float
    q_df: int
    q_p: float
    prediction: tuple[float, float]
    weights: tuple[float, ...]  # percent
    method: Method
    test: Test

    def columns(self) -> dict[str, list[Any]]:
        """The pooled effect in one row."""
        (low, high), (least, most) = self.ci, self.prediction
        row = {"k": self.k, "estimate": self.beta, "se": self.se, "ci.lb": low, "ci.ub": high, "pval": self.pval}
        row |= {"pi.lb": least, "pi.ub": most, "tau2": self.tau2, "I2": self.i2, "H2": self.h2}
        return {name: [value] for name, value in {**row, "Q": self.q, "df": self.q_df, "Qp": self.q_p}.items()}

    def _told(self) -> str:
        return (
            f"{self.method} ({self.test}): k = {self.k}, {self.beta:.4f} [{self.ci[0]:.4f}; {self.ci[1]:.4f}], "
            f"tau² = {self.tau2:.4f}, I² = {self.i2:.1f} %"
        )


def random_effects(
    yi: Sequence[float],
    vi: Sequence[float],
    method: Method = "REML",
    test: Test = "z",
    level: float = 0.95,
    predict_by: PredictBy = "t",
) -> RandomEffects:
    """The inverse-variance random-effects model.

    Args:
        yi: k effects on the analysis scale. vi: their k sampling variances, all above zero.
        method: "REML" or "DL" (DerSimonian and Laird 1986) for the between-study variance tau².
        test: "z", normal interval (Wald); "knha", Knapp and Hartung 2003; "adhoc", the same with its variance factor
            never below 1, so that the standard error is never smaller than the normal model's (Röver, Knapp and
            Friede 2015, pmc.ncbi.nlm.nih.gov/articles/PMC4647507).
        predict_by: the prediction interval. "t": beta ± c·√(se² + tau²), c being the critical value of the interval of
            beta, t with k − 1 degrees of freedom for "knha" and "adhoc", normal for "z" (metafor's `predict.rma`).
            "bootstrap": Nagashima, Noma and Furukawa 2019 (Stat Methods Med Res 28:1689), which allows for what is not
            known of tau²; never narrower than the interval of beta; needs 3 studies.

    I² and H² are those of Higgins and Thompson 2002 with the "typical" sampling variance, as metafor gives them.

    Raises:
        ValueError: no studies, lengths that differ, a number that is not finite, or a variance that is not above zero.
    """
    fit = meta_analysis(yi, vi, method=method, test=test, level=100 * level)
    interval = predict(fit) if predict_by == "t" else predict_bootstrap(fit, DRAWS, seed=SEED)
    weights = fit.model_weights
    return RandomEffects(
        k=fit.k,
        beta=float(fit.coef[0]),
        se=float(fit.se[0]),
        ci=(float(fit.ci_lb[0]), float(fit.ci_ub[0])),
        pval=float(fit.pval[0]),
        tau2=fit.tau2,
        i2=fit.i2,
        h2=fit.h2,
        q=fit.qe,
        q_df=fit.k - 1,
        q_p=fit.qe_p,
        prediction=(float(min(interval.pi_lb[0], fit.ci_lb[0])), float(max(interval.pi_ub[0], fit.ci_ub[0]))),
        weights=tuple((100 * weights / weights.sum()).tolist()),
        method=method,
        test=test,
    )
