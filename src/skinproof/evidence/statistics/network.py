"""Frequentist network meta-analysis: common and random effects, multi-arm studies, heterogeneity and inconsistency.

The graph-theoretical model of Rücker (2012, Research Synthesis Methods 3:312-324) with the multi-arm weights of
Rücker & Schwarzer (2014, Statistics in Medicine 33:4353-4369). Names and conventions are those of R's netmeta, against
whose numbers the tests hold this module: treatments in alphabetical order, matrices row against column.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike

from ._basic import basic_contrasts, least_squares, tau2_likelihood
from ._contrasts import Contrasts, Floats, NetworkDataError, alphabetical, contrasts
from ._league import League, league
from ._network_fit import (
    FittedNetwork,
    NetworkFit,
    check_options,
    chi2_p,
    degrees_of_freedom,
    fit,
    i_squared,
    moment_tau2,
    p_words,
)
from ._network_fit import Model as Model
from ._plots import NetworkPlots
from .network_results import EffectMatrices, HeterogeneityTest, PredictionMatrices, named_pairs

TauMethod = Literal["DL", "REML", "ML"]

RATIO_MEASURES = frozenset({"OR", "RR", "HR", "IRR", "ROM", "DOR"})


@dataclass(frozen=True, eq=False, repr=False)
class NetworkMetaAnalysis(FittedNetwork[NetworkFit], NetworkPlots):
    """A fitted network. `common` and `random` hold the two fits; matrices follow the order of `trts`."""

    reference: str | None
    method_tau: TauMethod

    @property
    def designs(self) -> tuple[str, ...]:
        """The distinct sets of treatments that studies compare."""
        return tuple(alphabetical(self.data.designs))

    @property
    def d(self) -> int:
        return len(self.designs)

    @property
    def tau2(self) -> float:
        """Between-study variance; NaN when there is nothing to estimate it from."""
        if self.tau_preset is None and self.df_Q == 0:
            return float("nan")
        return self.random.tau2

    @property
    def tau(self) -> float:
        return float(np.sqrt(self.tau2))

    @property
    def Q(self) -> float:
        return self.common.Q

    @property
    def df_Q(self) -> int:
        return degrees_of_freedom(self.data)

    @property
    def pval_Q(self) -> float:
        return chi2_p(self.Q, self.df_Q)

    @cached_property
    def I2(self) -> tuple[float, float, float]:
        """Share of Q beyond chance (0 to 1), with lower and upper limits."""
        return i_squared(self.Q, self.df_Q, self.level)

    @cached_property
    def _within_designs(self) -> tuple[float, HeterogeneityTest]:
        """Q of the whole network and Q within designs, both from basic contrasts."""
        ref = self.index(self.reference) if self.reference is not None else 0
        basic = basic_contrasts(self.data, lambda arms: ref if ref in arms else arms[0])
        off = np.empty_like(basic.y)
        df = 0
        designs = np.array(self.data.designs)
        for rows, W in zip(basic.groups, basic.weights(0.0), strict=True):
            own = designs[basic.study[rows[:, 0]]]
            for design in dict.fromkeys(own.tolist()):
                chosen, w = rows[own == design], W[own == design]
                pooled = np.linalg.solve(w.sum(axis=0), np.einsum("sij,sj->i", w, basic.y[chosen]))
                off[chosen] = basic.y[chosen] - pooled
                df += (len(chosen) - 1) * chosen.shape[1]
        within = float(off @ basic.weighted(basic.weights(0.0), off[:, None])[:, 0])
        total = least_squares(basic, np.delete(basic.design(self.n), ref, axis=1)).Q
        return total, HeterogeneityTest(within, df)

    @property
    def heterogeneity(self) -> HeterogeneityTest:
        """Q within designs."""
        return self._within_designs[1]

    @property
    def inconsistency(self) -> HeterogeneityTest:
        """Q between designs: the design-by-treatment interaction, common effects."""
        total, within = self._within_designs
        return HeterogeneityTest(max(0.0, total - within.Q), self.df_Q - within.df)

    def network(self, model: Model = "random") -> EffectMatrices:
        """Network estimates: direct and indirect evidence together."""
        chosen = self.fit_of(model)
        return EffectMatrices(chosen.TE, chosen.seTE, self.level)

    def direct(self, model: Model = "random") -> EffectMatrices:
        """Inverse-variance pooling of the studies that compare a pair, with the network's tau²; NaN where none do."""
        weights = 1.0 / (self.data.seTE**2 + self.fit_of(model).tau2)
        total, pooled = np.zeros((self.n, self.n)), np.zeros((self.n, self.n))
        np.add.at(total, (self.data.treat1, self.data.treat2), weights)
        np.add.at(pooled, (self.data.treat1, self.data.treat2), weights * self.data.TE)
        total, pooled = total + total.T, pooled - pooled.T
        with np.errstate(divide="ignore", invalid="ignore"):
            return EffectMatrices(pooled / total, np.where(total > 0, np.sqrt(1.0 / total), np.nan), self.level)

    def prop_direct(self, model: Model = "random") -> Floats:
        """(n, n) share of a network estimate that is direct evidence (König, Krahn & Binder 2013); 0 where none."""
        share = (self.fit_of(model).seTE / self.direct(model).seTE) ** 2
        return np.where(np.isnan(share), 0.0, share)

    def indirect(self, model: Model = "random") -> EffectMatrices:
        """What the network says of a pair apart from its direct evidence, by back-calculation; NaN where nothing."""
        network, direct = self.network(model), self.direct(model)
        share = self.prop_direct(model)
        rest = 1.0 - share
        rest = np.where(np.abs(rest) < 1.5e-8, np.nan, rest)
        direct_TE = np.where(np.isnan(direct.TE), 0.0, direct.TE)
        TE = (network.TE - share * direct_TE) / rest
        seTE = network.seTE / np.sqrt(np.where(rest > 0, rest, np.nan))
        off = np.where(np.eye(self.n) == 1, np.nan, 0.0)
        return EffectMatrices(TE + off, seTE + off, self.level)

    def covariance(self, model: Model = "random") -> Floats:
        """(n(n-1)/2)² covariances of all network estimates, in the order of `comparisons`."""
        i, j = np.triu_indices(self.n, 1)
        inverse = self.fit_of(model).pseudo_inverse
        contrast = inverse[i] - inverse[j]
        return np.asarray(contrast[:, i] - contrast[:, j])

    @property
    def comparisons(self) -> tuple[str, ...]:
        """All pairs `A:B`, the alphabetically first treatment first."""
        return tuple(f"{a}:{b}" for i, a in enumerate(self.trts) for b in self.trts[i + 1 :])

    @cached_property
    def prediction(self) -> PredictionMatrices:
        """95 % prediction intervals: `seTE` is that of a new study's true effect, t with `df_Q` degrees of freedom."""
        seTE = np.sqrt(self.random.seTE**2 + self.tau2)
        return PredictionMatrices(self.random.TE, seTE, self.level, self.df_Q)

    @cached_property
    def adjacency(self) -> Floats:
        """(n, n) number of studies comparing a pair."""
        counts = np.zeros((self.n, self.n))
        np.add.at(counts, (self.data.treat1, self.data.treat2), 1.0)
        return counts + counts.T

    def league_table(
        self,
        model: Model = "random",
        *,
        order: Sequence[str] | None = None,
        digits: int = 2,
        back_transform: bool | None = None,
    ) -> League:
        """Formatted estimates: network below the diagonal (column against row), direct above (row against column)."""
        names = list(order) if order is not None else list(self.trts)
        if sorted(names) != sorted(self.trts):
            raise ValueError("order must name every treatment of the network once")
        places = [self.index(name) for name in names]
        exponentiate = self.sm in RATIO_MEASURES if back_transform is None else back_transform
        return league(names, places, self.network(model), self.direct(model), digits, exponentiate)

    def index(self, treatment: str) -> int:
        """Position of a treatment in the matrices; ValueError names those there are."""
        try:
            return self.trts.index(treatment)
        except ValueError:
            raise ValueError(f"no treatment {treatment!r} in this network; there are: {', '.join(self.trts)}") from None

    def estimate(self, treatment: str, against: str, model: Model = "random") -> tuple[float, float, float, float]:
        """Effect of one treatment against another: (TE, seTE, lower, upper) on the analysis scale."""
        effects, i, j = self.network(model), self.index(treatment), self.index(against)
        return tuple(float(each[i, j]) for each in (effects.TE, effects.seTE, effects.lower, effects.upper))  # type: ignore[return-value]

    def summary(self, model: Model = "random") -> str:
        """The network in a page of text, each treatment against the reference."""
        reference = self.reference or self.trts[0]
        effects, place = self.network(model), self.index(reference)
        ratio = self.sm in RATIO_MEASURES
        shown = np.exp if ratio else np.asarray
        width = max(map(len, self.trts))
        lines = [
            f"Network meta-analysis ({self.sm or 'effect'}), {model} effects",
            f"k = {self.k} studies, m = {self.m} pairwise contrasts, n = {self.n} treatments, d = {self.d} designs",
            "",
            f"Each treatment against {reference}:",
        ]
        for i, name in enumerate(self.trts):
            if i == place:
                continue
            values = shown(np.array([effects.TE[i, place], effects.lower[i, place], effects.upper[i, place]]))
            lines.append(
                f"  {name:<{width}}  {values[0]:8.3f}  [{values[1]:8.3f}; {values[2]:8.3f}]"
                f"  {p_words(float(effects.pval[i, place]))}"
            )
        I2, low, high = self.I2
        if self.df_Q:
            lines += ["", f"tau² = {self.tau2:.4f} ({self._tau_words}), I² = {I2:.1%} [{low:.1%}; {high:.1%}]"]
        else:
            lines += ["", "Nothing was compared twice: tau² and I² cannot be estimated."]
        for words, test in (
            ("total", HeterogeneityTest(self.Q, self.df_Q)),
            ("within designs", self.heterogeneity),
            ("between designs", self.inconsistency),
        ):
            lines.append(f"Q {words:<15} {test.Q:8.2f}  df = {test.df:3d}  {p_words(test.pval)}")
        if self.inconsistency.df == 0:
            lines.append("No loop of evidence joins different designs: incoherence cannot be checked.")
        return "\n".join(lines)

    @property
    def _tau_words(self) -> str:
        return "preset" if self.tau_preset is not None else self.method_tau

    def _told(self) -> str:
        return (
            f"{self.sm or 'effect'}: k = {self.k} studies, n = {self.n} treatments, "
            f"m = {self.m} contrasts, tau² = {self.tau2:.4g} ({self._tau_words}), "
            f"Q = {self.Q:.4g} (df = {self.df_Q}, p = {self.pval_Q:.3g})"
        )

    def columns(self, model: Model = "random") -> dict[str, list[Any]]:
        """A row a pair of treatments, the first against the second, on the analysis scale."""
        found = named_pairs(self.network(model), self.trts)
        upper = np.triu_indices(self.n, 1)
        direct, indirect = self.direct(model).TE[upper], self.indirect(model).TE[upper]
        studies = self.adjacency[upper].astype(int).tolist()
        return {**found, "k": studies, "direct": direct.tolist(), "indirect": indirect.tolist()}


def network_meta_analysis(
    TE: ArrayLike,
    seTE: ArrayLike,
    treat1: Sequence[object],
    treat2: Sequence[object],
    studlab: Sequence[object],
    *,
    sm: str = "",
    reference: str | None = None,
    method_tau: TauMethod = "DL",
    tau_preset: float | None = None,
    level: float = 0.95,
    tol_multiarm: float = 0.001,
    independent_contrasts: bool = False,
    size: ArrayLike | None = None,
) -> NetworkMetaAnalysis:
    """Fit a network to contrasts: `TE[i]` is `treat1[i]` against `treat2[i]` in study `studlab[i]`.

    Args:
        TE, seTE: m effects and standard errors on the analysis scale (logarithms for ratios).
        treat1, treat2, studlab: m labels each. A study of p arms gives all p(p-1)/2 pairs with ordinary standard
            errors; their dependence is allowed for inside.
        sm: name of the measure ("MD", "OR", ...); decides back-transformation in tables.
        reference: treatment that summaries compare against.
        method_tau: "DL" (the generalised moment estimator of Jackson, White & Riley 2012), "REML" or "ML".
        tau_preset: a tau to use instead of estimating one.
        level: of intervals.
        size: m numbers of people in the two arms together, for tables that show them.
        tol_multiarm: by how much the effects of one study may fail to add up (rounding in print).
        independent_contrasts: with REML and ML, leave the sampling covariance of contrasts that share an arm out of
            the likelihood of tau². netmeta does so when it is given contrasts and no arms; the cited model does not,
            hence False.

    Raises:
        NetworkDataError: data that cannot be analysed, naming study and row.
        DisconnectedNetworkError: naming the sub-networks.
    """
    data = contrasts(TE, seTE, treat1, treat2, studlab, tol_multiarm=tol_multiarm, size=size)
    return fit_network(
        data,
        sm=sm,
        reference=reference,
        method_tau=method_tau,
        tau_preset=tau_preset,
        level=level,
        independent_contrasts=independent_contrasts,
    )


def fit_network(
    data: Contrasts,
    *,
    sm: str = "",
    reference: str | None = None,
    method_tau: TauMethod = "DL",
    tau_preset: float | None = None,
    level: float = 0.95,
    independent_contrasts: bool = False,
) -> NetworkMetaAnalysis:
    """As `network_meta_analysis`, for contrasts already checked."""
    if method_tau not in ("DL", "REML", "ML"):
        raise ValueError(f"method_tau is 'DL', 'REML' or 'ML', not {method_tau!r}")
    check_options(tau_preset, level)
    if reference is not None and reference not in data.trts:
        raise NetworkDataError(f"reference {reference!r} is not a treatment here; there are: {', '.join(data.trts)}")
    data.require_connected()
    common = fit(data)
    df = degrees_of_freedom(data)
    if tau_preset is not None:
        tau2 = tau_preset**2
    elif df == 0:
        tau2 = 0.0
    elif method_tau == "DL":
        tau2 = moment_tau2(data, common.Q, df, common.pseudo_inverse)
    else:
        ref = data.trts.index(reference) if reference is not None else -1
        basic = basic_contrasts(data, lambda arms: ref if ref in arms else arms[-1], independent=independent_contrasts)
        tau2 = tau2_likelihood(basic, basic.design(len(data.trts))[:, 1:], restricted=method_tau == "REML")
    random = fit(data, tau2) if tau2 else common
    return NetworkMetaAnalysis(
        data=data, common=common, random=random, sm=sm, tau_preset=tau_preset, level=level, reference=reference,
        method_tau=method_tau,
    )  # fmt: skip
