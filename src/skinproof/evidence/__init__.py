"""What has been shown: records, effects, synthesis, certainty, findings. Usable alone as a library.

The public names, by what they are for. `a as a` says that a name is meant to be used from here.
"""

# ruff: noqa: I001 (the order is that of subjects)

# Records of studies, prices and times, as they were read
from .studies.library import Doubt as Doubt, Library as Library, Overlap as Overlap, ReaderLink as ReaderLink
from .studies.library import library as library
from .studies.records import Price as Price, Study as Study, Time as Time
from .studies.prices import PriceRange as PriceRange
from .studies.references import Reference as Reference, read_references as read_references
from .studies.tables import Table as Table, read_table as read_table
from .studies.csv_text import TableError as TableError
from .studies.drafts import Draft as Draft, Duplicate as Duplicate, drafts as drafts
from .studies.arm_table import arm_columns as arm_columns, drafts_of_arms as drafts_of_arms

# Findings: what the records show, how sure one can be, and in which words
from .synthesis.findings import Findings as Findings, findings as findings
from .synthesis.model import Absolute as Absolute, Comparison as Comparison, Directions as Directions, Effect as Effect
from .synthesis.model import Estimate as Estimate, Finding as Finding, Harm as Harm, Likeness as Likeness
from .synthesis.model import Responders as Responders, SidesTried as SidesTried, StudyLine as StudyLine
from .synthesis.model import UnusedRow as UnusedRow, WithoutPooling as WithoutPooling
from .synthesis.judgements import Certainty as Certainty, Override as Override, Reason as Reason
from .synthesis.importance import Bands as Bands, bands as bands
from .synthesis.overrides import LostOverride as LostOverride, Overrides as Overrides, overrides as overrides
from .synthesis.overrides import read_overrides as read_overrides
from .synthesis.directness import Match as Match, Population as Population, for_person as for_person, match as match
from .synthesis.directness import populations as populations, unlike as unlike
from .synthesis.wording import NO_STUDY as NO_STUDY
from .synthesis.documents import document as document
from .synthesis.finding_table import effect_columns as effect_columns, finding_columns as finding_columns
from .synthesis.snapshot import Change as Change, SnapshotError as SnapshotError, changes as changes
from .synthesis.snapshot import snapshot as snapshot

# Findings of networks, of what is added, and over time
from .synthesis.network_findings import Components as Components, Networks as Networks, TimeCourses as TimeCourses
from .synthesis.network_model import Added as Added, Additivity as Additivity, Beside as Beside
from .synthesis.network_model import ComponentFinding as ComponentFinding, Edge as Edge, EdgeRow as EdgeRow
from .synthesis.network_model import Incoherence as Incoherence, Interaction as Interaction, Knowing as Knowing
from .synthesis.network_model import LeagueEntry as LeagueEntry, NetworkFinding as NetworkFinding
from .synthesis.network_model import NetworkPart as NetworkPart, Share as Share
from .synthesis.nodes import Node as Node
from .synthesis.additions import Additions as Additions, OnOutcome as OnOutcome
from .synthesis.time_findings import InPeriod as InPeriod, Point as Point, Seen as Seen
from .synthesis.time_findings import TimeCourseFinding as TimeCourseFinding, When as When

# Studies and networks appraised
from .synthesis.appraisal import Appraisal as Appraisal, appraise as appraise
from .synthesis.certainty_table import CertaintyTable as CertaintyTable, ComponentCertainty as ComponentCertainty
from .synthesis.certainty_table import NetworkCertainty as NetworkCertainty
from .synthesis.network_certainty import rate_components as rate_components, rate_network as rate_network

# A table of one's own, synthesised
from .synthesis.synthesise import synthesise as synthesise
from .synthesis.synthesised import Synthesis as Synthesis

# Effect sizes
from .statistics.escalc import EffectSizes as EffectSizes, escalc as escalc
from .statistics.conversions import combine_groups as combine_groups, fivenum as fivenum
from .synthesis.sizes import EffectSize as EffectSize, NoInformation as NoInformation, exact_j as exact_j
from .synthesis.sizes import hedges_g as hedges_g, mean_difference as mean_difference, odds_ratio as odds_ratio
from .synthesis.sizes import pooled_sd as pooled_sd, risk_ratio as risk_ratio, sd_from_ci as sd_from_ci
from .synthesis.sizes import sd_from_se as sd_from_se, se_from_ci as se_from_ci

# Pooling, and its diagnostics
from .synthesis.random_effects import RandomEffects as RandomEffects, random_effects as random_effects
from .statistics.pairwise import MetaAnalysis as MetaAnalysis, Prediction as Prediction, confint as confint
from .statistics.pairwise import meta_analysis as meta_analysis, predict as predict
from .statistics.inference import contrast_test as contrast_test, likelihood_ratio as likelihood_ratio, robust as robust
from .statistics.inference import vif as vif, wald_test as wald_test
from .statistics.multilevel import MultilevelFit as MultilevelFit, multilevel as multilevel
from .statistics.multilevel import predict_multilevel as predict_multilevel, robust_multilevel as robust_multilevel
from .statistics.counts import CommonEffect as CommonEffect, rma_mh as rma_mh, rma_peto as rma_peto
from .statistics.subgroups import SubgroupAnalysis as SubgroupAnalysis, subgroup_analysis as subgroup_analysis
from .statistics.diagnostics import blup as blup, cumul as cumul, influence as influence, leave1out as leave1out
from .statistics.diagnostics import rstandard as rstandard, rstudent as rstudent
from .statistics.small_study import fsn as fsn, ranktest as ranktest, regtest as regtest
from .statistics.small_study import regtest_counts as regtest_counts, trimfill as trimfill
from .statistics.bootstrap import Bootstrap as Bootstrap, bootstrap as bootstrap, predict_bootstrap as predict_bootstrap
from .statistics.batch import MetaAnalysisBatch as MetaAnalysisBatch, meta_analysis_batch as meta_analysis_batch
from .statistics.simulation import Scenario as Scenario, Simulation as Simulation, simulate as simulate
from .statistics.study_contributions import component_contributions as component_contributions
from .statistics.study_contributions import study_contributions as study_contributions

# Without pooling
from .statistics.without_pooling import CombinedP as CombinedP, DirectionCount as DirectionCount
from .statistics.without_pooling import EffectsDescribed as EffectsDescribed, albatross_people as albatross_people
from .statistics.without_pooling import combine_p as combine_p, count_directions as count_directions
from .statistics.without_pooling import describe_effects as describe_effects

# Bayesian pooling
from .statistics.bayes import BayesMeta as BayesMeta, bayes_meta_analysis as bayes_meta_analysis
from .statistics.bayes_priors import HalfNormal as HalfNormal, HalfT as HalfT, LogNormalVariance as LogNormalVariance
from .statistics.bayes_priors import LogTVariance as LogTVariance, NormalMixture as NormalMixture, TauPrior as TauPrior
from .statistics.bayes_priors import UniformTau as UniformTau, half_cauchy as half_cauchy
from .statistics.bayes_network import BayesNetwork as BayesNetwork, bayes_network as bayes_network
from .statistics.bayes_time_course import BayesTimeCourse as BayesTimeCourse
from .statistics.bayes_time_course import bayes_time_course_arms as bayes_time_course_arms

# Networks and their components
from .statistics.network import NetworkMetaAnalysis as NetworkMetaAnalysis
from .statistics.network import network_meta_analysis as network_meta_analysis
from .statistics.network_results import EffectMatrices as EffectMatrices, HeterogeneityTest as HeterogeneityTest
from .statistics.network_pairwise import Pairs as Pairs, pairwise_binary as pairwise_binary
from .statistics.network_pairwise import pairwise_continuous as pairwise_continuous, pairwise_rate as pairwise_rate
from .statistics.network_binary import MantelHaenszelNetwork as MantelHaenszelNetwork
from .statistics.network_binary import mantel_haenszel_network as mantel_haenszel_network
from .statistics._contrasts import DisconnectedNetworkError as DisconnectedNetworkError
from .statistics._contrasts import NetworkDataError as NetworkDataError
from .statistics.network_connection import NetworkConnection as NetworkConnection
from .statistics.network_connection import network_connection as network_connection
from .statistics.network_evidence_flow import contributions as contributions, hat_matrix as hat_matrix
from .statistics.network_evidence_flow import study_impact as study_impact
from .statistics.network_inconsistency import decompose_designs as decompose_designs, net_heat as net_heat
from .statistics.network_split import net_split as net_split, network_measures as network_measures
from .statistics.network_ranking import p_scores as p_scores, rankogram as rankogram
from .statistics.network_regression import network_regression as network_regression
from .statistics.network_regression import network_subgroups as network_subgroups
from .statistics.network_pools import adjusted_funnel as adjusted_funnel, pool_pairs as pool_pairs
from .statistics.component_matrix import ComponentMatrix as ComponentMatrix
from .statistics.component_networks import ComponentNetwork as ComponentNetwork
from .statistics.component_matrix import component_matrix as component_matrix
from .statistics.component_networks import component_network as component_network
from .statistics.component_networks import components_of as components_of
from .statistics.components import Inner as Inner

# Courses over time
from .statistics.time_course import time_course as time_course, time_course_arms as time_course_arms
from .statistics.time_course_results import TimeCourse as TimeCourse
from .statistics.time_course_answers import CannotTell as CannotTell, Curve as Curve, Onset as Onset, Reaches as Reaches
from .statistics.time_course_answers import TimeTo as TimeTo

# Figures
from .statistics import pictures as pictures
from . import figures as figures
