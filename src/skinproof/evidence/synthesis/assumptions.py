"""What is assumed where a report does not say: data/assumptions.yaml."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from skinproof.evidence.studies.records import Interval, Record
from skinproof.vocabulary import load

FILE = Path(__file__).parent.parent / "data" / "assumptions.yaml"
Correlation = Annotated[float, Field(gt=-1, lt=1)]


class Seen(Record):
    """Two sides of the same people, from whose spread and p-value a correlation follows."""

    what: str
    n: int
    means: tuple[float, float]
    sds: tuple[float, float]
    p: float


class SidesRule(Record):
    borrowed: Correlation
    varied: tuple[Correlation, ...]
    between: Interval
    basis: Literal["chosen by us"]
    note: str
    seen: tuple[Seen, ...]
    source: str
    organisation: str


class FromP(Record):
    rounding: float = Field(gt=1)
    basis: Literal["chosen by us"]


class RespondersRule(Record):
    without: float = Field(gt=0, lt=100)
    source: str
    organisation: str
    note: str


class Assumptions(Record):
    sides: SidesRule
    from_p: FromP = Field(alias="from-p")
    responders: RespondersRule


@cache
def assumptions() -> Assumptions:
    return load(FILE, Assumptions)
