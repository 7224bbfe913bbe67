"""The typefaces of papers, and how any text is set in them so that no letter is lost.

Text is Atkinson Hyperlegible, titles Newsreader. A letter that they lack is set in DejaVu Sans, which comes with
matplotlib; one that none of them has is written as its name in brackets.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from xml.sax.saxutils import escape

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

from skinproof.clinic.settings import font_file

TEXT, BOLD, TITLE = "SkinproofText", "SkinproofBold", "SkinproofTitle"
SPARE, SPARE_BOLD = "SkinproofSpare", "SkinproofSpareBold"
SPARES = {BOLD: SPARE_BOLD}
SPACES = frozenset("\t\u00a0\u2007\u202f\u2009\u200a")


@cache
def register() -> None:
    """Make the typefaces known to reportlab, once.

    Raises:
        RuntimeError: a font package is not installed.
    """
    import matplotlib

    atkinson, newsreader = "fontpkg_atkinson_hyperlegible", "fontpkg_newsreader"
    dejavu = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
    for name, file in (
        (TEXT, font_file(atkinson, "AtkinsonHyperlegible-Regular.ttf")),
        (BOLD, font_file(atkinson, "AtkinsonHyperlegible-Bold.ttf")),
        (TITLE, font_file(newsreader, "Newsreader[opsz,wght].ttf")),
        (SPARE, dejavu / "DejaVuSans.ttf"),
        (SPARE_BOLD, dejavu / "DejaVuSans-Bold.ttf"),
    ):
        if not file.exists():
            raise RuntimeError(f"the font file {file.name} is not installed")
        pdfmetrics.registerFont(TTFont(name, str(file)))


@cache
def _has(font: str) -> frozenset[int]:
    register()
    # reportlab writes letters beyond the first plane so that they cannot be selected: those are named instead.
    return frozenset(code for code in pdfmetrics.getFont(font).face.charToGlyph if code <= 0xFFFF)


def readable(text: str, font: str = TEXT) -> str:
    """The text as it is set: composed letters, one kind of space, and names for letters that no typeface has."""
    return "".join(piece for piece, _ in _runs(text, font))


def markup(text: str, font: str = TEXT) -> str:
    """The text as reportlab's paragraph markup, in `font` where that has the letters."""
    made = []
    for piece, used in _runs(text, font):
        safe = escape(piece).replace("\n", "<br/>")
        made.append(safe if used == font else f'<font name="{used}">{safe}</font>')
    return "".join(made)


def right_to_left(text: str) -> bool:
    """Whether it holds letters that are written from right to left, which papers set in the order of typing."""
    return any(unicodedata.bidirectional(letter) in ("R", "AL") for letter in text)


def _runs(text: str, font: str) -> Iterator[tuple[str, str]]:
    """Pieces with the typeface of each, neighbours of one typeface joined."""
    run, used = "", font
    for cluster in _clusters(unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))):
        piece, own = _set(cluster, font)
        if own != used and run:
            yield run, used
            run = ""
        run, used = run + piece, own
    if run:
        yield run, used


def _clusters(text: str) -> Iterator[str]:
    """Letters, each with the marks that stand on it."""
    cluster = ""
    for letter in text:
        if unicodedata.category(letter) in ("Cf", "Cc", "Cs") and letter != "\n" and letter not in SPACES:
            continue  # joiners and direction marks have no look of their own
        if 0xFE00 <= ord(letter) <= 0xFE0F:
            continue  # which look of the letter before; there is one only
        if cluster and unicodedata.category(letter).startswith("M"):
            cluster += letter
            continue
        if cluster:
            yield cluster
        cluster = " " if letter in SPACES else letter
    if cluster:
        yield cluster


def _set(cluster: str, font: str) -> tuple[str, str]:
    spare = SPARES.get(font, SPARE)
    if cluster == "\n":
        return cluster, font
    for each in (font, spare):
        if all(ord(letter) in _has(each) for letter in cluster):
            return cluster, each
    names = (unicodedata.name(letter, f"U+{ord(letter):04X}").lower() for letter in cluster)
    return f"[{', '.join(names)}]", font
