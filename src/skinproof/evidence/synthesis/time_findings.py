"""How soon and how long, for each comparison and outcome: what was seen at which week, and a course where data tell it.

A trial that was measured once says where it was, not how it got there; so most answers are "cannot tell", with the
reason and the weeks at which anybody looked. A course has one row a trial and week, all of one instrument and statistic
within a trial, on the scale that most trials were measured on more than once.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from skinproof.evidence.statistics.time_course import time_course
from skinproof.evidence.statistics.time_course_answers import CannotTell, Onset, TimeTo
from skinproof.evidence.statistics.time_course_results import TimeCourse
from skinproof.evidence.studies.library import Library
from skinproof.vocabulary import Vocabulary

from .finding_ids import event_of, finding_id
from .instruments import common
from .lines import direction
from .model import Comparison, Effect, Favours, Measure
from .network_model import MODEL
from .pooling import (
    Contribution,
    RowEffects,
    Scale,
    apart_from_overlaps,
    contributions,
    row_rank,
    scale_label,
    scales,
    shared_instruments,
    written_scale,
)
from .voices import shown

CONTROL = "control"
Period = tuple[str, float, float | None]  # what it is called, from and to which week; None: open


@dataclass(frozen=True, slots=True)
class Seen:
    """One row that tells of a week."""

    study_id: str
    row: int
    comparison_id: str
    weeks: float
    direction: Favours
    value: tuple[float, float, float] | None  # effect with its 95 % interval, on the course's scale where it is on it


@dataclass(frozen=True, slots=True)
class When:
    """An answer in weeks, or why there is none."""

    told: bool
    weeks: float | None
    low: float | None  # of a 95 % interval; None where there is none, or it is open
    high: float | None
    sentence: str


@dataclass(frozen=True, slots=True)
class Point:
    """The modelled effect at a week."""

    weeks: float
    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class InPeriod:
    """What trials say of a period that somebody claims."""

    period: Period
    seen: tuple[Seen, ...]
    point: Point | None  # at the end of the period, or at the last visit in it
    sentence: str


@dataclass(frozen=True, slots=True)
class TimeCourseFinding:
    """One comparison (or all of a family against nothing) and one outcome over weeks."""

    id: str
    concern: str
    concept: str
    event: str | None
    family: str | None  # the family whose treatments share one course; None for one comparison
    comparisons: tuple[Comparison, ...]
    treatments: frozenset[str]  # of the interventions
    measure: Measure | None
    scale: str | None
    seen: tuple[Seen, ...]  # every row with a week, in order of weeks
    study_ids: tuple[str, ...]
    without_weeks: tuple[str, ...]  # studies that do not say when they measured
    modelled: tuple[str, ...]  # studies in the course
    cannot_tell: str | None  # why there is no course
    points: tuple[Point, ...]  # of the first comparison, at its visits
    onset: When
    half: When  # of the whole effect
    ninety: When
    notes: tuple[str, ...]
    fit: TimeCourse | None = field(default=None, repr=False, compare=False, metadata=MODEL)

    @property
    def last(self) -> float | None:
        """The last week that anybody looked."""
        return max((each.weeks for each in self.seen), default=None)

    def against(self, periods: Iterable[Period]) -> tuple[InPeriod, ...]:
        """What was seen in periods that somebody claims: ("weeks 4 to 6", 4, 6), ("from week 12", 12, None)."""
        return tuple(self._in(period) for period in periods)

    def _in(self, period: Period) -> InPeriod:
        name, start, end = period
        inside = tuple(each for each in self.seen if start <= each.weeks and (end is None or each.weeks <= end))
        point = None
        if self.fit is not None:
            until = self.fit.until_of(self.comparisons[0].id)
            at = until if end is None else min(end, until)
            if at >= start and at > 0:
                point = _points(self.fit, self.comparisons[0].id, [at])[0]
        if not inside:
            weeks = sorted({each.weeks for each in self.seen})
            looked = f"the trials looked at week {_list(weeks)}" if weeks else "no trial says when it looked"
            return InPeriod(period, (), point, f"No trial here looked in this time ({name}); {looked}.")
        studies = len({each.study_id for each in inside})
        sides = {each.direction for each in inside}
        told = {
            frozenset({"intervention"}): "in favour",
            frozenset({"comparator"}): "against it",
            frozenset({"neither"}): "no clear difference",
            frozenset({"unknown"}): "not clear which way",
        }.get(frozenset(sides), "not all the same way")
        count = "1 trial" if studies == 1 else f"{studies} trials"
        weeks = sorted({each.weeks for each in inside})
        return InPeriod(period, inside, point, f"{count} looked in this time ({name}), at week {_list(weeks)}: {told}.")


def time_findings(lib: Library, words: Vocabulary, given: Iterable[RowEffects]) -> list[TimeCourseFinding]:
    """The course of every comparison with a trial, and of families of which several treatments were held to nothing."""
    by_pair: dict[str, list[RowEffects]] = defaultdict(list)
    for row in given:
        if row.placed.setting == "controlled" and not row.placed.study.is_review:
            by_pair[finding_id(row.placed)].append(row)
    made = []
    families: dict[tuple[str, str, str | None, str], list[RowEffects]] = defaultdict(list)
    for name, rows in sorted(by_pair.items()):
        made.append(_Course(lib, rows, f"{name}_course", None).finding())
        first = rows[0].placed
        family = _family(words, first.comparison)
        if family:
            families[first.study.concern, first.outcome.concept, event_of(first), family] += rows
    for (concern, concept, event, family), rows in sorted(families.items(), key=str):
        if len({row.placed.comparison.id for row in rows}) > 1:
            name = "_".join(part for part in (concern, concept, event, family, "family", "course") if part)
            found = _Course(lib, rows, name, family).finding()
            if found.fit is not None and len(found.fit.treatments) > 1:
                made.append(found)
    return made


def _family(words: Vocabulary, comparison: Comparison) -> str | None:
    """The family of a single treatment held against nothing."""
    if comparison.control not in ("placebo-like", "none") or len(comparison.intervention) != 1:
        return None
    return words.treatments[comparison.intervention[0]].family


class _Course:
    def __init__(self, lib: Library, rows: Sequence[RowEffects], name: str, family: str | None) -> None:
        self.name, self.family, self.first = name, family, rows[0].placed
        by_pair: dict[str, list[RowEffects]] = defaultdict(list)
        for row in rows:
            by_pair[row.placed.comparison.id].append(row)
        self.pairs = {pair: by_pair[pair][0].placed.comparison for pair in sorted(by_pair)}
        self.given: list[tuple[str, Contribution]] = []  # with the comparison that it is about
        self.notes: list[str] = []
        for pair in self.pairs:
            mine = contributions(by_pair[pair])
            counted, _, notes = apart_from_overlaps(mine, lib.overlaps)
            self.given += [(pair, one) for one in counted]
            self.notes += notes

    def finding(self) -> TimeCourseFinding:
        scale, chosen = self._chosen()
        found = (
            self._fit(scale, chosen)
            if scale
            else CannotTell("no trial here gives an effect with an interval and a week")
        )
        fit = found if isinstance(found, TimeCourse) else None
        lead = next((pair for pair in self.pairs if fit and pair in fit.treatments), next(iter(self.pairs)))
        pairs = (self.pairs[lead], *(each for pair, each in self.pairs.items() if pair != lead))
        seen = self._seen(scale)
        cannot = None if isinstance(found, TimeCourse) else self._reason(found, seen)
        none = When(False, None, None, None, f"Cannot tell: {cannot}." if cannot else "")
        outcomes = [row.placed.outcome for _, row, _ in chosen]
        with_weeks = {each.study_id for each in seen}
        ids = tuple(dict.fromkeys(one.study.id for _, one in self.given))
        return TimeCourseFinding(
            id=self.name,
            concern=self.first.study.concern,
            concept=self.first.outcome.concept,
            event=event_of(self.first),
            family=self.family,
            comparisons=pairs,
            treatments=frozenset(each for pair in pairs for each in pair.intervention),
            measure=scale[0] if scale else None,
            scale=scale_label(scale, outcomes[0].better, written_scale(outcomes)) if scale else None,
            seen=seen,
            study_ids=ids,
            without_weeks=tuple(each for each in ids if each not in with_weeks),
            modelled=tuple(dict.fromkeys(effect.study_id for _, _, effect in chosen)) if fit else (),
            cannot_tell=cannot,
            points=tuple(_points(fit, lead, fit.visits_of(lead))) if fit else (),
            onset=_when(fit.onset(lead)) if fit else none,
            half=_when(fit.time_to(0.5, lead)) if fit else none,
            ninety=_when(fit.time_to(0.9, lead)) if fit else none,
            notes=(*self.notes, *(fit.notes if fit else ())),
            fit=fit,
        )

    def _chosen(self) -> tuple[Scale | None, list[tuple[str, RowEffects, Effect]]]:
        """The scale that most trials were measured on more than once, and a row for each trial and week on it."""
        randomised = [each for each in self.given if each[1].study.randomised and each[1].has_effect]
        able = randomised or [each for each in self.given if each[1].has_effect]
        if able and not randomised:
            self.notes.append("Chance did not decide who got which treatment in these studies.")
        best: tuple[tuple[int, int, int], Scale, list[tuple[str, RowEffects, Effect]]] | None = None
        for rank, (scale, members) in enumerate(scales([one for _, one in able])):
            shared = shared_instruments(members)
            rows = [(able[at][0], *each) for at, pairs in sorted(members.items()) for each in _by_week(pairs, shared)]
            per_trial: dict[str, int] = defaultdict(int)
            for pair, row, _ in rows:
                per_trial[pair + row.placed.study.id] += 1
            repeated = sum(count > 1 for count in per_trial.values())
            key = (-repeated, -len(rows), rank)
            if rows and (best is None or key < best[0]):
                best = (key, scale, rows)
        return (None, []) if best is None else (best[1], best[2])

    def _fit(self, scale: Scale, chosen: Sequence[tuple[str, RowEffects, Effect]]) -> TimeCourse | CannotTell:
        if len({effect.better for _, _, effect in chosen}) > 1:
            return CannotTell("the trials count opposite things, and ratios cannot always be turned round")
        # With one degree of freedom a t interval says nothing, so that two trials have a normal one, as in a pair.
        trials = len({effect.study_id for _, _, effect in chosen})
        return time_course(
            [effect.yi for _, _, effect in chosen],
            [effect.vi for _, _, effect in chosen],
            [row.placed.outcome.weeks or 0.0 for _, row, _ in chosen],
            [f"{effect.study_id} {'+'.join(sorted(row.placed.trial))}" for _, row, effect in chosen],
            [pair for pair, _, _ in chosen],
            [CONTROL] * len(chosen),
            reference=CONTROL,
            test="t" if trials - len({pair for pair, _, _ in chosen}) > 1 else "z",
            sm=scale[0],
        )

    def _seen(self, scale: Scale | None) -> tuple[Seen, ...]:
        found: dict[tuple[str, int, str], Seen] = {}
        for pair, one in self.given:
            for row in one.rows:
                outcome = row.placed.outcome
                effect = next(iter(row.effects.values()), None)
                told = direction(row, effect)
                if outcome.weeks is None or (told == "unknown" and effect is None):
                    continue
                on = row.effects.get(scale[0]) if scale else None
                value = (on.value, on.low, on.high) if on else None
                key = (one.study.id, row.placed.row, pair)
                found[key] = Seen(one.study.id, row.placed.row, pair, outcome.weeks, told, value)
        return tuple(sorted(found.values(), key=lambda each: (each.weeks, each.study_id, each.row, each.comparison_id)))

    def _reason(self, found: CannotTell, seen: Sequence[Seen]) -> str:
        weeks: dict[str, set[float]] = defaultdict(set)
        for each in seen:
            weeks[each.study_id].add(each.weeks)
        if not weeks:
            return "no trial here says which way its results went at which week"
        if all(len(each) == 1 for each in weeks.values()):
            every = _list(sorted({week for each in weeks.values() for week in each}))
            whose = "the only trial" if len(weeks) == 1 else "each trial"
            return f"{whose} looked at one time only (week {every})"
        return found.reason


def _by_week(pairs: Sequence[tuple[RowEffects, Effect]], shared: Counter[str]) -> list[tuple[RowEffects, Effect]]:
    """A trial's rows, one a week, all of the instrument and statistic that it was measured with most often."""
    alike: dict[tuple[str, str], dict[float, tuple[RowEffects, Effect]]] = defaultdict(dict)
    for row, effect in sorted(pairs, key=lambda each: row_rank(each[0].placed, shared)):
        outcome = row.placed.outcome
        if outcome.weeks:
            alike[common(outcome).name, outcome.statistic or ""].setdefault(outcome.weeks, (row, effect))
    if not alike:
        return []
    most = max(alike.values(), key=len)
    return [most[week] for week in sorted(most)]


def _points(fit: TimeCourse, pair: str, weeks: Sequence[float]) -> list[Point]:
    curve = fit.at(list(weeks), pair)
    measure: Measure = fit.sm  # type: ignore[assignment]
    columns = (curve.estimate.tolist(), curve.lower.tolist(), curve.upper.tolist())
    return [Point(week, *(shown(measure, each) for each in row)) for week, *row in zip(weeks, *columns, strict=True)]


def _when(found: Onset | TimeTo | CannotTell) -> When:
    text = str(found)
    text = f"{text[:1].upper()}{text[1:]}."
    if isinstance(found, CannotTell):
        return When(False, None, None, None, text)
    if isinstance(found, Onset):
        return When(True, found.weeks, found.not_yet, found.weeks, text)
    low = found.lower if found.lower >= found.first_visit else None
    return When(True, found.estimate, low, found.upper if found.upper <= found.until else None, text)


def _list(weeks: Sequence[float]) -> str:
    told = [f"{week:g}" for week in weeks]
    return told[0] if len(told) == 1 else f"{', '.join(told[:-1])} and {told[-1]}"
