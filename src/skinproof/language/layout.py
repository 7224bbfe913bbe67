"""What the parts of a text are: headings, list items, questions with their answers, table cells, paragraphs.

Text alone is read, with Markdown's marks where there are any. Every part keeps its offsets in the text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["heading", "item", "paragraph", "question", "cell"]

_MARK = re.compile(
    r" *(?:(#{1,6}) +"
    r"|((?:[-*+•·‣▪●○◦✓✔✅☑✘✗✖❌➤►▶»→★⭐👉]|\d{1,3}[.)]|[a-z][.)])(?: +|(?<=[^\w.)])(?=\w)))"
    r"|((?:Q|Question) ?[:.] *)"
    r"|((?:A|Answer) ?[:.] +))"
)
_UNDERLINE = re.compile(r" *(={3,}|-{3,}|\*{3,}|_{3,}) *$")
_LABEL = re.compile(r"[^.!?:;]{2,60}?(?::\**|\** - )(?= +\S| *$)")
_ENDS = re.compile(r"[.!?:;,]['\")\]*]*$")
_SPOKEN = re.compile(r"[.!?,]['\"] ?\W*\w")
_WIDE = 60  # a line at least this long may have been broken by whoever pasted it
_LABEL_WORDS = 3
_HEADING_WORDS = 12
_HEADING_CHARACTERS = 90


@dataclass(frozen=True, slots=True)
class Block:
    """One part. `heading` and `lead` are indices of what governs it: the nearest heading, the line that opens its list
    (of a table's cell: the head of its column, the first cell of its row).

    `start:end` leaves out marks such as bullets; `label` is the end offset of an opening "Label:" (None without one).
    """

    kind: Kind
    start: int
    end: int
    level: int = 0  # of a heading: 1 is the highest
    heading: int | None = None
    lead: int | None = None
    label: int | None = None


@dataclass(slots=True)
class _Line:
    start: int
    end: int
    kind: Kind | None = None
    level: int = 0
    row: int = -1  # of a cell: the offset at which its row starts
    column: int = 0
    blank_before: bool = False
    blank_after: bool = False


@dataclass(slots=True)
class _Table:
    """The table being read: its first row holds the headings of its columns, each row's first cell says whose it is."""

    first_row: int = -1
    headings: dict[int, int] = field(default_factory=dict)
    row: int = -1
    opens: int = -1

    def place(self, line: _Line, made: int, above: int | None) -> tuple[int | None, int | None]:
        """The heading and the lead of the cell that will be block `made`."""
        if self.first_row < 0:
            self.first_row = line.row
        if line.row == self.first_row:
            self.headings[line.column] = made
            return above, None
        if line.row != self.row:
            self.row, self.opens = line.row, made
            return self.headings.get(line.column, above), None
        return self.headings.get(line.column, above), self.opens


def blocks(plain: str) -> tuple[Block, ...]:
    """The parts of a text, in order; time and memory grow with its length alone."""
    lines = _lines(plain)
    _name(plain, lines)
    made: list[Block] = []
    open_headings: list[int] = []
    lead: int | None = None
    table = _Table()
    at = 0
    while at < len(lines):
        line = lines[at]
        last = line.end
        kind = line.kind or "paragraph"
        if kind == "paragraph":
            while at + 1 < len(lines) and _goes_on(plain, lines[at], lines[at + 1]):
                at += 1
                last = lines[at].end
        at += 1
        if kind in ("heading", "question") and line.row < 0:
            while open_headings and made[open_headings[-1]].level >= line.level:
                open_headings.pop()
        heading = open_headings[-1] if open_headings else None
        if kind != "item":
            lead = None
        if line.row >= 0:
            heading, lead = table.place(line, len(made), heading)
        else:
            table = _Table()
        label = _label(plain, line.start, last) if kind in ("item", "paragraph") else None
        made.append(Block(kind, line.start, last, line.level, heading, lead, label))
        if kind in ("heading", "question") and line.row < 0:
            open_headings.append(len(made) - 1)
        elif kind == "paragraph":
            lead = len(made) - 1 if plain[last - 1] == ":" or not _ended(plain, line.start, last) else None
    return tuple(made)


def _lines(plain: str) -> list[_Line]:
    found: list[_Line] = []
    at = 0
    blank = True
    for raw in plain.split("\n"):
        start, end = at, at + len(raw)
        at = end + 1
        stripped = raw.strip()
        if not stripped:
            blank = True
            if found:
                found[-1].blank_after = True
            continue
        if _UNDERLINE.match(raw):
            if found and not blank and found[-1].kind is None and set(stripped) <= {"=", "-"}:
                found[-1].kind, found[-1].level = "heading", 1 if stripped[0] == "=" else 2
            continue
        first = start + len(raw) - len(raw.lstrip())
        last = start + len(raw.rstrip())
        if stripped.startswith("|") and stripped.endswith("|") and len(stripped) > 2:
            _cells(plain, first, last, found)
        else:
            found.append(_Line(first, last, blank_before=blank))
        blank = False
    return found


def _cells(plain: str, start: int, end: int, found: list[_Line]) -> None:
    if not plain[start:end].strip(" |-:"):  # the rule under the head of a table
        head = found[-1].row if found else -1
        for line in reversed(found):
            if line.row < 0 or line.row != head or line.kind == "heading":  # another rule may have stood here
                break
            line.kind = "heading"
        return
    at = start + 1
    column = 0
    while at < end:
        stop = plain.find("|", at, end)
        stop = end if stop < 0 else stop
        cell = plain[at:stop]
        if cell.strip(" -:"):
            first = at + len(cell) - len(cell.lstrip())
            found.append(_Line(first, at + len(cell.rstrip()), "cell", row=start, column=column))
        column += 1
        at = stop + 1


def _name(plain: str, lines: list[_Line]) -> None:
    """Tell headings, items and questions from plain lines."""
    for at, line in enumerate(lines):
        if line.kind is not None:
            continue
        mark = _MARK.match(plain, line.start, line.end)
        asked = False
        if mark and mark.end() < line.end:
            if mark[1]:
                line.kind, line.level = "heading", len(mark[1])
            elif mark[2]:
                line.kind = "item"
            asked = bool(mark[3])
            line.start = mark.end()
        shown = plain[line.start : line.end].rstrip("*_ ")
        short = len(shown) <= _HEADING_CHARACTERS and shown.count(" ") < _HEADING_WORDS + 4
        if asked or (shown.endswith("?") and short and line.kind != "item" and ". " not in shown):
            line.kind, line.level = "question", line.level or 4
        elif line.kind is None and _looks_like_heading(plain, lines, at, shown):
            line.kind, line.level = "heading", 3


def _looks_like_heading(plain: str, lines: list[_Line], at: int, shown: str) -> bool:
    if len(shown) > _HEADING_CHARACTERS or shown.count(" ") >= _HEADING_WORDS or _ENDS.search(shown):
        return False
    if shown[:1] == '"' and _SPOKEN.search(shown):
        return False  # "It worked for me." - Jane, 34
    line = lines[at]
    if plain.startswith("**", line.start, line.end) and plain.endswith("**", line.start, line.end):
        return True
    label = _label(plain, lines[at].start, lines[at].end)
    if label is not None and plain[label : lines[at].end].strip():
        return False  # "Week 4: clearer skin" says something
    if not any(sign.isalpha() for sign in shown) or at + 1 == len(lines):
        return False
    # The end of a paragraph that was broken into lines is short too, and so may its first line be.
    after = lines[at + 1]
    if not after.blank_before and plain[after.start].islower():
        return False
    before = lines[at - 1] if at else None
    if before and not line.blank_before and before.kind is None and not _ended(plain, before.start, before.end):
        return False
    return shown[0].isupper() or shown[0].isdigit() or line.blank_before


def _goes_on(plain: str, line: _Line, after: _Line) -> bool:
    """Whether a line break is only where the text was broken."""
    if line.kind is not None or after.kind is not None or after.blank_before:
        return False
    if _labelled(plain, line) and _labelled(plain, after):
        return False  # "Good for: …", "Recovery: …", line by line
    if _ended(plain, line.start, line.end):
        return plain[line.end - 1] in ",;" or line.end - line.start >= _WIDE
    return plain[after.start].islower() or line.end - line.start >= _WIDE


def _ended(plain: str, start: int, end: int) -> bool:
    return _ENDS.search(plain, max(start, end - 8), end) is not None


def _labelled(plain: str, line: _Line) -> bool:
    label = _label(plain, line.start, line.end) if plain[line.start].isupper() else None
    return label is not None and plain.count(" ", line.start, label) <= _LABEL_WORDS


def _label(plain: str, start: int, end: int) -> int | None:
    found = _LABEL.match(plain, start, min(end, start + 70))
    return found.end() if found else None
