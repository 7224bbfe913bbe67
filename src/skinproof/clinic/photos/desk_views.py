"""A case's photos for the doctor: small ones to see what there is, large ones to judge by."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from skinproof.clinic.audit.services import Actor
from skinproof.clinic.consultations.models import Consultation
from skinproof.clinic.desk.selectors import case as case_for
from skinproof.clinic.people.models import Role
from skinproof.clinic.people.permissions import May
from skinproof.clinic.web.access import for_may

from . import answers, policy, selectors, services, storage
from .models import Photo


@for_may(May.SEE_PHOTOS)
@require_safe
def compare(request: HttpRequest, public_id: str, view: str) -> HttpResponse:
    """One view, large: what counts now, beside what was there before."""
    try:
        case = case_for(public_id, request.user)
    except Consultation.DoesNotExist:
        raise Http404 from None
    if not policy.opens(request.user, case):
        raise PermissionDenied
    photos = selectors.of_case(case, earlier=request.user.role == Role.DOCTOR)
    found = photos.of(view)
    if found is None:
        raise Http404
    chosen = request.GET.get("beside", "")
    others = [seen for seen in found.before if seen is not found.newest]
    context = {
        "case": case,
        "found": found,
        "beside": next((seen for seen in others if seen.photo.public_id == chosen), others[0] if others else None),
        "others": others,
        "next": photos.beside(view, 1),
        "previous": photos.beside(view, -1),
        "number": [each.view for each in photos.views].index(view) + 1,
        "total": len(photos.views),
        "desk_section": "",
    }
    return render(request, "photos/compare.html", context)


@for_may(May.SEE_PHOTOS)
@require_safe
def image(request: HttpRequest, photo_id: str, size: str) -> HttpResponse:
    """A photo, small or in full, for whom `policy` lets see it; nobody else learns even that it is there."""
    photo = Photo.objects.select_related("consultation").filter(public_id=photo_id, erased_at=None).first()
    if photo is None or size not in storage.SIZES:
        raise Http404
    case, by = photo.consultation, Actor.of(request)
    try:
        if size == storage.THUMB:
            if not (policy.sees_thumbnails(request.user, case) or policy.may_open(request.user, case)):
                raise Http404
            response = answers.image(photo, size)
            services.note_thumbnails(case, by=by)
        else:
            if not policy.may_open(request.user, case):
                raise Http404
            photo = services.note_opened(photo, by=by)
            response = answers.image(photo, size)
    except (FileNotFoundError, Photo.DoesNotExist):
        raise Http404 from None
    return response
