"""The sentence: from size, certainty and direction alone, and never stronger than its cell."""

from __future__ import annotations

import itertools
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skinproof.evidence import Comparison, findings
from skinproof.evidence.studies.records import Arm
from skinproof.evidence.synthesis.comparisons import compare
from skinproof.evidence.synthesis.wording import phrases, sentence, subject_of
from skinproof.vocabulary import vocabulary

WORDS = vocabulary()
LEVELS = ("high", "moderate", "low", "very-low")
SIZES = ("large", "moderate", "small", "trivial", "unknown")
SIDES = ("intervention", "comparator", "neither", "unknown")

# How strong the words sound, strongest first: the first that matches is the sentence's strength.
STRENGTH = [
    ("very-low", re.compile(r"^We are very unsure whether ")),
    ("none", re.compile(r"^The studies do not agree ")),
    ("low", re.compile(r"\bmay\b")),
    ("moderate", re.compile(r"\bprobably\b")),
    ("high", re.compile(r"")),
]


def against(*control: str, background: str | None = "fractional-co2-laser") -> Comparison:
    shared = [{"treatment": background}] if background else []
    one = Arm.model_validate({"id": "a", "components": [*shared, {"treatment": "exosome"}]})
    two = Arm.model_validate({"id": "b", "components": [*shared, *({"treatment": c} for c in control)]})
    return compare(one, two).comparison


def strength(text: str) -> str:
    return next(name for name, pattern in STRENGTH if pattern.search(text))


@pytest.mark.parametrize(("level", "size", "side"), list(itertools.product(LEVELS, SIZES, SIDES)))
def test_no_sentence_is_stronger_than_its_cell(level: str, size: str, side: str) -> None:
    for concept in WORDS.concepts.values():
        text = sentence(against("vehicle"), concept, level, size, side)  # type: ignore[arg-type]
        assert strength(text) in (level, "none")
        if level == "very-low":
            assert " large " not in text
            assert "slightly" not in text
            assert " may " not in text
        else:
            assert ("a large" in text) == (size == "large" and side in ("intervention", "comparator"))
        if size == "trivial" and side != "unknown" and level != "very-low":
            assert "little or no difference" in text
        assert "little or no difference" not in text or side == "neither" or size == "trivial"
        assert text.endswith(".")
        assert text.count(".") == 1
        assert text[0].isupper()


@pytest.mark.parametrize(
    ("level", "size", "text"),
    [
        ("high", "large", "Adding exosomes to fractional CO2 laser results in a large reduction in pain"),
        ("high", "moderate", "Adding exosomes to fractional CO2 laser reduces pain"),
        ("high", "small", "Adding exosomes to fractional CO2 laser slightly reduces pain"),
        ("high", "trivial", "Adding exosomes to fractional CO2 laser makes little or no difference to pain"),
        ("moderate", "large", "Adding exosomes to fractional CO2 laser probably results in a large reduction in pain"),
        ("moderate", "small", "Adding exosomes to fractional CO2 laser probably slightly reduces pain"),
        ("low", "large", "Adding exosomes to fractional CO2 laser may result in a large reduction in pain"),
        ("low", "small", "Adding exosomes to fractional CO2 laser may slightly reduce pain"),
        ("low", "trivial", "Adding exosomes to fractional CO2 laser may make little or no difference to pain"),
        ("very-low", "large", "We are very unsure whether adding exosomes to fractional CO2 laser reduces pain"),
    ],
)
def test_the_table_of_grade_guidelines_26(level: str, size: str, text: str) -> None:
    got = sentence(against("vehicle"), WORDS.concepts["pain"], level, size, "intervention")  # type: ignore[arg-type]
    assert got == f"{text}, compared with adding a dummy treatment."


def test_which_way_depends_on_what_is_better() -> None:
    density = WORDS.concepts["hair-density"]
    plain = against("vehicle", background=None)
    assert "may increase hair density" in sentence(plain, density, "low", "moderate", "intervention")
    assert "may reduce hair density" in sentence(plain, density, "low", "moderate", "comparator")


def test_adding_to_something_says_by_itself_that_both_had_it() -> None:
    pain = WORDS.concepts["pain"]
    got = sentence(against("no-treatment"), pain, "low", "moderate", "intervention")
    assert got == "Adding exosomes to fractional CO2 laser may reduce pain."
    got = sentence(against("no-treatment", background=None), pain, "low", "moderate", "intervention")
    assert got == "Using exosomes may reduce pain, compared with no treatment."


def test_subjects() -> None:
    assert subject_of(against("vehicle", background=None)) == "Using exosomes"
    assert (
        subject_of(against("prp", background="rf-microneedling")) == "Using exosomes with radiofrequency microneedling"
    )


def test_every_outcome_has_a_phrase_and_no_phrase_is_left_over() -> None:
    assert set(phrases()) == set(WORDS.concepts)


@given(st.sampled_from(findings().all))
def test_every_finding_says_what_its_cell_allows(finding) -> None:  # type: ignore[no-untyped-def]
    if finding.comparison.control in ("before", "untold"):
        assert strength(finding.sentence) == "very-low"
    else:
        concept = WORDS.concepts[finding.concept]
        cell = (finding.certainty.level, finding.size, finding.favours)
        assert finding.sentence == sentence(finding.comparison, concept, *cell, finding.event)
        assert strength(finding.sentence) in (finding.certainty.level, "none")
