"""From what a row prints to effects: p-values, medians, units; and that each effect tells itself."""

from __future__ import annotations

import math
from typing import Any

import pytest
from evidence_records import arm, continuous, exosome_trial, record
from hypothesis import given
from hypothesis import strategies as st

from skinproof.evidence import Findings, Library, findings, fivenum, library
from skinproof.evidence.synthesis.effects import effects
from skinproof.evidence.synthesis.instruments import common, instruments
from skinproof.evidence.synthesis.model import Effect, Measure
from skinproof.evidence.synthesis.p_values import half_unit


def of(row: dict[str, Any], **fields: Any) -> tuple[dict[Measure, Effect], tuple[str, ...]]:
    return effects(exosome_trial("a-2020-b", row, **fields), 0, ["t"], ["c"])


def means(one: float, two: float, n: int = 20, **contrast: Any) -> dict[str, Any]:
    """Means without a spread, and what the report says of the contrast."""
    row = {"concept": "scar-severity", "better": "lower", "kind": "continuous", "statistic": "percent-change"}
    results = {"t": {"mean": one, "n": n}, "c": {"mean": two, "n": n}}
    return row | {"instrument": "ECCA", "weeks": 12, "results": results, "contrast": {"arms": ["t", "c"]} | contrast}


# --- p-values -------------------------------------------------------------------------------------------------------


def test_the_handbooks_worked_example_of_a_p_value() -> None:
    # Handbook 6.5.2.3: a difference of 3.8 in 25 and 22 people, p = 0.008, so t(45) = 2.78, SE 1.37 and SD 4.69.
    row = means(3.80, 0.0, p=0.008)
    row["results"]["t"]["n"], row["results"]["c"]["n"] = 25, 22
    found, _ = of(row)
    assert math.sqrt(found["MD"].vi) == pytest.approx(1.37, abs=5e-3)
    assert found["MD"].sd == pytest.approx(4.69, abs=1e-2)
    assert "SMD" in found
    assert any("p-value" in step for step in found["MD"].conversions)


def test_a_p_value_below_a_limit_gives_the_widest_interval_and_no_spread() -> None:
    limit, exact = of(means(-32.5, -19.9, p_text="<0.01"))[0], of(means(-32.5, -19.9, p=0.004))[0]
    assert list(limit) == ["MD"]
    assert limit["MD"].at_limit
    assert limit["MD"].sd is None
    assert limit["MD"].vi > exact["MD"].vi
    assert not exact["MD"].at_limit


def test_two_sides_of_one_person_take_the_paired_test() -> None:
    found, _ = of(means(-32.5, -19.9, n=25, p_text="<0.01"), design="split-face-rct")
    # t(24) of p = 0.01 is 2.797.
    assert math.sqrt(found["MD"].vi) == pytest.approx(12.6 / 2.797, rel=1e-3)


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (means(-32.5, -19.9), "without a spread"),
        (means(-32.5, -19.9, p_text=">0.05"), "above a limit"),
        (means(-32.5, -19.9, p=0.0), "gives none"),
        (means(-30.0, -30.0, p=0.04), "gives none"),
        (means(115.0, 113.0, p=0.674), "too rounded"),
        (means(-32.5, -19.9, p=0.98), "too rounded"),
        (means(-32.5, -19.9, p=0.01, direction="favours-b"), "does not follow"),
        (means(-32.5, -19.9, n=1, p=0.01), "gives none"),
    ],
)
def test_numbers_that_do_not_give_a_standard_error_are_refused_and_told(row: dict[str, Any], why: str) -> None:
    found, faults = of(row)
    assert not found
    assert why in faults[0]


@given(st.floats(0.001, 0.4), st.floats(1, 30), st.integers(5, 200))
def test_the_interval_excludes_no_difference_about_when_p_is_small(p: float, difference: float, n: int) -> None:
    p, difference = round(p, 4), round(difference, 3)
    found, _ = of(means(difference, 0.0, n=n, p=p))
    if found:
        assert math.sqrt(found["MD"].vi) > 0
        assert (found["MD"].low > 0) == (difference / math.sqrt(found["MD"].vi) > 1.959964)


def test_half_a_unit_of_the_last_decimal() -> None:
    assert half_unit(0.05) == pytest.approx(0.005)
    assert half_unit(113.0) == pytest.approx(0.5)
    assert half_unit(21.6, 14.85) == pytest.approx(0.005)
    assert half_unit(1e-05) == pytest.approx(5e-6)
    assert half_unit(120.0) == pytest.approx(0.5)


def test_an_answer_from_a_limit_is_not_surer_than_a_direction_where_its_size_is_unknown() -> None:
    row = means(-32.5, -19.9, n=25, p_text="<0.01")
    (finding,) = Findings(Library.of([exosome_trial("a-2020-b", row, design="split-face-rct")])).all
    assert finding.size == "unknown"
    assert any("only as below a limit" in reason.sentence for reason in finding.certainty.reasons)


# --- medians --------------------------------------------------------------------------------------------------------


def median(middle: float, **fields: Any) -> dict[str, Any]:
    return {"median": middle, "n": 40} | fields


def medians(one: dict[str, Any], two: dict[str, Any]) -> dict[str, Any]:
    row = {"concept": "scar-severity", "better": "lower", "kind": "continuous", "statistic": "final"}
    return row | {"instrument": "ECCA", "results": {"t": one, "c": two}}


def test_medians_with_quartiles_become_means() -> None:
    found, _ = of(medians(median(10, iqr=[7, 13.2]), median(14, iqr=[11, 17])))
    one, two = fivenum(40, 10, q1=7, q3=13.2), fivenum(40, 14, q1=11, q3=17)
    assert found["MD"].value == pytest.approx(float(one.mean[0] - two.mean[0]))
    assert found["MD"].vi == pytest.approx(float(one.sd[0] ** 2 + two.sd[0] ** 2) / 40)
    assert any("median and the quartiles" in step for step in found["MD"].conversions)
    whole, _ = of(medians(median(10, range=[2, 19]), median(14, iqr=[11, 17], range=[6, 22.5])))
    assert any("median and the range," in step for step in whole["MD"].conversions)
    assert any("range and quartiles" in step for step in whole["MD"].conversions)


@pytest.mark.parametrize(
    ("one", "why"),
    [
        (median(10), "without quartiles or range"),
        (median(10, iqr=[9.9, 20]), "too skewed"),
        (median(10, iqr=[11, 20]), "cannot be"),
        (median(10, iqr=[7, 13], n=None), "number of people"),
    ],
)
def test_medians_that_may_not_be_turned_are_refused_and_told(one: dict[str, Any], why: str) -> None:
    found, faults = of(medians(one, median(14, iqr=[11, 17])))
    assert not found
    assert why in faults[0]


def test_a_line_shows_the_median_that_was_reported() -> None:
    row = medians(median(10, iqr=[7, 13.2]), median(14, iqr=[11, 17]))
    (finding,) = Findings(Library.of([exosome_trial("a-2020-b", row)])).all
    assert finding.studies[0].role == "estimate"
    assert finding.studies[0].values == "median 10 against median 14, at the end"


def test_a_mean_is_used_where_a_median_stands_beside_it() -> None:
    row = continuous((3, 1, 20), (4, 1, 20))
    row["results"]["t"]["median"] = 2.5
    assert of(row)[0]["MD"].value == -1


# --- ratios of means ------------------------------------------------------------------------------------------------


def test_a_ratio_of_means_is_of_final_values_above_nought() -> None:
    found, _ = of(continuous((3, 1, 20), (4, 1, 20)))
    assert found["ROM"].value == pytest.approx(0.75)
    assert found["ROM"].vi == pytest.approx(1 / (20 * 9) + 1 / (20 * 16))
    assert "ROM" not in of(continuous((-3, 1, 20), (4, 1, 20)))[0]
    assert "ROM" not in of(continuous((3, 1, 20), (4, 1, 20), statistic="change"))[0]


# --- units ----------------------------------------------------------------------------------------------------------


def hairs(instrument: str, **fields: Any) -> dict[str, Any]:
    given = {"concept": "hair-density", "better": "higher", "statistic": "change", "instrument": instrument} | fields
    return continuous((89.6, 40, 184), (56.5, 40, 179), **given)


def test_counts_in_a_circle_are_brought_to_a_square_centimetre() -> None:
    area = math.pi * 1.27**2
    circle, square = of(hairs("hairs in a 2.54 cm wide circle, vertex"))[0], of(hairs("hairs per cm2"))[0]
    assert circle["MD"].value == pytest.approx(square["MD"].value / area)
    assert circle["MD"].vi == pytest.approx(square["MD"].vi / area**2)
    assert circle["MD"].sd == pytest.approx((square["MD"].sd or 0) / area)
    assert circle["SMD"].value == pytest.approx(square["SMD"].value)
    assert "divided by 5.07" in circle["MD"].conversions[-1]
    assert not square["MD"].conversions
    percent = of(hairs("hairs in a 2.54 cm wide circle, vertex", statistic="percent-change"))[0]
    assert percent["MD"].value == pytest.approx(square["MD"].value)


def test_trials_on_two_units_of_one_instrument_are_pooled() -> None:
    arms = [arm("t", "finasteride-oral"), arm("c", "placebo")]
    one = record("a-2020-b", arms, [hairs("Hairs in a 1 inch wide circle, vertex")], concern="hair-loss")
    two = record("b-2021-c", arms, [hairs("hairs per cm2")], concern="hair-loss")
    (finding,) = Findings(Library.of([one, two])).all
    assert finding.estimate is not None
    assert finding.estimate.measure == "MD"
    assert finding.estimate.k == 2
    assert finding.estimate.scale == "hairs per cm2, higher is better"
    assert any("divided by" in note for note in finding.estimate.notes)


def test_lengths_in_another_unit() -> None:
    row = continuous((0.048, 0.01, 30), (0.047, 0.01, 30), concept="hair-thickness", instrument="shaft diameter, mm")
    assert of(row | {"better": "higher"})[0]["MD"].value == pytest.approx(1.0)


def test_every_instrument_of_the_file_is_one_that_a_record_writes() -> None:
    written = {
        (outcome.concept, " ".join((outcome.instrument or "").split()).lower())
        for study in library().studies.values()
        for outcome in study.outcomes
    }
    aliases = {key for key, scale in instruments().items() if key[1] != scale.name.lower()}
    assert not aliases - written
    assert all(scale.factor > 0 for scale in instruments().values())


def test_an_instrument_that_is_not_listed_keeps_its_own_name() -> None:
    study = exosome_trial("a-2020-b", continuous((3, 1, 20), (4, 1, 20), instrument="Some Score, change"))
    assert common(study.outcomes[0]) == ("Some Score", 1.0, None)


# --- told -----------------------------------------------------------------------------------------------------------


def test_an_effect_tells_itself_in_one_sentence() -> None:
    found, _ = of(means(-32.5, -19.9, n=25, p_text="<0.01"), design="split-face-rct")
    said = found["MD"].told()
    for part in (
        "Author 2020, Journal",
        "Exosomes",
        "against",
        "ECCA, change in percent, at 12 weeks",
        "record a-2020-b, outcome row 1",
        "only as below 0.01",
        "difference in means -12.6 (95 % interval -21.4 to -3.77)",
        "lower is better",
    ):
        assert part in said
    assert said.endswith(".")


def test_every_effect_of_the_library_tells_its_record_and_every_conversion() -> None:
    told = 0
    for finding in findings().all:
        for line in finding.studies:
            if line.effect is not None:
                said = line.effect.told()
                told += 1
                assert line.study_id in said
                assert library().studies[line.study_id].citation_text in said
                assert all(step in said for step in line.effect.conversions)
    assert told > 150
