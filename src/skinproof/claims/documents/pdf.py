"""The text of a PDF, page by page."""

from __future__ import annotations

import io
import logging
import re

from pypdf import PdfReader
from pypdf.errors import DependencyError, FileNotDecryptedError

from skinproof.language.text import LONGEST

from ._errors import DocumentError, TooLargeError

MOST_PAGES = 500
# A word broken at the end of a line; these keep their hyphen.
_BROKEN = re.compile(r"\b([a-z]{2,})-\n([a-z]{2,})")
_HYPHENED = frozenset(
    ("anti", "cell", "co", "cutting", "long", "mid", "non", "post", "pre", "self", "short", "skin", "stem", "well")
)


def text_of(content: bytes, source: str, charset: str | None = None) -> tuple[str, tuple[str, ...]]:
    """
    Raises:
        DocumentError: locked with a password, damaged, or pictures of text only.
        TooLargeError: too many pages, or too much text.
    """
    locked = f"{source} is locked with a password. Save a copy without one and try again."
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # its warnings quote the document
    try:
        reader = PdfReader(io.BytesIO(content))
        if reader.is_encrypted and not reader.decrypt(""):
            raise DocumentError(locked)
        if len(reader.pages) > MOST_PAGES:
            raise TooLargeError(f"{source} has more than {MOST_PAGES} pages. Split it, and check each part.")
        pages: list[str] = []
        room = LONGEST
        for page in reader.pages:
            pages.append(page.extract_text().strip())
            room -= len(pages[-1])
            if room < 0:
                raise TooLargeError(f"{source} holds more than 1 MB of text. Split it, and check each part.")
    except DocumentError:
        raise
    except (DependencyError, FileNotDecryptedError):
        raise DocumentError(locked) from None
    except Exception as error:  # a damaged PDF can fail in any way
        raise DocumentError(
            f"{source} is damaged and cannot be read ({type(error).__name__}). Open it, save it anew and try again."
        ) from None
    bare = sum(not any(sign.isalpha() for sign in text) for text in pages)
    if bare == len(pages):
        raise DocumentError(
            f"{source} has no text in it: its pages are pictures, as from a scanner. "
            "Run text recognition over it, or paste its words."
        )
    said = f"{bare} of its {len(pages)} pages hold no text (pictures, perhaps) and could not be read."
    return _BROKEN.sub(_joined, "\n\n".join(pages)), (said,) if bare else ()


def _joined(broken: re.Match[str]) -> str:
    return f"{broken[1]}{'-' if broken[1] in _HYPHENED else ''}{broken[2]}"
