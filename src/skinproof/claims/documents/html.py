"""The text of a web page: what it says, without its menus, with headings, lists and tables as Markdown writes them.

Libraries that find an article's text (trafilatura among them) pass over an advert's large opening promise and the
buttons of its questions. So they are asked where the main part lies; everything within it is kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

import lxml.html
import trafilatura
from lxml import etree

from ._errors import DocumentError
from .reading import decoded

_DECLARED = re.compile(rb"<meta[^>]+charset\s*=\s*[\"']?\s*([\w.:-]+)", re.I)
_LATIN = ("iso-8859-1", "latin1", "latin-1", "us-ascii", "ascii")  # which browsers read as Windows' superset
_UNSEEN = frozenset((
    "script", "style", "noscript", "template", "svg", "math", "iframe", "object", "embed", "canvas", "audio",
    "video", "head", "nav", "footer", "aside", "form", "dialog", "select", "textarea", "map", "datalist",
))  # fmt: skip
_UNSEEN_ROLES = frozenset(
    ("navigation", "contentinfo", "complementary", "search", "dialog", "alertdialog", "menu", "menubar")
)
_UNSEEN_NAMES = re.compile(
    r"(?:^|[-_ ])(?:cookies?|consent|breadcrumbs?|skip-?link|newsletter|sidebar|site-?nav|navbar|social|share)"
    r"(?:$|[-_ ])",
    re.I,
)
_INLINE = frozenset((
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font", "i",
    "img", "ins", "kbd", "label", "mark", "meter", "output", "picture", "q", "rp", "rt", "ruby", "s", "samp",
    "small", "span", "strike", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr",
))  # fmt: skip
# A tag and its attributes. Each next attribute is held against all before it: a hundred thousand of them, a megabyte,
# take more than a minute.
_TAG = re.compile(r"<[a-zA-Z][^\s/>]*+((?:[^>=]++|=\s*+(?:\"[^\"]*+(?:\"|\Z)|'[^']*+(?:'|\Z))?+)*+)")
_GIVEN = re.compile(r"=\s*+(?:\"[^\"]*+(?:\"|\Z)|'[^']*+(?:'|\Z))")
_MOST_ATTRIBUTES = 2_000
_DEEPEST = 400  # parts within each other; trafilatura follows them by recursion
_SHOWN = 300  # characters of what was left out, in a note
_HEADINGS = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6, "summary": 4, "button": 4, "dt": 4, "legend": 4}


@dataclass(slots=True)
class _Part:
    kind: Literal["heading", "item", "text", "row"]
    text: str
    level: int = 0
    main: bool = False


def text_of(content: bytes, source: str, charset: str | None = None) -> tuple[str, tuple[str, ...]]:
    """
    Raises:
        DocumentError: not readable as a web page, or nothing is said on it.
    """
    text = _decoded(content, source, charset)
    parser = lxml.html.HTMLParser(huge_tree=True)  # else all that follows 256 parts within each other would be cut off
    try:
        tree = lxml.html.document_fromstring(_TAG.sub(_few_attributes, re.sub(r"^\s*<\?xml[^>]*>", "", text)), parser)
    except (etree.ParserError, ValueError):
        raise DocumentError(f"{source} cannot be read as a web page.") from None
    if any(fault.type_name == "ERR_RESOURCE_LIMIT" for fault in parser.error_log) or _deeper(tree, _DEEPEST):
        raise DocumentError(
            f"{source} has too many parts within each other to be read. Copy its text from the browser, and paste that."
        )
    body = tree.find("body")
    if body is None:
        raise DocumentError(f"{source} is a web page with no body: nothing is said on it.")
    all_parts = list(_Walk().parts(body))
    parts = _main(all_parts, tree)
    if not parts:
        raise DocumentError(
            f"{source} is a web page without words in its source. "
            "If it is drawn by a program in the browser, copy its text and paste that."
        )
    held = set(map(id, parts))
    left = " … ".join(part.text for part in all_parts if id(part) not in held)
    note = f"Left out, as not of the page's main part: {left[:_SHOWN]}{'…' if len(left) > _SHOWN else ''}"
    return _written(parts), (note,) if left and not any(part.main for part in parts) else ()


def _deeper(tree: Any, limit: int) -> bool:
    depth = 0
    for event, _ in etree.iterwalk(tree, events=("start", "end")):
        depth += 1 if event == "start" else -1
        if depth > limit:
            return True
    return False


def _few_attributes(tag: re.Match[str]) -> str:
    """A tag as it stands; one with far more attributes than any real one, without them."""
    if len(tag[1]) <= _MOST_ATTRIBUTES:
        return tag[0]
    given = len(re.findall(r"[\s/=]+", _GIVEN.sub("=", tag[1])))
    return tag[0] if given <= _MOST_ATTRIBUTES else tag[0].removesuffix(tag[1])


def _decoded(content: bytes, source: str, charset: str | None) -> str:
    declared = _DECLARED.search(content[:4096])
    named = charset or (declared[1].decode("ascii", "replace") if declared else None)
    if named and named.lower() in _LATIN:
        named = "windows-1252"
    if named is None:
        try:
            return decoded(content, source)
        except DocumentError:
            if b"\x00" in content:
                raise
            named = "windows-1252"  # what browsers take a page for that does not say
    return decoded(content, source, named)


class _Walk:
    """Goes through a page in order and gives its parts, without recursion: pages nest as deep as they like."""

    def __init__(self) -> None:
        self._words: list[str] = []
        self._part: tuple[Literal["heading", "item", "text", "row"], int] = ("text", 0)

    def parts(self, body: Any) -> Iterator[_Part]:
        stack: list[tuple[Any, bool, bool]] = [(body, False, False)]  # element, whether it closes, whether in <main>
        while stack:
            node, closes, main = stack.pop()
            if closes:
                yield from self._close(node, main)
                self._words.append(node.tail or "")
                continue
            if not isinstance(node.tag, str) or _unseen(node):
                self._words.append(node.tail or "")
                continue
            main = main or node.tag == "main" or node.get("role") == "main"
            if node.tag == "table" and not _is_layout(node):
                yield from self._flush(main)
                yield from _rows(node, main)
                self._words.append(node.tail or "")
                continue
            yield from self._open(node, main)
            stack.append((node, True, main))
            stack.extend((child, False, main) for child in reversed(node))

    def _open(self, node: Any, main: bool) -> Iterator[_Part]:
        if node.tag == "br":
            self._words.append("\n")
        elif node.tag not in _INLINE:
            yield from self._flush(main)
            if node.tag in _HEADINGS and not (node.tag == "button" and not _opens_something(node)):
                self._part = ("heading", _HEADINGS[node.tag])
            elif node.tag == "li":
                self._part = ("item", 0)
        self._words.append(node.text or "")

    def _close(self, node: Any, main: bool) -> Iterator[_Part]:
        if node.tag not in _INLINE and node.tag != "br":
            yield from self._flush(main)
            self._part = ("text", 0)

    def _flush(self, main: bool) -> Iterator[_Part]:
        kind, level = self._part
        lines = (" ".join(line.split()) for line in _lines(self._words))
        for line in lines:
            if line:
                yield _Part(kind, line, level, main)
                kind = "text" if kind == "heading" else kind
                self._part = ("text", 0)
        self._words = []


def _lines(words: list[str]) -> list[str]:
    """Line breaks of the source are spaces; those of <br> were put in as "\\n" alone."""
    made = [""]
    for word in words:
        if word == "\n":
            made.append("")
        else:
            made[-1] += word
    return made


def _unseen(node: Any) -> bool:
    if node.tag in _UNSEEN or node.get("hidden") is not None or node.get("aria-hidden") == "true":
        return True
    if node.get("role") in _UNSEEN_ROLES:
        return True
    if node.tag in ("body", "main", "article"):
        return False
    return bool(_UNSEEN_NAMES.search(f"{node.get('class', '')} {node.get('id', '')}"))


def _opens_something(button: Any) -> bool:
    """A button that is a question or opens a part of the page, not one that orders or sends."""
    return (
        button.get("aria-expanded") is not None
        or button.get("aria-controls") is not None
        or "?" in button.text_content()
    )


def _is_layout(table: Any) -> bool:
    """Whether a table only lays out what is in it: it holds tables, or has one row or one column."""
    if table.find(".//table") is not None or table.get("role") == "presentation":
        return True
    rows = [sum(cell.tag in ("td", "th") for cell in row) for row in table.iter("tr")]
    return len(rows) < 2 or max(rows) < 2


def _rows(table: Any, main: bool) -> Iterator[_Part]:
    for number, row in enumerate(table.iter("tr")):
        cells = [" ".join(cell.text_content().split()).replace("|", "/") for cell in row if cell.tag in ("td", "th")]
        if any(cells):
            yield _Part("row", "| " + " | ".join(cells) + " |", number, main)
            if not number:
                yield _Part("row", "|" + " --- |" * len(cells), number, main)


def _main(parts: list[_Part], tree: Any) -> list[_Part]:
    """From the page's title to the end of its main part, as the page marks it or as trafilatura finds it."""
    inside = [at for at, part in enumerate(parts) if part.main]
    if not inside:
        found = trafilatura.extract(tree, favor_recall=True, include_comments=False, output_format="txt") or ""
        kept = {_key(line) for line in re.split(r"\n|(?<=[.!?])\s", found)} - {""}
        inside = [
            at for at, part in enumerate(parts) if _key(part.text) in kept or _key(part.text.split(". ")[0]) in kept
        ]
    if not inside:
        return parts
    titles = [at for at, part in enumerate(parts) if part.kind == "heading" and part.level == 1]
    first = min([inside[0], *titles[:1]])
    return parts[first : inside[-1] + 1]


def _key(text: str) -> str:
    return "".join(sign for sign in text.lower() if sign.isalnum())


def _written(parts: list[_Part]) -> str:
    lines: list[str] = []
    last = ""
    for part in parts:
        if not (part.kind == last and part.kind in ("item", "row")):
            lines.append("")
        mark = {"heading": "#" * part.level + " ", "item": "- ", "text": "", "row": ""}[part.kind]
        lines.append(mark + part.text)
        last = part.kind
    return "\n".join(lines).strip() + "\n"
