"""Findings: for each concern, outcome and comparison, what the library's studies show together."""

from __future__ import annotations

import threading
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any
from weakref import WeakKeyDictionary

from skinproof.evidence.statistics.tabular import Tabular
from skinproof.evidence.studies.library import Library, library
from skinproof.evidence.studies.records import Study
from skinproof.vocabulary import Vocabulary, vocabulary

from .additions import Additions, what_it_adds
from .assembly import assemble
from .certainty_table import CertaintyTable
from .directness import Population, Told, for_person, populations
from .finding_ids import finding_id
from .finding_table import finding_columns
from .found import Found
from .judgements import Certainty
from .model import (
    Comparison,
    Finding,
    Harm,
    Kind,
    UnusedRow,
)
from .network_findings import Components, Networks, TimeCourses
from .overrides import LostOverride, Overrides, overrides
from .pooling import RowEffects, work_out
from .rows import place


class Findings(Found[Finding], Tabular):
    """Every finding of a library. Get the product's own from `findings()`."""

    def __init__(self, lib: Library, words: Vocabulary | None = None, overrides: Overrides | None = None) -> None:
        self.library = lib
        self.overrides = overrides or Overrides()
        self._words = words or vocabulary()
        rows: list[RowEffects] = []
        unused: list[UnusedRow] = []
        for study in lib.studies.values():
            here, left = place(study)
            rows += map(work_out, here)
            unused += left
        self._rows = tuple(rows)
        self.unused: tuple[UnusedRow, ...] = tuple(unused)
        made = [
            assemble(lib, self._words, rows, self.overrides.of_finding(finding_id))
            for finding_id, rows in _grouped(rows).items()
        ]
        super().__init__(sorted(made, key=_order), self._covering)

    def columns(self) -> dict[str, list[Any]]:
        """A row a finding, with the records behind it; `effect_columns` gives a row a study."""
        return finding_columns(self.all, self.library)

    def certainty_table(self) -> CertaintyTable:
        """A row a judgement: domain, levels off and reason of the rule, and what a reviewer put in its place."""
        return CertaintyTable(tuple((finding.id, finding.certainty) for finding in self.all))

    def certainty_for(self, finding: Finding, person: Population) -> Certainty:
        """How sure one can be of a finding for one person, never surer than in general: see `for_person`."""
        lines = [each for each in finding.studies if each.role == "estimate"]
        if finding.estimate is not None and finding.estimate.basis == "review":
            lines = [each for each in finding.studies if each.study_id in finding.estimate.study_ids]
        lines = lines or [each for each in finding.studies if each.role != "overlaps"] or list(finding.studies)
        known = all(each.people for each in lines)
        weighed = [(self.library.study(each.study_id), float(each.people or 1) if known else 1.0) for each in lines]
        return for_person(finding.certainty, weighed, person, self._whom)

    @cached_property
    def _whom(self) -> Mapping[str, Told]:
        return populations(self.library) if self.library is library() else {}

    @cached_property
    def lost_overrides(self) -> tuple[LostOverride, ...]:
        """Reviewers' overrides that do not apply (any more), and why. None of them changes a level."""
        lost = self.overrides.lost_findings({finding.id: finding.certainty for finding in self.all})
        if all(entry.network is None for entry in self.overrides.entries):
            return lost
        comparisons = {
            network.id: {
                (entry.first, entry.second): entry.certainty for part in network.parts for entry in part.league
            }
            for network in self.networks.all
        }
        components = {
            found.network_id: {part.component: part.certainty for part in found.components if part.certainty}
            for found in self.components.all
        }
        return lost + self.overrides.lost_networks(comparisons, components)

    def summary(self) -> str:
        """How many findings there are, by kind and by certainty."""
        counts: dict[str, Counter[str]] = {
            "kind": Counter(finding.kind for finding in self.all),
            "certainty": Counter(finding.certainty.level for finding in self.all),
        }
        told = {what: ", ".join(f"{word} {n}" for word, n in each.most_common()) for what, each in counts.items()}
        return "\n".join([self._told(), *(f"{what}: {words}" for what, words in told.items())])

    def _told(self) -> str:
        return f"{len(self.all)} from {self.library!r}"

    __repr__ = Tabular.__repr__

    def for_concern(self, concern: str) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.all if finding.concern == concern)

    def for_treatment(self, word: str) -> tuple[Finding, ...]:
        """Findings whose intervention or comparator is the treatment (or the form's treatments, or a kind of them).

        Raises:
            KeyError: no such treatment or form.
        """
        wanted = self._covered(word)
        return tuple(f for f in self.all if wanted & {*f.comparison.intervention, *f.comparison.comparator})

    def find(
        self,
        concern: str | None = None,
        treatment: str | None = None,
        concept: str | None = None,
        kind: Kind | None = None,
    ) -> tuple[Finding, ...]:
        """Findings that fit all that is given; the treatment may also be the shared background.

        Raises:
            KeyError: no such treatment or form.
        """
        found = super().find(concern, treatment, concept)
        return tuple(finding for finding in found if kind in (None, finding.kind))

    def comparisons(self, concern: str | None = None) -> tuple[Comparison, ...]:
        """Every comparison, or those with a finding on one concern, by name."""
        found = {f.comparison.id: f.comparison for f in self.all if concern in (None, f.concern)}
        return tuple(sorted(found.values(), key=lambda comparison: comparison.name.lower()))

    def for_study(self, study_id: str) -> tuple[Finding, ...]:
        """Findings that a study speaks in."""
        return tuple(self._by_study.get(study_id, ()))

    @cached_property
    def _by_study(self) -> Mapping[str, list[Finding]]:
        found: dict[str, list[Finding]] = defaultdict(list)
        for finding in self.all:
            for study_id in dict.fromkeys(finding.study_ids):
                found[study_id].append(finding)
        return found

    def harms(self, treatment: str | None = None, concern: str | None = None) -> tuple[Harm, ...]:
        """Unwanted effects that studies counted or told of, in arms that hold the treatment.

        Raises:
            KeyError: no such treatment or form.
        """
        wanted = self._covered(treatment) if treatment else None
        return tuple(
            harm
            for harm in self._harms
            if concern in (None, harm.concern) and (wanted is None or wanted & set(harm.treatments))
        )

    @cached_property
    def _harms(self) -> tuple[Harm, ...]:
        return tuple(harm for study in self.library.studies.values() for harm in _harms_of(study))

    @cached_property
    def networks(self) -> Networks:
        """Every outcome and scale with all randomised trials on it together."""
        return Networks(self.library, self._words, self._rows, self.all, self._covered, self.overrides)

    @cached_property
    def components(self) -> Components:
        """What each part of combined treatments adds."""
        return Components(self.library, self._words, self.networks.all, self.all, self._covered, self.overrides)

    @cached_property
    def time_courses(self) -> TimeCourses:
        """How soon and how long."""
        return TimeCourses(self.library, self._words, self._rows, self._covered)

    def what_it_adds(self, treatment: str) -> Additions:
        """What a treatment (or a form's treatments) adds to whatever it is given with, over all outcomes.

        Raises:
            KeyError: no such treatment or form.
        """
        return what_it_adds(self, treatment, self._covered(treatment), self._words)

    def _covering(self, word: str) -> set[str]:
        """A treatment (or a form's treatments) with every narrower kind of it."""
        wanted = {treatment.id for treatment in self._words.treatments_of(word)}
        while True:
            narrower = {t.id for t in self._words.treatments.values() if t.kind_of in wanted} - wanted
            if not narrower:
                return wanted
            wanted |= narrower


def _grouped(rows: Iterable[RowEffects]) -> dict[str, list[RowEffects]]:
    groups: dict[str, list[RowEffects]] = defaultdict(list)
    for row in rows:
        groups[finding_id(row.placed)].append(row)
    return groups


def _order(finding: Finding) -> tuple[str, bool, str, str]:
    return (finding.concern, finding.kind == "before-after", finding.comparison.name.lower(), finding.id)


def _harms_of(study: Study) -> Iterable[Harm]:
    for index, row in enumerate(study.safety):
        told = (study.id, index, study.concern)
        if not row.results:
            yield Harm(*told, None, study.treatments, row.event, None, None, row.serious, row.note)
        for arm, result in row.results.items():
            given = study.arm(arm)
            treatments = tuple(component.treatment for component in given.components)
            n = result.n if result.n is not None else given.n
            yield Harm(*told, arm, treatments, row.event, result.events, n, row.serious, row.note)


_made: WeakKeyDictionary[Library, Findings] = WeakKeyDictionary()
_lock = threading.Lock()


def findings(lib: Library | None = None) -> Findings:
    """Every finding of a library (the product's own unless another is given), worked out once."""
    lib = lib or library()
    with _lock:
        if lib not in _made:
            _made[lib] = Findings(lib, overrides=overrides() if lib is library() else None)
        return _made[lib]
