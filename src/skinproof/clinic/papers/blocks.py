"""A paper as plain data: what it says, in order. `layout` draws it; nothing here knows how."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True)
class Heading:
    text: str
    level: Literal[2, 3] = 2  # the title is the only 1


@dataclass(frozen=True)
class Para:
    """One paragraph; its line breaks are kept."""

    text: str
    style: Literal["text", "lead", "small", "strong"] = "text"


@dataclass(frozen=True)
class Bullets:
    items: tuple[str, ...]


@dataclass(frozen=True)
class Facts:
    """Labels with what belongs to each; several lines under one label stay apart."""

    rows: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True)
class Notice:
    """Something to be read first, in a box."""

    title: str
    lines: tuple[str, ...]
    kind: Literal["stop", "caution", "note"] = "note"


@dataclass(frozen=True)
class Blank:
    """Lines to write on, under what they are for."""

    label: str
    lines: int = 2


Block = Heading | Para | Bullets | Facts | Notice | Blank


@dataclass(frozen=True)
class Paper:
    """A whole paper.

    Args:
        title: its heading and the document's title; names no person.
        reference: which record it comes from, at the foot of each page.
        fingerprint: SHA-256 of what it was made from, hexadecimal; empty where nothing was sealed.
        mark: said at the head of each page, such as that it was superseded; empty where there is nothing to say.
        dated: when what it says was signed or issued.
    """

    title: str
    blocks: tuple[Block, ...]
    reference: str
    dated: dt.datetime
    kicker: str = ""
    fingerprint: str = ""
    mark: str = ""
    language: str = field(default="en-GB")


def texts(paper: Paper) -> Iterator[str]:
    """Every piece of text of a paper, in the order it is read."""
    yield from filter(None, (paper.mark, paper.kicker, paper.title))
    for block in paper.blocks:
        match block:
            case Heading() | Para():
                yield block.text
            case Bullets():
                yield from block.items
            case Facts():
                for label, lines in block.rows:
                    yield label
                    yield from lines
            case Notice():
                yield block.title
                yield from block.lines
            case Blank():
                yield block.label
