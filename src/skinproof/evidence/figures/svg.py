"""matplotlib, loaded when something is drawn, and its SVG made fit for a page.

A page that forbids inline styles gets none: each `style` becomes attributes, each house colour a class, text stays
text, and the ids that markers and hatches need are the picture's own.
"""

from __future__ import annotations

import hashlib
import importlib.util
import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from threading import RLock
from typing import Any
from xml.etree import ElementTree

from .style import CLASSES, EDGE, INK, PAPER, TEXT

SVG = "http://www.w3.org/2000/svg"
LINK = "{http://www.w3.org/1999/xlink}href"
KEPT = frozenset({
    "fill", "fill-opacity", "opacity", "stroke", "stroke-opacity", "stroke-width", "stroke-dasharray",
    "stroke-dashoffset", "stroke-linecap", "stroke-linejoin", "font-size", "font-weight", "text-anchor",
})  # fmt: skip
HOUSE_FONT = "fontpkg_atkinson_hyperlegible"
_lock = RLock()  # matplotlib is not safe to draw with from several threads, and its settings are global


@contextmanager
def drawing() -> Iterator[None]:
    """The house settings, one thread at a time.

    Raises:
        ImportError: matplotlib is not installed; says how to get it.
    """
    try:
        import matplotlib
    except ImportError as missing:
        raise ImportError("figures are drawn with matplotlib: pip install skinproof[figures]") from missing
    with _lock, matplotlib.rc_context({
        "svg.fonttype": "none", "svg.hashsalt": "skinproof", "text.parse_math": False,
        "font.family": _families(), "font.size": TEXT, "text.color": INK, "hatch.color": EDGE, "hatch.linewidth": 0.8,
        "figure.facecolor": PAPER, "axes.facecolor": "none", "axes.edgecolor": EDGE, "path.simplify": False,
        "lines.scale_dashes": False,
    }):  # fmt: skip
        yield


@cache
def _families() -> list[str]:
    """The text face of the pages where its package is installed, else matplotlib's own."""
    from matplotlib import font_manager

    spec = importlib.util.find_spec(HOUSE_FONT)
    files = (
        [file for folder in spec.submodule_search_locations or () for file in Path(folder).rglob("*.ttf")]
        if spec
        else []
    )
    for file in files:
        font_manager.fontManager.addfont(str(file))
    return ["Atkinson Hyperlegible", "DejaVu Sans"] if files else ["DejaVu Sans"]


def to_svg(figure: Any, *, title: str, description: str) -> str:
    """A figure as inline SVG: `title` names it and `description` tells it to people who do not see it.

    It takes the width of what holds it; `figure`'s own width is that at which its letters have their stated size.

    Raises:
        ValueError: no title or no description.
    """
    if not title.strip() or not description.strip():
        raise ValueError("a picture needs a title and a description, for those who cannot see it")
    out = io.StringIO()
    with drawing():
        figure.savefig(out, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    return _themed(out.getvalue(), title, description)


def _themed(svg: str, title: str, description: str) -> str:
    ElementTree.register_namespace("", SVG)
    root = ElementTree.fromstring(svg)  # noqa: S314 - drawn here
    for parent in list(root.iter()):
        for child in list(parent):
            tag = child.tag.removeprefix(f"{{{SVG}}}")
            if tag in ("metadata", "style") or (tag == "g" and child.get("id") == "patch_1"):
                parent.remove(child)
    own = "p" + hashlib.sha256((title + description + svg).encode()).hexdigest()[:8]
    for element in root.iter():
        _plain(element, own)
    for name in ("width", "height"):
        root.attrib.pop(name, None)
    root.set("role", "img")
    root.set("focusable", "false")
    for place, (tag, words) in enumerate((("title", title), ("desc", description))):
        told = ElementTree.Element(f"{{{SVG}}}{tag}")
        told.text = " ".join(words.split())
        root.insert(place, told)
    text = ElementTree.tostring(root, encoding="unicode")
    return re.sub(r">\s+<", "><", text)


def _plain(element: ElementTree.Element, own: str) -> None:
    """Style to attributes and classes; ids only where something points at them, and then this picture's own."""
    names = []
    for part in element.attrib.pop("style", "").split(";"):
        key, _, raw = (bit.strip() for bit in part.partition(":"))
        if key in ("fill", "stroke") and raw in CLASSES:
            names.append(CLASSES[raw] + ("-fill" if key == "fill" else ""))
        elif key == "font":
            size = re.search(r"([\d.]+)px", raw)
            element.set("font-size", size.group(1) if size else f"{TEXT:g}")
            if "bold" in raw or "700" in raw:
                element.set("font-weight", "700")
        elif key in KEPT:
            element.set(key, raw.removesuffix("px").replace("url(#", f"url(#{own}-"))
    for key in ("fill", "stroke"):  # inside hatches matplotlib writes attributes
        if element.get(key) in CLASSES:
            names.append(CLASSES[element.attrib.pop(key)] + ("-fill" if key == "fill" else ""))
    clip = element.get("clip-path")
    if clip is not None:
        element.set("clip-path", clip.replace("url(#", f"url(#{own}-"))
    if names:
        element.set("class", " ".join(names))
    if element.get("transform", "").startswith("rotate(-0 "):
        element.attrib.pop("transform")
    link = element.attrib.pop(LINK, None)
    if link is not None:
        element.set("href", link.replace("#", f"#{own}-"))
    name = element.attrib.pop("id", None)
    if name is not None and not element.tag.endswith("}g"):
        element.set("id", f"{own}-{name}")
