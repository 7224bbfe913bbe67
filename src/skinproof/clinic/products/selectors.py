"""Reading the register: its products with where each stands, and what stands against the products of a plan."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import OuterRef, Prefetch, QuerySet, Subquery
from django.utils import timezone

from skinproof import care
from skinproof.care import products as rules
from skinproof.clinic.consultations.names import form_name
from skinproof.clinic.desk.content import PlanContent
from skinproof.clinic.desk.models import Plan
from skinproof.clinic.library.sources import Address, address

from .models import Assessment, PlanProduct, Product, Version

BADGES = {"proposed": "quiet", "acceptable": "fine", "not-acceptable": "stop", "expired": "caution"}
ORDER = ("proposed", "expired", "acceptable", "not-acceptable")
KINDS = {kind.id: kind.name for kind in rules.product_rules().kinds}
FIELDS = {  # the label of each field of a record, in the order in which it is read
    "kind": "Kind of product",
    "manufacturer": "Maker",
    "name": "Name of the product",
    "origin": "Where it comes from",
    "species": "Species",
    "tissue": "Tissue or cells",
    "processing": "How it is made",
    "particles": "Number of particles",
    "particles_per": "In what amount",
    "particles_method": "How they were counted",
    "sterile": "Sterile",
    "sterility": "How that is known",
    "storage": "How it is kept",
    "lot": "Lot",
    "lot_expires": "Last day of the lot",
    "uk_status": "Standing in UK law",
    "responsible_person": "Who answers for it in the UK",
    "safety_assessment": "Safety assessment",
    "cleared_for_broken_skin": "Authorised for needled or lasered skin",
}
VALUES = {
    "human": "Human", "animal": "Animal", "plant": "Plant", "microbe": "Microbe", "unknown": "Not known",
    "yes": "Yes", "no": "No",
    "cosmetic-notified": "Cosmetic, the government was told of it",
    "cosmetic-not-notified": "Cosmetic, the government was not told of it",
    "medicine-licensed": "Licensed medicine", "none": "None",
}  # fmt: skip


def _latest() -> QuerySet[Version]:
    newest = Version.objects.filter(product=OuterRef("product")).order_by("-number").values("pk")[:1]
    rows = Version.objects.filter(pk=Subquery(newest)).select_related("product", "by")
    return rows.prefetch_related(Prefetch("assessments", Assessment.objects.order_by("id")))


@dataclass(frozen=True)
class Row:
    version: Version
    state: str
    words: str
    badge: str
    forms: tuple[str, ...]  # names of what it is acceptable for


def _row(version: Version) -> Row:
    state, last = version.state, version.assessed
    names = tuple(form_name(form) for form in last.forms) if last and state == "acceptable" else ()
    return Row(version, state, rules.WORDS[state], BADGES[state], names)


def register() -> tuple[Row, ...]:
    """The latest version of every product: what waits to be assessed first. Two queries."""
    rows = [_row(version) for version in _latest()]
    return tuple(sorted(rows, key=lambda row: (ORDER.index(row.state), row.version.name.lower())))


@dataclass(frozen=True)
class Lack:
    """Something that the record lacks for some forms."""

    text: str
    fields: tuple[str, ...]  # labels
    forms: tuple[str, ...]  # names
    sources: tuple[Address, ...]


@dataclass(frozen=True)
class Shown:
    """A product with everything on record."""

    product: Product
    row: Row
    fields: tuple[tuple[str, str, bool], ...]  # (label, value, whether it is known)
    proofs: tuple[tuple[str, rules.Proof], ...]  # (title of the requirement, proof)
    lacks: tuple[Lack, ...]
    possible: tuple[str, ...]  # forms for which nothing is lacking
    assessments: tuple[Assessment, ...]  # of the latest version, newest first
    earlier: tuple[Version, ...]  # newest first


def product(public_id: str, number: int | None = None) -> Shown:
    """A product in its latest version, or an earlier one.

    Raises:
        Product.DoesNotExist: no such product or version.
    """
    found = Product.objects.get(public_id=public_id)
    versions = list(found.versions.select_related("by", "product").prefetch_related("assessments").order_by("-number"))
    version = next((each for each in versions if number in (None, each.number)), None)
    if version is None:
        raise Product.DoesNotExist
    content, book, today = version.content, rules.product_rules(), timezone.localdate()
    titles = {row.id: row.title for row in book.requirements}
    return Shown(
        product=found,
        row=_row(version),
        fields=tuple(_field(name, getattr(content, name)) for name in FIELDS),
        proofs=tuple((titles.get(proof.requirement, proof.requirement), proof) for proof in content.proofs),
        lacks=_lacks(content),
        possible=rules.forms_without_fault(content, book.forms_of(content.kind), today=today),
        assessments=tuple(reversed(version.assessments.all())),
        earlier=tuple(each for each in versions if each is not version),
    )


def _field(name: str, value: Any) -> tuple[str, str, bool]:
    if value in ("", None, "unknown"):
        return FIELDS[name], "Not known", False
    if isinstance(value, float):
        return FIELDS[name], f"{value:,.0f}" if value >= 1 else f"{value:g}", True
    if hasattr(value, "strftime"):
        return FIELDS[name], f"{value:%-d %B %Y}", True
    return FIELDS[name], (KINDS if name == "kind" else VALUES).get(value, value), True


def _lacks(content: rules.Product) -> tuple[Lack, ...]:
    """What is lacking, each once with the forms that it is lacking for."""
    found: dict[tuple[str, str], tuple[rules.Problem, list[str]]] = {}
    book = rules.product_rules()
    for form in book.forms_of(content.kind) or book.forms:
        for problem in rules.faults(content, form, today=timezone.localdate()):
            found.setdefault((problem.requirement, problem.text), (problem, []))[1].append(form_name(form))
    return tuple(
        Lack(
            text=problem.text,
            fields=tuple(FIELDS.get(field, field) for field in problem.fields),
            forms=tuple(forms),
            sources=tuple(address(s.url, s.organisation, s.note) for s in problem.sources),
        )
        for problem, forms in found.values()
    )


# --- of a plan
def of_plan(plan: Plan) -> dict[str, PlanProduct]:
    """The products that a plan names, by form."""
    rows = plan.products.select_related("version__product").prefetch_related("version__assessments")
    return {row.form: row for row in rows}


def named_forms(content: PlanContent) -> tuple[str, ...]:
    """The forms of a plan for which a product can be named."""
    return tuple(form for form in content.forms if form in rules.product_rules().forms)


def against(plan: Plan, content: PlanContent) -> tuple[care.Problem, ...]:
    """What stands against the products of a plan, as problems of the plan that no reason lifts."""
    named = of_plan(plan)
    found = []
    for form in named_forms(content):
        row = named.get(form)
        last = row.version.assessed if row else None
        newest = row is None or row.version.number == row.version.product.latest.number
        problems = rules.check(
            row.version.content if row else None, form,
            assessment=last.content if last else None, today=timezone.localdate(),
        )  # fmt: skip
        if not newest:
            text = "The register has a newer version of this product: choose that one."
            problems = (rules.Problem("assessed", (), text), *problems)
        found += [care.Problem("product", form, f"product-{each.requirement}", each.text) for each in problems]
    return tuple(found)


def sealed(plan: Plan) -> dict[str, dict[str, Any]]:
    """What a signature fixes of the products of a plan, by form."""
    made = {}
    forms = PlanContent.of(plan.content).forms
    for form, row in of_plan(plan).items():
        if form not in forms:  # its row was taken out again
            continue
        last = row.version.assessed
        made[form] = {
            "product": row.version.product.public_id,
            "version": row.version.number,
            "name": row.version.name,
            "lot": row.version.content.lot,
            "assessed_by": last.name if last else "",
            "until": last.until.isoformat() if last and last.until else None,
        }
    return made
