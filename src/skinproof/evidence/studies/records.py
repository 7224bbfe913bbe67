"""The records that the YAML files hold: studies, prices, times, and what is known about the library itself.

A field that is absent is not reported: `None` means "the record does not say", never "no".
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from skinproof.vocabulary import unknown, vocabulary

Polarity = Literal["higher", "lower"]  # which way is good


def _treatment(word: str) -> str:
    return _known(word, list(vocabulary().treatments))


def _concern(word: str) -> str:
    return _known(word, list(vocabulary().concerns))


def _concept(word: str) -> str:
    return _known(word, list(vocabulary().concepts))


def _route(word: str) -> str:
    return _known(word, list(vocabulary().routes))


def _known(word: str, ids: list[str]) -> str:
    if word not in ids:
        raise ValueError(unknown(word, ids))
    return word


TreatmentId = Annotated[str, AfterValidator(_treatment)]
ConcernId = Annotated[str, AfterValidator(_concern)]
ConceptId = Annotated[str, AfterValidator(_concept)]
RouteId = Annotated[str, AfterValidator(_route)]

Design = Literal[
    "parallel-rct",
    "split-face-rct",
    "crossover-rct",
    "non-randomised-controlled",
    "single-arm",
    "case-series",
    "case-report",
    "systematic-review",
    "network-meta-analysis",
    "in-vitro",
    "animal",
    "regulatory-notice",
]
REVIEWS = ("systematic-review", "network-meta-analysis")
WITHIN_PERSON = ("split-face-rct",)
LABORATORY = ("in-vitro", "animal")
UNCONTROLLED = ("single-arm", "case-series")
NOTICES = ("regulatory-notice", "case-report")

Statistic = Literal["change", "final", "baseline", "percent-change", "events"]


class Record(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Citation(Record):
    first_author: str
    year: int = Field(ge=1950, le=2100)
    journal: str
    title: str | None = None
    doi: str | None = Field(default=None, pattern=r"^10\.\d{4,9}/\S+$")
    pmid: int | None = Field(default=None, ge=1)

    @property
    def author(self) -> str | None:
        """None where the pages read did not name one."""
        return None if _untold(self.first_author) else self.first_author

    @property
    def journal_name(self) -> str | None:
        """None where the pages read did not name it."""
        return None if _untold(self.journal.lower().removeprefix("journal ")) else self.journal


def _untold(name: str) -> bool:
    """Whether a field that every record fills says only that nothing was found."""
    return name.lower().startswith(("not ", "unnamed", "unknown")) or not name


class Source(Record):
    """A page that was read, and how much of it."""

    url: str
    read: Literal["full-text", "abstract", "table", "secondary"]


class Component(Record):
    treatment: TreatmentId
    source: str | None = None  # what it was made from
    route: RouteId | None = None
    dose: str | None = None
    product: str | None = None


class Arm(Record):
    id: str
    components: tuple[Component, ...] = Field(min_length=1)
    sessions: int | None = None
    interval_weeks: float | None = None
    duration_weeks: float | None = None
    schedule: str | None = None
    n: int | None = Field(default=None, ge=0)


def _in_order(ends: tuple[float, float]) -> tuple[float, float]:
    if ends[0] > ends[1]:
        raise ValueError(f"the lower end ({ends[0]:g}) is above the upper ({ends[1]:g})")
    return ends


Interval = Annotated[tuple[float, float], AfterValidator(_in_order)]


class Result(Record):
    """One arm's result. `mean`, `sd`, `se` and `ci` are on the outcome's scale; `ci` is a 95 % interval of the mean."""

    n: int | None = Field(default=None, ge=0)
    mean: float | None = None
    sd: float | None = Field(default=None, ge=0)
    se: float | None = Field(default=None, ge=0)
    ci: Interval | None = None
    median: float | None = None
    iqr: Interval | None = None
    range: Interval | None = None
    events: int | None = Field(default=None, ge=0)

    @model_validator(mode="after")
    def _events_are_people(self) -> Self:
        if self.events is not None and self.n is not None and self.events > self.n:
            raise ValueError(f"more events ({self.events}) than people ({self.n})")
        return self


class Pairs(Record):
    """People by what happened on their two sides: on both, on one arm's only, on neither."""

    both: int = Field(ge=0)
    first: int = Field(ge=0)
    second: int = Field(ge=0)
    neither: int = Field(ge=0)


class Contrast(Record):
    """Arm a against arm b, as the report gives it.

    Where the same people are in both arms, `correlation` is that of the two sides, and `pairs` counts people by both.
    """

    arms: tuple[str, str]
    measure: Literal["MD", "SMD", "RR", "OR", "HR", "percent-difference"] | None = None
    estimate: float | None = None
    ci: Interval | None = None
    se: float | None = Field(default=None, ge=0)
    p: float | None = Field(default=None, ge=0, le=1)
    p_text: str | None = None
    direction: Literal["favours-a", "favours-b", "no-difference"] | None = None
    studies: int | None = None
    i2: float | None = None
    correlation: float | None = Field(default=None, gt=-1, lt=1)
    pairs: Pairs | None = None


class Outcome(Record):
    concept: ConceptId
    instrument: str | None = None
    better: Polarity
    kind: Literal["continuous", "binary"]
    weeks: float | None = Field(default=None, ge=0)
    statistic: Statistic | None = None
    results: dict[str, Result] = {}
    contrast: Contrast | None = None
    primary: bool = False
    note: str | None = None

    @model_validator(mode="after")
    def _sides_fit_the_kind(self) -> Self:
        if self.contrast and self.contrast.pairs and self.kind != "binary":
            raise ValueError("contrast.pairs counts people, so it belongs to a binary outcome")
        if self.contrast and self.contrast.correlation is not None and self.kind != "continuous":
            raise ValueError("contrast.correlation is that of measurements; a binary outcome has contrast.pairs")
        return self


class Safety(Record):
    event: str
    results: dict[str, Result] = {}
    serious: bool = False
    note: str | None = None


class Study(Record):
    id: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)+$")
    citation: Citation
    sources: tuple[Source, ...] = Field(min_length=1)
    design: Design
    randomised: bool
    blinding: Literal["double", "single", "open", "unclear"]
    registration: str | None = None
    country: str | None = None
    funding: Literal["industry", "public", "none", "unclear"]
    conflicts: str | None = None
    within_person: bool = False  # both arms hold the same people, whatever the design
    concern: ConcernId
    population: str
    skin_types: tuple[Literal["I", "II", "III", "IV", "V", "VI"], ...] | None = None
    n_randomised: int | None = Field(default=None, ge=0)
    n_analysed: int | None = Field(default=None, ge=0)
    arms: tuple[Arm, ...] = Field(min_length=1)
    outcomes: tuple[Outcome, ...] = ()
    safety: tuple[Safety, ...] = ()
    limits: str | None = None

    @model_validator(mode="after")
    def _arms_are_known(self) -> Self:
        arms = [arm.id for arm in self.arms]
        if len(set(arms)) < len(arms):
            raise ValueError("two arms with one id")
        rows: dict[str, Sequence[Outcome | Safety]] = {"outcomes": self.outcomes, "safety": self.safety}
        for field, given in rows.items():
            for index, row in enumerate(given):
                named = set(row.results)
                if isinstance(row, Outcome) and row.contrast:
                    named |= set(row.contrast.arms)
                if missing := sorted(named - set(arms)):
                    raise ValueError(f"{field}.{index} names arm {', '.join(missing)}, which the record does not have")
        return self

    @property
    def is_review(self) -> bool:
        """It sums up trials (a review, or a product's label), so it is never pooled with them."""
        return self.design in REVIEWS or self.design == "regulatory-notice"

    @property
    def is_within_person(self) -> bool:
        """Both arms hold the same people."""
        return self.within_person or self.design in WITHIN_PERSON

    @property
    def citation_text(self) -> str:
        """Author, year and journal, unnamed where the pages read did not name them."""
        c = self.citation
        return f"{c.author or 'Authors not named,'} {c.year}, {c.journal_name or 'journal not named'}"

    def arm(self, arm_id: str) -> Arm:
        return next(arm for arm in self.arms if arm.id == arm_id)

    @property
    def treatments(self) -> tuple[str, ...]:
        """Every treatment in any arm, in the record's order."""
        return tuple(dict.fromkeys(c.treatment for arm in self.arms for c in arm.components))


def _pair(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


Range = Annotated[tuple[float | None, float | None], BeforeValidator(_pair)]
Trust = Literal["official", "clinic", "provider", "directory", "press", "weak"]
Unit = Literal["session", "course", "month", "bottle-8-weeks", "add-on"]


def _routes(value: object) -> object:
    return () if value is None else (value,) if isinstance(value, str) else value


class Price(Record):
    """What one page says something costs, in pounds. An open end of the range is None."""

    id: str
    treatment: TreatmentId
    route: Annotated[tuple[RouteId, ...], BeforeValidator(_routes)] = ()
    also: Annotated[tuple[TreatmentId, ...], BeforeValidator(_routes)] = Field(default=(), alias="with")
    what: str
    gbp: Range
    unit: Unit
    year: int | None = None
    trust: Trust
    url: str
    sessions: Range | None = None
    note: str | None = None


class Time(Record):
    """What one page tells its readers about time. Never a trial result."""

    treatment: TreatmentId
    concern: ConcernId | None = None
    onset_weeks: Range | None = None
    peak_weeks: Range | None = None
    stable_weeks: Range | None = None
    full_weeks: Range | None = None
    improves_until_weeks: Range | None = None
    lasts_months: Range | None = None
    repeat_months: Range | None = None
    redness_days: Range | None = None
    downtime_days: Range | None = None
    procedure_minutes: Range | None = None
    sessions: Range | None = None
    interval_weeks: Range | None = None
    url: str
    note: str | None = None


class PriceGap(Record):
    """A price that was looked for and not found."""

    treatment: TreatmentId
    what: str


class Market(Record):
    """prices.yaml: what public pages say about money and time."""

    prices: tuple[Price, ...] = ()
    not_found: tuple[PriceGap, ...] = ()
    times: tuple[Time, ...] = ()
