"""The rule book for those who review it: what each rule stands on, who reviewed it, what a change would touch."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from skinproof.care.rule_changes import fingerprint, rule_of, weakens
from skinproof.clinic.audit.services import Actor
from skinproof.clinic.people.models import User
from skinproof.clinic.people.permissions import May, may
from skinproof.clinic.web.access import for_may, get_or_post
from skinproof.clinic.web.errors import resendable
from skinproof.vocabulary import KnowledgeError

from . import active, selectors, services, yaml_text
from .forms import AmendForm, DecideForm, ReasonForm, SearchForm, SignOffForm
from .models import Change, Kind
from .touched import touched

PAGE_SIZE = 25


def _told(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A step that does not fit is told on the rule's page; what was typed for it, on a page of its own."""

    @wraps(view)
    def answered(request: HttpRequest, rule: str) -> HttpResponse:
        try:
            return view(request, rule)
        except services.RuleChangeError as error:
            return _not_kept(request, error, reverse("rulebook:rule", args=[rule]))

    return answered


def _not_kept(request: HttpRequest, error: services.RuleChangeError, back: str) -> HttpResponse:
    typed = (request.POST.get("reason") or request.POST.get("note") or "").replace("\x00", "").strip()
    if typed:
        context = {"error": error, "typed": typed, "back": back}
        return render(request, "rulebook/not-kept.html", context, status=409)
    messages.error(request, str(error))
    return redirect(back)


def _line(rule: str) -> tuple[selectors.Book, selectors.RuleLine]:
    book = selectors.read()
    line = book.line(rule)
    if line is None:
        raise Http404
    return book, line


def _may(user: User) -> dict[str, bool]:
    return {
        "proposes": may(user.role, May.PROPOSE_RULES),
        "reviews": user.is_reviewer,
        "sees_cases": may(user.role, May.READ_TOUCHED_CASES),
    }


# --- reading
@for_may(May.READ_RULES)
@require_safe
def rules(request: HttpRequest) -> HttpResponse:
    book = selectors.read()
    form = SearchForm(request.GET or None)
    usable = not form.is_bound or form.is_valid()
    found = selectors.search(book.lines, **form.cleaned_data) if form.is_bound and usable else list(book.lines)
    page = Paginator(found if usable else [], PAGE_SIZE).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "form": form,
        "page": page,
        "found": len(found) if usable else 0,
        "total": len(book.lines),
        "reviewed": sum(bool(line.reviewers) for line in book.lines),
        "waiting": book.waiting,
        "query": query.urlencode(),
        "narrowed": any(value for name, value in query.items() if name != "words"),
        "book_section": "rules",
        **_may(request.user),
    }
    return render(request, "rulebook/rules.html", context)


@for_may(May.READ_RULES)
@require_safe
def rule(request: HttpRequest, rule: str) -> HttpResponse:
    return _rule_page(request, rule)


def _rule_page(request: HttpRequest, rule: str, **more) -> HttpResponse:
    book, line = _line(rule)
    row = book.state.row(rule)
    of = fingerprint(row) if row else ""
    context = {
        "line": line,
        "each": line.shown,
        "needs": selectors.condition_lines(line.rule),
        "history": book.of_rule(rule),
        "waits": next((change for change in book.of_rule(rule) if services.waits(change)), None),
        "mine": any(review.by_id == request.user.pk for review in book.reviews.get((rule, of), ()))
        or services.wrote(rule, of, request.user, book.changes),
        "of": of,
        "suspension": ReasonForm(initial={"of": of}),
        **_may(request.user),
        **more,
    }
    return render(request, "rulebook/rule.html", context)


@for_may(May.READ_RULES)
@require_safe
def changes(request: HttpRequest) -> HttpResponse:
    """What waits for a decision, and what was changed."""
    book = selectors.read()
    context = {
        "waiting": book.waiting,
        "page": Paginator([c for c in reversed(book.changes) if not services.waits(c)], PAGE_SIZE).get_page(
            request.GET.get("page")
        ),
        "book_section": "changes",
    }
    return render(request, "rulebook/changes.html", context)


def _change(public_id: str) -> tuple[selectors.Book, Change]:
    book = selectors.read()
    change = next((each for each in book.changes if each.public_id == public_id), None)
    if change is None:
        raise Http404
    return book, change


@for_may(May.READ_RULES)
@require_safe
def change(request: HttpRequest, public_id: str) -> HttpResponse:
    return _change_page(request, public_id)


def _change_page(request: HttpRequest, public_id: str, **more) -> HttpResponse:
    book, change = _change(public_id)
    waits = services.waits(change)
    context = {
        "change": change,
        "decision": active.decision_of(change),
        "line": book.line(change.rule),
        "parts": selectors.parts(change, selectors.row_against(change, book.changes)),
        "waits": waits,
        "form": DecideForm() if waits and request.user.is_reviewer and change.by_id != request.user.pk else None,
        "own": change.by_id == request.user.pk,
        **_may(request.user),
        **more,
    }
    return render(request, "rulebook/change.html", context)


@for_may(May.READ_TOUCHED_CASES)
@require_safe
def touched_cases(request: HttpRequest, public_id: str) -> HttpResponse:
    """The open cases that a change touches: judged without it, and with it."""
    book, change = _change(public_id)
    others = [each for each in book.changes if each.pk != change.pk and active.counts(each)]
    without = active.book_of(active.fold(others))
    context = {"change": change, "touched": touched(without, _with(book, change)), "waits": services.waits(change)}
    return render(request, "rulebook/touched.html", context)


def _with(book: selectors.Book, change: Change):
    """The book in force, and this change in it if it is not."""
    if active.counts(change):
        return book.book
    state = active.fold(book.changes)
    _put(state, change.rule, change.kind, change.content)
    state.behind[change.rule] = change
    return active.book_of(state)


def _put(state: active.State, rule: str, kind: str, content) -> None:
    if kind == Kind.AMEND:
        state.rows[rule] = content
    elif kind == Kind.SUSPEND:
        state.resting.add(rule)
    else:
        state.resting.discard(rule)


# --- reviewing and changing
@for_may(May.REVIEW_RULES)
@resendable
@require_POST
@_told
def sign_off(request: HttpRequest, rule: str) -> HttpResponse:
    form = SignOffForm(request.POST)
    if not form.is_valid():
        faults = " ".join(words for found in form.errors.values() for words in found)
        raise services.RuleChangeError(f"Your sign-off could not be kept: {faults}")
    services.sign_off(rule, **form.cleaned_data, user=request.user, by=Actor.of(request))
    messages.success(request, "You signed off this rule as it stands.")
    return redirect("rulebook:rule", rule)


@for_may(May.PROPOSE_RULES)
@resendable
@get_or_post
@_told
def amend(request: HttpRequest, rule: str) -> HttpResponse:
    book, line = _line(rule)
    row = book.state.row(rule) or {}
    if request.method != "POST":
        form = AmendForm(initial={"text": yaml_text.written(dict(row)), "of": fingerprint(row)})
        return render(request, "rulebook/amend.html", {"line": line, "form": form, **_may(request.user)})
    form = AmendForm(request.POST)
    seen = None
    if form.is_valid():
        given = form.cleaned_data
        try:
            if request.POST.get("do") != "look":
                made = services.amend(
                    rule, form.content, of=given["of"], reason=given["reason"], user=request.user, by=Actor.of(request)
                )
                _tell(request, made)
                return redirect("rulebook:change", made.public_id)
            seen = _look(book, rule, form.content, request.user)
        except KnowledgeError as error:
            form.add_error("text", ": ".join(filter(None, (error.where, error.fault))))
        except services.RuleChangeError as error:
            form.add_error(None, str(error))  # what was written stays on the page
    return render(request, "rulebook/amend.html", {"line": line, "form": form, "seen": seen, **_may(request.user)})


def _look(book: selectors.Book, rule: str, content, user: User) -> dict:
    """What an amendment would do: what it takes away, and which open cases it touches."""
    after = rule_of(content, rule)
    before = rule_of(book.state.row(rule) or {}, rule)
    state = active.fold(book.changes)
    state.rows[rule] = content
    state.resting.discard(rule)
    state.behind[rule] = Change(rule=rule, kind=Kind.AMEND)
    return {
        "losses": weakens(before, after, book.book),
        "touched": touched(book.book, active.book_of(state)),
    }


@for_may(May.PROPOSE_RULES)
@resendable
@require_POST
@_told
def suspend(request: HttpRequest, rule: str) -> HttpResponse:
    return _suspension(request, rule, services.suspend)


@for_may(May.PROPOSE_RULES)
@resendable
@require_POST
@_told
def restore(request: HttpRequest, rule: str) -> HttpResponse:
    return _suspension(request, rule, services.restore)


def _suspension(request: HttpRequest, rule: str, do: Callable[..., Change]) -> HttpResponse:
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _rule_page(request, rule, suspension=form, form=form)
    given = form.cleaned_data
    made = do(rule, of=given["of"], reason=given["reason"], user=request.user, by=Actor.of(request))
    _tell(request, made)
    return redirect("rulebook:change", made.public_id)


def _tell(request: HttpRequest, change: Change) -> None:
    if services.waits(change):
        who = "A second reviewer has" if change.by_reviewer else "A reviewer has"
        messages.info(request, f"Kept, and not in force yet. {who} to confirm it.")
    else:
        messages.success(request, "Kept, and in force from now on.")


@for_may(May.REVIEW_RULES)
@resendable
@require_POST
def decide(request: HttpRequest, public_id: str) -> HttpResponse:
    form = DecideForm(request.POST)
    if not form.is_valid():
        return _change_page(request, public_id, form=form)
    confirmed = form.cleaned_data["decision"] == "confirm"
    try:
        services.decide(
            public_id, confirmed=confirmed, reason=form.cleaned_data["reason"], user=request.user, by=Actor.of(request)
        )
    except Change.DoesNotExist:
        raise Http404 from None
    except services.RuleChangeError as error:
        return _not_kept(request, error, reverse("rulebook:change", args=[public_id]))
    else:
        messages.success(request, "Confirmed: it is in force from now on." if confirmed else "Declined.")
    return redirect("rulebook:change", public_id)
