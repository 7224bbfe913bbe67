"""A fault in the data of the lexicon is named: file, row and word."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from skinproof.claims.lexicon import DATA, build
from skinproof.language import tokens
from skinproof.vocabulary import KnowledgeError


@pytest.fixture
def data(tmp_path: Path) -> Path:
    shutil.copytree(DATA, tmp_path / "data")
    return tmp_path / "data"


@pytest.mark.parametrize(
    ("file", "row", "named"),
    [
        ("outcomes.yaml", "- {id: new, concept: wrinkels, thing: bad}", "wrinkles"),
        ("outcomes.yaml", "- {id: new, concern: acnee, thing: bad}", "acne"),
        ("outcomes.yaml", "- {id: new, thing: bad, treated: nothing-such}", "nothing-such"),
        ("outcomes.yaml", "- {id: wrinkles, thing: bad}", "second time"),
        ("outcomes.yaml", "- {id: new, thing: ugly}", "thing"),
        ("outcomes.yaml", "- {id: wrinkles-more, same_as: wrinkels, nouns: [x]}", "wrinkles"),
        ("statements.yaml", "- {id: safe-more, same_as: saef, says: [x]}", "saef"),
        ("harms.yaml", "- {id: new, concept: adverse-event}", "adverse-events"),
        ("states.yaml", "- {outcome: firmnes, adjectives: [firm]}", "firmness"),
        ("effects.yaml", "- {id: new, sense: sideways}", "sense"),
        ("treatments.yaml", "- {treatment: exosom, says: [x]}", "exosome"),
        ("statements.yaml", "- {id: new, kind: efficacy, direction: up, says: [x]}", "direction"),
        ("statements.yaml", "- {id: safe, kind: safety, direction: safe, says: [x]}", "second time"),
    ],
)
def test_faults_are_named(data: Path, file: str, row: str, named: str) -> None:
    path = data / file
    path.write_text(path.read_text(encoding="utf-8") + row + "\n", encoding="utf-8")
    with pytest.raises(KnowledgeError) as error:
        build(data)
    assert file in str(error.value)
    assert named in str(error.value)


def test_an_unknown_route_is_named(data: Path) -> None:
    path = data / "words.yaml"
    path.write_text(path.read_text(encoding="utf-8") + "- {id: by-air, words: [x]}\n", encoding="utf-8")
    with pytest.raises(KnowledgeError, match="by-air"):
        build(data)


def test_further_words_for_an_unknown_list_are_named(data: Path) -> None:
    path = data / "words.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("{kind: boast", "{kind: bost"), encoding="utf-8")
    with pytest.raises(KnowledgeError, match="bost"):
        build(data)


def test_a_row_may_bring_further_words_for_another(data: Path) -> None:
    path = data / "outcomes.yaml"
    added = "- {id: wrinkles-more, same_as: wrinkles, nouns: [zigzag]}\n"
    path.write_text(path.read_text(encoding="utf-8") + added, encoding="utf-8")
    made = build(data)
    (match,) = made.lexicon.find(tokens("zigzags"))
    assert match.entry.value is made.outcomes["wrinkles"]
