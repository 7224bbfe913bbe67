"""From bytes to text, by what the bytes are."""

from __future__ import annotations

import codecs
import importlib
import re
from dataclasses import dataclass
from typing import Literal

from skinproof.language.text import LONGEST

from ._errors import DocumentError, TooLargeError

Kind = Literal["text", "html", "pdf", "docx"]

LARGEST_FILE = 10_000_000  # bytes; a PDF or Word file carries pictures beside its text
_READERS = {"html": "html", "pdf": "pdf", "docx": "word"}
_NEEDS = {"html": "lxml", "pdf": "pypdf", "docx": "docx"}

_MARKUP = re.compile(
    rb"(?:\s|<!--.*?-->|<\?xml[^>]*>)*<(?:!doctype\s+html|html|head|body|main|article|section|div|title|meta|h[1-6]|p)\b",
    re.I | re.S,
)
# What the first bytes of a file say that we do not read, and what to do about it.
_OTHERS: tuple[tuple[bytes, str], ...] = (
    (b"\xd0\xcf\x11\xe0", "is an old Word file (.doc) or locked with a password. Save it as .docx without one"),
    (b"{\\rtf", "is a rich text file (.rtf). Save it as .docx or as plain text"),
    (b"\x89PNG", "is a picture. Type or paste its words"),
    (b"\xff\xd8\xff", "is a picture. Type or paste its words"),
    (b"GIF8", "is a picture. Type or paste its words"),
    (b"RIFF", "is a picture or a sound. Type or paste its words"),
    (b"\x1f\x8b", "is packed (gzip). Unpack it first"),
    (b"7z\xbc\xaf", "is packed (7z). Unpack it first"),
    (b"Rar!", "is packed (rar). Unpack it first"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Document:
    source: str
    kind: Kind
    text: str
    notes: tuple[str, ...] = ()  # what of the document was not read, in sentences


def read_document(content: bytes, source: str, charset: str | None = None) -> Document:
    """The text of a document. `source` is its name in messages; `charset` what a web server said of it.

    Raises:
        TooLargeError: more than `LARGEST_FILE` bytes, or more text than can be read at a time.
        DocumentError: empty, not text, locked, damaged, without words in it, or of a kind that is not read.
    """
    if len(content) > LARGEST_FILE:
        raise TooLargeError(
            f"{source} is larger than {LARGEST_FILE // 1_000_000} MB. Take out its pictures, or split it."
        )
    kind = _kind(content, source)
    notes: tuple[str, ...] = ()
    if kind == "text":
        text = decoded(content, source, charset)
    else:
        try:
            importlib.import_module(_NEEDS[kind])
        except ImportError:
            raise DocumentError(
                f"{source}: reading this kind of document needs a package that is not installed: "
                "pip install 'skinproof[documents]'."
            ) from None
        reader = importlib.import_module(f".{_READERS[kind]}", __package__)
        text, notes = reader.text_of(content, source, charset)
    text = text.replace("\r\n", "\n").replace("\r", "\n").lstrip("\ufeff")
    if len(text) > LONGEST:
        raise TooLargeError(
            f"{source} holds more than 1 MB of text ({LONGEST:,} characters). Split it, and check each part."
        )
    if not any(sign.isalpha() for sign in text):
        raise DocumentError(f"{source} holds no words.")
    return Document(source, kind, text, notes)


def _kind(content: bytes, source: str) -> Kind:
    start = content[:4096]
    if b"%PDF-" in start[:1024]:
        return "pdf"
    if start.startswith(b"PK\x03\x04"):
        return "docx"  # its reader tells a Word file from another zip
    for magic, says in _OTHERS:
        if start.startswith(magic):
            raise DocumentError(f"{source} {says}.")
    if _MARKUP.match(start.removeprefix(b"\xef\xbb\xbf")):
        return "html"
    if re.search(r"\.x?html?$", source, re.I) and re.search(rb"<(?:p|div|h[1-6]|li|body)\b", content, re.I):
        return "html"
    return "text"


def decoded(content: bytes, source: str, charset: str | None = None) -> str:
    """Text from bytes: by its byte order mark, by what was said of it, else UTF-8.

    Raises:
        DocumentError: no text in that encoding, or not text at all.
    """
    marks = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
    named = next((name for mark, name in marks if content.startswith(mark)), None) or charset or "utf-8"
    try:
        if codecs.lookup(named).name in _NO_ENCODINGS_OF_TEXT:
            raise LookupError
        text = content.decode(named)
    except LookupError:
        raise DocumentError(f"{source} says that it is written in “{named}”, which is no known encoding.") from None
    except UnicodeDecodeError as error:
        if b"\x00" in content:
            raise DocumentError(f"{source} is not text. Give a text, web page, PDF or Word (.docx) file.") from None
        place = f"byte {error.start + 1:,}"
        raise DocumentError(
            f"{source} is not written in {named.upper()} ({place}). Save it with the encoding UTF-8 and try again."
        ) from None
    # A few stray control characters are forgiven; a file of them is a program or a picture.
    odd = sum(text.count(sign) for sign in _CONTROL)
    if "\x00" in text or odd > len(text) // 100:
        raise DocumentError(f"{source} is not text. Give a text, web page, PDF or Word (.docx) file.")
    return text.translate(_DROP) if odd else text


# Python's own, and one that was never safe to guess from: no page or file is written in them.
_NO_ENCODINGS_OF_TEXT = frozenset(("idna", "punycode", "undefined", "unicode-escape", "raw-unicode-escape", "utf-7"))
_CONTROL = tuple(chr(code) for code in (*range(1, 9), *range(14, 32)))
_DROP = {ord(sign): " " for sign in _CONTROL}
