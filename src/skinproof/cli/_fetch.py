"""Fetching one page from the web, on the machine of whoever asks."""

from __future__ import annotations

import time
import urllib.error
import urllib.request
from http.client import HTTPException
from urllib.parse import urlsplit

from skinproof import __version__
from skinproof.claims.documents import LARGEST_FILE

from ._common import UserError

SECONDS = 20.0  # for each answer of the server
ALL_SECONDS = 60.0
REDIRECTS = 5


def is_address(name: str) -> bool:
    return "://" in name


class _Redirects(urllib.request.HTTPRedirectHandler):
    max_redirections = REDIRECTS
    max_repeats = 2

    def redirect_request(self, req, fp, code, msg, headers, newurl):
        _check(newurl)
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def fetch(address: str) -> tuple[bytes, str | None]:
    """What is at an address, and the encoding that its server names.

    Raises:
        UserError: no web address, not there, too slow, too large, or it leads elsewhere too often.
    """
    _check(address)
    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler(), urllib.request.HTTPHandler(), urllib.request.HTTPSHandler(),
        urllib.request.HTTPDefaultErrorHandler(), urllib.request.HTTPErrorProcessor(), _Redirects(),
        urllib.request.UnknownHandler(),
    ):  # fmt: skip
        opener.add_handler(handler)
    asked = urllib.request.Request(  # noqa: S310 - only http and https, as checked
        address,
        headers={
            "User-Agent": f"skinproof/{__version__} (checks claims; run by a person)",
            "Accept": "text/html, text/plain, application/pdf, */*;q=0.1",
            "Accept-Encoding": "identity",
        },
    )
    until = time.monotonic() + ALL_SECONDS
    try:
        with opener.open(asked, timeout=SECONDS) as answer:
            pieces: list[bytes] = []
            size = 0
            while piece := answer.read1(65_536):
                pieces.append(piece)
                size += len(piece)
                if size > LARGEST_FILE:
                    raise UserError(f"{address} is larger than {LARGEST_FILE // 1_000_000} MB")
                if time.monotonic() > until:
                    raise UserError(f"{address}: not all there after {ALL_SECONDS:g} seconds")
            return b"".join(pieces), answer.headers.get_content_charset()
    except urllib.error.HTTPError as error:
        why = f"the server answers {error.code} {error.reason}"
        if 300 <= error.code < 400:
            loops = "infinite loop" in str(error.reason)
            why = "it leads elsewhere too often" if loops else "it leads to what is neither http:// nor https://"
        raise UserError(f"{address}: {why}") from None
    except TimeoutError:
        raise UserError(f"{address}: no answer within {SECONDS:g} seconds") from None
    except urllib.error.URLError as error:
        raise UserError(f"{address} cannot be reached ({_why(error.reason)})") from None
    except (OSError, HTTPException, ValueError) as error:
        raise UserError(f"{address} cannot be fetched ({_why(error)})") from None


def _check(address: str) -> None:
    try:
        parts = urlsplit(address)
        whole = parts.scheme in ("http", "https") and bool(parts.hostname)
        _ = parts.port
    except ValueError:
        whole = False
    if not whole or any(sign.isspace() or ord(sign) < 32 for sign in address):
        raise UserError(f"{address}: only addresses that begin with http:// or https:// can be fetched")


def _why(reason: object) -> str:
    if isinstance(reason, TimeoutError):
        return f"no answer within {SECONDS:g} seconds"
    return str(getattr(reason, "strerror", None) or reason or type(reason).__name__)
