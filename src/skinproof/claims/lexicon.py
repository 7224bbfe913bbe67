"""The words that promises are made of, read from data and the vocabulary into one lexicon."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal, TypeVar

from pydantic import BaseModel, ConfigDict, TypeAdapter

from skinproof.language import Entry, Lexicon
from skinproof.vocabulary import KnowledgeError, Vocabulary, load, unknown, vocabulary

DATA = Path(__file__).with_name("data")
Sense = Literal["up", "down", "good", "bad", "cause"]
Thing = Literal["good", "bad"]


class _Row(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Outcome(_Row):
    id: str
    thing: Thing
    concept: str | None = None
    concern: str | None = None
    kind: Literal["efficacy", "mechanism", "safety"] = "efficacy"
    free: str | None = None
    generic: bool = False
    nouns: tuple[str, ...] = ()
    fixed: tuple[str, ...] = ()


class _Harm(_Row):
    id: str
    concept: str
    concern: str | None = None
    nouns: tuple[str, ...] = ()
    fixed: tuple[str, ...] = ()


class _Effect(_Row):
    id: str
    sense: Sense
    verbs: tuple[str, ...] = ()
    nouns: tuple[str, ...] = ()
    adjectives: tuple[str, ...] = ()
    irregular: tuple[str, ...] = ()


class _State(_Row):
    outcome: str
    concept_of: str | None = None
    verbs: tuple[str, ...] = ()
    nouns: tuple[str, ...] = ()
    adjectives: tuple[str, ...] = ()
    fixed: tuple[str, ...] = ()


class _Named(_Row):
    id: str
    words: tuple[str, ...]


class _Treatment(_Row):
    treatment: str
    says: tuple[str, ...]
    general: bool = False


class _Words(_Row):
    hedges: tuple[str, ...]
    boasts: tuple[str, ...]
    safe: tuple[str, ...]
    unsafe: tuple[str, ...]
    cheap: tuple[str, ...]
    dear: tuple[str, ...]
    price_words: tuple[str, ...]
    regulatory: tuple[_Named, ...]
    laboratory: tuple[str, ...]
    people: tuple[str, ...]
    evidence: tuple[str, ...]
    evidence_lacking: tuple[str, ...]
    with_: tuple[str, ...]
    versus: tuple[str, ...]
    comparatives: tuple[str, ...]
    lasting: tuple[str, ...]
    promise_leads: tuple[str, ...]
    harm_leads: tuple[str, ...]
    opening_verbs: tuple[str, ...]
    routes: tuple[_Named, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a promise is about. `thing` says whether more of it is good; `kind` what sort of claim it makes."""

    id: str
    thing: Thing
    concept: str | None
    concern: str | None
    kind: str
    free: str | None = None
    generic: bool = False
    harm: bool = False


@dataclass(frozen=True, slots=True)
class Act:
    """What an effect word does, and as which part of speech it was found."""

    sense: Sense
    part: Literal["verb", "noun", "adjective"]
    outcome: Outcome | None = None  # of a word that promises by itself ("firmer")


@dataclass(frozen=True, slots=True)
class Words:
    lexicon: Lexicon
    general: frozenset[str]  # ids of treatments that stand for whatever was named before
    outcomes: dict[str, Outcome]


_GENERAL = "general"


@cache
def words() -> Words:
    """The lexicon of promises, built once.

    Raises:
        KnowledgeError: a data file is at fault, or names something that the vocabulary does not know.
    """
    known = vocabulary()
    outcomes = _outcomes(known)
    plain = {name: outcome for name, (_, outcome) in outcomes.items()}
    entries = [
        *_treatments(known),
        *(entry for row, outcome in outcomes.values() for entry in _of_outcome(row, outcome)),
        *_effects(),
        *_states(plain),
        *_others(known),
    ]
    plain = {name: outcome for name, (_, outcome) in outcomes.items()}
    return Words(
        Lexicon.of(entries, load(DATA / "not-misspelt.yaml", TypeAdapter(tuple[str, ...]))),
        frozenset({_GENERAL}),
        plain,
    )


Row = TypeVar("Row", bound=_Row)


def _rows(name: str, kind: type[Row]) -> list[Row]:
    return load(DATA / name, TypeAdapter(list[kind]))  # type: ignore[valid-type]


def _outcomes(known: Vocabulary) -> dict[str, tuple[_Outcome | _Harm, Outcome]]:
    found: dict[str, tuple[_Outcome | _Harm, Outcome]] = {}
    read = (("outcomes.yaml", _rows("outcomes.yaml", _Outcome)), ("harms.yaml", _rows("harms.yaml", _Harm)))
    for file, rows in read:
        for row in rows:
            if row.id in found:
                raise KnowledgeError(file, row.id, "stands here a second time")
            if row.concept is not None and row.concept not in known.concepts:
                raise KnowledgeError(file, row.id, unknown(row.concept, list(known.concepts)))
            if row.concern is not None and row.concern not in known.concerns:
                raise KnowledgeError(file, row.id, unknown(row.concern, list(known.concerns)))
            if isinstance(row, _Harm):
                made = Outcome(row.id, "bad", row.concept, row.concern, "safety", harm=True)
            else:
                made = Outcome(row.id, row.thing, row.concept, row.concern, row.kind, row.free, row.generic)
            found[row.id] = (row, made)
    return found


def _of_outcome(row: _Outcome | _Harm, outcome: Outcome) -> list[Entry]:
    kind = "harm" if outcome.harm else "outcome"
    return [
        Entry(kind, row.id, says, part, outcome) for says, part in ((row.nouns, "noun"), (row.fixed, "fixed")) if says
    ]


def _effects() -> list[Entry]:
    found = []
    for row in _rows("effects.yaml", _Effect):
        for says, part, bends in _parts(row.verbs, row.nouns, row.adjectives):
            found.append(Entry("effect", row.id, says, bends, Act(row.sense, part)))
        if row.irregular:
            found.append(Entry("effect", row.id, row.irregular, "fixed", Act(row.sense, "verb")))
    return found


def _states(outcomes: dict[str, Outcome]) -> list[Entry]:
    found = []
    for row in _rows("states.yaml", _State):
        name = row.concept_of or row.outcome
        if name not in outcomes:
            raise KnowledgeError("states.yaml", row.outcome, unknown(name, list(outcomes)))
        for says, part, bends in _parts(row.verbs, row.nouns, row.adjectives):
            found.append(Entry("state", row.outcome, says, bends, Act("good", part, outcomes[name])))
        if row.fixed:
            found.append(Entry("state", row.outcome, row.fixed, "fixed", Act("good", "noun", outcomes[name])))
    return found


def _parts(
    verbs: tuple[str, ...], nouns: tuple[str, ...], adjectives: tuple[str, ...]
) -> list[tuple[tuple[str, ...], Literal["verb", "noun", "adjective"], str]]:
    found: list[tuple[tuple[str, ...], Literal["verb", "noun", "adjective"], str]] = [
        (verbs, "verb", "verb"),
        (nouns, "noun", "noun"),
        (tuple(word for word in adjectives if " " not in word), "adjective", "adjective"),
        (tuple(word for word in adjectives if " " in word), "adjective", "fixed"),
    ]
    return [part for part in found if part[0]]


def _treatments(known: Vocabulary) -> list[Entry]:
    found = []
    taken: set[str] = set()
    for row in _rows("treatments.yaml", _Treatment):
        if row.treatment not in known.treatments:
            raise KnowledgeError("treatments.yaml", row.treatment, unknown(row.treatment, list(known.treatments)))
        taken.update(row.says)
        found.append(Entry("treatment", _GENERAL if row.general else row.treatment, row.says, "fixed"))
    for treatment in known.treatments.values():
        if treatment.family in ("comparators", "mixed"):
            continue
        says = tuple(
            name for name in (treatment.name, *treatment.also) if name.lower() not in taken and "(" not in name
        )
        if says:
            found.append(Entry("treatment", treatment.id, says, "noun"))
    return found


def _others(known: Vocabulary) -> list[Entry]:
    read = load(DATA / "words.yaml", _Words)
    found = [
        Entry(kind, kind, says)
        for kind, says in (
            ("hedge", read.hedges),
            ("boast", read.boasts),
            ("safe", read.safe),
            ("unsafe", read.unsafe),
            ("cheap", read.cheap),
            ("dear", read.dear),
            ("price", read.price_words),
            ("laboratory", read.laboratory),
            ("people", read.people),
            ("evidence", read.evidence),
            ("lacking", read.evidence_lacking),
            ("with", read.with_),
            ("versus", read.versus),
            ("comparative", read.comparatives),
            ("lasting", read.lasting),
            ("promises", read.promise_leads),
            ("harms", read.harm_leads),
            ("opening", read.opening_verbs),
        )
    ]
    found += [Entry("regulatory", row.id, row.words) for row in read.regulatory]
    for row in read.routes:
        if row.id not in known.routes:
            raise KnowledgeError("words.yaml", row.id, unknown(row.id, list(known.routes)))
        found.append(Entry("route", row.id, row.words))
    return found
