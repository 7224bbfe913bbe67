"""The person's page for photos: what to take, what was sent, and whether it can be seen well."""

from __future__ import annotations

import logging
from functools import wraps

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_POST, require_safe

from skinproof.care.photo_views import photo_guide
from skinproof.clinic.audit.services import Actor
from skinproof.clinic.consultations.gate import own
from skinproof.clinic.consultations.models import Consultation, State
from skinproof.clinic.consultations.steps import StateError
from skinproof.clinic.library.sources import address
from skinproof.clinic.post import limits
from skinproof.clinic.web.access import get_or_post

from . import answers, selectors, services, storage
from .forms import PhotosForm
from .measuring import HINTS
from .models import Photo
from .outlines import outline
from .uploads import PhotoUploadHandler

log = logging.getLogger(__name__)


def _taking_photos(view):
    """Let the view take photos: who asks is known before a byte of them is read, and the form's token after."""

    @csrf_exempt  # only so far: reading the token reads the body, which needs its handler first
    @own
    @wraps(view)
    def prepared(request: HttpRequest, consultation: Consultation) -> HttpResponse:
        if request.method == "POST":
            request.upload_handlers = [PhotoUploadHandler(request)]
        return csrf_protect(view)(request, consultation)

    return prepared


@_taking_photos
@get_or_post
def page(request: HttpRequest, consultation: Consultation) -> HttpResponse:
    """Wished and never needed: the way on is open without a photo."""
    if not services.open_to_photos(consultation):
        raise StateError
    asked = request.GET.getlist("view")
    views = selectors.views_for(consultation, asked)
    camera = request.GET.get("from") != "files"
    if request.method != "POST":
        form = PhotosForm(views=views, camera=camera)
        return _page(request, consultation, form, views=views, asked=asked, camera=camera)
    limits.take_from(limits.place(request), "photos", limits.photos())
    form = PhotosForm(request.POST, request.FILES, views=views, camera=camera)
    form.is_valid()
    kept = _keep(request, consultation, form)
    if form.errors:
        if kept:
            messages.success(request, _told(kept))
        return _page(request, consultation, form, views=views, asked=asked, camera=camera)
    if kept:
        messages.success(request, _told(kept))
    else:
        messages.info(request, "No photo was chosen. You can go on without.")
    return redirect(request.get_full_path())


def _keep(request: HttpRequest, consultation: Consultation, form: PhotosForm) -> list[Photo]:
    """Keep every photo that can be; what cannot is told beside its field."""
    kept = []
    for view, photo in form.good.items():
        try:
            kept.append(
                services.add(
                    consultation.public_id,
                    view,
                    photo,
                    person=request.user if request.user.is_authenticated else None,
                    by=Actor.of(request),
                )
            )
        except services.TooManyError:
            form.add_error(view, f"{selectors.view_name(view)}: there are too many photos here already.")
        except OSError as error:
            log.error("a photo could not be written: %s", type(error).__name__)
            form.add_error(
                view, f"{selectors.view_name(view)}: this could not be kept just now. Try again in a few minutes."
            )
    return kept


def _told(kept: list[Photo]) -> str:
    return "1 photo was added." if len(kept) == 1 else f"{len(kept)} photos were added."


def _page(
    request: HttpRequest, consultation: Consultation, form: PhotosForm, *, views, asked, camera: bool
) -> HttpResponse:
    guide = photo_guide()
    there = {photo.view: photo for photo in selectors.current(consultation)}
    said = (*guide.before, *guide.general, *(line for view in views for line in view.how))
    context = {
        "consultation": consultation,
        "form": form,
        "rows": [
            {
                "view": view,
                "field": form[view.id],
                "drawing": outline(view.outline),
                "photo": (photo := there.get(view.id)),
                "hints": [HINTS[hint] for hint in photo.hints if hint in HINTS] if photo else [],
                "asked": view.id in asked,
            }
            for view in views
        ],
        "photos": len(there),
        "guide": guide,
        "sources": [address(page.url, page.organisation, page.note) for page in guide.sources_of(said)],
        "camera": camera,
        "asked": asked,
        "choosing": consultation.state == State.SUBMITTED,
    }
    return render(request, "photos/page.html", context)


@own
@require_POST
def remove(request: HttpRequest, consultation: Consultation, photo_id: str) -> HttpResponse:
    try:
        photo = services.remove(consultation.public_id, photo_id, by=Actor.of(request))
    except Photo.DoesNotExist:
        raise Http404 from None
    if photo.erased_at:
        messages.success(request, "The photo is deleted.")
    else:
        messages.info(request, "The photo is taken away. The doctor had opened it already, so it stays in your record.")
    return redirect("photos:page", consultation.public_id)


@own
@require_safe
def image(request: HttpRequest, consultation: Consultation, photo_id: str, size: str) -> HttpResponse:
    """The person's own photo."""
    photo = Photo.objects.filter(consultation=consultation, public_id=photo_id, erased_at=None).first()
    if photo is None or size not in storage.SIZES:
        raise Http404
    try:
        return answers.image(photo, size)
    except FileNotFoundError:
        raise Http404 from None
