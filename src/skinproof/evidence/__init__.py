"""What has been shown: records, effects, synthesis, certainty, findings. Usable alone as a library."""

from ._contrasts import DisconnectedNetworkError, NetworkDataError
from .component_networks import ComponentMatrix, ComponentNetwork, component_matrix, component_network, components_of
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
from .network import NetworkMetaAnalysis, network_meta_analysis
from .network_binary import MantelHaenszelNetwork, mantel_haenszel_network
from .network_connection import NetworkConnection, network_connection
from .network_evidence_flow import contributions, hat_matrix, study_impact
from .network_inconsistency import decompose_designs, net_heat, net_split, network_measures
from .network_pairwise import Pairs, pairwise_binary, pairwise_continuous, pairwise_rate
from .network_pools import adjusted_funnel, pool_pairs
from .network_ranking import p_scores, rankogram
from .network_regression import network_regression, network_subgroups
from .network_results import EffectMatrices, HeterogeneityTest
from .prices import PriceRange
from .records import Price, Study, Time
from .synthesis import RandomEffects, random_effects
from .wording import NO_STUDY

__all__ = [
    "NO_STUDY",
    "Absolute",
    "Certainty",
    "Comparison",
    "ComponentMatrix",
    "ComponentNetwork",
    "Directions",
    "DisconnectedNetworkError",
    "Doubt",
    "Effect",
    "EffectMatrices",
    "EffectSize",
    "Estimate",
    "Finding",
    "Findings",
    "Harm",
    "HeterogeneityTest",
    "Library",
    "MantelHaenszelNetwork",
    "NetworkConnection",
    "NetworkDataError",
    "NetworkMetaAnalysis",
    "NoInformation",
    "Overlap",
    "Pairs",
    "Price",
    "PriceRange",
    "RandomEffects",
    "ReaderLink",
    "Reason",
    "Study",
    "StudyLine",
    "Time",
    "UnusedRow",
    "adjusted_funnel",
    "component_matrix",
    "component_network",
    "components_of",
    "contributions",
    "decompose_designs",
    "exact_j",
    "findings",
    "hat_matrix",
    "hedges_g",
    "library",
    "mantel_haenszel_network",
    "mean_difference",
    "net_heat",
    "net_split",
    "network_connection",
    "network_measures",
    "network_meta_analysis",
    "network_regression",
    "network_subgroups",
    "odds_ratio",
    "p_scores",
    "pairwise_binary",
    "pairwise_continuous",
    "pairwise_rate",
    "pool_pairs",
    "pooled_sd",
    "random_effects",
    "rankogram",
    "risk_ratio",
    "sd_from_ci",
    "sd_from_se",
    "se_from_ci",
    "study_impact",
]
