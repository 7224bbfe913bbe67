"""The shared nouns, read from data/*.yaml."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Literal, Self, TypeGuard, TypeVar

from pydantic import Field, TypeAdapter, model_validator

from ._knowledge import Kept, KnowledgeError, load

DATA = Path(__file__).with_name("data")

Legal = Literal[
    "prescription-only",  # a UK prescription-only medicine
    "pharmacy",  # a UK medicine sold without prescription
    "medicine-depends",  # prescription or not by strength, pack or use; `legal_note` says which
    "procedure",  # a device or hands-on procedure
    "cosmetic",
    "not-licensed",  # sold or injected with no UK licence for that use
    "not-a-treatment",  # a comparator or an umbrella word in studies
    "unknown",
]
Polarity = Literal["higher", "lower"]


class Source(Kept):
    """A page that was read: where, whose, and when the copy is from if that is known."""

    url: str
    organisation: str
    note: str | None = None


class About(Kept):
    """Where a sentence was read: a page by its address and owner, or a record of the library by its id."""

    url: str | None = Field(default=None, pattern=r"^https?://\S+$")
    organisation: str | None = None
    record: str | None = None
    note: str | None = None  # what is said there, in our own words

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        page, record = bool(self.url and self.organisation), bool(self.record)
        if page == record or (record and (self.url or self.organisation)):
            raise ValueError("name a page (url and organisation) or a record, and one of them only")
        return self


class Described(Kept):
    """A noun with one plain sentence that says what it is, and where that was read.

    `about` empty and `wording` not set: the words are ours and no page that says so was read yet.
    """

    id: str
    name: str = Field(min_length=2)
    sentence: str = Field(description="one plain sentence: what it is, never how well it works")
    about: tuple[About, ...] = ()
    wording: Literal["ours"] | None = None  # it only fixes what a word means here, and states nothing of the world

    @model_validator(mode="after")
    def _ours_or_read(self) -> Self:
        if self.wording is not None and self.about:
            raise ValueError("a sentence that was read somewhere (about) is not marked `wording: ours`")
        return self


class Family(Described):
    """A kind of treatment that a reader can browse by."""


class Treatment(Described):
    """An agent or technique, as studies name it."""

    family: str
    kind_of: str | None = None  # the wider treatment that also covers it: doxycycline is a kind of oral-antibiotic
    legal: Legal
    legal_note: str | None = None
    sources: tuple[Source, ...] = ()
    inert: bool = False  # an arm that holds nothing but these is a control
    also: tuple[str, ...] = ()  # other names people and papers use

    @property
    def prescription_only(self) -> bool:
        return self.legal == "prescription-only"


class Form(Described):
    """A treatment as it is given to a person: what safety rules and options speak of."""

    kind: Literal["cosmetic", "procedure", "pom", "otc", "pom-procedure", "adjunct", "self-care", "none"]
    route: str | None = None
    treatments: tuple[str, ...]
    combinations: tuple[tuple[str, ...], ...] = ()  # what is given together; empty: each treatment by itself
    screened: bool = False  # safety rules exist for it; without them nobody may call it safe
    legal: Legal | None = None  # only where it differs from the treatment's
    legal_note: str | None = None
    sources: tuple[Source, ...] = ()
    also: tuple[str, ...] = ()

    @property
    def prescription_only(self) -> bool:
        return self.kind in ("pom", "pom-procedure")


class Concern(Kept):
    """What a person worries about."""

    id: str
    name: str
    sentence: str
    sources: tuple[Source, ...] = ()
    also: tuple[str, ...] = ()


class Concept(Described):
    """What a study measures, whatever the instrument."""

    better: Polarity
    matters: Literal["person", "surrogate", "harm"] = "person"


class Route(Kept):
    id: str
    name: str


N = TypeVar("N", Family, Treatment, Form, Concern, Concept, Route)


class Vocabulary:
    """Every noun by its id. Get it from `vocabulary()`."""

    def __init__(self, folder: Path = DATA) -> None:
        self.families: Mapping[str, Family] = _read(folder / "families.yaml", Family)
        self.treatments: Mapping[str, Treatment] = _read(folder / "treatments.yaml", Treatment)
        self.forms: Mapping[str, Form] = _read(folder / "forms.yaml", Form)
        self.concerns: Mapping[str, Concern] = _read(folder / "concerns.yaml", Concern)
        self.concepts: Mapping[str, Concept] = _read(folder / "concepts.yaml", Concept)
        self.routes: Mapping[str, Route] = _read(folder / "routes.yaml", Route)
        for treatment in self.treatments.values():
            where = f"{treatment.id}, field "
            if treatment.family not in self.families:
                raise KnowledgeError("treatments.yaml", where + "family", f"no family {treatment.family}")
            if treatment.kind_of is not None and treatment.kind_of not in self.treatments:
                raise KnowledgeError("treatments.yaml", where + "kind_of", f"no treatment {treatment.kind_of}")
            if treatment.id in self.wider(treatment.id):
                raise KnowledgeError("treatments.yaml", where + "kind_of", "goes round in a circle")
        for form in self.forms.values():
            for word in form.treatments:
                if word not in self.treatments:
                    raise KnowledgeError("forms.yaml", f"{form.id}, field treatments", f"no treatment {word}")
            for word in {word for together in form.combinations for word in together} - set(form.treatments):
                raise KnowledgeError("forms.yaml", f"{form.id}, field combinations", f"{word} is not in its treatments")
            if form.route is not None and form.route not in self.routes:
                raise KnowledgeError("forms.yaml", f"{form.id}, field route", f"no route {form.route}")

    def wider(self, treatment: str) -> tuple[str, ...]:
        """The treatments that cover this one, nearest first, itself left out; a circle ends where it closes."""
        found: list[str] = []
        parent = self.treatments[treatment].kind_of
        while parent is not None and parent not in found:
            found.append(parent)
            parent = self.treatments[parent].kind_of if parent in self.treatments else None
        return tuple(found)

    def kinds_of(self, treatment: str) -> tuple[str, ...]:
        """A treatment's own id, then that of every treatment that is a kind of it."""
        return (treatment, *(each for each in self.treatments if treatment in self.wider(each)))

    def forms_of(self, treatment: str) -> tuple[Form, ...]:
        """The forms in which a treatment, or a kind of it, is given."""
        kinds = set(self.kinds_of(treatment))
        return tuple(form for form in self.forms.values() if kinds & set(form.treatments))

    def about_sources(self, noun: Described) -> tuple[About, ...]:
        """Where the sentence of a noun was read, nothing twice; empty: nowhere yet, or it is ours (`in_our_words`).

        A form without places of its own stands on those of its treatments, if every one of them has some or is ours.
        """
        if noun.about or not self._leans(noun):
            return noun.about
        bases = [self.treatments[each] for each in noun.treatments]
        if not all(base.about or base.wording for base in bases):
            return ()
        return tuple(dict.fromkeys(place for base in bases for place in base.about))

    def in_our_words(self, noun: Described) -> bool:
        """Whether a sentence only fixes what a word means here, so that no page can be asked for."""
        if self._leans(noun):
            return all(self.treatments[each].wording == "ours" for each in noun.treatments)
        return noun.wording == "ours"

    @staticmethod
    def _leans(noun: Described) -> TypeGuard[Form]:
        return isinstance(noun, Form) and not noun.about and noun.wording is None and bool(noun.treatments)

    def described_neutrally(self, treatment: str) -> bool:
        """Whether pages must describe a treatment without promoting it: a prescription medicine, or one that may be.

        True where the law makes it prescription-only or says that it depends, where it has no licence, and where a
        form of it is given on prescription although no page was found that says so.
        """
        if self.treatments[treatment].legal in ("prescription-only", "medicine-depends", "not-licensed"):
            return True
        unknown_law = self.treatments[treatment].legal == "unknown"
        return unknown_law and any(form.prescription_only for form in self.forms_of(treatment))

    def form(self, form_id: str) -> Form:
        """
        Raises:
            KeyError: no such form; the message offers near ones.
        """
        if form_id not in self.forms:
            raise KeyError(unknown(form_id, list(self.forms)))
        return self.forms[form_id]

    def resolve(self, word: str) -> tuple[Form, ...]:
        """The forms that an id of either set names: a form itself, or every form of a treatment.

        Raises:
            KeyError: no such id; the message offers near ones.
        """
        if word in self.forms:
            return (self.forms[word],)
        if word in self.treatments:
            return self.forms_of(word)
        raise KeyError(unknown(word, [*self.forms, *self.treatments]))

    def treatments_of(self, word: str) -> tuple[Treatment, ...]:
        """The treatments that an id of either set names; one that is in both sets is read as the form.

        Raises:
            KeyError: no such id; the message offers near ones.
        """
        if word in self.forms:
            return tuple(self.treatments[each] for each in self.forms[word].treatments)
        if word in self.treatments:
            return (self.treatments[word],)
        raise KeyError(unknown(word, [*self.treatments, *self.forms]))


def unknown(word: str, known: list[str]) -> str:
    """'no x; did you mean …?' for a word outside a closed list."""
    near = difflib.get_close_matches(word, known, n=3, cutoff=0.6)
    return f"{word[:60]!r} is not known" + (f"; did you mean {', '.join(near)}?" if near else "")


def _read(path: Path, kind: type[N]) -> Mapping[str, N]:
    rows: list[N] = load(path, TypeAdapter(list[kind]))  # type: ignore[valid-type]
    found: dict[str, N] = {}
    for row in rows:
        if row.id in found:
            raise KnowledgeError(path, row.id, "id used twice")
        found[row.id] = row
    return MappingProxyType(found)


@cache
def vocabulary() -> Vocabulary:
    """The product's vocabulary, read once."""
    return Vocabulary()
