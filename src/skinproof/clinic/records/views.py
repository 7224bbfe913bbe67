"""A person's own record, and one case for a referral, as files."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from skinproof.clinic.audit.services import Actor
from skinproof.clinic.consultations.door import FHIR_JSON
from skinproof.clinic.consultations.models import Consultation
from skinproof.clinic.desk.views import of_case
from skinproof.clinic.people.permissions import May
from skinproof.clinic.web.access import for_may
from skinproof.exchange import Resource

from . import services
from .selectors import record_of
from .summary import summary


def _file(found: Resource, name: str) -> HttpResponse:
    """A Bundle as a file that no cache keeps, under a name that tells nobody whose it is."""
    response = JsonResponse(found, content_type=FHIR_JSON)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.json"'
    response.headers["Cache-Control"] = "no-store, private"
    return response


def _too_often(request: HttpRequest, error: services.TooOftenError) -> HttpResponse:
    context = {"minutes": max(1, -(-error.wait // 60)), "most": services.MOST.most}
    response = render(request, "records/too-often.html", context, status=429)
    response.headers["Retry-After"] = str(error.wait)
    return response


@for_may(May.ACCOUNT)
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """What the clinic keeps of the person, counted."""
    found = record_of(request.user)
    return render(request, "records/mine.html", {"lines": summary(found), "photos": len(found.photos)})


@for_may(May.ACCOUNT)
@require_POST
def download(request: HttpRequest) -> HttpResponse:
    try:
        found = services.take_out(request.user, photos="photos" in request.POST, by=Actor.of(request))
    except services.TooOftenError as error:
        return _too_often(request, error)
    return _file(found, "my-skinproof-record")


@of_case
@require_POST
def case_download(request: HttpRequest, case: Consultation) -> HttpResponse:
    try:
        found = services.take_case_out(case, request.user, photos="photos" in request.POST, by=Actor.of(request))
    except services.TooOftenError as error:
        return _too_often(request, error)
    return _file(found, "skinproof-case")
