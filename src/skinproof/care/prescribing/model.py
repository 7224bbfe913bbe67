"""What is asked of the checks, and what they answer."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from skinproof.care.plans import SHORTEST_REASON

from .formulary import Formulary, Limit, Medicine, Product, formulary

Site = Literal["face", "body", "scalp"]
Mode = Literal["questionnaire", "remote-live", "face-to-face"]
ProblemKind = Literal["missing", "stop", "reason", "unknown", "note"]
KEY = "rx-"  # how the key of a prescribing problem begins, among the ids of rules


@dataclass(frozen=True)
class PrescribedItem:
    """One medicine as a doctor asks for it.

    `product` is an id of the formulary; empty, with `named` in words, for one that is not in it. `quantity` is in
    `unit` for one supply; `each_time` in tablets, capsules or grams; `course_weeks` in weeks for one supply;
    `repeats` how often the supply may be given again.
    """

    form: str
    product: str = ""
    named: str = ""
    quantity: float | None = None
    unit: str = ""
    each_time: float | None = None
    times_a_day: float | None = None
    course_weeks: float | None = None
    site: Site | None = None
    repeats: int = 0
    directions: str = ""
    reason: str = ""
    tests_on: dt.date | None = None
    tests: str = ""

    @property
    def weeks_in_all(self) -> float | None:
        return None if self.course_weeks is None else self.course_weeks * (1 + self.repeats)


@dataclass(frozen=True)
class Consult:
    """How the decision was reached. Dates are those of the talk and of the look at the record."""

    mode: Mode | None = None
    on: dt.date | None = None
    by: str = ""  # who spoke with the person
    checked: Literal["", "record", "gp"] = ""  # what the history was checked against
    checked_on: dt.date | None = None
    checked_by: str = ""
    gp: Literal["", "tell", "no"] = ""
    gp_reason: str = ""


@dataclass(frozen=True)
class PastCourse:
    """A medicine that was prescribed before. `weeks` from `start`."""

    form: str
    start: dt.date
    weeks: float

    @property
    def end(self) -> dt.date:
        return self.start + dt.timedelta(weeks=self.weeks)


@dataclass(frozen=True)
class History:
    courses: tuple[PastCourse, ...] = ()
    follow_up_on: dt.date | None = None  # the latest that is on record

    def of(self, form: str) -> tuple[PastCourse, ...]:
        return tuple(sorted((c for c in self.courses if c.form == form), key=lambda c: c.start))


@dataclass(frozen=True)
class PrescribingProblem:
    """Something that stands against a prescription.

    `missing` has to be filled in or done, and no reason takes its place. `stop` is past a hard limit: only a reason
    written by the doctor who signs goes against it. `reason` is past a soft limit: a written reason serves. `unknown`:
    no limit was read, so the doctor states the one they go by. `note` asks nothing.
    """

    kind: ProblemKind
    form: str
    code: str
    says: str
    row: int  # 0 for the first item
    item: str  # the product's id, or "other"
    source: tuple[str, ...] = ()  # keys of the formulary's sources

    @property
    def stem(self) -> str:
        return f"{KEY}{self.code}-{self.item}"

    @property
    def key(self) -> str:
        """What names it among the reasons of a plan, beside the form.

        It follows what is said, numbers and all: a reason for 40 g is none for 400 g.
        """
        return f"{self.stem}-{hashlib.sha256(self.says.encode()).hexdigest()[:8]}"

    @property
    def asks_reason(self) -> bool:
        return self.kind in ("stop", "reason", "unknown")


def standing(
    problems: Iterable[PrescribingProblem], reasons: Mapping[tuple[str, str], str]
) -> tuple[PrescribingProblem, ...]:
    """The problems that still keep a prescription from being signed, with these reasons: {(form, key): reason}."""

    def solved(problem: PrescribingProblem) -> bool:
        given = len(reasons.get((problem.form, problem.key), "").strip()) >= SHORTEST_REASON
        return problem.kind == "note" or (problem.asks_reason and given)

    return tuple(problem for problem in problems if not solved(problem))


@dataclass(frozen=True)
class Row:
    """An item beside what the formulary has of it."""

    number: int
    item: PrescribedItem
    medicine: Medicine | None
    product: Product | None

    @property
    def forms(self) -> tuple[str, ...]:
        return (self.item.form, *(self.product.also if self.product else ()))

    @property
    def classes(self) -> tuple[str, ...]:
        book = formulary().medicines
        return tuple(dict.fromkeys(name for form in self.forms if form in book for name in book[form].classes))

    def problem(
        self, kind: ProblemKind, code: str, says: str, source: Iterable[str] = (), *, form: str | None = None
    ) -> PrescribingProblem:
        return PrescribingProblem(
            kind, form or self.item.form, code, says, self.number, self.item.product or "other", tuple(source)
        )


@dataclass(frozen=True)
class Listed:
    """A row whose product the formulary has."""

    row: Row
    item: PrescribedItem
    medicine: Medicine
    product: Product
    book: Formulary

    def limit(self, name: str) -> Limit | None:
        return self.book.limit(self.medicine, self.product, name)

    def value(self, name: str) -> float | None:
        limit = self.limit(name)
        return None if limit is None else limit.value


def listed(row: Row, book: Formulary) -> Listed | None:
    if row.medicine is None or row.product is None:
        return None
    return Listed(row, row.item, row.medicine, row.product, book)


def rows_of(items: Iterable[PrescribedItem], book: Formulary) -> tuple[Row, ...]:
    rows = []
    for number, item in enumerate(items):
        product = book.products.get(item.product)
        medicine = book.medicine_of(item.product) if product else book.medicines.get(item.form)
        rows.append(Row(number, item, medicine, product))
    return tuple(rows)
