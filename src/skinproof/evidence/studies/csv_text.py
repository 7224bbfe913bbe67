"""CSV as people have it: bytes in, rows of text with their line numbers out, or an error that says where and what."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from pathlib import Path

LARGEST = 20_000_000  # bytes
SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs"}


class TableError(ValueError):
    """A table that cannot be used: which file, which line (the header is line 1), which column, and what is wrong."""

    def __init__(self, file: str, message: str, *, line: int | None = None, column: str | None = None) -> None:
        self.file, self.line, self.column, self.fault = file, line, column, message
        where = [file]
        where += [f"line {line}"] if line is not None else []
        where += [f"column {column}"] if column is not None else []
        super().__init__(f"{', '.join(where)}: {message}")


@dataclass(frozen=True)
class TextTable:
    """`rows` of text, each as wide as `header`; `lines` says where each begins; `separator` what stood between."""

    name: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    lines: tuple[int, ...]
    separator: str


def read_content(source: str | Path | bytes, name: str | None = None) -> tuple[bytes, str]:
    """The bytes of a file (or the bytes given) and what messages call them.

    Raises:
        TableError: missing, a folder, not readable, or larger than `LARGEST`.
    """
    if isinstance(source, bytes):
        content, called = source, name or "the table"
    else:
        called = name or str(source)
        try:
            with Path(source).open("rb") as file:
                content = file.read(LARGEST + 1)
        except FileNotFoundError:
            raise TableError(called, "no such file") from None
        except IsADirectoryError:
            raise TableError(called, "is a folder; a file is needed") from None
        except OSError as error:
            raise TableError(called, f"cannot be read ({error.strerror})") from None
    if len(content) > LARGEST:
        raise TableError(called, f"larger than {LARGEST // 1_000_000} MB")
    return content, called


def decoded(content: bytes, name: str, what: str = "a CSV file") -> str:
    """UTF-8 text, with or without a byte order mark.

    Raises:
        TableError: empty, a workbook, UTF-16, binary or of another encoding; names the line.
    """
    if not content.strip():
        raise TableError(name, f"the file is empty; {what} is expected")
    if content.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise TableError(name, f"this is a workbook or an archive, not text; save it as {what} (UTF-8)")
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise TableError(name, f"the text is in UTF-16; save it as {what} in UTF-8")
    if b"\0" in content:
        line = content.count(b"\n", 0, content.index(b"\0")) + 1
        raise TableError(name, f"this is binary, not text; {what} is expected", line=line)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise TableError(
            name, f"byte 0x{content[error.start]:02x} is not UTF-8 text; save the file as {what} in UTF-8", line=line
        ) from None


def text_table(source: str | Path | bytes, name: str | None = None) -> TextTable:
    """Rows of a CSV file separated by commas, semicolons or tabs, whichever its header holds most.

    Raises:
        TableError: no file, no text, no rows, a header with an empty or a repeated name, a row of another width, an
            open quotation mark.
    """
    content, called = read_content(source, name)
    text = decoded(content, called)
    if not text.strip():
        raise TableError(called, "the file is empty; a CSV file is expected")
    separator = _separator(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True, skipinitialspace=True)
    header: tuple[str, ...] = ()
    rows, lines = [], []
    begins = 1
    try:
        for cells in reader:
            line, begins = begins, reader.line_num + 1
            stripped = [cell.strip() for cell in cells]
            if not any(stripped):
                continue
            if not header:
                header = _header(called, stripped, line)
                continue
            rows.append(_row(called, stripped, header, line, separator))
            lines.append(line)
    except csv.Error as error:
        raise TableError(called, f"not usable CSV ({error})", line=begins) from None
    if not rows:
        raise TableError(called, "a header and no rows below it", line=1)
    return TextTable(called, header, tuple(rows), tuple(lines), separator)


def _separator(text: str) -> str:
    first = next(line for line in text.splitlines() if line.strip())
    bare = re.sub(r'"[^"]*"', "", first)
    return max(SEPARATORS, key=lambda mark: (bare.count(mark), mark == ","))


def _header(name: str, cells: list[str], line: int) -> tuple[str, ...]:
    while cells and not cells[-1]:  # Excel writes empty columns at the end
        cells = cells[:-1]
    seen: dict[str, str] = {}
    for place, cell in enumerate(cells, start=1):
        if not cell:
            raise TableError(name, f"column {place} has no name in the header", line=line)
        if cell.casefold() in seen:
            raise TableError(name, "stands twice in the header", line=line, column=cell)
        seen[cell.casefold()] = cell
    return tuple(cells)


def _row(name: str, cells: list[str], header: tuple[str, ...], line: int, separator: str) -> tuple[str, ...]:
    wide = len(header)
    if len(cells) > wide and not any(cells[wide:]):
        cells = cells[:wide]
    if len(cells) != wide:
        hint = ""
        if separator == "," and len(cells) > wide:
            hint = "; a decimal comma in a file separated by commas? Write 0.5, or separate by semicolons"
        raise TableError(
            name, f"{len(cells)} values, the header has {wide} columns (separated by {SEPARATORS[separator]}){hint}",
            line=line,
        )  # fmt: skip
    return tuple(cells)
