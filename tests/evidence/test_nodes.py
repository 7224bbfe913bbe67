"""What an arm stands for in a network."""

from __future__ import annotations

from typing import Any

from evidence_records import arm, record

from skinproof.evidence.synthesis.nodes import placings


def placed(*arms: dict[str, Any], **fields: Any) -> dict[str, tuple[str, int]]:
    study = record("a-trial", arms, [], **fields)
    found = placings(study, [each["id"] for each in arms])
    return {name: (each.node.id, each.known) for name, each in found.items()}


def test_doses_sources_and_routes_are_one_node() -> None:
    high = {"id": "h", "components": [{"treatment": "exosome", "dose": "2 ml", "route": "topical", "source": "plant"}]}
    low = {"id": "l", "components": [{"treatment": "exosome", "dose": "1 ml", "route": "injection"}]}
    made = placings(record("a-trial", [high, low], []), ["h", "l"])
    assert made["h"].node == made["l"].node


def test_order_of_components_does_not_matter() -> None:
    assert placed(arm("t", "prp", "microneedling"), arm("c", "microneedling"))["t"][0] == "microneedling + prp"


def test_a_dummy_counts_where_it_stands_for_what_another_arm_got() -> None:
    made = placed(arm("t", "fractional-co2-laser", "exosome"), arm("c", "fractional-co2-laser", "saline"))
    assert made == {"t": ("exosome + fractional-co2-laser", 0), "c": ("fractional-co2-laser + dummy", 0)}


def test_kinds_of_dummy_are_one() -> None:
    names = {placed(arm("t", "prp"), arm("c", kind))["c"][0] for kind in ("vehicle", "saline", "sham", "placebo")}
    assert names == {"dummy"}


def test_a_double_dummy_is_not_part_of_the_treatment() -> None:
    made = placed(arm("a", "minoxidil-oral", "vehicle"), arm("b", "minoxidil-topical", "placebo-oral"))
    assert {name for name, _ in made.values()} == {"minoxidil-oral", "minoxidil-topical"}


def test_nothing_and_a_dummy_are_apart() -> None:
    made = placed(arm("t", "prp"), arm("d", "saline"), arm("n", "no-treatment"))
    assert made == {"t": ("prp", 1), "d": ("dummy", 1), "n": ("no treatment", 0)}


def test_people_know_that_they_got_less_unless_the_trial_was_double_blind() -> None:
    arms = arm("t", "prp", "microneedling"), arm("c", "microneedling")
    assert placed(*arms, blinding="open")["t"][1] == 1
    assert placed(*arms, blinding="unclear")["t"][1] == 1
    assert placed(*arms, blinding="double")["t"][1] == 0


def test_in_a_double_blind_trial_only_an_arm_beside_a_dummy_of_the_same_knows() -> None:
    arms = arm("t", "prp", "microneedling"), arm("d", "microneedling", "saline"), arm("n", "microneedling")
    assert [known for _, known in placed(*arms).values()] == [1, 1, 0]
    factorial = arm("ab", "adapalene", "benzoyl-peroxide"), arm("a", "adapalene"), arm("v", "vehicle")
    assert [known for _, known in placed(*factorial).values()] == [0, 0, 0]


def test_each_step_that_people_know_of_counts() -> None:
    arms = arm("ab", "prp", "microneedling"), arm("a", "microneedling"), arm("n", "no-treatment")
    assert [known for _, known in placed(*arms, blinding="open").values()] == [2, 1, 0]
