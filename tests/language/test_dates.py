"""Places in time, seen from the day of writing."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skinproof.language import dates

TODAY = date(2026, 11, 24)  # a Tuesday


@pytest.mark.parametrize(
    ("text", "kind", "days"),
    [
        ("3 weeks ago", "ago", (21, 21)),
        ("a couple of months ago", "ago", (60.8, 60.8)),
        ("2-3 weeks ago", "ago", (14, 21)),
        ("in August", "ago", (85, 115)),
        ("in November", "ago", (0, 23)),
        ("in December", "ago", (328, 358)),
        ("in March 2025", "ago", (603, 633)),
        ("last month", "ago", (24, 54)),
        ("last year", "ago", (328, 692)),
        ("in 2019", "ago", (2520, 2884)),
        ("on 3rd March", "ago", (266, 266)),
        ("12/03/2026", "ago", (257, 257)),
        ("yesterday", "ago", (1, 1)),
        ("on Monday", "ago", (1, 1)),
        ("last winter", "ago", (269, 358)),
        ("since June", "since", (147, 176)),
        ("since yesterday", "since", (1, 1)),
        ("for 4 months", "lasting", (121.6, 121.6)),
        ("5 months without a break", "lasting", (152, 152)),
        ("in 3 weeks", "ahead", (-21, -21)),
        ("on 3 March 2027", "ahead", (-99, -99)),
        ("six weeks", "bare", (42, 42)),
    ],
)
def test_when_something_was(text, kind, days):
    (when,) = dates(text, TODAY)
    assert (when.kind, tuple(round(each, 1) for each in when.days)) == (kind, days)
    assert text[when.start : when.end] in text


@pytest.mark.parametrize("text", ["I may be", "a march", "31/02/2026", "99", "the second one"])
def test_what_is_no_date(text):
    assert dates(text, TODAY) == ()


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=80), st.dates(date(2000, 3, 1), date(2044, 2, 29)))
def test_any_text_is_read(text, today):
    for when in dates(text, today):
        assert 0 <= when.start < when.end <= len(text)
        assert when.days[0] <= when.days[1]
