"""The same doors for a terminal. Each command is a module here with `add(commands)`, which hangs its parser in."""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from collections.abc import Sequence

from skinproof import __version__
from skinproof.vocabulary import KnowledgeError

from ._common import UserError

COMMANDS = (
    "adds", "check", "components", "course", "export", "findings", "import", "networks", "options", "photos",
    "questionnaires", "rebuild", "screen", "serve", "staff", "synthesise",
)  # fmt: skip


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(
        prog="skinproof",
        description="The virtual skin clinic that shows its evidence.",
        epilog="Each command has its own help: skinproof findings --help",
    )
    top.add_argument("--version", action="version", version=f"skinproof {__version__}")
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name in COMMANDS:
        importlib.import_module(f"{__name__}._{name}").add(commands)
    return top


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status: 0 done, 1 the answer is no, 2 the input cannot be used."""
    given = parser().parse_args(arguments)
    try:
        return int(given.run(given) or 0)
    except (UserError, KnowledgeError) as error:
        # A file's own words may stand in it: escape sequences of theirs never reach the terminal.
        told = "".join(sign if sign.isprintable() or sign == "\n" else "?" for sign in str(error))
        print(f"skinproof {given.command}: {told}", file=sys.stderr)
        return 2
    except BrokenPipeError:  # `skinproof findings | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
