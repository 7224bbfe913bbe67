"""The shapes of what a network, a model of components and a time course find. All are frozen."""

from __future__ import annotations

from dataclasses import dataclass, field

from skinproof.evidence.statistics.component_networks import ComponentNetwork
from skinproof.evidence.statistics.network import NetworkMetaAnalysis
from skinproof.evidence.studies.records import Polarity

from .importance import Bands
from .judgements import Certainty
from .model import Comparison, Control, Estimate, Favours, Measure, Size, UnusedRow
from .nodes import Node
from .voices import Voice

# Fields that hold a fitted model: for Python, left out of JSON.
MODEL = {"json": False}


@dataclass(frozen=True, slots=True)
class EdgeRow:
    """Where one trial's number for one edge was read, and what it is (`first` against `second` of its edge)."""

    study_id: str
    row: int  # index into the record's outcomes
    label: str  # the trial
    arms: tuple[str, str]
    value: float
    low: float
    high: float
    weeks: float | None
    conversions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Edge:
    """Two nodes that at least one trial compares."""

    first: str
    second: str
    rows: tuple[EdgeRow, ...]

    @property
    def study_ids(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(row.study_id for row in self.rows))


@dataclass(frozen=True, slots=True)
class Share:
    """How much of an estimate rests on one trial, 0 to 1."""

    study_id: str
    share: float


@dataclass(frozen=True, slots=True)
class LeagueEntry:
    """One comparison of a network, the intervention first."""

    first: str
    second: str
    comparison: Comparison
    estimate: Estimate  # `k` counts trials that compare the two directly
    direct: tuple[float, float, float] | None  # value and 95 % interval from trials that compare the two
    indirect: tuple[float, float, float] | None  # from all others
    direct_share: float  # 0 to 1
    p_difference: float | None  # of direct against indirect
    shares: tuple[Share, ...]
    size: Size
    favours: Favours
    certainty: Certainty
    sentence: str
    finding_id: str | None = None  # the pairwise finding that this repeats, as nothing else speaks


@dataclass(frozen=True, slots=True)
class Incoherence:
    """Whether ways through the network agree (design-by-treatment interaction, random effects)."""

    checkable: bool
    q: float | None
    df: int
    p: float | None
    sentence: str


@dataclass(frozen=True, slots=True)
class NetworkPart:
    """Nodes that trials join together. Two nodes alone are a pair, for which `fit` is None."""

    nodes: tuple[str, ...]
    studies: tuple[str, ...]  # labels of trials
    reference: str
    league: tuple[LeagueEntry, ...]  # every pair of nodes
    ranking: tuple[tuple[str, float], ...]  # P-scores, best first; empty for a pair
    incoherence: Incoherence
    tau2: float | None  # None where nothing tells it
    i2: float | None  # percent
    fit: NetworkMetaAnalysis | None = field(default=None, repr=False, compare=False, metadata=MODEL)

    @property
    def is_network(self) -> bool:
        return len(self.nodes) > 2

    def entry(self, one: str, other: str) -> LeagueEntry:
        """One comparison, in either order; KeyError where it is not there."""
        for each in self.league:
            if {each.first, each.second} == {one, other}:
                return each
        raise KeyError(f"no comparison of {one!r} and {other!r} here; there are: {', '.join(self.nodes)}")


@dataclass(frozen=True, slots=True)
class NetworkFinding:
    """All randomised trials on one outcome and scale, whatever they compare."""

    id: str
    concern: str
    concept: str
    event: str | None
    measure: Measure
    scale: str  # in words
    better: Polarity
    rank: int  # 1 for the scale most trials share; trials of a later one may be in an earlier one too
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    parts: tuple[NetworkPart, ...]  # most trials first
    people: int | None  # each once; None when a trial does not say
    unused: tuple[UnusedRow, ...]  # rows of these trials that do not speak, and why
    notes: tuple[str, ...]
    important: Bands | None  # where an effect starts to matter, on the analysis scale
    voices: tuple[Voice, ...] = field(repr=False, compare=False, metadata=MODEL)

    @property
    def study_ids(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(voice.study.id for voice in self.voices))

    @property
    def treatments(self) -> frozenset[str]:
        """Every treatment that some node holds."""
        return frozenset(treatment for node in self.nodes for treatment in node.treatments)

    @property
    def is_network(self) -> bool:
        """Whether any part joins more than two nodes; else it only repeats comparisons of pairs."""
        return any(part.is_network for part in self.parts)

    @property
    def connected(self) -> bool:
        return len(self.parts) == 1

    def node(self, node_id: str) -> Node:
        """One node; KeyError where it is not there."""
        for each in self.nodes:
            if each.id == node_id:
                return each
        raise KeyError(f"no node {node_id!r} here; there are: {', '.join(each.id for each in self.nodes)}")

    def part_of(self, node_id: str) -> NetworkPart:
        """The part that holds a node."""
        self.node(node_id)
        return next(part for part in self.parts if node_id in part.nodes)


@dataclass(frozen=True, slots=True)
class Beside:
    """A pairwise finding of the same question, held against a component's effect."""

    finding_id: str
    value: float
    low: float
    high: float
    same_studies: bool
    agrees: bool  # each estimate lies inside the other's interval
    sentence: str


@dataclass(frozen=True, slots=True)
class Added:
    """What one component adds to whatever it is given with, if effects add up; or why that cannot be told."""

    component: str  # a treatment's id, or that of an unlisted one ("other-…")
    treatment: str  # the vocabulary's id
    name: str
    studies: tuple[str, ...]  # study ids with an arm that differs in it
    backgrounds: tuple[str, ...]  # what it was added to, as node ids; "" where it was given alone
    estimate: Estimate | None
    why_not: str | None
    control: Control = "untold"  # what was given in its place in the trials behind the estimate
    shares: tuple[Share, ...] = ()
    size: Size = "unknown"
    favours: Favours = "unknown"
    certainty: Certainty | None = None
    sentence: str | None = None
    beside: tuple[Beside, ...] = ()


@dataclass(frozen=True, slots=True)
class Additivity:
    """Whether effects add up, by Q of the additive model less Q of the network without that assumption."""

    testable: bool
    q: float | None
    df: int
    p: float | None
    sentence: str


@dataclass(frozen=True, slots=True)
class Interaction:
    """What two components do together beyond the sum of their effects."""

    components: tuple[str, str]
    value: float  # on the reported scale: a ratio of ratios, or a difference of differences
    low: float
    high: float
    p: float
    sentence: str


@dataclass(frozen=True, slots=True)
class Knowing:
    """What knowing that one is treated seems to do: trials against nothing beside trials against a dummy.

    A check of the model, in which a dummy and nothing count alike: the model with one parameter more.
    """

    value: float | None  # on the reported scale; None where the trials do not tell it
    low: float | None
    high: float | None
    p: float | None
    sentence: str


@dataclass(frozen=True, slots=True)
class ComponentFinding:
    """What each part of combined treatments adds, from all randomised trials on one outcome and scale."""

    id: str
    network_id: str
    concern: str
    concept: str
    event: str | None
    measure: Measure
    scale: str
    better: Polarity
    rank: int
    components: tuple[Added, ...]
    additivity: Additivity
    knowing: Knowing
    interactions: tuple[Interaction, ...]
    study_ids: tuple[str, ...]
    tau2: float | None
    fit: ComponentNetwork | None = field(default=None, repr=False, compare=False, metadata=MODEL)

    @property
    def treatments(self) -> frozenset[str]:
        """Every treatment that is a component."""
        return frozenset(each.treatment for each in self.components)

    def adds(self, component: str) -> Added:
        """What a component adds. Where no trial here tells of it, an `Added` without an estimate that says so."""
        for each in self.components:
            if each.component == component:
                return each
        return Added(component, component, component, (), (), None, "no trial on this outcome and scale gave it")
