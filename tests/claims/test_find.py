"""What is found in a text, rule by rule: who, what, which way, how surely, when, and what is no promise."""

from __future__ import annotations

import pytest

from skinproof.claims import Found, find


def rows(text: str, *fields: str) -> list[tuple[object, ...]]:
    return [tuple(getattr(row, name) for name in fields) for row in find(text).found]


def only(text: str) -> Found:
    (row,) = find(text).found
    return row


@pytest.mark.parametrize(
    ("text", "concept", "direction"),
    [
        ("Retinol reduces wrinkles.", "wrinkles", "reduces"),
        ("Retinol helps to soften fine lines.", "wrinkles", "reduces"),
        ("Wrinkles are reduced by retinol.", "wrinkles", "reduces"),
        ("With retinol, brown spots fade.", "pigmentation", "reduces"),
        ("Retinol gives firmer skin.", "laxity", "reduces"),
        ("Retinol boosts elasticity.", "elasticity", "improves"),
        ("A moisturiser repairs the skin barrier.", "tewl", "reduces"),
        ("PRP speeds up wound healing.", "healing-time", "reduces"),
        ("PRP increases hair density.", "hair-density", "improves"),
        ("Finasteride halts hair loss.", "hair-density", "improves"),
        ("Hydroquinone can worsen redness.", "adverse-events", "harms"),
        ("Retinol can cause dryness.", "adverse-events", "harms"),
        ("Laser leaves no downtime.", "downtime", "safe"),
        ("Exosomes reduce the risk of infection.", "adverse-events", "safe"),
        ("Doxycycline clears acne.", "treatment-success", "improves"),
        ("Doxycycline reduces acne.", "lesion-count", "reduces"),
        ("Azelaic acid is effective for rosacea.", "severity-score", "reduces"),
    ],
)
def test_direction_follows_the_outcome(text: str, concept: str, direction: str) -> None:
    assert (only(text).concept, only(text).direction) == (concept, direction)


def test_lists_are_expanded_one_row_a_treatment_and_an_outcome() -> None:
    found = rows(
        "Retinol and vitamin C soften wrinkles, fade brown spots and even out skin tone.", "treatment", "concept"
    )
    assert sorted(found) == [
        ("retinol", "pigmentation"),
        ("retinol", "wrinkles"),
        ("vitamin-c", "pigmentation"),
        ("vitamin-c", "wrinkles"),
    ]


def test_two_verbs_share_their_outcomes() -> None:
    assert rows("Exosomes restore and strengthen the barrier.", "concept") == [("tewl",)]


@pytest.mark.parametrize(
    ("text", "treatment", "with_", "versus"),
    [
        ("Exosomes combined with microneedling reduce scars.", "exosome", ("microneedling",), ()),
        ("Treatment with exosomes reduces scars.", "exosome", (), ()),
        ("Exosomes reduce redness after laser treatment.", "exosome", ("ablative-co2-laser",), ()),
        ("Unlike retinol, bakuchiol reduces wrinkles in sensitive people.", "bakuchiol", (), ("retinol",)),
        ("Retinoids like tretinoin smooth fine lines.", "tretinoin", (), ()),
        ("Our cream contains niacinamide, which fades dark spots.", "niacinamide", (), ()),
    ],
)
def test_who_does_it(text: str, treatment: str, with_: tuple[str, ...], versus: tuple[str, ...]) -> None:
    row = only(text)
    assert (row.treatment, row.with_, row.versus) == (treatment, with_, versus)


def test_each_clause_has_its_own_subject() -> None:
    text = "Retinol smooths fine lines, while niacinamide shrinks pores. It also calms redness."
    assert rows(text, "treatment", "concept") == [
        ("retinol", "wrinkles"),
        ("niacinamide", "pores"),
        ("retinol", "redness"),
    ]


def test_the_subject_is_carried_from_the_heading() -> None:
    assert rows("# PRP\n\nYour own blood.\n\nIt thickens hair.", "treatment", "concern") == [("prp", "hair-loss")]
    text = "# Peels\n\n- Salicylic peel: unclogs pores\n- Glycolic peel: fades dark spots"
    assert rows(text, "treatment") == [("salicylic-peel",), ("glycolic-peel",)]


def test_bare_words_count_under_a_list_of_benefits_or_of_risks() -> None:
    text = "Benefits of retinol:\n- fine lines\n- dark spots\n\nRisks\n- redness\n- infection"
    assert rows(text, "concept", "direction") == [
        ("wrinkles", "reduces"),
        ("pigmentation", "reduces"),
        ("adverse-events", "harms"),
        ("adverse-events", "harms"),
    ]


def test_a_table_reads_by_its_rows_and_columns() -> None:
    text = "| Peel | Good for |\n| --- | --- |\n| Glycolic peel | Fine lines |\n| TCA peel | Sun damage |"
    assert rows(text, "treatment", "concept") == [("glycolic-peel", "wrinkles"), ("tca-peel", "photodamage")]


@pytest.mark.parametrize(
    ("text", "weeks"),
    [
        ("Retinol fades spots in as little as 2 weeks.", (2, None)),
        ("Retinol fades spots after 4–6 weeks.", (4, 6)),
        ("Retinol fades spots over 3+ months.", (13.0, None)),
        ("Within 10 days retinol fades spots.", (0, 1.4)),
        ("Week 12: retinol fades spots.", (12, 12)),
    ],
)
def test_time(text: str, weeks: tuple[float, float | None]) -> None:
    assert (only(text).weeks, only(text).kind) == (weeks, "timing")


def test_a_time_belongs_to_what_it_stands_with() -> None:
    text = "Retinol fades dark spots by week 8, but wrinkles soften after 6 months."
    assert rows(text, "concept", "weeks") == [("pigmentation", (0, 8)), ("wrinkles", (26.1, 26.1))]


@pytest.mark.parametrize(
    ("text", "stance"),
    [
        ("Exosomes do not reduce wrinkles.", "denied"),
        ("There is no evidence that exosomes reduce wrinkles.", "denied"),
        ("Whether exosomes reduce wrinkles is unclear.", "denied"),
        ("That exosomes reduce wrinkles is unproven.", "denied"),
        ("Myth: exosomes reduce wrinkles.", "denied"),
        ("Some clinics claim that exosomes reduce wrinkles.", "reported"),
        ("Exosomes are marketed as a cure for wrinkles.", "reported"),
        ("Exosomes supposedly reduce wrinkles.", "reported"),
        ("Some say there is no proof that exosomes reduce wrinkles.", "denied"),
        ("Exosomes not only reduce wrinkles.", "asserted"),
        ("Without a doubt, exosomes reduce wrinkles.", "asserted"),
        ("It does not sting and exosomes reduce wrinkles.", "asserted"),
    ],
)
def test_stance(text: str, stance: str) -> None:
    assert {row.stance for row in find(text).found if row.concept == "wrinkles"} == {stance}


def test_doubt_reaches_through_a_list() -> None:
    text = "There is no proof that exosomes fade scars, brighten skin, or regrow hair."
    assert rows(text, "stance") == [("denied",)] * 3


def test_not_ends_where_another_verb_takes_over() -> None:
    text = "Microneedling doesn't thin the skin and smooths fine lines."
    assert sorted(rows(text, "direction", "stance")) == [("reduces", "asserted"), ("safe", "asserted")]


@pytest.mark.parametrize(
    ("text", "kind", "direction"),
    [
        ("Tretinoin is more effective than retinol.", "comparison", "improves"),
        ("Retinol is less effective than tretinoin.", "comparison", "none"),
        ("Adapalene works as well as tretinoin.", "comparison", "none"),
        ("Tretinoin reduces wrinkles more than retinol.", "comparison", "reduces"),
        ("PRP is well tolerated.", "safety", "safe"),
        ("PRP is painless.", "safety", "safe"),
        ("PRP is risky.", "safety", "harms"),
        ("PRP is well studied.", "efficacy", "none"),
        ("PRP: more research is needed.", "efficacy", "none"),
        ("PRP costs less than surgery.", "cost", "none"),
        ("PRP costs from £300 per session at our clinic.", "cost", "none"),
        ("PRP is FDA approved.", "regulatory", "none"),
        ("PRP results last 12 months.", "timing", "reduces"),
        ("Three sessions of PRP are needed.", "timing", "none"),
        ("PRP stimulates collagen.", "mechanism", "improves"),
        ("PRP contains signalling molecules.", "mechanism", "none"),
    ],
)
def test_kinds(text: str, kind: str, direction: str) -> None:
    assert (only(text).kind, only(text).direction) == (kind, direction)


def test_strength_and_model_are_kept() -> None:
    row = only("Clinically proven exosomes may reduce wrinkles in mice.")
    assert set(row.strength) == {"Clinically proven", "may"}
    assert (row.hedged, row.model) == (True, "animal-or-lab")


@pytest.mark.parametrize(
    "text",
    [
        "Does retinol reduce wrinkles?",
        "Microneedling - £150\nPRP - £300\nExosome facial - from £400",
        "Home | Prices | Exosomes | PRP | Contact",
        "Avoid retinol if you have rosacea.",
        "Stop using tretinoin five days before laser treatment.",
        "If you want fewer wrinkles, read about retinol.",
        "People with melasma often ask about hydroquinone.",
        "How exosomes reduce wrinkles\n\nRead on.",
        "Our doctors are friendly and the rooms are bright.",
        "I think lasers are overrated.",
        "Exosomes suit darker skin tones and all skin types alike.",
        "Dr Lee led to great things at our clinic.",
    ],
)
def test_no_promise(text: str) -> None:
    assert find(text).found == ()


@pytest.mark.parametrize(
    "text",
    [
        "SAY GOODBYE TO WRINKLES WITH RETINOL!",
        "Say goodbye to wrinkles with retinol!",
        "Retinol softens the look of wrinkles.",
        "Retinol has a wrinkle-smoothing effect.",
        "Retinol minimizes wrinkles.",
        "Retinol minimises wrinkles.",
        "Retinol’s proven action: it “reduces” wrinkles.",
        "Retinol diminshes wrinkles.",
        "▪ Retinol reduces wrinkles",
    ],
)
def test_ways_to_write_one_promise(text: str) -> None:
    assert rows(text, "treatment", "concept", "direction") == [("retinol", "wrinkles", "reduces")]


def test_misspelt_long_words_are_read() -> None:
    assert rows("Micronedling improves elastcity.", "treatment", "concept") == [("microneedling", "elasticity")]


def test_an_unknown_promise_is_shown_not_dropped() -> None:
    text = "Exosomes may awaken your inner moonlight. The waiting room is pink."
    promises = find(text)
    assert promises.found == ()
    (missed,) = promises.unrecognised
    assert (missed.span, missed.at, missed.treatment) == ("Exosomes may awaken your inner moonlight.", 0, "exosome")


def test_unwanted_effects_are_listed_one_by_one() -> None:
    found = rows("After laser, swelling, bruising and infection can occur.", "span", "direction")
    assert [way for _, way in found] == ["harms"] * 3


def test_them_means_what_was_asked_about() -> None:
    text = "Will PRP remove my stretch marks?\n\nIt won't erase them, but it can soften them a little."
    assert rows(text, "concern", "direction", "stance") == [("stretch-marks", "reduces", "denied")]


@pytest.mark.parametrize(
    ("lead", "stance"),
    [
        ("Exosomes are usually marketed as a way to:", "reported"),
        ("Some clinics claim that exosomes can:", "reported"),
        ("There is no evidence that exosomes:", "denied"),
        ("Exosomes cannot:", "denied"),
        ("Myths about exosomes", "denied"),
        ("Benefits of exosomes:", "asserted"),
    ],
)
def test_the_line_above_a_list_speaks_for_its_items(lead: str, stance: str) -> None:
    text = f"{lead}\n- reduce the look of fine lines\n- fade dark spots"
    assert rows(text, "concept", "stance") == [("wrinkles", stance), ("pigmentation", stance)]


def test_a_verdict_turns_the_sentence_before_it() -> None:
    assert rows("Exosomes erase wrinkles. This is a myth.", "concept", "stance")[0] == ("wrinkles", "denied")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Retinol wakes up dull, tired-looking skin.", [("global-improvement", "improves", "asserted")]),
        ("Niacinamide floods the skin with moisture.", [("hydration", "improves", "asserted")]),
        ("# Peels\n\nDowntime: almost none.\n", [("downtime", "safe", "asserted")]),
        ("Blue light therapy kills the bacteria that cause spots.", [("lesion-count", "reduces", "asserted")]),
        ("Retinol helps with stubborn pores, early sun damage.",
         [("pores", "reduces", "asserted"), ("photodamage", "reduces", "asserted")]),
        ("With peels there are no scars and you can go straight back to normal.",
         [("adverse-events", "safe", "asserted"), ("downtime", "safe", "asserted")]),
        ("We cannot promise that retinol will fade wrinkles.", [("wrinkles", "reduces", "denied")]),
        ("If irritation occurs, stop using retinol.", []),
        ("After peels, use a gentle cleanser morning and evening.", []),
    ],
)  # fmt: skip
def test_everyday_ways_of_saying_it(text: str, expected: list[tuple[str, str, str]]) -> None:
    assert rows(text, "concept", "direction", "stance") == expected


def test_what_stands_behind_a_label_is_a_list_of_promises() -> None:
    found = rows("# Profhilo\n\nSuitable for: crepey necks, dull skin.\n", "concept")
    assert found == [("wrinkles",), ("global-improvement",)]


def test_a_name_for_a_treatment_is_not_another_treatment() -> None:
    text = "Often described as an injectable moisturiser, Profhilo is new. It gives firmer skin."
    assert rows(text, "treatment", "concept") == [("hyaluronic-acid", "laxity")]


def test_a_difference_in_time_is_no_time_since_the_start() -> None:
    assert only("With exosomes wounds closed two days sooner.").weeks is None
    assert only("By week three retinol gives smoother skin.").weeks == (0.0, 3.0)


# --- several treatments


def test_the_same_promise_of_two_treatments_is_two():
    text = "Retinol reduces wrinkles, while bakuchiol reduces wrinkles too."
    assert rows(text, "treatment", "concept") == [("retinol", "wrinkles"), ("bakuchiol", "wrinkles")]


def test_both_and_the_two_together():
    both = "PRP vs minoxidil for hair\n\nBoth are safe."
    assert {row[0] for row in rows(both, "treatment")} == {"prp", "minoxidil-topical"}
    row = only("We combine subcision with PRP. The two together lift scars more.")
    assert (row.treatment, row.with_) == ("subcision", ("prp",))


def test_a_title_that_holds_two_against_each_other_is_carried_down():
    text = "Retinol vs bakuchiol: which is better?\n\nBakuchiol is gentler. Retinol works faster."
    assert rows(text, "treatment", "versus", "kind") == [
        ("bakuchiol", ("retinol",), "comparison"), ("retinol", ("bakuchiol",), "comparison"),
    ]  # fmt: skip


def test_the_narrower_name_in_brackets_is_meant():
    assert only("A peel (lactic acid) smooths lines.").treatment == "lactic-peel"


def test_of_a_list_the_treatments_that_the_vocabulary_knows():
    assert {row[0] for row in rows("Niacinamide and zinc control oil.", "treatment")} == {"niacinamide"}


def test_used_for_one_thing_and_for_another():
    text = "Azelaic acid is used for acne and for rosacea. We use azelaic acid for redness."
    assert [row[0] for row in rows(text, "concern")] == ["acne", "rosacea", "redness"]


# --- who says so


@pytest.mark.parametrize(
    "text",
    [
        "“Exosomes made my wrinkles vanish,” claims one fan.",
        "“PRP regrows hair,” according to the clinic's website.",
        "“After four peels my melasma has faded.” - Priya, 34",
        "Exosomes reduce wrinkles, the clinic announced today.",
        "The claim\n\nExosomes reduce wrinkles.",
    ],
)
def test_what_others_say_is_reported(text):
    assert only(text).stance == "reported"


@pytest.mark.parametrize(
    "text",
    [
        "Rosemary oil is not proven to regrow hair.",
        "Myth 2: Retinol reduces pores.",
        "Claims that exosomes are safe because they hold no cells are not supported by evidence.",
        "There is not a single trial showing that exosomes reduce wrinkles.",
        "Redness fell by the same amount with the azelaic acid gel and with a dummy.",
    ],
)
def test_what_is_doubted_is_denied(text):
    assert {row.stance for row in find(text).found} == {"denied"}


def test_a_regulator_that_has_not_approved():
    row = only("The FDA has not approved a single exosome product.")
    assert (row.kind, row.stance) == ("regulatory", "denied")


# --- what is and is not meant


def test_what_comes_back_and_what_passes():
    row = only("With tranexamic acid tablets, melasma had returned in a third after three months.")
    assert (row.concept, row.direction, row.kind) == ("relapse", "harms", "timing")
    assert {row[0] for row in rows("Bruising from subcision fades in a week.", "direction")} == {"harms"}


def test_less_of_what_brings_more_of_it():
    row = only("Azelaic acid damps down the chemicals that drive inflammation.")
    assert row.direction == "reduces"


def test_names_and_kinds_are_no_promise():
    assert find("Resurface Peel - £160\n\nLaser resurfacing is on offer.").found == ()
    row = only("Spironolactone clears jawline spots.")
    assert row.concept == "lesion-count"


def test_a_course_that_lasts_is_no_lasting_result():
    assert find("A course of isotretinoin lasts four to six months.").found == ()
    row = only("Polynucleotides last six to nine months.")
    assert (row.concept, row.weeks) == ("relapse", (26.1, 39.1))


def test_no_evidence_of_something_else():
    assert find("Doxycycline is a capsule. There is no evidence that dairy matters.").found == ()
