"""Which photos help a doctor with a concern, and how a person takes them: data with its sources."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field

from skinproof.vocabulary import Kept, KnowledgeError, Source, read_yaml, unknown, validate, vocabulary

from .terms import DATA

VIEWS_FILE = DATA / "photo-views.yaml"
Name = Annotated[str, Field(pattern=r"^[a-z]+(-[a-z]+)*$")]


class Statement(Kept):
    """What to do, in plain words, and the names of the pages where it was read."""

    says: str = Field(min_length=10)
    sources: tuple[str, ...] = Field(min_length=1)
    support: Literal["direct", "partial"]


class View(Kept):
    """One photo. `outline` names the drawing that shows it."""

    id: Name
    name: str
    outline: Name
    how: tuple[Statement, ...] = Field(min_length=1)


class _Set(Kept):
    views: tuple[str, ...] = Field(min_length=1)
    sources: tuple[str, ...] = Field(min_length=1)


class _File(Kept):
    sources: Mapping[str, Source]
    before: tuple[Statement, ...]
    general: tuple[Statement, ...]
    views: Mapping[str, Mapping[str, Any]]
    sets: Mapping[str, _Set]
    concerns: Mapping[str, tuple[str, ...]]
    also: Mapping[str, tuple[str, ...]]


class PhotoGuide(Kept):
    """Everything the file says, checked."""

    sources: Mapping[str, Source]
    before: tuple[Statement, ...]  # what not to send
    general: tuple[Statement, ...]  # for every photo
    views: Mapping[str, View]
    concerns: Mapping[str, tuple[str, ...]]  # views, the first ones first
    also: Mapping[str, tuple[str, ...]]  # views that can be asked for besides

    def of_concern(self, concern: str) -> tuple[View, ...]:
        """The views of a concern; none for a concern that is not known (any more)."""
        return tuple(self.views[view] for view in self.concerns.get(concern, ()))

    def for_asking(self, concern: str) -> tuple[View, ...]:
        """The views that a doctor may ask for, those of the concern first; all for a concern that is not known."""
        if concern not in self.concerns:
            return tuple(self.views.values())
        return tuple(self.views[view] for view in dict.fromkeys((*self.concerns[concern], *self.also[concern])))

    def sources_of(self, statements: tuple[Statement, ...]) -> tuple[Source, ...]:
        """Where these were read, each page once."""
        names = dict.fromkeys(name for statement in statements for name in statement.sources)
        return tuple(self.sources[name] for name in names)


@cache
def photo_guide() -> PhotoGuide:
    """The guide, read once.

    Raises:
        KnowledgeError: the file is at fault; names the place and the fault.
    """
    return make_guide(read_yaml(VIEWS_FILE))


def make_guide(content: Any, file: Path = VIEWS_FILE) -> PhotoGuide:
    """The guide from the plain content of its file; see `photo_guide`."""
    read = validate(content, _File, file)
    views = {name: validate({"id": name, **row}, View, file) for name, row in read.views.items()}
    statements = [("before", row) for row in read.before] + [("general", row) for row in read.general]
    statements += [(f"views, {view.id}", row) for view in views.values() for row in view.how]
    for where, row in statements:
        _known(row.sources, read.sources, where, file)
    for name, each in read.sets.items():
        _known(each.sources, read.sources, f"sets, {name}", file)
        _known(each.views, views, f"sets, {name}", file)
    for part, rows in (("concerns", read.concerns), ("also", read.also)):
        for concern in {*rows, *vocabulary().concerns}:
            if concern not in rows or concern not in vocabulary().concerns:
                raise KnowledgeError(file, f"{part}, {concern}", "stands here or in the vocabulary, and must in both")
            _known(rows[concern], read.sets, f"{part}, {concern}", file)
    return PhotoGuide(
        sources=read.sources,
        before=read.before,
        general=read.general,
        views=views,
        concerns=_views(read.concerns, read.sets),
        also=_views(read.also, read.sets),
    )


def _views(concerns: Mapping[str, tuple[str, ...]], sets: Mapping[str, _Set]) -> dict[str, tuple[str, ...]]:
    """Sets in place of their names, each view once."""
    return {
        concern: tuple(dict.fromkeys(view for name in names for view in sets[name].views))
        for concern, names in concerns.items()
    }


def _known(names: tuple[str, ...], there: Mapping[str, Any], where: str, file: Path) -> None:
    for name in names:
        if name not in there:
            raise KnowledgeError(file, where, unknown(name, list(there)))
