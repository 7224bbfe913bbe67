"""What has been shown: records, effects, synthesis, certainty, findings. Usable alone as a library."""

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
from .findings import Findings, findings
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
from .prices import PriceRange
from .records import Price, Study, Time
from .synthesis import RandomEffects, random_effects
from .wording import NO_STUDY

__all__ = [
    "NO_STUDY",
    "Absolute",
    "Certainty",
    "Comparison",
    "Directions",
    "Doubt",
    "Effect",
    "EffectSize",
    "Estimate",
    "Finding",
    "Findings",
    "Harm",
    "Library",
    "NoInformation",
    "Overlap",
    "Price",
    "PriceRange",
    "RandomEffects",
    "ReaderLink",
    "Reason",
    "Study",
    "StudyLine",
    "Time",
    "UnusedRow",
    "exact_j",
    "findings",
    "hedges_g",
    "library",
    "mean_difference",
    "odds_ratio",
    "pooled_sd",
    "random_effects",
    "risk_ratio",
    "sd_from_ci",
    "sd_from_se",
    "se_from_ci",
]
