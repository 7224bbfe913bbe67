"""A prescription as a document: what it says, and what UK law still misses in it. Laid out elsewhere."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from pydantic import Field

from skinproof.care.terms import DATA
from skinproof.vocabulary import Kept, KnowledgeError, Source, load

LAW_FILE = DATA / "prescription-law.yaml"
AGE_PRINTED_BELOW = 12  # years; regulation 217(4)(e)


class Particular(Kept):
    """Something that a prescription must say."""

    field: str
    says: str
    source: str
    law: bool  # False: good practice beside the law


class _Number(Kept):
    value: int
    source: str
    says: str


class _Said(Kept):
    says: str
    source: str


class PrescriptionLaw(Kept):
    """What the law asks, each statement with the key of its source."""

    particulars: tuple[Particular, ...]
    valid_months: _Number = Field(alias="valid-months")
    most_supplies_if_not_said: _Number = Field(alias="most-supplies-if-not-said")
    signature: tuple[_Said, ...]
    not_done: tuple[str, ...] = Field(alias="not-done")
    sources: Mapping[str, Source]


@cache
def prescription_law() -> PrescriptionLaw:
    """The law's particulars, read once.

    Raises:
        KnowledgeError: the file is at fault, names a field that a document does not have, or a source that it lacks.
    """
    law = load(LAW_FILE, PrescriptionLaw)
    known = set(PrescriptionDocument.__dataclass_fields__)
    for particular in law.particulars:
        if particular.field not in known:
            raise KnowledgeError(LAW_FILE, "particulars", f"a document has no {particular.field}")
    numbers = (law.valid_months, law.most_supplies_if_not_said)
    named: list[Particular | _Number | _Said] = [*law.particulars, *numbers, *law.signature]
    for name in (row.source for row in named):
        if name not in law.sources:
            raise KnowledgeError(LAW_FILE, "sources", f"no source {name}")
    return law


@dataclass(frozen=True)
class PrescriptionLine:
    """One medicine. `quantity` is in `unit` ("g", "ml", "tablets", "capsules"); `course_weeks` is in weeks."""

    name: str  # "Adapalene cream 0.1%"
    quantity: float
    unit: str
    directions: str
    course_weeks: int | None
    repeats: int  # how often it may be dispensed again; 0: once only
    unlicensed: bool = False  # a special, made to order
    note: str = ""

    @property
    def amount(self) -> str:
        """'30 g'"""
        return f"{self.quantity:g} {self.unit}"

    @property
    def supplies(self) -> str:
        """'once', 'up to 3 times': how often it may be dispensed in all, always said in a number."""
        return "once" if self.repeats == 0 else f"up to {self.repeats + 1} times in all"


@dataclass(frozen=True)
class PrescriptionDocument:
    """What a private prescription says. A draft until it is signed as the law asks: see `caveats`."""

    reference: str
    date: dt.date | None  # the "appropriate date"
    prescriber_name: str
    prescriber_registration: str  # "GMC number 1234567"
    prescriber_kind: str  # "Doctor"
    prescriber_address: str
    patient_name: str
    patient_address: str
    patient_born: dt.date | None
    patient_age: int | None  # in whole years, on `date`; printed only under 12
    lines: tuple[PrescriptionLine, ...]
    plan_reference: str  # the plan's public id
    plan_hash: str  # SHA-256 of the signed plan, hexadecimal
    state: str = "draft"  # "draft", "superseded", "cancelled"
    state_reason: str = ""

    @property
    def valid_until(self) -> dt.date | None:
        """The last day on which it may be dispensed for the first time."""
        return None if self.date is None else months_after(self.date, prescription_law().valid_months.value)

    @property
    def missing(self) -> tuple[Particular, ...]:
        """The particulars that are not there yet, those of the law first."""
        rows = sorted(prescription_law().particulars, key=lambda row: not row.law)
        return tuple(row for row in rows if not self._has(row.field))

    def _has(self, field: str) -> bool:
        value = getattr(self, field)
        return bool(value.strip()) if isinstance(value, str) else value is not None

    @property
    def prints_age(self) -> bool:
        return self.patient_age is not None and self.patient_age < AGE_PRINTED_BELOW

    @property
    def caveats(self) -> tuple[str, ...]:
        """What the reader must know of the document's standing."""
        return prescription_law().not_done

    @property
    def sources(self) -> tuple[Source, ...]:
        return tuple(prescription_law().sources.values())


def months_after(day: dt.date, months: int) -> dt.date:
    """The last day of a period of so many months that begins with `day`: 1 March and 6 months end on 31 August."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    length = calendar.monthrange(year, month + 1)[1]
    if day.day > length:  # a day that the last month does not have: the period ends with that month
        return dt.date(year, month + 1, length)
    return dt.date(year, month + 1, day.day) - dt.timedelta(days=1)


def years_between(born: dt.date, day: dt.date) -> int:
    """Age in whole years on a day.

    Raises:
        ValueError: born after that day.
    """
    if born > day:
        raise ValueError("born after the day")
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))
