from __future__ import annotations

from urllib.parse import urlsplit

import segno
from django.conf import settings
from django.contrib.auth import views as auth_views
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse, reverse_lazy
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from skinproof.clinic.audit.services import Actor
from skinproof.clinic.consultations import selectors as consultations
from skinproof.clinic.post import limits
from skinproof.clinic.post.models import Letter
from skinproof.clinic.post.services import address
from skinproof.clinic.web.access import for_may, get_or_post

from . import guessing, services
from .forms import CodeForm, EmailForm, NewPasswordForm, SignInForm
from .models import User
from .permissions import HOMES, May


def _next(request: HttpRequest, default: str) -> str:
    """Where to go afterwards: the page asked for, if it is one of ours."""
    target = request.POST.get("next") or request.GET.get("next") or ""
    if url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
        return target
    return reverse(default)


# --- signing in and out
class SignIn(auth_views.LoginView):
    http_method_names = ["get", "head", "post"]
    template_name = "people/sign-in.html"
    authentication_form = SignInForm

    def dispatch(self, request, *args, **kwargs):
        if request.user.is_authenticated:
            onward = self.get_success_url()
            return redirect("people:home" if urlsplit(onward).path == request.path else onward)
        return super().dispatch(request, *args, **kwargs)

    def post(self, request, *args, **kwargs):
        if wait := guessing.wait(services.attempted_address(request), limits.place(request)):
            services.locked_out(request_id=request.request_id)
            return _closed(request, minutes=-(-wait // 60), everywhere=True)
        return super().post(request, *args, **kwargs)

    def form_valid(self, form):
        services.sign_in(self.request, form.get_user())
        guessing.right(form.get_user().email, limits.place(self.request))
        return redirect(self.get_success_url())

    def form_invalid(self, form):
        # What django-axes refuses to look at is no guess: counted, one place could close an account to everybody.
        if (address := form.cleaned_data.get("username")) and not getattr(self.request, "axes_locked_out", False):
            services.sign_in_failed(address, request_id=self.request.request_id)
            guessing.wrong(services.attempted_address(self.request), limits.place(self.request))
        return super().form_invalid(form)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    services.sign_out(request)
    return redirect(settings.LOGOUT_REDIRECT_URL)


def locked_out(request: HttpRequest, response: HttpResponse | None, credentials: dict | None) -> HttpResponse:
    """Too many wrong sign-ins for this address from this place (called by django-axes)."""
    services.locked_out(request_id=request.request_id)
    return _closed(request, minutes=round(settings.AXES_COOLOFF_TIME * 60), everywhere=False)


def _closed(request: HttpRequest, *, minutes: int, everywhere: bool) -> HttpResponse:
    return render(request, "people/locked-out.html", {"minutes": minutes, "everywhere": everywhere}, status=429)


# --- an account by a letter with a link
def _set_password_link(request: HttpRequest):
    def link(user: User) -> str:
        return address(request, reverse("people:set-password", kwargs=services.password_link_parts(user)))

    return link


def _sent(request: HttpRequest, message: Letter | None) -> HttpResponse:
    # In a demonstration mail goes nowhere, so the page shows the letter.
    letter = message.body if settings.DEMO and message else None
    return render(
        request, "people/sent.html", {"letter": letter, "demo": settings.DEMO, "most": settings.LETTERS_TO_AN_ADDRESS}
    )


@get_or_post
def register(request: HttpRequest) -> HttpResponse:
    if request.user.is_authenticated:
        return redirect("people:home")
    form = EmailForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        message = services.ask_for_account(
            form.cleaned_data["email"],
            by=Actor.of(request),
            link=_set_password_link(request),
            sign_in_url=address(request, reverse("people:sign-in")),
            place=limits.place(request),
        )
        return _sent(request, message)
    return render(request, "people/register.html", {"form": form})


@get_or_post
def reset(request: HttpRequest) -> HttpResponse:
    form = EmailForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        message = services.ask_for_reset(
            form.cleaned_data["email"], link=_set_password_link(request), place=limits.place(request)
        )
        return _sent(request, message)
    return render(request, "people/reset.html", {"form": form})


class SetPassword(auth_views.PasswordResetConfirmView):
    """The page a letter's link opens. A link that is used up, too old or altered is told as gone."""

    http_method_names = ["get", "head", "post"]
    template_name = "people/set-password.html"
    form_class = NewPasswordForm
    success_url = reverse_lazy("people:home")

    @method_decorator(sensitive_post_parameters())
    def dispatch(self, *args, **kwargs):
        kwargs["uidb64"] = kwargs.pop("uid")
        # A session of an earlier password is emptied when its user is first asked for: now, and not once it holds the
        # link's token.
        bool(self.request.user.is_authenticated)
        return super().dispatch(*args, **kwargs)

    def form_valid(self, form):
        user = services.set_password(
            form.user,
            form.cleaned_data["new_password1"],
            name=form.cleaned_data.get("name"),
            by=Actor(form.user.role, form.user.pk, self.request.request_id),
        )
        self.request.session.pop(auth_views.INTERNAL_RESET_SESSION_TOKEN, None)
        user.backend = "django.contrib.auth.backends.ModelBackend"
        services.sign_in(self.request, user)
        guessing.right(user.email, limits.place(self.request))
        return redirect(self.success_url)

    def render_to_response(self, context, **keywords):
        if not self.validlink:
            return render(self.request, "people/link-gone.html", status=410)
        return super().render_to_response(context, **keywords)


# --- the second factor
@sensitive_post_parameters()
@get_or_post
@for_may(May.SECOND_FACTOR, verified=False)
def second_factor(request: HttpRequest) -> HttpResponse:
    onward = _next(request, "people:home")
    if request.user.is_verified():
        return redirect(onward)
    if services.confirmed_device(request.user) is None:
        return redirect("people:second-factor-set-up")
    form, status = CodeForm(request.POST or None), 200
    if request.method == "POST" and form.is_valid():
        result = services.pass_second_factor(request, form.cleaned_data["code"])
        if result.right:
            return redirect(onward)
        status = explain(form, result)
    return render(request, "people/second-factor.html", {"form": form, "next": onward}, status=status)


@sensitive_post_parameters()
@get_or_post
@for_may(May.SECOND_FACTOR, verified=False)
def second_factor_set_up(request: HttpRequest) -> HttpResponse:
    if services.confirmed_device(request.user) is not None:
        # A password alone must never replace the second factor.
        return redirect("people:home" if request.user.is_verified() else "people:second-factor")
    device = services.begin_enrolment(request)
    form, status = CodeForm(request.POST or None), 200
    if request.method == "POST" and form.is_valid():
        result = services.confirm_enrolment(request, form.cleaned_data["code"])
        if result.right:
            return redirect("people:home")
        status = explain(form, result)
    context = {
        "form": form,
        "qr": segno.make(device.config_url, error="m").svg_inline(scale=5, light="#fff", dark="#000"),
        "key": services.typed_key(device),
    }
    return render(request, "people/second-factor-set-up.html", context, status=status)


def explain(form: CodeForm, result: services.FactorCheck) -> int:
    """Put the refusal of a code beside its field; returns the status of the page."""
    if result.wait:
        seconds = "1 second" if result.wait == 1 else f"{result.wait} seconds"
        form.add_error("code", f"Too many wrong codes. Wait {seconds}, then enter a new code.")
        return 429
    form.add_error("code", "That code is wrong, too old, or was used before. Wait for the next one and enter that.")
    return 200


# --- home
@for_may(May.HOME)
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    if target := HOMES.get(request.user.role):
        return redirect(target)
    context = {"own": consultations.of_person(request.user), "as_guest": consultations.of_session(request)}
    return render(request, "people/home.html", context)
