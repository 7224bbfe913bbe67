"""The person's options, what matters to them, what they choose, and sending it to a doctor."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from skinproof.care.fit import priorities
from skinproof.clinic.audit.services import Actor
from skinproof.clinic.web.access import get_or_post
from skinproof.clinic.web.errors import resendable

from . import choices, choosing, names, option_groups, option_pages, selectors
from .forms import ChoiceForm, PrioritiesForm, SendForm
from .gate import own, to
from .models import Consultation, State
from .steps import ChangedError, StateError


@own
@require_safe
def options(request: HttpRequest, consultation: Consultation) -> HttpResponse:
    """What is open to this person, what is not and why."""
    if consultation.answerable:
        return to("now", consultation)
    shown = option_pages.shown(consultation, choices.options(consultation), choices.asked_about(consultation))
    context = {
        "consultation": consultation,
        "options": shown,
        "groups": option_groups.groups(shown.rows),
        "concern": names.concern_name(consultation.concern),
        "choosing": consultation.state == State.SUBMITTED,
    }
    return render(request, "consultations/options.html", context)


@own
@resendable
@get_or_post
def matters(request: HttpRequest, consultation: Consultation) -> HttpResponse:
    """What matters to the person. It is shown beside each option and re-orders nothing."""
    if consultation.state != State.SUBMITTED:
        raise StateError
    initial = {name: str(value) for name, value in consultation.priorities.items()}
    form = PrioritiesForm(request.POST or None, initial=initial, priorities=priorities())
    if request.method == "POST" and form.is_valid():
        choosing.rate(consultation.public_id, form.ratings(), by=Actor.of(request))
        return to("options", consultation)
    return render(request, "consultations/matters.html", {"consultation": consultation, "form": form})


@own
@resendable
@get_or_post
def choose(request: HttpRequest, consultation: Consultation) -> HttpResponse:
    if consultation.state != State.SUBMITTED:
        raise StateError
    form = ChoiceForm(
        request.POST or None,
        initial={"choices": consultation.choices, "note": consultation.note},
        options=choices.choosable(consultation),
    )
    if request.method == "POST" and form.is_valid():
        choosing.choose(
            consultation.public_id, form.cleaned_data["choices"], form.cleaned_data["note"], by=Actor.of(request)
        )
        consultation.refresh_from_db()
        if selectors.urgent(consultation, later=()):
            return to("urgent", consultation)
        return redirect("photos:page", consultation.public_id)
    return render(request, "consultations/choose.html", {"consultation": consultation, "form": form})


@own
@resendable
@get_or_post
def send(request: HttpRequest, consultation: Consultation) -> HttpResponse:
    """The choice, read through once more, and sent to the doctor."""
    if request.method == "POST":
        form = SendForm(request.POST)
        if not form.is_valid():
            return to("send", consultation)
        try:
            choosing.send_to_doctor(consultation.public_id, version=form.cleaned_data["version"], by=Actor.of(request))
        except ChangedError:
            messages.warning(request, "Your choice was changed after this page was opened. Read it through again.")
            return to("send", consultation)
        return to("status", consultation)
    if consultation.state != State.SUBMITTED:
        raise StateError
    if not consultation.choices:
        return to("choose", consultation)
    context = {
        "consultation": consultation,
        "choices": names.form_names(consultation.choices),
        "form": SendForm(initial={"version": consultation.version}),
    }
    return render(request, "consultations/send.html", context)
