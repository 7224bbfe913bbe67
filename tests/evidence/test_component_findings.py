"""What components add, from records."""

from __future__ import annotations

import math

import pytest
from evidence_records import exosome_trial, told
from network_records import arms_trial, counted_trial, made_of, pair

from skinproof.evidence import Added, ComponentFinding, Findings, component_network, findings


def only(made: Findings) -> ComponentFinding:
    (found,) = made.components.all
    return found


def added(made: Findings, component: str) -> Added:
    return only(made).adds(component)


def test_alone_and_added_are_put_together_where_effects_add_up() -> None:
    made = made_of(
        pair("one-2001", "exosome+fractional-co2-laser", "fractional-co2-laser+saline", -6.0),
        pair("two-2002", "exosome", "saline", -4.0),
    )
    found = added(made, "exosome")
    assert found.estimate is not None
    assert found.estimate.value == pytest.approx(-5)
    assert found.estimate.high - found.estimate.low == pytest.approx(2 * 1.959964 * math.sqrt(2))
    assert found.backgrounds == ("", "fractional-co2-laser")
    assert found.studies == ("one-2001", "two-2002")
    assert {(share.study_id, share.share) for share in found.shares} == {("one-2001", 0.5), ("two-2002", 0.5)}
    test = only(made).additivity
    assert (test.testable, test.df, test.q) == (True, 1, pytest.approx(4 / 8))
    assert "add up as far as can be seen" in test.sentence


def test_it_is_the_additive_model_on_the_same_numbers() -> None:
    made = made_of(
        pair("one-2001", "prp+microneedling", "microneedling+saline", -6.0),
        pair("two-2002", "microneedling", "saline", -4.0),
        pair("three-2003", "prp", "microneedling", -5.0),
    )
    fit = component_network(
        [-6, -4, -5], [2.0] * 3, ["prp+mn", "mn", "prp"], ["mn", "no", "mn"], ["a", "b", "c"], inactive="no"
    )
    effects = fit.components()
    for name, place in (("microneedling", 0), ("prp", 1)):
        estimate = added(made, name).estimate
        assert estimate is not None
        values = (effects.TE[place], effects.lower[place], effects.upper[place])
        assert (estimate.value, estimate.low, estimate.high) == pytest.approx(values)


def test_of_one_trial_it_is_the_pair_itself_with_its_certainty() -> None:
    made = made_of(pair("one-2001", "exosome+fractional-co2-laser", "fractional-co2-laser+saline", -6.0))
    found = added(made, "exosome")
    finding = made.get("acne-scars_scar-severity_exosome_vs_placebo_on_fractional-co2-laser")
    assert (found.certainty, found.sentence) == (finding.certainty, finding.sentence)
    (beside,) = found.beside
    assert beside.finding_id == finding.id
    assert beside.same_studies
    assert beside.agrees
    assert beside.sentence.endswith("it is the same number.")


def test_a_pair_that_says_something_else_is_told_to_differ() -> None:
    made = made_of(
        pair("one-2001", "prp+microneedling", "microneedling+saline", -1.0),
        pair("two-2002", "prp+subcision", "subcision+saline", -12.0),
    )
    found = added(made, "prp")
    assert found.estimate is not None
    assert {beside.agrees for beside in found.beside} == {False}
    assert all(beside.sentence.endswith("the two differ.") for beside in found.beside)


def test_what_always_comes_with_something_else_says_so() -> None:
    made = made_of(pair("one-2001", "prp+microneedling", "saline", -6.0))
    for one, other in (("prp", "microneedling"), ("microneedling", "PRP")):
        found = added(made, one)
        assert found.estimate is None
        assert other in (found.why_not or "")
        assert "own share cannot be told" in (found.why_not or "")


def test_what_everybody_had_says_so() -> None:
    made = made_of(pair("one-2001", "prp+microneedling", "microneedling", -6.0))
    assert added(made, "microneedling").why_not == "all groups of every trial here had it"
    assert added(made, "subcision").why_not == "no trial on this outcome and scale gave it"


def test_two_tied_treatments_are_told_apart_by_a_third_trial() -> None:
    alone = pair("one-2001", "prp", "microneedling", -6.0)
    assert added(made_of(alone), "prp").estimate is None
    made = made_of(alone, pair("two-2002", "microneedling", "saline", -4.0))
    found = added(made, "prp")
    assert found.estimate is not None
    assert found.estimate.value == pytest.approx(-10)
    assert found.control == "placebo-like"


def test_a_joint_effect_beyond_the_sum_is_seen_in_a_factorial_trial() -> None:
    trial = arms_trial(
        "one-2001",
        {
            "ab": ("prp+microneedling", (30, 5, 60)),
            "a": ("prp", (46, 5, 60)),
            "b": ("microneedling", (46, 5, 60)),
            "c": ("saline", (50, 5, 60)),
        },
    )
    found = only(made_of(trial))
    (joint,) = found.interactions
    assert joint.value == pytest.approx(30 - 46 - 46 + 50)
    assert joint.p < 0.001
    assert "better than the sum" in joint.sentence
    assert found.additivity.testable
    assert "may not add up" in found.additivity.sentence


def test_parts_that_do_not_hang_together_are_joined_and_tested() -> None:
    made = made_of(
        pair("one-2001", "prp+microneedling", "microneedling+saline", -2.0, n=400),
        pair("two-2002", "prp+subcision", "subcision+saline", -8.0, n=400),
    )
    found = only(made)
    assert found.additivity.testable
    assert found.additivity.q == pytest.approx(36 / (2 * 2 * 100 / 400))
    assert len(found.interactions) == 2


def test_trials_against_nothing_are_held_against_trials_against_a_dummy() -> None:
    made = made_of(
        pair("one-2001", "prp", "saline", -4.0, n=200),
        pair("two-2002", "prp", "no-treatment", -9.0, n=200, blinding="open"),
    )
    found = only(made)
    assert found.knowing.value == pytest.approx(-5)
    assert "differ" in found.knowing.sentence
    assert found.adds("prp").control == "placebo-or-none"
    blind = made_of(pair("one-2001", "prp", "saline", -4.0))
    assert only(blind).knowing.value is None
    assert "cannot be told" in only(blind).knowing.sentence


def test_in_one_trial_with_both_controls_the_dummy_speaks() -> None:
    trial = arms_trial(
        "one-2001", {"t": ("prp", (40, 10, 30)), "d": ("saline", (45, 10, 30)), "n": ("no-treatment", (50, 10, 30))}
    )
    found = only(made_of(trial))
    estimate = found.adds("prp").estimate
    assert estimate is not None
    assert estimate.value == pytest.approx(-5)
    assert found.knowing.value == pytest.approx(-5)


def test_ratios_multiply() -> None:
    made = made_of(
        counted_trial("one-2001", {"t": ("prp+microneedling", (40, 100)), "c": ("microneedling+saline", (20, 100))}),
        counted_trial("two-2002", {"t": ("microneedling", (30, 100)), "c": ("saline", (10, 100))}),
    )
    values = [part.estimate.value for part in only(made).components if part.estimate]
    assert values == pytest.approx([3, 2])


def test_a_trial_without_numbers_gives_no_model() -> None:
    assert made_of(exosome_trial("one-2001", told("favours-a"))).components.all == ()


def test_of_the_library_every_component_has_an_estimate_or_a_reason() -> None:
    for found in findings().components.all:
        for part in found.components:
            assert (part.estimate is None) != (part.why_not is None)
            assert (part.estimate is None) == (part.certainty is None)
            assert set(part.studies) <= set(found.study_ids)
            if part.estimate is not None:
                assert part.estimate.low < part.estimate.value < part.estimate.high
                assert sum(share.share for share in part.shares) == pytest.approx(1, abs=0.05)
                assert part.sentence


def test_what_exosomes_add_to_laser_for_acne_scars() -> None:
    (found,) = findings().components.find("acne-scars", "exosome", "scar-severity")
    part = found.adds("exosome")
    assert part.estimate is not None
    assert part.estimate.value == pytest.approx(-12.6)
    assert part.estimate.study_ids == ("kwon-2020-acne-scars",)
    assert part.certainty is not None
    assert part.certainty.level == "very-low"
