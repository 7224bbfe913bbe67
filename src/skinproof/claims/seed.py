"""The article that started the project, checked: what a page needs to tell of it, without the article's text.

A person listed its claims (`data/seed-claims.yaml`), each in our own short wording; here each of them gets its verdict.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from pydantic import Field

from skinproof.evidence import findings
from skinproof.vocabulary import Kept, load

from ._rows import Statement
from .judge import Judge
from .lexicon import DATA, statements
from .model import Claim, Direction, Found, Kind, Report
from .verdicts.rules import Phrases, plain

SOURCE = "The article that started this"
_WEIGHED = ("safety", "regulatory", "cost", "timing", "comparison")  # kinds in which the words decide


class _Listed(Kept):
    id: str
    section: str
    say: str
    treatment: str | None
    route: str | tuple[str, ...] | None
    versus: str | tuple[str, ...] | None = None
    with_: str | tuple[str, ...] | None = Field(default=None, alias="with")
    concern: str | None
    concept: str | None
    direction: Direction
    weeks: tuple[float, float | None] | None
    hedge: Literal["may", "potential", "stated-as-fact"]
    kind: Kind
    about: Literal["evidence-base"] | None = None
    gbp: tuple[float | None, float | None] | None = None
    unit: str | None = None
    check: str | None = None


class _File(Kept):
    claims: tuple[_Listed, ...]


@dataclass(frozen=True, slots=True)
class SeedRow:
    """One claim of the article, in our words, with its verdict."""

    id: str
    section: str
    say: str
    claim: Claim


@dataclass(frozen=True, slots=True)
class SeedReport:
    """The article's claims in its order; `summary` is that of any report."""

    library_date: str
    rows: tuple[SeedRow, ...]

    @property
    def summary(self) -> dict[str, Any]:
        return Report(SOURCE, self.library_date, tuple(row.claim for row in self.rows), ()).summary

    def section(self, name: str) -> tuple[SeedRow, ...]:
        return tuple(row for row in self.rows if row.section == name)

    @property
    def sections(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(row.section for row in self.rows))


@cache
def seed_report() -> SeedReport:
    """The article, held against the product's own findings.

    Raises:
        KnowledgeError: the list of its claims is at fault.
    """
    judge = Judge(findings())
    phrased = _statements()
    rows = tuple(
        SeedRow(row.id, row.section, row.say, judge.claim(_found(row, phrased)))
        for row in load(DATA / "seed-claims.yaml", _File).claims
    )
    return SeedReport(judge.findings.library.date.isoformat(), rows)


def _found(row: _Listed, phrased: list[tuple[Statement, Phrases]]) -> Found:
    says = "lacking" if row.about and row.direction == "none" else None
    if says is None and row.kind in _WEIGHED:
        says = next(
            (said.id for said, phrases in phrased if said.kind == row.kind and phrases.within(plain(row.say))), None
        )
    return Found(
        row.say, 0, row.treatment, _all(row.route), _all(row.with_), _all(row.versus), row.concern, row.concept,
        row.direction, row.kind, row.weeks, () if row.hedge == "stated-as-fact" else (row.hedge,),
        row.hedge != "stated-as-fact", "asserted", None, (), row.gbp, None, says,
    )  # fmt: skip


def _statements() -> list[tuple[Statement, Phrases]]:
    return [(row, Phrases(row.says)) for row in statements()]


def _all(given: str | tuple[str, ...] | None) -> tuple[str, ...]:
    return () if given is None else (given,) if isinstance(given, str) else given
