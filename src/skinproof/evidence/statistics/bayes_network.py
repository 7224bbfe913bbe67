"""Bayesian network meta-analysis, with or without components, by exact quadrature over tau.

Given tau the model is generalised least squares of contrasts (Lu & Ades 2004), effects have flat priors, and tau is
integrated over as in `bayes`. Likelihood: effects are normal with known variances; events are not modelled themselves.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from ._basic import basic_contrasts, least_squares, log_likelihood
from ._contrasts import Contrasts, contrasts
from ._quadrature import PositivePosterior
from ._time_shapes import Floats
from .bayes import DEFAULT_TAU_PRIOR, posterior_columns, tau_posterior
from .bayes_priors import NormalMixture, TauPrior
from .component_matrix import ComponentMatrix
from .component_networks import row_space
from .tabular import Tabular, text_of


@dataclass(frozen=True, eq=False, repr=False)
class BayesNetwork(Tabular):
    """Posteriors of a network's effects and of tau. `parameters` are treatments, or components where given."""

    data: Contrasts
    components: ComponentMatrix | None
    parameters: tuple[str, ...]
    reference: str | None
    tau_prior: TauPrior
    level: float
    tau: PositivePosterior
    log_marginal: float
    means: Floats = field(repr=False)  # (J, c) given each tau
    covariances: Floats = field(repr=False)  # (J, c, c)

    def linear(self, weights: ArrayLike, new_study: bool = False) -> NormalMixture:
        """Posterior of a combination (c,) of the parameters, or of it in a new study of two arms."""
        w = np.asarray(weights, dtype=np.float64)
        if w.shape != (len(self.parameters),):
            raise ValueError(f"{w.shape} weights for {len(self.parameters)} parameters")
        variance = np.einsum("p,jpq,q->j", w, self.covariances, w) + new_study * self.tau.nodes**2
        return NormalMixture(self.tau.weights, self.means @ w, np.sqrt(np.maximum(variance, 0.0)))

    def effect(self, treatment: str, against: str | None = None, new_study: bool = False) -> NormalMixture:
        """Posterior of one treatment against another (the reference; with components: nothing)."""
        return self.linear(self._row(treatment) - (self._row(against) if against is not None else 0.0), new_study)

    def _row(self, treatment: str) -> Floats:
        if self.components is not None:
            return self.components.row(treatment)
        if treatment not in self.data.trts:
            raise ValueError(f"no treatment {treatment!r} in this network; there are: {', '.join(self.data.trts)}")
        return np.array([float(name == treatment) for name in self.parameters])

    def columns(self) -> dict[str, list[Any]]:
        """Posterior mean, standard deviation, median and interval of each parameter and tau, by column."""
        named: list[tuple[str, NormalMixture | PositivePosterior]] = [
            (name, self.linear(row)) for name, row in zip(self.parameters, np.eye(len(self.parameters)), strict=True)
        ]
        return posterior_columns([*named, ("tau", self.tau)], self.level)

    def summary(self) -> str:
        """The posteriors as text."""
        what = "components" if self.components is not None else f"treatments against {self.reference}"
        lines = [
            f"Bayesian network meta-analysis (k = {len(self.data.studies)} studies), {what}",
            f"Priors: effects flat; tau {self.tau_prior}",
            "",
        ]
        return "\n".join([*lines, text_of(self.columns())])

    def _told(self) -> str:
        return (
            f"k = {len(self.data.studies)} studies, {len(self.parameters)} "
            f"{'components' if self.components is not None else 'effects'}, tau = {self.tau.quantile(0.5):.4g} "
            f"(median), prior {self.tau_prior}"
        )


def bayes_network(
    TE: ArrayLike,
    seTE: ArrayLike,
    treat1: Sequence[object],
    treat2: Sequence[object],
    studlab: Sequence[object],
    *,
    tau_prior: TauPrior = DEFAULT_TAU_PRIOR,
    reference: str | None = None,
    components: ComponentMatrix | None = None,
    level: float = 95,
    tol_multiarm: float = 0.001,
) -> BayesNetwork:
    """Posteriors from contrasts, given as to `network_meta_analysis`.

    Args:
        tau_prior: see `bayes_priors`; the default suits log ratios and standardised mean differences only.
        reference: treatment that effects are told against; by default the alphabetically first.
        components: the rows of an additive model (`component_matrix` of the treatments); parameters are then its
            components, and the network need not be connected.
        level: of intervals, in percent.

    Raises:
        NetworkDataError: data that cannot be analysed, naming study and row; DisconnectedNetworkError.
        ValueError: a reference or a matrix of other treatments, or components that the data do not tell apart.
    """
    data = contrasts(TE, seTE, treat1, treat2, studlab, tol_multiarm=tol_multiarm)
    if not 0 < level < 100:
        raise ValueError(f"a level of {level} percent")
    basic = basic_contrasts(data, lambda arms: arms[0])
    design = basic.design(len(data.trts))
    if components is not None:
        if components.trts != data.trts:
            raise ValueError("the component matrix must have the treatments of the data as rows, in their order")
        X, parameters, chosen = design @ components.values, components.comps, None
        if row_space(X).shape[1] < X.shape[1]:
            raise ValueError("the data do not tell all components apart; leave out or join some")
    else:
        data.require_connected()
        chosen = reference if reference is not None else data.trts[0]
        if chosen not in data.trts:
            raise ValueError(f"reference {chosen!r} is not a treatment here; there are: {', '.join(data.trts)}")
        place = data.trts.index(chosen)
        X, parameters = np.delete(design, place, axis=1), tuple(name for name in data.trts if name != chosen)

    def likelihood(tau: Floats) -> Floats:
        return np.array([log_likelihood(basic, X, float(each) ** 2, restricted=True) for each in tau])

    spread = float(np.median(data.seTE)) + float(np.std(data.TE))
    size = max(1, len(basic.y) - X.shape[1])
    tau, log_marginal = tau_posterior(likelihood, tau_prior, spread, size)
    fits = [least_squares(basic, X, float(each) ** 2) for each in tau.nodes]
    # Flat priors of density 1 know nothing of the design, of which the likelihood has a constant.
    log_marginal -= 0.5 * float(np.linalg.slogdet(X.T @ X)[1])
    return BayesNetwork(
        data, components, parameters, chosen, tau_prior, level, tau, log_marginal,
        np.array([fit.beta for fit in fits]), np.array([fit.covariance for fit in fits]),
    )  # fmt: skip
