"""Asking the person for more, at the desk."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST

from skinproof.clinic.audit.services import Actor
from skinproof.clinic.consultations.models import Consultation
from skinproof.clinic.web.access import sent
from skinproof.clinic.web.errors import resendable

from . import asking, holding
from .ask_form import AskForm, open_questions
from .judging import judged
from .views import given_forms, of_case, shown_version, to_case


@of_case
@resendable
@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest, case: Consultation) -> HttpResponse:
    """Choose what to ask, and send it."""
    holding.must_hold(case, request.user)
    found = judged(case)
    form = AskForm(
        sent(request),
        still_open=open_questions(found, given_forms(case, found)),
        concern=case.concern,
        initial={"version": case.version},
    )
    if request.method == "POST" and form.is_valid():
        asking.ask(
            case.public_id,
            request.user,
            questions=form.questions(),
            views=form.cleaned_data["views"],
            photos=form.cleaned_data["photos"],
            question=form.cleaned_data["question"],
            version=shown_version(request),
            by=Actor.of(request),
        )
        messages.success(request, "The person is asked. The case stays yours, and comes back when they answer.")
        return to_case(case, "asked")
    context = {
        "case": case,
        "form": form,
        "there": asking.open_ask(case),
        "letter": case.person_id is not None,
        "days": settings.ASKED_REMIND_DAYS,
    }
    return render(request, "desk/ask.html", context)


@of_case
@require_POST
def take_back(request: HttpRequest, case: Consultation) -> HttpResponse:
    asking.take_back(case.public_id, request.user, by=Actor.of(request))
    messages.success(request, "You wait for it no longer. The person is not asked any more.")
    return to_case(case)
