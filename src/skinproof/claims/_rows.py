"""The shapes of the lexicon's files, as they stand in `data/`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from skinproof.vocabulary import Kept

from .model import Direction, Kind

Sense = Literal["up", "down", "good", "bad", "cause", "give", "show", "act"]
Thing = Literal["good", "bad", "neutral"]
Part = Literal["verb", "noun", "adjective"]


class More(Kept):
    """Further words for the row `same_as`, of the same file."""

    id: str
    same_as: str
    verbs: tuple[str, ...] = ()
    nouns: tuple[str, ...] = ()
    fixed: tuple[str, ...] = ()
    says: tuple[str, ...] = ()


class Outcome(Kept):
    id: str
    thing: Thing
    concept: str | None = None
    concern: str | None = None
    kind: Literal["efficacy", "mechanism"] = "efficacy"
    free: str | None = None
    wide: bool = False
    also_harm: bool = False
    process: bool = False
    treated: str | None = None
    nouns: tuple[str, ...] = ()
    fixed: tuple[str, ...] = ()


class Harm(Kept):
    id: str
    concept: str
    concern: str | None = None
    wide: bool = False
    verbs: tuple[str, ...] = ()
    nouns: tuple[str, ...] = ()
    fixed: tuple[str, ...] = ()


class Acting(Kept):
    """Words that act on an outcome, by part of speech."""

    verbs: tuple[str, ...] = ()
    nouns: tuple[str, ...] = ()
    adjectives: tuple[str, ...] = ()


class Effect(Acting):
    id: str
    sense: Sense
    wide: tuple[str, ...] = ()
    process: bool = False
    treats: bool = False
    slight: bool = False
    no_change: Literal["itself", "negated"] | None = None
    irregular: tuple[str, ...] = ()


class State(Acting):
    outcome: str
    fixed: tuple[str, ...] = ()
    no_change: Literal["itself"] | None = None


class Treatment(Kept):
    treatment: str
    says: tuple[str, ...]
    general: bool = False
    pronoun: bool = False


class Statement(Kept):
    """Something said without an effect on an outcome; see the head of `statements.yaml`."""

    id: str
    kind: Kind
    concept: str | None = None
    direction: Direction
    negated: Direction | None = None
    denies: bool = False
    verdict: bool = False
    alone: bool = False
    whole: bool = False
    standing: bool = False
    as_told: bool = False
    evidence: bool = False
    time: Literal["when", "lasting"] | None = None
    compares: Literal["better", "worse", "equal"] | None = None
    needs: tuple[Literal["time", "session", "than"], ...] = ()
    says: tuple[str, ...]


class Named(Kept):
    id: str
    words: tuple[str, ...]


class MoreWords(Kept):
    """Further words for a list of `words.yaml`, under the kind that its matches bear."""

    kind: str
    words: tuple[str, ...]


class Words(Kept):
    hedges: tuple[str, ...]
    boasts: tuple[str, ...]
    price_words: tuple[str, ...]
    laboratory: tuple[str, ...]
    people: tuple[str, ...]
    mechanism: tuple[str, ...]
    with_: tuple[str, ...]
    after: tuple[str, ...]
    versus: tuple[str, ...]
    comparatives: tuple[str, ...]
    contrast: tuple[str, ...]
    worse: tuple[str, ...]
    promise_leads: tuple[str, ...]
    harm_leads: tuple[str, ...]
    called: tuple[str, ...]
    wishes: tuple[str, ...]
    advice: tuple[str, ...]
    it: tuple[str, ...]
    needs: tuple[str, ...]
    regulators: tuple[str, ...]
    approving: tuple[str, ...]
    using: tuple[str, ...]
    purposes: tuple[str, ...]
    both: tuple[str, ...]
    three: tuple[str, ...]
    together: tuple[str, ...]
    rivals: tuple[str, ...]
    nothing: tuple[str, ...]
    more: tuple[MoreWords, ...]
    routes: tuple[Named, ...]

    def lists(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Each list under the kind that its matches bear."""
        yield from (
            ("hedge", self.hedges),
            ("boast", self.boasts),
            ("price", self.price_words),
            ("laboratory", self.laboratory),
            ("people", self.people),
            ("mechanism", self.mechanism),
            ("with", self.with_),
            ("after", self.after),
            ("versus", self.versus),
            ("comparative", self.comparatives),
            ("contrast", self.contrast),
            ("worse", self.worse),
            ("promises", self.promise_leads),
            ("harms", self.harm_leads),
            ("called", self.called),
            ("wish", self.wishes),
            ("advice", self.advice),
            ("it", self.it),
            ("needs", self.needs),
            ("regulator", self.regulators),
            ("approving", self.approving),
            ("using", self.using),
            ("purpose", self.purposes),
            ("both", self.both),
            ("three", self.three),
            ("together", self.together),
            ("rivals", self.rivals),
            ("nothing", self.nothing),
        )
