"""Checking an advert: thin views. Nothing is kept unless a link is asked for, and no address is ever fetched."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import wraps
from threading import BoundedSemaphore
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from skinproof.claims import Report, check
from skinproof.claims.sheet import sheet
from skinproof.clinic.library.pages import public_page
from skinproof.clinic.papers.layout import draw
from skinproof.clinic.post import limits
from skinproof.clinic.web.access import get_or_post
from skinproof.clinic.web.errors import resendable
from skinproof.evidence import library
from skinproof.language import read

from . import selectors, services
from .article import article_page
from .forms import CheckForm, KeepForm
from .links import ClinicLinks
from .paper import report_paper
from .shown import shown_report

# A long text takes seconds: few at a time in each process, so that the clinic's other pages stay quick.
LARGE = 200_000  # bytes
AT_ONCE = 2
PATIENCE = 10.0  # seconds
_turns = BoundedSemaphore(AT_ONCE)


def unlisted(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Keep an answer out of caches and of search engines."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response["Cache-Control"] = "no-store, private"
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return answer


@get_or_post
@resendable
def form(request: HttpRequest) -> HttpResponse:
    """The form; sent, the result in the same answer."""
    if request.method == "POST":
        return _checked(request)
    return _form(request, CheckForm())


def in_turn(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Let a long text wait for its turn."""

    @wraps(view)
    def waiting(request: HttpRequest) -> HttpResponse:
        if int(request.META.get("CONTENT_LENGTH") or 0) <= LARGE:
            return view(request)
        if not _turns.acquire(timeout=PATIENCE):
            busy = CheckForm(request.POST)
            busy.add_error(None, "Several long texts are being checked just now. Try again in a minute.")
            response = _form(request, busy, status=503)
            response["Retry-After"] = "60"
            return response
        try:
            return view(request)
        finally:
            _turns.release()

    return waiting


@unlisted
@in_turn
def _checked(request: HttpRequest) -> HttpResponse:
    given = CheckForm(request.POST, request.FILES)
    if not given.is_valid():
        return _form(request, given, status=413 if given.too_large else 200)
    document = given.cleaned_data["document"]
    report = check(document.text, document.source)
    context = {"notes": document.notes, "text": document.text, "days": services.DAYS}
    return _result(request, "check/result.html", report, document.text, context)


def _form(request: HttpRequest, given: CheckForm, status: int = 200) -> HttpResponse:
    return render(
        request, "check/form.html", {"section": "check", "form": given, "about": library().about}, status=status
    )


def _result(
    request: HttpRequest, template: str, report: Report, text: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    laid_out = shown_report(sheet(report, read(text)), ClinicLinks(), len(text))
    about = {"section": "check", "about": library().about, "shown": laid_out, "report": report}
    return render(request, template, {**about, **context}, status=status)


@require_POST
@unlisted
@in_turn
def keep(request: HttpRequest) -> HttpResponse:
    """Store the report that is on the visitor's screen, because they pressed the button that says so."""
    given = KeepForm(request.POST)
    if not given.is_valid():
        return redirect("check:form")
    text, source = given.cleaned_data["text"], given.cleaned_data["source"]
    report = check(text, source)
    try:
        token = services.keep(source, text, report, place=limits.place(request))
    except services.TooManyError:
        context = {"text": text, "days": services.DAYS, "too_many": True}
        return _result(request, "check/result.html", report, text, context, status=429)
    return redirect("check:kept", token=token)


@require_POST
@unlisted
@in_turn
def as_paper(request: HttpRequest) -> HttpResponse:
    """The report that is on the visitor's screen as a PDF; nothing is kept."""
    given = KeepForm(request.POST)
    if not given.is_valid():
        return redirect("check:form")
    text, source = given.cleaned_data["text"], given.cleaned_data["source"]
    return _paper(check(text, source), source, timezone.now())


def _paper(report: Report, source: str, dated: dt.datetime) -> HttpResponse:
    made = draw(report_paper(sheet(report), source, timezone.localtime(dated)))
    response = HttpResponse(made, content_type="application/pdf")
    response["Content-Disposition"] = 'attachment; filename="promises-checked.pdf"'
    return response


@require_safe
@unlisted
def kept_paper(request: HttpRequest, token: str) -> HttpResponse:
    found = selectors.kept_report(token)
    if found is None:
        return render(request, "check/gone.html", {"days": services.DAYS}, status=410)
    return _paper(selectors.report_of(found)[0], found.source, found.created_at)


@require_safe
@unlisted
def kept(request: HttpRequest, token: str) -> HttpResponse:
    services.forget_old()
    found = selectors.kept_report(token)
    if found is None:
        return render(request, "check/gone.html", {"days": services.DAYS}, status=410)
    report, anew = selectors.report_of(found)
    address = request.build_absolute_uri(reverse("check:kept", args=[token]))
    context = {"kept": found, "anew": anew, "address": address, "token": token}
    return _result(request, "check/kept.html", report, found.text, context)


@require_POST
@unlisted
def delete(request: HttpRequest, token: str) -> HttpResponse:
    """Whoever holds the link may delete what it leads to; doing it twice does no harm."""
    if (found := selectors.kept_report(token)) is not None:
        services.delete(found)
    return render(request, "check/deleted.html", {"section": "check"})


@public_page
def the_article(request: HttpRequest) -> HttpResponse:
    context = {"section": "check", "about": library().about, **article_page()}
    return render(request, "check/article.html", context)
