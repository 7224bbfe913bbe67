"""A report laid out for a reader: each promise once, every mark in its place."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skinproof.claims import VERDICTS, check
from skinproof.claims.sheet import LABELS, MEANINGS, Sheet, counted, sheet
from skinproof.language import blocks, read

ADVERT = """Exosome facial

Our exosomes boost collagen and reduce wrinkles. They boost collagen!
- Completely safe
Some doctors say that exosomes reduce redness.
"""


def laid_out(text: str) -> Sheet:
    return sheet(check(text), read(text))


@pytest.fixture(scope="module")
def made() -> Sheet:
    return laid_out(ADVERT)


def test_every_verdict_has_its_words():
    assert set(LABELS) == set(MEANINGS) == set(VERDICTS)


def test_a_promise_made_twice_is_one_reading(made):
    (collagen,) = (each for each in made.readings if "collagen" in each.title.lower())
    assert collagen.times == 2
    assert [quote.span for quote in collagen.quotes] == ["boost collagen"]
    assert collagen.about == "collagen in the skin"


def test_numbers_run_in_the_texts_order_and_every_claim_has_one(made):
    assert [each.number for each in made.readings] == list(range(1, len(made.readings) + 1))
    assert sum(each.times for each in made.readings) == len(made.report.claims)
    first = [each.quotes[0].at for each in made.readings]
    assert first == sorted(first)


def test_what_others_say_is_no_promise(made):
    (redness,) = (each for each in made.readings if "redness" in each.title)
    assert redness.group == "other"
    assert redness in made.others
    assert redness not in made.promises


def test_tallies_count_every_promise_once(made):
    assert sum(len(each.readings) for each in made.tallies) == len(made.promises)
    assert sum(counted([made]).values()) == len(made.promises)
    assert made.in_short.startswith(f"It makes {len(made.promises)} promises.")


def test_a_claim_of_safety_comes_first(made):
    assert "side effects" in made.first[0].title


def test_marks_stand_where_the_words_stand(made):
    marked = {piece.text: piece.numbers for part in made.passages for piece in part.pieces if piece.numbers}
    assert len(marked["boost collagen"]) == 1
    for part in made.passages:
        for piece in part.pieces:
            for anchor in piece.anchors:
                assert ADVERT[anchor:].startswith(piece.text[:3])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Exosomes reduce wrinkles within 4 weeks.", ", 4 weeks"),
        ("Exosomes reduce wrinkles over 3 to 6 months.", ", 3 to 6 months"),
        ("Exosomes reduce wrinkles in as little as 2 weeks.", ", 2 weeks or more"),
    ],
)
def test_a_time_is_said_as_people_say_it(text, said):
    assert laid_out(text).readings[0].title.endswith(said)


def test_nothing_promised():
    made = laid_out("We are open on Mondays.")
    assert made.in_short == "We found no promise about a skin treatment in this text."
    assert (made.first, made.tallies, made.readings) == ((), (), ())


words = st.sampled_from(
    [
        "exosomes",
        "PRP",
        "boost",
        "boosts",
        "collagen",
        "reduce",
        "wrinkles",
        "safe",
        "redness",
        "\n\n",
        "\n",
        "-",
        "#",
        "?",
        ".",
        ",",
        "|",
        "and",
        "in",
        "4",
        "weeks",
        "may",
        "not",
        "🦠",
    ]
)


@settings(max_examples=60, deadline=None)
@given(st.lists(words, max_size=40).map(" ".join))
def test_the_marked_text_is_the_text(text):
    made = laid_out(text)
    plain = read(text)
    said = ["".join(piece.text for piece in part.pieces) for part in made.passages]
    assert said == [plain.quote(block.start, block.end) for block in blocks(plain.plain)]
    numbers = {number for part in made.passages for number in part.numbers}
    assert numbers == {each.number for each in made.readings}
    anchors = [anchor for part in made.passages for piece in part.pieces for anchor in piece.anchors]
    assert len(anchors) == len(set(anchors))
    assert set(anchors) == {quote.at for each in made.readings for quote in each.quotes}


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("in 16 weeks", "16 weeks"),
        ("in 4 months", "4 months"),
        ("in 10 days", "10 days"),
        ("after 100 weeks", "100 weeks"),
    ],
)
def test_a_time_is_told_in_the_unit_of_the_text(said, told):
    (reading,) = laid_out(f"Retinol reduces wrinkles {said}.").readings
    assert reading.title.endswith(told)
