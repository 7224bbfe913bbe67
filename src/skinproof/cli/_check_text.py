"""The report of `skinproof check` for a terminal: colours, a table of pages, what to reword, a progress bar."""

from __future__ import annotations

import os
import shutil
import textwrap
from collections.abc import Iterator, Sequence
from types import TracebackType
from typing import TextIO

from skinproof.claims import VERDICTS, Verdict
from skinproof.claims.documents import Document
from skinproof.claims.sheet import LABELS, SAID_AS, Reading, Sheet, counted
from skinproof.evidence import library

MANY = 5  # pages from which a bar is worth its line
_BAR = 24
_SIGNS: dict[Verdict, str] = {
    "well-supported": "✓", "weaker-than-said": "↓", "uncertain": "?", "laboratory-only": "▽", "contradicted": "✗",
    "no-study-found": "–", "not-checkable": "…",
}  # fmt: skip
_COLOURS: dict[Verdict, str] = {
    "well-supported": "32", "weaker-than-said": "33", "uncertain": "35", "laboratory-only": "33", "contradicted": "31",
    "no-study-found": "36", "not-checkable": "2",
}  # fmt: skip
_HEADS = dict(zip(VERDICTS, ("well", "weaker", "unsure", "lab", "against", "none", "vague"), strict=True))


class Style:
    """Escape sequences where the stream is a terminal that wants them, else nothing."""

    def __init__(self, stream: TextIO) -> None:
        self.on = stream.isatty() and "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb"
        self.width = max(60, min(shutil.get_terminal_size((110, 24)).columns, 110)) if stream.isatty() else 110

    def __call__(self, text: str, code: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if self.on else text

    def verdict(self, verdict: Verdict, text: str = "") -> str:
        return self(f"{_SIGNS[verdict]} {text or LABELS[verdict]}", f"1;{_COLOURS[verdict]}")

    def wrap(self, text: str, indent: str, first: str = "") -> list[str]:
        return textwrap.wrap(
            text, self.width, initial_indent=indent + first, subsequent_indent=indent + " " * len(first),
            break_long_words=False, break_on_hyphens=False,
        )  # fmt: skip


def tell(
    made: Sequence[tuple[Document, Sheet]], unread: Sequence[tuple[str, str]], folder: str | None, out: TextIO
) -> None:
    """One document in full; of a folder the table of its pages, the site in short, and what to reword on each."""
    style = Style(out)
    lines = _site(made, unread, folder, style) if folder is not None else _document(*made[0], style)
    print("\n".join(lines), file=out)


def in_short(made: Sequence[tuple[Document, Sheet]], unread: Sequence[tuple[str, str]]) -> str:
    """A site in a sentence or two."""
    promises = sum(len(each.promises) for _, each in made)
    well = counted(each for _, each in made)["well-supported"]
    pages = "1 page" if len(made) == 1 else f"{len(made)} pages"
    text = f"{pages} with {promises} promises. What we know backs {well or 'none'} of them as said."
    if not promises:
        text = f"{pages}, and no promise about a skin treatment found."
    return text + (f" {len(unread)} could not be read." if unread else "")


def _document(document: Document, made: Sheet, style: Style) -> Iterator[str]:
    yield style(_one_line(document.source), "1")
    yield from style.wrap(made.in_short, "")
    yield ""
    yield from _tally(made, style)
    for tally in made.tallies:
        yield ""
        yield f"{style.verdict(tally.readings[0].claim.verdict)}  {style(tally.meaning, '2')}"
        for reading in tally.readings:
            yield ""
            yield from _reading(reading, style)
    if made.others:
        yield ""
        yield style("Said, but not promised", "1")
        for reading in made.others:
            yield ""
            yield from _reading(reading, style)
    if made.report.unrecognised:
        yield ""
        yield style("Not recognised", "1")
        for missed in made.report.unrecognised:
            yield from style.wrap(_one_line(missed.span), "  ", "- ")
    yield ""
    yield from style.wrap(_end(), "")


def _tally(made: Sheet, style: Style) -> Iterator[str]:
    most = max((len(each.readings) for each in made.tallies), default=1)
    for each in made.tallies:
        bar = "█" * max(1, round(_BAR * len(each.readings) / most))
        verdict = each.readings[0].claim.verdict
        label = style.verdict(verdict, f"{each.label:<28}")
        yield f"  {label} {len(each.readings):>4}  {style(bar, _COLOURS[verdict])}"
    if made.flagged:
        yield f"  {style('⚑ Worth checking'.ljust(30), '1;33')} {len(made.flagged):>4}"


def _reading(reading: Reading, style: Style) -> Iterator[str]:
    claim = reading.claim
    certainty = f" ({claim.certainty.replace('-', ' ')} certainty)" if claim.certainty else ""
    yield from style.wrap(_one_line(reading.title) + certainty, "  ", f"{reading.number:>3}  ")
    quotes = ", ".join(f"“{_one_line(quote.span)}”" for quote in reading.quotes)
    times = f" ({reading.times} times)" if reading.times > 1 else ""
    said = f" {SAID_AS[claim.found.stance]}." if claim.found.stance in SAID_AS else ""
    yield from style.wrap(f"{quotes}{times}{said}", "       ")
    yield from style.wrap(claim.reason, "       ")
    if claim.to_reword and claim.honest_wording:
        yield from style.wrap(claim.honest_wording, "       ", "Honest: ")
    for flag in reading.flags:
        yield from style.wrap(f"{flag.why} ({flag.source.organisation}, {flag.source.url})", "       ", "⚑ ")
    if claim.studies:
        more = f" and {len(claim.studies) - 6} more" if len(claim.studies) > 6 else ""
        yield from style.wrap(", ".join(claim.studies[:6]) + more, "       ", "Studies: ")


def _site(
    made: Sequence[tuple[Document, Sheet]], unread: Sequence[tuple[str, str]], folder: str, style: Style
) -> Iterator[str]:
    yield style(_one_line(folder), "1")
    yield from style.wrap(in_short(made, unread), "")
    yield ""
    yield from _table(made, style)
    if unread:
        yield ""
        yield style("Not read", "1;31")
        for _, why in unread:
            yield from style.wrap(_one_line(why), "  ", "- ")
    for document, each in made:
        todo = [reading for reading in each.readings if reading.claim.to_reword or reading.flags]
        if todo:
            yield ""
            yield style(f"To look at in {_one_line(document.source)}", "1")
            for reading in todo:
                yield from _to_do(reading, style)
    yield ""
    yield from style.wrap(_end(), "")


def _table(made: Sequence[tuple[Document, Sheet]], style: Style) -> Iterator[str]:
    widest = min(max([len(document.source) for document, _ in made] + [4]), 44)
    heads = "".join(f"{_HEADS[verdict]:>8}" for verdict in VERDICTS)
    yield style(f"  {'page':<{widest}} {'promises':>8}{heads}{'flagged':>8}", "1")
    for document, each in made:
        yield _row(_one_line(document.source), widest, len(each.promises), counted([each]), len(each.flagged), style)
    if len(made) > 1:
        sheets = [each for _, each in made]
        promises, flagged = sum(len(each.promises) for each in sheets), sum(len(each.flagged) for each in sheets)
        yield _row("all", widest, promises, counted(sheets), flagged, style)


def _row(name: str, widest: int, promises: int, counts: dict[str, int], flagged: int, style: Style) -> str:
    shown = name if len(name) <= widest else "…" + name[1 - widest :]
    cells = "".join(
        style(f"{counts[verdict]:>8}", _COLOURS[verdict] if counts[verdict] else "2") for verdict in VERDICTS
    )
    return f"  {shown:<{widest}} {promises:>8}{cells}{style(f'{flagged:>8}', '33' if flagged else '2')}"


def _to_do(reading: Reading, style: Style) -> Iterator[str]:
    claim = reading.claim
    quote = _one_line(reading.quotes[0].span)
    yield f"  {style.verdict(claim.verdict)}  “{quote}”  {style(_one_line(reading.title), '2')}"
    if claim.to_reword and claim.honest_wording:
        yield from style.wrap(claim.honest_wording, "       ", "Honest: ")
    for flag in reading.flags:
        yield from style.wrap(f"{flag.why} ({flag.source.organisation})", "       ", "⚑ ")


def _one_line(text: str) -> str:
    """Words that were read, or a file's name, in one line: escape sequences of theirs never reach the terminal."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


def _end() -> str:
    held = library()
    return (
        f"Held against {len(held.studies)} records; library built {held.date}. Read by rules, which can misread a "
        "sentence. ⚑ is worth checking: never a judgement that something is against the law."
    )


class Progress:
    """A bar on a terminal while many pages are read; elsewhere nothing."""

    def __init__(self, total: int, stream: TextIO) -> None:
        self.total, self.stream, self.done = total, stream, 0
        self.on = total >= MANY and stream.isatty()

    def __enter__(self) -> Progress:
        return self

    def step(self, name: str) -> None:
        self.done += 1
        if self.on:
            filled = round(_BAR * self.done / self.total)
            bar = "█" * filled + "░" * (_BAR - filled)
            self.stream.write(f"\r\x1b[K{bar} {self.done}/{self.total} {_one_line(name)[:50]}")
            self.stream.flush()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.on:
            self.stream.write("\r\x1b[K")
            self.stream.flush()
