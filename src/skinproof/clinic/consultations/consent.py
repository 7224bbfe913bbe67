"""The text that a person agrees to: data, in versions."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, TypeAdapter

from skinproof.vocabulary import KnowledgeError, load

FILE = Path(__file__).with_name("data") / "consent.yaml"


class ConsentText(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    version: str
    title: str
    points: tuple[str, ...]
    agree: str
    truth: str


@cache
def texts() -> dict[str, ConsentText]:
    """Every version by its id, oldest first.

    Raises:
        KnowledgeError: the file is at fault.
    """
    found: dict[str, ConsentText] = {}
    for text in load(FILE, TypeAdapter(tuple[ConsentText, ...])):
        if text.version in found:
            raise KnowledgeError(FILE, f"version {text.version}", "stands here a second time")
        found[text.version] = text
    if not found:
        raise KnowledgeError(FILE, "", "no text to agree to")
    return found


def current() -> ConsentText:
    return list(texts().values())[-1]
