"""Named instruments whose totals are recorded: their ranges and what a total means, as data with the pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import cache
from types import MappingProxyType
from typing import Literal, Self

from pydantic import Field, TypeAdapter, model_validator

from skinproof.vocabulary import Kept, KnowledgeError, Source, load, unknown

from .concerns import concerns
from .terms import DATA

FILE = DATA / "instruments.yaml"


class ScoreError(ValueError):
    """A total or an item that cannot be: names the field (`total` or `items`) and the fault."""

    def __init__(self, field: Literal["total", "items"], fault: str) -> None:
        self.field, self.fault = field, fault
        super().__init__(f"{field}: {fault}")


class Band(Kept):
    """From above the band before, up to and with `to`."""

    to: Decimal
    means: str


class Items(Kept):
    count: int = Field(ge=2)
    least: int
    most: int


class Instrument(Kept):
    id: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=40)
    name: str
    short: str
    says: str
    answered_by: Literal["person", "clinician"] = Field(alias="answered-by")
    least: Decimal
    most: Decimal
    step: Decimal
    items: Items | None = None
    from_age: int | None = Field(default=None, alias="from-age")  # years
    concerns: tuple[str, ...] = ()  # none: any
    bands: tuple[Band, ...] = ()
    sources: tuple[Source, ...] = Field(min_length=1)
    terms: str | None = None  # what its owners ask of whoever uses it
    terms_source: Source | None = Field(default=None, alias="terms-source")

    @model_validator(mode="after")
    def _whole(self) -> Self:
        ends = [band.to for band in self.bands]
        if ends and (ends != sorted(set(ends)) or ends[0] < self.least or ends[-1] != self.most):
            raise ValueError("bands rise, and end at the most")
        if self.step not in (1, Decimal("0.1")) or not self.least < self.most:
            raise ValueError("step is 1 or 0.1, and least is below most")
        items = self.items
        if items and [items.count * items.least, items.count * items.most] != [int(self.least), int(self.most)]:
            raise ValueError("the items do not add up to least and most")
        if (self.terms is None) != (self.terms_source is None):
            raise ValueError("terms stand with the page they were read in")
        return self

    def total(self, total: Decimal | None, items: Sequence[int] = ()) -> Decimal:
        """The total as kept: as given, or the sum of the items if it is left out.

        Raises:
            ScoreError: out of range, too fine, not all items, or a total that the items do not add up to.
        """
        if items:
            self._check_items(items)
            added = Decimal(sum(items))
            if total is not None and total != added:
                raise ScoreError("total", f"the items add up to {added}, not to {total:f}")
            total = added
        if total is None:
            raise ScoreError("total", "is missing")
        if not total.is_finite() or not self.least <= total <= self.most:
            raise ScoreError("total", f"must be from {self.least:f} to {self.most:f}")
        if total % self.step:
            raise ScoreError("total", "must be a whole number" if self.step == 1 else "has one decimal at most")
        return total

    def _check_items(self, items: Sequence[int]) -> None:
        if self.items is None:
            raise ScoreError("items", f"{self.short} has no items here")
        if len(items) != self.items.count:
            raise ScoreError("items", f"needs all {self.items.count} items, or none; {len(items)} were given")
        for number, item in enumerate(items, start=1):
            if not self.items.least <= item <= self.items.most:
                raise ScoreError("items", f"item {number} must be from {self.items.least} to {self.items.most}")

    def means(self, total: Decimal) -> str | None:
        """What a total means by the bands that were read; None where none were."""
        return next((band.means for band in self.bands if total <= band.to), None)


@cache
def instruments() -> Mapping[str, Instrument]:
    """Every instrument by its id, in file order.

    Raises:
        KnowledgeError: the file is at fault.
    """
    found: dict[str, Instrument] = {}
    for row in load(FILE, TypeAdapter(tuple[Instrument, ...])):
        if row.id in found:
            raise KnowledgeError(FILE, row.id, "stands here a second time")
        for concern in row.concerns:
            if concern not in concerns():
                raise KnowledgeError(FILE, f"{row.id}, concerns", unknown(concern, list(concerns())))
        found[row.id] = row
    return MappingProxyType(found)


def instruments_of(concern: str) -> tuple[Instrument, ...]:
    """Those that fit a concern, in file order."""
    return tuple(each for each in instruments().values() if not each.concerns or concern in each.concerns)
