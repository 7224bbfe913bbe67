"""What was read in the person's own words: shown to them, and taken back if it is not so."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from skinproof.clinic.audit.services import Actor
from skinproof.clinic.web.access import get_or_post, sent
from skinproof.clinic.web.errors import resendable

from . import confirming, intake, selectors
from .forms import WordsForm
from .gate import own, to
from .models import Consultation, State
from .shown import if_now, quote, red_flag, sentences
from .steps import StateError


@own
@resendable
@get_or_post
def words(request: HttpRequest, consultation: Consultation) -> HttpResponse:
    """What was read in the person's words and no answer tells: one by one, before the answers are checked."""
    if not consultation.answerable:
        raise StateError
    progress = intake.progress(consultation)
    waiting = progress.to_confirm
    if not waiting:
        return to("now", consultation)
    shown = quote(waiting[0])
    data = sent(request)
    if data is not None and data.get("quote") != shown.id:  # answered already, or the text was changed
        return to("now", consultation)
    form = WordsForm(data, initial={"quote": shown.id}, means=shown.means)
    if data is not None and form.is_valid():
        confirming.answer_words(consultation.public_id, shown.id, form.cleaned_data["answer"], by=Actor.of(request))
        return to("now", consultation)
    context = {
        "consultation": consultation,
        "quote": shown,
        "sentences": sentences(waiting[0], intake.texts(consultation)),
        "form": form,
        "if_now": if_now(progress.journey),
        "left": len(waiting),
        "story": next((answer.question.id for answer in progress.journey.asked if answer.question.kind == "text"), ""),
    }
    return render(request, "consultations/words.html", context)


@own
@require_POST
def not_so(request: HttpRequest, consultation: Consultation) -> HttpResponse:
    """The person says that something which was read in their words, and raises a red flag, is not so."""
    confirming.answer_words(consultation.public_id, request.POST.get("quote", ""), "no", by=Actor.of(request))
    messages.info(request, "We took that out. The doctor will see what you wrote, and that you say it is not so.")
    return to("now", consultation)


@own
@require_safe
def urgent(request: HttpRequest, consultation: Consultation) -> HttpResponse:
    """What to do now, after a note, message or reply in whose words a red flag stands. It was kept as it is."""
    flag = selectors.urgent(consultation)
    if flag is None:
        return to("now", consultation)
    context = {
        "consultation": consultation,
        **red_flag(flag),
        "sent": consultation.state != State.SUBMITTED,
    }
    return render(request, "consultations/urgent.html", context)
