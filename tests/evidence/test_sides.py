"""Two sides of the same people: how alike they are taken to be, and that the effects allow for it."""

from __future__ import annotations

import math

import pytest
from evidence_records import binary, continuous, exosome_trial
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from skinproof.evidence import Finding, Findings, Library, NoInformation, findings
from skinproof.evidence.studies.records import Contrast, Study
from skinproof.evidence.synthesis.assumptions import assumptions
from skinproof.evidence.synthesis.effects import effects, flipped_outcome
from skinproof.evidence.synthesis.model import Effect, Measure
from skinproof.evidence.synthesis.sides import correlation_range, likeness, seen, table
from skinproof.evidence.synthesis.sizes import matched_ratio, odds_ratio, risk_ratio

BORROWED = assumptions().sides.borrowed


def face(row: dict, **contrast: object) -> Study:
    if contrast:
        row = row | {"contrast": {"arms": ["t", "c"]} | contrast}
    return exosome_trial("face-2020-a", row, design="split-face-rct")


def of(row: dict, **contrast: object) -> dict[Measure, Effect]:
    return effects(face(row, **contrast), 0, ["t"], ["c"])[0]


def only(study: Study) -> Finding:
    (finding,) = Findings(Library.of([study])).all
    return finding


def test_the_handbooks_worked_example_of_a_given_correlation() -> None:
    # Cochrane Handbook 5.1, 16.4.6.4: 7.0 (2.38) and 6.5 (2.21) in 10 people, correlation 0.68, standard error 0.583.
    effect = of(continuous((7.0, 2.38, 10), (6.5, 2.21, 10)), correlation=0.68)["MD"]
    assert effect.value == pytest.approx(0.5)
    assert math.sqrt(effect.vi) == pytest.approx(0.583, abs=5e-4)
    assert effect.likeness is not None
    assert effect.likeness.basis == "given"
    assert not effect.likeness.at


def test_a_correlation_is_borrowed_and_varied_where_nothing_tells_it() -> None:
    effect = of(continuous((3, 1, 20), (4, 1, 20)))["MD"]
    assert effect.vi == pytest.approx((2 - 2 * BORROWED) / 20)
    assert effect.likeness is not None
    assert effect.likeness.basis == "borrowed"
    assert [each for each, _, _ in effect.likeness.at] == list(assumptions().sides.varied)
    for each in assumptions().sides.varied:
        assert effect.at_correlation(each).vi == pytest.approx((2 - 2 * each) / 20)
    assert any("same people" in step for step in effect.conversions)
    assert effect.people == 20


def test_what_is_borrowed_is_below_what_was_seen_on_untreated_faces() -> None:
    assert len(seen()) == 3  # the other rows of the table are too rounded
    assert min(seen()) > BORROWED
    assert max(seen()) < 1


def test_a_correlation_follows_from_an_exact_p_value_of_pairs() -> None:
    # t(19) of p = 0.0002 is 4.603, so the standard error of a difference of 1.00 is 0.2173.
    effect = of(continuous((3.0, 1.3, 20), (4.13, 1.3, 20)), p=0.0002)["MD"]
    assert effect.likeness is not None
    assert effect.likeness.basis == "derived"
    assert math.sqrt(effect.vi) == pytest.approx(1.13 / 4.603, rel=1e-2)


def test_a_p_value_of_a_test_that_took_the_sides_apart_gives_no_gain() -> None:
    # The p-value of an unpaired test implies no likeness, and one larger still is held at none.
    for p in (0.0032, 0.02):
        effect = of(continuous((3.01, 1, 20), (4.02, 1, 20)), p=p)["MD"]
        assert effect.likeness is not None
        assert effect.likeness.basis == "derived"
        assert effect.likeness.correlation == pytest.approx(0, abs=0.15)


def test_a_p_value_told_as_a_limit_bounds_the_correlation() -> None:
    row = continuous((-10.66, 2.11, 50), (-10.08, 1.88, 50), statistic="change")
    low, high = correlation_range((-10.66, -10.08), (2.11, 1.88), 50, (0.0, 0.001))
    assert 0.8 < low < 0.85
    assert high == 1.0
    below = of(row, p_text="<0.001")["MD"].likeness
    above = of(row, p_text=">0.05")["MD"].likeness
    assert below is not None
    assert above is not None
    assert (below.basis, below.correlation) == ("derived", pytest.approx(low))
    assert above.basis == "borrowed"
    assert max(above.varied) < low


@pytest.mark.parametrize("text", ["n.s.", "significant", ">1", "<0", "0.05", "< a"])
def test_other_words_for_a_p_value_bound_nothing(text: str) -> None:
    contrast = Contrast(arms=("t", "c"), p_text=text)
    assert likeness(contrast, (3, 4), (1, 1), 20).correlation == BORROWED


@given(st.integers(1, 39), st.integers(1, 39), st.floats(-0.95, 0.95))
def test_a_table_of_pairs_keeps_its_margins(a: int, b: int, alike: float) -> None:
    both, first, second, neither = table((a, b, 40), alike)
    assert min(both, first, second, neither) >= -1e-9
    assert both + first == pytest.approx(a)
    assert both + second == pytest.approx(b)
    assert both + first + second + neither == pytest.approx(40)


@given(st.integers(1, 39), st.integers(1, 39))
def test_sides_that_are_not_alike_are_two_groups(a: int, b: int) -> None:
    cells = table((a, b, 40), 0.0)
    for measure, apart in (("RR", risk_ratio(a, 40, b, 40)), ("OR", odds_ratio(a, 40, b, 40))):
        pairs = matched_ratio(measure, cells)  # type: ignore[arg-type]
        assert pairs.yi == pytest.approx(apart.yi, abs=1e-6)
        assert pairs.vi == pytest.approx(apart.vi, rel=1e-5)


@given(st.integers(2, 38), st.integers(2, 38))
def test_the_more_alike_the_narrower(a: int, b: int) -> None:
    found = of(binary((a, 40), (b, 40)))
    for measure in ("RR", "OR"):
        effect = found[measure]
        widths = [effect.at_correlation(each).vi for each in (0.2, 0.5, 0.8)]
        assert widths == sorted(widths, reverse=True)
        assert effect.vi == pytest.approx(widths[1])


def test_known_pairs_are_used_as_they_are() -> None:
    pairs = {"both": 10, "first": 8, "second": 3, "neither": 9}
    found = of(binary((18, 30), (13, 30)), pairs=pairs)
    assert found["RR"].value == pytest.approx(18 / 13)
    assert found["RR"].vi == pytest.approx((8 + 3) / (18 * 13))  # Elbourne and others 2002
    turned = effects(face(binary((18, 30), (13, 30)), pairs=pairs), 0, ["c"], ["t"])[0]
    assert turned["RR"].value == pytest.approx(13 / 18)
    assert turned["OR"].vi == pytest.approx(found["OR"].vi)


def test_pairs_that_do_not_add_up_are_refused_and_told() -> None:
    study = face(binary((18, 30), (13, 30)), pairs={"both": 10, "first": 9, "second": 3, "neither": 8})
    found, faults = effects(study, 0, ["t"], ["c"])
    assert not found
    assert "do not add up" in faults[0]


def test_pairs_and_correlations_belong_to_their_kind_of_outcome() -> None:
    with pytest.raises(ValidationError, match=r"contrast\.pairs"):
        face(continuous((3, 1, 20), (4, 1, 20)), pairs={"both": 1, "first": 1, "second": 1, "neither": 1})
    with pytest.raises(ValidationError, match=r"contrast\.correlation"):
        face(binary((3, 20), (4, 20)), correlation=0.5)


@given(st.integers(1, 39), st.integers(1, 39))
def test_an_outcome_of_two_sides_turned_round_twice_is_itself(a: int, b: int) -> None:
    effect = of(binary((a, 40), (b, 40)))["RR"]
    twice = flipped_outcome(flipped_outcome(effect))
    assert twice.yi == pytest.approx(effect.yi)
    assert twice.vi == pytest.approx(effect.vi, rel=1e-4)
    assert twice.likeness is not None
    assert len(twice.likeness.at) == 3


def test_a_ratio_of_known_pairs_cannot_be_turned_round() -> None:
    found = of(binary((18, 30), (13, 30)), pairs={"both": 10, "first": 8, "second": 3, "neither": 9})
    with pytest.raises(NoInformation):
        flipped_outcome(found["RR"])


def test_a_finding_says_whether_its_answer_hangs_on_the_likeness() -> None:
    hangs = only(face(continuous((3.5, 1, 20), (4, 1, 20))))
    stays = only(face(continuous((1, 1, 20), (4, 1, 20))))
    assert hangs.sides is not None
    assert hangs.sides.depends
    assert [each for each, *_ in hangs.sides.tried] == list(assumptions().sides.varied)
    assert hangs.sides.sentence in [reason.sentence for reason in hangs.certainty.reasons]
    assert stays.sides is not None
    assert not stays.sides.depends
    assert only(exosome_trial("parallel-2020-a", continuous((3, 1, 20), (4, 1, 20)))).sides is None


def test_certainty_is_the_least_sure_of_those_at_the_correlations_tried() -> None:
    row = continuous((3.795, 1, 140), (4, 1, 140))
    finding = only(exosome_trial("face-2020-a", row, design="split-face-rct", n_randomised=140, n_analysed=140))
    assert finding.sides is not None
    assert finding.sides.depends
    assert finding.certainty.reasons[-1].down > 0


def test_every_split_face_effect_of_the_library_says_how_alike_its_sides_are() -> None:
    count = 0
    for finding in findings().all:
        for line in finding.studies:
            effect = line.effect
            if effect is not None and effect.same_people:
                count += 1
                assert effect.likeness or any("same people" in step or "paired" in step for step in effect.conversions)
    assert count > 30
