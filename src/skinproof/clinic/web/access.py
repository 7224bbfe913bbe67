"""Who may open a page. One gate, used by every view that is not public; it goes by the table of permissions."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from skinproof.clinic.people.models import STAFF
from skinproof.clinic.people.permissions import GUEST, May, may

from . import errors

View = Callable[..., HttpResponse]
get_or_post = require_http_methods(["GET", "HEAD", "POST"])


def sent(request: HttpRequest) -> QueryDict | None:
    """What a form on the page sent; None where the page is only looked at."""
    return request.POST if request.method == "POST" else None


def _to(name: str, request: HttpRequest) -> HttpResponse:
    """Send the person to a page of the sign-in, and back here afterwards. What they had written waits for them."""
    if errors.kept_values(request):
        return errors.page(request, "signed-out", 403, keep=True, sign_in=reverse(name))
    back = request.path if request.method == "GET" else ""
    return redirect(reverse(name) + (f"?{urlencode({'next': back})}" if back else ""))


def for_may(permission: May, *, verified: bool = True) -> Callable[[View], View]:
    """Open a view to the roles that have this permission.

    Nobody signed in: to the sign-in page, unless guests have it. Another role: refused. Staff whose second factor was
    not given in this sign-in: to that page, unless `verified` is False. The view carries `.permission`, which the tests
    hold against the table.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def gate(request: HttpRequest, *arguments: Any, **keywords: Any) -> HttpResponse:
            user = request.user
            request.signed_in = user.is_authenticated  # for error pages, which ask no database
            if not user.is_authenticated:
                if not may(GUEST, permission):
                    return _to("people:sign-in", request)
            elif not may(user.role, permission):
                raise PermissionDenied
            elif verified and user.role in STAFF and not user.is_verified():
                return _to("people:second-factor", request)
            return view(request, *arguments, **keywords)

        gate.permission = permission  # type: ignore[attr-defined]
        return gate

    return decorate
