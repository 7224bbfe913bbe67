"""The owner's pages: what the library holds, how the clinic does, who did what."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from skinproof.clinic.audit.models import Verb
from skinproof.clinic.audit.services import Actor, record
from skinproof.clinic.people.permissions import May
from skinproof.clinic.post import services as post
from skinproof.clinic.post.selectors import standing
from skinproof.clinic.rulebook.selectors import reviewed
from skinproof.clinic.web.access import for_may

from . import selectors
from .export import FORMATS
from .forms import TrailFilter
from .holdings import holdings

PAGE_SIZE = 50


@for_may(May.RUN)
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    context = {
        "held": holdings(),
        "reviewed": reviewed(),
        "consultations": selectors.consultations(),
        "days": selectors.DAYS,
        "kept": selectors.kept(),
        "post": standing(),
        "standing": selectors.desk_standing(),
        "owner_section": "overview",
    }
    return render(request, "owner/overview.html", context)


@for_may(May.RUN)
@require_POST
def letter(request: HttpRequest, public_id: str) -> HttpResponse:
    """Send a letter that was given up once more, or put it away."""
    by = Actor.of(request)
    try:
        if request.POST.get("do") == "again":
            post.try_again(public_id, by=by)
            messages.success(request, "The letter is in the outbox again.")
        else:
            post.put_away(public_id, by=by)
            messages.success(request, "The letter is put away.")
    except post.LetterGoneError:
        messages.info(request, "That letter is not there any more, or what it said was not kept.")
    return redirect(reverse("owner:overview") + "#letters")


@for_may(May.READ_TRAIL)
@require_safe
def audit(request: HttpRequest) -> HttpResponse:
    """The trail. A filter that cannot be used is told beside its field, and nothing is shown as if it had been."""
    form = TrailFilter(request.GET or None)
    usable = not form.is_bound or form.is_valid()
    found = selectors.entries(**form.cleaned_data) if form.is_bound and usable else selectors.entries()
    page = Paginator(found if usable else found.none(), PAGE_SIZE).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "form": form,
        "page": page,
        "lines": selectors.lines(page),
        "query": query.urlencode(),
        "usable": usable,
        "owner_section": "audit",
    }
    return render(request, "owner/audit.html", context)


@for_may(May.READ_TRAIL)
@require_POST
def export(request: HttpRequest) -> HttpResponse:
    """The filtered trail as a file, CSV or JSON lines. That it was taken out stands on the trail itself."""
    form = TrailFilter(request.POST)
    if not form.is_valid():
        context = {"form": form, "usable": False, "owner_section": "audit"}
        return render(request, "owner/audit.html", context)
    write, media, ending = FORMATS.get(request.POST.get("as", ""), FORMATS["csv"])
    found = selectors.entries(**form.cleaned_data)
    with transaction.atomic():
        last = found.first()
        record(
            Actor.of(request), Verb.EXPORTED, "audit", "trail",
            filters=sorted(name for name, value in form.cleaned_data.items() if value), format=ending,
        )  # fmt: skip
    # What is written while it is sent, this export's own entry included, is not part of it.
    upto = found.filter(pk__lte=last.pk) if last else found.none()
    response = StreamingHttpResponse(write(upto.order_by("id").iterator(chunk_size=2000)), content_type=media)
    day = timezone.localdate().isoformat()
    response.headers["Content-Disposition"] = f'attachment; filename="audit-{day}.{ending}"'
    return response
