"""Time courses: recovery of known curves, laws of scale and order, agreement with the multilevel models, refusals."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skinproof.evidence import (
    CannotTell,
    DisconnectedNetworkError,
    NetworkDataError,
    Onset,
    Reaches,
    TimeCourse,
    TimeTo,
    multilevel,
    time_course,
    time_course_arms,
)

WEEKS = np.array([2.0, 4.0, 8.0, 16.0, 24.0])


def made(seed=1, studies=8, half=4.0, effect=1.0, tau=0.1, se=0.1, weeks=WEEKS, rho=0.5):
    """Contrasts of studies on an Emax curve, visits of a study correlated by rho."""
    rng = np.random.default_rng(seed)
    V = se**2 * (rho + (1 - rho) * np.eye(len(weeks)))
    size = effect + rng.normal(0, tau, studies)
    y = [u * weeks / (weeks + half) + rng.multivariate_normal(np.zeros(len(weeks)), V) for u in size]
    return {
        "yi": np.concatenate(y), "vi": np.full(studies * len(weeks), se**2), "weeks": np.tile(weeks, studies),
        "study": np.repeat([f"s{i}" for i in range(studies)], len(weeks)),
    }  # fmt: skip


def fitted(*args, **options) -> TimeCourse:
    found = time_course(*args, **options)
    assert isinstance(found, TimeCourse)
    return found


def test_a_known_curve_is_found_again():
    course = fitted(**made(studies=40, se=0.05))
    assert course.shape == "emax"
    assert course.half_time == pytest.approx(4.0, rel=0.1)
    assert course.at([4, 24]).estimate == pytest.approx([0.5, 24 / 28], abs=0.06)
    assert math.sqrt(course.tau2) == pytest.approx(0.1 * 24 / 28, rel=0.3)
    half = course.time_to(0.5)
    assert isinstance(half, TimeTo)
    assert half.lower < 4 < half.upper


@pytest.mark.parametrize("method", ["REML", "ML"])
def test_a_straight_line_is_the_multilevel_model_of_slopes(method):
    data = made(seed=3)
    course = fitted(**data, shape="linear", method=method, dispersion=False)
    g = data["weeks"] / 24
    n = len(WEEKS)
    blocks = 0.01 * (0.5 + 0.5 * np.eye(n))
    V = np.kron(np.eye(8), blocks) / np.outer(g, g)
    same = multilevel(data["yi"] / g, V, factors={"study": data["study"].tolist()}, method=method)
    end = course.at(24)
    assert course.tau2 == pytest.approx(same.sigma2["study"], rel=1e-4)
    assert end.estimate[0] == pytest.approx(same.coef[0], rel=1e-7)
    assert end.se[0] == pytest.approx(same.se[0], rel=1e-5)
    assert (end.lower[0], end.upper[0]) == pytest.approx((same.ci_lb[0], same.ci_ub[0]), rel=1e-5)


@settings(deadline=None, max_examples=8)
@given(factor=st.floats(0.01, 100), faster=st.floats(0.1, 10), order=st.permutations(range(40)), turned=st.booleans())
def test_scale_unit_of_time_and_order_do_not_matter(factor, faster, order, turned):
    data = made(seed=4)
    base = fitted(**data, shape="emax")
    sign = -1 if turned else 1
    moved = fitted(
        (data["yi"] * factor * sign)[order], (data["vi"] * factor**2)[order], (data["weeks"] * faster)[order],
        data["study"][order], shape="emax",
    )  # fmt: skip
    assert moved.half_time == pytest.approx(base.half_time * faster, rel=1e-4)
    one, two = base.at([3.0, 20.0]), moved.at([3.0 * faster, 20.0 * faster])
    assert two.estimate == pytest.approx(sign * factor * one.estimate, rel=1e-4)
    assert two.se == pytest.approx(factor * one.se, rel=1e-3)


def test_the_reference_does_not_matter():
    rows = three_treatments()
    base, other = fitted(**rows, reference="placebo"), fitted(**rows, reference="a")
    one, two = base.at([3, 12], "b", "a"), other.at([3, 12], "b")
    assert one.estimate == pytest.approx(two.estimate, rel=1e-4)
    assert one.lower == pytest.approx(two.lower, rel=1e-3)
    assert base.half_time == pytest.approx(other.half_time, rel=1e-4)


def three_treatments(seed=5):
    rng = np.random.default_rng(seed)
    size = {"placebo": 0.0, "a": 1.0, "b": 0.6}
    rows: dict[str, list] = {name: [] for name in ("yi", "vi", "weeks", "study", "treatment", "comparator")}
    for i, (one, two) in enumerate([("a", "placebo"), ("b", "placebo"), ("a", "b")] * 3):
        for week in (2.0, 6.0, 12.0):
            value = (size[one] - size[two]) * week / (week + 3) + rng.normal(0, 0.05)
            for name, each in zip(rows, (value, 0.01, week, f"s{i}", one, two), strict=True):
                rows[name].append(each)
    return rows


def test_contrasts_that_share_an_arm_are_not_counted_twice():
    """Two treatments against one control say less of their mean effect than two trials would."""
    weeks = [2.0, 2.0, 8.0, 8.0]
    shared = fitted([0.5, 0.5, 0.8, 0.8], [0.01] * 4, weeks, ["s"] * 4, ["a", "b"] * 2, ["c"] * 4, shape="linear")
    fit = shared.best
    covariance = fit.covariance[fit.best]
    assert covariance[0, 1] == pytest.approx(covariance[0, 0] / 2)
    known = fitted(
        [0.5, 0.5, 0.8, 0.8], [0.01] * 4, weeks, ["s"] * 4, ["a", "b"] * 2, ["c"] * 4, shape="linear",
        comparator_variance=[0.002] * 4,
    ).best  # fmt: skip
    assert known.covariance[known.best][0, 1] == pytest.approx(known.covariance[known.best][0, 0] / 5)


def test_arms_say_what_their_contrasts_say():
    """With two arms of one study a visit, the contrasts are all there is to know of the effect."""
    contrasts = made(seed=6, studies=6)
    y, se, weeks, study, arm = [], [], [], [], []
    for value, week, name in zip(contrasts["yi"], contrasts["weeks"], contrasts["study"], strict=True):
        y += [0.5 * value + 0.3 * week / (week + 4), -0.5 * value + 0.3 * week / (week + 4)]
        se += [math.sqrt(0.005)] * 2
        weeks += [week] * 2
        study += [name] * 2
        arm += ["new", "old"]
    arms = time_course_arms(y, se, weeks, study, arm, change=True, reference="old", shape="emax", dispersion=False)
    assert isinstance(arms, TimeCourse)
    alone = fitted(**contrasts, shape="emax", dispersion=False)
    assert arms.at([4, 24]).estimate == pytest.approx(alone.at([4, 24]).estimate, abs=0.02)
    raw = time_course_arms(
        np.array(y) + 7, se, weeks, study, arm, change=False, reference="old", shape="emax", dispersion=False
    )
    assert isinstance(raw, TimeCourse)
    assert raw.at(24).estimate == pytest.approx(arms.at(24).estimate, abs=0.1)


def test_intervals_hold_the_truth():
    """95 % intervals of the time to half, the time to 90 % and the effect at week 8, over 80 made worlds."""
    held = np.zeros(3)
    for seed in range(80):
        course = fitted(**made(seed=seed, studies=6, half=1.5), shape="emax")
        low, high = course.best.half_time_interval(course.normal)
        at = course.at(8)
        ninety = course.time_to(0.9)
        held += [
            low <= 1.5 <= high,
            not ninety or ninety.lower <= 13.5 <= ninety.upper,
            at.lower[0] <= 8 / 9.5 <= at.upper[0],
        ]
    assert (held / 80 >= [0.89, 0.89, 0.85]).all()
    assert (held[:2] < 80).all()


def test_t_intervals_are_wider_for_effects_alone():
    data = made(seed=9, studies=4)
    z, t = fitted(**data, shape="emax"), fitted(**data, shape="emax", test="t")
    assert t.at(8).lower[0] < z.at(8).lower[0]
    assert t.at(8).upper[0] > z.at(8).upper[0]
    assert t.time_to(0.5) == z.time_to(0.5)


def test_a_family_draws_its_treatments_together():
    rows = three_treatments()
    apart = fitted(**rows, reference="placebo")
    together = fitted(**rows, reference="placebo", families={"a": "acids", "b": "acids"})
    one, two = (float(apart.at(12, name).estimate[0]) for name in "ab")
    drawn = [float(together.at(12, name).estimate[0]) for name in "ab"]
    assert two < drawn[1] < drawn[0] < one
    assert together.omega2 > 0
    alone = fitted(**rows, reference="placebo", families={"a": "acids", "b": "bases"})
    assert alone.at(12, "a").estimate == pytest.approx(apart.at(12, "a").estimate)


def test_onset_is_not_borrowed_from_later_visits():
    """Nothing for eight weeks, then much: a line through zero is clear from day one, what was seen is not."""
    weeks = np.array([2.0, 8.0, 24.0])
    y = np.tile([0.0, 0.02, 1.0], 5) + np.random.default_rng(7).normal(0, 0.01, 15)
    course = fitted(y, np.full(15, 0.01), np.tile(weeks, 5), np.repeat(list("abcde"), 3))
    assert course.at(2).lower[0] > 0
    assert course.onset() == Onset(24.0, 8.0)


def test_reaching_a_size():
    course = fitted(**made(studies=30, se=0.05), shape="emax")
    found = course.reaches(0.5)
    assert isinstance(found, Reaches)
    assert found.lower < found.estimate < found.upper
    assert course.at(found.estimate).estimate[0] == pytest.approx(0.5)
    assert course.at(found.upper).lower[0] == pytest.approx(0.5)
    assert not course.reaches(2.0)
    assert not course.reaches(-0.5)


def test_one_time_point_each_cannot_tell():
    found = time_course([0.5, 0.6, 0.7], [0.01] * 3, [4, 8, 12], ["a", "b", "c"])
    assert isinstance(found, CannotTell)
    assert "one time only" in found.reason
    assert not found


def test_still_rising_cannot_tell_a_plateau():
    course = fitted(**made(studies=20, half=1e4, effect=500.0, tau=20.0, se=0.02))
    found = course.time_to(0.9)
    assert isinstance(found, CannotTell)
    assert "still rising at the last visit, week 24" in found.reason


def test_an_effect_that_is_not_there_has_no_course():
    course = fitted(**made(effect=0.0, tau=0.01))
    assert isinstance(course.onset(), CannotTell)
    assert "no effect is shown" in str(course.time_to(0.5))


def test_a_half_time_nobody_could_see_is_not_told():
    course = fitted(**made(studies=2, se=0.3, tau=0.0, seed=11, weeks=WEEKS[1:4]), shape="exponential")
    low, high = course.best.half_time_interval(course.normal)
    found = course.time_to(0.5)
    assert low < 4
    assert high > 16
    assert isinstance(found, CannotTell)


def test_nothing_is_said_beyond_the_last_visit():
    course = fitted(**made())
    assert course.until == 24
    with pytest.raises(ValueError, match="last visit"):
        course.at(25)


def test_averaging_widens():
    data = made(seed=8, studies=4)
    best, mean = fitted(**data), fitted(**data, shape="average")
    assert sum(mean.weights.values()) == pytest.approx(1)
    parts = [fitted(**data, shape=name).at(8).estimate[0] for name in mean.weights]
    assert min(parts) <= mean.at(8).estimate[0] <= max(parts)
    assert mean.shape == best.shape


def test_it_can_be_read():
    course = fitted(**three_treatments(), reference="placebo", sm="SMD")
    text = course.summary()
    assert "a against placebo, week 12" in text
    assert "50 % of the effect" in text
    assert "k = 9 studies" in repr(course)
    columns = course.columns()
    assert len({len(values) for values in columns.values()}) == 1
    assert columns["treatment"] == ["a"] * 3 + ["b"] * 3


def row(**change):
    rows = {
        "yi": [0.1, 0.2, 0.3], "vi": [0.01] * 3, "weeks": [4, 8, 4], "study": ["x", "x", "y"],
        "treatment": ["a"] * 3, "comparator": ["c"] * 3,
    }  # fmt: skip
    for name, (place, value) in change.items():
        rows[name] = [*rows[name][:place], value, *rows[name][place + 1 :]]
    return rows


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"yi": (1, math.nan)}, "study 'x', row 2: the value is nan"),
        ({"vi": (2, 0.0)}, "study 'y', row 3: vi is 0.0"),
        ({"vi": (0, -1.0)}, "study 'x', row 1: vi is -1.0"),
        ({"weeks": (1, 0)}, "study 'x', row 2: weeks is 0"),
        ({"weeks": (1, -2)}, "study 'x', row 2: weeks is -2.0"),
        ({"weeks": (1, 4)}, "study 'x', row 2: the same comparison at week 4 was already given in row 1"),
        ({"comparator": (2, "a")}, "study 'y', row 3: 'a' is compared with itself"),
        ({"study": (0, None)}, "row 1: the study has no label"),
        ({"treatment": (0, "")}, "study 'x', row 1: a treatment has no name"),
        ({"yi": (0, "much")}, "yi must be numbers"),
    ],
)
def test_bad_rows_are_named(change, told):
    with pytest.raises(NetworkDataError, match=told):
        time_course(**row(**change))


def test_what_does_not_hang_together_is_refused():
    with pytest.raises(DisconnectedNetworkError):
        time_course([1, 1, 1, 1], [1] * 4, [1, 2, 1, 2], list("xxyy"), list("aabb"), list("ccdd"))
    with pytest.raises(NetworkDataError, match="follows from the others at week 1"):
        time_course([1, 1, 0], [1] * 3, [1] * 3, ["x"] * 3, ["a", "b", "a"], ["c", "c", "b"])
    with pytest.raises(NetworkDataError, match="only one arm"):
        time_course_arms([1, 2], [1, 1], [1, 2], ["x", "x"], ["a", "a"])
    with pytest.raises(NetworkDataError, match="different lengths"):
        time_course([1, 2], [1], [1, 2], ["x", "x"])
    with pytest.raises(NetworkDataError, match="no results"):
        time_course([], [], [], [])
    for option in ({"shape": "cubic"}, {"method": "DL"}, {"correlation": 1.0}, {"test": "f"}, {"structure": "UN"}):
        with pytest.raises(ValueError, match=str(*option.values())):
            time_course(**made(), **option)
