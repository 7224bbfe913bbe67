"""`skinproof rebuild`: every finding worked out anew, and what changed since the last time, in plain words."""

from __future__ import annotations

import argparse
import json
import os
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from skinproof.evidence import Change, SnapshotError, changes, document, snapshot

from ._common import UserError, add_command, add_format, print_json
from ._questions import add_library, library_of, wrap

HELP = "work out every finding anew and say what changed"
DESCRIPTION = """\
Works out all findings, networks, components and time courses of the library, keeps what they say in one file, and tells
in plain words what is not as it was the last time: studies added, new findings, estimates that moved, certainty that
rose or fell and why.

examples:
  skinproof rebuild
  skinproof rebuild --library records/ --to findings.json
  skinproof rebuild --since last-month.json --dry-run
"""
EPILOG = """\
The file is findings.json in SKINPROOF_VAR (default: var/ here), or where --to says. It is compared with what was there
before, or with --since, and then replaced.

JSON: {"file", "since" (null the first time), "findings", "networks", "components", "courses" (counts), "changes":
[{kind, about, sentence}]}; kind is study added, study removed, study changed, finding new, finding gone, certainty,
estimate, answer, network, component or time course.

exit status: 0 done, 2 the library, an earlier file or the place for the new one cannot be used
"""


def add(commands: Any) -> None:
    """Hang the command into the dispatcher's subparsers."""
    parser = add_command(commands, "rebuild", help=HELP, description=DESCRIPTION, epilog=EPILOG)
    add_library(parser)
    parser.add_argument(
        "--to", metavar="FILE", help="where the findings are kept (default: findings.json in SKINPROOF_VAR)"
    )
    parser.add_argument("--since", metavar="FILE", help="compare with this earlier file instead")
    parser.add_argument("--dry-run", action="store_true", help="say what changed and keep nothing")
    add_format(parser)
    parser.set_defaults(run=run)


def run(given: argparse.Namespace) -> int:
    place = Path(given.to) if given.to else Path(os.environ.get("SKINPROOF_VAR") or "var") / "findings.json"
    since = Path(given.since) if given.since else place
    before = _read(since, must_exist=given.since is not None)
    everything = library_of(given)
    after = snapshot(everything)
    try:
        found = changes(before, after) if before is not None else None
    except SnapshotError as error:
        raise UserError(f"{since}: {error}") from None
    if not given.dry_run:
        _write(place, after)
    counts = {part: len(after[part]) for part in ("findings", "networks", "components", "courses")}
    if given.format == "json":
        told = {"file": None if given.dry_run else str(place), "since": str(since) if before is not None else None}
        print_json(told | counts | {"changes": document(found or ())})
    else:
        print(_text(found, counts, place, since, kept=not given.dry_run))
    return 0


def _read(place: Path, *, must_exist: bool) -> Any:
    """An earlier snapshot; None where there is none yet."""
    try:
        return json.loads(place.read_text(encoding="utf-8"))
    except FileNotFoundError:
        if must_exist:
            raise UserError(f"{place}: no such file") from None
        return None
    except OSError as error:
        raise UserError(f"{place}: cannot be read ({error.strerror})") from None
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise UserError(f"{place}: not a file that rebuild made ({error})") from None


def _write(place: Path, after: Any) -> None:
    """In one step, so that no reader sees half a file."""
    temporary = None
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(prefix=f".{place.name}-", dir=place.parent)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(after, file, ensure_ascii=False, separators=(",", ":"))
        os.replace(temporary, place)
    except OSError as error:
        if temporary and os.path.exists(temporary):
            os.unlink(temporary)
        raise UserError(f"cannot write {place}: {error.strerror}; --to names another place") from None


def _text(found: tuple[Change, ...] | None, counts: dict[str, int], place: Path, since: Path, *, kept: bool) -> str:
    made = (
        f"{counts['findings']} findings, {counts['networks']} comparisons in networks, "
        f"{counts['components']} components, {counts['courses']} time courses."
    )
    where = f" Kept in {place}." if kept else " Nothing was kept."
    if found is None:
        return "\n".join(wrap(f"{made}{where} There was nothing to compare with.", ""))
    if not found:
        return "\n".join(wrap(f"{made}{where} Nothing changed since {since}.", ""))
    kinds = ", ".join(f"{count} {kind}" for kind, count in Counter(change.kind for change in found).items())
    lines = wrap(f"{made}{where} Changed since {since}: {kinds}.", "")
    for change in found:
        lines += wrap(change.sentence, "- ")
    return "\n".join(lines)
