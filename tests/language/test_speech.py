"""Who is quoted, which way a doubt reaches, and what phrases with choices stand for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skinproof.language import blocks, durations, quotations, read, scopes, sentences, tokens, ways


def voices(text: str) -> list[tuple[str, str]]:
    plain = read(text).plain
    return [(plain[first:last], voice) for first, last, voice in quotations(plain, 0, len(plain))]


@pytest.mark.parametrize(
    "text",
    [
        "“It cleared my skin,” says Jane.",
        "The advert reads: “It clears your skin.”",
        "“It cleared my skin in weeks!” - Anna, 34",
        "“It clears the skin,” according to its website.",
        "'It clears the skin fast,' said one seller.",
    ],
)
def test_a_quotation_with_its_speaker_is_told_by_others(text):
    ((said, voice),) = voices(text)
    assert "skin" in said
    assert voice == "reported"


def test_a_quotation_can_be_refuted_and_a_bare_one_is_nobodys():
    assert [voice for _, voice in voices("“It thins the skin” - a myth.")] == ["denied"]
    assert voices("The “glass skin” look is in. It's here to stay, isn't it?") == []


@given(st.text(alphabet="ab \"'.,\nsays", max_size=200))
def test_quotations_lie_in_the_text(text):
    plain = read(text).plain
    for first, last, _ in quotations(plain, 0, len(plain)):
        assert 0 <= first < last <= len(plain)


def covered(sentence: str, word: str) -> set[str]:
    given_ = tokens(sentence)
    return {scope.kind for scope in scopes(given_) if scope.covers(given_.words.index(word))}


@pytest.mark.parametrize(
    "way", ["is not proven", "has never been shown", "isn't proven", "remains unproven", "has yet to be shown"]
)
def test_a_doubt_reaches_right_where_it_goes_on_and_left_where_it_ends(way):
    assert "doubt" in covered(f"Oil {way} to regrow hair.", "regrow")
    assert "doubt" not in covered(f"Oil {way} to regrow hair.", "oil")
    assert "doubt" in covered(f"That oil regrows hair {way}.", "regrows")


def test_a_doubt_reaches_over_what_a_claim_introduces():
    assert "doubt" in covered("Claims that it is safe because it is natural are not supported by data.", "safe")
    assert "doubt" in covered("It may cause cancer, which is nonsense.", "cancer")


def test_who_says_so_may_stand_at_the_end():
    assert "report" in covered("It fades scars, the clinic announced today.", "fades")
    assert "report" in covered("It fades scars, said Dr Khan, and lifts cheeks.", "lifts")


def test_a_phrase_with_choices_stands_for_each():
    assert ways("(turn|make) skin (blue-|)grey") == [
        "turn skin blue-grey", "turn skin grey", "make skin blue-grey", "make skin grey",
    ]  # fmt: skip
    assert ways("platelet rich plasma (prp)") == ["platelet rich plasma (prp)"]


@pytest.mark.parametrize(
    ("text", "roles"),
    [
        ("takes ten years off your face", ["amount"]),
        ("undoes ten years of sun damage", ["amount"]),
        ("moist for up to 12 hours", []),
        ("24-hour hydration", []),
        ("results in 12 weeks", ["when"]),
    ],
)
def test_lengths_that_are_no_time_since_the_start(text, roles):
    assert [time.role for time in durations(text)] == roles


def test_a_year_on_something_is_not_from_a_year_on():
    (time,) = durations("after a year on the tablets")
    assert time.weeks == (52.1, 52.1)
    assert time.unit == "year"
    (time,) = durations("from week 4 on.")
    assert time.weeks[1] is None


def test_signs_that_are_pictures_end_a_sentence():
    plain = read("Less shedding by week 4 👏 Thicker hair by month 3 🙌 Book now").plain
    (block,) = blocks(plain)
    assert len(list(sentences(plain, block))) == 3


def test_a_quotation_with_its_speaker_is_no_heading():
    kinds = [block.kind for block in blocks(read("“It worked for me.” - Jane, 34\n\nCourse of four from £300.").plain)]
    assert kinds[0] == "paragraph"
