"""One pattern for many phrases finds what trying them one by one finds."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from skinproof.language.phrases import one_of

SAID = st.lists(st.sampled_from(["a", "b", "ab", "-", "'", "]", "^", "a "]), min_size=1, max_size=5).map(
    lambda parts: "".join(parts).strip()
)
PHRASES = st.lists(SAID.filter(bool), min_size=1, max_size=8)


@given(PHRASES, st.text("ab -']^AB\n", max_size=30), st.sampled_from(["", "a", "\\b", " ?b"]))
def test_the_longest_that_fits_with_what_follows(phrases: list[str], text: str, after: str) -> None:
    gap = "[ \n]{1,3}"
    in_turn = "|".join(re.escape(each).replace(r"\ ", gap) for each in sorted(phrases, key=len, reverse=True))
    expected = re.compile(f"(?P<said>{in_turn}){after}", re.IGNORECASE)
    found = re.compile(f"(?P<said>{one_of(phrases, gap)}){after}", re.IGNORECASE)
    assert [each.span("said") for each in found.finditer(text)] == [
        each.span("said") for each in expected.finditer(text)
    ]
