"""What the commands share: reading a person's file, printing JSON, errors meant for the person who typed."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from skinproof.vocabulary import KnowledgeError, parse_yaml, read_yaml


class UserError(Exception):
    """The input cannot be used: the message says what, and where."""


def add_format(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--format", choices=("text", "json"), default="text", help="text to read, or JSON (default: text)"
    )


def print_json(data: Any) -> None:
    print(json.dumps(data, ensure_ascii=False, indent=2))


def read_file(name: str) -> Any:
    """A YAML or JSON file (JSON is YAML), or standard input for `-`.

    Raises:
        UserError: missing, not text, not YAML or JSON; names the file and the line.
    """
    if name == "-":
        try:
            return parse_yaml(sys.stdin.buffer.read(), "standard input")
        except KnowledgeError as error:
            raise UserError(str(error)) from None
    path = Path(name)
    if path.is_dir():
        raise UserError(f"{name} is a folder; a file is needed")
    try:
        return read_yaml(path)
    except KnowledgeError as error:
        raise UserError(str(error)) from None
