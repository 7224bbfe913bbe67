"""One name and one unit for each instrument: data/instruments.yaml."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import NamedTuple, Self

from pydantic import Field, TypeAdapter, model_validator

from skinproof.evidence.studies.records import ConceptId, Outcome, Record
from skinproof.vocabulary import load

from .model import Effect

FILE = Path(__file__).parent.parent / "data" / "instruments.yaml"
TRAILERS = (
    ", percent change",
    ", percent fall",
    ", percentage improvement",
    ", percent",
    ", change",
    ", fall",
    " after treatment",
)


class Area(Record):
    """Where something was counted: its size in cm2, or the width in cm of a circle."""

    cm2: float | None = Field(default=None, gt=0)
    circle_cm: float | None = Field(default=None, gt=0, alias="circle-cm")

    @model_validator(mode="after")
    def _one_size(self) -> Self:
        if (self.cm2 is None) == (self.circle_cm is None):
            raise ValueError("needs either cm2 or circle-cm")
        return self

    @property
    def size(self) -> float:
        """In cm2."""
        return self.cm2 if self.cm2 is not None else math.pi * (self.circle_cm or 0.0) ** 2 / 4


class Instrument(Record):
    concept: ConceptId
    common: str
    names: tuple[str, ...] = ()
    areas: dict[str, Area] = {}
    times: dict[str, float] = {}
    note: str | None = None


class Common(NamedTuple):
    """The common name of a scale, the factor that brings a value to its unit, and the working in words."""

    name: str
    factor: float = 1.0
    step: str | None = None


@cache
def instruments() -> Mapping[tuple[str, str], Common]:
    """By concept and name in small letters."""
    found: dict[tuple[str, str], Common] = {}
    for one in load(FILE, TypeAdapter(tuple[Instrument, ...])):
        here = {one.common: Common(one.common)} | {name: Common(one.common) for name in one.names}
        for name, area in one.areas.items():
            step = f"counted in {area.size:.3g} cm2, so divided by {area.size:.3g} to give {one.common}"
            here[name] = Common(one.common, 1 / area.size, step if area.size != 1 else None)
        for name, factor in one.times.items():
            here[name] = Common(one.common, factor, f"{name} times {factor:g} gives {one.common}")
        for name, common in here.items():
            if found.setdefault((one.concept, name.lower()), common) != common:
                raise ValueError(f"{FILE.name}: {one.concept}: {name} is there twice")
    return found


def instrument_name(outcome: Outcome) -> str:
    """An instrument's name without what is said about its statistic."""
    name = " ".join((outcome.instrument or "").split())
    for trailer in TRAILERS:
        name = name.removesuffix(trailer)
    return name


def instrument_of(outcome: Outcome) -> str:
    """The same, in one spelling."""
    return instrument_name(outcome).lower()


def common(outcome: Outcome) -> Common:
    """The common scale of an outcome; its own where it has no other name or unit."""
    raw = " ".join((outcome.instrument or "").split()).lower()
    known = instruments()
    name = instrument_name(outcome)
    return known.get((outcome.concept, raw)) or known.get((outcome.concept, name.lower())) or Common(name)


def in_common_unit(effect: Effect, outcome: Outcome) -> Effect:
    """A difference in means in its instrument's common unit; other effects, and changes in percent, have no unit."""
    scale = common(outcome)
    if effect.measure != "MD" or scale.factor == 1.0 or outcome.statistic == "percent-change":
        return effect
    factor, alike = scale.factor, effect.likeness
    at = tuple((each, yi * factor, vi * factor**2) for each, yi, vi in alike.at) if alike else ()
    return replace(
        effect, yi=effect.yi * factor, vi=effect.vi * factor**2, value=effect.value * factor, low=effect.low * factor,
        high=effect.high * factor, sd=effect.sd * factor if effect.sd else None,
        likeness=replace(alike, at=at) if alike else None,
        conversions=(*effect.conversions, scale.step) if scale.step else effect.conversions,
    )  # fmt: skip
