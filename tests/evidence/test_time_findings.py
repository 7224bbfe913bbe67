"""How soon and how long, from records."""

from __future__ import annotations

import pytest
from evidence_records import arm, continuous, exosome_trial, record, told
from network_records import made_of

from skinproof.evidence import Study, TimeCourseFinding, findings, time_course

PERIODS = (("weeks 1 to 2", 1.0, 2.0), ("weeks 4 to 6", 4.0, 6.0), ("from week 12", 12.0, None))


def course_of(*studies: Study) -> TimeCourseFinding:
    (found,) = made_of(*studies).time_courses.all
    return found


def at_weeks(study_id: str, results: dict[float, float], n: int = 200, **fields: object) -> Study:
    """Means of the treatment below those of the control by so much, at each week; standard deviation 10."""
    rows = [continuous((50 - by, 10, n), (50, 10, n), weeks=week) for week, by in results.items()]
    return record(study_id, [arm("t", "prp"), arm("c", "saline")], rows, **fields)


def test_one_look_is_no_course() -> None:
    found = course_of(at_weeks("one-2001", {12: 8}))
    assert found.fit is None
    assert found.cannot_tell == "the only trial looked at one time only (week 12)"
    assert not found.onset.told
    assert "one time only" in found.onset.sentence
    assert [(seen.weeks, seen.direction) for seen in found.seen] == [(12, "intervention")]


def test_claimed_periods_are_held_against_what_was_seen() -> None:
    found = course_of(at_weeks("one-2001", {12: 8}), at_weeks("two-2002", {16: 7}))
    early, middle, late = found.against(PERIODS)
    assert early.sentence == "No trial here looked in this time (weeks 1 to 2); the trials looked at week 12 and 16."
    assert not middle.seen
    assert late.sentence == "2 trials looked in this time (from week 12), at week 12 and 16: in favour."


def test_several_looks_give_the_course_of_the_model() -> None:
    weeks = {2.0: 3.0, 4.0: 5.0, 8.0: 7.5, 16.0: 9.3, 32.0: 9.8}
    found = course_of(at_weeks("one-2001", weeks), at_weeks("two-2002", weeks), at_weeks("three-2003", weeks))
    assert found.cannot_tell is None
    vi = [2 * 100 / 200] * 5
    fit = time_course(
        [-by for by in weeks.values()] * 3, vi * 3, list(weeks) * 3, ["a"] * 5 + ["b"] * 5 + ["c"] * 5, test="t"
    )
    assert fit
    assert [point.value for point in found.points] == pytest.approx(fit.at(list(weeks)).estimate)
    half = fit.time_to(0.5)
    assert found.half.told
    assert found.half.weeks == pytest.approx(half.estimate)
    assert found.onset.weeks == 2
    assert found.modelled == ("one-2001", "three-2003", "two-2002")
    middle = found.against(PERIODS)[1]
    assert middle.point is not None
    assert middle.point.weeks == 6


def test_two_trials_have_a_normal_interval() -> None:
    weeks = {4.0: 5.0, 12.0: 8.0, 24.0: 9.0}
    found = course_of(at_weeks("one-2001", weeks), at_weeks("two-2002", weeks))
    assert found.fit is not None
    assert found.fit.test == "z"
    assert found.onset.told


def test_rows_of_a_course_are_of_one_instrument_within_a_trial() -> None:
    other = [
        continuous((5 - by / 10, 1, 200), (5, 1, 200), weeks=week, instrument="GBS") for week, by in ((4, 5), (9, 9))
    ]
    rows = [continuous((50 - by, 10, 200), (50, 10, 200), weeks=week) for week, by in ((4, 5), (12, 8), (24, 9))]
    found = course_of(record("one-2001", [arm("t", "prp"), arm("c", "saline")], [*other, *rows]))
    assert found.fit is not None
    assert found.fit.visits == (4, 12, 24)


def test_directions_and_untold_weeks_are_kept() -> None:
    found = course_of(
        exosome_trial("one-2001", told("favours-b", weeks=6)), exosome_trial("two-2002", told("favours-a"))
    )
    assert [(seen.study_id, seen.direction, seen.value) for seen in found.seen] == [("one-2001", "comparator", None)]
    assert found.without_weeks == ("two-2002",)
    assert found.against(PERIODS)[1].sentence == "1 trial looked in this time (weeks 4 to 6), at week 6: against it."


def test_treatments_of_a_family_share_a_course() -> None:
    weeks = {2.0: 3.0, 4.0: 5.0, 8.0: 7.5, 16.0: 9.3}
    arms = [arm("t", "tranexamic-acid-oral"), arm("c", "saline")]
    rows = [continuous((50 - by, 10, 200), (50, 10, 200), weeks=week) for week, by in weeks.items()]
    other = [arm("t", "tranexamic-acid-topical"), arm("c", "saline")]
    made = made_of(record("one-2001", arms, rows), record("two-2002", other, rows))
    family = [found for found in made.time_courses.all if found.family]
    assert len(family) == 1
    assert family[0].fit is not None
    assert len(family[0].fit.treatments) == 2
    assert {each.intervention for each in family[0].comparisons} == {
        ("tranexamic-acid-oral",),
        ("tranexamic-acid-topical",),
    }


def test_of_the_library_nothing_is_said_of_exosomes_over_time() -> None:
    found = findings().time_courses.find("acne-scars", "exosome", "scar-severity")
    (course,) = found
    assert course.cannot_tell == "the only trial looked at one time only (week 12)"
    assert [bool(each.seen) for each in course.against(PERIODS)] == [False, False, True]


def test_of_the_library_every_course_is_told_or_has_a_reason() -> None:
    for course in findings().time_courses.all:
        assert (course.fit is None) == (course.cannot_tell is not None)
        if course.fit is None:
            assert [course.onset.told, course.half.told, course.ninety.told] == [False] * 3
            assert course.points == ()
        assert set(course.modelled) <= set(course.study_ids)
