"""What a treatment adds, over all outcomes."""

from __future__ import annotations

import json

import pytest
from evidence_records import arm, continuous, exosome_trial, record, told
from network_records import made_of, pair

from skinproof.evidence import document, findings


def test_pairs_components_and_time_are_together_and_what_is_missing_is_said() -> None:
    made = made_of(
        pair("one-2001", "exosome+fractional-co2-laser", "fractional-co2-laser+saline", -6.0),
        pair("two-2002", "exosome", "prp", -2.0),
        record(
            "three-2003",
            [arm("t", "exosome")],
            [continuous((1, 1, 10), (2, 1, 10)) | {"results": {}}],
            design="single-arm",
        ),
    )
    additions = made.what_it_adds("exosome")
    (outcome,) = additions.outcomes
    assert [finding.comparison.background for finding in outcome.added] == [("fractional-co2-laser",)]
    assert [finding.comparison.comparator for finding in outcome.instead] == [("prp",)]
    assert len(outcome.uncontrolled) == 1
    estimate = outcome.components[0].added.estimate
    assert estimate is not None
    assert estimate.value == pytest.approx(-6)
    assert [course.comparisons[0].id for course in outcome.courses] == ["exosome_vs_placebo_on_fractional-co2-laser"]
    assert outcome.study_ids == ("one-2001",)
    assert outcome.certainty == outcome.added[0].certainty
    text = " ".join(outcome.missing)
    assert "One trial only" in text
    assert "How soon it works cannot be told: the only trial looked at one time only (week 12)." in text


def test_without_a_trial_of_what_it_adds_that_is_missing() -> None:
    made = made_of(pair("one-2001", "exosome", "prp", -2.0))
    additions = made.what_it_adds("exosome")
    assert not additions.outcomes[0].compared
    assert additions.outcomes[0].missing == ("No trial shows what it adds: only against another treatment.",)
    assert additions.missing == ("No trial shows what it adds to anything.",)
    assert additions.outcomes[0].certainty is None


def test_directions_alone_give_no_size() -> None:
    (outcome,) = made_of(exosome_trial("one-2001", told("favours-a", weeks=12))).what_it_adds("exosome").outcomes
    assert "Nobody gives numbers from which the size of the effect can be worked out." in outcome.missing
    assert any("model of components" in text for text in outcome.missing)


def test_a_wider_treatment_covers_its_kinds() -> None:
    made = made_of(pair("one-2001", "tranexamic-acid-oral", "placebo-oral", -2.0))
    additions = made.what_it_adds("tranexamic-acid")
    assert "tranexamic-acid-oral" in additions.covers
    assert additions.outcomes[0].compared
    assert made.what_it_adds("prp").outcomes == ()


def test_a_treatment_that_is_not_known() -> None:
    with pytest.raises(KeyError):
        findings().what_it_adds("no-such-thing")


@pytest.mark.parametrize("treatment", ["exosome", "prp", "tranexamic-acid", "minoxidil-topical"])
def test_of_the_library_the_answer_is_whole_and_can_be_written_as_json(treatment: str) -> None:
    additions = findings().what_it_adds(treatment)
    told_ = json.loads(json.dumps(document(additions), allow_nan=False))
    assert len(told_["outcomes"]) == len(additions.outcomes)
    for outcome in additions.of():
        assert outcome.missing or outcome.compared
        assert set(outcome.study_ids) <= set(findings().library.studies)
        for finding in outcome.added:
            assert set(finding.comparison.intervention) <= set(additions.covers)


def test_of_exosomes_nothing_is_known_with_more_than_low_certainty() -> None:
    additions = findings().what_it_adds("exosome")
    assert "Nothing that it is said to add is known with moderate or high certainty." in additions.missing
    assert dict(additions.periods([("weeks 1 to 2", 1, 2)]))[
        "acne-scars_scar-severity_exosome_vs_placebo_on_fractional-co2-laser_course"
    ].startswith("No trial here looked")
