"""Networks, components and time courses of a library, and finding them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Generic, Protocol, TypeVar

from skinproof.evidence.studies.library import Library
from skinproof.vocabulary import Vocabulary, unknown

from .component_findings import component_finding
from .model import Finding, UnusedRow
from .network_model import ComponentFinding, NetworkFinding
from .networks import build, questions
from .overrides import Overrides
from .pooling import RowEffects
from .time_findings import TimeCourseFinding, time_findings


class Told(Protocol):
    """What every kind of finding has."""

    @property
    def id(self) -> str: ...
    @property
    def concern(self) -> str: ...
    @property
    def concept(self) -> str: ...
    @property
    def treatments(self) -> frozenset[str]: ...


T = TypeVar("T", bound=Told)
Covered = Callable[[str], set[str]]  # a treatment or form to the treatments that it covers


class Found(Generic[T]):
    """Findings of one kind, to be looked through."""

    def __init__(self, every: Iterable[T], covered: Covered) -> None:
        self.all: tuple[T, ...] = tuple(every)
        self._by_id = {each.id: each for each in self.all}
        self._covered = covered

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {len(self.all)}>"

    def __len__(self) -> int:
        return len(self.all)

    def get(self, finding_id: str) -> T:
        """One finding.

        Raises:
            KeyError: no such finding; the message offers near ids.
        """
        if finding_id not in self._by_id:
            raise KeyError(unknown(finding_id, list(self._by_id)))
        return self._by_id[finding_id]

    def find(
        self, concern: str | None = None, treatment: str | None = None, concept: str | None = None
    ) -> tuple[T, ...]:
        """Findings that fit all that is given; a treatment may be a form, or cover narrower kinds.

        Raises:
            KeyError: no such treatment or form.
        """
        wanted = self._covered(treatment) if treatment else None
        return tuple(
            each
            for each in self.all
            if concern in (None, each.concern)
            and concept in (None, each.concept)
            and (wanted is None or wanted & each.treatments)
        )


class Networks(Found[NetworkFinding]):
    """Every network of a library. `unused` are rows with a comparison that are in none, and why."""

    def __init__(
        self,
        lib: Library,
        words: Vocabulary,
        rows: Iterable[RowEffects],
        pairwise: Iterable[Finding],
        covered: Covered,
        overrides: Overrides,
    ) -> None:
        by_pair = {(f.concern, f.concept, f.event, f.comparison.id): f for f in pairwise if f.kind == "controlled"}
        groups = questions(rows)
        built = [build(lib, words, groups[key], by_pair, overrides) for key in sorted(groups, key=str)]
        super().__init__((network for one in built for network in one.networks), covered)
        self.unused: tuple[UnusedRow, ...] = tuple(row for one in built for row in one.unused)


class Components(Found[ComponentFinding]):
    """What components add, for every network."""

    def __init__(
        self, lib: Library, words: Vocabulary, networks: Sequence[NetworkFinding], pairwise: Iterable[Finding],
        covered: Covered, overrides: Overrides,
    ) -> None:  # fmt: skip
        by_question: dict[tuple[str, str, str | None], list[Finding]] = defaultdict(list)
        for found in pairwise:
            if found.kind == "controlled":
                by_question[found.concern, found.concept, found.event].append(found)
        super().__init__(
            (
                component_finding(lib, words, each, by_question[each.concern, each.concept, each.event], overrides)
                for each in networks
            ),
            covered,
        )


class TimeCourses(Found[TimeCourseFinding]):
    """How soon and how long, for every comparison with a trial."""

    def __init__(self, lib: Library, words: Vocabulary, rows: Iterable[RowEffects], covered: Covered) -> None:
        super().__init__(time_findings(lib, words, rows), covered)
