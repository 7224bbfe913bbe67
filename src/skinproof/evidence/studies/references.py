"""References as databases export them: RIS (by rispy), and PubMed's MEDLINE format (`.nbib`).

MEDLINE is read here: the one small reader on the package index has had no release since 2021, loses a last record that
no line end follows, and names no line. Field tags: www.nlm.nih.gov/bsd/mms/medlineelements.html.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from .csv_text import TableError, decoded, read_content

DOI = re.compile(r"10\.\d{4,9}/\S+")
PUBMED_LINK = re.compile(r"pubmed(?:\.ncbi\.nlm\.nih\.gov)?/(?:\?term=)?(\d+)")
MEDLINE_LINE = re.compile(r"([A-Z][A-Z0-9 ]{3})- ?(.*)")
RIS_LINE = re.compile(r"([A-Z][A-Z0-9])  -(?: (.*))?")
Tags = dict[str, list[str]]


@dataclass(frozen=True)
class Reference:
    """A publication as a database names it. None is "not told". `line` is where it begins in its file."""

    first_author: str | None
    year: int | None
    journal: str | None
    title: str | None
    doi: str | None
    pmid: int | None
    line: int


def read_references(source: str | Path | bytes, *, name: str | None = None) -> tuple[Reference, ...]:
    """Every reference of a RIS or `.nbib` file, told apart by what is in it.

    Raises:
        TableError: no file, no text, neither format, a line that fits neither, a record without end; names the line.
        ImportError: a RIS file, and rispy (the optional extra `skinproof[references]`) is not installed.
    """
    content, called = read_content(source, name)
    text = decoded(content, called, "a RIS or .nbib file")
    lines = text.splitlines()
    first = next((place for place, line in enumerate(lines) if line.strip()), None)
    if first is None:
        raise TableError(called, "the file is empty; a RIS or .nbib file is expected")
    start = lines[first]
    if RIS_LINE.fullmatch(start.rstrip()):
        return tuple(_of_ris(tags, line) for tags, line in _ris(lines, called))
    if MEDLINE_LINE.match(start):
        return tuple(_of_medline(tags, line) for tags, line in _medline(lines, called))
    raise TableError(
        called, f"{start.strip()[:40]!r} begins neither a RIS record (TY  - JOUR) nor a PubMed one (PMID- 123)",
        line=first + 1,
    )  # fmt: skip


def _ris(lines: list[str], name: str) -> Iterator[tuple[Tags, int]]:
    """Records by tag, each with its first line; rispy reads them, the check before says where a file is at fault."""
    try:
        import rispy
    except ImportError as fault:
        raise ImportError(
            "a RIS file needs rispy, which is not installed: pip install 'skinproof[references]'"
        ) from fault
    starts: list[int] = []
    inside = False
    for number, line in enumerate(lines, start=1):
        found = RIS_LINE.fullmatch(line.rstrip())
        tag = found.group(1) if found else None
        if tag == "TY":
            if inside:
                raise TableError(name, f"the record of line {starts[-1]} has no end (ER  -)", line=number)
            starts.append(number)
            inside = True
        elif not inside and line.strip():
            raise TableError(name, f"{line.strip()[:40]!r} stands outside a record (TY  - to ER  -)", line=number)
        elif tag == "ER":
            inside = False
    if inside:
        raise TableError(name, "the record has no end (ER  -)", line=starts[-1])
    mapping = {tag: tag for tag in rispy.TAG_KEY_MAPPING}
    kinds = [tag for tag in mapping if tag not in ("TY", "ER")]
    records = rispy.loads("\n".join(line.rstrip() for line in lines), mapping=mapping, list_tags=kinds)
    for record, start in zip(records, starts, strict=True):
        yield {tag: values for tag, values in record.items() if isinstance(values, list)}, start


def _medline(lines: list[str], name: str) -> Iterator[tuple[Tags, int]]:
    """Records by tag, each with its first line; blank lines end records, indented lines go on."""
    tags: Tags = {}
    start, last = 0, ""
    for number, line in enumerate([*lines, ""], start=1):
        if not line.strip():
            if tags:
                yield tags, start
            tags, last = {}, ""
            continue
        found = MEDLINE_LINE.match(line)
        if found:
            last = found.group(1).strip()
            start = start if tags else number
            tags.setdefault(last, []).append(found.group(2).strip())
        elif line.startswith("      ") and last:
            tags[last][-1] = f"{tags[last][-1]} {line.strip()}"
        else:
            raise TableError(name, f"{line.strip()[:40]!r} is no field (PMID- 123) and continues none", line=number)


def _of_ris(tags: Tags, line: int) -> Reference:
    def first(*names: str) -> str | None:
        return next((value for name in names for value in tags.get(name, ()) if value), None)

    links = " ".join(tags.get("UR", ()))
    number = PUBMED_LINK.search(links)
    database = (first("DB", "DP") or "").casefold()
    accession = first("AN") or ""
    pmid = number.group(1) if number else None
    if pmid is None and accession.isdigit() and ("pubmed" in database or "medline" in database):
        pmid = accession
    return Reference(
        _family_name(first("AU", "A1")),
        _year(first("PY", "Y1", "DA")),
        first("JF", "JO", "T2", "JA", "J2"),
        _title(" ".join(tags.get("TI") or tags.get("T1") or ())),  # rispy gives each line of a long one
        _doi(first("DO") or links),
        int(pmid) if pmid else None,
        line,
    )


def _of_medline(tags: Tags, line: int) -> Reference:
    def first(*names: str) -> str | None:
        return next((value for name in names for value in tags.get(name, ()) if value), None)

    named = [value for name in ("LID", "AID") for value in tags.get(name, ()) if value.endswith("[doi]")]
    author = first("FAU") or (first("AU") or "").rpartition(" ")[0] or first("AU")
    number = first("PMID") or ""
    return Reference(
        _family_name(author),
        _year(first("DP", "DEP")),
        first("JT", "TA"),
        _title(first("TI")),
        _doi(named[0] if named else None),
        int(number) if number.isdigit() and int(number) else None,
        line,
    )


def _family_name(author: str | None) -> str | None:
    """`Alam` of `Alam, Murad`; a name without a comma stays whole."""
    return (author or "").split(",")[0].strip() or None


def _year(text: str | None) -> int | None:
    found = re.match(r"\D*((?:19|20)\d\d)", text or "")
    return int(found.group(1)) if found else None


def _title(text: str | None) -> str | None:
    return " ".join((text or "").split()).rstrip(".") or None


def _doi(text: str | None) -> str | None:
    found = DOI.search(text or "")
    return found.group(0).rstrip(".,;") if found else None


def folded(text: str) -> str:
    """Letters and digits alone, without accents or capitals, words joined by hyphens."""
    bare = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return "-".join(re.findall(r"[a-z0-9]+", bare.casefold()))
