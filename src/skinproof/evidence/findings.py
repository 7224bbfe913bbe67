"""Findings: for each concern, outcome and comparison, what the library's studies show together."""

from __future__ import annotations

import math
import threading
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from types import MappingProxyType
from weakref import WeakKeyDictionary

from skinproof.vocabulary import Vocabulary, unknown, vocabulary

from .certainty import Evidence, rate
from .importance import Bands, bands
from .library import Library, library
from .lines import count_people, line, side_of
from .model import (
    Comparison,
    Directions,
    Effect,
    Estimate,
    Favours,
    Finding,
    Harm,
    Kind,
    Size,
    StudyLine,
    UnusedRow,
)
from .pooling import Contribution, Pool, absolute, choose, contributions, estimate, instrument_of, typical_sd
from .records import Study
from .rows import PlacedRow, place
from .wording import sentence

# Concepts that cover many different unwanted effects: each kind of event is a finding of its own.
BY_EVENT = ("adverse-events",)
COUNTED = ("estimate", "apart", "p-value", "direction", "no-data")


class Findings:
    """Every finding of a library. Get the product's own from `findings()`."""

    def __init__(self, lib: Library, words: Vocabulary | None = None) -> None:
        self.library = lib
        self._words = words or vocabulary()
        placed: list[PlacedRow] = []
        unused: list[UnusedRow] = []
        for study in lib.studies.values():
            here, left = place(study)
            placed += here
            unused += left
        self.unused: tuple[UnusedRow, ...] = tuple(unused)
        made = [self._finding(rows) for rows in _grouped(placed).values()]
        self.all: tuple[Finding, ...] = tuple(sorted(made, key=_order))
        self._by_id: Mapping[str, Finding] = MappingProxyType({finding.id: finding for finding in self.all})

    def __repr__(self) -> str:
        return f"<Findings: {len(self.all)} from {self.library!r}>"

    def __len__(self) -> int:
        return len(self.all)

    def get(self, finding_id: str) -> Finding:
        """One finding.

        Raises:
            KeyError: no such finding; the message offers near ids.
        """
        if finding_id not in self._by_id:
            raise KeyError(unknown(finding_id, list(self._by_id)))
        return self._by_id[finding_id]

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
        wanted = self._covered(treatment) if treatment else None
        return tuple(
            finding
            for finding in self.all
            if concern in (None, finding.concern)
            and concept in (None, finding.concept)
            and kind in (None, finding.kind)
            and (wanted is None or wanted & set(finding.comparison.treatments))
        )

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

    def _covered(self, word: str) -> set[str]:
        """A treatment (or a form's treatments) with every narrower kind of it."""
        wanted = {treatment.id for treatment in self._words.treatments_of(word)}
        while True:
            narrower = {t.id for t in self._words.treatments.values() if t.kind_of in wanted} - wanted
            if not narrower:
                return wanted
            wanted |= narrower

    def _finding(self, rows: Sequence[PlacedRow]) -> Finding:
        return _Making(self.library, self._words, rows).finding()


def _grouped(placed: Iterable[PlacedRow]) -> dict[str, list[PlacedRow]]:
    groups: dict[str, list[PlacedRow]] = defaultdict(list)
    for row in placed:
        groups[_finding_id(row)].append(row)
    return groups


def _finding_id(row: PlacedRow) -> str:
    parts = [row.study.concern, row.outcome.concept]
    event = _event(row)
    if event:
        parts.append(_slug(event))
    if row.setting == "laboratory":
        parts.append("laboratory")
    return "_".join([*parts, row.comparison.id])


def _event(row: PlacedRow) -> str | None:
    return (instrument_of(row.outcome) or None) if row.outcome.concept in BY_EVENT else None


def _slug(text: str) -> str:
    return "-".join("".join(c if c.isascii() and c.isalnum() else " " for c in text.lower()).split())


def _order(finding: Finding) -> tuple[str, bool, str, str]:
    return (finding.concern, finding.kind == "before-after", finding.comparison.name.lower(), finding.id)


class _Making:
    """One finding from its rows, step by step."""

    def __init__(self, lib: Library, words: Vocabulary, rows: Sequence[PlacedRow]) -> None:
        self.lib, self.first = lib, rows[0]
        self.comparison = rows[0].comparison
        self.concept = words.concepts[rows[0].outcome.concept]
        self.event = _event(rows[0])
        self.all = contributions(rows)
        self.notes: list[str] = []
        self.counted, self.overlapping = self._apart_from_overlaps()
        self.trials = [c for c in self.counted if not c.study.is_review]
        self.reviews = [c for c in self.counted if c.study.is_review]
        self.kind: Kind = (
            "laboratory" if self.first.setting == "laboratory"
            else "before-after" if self.first.setting == "before-after"
            else "dose" if self.first.setting == "dose"
            else "controlled" if self.trials
            else "review-only"
        )  # fmt: skip

    def finding(self) -> Finding:
        pool = self._pool()
        effects = [effect for _, effect in pool.chosen.values()] if pool else []
        made = self._estimate(pool, effects)
        lines = self._lines(pool)
        doubted, changed = self._without_doubtful(pool, made)
        counted = [each for each in lines if each.role in COUNTED]
        directions = _directions(counted)
        scale = self._bands(pool, made)
        size, favours = _size_and_side(made, scale, directions)
        people, unknown_people = count_people([each for each in counted if each.role != "no-data"])
        weeks = _weeks([each for each in lines if each.role == "estimate"] or counted or lines)
        certainty = rate(
            Evidence(
                kind=self.kind,
                comparison=self.comparison,
                concept=self.concept,
                studies=self._speaking(lines, made),
                effects=effects,
                estimate=made,
                bands=scale,
                directions=directions,
                favours=favours,
                people=people if not unknown_people else None,
                differences=self._differences(),
                design_doubted=frozenset(c.study.id for c in self.counted if self.lib.design_doubt(c.study.id)),
                doubtful=[each.study_id for each in lines if each.doubt and each.role == _speaker(made)],
                changed_without_doubtful=changed,
            )
        )
        return Finding(
            id=_finding_id(self.first),
            concern=self.first.study.concern,
            concept=self.concept.id,
            event=self.event,
            comparison=self.comparison,
            kind=self.kind,
            studies=tuple(lines),
            people=people,
            people_unknown=unknown_people,
            directions=directions,
            estimate=made,
            without_doubtful=doubted,
            absolute=absolute(effects, made, weeks) if made and made.basis != "review" else None,
            weeks=weeks,
            certainty=certainty,
            size=size,
            favours=favours,
            sentence=sentence(self.comparison, self.concept, certainty.level, size, favours, self.event),
            routes=_merged(each.routes for each in lines),
            sources=_merged(each.sources for each in lines),
            notes=tuple(dict.fromkeys([*self.notes, *self._differences()])),
        )

    def _apart_from_overlaps(self) -> tuple[list[Contribution], list[Contribution]]:
        """Contributions that count, and those whose people another one here already counts."""
        here = {c.study.id: c for c in self.all if not c.study.is_review}
        parts: dict[str, list[Contribution]] = defaultdict(list)
        for pair in self.lib.overlaps:
            if pair.whole in here and pair.part in here:
                parts[pair.whole].append(here[pair.part])
        dropped: set[str] = set()
        for whole_id, held in parts.items():
            # The report with most people speaks for all of them, unless only its parts have numbers.
            whole = here[whole_id]
            drop = [whole] if not whole.has_effect and any(part.has_effect for part in held) else held
            dropped |= {contribution.study.id for contribution in drop}
            names = "; ".join(c.study.citation_text for c in drop)
            self.notes.append(f"Not counted again, because another report here holds the same people: {names}.")
        counted = [c for c in self.all if c.study.id not in dropped]
        return counted, [c for c in self.all if c.study.id in dropped]

    def _pool(self) -> Pool | None:
        """Trials that can be pooled; where none gives an effect, the review that speaks for them."""
        if self.kind in ("before-after", "laboratory"):
            return None
        self.pooled: list[Contribution] = [c for c in self.trials if c.study.randomised and c.has_effect]
        if not self.pooled:
            self.pooled = [c for c in self.trials if c.has_effect]
        elif any(c.has_effect and not c.study.randomised for c in self.trials):
            self.notes.append("Studies in which chance did not decide who got what are shown, but not in the estimate.")
        if not self.pooled:
            able = [c for c in self.reviews if c.has_effect]
            self.pooled = [min(able, key=_review_rank)] if able else []
        return choose(self.pooled, self.concept.better) if self.pooled else None

    def _estimate(self, pool: Pool | None, effects: Sequence[Effect]) -> Estimate | None:
        if pool is None or not effects:
            return None
        made = estimate(effects, pool.scale, pool.better, self._row_notes(pool))
        if self.pooled[0].study.is_review:
            return _as_review(made, self.pooled[0].study, pool)
        return made

    def _row_notes(self, pool: Pool) -> list[str]:
        rows = [row.placed.outcome for row, _ in pool.chosen.values()]
        notes = []
        derived = sum("worked out from" in (row.note or "").lower() for row in rows)
        if derived:
            notes.append(f"counts worked out from printed percentages ({derived} of {len(rows)} studies)")
        if len({row.statistic for row in rows} & {"change", "final"}) > 1:
            notes.append("changes and values at the end, both on one scale, were put together")
        return notes

    def _without_doubtful(self, pool: Pool | None, made: Estimate | None) -> tuple[Estimate | None, bool]:
        """The estimate without suspicious records, and whether it changes the answer."""
        if pool is None or made is None:
            return None, False
        kept = {
            position: pair
            for position, pair in pool.chosen.items()
            if not self.lib.suspicion(self.pooled[position].study.id)
        }
        if not kept or len(kept) == len(pool.chosen):
            return None, False
        other = estimate([effect for _, effect in kept.values()], pool.scale, pool.better)
        changed = _reading(other) != _reading(made)
        if changed:
            self.notes.append("Without studies whose numbers are hard to believe, the answer is another.")
        return other, changed

    def _lines(self, pool: Pool | None) -> list[StudyLine]:
        chosen = {id(self.pooled[position]): pair for position, pair in pool.chosen.items()} if pool else {}
        lines = []
        for contribution in self.all:
            used, effect = chosen.get(id(contribution), (None, None))
            forced = "overlaps" if contribution in self.overlapping else None
            doubt = self.lib.suspicion(contribution.study.id)
            lines.append(line(contribution, used, effect, doubt, forced))  # type: ignore[arg-type]
        return lines

    def _speaking(self, lines: Sequence[StudyLine], made: Estimate | None) -> list[tuple[Study, int | None, Favours]]:
        """The studies that the answer rests on."""
        if made is not None:
            speakers = [each for each in lines if each.study_id in made.study_ids]
        else:
            speakers = [each for each in lines if each.role in COUNTED] or list(lines)
        return [(self.lib.studies[each.study_id], each.people, each.direction) for each in speakers]

    def _bands(self, pool: Pool | None, made: Estimate | None) -> Bands | None:
        if pool is None or made is None:
            return None
        rows = [row.placed.outcome for row, _ in pool.chosen.values()]
        instrument = next(
            (row.instrument for row in rows if row.instrument and row.statistic != "percent-change"), None
        )
        return bands(made.measure, typical_sd([effect for _, effect in pool.chosen.values()]), instrument)

    def _differences(self) -> list[str]:
        return list(dict.fromkeys(d for c in self.counted for row in c.rows for d in row.placed.differences))


def _speaker(made: Estimate | None) -> str:
    return "review" if made is not None and made.basis == "review" else "estimate" if made is not None else "direction"


def _review_rank(contribution: Contribution) -> tuple[int, int, str]:
    """The review with most studies behind its number, then the latest."""
    counts = [row.placed.outcome.contrast.studies or 0 for row in contribution.rows if row.placed.outcome.contrast]
    return (-max(counts, default=0), -contribution.study.citation.year, contribution.study.id)


def _as_review(made: Estimate, study: Study, pool: Pool) -> Estimate:
    """A review's own number, said to be so."""
    contrast = next(iter(pool.chosen.values()))[0].placed.outcome.contrast
    k = contrast.studies if contrast else None
    network = ", partly from indirect comparisons" if study.design == "network-meta-analysis" else ""
    return replace(
        made, basis="review", k=k, people=None, i2=contrast.i2 if contrast else None,
        method=f"a review's own estimate{network}",
    )  # fmt: skip


def _reading(made: Estimate) -> Favours:
    """What an estimate says: the side its whole interval lies on."""
    if made.low <= made.null <= made.high:
        return "neither"
    return side_of(made.value, made.null, made.better)


def _size_and_side(made: Estimate | None, scale: Bands | None, told: Directions) -> tuple[Size, Favours]:
    """Size band and the side favoured: by the point estimate (its doubt is the certainty's business), or by count."""
    if made is None:
        return "unknown", _majority(told)
    side = side_of(made.value, made.null, made.better)
    if scale is None:
        return "unknown", _reading(made)
    size = scale.size(math.log(made.value) if made.null == 1.0 else made.value)
    return size, ("neither" if size == "trivial" else side)


def _majority(told: Directions) -> Favours:
    """One side where every study that says something says so; neither where they say there is none; else unknown."""
    sides = {"intervention": told.better, "comparator": told.worse, "neither": told.no_difference}
    heard = [side for side, count in sides.items() if count]
    if len(heard) == 1:
        return heard[0]  # type: ignore[return-value]
    total = sum(sides.values())
    leader = max(sides, key=lambda side: sides[side])
    if total and sides[leader] > 2 * (total - sides[leader]) and not (told.better and told.worse):
        return leader  # type: ignore[return-value]
    return "unknown"


def _directions(lines: Sequence[StudyLine]) -> Directions:
    ways = [each.direction for each in lines]
    return Directions(
        ways.count("intervention"), ways.count("comparator"), ways.count("neither"), ways.count("unknown")
    )


def _weeks(lines: Sequence[StudyLine]) -> tuple[float, float] | None:
    told = [each.weeks for each in lines if each.weeks is not None]
    return (min(told), max(told)) if told else None


def _merged(parts: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part for group in parts for part in group))


def _harms_of(study: Study) -> Iterable[Harm]:
    for index, row in enumerate(study.safety):
        arms = list(row.results) or [arm.id for arm in study.arms]
        for arm in arms:
            result = row.results.get(arm)
            treatments = tuple(component.treatment for component in study.arm(arm).components)
            n = result.n if result is not None else None
            yield Harm(
                study_id=study.id,
                row=index,
                concern=study.concern,
                arm=arm,
                treatments=treatments,
                event=row.event,
                events=result.events if result is not None else None,
                n=n if n is not None else (study.arm(arm).n if result is not None else None),
                serious=row.serious,
                note=row.note,
            )


_made: WeakKeyDictionary[Library, Findings] = WeakKeyDictionary()
_lock = threading.Lock()


def findings(lib: Library | None = None) -> Findings:
    """Every finding of a library (the product's own unless another is given), worked out once."""
    lib = lib or library()
    with _lock:
        if lib not in _made:
            _made[lib] = Findings(lib)
        return _made[lib]
