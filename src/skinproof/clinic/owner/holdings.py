"""What the library holds and where it is thin, worked out once from the data as loaded."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from skinproof.care import Rule, for_concern, in_play, rules
from skinproof.care.prescribing import formulary
from skinproof.clinic.library.safety import weak
from skinproof.evidence import Library, Study, findings, library
from skinproof.vocabulary import vocabulary

CONTROLLED = ("parallel-rct", "split-face-rct", "crossover-rct", "non-randomised-controlled")
FEW = 2  # controlled studies below which something counts as thin


@dataclass(frozen=True)
class Held:
    """How many records speak of something, and how many of those had a comparison group."""

    id: str
    name: str
    records: int
    controlled: int

    @property
    def thin(self) -> bool:
        return self.controlled < FEW


@dataclass(frozen=True)
class Thin:
    """An option of a concern with too few controlled studies."""

    concern: str
    option_id: str
    option: str
    controlled: int


@dataclass(frozen=True)
class Doubtful:
    study: str
    citation: str
    kind: str
    says: str


@dataclass(frozen=True)
class Rules:
    total: int
    by_support: tuple[tuple[str, int], ...]  # strongest first
    weak: tuple[Rule, ...]


@dataclass(frozen=True)
class Holdings:
    records: int
    findings: int
    prices: int
    medicines: int  # in the formulary
    medicine_products: int
    questionnaires: tuple[tuple[str, str], ...]  # a family of concerns in words, and its newest version
    built: dt.date
    next_review: dt.date
    concerns: tuple[Held, ...]
    families: tuple[Held, ...]
    thin_concerns: tuple[Held, ...]
    thin_options: tuple[tuple[str, tuple[Thin, ...]], ...]  # by concern
    doubts: tuple[Doubtful, ...]
    uncertain_citations: tuple[Doubtful, ...]
    rules: Rules

    @property
    def thin_options_count(self) -> int:
        return sum(len(rows) for _, rows in self.thin_options)

    @property
    def overdue(self) -> bool:
        return dt.datetime.now(dt.UTC).date() > self.next_review


@cache
def holdings() -> Holdings:
    lib, words = library(), vocabulary()
    concerns = tuple(
        _held(concern.id, concern.name, [study for study in lib.studies.values() if study.concern == concern.id])
        for concern in words.concerns.values()
    )
    doubts = tuple(
        Doubtful(doubt.record, lib.study(doubt.record).citation_text, doubt.kind, doubt.says)
        for doubt in sorted(lib.doubts, key=lambda doubt: doubt.record)
    )
    return Holdings(
        records=len(lib.studies),
        findings=len(findings().all),
        prices=len(lib.prices),
        medicines=len(formulary().medicines),
        medicine_products=len(formulary().products),
        questionnaires=_questionnaires(),
        built=lib.about.update_policy.last_built,
        next_review=lib.about.update_policy.next_review,
        concerns=concerns,
        families=_families(lib),
        thin_concerns=tuple(held for held in concerns if held.thin),
        thin_options=tuple(
            (concern.name, rows) for concern in words.concerns.values() if (rows := _thin(concern.id, lib))
        ),
        doubts=tuple(doubt for doubt in doubts if doubt.kind != "citation"),
        uncertain_citations=tuple(doubt for doubt in doubts if doubt.kind == "citation"),
        rules=_rules(),
    )


def _questionnaires() -> tuple[tuple[str, str], ...]:
    """Which questions are asked now: one questionnaire for each family of concerns."""
    newest = {
        form.questionnaire.title: form.questionnaire.version or "" for form in map(for_concern, vocabulary().concerns)
    }
    return tuple(sorted(newest.items()))


def _held(name_id: str, name: str, studies: Iterable[Study]) -> Held:
    rows = list(studies)
    return Held(name_id, name, len(rows), sum(study.design in CONTROLLED for study in rows))


def _families(lib: Library) -> tuple[Held, ...]:
    words = vocabulary()
    by_family = {
        study.id: {words.treatments[treatment].family for treatment in study.treatments}
        for study in lib.studies.values()
    }
    return tuple(
        _held(family.id, family.name, [study for study in lib.studies.values() if family.id in by_family[study.id]])
        for family in words.families.values()
    )


def _thin(concern: str, lib: Library) -> tuple[Thin, ...]:
    """The options that people are offered for a concern, and that fewer than `FEW` controlled studies of it tested."""
    tested: Counter[str] = Counter()
    for study in lib.studies.values():
        if study.concern == concern and study.design in CONTROLLED:
            tested.update(study.treatments)
    found = []
    for form in in_play(concern):
        noun = vocabulary().forms[form]
        count = sum(tested[treatment] for treatment in noun.treatments)
        if noun.treatments and noun.kind != "none" and count < FEW:
            found.append(Thin(concern, form, noun.name, count))
    return tuple(found)


def _rules() -> Rules:
    book = rules().rules
    support: Counter[str] = Counter(rule.support for rule in book)
    order = ("direct", "partial", "inferred", "none")
    return Rules(
        total=len(book),
        by_support=tuple((word, support[word]) for word in order),
        weak=tuple(rule for rule in book if weak(rule)),
    )
