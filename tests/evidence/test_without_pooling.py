"""Synthesis without meta-analysis, against numbers worked by hand and from textbooks."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chi2, norm

from skinproof.evidence.statistics.pictures import albatross_picture
from skinproof.evidence.statistics.without_pooling import (
    albatross_people,
    combine_p,
    count_directions,
    describe_effects,
    one_sided,
    wilson,
)


def test_the_sign_test_by_hand():
    # 10 of 11: 2 · (C(11,0) + C(11,1)) / 2¹¹ = 24/2048; 5 of 6: 2 · (1 + 6) / 64
    assert count_directions(10, 1).pval == pytest.approx(24 / 2048)
    assert count_directions(1, 10).pval == pytest.approx(24 / 2048)
    assert count_directions(5, 1).pval == pytest.approx(14 / 64)
    assert count_directions(3, 3).pval == 1


def test_six_studies_are_the_least_that_can_tell():
    # All of five one way: 2/32 = 0.0625; all of six: 2/64 = 0.03125.
    assert count_directions(5, 0).pval == pytest.approx(0.0625)
    assert count_directions(6, 0).pval == pytest.approx(0.03125)
    assert [count_directions(n, 0).can_tell for n in (5, 6)] == [False, True]
    assert "Too few for a sign test to tell: it needs 6 studies" in count_directions(5, 0, 3).summary()
    assert "Sign test: p = 0.0312" in count_directions(6, 0).summary()


def test_wilson_by_hand():
    # Newcombe 1998 (Stat Med 17:857), table I, score method: 81 of 263, and none of 20.
    assert wilson(81, 263) == pytest.approx((0.2553, 0.3662), abs=1e-4)
    assert wilson(0, 20) == pytest.approx((0, 0.1611), abs=1e-4)
    assert wilson(20, 20) == pytest.approx((0.8389, 1), abs=1e-4)


@given(st.integers(1, 40), st.data())
def test_counting_the_other_way_round_mirrors_everything(n, data):
    favouring = data.draw(st.integers(0, n))
    one, two = count_directions(favouring, n - favouring), count_directions(n - favouring, favouring)
    assert one.pval == two.pval
    assert 0 <= one.low <= one.proportion <= one.high <= 1
    assert (one.low, one.high) == pytest.approx((1 - two.high, 1 - two.low))


def test_p_values_get_their_side():
    assert one_sided(0.04, True) == (0.02, 0.02)
    assert one_sided(0.04, False) == (0.98, 0.98)
    assert one_sided(0.05, True, "<") == (0.0, 0.025)
    assert one_sided(0.05, False, "<") == (0.975, 1.0)
    assert one_sided(0.05, True, ">") == (0.025, 0.5)
    with pytest.raises(ValueError, match="told with"):
        one_sided(0.05, True, "~")


def test_fisher_by_hand():
    # One-sided 0.02 and 0.1: −2 (ln 0.02 + ln 0.1) = −2 ln 0.002 = 12.4292; for 4 degrees of freedom the tail is
    # e^(−x/2) (1 + x/2) = 0.002 (1 + 6.2146).
    found = combine_p([0.04, 0.2], [True, True])
    assert found.statistic == pytest.approx(-2 * math.log(0.002))
    assert found.benefit == pytest.approx((0.002 * (1 - math.log(0.002)),) * 2)
    assert found.exact


def test_fishers_own_example():
    # Fisher (Statistical Methods for Research Workers, section 21.1): 0.145, 0.263 and 0.087 give 11.4 on 6 and
    # a chance between 0.05 and 0.10.
    found = combine_p([2 * p for p in (0.145, 0.263, 0.087)], [True] * 3)
    assert found.statistic == pytest.approx(11.42, abs=0.005)
    assert found.benefit[0] == pytest.approx(0.0763, abs=5e-4)


def test_stouffer_by_hand():
    # z of 0.025 is 1.95996 each: (z + z)/√2; with weights 3 and 4: (3z + 4z)/5.
    z = 1.959964
    assert combine_p([0.05, 0.05], [True, True], method="stouffer").statistic == pytest.approx(2 * z / math.sqrt(2))
    weighted = combine_p([0.05, 0.05], [True, True], method="stouffer", weights=[3, 4])
    assert weighted.statistic == pytest.approx(7 * z / 5)
    assert weighted.benefit[0] == pytest.approx(norm.sf(7 * z / 5))
    balanced = combine_p([0.05, 0.05], [True, False], method="stouffer")
    assert balanced.statistic == pytest.approx(0, abs=1e-9)
    assert balanced.benefit == pytest.approx((0.5, 0.5))


@pytest.mark.parametrize("method", ["fisher", "stouffer"])
@given(st.lists(st.tuples(st.floats(1e-6, 1), st.booleans()), min_size=1, max_size=8))
def test_turning_every_study_round_turns_benefit_into_harm(method, studies):
    p, favours = [one for one, _ in studies], [side for _, side in studies]
    here = combine_p(p, favours, method=method)
    there = combine_p(p, [not side for side in favours], method=method)
    assert here.benefit == pytest.approx(there.harm, abs=1e-9)
    assert here.benefit[0] <= here.benefit[1]


def test_one_study_keeps_its_own_p():
    for method in ("fisher", "stouffer"):
        found = combine_p([0.3], [True], method=method)
        assert found.benefit[0] == pytest.approx(0.15)
        assert found.harm[0] == pytest.approx(0.85)


@pytest.mark.parametrize("method", ["fisher", "stouffer"])
@given(st.floats(0.001, 0.05), st.floats(0.001, 1), st.booleans())
def test_a_bound_holds_every_value_that_it_may_stand_for(method, inside, other, favours):
    bound = combine_p([0.05, other], [favours, True], sign=["<", "="], method=method)
    exact = combine_p([inside, other], [favours, True], method=method)
    assert bound.benefit[0] - 1e-12 <= exact.benefit[0] <= bound.benefit[1] + 1e-12
    assert bound.harm[0] - 1e-12 <= exact.harm[0] <= bound.harm[1] + 1e-12
    assert not bound.exact


def test_a_bound_is_told_as_a_range_and_counts_at_its_worst():
    found = combine_p([0.05, 0.6], [True, True], sign=["<", "="])
    assert found.benefit[1] == pytest.approx(chi2.sf(-2 * math.log(0.025 * 0.3), 4))
    assert math.isnan(found.statistic)
    assert "Some studies tell only a bound" in found.summary()


def test_studies_without_a_direction_are_named_and_left_out():
    found = combine_p([0.04, 0.2, 0.01], [True, True, None], slab=["Kwon", "Park", "Chernoff"])
    assert (found.k, found.left_out) == (2, ("Chernoff",))
    assert "Left out, since they tell no direction: Chernoff" in found.summary()
    assert found.benefit == combine_p([0.04, 0.2], [True, True]).benefit


def test_every_result_says_that_it_is_no_estimate():
    for result in (count_directions(6, 1), combine_p([0.04], [True])):
        assert result.summary().endswith("This says whether there is a difference, not how much.")
        assert len({len(column) for column in result.columns().values()}) == 1
    assert "how sure one can be of them is not told" in describe_effects([0.1, 0.2]).summary()


def test_effects_are_described_by_hand():
    found = describe_effects([0.5, 0.1, 0.3, 0.2, 0.9])
    assert (found.k, found.median, found.q1, found.q3, found.least, found.most) == (5, 0.3, 0.2, 0.5, 0.1, 0.9)


def test_contours_by_hand():
    # d = 0.5, p = 0.05, equal groups: 1.95996² (4 + 0.125) / 0.25
    assert albatross_people("SMD", 0.5, 0.05) == pytest.approx(1.959964**2 * 4.125 / 0.25)
    # OR 2 on a risk of one half: risk with it 2/3; 2 (1/(2/9) + 1/(1/4)) = 17
    expected = 1.959964**2 * 17 / math.log(2) ** 2
    assert albatross_people("OR", 2, 0.05, baseline=0.5) == pytest.approx(expected)
    # RR 1.5 on a risk of 0.4: risk 0.6; 2 (0.4/0.6 + 0.6/0.4)
    expected = 1.959964**2 * 2 * (0.4 / 0.6 + 0.6 / 0.4) / math.log(1.5) ** 2
    assert albatross_people("RR", 1.5, 0.05, baseline=0.4) == pytest.approx(expected)


@given(st.floats(0.1, 2), st.floats(1e-6, 0.9), st.floats(0.2, 5))
def test_a_contour_is_where_the_effect_has_that_p(d, p, ratio):
    people = float(albatross_people("SMD", d, p, ratio=ratio))
    n1, n2 = people * ratio / (ratio + 1), people / (ratio + 1)
    se = math.sqrt(1 / n1 + 1 / n2 + d * d / (2 * people))
    assert 2 * norm.sf(d / se) == pytest.approx(p, rel=1e-6)


def test_an_albatross_plot_of_reported_p_values():
    picture = albatross_picture(
        [30, 60, 24],
        [0.03, 0.05, 0.4],
        [True, True, False],
        sizes=[0.2, 0.5],
        sign=["=", "<", "="],
        slab=["A", "B", "C"],
    )
    assert picture.table.rows[1] == ("B", "60", "below 0.05", "favours the intervention")
    assert "For 1 only a bound of p is known" in picture.description
    with pytest.raises(ValueError, match="A: a p-value told only as above"):
        albatross_picture([30], [0.05], [True], sizes=[0.2], sign=[">"], slab=["A"])


REFUSED = {
    "no study tells a direction": lambda: count_directions(0, 0, 4),
    "not negative": lambda: count_directions(-1, 3),
    "study Park: a p-value of 0": lambda: combine_p([0.1, 0.0], [True, True], slab=["Kwon", "Park"]),
    "study 2: a p-value of 1.2": lambda: combine_p([0.1, 1.2], [True, True]),
    "no study tells which way": lambda: combine_p([0.1], [None]),
    "as many": lambda: combine_p([0.1, 0.2], [True]),
    "takes no weights": lambda: combine_p([0.1], [True], weights=[1.0]),
    "study 1: a weight of 0": lambda: combine_p([0.1], [True], method="stouffer", weights=[0.0]),
    "effect 2 is not a finite number": lambda: describe_effects([0.1, np.nan]),
    "no effect has no contour": lambda: albatross_people("SMD", 0.0, 0.05),
    "needs a baseline": lambda: albatross_people("OR", 2.0, 0.05),
    "is a risk of 1.2": lambda: albatross_people("RR", 2.0, 0.05, baseline=0.6),
}


@pytest.mark.parametrize("words", REFUSED)
def test_what_cannot_be_said_is_refused(words):
    with pytest.raises(ValueError, match=words):
        REFUSED[words]()
