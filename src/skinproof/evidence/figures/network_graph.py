"""The graph of a network: treatments as discs, comparisons as lines, parts that nothing joins apart."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from .picture import Picture, counted, table
from .sheet import Sheet, key_height, line_sample
from .sheet import numbered as list_numbers
from .style import DASHES, INK, PAPER, SMALL, SOFT, STACKED, STAIN, leading, text_width, wrap

Certainty = Literal["high", "moderate", "low", "very-low"]
STYLES: dict[str, Any] = dict(zip(("high", "moderate", "low", "very-low"), DASHES, strict=True))
LABEL = 150.0  # px that a name beside its disc may take
LABELLED = 10  # more treatments than this are numbered and named below
GAP = 28.0


@dataclass(frozen=True)
class Node:
    """A treatment; `people` (or else `arms`) who had it make its disc."""

    name: str
    people: int | None = None
    arms: int | None = None


@dataclass(frozen=True)
class Edge:
    """Two treatments that `studies` compared, and how sure one can be of that comparison."""

    a: str
    b: str
    studies: int
    certainty: Certainty | None = None


def network_graph(nodes: Sequence[Node], edges: Sequence[Edge], *, title: str) -> Picture:
    """Discs sized by people (or arms), lines as thick as their studies are many, the number written on each.

    Certainty is the style of the line. Narrow pictures number the discs and name them below.

    Raises:
        ValueError: no nodes; two nodes of one name; an edge to a node that is not there, to itself, or twice.
    """
    names = [node.name for node in nodes]
    if not names:
        raise ValueError("a network needs at least one treatment")
    if len(set(names)) < len(names):
        raise ValueError(f"treatment {next(n for n in names if names.count(n) > 1)!r} is there twice")
    seen: set[frozenset[str]] = set()
    for edge in edges:
        for end in (edge.a, edge.b):
            if end not in names:
                raise ValueError(f"comparison {edge.a} and {edge.b}: there is no treatment {end!r}")
        pair = frozenset((edge.a, edge.b))
        if len(pair) < 2 or pair in seen:
            raise ValueError(f"comparison {edge.a} and {edge.b}: {'twice' if pair in seen else 'with itself'}")
        seen.add(pair)
    parts = _parts(names, edges)
    return Picture(
        title,
        _describe(nodes, edges, parts),
        table(
            ["Comparison", "Studies", "Certainty"],
            [[f"{e.a} and {e.b}", str(e.studies), (e.certainty or "not rated").replace("-", " ")] for e in edges],
        ),
        lambda width: _draw(nodes, edges, parts, width),
    )


def _parts(names: Sequence[str], edges: Sequence[Edge]) -> list[list[str]]:
    """Treatments that hang together, the larger parts first."""
    of = {name: {name} for name in names}
    for edge in edges:
        joined = of[edge.a] | of[edge.b]
        for name in joined:
            of[name] = joined
    parts: list[list[str]] = []
    for name in names:
        if not any(name in part for part in parts):
            parts.append([other for other in names if other in of[name]])
    return sorted(parts, key=len, reverse=True)


def _describe(nodes: Sequence[Node], edges: Sequence[Edge], parts: Sequence[Sequence[str]]) -> str:
    said = [f"{counted(len(nodes), 'treatment')} and {counted(len(edges), 'direct comparison')}."]
    if len(parts) > 1:
        said.append(
            f"The network is in {len(parts)} parts that no study joins: {'; '.join(', '.join(part) for part in parts)}."
        )
    if edges:
        most = max(edges, key=lambda edge: edge.studies)
        said.append(f"Most studied: {most.a} and {most.b}, {counted(most.studies, 'study', 'studies')}.")
    return " ".join(said)


@dataclass(frozen=True)
class _Label:
    """Lines beside a disc, as an offset of their anchor from it: `top` and `x`, and which way they are aligned."""

    lines: tuple[str, ...]
    amount: str
    x: float
    top: float
    align: str

    @property
    def width(self) -> float:
        return max([text_width(line) for line in self.lines] + [text_width(self.amount, SMALL)])

    @property
    def height(self) -> float:
        return len(self.lines) * leading() + (leading(SMALL) if self.amount else 0)

    @property
    def left(self) -> float:
        return self.x - {"left": 0.0, "center": self.width / 2, "right": self.width}[self.align]


@dataclass(frozen=True)
class _Disc:
    node: Node
    x: float
    y: float
    radius: float
    label: _Label | None

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Left, top, right and bottom of disc and label."""
        r = self.radius + 2
        box = (self.x - r, self.y - r, self.x + r, self.y + r)
        if self.label is None:
            return box
        left, top = self.x + self.label.left, self.y + self.label.top
        return (
            min(box[0], left), min(box[1], top), max(box[2], left + self.label.width),
            max(box[3], top + self.label.height),
        )  # fmt: skip


def _sizes(nodes: Sequence[Node], least: float, most: float) -> dict[str, float]:
    amounts = {node.name: float(node.people or 0) for node in nodes}
    if not all(amounts.values()):
        amounts = {node.name: float(node.arms or 0) for node in nodes}
    top = max(amounts.values())
    return {name: most if not top else max(least, most * math.sqrt(amount / top)) for name, amount in amounts.items()}


def _ring(part: Sequence[str], edges: Sequence[Edge]) -> list[str]:
    """An order around the circle that keeps compared treatments near: from the best joined, nearest first."""
    weight = {frozenset((edge.a, edge.b)): edge.studies for edge in edges}
    degree = {name: sum(name in pair for pair in weight) for name in part}
    left = sorted(part, key=lambda name: (-degree[name], part.index(name)))
    ring = [left.pop(0)]
    while left:
        nearest = max(left, key=lambda name: (frozenset((ring[-1], name)) in weight, -left.index(name)))
        left.remove(nearest)
        ring.append(nearest)
    return ring


def _named(node: Node) -> str:
    if node.people is not None:
        return f"{node.name}, {counted(node.people, 'person', 'people')}"
    return node.name if node.arms is None else f"{node.name}, {counted(node.arms, 'arm')}"


def _circle(ring: Sequence[Node], radii: dict[str, float], width: float, numbered: bool) -> list[_Disc]:
    """Discs around (0, 0)."""
    count = len(ring)
    if numbered:
        radius = min(width / 2 - 26, 24.0 * max(count, 2.4))
    else:
        radius = min(max(width / 2 - 200, 60.0), 34.0 * max(count, 2.2))
    discs = []
    for at, node in enumerate(ring):
        turn = 2 * math.pi * at / count - math.pi / 2
        x, y = (radius * math.cos(turn), radius * math.sin(turn)) if count > 1 else (0.0, 0.0)
        label = None if numbered else _label(node, radii[node.name], math.cos(turn), math.sin(turn))
        discs.append(_Disc(node, x, y, radii[node.name], label))
    return discs


def _label(node: Node, disc: float, across: float, down: float) -> _Label:
    """A name outside the circle: beside its disc, or above or below it at the top and foot."""
    lines = tuple(wrap(node.name, LABEL))
    amount = _named(node).removeprefix(node.name).lstrip(", ")
    sized = _Label(lines, amount, 0.0, 0.0, "center")
    gap = disc + 6
    if abs(across) < 0.3:
        return _Label(lines, amount, 0.0, -gap - sized.height if down < 0 else gap, "center")
    return _Label(lines, amount, math.copysign(gap, across), -sized.height / 2, "left" if across > 0 else "right")


def _packed(parts: Sequence[list[_Disc]], width: float) -> tuple[list[_Disc], float]:
    """Parts side by side while they fit, each row in the middle; and the height taken."""
    rows: list[list[tuple[list[_Disc], tuple[float, float, float, float]]]] = [[]]
    used = 0.0
    for part in parts:
        boxes = [disc.box for disc in part]
        whole = (*(min(box[i] for box in boxes) for i in (0, 1)), *(max(box[i] for box in boxes) for i in (2, 3)))
        wide = whole[2] - whole[0]
        if rows[-1] and used + GAP + wide > width:
            rows.append([])
            used = 0.0
        used += wide + (GAP if rows[-1] else 0.0)
        rows[-1].append((part, whole))  # type: ignore[arg-type]
    placed: list[_Disc] = []
    top = 4.0
    for row in rows:
        x = (width - sum(box[2] - box[0] for _, box in row) - GAP * (len(row) - 1)) / 2
        high = max(box[3] - box[1] for _, box in row)
        for part, box in row:
            down = top + (high - (box[3] - box[1])) / 2
            placed += [replace(disc, x=disc.x + x - box[0], y=disc.y + down - box[1]) for disc in part]
            x += box[2] - box[0] + GAP
        top += high + GAP
    return placed, top


def _draw(nodes: Sequence[Node], edges: Sequence[Edge], parts: Sequence[Sequence[str]], width: int) -> Any:
    numbered = width < STACKED or len(nodes) > LABELLED
    least, most = (11.0, 19.0) if numbered else (8.0, 24.0)
    radii = _sizes(nodes, least, most)
    of = {node.name: node for node in nodes}
    rings = [[of[name] for name in _ring(part, edges)] for part in parts]
    discs, bottom = _packed([_circle(ring, radii, width, numbered) for ring in rings], width)
    columns = 1 if width < STACKED else 2
    names = [(str(at), _named(disc.node)) for at, disc in enumerate(discs, start=1)] if numbered else []
    end = list_numbers(None, bottom, names, width, columns) + 8
    key = _key(edges)
    sheet = Sheet(width, end + key_height(key, width))
    _lines(sheet, edges, {disc.node.name: disc for disc in discs})
    for at, disc in enumerate(discs, start=1):
        _mark(sheet, disc, str(at) if numbered else "")
    list_numbers(sheet, bottom, names, width, columns)
    sheet.key(end, key)
    return sheet.figure


def _lines(sheet: Sheet, edges: Sequence[Edge], places: dict[str, _Disc]) -> None:
    top = max((edge.studies for edge in edges), default=1)
    for edge in edges:
        a, b = places[edge.a], places[edge.b]
        style = STYLES[edge.certainty] if edge.certainty else "solid"
        sheet.line([a.x, b.x], [a.y, b.y], colour=STAIN, width=1.4 + 4.6 * edge.studies / top, style=style)
    taken: list[tuple[float, float]] = []
    for edge in edges:
        x, y = _clear(places[edge.a], places[edge.b], taken)
        taken.append((x, y))
        wide = text_width(str(edge.studies), SMALL) + 6
        sheet.box(x - wide / 2, y - 8, wide, 16, fill=PAPER, above=2.5)
        sheet.text(x, y + SMALL * 0.36, str(edge.studies), size=SMALL, align="center")


def _clear(a: _Disc, b: _Disc, taken: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """A place on the line for its number, as far from other numbers as it can be."""
    shares = (0.5, 0.42, 0.58, 0.34, 0.66)
    spots = [(a.x + share * (b.x - a.x), a.y + share * (b.y - a.y)) for share in shares]

    def room(spot: tuple[float, float]) -> float:
        return min((math.dist(spot, other) for other in taken), default=1e9)

    return next((spot for spot in spots if room(spot) > 20), max(spots, key=room))


def _mark(sheet: Sheet, disc: _Disc, words: str) -> None:
    from matplotlib.patches import Circle

    fill = PAPER if words else INK
    sheet.page.add_patch(
        Circle((disc.x, disc.y), disc.radius, facecolor=fill, edgecolor=INK, linewidth=1.6, zorder=2.8, clip_on=False)
    )
    if words:
        sheet.text(disc.x, disc.y + SMALL * 0.36, words, size=SMALL, bold=True, align="center")
    if disc.label is not None:
        label = disc.label
        ends = sheet.block(disc.x + label.x, disc.y + label.top, label.lines, align=label.align)
        if label.amount:
            sheet.block(disc.x + label.x, ends, [label.amount], size=SMALL, colour=SOFT, align=label.align)


def _key(edges: Sequence[Edge]) -> list[Any]:
    rated = [level for level in STYLES if any(edge.certainty == level for edge in edges)]
    entries = [(line_sample(STYLES[level], 3, STAIN), f"{level.replace('-', ' ')} certainty") for level in rated]
    if rated and any(edge.certainty is None for edge in edges):
        entries.append((line_sample("solid", 1.5, STAIN), "certainty not rated"))
    return entries
