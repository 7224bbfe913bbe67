"""The text of a Word file (.docx), with its headings, lists, tables and text boxes."""

from __future__ import annotations

import io
import itertools
import re
import zipfile
from collections.abc import Iterator
from typing import Any

import docx
from docx.oxml.ns import qn

from ._errors import DocumentError, TooLargeError

MOST_UNPACKED = 60_000_000  # bytes; a Word file is a zip, and a small one can unfold to anything
MOST_PARTS = 5_000
_SKIPPED = {
    qn("w:del"),
    qn("w:moveFrom"),
    qn("w:txbxContent"),
    "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback",
}
_AROUND = {qn("w:sdt"), qn("w:sdtContent"), qn("w:customXml"), qn("w:ins"), qn("w:moveTo")}
_HEADING = re.compile(r"heading (\d)$", re.I)


def text_of(content: bytes, source: str, charset: str | None = None) -> tuple[str, tuple[str, ...]]:
    """
    Raises:
        DocumentError: not a Word file, locked, or damaged.
        TooLargeError: unfolds to more than can be read.
    """
    _look_before_opening(content, source)
    try:
        document = docx.Document(io.BytesIO(content))
        styles = {style.style_id: style.name or "" for style in document.styles}
        return "\n".join(_lines(document.element.body, styles)), ()
    except Exception as error:  # a damaged file can fail in any way
        raise DocumentError(
            f"{source} is damaged and cannot be read ({type(error).__name__}). Save it anew and try again."
        ) from None


def _look_before_opening(content: bytes, source: str) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            parts = packed.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        raise DocumentError(f"{source} is damaged: it is no whole Word file. Save it anew and try again.") from None
    if "word/document.xml" not in {part.filename for part in parts}:
        raise DocumentError(
            f"{source} is a packed file but no Word file (.docx). Unpack it, or save it as .docx or PDF."
        )
    if any(part.flag_bits & 1 for part in parts):
        raise DocumentError(f"{source} is locked with a password. Save a copy without one and try again.")
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise TooLargeError(
            f"{source} unfolds to more than {MOST_UNPACKED // 1_000_000} MB. Take out its pictures, or split it."
        )


def _lines(parent: Any, styles: dict[str, str]) -> Iterator[str]:
    """The lines of a body or of a content control in it, blank lines between parts."""
    was_item = False
    for child in parent:
        if child.tag == qn("w:p"):
            mark, text = _mark(child, styles), _said(child)
            is_item = mark == "- "
            if text:
                if not (is_item and was_item):
                    yield ""
                yield from (f"{mark}{text}".split("\n") if not mark else [mark + " ".join(text.split())])
                was_item = is_item
            for box in _boxes(child):
                yield from _lines(box, styles)
        elif child.tag == qn("w:tbl"):
            was_item = False
            yield ""
            yield from _table(child, styles)
        elif child.tag == qn("w:sdt"):
            was_item = False
            for inside in child.iterchildren(qn("w:sdtContent")):
                yield from _lines(inside, styles)


def _mark(paragraph: Any, styles: dict[str, str]) -> str:
    properties = paragraph.find(qn("w:pPr"))
    if properties is None:
        return ""
    style = properties.find(qn("w:pStyle"))
    name = styles.get(style.get(qn("w:val")), "") if style is not None else ""
    if found := _HEADING.match(name):
        return "#" * min(int(found[1]), 6) + " "
    if name.lower() == "title":
        return "# "
    return "- " if name.lower().startswith("list") or properties.find(qn("w:numPr")) is not None else ""


def _said(element: Any) -> str:
    """The words of a paragraph; what was struck out, and text boxes, left out."""
    parts: list[str] = []
    waiting = [element]
    while waiting:
        node = waiting.pop()
        if node.tag == qn("w:t"):
            parts.append(node.text or "")
        elif node.tag == qn("w:tab"):
            parts.append(" ")
        elif node.tag in (qn("w:br"), qn("w:cr")):
            parts.append("\n")
        elif node.tag not in _SKIPPED:
            waiting.extend(reversed(node))
    return "".join(parts).strip()


def _boxes(paragraph: Any) -> Iterator[Any]:
    for box in paragraph.iter(qn("w:txbxContent")):
        above = (each.tag for each in box.iterancestors())
        if not any(tag in _SKIPPED for tag in above):
            yield box


def _table(table: Any, styles: dict[str, str]) -> Iterator[str]:
    """A table's rows; one that holds tables, or has one row or one column, only lays out what is in it, and is read
    cell by cell."""
    rows = [list(_own(row, qn("w:tc"))) for row in _own(table, qn("w:tr"))]
    if len(rows) < 2 or all(len(row) < 2 for row in rows) or table.find(f".//{qn('w:tbl')}") is not None:
        for cell in itertools.chain(*rows):
            yield from _lines(cell, styles)
        return
    for number, row in enumerate(rows):
        cells = [" ".join(" ".join(_said(p) for p in cell.iter(qn("w:p"))).split()) for cell in row]
        yield "| " + " | ".join(cell.replace("|", "/") for cell in cells) + " |"
        if not number:
            yield "|" + " --- |" * len(cells)


def _own(parent: Any, tag: str) -> Iterator[Any]:
    """The rows of a table or the cells of a row, also those in a content control or put in by a reviewer."""
    for child in parent:
        if child.tag == tag:
            yield child
        elif child.tag in _AROUND:
            yield from _own(child, tag)
