"""A person's path until the answers are in, one page a step. A page that does not fit leads to the one that does."""

from __future__ import annotations

import secrets

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from skinproof import care
from skinproof.clinic.audit.services import Actor
from skinproof.clinic.people.permissions import May
from skinproof.clinic.post import limits
from skinproof.clinic.web.access import for_may, get_or_post, sent
from skinproof.clinic.web.errors import resendable

from . import answering, consent, holding, intake, names, submitting, told
from .ahead import read_ahead
from .forms import ConsentForm, StartForm
from .gate import own, to
from .models import Consultation, State
from .progress import Progress
from .question_forms import QuestionForm
from .shown import if_now, red_flag, unique
from .steps import ChangedError, StateError


def _step_now(consultation: Consultation) -> tuple[str, ...]:
    """The page, and its further arguments, where the consultation stands."""
    if consultation.state in (State.DRAFT, State.STOPPED):
        progress = intake.progress(consultation)
        if progress.stop:
            return ("stop",)
        if progress.next:
            return ("question", progress.next.id)
        return ("words",) if progress.to_confirm else ("check",)
    if consultation.state == State.SUBMITTED:
        return ("options",)
    return ("status",)


@resendable
@for_may(May.OWN)
@get_or_post
def start(request: HttpRequest) -> HttpResponse:
    """Choose a concern. A page about a treatment links here with `?concern=…&asked=…`."""
    asked = request.GET.get("asked", "")
    asked_name = names.treatment_name(asked)
    if request.method == "POST":
        form = StartForm(request.POST, concerns=names.concerns())
        if form.is_valid():
            key = form.cleaned_data["key"]
            if not holding.has_start_key(request, key):
                # The session that was shown the form is gone: begin in this one.
                key = holding.new_start_key(request)
            by = Actor.of(request)
            limits.take_from(limits.place(request), "consultations", limits.starts())
            consultation = answering.start(
                concern=form.cleaned_data["concern"],
                asked_for=[asked] if asked_name else [],
                key=key,
                person=request.user if request.user.is_authenticated else None,
                by=by,
            )
            if consultation.person_id is None:
                holding.hold(request, consultation)
            return to("now", consultation)
    else:
        initial = {"concern": request.GET.get("concern", ""), "key": holding.new_start_key(request)}
        form = StartForm(initial=initial, concerns=names.concerns())
    return render(request, "consultations/start.html", {"form": form, "asked": asked_name})


@own
@require_safe
def now(request: HttpRequest, consultation: Consultation) -> HttpResponse:
    """To the page where the consultation stands."""
    name, *more = _step_now(consultation)
    return to(name, consultation, *more)


@own
@resendable
@get_or_post
def question(request: HttpRequest, consultation: Consultation, question_id: str) -> HttpResponse:
    if not consultation.answerable:
        raise StateError
    progress = intake.progress(consultation)
    asked = progress.question(question_id)
    if asked is None:
        if question_id in intake.form_of(consultation).questions:  # another answer made it needless
            return to("now", consultation)
        raise Http404
    if request.method == "GET" and progress.stop and "change" not in request.GET:
        return to("stop", consultation)
    form = QuestionForm(
        asked,
        _current(consultation, asked),
        sent(request),
        tuple(unique(words for quote in progress.journey.beside(asked) for words in quote.words)),
    )
    if request.method == "POST" and form.is_valid():
        if asked.kind == "text":
            read_ahead(consultation.public_id, form.answer())
        answering.answer(consultation.public_id, question_id, form.answer(), by=Actor.of(request))
        consultation.refresh_from_db()
        if request.GET.get("change") == "check" and _step_now(consultation)[0] == "question":
            messages.info(request, "That answer opens up another question.")
        return to("now", consultation)
    context = {
        "consultation": consultation,
        "question": asked,
        "form": form,
        "step": progress.step(question_id),
        "steps": progress.steps,
        "back": _back(request, consultation, progress, question_id),
        "if_now": if_now(progress.journey),
    }
    return render(request, "consultations/question.html", context)


def _current(consultation: Consultation, asked: care.Question) -> object:
    """The answer that the page shows first: the one given; else, for what the person wants, what they came for."""
    given = intake.answers(consultation)
    if asked.id in given:
        return given[asked.id]
    wanted = [option.id for option in asked.options if set(option.adds) & set(consultation.asked_for)]
    return wanted or None


def _back(request: HttpRequest, consultation: Consultation, progress: Progress, question_id: str) -> str:
    if request.GET.get("change") == "check":
        return reverse("consultations:check", args=[consultation.public_id])
    previous = progress.before(question_id)
    if previous:
        return reverse("consultations:question", args=[consultation.public_id, previous])
    return reverse("people:home") if request.user.is_authenticated else reverse("library:home")


@own
@get_or_post
def stop(request: HttpRequest, consultation: Consultation) -> HttpResponse:
    """A red flag: what to do now, before anything else. Going on is offered only where nothing has to wait for it."""
    if not consultation.answerable:
        raise StateError
    progress = intake.progress(consultation)
    flag = progress.stop
    if flag is None:
        return to("now", consultation)
    if request.method == "POST":
        if flag.holds:
            return to("stop", consultation)
        answering.acknowledge(consultation.public_id, by=Actor.of(request))
        return to("now", consultation)
    context = {
        "consultation": consultation,
        **red_flag(flag),
        "rows": progress.rows_behind(flag),
    }
    return render(request, "consultations/stop.html", context)


def _ready(consultation: Consultation) -> bool:
    return _step_now(consultation)[0] == "check"


@own
@require_safe
def check(request: HttpRequest, consultation: Consultation) -> HttpResponse:
    """All answers, each with a way to change it."""
    if not consultation.answerable:
        raise StateError
    if not _ready(consultation):
        return to("now", consultation)
    context = {
        "consultation": consultation,
        "rows": intake.progress(consultation).rows(),
        "against": told.against(intake.progress(consultation).journey),
        "concern": names.concern_name(consultation.concern),
    }
    return render(request, "consultations/check.html", context)


@own
@resendable
@get_or_post
def agree(request: HttpRequest, consultation: Consultation) -> HttpResponse:
    """Consent, and with it the answers are submitted, once."""
    text = consent.current()
    if request.method == "POST":
        form = ConsentForm(request.POST, text=text)
        if form.is_valid():
            try:
                submitting.submit(
                    consultation.public_id,
                    version=form.cleaned_data["version"],
                    key=form.cleaned_data["key"],
                    consent_version=form.cleaned_data["text"],
                    by=Actor.of(request),
                )
            except ChangedError:
                messages.warning(request, "An answer was changed after this page was opened. Read them through again.")
                return to("check", consultation)
            except submitting.IncompleteError:
                return to("now", consultation)
            return to("options", consultation)
    else:
        if not consultation.answerable:
            raise StateError
        if not _ready(consultation):
            return to("now", consultation)
        form = ConsentForm(
            text=text, initial={"key": secrets.token_urlsafe(32), "version": consultation.version, "text": text.version}
        )
    return render(request, "consultations/consent.html", {"consultation": consultation, "form": form, "text": text})
