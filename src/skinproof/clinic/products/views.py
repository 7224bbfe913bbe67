"""The register's pages; and which product a plan gives, for the doctor who writes it."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from functools import partial

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from skinproof.clinic.audit.services import Actor
from skinproof.clinic.consultations.models import Consultation
from skinproof.clinic.desk import drafting, holding
from skinproof.clinic.desk.content import PlanContent
from skinproof.clinic.desk.views import of_case
from skinproof.clinic.people.permissions import May
from skinproof.clinic.web.access import for_may, get_or_post, sent
from skinproof.clinic.web.errors import resendable

from . import selectors, services
from .forms import AssessForm, ChooseForm, ProofForm, RecordForm
from .models import Product


def _kept(form: forms.Form, keep: Callable[[], object]) -> bool:
    """Whether what the form says was kept; why it was refused stands in the form."""
    try:
        keep()
    except services.RegisterError as refused:
        form.add_error(None, str(refused))
        return False
    return True


@for_may(May.READ_PRODUCTS)
@require_safe
def register(request: HttpRequest) -> HttpResponse:
    """Every product, and where it stands."""
    return render(request, "products/register.html", {"rows": selectors.register()})


@for_may(May.RECORD_PRODUCTS)
@resendable
@get_or_post
def propose(request: HttpRequest) -> HttpResponse:
    form = RecordForm(sent(request), initial={"key": secrets.token_urlsafe(32), "number": 0})
    if request.method == "POST" and form.is_valid():
        product = services.propose(
            form.content(), key=form.cleaned_data["key"], user=request.user, by=Actor.of(request)
        )
        messages.success(request, "It is on the register as proposed. Now add what proves it.")
        return redirect("products:product", product.public_id)
    return render(request, "products/record.html", {"form": form, "title": "Propose a product", "product": None})


def _found(public_id: str, number: int | None = None) -> selectors.Shown:
    try:
        return selectors.product(public_id, number)
    except Product.DoesNotExist:
        raise Http404 from None


@for_may(May.READ_PRODUCTS)
@require_safe
def product(request: HttpRequest, public_id: str, number: int | None = None) -> HttpResponse:
    """Everything on record of a product; an earlier version by its number."""
    shown = _found(public_id, number)
    return render(request, "products/product.html", {"shown": shown, "latest": _found(public_id)})


@for_may(May.RECORD_PRODUCTS)
@resendable
@get_or_post
def revise(request: HttpRequest, public_id: str) -> HttpResponse:
    """Write a new version; the one that was stays as it is."""
    version = _found(public_id).row.version
    initial = {**version.content.model_dump(), "key": secrets.token_urlsafe(32), "number": version.number}
    form = RecordForm(sent(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        keep = partial(
            services.revise,
            public_id,
            form.content(version.content.proofs),
            number=form.cleaned_data["number"] or 0,
            user=request.user,
            by=Actor.of(request),
        )
        if _kept(form, keep):
            messages.success(request, "The new version is on record. It has to be assessed.")
            return redirect("products:product", public_id)
    context = {"form": form, "title": "Write a new version", "product": version.product}
    return render(request, "products/record.html", context)


@for_may(May.RECORD_PRODUCTS)
@resendable
@get_or_post
def prove(request: HttpRequest, public_id: str) -> HttpResponse:
    shown = _found(public_id)
    form = ProofForm(sent(request), initial={"number": shown.row.version.number})
    if request.method == "POST" and form.is_valid():
        keep = partial(
            services.prove,
            public_id,
            form.proof(services.signature(request.user)),
            number=form.cleaned_data["number"],
            user=request.user,
            by=Actor.of(request),
        )
        if _kept(form, keep):
            messages.success(request, "The proof is on record, with your name as the one who read it.")
            return redirect("products:product", public_id)
    return render(request, "products/prove.html", {"form": form, "shown": shown})


@for_may(May.ASSESS_PRODUCTS)
@resendable
@get_or_post
def assess(request: HttpRequest, public_id: str) -> HttpResponse:
    shown = _found(public_id)
    form = AssessForm(
        sent(request),
        possible=shown.possible,
        initial={"number": shown.row.version.number},
    )
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        keep = partial(
            services.assess,
            public_id,
            number=given["number"],
            acceptable=given["verdict"] == "acceptable",
            forms=given.get("uses", ()),
            reason=given["reason"],
            until=given.get("until"),
            user=request.user,
            by=Actor.of(request),
        )
        if _kept(form, keep):
            messages.success(request, "Your assessment is on record.")
            return redirect("products:product", public_id)
    return render(request, "products/assess.html", {"form": form, "shown": shown})


# --- at the desk
@of_case
@resendable
@get_or_post
def choose(request: HttpRequest, case: Consultation) -> HttpResponse:
    """Which product each row of the draft gives."""
    holding.must_hold(case, request.user)
    plan = drafting.draft_of(case)
    if plan is None:
        raise holding.CaseError("There is no draft now: it was signed or thrown away. Start one from here.")
    content = PlanContent.of(plan.content)
    named = selectors.named_forms(content)
    versions = [row.version for row in selectors.register()]
    now = selectors.of_plan(plan)
    # A product whose record went on to a newer version is chosen anew.
    initial = {form: str(row.version_id) for form, row in now.items()}
    form = ChooseForm(sent(request), named=named, versions=versions, initial=initial)
    if request.method == "POST" and form.is_valid():
        keep = partial(
            services.choose,
            plan.public_id,
            request.user,
            form.chosen(),
            seen=request.POST.get("seen"),
            by=Actor.of(request),
        )
        if _kept(form, keep):
            messages.success(request, "The products are saved with the draft.")
            return redirect("desk:plan", case.public_id)
    context = {
        "case": case, "plan": plan, "form": form, "named": named, "problems": selectors.against(plan, content),
        "seen": services.mark_of(plan),
    }  # fmt: skip
    return render(request, "products/choose.html", context)
