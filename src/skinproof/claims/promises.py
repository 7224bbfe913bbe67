"""From a pair or a statement of one sentence to the rows of what is found: stance, kind, time, strength."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise, product

from skinproof.language import Match, Text

from ._rows import Statement
from .bare import compared_in
from .compared import THAN, acts_between, alike, compared, contrasted_with, less_of_a_good_thing, lesser, of_treatment
from .context import Group, Who, who
from .lexicon import Act, Outcome, words
from .marks import Sentence
from .model import Direction, Found, Kind, Model, Stance, Weeks
from .pairs import Pair, good
from .voice import stance_of
from .when import since_the_end, times_of

_OF_PERSON = ("pain", "downtime", "itch")  # unwanted effects that keep their own name
_HOW = frozenset(("how", "when"))
_LESSENED = ("pain", "downtime")
_BRINGS = ("cause", "give", "show")


@dataclass(slots=True)
class Reading:
    """One sentence on its way to rows, with whom it may speak of."""

    text: Text
    sentence: Sentence
    groups: list[Group]
    carried: tuple[str, ...]
    main: str | None
    paired: list[Pair] = field(default_factory=list)
    rivals: tuple[str, ...] = ()  # held against each other by the title
    meant: Outcome | None = None  # what was spoken of before this sentence

    def who(self, at: int) -> Who:
        whom = who(self.sentence, self.groups, at, self.carried, self.main)
        if whom.versus or len(whom.subjects) != 1 or whom.subjects[0] not in self.rivals:
            return whom
        if not self.sentence.within("comparative", self.sentence.clause_at(at)):
            return whom
        return whom._replace(versus=tuple(name for name in self.rivals if name != whom.subjects[0]))

    # --- an effect on an outcome

    def of_pair(self, pair: Pair) -> Iterator[Found]:
        sentence, outcome, way = self.sentence, pair.outcome, pair.direction
        whom = self.who(pair.first)
        stance = stance_of(self.sentence, *pair.tokens, beside=pair.effect)
        act: Act | None = pair.effect.entry.value if pair.effect else None
        if act and act.no_change == "itself" and stance == "asserted":
            stance = "denied"
        if way == "harms" and stance == "denied" and not sentence.under("doubt", *pair.tokens):
            way, stance = "safe", "asserted"
        if (way, stance, outcome.concept) == ("harms", "denied", "relapse") and _open(sentence, whom):
            way, stance = "none", "asserted"  # "we do not know how soon it comes back"
        concept = outcome.concept
        brought = way == "harms" and (pair.effect is None or pair.effect.entry.value.sense in _BRINGS)
        if ((way in ("harms", "safe") and outcome.also_harm) or brought) and concept not in _OF_PERSON:
            concept = "adverse-events"
        times = times_of(self.text, self.sentence, pair.first, way)
        weeks = times[0].weeks if times else None
        comparison = compared(sentence, self.groups, pair, whom)
        if comparison is None and less_of_a_good_thing(pair):
            comparison = "worse"
        if alike(sentence, pair, whom):
            comparison = "equal"
        if comparison in ("worse", "equal"):
            way = "none"
            stance = "asserted" if stance == "denied" and not sentence.under("doubt", *pair.tokens) else stance
        if (
            comparison == "better"
            and way == "safe"
            and concept in _LESSENED
            and lesser(sentence, pair.first, pair.last)
        ):
            way = "reduces"
        versus = whom.versus or (contrasted_with(sentence, self.groups, whom) if comparison else ())
        kind = self._kind(pair, way, weeks, comparison is not None)
        free = (("concept", outcome.free),) if outcome.free and concept is None else ()
        for treatment in whom.subjects or (None,):
            yield self.row(
                pair.first, pair.last, treatment, Who(whom.subjects, whom.with_, versus), outcome.concern, concept, way,
                kind, weeks, stance, free, says=comparison,
            )  # fmt: skip

    def _kind(self, pair: Pair, way: Direction, weeks: Weeks | None, compared: bool) -> Kind:
        outcome = pair.outcome
        if compared:
            return "comparison"
        if outcome.concept == "relapse" and way == "harms":
            return "timing"
        if way in ("harms", "safe"):
            return "safety"
        process = pair.effect is not None and pair.effect.entry.value.process and outcome.process
        if outcome.kind == "mechanism" or process or self.sentence.has("mechanism"):
            return "timing" if weeks is not None and outcome.kind != "mechanism" else "mechanism"
        return "timing" if weeks is not None else "efficacy"

    # --- what is said without one

    def of_statement(self, match: Match) -> Iterator[Found]:
        sentence, said = self.sentence, _row_of(match)
        if said.verdict or (said.denies and sentence.tokens.words[-1] == ":"):
            return
        if said.id == "unproven" and self._of_something_else(match):
            return
        if self._describes(said, match):
            return
        if (said.alone and not self._own_time(said, match) and self._spoken_for(said, match)) or not self._has(
            said, match
        ):
            return
        whom = self.who(match.first)
        if not whom.subjects or (said.time == "lasting" and self._of_a_visit(match)):
            return
        stance = "denied" if said.denies else stance_of(self.sentence, match.first, beside=match)
        if said.id == "safe" and stance == "denied" and any(m.entry.value.evidence for m in sentence.said):
            return  # "it is not known whether they are safe" has been told
        way: Direction = said.direction
        kind = said.kind
        told = sentence.tokens.words
        if stance == "denied" and said.negated:
            way, stance = said.negated, "asserted"
        open_ = (said.id == "safe" and "whether" in told) or (
            said.concept == "relapse" and way == "harms" and _open(sentence, whom)
        )
        if open_ and stance == "denied" and sentence.under("doubt", match.first):
            # "Nobody can say whether they are safe", "we do not know how soon it comes back"
            way, stance, kind = "none", "asserted", kind if said.id == "safe" else "efficacy"
        if said.as_told:
            told_by = (s for s in sentence.scopes if s.kind == "report" and s.covers(match.first))
            stance = "reported" if any(s.cue.entry.value != "left" for s in told_by) else "asserted"
        if kind == "safety" and whom.versus and self._comparative(match):
            kind = "comparison"
        if whom.versus and said.concept in _LESSENED and lesser(sentence, match.first, match.last):
            way, kind = "reduces", "comparison"
        if said.time == "when" and whom.versus:
            kind = "comparison"  # "at 24 weeks 82% saw an improvement, against 63% on placebo"
        weeks = self._weeks_of(said, match)
        subjects = whom.subjects[:1] if said.whole else whom.subjects
        if said.compares and said.concept == "global-improvement" and (outcome := compared_in(sentence, match)):
            way = way if way == "none" else good(outcome)
            for treatment in subjects:
                yield self.row(match.first, match.last, treatment, whom, outcome.concern, outcome.concept, way, kind,
                               weeks, stance, says=said.id)  # fmt: skip
            return
        for concept, kind_ in self._concepts(said, match, kind):
            for treatment, concern in product(subjects, self._concerns(said, kind_)):
                yield self.row(
                    match.first, match.last, treatment, whom, concern, concept, way, kind_, weeks, stance,
                    says=said.id,
                    money=self._sum() if kind == "cost" else None,
                )  # fmt: skip

    def _concerns(self, said: Statement, kind: Kind) -> tuple[str | None, ...]:
        """For what it is licensed, does more, or when: the problems that the sentence names, else the one before it."""
        if kind not in ("regulatory", "comparison") and said.time != "when":
            return (None,)
        named: list[Outcome] = [match.entry.value for match in self.sentence.kinds("outcome")]
        if kind != "regulatory" and self.meant is not None:
            named.append(self.meant)
        concerns = tuple(dict.fromkeys(outcome.concern for outcome in named if outcome.concern and not outcome.harm))
        return (concerns if kind == "regulatory" else concerns[:1]) or (None,)

    def _own_time(self, said: Statement, match: Match) -> bool:
        """ "Smoother in one week, with full results after six": a second time, right behind."""
        times = [time for time in self.sentence.times if time.role == "when"]
        near = any(0 <= self.sentence.token_at(time.start) - match.last <= 1 for time in times)
        return said.time == "when" and near and len(times) > 1

    def _describes(self, said: Statement, match: Match) -> bool:
        """ "A gentle peel": what kind it is. "Side effects were mild, mostly nausea": named, so not safe."""
        told = self.sentence.tokens.words
        if said.id == "safe" and told[match.first : match.last] == ["gentle"]:
            return any(m.first == match.last for m in self.sentence.kinds("treatment"))
        harms = any(pair.direction == "harms" for pair in self.paired)
        return said.id == "safe" and harms and told[match.first : match.first + 2] == ["side", "effects"]

    def _of_something_else(self, match: Match) -> bool:
        """ "No evidence that cutting out dairy helps": of what the lexicon does not know."""
        sentence = self.sentence
        after = sentence.gap(match.last, match.last + 3)
        if "that" not in after:
            return False
        spoken = [m.first for m in (*sentence.kinds("effect", "state", "outcome", "harm", "treatment"), *sentence.said)]
        told = sentence.other.get("it", ())
        return not any(first >= match.last for first in (*spoken, *(m.first for m in told)))

    def _of_a_visit(self, match: Match) -> bool:
        """ "A course lasts four months" """
        clause = self.sentence.clause_at(match.first)
        return any(word in words().grammar.visits for word in self.sentence.gap(clause[0], match.first))

    def _concepts(self, said: Statement, match: Match, kind: Kind) -> list[tuple[str | None, Kind]]:
        """Evidence that is lacking is lacking for something: how long it lasts, how safe it is."""
        if not said.evidence:
            return [(said.concept, kind)]
        told = self.sentence.gap(*self.sentence.clause_at(match.first))
        safety = any(word in words().grammar.safety for word in told)
        term = "lasting" in told or any(a == "long" and b in ("-", "term", "lasting") for a, b in pairwise(told))
        found: list[tuple[str | None, Kind]] = []
        if not safety or term:
            found.append(("relapse" if term else None, kind))
        if safety:
            found.append(("adverse-events", "safety"))
        return found

    def _comparative(self, match: Match) -> bool:
        near = self.sentence.other.get("comparative", ())
        return any(match.first - 1 <= cue.first < match.last for cue in near)

    def _spoken_for(self, said: Statement, match: Match) -> bool:
        """Whether an effect nearby says it already; of a comparison, what stands right behind it."""
        clause = self.sentence.clause_at(match.first)
        if said.compares:
            return any(
                pair.first < match.last + THAN
                and match.first - pair.last <= THAN
                and not acts_between(self.sentence, pair.last, match.first)
                for pair in self.paired
            )
        beside = [pair for pair in self.paired if not (said.evidence and pair.direction in ("harms", "safe"))]
        return any(clause[0] <= pair.first < clause[1] for pair in beside)

    def _has(self, said: Statement, match: Match) -> bool:
        sentence = self.sentence
        for need in said.needs:
            if need == "time" and not (any(time.role == "when" for time in sentence.times) or self._sessions()):
                return False
            if need == "session" and (
                self._sums_beside(match) or not sentence.has("needs") or not self._several(match)
            ):
                return False
            if need == "than" and not (
                self.who(match.first).versus or self._than() or self._when(match) or self._said_of(match)
            ):
                return False
        return True

    def _sums_beside(self, match: Match) -> bool:
        clause = self.sentence.clause_at(match.first)
        return any(clause[0] <= self.sentence.token_at(sum_.start) < clause[1] for sum_ in self.sentence.sums)

    def _sessions(self) -> bool:
        told = self.sentence.tokens.words
        return any(word in ("session", "sessions", "treatments") for word in told) and "after" in told

    def _several(self, match: Match) -> bool:
        told = self.sentence.gap(max(0, match.first - 4), match.last)
        return any(word in words().grammar.several or word.isdigit() for word in told)

    def _than(self) -> bool:
        return any(
            self.sentence.gap(cue.first, cue.last) == ["than"] and of_treatment(self.sentence, cue)
            for cue in self.sentence.other.get("versus", ())
        )  # fmt: skip

    def _said_of(self, match: Match) -> bool:
        """ "It is slower": what it is held against was named before."""
        return self.sentence.gap(max(0, match.first - 1), match.first)[0:1] in (["is"], ["are"])

    def _when(self, match: Match) -> bool:
        near = self.sentence.gap(match.last - 1, match.last + 2)
        return "when" in near and self.sentence.has("with")

    def _weeks_of(self, said: Statement, match: Match) -> Weeks | None:
        roles = (said.time, "when") if said.direction == "harms" else (said.time,)  # "wears off after a year"
        times = [
            time
            for time in self.sentence.times
            if said.time and time.role in roles and not since_the_end(self.sentence, time)
        ]
        where = self.sentence.tokens.starts[match.first]
        return min(times, key=lambda time: abs(time.start - where)).weeks if times else None

    def of_price(self, first: int, last: int) -> Iterator[Found]:
        whom = self.who(first)
        if whom.subjects:
            stance, treatment = stance_of(self.sentence, first), whom.subjects[0]
            yield self.row(first, last, treatment, whom, None, None, "none", "cost", None, stance, money=self._sum())

    def _sum(self) -> tuple[float | None, float | None] | None:
        sums = [sum_ for sum_ in self.sentence.sums if sum_.currency == "GBP"]
        return (sums[0].low, sums[0].high) if sums else None

    # --- both

    def row(
        self, first: int, last: int, treatment: str | None, whom: Who, concern: str | None, concept: str | None,
        way: Direction, kind: Kind, weeks: Weeks | None, stance: Stance, free: tuple[tuple[str, str], ...] = (),
        says: str | None = None, money: tuple[float | None, float | None] | None = None,
    ) -> Found:  # fmt: skip
        sentence = self.sentence
        start, end = sentence.tokens.starts[first], sentence.tokens.ends[last - 1]
        clause = sentence.clause_at(first)
        hedges, boasts = sentence.within("hedge", clause), sentence.within("boast", clause)
        model: Model | None = (
            "animal-or-lab" if sentence.has("laboratory") else "people" if sentence.has("people") else None
        )
        unit = next((time.unit for time in sentence.times if weeks is not None and time.weeks == weeks), None)
        routes = tuple(dict.fromkeys(match.id for match in sentence.other.get("route", ())))
        return Found(
            self.text.given[start:end], start, treatment, routes, whom.with_, whom.versus, concern, concept, way, kind,
            weeks, sentence.quotes([*hedges, *boasts], self.text), bool(hedges), stance, model, free, money, unit, says,
        )  # fmt: skip


def _open(sentence: Sentence, whom: Who) -> bool:
    """ "We do not know how soon it comes back", "Whether it comes back is unknown"; not "unsure whether it does"."""
    told = sentence.tokens.words
    return not _HOW.isdisjoint(told) or (told[0] == "whether" and not whom.versus)


def _row_of(match: Match) -> Statement:
    said: Statement = match.entry.value
    return said
