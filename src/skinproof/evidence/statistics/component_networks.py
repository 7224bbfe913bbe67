"""Additive component network meta-analysis: what each part of a combined treatment adds.

Welton et al. (2009, American Journal of Epidemiology 169:1158); frequentist form of Rücker, Petropoulou & Schwarzer
(2020, Biometrical Journal 62:808), for connected and disconnected networks. Names and conventions are those of
netmeta's `netcomb` and `discomb`. A combination is written `A + B`; its effect is the sum of its components' effects,
plus interactions where they are asked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from ._contrasts import Contrasts, Floats, contrasts
from ._network_fit import (
    FittedNetwork,
    Model,
    assemble,
    check_options,
    degrees_of_freedom,
    fit,
    i_squared,
    moment_tau2,
    p_words,
)
from ._plots import ComponentPlots
from .component_matrix import ComponentMatrix, component_matrix
from .network import NetworkMetaAnalysis
from .network_results import EffectMatrices, HeterogeneityTest, effect_columns

NAN = float("nan")


@dataclass(frozen=True, eq=False)
class ComponentFit:
    """Weighted least squares for one tau²: minimum-norm `beta` (c,), its `covariance` (c, c), and Q."""

    tau2: float
    beta: Floats
    covariance: Floats
    Q: float


@dataclass(frozen=True, eq=False, repr=False)
class ComponentNetwork(FittedNetwork[ComponentFit], ComponentPlots):
    """A fitted additive model. What the data do not identify is NaN, never a number."""

    C: ComponentMatrix
    rank: int

    @property
    def comps(self) -> tuple[str, ...]:
        return self.C.comps

    @property
    def s(self) -> int:
        """Sub-networks."""
        return len(self.data.subnetworks)

    @property
    def df_Q_additive(self) -> int:
        return sum(len(arms) - 1 for arms in self.data.arms) - self.rank

    @property
    def additive(self) -> HeterogeneityTest:
        """Q of the additive model."""
        return HeterogeneityTest(self.common.Q, self.df_Q_additive)

    @cached_property
    def standard(self) -> HeterogeneityTest | None:
        """Q of the network model without additivity; None for a disconnected network."""
        if self.s > 1:
            return None
        return HeterogeneityTest(fit(self.data).Q, degrees_of_freedom(self.data))

    @property
    def additivity(self) -> HeterogeneityTest | None:
        """Test of additivity: what Q gains when effects need not add up; None for a disconnected network."""
        if self.standard is None:
            return None
        return HeterogeneityTest(max(0.0, self.common.Q - self.standard.Q), self.df_Q_additive - self.standard.df)

    @property
    def tau2(self) -> float:
        """Between-study variance of the additive model; NaN when there is nothing to estimate it from."""
        return self.random.tau2 if self.tau_preset is not None or self.df_Q_additive else NAN

    @property
    def tau(self) -> float:
        return float(np.sqrt(self.tau2))

    @property
    def I2(self) -> tuple[float, float, float]:
        """Share of Q beyond chance (0 to 1) with limits."""
        return i_squared(self.common.Q, self.df_Q_additive, self.level)

    @cached_property
    def _identified(self) -> Floats:
        """(c, r) orthonormal basis of what the data say anything about."""
        return row_space(self.C.values[self.data.treat1] - self.C.values[self.data.treat2])

    def linear(self, weights: ArrayLike, model: Model = "random") -> EffectMatrices:
        """Effects of any (q, c) linear combinations of components; NaN where they are not identified."""
        L = np.atleast_2d(np.asarray(weights, dtype=np.float64))
        chosen = self.fit_of(model)
        inside = L @ self._identified @ self._identified.T
        known = np.abs(inside - L).max(axis=1, initial=0.0) < 1e-8
        variance = np.maximum(np.einsum("ij,jk,ik->i", L, chosen.covariance, L), 0.0)
        return EffectMatrices(
            np.where(known, L @ chosen.beta, NAN), np.where(known, np.sqrt(variance), NAN), self.level
        )

    def components(self, model: Model = "random") -> EffectMatrices:
        """(c,) effect of each component: what adding it changes."""
        return self.linear(np.eye(len(self.comps)), model)

    @property
    def unidentified(self) -> tuple[str, ...]:
        """Components whose own effect the data do not tell."""
        return tuple(c for c, TE in zip(self.comps, self.components("common").TE, strict=True) if np.isnan(TE))

    def combinations(self, treatments: Sequence[str] | None = None, model: Model = "random") -> EffectMatrices:
        """Effect of whole treatments, those studied or any sum of components, against nothing (or the inactive)."""
        names = self.trts if treatments is None else treatments
        return self.linear(np.array([self.C.row(name) for name in names]), model)

    def comparison(self, treatments: Sequence[str], against: Sequence[str], model: Model = "random") -> EffectMatrices:
        """Effects of treatments against others, pair by pair; either may never have been studied."""
        if len(treatments) != len(against):
            raise ValueError(f"{len(treatments)} treatments against {len(against)}")
        rows = [self.C.row(a) - self.C.row(b) for a, b in zip(treatments, against, strict=True)]
        return self.linear(np.array(rows), model)

    def network(self, model: Model = "random") -> EffectMatrices:
        """(n, n) every treatment (row) against every treatment (column) under additivity."""
        n, C = len(self.trts), self.C.values
        flat = self.linear((C[:, None, :] - C[None, :, :]).reshape(n * n, -1), model)
        return EffectMatrices(flat.TE.reshape(n, n), flat.seTE.reshape(n, n), self.level)

    def summary(self, model: Model = "random") -> str:
        """The components, one a line, and whether effects add up."""
        effects = self.components(model)
        width = max(map(len, self.comps))
        lines = [
            f"Additive component network meta-analysis ({self.sm or 'effect'}), {model} effects",
            f"k = {self.k} studies, n = {self.n} treatments, c = {len(self.comps)} components, "
            f"{self.s} sub-network{'s' if self.s > 1 else ''}",
            "",
        ]
        for i, name in enumerate(self.comps):
            if np.isnan(effects.TE[i]):
                lines.append(f"  {name:<{width}}  not identified by these data")
                continue
            lines.append(
                f"  {name:<{width}}  {effects.TE[i]:8.3f}  [{effects.lower[i]:8.3f}; {effects.upper[i]:8.3f}]"
                f"  {p_words(float(effects.pval[i]))}"
            )
        unknown = np.isnan(self.tau2)
        lines += ["", "Nothing was compared twice: tau² cannot be estimated." if unknown else f"tau² = {self.tau2:.4f}"]
        lines.append(f"Q additive   {self.additive.Q:8.2f}  df = {self.additive.df:3d}  {p_words(self.additive.pval)}")
        if self.additivity is None:
            lines.append("The network is disconnected: additivity is assumed and cannot be tested.")
        else:
            test = self.additivity
            lines.append(f"Q difference {test.Q:8.2f}  df = {test.df:3d}  {p_words(test.pval)}  (test of additivity)")
        return "\n".join(lines)

    def _told(self) -> str:
        return (
            f"{self.sm or 'effect'}: k = {self.k} studies, "
            f"n = {self.n} treatments, c = {len(self.comps)} components, {self.s} sub-network"
            f"{'s' if self.s > 1 else ''}, tau² = {self.tau2:.4g}, Q = {self.additive.Q:.4g} (df = {self.additive.df})"
        )

    def columns(self, model: Model = "random") -> dict[str, list[Any]]:
        """A row a component: what adding it changes; NaN where the data do not tell."""
        effects = self.components(model)
        return {"component": list(self.comps), **effect_columns(effects)}


def row_space(rows: Floats) -> Floats:
    """(c, r) orthonormal basis of the span of rows (m, c)."""
    _, singular, vectors = np.linalg.svd(rows, full_matrices=False)
    tolerance = 1e-10 * (singular[0] if len(singular) else 0.0)
    return np.asarray(vectors[singular > tolerance].T)


def component_network(
    TE: ArrayLike,
    seTE: ArrayLike,
    treat1: Sequence[object],
    treat2: Sequence[object],
    studlab: Sequence[object],
    *,
    sm: str = "",
    separator: str = "+",
    inactive: str | None = None,
    interactions: Sequence[tuple[str, ...]] = (),
    tau_preset: float | None = None,
    level: float = 0.95,
    tol_multiarm: float = 0.001,
) -> ComponentNetwork:
    """Fit the additive model to contrasts, connected or not; arguments as of `network_meta_analysis`.

    Args:
        separator: what joins components in a treatment's name.
        inactive: the component without effect, if there is one.
        interactions: groups of components whose joint effect may differ from the sum.

    tau² is the moment estimate under the additive model unless `tau_preset` (a tau) is given.
    Raises NetworkDataError naming study and row, ValueError for components that are not there.
    """
    data = contrasts(TE, seTE, treat1, treat2, studlab, tol_multiarm=tol_multiarm)
    C = component_matrix(data.trts, separator=separator, inactive=inactive)
    for together in interactions:
        C = C.with_interaction(*together)
    return fit_components(data, C, sm=sm, tau_preset=tau_preset, level=level)


def components_of(
    net: NetworkMetaAnalysis,
    *,
    separator: str = "+",
    inactive: str | None = None,
    C: ComponentMatrix | None = None,
    tau_preset: float | None = None,
) -> ComponentNetwork:
    """The additive model of a fitted network (netmeta's `netcomb`), components by name or a matrix of one's own."""
    chosen = C if C is not None else component_matrix(net.trts, separator=separator, inactive=inactive)
    return fit_components(net.data, chosen, sm=net.sm, tau_preset=tau_preset, level=net.level)


def fit_components(
    data: Contrasts, C: ComponentMatrix, *, sm: str = "", tau_preset: float | None = None, level: float = 0.95
) -> ComponentNetwork:
    """As `component_network`, for contrasts already checked and a component matrix of one's own."""
    if C.trts != data.trts:
        raise ValueError("the component matrix must have the treatments of the data as rows, in their order")
    check_options(tau_preset, level)
    X = C.values[data.treat1] - C.values[data.treat2]
    basis = row_space(X)
    common = _fit(data, C, X, basis, 0.0)
    df = sum(len(arms) - 1 for arms in data.arms) - basis.shape[1]
    tau2 = (
        tau_preset**2
        if tau_preset is not None
        else moment_tau2(data, common.Q, df, C.values @ common.covariance @ C.values.T)
    )
    random = _fit(data, C, X, basis, tau2) if tau2 else common
    return ComponentNetwork(
        data=data, common=common, random=random, sm=sm, tau_preset=tau_preset, level=level, C=C, rank=basis.shape[1]
    )


def _fit(data: Contrasts, C: ComponentMatrix, X: Floats, basis: Floats, tau2: float) -> ComponentFit:
    weights, laplacian = assemble(data, tau2)
    CB = C.values @ basis
    inverse = np.linalg.inv(CB.T @ laplacian @ CB)
    Z = X @ basis
    theta = inverse @ (Z.T @ (weights * data.TE))
    theta = theta + inverse @ (Z.T @ (weights * (data.TE - Z @ theta)))
    Q = float(np.sum(weights * (data.TE - Z @ theta) ** 2))
    return ComponentFit(tau2, basis @ theta, basis @ inverse @ basis.T, Q)
