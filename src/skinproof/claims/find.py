"""Find the promises of a text: layout, sentences, then who does what to which outcome, how surely and by when."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

from skinproof.language import Block, Match, Text, blocks, read, sentences

from .context import Context, Parts, main_treatment, parts_of
from .lexicon import Outcome, words
from .marks import Sentence, mark
from .model import Direction, Found, Kind, Model, Stance, Unrecognised, Weeks
from .pairs import Pair, direction, pairs, unpaired

_HARM_WORDS = ("cause",)


@dataclass(frozen=True, slots=True)
class Promises:
    """What a text promises, and what was promised in words that the lexicon does not know."""

    found: tuple[Found, ...]
    unrecognised: tuple[Unrecognised, ...]


def find(given: str | Text) -> Promises:
    """The promises of a text, in order of place.

    Raises:
        TextError: too long, or not text.
    """
    text = read(given) if isinstance(given, str) else given
    laid = blocks(text.plain)
    marked = [[s for a, b in sentences(text.plain, block) if (s := mark(text, a, b))] for block in laid]
    context = _context(laid, marked)
    found: list[Found] = []
    missed: list[Unrecognised] = []
    for at, block in enumerate(laid):
        finder = _Block(text, laid, at, block, context, marked)
        for sentence in marked[at]:
            here, not_recognised = finder.read(sentence)
            found += here
            missed += not_recognised
    return Promises(tuple(_once(found)), tuple(missed))


def _context(laid: tuple[Block, ...], marked: list[list[Sentence]]) -> Context:
    counts: Counter[str] = Counter()
    title: str | None = None
    context = Context()
    for at, block in enumerate(laid):
        named = [m.id for s in marked[at] for m in s.kinds("treatment") if m.id not in words().general]
        counts.update(named)
        if named and title is None:
            title = named[0]
        if block.kind in ("heading", "question") or block.kind == "paragraph":
            subjects = [name for s in marked[at][-1:] for name in parts_of(s).subjects]
            if subjects:
                context.of_block[at] = tuple(dict.fromkeys(subjects))
    context.main = main_treatment(counts, title)
    return context


class _Block:
    """Reads the sentences of one block in order, remembering who was spoken of."""

    def __init__(
        self, text: Text, laid: tuple[Block, ...], at: int, block: Block, context: Context, marked: list[list[Sentence]]
    ) -> None:
        self.text, self.block, self.context = text, block, context
        self.subjects = context.governing(laid, at)
        self.labelled = False
        self.routes: tuple[str, ...] = ()
        self.lead = self._lead(laid, at, marked)

    def _lead(self, laid: tuple[Block, ...], at: int, marked: list[list[Sentence]]) -> str | None:
        """Whether the list that this block is part of tells of promises or of harms."""
        block = laid[at]
        if block.kind not in ("item", "cell"):
            return None
        for above in (block.lead, block.heading):
            if above is None:
                continue
            for sentence in reversed(marked[above]):
                if sentence.has("harms"):
                    return "harms"
                if sentence.has("promises") or sentence.kinds("effect"):
                    return "promises"
        return None

    def read(self, sentence: Sentence) -> tuple[list[Found], list[Unrecognised]]:
        parts = parts_of(sentence)
        label_end = self.block.label
        if label_end is not None and sentence.start == self.block.start and not self.labelled:
            self.labelled = True
            named = tuple(
                m.id for m in sentence.kinds("treatment")
                if sentence.tokens.ends[m.last - 1] <= label_end and m.id not in words().general
            )  # fmt: skip
            if named:
                self.subjects = named
                parts = replace(parts, subjects=tuple(n for n in parts.subjects if n not in named) or named)
        subjects = parts.subjects or self.subjects
        if parts.subjects:
            self.subjects = parts.subjects
        if sentence.asks or self.block.kind == "question":
            return [], []
        if self.block.kind == "heading" and not any(
            m.entry.value.part == "verb" for m in sentence.kinds("effect", "state")
        ):
            return [], []
        found = list(self._promises(sentence, parts, subjects))
        missed = [] if found else self._missed(sentence, parts)
        return found, missed

    def _promises(self, sentence: Sentence, parts: Parts, subjects: tuple[str, ...]) -> Iterator[Found]:
        here = pairs(sentence)
        for pair in self._kept(sentence, here):
            if sentence.under("unless", pair.tokens[0]) and pair.direction != "harms":
                continue
            yield from self._rows(sentence, parts, subjects, pair)
        for match in unpaired(sentence, here):
            if made := self._bare(sentence, match):
                yield from self._rows(sentence, parts, subjects, made)
        yield from self._safety(sentence, parts, subjects)
        yield from self._cost(sentence, parts, subjects)
        yield from self._regulatory(sentence, parts, subjects)
        yield from self._evidence(sentence, parts, subjects)
        if not here:
            yield from self._lasting(sentence, parts, subjects)

    def _kept(self, sentence: Sentence, here: list[Pair]) -> Iterator[Pair]:
        """One pair an outcome; wide words such as "results" only where nothing nearer is named."""
        specific = {pair.effect for pair in here if not pair.outcome.generic}
        seen: set[tuple[str | None, str | None, str, str]] = set()
        for pair in here:
            if pair.outcome.generic and specific:
                continue
            if (
                pair.effect
                and pair.effect.id == "cause"
                and not pair.outcome.harm
                and pair.direction != "harms"
                and not self._told_well(sentence)
            ):
                continue
            key = (pair.outcome.concern, pair.outcome.concept, pair.direction, pair.outcome.free or "")
            if key not in seen:
                seen.add(key)
                yield pair

    def _told_well(self, sentence: Sentence) -> bool:
        return bool(sentence.kinds("treatment"))

    def _bare(self, sentence: Sentence, match: Match) -> Pair | None:
        """An outcome alone: in a list of benefits or of risks, or an unwanted effect that a sentence mentions."""
        outcome: Outcome = match.entry.value
        negated = sentence.under("negation", match.first)
        if outcome.harm:
            return Pair(outcome, "safe" if negated else "harms", match.first, match.last, (match.last,), None)
        if (
            self.lead is None
            or outcome.generic
            or (self.block.label is not None and sentence.offset(match.first) < self.block.label)
        ):
            return None
        if self.lead == "harms":
            return (
                Pair(outcome, "harms", match.first, match.last, (match.first,), None)
                if outcome.thing == "bad"
                else None
            )
        return Pair(outcome, direction(outcome, "good"), match.first, match.last, (match.first,), None)

    # --- rows

    def _rows(self, sentence: Sentence, parts: Parts, subjects: tuple[str, ...], pair: Pair) -> Iterator[Found]:
        outcome = pair.outcome
        way = pair.direction
        concept, concern = outcome.concept, outcome.concern
        stance = self._stance(sentence, pair, way)
        negated = sentence.under("negation", *pair.tokens)
        if negated and way == "harms" and (outcome.harm or (pair.effect and pair.effect.id == "cause")):
            way, stance = "safe", "asserted" if stance == "denied" else stance
        if way == "harms" and not outcome.harm and self._of_treatment(pair):
            concept = "adverse-events" if concept not in ("pain", "downtime") else concept
        weeks = self._weeks(sentence, pair)
        versus = parts.versus
        kind = self._kind(sentence, outcome, way, weeks, versus)
        free = (("concept", outcome.free),) if outcome.free and concept is None else ()
        for treatment in subjects or (None,):
            yield self._row(
                sentence, parts, treatment, pair.first, pair.last, concern, concept, way, kind, weeks, stance, free
            )

    def _of_treatment(self, pair: Pair) -> bool:
        return pair.effect is None or pair.effect.id in (*_HARM_WORDS, "raise", "worse")

    def _row(
        self,
        sentence: Sentence,
        parts: Parts,
        treatment: str | None,
        first: int,
        last: int,
        concern: str | None,
        concept: str | None,
        way: Direction,
        kind: Kind,
        weeks: Weeks | None,
        stance: Stance,
        free: tuple[tuple[str, str], ...] = (),
        regulatory: str | None = None,
        money: tuple[float | None, float | None] | None = None,
    ) -> Found:
        start, end = sentence.tokens.starts[first], sentence.tokens.ends[last - 1]
        clause = sentence.clause_at(first)
        near = {
            kind_: [m for m in sentence.other.get(kind_, ()) if clause[0] <= m.first < clause[1]]
            for kind_ in ("hedge", "boast")
        }
        strength = sentence.said([*near["hedge"], *near["boast"]], self.text)
        model: Model | None = (
            "animal-or-lab" if sentence.has("laboratory") else "people" if sentence.has("people") else None
        )
        return Found(
            self.text.given[start:end], start, treatment, self._route(sentence, treatment), parts.with_, parts.versus,
            concern, concept, way, kind, weeks, strength, bool(near["hedge"]), stance, model, free, money, regulatory,
        )  # fmt: skip

    def _route(self, sentence: Sentence, treatment: str | None) -> tuple[str, ...]:
        return tuple(dict.fromkeys(match.id for match in sentence.other.get("route", ())))

    def _stance(self, sentence: Sentence, pair: Pair, way: Direction) -> Stance:
        if sentence.under("report", *pair.tokens):
            return "reported"
        if sentence.under("doubt", *pair.tokens) or sentence.under("negation", *pair.tokens):
            return "denied"
        return "asserted"

    def _weeks(self, sentence: Sentence, pair: Pair) -> Weeks | None:
        times = [time for time in sentence.times if time.role in ("when", "lasting")]
        if not times:
            return None
        where = sentence.tokens.starts[pair.first]
        clause = sentence.clause_at(pair.first)
        inside = [t for t in times if clause[0] <= sentence.token_at(t.start) < clause[1]] or times
        return min(inside, key=lambda t: abs(t.start - where)).weeks

    def _kind(
        self, sentence: Sentence, outcome: Outcome, way: Direction, weeks: Weeks | None, versus: tuple[str, ...]
    ) -> Kind:
        if versus and sentence.has("comparative", "versus"):
            return "comparison"
        if way in ("harms", "safe") or outcome.harm:
            return "safety"
        if weeks is not None:
            return "timing"
        return "mechanism" if outcome.kind == "mechanism" else "efficacy"

    # --- what is not an effect on an outcome

    def _safety(self, sentence: Sentence, parts: Parts, subjects: tuple[str, ...]) -> Iterator[Found]:
        for match in sentence.kinds("safe", "unsafe"):
            safe = match.kind == "safe"
            negated = sentence.under("negation", match.first)
            doubted = sentence.under("doubt", match.first)
            stance: Stance = (
                "reported" if sentence.under("report", match.first) else "denied" if negated or doubted else "asserted"
            )
            kind: Kind = "comparison" if parts.versus else "safety"
            concept = (
                "pain"
                if any(w.startswith(("pain", "uncomf", "comf")) for w in sentence.gap(match.first, match.last))
                else "adverse-events"
            )
            for treatment in subjects or (None,):
                yield self._row(
                    sentence,
                    parts,
                    treatment,
                    match.first,
                    match.last,
                    None,
                    concept,
                    "safe" if safe else "harms",
                    kind,
                    None,
                    stance,
                )

    def _cost(self, sentence: Sentence, parts: Parts, subjects: tuple[str, ...]) -> Iterator[Found]:
        dear = [*sentence.other.get("cheap", ()), *sentence.other.get("dear", ())]
        told = sentence.sums and sentence.has("price") and len(sentence.tokens) > 6
        if not dear and not told:
            return
        if dear:
            first, last = dear[0].first, dear[0].last
        else:
            first, last = sentence.token_at(sentence.sums[0].start), sentence.token_at(sentence.sums[0].end - 1) + 1
        amount = (
            (sentence.sums[0].low, sentence.sums[0].high)
            if sentence.sums and sentence.sums[0].currency == "GBP"
            else None
        )
        for treatment in subjects[:1] or (None,):
            yield self._row(
                sentence, parts, treatment, first, last, None, None, "none", "cost", None, "asserted", money=amount
            )

    def _regulatory(self, sentence: Sentence, parts: Parts, subjects: tuple[str, ...]) -> Iterator[Found]:
        for match in sentence.other.get("regulatory", ()):
            negated = sentence.under("negation", match.first) or sentence.under("doubt", match.first)
            stance: Stance = (
                "reported" if sentence.under("report", match.first) else "denied" if negated else "asserted"
            )
            for treatment in subjects or (None,):
                yield self._row(
                    sentence,
                    parts,
                    treatment,
                    match.first,
                    match.last,
                    None,
                    None,
                    "none",
                    "regulatory",
                    None,
                    stance,
                    regulatory=match.id,
                )

    def _evidence(self, sentence: Sentence, parts: Parts, subjects: tuple[str, ...]) -> Iterator[Found]:
        for match in sentence.other.get("lacking", ())[:1]:
            safety = any(word in ("safety", "safe", "risks") for word in sentence.tokens.words)
            concept = "adverse-events" if safety else None
            for treatment in subjects[:1] or (None,):
                yield self._row(
                    sentence,
                    parts,
                    treatment,
                    match.first,
                    match.last,
                    None,
                    concept,
                    "none",
                    "safety" if safety else "efficacy",
                    None,
                    "asserted",
                )

    def _lasting(self, sentence: Sentence, parts: Parts, subjects: tuple[str, ...]) -> Iterator[Found]:
        lasting = [t for t in sentence.times if t.role == "lasting"]
        for match in sentence.other.get("lasting", ())[:1]:
            weeks = lasting[0].weeks if lasting else None
            stance: Stance = (
                "denied"
                if sentence.under("negation", match.first) or sentence.under("doubt", match.first)
                else "asserted"
            )
            for treatment in subjects or (None,):
                yield self._row(
                    sentence,
                    parts,
                    treatment,
                    match.first,
                    match.last,
                    None,
                    "relapse",
                    "reduces",
                    "timing",
                    weeks,
                    stance,
                )

    def _missed(self, sentence: Sentence, parts: Parts) -> list[Unrecognised]:
        if not parts.subjects or not (sentence.kinds("effect", "state") or sentence.has("boast")):
            return []
        return [Unrecognised(self.text.given[sentence.start : sentence.end], sentence.start, parts.subjects[0])]


def _once(found: list[Found]) -> Iterator[Found]:
    """The same promise made twice in one breath counts once."""
    seen: set[tuple[object, ...]] = set()
    for row in found:
        key = (row.treatment, row.concern, row.concept, row.direction, row.kind, row.at // 200, row.free)
        if key not in seen:
            seen.add(key)
            yield row
