"""A promise that a page denies, doubts or tells of others is never read as the page's own; its own promises are."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from skinproof.claims import find
from skinproof.language import turn

VOICES = yaml.safe_load(Path(__file__).with_name("voices.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("voice", "text"), [(voice, text) for voice in ("denied", "reported") for text in VOICES[voice]]
)
def test_what_the_page_does_not_promise_itself(voice: str, text: str) -> None:
    found = find(text).found
    assert {row.stance for row in found if row.direction != "none"} == {voice}


@pytest.mark.parametrize("text", VOICES["asserted"])
def test_what_it_promises_itself(text: str) -> None:
    assert any(row.stance == "asserted" and row.concept is not None for row in find(text).found)


def test_a_turn_reaches_the_sentence_before_or_all_of_them() -> None:
    one = "Exosomes fade scars. They soften lines. That is a myth."
    assert [row.stance for row in find(one).found] == ["asserted", "denied"]
    every = "Exosomes fade scars. They soften lines. None of this is proven."
    assert [row.stance for row in find(every).found] == ["denied", "denied"]
    listed = "Exosomes can:\n- fade scars\n- soften lines\n\nNone of these claims is backed by a trial."
    assert [row.stance for row in find(listed).found] == ["denied", "denied"]


@pytest.mark.parametrize(
    "text", ["It is not known exactly how it works.", "None of our staff work on Sundays.", "This has been proven.", ""]
)
def test_what_turns_nothing(text: str) -> None:
    assert turn(text, 0, len(text)) is None
