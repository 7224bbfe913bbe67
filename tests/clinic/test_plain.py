"""Effects in plain words: one rounding, no statistician's terms, and nothing that turns a number round."""

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skinproof.care import plain
from skinproof.clinic.library import words
from skinproof.evidence import Estimate, findings

MASI = "MASI, lower is better"


def made(measure: str, value: float, low: float, high: float, scale: str = "", better: str = "lower") -> Estimate:
    return Estimate(measure, value, low, high, 1, 40, "single", better, scale, "the study's own", ("s",))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("numbers", "scale", "better", "said"),
    [
        (
            (-1.86, -3.238, -0.482),
            MASI,
            "lower",
            "on average 1.9 points lower on MASI (likely between 0.5 and 3.2 lower); lower is better",
        ),
        (
            (-0.71, -3.1, 1.68),
            MASI,
            "lower",
            "on average 0.7 points lower on MASI (likely between 3.1 lower and 1.7 higher); lower is better",
        ),
        (
            (-2.465, -4.9, -0.03),
            MASI,
            "lower",
            "on average 2.46 points lower on MASI (likely between 0.03 and 4.90 lower); lower is better",
        ),
        (
            (-5.24, -6.891, -3.589),
            "days to full re-epithelialisation, lower is better",
            "lower",
            "on average 5.2 fewer days (likely between 3.6 and 6.9 fewer); fewer is better",
        ),
        (
            (19.0, 9.5, 28.0),
            "total hairs per cm2, higher is better",
            "higher",
            "on average 19 more hairs per cm² (likely between 10 and 28 more); more is better",
        ),
        (
            (-26.16, -35.36, -16.75),
            "percentage points of total lesions, mild to moderate acne, lower is better",
            "lower",
            "on average 26 percentage points lower on total lesions (likely between 17 and 35 lower); lower is better",
        ),
    ],
)
def test_a_difference(numbers: tuple[float, float, float], scale: str, better: str, said: str) -> None:
    assert plain.difference(made("MD", *numbers, scale, better)) == said


def test_a_standardised_difference_is_said_in_the_words_of_its_bands() -> None:
    for turn, better in ((-1, "lower"), (1, "higher")):
        low, high = sorted((turn * 1.42, turn * -0.10))
        text = plain.standardised(made("SMD", turn * 0.66, low, high, "standard deviations", better))
        assert text == (
            "the average difference: a medium one for the better (likely from hardly any to a large one for the better)"
        )


def test_ratios() -> None:
    up, down = made("RR", 1.931, 1.51, 2.47), made("RR", 0.54, 0.4, 0.75)
    assert plain.ratio(up, "a dummy treatment", "were pleased") == (
        "1.9 times as many people were pleased with it as with a dummy treatment (likely between 1.5 and 2.5 times)"
    )
    assert plain.ratio(down, "no treatment", "had it come back") == (
        "54 people had it come back with it for every 100 with no treatment (likely between 40 and 75)"
    )
    assert plain.ratio(replace(up, measure="OR"), "x", "were pleased").startswith(
        "the odds that people were pleased: 1.9 "
    )


@given(st.floats(-90, 90), st.floats(0.01, 60), st.floats(0.01, 60))
def test_a_difference_keeps_its_direction_and_one_number_of_decimals(value: float, down: float, up: float) -> None:
    text = plain.difference(made("MD", value, value - down, value + up, MASI))
    if value:
        assert f"points {'higher' if value > 0 else 'lower'} on MASI" in text
    decimals = {len(number.partition(".")[2]) for number in re.findall(r"\d+(?:\.\d+)?", text)}
    assert len(decimals) == 1
    assert decimals <= {0, 1, 2, 3}
    crosses = value - down <= 0 <= value + up
    likely = text.partition("(")[2]
    assert ("lower and" in likely and "higher)" in likely) is crosses


def test_no_finding_is_told_to_people_in_a_statisticians_words() -> None:
    told = [text for finding in findings().all for text in plain.effect(finding) or ()]
    assert len(told) > 200
    assert not [text for text in told if re.search(r"95%|\bratio\b|standard dev|−|interval|\bnan\b|\binf\b", text)]


def test_a_ratio_with_nobody_in_one_group_is_told_as_counts() -> None:
    ratios = [f for f in findings().all if f.estimate and f.estimate.measure == "RR" and f.absolute is None]
    found = [f for f in ratios if plain.counts(f, "had this problem")]
    assert found
    assert all("none of" in " ".join(plain.effect(f) or ()) for f in found)


def test_at_once_is_not_nought_weeks() -> None:
    assert words.weeks(0) == words.weeks((0, 0)) == "straight after"
    assert words.weeks((0, 4)) == "0 to 4 weeks"
