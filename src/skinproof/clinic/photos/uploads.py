"""Taking several photos in one request: held in memory, each up to its limit and all up to theirs, none on a disk.

A photo that is too large is let go of as it comes, and told beside its field; the others of the same request are kept.
"""

from __future__ import annotations

import io
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler

from .checking import MOST_BYTES

MOST_TOGETHER = 48_000_000  # bytes of all files of a request that are held at once
MOST_SENT = 150_000_000  # bytes of a request that are read at all
TOO_LARGE, TOO_MUCH_TOGETHER = "too-large", "too-much-together"


class PhotoUploadHandler(FileUploadHandler):
    """Each file as an `InMemoryUploadedFile`, whose `refused` says why its content was let go of, or is empty."""

    def handle_raw_input(
        self, input_data: Any, META: Any, content_length: int, boundary: bytes, encoding: str | None = None
    ) -> None:
        if content_length > MOST_SENT:
            raise RequestDataTooBig("larger than all photos together may be")
        self.held = 0

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.pieces: list[bytes] = []
        self.size, self.refused = 0, ""

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.size += len(raw_data)
        if self.refused:
            return
        if self.size > MOST_BYTES:
            self._let_go(TOO_LARGE)
        elif self.held + self.size > MOST_TOGETHER:
            self._let_go(TOO_MUCH_TOGETHER)
        else:
            self.pieces.append(raw_data)

    def _let_go(self, why: str) -> None:
        self.refused, self.pieces = why, []

    def file_complete(self, file_size: int) -> InMemoryUploadedFile:
        content = b"".join(self.pieces)
        self.held += len(content)
        file = InMemoryUploadedFile(
            io.BytesIO(content), self.field_name, self.file_name, self.content_type, self.size, self.charset
        )
        file.refused = self.refused
        return file
