"""What happens to every request before a view sees it."""

from __future__ import annotations

import codecs
import uuid

from django.core.exceptions import BadRequest

from skinproof.clinic.post.limits import FloodError

from .errors import page, too_many

NUL = "\x00"


class RequestIdMiddleware:
    """Gives each request an id of its own, which ties the audit trail's entries and the log's lines together.

    An id that the client sends is not taken over: it could carry anything.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.request_id = uuid.uuid4().hex
        response = self.get_response(request)
        response.headers["X-Request-ID"] = request.request_id
        return response


class ReadableMiddleware:
    """Refuses what could reach the database unseen and cannot be stored: the character NUL, and any encoding but UTF-8.

    Form fields refuse NUL themselves, with a message beside the field. An encoding is the sender's word for how a body
    is to be read: some make characters of it that no database takes, and some make no text at all.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, arguments, keywords):
        if request.encoding is not None and codecs.lookup(request.encoding).name != "utf-8":
            raise BadRequest("an encoding that is not taken")
        if NUL in request.path or any(NUL in value for value in request.COOKIES.values()):
            raise BadRequest("a character that cannot be used")
        if any(NUL in key or any(NUL in v for v in values) for key, values in request.GET.lists()):
            raise BadRequest("a character that cannot be used")


class WrongMethodMiddleware:
    """Gives the answer to a wrong method words, which Django leaves empty."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if response.status_code == 405 and not response.content:
            allowed = response.headers["Allow"]
            response = page(request, "wrong-method", 405)
            response.headers["Allow"] = allowed
        return response


class FloodMiddleware:
    """Answers whoever asks for far too much."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_exception(self, request, exception):
        return too_many(request, exception.wait, exception.what) if isinstance(exception, FloodError) else None


class PrivatePagesMiddleware:
    """Pages about a person are kept by no cache, so that the Back button after signing out shows nothing."""

    PREFIXES = ("/account/", "/consultation/", "/desk/", "/owner/", "/prescriptions/", "/products/", "/rulebook/")

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if request.path.startswith(self.PREFIXES):
            response.headers.setdefault("Cache-Control", "no-store, private")
        return response
