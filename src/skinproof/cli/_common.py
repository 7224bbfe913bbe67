"""What the commands share: reading a person's file, printing JSON, errors meant for the person who typed."""

from __future__ import annotations

import argparse
import csv
import io
import json
import math
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from skinproof.vocabulary import unknown

LARGEST = 1_000_000  # bytes


class UserError(Exception):
    """The input cannot be used: the message says what, and where."""


def add_command(commands: Any, name: str, *, help: str, description: str, epilog: str) -> argparse.ArgumentParser:
    """Hang a command into the dispatcher's subparsers; its texts keep their lines."""
    parser: argparse.ArgumentParser = commands.add_parser(
        name, help=help, description=description, epilog=epilog, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    return parser


def add_format(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--format", choices=("text", "json"), default="text", help="text to read, or JSON (default: text)"
    )


def print_json(data: Any) -> None:
    print(json.dumps(data, ensure_ascii=False, indent=2))


def as_csv(columns: Mapping[str, Sequence[Any]]) -> str:
    """Columns of one length as CSV; empty where there is no number."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    for values in zip(*columns.values(), strict=True):
        writer.writerow(["" if isinstance(v, float) and not math.isfinite(v) else v for v in values])
    return text.getvalue()


def check_word(option: str, word: str | None, ids: Iterable[str]) -> None:
    """Raises UserError, with near words, for a word that is none of `ids`."""
    known = list(ids)
    if word is not None and word not in known:
        raise UserError(f"{option}: {unknown(word, known)}")


def read_bytes(name: str) -> bytes:
    """A file as it is, or standard input for `-`.

    Raises:
        UserError: missing, a folder, not readable, or larger than a person's file can be.
    """
    try:
        if name == "-":
            content = sys.stdin.buffer.read(LARGEST + 1)
        else:
            with Path(name).open("rb") as file:
                content = file.read(LARGEST + 1)
    except FileNotFoundError:
        raise UserError(f"{name}: no such file") from None
    except IsADirectoryError:
        raise UserError(f"{name} is a folder; a file is needed") from None
    except OSError as error:
        raise UserError(f"{name}: cannot be read ({error.strerror})") from None
    if len(content) > LARGEST:
        raise UserError(f"{shown(name)}: larger than {LARGEST // 1_000_000} MB; this is not one person's facts")
    return content


def shown(name: str) -> str:
    """What messages call a file argument."""
    return "standard input" if name == "-" else name
