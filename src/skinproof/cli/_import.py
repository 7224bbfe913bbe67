"""`skinproof import`: references and tables of arms become draft records."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from skinproof.evidence import Draft, Duplicate, TableError, drafts, drafts_of_arms, library, read_references

from ._common import UserError, add_command, add_format, print_json, shown

HELP = "drafts of study records from RIS, PubMed (.nbib) or CSV"
DESCRIPTION = """\
Makes drafts of study records: from references that a database exported (RIS, PubMed's .nbib), with the citation filled;
or from a CSV table of arms (as `skinproof export arms` writes it), with citation, arms and outcomes. A draft is not a
record: it bears `draft: true`, and the library refuses it until a person who has read the report has filled the rest.

What the library has already, by DOI, PubMed number, or author, year and title, is told and not drafted again; where
only author and year agree, it is told and drafted. Without --to nothing is written.

examples:
  skinproof import pubmed.nbib
  skinproof import export.ris --to drafts/
"""
EPILOG = """\
JSON: {"drafts": [{id, file (null where none was written), content, notes}],
       "duplicates": [{line, first_author, year, title, doi, pmid, of, certain, reason}]}

exit status: 0 done, 2 the file cannot be used, or a draft of that name is there already (then nothing is written)
"""


def add(commands: Any) -> None:
    """Hang the command into the dispatcher's subparsers."""
    parser = add_command(commands, "import", help=HELP, description=DESCRIPTION, epilog=EPILOG)
    parser.add_argument("file", metavar="FILE", help="a .ris, .nbib or .csv file; - for references on standard input")
    parser.add_argument("--to", metavar="FOLDER", help="write the drafts there, one file each")
    add_format(parser)
    parser.set_defaults(run=run)


def run(given: argparse.Namespace) -> int:
    name = shown(given.file)
    source = sys.stdin.buffer.read() if given.file == "-" else Path(given.file)
    studies = tuple(library().studies.values())
    try:
        if given.file.casefold().endswith((".csv", ".tsv")):
            made, twice = drafts_of_arms(source, studies, name=name)
        else:
            made, twice = drafts(read_references(source, name=name), studies, name)
    except (TableError, ImportError) as fault:
        raise UserError(str(fault)) from None
    files = _write(made, Path(given.to)) if given.to else []
    if given.format == "json":
        print_json(_document(made, twice, files))
    else:
        print(_text(made, twice, files))
    return 0


def _write(made: Sequence[Draft], folder: Path) -> list[Path]:
    """All drafts, or none."""
    files = [folder / f"{draft.id}.yaml" for draft in made]
    there = [file for file in files if file.exists()]
    if there:
        raise UserError(f"{there[0]} is there already; nothing was written")
    written: list[Path] = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for draft, file in zip(made, files, strict=True):
            with file.open("x", encoding="utf-8") as out:
                written.append(file)
                out.write(draft.yaml())
    except OSError as error:
        for file in written:
            file.unlink(missing_ok=True)
        raise UserError(f"{folder}: cannot be written ({error.strerror}); nothing was") from None
    return files


def _text(made: Sequence[Draft], twice: Sequence[Duplicate], files: Sequence[Path]) -> str:
    lines = []
    for draft in made:
        told = draft.content["citation"]
        lines.append(f"draft      {draft.id}")
        if told.get("title"):
            lines.append(f"           {told['title']}")
        lines += [f"           look at {note}" for note in draft.notes]
    for each in twice:
        who = each.reference.title or each.reference.first_author or "no author"
        verb = "there" if each.certain else "perhaps there"
        lines.append(f"{verb:<10} {who} (line {each.reference.line}): {each.of} ({each.reason})")
    certain = sum(each.certain for each in twice)
    where = f"written to {files[0].parent}" if files else "nothing written (--to FOLDER writes)"
    return "\n".join([*lines, f"{len(made)} drafts, {certain} there already; {where}."])


def _document(made: Sequence[Draft], twice: Sequence[Duplicate], files: Sequence[Path]) -> dict[str, Any]:
    names: list[str | None] = [str(file) for file in files] or [None] * len(made)
    return {
        "drafts": [
            {"id": draft.id, "file": file, "content": dict(draft.content), "notes": list(draft.notes)}
            for draft, file in zip(made, names, strict=True)
        ],
        "duplicates": [
            {
                **{n: getattr(each.reference, n) for n in ("line", "first_author", "year", "title", "doi", "pmid")},
                "of": each.of, "certain": each.certain, "reason": each.reason,
            }
            for each in twice
        ],
    }  # fmt: skip
