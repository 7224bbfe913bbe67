"""A person's path, one page a step. A page that does not fit where it stands leads to the one that does."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from skinproof import care
from skinproof.clinic.audit.services import Actor
from skinproof.clinic.people.permissions import May
from skinproof.clinic.web.access import for_may, get_or_post
from skinproof.clinic.web.errors import resendable

from . import consent, holding, intake, option_pages, selectors, services, told
from .forms import (
    ChoiceForm,
    ConsentForm,
    MessageForm,
    PrioritiesForm,
    SendForm,
    StartForm,
    WordsForm,
)
from .gate import own, to
from .models import WITH_THE_DOCTOR, Consultation, Message, State
from .question_forms import QuestionForm


def unique(values: Iterable) -> list:
    return list(dict.fromkeys(values))


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


# --- beginning
@resendable
@for_may(May.OWN)
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
            return to("now", consultation)
    else:
        initial = {"concern": request.GET.get("concern", ""), "key": holding.new_start_key(request)}
        form = StartForm(initial=initial, concerns=intake.concerns())
    return render(request, "consultations/start.html", {"form": form, "asked": asked_name})


@own
@require_safe
def now(request: HttpRequest, consultation: Consultation) -> HttpResponse:
    """To the page where the consultation stands."""
    name, *more = _step_now(consultation)
    return to(name, consultation, *more)


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
        if question_id in intake.form_of(consultation).questions:  # another answer made it needless
            return to("now", consultation)
        raise Http404
    if request.method == "GET" and progress.stop and "change" not in request.GET:
        return to("stop", consultation)
    form = QuestionForm(
        asked,
        _current(consultation, asked),
        request.POST if request.method == "POST" else None,
        tuple(unique(words for quote in progress.journey.beside(asked) for words in quote.words)),
    )
    if request.method == "POST" and form.is_valid():
        services.answer(consultation.public_id, question_id, form.answer(), by=Actor.of(request))
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
        "if_now": _if_now(progress.journey),
    }
    return render(request, "consultations/question.html", context)


def _if_now(journey: care.Journey) -> dict[str, list] | None:
    """What to do if what they wrote is happening now, while it is not known yet whether it is a red flag."""
    if not journey.half_told:
        return None
    return {
        "do_now": unique(line for each in journey.half_told for line in each.do_now),
        "reasons": unique(each.reason for each in journey.half_told),
        "quotes": quotes(care.Stop(journey.half_told)),
    }


def _current(consultation: Consultation, asked: care.Question) -> object:
    """The answer that the page shows first: the one given; else, for what the person wants, what they came for."""
    given = intake.answers(consultation)
    if asked.id in given:
        return given[asked.id]
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
        return to("now", consultation)
    if request.method == "POST":
        if flag.holds:
            return to("stop", consultation)
        services.acknowledge(consultation.public_id, by=Actor.of(request))
        return to("now", consultation)
    context = {
        "consultation": consultation,
        "flag": flag,
        "do_now": unique(line for each in flag.flags for line in each.do_now),
        "reasons": unique(each.reason for each in flag.flags),
        "sources": unique(pair for each in flag.flags for pair in intake.sources(each)),
        "rows": progress.rows_behind(flag),
        "quotes": quotes(flag),
    }
    return render(request, "consultations/stop.html", context)


# --- the person's own words
@dataclass(frozen=True)
class QuoteShown:
    """Words of the person's, and what they were taken for."""

    id: str
    place: str
    words: tuple[str, ...]
    means: str


def quotes(flag: care.Stop) -> list[QuoteShown]:
    """What the person wrote, each thing with a way to say that it is not so."""
    return [_quote(each) for each in flag.quotes]


def _quote(quote: care.Quoted) -> QuoteShown:
    return QuoteShown(quote.id, told.place(quote.where), quote.words, told.meaning(quote))


@own
@resendable
@get_or_post
def words(request: HttpRequest, consultation: Consultation) -> HttpResponse:
    """What was read in the person's words and no answer tells: one by one, before the answers are checked."""
    if not consultation.answerable:
        raise services.StateError
    progress = intake.progress(consultation)
    waiting = progress.to_confirm
    if not waiting:
        return to("now", consultation)
    shown = _quote(waiting[0])
    data = request.POST if request.method == "POST" else None
    if data is not None and data.get("quote") != shown.id:  # answered already, or the text was changed
        return to("now", consultation)
    form = WordsForm(data, initial={"quote": shown.id}, means=shown.means)
    if data is not None and form.is_valid():
        services.answer_words(consultation.public_id, shown.id, form.cleaned_data["answer"], by=Actor.of(request))
        return to("now", consultation)
    context = {
        "consultation": consultation,
        "quote": shown,
        "form": form,
        "if_now": _if_now(progress.journey),
        "left": len(waiting),
        "story": next((answer.question.id for answer in progress.journey.asked if answer.question.kind == "text"), ""),
    }
    return render(request, "consultations/words.html", context)


@own
@require_POST
def not_so(request: HttpRequest, consultation: Consultation) -> HttpResponse:
    """The person says that something which was read in their words, and raises a red flag, is not so."""
    services.answer_words(consultation.public_id, request.POST.get("quote", ""), "no", by=Actor.of(request))
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
        "flag": flag,
        "do_now": unique(line for each in flag.flags for line in each.do_now),
        "reasons": unique(each.reason for each in flag.flags),
        "sources": unique(pair for each in flag.flags for pair in intake.sources(each)),
        "quotes": quotes(flag),
        "sent": consultation.state != State.SUBMITTED,
    }
    return render(request, "consultations/urgent.html", context)


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
        return to("now", consultation)
    context = {
        "consultation": consultation,
        "rows": intake.progress(consultation).rows(),
        "against": told.against(intake.progress(consultation).journey),
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
                return to("check", consultation)
            except services.IncompleteError:
                return to("now", consultation)
            return to("options", consultation)
    else:
        if not consultation.answerable:
            raise services.StateError
        if not _ready(consultation):
            return to("now", consultation)
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
        return to("now", consultation)
    context = {
        "consultation": consultation,
        "options": option_pages.shown(consultation, intake.options(consultation), intake.asked_about(consultation)),
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
        return to("options", consultation)
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
        consultation.refresh_from_db()
        if selectors.urgent(consultation, later=()):
            return to("urgent", consultation)
        return redirect("photos:page", consultation.public_id)
    return render(request, "consultations/choose.html", {"consultation": consultation, "form": form})


@own
@resendable
@get_or_post
def send(request: HttpRequest, consultation: Consultation) -> HttpResponse:
    """The choice, read through once more, and sent to the doctor."""
    if request.method == "POST":
        form = SendForm(request.POST)
        if not form.is_valid():
            return to("send", consultation)
        try:
            services.send_to_doctor(consultation.public_id, version=form.cleaned_data["version"], by=Actor.of(request))
        except services.ChangedError:
            messages.warning(request, "Your choice was changed after this page was opened. Read it through again.")
            return to("send", consultation)
        return to("status", consultation)
    if consultation.state != State.SUBMITTED:
        raise services.StateError
    if not consultation.choices:
        return to("choose", consultation)
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
        return to("now", consultation)
    letters = list(consultation.messages.select_related("author"))
    context = {
        "consultation": consultation,
        "concern": intake.concern_name(consultation.concern),
        "choices": intake.form_names(consultation.choices),
        "letters": letters,
        "asks": (asks := list(consultation.asks.select_related("doctor", "reply").order_by("id"))),
        "flag": (flag := _flag_since(consultation, letters, asks)),
        "quotes": quotes(flag) if flag else [],
        "call": _whom_to_call(consultation),
        "plan_number": _plan_in_force(consultation),
        "form": _message_form() if consultation.state != State.CLOSED else None,
    }
    response = render(request, "consultations/status.html", context)
    if request.method == "GET":
        services.note_read(consultation, letters, by_doctor=False)
    return response


def _flag_since(consultation: Consultation, letters: Iterable[Message], asks: Iterable[Any]) -> care.Stop | None:
    """The red flags that came with what the person answered or wrote later, as long as nobody has dealt with them."""
    if consultation.state == State.CLOSED:
        return None
    replies = [ask.reply for ask in asks if hasattr(ask, "reply")]
    later = [told.of_message(letter) for letter in letters if not letter.from_doctor]
    later += [told.of_reply(reply.ask.public_id, reply.text, reply.at) for reply in replies]
    answered = [(rule, reply.at) for reply in replies for rule in reply.flags]
    return selectors.urgent(consultation, later, answered=answered)


def _whom_to_call(consultation: Consultation) -> str:
    """What the plan that counts says of whom to call; empty where there is no plan."""
    signed = consultation.plans.exclude(signed_at=None).order_by("-number")
    content = signed.values_list("content", flat=True).first() or {}
    return str(content.get("call", ""))


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
    sent = services.write_message(
        consultation.public_id,
        form.cleaned_data["text"],
        key=form.cleaned_data["key"],
        author=request.user if request.user.is_authenticated else None,
        plan_number=_plan_in_force(consultation),
        by=Actor.of(request),
    )
    if selectors.urgent(consultation, [told.of_message(sent)]):
        return to("urgent", consultation)  # what to do now stands first, before that it was sent
    messages.success(request, "Your message has been sent.")
    return to("status", consultation)
