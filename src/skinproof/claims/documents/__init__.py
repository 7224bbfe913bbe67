"""Reading what people hold in their hands: pasted text, text files, web pages, PDF and Word files, folders of them.

What a document is follows from its content, whatever its name says. Headings, lists and tables are kept as Markdown
writes them, which is how `skinproof.language.blocks` reads them. Nothing here opens a network connection.
"""

from __future__ import annotations

from ._errors import DocumentError, TooLargeError
from .folder import pages_of
from .reading import LARGEST_FILE, Document, Kind, read_document

__all__ = ["LARGEST_FILE", "Document", "DocumentError", "Kind", "TooLargeError", "pages_of", "read_document"]
