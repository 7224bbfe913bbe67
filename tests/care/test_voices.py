"""The reader on texts in many voices, and on whole people: nothing that harms is let through, and little is missed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from voices.score import HERE, TODAY, score

from skinproof.care import screen
from skinproof.care.reading.lexicon import expand
from skinproof.vocabulary import read_yaml, vocabulary

CALM = read_yaml(Path(__file__).parent / "patients" / "calm.yaml")
CALM_VERDICTS = {name: each.verdict for name, each in screen({"facts": CALM}, today=TODAY).treatments.items()}
# no fewer than this of the facts (read or asked) and of the red flags; no more than so many wrong
FLOORS = {"worked": (0.97, 0.97, 0), "kept": (0.85, 0.88, 4)}


@pytest.mark.parametrize("path", sorted(HERE.glob("round-*.yaml")), ids=lambda path: path.stem)
def test_texts_in_many_voices(path):
    facts, flags, wrong = FLOORS[path.stem.rsplit("-", 1)[1]]
    found = score(read_yaml(path))
    assert found.read + found.asked >= facts * found.facts - 1, found.missed
    assert found.raised >= flags * found.flags - 1, found.missed
    assert len(found.wrong) <= wrong, found.wrong


@pytest.mark.parametrize("person", read_yaml(HERE / "people.yaml"), ids=lambda person: person["name"])
def test_whole_people(person: dict[str, Any]):
    """Against the rules held to what is truly so: never less careful, and more careful only by asking first."""
    form = {name: value for name, value in {**CALM, **person["form"]}.items() if name not in person.get("blank", [])}
    truth = person.get("truth", {})
    told = screen({"facts": form, "complaint": person["complaint"]}, today=TODAY)
    true = screen({"facts": {**form, **truth}}, today=TODAY)
    assert set(true.to_json()["person"]["rules"]) == set(told.to_json()["person"]["rules"])
    for name in vocabulary().forms:
        ours, theirs = told.treatments[name].verdict, true.treatments[name].verdict
        if ours != theirs:
            assert truth, (name, ours, theirs)
            assert ours == "ask-first", (name, ours, theirs)
            assert theirs not in ("ok", "urgent-referral"), (name, ours, theirs)


@pytest.mark.parametrize("text", read_yaml(HERE / "harmless.yaml"))
def test_harmless_words_change_nothing(text):
    told = screen({"facts": CALM, "complaint": text}, today=TODAY)
    assert told.person.flag == "none"
    assert {name: each.verdict for name, each in told.treatments.items()} == CALM_VERDICTS


@pytest.mark.parametrize("row", read_yaml(HERE / "round-12-worked.yaml"), ids=lambda row: row["t"])
def test_what_words_say_against_a_form_that_says_no(row):
    """It is used, or asked: the form's "no" does not silence it."""
    account = screen({"facts": CALM, "complaint": row["t"], "asks-for": ["retinol"]}, today=TODAY).account
    told = {each.fact for each in (*account.contradictions, *account.to_confirm)} | account.facts_from_text.keys()
    assert set(row.get("f", {})) <= told


def test_a_pattern_is_every_phrase_of_it():
    classes = {"lots": ("clumps", "handfuls")}
    assert list(expand("(coming|falling) out( fast|) in <lots>", classes))[:2] == [
        "coming out fast in clumps",
        "coming out fast in handfuls",
    ]
    assert len(list(expand("(coming|falling) out( fast|) in <lots>", classes))) == 8
    with pytest.raises(KeyError):
        list(expand("a <nothing>", classes))
    with pytest.raises(KeyError):
        list(expand("a (b", classes))
