"""The shared nouns, read from data/*.yaml."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from ._knowledge import KnowledgeError, load

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


class Noun(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Source(Noun):
    """A page that was read: where, whose, and when the copy is from if that is known."""

    url: str
    organisation: str
    note: str | None = None


class Treatment(Noun):
    """An agent or technique, as studies name it."""

    id: str
    name: str = Field(min_length=2)
    sentence: str = Field(description="one plain sentence: what it is, never how well it works")
    family: str
    legal: Legal
    legal_note: str | None = None
    sources: tuple[Source, ...] = ()
    inert: bool = False  # an arm that holds nothing but these is a control
    also: tuple[str, ...] = ()  # other names people and papers use

    @property
    def prescription_only(self) -> bool:
        return self.legal == "prescription-only"


class Form(Noun):
    """A treatment as it is given to a person: what safety rules and options speak of."""

    id: str
    name: str
    sentence: str
    kind: Literal["cosmetic", "procedure", "pom", "otc", "pom-procedure", "adjunct", "self-care", "none"]
    route: str | None = None
    treatments: tuple[str, ...]
    also: tuple[str, ...] = ()

    @property
    def prescription_only(self) -> bool:
        return self.kind in ("pom", "pom-procedure")


class Concern(Noun):
    """What a person worries about."""

    id: str
    name: str
    sentence: str
    sources: tuple[Source, ...] = ()
    also: tuple[str, ...] = ()


class Concept(Noun):
    """What a study measures, whatever the instrument."""

    id: str
    name: str
    sentence: str
    better: Polarity
    matters: Literal["person", "surrogate", "harm"] = "person"


class Route(Noun):
    id: str
    name: str


N = TypeVar("N", Treatment, Form, Concern, Concept, Route)


class Vocabulary:
    """Every noun by its id. Get it from `vocabulary()`."""

    def __init__(self, folder: Path = DATA) -> None:
        self.treatments: Mapping[str, Treatment] = _read(folder / "treatments.yaml", Treatment)
        self.forms: Mapping[str, Form] = _read(folder / "forms.yaml", Form)
        self.concerns: Mapping[str, Concern] = _read(folder / "concerns.yaml", Concern)
        self.concepts: Mapping[str, Concept] = _read(folder / "concepts.yaml", Concept)
        self.routes: Mapping[str, Route] = _read(folder / "routes.yaml", Route)
        for form in self.forms.values():
            for treatment in form.treatments:
                if treatment not in self.treatments:
                    raise KnowledgeError("forms.yaml", f"{form.id}, field treatments", f"no treatment {treatment}")

    def forms_of(self, treatment: str) -> tuple[Form, ...]:
        """The forms in which a treatment is given."""
        return tuple(form for form in self.forms.values() if treatment in form.treatments)

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
        """The treatments that an id of either set names.

        Raises:
            KeyError: no such id; the message offers near ones.
        """
        if word in self.treatments:
            return (self.treatments[word],)
        if word in self.forms:
            return tuple(self.treatments[t] for t in self.forms[word].treatments)
        raise KeyError(unknown(word, [*self.treatments, *self.forms]))


def unknown(word: str, known: list[str]) -> str:
    """'no x; did you mean …?' for a word outside a closed list."""
    near = difflib.get_close_matches(word, known, n=3, cutoff=0.6)
    return f"{word!r} is not known" + (f"; did you mean {', '.join(near)}?" if near else "")


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
