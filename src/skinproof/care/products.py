"""What must be on record of a product before it may stand in a plan, and whether it is. The register is the clinic's.

A product is never assumed to be anything: a field left empty is not known, and what is not known is a problem.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal

from pydantic import Field

from skinproof.vocabulary import Kept, KnowledgeError, Source, load, unknown, vocabulary

from .sourced import Applies, Line, check_names, rules_named, sources_of
from .terms import DATA

FILE = DATA / "product-rules.yaml"
Origin = Literal["human", "animal", "plant", "microbe", "unknown"]
Known = Literal["yes", "no", "unknown"]
UkStatus = Literal["cosmetic-notified", "cosmetic-not-notified", "medicine-licensed", "none", "unknown"]
State = Literal["proposed", "acceptable", "not-acceptable", "expired"]
WORDS: Mapping[State, str] = {
    "proposed": "Proposed, not assessed yet",
    "acceptable": "Assessed: acceptable",
    "not-acceptable": "Assessed: not acceptable",
    "expired": "The assessment has expired",
}


class Proof(Kept):
    """A document that somebody supplied and somebody read."""

    requirement: str
    document: str = Field(min_length=3)  # its name, number and page, so that it can be found again
    dated: dt.date
    supplied_by: str = Field(min_length=2)
    read_by: str = Field(min_length=2)


class Product(Kept):
    """One product as the register holds it. Empty text and None are not known."""

    kind: str = ""  # an id of `kinds` in the rules
    manufacturer: str = ""
    name: str = ""
    origin: Origin = "unknown"
    species: str = ""
    tissue: str = ""
    processing: str = ""
    particles: float | None = Field(default=None, gt=0, allow_inf_nan=False)
    particles_per: str = ""  # "mL", "vial of 5 mL"
    particles_method: str = ""
    sterile: Known = "unknown"
    sterility: str = ""  # how it was made sterile and tested, or that it is not
    storage: str = ""
    lot: str = ""
    lot_expires: dt.date | None = None
    uk_status: UkStatus = "unknown"
    responsible_person: str = ""
    safety_assessment: str = ""
    cleared_for_broken_skin: Known = "unknown"
    proofs: tuple[Proof, ...] = ()


class Assessment(Kept):
    """What a named person made of the record: for which forms, until when."""

    acceptable: bool
    forms: tuple[str, ...] = ()  # that it is acceptable for
    by: str = Field(min_length=2)
    on: dt.date
    until: dt.date | None = None  # the last day on which it holds; always there where it is acceptable


class Requirement(Line):
    id: str
    title: str
    fields: tuple[str, ...] = Field(min_length=1)
    only: Mapping[str, tuple[str, ...]] = {}
    proof: bool = False
    applies: Applies = Applies()


class _Kind(Kept):
    id: str
    name: str
    forms: tuple[str, ...] = Field(min_length=1)


class _Never(Line):
    forms: tuple[str, ...]


class _Longest(Line):
    months: int = Field(gt=0)


class ProductRules(Kept):
    version: str
    must_be_named: tuple[str, ...] = Field(alias="must-be-named")
    kinds: tuple[_Kind, ...]
    never: tuple[_Never, ...]
    longest: _Longest = Field(alias="longest-months")
    requirements: tuple[Requirement, ...]

    @property
    def forms(self) -> tuple[str, ...]:
        """Every form that products are registered for."""
        return tuple(form for kind in self.kinds for form in kind.forms)

    def forms_of(self, kind: str) -> tuple[str, ...]:
        """The forms in which a kind of product is given; none for a kind that is not known."""
        return tuple(form for each in self.kinds if each.id == kind for form in each.forms)

    def of(self, form: str) -> tuple[Requirement, ...]:
        noun = vocabulary().forms[form]
        return tuple(row for row in self.requirements if row.applies.to(noun))


@dataclass(frozen=True)
class Problem:
    """Something that keeps a product out of a plan: which requirement, which fields, and where that was read."""

    requirement: str  # an id of `product-rules.yaml`, or "named", "assessed", "kind", "never", "lot"
    fields: tuple[str, ...]
    text: str
    sources: tuple[Source, ...] = ()


@cache
def product_rules() -> ProductRules:
    """The requirements, read once.

    Raises:
        KnowledgeError: a row names a field, form or rule that does not exist.
    """
    found = load(FILE, ProductRules)
    forms = [*found.must_be_named, *found.forms, *(form for row in found.never for form in row.forms)]
    forms += [form for row in found.requirements for form in row.applies.forms]
    check_names(FILE, rule_ids=rules_named([*found.requirements, *found.never]), form_ids=forms)
    for row in found.requirements:
        for field in (*row.fields, *row.only):
            if field not in Product.model_fields:
                raise KnowledgeError(FILE, f"{row.id}, fields", unknown(field, list(Product.model_fields)))
    return found


def must_be_named(form: str) -> bool:
    """Whether a plan row of this form has to name a product."""
    return form in product_rules().must_be_named


def faults(product: Product, form: str, *, today: dt.date | None = None) -> tuple[Problem, ...]:
    """What the record of a product lacks, or holds against it, for one form.

    Args:
        today: the day to hold the lot's date against; today in UTC if left out.

    Raises:
        KeyError: no such form, or none that products are registered for.
    """
    book = product_rules()
    if form not in book.forms:
        raise KeyError(unknown(form, list(book.forms)))
    proven = {proof.requirement for proof in product.proofs}
    found = [Problem("never", (), row.text, sources_of(row)) for row in book.never if form in row.forms]
    if form not in book.forms_of(product.kind):
        what = "This is another kind of product." if product.kind else "It is not on record what kind of product it is."
        found.append(Problem("kind", ("kind",), what))
    for row in book.of(form):
        empty = tuple(field for field in row.fields if getattr(product, field) in ("", None, "unknown"))
        wrong = tuple(
            field for field, values in row.only.items() if field not in empty and getattr(product, field) not in values
        )
        if empty or wrong:
            found.append(Problem(row.id, empty + wrong, row.text, sources_of(row)))
        elif row.proof and row.id not in proven:
            text = f"No document that proves it was read: {row.text[0].lower()}{row.text[1:]}"
            found.append(Problem(row.id, (), text, sources_of(row)))
    if product.lot_expires is not None and product.lot_expires < _day(today):
        found.append(Problem("lot", ("lot_expires",), "The lot on record has passed its date."))
    return tuple(found)


def state(assessment: Assessment | None, *, today: dt.date | None = None) -> State:
    """Where a product stands by its latest assessment."""
    if assessment is None:
        return "proposed"
    if not assessment.acceptable:
        return "not-acceptable"
    return "expired" if assessment.until is None or assessment.until < _day(today) else "acceptable"


def check(
    product: Product | None,
    form: str,
    *,
    assessment: Assessment | None = None,
    today: dt.date | None = None,
) -> tuple[Problem, ...]:
    """What stands against a plan row of this form with this product; empty where nothing does.

    A form that needs no product and names none has no problem. A named product must have been assessed as acceptable
    for this form, the assessment must hold today, and its record must still meet every requirement.

    Raises:
        KeyError: a product is named for a form that none is registered for.
    """
    if product is None:
        if not must_be_named(form):
            return ()
        name = vocabulary().forms[form].name
        return (Problem("named", (), f"{name}: no product is named. Only one that the register accepts may be used."),)
    found = faults(product, form, today=today)
    now = state(assessment, today=today)
    if now != "acceptable":
        return (Problem("assessed", (), f"{WORDS[now]}: it may not be used."), *found)
    if assessment is not None and form not in assessment.forms:
        return (Problem("assessed", (), "It was assessed as acceptable, but not for this form."), *found)
    return found


def forms_without_fault(product: Product, forms: Iterable[str], *, today: dt.date | None = None) -> tuple[str, ...]:
    """Those of the forms for which the record meets every requirement."""
    return tuple(form for form in forms if not faults(product, form, today=today))


def _day(today: dt.date | None) -> dt.date:
    return today or dt.datetime.now(dt.UTC).date()
