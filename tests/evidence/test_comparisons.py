"""What a pair of arms compares: never more than what differs between them."""

from __future__ import annotations

from evidence_records import arm
from hypothesis import given
from hypothesis import strategies as st

from skinproof.evidence.studies.records import Arm
from skinproof.evidence.synthesis.comparisons import before_after, compare, lower_first
from skinproof.vocabulary import vocabulary

WORDS = vocabulary()
ACTIVE = sorted(t.id for t in WORDS.treatments.values() if not t.inert and t.id not in ("other", "before-treatment"))
DUMMIES = sorted(t.id for t in WORDS.treatments.values() if t.inert and t.id not in ("no-treatment", "placebo-or-none"))
actives = st.lists(st.sampled_from(ACTIVE), min_size=1, max_size=3, unique=True)
dummies = st.sampled_from(DUMMIES)


def make(name: str, *treatments: str, **fields: object) -> Arm:
    return Arm.model_validate(arm(name, *treatments, **fields))


def test_laser_and_exosome_against_laser_and_vehicle_is_what_exosomes_add() -> None:
    pair = compare(make("a", "fractional-co2-laser", "exosome"), make("b", "fractional-co2-laser", "vehicle"))
    made = pair.comparison
    assert (made.intervention, made.comparator, made.background) == (("exosome",), (), ("fractional-co2-laser",))
    assert made.control == "placebo-like"
    assert made.name == "Exosomes added to fractional CO2 laser, against fractional CO2 laser with a dummy treatment"
    assert made.id == "exosome_vs_placebo_on_fractional-co2-laser"


def test_a_dummy_and_nothing_are_kept_apart() -> None:
    dummy = compare(make("a", "prp", "microneedling"), make("b", "saline", "microneedling")).comparison
    nothing = compare(make("a", "prp", "microneedling"), make("b", "microneedling")).comparison
    assert dummy.control == "placebo-like"
    assert nothing.control == "none"
    assert dummy.id != nothing.id
    assert nothing.name.endswith("against microneedling alone")


def test_exosomes_come_first_where_they_are_compared() -> None:
    made = compare(make("a", "conditioned-medium"), make("b", "exosome")).comparison
    assert made.intervention == ("exosome",)
    assert made.comparator == ("conditioned-medium",)


def test_usual_care_is_the_comparator() -> None:
    assert compare(make("a", "standard-wound-care"), make("b", "tretinoin")).comparison.comparator == (
        "standard-wound-care",
    )


def test_another_dose_is_a_question_of_its_own_with_the_stronger_first() -> None:
    weak = Arm.model_validate({"id": "w", "components": [{"treatment": "tretinoin", "dose": "0.025 percent"}]})
    strong = Arm.model_validate({"id": "s", "components": [{"treatment": "tretinoin", "dose": "0.1 percent"}]})
    pair = compare(weak, strong)
    assert pair.comparison.control == "dose"
    assert pair.flipped
    assert pair.comparison.name == "Tretinoin: 0.1 percent against 0.025 percent"
    assert compare(strong, weak).comparison == pair.comparison


def test_a_background_given_in_two_ways_is_told() -> None:
    one = Arm.model_validate(
        {"id": "a", "components": [{"treatment": "hydroquinone", "dose": "4%"}, {"treatment": "glycolic-peel"}]}
    )
    two = Arm.model_validate({"id": "b", "components": [{"treatment": "hydroquinone", "dose": "2%"}]})
    assert compare(one, two).differences == ("hydroquinone was 4% in one arm and 2% in the other",)


def test_two_things_without_a_word_are_not_the_same_thing() -> None:
    one = Arm.model_validate({"id": "a", "components": [{"treatment": "other", "product": "plasma gel"}]})
    two = Arm.model_validate({"id": "b", "components": [{"treatment": "other", "product": "insulin"}]})
    made = compare(one, two).comparison
    assert made.control == "active"
    assert made.background == ()
    assert made.name == "Insulin against plasma gel"


def test_what_a_dummy_does_is_asked_when_it_is_held_against_nothing() -> None:
    pair = compare(make("a", "no-treatment"), make("b", "vehicle"))
    assert pair.flipped
    assert pair.comparison.intervention == ("vehicle",)
    assert pair.comparison.control == "none"


def test_the_same_people_before_are_no_comparison() -> None:
    pair = compare(make("b", "before-treatment"), make("a", "exosome"))
    assert pair.comparison == before_after(make("a", "exosome"))
    assert pair.comparison.control == "before"
    assert pair.comparison.comparator == ()


def test_names_keep_their_capitals_inside_a_sentence() -> None:
    assert lower_first("Jessner's peel") == "Jessner's peel"
    assert lower_first("TCA peel") == "TCA peel"
    assert lower_first("Q-switched laser") == "Q-switched laser"
    assert lower_first("Microneedling") == "microneedling"


@given(actives, actives)
def test_order_of_arms_flips_nothing_but_the_flag(left: list[str], right: list[str]) -> None:
    a, b = make("a", *left), make("b", *right)
    one, two = compare(a, b), compare(b, a)
    assert one.comparison == two.comparison
    if one.comparison.control == "active" or one.comparison.control == "none":
        assert one.flipped != two.flipped


@given(actives, actives)
def test_every_active_component_is_named_once(left: list[str], right: list[str]) -> None:
    made = compare(make("a", *left), make("b", *right)).comparison
    if made.control != "dose":
        assert sorted(made.treatments) == sorted({*left, *right})
        assert set(made.background) == set(left) & set(right)


@given(actives, actives, dummies)
def test_an_inert_component_changes_nothing(left: list[str], right: list[str], dummy: str) -> None:
    """In the intervention's arm always; in the comparator's unless it then stands there alone as a dummy."""
    a, b = make("a", *left), make("b", *right)
    plain = compare(a, b)
    if plain.comparison.control == "dose":
        return
    both = compare(make("a", *left, dummy), make("b", *right, dummy))
    first = compare(make("a", *left, dummy), b) if not plain.flipped else compare(a, make("b", *right, dummy))
    assert first == plain
    if plain.comparison.control == "active":
        assert both == plain


@given(actives, actives)
def test_ids_are_safe_in_an_address(left: list[str], right: list[str]) -> None:
    made = compare(make("a", *left), make("b", *right)).comparison
    assert made.id.replace("_", "").replace("-", "").isalnum()
    assert made.id.isascii()
