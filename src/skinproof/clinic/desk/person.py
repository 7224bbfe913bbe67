"""The person's own pages of a plan, opened like every other page of their consultation."""

from __future__ import annotations

import secrets

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_safe

from skinproof.clinic.consultations.forms import MessageForm
from skinproof.clinic.consultations.gate import own
from skinproof.clinic.consultations.models import Consultation, State
from skinproof.clinic.prescribing.selectors import needs_details

from .selectors import plan_for_person


@own
@require_safe
def plan(request: HttpRequest, consultation: Consultation, number: int | None = None) -> HttpResponse:
    """The plan in force, or an earlier one, in plain words; made to be printed."""
    found = plan_for_person(consultation, number)
    if found is None:
        raise Http404
    asking = consultation.state != State.CLOSED
    context = {
        "consultation": consultation,
        "found": found,
        "sheet": found.sheet,
        "needs_details": found.in_force and needs_details(consultation),
        "form": MessageForm(initial={"key": secrets.token_urlsafe(32)}) if asking else None,
    }
    return render(request, "desk/person-plan.html", context)


app_name = "plans"
urlpatterns = [
    path("<public_id:public_id>/plan/", plan, name="plan"),
    path("<public_id:public_id>/plan/<int:number>/", plan, name="earlier-plan"),
]
