"""A prescription at the desk: its document, what is still missing, and what became of it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial, wraps
from typing import Any

from django import forms as django_forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from skinproof.care.prescribing import prescription_law
from skinproof.clinic.audit.services import Actor
from skinproof.clinic.consultations.models import Consultation
from skinproof.clinic.desk.views import of_case
from skinproof.clinic.people.permissions import May
from skinproof.clinic.web.errors import resendable

from . import reviews, selectors, services
from .forms import AnswerForm, CancelForm, DetailsForm, FollowUpForm, HandOffForm, PracticeAddressForm
from .models import Prescription

FORMS: dict[str, type[django_forms.Form]] = {
    "details": DetailsForm,
    "practice": PracticeAddressForm,
    "hand-off": HandOffForm,
    "follow-up": FollowUpForm,
    "cancel": CancelForm,
}


def of_prescription(view: Callable[..., HttpResponse], permission: May = May.PRESCRIBE) -> Callable[..., HttpResponse]:
    """Give the view the prescription in place of its id; what does not fit is told on its page."""

    @partial(of_case, permission=permission)
    @wraps(view)
    def found(request: HttpRequest, case: Consultation, rx: str, *arguments, **keywords) -> HttpResponse:
        try:
            prescription = selectors.prescription(case, rx)
        except Prescription.DoesNotExist:
            raise Http404 from None
        try:
            return view(request, case, prescription, *arguments, **keywords)
        except services.PrescriptionError as error:
            messages.error(request, str(error))
        return _back(case, rx)

    return found


def _back(case: Consultation, rx: str) -> HttpResponse:
    return redirect("desk-prescribing:show", case.public_id, rx)


@partial(of_prescription, permission=May.READ_DECIDED)
@require_safe
def show(request: HttpRequest, case: Consultation, prescription: Prescription) -> HttpResponse:
    services.note_view(prescription, by=Actor.of(request))
    return _page(request, case, prescription)


def _page(
    request: HttpRequest, case: Consultation, prescription: Prescription, *, status: int = 200, **bound: Any
) -> HttpResponse:
    shown = selectors.show(prescription)
    details = selectors.details_of(case)
    kept = {"name": details.name, "address": details.address, "born": details.born} if details else {}
    if not kept.get("name"):
        kept["name"] = case.person.name if case.person else ""
    initial: dict[str, dict[str, Any]] = {
        "details": kept,
        "practice": {"address": selectors.address_of(prescription.doctor)},
    }
    forms = {
        name.replace("-", "_"): bound.get(name.replace("-", "_")) or made(initial=initial.get(name), prefix=name)
        for name, made in FORMS.items()
    }
    context = {
        "case": case,
        "shown": shown,
        "paper": shown.document,
        "law": prescription_law(),
        "follow_ups": case.follow_ups.select_related("doctor"),
        "own": prescription.doctor_id == request.user.pk,
        "treats": request.user.pk in (prescription.doctor_id, case.doctor_id),
        "reviews": prescription.reviews.select_related("answer__doctor"),
        "query": selectors.open_query(prescription),
        "answer": bound.get("answer") or AnswerForm(),
        "forms": forms,
        "errors": [
            (form[name].auto_id, message)
            for form in bound.values()
            for name, found in form.errors.items()
            for message in found
        ],
    }
    return render(request, "prescribing/prescription.html", context, status=status)


@of_prescription
@resendable
@require_POST
def act(request: HttpRequest, case: Consultation, prescription: Prescription, step: str) -> HttpResponse:
    """One form of the page: checked, done, told."""
    services.must_treat(prescription, request.user)
    if step not in FORMS:
        raise Http404
    form = FORMS[step](request.POST, prefix=step)
    if not form.is_valid():
        return _page(request, case, prescription, status=422, **{step.replace("-", "_"): form})
    by, doctor, data, rx = Actor.of(request), request.user, form.cleaned_data, prescription.public_id
    if step == "details":
        services.keep_details(case, **data, user=doctor, by=by)
    elif step == "practice":
        services.keep_practice_address(doctor, data["address"], by=by)
    elif step == "hand-off":
        services.hand_off(case, rx, doctor, **data, by=by)
    elif step == "follow-up":
        services.follow_up(case, doctor, **data, by=by)
    else:
        services.cancel(case, rx, doctor, reason=data["reason"], by=by)
    messages.success(request, "Kept.")
    return _back(case, rx)


@of_prescription
@require_POST
def issue(request: HttpRequest, case: Consultation, prescription: Prescription) -> HttpResponse:
    services.issue(case, prescription.public_id, request.user, by=Actor.of(request))
    messages.success(request, "The document is fixed with today’s date. Print it and sign it in ink.")
    return _back(case, prescription.public_id)


@of_prescription
@require_POST
def repeat(request: HttpRequest, case: Consultation, prescription: Prescription, line: int) -> HttpResponse:
    services.give_repeat(case, prescription.public_id, line, request.user, by=Actor.of(request))
    messages.success(request, "The repeat is on record.")
    return _back(case, prescription.public_id)


@of_prescription
@resendable
@require_POST
def answer(request: HttpRequest, case: Consultation, prescription: Prescription) -> HttpResponse:
    """The doctor's answer to a pharmacist's query."""
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return _page(request, case, prescription, status=422, answer=form)
    reviews.answer(case, prescription.public_id, request.user, form.cleaned_data["text"], by=Actor.of(request))
    messages.success(request, "Your answer is kept. The prescription goes on, and the pharmacist reads it.")
    return _back(case, prescription.public_id)
