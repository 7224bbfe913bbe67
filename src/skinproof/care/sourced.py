"""Lines of knowledge in data files, each with where it was read: pages, or rules that name theirs; or words of ours."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from skinproof.vocabulary import Form, Source

from .rules import rules


class Kept(BaseModel):
    """A row of a data file: nothing beside its fields, and never changed."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


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


def unknown_rules(lines: Iterable[Line]) -> tuple[str, ...]:
    """Rule ids that lines name and the rule book does not have."""
    known = {rule.id for rule in rules().rules}
    return tuple(dict.fromkeys(rule for line in lines for rule in line.rules if rule not in known))
