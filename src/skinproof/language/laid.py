"""A text with its parts and their sentences, laid out once for whoever reads it."""

from __future__ import annotations

from dataclasses import dataclass

from .layout import Block, blocks
from .sentences import sentences
from .text import Text


@dataclass(frozen=True, slots=True)
class Laid:
    """`sentences[i]` are the `(start, end)` of those of `blocks[i]`."""

    text: Text
    blocks: tuple[Block, ...]
    sentences: tuple[tuple[tuple[int, int], ...], ...]


def laid_out(text: Text) -> Laid:
    parts = blocks(text.plain)
    return Laid(text, parts, tuple(tuple(sentences(text.plain, part)) for part in parts))
