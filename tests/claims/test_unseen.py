"""Kinds of sentence that pages by other hands had and no rule read, in sentences of our own."""

from __future__ import annotations

import pytest

from skinproof.claims import find


def read(text: str, *fields: str) -> set[tuple[object, ...]]:
    return {tuple(getattr(row, name) for name in fields) for row in find(text).found}


@pytest.mark.parametrize(
    "text",
    [
        "Clinics say that PRP regrows hair. These claims have not been proven.",
        "Sellers promise that exosomes fade scars. None of these promises is supported by evidence.",
        "The brochure claims that exosomes lift sagging skin. It cannot.",
        "Not one shows that exosomes reduce wrinkles.",
        "The argument that exosomes fade scars because they carry signals doesn't hold water.",
    ],
)
def test_what_others_promise_and_the_page_refutes_is_denied(text: str) -> None:
    assert {stance for (stance,) in read(text, "stance")} == {"denied"}


def test_that_nothing_bears_out_what_was_said_is_told_once() -> None:
    text = "Exosomes fade scars. There is no good evidence for any of this."
    assert read(text, "concept", "stance") == {("scar-severity", "denied")}


@pytest.mark.parametrize(
    ("text", "concern"),
    [
        ("Finasteride for hair loss\n\nFinasteride blocks the hormone.", "hair-loss"),
        ("Spironolactone is not licensed for acne.", "acne"),
        ("Retinol and wrinkles\n\nThere are few large trials of retinol.", "skin-ageing"),
    ],
)
def test_what_names_no_problem_takes_the_one_spoken_of(text: str, concern: str) -> None:
    assert {each for (each,) in read(text, "concern")} == {concern}


@pytest.mark.parametrize(
    ("text", "row"),
    [
        ("Sunscreen prevents more sun damage than vitamin C.", ("photodamage", "reduces", "comparison")),
        ("Laser does more for wrinkles than retinol.", ("wrinkles", "reduces", "comparison")),
        ("Microneedling is less painful than laser.", ("pain", "reduces", "comparison")),
        ("Tretinoin works better than retinol for wrinkles.", ("wrinkles", "reduces", "comparison")),
        ("Azelaic acid is as effective as tretinoin for acne.", ("treatment-success", "none", "comparison")),
        ("With retinol fine lines appeared softer.", ("wrinkles", "reduces", "efficacy")),
        ("Wrinkles seemed shallower with retinol.", ("wrinkles", "reduces", "efficacy")),
        ("With retinol skin has never been softer.", ("texture", "improves", "efficacy")),
        ("Nobody can say whether exosomes are safe.", ("adverse-events", "none", "safety")),
        (
            "Nobody has used exosomes for long, so the long-term risks are still unknown.",
            ("adverse-events", "none", "safety"),
        ),
        ("We do not know how soon rosacea comes back after ivermectin.", ("relapse", "none", "efficacy")),
    ],
)
def test_directions(text: str, row: tuple[str, str, str]) -> None:
    assert row in read(text, "concept", "direction", "kind")


@pytest.mark.parametrize(
    "text",
    [
        "A glycolic acid peel leaves dull skin brighter.",
        "This moisturiser leaves dry skin well hydrated.",
        "Drink plenty of water after your peel.",
        "Lymecycline helps when acne is more widespread.",
    ],
)
def test_what_is_no_harm_and_no_mechanism(text: str) -> None:
    assert not {("harms",), ("none",)} & read(text, "direction")


def test_a_mix_that_has_a_name_is_one_treatment() -> None:
    text = "A cream with tretinoin, hydroquinone and hydrocortisone lightens melasma. It can irritate the skin."
    assert {each for (each,) in read(text, "treatment")} == {"triple-combination"}


def test_a_title_is_about_its_subject_and_a_price_line_below_it_changes_nothing() -> None:
    text = "Exosome facial with microneedling\n\nBenefits:\n- fewer lines\n- less redness"
    assert {each for (each,) in read(text, "treatment")} == {"exosome"}
    menu = "Light boost\n20 mins | £25\nRed light calms redness.\n\nMicroneedling\n75 mins | £150\nSoftens scars."
    assert ("microneedling", "scar-severity") in read(menu, "treatment", "concept")


def test_how_long_it_lasts_stands_in_the_answer() -> None:
    assert ("relapse", (13.0, 17.4)) in {
        (row.concept, row.weeks and (round(row.weeks[0], 1), round(row.weeks[1] or 0, 1)))
        for row in find("Botox\n\nHow long does it last?\nThree to four months for most people.").found
    }
    assert not find("Botox\n\nHow long does a session last?\nAbout half an hour.").found


def test_a_second_that_stands_under_the_same_speaker() -> None:
    assert read("Clinics say that PRP regrows hair, and that it fades scars.", "stance") == {("reported",)}
    assert ("denied",) in read("No evidence shows that PRP regrows hair or that it fades scars.", "stance")
