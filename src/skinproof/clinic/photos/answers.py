"""A photo as an answer to a browser, with everything that keeps it to itself."""

from __future__ import annotations

from django.http import HttpResponse

from . import storage
from .models import Photo


def image(photo: Photo, size: str) -> HttpResponse:
    """The kept JPEG.

    Raises:
        FileNotFoundError: it is not there (any more).
    """
    response = HttpResponse(storage.read(photo.name, size), content_type="image/jpeg")
    response.headers["Content-Disposition"] = f'inline; filename="photo-{photo.view}.jpg"'
    response.headers["Cache-Control"] = "no-store, private"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    response.headers["X-Robots-Tag"] = "noindex"
    return response
