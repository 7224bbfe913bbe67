"""Papers to take, and what they need: the GP's details, and letters to issue."""

from __future__ import annotations

import secrets
from functools import partial

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from skinproof import care
from skinproof.care.in_person import seen_in_person
from skinproof.care.sourced import Line, sources_of
from skinproof.clinic.audit.services import Actor
from skinproof.clinic.consultations import choices
from skinproof.clinic.consultations.gate import own, to
from skinproof.clinic.consultations.models import Consultation
from skinproof.clinic.consultations.names import form_name
from skinproof.clinic.desk import holding
from skinproof.clinic.desk.gp import latest, said
from skinproof.clinic.desk.judging import judged
from skinproof.clinic.desk.views import of_case, to_case
from skinproof.clinic.desk.words import urgency
from skinproof.clinic.library import safety
from skinproof.clinic.library.sources import Address, address
from skinproof.clinic.people.permissions import May
from skinproof.clinic.prescribing.selectors import details_of
from skinproof.clinic.web.access import get_or_post, sent
from skinproof.clinic.web.errors import resendable
from skinproof.vocabulary import vocabulary

from . import making, selectors, services
from .forms import GpAtDeskForm, GpForm, ReferForm
from .layout import draw


# --- files
def _file(request: HttpRequest, case: Consultation, kind: str, number: int, *more: str) -> HttpResponse:
    """One paper as a file: made afresh, kept by no cache, and noted on the trail."""
    make, name = making.KINDS[kind]
    try:
        paper = make(case, number, *more)
    except making.NotIntactError:
        return render(request, "papers/not-intact.html", {"case": case}, status=409)
    except making.NoPaperError:
        raise Http404 from None
    content = draw(paper)
    services.note_download(case, kind, number, *more, by=Actor.of(request))
    response = HttpResponse(content, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}-{number}.pdf"'
    response.headers["Cache-Control"] = "no-store, private"
    return response


@own
@require_safe
def person_file(
    request: HttpRequest, consultation: Consultation, kind: str, number: int, form: str = ""
) -> HttpResponse:
    return _file(request, consultation, kind, number, *([form] if form else []))


@partial(of_case, permission=May.READ_DECIDED)
@require_safe
def desk_file(request: HttpRequest, case: Consultation, kind: str, number: int, form: str = "") -> HttpResponse:
    return _file(request, case, kind, number, *([form] if form else []))


# --- the person
@own
@require_safe
def person_papers(request: HttpRequest, consultation: Consultation) -> HttpResponse:
    context = {"consultation": consultation, "papers": selectors.papers(consultation)}
    return render(request, "papers/papers.html", context)


@own
@resendable
@get_or_post
def person_gp(request: HttpRequest, consultation: Consultation) -> HttpResponse:
    """Whether the GP may be told, and who that is; asked when a letter needs it."""
    form = GpForm(sent(request), initial=_said(consultation))
    if request.method == "POST" and form.is_valid():
        user = request.user if request.user.is_authenticated else None
        services.say_about_gp(consultation.public_id, form.details(), user=user, by=Actor.of(request))
        messages.success(request, "Kept. You can change it here at any time.")
        return redirect("papers:papers", consultation.public_id)
    return render(request, "papers/gp.html", {"consultation": consultation, "form": form})


def _said(case: Consultation) -> dict[str, object]:
    """What was said before, wherever it was; the birth date and address as they were given for anything."""
    row, known, now = services.gp_of(case), details_of(case), latest(case)
    given: dict[str, object] = {"born": known.born, "address": known.address} if known else {}
    if now is not None and now.allowed is not None:
        given["allowed"] = "yes" if now.allowed else "no"
    if row is None or not row.allowed:
        return given
    return {**given, **{name: getattr(row, name) for name in ("gp_name", "practice", "practice_address")}}


@own
@require_safe
def in_person(request: HttpRequest, consultation: Consultation, form: str) -> HttpResponse:
    """Why somebody must see the person for this treatment, and what to ask; made to be printed."""
    if consultation.answerable:
        return to("now", consultation)
    seen = seen_in_person(form) if form in vocabulary().forms else None
    if seen is None:
        raise Http404
    option = next((each for each in choices.options(consultation).all if each.form == form), None)
    plan = consultation.plan_in_force
    context = {
        "consultation": consultation,
        "name": form_name(form),
        "form": form,
        "reasons": [safety.show(care.rules().rule(rule)) for line in seen.reasons for rule in line.rules],
        "seen": seen,
        "sections": [(section, [(ask, _places(ask)) for ask in section.asks]) for section in seen.sections],
        "closed": option is not None and option.status in ("not-yet", "not-here", "not-for-you", "needs-to-be-seen"),
        "option": option,
        "plan": plan if plan is not None and form in making.in_person_forms(plan) else None,
    }
    return render(request, "papers/in-person.html", context)


def _places(line: Line) -> list[Address]:
    return [address(source.url, source.organisation) for source in sources_of(line)]


# --- the doctor
@partial(of_case, permission=May.READ_DECIDED)
@require_safe
def desk_papers(request: HttpRequest, case: Consultation) -> HttpResponse:
    context = {
        "case": case,
        "papers": selectors.papers(case),
        "writes_down": holding.writes_down(case, request.user),
    }
    return render(request, "papers/desk-papers.html", context)


@partial(of_case, permission=May.RECORD)
@resendable
@get_or_post
def desk_gp(request: HttpRequest, case: Consultation) -> HttpResponse:
    holding.must_write_down(case, request.user)
    known = {name: value for name, value in _said(case).items() if name != "allowed"}  # nobody's yes is filled in
    form = GpAtDeskForm(sent(request), initial=known)
    if request.method == "POST" and form.is_valid():
        services.say_about_gp(
            case.public_id, form.details(), user=request.user, by=Actor.of(request), told_to_doctor=True
        )
        messages.success(request, "Kept, with your name as the one who wrote it down.")
        return to_case(case, "papers")
    return render(request, "papers/desk-gp.html", {"case": case, "form": form, "said": said(case)})


@of_case
@resendable
@get_or_post
def refer(request: HttpRequest, case: Consultation) -> HttpResponse:
    """A letter to somebody who sees the person."""
    found = judged(case)
    standing = [care.rules().rule(rule) for rule in services.standing_flags(found)]
    flags = [(rule, urgency(rule.urgency or "")) for rule in standing]
    open_flags = [rule.id for rule in standing if rule.id not in found.dealt_with]
    form = ReferForm(
        sent(request),
        flags=flags,
        initial={"key": secrets.token_urlsafe(32), "flags": open_flags},
    )
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            services.issue_referral(
                case.public_id, request.user, flags=given.get("flags", ()), to=given["to"], reason=given["reason"],
                key=given["key"], by=Actor.of(request),
            )  # fmt: skip
        except services.PaperError as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, "The letter is issued. The person can take it on their page too.")
            return redirect("case-papers:papers", case.public_id)
    return render(request, "papers/refer.html", {"case": case, "form": form, "flags": flags})
