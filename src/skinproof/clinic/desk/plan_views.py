"""The plan at the desk: write, check, sign, read, supersede."""

from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from skinproof.clinic.audit.services import Actor
from skinproof.clinic.consents import selectors as consents
from skinproof.clinic.consultations.ahead import read_ahead
from skinproof.clinic.consultations.models import Consultation
from skinproof.clinic.people.forms import CodeForm
from skinproof.clinic.people.permissions import May
from skinproof.clinic.people.views import explain
from skinproof.clinic.products import selectors as products
from skinproof.clinic.web.errors import resendable

from . import checks, drafting, holding, prescribing, sheet
from .case import verdict_words
from .content import PlanContent, intact, missing
from .gp import changed_since
from .judging import Judged, judged
from .models import Plan
from .plan_form import PlanEditor, choices, typed_values
from .sealing import seal
from .signing import NotReadyError, mark_of, sign
from .views import of_case, to_case


def _draft(request: HttpRequest, case: Consultation) -> Plan:
    holding.must_hold(case, request.user)
    plan = drafting.draft_of(case)
    if plan is None:
        raise holding.CaseError("There is no draft now: it was signed or thrown away. Start one from here.")
    return plan


def _editor(request: HttpRequest, plan: Plan, found: Judged, content: PlanContent) -> PlanEditor:
    prescribed = prescribing.problems(plan.consultation, content, found)
    overrides, named = plan.overrides.select_related("doctor"), products.against(plan, content)
    lines = checks.lines(content, found, overrides, request.user, prescribed, named)
    weighed = [(form, verdict_words(found.now.treatments[form])) for form in found.forms]
    return PlanEditor(
        choices=choices(weighed), lines=lines, doctor_id=request.user.pk, concern=plan.consultation.concern
    )


def _version(request: HttpRequest, plan: Plan) -> int:
    """The version of this plan that the page showed; 0, which no plan has, if it showed another plan.

    Versions of two drafts can be the same number: what was read in one must not save, discard or sign the other.
    """
    text = request.POST.get("version", "")
    if request.POST.get("plan") != plan.public_id:
        return 0
    return int(text[:9]) if text.isascii() and text.isdigit() else 0


@of_case
@require_POST
def start(request: HttpRequest, case: Consultation) -> HttpResponse:
    """A new draft: empty, or a copy of the plan in force."""
    drafting.start_draft(case.public_id, request.user, by=Actor.of(request))
    return redirect("desk:plan", case.public_id)


@of_case
@resendable
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, case: Consultation) -> HttpResponse:
    plan = _draft(request, case)
    content = PlanContent.of(plan.content)
    found = judged(case, also=content.forms)
    editor = _editor(request, plan, found, content)
    if request.method != "POST":
        return _edit_page(request, case, plan, editor.fill(content))
    action = request.POST.get("do", "save")
    if action not in ("save", "save-and-record"):
        editor.typed(request.POST, check=False)
        editor.do(action)  # "edit", from the page of two versions, only shows what was typed
        return _edit_page(request, case, plan, editor, version=_version(request, plan))
    if not editor.typed(request.POST, check=True).is_valid():
        return _edit_page(request, case, plan, editor, version=_version(request, plan))
    return _save(request, case, plan, editor)


def _save(request: HttpRequest, case: Consultation, plan: Plan, editor: PlanEditor) -> HttpResponse:
    try:
        drafting.save_draft(
            plan.public_id,
            request.user,
            editor.content(),
            editor.reasons.reasons(),
            version=_version(request, plan),
            by=Actor.of(request),
        )
    except drafting.StalePlanError as stale:
        return _stale_page(request, case, stale.plan, editor.content())
    except Plan.DoesNotExist:
        raise holding.CaseError("The draft was thrown away from elsewhere.") from None
    messages.success(request, "The draft is saved.")
    if request.POST.get("do") == "save-and-record":
        return to_case(case, "record")
    return redirect("desk:plan", case.public_id)


def _edit_page(
    request: HttpRequest, case: Consultation, plan: Plan, editor: PlanEditor, *, version: int | None = None
) -> HttpResponse:
    reasons = {where: editor.reasons[name] for name, where in editor.reasons.places.items()}
    context = {
        "case": case,
        "plan": plan,
        "editor": editor,
        "version": plan.version if version is None else version,
        "groups": [
            (group, [(line, reasons.get(line.where)) for line in group.lines]) for group in checks.groups(editor.lines)
        ],
        "open_groups": sum(not group.solved for group in checks.groups(editor.lines)),
        "saved": not editor.bound and version is None,
    }
    return render(request, "desk/plan-edit.html", context)


def _stale_page(request: HttpRequest, case: Consultation, plan: Plan, typed: PlanContent) -> HttpResponse:
    """Both versions side by side, with what was typed kept, and a way to save it on top."""
    context = {
        "case": case,
        "plan": plan,
        "differences": sheet.differences(PlanContent.of(plan.content), typed),
        "typed": typed_values(request.POST),
    }
    return render(request, "desk/plan-stale.html", context, status=409)


@of_case
@require_POST
def discard(request: HttpRequest, case: Consultation) -> HttpResponse:
    plan = _draft(request, case)
    try:
        drafting.discard_draft(plan.public_id, request.user, version=_version(request, plan), by=Actor.of(request))
    except drafting.StalePlanError:
        messages.error(request, "The draft was saved from elsewhere after that page was shown. Look at it first.")
        return redirect("desk:plan", case.public_id)
    messages.success(request, "The draft is thrown away.")
    return to_case(case, "plan")


@sensitive_post_parameters("code")
@of_case
@require_http_methods(["GET", "POST"])
def signature(request: HttpRequest, case: Consultation) -> HttpResponse:
    """The plan as the person will read it, what still stands against it, and the code that signs it."""
    plan = drafting.draft_of(case)
    done = case.plan_in_force if plan is None and request.method == "POST" else None
    if done is not None and done.signed_by_id == request.user.pk and request.POST.get("plan") == done.public_id:
        return redirect("desk:signed-plan", case.public_id, done.number)  # a second press finds the first one's work
    plan = _draft(request, case)
    form, status = CodeForm(request.POST or None), 200
    if request.method == "POST" and form.is_valid():
        read_ahead(case.public_id)
        try:
            result = sign(
                plan.public_id,
                request.user,
                version=_version(request, plan),
                code=form.cleaned_data["code"],
                seen=request.POST.get("seen"),
                by=Actor.of(request),
            )
        except drafting.StalePlanError:
            messages.warning(request, "The draft was saved from elsewhere after that page was shown. Read it again.")
            return redirect("desk:sign", case.public_id)
        except holding.StaleCaseError:
            messages.warning(
                request, "Something changed in the case after that page was shown: nothing is signed. Look at the case "
                "(a message, a photo, an answer, a product), then read the plan again.",
            )  # fmt: skip
            return redirect("desk:sign", case.public_id)
        except NotReadyError as refused:
            form, status = CodeForm(), 409
            messages.error(request, str(refused))
        except Plan.DoesNotExist:
            raise holding.CaseError("The draft was thrown away from elsewhere.") from None
        else:
            if result.signed:
                messages.success(request, "The plan is signed. The person can read it now.")
                return redirect("desk:signed-plan", case.public_id, result.plan.number)
            status = explain(form, result.code)
    content = PlanContent.of(plan.content)
    found = judged(case, also=content.forms)
    gaps = missing(content, today=timezone.localdate())
    prescribed = prescribing.problems(case, content, found)
    overrides, named = plan.overrides.select_related("doctor"), products.against(plan, content)
    lines = checks.lines(content, found, overrides, request.user, prescribed, named)
    context = {
        "case": case,
        "plan": plan,
        "seen": mark_of(plan),
        "sheet": sheet.show(plan, seal(case, plan, content, found, prescribed)),
        "form": form,
        "gaps": gaps,
        "problems": [group for group in checks.groups(lines) if not group.solved],
        "reasons": [line for line in lines if line.solved],
        "consents": [line for line in consents.of_forms(case, content.forms) if not line.given],
        "ready": not gaps and all(line.solved for line in lines),
    }
    return render(request, "desk/plan-sign.html", context, status=status)


@partial(of_case, permission=May.READ_DECIDED)
@require_safe
def signed(request: HttpRequest, case: Consultation, number: int) -> HttpResponse:
    """A signed plan as the person reads it, with what only the clinic sees."""
    plan = case.plans.select_related("signed_by", "supersedes").exclude(signed_at=None).filter(number=number).first()
    if plan is None:
        raise Http404
    latest = case.plan_in_force
    context = {
        "case": case,
        "plan": plan,
        "sheet": sheet.show(plan, plan.sealed),
        "gp_now": changed_since(plan),
        "intact": intact(plan),
        "in_force": latest is not None and latest.pk == plan.pk,
        "latest": latest,
    }
    return render(request, "desk/plan-signed.html", context)
