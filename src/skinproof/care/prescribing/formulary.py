"""The formulary: which medicines, in which strengths, within which limits, each statement with where it was read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import BaseModel, Field, TypeAdapter, model_validator

from skinproof.care.facts import atoms_of
from skinproof.care.rules import RuleSource, rules
from skinproof.care.terms import DATA, FactError, terms
from skinproof.vocabulary import Kept, KnowledgeError, load, vocabulary

FOLDER = DATA / "formulary"
GENERAL_FILE = FOLDER / "general.yaml"
SOURCES_FILE = FOLDER / "sources.yaml"

Contact = Literal["form", "contact", "examination"]  # the least that is needed before it is prescribed
LegalCategory = Literal["POM", "P", "GSL", "unlicensed-special"]
Kind = Literal["cream", "gel", "ointment", "lotion", "solution", "foam", "tablet", "capsule"]
ORAL: tuple[Kind, ...] = ("tablet", "capsule")
LIMITS = {  # how each is said; {} is the number
    "max-strength": "a strength of at most {}%",
    "times-a-day": "at most {} times a day",
    "course-weeks": "at most {} weeks in one course",
    "course-weeks-face": "at most {} weeks in one course on the face",
    "total-weeks": "at most {} weeks in all without a break",
    "total-weeks-face": "at most {} weeks in all on the face without a break",
    "break-weeks": "a break of at least {} weeks",
    "review-weeks": "a look at how it goes after {} weeks",
    "amount-a-day": "at most {} g a day",
    "mg-a-day": "at most {} mg a day",
    "start-mg": "a start with {} mg a day",
    "start-mg-female": "a start with {} mg a day (women)",
    "start-mg-male": "a start with {} mg a day (men)",
}


class Page(RuleSource):
    """Where a statement was read."""


class _Sourced(Kept):
    source: tuple[str, ...] = ()
    not_read: str | None = Field(default=None, alias="not-read")
    note: str | None = None


class Said(_Sourced):
    """A statement with the keys of its sources; without any, it is our own rule or was not read, and says so."""

    says: str | None

    @model_validator(mode="after")
    def _said_or_not_read(self) -> Self:
        if (self.says is None) == (self.not_read is None):
            raise ValueError("say it, or say with not-read what was not read")
        return self


class Limit(_Sourced):
    """A number that holds a prescription. `hard`: past it is a stop; else a written reason serves."""

    value: float | None
    hard: bool = False

    @model_validator(mode="after")
    def _read_or_not(self) -> Self:
        if (self.value is None) != (self.not_read is not None) or (self.value is None) == bool(self.source):
            raise ValueError("a number names its source; a null says with not-read what was not read, and names none")
        if self.value is not None and self.value <= 0:
            raise ValueError("a limit is above zero")
        return self


class Licensed(_Sourced):
    value: bool | None

    @model_validator(mode="after")
    def _read_or_not(self) -> Self:
        if (self.value is None) != (self.not_read is not None) or (self.value is None) == bool(self.source):
            raise ValueError("a yes or no names its source; a null says with not-read what was not read")
        return self


class Uses(Kept):
    """The concerns that its licence covers, as far as it was read."""

    concerns: tuple[str, ...]
    says: str
    source: tuple[str, ...]


class Remote(Kept):
    least: Contact
    record_check: bool = Field(default=False, alias="record-check")
    says: str
    source: tuple[str, ...] = Field(min_length=1)


class Test(Kept):
    """What is watched. `required`: before the first supply, with its date."""

    __test__ = False  # no test class, whatever pytest makes of the name

    id: str
    says: str
    required: bool
    source: tuple[str, ...] = Field(min_length=1)


class Partner(Kept):
    """It is not used alone for these concerns: one of these forms goes with it."""

    forms: tuple[str, ...] = Field(min_length=1)
    concerns: tuple[str, ...] = Field(min_length=1)
    says: str
    source: tuple[str, ...] = Field(min_length=1)


class Product(Kept):
    """One strength and form. `strength` is in `in` (percent, or mg a tablet); `packs` are in `unit`."""

    id: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)
    name: str
    kind: Kind
    unit: Literal["g", "ml", "tablets", "capsules"]
    strength: float | None = Field(default=None, gt=0)
    strength_in: Literal["percent", "mg"] | None = Field(default=None, alias="in")
    packs: tuple[float, ...] = ()
    packs_source: tuple[str, ...] = Field(default=(), alias="packs-source")
    also: tuple[str, ...] = ()  # other forms that it holds
    potency: Literal["mild", "moderate", "potent"] | None = None
    potency_source: tuple[str, ...] = Field(default=(), alias="potency-source")
    sex: Literal["female", "male"] | None = None  # the label is for
    legal: LegalCategory | None
    legal_source: tuple[str, ...] = Field(default=(), alias="legal-source")
    limits: Mapping[str, Limit] = {}  # in place of the medicine's
    source: tuple[str, ...] = Field(min_length=1)
    note: str | None = None

    @model_validator(mode="after")
    def _whole(self) -> Self:
        for name, value, source in (
            ("packs", self.packs, self.packs_source),
            ("legal", self.legal, self.legal_source),
            ("potency", self.potency, self.potency_source),
        ):
            if bool(value) != bool(source):
                raise ValueError(f"{name} and {name}-source go together")
        if (self.strength is None) != (self.strength_in is None):
            raise ValueError("a strength says in what")
        if (self.kind in ORAL) != (self.unit in ("tablets", "capsules")):
            raise ValueError("tablets and capsules are counted, everything else is weighed or measured")
        return self

    @property
    def oral(self) -> bool:
        return self.kind in ORAL


class Medicine(Kept):
    form: str  # of the vocabulary
    classes: tuple[str, ...]
    gives: Mapping[str, Any] = {}  # facts that hold of a person who uses it
    uses: Uses
    licensed: Licensed
    specialist: Said | None = None
    remote: Remote
    no_first_repeat: bool = Field(default=False, alias="no-first-repeat")
    partner: Partner | None = None
    monitoring: tuple[Test, ...] = ()
    used_weeks_fact: str | None = Field(default=None, alias="used-weeks-fact")
    strength_fact: str | None = Field(default=None, alias="strength-fact")
    by_fingertip: bool = Field(default=False, alias="by-fingertip")
    face_potency: Literal["mild"] | None = Field(default=None, alias="face-potency")
    limits: Mapping[str, Limit]
    start: Said | None = None
    directions: Said
    pregnancy: Said | None = None
    products: tuple[Product, ...]

    @property
    def name(self) -> str:
        return vocabulary().forms[self.form].name


class DuplicateClass(Kept):
    """A kind of medicine of which one is enough."""

    name: str
    hard: bool
    source: tuple[str, ...]
    note: str | None = None


class Combination(Kept):
    forms: tuple[str, ...] = Field(min_length=2)
    timed: tuple[str, ...] = Field(min_length=1)  # those of `forms` that the time limit holds
    says: str
    source: tuple[str, ...] = Field(min_length=1)
    course_weeks: Limit = Field(alias="course-weeks")


class General(Kept):
    who: Said
    remote: Said
    dialogue: Said
    unlicensed: Said
    gp: Said
    repeats: Said
    face_each_time: Limit = Field(alias="face-each-time")
    classes: Mapping[str, DuplicateClass]
    combinations: tuple[Combination, ...]


class Formulary(Kept):
    general: General
    medicines: Mapping[str, Medicine]  # by form
    products: Mapping[str, Product]
    pages: Mapping[str, Page]

    def medicine_of(self, product: str) -> Medicine:
        """
        Raises:
            KeyError: no such product.
        """
        return next(m for m in self.medicines.values() if self.products[product] in m.products)

    def limit(self, medicine: Medicine, product: Product | None, name: str) -> Limit | None:
        """A product's own limit, else its medicine's; None where the limit does not apply to it."""
        return (product.limits if product else {}).get(name) or medicine.limits.get(name)

    def sources(self, keys: Iterable[str]) -> tuple[RuleSource, ...]:
        """The pages behind the keys of a statement, each once."""
        found: dict[str, RuleSource] = {}
        for key in keys:
            for page in self._pages(key):
                found.setdefault(page.url, page)
        return tuple(found.values())

    def _pages(self, key: str) -> tuple[RuleSource, ...]:
        kind, _, name = key.partition(":")
        if kind == "rule":
            return rules().rule(name).source
        if kind == "vocabulary":
            about = vocabulary().treatments[name].sources
            return tuple(RuleSource(url=s.url, organisation=s.organisation, tier="secondary") for s in about)
        return (self.pages[key],)


@cache
def formulary() -> Formulary:
    """The product's formulary, read once.

    Raises:
        KnowledgeError: a file is at fault; names the file, the medicine and the fault.
    """
    return read_formulary(FOLDER)


def read_formulary(folder: Path) -> Formulary:
    """A formulary from a folder of YAML files; see `formulary`."""
    general = load(folder / GENERAL_FILE.name, General)
    pages = load(folder / SOURCES_FILE.name, TypeAdapter(dict[str, Page]))
    medicines: dict[str, Medicine] = {}
    products: dict[str, Product] = {}
    for path in sorted(folder.glob("*.yaml")):
        if path.name in (GENERAL_FILE.name, SOURCES_FILE.name):
            continue
        for medicine in load(path, TypeAdapter(tuple[Medicine, ...])):
            if medicine.form in medicines:
                raise KnowledgeError(path, medicine.form, "stands twice")
            medicines[medicine.form] = medicine
            for product in medicine.products:
                if product.id in products:
                    raise KnowledgeError(path, product.id, "product id used twice")
                products[product.id] = product
            if fault := _fault(medicine, general):
                raise KnowledgeError(path, medicine.form, fault)
    found = Formulary(general=general, medicines=medicines, products=products, pages=pages)
    _check_sources(found, folder)
    return found


def _fault(medicine: Medicine, general: General) -> str | None:
    words, facts = vocabulary(), terms().facts
    named = [medicine.form, *(medicine.partner.forms if medicine.partner else ())]
    named += [form for product in medicine.products for form in product.also]
    for form in named:
        if form not in words.forms:
            return f"no form {form}"
    for concern in (*medicine.uses.concerns, *(medicine.partner.concerns if medicine.partner else ())):
        if concern not in words.concerns:
            return f"no concern {concern}"
    for name in medicine.classes:
        if name not in general.classes:
            return f"no class {name}"
    for name in (*medicine.limits, *(name for product in medicine.products for name in product.limits)):
        if name not in LIMITS:
            return f"no limit is called {name}"
    for fact in (medicine.used_weeks_fact, medicine.strength_fact):
        if fact is not None and fact not in facts:
            return f"no fact {fact}"
    try:
        for fact, value in medicine.gives.items():
            atoms_of(fact, {"has": value} if isinstance(value, list) else value)
    except FactError as error:
        return f"gives: {error}"
    return None


def _check_sources(found: Formulary, folder: Path) -> None:
    """Every key that any statement names leads to at least one page."""
    for where, keys in _named(found):
        for key in keys:
            try:
                if not found.sources([key]) and not key.startswith("rule:"):  # a rule may itself be unsourced
                    raise KnowledgeError(folder, where, f"{key} names no page")
            except KeyError:
                raise KnowledgeError(folder, where, f"no source {key}") from None


def _named(value: Any, where: str = "") -> Iterable[tuple[str, tuple[str, ...]]]:
    """(where, keys) of every field that holds sources."""
    if isinstance(value, BaseModel):
        for name in type(value).model_fields:
            inner = getattr(value, name)
            if name == "source" or name.endswith("_source"):
                yield where, inner
            elif name != "pages":
                yield from _named(inner, f"{where}.{name}".strip("."))
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _named(inner, f"{where}.{name}")
    elif isinstance(value, tuple):
        for inner in value:
            yield from _named(inner, f"{where}.{getattr(inner, 'id', '')}".rstrip("."))
