"""Logs that name a page's pattern and a status: never an answer, a name, an address or a record's id."""

from __future__ import annotations

import logging
import traceback
from types import TracebackType

from django.db import InterfaceError, OperationalError

# The messages of these tell of the database's state. Others quote what was being stored.
TOLD = (OperationalError, InterfaceError)


def _pattern(request) -> str:
    match = getattr(request, "resolver_match", None)
    return f"/{match.route}" if match else "(no such page)"


class PrivateFilter(logging.Filter):
    """Replaces a request's path by the pattern of its page, in Django's own lines about requests."""

    def filter(self, record: logging.LogRecord) -> bool:
        request = getattr(record, "request", None)
        if request is not None and hasattr(request, "path"):
            status = getattr(record, "status_code", "")
            request_id = getattr(request, "request_id", "")
            record.msg = "%s %s %s request %s"
            record.args = (request.method, _pattern(request), status, request_id)
        return True


class PrivateFormatter(logging.Formatter):
    """Prints where an error came from, without its message or the lines' values: both can quote a person's words."""

    def formatException(self, exc_info) -> str:
        kind, error, trace = exc_info
        return "\n".join(self._lines(kind, error, trace))

    def _lines(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> list[str]:
        lines = [f"  {frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(trace)]
        if error is not None and (cause := error.__cause__) is not None:
            lines = [*self._lines(type(cause), cause, cause.__traceback__), "which led to", *lines]
        name = kind.__name__ if kind else "error"
        told = f": {str(error).splitlines()[0]}" if isinstance(error, TOLD) and str(error) else ""
        return [*lines, f"  {name}{told}"]
