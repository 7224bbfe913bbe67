"""The text of a PDF, page by page, within a limit of time."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from skinproof.language.text import LONGEST

from ._errors import DocumentError, TooLargeError

MOST_PAGES = 500
MOST_SECONDS = 20
_READER = Path(__file__).with_name("_pdf_pages.py")
# A word broken at the end of a line; these keep their hyphen.
_BROKEN = re.compile(r"\b([a-z]{2,})-\n([a-z]{2,})")
_HYPHENED = frozenset(
    ("anti", "cell", "co", "cutting", "long", "mid", "non", "post", "pre", "self", "short", "skin", "stem", "well")
)


def text_of(content: bytes, source: str, charset: str | None = None) -> tuple[str, tuple[str, ...]]:
    """
    Raises:
        DocumentError: locked with a password, damaged, or pictures of text only.
        TooLargeError: too many pages, too much text, or too long to read.
    """
    told = _read_apart(content, source)
    fault = told.get("fault")
    if fault == "locked":
        raise DocumentError(f"{source} is locked with a password. Save a copy without one and try again.")
    if fault == "pages":
        raise TooLargeError(f"{source} has more than {MOST_PAGES} pages. Split it, and check each part.")
    if fault == "text":
        raise TooLargeError(f"{source} holds more than 1 MB of text. Split it, and check each part.")
    if fault is not None:
        raise DocumentError(
            f"{source} is damaged and cannot be read ({told.get('error')}). Open it, save it anew and try again."
        )
    pages: list[str] = told["pages"]
    bare = sum(not any(sign.isalpha() for sign in text) for text in pages)
    if bare == len(pages):
        raise DocumentError(
            f"{source} has no text in it: its pages are pictures, as from a scanner. "
            "Run text recognition over it, or paste its words."
        )
    said = f"{bare} of its {len(pages)} pages hold no text (pictures, perhaps) and could not be read."
    return _BROKEN.sub(_joined, "\n\n".join(pages)), (said,) if bare else ()


def _read_apart(content: bytes, source: str) -> dict[str, Any]:
    """Its pages, read in another process, which can be stopped: a crafted page may keep a reader busy for ever."""
    command = [sys.executable, "-I", str(_READER), str(MOST_PAGES), str(LONGEST)]
    try:
        done = subprocess.run(command, input=content, capture_output=True, timeout=MOST_SECONDS, check=False)  # noqa: S603
    except subprocess.TimeoutExpired:
        raise TooLargeError(
            f"{source} took more than {MOST_SECONDS} seconds to read, so we stopped. "
            "Split it, or copy its words and paste them."
        ) from None
    try:
        told: dict[str, Any] = json.loads(done.stdout)
    except ValueError:  # it ran out of memory, or was killed
        return {"fault": "damaged", "error": "it needs too much memory"}
    return told


def _joined(broken: re.Match[str]) -> str:
    return f"{broken[1]}{'-' if broken[1] in _HYPHENED else ''}{broken[2]}"
