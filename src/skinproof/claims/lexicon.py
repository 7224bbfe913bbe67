"""The words that promises are made of, read from data and the vocabulary into one lexicon."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TypeVar

from pydantic import TypeAdapter

from skinproof.language import Entry, Lexicon, ways
from skinproof.vocabulary import Kept, KnowledgeError, Vocabulary, load, unknown, vocabulary

from . import _rows as rows
from .grammar import Grammar, grammar

DATA = Path(__file__).with_name("data")
GENERAL = "general"  # id of words such as "this treatment", which stand for whatever was named before
PRONOUN = "pronoun"  # of "it" and its like


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a promise is about. `thing` says whether more of it is good; `kind` what sort of claim it makes."""

    id: str
    thing: rows.Thing
    concept: str | None
    concern: str | None
    kind: str
    free: str | None = None
    wide: bool = False  # "the skin": counts only where nothing nearer is named
    harm: bool = False  # an unwanted effect and nothing else
    also_harm: bool = False  # something to treat, that a treatment may bring about as well
    process: bool = False
    treated: Outcome | None = None  # what "treats" it promises, where that is another outcome


@dataclass(frozen=True, slots=True)
class Act:
    """What an effect word does, and as which part of speech it was found."""

    sense: rows.Sense
    part: rows.Part
    outcome: Outcome | None = None  # of a word that promises by itself ("firmer")
    wide: tuple[str, ...] = ()  # ids of the wide outcomes that it may take
    process: bool = False
    treats: bool = False
    slight: bool = False
    no_change: str | None = None  # "unchanged" says so itself, "change" where it is negated and says nothing else


@dataclass(frozen=True, slots=True)
class Words:
    lexicon: Lexicon
    outcomes: Mapping[str, Outcome]
    grammar: Grammar
    approval: Entry  # what "the FDA has approved …" says
    used_for: Entry  # what "we use X for …" does
    lasting: Entry  # what "… and last six months" says
    lacking: Entry  # what "no large trial has been published" says


Row = TypeVar("Row", bound=Kept)


@cache
def words() -> Words:
    """The lexicon of promises, built once.

    Raises:
        KnowledgeError: a data file is at fault, or names something that the vocabulary does not know.
    """
    return build(DATA)


def build(data: Path) -> Words:
    """The lexicon from the files of a folder.

    Raises:
        KnowledgeError: a file is at fault, or names something that the vocabulary does not know.
    """
    known = vocabulary()
    outcomes, entries = _outcomes(data, known)
    entries += [
        *_treatments(data, known),
        *_effects(data),
        *_states(data, outcomes),
        *_statements(data),
        *_others(data, known),
    ]
    not_misspelt = load(data / "not-misspelt.yaml", TypeAdapter(tuple[str, ...]))
    by_id = {(entry.kind, entry.id, entry.part): entry for entry in entries}
    built_in = (("statement", "licensed", "fixed"), ("effect", "treat", "fixed"), ("statement", "lasting", "fixed"),
                ("statement", "lacking", "fixed"))  # fmt: skip
    try:
        approval, used_for, lasting, lacking = (by_id[key] for key in built_in)
    except KeyError as missing:
        raise KnowledgeError(
            "claims/data", str(missing.args[0]), "is not there; the reading of claims needs it"
        ) from None
    return Words(Lexicon.of(entries, not_misspelt), outcomes, grammar(data), approval, used_for, lasting, lacking)


def _read(path: Path, kind: type[Row]) -> list[Row]:
    return load(path, TypeAdapter(list[kind]))  # type: ignore[valid-type]


def _read_more(path: Path, kind: type[Row]) -> tuple[list[Row], list[rows.More]]:
    """The rows of a file, and those that only bring further words for one of them."""
    read: list[Row | rows.More] = load(path, TypeAdapter(list[kind | rows.More]))  # type: ignore[valid-type]
    return (
        [row for row in read if not isinstance(row, rows.More)],
        [row for row in read if isinstance(row, rows.More)],
    )


def _known(file: str, row: str, word: str | None, among: Mapping[str, object]) -> None:
    if word is not None and word not in among:
        raise KnowledgeError(file, row, unknown(word, list(among)))


def _outcomes(data: Path, known: Vocabulary) -> tuple[dict[str, Outcome], list[Entry]]:
    found: dict[str, Outcome] = {}
    entries: list[Entry] = []
    outcomes, more_outcomes = _read_more(data / "outcomes.yaml", rows.Outcome)
    harms, more_harms = _read_more(data / "harms.yaml", rows.Harm)
    # What "treats" it promises must be known before the row that says so.
    for row in sorted(outcomes, key=lambda row: row.treated is not None):
        _once("outcomes.yaml", row.id, found)
        _known("outcomes.yaml", row.id, row.concept, known.concepts)
        _known("outcomes.yaml", row.id, row.concern, known.concerns)
        _known("outcomes.yaml", row.id, row.treated, found)
        made = Outcome(row.id, row.thing, row.concept, row.concern, row.kind, row.free, row.wide, False, row.also_harm,
                       row.process, found[row.treated] if row.treated else None)  # fmt: skip
        found[row.id] = made
        entries += _entries("outcome", row.id, made, noun=row.nouns, fixed=row.fixed)
    for harm in harms:
        _once("harms.yaml", harm.id, found)
        _known("harms.yaml", harm.id, harm.concept, known.concepts)
        _known("harms.yaml", harm.id, harm.concern, known.concerns)
        found[harm.id] = made = Outcome(harm.id, "bad", harm.concept, harm.concern, "safety", wide=harm.wide, harm=True)
        entries += _entries("harm", harm.id, made, noun=harm.nouns, fixed=harm.fixed, verb=harm.verbs)
    for file, kind, several in (("outcomes.yaml", "outcome", more_outcomes), ("harms.yaml", "harm", more_harms)):
        for more in several:
            _known(file, more.id, more.same_as, found)
            same = found[more.same_as]
            entries += _entries(kind, same.id, same, noun=more.nouns, fixed=more.fixed, verb=more.verbs)
    return found, entries


def _once(file: str, name: str, found: Mapping[str, object]) -> None:
    if name in found:
        raise KnowledgeError(file, name, "stands here a second time")


def _entries(kind: str, name: str, value: object, **says: tuple[str, ...]) -> Iterator[Entry]:
    for part, phrases in says.items():
        if phrases:
            yield Entry(kind, name, phrases, part, value)


def _parts(row: rows.Acting) -> Iterator[tuple[tuple[str, ...], rows.Part, str]]:
    """Phrases with their part of speech and how they bend; adjectives of several words do not."""
    yield row.verbs, "verb", "verb"
    yield row.nouns, "noun", "noun"
    yield tuple(word for word in row.adjectives if " " not in word), "adjective", "adjective"
    yield tuple(word for word in row.adjectives if " " in word), "adjective", "fixed"


def _effects(data: Path) -> list[Entry]:
    found = []
    for row in _read(data / "effects.yaml", rows.Effect):
        for says, part, bends in (*_parts(row), (row.irregular, "verb", "fixed")):
            act = Act(row.sense, part, None, row.wide, row.process, row.treats, row.slight, row.no_change)
            if says:
                found.append(Entry("effect", row.id, says, bends, act))
    return found


def _states(data: Path, outcomes: Mapping[str, Outcome]) -> list[Entry]:
    found = []
    for row in _read(data / "states.yaml", rows.State):
        _known("states.yaml", row.outcome, row.outcome, outcomes)
        for says, part, bends in (*_parts(row), (row.fixed, "noun", "fixed")):
            if says:
                act = Act("good", part, outcomes[row.outcome], no_change=row.no_change)
                found.append(Entry("state", row.outcome, says, bends, act))
    return found


def _treatments(data: Path, known: Vocabulary) -> list[Entry]:
    found = []
    taken: set[str] = set()
    for row in _read(data / "treatments.yaml", rows.Treatment):
        _known("treatments.yaml", row.treatment, row.treatment, known.treatments)
        taken.update(row.says)
        found.append(
            Entry("treatment", PRONOUN if row.pronoun else GENERAL if row.general else row.treatment, row.says, "fixed")
        )
    for treatment in known.treatments.values():
        if treatment.family == "mixed":
            continue
        says = tuple(
            name for name in (treatment.name, *treatment.also) if name.lower() not in taken and "(" not in name
        )
        if says:
            letters = tuple(name for name in says if name.isupper())  # "HA" has no plural, or "has" would be one
            found += _entries(
                "treatment", treatment.id, None, fixed=letters, noun=tuple(n for n in says if n not in letters)
            )
    return found


def statements(data: Path = DATA) -> list[rows.Statement]:
    """What pages say without an effect on an outcome, each row with all its words.

    Raises:
        KnowledgeError: the file is at fault, or a row names what is not known.
    """
    ids: dict[str, rows.Statement] = {}
    read, several = _read_more(data / "statements.yaml", rows.Statement)
    for row in read:
        _once("statements.yaml", row.id, ids)
        _known("statements.yaml", row.id, row.concept, vocabulary().concepts)
        ids[row.id] = row
    for more in several:
        _known("statements.yaml", more.id, more.same_as, ids)
        whole = ids[more.same_as]
        ids[more.same_as] = whole.model_copy(update={"says": (*whole.says, *more.says)})
    spelt = {name: tuple(way for phrase in row.says for way in ways(phrase)) for name, row in ids.items()}
    return [row.model_copy(update={"says": spelt[name]}) for name, row in ids.items()]


def _statements(data: Path) -> list[Entry]:
    return [Entry("statement", row.id, row.says, "fixed", row) for row in statements(data)]


def _others(data: Path, known: Vocabulary) -> list[Entry]:
    read = load(data / "words.yaml", rows.Words)
    found = [Entry(kind, kind, says) for kind, says in read.lists() if says]
    kinds = {kind: kind for kind, _ in read.lists()}
    for more in read.more:
        _known("words.yaml", "more", more.kind, kinds)
        found.append(Entry(more.kind, more.kind, more.words))
    for row in read.routes:
        _known("words.yaml", row.id, row.id, known.routes)
        found.append(Entry("route", row.id, row.words))
    return found
