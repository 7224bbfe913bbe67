"""Effect sizes: against hand-worked values, and by the laws they obey."""

from __future__ import annotations

import math

import pytest
from evidence_records import arm, binary, continuous, exosome_trial, record, told
from hypothesis import assume, given
from hypothesis import strategies as st

from skinproof.evidence.synthesis.effects import effects, flipped_outcome
from skinproof.evidence.synthesis.sizes import (
    NoInformation,
    exact_j,
    g_from_difference,
    hedges_g,
    mean_difference,
    odds_ratio,
    risk_ratio,
    sd_from_ci,
    sd_from_se,
    se_from_ci,
)

counts = st.integers(1, 200).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
spreads = st.floats(0.1, 50)
means = st.floats(-100, 100)
sizes = st.integers(3, 300)


def test_a_risk_ratio_by_hand() -> None:
    size = risk_ratio(30, 100, 20, 100)
    assert math.exp(size.yi) == pytest.approx(1.5)
    assert size.vi == pytest.approx(1 / 30 - 1 / 100 + 1 / 20 - 1 / 100)


def test_half_an_event_is_added_only_where_a_count_is_zero() -> None:
    assert risk_ratio(5, 10, 0, 10).yi == pytest.approx(math.log((5.5 / 11) / (0.5 / 11)))
    assert risk_ratio(5, 10, 1, 10).yi == pytest.approx(math.log(5))


@pytest.mark.parametrize("counts", [(0, 10, 0, 12), (10, 10, 12, 12), (11, 10, 1, 10), (1, 0, 1, 10)])
def test_counts_without_information_give_no_effect(counts: tuple[int, int, int, int]) -> None:
    for function in (risk_ratio, odds_ratio):
        with pytest.raises(NoInformation):
            function(*counts)


def test_exact_correction() -> None:
    # J(df) tends to 1 − 3/(4·df − 1), the approximation usually printed.
    assert exact_j(10) == pytest.approx(1 - 3 / 39, abs=1e-3)
    assert exact_j(200) == pytest.approx(1 - 3 / 799, abs=1e-5)
    with pytest.raises(NoInformation):
        exact_j(1)


def test_spread_from_standard_error_and_interval() -> None:
    assert sd_from_se(2.0, 25) == 10
    # 25 people, mean 32 (30 to 34): the Handbook's worked example, with t(24) = 2.064.
    assert sd_from_ci(30, 34, 25) == pytest.approx(5 * 4 / 4.128, rel=1e-3)
    assert se_from_ci(-1.96, 1.96) == pytest.approx(1.0, rel=1e-4)
    with pytest.raises(NoInformation):
        se_from_ci(1, 1)


@given(counts, counts)
def test_swapping_groups_turns_the_sign_of_ratios(a: tuple[int, int], b: tuple[int, int]) -> None:
    for function in (risk_ratio, odds_ratio):
        try:
            one, two = function(*a, *b), function(*b, *a)
        except NoInformation:
            continue
        assert one.yi == pytest.approx(-two.yi, abs=1e-12)
        assert one.vi == pytest.approx(two.vi)
        assert one.vi > 0
        assert math.isfinite(one.yi)


@given(means, spreads, sizes, means, spreads, sizes)
def test_swapping_groups_turns_the_sign_of_differences(
    m1: float, s1: float, n1: int, m2: float, s2: float, n2: int
) -> None:
    for function in (mean_difference, hedges_g):
        one, two = function(m1, s1, n1, m2, s2, n2), function(m2, s2, n2, m1, s1, n1)
        assert one.yi == pytest.approx(-two.yi)
        assert one.vi == pytest.approx(two.vi)


@given(means, spreads, sizes, means, spreads, sizes, st.floats(0.01, 100), means)
def test_another_unit_scales_a_difference_and_leaves_a_standardised_one(
    m1: float, s1: float, n1: int, m2: float, s2: float, n2: int, unit: float, shift: float
) -> None:
    assume(abs(m1 - m2) > 1e-3)
    moved = (m1 * unit + shift, s1 * unit, n1, m2 * unit + shift, s2 * unit, n2)
    assert mean_difference(*moved).yi == pytest.approx(unit * (m1 - m2), rel=1e-6, abs=1e-9)
    assert hedges_g(*moved).yi == pytest.approx(hedges_g(m1, s1, n1, m2, s2, n2).yi, rel=1e-6, abs=1e-9)


@given(means, spreads, sizes, means, spreads, sizes)
def test_a_standardised_difference_follows_from_the_difference(
    m1: float, s1: float, n1: int, m2: float, s2: float, n2: int
) -> None:
    sd = math.sqrt(((n1 - 1) * s1**2 + (n2 - 1) * s2**2) / (n1 + n2 - 2))
    assert g_from_difference(m1 - m2, sd, n1, n2).yi == pytest.approx(hedges_g(m1, s1, n1, m2, s2, n2).yi)


# --- from records ---------------------------------------------------------------------------------------------------


def test_a_given_contrast_is_used_as_given() -> None:
    row = continuous((10, 4, 30), (12, 4, 30))
    row["contrast"] = {"arms": ["c", "t"], "measure": "MD", "estimate": 3.0, "ci": [1.0, 5.0]}
    found, _ = effects(exosome_trial("a-1-b", row), 0, ["t"], ["c"])
    assert found["MD"].value == pytest.approx(-3.0)  # the report has it the other way round
    assert (found["MD"].low, found["MD"].high) == (-5.0, -1.0)
    assert found["MD"].conversions[0] == "effect taken as the report gives it"


def test_an_estimate_outside_its_interval_is_refused_and_told() -> None:
    row = told("favours-a", measure="RR", estimate=3.0, ci=[1.0, 2.0])
    found, faults = effects(exosome_trial("a-1-b", row), 0, ["t"], ["c"])
    assert found == {}
    assert "outside its own interval" in faults[0]


def test_a_middle_is_taken_where_only_the_interval_is_given() -> None:
    found, _ = effects(exosome_trial("a-1-b", told(measure="MD", ci=[-4.0, -2.0])), 0, ["t"], ["c"])
    assert found["MD"].value == -3.0
    assert any("middle of the interval" in step for step in found["MD"].conversions)


@pytest.mark.parametrize(
    "row",
    [
        told("favours-a"),
        told("favours-a", p=0.001),
        told("no-difference", p_text=">0.05"),
        told("favours-a", measure="MD", estimate=4.0, p_text="<0.01"),
        told("favours-a", measure="percent-difference", estimate=20.0, ci=[5.0, 35.0]),
        {
            "concept": "scar-severity",
            "better": "lower",
            "kind": "continuous",
            "statistic": "percent-change",
            "results": {"t": {"mean": -32.5, "n": 25}, "c": {"mean": -19.9, "n": 25}},
        },
        {
            "concept": "scar-severity",
            "better": "lower",
            "kind": "continuous",
            "results": {"t": {"median": 3, "n": 25}, "c": {"median": 4, "n": 25}},
        },
        {
            "concept": "treatment-success",
            "better": "higher",
            "kind": "binary",
            "results": {"t": {"events": 5}, "c": {"events": 2}},
        },
    ],
)
def test_directions_p_values_and_values_without_spread_are_never_turned_into_numbers(row: dict) -> None:
    found, _ = effects(exosome_trial("a-1-b", row), 0, ["t"], ["c"])
    assert found == {}


def test_every_conversion_is_remembered() -> None:
    row = {
        "concept": "scar-severity",
        "better": "lower",
        "kind": "continuous",
        "results": {"t": {"mean": 3, "se": 0.5}, "c": {"mean": 4, "ci": [3, 5], "n": 20}},
    }
    arms = [arm("t", "exosome", n=25), arm("c", "vehicle", n=20)]
    found, _ = effects(record("a-1-b", arms, [row]), 0, ["t"], ["c"])
    told_steps = " | ".join(found["MD"].conversions)
    assert "standard error" in told_steps
    assert "interval of the mean" in told_steps
    assert "taken from the arm" in told_steps
    assert found["MD"].row == 0
    assert found["MD"].study_id == "a-1-b"


def test_two_doses_stand_together_against_one_control() -> None:
    arms = [arm("hi", "tretinoin"), arm("lo", "tretinoin"), arm("c", "vehicle")]
    results = {
        "hi": {"mean": 4.0, "sd": 1.0, "n": 10},
        "lo": {"mean": 6.0, "sd": 2.0, "n": 20},
        "c": {"mean": 7.0, "sd": 2.0, "n": 30},
    }
    row = {"concept": "scar-severity", "better": "lower", "kind": "continuous", "results": results}
    found, _ = effects(record("a-1-b", arms, [row]), 0, ["hi", "lo"], ["c"])
    # Handbook 6.5.2.10 on (10, 4, 1) and (20, 6, 2).
    mean = (10 * 4 + 20 * 6) / 30
    sd = math.sqrt((9 * 1 + 19 * 4 + 10 * 20 / 30 * 4) / 29)
    assert found["MD"].value == pytest.approx(mean - 7)
    assert found["MD"].vi == pytest.approx(sd**2 / 30 + 4 / 30)


@given(counts, counts)
def test_turning_the_outcome_round_twice_changes_nothing(a: tuple[int, int], b: tuple[int, int]) -> None:
    try:
        found, _ = effects(exosome_trial("a-1-b", binary(a, b)), 0, ["t"], ["c"])
        assume(found)
        once = flipped_outcome(found["RR"])
        twice = flipped_outcome(once)
    except NoInformation:
        return
    assert once.better == "lower"
    assert once.events == (a[1] - a[0], b[1] - b[0])
    assert twice.value == pytest.approx(found["RR"].value)
