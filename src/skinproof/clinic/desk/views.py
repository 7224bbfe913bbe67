"""The doctor's pages. Each says who may open it, and that it leaves nothing half done."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from skinproof.clinic.people.models import Role
from skinproof.clinic.web.access import for_roles

from . import selectors


@for_roles(Role.DOCTOR)
@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """Who waits, the most urgent first."""
    shown = selectors.queue(request.user, chosen=request.GET.get("show", "all"), page=request.GET.get("page"))
    context = {"queue": shown, "filters": selectors.FILTERS}
    return render(request, "desk/queue.html", context)
