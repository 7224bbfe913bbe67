"""What in a promise is worth checking against advertising and medicines rules: data with sources, never a judgement."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from operator import attrgetter
from pathlib import Path
from typing import Literal

from pydantic import Field, TypeAdapter

from skinproof.vocabulary import Form, Kept, KnowledgeError, Legal, Source, Vocabulary, load, unknown, vocabulary

from .lexicon import DATA, statements
from .model import Direction, Flag, Found, Kind, Place, Stance
from .verdicts.rules import Phrases, plain

FILE = DATA / "flags.yaml"


class When(Kept):
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


class Rule(Kept):
    """One thing worth checking, and the pages that say why."""

    id: str
    why: str
    when: When
    sources: tuple[Source, ...] = Field(min_length=1)


_Sort = tuple[str | None, ...]
_SORT = ("stance", "direction", "kind", "says", "treatment", "concern")  # fields of one word each
_sort_of: Callable[[Found], _Sort] = attrgetter(*_SORT)


class _Matcher:
    """A rule made ready: which sorts of claims it can fit, and what else such a claim must be."""

    def __init__(self, rule: Rule) -> None:
        when, first = rule.when, rule.sources[0]
        self.flag = Flag(rule.id, rule.why, Place(first.organisation, first.url))
        self.versus, self.hedged = when.versus, when.hedged
        self.routes, self.routes_not = frozenset(when.routes), frozenset(when.routes_not)
        self.legal = frozenset(when.legal)
        self.sorts = (when.stances, when.directions, when.kinds, when.says, when.treatments, when.concerns)
        self.model = frozenset(None if each == "none" else each for each in when.model)
        self.phrases = Phrases(when.words) if when.words else None

    def can_fit(self, sort: _Sort) -> bool:
        """Whether a claim of this sort can fit, whatever its words."""
        return all(not wanted or given in wanted for given, wanted in zip(sort, self.sorts, strict=True))

    def fits(self, found: Found, legal: frozenset[str], said: str) -> bool:
        """Whether a claim of a sort that can fit does."""
        return (
            (not self.legal or not self.legal.isdisjoint(legal))
            and (self.hedged is None or found.hedged == self.hedged)
            and (self.versus is None or bool(found.versus) == self.versus)
            and (not self.model or found.model in self.model)
            and (not self.routes or not self.routes.isdisjoint(found.route))
            and self.routes_not.isdisjoint(found.route)
            and (self.phrases is None or self.phrases.within(said) is not None)
        )


class Flags:
    """The rules of a file.

    Raises:
        KnowledgeError: the file is at fault, or names what the vocabulary or the lexicon lacks.
    """

    def __init__(self, file: Path = FILE) -> None:
        self.rules: tuple[Rule, ...] = tuple(load(file, TypeAdapter(list[Rule])))
        self.vocabulary = vocabulary()
        _check(file, self.rules, self.vocabulary)
        self._matchers = [_Matcher(rule) for rule in self.rules]
        self._standing: dict[str, tuple[str, tuple[Form, ...]]] = {}
        self._near: dict[_Sort, list[_Matcher]] = {}  # those that a claim of this sort can fit at all

    def of(self, found: Found) -> tuple[Flag, ...]:
        """The flags of one claim, in the order of the file."""
        sort = _sort_of(found)
        if sort not in self._near:
            self._near[sort] = [each for each in self._matchers if each.can_fit(sort)]
        near = self._near[sort]
        if not near:
            return ()
        said = plain(" … ".join((found.span, *found.strength)))
        legal = self._legal(found)
        return tuple(each.flag for each in near if each.fits(found, legal, said))

    def _legal(self, found: Found) -> frozenset[str]:
        """How the treatment stands in the UK, given as the text gives it."""
        treatment = self.vocabulary.treatments.get(found.treatment or "")
        if treatment is None:
            return frozenset()
        if treatment.id not in self._standing:
            forms = tuple(form for form in self.vocabulary.forms_of(treatment.id) if form.legal)
            self._standing[treatment.id] = (treatment.legal, forms)
        own, forms = self._standing[treatment.id]
        return frozenset((own, *(form.legal for form in forms if form.legal and form.route in found.route)))


def _check(file: Path, rules: Iterable[Rule], known: Vocabulary) -> None:
    said = {row.id: row for row in statements()}
    seen: set[str] = set()
    for rule in rules:
        if rule.id in seen:
            raise KnowledgeError(file, rule.id, "id used twice")
        seen.add(rule.id)
        for field, among in (
            ("treatments", known.treatments), ("concerns", known.concerns), ("routes", known.routes),
            ("routes_not", known.routes), ("says", said),
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
