"""One finding put together from the rows that belong to it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from skinproof.evidence.studies.library import Library
from skinproof.evidence.studies.records import Study
from skinproof.vocabulary import Vocabulary

from .absolutes import absolute, responders
from .answers import band, reading, size_and_side, ways_counted
from .assumptions import assumptions
from .certainty import Evidence, rate
from .finding_ids import event_of, finding_id
from .importance import Bands, bands
from .instruments import common
from .judgements import Override, Reason
from .levels import LEVELS
from .lines import count_people, line
from .model import (
    Absolute,
    Effect,
    Estimate,
    Favours,
    Finding,
    Kind,
    SidesTried,
    StudyLine,
)
from .pooling import (
    Contribution,
    Pool,
    RowEffects,
    apart_from_overlaps,
    choose,
    contributions,
    estimate,
    in_how_many,
    typical_sd,
    written_scale,
)
from .sides import sides_sentence
from .without_pooling import without_pooling
from .wording import sentence

COUNTED = ("estimate", "apart", "p-value", "direction", "no-data")


def assemble(
    lib: Library, words: Vocabulary, rows: Sequence[RowEffects], overrides: Sequence[Override] = ()
) -> Finding:
    """The finding of rows that share one `finding_id`, with reviewers' overrides of its certainty."""
    return _Assembly(lib, words, rows, overrides).finding()


class _Assembly:
    """One finding from its rows, step by step."""

    def __init__(
        self, lib: Library, words: Vocabulary, rows: Sequence[RowEffects], overrides: Sequence[Override] = ()
    ) -> None:
        self.lib, self.first, self.overrides = lib, rows[0].placed, overrides
        self.comparison = self.first.comparison
        self.concept = words.concepts[self.first.outcome.concept]
        self.event = event_of(self.first)
        self.all = contributions(rows)
        self.notes: list[str]
        self.counted, self.overlapping, self.notes = apart_from_overlaps(self.all, lib.overlaps)
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
        directions = ways_counted(counted)
        weeks = _weeks([each for each in lines if each.role == "estimate"] or counted or lines)
        per_100 = absolute(effects, made, weeks) if made and made.basis != "review" else None
        scale = self._bands(pool, made, per_100)
        size, favours = size_and_side(made, scale, directions)
        people, unknown_people = count_people([each for each in counted if each.role != "no-data"])
        evidence = Evidence(
            kind=self.kind,
            comparison=self.comparison,
            concept=self.concept,
            studies=self._speaking(lines, made),
            effects=effects,
            estimate=made,
            bands=scale,
            directions=directions,
            others=ways_counted([each for each in counted if made is None or each.study_id not in made.study_ids]),
            favours=favours,
            people=people if not unknown_people else None,
            differences=self._differences(),
            design_doubted=frozenset(c.study.id for c in self.counted if self.lib.design_doubt(c.study.id)),
            doubtful=[each.study_id for each in lines if each.doubt and each.role == _speaker(made)],
            changed_without_doubtful=changed,
        )
        sides = self._sides(pool, made, scale)
        more = [] if sides is None else [self._reason_of_sides(evidence, sides, pool)]
        certainty = rate(evidence, more=more, overrides=self.overrides)
        return Finding(
            id=finding_id(self.first),
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
            absolute=per_100,
            weeks=weeks,
            certainty=certainty,
            size=size,
            favours=favours,
            sentence=sentence(self.comparison, self.concept, certainty.level, size, favours, self.event),
            routes=_merged(each.routes for each in lines),
            sources=_merged(each.sources for each in lines),
            notes=tuple(dict.fromkeys([*self.notes, *self._differences()])),
            responders=responders(made) if made else None,
            sides=sides,
            without_pooling=without_pooling(self.lib, counted) if made is None and self._compares else None,
        )

    @property
    def _compares(self) -> bool:
        """Whether there was a comparison of people whose sides can be counted."""
        return self.kind in ("controlled", "dose")

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
        written = written_scale([row.placed.outcome for row, _ in pool.chosen.values()])
        made = estimate(effects, pool.scale, pool.better, self._row_notes(pool), written)
        if self.pooled[0].study.is_review:
            return _as_review(made, self.pooled[0].study, pool)
        return made

    def _row_notes(self, pool: Pool) -> list[str]:
        rows = [row.placed.outcome for row, _ in pool.chosen.values()]
        notes = []
        derived = sum("worked out from" in (row.note or "").lower() for row in rows)
        if derived:
            notes.append(in_how_many("counts worked out from printed percentages", derived, len(rows)))
        if len({row.statistic for row in rows} & {"change", "final"}) > 1:
            notes.append("Changes and values at the end, both on one scale, were put together")
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
        written = written_scale([row.placed.outcome for row, _ in kept.values()])
        other = estimate([effect for _, effect in kept.values()], pool.scale, pool.better, (), written)
        changed = reading(other) != reading(made)
        if changed:
            self.notes.append("Without studies whose numbers are hard to believe, the answer is another.")
        return other, changed

    def _sides(self, pool: Pool | None, made: Estimate | None, scale: Bands | None) -> SidesTried | None:
        """The estimate at other correlations of two sides, where one was borrowed."""
        if pool is None or made is None:
            return None
        effects = [effect for _, effect in pool.chosen.values()]
        borrowed = [(e.study_id, e.likeness) for e in effects if e.likeness and e.likeness.basis == "borrowed"]
        if not borrowed:
            return None
        others = [(each, self._at(pool, each)) for each in assumptions().sides.varied]
        answer = (reading(made), band(made, scale))
        depends = any((reading(other), band(other, scale)) != answer for _, other in others)
        assumed = tuple(alike.correlation for _, alike in borrowed)
        return SidesTried(
            study_ids=tuple(dict.fromkeys(study_id for study_id, _ in borrowed)),
            assumed=assumed,
            tried=tuple((each, other.value, other.low, other.high) for each, other in others),
            depends=depends,
            sentence=sides_sentence(assumed, [each for each, _ in others], depends),
        )

    def _at(self, pool: Pool, correlation: float) -> Estimate:
        effects = [effect.at_correlation(correlation) for _, effect in pool.chosen.values()]
        return estimate(effects, pool.scale, pool.better)

    def _reason_of_sides(self, evidence: Evidence, sides: SidesTried, pool: Pool | None) -> Reason:
        """What the least sure of the certainties, at the correlations assumed and tried, takes off more."""
        base = rate(evidence)
        taken = sum(each.down for each in base.reasons)
        reason = Reason("imprecision", 0, sides.sentence)
        if pool is not None and sides.depends:
            for each, *_ in sides.tried:
                effects = [effect.at_correlation(each) for _, effect in pool.chosen.values()]
                other = rate(replace(evidence, effects=effects, estimate=estimate(effects, pool.scale, pool.better)))
                down = sum(told.down for told in other.reasons) - taken
                if LEVELS.index(other.level) < LEVELS.index(base.level) and down > reason.down:
                    reason = Reason("imprecision", down, sides.sentence)
        return reason

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

    def _bands(self, pool: Pool | None, made: Estimate | None, per_100: Absolute | None) -> Bands | None:
        if pool is None or made is None:
            return None
        rows = [row.placed.outcome for row, _ in pool.chosen.values()]
        instrument = next(
            (common(row).name for row in rows if row.instrument and row.statistic != "percent-change"), None
        )
        risk = per_100.without / 100 if per_100 and self.concept.matters != "harm" else None
        return bands(made.measure, typical_sd([effect for _, effect in pool.chosen.values()]), instrument, risk)

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


def _weeks(lines: Sequence[StudyLine]) -> tuple[float, float] | None:
    told = [each.weeks for each in lines if each.weeks is not None]
    return (min(told), max(told)) if told else None


def _merged(parts: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part for group in parts for part in group))
