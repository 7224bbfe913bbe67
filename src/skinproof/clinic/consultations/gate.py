"""What every page of a consultation goes through: it is the person's own, and the step fits where it stands."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from skinproof.clinic.people.permissions import May
from skinproof.clinic.web.access import for_may
from skinproof.clinic.web.errors import page

from . import holding, steps
from .models import Consultation


def own(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Give the view the person's own consultation in place of its id."""

    @for_may(May.OWN)
    @wraps(view)
    def found(request: HttpRequest, public_id: str, *arguments, **keywords) -> HttpResponse:
        try:
            consultation = holding.find(request, public_id)
        except holding.MovedError:
            return page(request, "moved", 410, keep=True)
        try:
            return view(request, consultation, *arguments, **keywords)
        except steps.StateError:
            messages.info(request, "That step is done already. This is where your consultation stands now.")
            return redirect("consultations:now", public_id)

    found.resendable = getattr(view, "resendable", False)  # type: ignore[attr-defined]
    return found


def to(name: str, consultation: Consultation, *more: str) -> HttpResponse:
    """To another page of the consultation."""
    return redirect(f"consultations:{name}", consultation.public_id, *more)
