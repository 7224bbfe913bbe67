"""The door for programs: a whole QuestionnaireResponse, posted by the browser session that owns the consultation."""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import partial
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_POST

from skinproof.clinic.audit.services import Actor
from skinproof.clinic.people.permissions import May
from skinproof.clinic.web.access import for_may
from skinproof.clinic.web.errors import somebody_saves
from skinproof.questionnaires import Issue

from . import answering, holding, steps
from .models import Consultation

LARGEST = 500_000  # bytes
FHIR_JSON = "application/fhir+json"


@for_may(May.OWN)
@require_POST
def response(request: HttpRequest, public_id: str) -> HttpResponse:
    """Keep a QuestionnaireResponse, checked in full, in place of the answers so far; gives back what was kept.

    What goes wrong is told in an OperationOutcome: 400 no JSON, 404 no such consultation of this session, 409 the
    answers are in already, 413 too large, 415 another kind of content, 422 not what the questionnaire allows, 503 it is
    being saved from elsewhere.
    """
    if request.content_type not in (FHIR_JSON, "application/json"):
        return _fault(415, "not-supported", f"send JSON, as {FHIR_JSON}")
    try:
        body = request.body
    except RequestDataTooBig:
        body = b" " * (LARGEST + 1)
    if len(body) > LARGEST:
        return _fault(413, "too-long", f"a response has at most {LARGEST:,} bytes")
    try:
        given = json.loads(body, object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:
        return _fault(400, "structure", f"is not JSON: {error!s:.200}")
    try:
        kept = answering.store_response(public_id, given, allow=partial(holding.check, request), by=Actor.of(request))
    except (Consultation.DoesNotExist, Http404):
        return _fault(404, "not-found", "no such consultation here")
    except holding.MovedError:
        return _fault(410, "not-found", "the consultation was opened on another device")
    except steps.StateError:
        return _fault(409, "conflict", "the answers are in already, and stand as they were given")
    except answering.ResponseError as error:
        return _outcome(422, error.issues)
    except OperationalError as error:
        if not somebody_saves(error):
            raise
        fault = _fault(503, "lock-error", "the consultation is being saved from elsewhere: send it again")
        fault.headers["Retry-After"] = "10"
        return fault
    return JsonResponse(kept.response, content_type=FHIR_JSON)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object whose names stand in it once: of two, Python would keep the last without a word."""
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise ValueError(f"{name!a:.80} stands twice in one object")
        found[name] = value
    return found


def _fault(status: int, code: str, words: str) -> HttpResponse:
    return _outcome(status, [Issue("error", code, code, "QuestionnaireResponse", words)])


def _outcome(status: int, issues: Iterable[Issue]) -> HttpResponse:
    rows = [
        {
            "severity": issue.severity,
            "code": issue.code,
            "details": {"coding": [{"code": issue.kind}], "text": issue.words},
            "diagnostics": issue.words if issue.link_id is None else f"{issue.link_id}: {issue.words}",
            "expression": [issue.where],
        }
        for issue in issues
    ]
    return JsonResponse({"resourceType": "OperationOutcome", "issue": rows}, status=status, content_type=FHIR_JSON)
