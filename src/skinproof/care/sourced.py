"""Lines of knowledge in data files, each with where it was read: pages, or rules that name theirs; or words of ours."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Literal, Protocol, Self, TypeVar

from pydantic import Field, TypeAdapter, model_validator

from skinproof.vocabulary import Form, Kept, KnowledgeError, Source, load, unknown, vocabulary

from .rules import rules


class Line(Kept):
    """A sentence, and where it was read.

    `wording: ours` marks a line that states nothing of the world: what this clinic does, or what a word means here.
    """

    text: str = Field(min_length=3)
    sources: tuple[Source, ...] = ()
    rules: tuple[str, ...] = ()  # safety rules whose pages carry it
    wording: Literal["ours"] | None = None

    @model_validator(mode="after")
    def _read_or_ours(self) -> Self:
        if bool(self.sources or self.rules) == (self.wording is not None):
            raise ValueError("name the pages or rules it was read in, or mark it `wording: ours`")
        return self


class Applies(Kept):
    """Which forms a part of a file is for: any that it names by id or by kind; nothing named means all."""

    kinds: tuple[str, ...] = ()
    forms: tuple[str, ...] = ()

    def to(self, form: Form) -> bool:
        return not (self.kinds or self.forms) or form.kind in self.kinds or form.id in self.forms


def sources_of(line: Line) -> tuple[Source, ...]:
    """The pages a line stands on, its own first, each once."""
    found = {source.url: source for source in line.sources}
    for rule_id in line.rules:
        for source in rules().rule(rule_id).source:
            found.setdefault(source.url, Source(url=source.url, organisation=source.organisation))
    return tuple(found.values())


def rules_named(lines: Iterable[Line]) -> list[str]:
    """The ids of the rules that lines name."""
    return [rule for line in lines for rule in line.rules]


def check_names(file: Path, where: str = "", *, rule_ids: Iterable[str] = (), form_ids: Iterable[str] = ()) -> None:
    """
    Raises:
        KnowledgeError: a rule or form that a file names does not exist; `where` it stands in the file.
    """
    kinds = (("rules", rule_ids, [rule.id for rule in rules().rules]), ("forms", form_ids, list(vocabulary().forms)))
    for kind, names, known in kinds:
        for name in names:
            if name not in known:
                raise KnowledgeError(file, f"{where}, {kind}" if where else kind, unknown(name, known))


class _Versioned(Protocol):
    @property
    def version(self) -> str: ...


V = TypeVar("V", bound=_Versioned)


def versions_in(file: Path, kind: type[V]) -> dict[str, V]:
    """The versions of a text by their ids, oldest first: never none.

    Raises:
        KnowledgeError: the file is at fault.
    """
    found: dict[str, V] = {}
    rows: tuple[V, ...] = load(file, TypeAdapter(tuple[kind, ...]))  # type: ignore[valid-type]
    for row in rows:
        if row.version in found:
            raise KnowledgeError(file, f"version {row.version}", "stands here a second time")
        found[row.version] = row
    if not found:
        raise KnowledgeError(file, "", "no text to agree to")
    return found
