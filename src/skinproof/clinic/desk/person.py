"""The person's own pages of a plan and of what the doctor asked, opened like every other page of their consultation."""

from __future__ import annotations

import secrets
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_safe

from skinproof.clinic.audit.services import Actor
from skinproof.clinic.consultations.forms import MessageForm
from skinproof.clinic.consultations.gate import own
from skinproof.clinic.consultations.models import WITH_THE_DOCTOR, Consultation, State
from skinproof.clinic.photos.selectors import photos_url, sent_views
from skinproof.clinic.prescribing.selectors import needs_details
from skinproof.clinic.web.access import get_or_post, sent
from skinproof.clinic.web.errors import resendable

from . import asking
from .ask_form import ReplyForm
from .gp import changed_since
from .models import Ask
from .selectors import plan_for_person


@own
@require_safe
def plan(request: HttpRequest, consultation: Consultation, number: int | None = None) -> HttpResponse:
    """The plan in force, or an earlier one, in plain words; made to be printed."""
    found = plan_for_person(consultation, number)
    if found is None:
        raise Http404
    can_ask = consultation.state != State.CLOSED
    context = {
        "consultation": consultation,
        "found": found,
        "sheet": found.sheet,
        "gp_now": changed_since(found.plan) if found.in_force else None,
        "needs_details": found.in_force and needs_details(consultation),
        "form": MessageForm(initial={"key": secrets.token_urlsafe(32)}) if can_ask else None,
    }
    return render(request, "desk/person-plan.html", context)


@own
@resendable
@get_or_post
def more(request: HttpRequest, consultation: Consultation) -> HttpResponse:
    """What the doctor asks, and the answer. It is added to what was sent, and replaces none of it."""
    there = asking.open_ask(consultation)
    shown = request.POST.get("ask", "")
    if there is None or consultation.state not in WITH_THE_DOCTOR or (shown and shown != there.public_id):
        return _no_longer_asked(request, consultation, shown)
    form = ReplyForm(there, sent(request))
    if request.method == "POST" and form.is_valid():
        try:
            kept = asking.reply(
                consultation.public_id, there.public_id, form.answers(), form.text, by=Actor.of(request)
            )
        except asking.AskGoneError:
            return _no_longer_asked(request, consultation, there.public_id)
        if asking.in_lines(kept.answers, kept.text) != asking.in_lines(*_typed(there, request.POST)):
            return _no_longer_asked(request, consultation, there.public_id)  # another tab was faster by a moment
        if not kept.flags:  # else what to do about them comes first
            messages.success(request, "Your answer has been sent. The same doctor goes on with it.")
        return redirect("consultations:status", consultation.public_id)
    context = {
        "consultation": consultation,
        "ask": there,
        "form": form,
        "photos_href": photos_url(consultation, (view for view, _ in there.views)),
        "sent": sent_views(consultation),
    }
    return render(request, "desk/person-asked.html", context)


def _no_longer_asked(request: HttpRequest, consultation: Consultation, ask_id: str) -> HttpResponse:
    """An answer to what was answered or taken back in the meantime. A second press of the same is done already; of
    anything else what was typed stays, to be sent as a message."""
    asked = consultation.asks.select_related("reply") if request.method == "POST" else ()
    ask = next((each for each in asked if each.public_id == ask_id), None)
    typed = asking.in_lines(*_typed(ask, request.POST)) if ask is not None else ""
    if ask is None or (ask.how == ask.ANSWERED and typed == asking.in_lines(ask.reply.answers, ask.reply.text)):
        return redirect("consultations:status", consultation.public_id)
    open_still = consultation.state != State.CLOSED and bool(typed)
    form = MessageForm(initial={"key": secrets.token_urlsafe(32), "text": typed}) if open_still else None
    context = {
        "consultation": consultation, "form": form, "typed": typed, "answered": ask.how == ask.ANSWERED,
    }  # fmt: skip
    return render(request, "desk/person-ask-gone.html", context, status=409)


def _typed(ask: Ask, data: QueryDict) -> tuple[list[list[Any]], str]:
    """What of an answer can be read, as `Reply` keeps it."""
    form = ReplyForm(ask, data)
    answers = [asking.kept_answer(each.question, each.answer()) for each in form.questions if each.is_valid()]
    return answers, data.get("text", "").replace("\r\n", "\n").strip()[: asking.REPLY_LIMIT]


app_name = "plans"
urlpatterns = [
    path("<public_id:public_id>/plan/", plan, name="plan"),
    path("<public_id:public_id>/plan/<int:number>/", plan, name="earlier-plan"),
    path("<public_id:public_id>/more/", more, name="more"),
]
