"""Products for tests, all invented."""

from __future__ import annotations

import datetime as dt
import itertools

from django.utils import timezone

from skinproof.care.products import Product, Proof, product_rules
from skinproof.clinic.products import services

from .conftest import actor

NUMBERS = itertools.count(1)
WHY = "I read every document on record; nothing is lacking."


def content(**fields) -> Product:
    today = timezone.localdate()
    proofs = tuple(
        Proof(requirement=row.id, document="Example file 7", dated=today, supplied_by="The maker", read_by="Dr Example")
        for row in product_rules().requirements
        if row.proof
    )
    given = {
        "kind": "exosome", "manufacturer": "Example maker", "name": "Example serum", "origin": "plant",
        "species": "Rosa example",
        "tissue": "callus", "processing": "spun and filtered", "particles": 1e10, "particles_per": "mL",
        "particles_method": "nanoparticle tracking", "sterile": "yes", "sterility": "filtered, tested by lot",
        "storage": "2 to 8 °C", "lot": "EX-1", "uk_status": "cosmetic-notified",
        "responsible_person": "Example Ltd, Leeds", "safety_assessment": "report 9", "cleared_for_broken_skin": "yes",
        "proofs": proofs,
    }  # fmt: skip
    return Product(**{**given, **fields})


def key() -> str:
    return f"test-product-{next(NUMBERS):030}"


def proposed(user, **fields):
    return services.propose(content(**fields), key=key(), user=user, by=actor(user))


def assess(product, user, **more):
    given = {
        "number": product.latest.number, "acceptable": True, "forms": ["exosome-topical"], "reason": WHY,
        "until": timezone.localdate() + dt.timedelta(days=90),
    }  # fmt: skip
    return services.assess(product.public_id, user=user, by=actor(user), **{**given, **more})


def accepted(user, *forms: str, **fields):
    product = proposed(user, **fields)
    assess(product, user, forms=forms or ("exosome-topical",))
    return product
