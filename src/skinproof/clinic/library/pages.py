"""Public pages are the same for everyone: drawn once, kept in memory, and answered by their tag."""

from __future__ import annotations

import datetime as dt
import functools
import hashlib
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.http import http_date, quote_etag
from django.views.decorators.http import require_safe

from skinproof.evidence import library

KEEP = 600  # pages; about 20 MB
FRESH = 300  # seconds that a browser or proxy may keep a page without asking


@dataclass(frozen=True)
class Kept:
    body: bytes
    tag: str


_kept: OrderedDict[str, Kept] = OrderedDict()
_lock = Lock()


def last_modified() -> int:
    """The library's date as seconds since 1970."""
    return int(dt.datetime.combine(library().date, dt.time(), dt.UTC).timestamp())


def public_page(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A view whose answer depends on its address alone: safe methods only, kept in memory, ETag and Last-Modified.

    The page must not touch the session, the user or the database. Only answers with status 200 are kept.
    """

    @require_safe
    @functools.wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        key = request.get_full_path()
        kept = _find(key)
        if kept is None:
            response = view(request, *args, **kwargs)
            if response.status_code != 200:
                return response
            kept = Kept(response.content, quote_etag(hashlib.sha256(response.content).hexdigest()[:32]))
            _keep(key, kept)
        response = HttpResponse(kept.body)
        # Gives back the response it was given, or a 304 or 412 in its place.
        found: HttpResponse = get_conditional_response(
            request, etag=kept.tag, last_modified=last_modified(), response=response
        )
        found["ETag"] = kept.tag
        found["Last-Modified"] = http_date(last_modified())
        patch_cache_control(found, public=True, max_age=FRESH)
        return found

    return answer


def forget() -> None:
    """Drop every kept page."""
    with _lock:
        _kept.clear()


def _find(key: str) -> Kept | None:
    with _lock:
        if key in _kept:
            _kept.move_to_end(key)
            return _kept[key]
    return None


def _keep(key: str, kept: Kept) -> None:
    with _lock:
        _kept[key] = kept
        while len(_kept) > KEEP:
            _kept.popitem(last=False)
