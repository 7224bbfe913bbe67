"""What studies counted as unwanted, in everyday words: names from data, else the study's own words marked as such."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Literal, Self

from pydantic import Field, TypeAdapter, model_validator

from skinproof.evidence import Harm
from skinproof.vocabulary import Kept, KnowledgeError, Source, load, unknown, vocabulary

from .terms import DATA

FILE = DATA / "event-names.yaml"
HUNDRED = 100


class _Name(Kept):
    """A plain name, and where the meaning of the events' words was read: pages, a concept, or only other words."""

    name: str = Field(min_length=3)
    of: tuple[str, ...] = Field(min_length=1)
    sources: tuple[Source, ...] = ()
    concept: str | None = None
    wording: Literal["ours"] | None = None

    @model_validator(mode="after")
    def _read_or_ours(self) -> Self:
        if (bool(self.sources), self.concept is not None, self.wording is not None).count(True) != 1:
            raise ValueError("name the pages or the concept, or mark it `wording: ours`: one of the three")
        return self


class _Plain(Kept):
    plain: tuple[str, ...]


@cache
def names() -> Mapping[str, str]:
    """The plain name of every event that has one, by the event in small letters.

    Raises:
        KnowledgeError: the file is at fault.
    """
    found: dict[str, str] = {}
    for row in load(FILE, TypeAdapter(tuple[_Name | _Plain, ...])):
        if isinstance(row, _Name) and row.concept is not None and row.concept not in vocabulary().concepts:
            raise KnowledgeError(FILE, row.name, unknown(row.concept, list(vocabulary().concepts)))
        named = dict.fromkeys(row.of, row.name) if isinstance(row, _Name) else {each: each for each in row.plain}
        for event, name in named.items():
            if event in found:
                raise KnowledgeError(FILE, event, "stands here a second time")
            if event != event.lower():
                raise KnowledgeError(FILE, event, "write it in small letters")
            found[event] = name
    return found


def plain(event: str) -> str:
    """'redness' for 'Erythema'; 'in the study’s words, “…”' where no name is kept. The first letter is small."""
    return names().get(event.lower()) or f"in the study’s words, “{event}”"


def counted(harm: Harm) -> str | None:
    """'24 of 124 people, about 19 of 100'; None where it was not counted.

    Fewer than a hundred people are not made into a hundred: that would sound surer than it is.
    """
    if harm.events is None or not harm.n:
        return None
    told = f"{harm.events} of {harm.n} people"
    return told if harm.n <= HUNDRED else f"{told}, {_out_of_100(harm.events, harm.n)}"


def _out_of_100(events: int, n: int) -> str:
    share = HUNDRED * events / n
    if events == 0:
        return "0 of 100"
    if share < 1:
        return "under 1 of 100"
    if 99 < share < HUNDRED:
        return "over 99 of 100"
    return f"about {share:.0f} of 100"
