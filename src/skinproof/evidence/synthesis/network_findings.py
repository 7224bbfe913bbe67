"""Networks, components and time courses of a library."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from skinproof.evidence.studies.library import Library
from skinproof.vocabulary import Vocabulary

from .component_findings import component_finding
from .found import Covered, Found
from .model import Finding, UnusedRow
from .network_model import ComponentFinding, NetworkFinding
from .networks import build, questions
from .overrides import Overrides
from .pooling import RowEffects
from .time_findings import TimeCourseFinding, time_findings


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
