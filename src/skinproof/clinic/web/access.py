"""Who may open a page. One gate, used by every view that is not public."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from skinproof.clinic.audit.models import ActorRole
from skinproof.clinic.people.models import STAFF, Role
from skinproof.clinic.people.permissions import ALLOWED, May

from . import errors

View = Callable[..., HttpResponse]
get_or_post = require_http_methods(["GET", "HEAD", "POST"])


def _to(name: str, request: HttpRequest) -> HttpResponse:
    """Send the person to a page of the sign-in, and back here afterwards. What they had written waits for them."""
    if errors.kept_values(request):
        return errors.page(request, "signed-out", 403, keep=True, sign_in=reverse(name))
    back = request.path if request.method == "GET" else ""
    return redirect(reverse(name) + (f"?{urlencode({'next': back})}" if back else ""))


def for_roles(*roles: str, verified: bool = True) -> Callable[[View], View]:
    """Open a view to these roles only.

    Nobody signed in: to the sign-in page. Another role: refused. Staff whose second factor was not given in this
    sign-in: to that page, unless `verified` is False. The view carries `.roles`, which the tests walk.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def gate(request: HttpRequest, *arguments: Any, **keywords: Any) -> HttpResponse:
            user = request.user
            if not user.is_authenticated:
                return _to("people:sign-in", request)
            if user.role not in roles:
                raise PermissionDenied
            if verified and user.role in STAFF and not user.is_verified():
                return _to("people:second-factor", request)
            return view(request, *arguments, **keywords)

        gate.roles = frozenset(roles)  # type: ignore[attr-defined]
        return gate

    return decorate


def for_may(permission: May, *, verified: bool = True) -> Callable[[View], View]:
    """Open a view to the roles that the table of permissions gives this one; see `for_roles`."""
    return for_roles(*ALLOWED[permission], verified=verified)


def for_people_and_guests(view: View) -> View:
    """Open a view to people with an account and to guests, not to the clinic's doctors and owners."""

    @wraps(view)
    def gate(request: HttpRequest, *arguments: Any, **keywords: Any) -> HttpResponse:
        if request.user.is_authenticated and request.user.role != Role.PERSON:
            raise PermissionDenied
        return view(request, *arguments, **keywords)

    gate.roles = frozenset({Role.PERSON, ActorRole.GUEST})  # type: ignore[attr-defined]
    return gate
