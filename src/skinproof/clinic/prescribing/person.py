"""The person's own page: name, address and date of birth, asked only when a prescription waits for them."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_http_methods

from skinproof.clinic.audit.services import Actor
from skinproof.clinic.consultations import urls  # noqa: F401 - the converter <public_id> is registered there
from skinproof.clinic.consultations.gate import own
from skinproof.clinic.consultations.models import Consultation
from skinproof.clinic.web.errors import resendable

from . import selectors, services
from .forms import DetailsForm


@own
@resendable
@require_http_methods(["GET", "POST"])
def details(request: HttpRequest, consultation: Consultation) -> HttpResponse:
    if not consultation.prescriptions.filter(issue=None, ending=None).exists():
        raise Http404  # nothing waits for them, so they are not asked for
    kept = selectors.details_of(consultation)
    initial = {"name": kept.name, "address": kept.address, "born": kept.born} if kept else {}
    if not initial.get("name") and consultation.person:
        initial["name"] = consultation.person.name
    form = DetailsForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        user = request.user if request.user.is_authenticated else None
        services.keep_details(consultation, **form.cleaned_data, user=user, by=Actor.of(request))
        messages.success(request, "Thank you. Your doctor can make the prescription now.")
        return redirect("plans:plan", consultation.public_id)
    context = {"consultation": consultation, "form": form}
    return render(request, "prescribing/details.html", context, status=422 if form.errors else 200)


app_name = "prescriptions"
urlpatterns = [path("<public_id:public_id>/details/", details, name="details")]
