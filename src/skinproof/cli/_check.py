"""`skinproof check`: an advert, a page or a whole site, each promise beside its proof."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from skinproof.claims import VERDICTS, Claim, Report, TextError, check
from skinproof.claims.documents import LARGEST_FILE, Document, DocumentError, pages_of, read_document
from skinproof.claims.sheet import Sheet, sheet
from skinproof.language import read

from . import _check_text
from ._common import UserError, add_command, as_csv, print_json, shown
from ._fetch import fetch, is_address

HELP = "each promise of an advert, a page or a site beside what studies show"
DESCRIPTION = """\
What a text promises about skin treatments, and what studies show: for each promise a verdict, the reason in a sentence,
the studies, what is worth checking by the rules of advertising, and how it could honestly be said.

FILE may be text, Markdown, HTML, PDF or Word (.docx), up to 1 MB of text; - is standard input; an ADDRESS (http:// or
https://) is fetched by this machine; of a FOLDER every such page is read, and of the folders in it.

examples:
  skinproof check advert.txt
  skinproof check site/ --format html > report.html
  skinproof check https://example.org/exosomes --format json
  pbpaste | skinproof check -
  skinproof check site/ --fail-on contradicted,flagged
"""
EPILOG = """\
--fail-on takes verdicts (well-supported, weaker-than-said, uncertain, laboratory-only, contradicted, no-study-found,
not-checkable), `flagged` and `unrecognised`, with commas between. Only what the text itself says counts, not what it
reports or doubts.

The text report tells each promise of a page once, however often it is made; JSON and CSV tell every place.

JSON: as docs/claims.schema.json says. Of a folder, an object with "documents" (a list of these), "unread" (a list of
{source, why}) and "summary" {documents, unread, passed_over, promises, verdicts, to_reword, flagged, unrecognised}.
CSV: one row a claim. HTML: one page that needs no other file.

exit status: 0 checked, 1 something that --fail-on names was found, 2 the input (of a folder: some page) cannot be read
"""
ALSO = ("flagged", "unrecognised")


@dataclass
class Checked:
    """What was read of one FILE, ADDRESS or FOLDER."""

    name: str
    is_folder: bool = False
    documents: list[tuple[Document, Report]] = field(default_factory=list)
    unread: list[tuple[str, str]] = field(default_factory=list)
    passed_over: int = 0

    def sheets(self) -> list[tuple[Document, Sheet]]:
        return [(document, sheet(report, read(document.text))) for document, report in self.documents]


def add(commands: Any) -> None:
    """Hang the command into the dispatcher's subparsers."""
    parser = add_command(commands, "check", help=HELP, description=DESCRIPTION, epilog=EPILOG)
    parser.add_argument("what", metavar="FILE|-|ADDRESS|FOLDER", help="what to check")
    parser.add_argument(
        "--format", choices=("text", "json", "html", "csv"), default="text", help="how to tell it (default: text)"
    )
    parser.add_argument("--fail-on", metavar="WORDS", default="", help="exit with 1 if any of these is found")
    parser.set_defaults(run=run)


def run(given: argparse.Namespace) -> int:
    fail_on = _words(given.fail_on)
    checked = _folder(Path(given.what)) if _is_folder(given.what) else _one(given.what)
    _tell(checked, given.format)
    if checked.unread:
        return 2
    return 1 if any(_fails(report, fail_on) for _, report in checked.documents) else 0


def _words(asked: str) -> frozenset[str]:
    words = frozenset(word.strip() for word in asked.split(",") if word.strip())
    known = (*VERDICTS, *ALSO)
    for word in sorted(words):
        if word not in known:
            raise UserError(f"--fail-on: “{word}” is none of {', '.join(known)}")
    return words


def _is_folder(name: str) -> bool:
    return name != "-" and not is_address(name) and Path(name).is_dir()


def _one(name: str) -> Checked:
    content, charset = fetch(name) if is_address(name) else (_content(name), None)
    try:
        document = read_document(content, shown(name), charset)
        return Checked(name, documents=[(document, check(document.text, document.source))])
    except TextError as error:
        raise UserError(str(error)) from None


def _content(name: str) -> bytes:
    try:
        if name == "-":
            return sys.stdin.buffer.read(LARGEST_FILE + 1)
        with Path(name).open("rb") as file:
            return file.read(LARGEST_FILE + 1)
    except FileNotFoundError:
        raise UserError(f"{name}: no such file or folder") from None
    except (OSError, ValueError) as error:
        raise UserError(f"{name}: cannot be read ({getattr(error, 'strerror', None) or error})") from None


def _folder(folder: Path) -> Checked:
    try:
        pages, passed_over = pages_of(folder)
    except OSError as error:
        raise UserError(f"{error.filename or folder}: cannot be read ({error.strerror})") from None
    if not pages:
        raise UserError(f"{folder}: no text, Markdown, HTML, PDF or Word file in it")
    made = Checked(str(folder), is_folder=True, passed_over=passed_over)
    with _check_text.Progress(len(pages), sys.stderr) as progress:
        for page in pages:
            name = page.relative_to(folder).as_posix()
            try:
                with page.open("rb") as file:
                    document = read_document(file.read(LARGEST_FILE + 1), name)
                made.documents.append((document, check(document.text, name)))
            except (DocumentError, TextError) as error:
                made.unread.append((name, str(error)))
            except OSError as error:
                made.unread.append((name, f"{name} cannot be read ({error.strerror})."))
            progress.step(name)
    return made


def _fails(report: Report, words: frozenset[str]) -> bool:
    return (
        any(_says(claim) and claim.verdict in words for claim in report.claims)
        or ("flagged" in words and any(claim.flags for claim in report.claims))
        or ("unrecognised" in words and bool(report.unrecognised))
    )


def _says(claim: Claim) -> bool:
    return claim.promises or claim.to_reword


# --- telling it
def _tell(checked: Checked, form: str) -> None:
    if form == "json":
        print_json(_site(checked) if checked.is_folder else checked.documents[0][1].to_json())
    elif form == "csv":
        print(as_csv(_columns(checked)), end="")
    elif form == "html":
        print(_html(checked))
    else:
        _check_text.tell(checked.sheets(), checked.unread, checked.name if checked.is_folder else None, sys.stdout)
    if form != "json":
        for _, why in checked.unread if form != "text" else ():
            print(f"skinproof check: {why}", file=sys.stderr)
        for document, _ in checked.documents:
            for note in document.notes:
                print(f"skinproof check: {document.source}: {note}", file=sys.stderr)


def _site(checked: Checked) -> dict[str, Any]:
    reports = [report.to_json() for _, report in checked.documents]
    summaries = [report["summary"] for report in reports]
    verdicts: Counter[str] = Counter()
    for each in summaries:
        verdicts.update(each["verdicts"])
    return {
        "documents": reports,
        "unread": [{"source": source, "why": why} for source, why in checked.unread],
        "summary": {
            "documents": len(reports),
            "unread": len(checked.unread),
            "passed_over": checked.passed_over,
            "promises": sum(each["promises"] for each in summaries),
            "verdicts": {verdict: verdicts[verdict] for verdict in VERDICTS},
            **{key: sum(each[key] for each in summaries) for key in ("to_reword", "flagged", "unrecognised")},
        },
    }


_FIELDS = (
    "at", "span", "treatment", "route", "with", "versus", "concern", "concept", "direction", "kind", "stance", "model",
    "strength", "verdict", "certainty", "reason", "honest_wording", "studies",
)  # fmt: skip


def _columns(checked: Checked) -> dict[str, Sequence[Any]]:
    rows = [(report.source, claim.to_json()) for _, report in checked.documents for claim in report.claims]
    columns: dict[str, Sequence[Any]] = {"source": [_cell(source) for source, _ in rows]}
    columns |= {name: [_cell(row[name]) for _, row in rows] for name in _FIELDS}
    weeks = [row["weeks"] or (None, None) for _, row in rows]
    columns["weeks_from"] = [_cell(pair[0]) for pair in weeks]
    columns["weeks_to"] = [_cell(pair[1]) for pair in weeks]
    columns["flags"] = [_cell([flag["id"] for flag in row["flags"]]) for _, row in rows]
    return columns


def _cell(value: Any) -> Any:
    if isinstance(value, list):
        value = "; ".join(str(each) for each in value)
    if isinstance(value, str):
        # A page's words that begin like a formula would be worked out by a spreadsheet.
        return f"'{value}" if value[:1] in tuple("=+-@\t\r\n＝＋－＠") else value
    return "" if value is None else value


def _html(checked: Checked) -> str:
    try:
        from skinproof.clinic.check.standalone import page_of
    except ImportError:
        raise UserError("--format html needs the web parts: pip install 'skinproof[clinic]'") from None
    made = checked.sheets()
    short = _check_text.in_short(made, checked.unread) if checked.is_folder else made[0][1].in_short
    return page_of(made, checked.unread, short, shown(checked.name))
