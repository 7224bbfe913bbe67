"""The structure of a PDF: which marks on a page are a heading, a paragraph or a list, for readers who do not see it.

reportlab draws no structure. While it draws, `marked` brackets what belongs together and notes it; `finish` then writes
the tree of elements into the file (ISO 32000, 14.7 and 14.8).
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from pypdf import PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    BooleanObject,
    DictionaryObject,
    NameObject,
    NumberObject,
    TextStringObject,
)

Path = tuple[tuple[str, int], ...]  # from the outermost element to the innermost: (type, number of the element)


@dataclass
class Marks:
    """What was bracketed: for each page, from 1, the path of each mark in order."""

    pages: dict[int, list[Path]] = field(default_factory=dict)


def start(canvas: Any, marks: Marks) -> None:
    canvas.skinproof_marks = marks


@contextmanager
def marked(canvas: Any, path: Path) -> Iterator[None]:
    """Bracket what is drawn as content of an element."""
    on_page = canvas.skinproof_marks.pages.setdefault(canvas.getPageNumber(), [])
    canvas._code.append(f"/{path[-1][0]} <</MCID {len(on_page)}>> BDC")
    on_page.append(path)
    yield
    canvas._code.append("EMC")


@contextmanager
def beside(canvas: Any) -> Iterator[None]:
    """Bracket what is drawn as no part of the text: heads, feet, rules."""
    canvas._code.append("/Artifact BMC")
    yield
    canvas._code.append("EMC")


def finish(drawn: bytes, marks: Marks, *, language: str, dated: dt.datetime) -> bytes:
    """The file with its tree of elements, its language and the moment that it tells of."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(drawn)))
    root = writer.root_object
    root[NameObject("/Lang")] = TextStringObject(language)
    root[NameObject("/MarkInfo")] = DictionaryObject({NameObject("/Marked"): BooleanObject(True)})
    root[NameObject("/StructTreeRoot")] = _tree(writer, marks)
    moment = dated.astimezone(dt.UTC).strftime("D:%Y%m%d%H%M%S+00'00'")
    writer.add_metadata({"/CreationDate": moment, "/ModDate": moment, "/Producer": "Skinproof"})
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _add(element: DictionaryObject, kid: Any) -> None:
    kids: Any = element["/K"]
    kids.append(kid)


def _tree(writer: PdfWriter, marks: Marks) -> Any:
    tree = DictionaryObject({NameObject("/Type"): NameObject("/StructTreeRoot")})
    tree_ref = writer._add_object(tree)
    whole = _element(writer, "Document", tree_ref)
    tree[NameObject("/K")] = ArrayObject([whole.indirect_reference])
    known: dict[int, DictionaryObject] = {}
    numbers = ArrayObject()
    for place, page in enumerate(writer.pages):
        parents = ArrayObject()
        for number, path in enumerate(marks.pages.get(place + 1, [])):
            element = whole
            for name, key in path:
                if key not in known:
                    known[key] = _element(writer, name, element.indirect_reference)
                    _add(element, known[key].indirect_reference)
                element = known[key]
            mark = {
                NameObject("/Type"): NameObject("/MCR"),
                NameObject("/Pg"): page.indirect_reference,
                NameObject("/MCID"): NumberObject(number),
            }
            _add(element, DictionaryObject(mark))
            parents.append(element.indirect_reference)
        page[NameObject("/StructParents")] = NumberObject(place)
        page[NameObject("/Tabs")] = NameObject("/S")
        numbers.extend([NumberObject(place), writer._add_object(parents)])
    tree[NameObject("/ParentTree")] = writer._add_object(DictionaryObject({NameObject("/Nums"): numbers}))
    tree[NameObject("/ParentTreeNextKey")] = NumberObject(len(writer.pages))
    return tree_ref


def _element(writer: PdfWriter, name: str, parent: Any) -> DictionaryObject:
    made = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/StructElem"),
            NameObject("/S"): NameObject(f"/{name}"),
            NameObject("/P"): parent,
            NameObject("/K"): ArrayObject(),
        }
    )
    writer._add_object(made)
    return made
