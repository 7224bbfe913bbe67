"""Every change of the register, in one transaction with its entry on the trail. Nothing is edited, only added to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping

from django.db import transaction
from django.utils import timezone

from skinproof.care import products as rules
from skinproof.care.prescribing.document import months_after
from skinproof.clinic.audit.models import Verb
from skinproof.clinic.audit.services import Actor, record
from skinproof.clinic.desk.content import PlanContent
from skinproof.clinic.desk.drafting import SignedError, locked_plan
from skinproof.clinic.desk.holding import must_hold
from skinproof.clinic.desk.models import Plan
from skinproof.clinic.people.models import User
from skinproof.clinic.people.permissions import May, may

from .models import Assessment, PlanProduct, Product, Version

REASON_MINIMUM = 20  # characters


class RegisterError(Exception):
    """The step does not fit what is on record; the message says why."""


class StaleError(RegisterError):
    """Another version was written after the page was shown."""


@transaction.atomic
def propose(content: rules.Product, *, key: str, user: User, by: Actor) -> Product:
    """Put a product on the register. A second press of the same form finds the first one's work."""
    product, new = Product.objects.get_or_create(key=key)
    if new:
        Version.objects.create(product=product, number=1, record=content.model_dump(mode="json"), by=user)
        record(by, Verb.PROPOSED, "product", product.public_id, version=1)
    return product


def _locked(public_id: str) -> tuple[Product, Version]:
    product = Product.objects.select_for_update().get(public_id=public_id)
    return product, product.latest


def _must_be_latest(latest: Version, number: int) -> None:
    if latest.number != number:
        raise StaleError("Somebody wrote a newer version after this page was shown. Look at it first.")


@transaction.atomic
def revise(public_id: str, content: rules.Product, *, number: int, user: User, by: Actor) -> Version:
    """Write the next version after `number`; it starts out as proposed. The same content writes nothing.

    Raises:
        StaleError: `number` is not the latest any more.
        Product.DoesNotExist: no such product.
    """
    product, latest = _locked(public_id)
    if latest.content == content:
        return latest
    _must_be_latest(latest, number)
    version = Version.objects.create(
        product=product, number=latest.number + 1, record=content.model_dump(mode="json"), by=user
    )
    record(by, Verb.PROPOSED, "product", product.public_id, version=version.number)
    return version


def prove(public_id: str, proof: rules.Proof, *, number: int, user: User, by: Actor) -> Version:
    """Add a document that somebody read: a version with one more proof.

    Raises:
        StaleError, Product.DoesNotExist: as `revise`.
    """
    with transaction.atomic():
        _, latest = _locked(public_id)
        content = latest.content
        if proof not in content.proofs:
            content = content.model_copy(update={"proofs": (*content.proofs, proof)})
        return revise(public_id, content, number=number, user=user, by=by)


@transaction.atomic
def assess(
    public_id: str,
    *,
    number: int,
    acceptable: bool,
    forms: Iterable[str],
    reason: str,
    until: dt.date | None,
    user: User,
    by: Actor,
) -> Assessment:
    """Keep what a named doctor or pharmacist made of the latest version.

    Nobody can call acceptable what the rules find wanting, or for longer than they allow.

    Raises:
        RegisterError: somebody who does not assess products, the record lacks something for one of the forms, no form
            or day is named, the day lies too far off or in the past, or the reason is too short.
        StaleError, Product.DoesNotExist: as `revise`.
    """
    if not may(user.role, May.ASSESS_PRODUCTS):
        raise RegisterError("A doctor or a pharmacist says what is acceptable.")
    product, latest = _locked(public_id)
    _must_be_latest(latest, number)
    today = timezone.localdate()
    chosen = list(dict.fromkeys(forms)) if acceptable else []
    if len(reason.strip()) < REASON_MINIMUM:
        raise RegisterError(f"Say why, in {REASON_MINIMUM} characters or more.")
    if acceptable:
        if not chosen:
            raise RegisterError("Say what it is acceptable for.")
        lacking = {form: found for form in chosen if (found := rules.faults(latest.content, form, today=today))}
        if lacking:
            raise RegisterError("The rules do not allow it: " + " ".join(next(iter(lacking.values()))[0].text.split()))
        if until is None or not today <= until <= longest(today):
            raise RegisterError(f"Choose a last day from today to {longest(today):%-d %B %Y}.")
    given = {
        "acceptable": acceptable, "forms": chosen, "reason": reason.strip(), "until": until if acceptable else None,
        "name": signature(user),
    }  # fmt: skip
    last = latest.assessed
    if last is not None and last.by_id == user.pk and all(getattr(last, key) == value for key, value in given.items()):
        return last  # a second press
    row = Assessment.objects.create(version=latest, by=user, **given)
    record(
        by, Verb.ASSESSED, "product", product.public_id, reason=row.reason, version=latest.number,
        acceptable=acceptable, forms=chosen,
    )  # fmt: skip
    return row


def mark_of(plan: Plan) -> str:
    """What tells whether a draft names the same products as a page showed."""
    named = plan.products.order_by("form").values_list("form", "version_id")
    return " ".join(f"{form}={version}" for form, version in named)


def longest(today: dt.date) -> dt.date:
    """The last day that an assessment made today may hold."""
    return months_after(today, rules.product_rules().longest.months)


def signature(user: User) -> str:
    """How an assessment names whoever made it."""
    return user.reviewer


@transaction.atomic
def choose(plan_id: str, doctor: User, chosen: Mapping[str, int | None], *, seen: str | None = None, by: Actor) -> Plan:
    """Name the product of rows of a draft: {form: id of a version, or None for none}.

    `seen` is a `mark_of` the draft, from the page (None: no page).

    Any product may be named; whether it may be used is told by the plan's check, and decides at signing.

    Raises:
        SignedError, NotHeldError: it cannot be changed, or not by this doctor.
        StaleError: other products were named since the page was shown.
        RegisterError: a form that the plan does not have, or a version that does not exist.
    """
    plan = locked_plan(plan_id)
    if plan.signed:
        raise SignedError("This plan is signed, so it cannot be changed. Start a new one that supersedes it.")
    must_hold(plan.consultation, doctor)
    if seen is not None and seen != mark_of(plan):
        raise StaleError("Other products were named after this page was shown. Look at them first.")
    forms = PlanContent.of(plan.content).forms
    for form, version_id in chosen.items():
        if form not in forms:
            raise RegisterError("The plan does not give this treatment any more.")
        if version_id is None:
            PlanProduct.objects.filter(plan=plan, form=form).delete()
            continue
        version = Version.objects.filter(pk=version_id).select_related("product").first()
        if version is None:
            raise RegisterError("This product is not on the register.")
        PlanProduct.objects.update_or_create(
            plan=plan, form=form, defaults={"version": version, "doctor": doctor, "at": timezone.now()}
        )
        record(by, Verb.NAMED, "plan", plan.public_id, form=form, product=version.product.public_id)
    return plan
