"""A page as a tree, with the standard library alone, for tests that look at what a reader is shown."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


@dataclass
class Node:
    tag: str
    attributes: dict[str, str | None]
    parent: Node | None
    children: list[Node | str] = field(default_factory=list)

    def up(self) -> Iterator[Node]:
        node: Node | None = self
        while node is not None:
            yield node
            node = node.parent

    def all(self, tag: str | None = None) -> Iterator[Node]:
        """The elements within, in the order of the page."""
        waiting = self.children[::-1]
        while waiting:
            child = waiting.pop()
            if isinstance(child, Node):
                if tag is None or child.tag == tag:
                    yield child
                waiting += child.children[::-1]

    def texts(self) -> Iterator[tuple[str, Node]]:
        """Each text within, and the element that it stands in."""
        waiting: list[tuple[Node | str, Node]] = [(child, self) for child in self.children[::-1]]
        while waiting:
            child, parent = waiting.pop()
            if isinstance(child, str):
                yield child, parent
            else:
                waiting += [(each, child) for each in child.children[::-1]]

    @property
    def text(self) -> str:
        return " ".join(" ".join(text for text, _ in self.texts()).split())

    def get(self, name: str) -> str:
        return self.attributes.get(name) or ""

    def has_class(self, name: str) -> bool:
        return name in self.get("class").split()


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = self.now = Node("", {}, None)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = Node(tag, dict(attrs), self.now)
        self.now.children.append(node)
        if tag not in VOID:
            self.now = node

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.now.children.append(Node(tag, dict(attrs), self.now))

    def handle_endtag(self, tag: str) -> None:
        for node in self.now.up():
            if node.tag == tag and node.parent is not None:
                self.now = node.parent
                return

    def handle_data(self, data: str) -> None:
        self.now.children.append(data)


def parse(content: bytes | str) -> Node:
    builder = _Builder()
    builder.feed(content.decode() if isinstance(content, bytes) else content)
    return builder.root


def main_of(content: bytes | str) -> Node:
    (main,) = parse(content).all("main")
    return main
