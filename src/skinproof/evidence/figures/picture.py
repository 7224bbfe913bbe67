"""A picture: how to draw it at any width, and what it says to someone who does not see it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from .style import NARROW, WIDE
from .svg import drawing, to_svg

LEAST = 300


@dataclass(frozen=True)
class Table:
    """The numbers of a picture as rows of text, each as long as `columns`."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Picture:
    """`figure()` for a statistician, `svg()` with `description` and `table` for a page."""

    title: str
    description: str
    table: Table
    draw: Callable[[int], Any]

    def figure(self, width: int = WIDE) -> Any:
        """A matplotlib Figure `width` px wide, as high as it needs; its letters are 12 px and more at that width.

        Raises:
            ImportError: matplotlib is not installed.
            ValueError: narrower than 300 px.
        """
        if width < LEAST:
            raise ValueError(f"a picture {width} px wide; {LEAST} px is the least")
        with drawing():
            return self.draw(width)

    def svg(self, width: int = NARROW) -> str:
        """Inline SVG with title and description inside; see `svg.to_svg`."""
        with drawing():
            return to_svg(self.figure(width), title=self.title, description=self.description)

    def _repr_png_(self) -> bytes:
        """What a notebook shows."""
        import io

        out = io.BytesIO()
        self.figure().savefig(out, format="png")
        return out.getvalue()


def table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> Table:
    return Table(tuple(columns), tuple(tuple(row) for row in rows))


def counted(count: int, one: str, several: str | None = None) -> str:
    """ "1 study", "3 studies"."""
    return f"{count:,} {one if count == 1 else several or one + 's'}"
