"""Who does what, by when, and in whose mouth: kinds of sentence of two unseen sets, in sentences of our own."""

from __future__ import annotations

import pytest

from skinproof.claims import find


def read(text: str, *fields: str) -> set[tuple[object, ...]]:
    return {tuple(getattr(row, name) for name in fields) for row in find(text).found}


@pytest.mark.parametrize(
    "text",
    [
        "Clinics say that PRP regrows hair. The doses are tiny, so I don't believe it.",
        "Exosomes fade scars, they say. There is no evidence that they do.",
        "Exosomes regrow hair and stop it falling, the adverts say. In healthy people there is no good evidence that"
        " they do either.",
        "I am still unconvinced that exosomes soften wrinkles.",
        "Doctors are not persuaded that peptides lift sagging skin.",
        "We are a long way from convinced that exosomes fade scars.",
    ],
)
def test_what_is_told_and_then_doubted_is_denied(text: str) -> None:
    assert {stance for stance, direction in read(text, "stance", "direction") if direction != "none"} == {"denied"}


@pytest.mark.parametrize(
    "text",
    [
        "Retinol softens lines, said Dr Amina Shah of the Royal Infirmary, and it costs little.",
        "Vitamin C fades dark spots, says Professor John Hill of Leeds Teaching Hospital, and most people tolerate it.",
        "The peptide trials that found firmer skin were nearly all paid for by the makers.",
        "The studies in which exosomes softened wrinkles were mostly funded by the companies that sell them.",
    ],
)
def test_what_another_says_behind_it_is_reported(text: str) -> None:
    assert {stance for stance, direction in read(text, "stance", "direction") if direction == "reduces"} <= {"reported"}


@pytest.mark.parametrize(
    "text",
    [
        "Minocycline can stain the gums, so tell us if you notice it.",
        "Tretinoin can harm an unborn baby, so tell us at once if you are pregnant.",
        "Dr Helen Marsh, a dermatologist, said there was no proof that exosomes lift dark circles, and that they can"
        " cause an infection.",
    ],
)
def test_what_is_asked_of_the_reader_reports_nothing(text: str) -> None:
    assert ("harms", "reported") not in read(text.split(", and that")[0], "direction", "stance")


@pytest.mark.parametrize(
    ("text", "row"),
    [
        ("PRP uses your own blood, so an allergic reaction is very unlikely.", ("adverse-events", "safe", "safety")),
        ("With exosomes an infection is extremely unlikely.", ("adverse-events", "safe", "safety")),
        ("With polynucleotides a nodule would be improbable.", ("adverse-events", "safe", "safety")),
        ("Exosomes hold no cells, so your body will not reject them.", ("adverse-events", "safe", "safety")),
        ("Plant exosomes carry no risk of passing on an infection.", ("adverse-events", "safe", "safety")),
        ("IPL takes the redness out of scars.", ("redness", "reduces", "efficacy")),
        ("Pulsed dye laser takes redness away.", ("redness", "reduces", "efficacy")),
        ("Ivermectin brings the redness down.", ("redness", "reduces", "efficacy")),
        ("Pain was similar with PRP and with microneedling.", ("pain", "none", "comparison")),
        ("Pain was much the same on both sides with PRP.", ("pain", "none", "comparison")),
        ("Whether melasma returned after tranexamic acid is unknown.", ("relapse", "none", "efficacy")),
        ("Steroid creams\n\nMost flares settle within two weeks.", ("severity-score", "reduces", "timing")),
        ("With brimonidine the redness can come back worse.", ("adverse-events", "harms", "safety")),
        ("IPL can make melasma darker.", ("adverse-events", "harms", "safety")),
        ("Exosomes may not legally be injected.", (None, "none", "regulatory")),
        ("IPL is not usually funded by the NHS.", (None, "none", "cost")),
        ("PRP contains more growth factors than exosomes.", (None, "none", "comparison")),
        ("Microneedling has more published studies behind it than exosomes.", (None, "none", "comparison")),
    ],
)
def test_directions(text: str, row: tuple[str | None, str, str]) -> None:
    assert row in read(text, "concept", "direction", "kind")


@pytest.mark.parametrize(
    ("text", "treatment"),
    [
        ("PRP\n\nThe platelets release growth factors that stimulate collagen.", "prp"),
        ("Exosomes contain growth factors that speed up healing.", "exosome"),
        ("PRP delivers growth factors which build collagen.", "prp"),
        ("Growth factors smooth fine lines.", "growth-factors"),
        ("Microneedling with exosomes fades scars.", "exosome"),
        ("Scars soften after microneedling combined with PRP.", "prp"),
    ],
)
def test_whom_it_is_told_of(text: str, treatment: str) -> None:
    assert (treatment,) in read(text, "treatment")


def test_what_is_too_strong_is_not_what_follows() -> None:
    text = "Bakuchiol\n\nIt softens lines. If retinol is too harsh for you: it is less irritating than retinol."
    assert {each for (each,) in read(text, "treatment")} == {"bakuchiol"}


def test_results_told_arm_by_arm() -> None:
    text = "Wrinkle scores fell by 30% with tretinoin and by 12% with retinol."
    assert {("tretinoin",), ("retinol",)} <= read(text, "treatment")


@pytest.mark.parametrize(
    ("text", "row"),
    [
        ("Laser\n\nDoes it hurt?\nA little, yes.", ("pain", "harms")),
        ("Botox\n\nIs it painful?\nNot really.", ("pain", "safe")),
        ("Microneedling\n\nIs there any downtime?\nNone.", ("downtime", "safe")),
        ("Lactic peel\n\nRecovery: none", ("downtime", "safe")),
        ("TCA peel\n\nRecovery: 7 days of peeling", ("downtime", "harms")),
        ("CO2 laser\n\nDowntime: five to seven days", ("downtime", "harms")),
        ("Profhilo\n\nDowntime: almost none", ("downtime", "safe")),
    ],
)
def test_answers_and_values(text: str, row: tuple[str, str]) -> None:
    assert row in read(text, "concept", "direction")


@pytest.mark.parametrize(
    ("text", "weeks"),
    [
        ("Exosomes for hair\n\nMonth 3: early regrowth", (13.0, 13.0)),
        ("PRP for hair\n\nMonth 6: denser coverage", (26.1, 26.1)),
        ("Retinol\n\nWeek 8: better elasticity", (8.0, 8.0)),
    ],
)
def test_a_timeline_tells_of_what_is_gained(text: str, weeks: tuple[float, float]) -> None:
    assert weeks in {row.weeks and (round(row.weeks[0], 1), round(row.weeks[1] or 0, 1)) for row in find(text).found}


@pytest.mark.parametrize(
    "text",
    [
        "Rosacea causes flushing, redness and small bumps. Ask us about ivermectin.",
        "PRP\n\nWho should not have it?\nAnyone with a blood disorder or an active skin infection.",
        "Retinol\n\nWho can't use it?\nPeople with a wound infection.",
        "Ivermectin cream. Keep a diary of spicy food and hot drinks.",
        "Microneedling in a clinic is another matter.",
    ],
)
def test_what_is_no_promise_and_no_harm(text: str) -> None:
    assert not find(text).found


@pytest.mark.parametrize(
    "text",
    [
        '"Retinol brought me out in spots." - Dee',
        '"I came out in a rash after the peptide cream." - Jo',
        '"I did get some fluff on my cheeks with minoxidil tablets." - Anita',
    ],
)
def test_a_customers_bad_experience_is_reported(text: str) -> None:
    assert ("harms", "reported") in read(text, "direction", "stance")
