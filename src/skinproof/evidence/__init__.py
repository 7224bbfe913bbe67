"""What has been shown: records, effects, synthesis, certainty, findings. Usable alone as a library."""

from . import figures
from .statistics._contrasts import (
    DisconnectedNetworkError,
    NetworkDataError,
)
from .statistics.bayes import (
    BayesMeta,
    bayes_meta_analysis,
)
from .statistics.bayes_network import (
    BayesNetwork,
    bayes_network,
)
from .statistics.bayes_priors import (
    HalfNormal,
    HalfT,
    LogNormalVariance,
    LogTVariance,
    NormalMixture,
    TauPrior,
    UniformTau,
    half_cauchy,
)
from .statistics.bayes_time_course import (
    BayesTimeCourse,
    bayes_time_course_arms,
)
from .statistics.component_networks import (
    ComponentMatrix,
    ComponentNetwork,
    component_matrix,
    component_network,
    components_of,
)
from .statistics.components import (
    Inner,
)
from .statistics.conversions import (
    combine_groups,
    fivenum,
)
from .statistics.counts import (
    CommonEffect,
    rma_mh,
    rma_peto,
)
from .statistics.diagnostics import (
    blup,
    cumul,
    influence,
    leave1out,
    rstandard,
    rstudent,
)
from .statistics.escalc import (
    EffectSizes,
    escalc,
)
from .statistics.inference import (
    contrast_test,
    likelihood_ratio,
    robust,
    vif,
    wald_test,
)
from .statistics.multilevel import (
    MultilevelFit,
    multilevel,
    predict_multilevel,
    robust_multilevel,
)
from .statistics.network import (
    NetworkMetaAnalysis,
    network_meta_analysis,
)
from .statistics.network_binary import (
    MantelHaenszelNetwork,
    mantel_haenszel_network,
)
from .statistics.network_connection import (
    NetworkConnection,
    network_connection,
)
from .statistics.network_evidence_flow import (
    contributions,
    hat_matrix,
    study_impact,
)
from .statistics.network_inconsistency import (
    decompose_designs,
    net_heat,
    net_split,
    network_measures,
)
from .statistics.network_pairwise import (
    Pairs,
    pairwise_binary,
    pairwise_continuous,
    pairwise_rate,
)
from .statistics.network_pools import (
    adjusted_funnel,
    pool_pairs,
)
from .statistics.network_ranking import (
    p_scores,
    rankogram,
)
from .statistics.network_regression import (
    network_regression,
    network_subgroups,
)
from .statistics.network_results import (
    EffectMatrices,
    HeterogeneityTest,
)
from .statistics.pairwise import (
    MetaAnalysis,
    Prediction,
    confint,
    meta_analysis,
    predict,
)
from .statistics.small_study import (
    fsn,
    ranktest,
    regtest,
    trimfill,
)
from .statistics.subgroups import (
    SubgroupAnalysis,
    subgroup_analysis,
)
from .statistics.time_course import (
    time_course,
    time_course_arms,
)
from .statistics.time_course_answers import (
    CannotTell,
    Curve,
    Onset,
    Reaches,
    TimeTo,
)
from .statistics.time_course_results import (
    TimeCourse,
)
from .studies.arm_table import (
    arm_columns,
    drafts_of_arms,
)
from .studies.csv_text import (
    TableError,
)
from .studies.drafts import (
    Draft,
    Duplicate,
    drafts,
)
from .studies.library import (
    Doubt,
    Library,
    Overlap,
    ReaderLink,
    library,
)
from .studies.prices import (
    PriceRange,
)
from .studies.records import (
    Price,
    Study,
    Time,
)
from .studies.references import (
    Reference,
    read_references,
)
from .studies.tables import (
    Table,
    read_table,
)
from .synthesis.finding_table import (
    effect_columns,
    finding_columns,
)
from .synthesis.findings import (
    Findings,
    findings,
)
from .synthesis.model import (
    Absolute,
    Certainty,
    Comparison,
    Directions,
    Effect,
    Estimate,
    Finding,
    Harm,
    Likeness,
    Reason,
    Responders,
    SidesTried,
    StudyLine,
    UnusedRow,
)
from .synthesis.random_effects import (
    RandomEffects,
    random_effects,
)
from .synthesis.sizes import (
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
from .synthesis.synthesise import (
    synthesise,
)
from .synthesis.synthesised import (
    Synthesis,
)
from .synthesis.wording import (
    NO_STUDY,
)

__all__ = [
    "NO_STUDY",
    "Absolute",
    "BayesMeta",
    "BayesNetwork",
    "BayesTimeCourse",
    "CannotTell",
    "Certainty",
    "CommonEffect",
    "Comparison",
    "ComponentMatrix",
    "ComponentNetwork",
    "Curve",
    "Directions",
    "DisconnectedNetworkError",
    "Doubt",
    "Draft",
    "Duplicate",
    "Effect",
    "EffectMatrices",
    "EffectSize",
    "EffectSizes",
    "Estimate",
    "Finding",
    "Findings",
    "HalfNormal",
    "HalfT",
    "Harm",
    "HeterogeneityTest",
    "Inner",
    "Library",
    "Likeness",
    "LogNormalVariance",
    "LogTVariance",
    "MantelHaenszelNetwork",
    "MetaAnalysis",
    "MultilevelFit",
    "NetworkConnection",
    "NetworkDataError",
    "NetworkMetaAnalysis",
    "NoInformation",
    "NormalMixture",
    "Onset",
    "Overlap",
    "Pairs",
    "Prediction",
    "Price",
    "PriceRange",
    "RandomEffects",
    "Reaches",
    "ReaderLink",
    "Reason",
    "Reference",
    "Responders",
    "SidesTried",
    "Study",
    "StudyLine",
    "SubgroupAnalysis",
    "Synthesis",
    "Table",
    "TableError",
    "TauPrior",
    "Time",
    "TimeCourse",
    "TimeTo",
    "UniformTau",
    "UnusedRow",
    "adjusted_funnel",
    "arm_columns",
    "bayes_meta_analysis",
    "bayes_network",
    "bayes_time_course_arms",
    "blup",
    "combine_groups",
    "component_matrix",
    "component_network",
    "components_of",
    "confint",
    "contrast_test",
    "contributions",
    "cumul",
    "decompose_designs",
    "drafts",
    "drafts_of_arms",
    "effect_columns",
    "escalc",
    "exact_j",
    "figures",
    "finding_columns",
    "findings",
    "fivenum",
    "fsn",
    "half_cauchy",
    "hat_matrix",
    "hedges_g",
    "influence",
    "leave1out",
    "library",
    "likelihood_ratio",
    "mantel_haenszel_network",
    "mean_difference",
    "meta_analysis",
    "multilevel",
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
    "predict",
    "predict_multilevel",
    "random_effects",
    "rankogram",
    "ranktest",
    "read_references",
    "read_table",
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
    "study_impact",
    "subgroup_analysis",
    "synthesise",
    "time_course",
    "time_course_arms",
    "trimfill",
    "vif",
    "wald_test",
]
