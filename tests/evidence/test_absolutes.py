"""People out of 100: the doubt of the ratio and of the baseline risk, and what a standardised difference rests on."""

from __future__ import annotations

import math

import pytest
from evidence_records import binary, continuous, exosome_trial
from hypothesis import given
from hypothesis import strategies as st

from skinproof.evidence import Finding, Findings, Library, findings
from skinproof.evidence.synthesis.absolutes import Risk, baseline_risk, out_of_100, wilson

shares = st.floats(0.02, 0.9)
ratios = st.floats(0.2, 3.0)
widths = st.floats(0.05, 0.8)


def only(*rows: dict, n: int = 1) -> Finding:
    studies = [exosome_trial(f"a-{2000 + i}-b", row) for i, row in enumerate(rows * n)]
    (finding,) = Findings(Library.of(studies)).all
    return finding


def test_wilsons_interval() -> None:
    # Newcombe 1998, table I, method 3: 81 of 263 gives 0.2553 to 0.3662; 0 of 20 gives 0 to 0.1611.
    assert wilson(81, 263) == pytest.approx((81 / 263, 0.2553, 0.3662), abs=5e-5)
    assert wilson(0, 20) == pytest.approx((0, 0, 0.1611), abs=5e-5)
    with pytest.raises(ValueError, match="cannot be"):
        wilson(3, 2)


@given(ratios, widths, shares)
def test_a_baseline_risk_that_is_known_leaves_the_ratios_interval(ratio: float, width: float, share: float) -> None:
    low, high = ratio * math.exp(-width), ratio * math.exp(width)
    with_, more = out_of_100(False, Risk(ratio, low, high), Risk(share, share, share))
    assert with_.low == pytest.approx(min(100, 100 * share * low), rel=1e-6)
    assert with_.high == pytest.approx(min(100, 100 * share * high), rel=1e-6)
    assert more.value == pytest.approx(with_.value - 100 * share)


@given(ratios, shares)
def test_a_ratio_that_is_known_leaves_the_baselines_interval(ratio: float, share: float) -> None:
    without = wilson(round(share * 60), 60)
    with_, _ = out_of_100(False, Risk(ratio, ratio, ratio), without)
    assert with_.low == pytest.approx(min(100, 100 * ratio * max(without.low, 1e-6)), rel=1e-6)
    assert with_.high == pytest.approx(min(100, 100 * ratio * without.high), rel=1e-6)


@given(ratios, widths, st.integers(3, 57), st.booleans())
def test_both_doubts_make_it_wider_than_either(ratio: float, width: float, events: int, odds: bool) -> None:
    given_ratio, without = Risk(ratio, ratio * math.exp(-width), ratio * math.exp(width)), wilson(events, 60)
    both, more = out_of_100(odds, given_ratio, without)
    one, _ = out_of_100(odds, given_ratio, Risk(*[without.value] * 3))
    other, _ = out_of_100(odds, Risk(ratio, ratio, ratio), without)
    for alone in (one, other):
        assert both.low <= alone.low + 1e-9
        assert both.high >= alone.high - 1e-9
    assert 0 <= both.low <= both.value <= both.high <= 100
    assert more.low <= more.value + 1e-9
    assert more.high >= more.value - 1e-9


def test_on_the_log_scale_it_is_square_and_add() -> None:
    # For small risks the log of the share with the event is a sum, whose MOVER interval is √(a² + b²).
    ratio, without = Risk(2.0, 2.0 / 1.5, 2.0 * 1.5), Risk(0.01, 0.01 / 1.3, 0.01 * 1.3)
    with_, _ = out_of_100(False, ratio, without)
    half = math.hypot(math.log(1.5), math.log(1.3))
    assert with_.high == pytest.approx(2 * math.exp(half), rel=5e-3)
    assert with_.low == pytest.approx(2 * math.exp(-half), rel=5e-3)


def test_three_comparison_groups_are_put_together_with_what_they_differ_by() -> None:
    alike, apart = baseline_risk([(20, 100)] * 4), baseline_risk([(5, 100), (20, 100), (40, 100), (20, 100)])
    assert alike.value == pytest.approx(0.2)
    assert apart.high - apart.low > alike.high - alike.low
    assert baseline_risk([(20, 100), (30, 100)]) == wilson(50, 200)


def test_a_finding_gives_its_people_out_of_100_with_both_doubts() -> None:
    finding = only(binary((30, 100), (20, 100)))
    a = finding.absolute
    assert a is not None
    assert (a.without, a.with_, a.difference) == (pytest.approx(20), pytest.approx(30), pytest.approx(10))
    assert a.without_low == pytest.approx(100 * wilson(20, 100).low)
    assert finding.estimate is not None
    assert a.with_low < 20 * finding.estimate.low
    assert a.with_high > 20 * finding.estimate.high
    assert "Newcombe" in a.method
    assert only(binary((30, 100), (20, 100)), n=3).absolute is not None


def test_no_difference_within_the_ratios_interval_is_none_within_the_peoples() -> None:
    for finding in findings().all:
        a, made = finding.absolute, finding.estimate
        if a is not None and made is not None and made.low < 1 < made.high:
            assert a.difference_low < 0 < a.difference_high
        if a is not None:
            assert 0 <= a.without_low <= a.without <= a.without_high <= 100


def test_a_standardised_difference_is_told_in_people_with_both_assumptions() -> None:
    one = continuous((3, 1, 50), (3.5, 1, 50))
    two = continuous((30, 10, 50), (35, 10, 50), instrument="Another")
    finding = only(one, two)
    told = finding.responders
    assert told is not None
    assert finding.estimate is not None
    # Φ(g) of 100, half of whom would be better without.
    assert told.with_ == pytest.approx(50 * (1 + math.erf(-finding.estimate.value / math.sqrt(2))))
    assert told.without == 50
    assert told.with_low < told.with_ < told.with_high
    assert len(told.assumptions) == 2
    assert "chosen by us" in told.assumptions[0]
    assert "normal curve" in told.assumptions[1]


def test_people_from_a_standardised_difference_are_never_a_picture() -> None:
    told = [finding for finding in findings().all if finding.responders is not None]
    assert told
    for finding in told:
        assert finding.estimate is not None
        assert finding.estimate.measure == "SMD"
        assert not finding.icons_allowed
        better = finding.estimate.value * (1 if finding.estimate.better == "higher" else -1)
        assert finding.responders is not None
        assert (finding.responders.with_ > 50) == (better > 0)
