"""Drawing a paper as a PDF on A4: the one place that knows how papers look.

What is drawn can be selected, searched and read aloud: title, language, headings, lists and reading order are in the
file (see `tags`), what repeats on each page is marked as no part of the text.
"""

from __future__ import annotations

import io
from itertools import count
from typing import Any

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, PageTemplate, Paragraph

from . import fonts, tags
from .blocks import Blank, Block, Bullets, Facts, Heading, Notice, Paper, Para, texts
from .fonts import BOLD, TEXT, TITLE, markup, right_to_left

SIDE, TOP, FOOT = 22 * mm, 24 * mm, 26 * mm
INK, SOFT, STAIN, HAIR = HexColor("#271a2c"), HexColor("#5d4b61"), HexColor("#5c2168"), HexColor("#decfd2")
BOXES = {  # kind: (edge and title, ground)
    "stop": (HexColor("#9f1610"), HexColor("#fbe1da")),
    "caution": (HexColor("#724500"), HexColor("#f8ebcd")),
    "note": (STAIN, HexColor("#f4ecf3")),
}
LONG = 600  # characters
# Of one flowable. Each page that it goes on to lays out again all that is left of it, so that without end it takes
# minutes.
MOST_LINES, MOST_LETTERS = 40, 6_000
WRONG_WAY = (
    "Some letters here are written from right to left. This paper sets them in the order in which they were typed, so "
    "they may look wrong."
)


def _style(name: str, font: str = TEXT, size: float = 10.5, lead: float = 15, **more: Any) -> ParagraphStyle:
    given = {"textColor": INK, "spaceAfter": 5, "allowWidows": 0, "allowOrphans": 0, **more}
    return ParagraphStyle(name, fontName=font, fontSize=size, leading=lead, **given)


STYLES = {
    "text": _style("text"),
    "lead": _style("lead", size=12, lead=17, spaceAfter=8),
    "small": _style("small", size=8.5, lead=12, textColor=SOFT),
    "strong": _style("strong", BOLD),
    "kicker": _style("kicker", size=10.5, lead=13, textColor=SOFT, spaceAfter=1),
    "h1": _style("h1", TITLE, 25, 29, spaceAfter=10),
    "h2": _style("h2", TITLE, 15.5, 19, spaceBefore=13, spaceAfter=5, keepWithNext=1),
    "h3": _style("h3", BOLD, 11.5, 15, spaceBefore=9, spaceAfter=3, keepWithNext=1),
    "label": _style("label", BOLD, 9.5, 13, spaceBefore=4, spaceAfter=0, textColor=SOFT, keepWithNext=1),
    "label-of-long": _style("label-of-long", BOLD, 9.5, 13, spaceBefore=4, spaceAfter=0, textColor=SOFT),
    "value": _style("value", spaceAfter=4),
    "bullet": _style("bullet", leftIndent=12, bulletIndent=1, spaceAfter=3),
}


def _pieces(text: str) -> list[str]:
    """A text in pieces that are set quickly: cut between lines, within one only if it becomes very long when set."""
    pieces: list[list[str]] = [[]]
    letters = 0
    for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        for part, length in _cut(line):
            if pieces[-1] and (len(pieces[-1]) == MOST_LINES or letters + length > MOST_LETTERS):
                pieces.append([])
                letters = 0
            pieces[-1].append(part)
            letters += length
    return ["\n".join(piece) for piece in pieces]


def _cut(line: str) -> list[tuple[str, int]]:
    """A line in parts, each with its length as it is set, where a letter can become a name."""
    length = len(fonts.readable(line))
    if len(line) < 2 or length <= MOST_LETTERS:
        return [(line, length)]
    middle = len(line) // 2
    return [*_cut(line[:middle]), *_cut(line[middle:])]


class _Text(Paragraph):
    """A paragraph that says what it is in the document's structure; its parts on two pages are one element."""

    path: tags.Path = ()

    def split(self, width: float, height: float) -> list[Flowable]:
        parts = super().split(width, height)
        for part in parts:
            part.path = self.path
        return parts

    def draw(self) -> None:
        with tags.marked(self.canv, self.path):
            super().draw()


class _Writing(Flowable):
    """Lines to write on; no part of the text."""

    def __init__(self, lines: int) -> None:
        super().__init__()
        self.lines, self.step = lines, 8.5 * mm

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        self.width = width
        return width, self.lines * self.step

    def draw(self) -> None:
        with tags.beside(self.canv):
            self.canv.setStrokeColor(HAIR)
            for line in range(self.lines):
                self.canv.line(0, line * self.step, self.width, line * self.step)


class _Story:
    """The flowables of a paper, each with its place in the structure."""

    def __init__(self) -> None:
        self.numbers = count()
        self.made: list[Flowable] = []

    def _path(self, *names: str) -> tags.Path:
        return tuple((name, next(self.numbers)) for name in names)

    def put(self, text: str, style: str, tag: str, *, path: tags.Path | None = None, **more: Any) -> None:
        path = self._path(tag) if path is None else path
        pieces = _pieces(text)
        for number, piece in enumerate(pieces):
            used, first, last = STYLES[style], number == 0, number == len(pieces) - 1
            if not first or not last:
                space = {"spaceBefore": used.spaceBefore if first else 0, "spaceAfter": used.spaceAfter if last else 0}
                used = ParagraphStyle(used.name, parent=used, **space)
            part = _Text(markup(piece, used.fontName), used, **(more if first else {}))
            part.path = path
            part.heading = (tag, text) if tag in ("H1", "H2", "H3") and first else None
            self.made.append(part)

    def add(self, block: Block) -> None:
        match block:
            case Heading():
                self.put(block.text, f"h{block.level}", f"H{block.level}")
            case Para():
                self.put(block.text, block.style, "P")
            case Bullets():
                outer = self._path("L")
                for item in block.items:
                    path = (*outer, *self._path("LI", "LBody"))
                    self.put(item, "bullet", "LBody", path=path, bulletText="•")
            case Facts():
                for label, lines in block.rows:
                    # A long text starts right below its label, even if it ends on the next page.
                    self.put(label, "label" if sum(map(len, lines)) < LONG else "label-of-long", "P")
                    for line in lines:
                        self.put(line, "value", "P")
            case Notice():
                self._box(block)
            case Blank():
                self.put(block.label, "label", "P")
                self.made.append(_Writing(block.lines))

    def _box(self, notice: Notice) -> None:
        edge, ground = BOXES[notice.kind]
        box = ParagraphStyle(
            "box", parent=STYLES["text"], backColor=ground, borderColor=edge, borderWidth=0.8,
            borderPadding=(7, 9, 8, 9), leftIndent=9, rightIndent=9, spaceBefore=16, spaceAfter=22,
        )  # fmt: skip
        title = f'<font name="{BOLD}" color="{edge.hexval().replace("0x", "#")}">{markup(notice.title, BOLD)}</font>'
        lines = "".join(f"<br/>{markup(line)}" for line in notice.lines)
        part = _Text(title + lines, box)
        part.path, part.heading = self._path("P"), None
        self.made.append(part)


class _Document(BaseDocTemplate):
    """A4 with a head and a foot on each page. Built twice: the first time to know how many pages there are."""

    def __init__(self, target: Any, paper: Paper, pages: int) -> None:
        super().__init__(
            target, pagesize=A4, leftMargin=SIDE, rightMargin=SIDE, topMargin=TOP, bottomMargin=FOOT,
            title=paper.title, author="Skinproof", subject=paper.reference, lang=paper.language, invariant=1,
        )  # fmt: skip
        self.paper, self.pages = paper, pages
        frame = Frame(SIDE, FOOT, self.width, self.height, leftPadding=0, rightPadding=0, topPadding=0, bottomPadding=0)
        self.addPageTemplates(PageTemplate("page", [frame], onPage=self._beside))
        self.marks = tags.Marks()

    def beforeDocument(self) -> None:
        tags.start(self.canv, self.marks)
        self.canv.setViewerPreference("DisplayDocTitle", "true")

    def afterFlowable(self, flowable: Flowable) -> None:
        if (heading := getattr(flowable, "heading", None)) is not None:
            tag, text = heading
            key = f"h{self.canv.getPageNumber()}-{id(flowable)}"
            self.canv.bookmarkPage(key)
            self.canv.addOutlineEntry(text, key, level=int(tag[1]) - 1, closed=False)

    def _beside(self, canvas: Any, document: Any) -> None:
        with tags.beside(canvas):
            canvas.saveState()
            width, height = A4
            self._line(canvas, "Skinproof", SIDE, height - 14 * mm, TITLE, 12, STAIN)
            if self.paper.mark:
                edge = BOXES["stop"][0]
                self._line(canvas, self.paper.mark, width - SIDE, height - 14 * mm, BOLD, 9.5, edge, right=True)
            canvas.setStrokeColor(HAIR)
            canvas.line(SIDE, height - 17 * mm, width - SIDE, height - 17 * mm)
            canvas.line(SIDE, 19 * mm, width - SIDE, 19 * mm)
            self._line(canvas, self.paper.reference, SIDE, 14.5 * mm, TEXT, 8.5, SOFT)
            number = f"Page {document.page} of {self.pages}"
            self._line(canvas, number, width - SIDE, 14.5 * mm, TEXT, 8.5, SOFT, right=True)
            if self.paper.fingerprint:
                self._line(canvas, f"SHA-256 {self.paper.fingerprint}", SIDE, 10.5 * mm, TEXT, 7.5, SOFT)
            canvas.restoreState()

    @staticmethod
    def _line(
        canvas: Any, text: str, x: float, y: float, font: str, size: float, colour: Any, *, right: bool = False
    ) -> None:
        canvas.setFont(font, size)
        canvas.setFillColor(colour)
        (canvas.drawRightString if right else canvas.drawString)(x, y, fonts.readable(text, font))


def draw(paper: Paper) -> bytes:
    """The paper as a PDF; the same bytes for the same paper.

    Raises:
        RuntimeError: a font package is not installed.
    """
    fonts.register()
    first = _build(paper, 0)
    made = _build(paper, first.page)
    return tags.finish(made.target.getvalue(), made.marks, language=paper.language, dated=paper.dated)


def _build(paper: Paper, pages: int) -> _Document:
    story = _Story()
    if paper.kicker:
        story.put(paper.kicker, "kicker", "P")
    story.put(paper.title, "h1", "H1")
    if paper.mark:
        story.add(Notice(paper.mark, (), "stop"))
    for block in paper.blocks:
        story.add(block)
    if any(right_to_left(text) for text in texts(paper)):
        story.add(Para(WRONG_WAY, "small"))
    target = io.BytesIO()
    document = _Document(target, paper, pages)
    document.target = target
    document.build(story.made)
    return document
