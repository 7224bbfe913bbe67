"""Prescriptions to review, for the pharmacist."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from skinproof.clinic.audit.services import Actor
from skinproof.clinic.people.permissions import May
from skinproof.clinic.web.access import for_may, get_or_post, sent
from skinproof.clinic.web.errors import resendable

from . import reviews, selectors, services
from .forms import ReviewForm
from .models import Prescription


@for_may(May.REVIEW_PRESCRIPTIONS)
@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """What waits to be looked at, and what the doctors were asked. It names medicines and no person."""
    return render(request, "prescribing/review-queue.html", {"queue": reviews.queue(), "desk_section": "reviews"})


@for_may(May.REVIEW_PRESCRIPTIONS)
@resendable
@get_or_post
def review(request: HttpRequest, rx: str) -> HttpResponse:
    """One prescription with what it rests on, and the form that records the review."""
    try:
        found = reviews.to_review(rx, request.user)
    except Prescription.DoesNotExist:
        raise Http404 from None
    form = ReviewForm(sent(request))
    if request.method == "POST" and form.is_valid():
        try:
            kept = reviews.review(
                rx, request.user, form.cleaned_data["verdict"], form.cleaned_data["words"], by=Actor.of(request)
            )
        except services.PrescriptionError as refused:
            form.add_error(None, str(refused))
        else:
            asked = kept.verdict == kept.Verdict.QUERY
            messages.success(request, "Your query is with the doctor." if asked else "Kept, with your name.")
            return redirect("reviews:queue")
    if request.method == "GET":
        services.note_view(found, by=Actor.of(request))
    shown = selectors.show(found)
    context = {
        "shown": shown,
        "paper": shown.document,
        "basis": reviews.basis(found),
        "reviews": found.reviews.select_related("answer__doctor"),
        "form": None if shown.ended else form,
        "desk_section": "reviews",
    }
    return render(request, "prescribing/review.html", context, status=422 if form.errors else 200)
