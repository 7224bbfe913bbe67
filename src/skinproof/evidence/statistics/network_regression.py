"""Network meta-regression and subgroups: does the effect depend on something about the study?

Dias et al. (2013) Medical Decision Making 33:618 for the models; estimates as R's netmeta (`netmetareg`, `subgroup`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from scipy.special import ndtr

from ._basic import basic_contrasts, least_squares, log_likelihood, tau2_likelihood, tau2_moment
from ._contrasts import Floats, NetworkDataError
from .coefficients import q_between
from .network import Model, NetworkMetaAnalysis, TauMethod, fit_network
from .network_results import EffectMatrices, HeterogeneityTest
from .tabular import Tabular

Assumption = Literal["independent", "common"]


@dataclass(frozen=True, eq=False, repr=False)
class NetworkRegression(Tabular):
    """`names`, `beta`, `se` (c,): treatments against the reference at covariate 0, then what one unit changes.

    `QM` tests all coefficients together.
    """

    names: tuple[str, ...]
    beta: Floats
    se: Floats
    tau2: float
    log_likelihood: float
    QM: HeterogeneityTest
    QE: float

    @property
    def pval(self) -> Floats:
        return np.asarray(2 * ndtr(-np.abs(self.beta / self.se)))

    COLUMNS = {"term": "names", "estimate": "beta", "se": "se", "pval": "pval"}

    def _told(self) -> str:
        return f"{len(self.names)} coefficients, tau² = {self.tau2:.4g}, QM {self.QM!r}"


def network_regression(
    net: NetworkMetaAnalysis,
    covariate: Mapping[str, float],
    name: str,
    *,
    assumption: Assumption = "independent",
    method_tau: TauMethod = "REML",
) -> NetworkRegression:
    """Regress a network on one number per study.

    Args:
        covariate: value of each study by its label. name: what to call it.
        assumption: "independent", a slope for each treatment against the reference; "common", one slope for all
            treatments against the reference (none between them).

    Raises NetworkDataError for a study without a value, ValueError without a reference or when slopes are not
    estimable.
    """
    if net.reference is None:
        raise ValueError("regression needs a network with a reference treatment")
    if assumption not in ("independent", "common"):
        raise ValueError(f"assumption is 'independent' or 'common', not {assumption!r}")
    for study in net.data.studies:
        if not np.isfinite(covariate.get(study, np.nan)):
            raise NetworkDataError(f"has no value of {name}", study=study)
    reference = net.index(net.reference)
    basic = basic_contrasts(net.data, lambda arms: reference if reference in arms else arms[-1])
    values = np.array([covariate[net.data.studies[s]] for s in basic.study], dtype=np.float64)
    treatments = np.delete(basic.design(net.n), reference, axis=1)
    others = [t for t in net.trts if t != net.reference]
    if assumption == "independent":
        slopes, labels = treatments * values[:, None], [f"{t}:{name}" for t in others]
    else:
        slopes, labels = (values * (basic.base == reference))[:, None], [f"nonref:{name}"]
    X = np.hstack([treatments, slopes])
    if np.linalg.matrix_rank(X) < X.shape[1]:
        raise ValueError(f"the studies do not tell {name} apart from the treatments: not all slopes can be estimated")
    moment = method_tau == "DL"
    tau2 = tau2_moment(basic, X) if moment else tau2_likelihood(basic, X, restricted=method_tau == "REML")
    fitted = least_squares(basic, X, tau2)
    QM = float(fitted.beta @ np.linalg.solve(fitted.covariance, fitted.beta))
    return NetworkRegression(
        (*others, *labels),
        fitted.beta,
        np.sqrt(np.diag(fitted.covariance)),
        tau2,
        log_likelihood(basic, X, tau2, restricted=method_tau != "ML"),
        HeterogeneityTest(QM, X.shape[1]),
        least_squares(basic, X).Q,
    )


@dataclass(frozen=True, eq=False, repr=False)
class NetworkSubgroups(Tabular):
    """One network for each level of something about the studies; each with its own tau²."""

    whole: NetworkMetaAnalysis
    networks: dict[str, NetworkMetaAnalysis]

    def effects(self, treatment: str, against: str, model: Model = "random") -> dict[str, EffectMatrices]:
        """The effect of a pair in each subgroup that has both treatments."""
        found = {}
        for level, net in self.networks.items():
            if treatment in net.trts and against in net.trts:
                i, j = net.index(treatment), net.index(against)
                whole = net.network(model)
                found[level] = EffectMatrices(whole.TE[i, j], whole.seTE[i, j], net.level)
        return found

    def studies(self, treatment: str, against: str) -> dict[str, int]:
        """Studies that compare the pair directly, by subgroup."""
        return {
            level: int(net.adjacency[net.index(treatment), net.index(against)])
            for level, net in self.networks.items()
            if treatment in net.trts and against in net.trts
        }

    def difference(self, treatment: str, against: str, model: Model = "random") -> HeterogeneityTest:
        """Do subgroups differ in this pair?"""
        effects = list(self.effects(treatment, against, model).values())
        if len(effects) < 2:
            return HeterogeneityTest(float("nan"), 0)
        Q = q_between([float(e.TE) for e in effects], [float(e.seTE) for e in effects])
        return HeterogeneityTest(Q, len(effects) - 1)

    def columns(self) -> dict[str, list[Any]]:
        """A row a subgroup: what its network holds."""
        nets = self.networks.values()
        return {
            "subgroup": list(self.networks), "k": [net.k for net in nets], "n": [net.n for net in nets],
            "tau2": [net.tau2 for net in nets], "Q": [net.Q for net in nets], "df": [net.df_Q for net in nets],
        }  # fmt: skip

    def _told(self) -> str:
        told = ", ".join(f"{name} (k = {net.k})" for name, net in self.networks.items())
        return f"{len(self.networks)} networks: {told}"


def network_subgroups(net: NetworkMetaAnalysis, level: Mapping[str, str]) -> NetworkSubgroups:
    """Split a network by a level for each study label; NetworkDataError for a study without one.

    Raises DisconnectedNetworkError when a subgroup falls apart.
    """
    for study in net.data.studies:
        if not level.get(study):
            raise NetworkDataError("has no subgroup", study=study)
    levels: Sequence[str] = sorted({level[s] for s in net.data.studies})
    own = np.array([level[net.data.studies[s]] for s in net.data.study])
    return NetworkSubgroups(
        net,
        {
            each: fit_network(
                net.data.subset(own == each), sm=net.sm, method_tau=net.method_tau, tau_preset=net.tau_preset,
                level=net.level,
            )
            for each in levels
        },
    )  # fmt: skip
