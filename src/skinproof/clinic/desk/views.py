"""The queue and the case. A step that does not fit where the case stands is told on the case's page."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from functools import partial, wraps

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from skinproof import care
from skinproof.clinic.audit.services import Actor
from skinproof.clinic.consultations.forms import MessageForm
from skinproof.clinic.consultations.messaging import owe_nothing, write_message
from skinproof.clinic.consultations.models import HELD, WITH_THE_DOCTOR, Consultation, State
from skinproof.clinic.consultations.steps import StateError
from skinproof.clinic.people.models import Role
from skinproof.clinic.people.permissions import NURSE_FACTS, May
from skinproof.clinic.web.access import for_may
from skinproof.clinic.web.errors import kept_values, resendable

from . import case as case_words
from . import holding, recording, selectors
from .facts_form import RecordForm, all_facts, typed_name, wanted
from .forms import DealtWithForm, TakeOverForm
from .judging import Judged, judged
from .panels import panels
from .queue import queue as read_queue

VIEWED = "viewed-cases"  # in the session: {public id: when it was last noted}
NOTED_FOR = 3600  # seconds
MOST_NOTED = 200  # cases remembered in a session
CLOSED = "This case is closed, or not with a doctor: nothing can be added to it now."
NOT_TYPED = {"key", "plan", "do", "fact", "csrfmiddlewaretoken"}  # what a form carries beside what was typed


def of_case(view: Callable[..., HttpResponse], permission: May = May.DECIDE) -> Callable[..., HttpResponse]:
    """Give the view the case in place of its id. A step that does not fit there is told on the case's page."""

    @for_may(permission)
    @wraps(view)
    def found(request: HttpRequest, public_id: str, *arguments, **keywords) -> HttpResponse:
        try:
            case = selectors.case(public_id, request.user)
        except Consultation.DoesNotExist:
            raise Http404 from None
        try:
            if request.method == "GET":
                _note_view(request, case)
            return view(request, case, *arguments, **keywords)
        except holding.CaseError as error:
            return refused(request, case, error)
        except StateError:
            return refused(request, case, holding.CaseError(CLOSED))

    found.resendable = getattr(view, "resendable", False)  # type: ignore[attr-defined]
    return found


def refused(request: HttpRequest, case: Consultation, error: holding.CaseError) -> HttpResponse:
    """What does not fit where the case stands now. What was typed is kept on a page of its own; else the case tells."""
    kept = [pair for pair in kept_values(request) if pair[0] != "version"]
    typed = [(typed_name(name), value) for name, value in kept if name not in NOT_TYPED and value.strip()]
    if not typed:
        messages.error(request, str(error))
        return to_case(case)
    context = {
        "case": case,
        "error": error,
        "typed": typed,
        "again": isinstance(error, holding.StaleCaseError),
        "kept": kept,
        "since": selectors.latest(case),
    }
    return render(request, "desk/stale.html", context, status=409)


def to_case(case: Consultation, part: str = "") -> HttpResponse:
    response = redirect("desk:case", case.public_id)
    if part:
        response["Location"] += f"#{part}"
    return response


def holds(request: HttpRequest, case: Consultation) -> bool:
    return case.state in HELD and case.doctor_id == request.user.pk


# --- the queue
@for_may(May.READ_QUEUE)
@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """Who waits, the most urgent first; in the doctor's own cases, those that something came back for."""
    shown = read_queue(request.user, chosen=request.GET.get("show", "all"), page=request.GET.get("page"))
    section = "mine" if shown.chosen == "mine" else "queue"
    context = {"queue": shown, "desk_section": section}
    return render(request, "desk/queue.html", context)


# --- the case
@partial(of_case, permission=May.READ_CASE)
@require_safe
def show(request: HttpRequest, case: Consultation) -> HttpResponse:
    response = _page(request, case, judged(case, also=_plan_forms(case)))
    if request.method == "GET" and request.user.role == Role.DOCTOR:
        holding.note_read(case, request.user)
    return response


def _page(request: HttpRequest, case: Consultation, found: Judged, *, status: int = 200, **forms) -> HttpResponse:
    mine = holds(request, case)
    open_to_writing = case.state in (*WITH_THE_DOCTOR, State.PLAN_READY)
    view = case_words.show(case, found)
    context = {
        "view": view,
        "panels": panels(view, found),
        "mine": mine,
        "taken": case.state in HELD and not mine,
        "reply": MessageForm(initial={"key": secrets.token_urlsafe(32)}) if open_to_writing else None,
        "decides": request.user.role == Role.DOCTOR,
        "record": _record_form(request, case, found) if holding.records(case, request.user) else None,
        "all_facts": all_facts() if mine else (),
        "writes_down": holding.writes_down(case, request.user),
        "take_over": TakeOverForm(),
        "dealt": DealtWithForm() if mine else None,
        **forms,
    }
    return render(request, "desk/case.html", context, status=status)


def _note_view(request: HttpRequest, case: Consultation) -> None:
    """Note the look on the trail, once an hour of a sign-in for each case."""
    now = int(timezone.now().timestamp())
    seen = {key: at for key, at in request.session.get(VIEWED, {}).items() if now - at < NOTED_FOR}
    if case.public_id in seen:
        return
    holding.note_view(case, by=Actor.of(request))
    newest = sorted({**seen, case.public_id: now}.items(), key=lambda pair: pair[1])[-MOST_NOTED:]
    request.session[VIEWED] = dict(newest)


def _plan_forms(case: Consultation) -> tuple[str, ...]:
    contents = case.plans.values_list("content", flat=True)
    return tuple(dict.fromkeys(item["form"] for content in contents for item in content.get("items", ())))


def given_forms(case: Consultation, found: Judged) -> list[str]:
    """The forms that the person chose or a plan gives."""
    return [form for form in found.forms if form in {*case.choices, *_plan_forms(case)}]


def shown_version(request: HttpRequest) -> int | None:
    """The version of the case that the page showed; None where it carries none."""
    text = request.POST.get("version", "")
    return int(text[:9]) if text.isascii() and text.isdigit() else None


def _record_form(request: HttpRequest, case: Consultation, found: Judged) -> RecordForm:
    """The facts of the treatments chosen or planned, and any other fact that the doctor asked for (`fact`); for a nurse
    those that a nurse records."""
    given = given_forms(case, found)
    posted = request.method == "POST"
    if request.user.role == Role.NURSE:
        data = request.POST if posted else None
        return RecordForm(data, facts=NURSE_FACTS, also=NURSE_FACTS, open_atoms=frozenset(), judged=found)
    also = [fact for fact in (request.POST if posted else request.GET).getlist("fact") if fact in care.terms().facts]
    return RecordForm(
        request.POST if posted else None,
        facts=dict.fromkeys([*also, *wanted(found, given)]),
        also=also,
        open_atoms=found.open_atoms(given),
        judged=found,
    )


# --- whose case it is
@of_case
@require_POST
def claim(request: HttpRequest, case: Consultation) -> HttpResponse:
    holding.claim(case.public_id, request.user, by=Actor.of(request))
    return to_case(case)


@of_case
@resendable
@require_POST
def take_over(request: HttpRequest, case: Consultation) -> HttpResponse:
    form = TakeOverForm(request.POST)
    if not form.is_valid():
        return _page(request, case, judged(case, also=_plan_forms(case)), take_over=form, form=form)
    holding.claim(case.public_id, request.user, reason=form.cleaned_data["reason"], by=Actor.of(request))
    messages.success(request, "The case is yours now.")
    return to_case(case)


@of_case
@require_POST
def release(request: HttpRequest, case: Consultation) -> HttpResponse:
    holding.release(case.public_id, request.user, by=Actor.of(request))
    messages.success(request, "You gave the case back.")
    return redirect("desk:queue")


# --- what the doctor finds out
@partial(of_case, permission=May.RECORD)
@resendable
@require_POST
def record_facts(request: HttpRequest, case: Consultation) -> HttpResponse:
    """Keep what was found out; the page then shows what that changed."""
    holding.must_record(case, request.user)
    found = judged(case, also=_plan_forms(case))
    form = _record_form(request, case, found)
    if not form.is_valid():
        return _page(request, case, found, record=form, form=form)
    recording.record_facts(
        case.public_id,
        request.user,
        form.recorded(),
        method=form.cleaned_data["method"],
        note=form.cleaned_data["note"],
        version=shown_version(request),
        by=Actor.of(request),
    )
    after = judged(case, also=_plan_forms(case))
    changed = sum(found.now.treatments[f].verdict != after.now.treatments[f].verdict for f in found.forms)
    raised = [rule for rule in after.now.person.rules if rule not in found.now.person.rules]
    if raised:
        messages.warning(request, "Recorded. This raises a red flag: it stands at the top.")
    elif changed:
        messages.success(
            request, f"Recorded. The rules now say something else of {changed} of {len(after.forms)} treatments."
        )
    else:
        messages.success(request, "Recorded. No verdict changed.")
    return to_case(case, "record")


@of_case
@resendable
@require_http_methods(["GET", "POST"])
def deal_with(request: HttpRequest, case: Consultation, rule: str) -> HttpResponse:
    """What was done about one red flag."""
    holding.must_hold(case, request.user)
    line = next((each for each in case_words.flags(judged(case)) if each.rule.rule.id == rule), None)
    if line is None:
        raise Http404
    form = DealtWithForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        recording.deal_with_flag(case.public_id, request.user, rule, by=Actor.of(request), **form.cleaned_data)
        messages.success(request, "Recorded.")
        return to_case(case)
    return render(request, "desk/deal-with.html", {"case": case, "flag": line, "form": form})


# --- messages
@partial(of_case, permission=May.WRITE)
@resendable
@require_POST
def reply(request: HttpRequest, case: Consultation) -> HttpResponse:
    form = MessageForm(request.POST)
    if not form.is_valid():
        return _page(request, case, judged(case, also=_plan_forms(case)), reply=form, form=form)
    write_message(
        case.public_id,
        form.cleaned_data["text"],
        key=form.cleaned_data["key"],
        author=request.user,
        from_doctor=True,
        plan_number=plan.number if (plan := case.plan_in_force) else None,
        by=Actor.of(request),
    )
    messages.success(request, "Your message has been sent.")
    return to_case(case, "messages")


@of_case
@require_POST
def no_answer_needed(request: HttpRequest, case: Consultation) -> HttpResponse:
    if case.state in HELD:
        holding.must_hold(case, request.user)
    owe_nothing(case.public_id, by=Actor.of(request))
    return to_case(case, "messages")


@for_may(May.DECIDE)
@require_POST
def see_take_overs(request: HttpRequest) -> HttpResponse:
    holding.see_take_overs(request.user, by=Actor.of(request))
    return redirect("desk:queue")
