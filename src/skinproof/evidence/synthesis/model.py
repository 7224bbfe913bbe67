"""The shapes of an answer: what a finding, its studies, its estimate and its certainty are made of.

All are frozen. Ids of treatments, concerns and concepts are the vocabulary's. "Better" and "favours" already take the
outcome's polarity into account; an estimate's value is on the reported scale (see `Estimate.better`).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Literal

from scipy.special import ndtri

from skinproof.evidence.statistics.without_pooling import CombinedP, DirectionCount
from skinproof.evidence.studies.records import Polarity

from .judgements import Certainty

Z95 = float(ndtri(0.975))
NAMES = {
    "RR": "risk ratio", "OR": "odds ratio", "HR": "hazard ratio", "ROM": "ratio of means", "MD": "difference in means",
    "SMD": "standardised difference",
}  # fmt: skip

Favours = Literal["intervention", "comparator", "neither", "unknown"]
Measure = Literal["RR", "OR", "HR", "MD", "SMD", "ROM"]
RATIOS = ("RR", "OR", "HR", "ROM")
Size = Literal["large", "moderate", "small", "trivial", "unknown"]
Basis = Literal["pooled", "single", "review", "network", "components"]

# What the intervention is held against.
Control = Literal[
    "placebo-like",  # vehicle, saline, sham, placebo tablet: the comparator is nothing that works
    "none",  # no treatment, or the background alone
    "placebo-or-none",  # a review that counts both together
    "active",  # another treatment
    "dose",  # the same treatment at another dose, source or schedule
    "before",  # the same people before it: no comparison at all
    "untold",  # a review that does not say against what
]

Kind = Literal[
    "controlled",  # at least one trial with a comparison group
    "review-only",  # no single trial here, only reviews of them
    "dose",  # dose, source or schedule of one treatment against another
    "before-after",  # no comparison group
    "laboratory",  # cells or animals
]

Role = Literal[
    "estimate",  # gives an effect with its interval, and is in the pooled estimate if there is one
    "apart",  # gives an effect with its interval on a scale that cannot be pooled with the others
    "p-value",  # gives a p-value, with or without a direction
    "direction",  # says which way, or shows values without a spread
    "review",  # a review: it contains trials, so it is never pooled with them
    "overlaps",  # reports people that another line already counts
    "no-data",  # measured this but gives nothing that can be used
]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Intervention against comparator, on a background that both arms share."""

    id: str
    intervention: tuple[str, ...]
    comparator: tuple[str, ...]  # empty unless `control` is "active"
    background: tuple[str, ...]
    control: Control
    name: str  # "Exosome added to fractional CO2 laser, against the laser with a dummy treatment"
    short: str  # "exosome added to fractional CO2 laser"
    against: str  # "fractional CO2 laser with a dummy treatment"

    @property
    def treatments(self) -> tuple[str, ...]:
        """Every treatment it names, intervention first."""
        return self.intervention + self.comparator + self.background


@dataclass(frozen=True, slots=True)
class Likeness:
    """How alike two sides of the same people were taken to be, as a correlation."""

    correlation: float
    basis: Literal["given", "derived", "borrowed"]
    text: str
    varied: tuple[float, ...] = ()  # other correlations to try, where it is borrowed
    at: tuple[tuple[float, float, float], ...] = ()  # (correlation, yi, vi) of the effect at each of them


@dataclass(frozen=True, slots=True)
class Effect:
    """One study's effect, on the analysis scale (log for ratios) and as people read it."""

    study_id: str
    row: int  # index into the record's outcomes
    arms: tuple[str, str]  # intervention arm, comparator arm
    measure: Measure
    yi: float  # analysis scale: log ratio, or difference
    vi: float  # its sampling variance
    value: float  # ratio, or difference
    low: float
    high: float
    better: Polarity  # which way is good for `value`
    n: tuple[int | None, int | None]
    events: tuple[int, int] | None = None
    same_people: bool = False  # both arms hold the same people (split face)
    sd: float | None = None  # pooled standard deviation behind a difference, on the reported scale
    conversions: tuple[str, ...] = ()  # each step from what was reported to this, in words
    at_limit: bool = False  # from a p-value told only as below a limit: the interval is no narrower than the true one
    likeness: Likeness | None = None  # of two sides, where the effect rests on it
    subject: str = ""  # whose result it is and of what, in words

    def told(self) -> str:
        """The effect in one sentence: study, comparison, row, each conversion, value and interval."""
        null = "; a ratio of 1 is no difference" if self.measure in RATIOS else ""
        steps = "; ".join(self.conversions) or "worked out from the numbers as reported"
        whose = self.subject or self.study_id
        interval = f"95 % interval {self.low:.3g} to {self.high:.3g}"
        return (
            f"{whose} (record {self.study_id}, outcome row {self.row + 1}): {steps}; "
            f"{NAMES[self.measure]} {self.value:.3g} ({interval}), {self.better} is better{null}."
        )

    def at_correlation(self, correlation: float) -> Effect:
        """The same effect with its sides as alike as the nearest of `likeness.at`; itself where none was borrowed."""
        if self.likeness is None or not self.likeness.at:
            return self
        _, yi, vi = min(self.likeness.at, key=lambda one: abs(one[0] - correlation))
        back = math.exp if self.measure in RATIOS else float
        half = Z95 * math.sqrt(vi)
        return replace(self, yi=yi, vi=vi, value=back(yi), low=back(yi - half), high=back(yi + half))

    @property
    def people(self) -> int | None:
        """People behind it, each once; None when an arm's number is not told."""
        known = [n for n in self.n if n is not None]
        if len(known) < 2:
            return None
        return max(known) if self.same_people else sum(known)


@dataclass(frozen=True, slots=True)
class StudyLine:
    """What one study says in one finding."""

    study_id: str
    row: int  # the outcome row that speaks for the study here
    rows: tuple[int, ...]  # every outcome row of the study that belongs to this finding
    role: Role
    weeks: float | None
    people: int | None  # in the arms compared; each person once
    direction: Favours
    effect: Effect | None
    p: str | None  # as reported: "0.02", "<0.01"
    values: str | None  # what the report gives, in words: "-32.5 against -19.9, change in percent"
    instrument: str | None
    routes: tuple[str, ...]  # how the intervention was given, where told
    sources: tuple[str, ...]  # what the intervention was made from, where told
    doubt: str | None  # why this record is suspicious, if it is
    note: str | None
    way: Favours = "unknown"  # the side that its own number lies on, whatever chance; as told where it gives none
    test: tuple[str, float] | None = None  # its p-value: ("=", 0.02), or a limit ("<", 0.01)


@dataclass(frozen=True, slots=True)
class WithoutPooling:
    """What studies say together where nothing could be pooled: whether, not how much. Never beside an estimate."""

    directions: DirectionCount
    p_values: CombinedP | None  # None where fewer than two studies report a p-value and a direction
    study_ids: tuple[str, ...]  # the studies that tell a direction
    sentence: str


@dataclass(frozen=True, slots=True)
class Directions:
    """How many studies point which way; each study once, reviews and overlapping reports left out."""

    better: int = 0  # favours the intervention
    worse: int = 0
    no_difference: int = 0
    unclear: int = 0

    @property
    def total(self) -> int:
        return self.better + self.worse + self.no_difference + self.unclear


@dataclass(frozen=True, slots=True)
class Estimate:
    """Intervention against comparator: ratios as ratios, differences on the reported scale."""

    measure: Measure
    value: float
    low: float  # 95 % interval
    high: float
    k: int | None  # studies behind it; None where a review does not say
    people: int | None
    basis: Basis
    better: Polarity  # "lower": a value under 0 (or a ratio under 1) favours the intervention
    scale: str  # "risk ratio", "points of MASI, lower is better", "standardised difference"
    method: str  # how it was worked out, for a statistician
    study_ids: tuple[str, ...]
    tau2: float | None = None
    i2: float | None = None  # percent
    q: float | None = None
    q_p: float | None = None
    prediction: tuple[float, float] | None = None
    notes: tuple[str, ...] = ()  # conversions and assumptions, in words

    @property
    def null(self) -> float:
        return 1.0 if self.measure in RATIOS else 0.0


@dataclass(frozen=True, slots=True)
class Absolute:
    """People out of 100 with and without the intervention."""

    with_: float
    without: float
    with_low: float
    with_high: float
    basis: str  # where `without` comes from, in words
    weeks: tuple[float, float] | None
    study_ids: tuple[str, ...]  # whose comparison groups give `without`
    without_low: float  # 95 % intervals; those of `with_` and `difference` hold the doubt about `without` as well
    without_high: float
    difference: float  # how many more with it than without; below nought, fewer
    difference_low: float
    difference_high: float
    method: str


@dataclass(frozen=True, slots=True)
class Responders:
    """People out of 100 who are better with and without, from a standardised difference and two assumptions."""

    with_: float
    with_low: float
    with_high: float
    without: float
    assumptions: tuple[str, ...]  # in words, to be printed wherever the numbers are
    source: str


@dataclass(frozen=True, slots=True)
class SidesTried:
    """An estimate worked out again with two sides of the same people more and less alike than was assumed."""

    study_ids: tuple[str, ...]  # whose sides' likeness is borrowed
    assumed: tuple[float, ...]  # the correlation assumed in each
    tried: tuple[tuple[float, float, float, float], ...]  # correlation, value, 95 % interval
    depends: bool  # whether the answer (the side favoured beyond doubt, or the size) changes
    sentence: str


@dataclass(frozen=True, slots=True)
class Finding:
    """What the library knows about one comparison, one outcome and one concern."""

    id: str
    concern: str
    concept: str
    event: str | None  # which unwanted effect, where the concept covers many
    comparison: Comparison
    kind: Kind
    studies: tuple[StudyLine, ...]
    people: int | None  # known people, each once; None when no study says
    people_unknown: int  # studies that do not say how many
    directions: Directions
    estimate: Estimate | None
    without_doubtful: Estimate | None  # the estimate without suspicious records, where some are in `estimate`
    absolute: Absolute | None
    weeks: tuple[float, float] | None
    certainty: Certainty
    size: Size
    favours: Favours
    sentence: str
    routes: tuple[str, ...]
    sources: tuple[str, ...]
    notes: tuple[str, ...]
    responders: Responders | None = None  # numbers only, never a picture
    sides: SidesTried | None = None  # where the estimate holds two sides whose likeness is borrowed
    without_pooling: WithoutPooling | None = None  # where there is no estimate

    @property
    def treatments(self) -> tuple[str, ...]:
        """Every treatment that its comparison names, the shared background too."""
        return self.comparison.treatments

    @property
    def icons_allowed(self) -> bool:
        """Whether a picture of 100 people may be drawn: never at very low certainty."""
        return self.absolute is not None and self.certainty.level != "very-low"

    @property
    def study_ids(self) -> tuple[str, ...]:
        return tuple(line.study_id for line in self.studies)


@dataclass(frozen=True, slots=True)
class Harm:
    """Something unwanted that a study counted or told of, in one arm where it tells in which."""

    study_id: str
    row: int  # index into the record's safety rows
    concern: str
    arm: str | None
    treatments: tuple[str, ...]  # what that arm got; everything in the study where the arm is not told
    event: str
    events: int | None
    n: int | None
    serious: bool
    note: str | None


@dataclass(frozen=True, slots=True)
class UnusedRow:
    """An outcome row that belongs to no finding, and why."""

    study_id: str
    row: int
    reason: str
