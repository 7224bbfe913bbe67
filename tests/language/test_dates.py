"""Places in time, seen from the day of writing."""

from datetime import date
from math import inf, isclose

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skinproof.language import dates

TODAY = date(2026, 11, 24)  # a Tuesday


@pytest.mark.parametrize(
    ("text", "kind", "days"),
    [
        ("3 weeks ago", "ago", (21, 21)),
        ("a couple of months ago", "ago", (60.9, 60.9)),
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
        ("for 4 months", "lasting", (121.8, 121.8)),
        ("5 months without a break", "lasting", (152.2, 152.2)),
        ("in 3 weeks", "ahead", (-21, -21)),
        ("on 3 March 2027", "ahead", (-99, -99)),
        ("six weeks", "bare", (42, 42)),
        ("twenty-five weeks ago", "ago", (175, 175)),
        ("2 and a half years ago", "ago", (913.1, 913.1)),
        ("a year and a half ago", "ago", (547.9, 547.9)),
        ("1½ years ago", "ago", (547.9, 547.9)),
        ("2 years and 3 months ago", "ago", (821.8, 821.8)),
        ("31/02/2026", "unread", (-inf, inf)),
        ("13/45/2026", "unread", (-inf, inf)),
        ("in 2075", "unread", (-inf, inf)),
        ("200 years ago", "unread", (-inf, inf)),
        ("1,20 weeks ago", "unread", (-inf, inf)),
        ("2k weeks ago", "unread", (-inf, inf)),
        ("3-2 weeks ago", "unread", (-inf, inf)),
    ],
)
def test_when_something_was(text, kind, days):
    (when,) = dates(text, TODAY)
    assert (when.kind, tuple(round(each, 1) for each in when.days)) == (kind, days)
    assert text[when.start : when.end] in text


@pytest.mark.parametrize("text", ["I may be", "a march", "24/03", "99", "the second one"])
def test_what_is_no_date(text):
    assert dates(text, TODAY) == ()


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=80), st.dates(date(2000, 3, 1), date(2044, 2, 29)))
def test_any_text_is_read(text, today):
    for when in dates(text, today):
        assert 0 <= when.start < when.end <= len(text)
        assert when.days[0] <= when.days[1]


@given(st.integers(1, 10**13), st.sampled_from(["{}", "{:,}", "words"]), st.sampled_from([("days", 1), ("weeks", 7)]))
def test_a_number_is_read_whole_or_not_at_all(number, style, unit):
    """No part of a number is taken for it: "1,200 weeks" is not 200."""
    name, days = unit
    said = written(number % 10**6 or 1) if style == "words" else style.format(number)
    number = (number % 10**6 or 1) if style == "words" else number
    found = dates(f"it was {said} {name} ago", TODAY)
    if number * days <= 120 * 365.25:
        (when,) = found
        assert when.kind == "ago"
        assert all(isclose(each, number * days) for each in when.days)
    else:
        assert {when.kind for when in found} == {"unread"}


@given(st.integers(0, 99), st.integers(0, 99), st.integers(0, 2999))
def test_a_date_is_one_or_not_read(day, month, year):
    for when in dates(f"on {day:02}/{month:02}/{year:04}", TODAY):
        if when.kind != "unread":
            assert TODAY.toordinal() - when.days[0] == date(year, month, day).toordinal()


def written(number: int) -> str:
    """A number below a million in words."""
    if number < 20:
        return SMALL[number]
    if number < 100:
        return TENS[number // 10 - 2] + (f"-{SMALL[number % 10]}" if number % 10 else "")
    if number < 1000:
        return f"{SMALL[number // 100]} hundred" + (f" and {written(number % 100)}" if number % 100 else "")
    rest = number % 1000
    return f"{written(number // 1000)} thousand" + (f"{' and' if rest < 100 else ''} {written(rest)}" if rest else "")


SMALL = [
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
]  # fmt: skip
TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
