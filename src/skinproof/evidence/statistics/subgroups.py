"""Subgroup analysis: one model a subgroup, and whether the subgroups differ.

Borenstein and Higgins 2013 (Prev Sci 14:134); Borenstein, Hedges, Higgins and Rothstein 2009 (Introduction to
Meta-Analysis, chapter 19) for when tau² is estimated apart and when together.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from scipy.special import chdtrc

from .coefficients import Array, q_between
from .design import Design
from .pairwise import MetaAnalysis, fit_design, predict
from .tabular import Tabular


@dataclass(frozen=True, repr=False)
class SubgroupAnalysis(Tabular):
    """A model a subgroup, and Q between their means with its degrees of freedom and p.

    `fits` are in the order of the subgroups' names. `common_tau2` says whether they share one tau².
    """

    q: float
    df: int
    pval: float
    common_tau2: bool
    fits: dict[Hashable, MetaAnalysis] = field(repr=False)

    @property
    def q_within(self) -> float:
        """Heterogeneity within subgroups, summed: chi-square with `df_within` degrees of freedom under homogeneity."""
        return sum(fit.qe for fit in self.fits.values())

    @property
    def df_within(self) -> int:
        return sum(fit.k - 1 for fit in self.fits.values())

    def columns(self) -> dict[str, list[Any]]:
        """One row a subgroup: its mean with intervals, and its heterogeneity."""
        fits = list(self.fits.values())
        intervals = [predict(fit) for fit in fits]
        return {
            "subgroup": [str(name) for name in self.fits],
            "k": [fit.k for fit in fits],
            "estimate": [float(fit.coef[0]) for fit in fits],
            "se": [float(fit.se[0]) for fit in fits],
            "ci.lb": [float(fit.ci_lb[0]) for fit in fits],
            "ci.ub": [float(fit.ci_ub[0]) for fit in fits],
            "pi.lb": [float(each.pi_lb[0]) for each in intervals],
            "pi.ub": [float(each.pi_ub[0]) for each in intervals],
            "tau2": [fit.tau2 for fit in fits],
            "Q": [fit.qe for fit in fits],
            "I2": [fit.i2 for fit in fits],
        }

    def _told(self) -> str:
        return (
            f"{len(self.fits)} subgroups, {'one tau²' if self.common_tau2 else 'a tau² each'}: "
            f"Q between = {self.q:.4f}, df = {self.df}, p = {self.pval:.4f}"
        )


def subgroup_analysis(fit: MetaAnalysis, by: Sequence[Hashable], *, common_tau2: bool = False) -> SubgroupAnalysis:
    """The model of `fit` in each subgroup on its own, and whether the subgroups' means differ.

    Args:
        by: the subgroup of each study, k labels.
        common_tau2: one between-study variance for all subgroups (that of the model with the subgroup as moderator),
            which is steadier where subgroups have few studies; otherwise each has its own. The test is the Wald test
            of Q between the means either way.

    Raises:
        ValueError: a model with moderators, a study without a subgroup (names it), or a single subgroup.
    """
    if fit.names != ("intrcpt",):
        raise ValueError("subgroups are of a model without moderators")
    if len(by) != fit.k:
        raise ValueError(f"{len(by)} subgroups told for {fit.k} studies")
    for name, group in zip(fit.slab, by, strict=True):
        if group is None or group != group or group == "":
            raise ValueError(f"study {name}: no subgroup")
    groups = sorted(set(by), key=lambda group: (isinstance(group, str), group))
    if len(groups) < 2:
        raise ValueError("all studies are in one subgroup")
    member = np.array([[each == group for each in by] for group in groups])
    shared = _shared_tau2(fit, member.T.astype(np.float64)) if common_tau2 else fit.tau2_given
    fits = {group: fit.refit(rows, tau2=shared) for group, rows in zip(groups, member, strict=True)}
    q = q_between([each.coef[0] for each in fits.values()], [each.se[0] for each in fits.values()])
    return SubgroupAnalysis(q, len(groups) - 1, float(chdtrc(len(groups) - 1, q)), common_tau2, fits)


def _shared_tau2(fit: MetaAnalysis, indicators: Array) -> float:
    if fit.k == indicators.shape[1]:
        return 0.0  # a study each: nothing to estimate it from
    made = Design(indicators, tuple(str(place) for place in range(indicators.shape[1])))
    return fit_design(
        fit.yi, fit.vi, made, fit.method, fit.test, fit.level, fit.slab, fit.threshold, fit.tau2_given
    ).tau2
