"""What has been shown: records, effects, synthesis, certainty, findings. Usable alone as a library."""

from . import (
    figures,
)
from .statistics import (
    pictures,
)
from .statistics._contrasts import (
    DisconnectedNetworkError,
    NetworkDataError,
)
from .statistics.batch import (
    MetaAnalysisBatch,
    meta_analysis_batch,
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
from .statistics.bootstrap import (
    Bootstrap,
    bootstrap,
    predict_bootstrap,
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
from .statistics.simulation import (
    Scenario,
    Simulation,
    simulate,
)
from .statistics.small_study import (
    fsn,
    ranktest,
    regtest,
    regtest_counts,
    trimfill,
)
from .statistics.study_contributions import (
    component_contributions,
    study_contributions,
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
from .statistics.without_pooling import (
    CombinedP,
    DirectionCount,
    EffectsDescribed,
    albatross_people,
    combine_p,
    count_directions,
    describe_effects,
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
from .synthesis.additions import (
    Additions,
    OnOutcome,
)
from .synthesis.appraisal import (
    Appraisal,
    appraise,
)
from .synthesis.certainty_table import (
    CertaintyTable,
    ComponentCertainty,
    NetworkCertainty,
)
from .synthesis.directness import (
    Match,
    Population,
    for_person,
    match,
    populations,
    unlike,
)
from .synthesis.documents import (
    document,
)
from .synthesis.finding_table import (
    effect_columns,
    finding_columns,
)
from .synthesis.findings import (
    Findings,
    findings,
)
from .synthesis.importance import (
    Bands,
    bands,
)
from .synthesis.judgements import (
    Certainty,
    Override,
    Reason,
)
from .synthesis.model import (
    Absolute,
    Comparison,
    Directions,
    Effect,
    Estimate,
    Finding,
    Harm,
    Likeness,
    Responders,
    SidesTried,
    StudyLine,
    UnusedRow,
    WithoutPooling,
)
from .synthesis.network_certainty import (
    rate_components,
    rate_network,
)
from .synthesis.network_findings import (
    Components,
    Networks,
    TimeCourses,
)
from .synthesis.network_model import (
    Added,
    Additivity,
    Beside,
    ComponentFinding,
    Edge,
    EdgeRow,
    Incoherence,
    Interaction,
    Knowing,
    LeagueEntry,
    NetworkFinding,
    NetworkPart,
    Share,
)
from .synthesis.nodes import (
    Node,
)
from .synthesis.overrides import (
    LostOverride,
    Overrides,
    overrides,
    read_overrides,
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
from .synthesis.snapshot import (
    Change,
    SnapshotError,
    changes,
    snapshot,
)
from .synthesis.synthesise import (
    synthesise,
)
from .synthesis.synthesised import (
    Synthesis,
)
from .synthesis.time_findings import (
    InPeriod,
    Point,
    Seen,
    TimeCourseFinding,
    When,
)
from .synthesis.wording import (
    NO_STUDY,
)

__all__ = [
    "NO_STUDY",
    "Absolute",
    "Added",
    "Additions",
    "Additivity",
    "Appraisal",
    "Bands",
    "BayesMeta",
    "BayesNetwork",
    "BayesTimeCourse",
    "Beside",
    "Bootstrap",
    "CannotTell",
    "Certainty",
    "CertaintyTable",
    "Change",
    "CombinedP",
    "CommonEffect",
    "Comparison",
    "ComponentCertainty",
    "ComponentFinding",
    "ComponentMatrix",
    "ComponentNetwork",
    "Components",
    "Curve",
    "DirectionCount",
    "Directions",
    "DisconnectedNetworkError",
    "Doubt",
    "Draft",
    "Duplicate",
    "Edge",
    "EdgeRow",
    "Effect",
    "EffectMatrices",
    "EffectSize",
    "EffectSizes",
    "EffectsDescribed",
    "Estimate",
    "Finding",
    "Findings",
    "HalfNormal",
    "HalfT",
    "Harm",
    "HeterogeneityTest",
    "InPeriod",
    "Incoherence",
    "Inner",
    "Interaction",
    "Knowing",
    "LeagueEntry",
    "Library",
    "Likeness",
    "LogNormalVariance",
    "LogTVariance",
    "LostOverride",
    "MantelHaenszelNetwork",
    "Match",
    "MetaAnalysis",
    "MetaAnalysisBatch",
    "MultilevelFit",
    "NetworkCertainty",
    "NetworkConnection",
    "NetworkDataError",
    "NetworkFinding",
    "NetworkMetaAnalysis",
    "NetworkPart",
    "Networks",
    "NoInformation",
    "Node",
    "NormalMixture",
    "OnOutcome",
    "Onset",
    "Overlap",
    "Override",
    "Overrides",
    "Pairs",
    "Point",
    "Population",
    "Prediction",
    "Price",
    "PriceRange",
    "RandomEffects",
    "Reaches",
    "ReaderLink",
    "Reason",
    "Reference",
    "Responders",
    "Scenario",
    "Seen",
    "Share",
    "SidesTried",
    "Simulation",
    "SnapshotError",
    "Study",
    "StudyLine",
    "SubgroupAnalysis",
    "Synthesis",
    "Table",
    "TableError",
    "TauPrior",
    "Time",
    "TimeCourse",
    "TimeCourseFinding",
    "TimeCourses",
    "TimeTo",
    "UniformTau",
    "UnusedRow",
    "When",
    "WithoutPooling",
    "adjusted_funnel",
    "albatross_people",
    "appraise",
    "arm_columns",
    "bands",
    "bayes_meta_analysis",
    "bayes_network",
    "bayes_time_course_arms",
    "blup",
    "bootstrap",
    "changes",
    "combine_groups",
    "combine_p",
    "component_contributions",
    "component_matrix",
    "component_network",
    "components_of",
    "confint",
    "contrast_test",
    "contributions",
    "count_directions",
    "cumul",
    "decompose_designs",
    "describe_effects",
    "document",
    "drafts",
    "drafts_of_arms",
    "effect_columns",
    "escalc",
    "exact_j",
    "figures",
    "finding_columns",
    "findings",
    "fivenum",
    "for_person",
    "fsn",
    "half_cauchy",
    "hat_matrix",
    "hedges_g",
    "influence",
    "leave1out",
    "library",
    "likelihood_ratio",
    "mantel_haenszel_network",
    "match",
    "mean_difference",
    "meta_analysis",
    "meta_analysis_batch",
    "multilevel",
    "net_heat",
    "net_split",
    "network_connection",
    "network_measures",
    "network_meta_analysis",
    "network_regression",
    "network_subgroups",
    "odds_ratio",
    "overrides",
    "p_scores",
    "pairwise_binary",
    "pairwise_continuous",
    "pairwise_rate",
    "pictures",
    "pool_pairs",
    "pooled_sd",
    "populations",
    "predict",
    "predict_bootstrap",
    "predict_multilevel",
    "random_effects",
    "rankogram",
    "ranktest",
    "rate_components",
    "rate_network",
    "read_overrides",
    "read_references",
    "read_table",
    "regtest",
    "regtest_counts",
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
    "simulate",
    "snapshot",
    "study_contributions",
    "study_impact",
    "subgroup_analysis",
    "synthesise",
    "time_course",
    "time_course_arms",
    "trimfill",
    "unlike",
    "vif",
    "wald_test",
]
