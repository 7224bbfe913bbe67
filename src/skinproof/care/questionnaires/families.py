"""Families of concerns: one questionnaire each, over the questions that all share."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from pydantic import Field, TypeAdapter

from skinproof.care.terms import DATA, FactError
from skinproof.vocabulary import Kept, KnowledgeError, load, unknown, vocabulary

FAMILIES_FILE = DATA / "families.yaml"


class Family(Kept):
    title: str
    concerns: tuple[str, ...] = Field(min_length=1)
    severity: str = Field(pattern=r"\?$")


@cache
def families() -> Mapping[str, Family]:
    """By id, read once.

    Raises:
        KnowledgeError: a concern of the vocabulary stands in no family or in two, or there is no such concern.
    """
    found = load(FAMILIES_FILE, TypeAdapter(dict[str, Family]))
    homes: dict[str, str] = {}
    for name, family in found.items():
        for concern in family.concerns:
            if concern not in vocabulary().concerns:
                raise KnowledgeError(FAMILIES_FILE, name, unknown(concern, list(vocabulary().concerns)))
            if concern in homes:
                raise KnowledgeError(FAMILIES_FILE, name, f"{concern} stands in {homes[concern]} as well")
            homes[concern] = name
    for concern in vocabulary().concerns:
        if concern not in homes:
            raise KnowledgeError(FAMILIES_FILE, concern, "this concern stands in no family")
    return MappingProxyType(found)


def family_of(concern: str) -> str:
    """The id of the family that a concern belongs to.

    Raises:
        FactError: no such concern; offers near ones.
    """
    for name, family in families().items():
        if concern in family.concerns:
            return name
    raise FactError("concern", unknown(concern, list(vocabulary().concerns)))
