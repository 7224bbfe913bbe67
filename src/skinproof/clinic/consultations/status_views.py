"""Afterwards: where a consultation stands with the doctor, and messages."""

from __future__ import annotations

import secrets

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from skinproof.clinic.audit.services import Actor
from skinproof.clinic.post import limits
from skinproof.clinic.web.errors import resendable

from . import messaging, names, selectors, told
from .forms import MessageForm
from .gate import own, to
from .models import WITH_THE_DOCTOR, Consultation, State
from .shown import quotes


@own
@require_safe
def status(request: HttpRequest, consultation: Consultation) -> HttpResponse:
    if consultation.state not in (*WITH_THE_DOCTOR, State.PLAN_READY, State.CLOSED):
        return to("now", consultation)
    plan = consultation.plan_in_force
    letters = list(consultation.messages.select_related("author"))
    context = {
        "consultation": consultation,
        "concern": names.concern_name(consultation.concern),
        "choices": names.form_names(consultation.choices),
        "letters": letters,
        "asks": (asks := list(consultation.asks.select_related("doctor", "reply").order_by("id"))),
        "flag": (flag := selectors.flag_since(consultation, letters, asks)),
        "quotes": quotes(flag) if flag else [],
        "call": plan.content.get("call", "") if plan else "",
        "plan_number": plan.number if plan else None,
        "form": _message_form() if consultation.state != State.CLOSED else None,
    }
    response = render(request, "consultations/status.html", context)
    if request.method == "GET":
        messaging.note_read(consultation, letters, by_doctor=False)
    return response


def _message_form() -> MessageForm:
    return MessageForm(initial={"key": secrets.token_urlsafe(32)})


@own
@resendable
@require_POST
def message(request: HttpRequest, consultation: Consultation) -> HttpResponse:
    """A message to the doctor, from the status page or the plan."""
    form = MessageForm(request.POST)
    if not form.is_valid():
        context = {"consultation": consultation, "form": form}
        return render(request, "consultations/message.html", context)
    plan = consultation.plan_in_force
    limits.take_from(consultation.public_id, "messages", limits.of_consultation())
    sent = messaging.write_message(
        consultation.public_id,
        form.cleaned_data["text"],
        key=form.cleaned_data["key"],
        author=request.user if request.user.is_authenticated else None,
        plan_number=plan.number if plan else None,
        by=Actor.of(request),
    )
    if selectors.urgent(consultation, [told.of_message(sent)]):
        return to("urgent", consultation)  # what to do now stands first, before that it was sent
    messages.success(request, "Your message has been sent.")
    return to("status", consultation)
