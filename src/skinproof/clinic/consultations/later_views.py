"""Going on later: by a link on another device, in an account, or not at all."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from skinproof.clinic.audit.services import Actor
from skinproof.clinic.people.permissions import May
from skinproof.clinic.post import limits, links
from skinproof.clinic.post import services as post
from skinproof.clinic.web.access import for_may, get_or_post
from skinproof.clinic.web.errors import page, resendable

from . import choosing, holding, moving, steps
from .forms import EmailLinkForm
from .gate import own, to
from .models import Consultation, State


@own
@get_or_post
def withdraw(request: HttpRequest, consultation: Consultation) -> HttpResponse:
    """Stop for good, as long as no doctor has signed a plan."""
    if request.method == "POST":
        choosing.withdraw(consultation.public_id, by=Actor.of(request))
        messages.success(request, "Your consultation is closed. Nobody goes on with it.")
        return to("status", consultation)
    if consultation.state in (State.PLAN_READY, State.CLOSED):
        raise steps.StateError
    return render(request, "consultations/withdraw.html", {"consultation": consultation})


# --- resume elsewhere, keep in an account
@own
@resendable
@get_or_post
def link(request: HttpRequest, consultation: Consultation) -> HttpResponse:
    """Make a link that opens the consultation on another device, and send it by mail if the person likes."""
    by, doing = Actor.of(request), request.POST.get("do", "")
    if request.method == "POST" and doing == "end":
        moving.end_links(consultation, by=by)
        messages.success(request, "No link opens this consultation any more.")
        return to("link", consultation)
    form = EmailLinkForm(request.POST if doing == "mail" else None)
    address, letter, mailed = None, None, False

    def url(token: str) -> str:
        return post.address(request, reverse("consultations:resume", args=[token]))

    if request.method == "POST" and not form.is_bound:
        limits.take_from(consultation.public_id, "links", limits.of_consultation())
        address = url(moving.make_link(consultation, by=by))
    elif request.method == "POST" and form.is_valid():
        address, letter = moving.mail_link(
            consultation, form.cleaned_data["email"], url=url, place=limits.place(request), by=by
        )
        mailed = True
    context = {
        "mailed": mailed,
        "working": links.working(consultation),
        "most": settings.LETTERS_TO_AN_ADDRESS,
        "consultation": consultation,
        "form": form,
        "address": address,
        "letter": letter.body if letter else "",
        "demo": settings.DEMO,
        "days": links.DAYS,
    }
    return render(request, "consultations/link.html", context)


@for_may(May.OWN)
@get_or_post
def resume(request: HttpRequest, token: str) -> HttpResponse:
    """What a link opens. Looking changes nothing, as mail programs open links too; the button moves it."""
    try:
        consultation = links.open_link(token)
    except links.LinkError:
        return _link_gone(request)
    try:
        holding.find(request, consultation.public_id)
        return to("now", consultation)
    except (Http404, holding.MovedError):
        pass
    if consultation.person_id is not None:  # it is in an account: that account signs in
        if request.user.is_authenticated:
            raise Http404
        return redirect(
            f"{reverse('people:sign-in')}?next={reverse('consultations:now', args=[consultation.public_id])}"
        )
    if request.method == "POST":
        try:
            moved = moving.move(consultation, by=Actor.of(request))
        except links.LinkError:
            return _link_gone(request)
        holding.hold(request, moved)
        return to("now", moved)
    return render(request, "consultations/resume.html", {"token": token})


def _link_gone(request: HttpRequest) -> HttpResponse:
    return render(request, "consultations/link-gone.html", {"days": links.DAYS}, status=410)


@for_may(May.ACCOUNT)
@require_POST
def keep(request: HttpRequest, public_id: str) -> HttpResponse:
    """Take a consultation that this session began as a guest into the account that is signed in."""
    try:
        consultation = holding.find(request, public_id)
    except holding.MovedError:
        return page(request, "moved", 410)
    moving.take_into_account(consultation, request.user, by=Actor.of(request))
    holding.let_go(request, public_id)
    messages.success(request, "The consultation is in your account now.")
    return to("now", consultation)
