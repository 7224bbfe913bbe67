"""What findings say where nothing could be pooled: directions and p-values, apart from any estimate."""

from __future__ import annotations

import json

import pytest
from evidence_records import binary, exosome_trial, told

from skinproof.cli import main
from skinproof.evidence import Finding, Findings, Library, combine_p, findings
from skinproof.evidence.synthesis.levels import LEVELS


def only(*studies: object, **about: object) -> Finding:
    (finding,) = Findings(Library.of(studies, **about)).all  # type: ignore[arg-type]
    return finding


def trials(*outcomes: dict, **fields) -> list:
    return [exosome_trial(f"trial-{at}-2020", outcome, **fields) for at, outcome in enumerate(outcomes)]


def means(a: float, b: float, better: str = "lower") -> dict:
    """Two means without a spread, which give a direction and no effect."""
    row = told(better=better, statistic="final", weeks=12)
    del row["contrast"]
    return row | {"results": {"t": {"mean": a, "n": 20}, "c": {"mean": b, "n": 20}}}


def ways(*outcomes: dict) -> list[str]:
    return [line.way for line in only(*trials(*outcomes)).studies]


def test_a_direction_is_the_side_of_the_number_whatever_its_p() -> None:
    outcomes = [
        told("no-difference", p=0.4, measure="MD", estimate=-2.0),
        told("no-difference", p=0.4, measure="MD", estimate=2.0),
        means(10, 12),
        means(12, 10),
        means(12, 10, better="higher"),
        means(10, 10),
        told("favours-a"),
        told("favours-b"),
        told("no-difference", p_text=">0.05"),
        told(None, p=0.01),
    ]
    sides = ["intervention", "comparator"]
    assert ways(*outcomes) == [*sides, *sides, "intervention", "neither", *sides, "unknown", "unknown"]


def test_six_that_agree_are_told_from_chance_and_five_are_not() -> None:
    six = only(*trials(*[means(10, 12)] * 6)).without_pooling
    assert (six.directions.favouring, six.directions.n, six.directions.can_tell) == (6, 6, True)
    assert six.directions.pval == pytest.approx(2 / 64)
    assert "Chance alone would give a count as uneven as this in 3 of 100 such cases." in six.sentence
    five = only(*trials(*[means(10, 12)] * 5)).without_pooling
    assert "That is too few to tell this from chance: it takes 6 at least." in five.sentence
    split = only(*trials(*[means(10, 12)] * 3, *[means(12, 10)] * 3)).without_pooling
    assert "in 100 of 100 such cases. So it does not show a difference." in split.sentence


def test_it_never_says_how_much_and_never_stands_beside_an_estimate() -> None:
    for finding in findings().all:
        if finding.without_pooling is None:
            continue
        assert finding.estimate is None
        assert finding.without_pooling.sentence.endswith("not how much.")
        assert LEVELS.index(finding.certainty.level) <= LEVELS.index("low")
        assert finding.kind in ("controlled", "dose")
        counted = finding.without_pooling
        assert counted.directions.n == len(counted.study_ids) >= 2
        assert len(set(counted.study_ids)) == len(counted.study_ids)
        roles = {line.study_id: line.role for line in finding.studies}
        assert not {roles[each] for each in counted.study_ids} & {"review", "overlaps"}
    assert any(finding.without_pooling for finding in findings().all)


def test_the_level_of_certainty_is_the_same_with_six_as_with_one() -> None:
    assert only(*trials(*[means(10, 12)] * 8)).certainty.level == "low"


def test_one_study_is_no_synthesis_and_an_estimate_needs_none() -> None:
    assert only(*trials(means(10, 12))).without_pooling is None
    assert only(*trials(told("no-difference"), told("no-difference"))).without_pooling is None
    pooled = only(*trials(binary((30, 50), (15, 50)), binary((25, 50), (15, 50))))
    assert pooled.estimate is not None
    assert pooled.without_pooling is None


def test_p_values_are_combined_by_the_side_of_their_study() -> None:
    outcomes = [
        told("favours-a", p=0.04),
        told("favours-b", p=0.3),
        told("favours-a", p_text="<0.05"),
        told("favours-a"),
    ]
    made = only(*trials(*outcomes)).without_pooling
    expected = combine_p([0.04, 0.3, 0.05], [True, False, True], sign=["=", "=", "<"])
    assert (made.p_values.k, made.p_values.benefit, made.p_values.harm) == (3, expected.benefit, expected.harm)
    assert "The 3 tests of chance that they report" in made.sentence


def test_one_p_value_is_not_combined() -> None:
    assert only(*trials(told("favours-a", p=0.04), told("favours-a"))).without_pooling.p_values is None


def test_trials_by_chance_are_counted_alone() -> None:
    random = trials(means(10, 12), means(10, 12))
    other = exosome_trial(
        "other-2020", means(12, 10), design="non-randomised-controlled", randomised=False, blinding="open"
    )
    counted = only(*random, other).without_pooling
    assert (counted.directions.favouring, counted.directions.against) == (2, 0)
    assert "other-2020" not in counted.study_ids


def test_studies_that_do_not_tell_are_said_to_be_there() -> None:
    made = only(*trials(means(10, 12), means(10, 12), told("no-difference", p=0.4))).without_pooling
    assert made.directions.untold == 1
    assert "2 of 2 studies that tell which way it went were better with it. 1 more does not tell." in made.sentence


def test_the_command_gives_it_as_numbers(capsys) -> None:
    finding = next(each for each in findings().all if each.without_pooling and each.without_pooling.p_values)
    assert main(["findings", "--concern", finding.concern, "--concept", finding.concept, "--format", "json"]) == 0
    (row,) = [row for row in json.loads(capsys.readouterr().out)["findings"] if row["id"] == finding.id]
    made, told_ = finding.without_pooling, row["without_pooling"]
    assert told_["favouring"] == made.directions.favouring
    assert told_["sign_p"] is None or made.directions.can_tell
    assert told_["combined_p"] == list(made.p_values.benefit)
    assert told_["sentence"] == made.sentence
    assert row["estimate"] is None
