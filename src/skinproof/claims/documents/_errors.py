from __future__ import annotations

from skinproof.language import TextError


class DocumentError(TextError):
    """A document that cannot be read; the message names it and says what to do."""


class TooLargeError(DocumentError):
    """A document that holds more than can be read at a time."""
