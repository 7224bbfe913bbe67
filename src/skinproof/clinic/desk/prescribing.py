"""A plan's medicines as care's prescribing checks read them, and what signing fixes of them."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from skinproof.care.prescribing import (
    Consult,
    PrescribedItem,
    PrescribingProblem,
    check_prescription,
    formulary,
)
from skinproof.clinic.consultations.models import Consultation
from skinproof.clinic.library.sources import address
from skinproof.clinic.prescribing import selectors
from skinproof.vocabulary import vocabulary

from .content import Medicine, PlanContent
from .judging import Judged


def problems(case: Consultation, content: PlanContent, judged: Judged) -> tuple[PrescribingProblem, ...]:
    """What stands against the plan's medicines; nothing for a plan that prescribes none. Two queries, or none."""
    if not content.medicines:
        return ()
    return check_prescription(
        [item(row) for row in content.medicines if row.form in vocabulary().forms],
        judged.now,
        concern=case.concern,
        today=timezone.localdate(),
        consult=consult(content),
        history=selectors.history(case),
        next_check=content.next_check,
        other_forms=[row.form for row in content.items],
    )


def item(row: Medicine) -> PrescribedItem:
    return PrescribedItem(**{**row.model_dump(), "site": row.site or None})


def consult(content: PlanContent) -> Consult:
    return Consult(**{**content.consulted.model_dump(), "mode": content.consulted.mode or None})


def seal(content: PlanContent, found: tuple[PrescribingProblem, ...]) -> dict[str, Any]:
    """What a signature fixes of the medicines: names, what the formulary says of them, and what stood against them."""
    return {
        "medicines": [_sealed(row) for row in content.medicines],
        "prescribing": [
            {"form": each.form, "key": each.key, "kind": each.kind, "says": each.says, "sources": pages(each.source)}
            for each in found
        ],
    }


def _sealed(row: Medicine) -> dict[str, Any]:
    book = formulary()
    product = book.products.get(row.product)
    medicine = book.medicines.get(row.form)
    licensed = medicine.licensed.value if medicine and product else None
    name = product.name if product else row.named
    tests = medicine.monitoring if medicine else ()
    said = [each for each in ((medicine.start, medicine.pregnancy) if medicine else ()) if each and each.says]
    as_read = medicine is not None and row.directions.strip() == (medicine.directions.says or "").strip()
    return {
        "line": {
            "form": row.form,
            "also": list(product.also) if product else [],
            "product": row.product,
            "name": name,
            "quantity": row.quantity,
            "unit": row.unit,
            "directions": row.directions,
            "course_weeks": row.course_weeks,
            "repeats": row.repeats,
            "unlicensed": licensed is False,
            "note": "" if product else "Named by the prescriber; not in our formulary.",
        },
        "legal": product.legal if product else None,
        "legal_sources": pages(product.legal_source if product else ()),
        "directions_sources": pages(medicine.directions.source if medicine and as_read else ()),
        "said": [{"says": each.says, "sources": pages(each.source)} for each in said],
        "tests": [{"says": test.says, "required": test.required, "sources": pages(test.source)} for test in tests],
    }


def pages(keys: tuple[str, ...]) -> list[dict[str, str | None]]:
    """The pages behind a statement, as plain JSON: who says it, and where a reader may be sent."""
    found = [address(page.url, page.organisation) for page in formulary().sources(keys)]
    return [{"source": where.organisation, "href": where.href} for where in found]
