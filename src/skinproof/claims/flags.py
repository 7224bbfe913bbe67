"""What in a promise is worth checking against advertising and medicines rules: data with sources, never a judgement."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from skinproof.vocabulary import KnowledgeError, Legal, Source, Vocabulary, load, unknown, vocabulary

from ._rows import Statement
from .lexicon import DATA
from .model import Direction, Flag, Found, Kind, Place, Stance
from .verdicts.rules import Phrases

FILE = DATA / "flags.yaml"


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class When(_Part):
    """What a claim must fit; a field that is not given fits all."""

    words: tuple[str, ...] = ()
    says: tuple[str, ...] = ()
    legal: tuple[Legal, ...] = ()
    routes: tuple[str, ...] = ()
    routes_not: tuple[str, ...] = ()
    treatments: tuple[str, ...] = ()
    concerns: tuple[str, ...] = ()
    kinds: tuple[Kind, ...] = ()
    directions: tuple[Direction, ...] = ()
    stances: tuple[Stance, ...] = ("asserted",)
    model: tuple[Literal["people", "animal-or-lab", "none"], ...] = ()
    versus: bool | None = None
    hedged: bool | None = None


class Rule(_Part):
    """One thing worth checking, and the pages that say why."""

    id: str
    why: str
    when: When
    sources: tuple[Source, ...] = Field(min_length=1)


@dataclass(frozen=True, slots=True)
class _Matcher:
    rule: Rule
    phrases: Phrases
    flag: Flag


class Flags:
    """The rules of a file.

    Raises:
        KnowledgeError: the file is at fault, or names what the vocabulary or the lexicon lacks.
    """

    def __init__(self, file: Path = FILE) -> None:
        self.rules: tuple[Rule, ...] = tuple(load(file, TypeAdapter(list[Rule])))
        self.vocabulary = vocabulary()
        _check(file, self.rules, self.vocabulary)
        self._matchers = [_Matcher(rule, Phrases(rule.when.words), _flag(rule)) for rule in self.rules]

    def of(self, found: Found) -> tuple[Flag, ...]:
        """The flags of one claim, in the order of the file."""
        said = " … ".join((found.span, *found.strength))
        legal = self._legal(found)
        return tuple(each.flag for each in self._matchers if _fits(each, found, said, legal))

    def _legal(self, found: Found) -> frozenset[str]:
        """How the treatment stands in the UK, given as the text gives it."""
        treatment = self.vocabulary.treatments.get(found.treatment or "")
        if treatment is None:
            return frozenset()
        forms = [f for f in self.vocabulary.forms_of(treatment.id) if f.legal and f.route in found.route]
        return frozenset({treatment.legal, *(form.legal for form in forms if form.legal)})


def _fits(each: _Matcher, found: Found, said: str, legal: frozenset[str]) -> bool:
    when = each.rule.when
    if found.stance not in when.stances or (when.hedged is not None and found.hedged != when.hedged):
        return False
    given: list[tuple[tuple[str, ...], Iterable[str]]] = [
        (when.says, (found.says or "",)), (when.legal, legal), (when.routes, found.route),
        (when.treatments, (found.treatment or "",)), (when.concerns, (found.concern or "",)),
        (when.kinds, (found.kind,)),
        (when.directions, (found.direction,)), (when.model, (found.model or "none",)),
    ]  # fmt: skip
    if any(wanted and not set(wanted) & set(has) for wanted, has in given):
        return False
    if set(when.routes_not) & set(found.route) or (when.versus is not None and bool(found.versus) != when.versus):
        return False
    return not when.words or each.phrases.within(said) is not None


def _flag(rule: Rule) -> Flag:
    first = rule.sources[0]
    return Flag(rule.id, rule.why, Place(first.organisation, first.url))


def _check(file: Path, rules: Iterable[Rule], known: Vocabulary) -> None:
    statements = {row.id: row for row in load(DATA / "statements.yaml", TypeAdapter(list[Statement]))}
    seen: set[str] = set()
    for rule in rules:
        if rule.id in seen:
            raise KnowledgeError(file, rule.id, "id used twice")
        seen.add(rule.id)
        for field, among in (
            ("treatments", known.treatments), ("concerns", known.concerns), ("routes", known.routes),
            ("routes_not", known.routes), ("says", statements),
        ):  # fmt: skip
            for word in getattr(rule.when, field):
                if word not in among:
                    raise KnowledgeError(file, f"{rule.id}, field {field}", unknown(word, list(among)))


@cache
def flags() -> Flags:
    """The product's own rules, read once."""
    return Flags()


def flags_of(found: Found) -> tuple[Flag, ...]:
    """What in a claim is worth checking, with where to read about it."""
    return flags().of(found)
