"""The audit trail as CSV, safe to open in a spreadsheet, or as JSON lines; sent as it is read."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator

from skinproof.clinic.audit.models import Entry

HEADINGS = ("number", "at", "role", "account", "did", "record", "record id", "request", "reason", "detail")
# What makes a spreadsheet take a cell for a formula.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # the last four at full width
BYTE_ORDER_MARK = "\ufeff"  # spreadsheets then read the rest as UTF-8


class _Line:
    """What `csv.writer` writes to: it hands each line back."""

    def write(self, line: str) -> str:
        return line


def safe(value: object) -> str:
    """A cell as text; one that a spreadsheet would run as a formula gets an apostrophe before it."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def rows(entries: Iterable[Entry]) -> Iterator[str]:
    """Line by line, with the headings first."""
    writer = csv.writer(_Line())
    yield BYTE_ORDER_MARK + writer.writerow(HEADINGS)
    for entry in entries:
        yield writer.writerow(
            safe(value)
            for value in (
                entry.pk,
                entry.at.isoformat(timespec="seconds"),
                entry.role,
                entry.actor_id,
                entry.verb,
                entry.object_type,
                entry.object_id,
                entry.request_id,
                entry.reason,
                json.dumps(entry.detail, sort_keys=True, ensure_ascii=False),
            )
        )


def json_lines(entries: Iterable[Entry]) -> Iterator[str]:
    """One JSON object a line, with the fields of the CSV file, as they are stored."""
    for entry in entries:
        row = {
            "number": entry.pk,
            "at": entry.at.isoformat(),
            "role": entry.role,
            "account": entry.actor_id,
            "did": entry.verb,
            "record": entry.object_type,
            "record id": entry.object_id,
            "request": entry.request_id,
            "reason": entry.reason,
            "detail": entry.detail,
        }
        yield json.dumps(row, ensure_ascii=False) + "\n"


# {format: (how it is written, its media type, the ending of its name)}
FORMATS = {"csv": (rows, "text/csv", "csv"), "jsonl": (json_lines, "application/x-ndjson", "jsonl")}
