"""The pages for what goes wrong. They use no database, show nothing of the inside, and give back what was typed."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sessions.exceptions import SessionInterrupted
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.db import DatabaseError, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.urls import Resolver404, resolve

# Never given back, whatever the page: they are secrets, or made anew.
NEVER = frozenset({"csrfmiddlewaretoken", "code"})
# More than a person types; beyond it the browser's Back button is the better way.
MOST_CHARACTERS = 200_000
MOST_DRAINED = 50_000_000  # bytes


def resendable(view: Callable) -> Callable:
    """Mark a view whose posted values may be offered again after a failure: nothing secret, and safe to send twice."""
    view.resendable = True  # type: ignore[attr-defined]
    return view


def _view_of(request: HttpRequest) -> Any:
    match = request.resolver_match
    if match is None:
        try:
            match = resolve(request.path_info)
        except Resolver404:
            return None
    return match.func


def kept_values(request: HttpRequest) -> list[tuple[str, str]]:
    """What was posted, in order, for the same form to be sent again; empty if this page's values are not given back."""
    if request.method != "POST" or not getattr(_view_of(request), "resendable", False):
        return []
    try:
        lists = list(request.POST.lists())
    except (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent, OSError, ValueError):
        return []
    pairs = [(name, value) for name, values in lists if _may_keep(name) for value in values]
    if sum(len(name) + len(value) for name, value in pairs) > MOST_CHARACTERS or any("\x00" in v for _, v in pairs):
        return []
    return pairs


def _may_keep(name: str) -> bool:
    return name not in NEVER and "password" not in name.lower()


def page(request: HttpRequest, template: str, status: int, *, keep: bool = False, **context: Any) -> HttpResponse:
    """Draw an error page without the database: no signed-in person is looked up for it."""
    pairs = kept_values(request) if keep else []
    if pairs:
        context["kept"] = pairs
        context["kept_path"] = request.get_full_path()
        context["csrf_token"] = get_token(request)
    context["csp_nonce"] = getattr(request, "csp_nonce", "")
    context["signed_in"] = _signed_in(request)
    return HttpResponse(render_to_string(f"errors/{template}.html", context), status=status)


def _signed_in(request: HttpRequest) -> bool:
    """Whether somebody is signed in: as the gate saw it. A page that no gate was at may be for anybody who has a
    session, and "your pages" leads those who are not signed in to where they do that."""
    seen = getattr(request, "signed_in", None)
    return settings.SESSION_COOKIE_NAME in request.COOKIES if seen is None else seen


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    if isinstance(exception, RequestDataTooBig):
        _drain(request)
        return page(request, "too-big", 413)
    if isinstance(exception, TooManyFieldsSent | TooManyFilesSent):
        return page(request, "too-big", 400, parts=True)
    # Django tells a session that could not be saved as a bad request.
    if isinstance(exception, SessionInterrupted) and _database_away(exception):
        return _unavailable(request, busy=somebody_saves(exception))
    return page(request, "bad-request", 400)


def _drain(request: HttpRequest) -> None:
    """Read the rest of what is sent and drop it: a browser cut off while it sends shows its own error, not our page."""
    left = MOST_DRAINED
    try:
        while left > 0 and (piece := request.read(65_536)):
            left -= len(piece)
    except OSError:  # the sender has gone
        return


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return page(request, "forbidden", 403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """A page that is not there, or not there for this person: the two look the same. A posted answer is given back."""
    private = request.path.startswith("/consultation/")
    return page(request, "not-found", 404, keep=True, private=private, back=request.path if private else "")


def server_error(request: HttpRequest) -> HttpResponse:
    """Anything that was not foreseen; a database that is locked or gone is told apart and can be tried again."""
    error = sys.exc_info()[1]
    if _database_away(error):
        return _unavailable(request, busy=somebody_saves(error))
    return page(request, "server-error", 500, keep=True)


def _behind(error: BaseException | None) -> Iterator[BaseException]:
    """An error and what it was raised for."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _database_away(error: BaseException | None) -> bool:
    """Whether the database is locked, gone or no database any more, behind this error."""
    # A plain DatabaseError from the driver is SQLite's word for a damaged file. Other kinds are faults of ours.
    return any(
        isinstance(each, OperationalError | InterfaceError)
        or (type(each) is DatabaseError and each.__cause__ is not None)
        for each in _behind(error)
    )


def somebody_saves(error: BaseException | None) -> bool:
    """Whether the database is well, and somebody else held for too long what was to be saved: a lock was waited for in
    vain, or two who waited for each other were parted (PostgreSQL's states, SQLite's primary codes)."""
    return any(
        getattr(each, "sqlstate", None) in ("55P03", "40P01", "40001")
        or (getattr(each, "sqlite_errorcode", 0) & 0xFF) in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
        for each in _behind(error)
    )


def _unavailable(request: HttpRequest, *, busy: bool = False) -> HttpResponse:
    response = page(request, "busy" if busy else "unavailable", 503, keep=True)
    response.headers["Retry-After"] = "10"
    return response


def too_many(request: HttpRequest, wait: int, what: str) -> HttpResponse:
    """Far more of something was asked for from one place than people ask for; `wait` is in seconds."""
    response = page(request, "too-many", 429, keep=True, minutes=max(1, -(-wait // 60)), what=what)
    response.headers["Retry-After"] = str(wait)
    return response


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that came without a good token: most often a page left open for long, or sent after signing in elsewhere.

    The values are offered again only if the browser says that the form was one of ours.
    """
    origin = request.headers.get("Origin", "")
    ours = bool(origin) and urlsplit(origin).netloc == request.get_host()
    return page(request, "form-too-old", 403, keep=ours)
