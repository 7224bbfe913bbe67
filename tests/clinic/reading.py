"""The text of a page as a reader has it: headings, list items and paragraphs each on their own."""

from __future__ import annotations

from .pages import Node

BLOCKS = {
    "p", "div", "section", "article", "header", "footer", "ul", "ol", "dl", "dt", "dd", "table", "tr", "figure",
    "figcaption", "blockquote", "details", "summary", "form", "fieldset", "legend", "label", "nav", "aside", "hr", "br",
}  # fmt: skip
SILENT = {"script", "style", "svg", "template"}


def read_aloud(node: Node) -> str:
    """Plain text with markdown's marks for headings, list items and table cells."""
    lines = [" ".join(line.split()) for line in _said(node).split("\n")]
    return "\n".join(line for line, before in zip(lines, ["", *lines], strict=False) if line or before)


def _said(node: Node) -> str:
    inside = "".join(
        child if isinstance(child, str) else _said(child)
        for child in node.children
        if isinstance(child, str) or child.tag not in SILENT
    )
    if node.tag in ("h1", "h2", "h3", "h4", "h5", "h6"):
        return f"\n\n{'#' * int(node.tag[1])} {' '.join(inside.split())}\n\n"
    if node.tag == "li":
        return f"\n- {inside.strip()}\n"
    if node.tag in ("td", "th"):
        return f"\n\n{inside.strip()}\n\n"
    return f"\n\n{inside}\n\n" if node.tag in BLOCKS else inside.replace("\n", " ")


def without_evidence(node: Node) -> Node:
    """The page without what it passes on: answers beside a link to their finding, figures with their source."""
    kept = Node(node.tag, node.attributes, node.parent)
    kept.children = [
        child if isinstance(child, str) else without_evidence(child)
        for child in node.children
        if isinstance(child, str) or not (_is_card(child) or _is_figure(child))
    ]
    return kept


def _is_card(node: Node) -> bool:
    return node.tag in ("li", "article", "tr", "p", "dd") and any("/findings/" in a.get("href") for a in node.all("a"))


def _is_figure(node: Node) -> bool:
    """A row of what pages say about time, or of what studies counted: it leads to its record."""
    led = any(name in a.get("href") for a in node.all("a") for name in ("/time/", "/studies/"))
    return "data-source" in node.attributes or (led and node.tag in ("dl", "dd", "td", "li", "tr"))
