"""Whatever the text: spans lie in it, in order, earlier claims do not depend on later paragraphs, nothing breaks."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skinproof.claims import TextError, find

SAID = """exosomes retinol it reduces wrinkles and , . ? : no evidence that not some clinics claim may improve redness
after 4 weeks with laser than safe £300 per session - | # collagen “ ’ firmer skin risks side effects if you want to
Benefits: which contains unlike while but results last 6 months for first up to"""
WORDS = st.sampled_from([*SAID.split(), "\n"])
PAGES = st.one_of(st.text(max_size=300), st.lists(WORDS, max_size=60).map(" ".join))
LATER = "\n\nThe car park is behind the house. We are open on Monday.\n\nOur staff speak three languages."


@given(PAGES)
@settings(max_examples=150, deadline=None)
def test_spans_lie_in_the_text_in_order(text: str) -> None:
    try:
        promises = find(text)
    except TextError:
        assert "\x00" in text
        return
    for row in promises.found:
        assert row.span
        assert text[row.at : row.at + len(row.span)] == row.span
        assert row.weeks is None or row.weeks[1] is None or row.weeks[0] <= row.weeks[1]
    for missed in promises.unrecognised:
        assert text[missed.at : missed.at + len(missed.span)] == missed.span
    for kind in (promises.found, promises.unrecognised):
        places = [each.at for each in kind]
        assert places == sorted(places)


@given(st.lists(WORDS, max_size=60).map(" ".join))
@settings(max_examples=75, deadline=None)
def test_later_paragraphs_that_promise_nothing_change_nothing(text: str) -> None:
    assert find(text + ".\n\n" + LATER).found[: len(find(text + ".").found)] == find(text + ".").found


@pytest.mark.parametrize(
    "sample",
    ["a", "(", "[", "9", "- a\n  - b\n    - c\n", "not ", "exosomes with laser ", "collagen, ", "|", "?", "wrimkle "],
)
def test_a_long_text_of_one_kind_is_read(sample: str) -> None:
    find((sample * (200_000 // len(sample) + 1))[:200_000])


@pytest.mark.parametrize(
    ("head", "below"),
    [
        ("Exosomes for you. " * 2000 + "see:\n", "- retinol\n"),
        ("|" + "a|" * 20_000 + "\n", "|-|\n"),
        ("", "Retinol fades scars. None of these claims are proven. "),
        ("", "- Retinol fades scars. Unproven.\n- None of these claims are proven.\n"),
    ],
)
def test_what_governs_much_is_read_once(head: str, below: str) -> None:
    find(head + below * (100_000 // len(below)))


def test_too_long_is_said() -> None:
    with pytest.raises(TextError, match="1,000,001 characters"):
        find("a" * 1_000_001)
