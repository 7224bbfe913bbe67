"""A person's path, one page a step. A page that does not fit where it stands leads to the one that does."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable
from functools import wraps

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from skinproof import care
from skinproof.clinic.audit.services import Actor
from skinproof.clinic.people.models import Role
from skinproof.clinic.web.access import for_people_and_guests, for_roles, get_or_post
from skinproof.clinic.web.errors import page, resendable

from . import consent, holding, intake, option_pages, services
from .forms import (
    ChoiceForm,
    ConsentForm,
    EmailLinkForm,
    MessageForm,
    PrioritiesForm,
    SendForm,
    StartForm,
)
from .models import WITH_THE_DOCTOR, Consultation, State
from .question_forms import QuestionForm


def own(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Give the view the person's own consultation in place of its id."""

    @for_people_and_guests
    @wraps(view)
    def found(request: HttpRequest, public_id: str, *arguments, **keywords) -> HttpResponse:
        try:
            consultation = holding.find(request, public_id)
        except holding.MovedError:
            return page(request, "moved", 410, keep=True)
        try:
            return view(request, consultation, *arguments, **keywords)
        except services.StateError:
            messages.info(request, "That step is done already. This is where your consultation stands now.")
            return redirect("consultations:now", public_id)

    found.resendable = getattr(view, "resendable", False)  # type: ignore[attr-defined]
    return found


def unique(values: Iterable) -> list:
    return list(dict.fromkeys(values))


def _to(name: str, consultation: Consultation, *more: str) -> HttpResponse:
    return redirect(f"consultations:{name}", consultation.public_id, *more)


def _step_now(consultation: Consultation) -> tuple[str, ...]:
    """The page, and its further arguments, where the consultation stands."""
    if consultation.state in (State.DRAFT, State.STOPPED):
        progress = intake.progress(consultation)
        if progress.stop:
            return ("stop",)
        return ("question", progress.next.id) if progress.next else ("check",)
    if consultation.state == State.SUBMITTED:
        return ("options",)
    return ("status",)


# --- beginning
@resendable
@for_people_and_guests
@get_or_post
def start(request: HttpRequest) -> HttpResponse:
    """Choose a concern. A page about a treatment links here with `?concern=…&asked=…`."""
    asked = request.GET.get("asked", "")
    asked_name = intake.treatment_name(asked)
    if request.method == "POST":
        form = StartForm(request.POST, concerns=intake.concerns())
        if form.is_valid():
            key = form.cleaned_data["key"]
            if not holding.has_start_key(request, key):
                # The session that was shown the form is gone: begin in this one.
                key = holding.new_start_key(request)
            by = Actor.of(request)
            consultation = services.start(
                concern=form.cleaned_data["concern"],
                asked_for=[asked] if asked_name else [],
                key=key,
                person=request.user if request.user.is_authenticated else None,
                by=by,
            )
            if consultation.person_id is None:
                holding.hold(request, consultation)
            return _to("now", consultation)
    else:
        initial = {"concern": request.GET.get("concern", ""), "key": holding.new_start_key(request)}
        form = StartForm(initial=initial, concerns=intake.concerns())
    return render(request, "consultations/start.html", {"form": form, "asked": asked_name})


@own
@require_safe
def now(request: HttpRequest, consultation: Consultation) -> HttpResponse:
    """To the page where the consultation stands."""
    name, *more = _step_now(consultation)
    return _to(name, consultation, *more)


# --- questions
@own
@resendable
@get_or_post
def question(request: HttpRequest, consultation: Consultation, question_id: str) -> HttpResponse:
    if not consultation.answerable:
        raise services.StateError
    progress = intake.progress(consultation)
    asked = progress.question(question_id)
    if asked is None:
        if intake.is_question(question_id):  # another answer made it needless
            return _to("now", consultation)
        raise Http404
    if request.method == "GET" and progress.stop and "change" not in request.GET:
        return _to("stop", consultation)
    form = QuestionForm(asked, _current(consultation, asked), request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        services.answer(consultation.public_id, question_id, form.answer(), by=Actor.of(request))
        consultation.refresh_from_db()
        if request.GET.get("change") == "check" and _step_now(consultation)[0] == "question":
            messages.info(request, "That answer opens up another question.")
        return _to("now", consultation)
    context = {
        "consultation": consultation,
        "question": asked,
        "form": form,
        "step": progress.step(question_id),
        "steps": progress.steps,
        "back": _back(request, consultation, progress, question_id),
    }
    return render(request, "consultations/question.html", context)


def _current(consultation: Consultation, asked: care.Question) -> object:
    """The answer that the page shows first: the one given; else, for what the person wants, what they came for."""
    if asked.id in consultation.answers:
        return consultation.answers[asked.id]
    wanted = [option.id for option in asked.options if set(option.adds) & set(consultation.asked_for)]
    return wanted or None


def _back(request: HttpRequest, consultation: Consultation, progress: intake.Progress, question_id: str) -> str:
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
        raise services.StateError
    progress = intake.progress(consultation)
    flag = progress.stop
    if flag is None:
        return _to("now", consultation)
    if request.method == "POST":
        if flag.holds:
            return _to("stop", consultation)
        services.acknowledge(consultation.public_id, by=Actor.of(request))
        return _to("now", consultation)
    context = {
        "consultation": consultation,
        "flag": flag,
        "do_now": unique(line for each in flag.flags for line in each.do_now),
        "reasons": unique(each.reason for each in flag.flags),
        "sources": unique(pair for each in flag.flags for pair in intake.sources(each)),
        "rows": progress.rows_behind(flag),
    }
    return render(request, "consultations/stop.html", context)


# --- review, consent, submit
def _ready(consultation: Consultation) -> bool:
    return _step_now(consultation)[0] == "check"


@own
@require_safe
def check(request: HttpRequest, consultation: Consultation) -> HttpResponse:
    """All answers, each with a way to change it."""
    if not consultation.answerable:
        raise services.StateError
    if not _ready(consultation):
        return _to("now", consultation)
    context = {
        "consultation": consultation,
        "rows": intake.progress(consultation).rows(),
        "concern": intake.concern_name(consultation.concern),
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
                services.submit(
                    consultation.public_id,
                    version=form.cleaned_data["version"],
                    key=form.cleaned_data["key"],
                    consent_version=form.cleaned_data["text"],
                    by=Actor.of(request),
                )
            except services.ChangedError:
                messages.warning(request, "An answer was changed after this page was opened. Read them through again.")
                return _to("check", consultation)
            except services.IncompleteError:
                return _to("now", consultation)
            return _to("options", consultation)
    else:
        if not consultation.answerable:
            raise services.StateError
        if not _ready(consultation):
            return _to("now", consultation)
        form = ConsentForm(
            text=text, initial={"key": secrets.token_urlsafe(32), "version": consultation.version, "text": text.version}
        )
    return render(request, "consultations/consent.html", {"consultation": consultation, "form": form, "text": text})


# --- options, what matters, choice
@own
@require_safe
def options(request: HttpRequest, consultation: Consultation) -> HttpResponse:
    """What is open to this person, what is not and why."""
    if consultation.answerable:
        return _to("now", consultation)
    context = {
        "consultation": consultation,
        "options": option_pages.shown(consultation, intake.options(consultation)),
        "concern": intake.concern_name(consultation.concern),
        "choosing": consultation.state == State.SUBMITTED,
    }
    return render(request, "consultations/options.html", context)


@own
@resendable
@get_or_post
def matters(request: HttpRequest, consultation: Consultation) -> HttpResponse:
    """What matters to the person. It is shown beside each option and re-orders nothing."""
    if consultation.state != State.SUBMITTED:
        raise services.StateError
    initial = {name: str(value) for name, value in consultation.priorities.items()}
    form = PrioritiesForm(request.POST or None, initial=initial, priorities=intake.priorities())
    if request.method == "POST" and form.is_valid():
        services.rate(consultation.public_id, form.ratings(), by=Actor.of(request))
        return _to("options", consultation)
    return render(request, "consultations/matters.html", {"consultation": consultation, "form": form})


@own
@resendable
@get_or_post
def choose(request: HttpRequest, consultation: Consultation) -> HttpResponse:
    if consultation.state != State.SUBMITTED:
        raise services.StateError
    form = ChoiceForm(
        request.POST or None,
        initial={"choices": consultation.choices, "note": consultation.note},
        options=intake.choosable(consultation),
    )
    if request.method == "POST" and form.is_valid():
        services.choose(
            consultation.public_id, form.cleaned_data["choices"], form.cleaned_data["note"], by=Actor.of(request)
        )
        return _to("send", consultation)
    return render(request, "consultations/choose.html", {"consultation": consultation, "form": form})


@own
@resendable
@get_or_post
def send(request: HttpRequest, consultation: Consultation) -> HttpResponse:
    """The choice, read through once more, and sent to the doctor."""
    if request.method == "POST":
        form = SendForm(request.POST)
        if not form.is_valid():
            return _to("send", consultation)
        try:
            services.send_to_doctor(consultation.public_id, version=form.cleaned_data["version"], by=Actor.of(request))
        except services.ChangedError:
            messages.warning(request, "Your choice was changed after this page was opened. Read it through again.")
            return _to("send", consultation)
        return _to("status", consultation)
    if consultation.state != State.SUBMITTED:
        raise services.StateError
    if not consultation.choices:
        return _to("choose", consultation)
    context = {
        "consultation": consultation,
        "choices": intake.form_names(consultation.choices),
        "form": SendForm(initial={"version": consultation.version}),
    }
    return render(request, "consultations/send.html", context)


# --- afterwards
@own
@require_safe
def status(request: HttpRequest, consultation: Consultation) -> HttpResponse:
    if consultation.state not in (*WITH_THE_DOCTOR, State.PLAN_READY, State.CLOSED):
        return _to("now", consultation)
    context = {
        "consultation": consultation,
        "concern": intake.concern_name(consultation.concern),
        "choices": intake.form_names(consultation.choices),
        "letters": consultation.messages.select_related("author"),
        "plan_number": _plan_in_force(consultation),
        "form": _message_form() if consultation.state != State.CLOSED else None,
    }
    return render(request, "consultations/status.html", context)


def _plan_in_force(consultation: Consultation) -> int | None:
    """The number of the signed plan that counts, if there is one."""
    signed = consultation.plans.exclude(signed_at=None)
    return signed.order_by("-number").values_list("number", flat=True).first()


def _message_form() -> MessageForm:
    return MessageForm(initial={"key": secrets.token_urlsafe(32)})


@own
@resendable
@require_POST
def message(request: HttpRequest, consultation: Consultation) -> HttpResponse:
    """A message to the doctor, from the status page or the plan."""
    form = MessageForm(request.POST)
    if not form.is_valid():
        context = {"consultation": consultation, "form": form}
        return render(request, "consultations/message.html", context)
    services.write_message(
        consultation.public_id,
        form.cleaned_data["text"],
        key=form.cleaned_data["key"],
        author=request.user if request.user.is_authenticated else None,
        plan_number=_plan_in_force(consultation),
        by=Actor.of(request),
    )
    messages.success(request, "Your message has been sent.")
    return _to("status", consultation)


@own
@get_or_post
def withdraw(request: HttpRequest, consultation: Consultation) -> HttpResponse:
    """Stop for good, as long as no doctor has signed a plan."""
    if request.method == "POST":
        services.withdraw(consultation.public_id, by=Actor.of(request))
        messages.success(request, "Your consultation is closed. Nobody goes on with it.")
        return _to("status", consultation)
    if consultation.state in (State.PLAN_READY, State.CLOSED):
        raise services.StateError
    return render(request, "consultations/withdraw.html", {"consultation": consultation})


# --- resume elsewhere, keep in an account
@own
@get_or_post
def link(request: HttpRequest, consultation: Consultation) -> HttpResponse:
    """Make a link that opens the consultation on another device, and send it by mail if the person likes."""
    form = EmailLinkForm(request.POST if request.POST.get("do") == "mail" else None)
    address, letter = None, None
    if request.method == "POST":
        token = holding.resume_token(consultation)
        address = request.build_absolute_uri(reverse("consultations:resume", args=[token]))
        if form.is_bound and form.is_valid():
            sent = services.email_link(
                consultation, form.cleaned_data["email"], address, days=holding.RESUME_DAYS, by=Actor.of(request)
            )
            letter = sent.body
        elif not form.is_bound:
            services.record_link(consultation, by=Actor.of(request))
    context = {
        "consultation": consultation,
        "form": form,
        "address": address,
        "letter": letter,
        "demo": settings.DEMO,
        "days": holding.RESUME_DAYS,
    }
    return render(request, "consultations/link.html", context)


@for_people_and_guests
@get_or_post
def resume(request: HttpRequest, token: str) -> HttpResponse:
    """What a link opens. Looking changes nothing, as mail programs open links too; the button moves it."""
    try:
        consultation = holding.from_token(token)
    except holding.LinkError:
        return render(request, "consultations/link-gone.html", {"days": holding.RESUME_DAYS}, status=410)
    try:
        holding.find(request, consultation.public_id)
        return _to("now", consultation)
    except (Http404, holding.MovedError):
        pass
    if consultation.person_id is not None:  # it is in an account: that account signs in
        if request.user.is_authenticated:
            raise Http404
        return redirect(
            f"{reverse('people:sign-in')}?next={reverse('consultations:now', args=[consultation.public_id])}"
        )
    if request.method == "POST":
        moved = services.move(consultation, by=Actor.of(request))
        holding.hold(request, moved)
        return _to("now", moved)
    return render(request, "consultations/resume.html", {"token": token})


@require_POST
@for_roles(Role.PERSON)
def keep(request: HttpRequest, public_id: str) -> HttpResponse:
    """Take a consultation that this session began as a guest into the account that is signed in."""
    try:
        consultation = holding.find(request, public_id)
    except holding.MovedError:
        return page(request, "moved", 410)
    services.take_into_account(consultation, request.user, by=Actor.of(request))
    holding.let_go(request, public_id)
    messages.success(request, "The consultation is in your account now.")
    return _to("now", consultation)
