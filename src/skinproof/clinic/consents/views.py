"""Consent for each treatment: the person reads and decides, the doctor sees where it stands."""

from __future__ import annotations

import secrets
from functools import partial

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from skinproof.clinic.audit.services import Actor
from skinproof.clinic.consultations.gate import own
from skinproof.clinic.consultations.models import Consultation
from skinproof.clinic.desk.views import of_case
from skinproof.clinic.people.permissions import May
from skinproof.clinic.web.access import get_or_post, sent
from skinproof.clinic.web.errors import resendable

from . import selectors, services
from .forms import AgreeForm, TakeBackForm
from .shown import show


@own
@require_safe
def overview(request: HttpRequest, consultation: Consultation) -> HttpResponse:
    """What the plan asks the person to agree to, and where each stands."""
    context = {"consultation": consultation, "lines": selectors.lines(consultation)}
    return render(request, "consents/overview.html", context)


def _line(case: Consultation, form: str) -> selectors.Line:
    line = next((line for line in selectors.lines(case) if line.form == form), None)
    if line is None:
        raise Http404
    return line


@own
@resendable
@get_or_post
def consent(request: HttpRequest, consultation: Consultation, form: str) -> HttpResponse:
    """The text about one treatment, to agree to or not."""
    line = _line(consultation, form)
    plan = consultation.plan_in_force
    asked = form in selectors.forms_of(plan)
    # What was agreed to under an earlier plan is shown as it was.
    text = line.last.shown if line.last and not asked else selectors.text_for(consultation, form, plan)
    mine = consultation.person_id is not None
    agree = AgreeForm(
        sent(request),
        label=text.agree,
        initial={"key": secrets.token_urlsafe(32), "text": text.fingerprint},
    )
    status = 200
    if request.method == "POST" and mine and asked and agree.is_valid():
        given = agree.cleaned_data
        try:
            services.agree(
                consultation.public_id, request.user, form, text_hash=given["text"], key=given["key"],
                by=Actor.of(request),
            )  # fmt: skip
        except services.TextChangedError as changed:
            messages.warning(request, str(changed))
            return redirect("consents:consent", consultation.public_id, form)
        except services.ConsentError as refused:
            agree.add_error(None, str(refused))
            status = 409
        else:
            messages.success(request, "Kept. You can change your mind at any time.")
            return redirect("consents:overview", consultation.public_id)
    context = {
        "consultation": consultation,
        "line": line,
        "text": text,
        "parts": show(text),
        "form": agree if mine and asked and line.state != "given" else None,
        "back": TakeBackForm(initial={"key": secrets.token_urlsafe(32)}) if mine and line.given else None,
        "asked": asked,
        "mine": mine,
    }
    return render(request, "consents/consent.html", context, status=status)


@own
@require_POST
def take_back(request: HttpRequest, consultation: Consultation, form: str) -> HttpResponse:
    sent = TakeBackForm(request.POST)
    if consultation.person_id is None or not sent.is_valid():
        return redirect("consents:consent", consultation.public_id, form)
    try:
        services.take_back(
            consultation.public_id, request.user, form, key=sent.cleaned_data["key"], by=Actor.of(request)
        )
    except services.ConsentError as refused:
        messages.warning(request, str(refused))
    else:
        messages.success(request, "Kept: you have taken back your agreement. Your doctor sees it on your case.")
    return redirect("consents:overview", consultation.public_id)


@partial(of_case, permission=May.READ_DECIDED)
@require_safe
def seen(request: HttpRequest, case: Consultation, form: str) -> HttpResponse:
    """For the doctor: what the person read and agreed to, or would read."""
    row = case.consents.filter(form=form).order_by("-id").first()
    plan = case.plan_in_force
    if row is None and form not in selectors.forms_of(plan):
        raise Http404
    text = row.shown if row is not None else selectors.text_for(case, form, plan)
    line = _line(case, form)
    rows = case.consents.filter(form=form).order_by("-id")
    context = {"case": case, "line": line, "row": row, "text": text, "parts": show(text), "rows": rows}
    return render(request, "consents/seen.html", context)
