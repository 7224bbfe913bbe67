"""The words of `data/`, checked against the safety vocabulary and made into one lexicon."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from skinproof.care.conditions import Value
from skinproof.care.terms import FactError, terms
from skinproof.language import Entry, Lexicon
from skinproof.vocabulary import Kept, KnowledgeError, Source, load

DATA = Path(__file__).with_name("data")
FACTS_FILE, PATTERNS_FILE, MEDICINES_FILE, EVENTS_FILE = (
    DATA / name for name in ("facts-in-words.yaml", "patterns.yaml", "medicines-in-words.yaml", "events.yaml")
)
NOTHING = ""  # id of a match that only looks like a concept
Is = Literal["now", "ever", "state", "use"]


class _Concept(Kept):
    says: tuple[str, ...] = ()
    nouns: tuple[str, ...] = ()
    verbs: tuple[str, ...] = ()
    topic: bool = False
    background: bool = False
    unless: str | None = None
    not_: tuple[str, ...] = Field(default=(), alias="not")  # phrases that look like it and are not


class Given(Kept):
    """A sign that means this fact where one of the medicines is known from elsewhere (the form, another sentence)."""

    medicines: tuple[str, ...]
    signs: str
    sure: bool = False  # plain enough to be taken as so


class Sign(Kept):
    """One way to say one fact; see the head of `facts-in-words.yaml`."""

    fact: str
    value: bool | int | str | None = True
    word: str | None = None
    is_: Is = Field(alias="is")
    use: Literal["stop-now", "confirm"] = "confirm"
    says: tuple[str, ...] = ()
    also: tuple[str, ...] = ()  # concepts that say it alone
    together: tuple[tuple[str | int, ...], ...] = Field(
        default=(), alias="with"
    )  # a number at the end: most tokens apart
    about: Literal["self", "family", "partner"] = "self"
    unless: str | None = None
    given: Given | None = None
    ignores: tuple[str, ...] = ()
    hint: bool = False
    before: str | None = None  # the fact that it was so once, where the words place it in the past
    gone_after: float | None = Field(default=None, alias="gone-after")  # days after which what was is over

    @property
    def said(self) -> Value:
        return self.word if self.word is not None else self.value


class _FactsFile(Kept):
    sources: Mapping[str, Source] = {}
    concepts: Mapping[str, _Concept]
    facts: tuple[Sign, ...]


class _Figure(Kept):
    """Words that, beside a sign of a fact, make it a way of speaking: it is then left out, or asked about."""

    leaves_out: tuple[str, ...] = Field(default=(), alias="leaves-out")
    asks: tuple[str, ...] = ()


class _PatternsFile(Kept):
    classes: Mapping[str, tuple[str, ...]]
    skips: tuple[str, ...]
    concepts: Mapping[str, _Concept]
    facts: tuple[Sign, ...]
    figures: Mapping[str, _Figure]  # by fact


class Medicine(Kept):
    names: tuple[str, ...]
    facts: Mapping[str, Any]
    sources: tuple[str, ...] = ()
    oral: bool = False
    course: str | None = None

    def sets(self) -> Iterator[tuple[str, Value, bool]]:
        """(fact, value, whether it is a word of a list fact)"""
        for fact, value in self.facts.items():
            if isinstance(value, list | tuple):
                yield from ((fact, word, True) for word in value)
            else:
                yield fact, value, False


class _Allergy(Kept):
    word: str
    fact: str | None = None
    says: tuple[str, ...]
    unsure: bool = False


class _MedicinesFile(Kept):
    sources: Mapping[str, Source]
    medicines: tuple[Medicine, ...]
    allergies: tuple[_Allergy, ...]


class Event(Kept):
    fact: str
    unit: Literal["weeks", "months"]
    counts: Literal["since", "lasting"]
    says: tuple[str, ...] = ()
    now: tuple[str, ...] = ()
    not_: tuple[str, ...] = Field(default=(), alias="not")
    concept: str | None = None
    near: str | None = None
    starts: bool = False


class _EventsFile(Kept):
    events: tuple[Event, ...]
    starts: tuple[str, ...]
    medicine_endings: tuple[str, ...] = Field(alias="medicine-endings")
    not_medicines: frozenset[str] = Field(alias="not-medicines")


@dataclass(frozen=True)
class Words:
    lexicon: Lexicon
    signs: tuple[Sign, ...]
    topics: frozenset[str]
    background: frozenset[str]
    told_by: Mapping[str, frozenset[int]]  # concept: the signs that cannot be there without it
    unless: Mapping[str, str]  # concept: the one beside which it is not meant
    spoils: frozenset[str]  # those ones
    concept_of: Mapping[str, str]  # by kind of match
    figures: Mapping[str, tuple[str, str]]  # by fact: kinds of match that leave a sign out, or ask about it
    sign_of: Mapping[str, int]
    medicine_endings: tuple[str, ...]
    not_medicines: frozenset[str]
    events: tuple[Event, ...]


@cache
def words() -> Words:
    """Everything that is looked for, read once.

    Raises:
        KnowledgeError: a file is at fault, or names a fact, word, concept or source that does not exist.
    """
    facts = _with_patterns(load(FACTS_FILE, _FactsFile), load(PATTERNS_FILE, _PatternsFile))
    medicines = load(MEDICINES_FILE, _MedicinesFile)
    events = load(EVENTS_FILE, _EventsFile)
    entries: list[Entry] = []
    for name, concept in facts.concepts.items():
        for part, phrases in (("fixed", _short(concept.says)), ("noun", concept.nouns), ("verb", concept.verbs)):
            if phrases:
                entries.append(Entry(f"concept {name}", name, phrases, part))
        if concept.not_:
            entries.append(Entry(f"concept {name}", NOTHING, concept.not_))
    for at, sign in enumerate(facts.facts):
        if sign.before:
            _check(FACTS_FILE, sign.before, True, several=False)
        _check(FACTS_FILE, sign.fact, sign.said, sign.word is not None)
        named = [part for several in sign.together for part in several if isinstance(part, str)]
        for concept_name in (*named, *sign.also, *filter(None, (sign.unless, sign.given and sign.given.signs))):
            if concept_name not in facts.concepts:
                raise KnowledgeError(FACTS_FILE, sign.fact, f"no such concept: {concept_name}")
        if sign.says:
            entries.append(Entry(f"sign {at}", sign.fact, _short(sign.says), "fixed", sign))
    for at, medicine in enumerate(medicines.medicines):
        for fact, value, several in medicine.sets():
            _check(MEDICINES_FILE, fact, value, several)
        for source in medicine.sources:
            if source not in medicines.sources:
                raise KnowledgeError(MEDICINES_FILE, medicine.names[0], f"no such source: {source}")
        entries.append(Entry("medicine", f"medicine {at}", medicine.names, "fixed", medicine))
    for allergy in medicines.allergies:
        entries.append(Entry("allergen", allergy.word, allergy.says, "fixed", allergy))
    patterns = load(PATTERNS_FILE, _PatternsFile)
    for event in events.events:
        _check(EVENTS_FILE, event.fact, 1, several=False)
        for kind, phrases in (("event", event.says), ("event now", event.now)):
            if phrases:
                ways = tuple(way for each in phrases for way in expand(each, patterns.classes))
                entries.append(Entry(f"{kind} {event.fact}", event.fact, ways, "fixed", event))
    entries.append(Entry("starts", "starts", events.starts))
    for fact, figure in patterns.figures.items():
        _check(PATTERNS_FILE, fact, None, several=False)
        for kind, phrases in (("leaves out", figure.leaves_out), ("asks", figure.asks)):
            if phrases:
                ways = tuple(way for each in phrases for way in expand(each, patterns.classes))
                entries.append(Entry(f"{kind} {fact}", fact, ways))
    return Words(
        Lexicon.of(entries, skips=patterns.skips),
        facts.facts,
        frozenset(name for name, concept in facts.concepts.items() if concept.topic),
        frozenset(name for name, concept in facts.concepts.items() if concept.background),
        _told_by(facts.facts),
        {name: concept.unless for name, concept in facts.concepts.items() if concept.unless},
        frozenset(concept.unless for concept in facts.concepts.values() if concept.unless),
        {f"concept {name}": name for name in facts.concepts},
        {fact: (f"leaves out {fact}", f"asks {fact}") for fact in patterns.figures},
        {f"sign {at}": at for at, sign in enumerate(facts.facts) if sign.says},
        events.medicine_endings,
        events.not_medicines,
        events.events,
    )


def _short(phrases: tuple[str, ...]) -> tuple[str, ...]:
    """The phrases, and those with "is" or "has" inside as people shorten them: "potassium's high" has no "is"."""
    cut = (_IS.sub(r"\1 ", phrase, count=1) for phrase in phrases if _IS.search(phrase))
    return tuple(dict.fromkeys((*phrases, *cut)))


def _told_by(signs: tuple[Sign, ...]) -> Mapping[str, frozenset[int]]:
    """The signs to look at where a concept stands: those of which it is all, or the last part."""
    found: dict[str, set[int]] = {}
    for at, sign in enumerate(signs):
        last = [[part for part in several if isinstance(part, str)][-1] for several in sign.together]
        for name in (*sign.also, *last):
            found.setdefault(name, set()).add(at)
    return {name: frozenset(places) for name, places in found.items()}


def _with_patterns(facts: _FactsFile, patterns: _PatternsFile) -> _FactsFile:
    """The facts with the concepts and signs of the patterns: what stands in both files under one name is one."""

    def expanded(several: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(way for each in several for way in expand(each, patterns.classes))

    concepts = dict(facts.concepts)
    try:
        for name, more in patterns.concepts.items():
            had = concepts.get(name, _Concept())
            concepts[name] = _Concept(
                says=(*had.says, *expanded(more.says)),
                nouns=(*had.nouns, *expanded(more.nouns)),
                verbs=(*had.verbs, *expanded(more.verbs)),
                not_=(*had.not_, *expanded(more.not_)),
                topic=had.topic or more.topic,
                background=had.background or more.background,
                unless=more.unless or had.unless,
            )
        signs = tuple(sign.model_copy(update={"says": expanded(sign.says)}) for sign in patterns.facts)
    except KeyError as error:
        raise KnowledgeError(PATTERNS_FILE, "a pattern", f"no such class, or an open bracket: {error}") from None
    for name, concept in concepts.items():
        if concept.unless and concept.unless not in concepts:
            raise KnowledgeError(PATTERNS_FILE, name, f"no such concept: {concept.unless}")
    return facts.model_copy(update={"concepts": concepts, "facts": (*facts.facts, *signs)})


_IS = re.compile(r"(?<![\w'])(?!(?:it|this|that|there|what|which|one|and|or|but|not)\b)([a-z]{3,}) (?:is|has) ")
_CHOICE = re.compile(r"<(?P<name>[a-z-]+)>|\((?P<ways>[^()]*)\)")


def expand(pattern: str, classes: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    """Every phrase of a pattern: `<name>` is any word of a class, `(a|b|)` one of these, or nothing.

    Raises:
        KeyError: no such class, or a bracket is not closed.
    """
    found = _CHOICE.search(pattern)
    if found is None:
        if {"(", ")", "|", "<"} & set(pattern):
            raise KeyError(pattern)
        yield " ".join(pattern.split())
        return
    ways = classes[found["name"]] if found["name"] else found["ways"].split("|")
    for way in ways:
        yield from expand(f"{pattern[: found.start()]}{way}{pattern[found.end() :]}", classes)


def _check(path: Path, fact: str, value: Value, several: bool) -> None:
    try:
        spec = terms().fact(fact)
        if several or spec.type == "list":
            spec.words([value])
        elif value is not None:
            spec.check(value)
    except FactError as error:
        raise KnowledgeError(path, fact, str(error)) from None
