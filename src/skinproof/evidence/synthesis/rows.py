"""Every outcome row of a record put where it belongs: a comparison, a before-and-after, or the list of unused rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

from skinproof.evidence.studies.records import LABORATORY, NOTICES, UNCONTROLLED, Outcome, Study

from .comparisons import Pair, before_after, compare, untold
from .model import Comparison, UnusedRow

Setting = Literal["controlled", "dose", "before-after", "laboratory"]


@dataclass(frozen=True, slots=True)
class PlacedRow:
    """One outcome row as it bears on one comparison."""

    study: Study
    row: int
    trial: frozenset[str]  # arms of the trial within the report; a report may hold several
    setting: Setting
    comparison: Comparison
    intervention: tuple[str, ...]  # arm ids
    comparator: tuple[str, ...]  # arm ids; empty for before-and-after
    differences: tuple[str, ...]  # shared components that were not given alike

    @property
    def outcome(self) -> Outcome:
        return self.study.outcomes[self.row]


def place(study: Study) -> tuple[list[PlacedRow], list[UnusedRow]]:
    """Where each of a record's outcome rows belongs; no row is left out of both lists."""
    placed: list[PlacedRow] = []
    unused: list[UnusedRow] = []
    trials = _trials(study)
    for index, outcome in enumerate(study.outcomes):
        if study.design in NOTICES and not _pairs(study, outcome):
            unused.append(
                UnusedRow(study.id, index, "a case report or a regulator's notice: told as a warning, not a finding")
            )
        elif outcome.statistic == "baseline":
            unused.append(
                UnusedRow(study.id, index, "values before treatment: they show who took part, not what it did")
            )
        else:
            here = list(_place_row(study, index, outcome, trials))
            placed += here
            if not here:
                unused.append(UnusedRow(study.id, index, _why_not(outcome)))
    return placed, unused


def _why_not(outcome: Outcome) -> str:
    if len(outcome.results) > 2:
        return "arms of one treatment side by side, with no comparison between them in the report"
    return "measured, but the record holds nothing that can be tied to one comparison"


def _place_row(study: Study, index: int, outcome: Outcome, trials: dict[str, frozenset[str]]) -> Iterable[PlacedRow]:
    if study.design in UNCONTROLLED:
        arms = list(outcome.results) or [arm.id for arm in study.arms]
        return _uncompared(study, index, arms, trials)
    pairs = _pairs(study, outcome)
    if pairs:
        return _compared(study, index, pairs, trials)
    if outcome.results:
        return _uncompared(study, index, list(outcome.results), trials)
    if len(study.arms) == 1:
        return _uncompared(study, index, [study.arms[0].id], trials)
    return []


def _pairs(study: Study, outcome: Outcome) -> list[tuple[str, str]]:
    """Pairs of arms that the row compares: by its contrast, by its results, or as the only two arms there are."""
    arms = list(outcome.results)
    pairs = [(a, b) for a, b in combinations(arms, 2)]
    if outcome.contrast:
        given = outcome.contrast.arms
        pairs = [given, *(pair for pair in pairs if set(pair) != set(given))]
    if not pairs and not arms and len(study.arms) == 2:
        pairs = [(study.arms[0].id, study.arms[1].id)]
    if len(arms) > 2:
        # Doses side by side are compared only where the report does so: they may come from trials apart.
        stated = set(outcome.contrast.arms) if outcome.contrast else set()
        pairs = [p for p in pairs if set(p) == stated or _pair(study, *p).comparison.control != "dose"]
    return pairs


def _compared(
    study: Study, index: int, pairs: list[tuple[str, str]], trials: dict[str, frozenset[str]]
) -> Iterable[PlacedRow]:
    """One placed row per comparison; several arms of the same treatments stand on one side together."""
    sides: dict[tuple[str, frozenset[str]], tuple[list[str], list[str]]] = {}
    made: dict[tuple[str, frozenset[str]], Pair] = {}
    for first, second in pairs:
        pair = _pair(study, first, second)
        one, two = (second, first) if pair.flipped else (first, second)
        key = (pair.comparison.id, trials[one])
        made.setdefault(key, pair)
        left, right = sides.setdefault(key, ([], []))
        left += [one] if one not in left else []
        right += [two] if two not in right else []
    for key, pair in made.items():
        left, right = sides[key]
        control = pair.comparison.control
        setting: Setting = (
            "laboratory" if study.design in LABORATORY
            else "before-after" if control == "before"
            else "dose" if control == "dose"
            else "controlled"
        )  # fmt: skip
        yield PlacedRow(study, index, key[1], setting, pair.comparison, tuple(left), tuple(right), pair.differences)


def _uncompared(study: Study, index: int, arms: list[str], trials: dict[str, frozenset[str]]) -> Iterable[PlacedRow]:
    """Arms with nothing to compare them with; several arms of the same treatments stand together."""
    setting: Setting = (
        "laboratory" if study.design in LABORATORY else "controlled" if study.is_review else "before-after"
    )
    together: dict[str, tuple[Comparison, list[str]]] = {}
    for arm in arms:
        comparison = untold(study.arm(arm)) if study.is_review else before_after(study.arm(arm))
        together.setdefault(comparison.id, (comparison, []))[1].append(arm)
    for comparison, same in together.values():
        trial = frozenset().union(*(trials[arm] for arm in same))
        yield PlacedRow(study, index, trial, setting, comparison, tuple(same), (), ())


def _pair(study: Study, first: str, second: str) -> Pair:
    return compare(study.arm(first), study.arm(second))


def _trials(study: Study) -> dict[str, frozenset[str]]:
    """Arms that stand in one row together belong to one trial; a report that holds two trials has two such sets."""
    root = {arm.id: arm.id for arm in study.arms}

    def find(arm: str) -> str:
        while root[arm] != arm:
            arm = root[arm]
        return arm

    for outcome in study.outcomes:
        named = [*outcome.results, *(outcome.contrast.arms if outcome.contrast else ())]
        for arm in named[1:]:
            root[find(arm)] = find(named[0])
    groups: dict[str, set[str]] = defaultdict(set)
    for arm in root:
        groups[find(arm)].add(arm)
    return {arm: frozenset(groups[find(arm)]) for arm in root}
