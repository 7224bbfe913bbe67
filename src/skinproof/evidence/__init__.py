"""What has been shown: records, effects, synthesis, certainty, findings. Usable alone as a library."""

from .components import Inner
from .conversions import combine_groups, fivenum
from .counts import CommonEffect, rma_mh, rma_peto
from .diagnostics import blup, cumul, influence, leave1out, rstandard, rstudent
from .effects import (
    EffectSize,
    NoInformation,
    exact_j,
    hedges_g,
    mean_difference,
    odds_ratio,
    pooled_sd,
    risk_ratio,
    sd_from_ci,
    sd_from_se,
    se_from_ci,
)
from .escalc import EffectSizes, escalc
from .findings import Findings, findings
from .inference import contrast_test, likelihood_ratio, robust, subgroup_test, vif, wald_test
from .library import Doubt, Library, Overlap, ReaderLink, library
from .model import (
    Absolute,
    Certainty,
    Comparison,
    Directions,
    Effect,
    Estimate,
    Finding,
    Harm,
    Reason,
    StudyLine,
    UnusedRow,
)
from .multilevel import MultilevelFit, multilevel, predict_multilevel, robust_multilevel
from .pairwise import MetaAnalysis, Prediction, confint, meta_analysis, predict
from .prices import PriceRange
from .records import Price, Study, Time
from .small_study import fsn, ranktest, regtest, trimfill
from .synthesis import RandomEffects, random_effects
from .wording import NO_STUDY

__all__ = [
    "NO_STUDY",
    "Absolute",
    "Certainty",
    "CommonEffect",
    "Comparison",
    "Directions",
    "Doubt",
    "Effect",
    "EffectSize",
    "EffectSizes",
    "Estimate",
    "Finding",
    "Findings",
    "Harm",
    "Inner",
    "Library",
    "MetaAnalysis",
    "MultilevelFit",
    "NoInformation",
    "Overlap",
    "Prediction",
    "Price",
    "PriceRange",
    "RandomEffects",
    "ReaderLink",
    "Reason",
    "Study",
    "StudyLine",
    "Time",
    "UnusedRow",
    "blup",
    "combine_groups",
    "confint",
    "contrast_test",
    "cumul",
    "escalc",
    "exact_j",
    "findings",
    "fivenum",
    "fsn",
    "hedges_g",
    "influence",
    "leave1out",
    "library",
    "likelihood_ratio",
    "mean_difference",
    "meta_analysis",
    "multilevel",
    "odds_ratio",
    "pooled_sd",
    "predict",
    "predict_multilevel",
    "random_effects",
    "ranktest",
    "regtest",
    "risk_ratio",
    "rma_mh",
    "rma_peto",
    "robust",
    "robust_multilevel",
    "rstandard",
    "rstudent",
    "sd_from_ci",
    "sd_from_se",
    "se_from_ci",
    "subgroup_test",
    "trimfill",
    "vif",
    "wald_test",
]
