"""Invented products for the demonstration, each named as an example: none exists, and none stands for a real one."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from skinproof.care.products import Product, Proof, product_rules
from skinproof.clinic.audit.services import Actor
from skinproof.clinic.people.models import User

from . import services

NOTE = "Example, invented"
REASON = "An invented example for the demonstration. Nobody has assessed a real product here."


def load(doctor: User) -> None:
    """One that is acceptable, one that is not, and one that waits."""
    by, today = Actor(doctor.role, doctor.pk), timezone.localdate()
    proofs = tuple(
        Proof(requirement=row.id, document=f"{NOTE} document", dated=today, supplied_by=NOTE, read_by=NOTE)
        for row in product_rules().requirements
        if row.proof and row.id != "broken-skin"
    )
    whole = Product(
        kind="exosome",
        manufacturer=f"{NOTE} maker", name="Example serum A", origin="plant", species=NOTE, tissue=NOTE,
        processing=NOTE, particles=1, particles_per=f"{NOTE} amount", particles_method=NOTE, sterile="no",
        sterility=NOTE, storage=NOTE, lot="EXAMPLE-0", uk_status="cosmetic-notified", responsible_person=NOTE,
        safety_assessment=NOTE, cleared_for_broken_skin="no", proofs=proofs,
    )  # fmt: skip
    human = whole.model_copy(update={"name": "Example serum B", "origin": "human", "proofs": ()})
    waiting = Product(kind="exosome", manufacturer=f"{NOTE} maker", name="Example serum C")
    accepted, refused, _ = (
        services.propose(content, key=f"demonstration-product-{content.name[-1]}", user=doctor, by=by)
        for content in (whole, human, waiting)
    )
    until = today + dt.timedelta(days=180)
    for product, acceptable, forms in ((accepted, True, ["exosome-topical"]), (refused, False, [])):
        services.assess(
            product.public_id, number=1, acceptable=acceptable, forms=forms, reason=REASON,
            until=until if acceptable else None, user=doctor, by=by,
        )  # fmt: skip
