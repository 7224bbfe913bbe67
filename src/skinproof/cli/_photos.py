"""`skinproof photos`: the kept files held against the database."""

from __future__ import annotations

import argparse
from typing import Any

from ._serve import prepared_database, start_django


def add(commands: Any) -> None:
    photos = commands.add_parser(
        "photos",
        help="hold the kept photos against the database",
        description="Finds files of photos that no row names (a crash can leave them) and rows whose file is not "
        "whole. Exit status 1 if a file is missing or changed.",
    )
    doing = photos.add_subparsers(dest="doing", required=True, metavar="WHAT")
    sweep = doing.add_parser("sweep", help="list files without a row, or remove them", epilog="Run it daily.")
    sweep.add_argument("--delete", action="store_true", help="remove the files that no row names")
    sweep.set_defaults(run=run_sweep)


def run_sweep(given: argparse.Namespace) -> int:
    start_django()
    from skinproof.clinic.photos.services import sweep

    with prepared_database():
        found = sweep(delete=given.delete)
    done = "removed" if given.delete else "found (--delete removes them)"
    print(f"{len(found.orphans)} file{'' if len(found.orphans) == 1 else 's'} without a row {done}.")
    for photo in found.missing:
        print(f"photo {photo}: its file is missing or not as it was kept")
    return 1 if found.missing else 0
