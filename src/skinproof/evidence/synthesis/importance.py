"""How large an effect has to be to matter: the bands of data/important-effects.yaml."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from skinproof.evidence.studies.records import Record
from skinproof.vocabulary import load

from .model import RATIOS, Measure, Size

FILE = Path(__file__).parent.parent / "data" / "important-effects.yaml"


def _both_ways(value: object) -> object:
    """One number stands for the same step up and down."""
    return (value, value) if isinstance(value, int | float) else value


Step = Annotated[tuple[float, float], BeforeValidator(_both_ways)]


class Threshold(Record):
    """Where an effect starts to be small, moderate and large: (downwards, upwards), ratios as ratios."""

    small: Step
    moderate: Step
    large: Step
    source: str | None = None
    organisation: str | None = None
    basis: Literal["chosen by us"] | None = None
    note: str | None = None

    @model_validator(mode="after")
    def _sourced(self) -> Self:
        if not self.source and not self.basis:
            raise ValueError("needs a source, or basis: chosen by us")
        return self


class ImportantEffects(Record):
    measures: dict[Measure, Threshold]
    per_100: Threshold = Field(alias="per-100")
    instruments: dict[str, Threshold]


@cache
def important_effects() -> ImportantEffects:
    return load(FILE, ImportantEffects)


@dataclass(frozen=True, slots=True)
class Bands:
    """Steps on the analysis scale (log for ratios), as distances from no effect: (downwards, upwards)."""

    small: tuple[float, float]
    moderate: tuple[float, float]
    large: tuple[float, float]
    basis: str  # in words

    def size(self, yi: float) -> Size:
        """The band an effect falls in."""
        side = 0 if yi < 0 else 1
        for name, step in (("large", self.large), ("moderate", self.moderate), ("small", self.small)):
            if abs(yi) >= step[side]:
                return name  # type: ignore[return-value]
        return "trivial"


def bands(
    measure: Measure, sd: float | None = None, instrument: str | None = None, control_risk: float | None = None
) -> Bands | None:
    """The bands for an estimate; None for a difference whose scale is not listed and whose spread is not known.

    Args:
        sd: the spread of people on a difference's scale. instrument: that scale's name.
        control_risk: share of people with the event in the comparison groups (0 to 1), to judge a ratio by people
            out of 100; leave out for harms.
    """
    known = important_effects()
    if measure in ("RR", "OR") and control_risk is not None and 0 < control_risk < 1:
        steps = [_as_log_ratios(measure, control_risk, step) for step in _steps(known.per_100)]
        return _bands(steps, f"judged in people out of 100; {_basis(known.per_100)}")
    if measure in RATIOS:
        if measure not in known.measures:
            return None
        threshold = known.measures[measure]
        down, up = ([math.log(step[side]) for step in _steps(threshold)] for side in (0, 1))
        return _bands([(-low, high) for low, high in zip(down, up, strict=True)], _basis(threshold))
    if measure == "SMD":
        return _bands(_steps(known.measures["SMD"]), _basis(known.measures["SMD"]))
    if instrument and instrument in known.instruments:
        threshold = known.instruments[instrument]
        return _bands(_steps(threshold), f"{instrument}: {_basis(threshold)}")
    if sd:
        threshold = known.measures["SMD"]
        steps = [(low * sd, high * sd) for low, high in _steps(threshold)]
        return _bands(steps, f"judged in standard deviations (one is {sd:.3g} here); {_basis(threshold)}")
    return None


def _as_log_ratios(measure: Measure, risk: float, step: tuple[float, float]) -> tuple[float, float]:
    """Steps in people out of 100 as distances on the log scale; infinite where nobody could be left."""
    ends = (risk - step[0] / 100, risk + step[1] / 100)

    def ratio(end: float) -> float:
        if not 0 < end < 1:
            return math.inf
        return abs(math.log(end / risk if measure == "RR" else end / (1 - end) * (1 - risk) / risk))

    return ratio(ends[0]), ratio(ends[1])


def _steps(threshold: Threshold) -> list[tuple[float, float]]:
    return [threshold.small, threshold.moderate, threshold.large]


def _bands(steps: list[tuple[float, float]], basis: str) -> Bands:
    small, moderate, large = steps
    return Bands(small, moderate, large, basis)


def _basis(threshold: Threshold) -> str:
    return f"bands from {threshold.organisation}" if threshold.source else "bands chosen by us"
