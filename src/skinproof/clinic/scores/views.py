from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from skinproof.care.instruments import instruments, instruments_of
from skinproof.clinic.audit.services import Actor
from skinproof.clinic.consultations.models import Consultation
from skinproof.clinic.desk import holding
from skinproof.clinic.desk.views import of_case, shown_version, to_case
from skinproof.clinic.library.sources import address
from skinproof.clinic.people.permissions import May
from skinproof.clinic.web.errors import resendable

from . import selectors, services
from .forms import ScoreForm


@partial(of_case, permission=May.RECORD)
@resendable
@require_http_methods(["GET", "POST"])
def scores(request: HttpRequest, case: Consultation) -> HttpResponse:
    """Choose an instrument, then record its total. `instrument` and `corrects` come with the address or the form."""
    holding.must_record(case, request.user)
    posted = request.method == "POST"
    given = request.POST if posted else request.GET
    instrument = instruments().get(given.get("instrument", ""))
    courses = selectors.of_case(case)
    context = {"case": case, "courses": courses, "choices": instruments_of(case.concern)}
    if instrument is None:
        if posted:
            raise holding.CaseError("There is no such instrument.")
        return render(request, "scores/choose.html", context)
    number = given.get("corrects", "")[:12]
    corrects = int(number) if number.isascii() and number.isdigit() else None
    form = ScoreForm(request.POST if posted else None, instrument=instrument)
    if posted and form.is_valid():
        services.record_score(
            case.public_id,
            request.user,
            instrument.id,
            total=form.cleaned_data["total"],
            items=form.items(),
            measured_on=form.cleaned_data["measured_on"],
            method=form.cleaned_data["method"],
            note=form.cleaned_data["note"],
            corrects=corrects,
            version=shown_version(request),
            by=Actor.of(request),
        )
        messages.success(request, "The score is recorded.")
        return to_case(case, "scores")
    wrong = next((row for course in courses for row in course.rows if row.score.pk == corrects), None)
    page = instrument.terms_source
    context |= {
        "form": form,
        "instrument": instrument,
        "wrong": wrong,
        "read_at": [address(each.url, each.organisation) for each in instrument.sources],
        "terms_at": address(page.url, page.organisation) if page else None,
    }
    return render(request, "scores/record.html", context)
