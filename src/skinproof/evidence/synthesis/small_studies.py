"""Do small studies tell another story than large ones? Egger's regression on a finding's effects."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from skinproof.evidence.statistics.pairwise import meta_analysis
from skinproof.evidence.statistics.small_study import regtest

from .model import Effect


def small_study_p(effects: Sequence[Effect], fewest: int) -> float | None:
    """p of the regression test for funnel asymmetry (Egger et al. 1997); None where there is too little to check.

    On standard errors for a difference in means. Those of other measures hang together with the effect itself, so one
    over the square root of the people takes their place, where every study tells how many there were.
    """
    if len(effects) < fewest:
        return None
    fit = meta_analysis(np.array([e.yi for e in effects]), np.array([e.vi for e in effects]))
    try:
        if effects[0].measure == "MD":
            return regtest(fit).pval
        people = [effect.people for effect in effects]
        if None in people:
            return None
        return regtest(fit, "sqrtninv", ni=np.array(people, dtype=np.float64)).pval
    except ValueError:  # all studies of one size: nothing to compare
        return None
