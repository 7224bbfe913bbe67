"""What rules found in the person's own words, each with the words that say it."""

from __future__ import annotations

from dataclasses import dataclass

from .judging import Judged


@dataclass(frozen=True)
class FoundLine:
    """One thing that was found."""

    words: str  # as the person wrote them
    means: str
    kind: str = "quiet"  # which badge: stop, caution or quiet
    note: str = ""  # what came of it, or what it leaves open


@dataclass(frozen=True)
class InWords:
    """What was found in the story; `read` is whether rules have read it at all."""

    read: bool
    lines: tuple[FoundLine, ...] = ()


def found(judged: Judged) -> InWords:
    """Nothing, and said to be unread: no rule reads free text yet."""
    return InWords(read=False)
